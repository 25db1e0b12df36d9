"""Whether one JSON Schema (2020-12) takes everything that another took: a measure that is registered must stay valid.

Decided keyword by keyword, and only where it is certain: what these rules cannot decide counts as narrowing, even if it happens to widen.
Annotations (title, description, examples) say nothing about validity. Checked in ``tests/domain/test_schema_change.py`` on generated
schemas and documents: what was valid stays valid under everything that is called ``minor`` here.

>>> [(entry.pointer, entry.bump) for entry in schema_changes({"maximum": 4}, {"maximum": 5})]
[('/maximum', 'minor')]
"""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Literal

import msgspec

from registry.domain.rule import number, pointer_to

Bump = Literal["major", "minor", "patch", "none"]
Place = tuple[str | int, ...]

ANNOTATIONS = frozenset(
    {"title", "description", "examples", "$comment", "deprecated", "readOnly", "writeOnly", "$schema", "$id"}
)
"""Keywords that describe and never decide."""

LOWER = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})
"""Bounds that narrow when they rise."""

UPPER = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})
"""Bounds that narrow when they fall."""

ONLY_NARROWS = frozenset({"pattern", "format", "uniqueItems"})
"""Keywords that only ever take something away: dropping one widens, adding or changing one narrows."""

ALL_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")


class SchemaChange(msgspec.Struct, frozen=True):
    """One difference: where, how large a step it is, and in words."""

    pointer: str
    bump: Bump
    detail: str


def schema_changes(before: object, after: object, place: Place = ()) -> tuple[SchemaChange, ...]:
    """Every difference between two schemas, each at the smallest place that differs."""
    return tuple(_schemas(before, after, place))


def same(ours: object, theirs: object) -> bool:
    """Whether two values are equal as JSON: 1 is 1.0, true is not 1, and the order of members says nothing."""
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        return ours.keys() == theirs.keys() and all(same(value, theirs[name]) for name, value in ours.items())
    if isinstance(ours, list | tuple) and isinstance(theirs, list | tuple):
        return len(ours) == len(theirs) and all(same(one, other) for one, other in zip(ours, theirs, strict=True))
    return bool(ours == theirs)


def same_set(ours: object, theirs: object) -> bool:
    """Whether two lists hold the same values in any order."""
    if not isinstance(ours, list | tuple) or not isinstance(theirs, list | tuple):
        return False
    return _covers(ours, theirs) and _covers(theirs, ours)


def _schemas(before: object, after: object, place: Place) -> Iterator[SchemaChange]:
    if same(before, after):
        return
    old, new = _as_mapping(before), _as_mapping(after)
    if old is None or new is None:
        yield _change(place, *_boolean(before, after))
        return
    for keyword in sorted({*old, *new}):
        if keyword in {"properties", "required", "additionalProperties"} or same(old.get(keyword), new.get(keyword)):
            continue
        yield from _keyword(keyword, old, new, place)
    yield from _members(old, new, place)
    yield from _required(old, new, place)


def _as_mapping(schema: object) -> Mapping[str, object] | None:
    """A schema as a mapping; true is the empty one, false has none."""
    return {} if schema is True else schema if isinstance(schema, Mapping) else None


def _boolean(before: object, after: object) -> tuple[Bump, str]:
    if before is False:
        return "minor", "Nothing was allowed here; now something is."
    return (
        "major",
        "Nothing is allowed here any more." if after is False else "What is allowed here cannot be compared.",
    )


def _keyword(
    keyword: str, old: Mapping[str, object], new: Mapping[str, object], place: Place
) -> Iterator[SchemaChange]:
    here = (*place, keyword)
    was, now = old.get(keyword), new.get(keyword)
    if keyword in ANNOTATIONS:
        yield _change(here, "patch", "The words of the schema change.")
    elif keyword in LOWER or keyword in UPPER:
        yield _change(here, *_bound(keyword, was, now, dropped=keyword not in new))
    elif keyword == "items" and keyword in old and keyword in new:
        yield from _schemas(was, now, here)
    elif keyword in _DECIDED:
        yield _change(here, *_DECIDED[keyword](old, new))
    elif keyword in ONLY_NARROWS:
        dropped = keyword not in new or (keyword == "uniqueItems" and now is False)
        detail = f"{_quoted(was)} is no longer asked." if dropped else f"{_quoted(now)} is asked now."
        yield _change(here, "minor" if dropped else "major", detail)
    elif keyword == "items":
        yield _change(here, *_added_schema(old, new, keyword))
    else:
        yield _change(
            here, "major", f"What {keyword!r} means for measures that are registered cannot be decided by rule."
        )


def _bound(keyword: str, was: object, now: object, *, dropped: bool) -> tuple[Bump, str]:
    if dropped:
        return "minor", f"The limit {_quoted(was)} is gone."
    if number(was) is None or number(now) is None:
        return "major", f"There is a limit now: {_quoted(now)}."
    rises = _exactly(now) > _exactly(was)
    narrows = rises if keyword in LOWER else not rises
    return ("major" if narrows else "minor"), f"The limit goes from {_quoted(was)} to {_quoted(now)}."


def _type(old: Mapping[str, object], new: Mapping[str, object]) -> tuple[Bump, str]:
    was, now = _types(old.get("type")), _types(new.get("type"))
    detail = f"The type goes from {_named(old.get('type'))} to {_named(new.get('type'))}."
    if was == now:
        return "patch", "The types stand in another order."
    return ("minor" if was <= now else "major"), detail


def _types(stated: object) -> frozenset[str]:
    """The types that are allowed; every integer is a number."""
    named = ALL_TYPES if stated is None else (stated,) if isinstance(stated, str) else stated
    found = frozenset(str(entry) for entry in named) if isinstance(named, list | tuple) else frozenset()
    return found | {"integer"} if "number" in found else found


def _values(old: Mapping[str, object], new: Mapping[str, object]) -> tuple[Bump, str]:
    """An enum or a const: each value that was allowed must still be."""
    was, now = _listed(old), _listed(new)
    if now is None:
        return "minor", "Any value of the type is allowed now."
    if was is None:
        return "major", f"Only {_named(now)} is allowed now."
    if same_set(was, now):
        return "patch", "The values stand in another order."
    gone = [value for value in was if not _holds(now, value)]
    if gone:
        return "major", f"No longer allowed: {_named(gone)}."
    return "minor", f"Allowed now too: {_named([value for value in now if not _holds(was, value)])}."


def _listed(schema: Mapping[str, object]) -> list[object] | None:
    """The values that a schema lists; null where it lists none. With both an enum and a const only what is in both is allowed."""
    values = schema.get("enum")
    listed = list(values) if isinstance(values, list | tuple) else None
    if "const" not in schema:
        return listed
    return [schema["const"]] if listed is None or _holds(listed, schema["const"]) else []


def _multiple(old: Mapping[str, object], new: Mapping[str, object]) -> tuple[Bump, str]:
    was, now = number(old.get("multipleOf")), number(new.get("multipleOf"))
    if now is None:
        return "minor", f"Figures need be no multiple of {_quoted(was)} any more."
    if was is None or not now or (_exactly(was) / _exactly(now)).denominator != 1:
        return "major", f"Figures must be multiples of {_quoted(now)} now."
    return "minor", f"Figures may be multiples of {_quoted(now)} now, not only of {_quoted(was)}."


def _default(_: Mapping[str, object], __: Mapping[str, object]) -> tuple[Bump, str]:
    return "major", "A measure that is silent here is taken to say something else."


def _added_schema(old: Mapping[str, object], new: Mapping[str, object], keyword: str) -> tuple[Bump, str]:
    if keyword not in new or new[keyword] is True or new[keyword] == {}:
        return "minor", f"{keyword!r} asks nothing any more."
    return "major", f"{keyword!r} asks something now." if keyword not in old else f"{keyword!r} changes."


_DECIDED: Mapping[str, Callable[[Mapping[str, object], Mapping[str, object]], tuple[Bump, str]]] = {
    "type": _type,
    "enum": _values,
    "const": _values,
    "multipleOf": _multiple,
    "default": _default,
}


def _members(old: Mapping[str, object], new: Mapping[str, object], place: Place) -> Iterator[SchemaChange]:
    """Properties one by one, then what holds for names that are not described."""
    described, now = _properties(old), _properties(new)
    rest, rest_now = old.get("additionalProperties", True), new.get("additionalProperties", True)
    if _untold(old) or _untold(new):  # which names patterns or others speak of cannot be told by rule
        if not same(described, now) or not same(rest, rest_now):
            yield _change(
                (*place, "properties"), "major", "What is allowed under which name cannot be decided by rule."
            )
        return
    for name in sorted({*described, *now}):
        here = (*place, "properties", name)
        if name in described and name in now:
            yield from _schemas(described[name], now[name], here)
        elif name in now:
            yield from _added(name, rest, now[name], here)
        else:
            yield from _removed(name, described[name], rest_now, here)
    if not same(rest, rest_now):
        here = (*place, "additionalProperties")
        if rest is False:
            yield _change(here, "minor", "Names that are not described are allowed now.")
        elif rest_now is False:
            yield _change(here, "major", "Names that are not described are no longer allowed.")
        else:
            yield from _schemas(rest, rest_now, here)


def _added(name: str, rest: object, schema: object, here: Place) -> Iterator[SchemaChange]:
    if rest is False:
        if schema is not False:
            yield _change(here, "minor", f"A measure may state {name!r} now.")
        return
    if not _annotated(schema):
        yield _change(here, "major", f"A measure may state anything under {name!r} already; now it is limited.")
    else:
        yield _change(here, "patch" if _free(rest) else "minor", f"{name!r} is described now.")


def _removed(name: str, schema: object, rest: object, here: Place) -> Iterator[SchemaChange]:
    if _free(rest):
        bump: Bump = "patch" if _annotated(schema) else "minor"
        yield _change(here, bump, f"{name!r} is no longer described, and anything is allowed under it.")
    elif schema is False and rest is False:
        return
    else:
        yield _change(here, "major", f"A measure that states {name!r} would no longer fit.")


def _annotated(schema: object) -> bool:
    """Whether a schema allows everything, in words or none."""
    return schema is True or (isinstance(schema, Mapping) and schema.keys() <= ANNOTATIONS)


_free = _annotated


def _untold(schema: Mapping[str, object]) -> bool:
    return bool({"patternProperties", "unevaluatedProperties"} & schema.keys())


def _required(old: Mapping[str, object], new: Mapping[str, object], place: Place) -> Iterator[SchemaChange]:
    was, now = _names(old.get("required")), _names(new.get("required"))
    here = (*place, "required")
    for name in sorted(now - was):
        yield _change(here, "major", f"{name!r} is required now, and a registered measure may be silent on it.")
    for name in sorted(was - now):
        yield _change(here, "minor", f"{name!r} is no longer required.")
    if was == now and not same(old.get("required", []), new.get("required", [])):
        yield _change(here, "patch", "The required facets stand in another order.")


def _names(required: object) -> set[str]:
    return {str(name) for name in required} if isinstance(required, list | tuple) else set()


def _properties(schema: Mapping[str, object]) -> Mapping[str, object]:
    found = schema.get("properties")
    return found if isinstance(found, Mapping) else {}


def _covers(ours: list[object] | tuple[object, ...], theirs: list[object] | tuple[object, ...]) -> bool:
    return all(_holds(ours, value) for value in theirs)


def _holds(values: list[object] | tuple[object, ...], value: object) -> bool:
    return any(same(entry, value) for entry in values)


def _exactly(value: object) -> Fraction:
    return Fraction(str(value))


def _named(values: object) -> str:
    if values is None:
        return "any"
    return ", ".join(map(_quoted, values)) if isinstance(values, list | tuple) else _quoted(values)


def _quoted(value: object) -> str:
    return f"{value:,.12g}" if number(value) is not None and not isinstance(value, bool) else repr(value)


def _change(place: Place, bump: Bump, detail: str) -> SchemaChange:
    return SchemaChange(pointer_to(*place), bump, detail)
