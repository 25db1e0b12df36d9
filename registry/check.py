"""A document becomes a Struct, or every fault in it is named: where, what, how to mend.

First the published JSON Schema finds all structural faults at once (msgspec alone stops at the first), then the document's own
rules are asked (``domain/rule.py``), also of the sound parts of a faulty document, and only a document without errors is converted.
This is the only module that imports jsonschema; how its faults are worded stands in ``domain/unfit.py``. Tests: ``tests/test_check.py``.

>>> from registry.domain.community import Community
>>> document, findings = check(b'{"slug": "St. Louis", "nam": "x"}', Community)
>>> [(finding.pointer, finding.rule) for finding in findings]
[('', 'missing'), ('/nam', 'unknown-field'), ('/slug', 'wrong-form')]
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import islice
from typing import TypeVar

import jsonschema
import msgspec
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend

from registry.domain.finding import Finding, has_errors
from registry.domain.measure_schema import bounded
from registry.domain.pattern import as_python
from registry.domain.rule import FAULTY, Rule, judge, number, pointer_to
from registry.domain.text_form import MAX_DEPTH, TOO_DEEP, Read, deeper_than, read_json, read_toml, unkeepable
from registry.domain.unfit import Fault, Unfit, worded

Document = TypeVar("Document", bound=msgspec.Struct)
RuleMaker = Callable[[Mapping[str, object]], Sequence[Rule]]
Checked = tuple[Document | None, tuple[Finding, ...]]

MAX_FINDINGS = 500


def check(raw: bytes, kind: type[Document], rules: Sequence[Rule] | RuleMaker = ()) -> Checked[Document]:
    """Read a JSON document of a kind. Returns the Struct (null where anything blocks) and all findings, errors first. Never raises.

    ``rules`` may be a function of the raw document, for rules that depend on what it names.
    """
    return _checked(read_json(raw), kind, rules)


def check_toml(raw: bytes, kind: type[Document], rules: Sequence[Rule] = ()) -> Checked[Document]:
    """Read a TOML document of a kind, such as a mapping; returns the same as ``check``."""
    return _checked(read_toml(raw), kind, rules)


def check_members(loaded: object, kind: type[Document], rules: Sequence[Rule] | RuleMaker = ()) -> Checked[Document]:
    """Check a document that is already taken apart into mappings, lists and scalars."""
    return _checked(Read(loaded=loaded), kind, rules)


def check_against(value: object, schema: Mapping[str, object], pointer: str) -> tuple[Finding, ...]:
    """Every way in which a value does not fit a published schema (a measure and its template's ``measure_schema``).

    Members that stand as ``FAULTY`` are passed over: their fault is known.
    """
    holes = set(_holes(value, pointer))
    found = (unfit.finding for unfit in _unfit(value, _STRICT(schema, format_checker=_FORMATS), pointer))
    return tuple(finding for finding in found if finding.pointer not in holes)


def check_schema(schema: object, pointer: str) -> tuple[Finding, ...]:
    """Whether a JSON Schema is one of draft 2020-12; one that is too large to be looked at has a rule of its own."""
    if not isinstance(schema, dict) or not bounded(schema):
        return ()
    found: dict[str | None, Finding] = {}
    for unfit in _unfit(schema, _META, pointer):
        where, detail = unfit.finding.pointer, f"This is no valid JSON Schema: {unfit.finding.detail}"
        hint = "See https://json-schema.org/draft/2020-12 for the words it may use."
        found.setdefault(
            where, Finding(rule="measure-schema-invalid", severity="error", pointer=where, detail=detail, hint=hint)
        )
    return tuple(found.values())


def schema_of(kind: type[msgspec.Struct]) -> dict[str, object]:
    """The JSON Schema that a type publishes (draft 2020-12)."""
    (schema,), components = msgspec.json.schema_components((kind,), ref_template="#/$defs/{name}")
    own = components.pop(kind.__name__)
    rest = {name: value for name, value in schema.items() if name != "$ref"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **own,
        **({"$defs": components} if components else {}),
        **rest,
    }


def _checked(read: Read, kind: type[Document], rules: Sequence[Rule] | RuleMaker) -> Checked[Document]:
    if not read.readable:
        return None, read.findings
    loaded = read.loaded
    if deeper_than(loaded, MAX_DEPTH):
        return None, (TOO_DEEP,)
    unfit = _known_once((*read.findings, *islice(unkeepable(loaded), MAX_FINDINGS)), _unfit(loaded, _validator(kind)))
    findings = [entry.finding for entry in unfit]
    if isinstance(loaded, dict):
        asked = rules(loaded) if callable(rules) else rules
        faulty = [entry.spoils for entry in unfit if entry.spoils is not None]
        findings += islice(judge(asked, loaded, faulty=faulty), MAX_FINDINGS)
    findings.sort(key=lambda finding: finding.severity)
    if has_errors(findings):
        return None, _at_most(findings)
    try:
        return msgspec.convert(_with_whole_numbers(loaded), kind), _at_most(findings)
    except msgspec.ValidationError as error:
        return None, (Finding(rule="wrong-type", severity="error", pointer="", detail=f"{error}."),)


def _known_once(form: Iterable[Finding], structure: Iterable[Unfit]) -> tuple[Unfit, ...]:
    """The faults of form and those of structure, but none where the form is at fault already."""
    first = tuple(Unfit(finding=finding, spoils=finding.pointer) for finding in form)
    places = {entry.spoils for entry in first}
    return (*first, *(entry for entry in structure if entry.finding.pointer not in places))


def _at_most(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    if len(findings) <= MAX_FINDINGS:
        return tuple(findings)
    detail = f"There is more; these are the first {MAX_FINDINGS}."
    more = Finding(rule="too-many", severity="error", pointer="", detail=detail, hint="Mend these, then check again.")
    return (*findings[:MAX_FINDINGS], more)


def _with_whole_numbers(value: object) -> object:
    """The document with 2.0 as 2: JSON knows no difference, msgspec does."""
    if isinstance(value, dict):
        return {name: _with_whole_numbers(child) for name, child in value.items()}
    if isinstance(value, list):
        return [_with_whole_numbers(child) for child in value]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value


def _holes(value: object, pointer: str) -> Iterator[str]:
    if value is FAULTY:
        yield pointer
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, child in children:
        yield from _holes(child, f"{pointer}{pointer_to(name)}")


def _full_match(_: object, pattern: str, instance: object, __: object) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not re.search(as_python(pattern), instance):
        yield ValidationError(pattern)


def _multiple(_: object, step: float, instance: object, __: object) -> Iterator[ValidationError]:
    """``multipleOf`` on figures as they are printed: 0.3 is a multiple of 0.1, which binary fractions deny."""
    figure = number(instance)
    if figure is not None and (Fraction(str(figure)) / Fraction(str(step))).denominator != 1:
        yield ValidationError(f"{figure} is no multiple of {step}")


def _required(_: object, names: Sequence[str], instance: object, __: object) -> Iterator[ValidationError]:
    if isinstance(instance, dict):
        yield from (ValidationError(name) for name in names if name not in instance)


def _named(
    validator: jsonschema.protocols.Validator, names: Mapping[str, object], instance: object, _: object
) -> Iterator[ValidationError]:
    """``propertyNames``, with each error at the member whose name is wrong."""
    for name in instance if isinstance(instance, dict) else ():
        for error in validator.evolve(schema=names).iter_errors(name):
            error.path.appendleft(name)
            yield error


_STRICT: type[jsonschema.protocols.Validator] = extend(  # type: ignore[no-untyped-call]  # the stubs leave it untyped
    Draft202012Validator,
    {"pattern": _full_match, "multipleOf": _multiple, "required": _required, "propertyNames": _named},
)
"""Draft 2020-12, but that ``$`` ends a text, and that every error knows the member it is about."""

_META = _STRICT(Draft202012Validator.META_SCHEMA)
_FORMATS = FormatChecker(())


@_FORMATS.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or bool(_DAY.fullmatch(value) and date.fromisoformat(value))


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@cache
def _validator(kind: type[msgspec.Struct]) -> jsonschema.protocols.Validator:
    return _STRICT(schema_of(kind), format_checker=_FORMATS)


def _unfit(value: object, validator: jsonschema.protocols.Validator, prefix: str = "") -> tuple[Unfit, ...]:
    """Every structural fault, in the order of the places; of very many only the first."""
    found_errors = validator.iter_errors(value)  # type: ignore[arg-type]  # the stubs want JSON; what comes here need not be
    errors = list(islice(found_errors, MAX_FINDINGS + 1))
    short = {tuple(error.absolute_path) for error in errors if error.validator == "minLength"}
    told = [
        error
        for error in errors
        if error.validator not in {"pattern", "format"} or tuple(error.absolute_path) not in short
    ]
    told.sort(key=lambda error: [str(part) for part in error.absolute_path])
    found = (unfit for error in told for unfit in worded(_plain(error), prefix))
    return tuple(islice(found, MAX_FINDINGS + 1))


def _plain(error: ValidationError) -> Fault:
    branches: dict[object, list[Fault]] = {}
    for nested in error.context or ():
        branches.setdefault(nested.relative_schema_path[0], []).append(_plain(nested))
    return Fault(
        word=str(error.validator),
        place=tuple(error.absolute_path),
        value=error.instance,
        wanted=error.validator_value,
        schema=error.schema,
        name=error.message if error.validator == "required" else "",
        branches=tuple(tuple(branch) for branch in branches.values()),
    )
