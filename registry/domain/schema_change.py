"""Whether one JSON Schema (2020-12) takes everything that another took: a measure that is registered must stay valid.

Decided keyword by keyword, and only where it is certain: what these rules cannot decide counts as narrowing, even if it happens to widen.
Annotations (title, description, examples) say nothing about validity. Checked in ``tests/domain/test_schema_change.py`` on generated
schemas and documents: what was valid stays valid under everything that is called ``minor`` here.

>>> [(entry.pointer, entry.bump) for entry in schema_changes({"maximum": 4}, {"maximum": 5})]
[('/maximum', 'minor')]
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Literal

import msgspec

from registry.domain.measure_schema import bounded
from registry.domain.rule import pointer_to
from registry.domain.schema_limits import AT_LEAST, AT_MOST, ENDS, bound, multiple, size, told

Bump = Literal["major", "minor", "patch", "none"]
Place = tuple[str | int, ...]

ANNOTATIONS = frozenset(
    {"title", "description", "examples", "$comment", "deprecated", "readOnly", "writeOnly", "$schema", "$id"}
)
"""Keywords that describe and never decide."""

FILLING = frozenset({"const", "default"})
"""Keywords that say what a silent measure is taken to state, so that every change of them changes what is compared."""

BLURRING = frozenset({"unevaluatedItems", "unevaluatedProperties"})
"""Keywords that look at what the others beside them did, so that beside them none of those can be judged alone."""

TOGETHER = frozenset({"properties", "required", "additionalProperties"})
"""Keywords that are judged facet by facet."""

SUBSCHEMA = frozenset(
    {"additionalProperties", "contains", "else", "if", "items", "not", "propertyNames", "then", *BLURRING}
)
SUBSCHEMAS = frozenset(
    {"$defs", "allOf", "anyOf", "dependentSchemas", "oneOf", "patternProperties", "prefixItems", "properties"}
)
"""Keywords that hold one schema, and those that hold a list or a set of them."""

ONLY_NARROWS = frozenset({"pattern", "format", "uniqueItems"})
"""Keywords that only ever take something away: dropping one widens, adding or changing one narrows."""

ALL_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")


class SchemaChange(msgspec.Struct, frozen=True):
    """One difference: where, how large a step it is, and in words."""

    pointer: str
    bump: Bump
    detail: str


def schema_changes(before: object, after: object, place: Place = ()) -> tuple[SchemaChange, ...]:
    """Every difference between two schemas, each at the smallest place that differs; none where they are the same JSON value.

    Where all are ``patch`` the two take the same values; where none is ``major`` the second takes all that the first took. References are
    taken to lead to ``$defs`` only, as ``measure_schema.py`` demands, and schemas larger than it allows are not looked into. Multiples are
    decided in decimals, as they are written.
    """
    if same(before, after):
        return ()
    if not (bounded(before) and bounded(after)):
        return (_change(place, "major", "The schema is too large to be compared."),)
    found = tuple(_schemas(before, after, place))
    return found or (_change(place, "patch", "The same is said in another way."),)


def same(ours: object, theirs: object) -> bool:
    """Whether two values are equal as JSON: 1 is 1.0, true is not 1, and the order of members says nothing."""
    waiting = [(ours, theirs)]  # without recursion: what comes from outside may be deeper than the stack
    while waiting:
        one, other = waiting.pop()
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            if one.keys() != other.keys():
                return False
            waiting += [(value, other[name]) for name, value in one.items()]
        elif isinstance(one, list | tuple) and isinstance(other, list | tuple):
            if len(one) != len(other):
                return False
            waiting += zip(one, other, strict=True)
        elif isinstance(one, bool) is not isinstance(other, bool) or one != other:
            return False
    return True


def same_set(ours: object, theirs: object) -> bool:
    """Whether two lists hold the same values in any order."""
    if not isinstance(ours, list | tuple) or not isinstance(theirs, list | tuple):
        return False
    return set(map(_key, ours)) == set(map(_key, theirs))


def _schemas(before: object, after: object, place: Place) -> Iterator[SchemaChange]:
    old, new = _as_mapping(before), _as_mapping(after)
    if old is None or new is None:
        yield _change(place, *_boolean(before, after))
        return
    blurred = not BLURRING.isdisjoint({*old, *new})
    for keyword in _changed(old, new):
        if blurred and keyword not in ANNOTATIONS:
            yield _undecided((*place, keyword), keyword)
        elif keyword not in TOGETHER:
            yield from _keyword(keyword, old, new, place)
    if not blurred:
        yield from _members(old, new, place)
        yield from _required(old, new, place)


def _changed(old: Mapping[str, object], new: Mapping[str, object]) -> list[str]:
    """The keywords that only one of two schemas has, or on which they differ (a null is not the same as none)."""
    return [
        word for word in sorted({*old, *new}) if word not in old or word not in new or not same(old[word], new[word])
    ]


def _as_mapping(schema: object) -> Mapping[str, object] | None:
    """A schema as a mapping; true is the empty one, false has none."""
    return {} if schema is True else schema if isinstance(schema, Mapping) else None


def _boolean(before: object, after: object) -> tuple[Bump, str]:
    if before is False and _fills(after):
        return "major", "Nothing could be stated here; now a measure that is silent is taken to state something."
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
    elif keyword in FILLING:
        yield _change(here, "major", _filled(keyword, old, new))
    elif keyword in AT_LEAST or keyword in AT_MOST:
        yield _change(here, *size(keyword, was, now))
    elif keyword in ENDS:
        ends = [word for word in _changed(old, new) if ENDS.get(word) == ENDS[keyword]]
        if keyword == next((word for word in ends if word in new), ends[0]):
            yield _change(here, *bound(ENDS[keyword], old, new))
    elif keyword == "items":
        yield from schema_changes(old.get("items", True), new.get("items", True), here)
    elif keyword in _DECIDED:
        yield _change(here, *_DECIDED[keyword](old, new))
    elif keyword in ONLY_NARROWS:
        dropped = keyword not in new or now is False
        detail = f"The {keyword} {told(was)} is no longer asked for." if dropped else _asked(keyword, was, now)
        yield _change(here, "minor" if dropped else "major", detail)
    elif keyword in old and keyword in new and same(_bare(keyword, was), _bare(keyword, now)):
        yield _change(here, "patch", "The words of the schema change.")
    else:
        yield _undecided(here, keyword)


def _undecided(here: Place, keyword: str) -> SchemaChange:
    return _change(here, "major", f"What {keyword!r} means for measures that are registered cannot be decided by rule.")


def _asked(keyword: str, was: object, now: object) -> str:
    before = "" if was is None or was is False else f", not {told(was)}"
    return (
        f"The {keyword} {told(now)} is asked for now{before}: a measure that is stated otherwise would no longer fit."
    )


def _bare(keyword: str, value: object) -> object:
    """What stands under a keyword without the words of the schemas in it."""
    if keyword in SUBSCHEMA:
        return _without_words(value)
    if keyword not in SUBSCHEMAS:
        return value
    if isinstance(value, Mapping):
        return {name: _without_words(schema) for name, schema in value.items()}
    return [_without_words(schema) for schema in value] if isinstance(value, list | tuple) else value


def _without_words(schema: object) -> object:
    if not isinstance(schema, Mapping):
        return schema
    return {word: _bare(word, value) for word, value in schema.items() if word not in ANNOTATIONS}


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
    """An enum: each value that was allowed must still be."""
    was, now = _listed(old), _listed(new)
    if now is None:
        return "minor", "The list of allowed values is gone; others may be stated."
    if was is None:
        return "major", f"Only {_named(now)} is allowed now: a measure that states another value would no longer fit."
    if same_set(was, now):
        return "patch", "The values stand in another order."
    gone = _beyond(now, was)
    if gone:
        return "major", f"No longer allowed: {_named(gone)}. A measure that states it would no longer fit."
    return "minor", f"Allowed now too: {_named(_beyond(was, now))}."


def _listed(schema: Mapping[str, object]) -> list[object] | None:
    """The values that a schema lists; null where it lists none."""
    values = schema.get("enum")
    return list(values) if isinstance(values, list | tuple) else None


def _filled(keyword: str, old: Mapping[str, object], new: Mapping[str, object]) -> str:
    was, now = (told(schema[keyword]) if keyword in schema else "not there" for schema in (old, new))
    return f"The {keyword} was {was} and is {now}: a measure that is silent here is taken to say something else."


def _fills(schema: object) -> bool:
    return isinstance(schema, Mapping) and not FILLING.isdisjoint(schema)


_DECIDED: Mapping[str, Callable[[Mapping[str, object], Mapping[str, object]], tuple[Bump, str]]] = {
    "type": _type,
    "enum": _values,
    "multipleOf": multiple,
}


def _members(old: Mapping[str, object], new: Mapping[str, object], place: Place) -> Iterator[SchemaChange]:
    """Facets one by one, then what holds for names that are not described."""
    described, now = _properties(old), _properties(new)
    rest, rest_now = old.get("additionalProperties", True), new.get("additionalProperties", True)
    if "patternProperties" in old or "patternProperties" in new:  # of which names patterns speak cannot be told by rule
        if not same(described, now) or not same(rest, rest_now):
            yield _change(
                (*place, "properties"), "major", "What is allowed under which name cannot be decided by rule."
            )
        return
    for name in sorted({*described, *now}):
        here = (*place, "properties", name)
        if name in described and name in now:
            yield from schema_changes(described[name], now[name], here)
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
            yield from schema_changes(rest, rest_now, here)


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
    if schema is not False and rest is not False and _fills(schema):
        yield _change(here, "major", f"A measure that is silent on {name!r} is no longer taken to state anything.")
    elif _free(rest):
        bump: Bump = "patch" if _annotated(schema) else "minor"
        yield _change(here, bump, f"{name!r} is no longer described, and anything is allowed under it.")
    elif schema is False:
        if rest is not False:
            yield _change(here, "minor", f"Nothing could be stated under {name!r}; now something can.")
    else:
        yield _change(here, "major", f"A measure that states {name!r} would no longer fit.")


def _annotated(schema: object) -> bool:
    """Whether a schema allows everything, in words or none."""
    return schema is True or (isinstance(schema, Mapping) and schema.keys() <= ANNOTATIONS)


_free = _annotated


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


def _beyond(known: list[object], values: list[object]) -> list[object]:
    """The values that are not among those known."""
    keys = set(map(_key, known))
    return [value for value in values if _key(value) not in keys]


def _key(value: object) -> Hashable:
    """What is equal for values that are the same JSON, so that long lists can be compared as sets."""
    if isinstance(value, Mapping):
        return frozenset((name, _key(inside)) for name, inside in value.items())
    if isinstance(value, list | tuple):
        return tuple(map(_key, value))
    return (isinstance(value, bool), value)


def _named(values: object) -> str:
    if values is None:
        return "any"
    return ", ".join(map(told, values)) if isinstance(values, list | tuple) else told(values)


def _change(place: Place, bump: Bump, detail: str) -> SchemaChange:
    return SchemaChange(pointer_to(*place), bump, detail)
