"""In what words a person hears that a document does not fit its published schema, and where the fault stands.

A validator speaks of keywords; here each becomes a finding in plain words, with the way out. Where a value may be one of several
kinds, the fault is that of the kind it comes nearest to. Which keyword has which code stands in ``schemas/v1/suite/README.md``.

>>> fault = Fault(word="enum", place=("direction",), value="increas", wanted=["decrease", "increase"], schema={})
>>> [(unfit.finding.detail, unfit.finding.hint) for unfit in worded(fault)]
[("'increas' is not one of: decrease, increase.", "Did you mean 'increase'?")]
"""

import json
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from registry.domain.finding import Finding
from registry.domain.near import nearest
from registry.domain.period import quoted
from registry.domain.refusal import meant
from registry.domain.rule import fields, items, pointer_to


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One failure of a validator: the keyword, the place, the value there, and what was wanted; for a union its branches."""

    word: str
    place: tuple[str | int, ...] = ()
    value: object = None
    wanted: object = None
    schema: object = None
    name: str = ""
    branches: tuple[tuple["Fault", ...], ...] = ()


class Unfit(msgspec.Struct, frozen=True):
    """A structural finding, and the pointer of the member that cannot be judged for it (null: every member still can)."""

    finding: Finding
    spoils: str | None


_KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a set of fields",
}


def worded(fault: Fault, prefix: str = "") -> Iterator[Unfit]:
    """The findings that a failure amounts to; ``prefix`` is the pointer of the value that was validated."""
    pointer = prefix + pointer_to(*fault.place)
    match fault.word:
        case "anyOf" | "oneOf" if fault.branches:
            yield from _nearest(fault, prefix)
        case "required":
            missing = pointer + pointer_to(fault.name)
            yield _unfit("missing", pointer, f"The field {fault.name!r} is missing.", f"Add {fault.name!r}.", missing)
        case "additionalProperties":
            known = list(fields(fields(fault.schema).get("properties")))
            for name in sorted(set(fields(fault.value)) - set(known)):
                place = pointer + pointer_to(name)
                yield _unfit("unknown-field", place, f"There is no field {name!r} here.", meant(name, known), None)
        case "items" if "maxItems" in fields(fault.schema):
            return  # a list that is too long says so once
        case _:
            yield _unfit(_rule_of(fault), pointer, _detail(fault), _hint(fault), pointer)


def _nearest(fault: Fault, prefix: str) -> Iterator[Unfit]:
    """Of several ways to be right, the findings of the first that wants a value of this kind."""
    for branch in fault.branches:
        if not any(entry.word in {"type", "const"} and entry.place == fault.place for entry in branch):
            for nested in branch:
                yield from worded(nested, prefix)
            return
    wanted = [entry.wanted for branch in fault.branches for entry in branch if entry.word == "type"]
    yield from worded(msgspec.structs.replace(fault, word="type", wanted=wanted, branches=()), prefix)


def _rule_of(fault: Fault) -> str:
    names = {
        "type": "wrong-type",
        "enum": "not-one-of",
        "const": "not-one-of",
        "pattern": "wrong-form",
        "format": "wrong-form",
    }
    return names.get(fault.word, "out-of-range")


def _detail(fault: Fault) -> str:
    shown, wanted = _shown(fault.value), fault.wanted
    match fault.word:
        case "type":
            return f"{shown} {'says' if fault.value is None else 'is'} {_kind(fault.value)}; {_kinds(wanted)} is wanted here."
        case "enum":
            return f"{shown} is not one of: {', '.join(_bare(value) for value in items(wanted))}."
        case "const":
            return f"{shown} must be {_shown(wanted)}."
        case "pattern":
            return f"{shown} is not written as it is wanted here."
        case "format":
            return f"{shown} is no day of the calendar."
        case "minimum" | "exclusiveMinimum":
            return f"{shown} is too small: it must be {'at least' if fault.word == 'minimum' else 'above'} {wanted}."
        case "maximum" | "exclusiveMaximum":
            return f"{shown} is too large: it must be {'at most' if fault.word == 'maximum' else 'below'} {wanted}."
        case "multipleOf":
            return f"{shown} is no multiple of {wanted}."
        case _:
            return _length(fault)


def _length(fault: Fault) -> str:
    size = len(fault.value) if isinstance(fault.value, str | list | dict) else 0
    match fault.word:
        case "minLength":
            least = f"at least {_counted(fault.wanted, 'character')} {'is' if fault.wanted == 1 else 'are'} wanted"
            return f"The text is empty; {least}." if size == 0 else f"{_shown(fault.value)} is too short: {least}."
        case "maxLength":
            return f"The text has {_counted(size, 'character')}; {fault.wanted:,} is the most."
        case "minItems":
            least = f"at least {_counted(fault.wanted, 'entry')} {'is' if fault.wanted == 1 else 'are'} wanted"
            return f"The list is empty; {least}." if size == 0 else f"The list has {_counted(size, 'entry')}; {least}."
        case "maxItems":
            return f"The list has {_counted(size, 'entry')}; {fault.wanted} is the most."
        case "None":
            return "Nothing may stand here."
        case _:
            return f"{_shown(fault.value)} does not fit what the schema says under {fault.word!r}."


def _hint(fault: Fault) -> str:
    match fault.word:
        case "type":
            return _hint_of_kind(fault)
        case "enum" | "const":
            known = [value for value in (*items(fault.wanted), fault.wanted) if isinstance(value, str)]
            near = nearest(fault.value, known, most=1) if isinstance(fault.value, str) else ()
            return f"Did you mean {near[0]!r}?" if near else "Write it as named here."
        case "pattern":
            described = fields(fault.schema).get("description")
            if isinstance(described, str):
                return f"Wanted: {described.replace(': ', ', such as ', 1).rstrip('.')}."
            return f"It must fit the pattern {fault.wanted}."
        case _:
            return _HINTS.get(fault.word, "Check the value.")


_HINTS = {
    "format": "Write the day as YYYY-MM-DD, such as 2024-06-30.",
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), "Check the number."),
    **dict.fromkeys(("minLength", "minItems"), "Fill it in."),
    **dict.fromkeys(("maxLength", "maxItems"), "Shorten it."),
    "None": "Leave the field out.",
}


def _hint_of_kind(fault: Fault) -> str:
    if fault.value is None:
        return "Fill it in, or leave the field out."
    wanted = _kinds(fault.wanted)
    numeric = isinstance(fault.value, str) and "number" in wanted and "text" not in wanted
    return "Write a number, without quotation marks." if numeric else f"Write {wanted}."


def _unfit(rule: str, pointer: str, detail: str, hint: str, spoils: str | None) -> Unfit:
    return Unfit(Finding(rule=rule, severity="error", pointer=pointer, detail=detail, hint=hint), spoils)


def _shown(value: object) -> str:
    """A value as a message shows it: text in quotes, lists and sets of fields by what they are."""
    match value:
        case str():
            return quoted(value)
        case list():
            return "This"
        case Mapping():
            return "This"
        case _:
            return _bare(value)


def _bare(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _kind(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case Mapping():
            return "a set of fields"
        case _:
            return "a day or time"


def _kinds(wanted: object) -> str:
    names = [wanted] if isinstance(wanted, str) else _flat(items(wanted))
    said = list(dict.fromkeys(_KINDS[name] for name in names if name in _KINDS))
    if "a number" in said and "a whole number" in said:
        said.remove("a whole number")
    return f"{', '.join(said[:-1])} or {said[-1]}" if len(said) > 1 else "".join(said) or "nothing"


def _flat(names: Sequence[object]) -> list[str]:
    return [name for entry in names for name in (items(entry) or [entry]) if isinstance(name, str)]


def _counted(number: object, noun: str) -> str:
    count = number if isinstance(number, int) else 0
    plural = noun[:-1] + "ies" if noun.endswith("y") else f"{noun}s"
    return f"{count:,} {noun if count == 1 else plural}"
