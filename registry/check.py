"""A document becomes a Struct, or every fault in it is named: where, what, how to mend.

First the published JSON Schema finds all structural faults at once (msgspec alone stops at the first), then the document's own
rules are asked (``domain/rule.py``), also of the sound parts of a faulty document, and only a document without errors is converted.
This is the only module that imports jsonschema.

>>> from registry.domain.community import Community
>>> document, findings = check(b'{"slug": "St. Louis", "nam": "x"}', Community)
>>> [(finding.pointer, finding.rule) for finding in findings]
[('', 'missing'), ('/nam', 'unknown-field'), ('/slug', 'wrong-form')]
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import TypeVar

import jsonschema
import msgspec
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.exceptions import SchemaError
from jsonschema.validators import extend

from registry.domain.finding import Finding, has_errors
from registry.domain.refusal import meant
from registry.domain.rule import Rule, judge

Document = TypeVar("Document", bound=msgspec.Struct)
RuleMaker = Callable[[Mapping[str, object]], Sequence[Rule]]

MAX_DEPTH = 64
MAX_BYTES = 5_000_000
MAX_FINDINGS = 500

_HINTS = {
    "type": "Change the value's type.",
    "enum": "Use one of the values named.",
    "pattern": "Write it in that form.",
    "format": "Write the day as YYYY-MM-DD.",
}


def check(raw: bytes, kind: type[Document], rules: Sequence[Rule] | RuleMaker = ()) -> tuple[Document | None, tuple[Finding, ...]]:
    """Read a JSON document of a kind. Returns the Struct (null where anything blocks) and all findings, errors first.

    ``rules`` may be a function of the raw document, for rules that depend on what it names.
    """
    loaded, unreadable = _load(raw)
    if unreadable:
        return None, unreadable
    return check_members(loaded, kind, rules)


def check_toml(raw: bytes, kind: type[Document], rules: Sequence[Rule] = ()) -> tuple[Document | None, tuple[Finding, ...]]:
    """Read a TOML document of a kind, such as a mapping; returns the same as ``check``."""
    try:
        loaded: object = tomllib.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        return None, (_whole("not-utf-8", f"The file is not UTF-8 text (byte {error.start}).", "Save it as UTF-8."),)
    except tomllib.TOMLDecodeError as error:
        return None, (_whole("not-toml", f"This is no TOML: {error}.", "See https://toml.io for the form."),)
    return check_members(loaded, kind, rules)


def check_members(loaded: object, kind: type[Document], rules: Sequence[Rule] | RuleMaker = ()) -> tuple[Document | None, tuple[Finding, ...]]:
    """Check a document that is already taken apart into mappings, lists and scalars."""
    structural = tuple(_structural(loaded, _validator(kind)))[:MAX_FINDINGS]
    findings = list(structural)
    if isinstance(loaded, dict):
        asked = rules(loaded) if callable(rules) else rules
        faulty = [finding.pointer or "" for finding in structural if finding.rule not in {"unknown-field", "missing"}]
        faulty += [_missing_pointer(finding) for finding in structural if finding.rule == "missing"]
        findings += judge(asked, loaded, faulty=faulty)
    findings.sort(key=lambda finding: finding.severity)
    if has_errors(findings):
        return None, tuple(findings)
    return msgspec.convert(loaded, kind), tuple(findings)


def check_against(value: object, schema: Mapping[str, object], pointer: str) -> tuple[Finding, ...]:
    """Every way in which a value does not fit a published schema (a measure and its template's ``measure_schema``)."""
    return tuple(_structural(value, _STRICT(schema, format_checker=_FORMATS), pointer))[:MAX_FINDINGS]


def check_schema(schema: object, pointer: str) -> tuple[Finding, ...]:
    """Whether a JSON Schema is one of draft 2020-12."""
    if not isinstance(schema, dict):
        return ()
    try:
        _STRICT.check_schema(schema)
    except SchemaError as error:
        where = pointer + "".join(f"/{part}" for part in error.absolute_path)
        hint = "See https://json-schema.org/draft/2020-12 for the words it may use."
        return (Finding(rule="measure-schema-invalid", severity="error", pointer=where, detail=f"This is no valid JSON Schema: {error.message}.", hint=hint),)
    return ()


def schema_of(kind: type[msgspec.Struct]) -> dict[str, object]:
    """The JSON Schema that a type publishes (draft 2020-12)."""
    (schema,), components = msgspec.json.schema_components((kind,), ref_template="#/$defs/{name}")
    own = components.pop(kind.__name__)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **own, **({"$defs": components} if components else {}), **_no_ref(schema)}


def _no_ref(schema: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in schema.items() if name != "$ref"}


def _load(raw: bytes) -> tuple[object, tuple[Finding, ...]]:
    if len(raw) > MAX_BYTES:
        return None, (_whole("too-large", f"The document has {len(raw):,} bytes; {MAX_BYTES:,} is the most.", "Send data as a file."),)
    try:
        text = raw.decode("utf-8-sig")
        if _depth(text) > MAX_DEPTH:
            return None, (_whole("too-deep", f"The document is nested deeper than {MAX_DEPTH}.", "Documents here are flat."),)
        repeated: list[str] = []
        loaded = json.loads(text, object_pairs_hook=lambda pairs: _once(pairs, repeated), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        return None, (_whole("not-utf-8", f"The file is not UTF-8 text (byte {error.start}).", "Save it as UTF-8."),)
    except json.JSONDecodeError as error:
        return None, (_whole("not-json", f"This is no JSON: {error.msg} (line {error.lineno}, column {error.colno}).", "Check commas and quotes there."),)
    except ValueError as error:
        return None, (_whole("not-json", f"This is no JSON: {error}.", "Numbers are finite and of a sensible size."),)
    faults = tuple(_whole("key-twice", f"The field {name!r} stands twice in one object.", "Keep one of the two.") for name in repeated)
    return loaded, faults


def _once(pairs: list[tuple[str, object]], repeated: list[str]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        repeated += sorted({name for name in names if names.count(name) > 1})
    return found


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is no number in JSON")


def _depth(text: str) -> int:
    deepest = depth = 0
    for sign in re.findall(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', text):
        if sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return deepest


def _whole(rule: str, detail: str, hint: str) -> Finding:
    return Finding(rule=rule, severity="error", pointer="", detail=detail, hint=hint)


def _full_match(_: object, pattern: str, instance: object, __: object) -> Iterator[ValidationError]:
    """A pattern that ends in ``$`` ends there: Python's own ``$`` also lets a line end through."""
    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


_STRICT = extend(Draft202012Validator, {"pattern": _full_match})
_FORMATS = FormatChecker(())


@_FORMATS.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or bool(date.fromisoformat(value))


@cache
def _validator(kind: type[msgspec.Struct]) -> jsonschema.protocols.Validator:
    return _STRICT(schema_of(kind), format_checker=_FORMATS)


def _structural(value: object, validator: jsonschema.protocols.Validator, prefix: str = "") -> Iterator[Finding]:
    errors = sorted(validator.iter_errors(value), key=lambda error: [str(part) for part in error.absolute_path])
    for error in errors:
        yield from _findings(error, prefix)


def _findings(error: ValidationError, prefix: str) -> Iterator[Finding]:
    pointer = prefix + "".join(f"/{_escaped(str(part))}" for part in error.absolute_path)
    if error.validator in {"anyOf", "oneOf"} and error.context:
        yield from _branch(error, prefix)
    elif error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = list(error.schema.get("properties", {}))
        for name in sorted(set(error.instance) - set(known)):
            if not isinstance(error.schema.get("additionalProperties"), dict):
                yield _found("unknown-field", f"{pointer}/{_escaped(name)}", f"There is no field {name!r} here.", meant(name, known))
    elif error.validator == "required" and isinstance(error.instance, dict):
        name = str(error.message.split("'")[1])
        yield _found("missing", pointer, f"The field {name!r} is missing.", f"Add {name!r}.")
    else:
        yield _found(_rule_of(error), pointer, _detail(error), _HINTS.get(str(error.validator), "Check the value."))


def _branch(error: ValidationError, prefix: str) -> Iterator[Finding]:
    """Of several ways to be right, the findings of the one that the value comes nearest to (null aside)."""
    branches: dict[object, list[ValidationError]] = {}
    for nested in error.context or ():
        branches.setdefault(nested.relative_schema_path[0], []).append(nested)
    fitting = [found for found in branches.values() if not any(entry.validator in {"type", "const"} and not entry.relative_path for entry in found)]
    if fitting:
        for nested in fitting[0]:
            yield from _findings(nested, prefix)
        return
    pointer = prefix + "".join(f"/{_escaped(str(part))}" for part in error.absolute_path)
    yield _found("wrong-type", pointer, f"{_short(error.instance)} is none of what may stand here.", "Change the value's type.")


def _rule_of(error: ValidationError) -> str:
    names = {"type": "wrong-type", "enum": "not-one-of", "const": "not-one-of", "pattern": "wrong-form", "format": "wrong-form"}
    return names.get(str(error.validator), "out-of-range")


def _detail(error: ValidationError) -> str:
    shown, wanted = _short(error.instance), error.validator_value
    described = f" It is {error.schema['description']}." if isinstance(error.schema, dict) and "description" in error.schema else ""
    match error.validator:
        case "type":
            return f"{shown} is not of the type {_words(wanted if isinstance(wanted, list) else [wanted])}."
        case "enum":
            return f"{shown} is not one of: {_words(wanted)}."
        case "const":
            return f"{shown} must be {wanted!r}."
        case "pattern" | "format":
            return f"{shown} has not the form that is wanted here.{described}"
        case "minimum" | "exclusiveMinimum":
            return f"{shown} is too small: it must be {'at least' if error.validator == 'minimum' else 'above'} {wanted}."
        case "maximum" | "exclusiveMaximum":
            return f"{shown} is too large: it must be {'at most' if error.validator == 'maximum' else 'below'} {wanted}."
        case "minLength" | "minItems":
            return f"{shown} is too short: at least {wanted} wanted."
        case "maxLength" | "maxItems":
            return f"{shown} is too long: at most {wanted} allowed."
        case _:
            return f"{shown} does not fit: {error.message[:200]}."


def _found(rule: str, pointer: str, detail: str, hint: str) -> Finding:
    return Finding(rule=rule, severity="error", pointer=pointer, detail=detail, hint=hint)


def _missing_pointer(finding: Finding) -> str:
    return f"{finding.pointer}/{finding.detail.split(chr(39))[1]}"


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _words(values: Iterable[object]) -> str:
    return ", ".join(str(value) for value in values if value != "null")


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."
