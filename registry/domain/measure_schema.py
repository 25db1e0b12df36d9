"""What the schema of a template's measure may say. It comes from outside, so nothing in it is trusted.

A measure is one flat object of scalars, and its schema is small: bounded in size and depth, also after references are followed, no
reference outside itself, no pattern that could take for ever. What remains can be checked against any measure in bounded time.
Tests: ``tests/domain/test_measure_schema.py``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from registry.domain.pattern import why_unsafe
from registry.domain.rule import Found, fields, part, pointer_to

MAX_SCHEMA_DEPTH = 12
MAX_SCHEMA_NODES = 2000
DRAFT = "https://json-schema.org/draft/2020-12/schema"

_ONE = (
    *("additionalProperties", "contains", "contentSchema", "else", "if", "items", "not", "propertyNames", "then"),
    *("unevaluatedItems", "unevaluatedProperties"),
)
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_NAMED = ("$defs", "dependentSchemas", "patternProperties", "properties")
_ELSEWHERE = ("$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveRef", "$vocabulary")
_OWN_DEFINITION = re.compile(r"#/\$defs/([A-Za-z0-9_.-]+)")

Place = tuple[str | int, ...]


def bounded(schema: object) -> bool:
    """Whether a schema is small enough to be looked at."""
    depth, nodes = _extent(schema)
    return depth <= MAX_SCHEMA_DEPTH and nodes <= MAX_SCHEMA_NODES


def facet_schemas(schema: Mapping[str, object]) -> Mapping[str, object]:
    """The schema of each facet that is described."""
    return fields(schema.get("properties"))


def only_described(schema: Mapping[str, object]) -> bool:
    """Whether a measure may state no facet but those described."""
    return schema.get("additionalProperties") is False


def unsafe_parts(schema: Mapping[str, object]) -> Iterator[Found]:
    """Everything in a measure's schema that no template may say."""
    if not bounded(schema):
        hint = f"Describe one flat object of scalars, at most {MAX_SCHEMA_DEPTH} deep and {MAX_SCHEMA_NODES:,} members large."
        yield "/measure_schema", "The measure's schema is too large to be checked.", hint
        return
    if schema.get("type") != "object":
        hint = 'Write "type": "object".'
        yield "/measure_schema/type", "A measure is a set of facets, so its schema must be of the type object.", hint
    for facet, described in facet_schemas(schema).items():
        yield from _stated(facet, described)
    nodes = _extent(schema)[1]
    for place, here in _subschemas(schema):
        yield from _keywords(place, here)
        yield from _patterns(place, here)
        if "$ref" in here:
            yield from _reference(place, here["$ref"], schema)
            nodes += _extent(_target(schema, here["$ref"]))[1]
    if nodes > MAX_SCHEMA_NODES:
        hint = "Repeat less: write each facet once."
        yield "/measure_schema/$defs", "With its references followed the measure's schema is too large.", hint


def _extent(schema: object) -> tuple[int, int]:
    """How deep and how large a schema is, without recursion: an untrusted one may be deeper than the stack."""
    deepest, nodes, waiting = 0, 0, [(schema, 1)]
    while waiting and nodes <= MAX_SCHEMA_NODES:
        here, depth = waiting.pop()
        nodes, deepest = nodes + 1, max(deepest, depth)
        children: Iterable[object] = (
            here.values() if isinstance(here, Mapping) else here if isinstance(here, list) else ()
        )
        waiting.extend((child, depth + 1) for child in children)
    return deepest, nodes


def _subschemas(schema: Mapping[str, object]) -> Iterator[tuple[Place, Mapping[str, object]]]:
    """The schema and every schema in it; what stands under enum, const and default is data and none."""
    waiting: list[tuple[Place, object]] = [(("measure_schema",), schema)]
    while waiting:
        place, here = waiting.pop()
        if not isinstance(here, Mapping):
            continue
        yield place, here
        waiting += [((*place, word), here[word]) for word in _ONE if word in here]
        for word in (*_LISTS, *_NAMED):
            inside = here.get(word)
            named = (
                inside.items() if isinstance(inside, Mapping) else enumerate(inside) if isinstance(inside, list) else ()
            )
            waiting += [((*place, word, name), child) for name, child in named]


def _stated(facet: str, described: object) -> Iterator[Found]:
    for word in ("const", "default"):
        value = part(described, word)
        if value is not None and not isinstance(value, str | int | float | bool):
            pointer = pointer_to("measure_schema", "properties", facet, word)
            yield pointer, f"The facet {facet!r} can only be one text, number, true or false.", "Write a single value."


def _keywords(place: Place, here: Mapping[str, object]) -> Iterator[Found]:
    for word in _ELSEWHERE:
        if word in here:
            yield pointer_to(*place, word), f"{word!r} has no use in a measure's schema.", "Take it out."
    if "$id" in here and len(place) > 1:
        yield pointer_to(*place, "$id"), "Only the whole schema may have an id.", "Take it out."
    if here.get("$schema", DRAFT) != DRAFT:
        yield pointer_to(*place, "$schema"), "The schema is written in another edition of JSON Schema.", f"Use {DRAFT}."


def _patterns(place: Place, here: Mapping[str, object]) -> Iterator[Found]:
    named = fields(here.get("patternProperties"))
    found = [(("pattern",), here.get("pattern")), *((("patternProperties", name), name) for name in named)]
    for where, pattern in found:
        why = why_unsafe(pattern) if isinstance(pattern, str) else None
        if why is not None:
            hint = "Write a simpler one, such as ^[a-z0-9]+(-[a-z0-9]+)*$, or list the values under enum."
            yield pointer_to(*place, *where), f"The pattern {pattern!r} is not taken, because {why}.", hint


def _reference(place: Place, reference: object, schema: Mapping[str, object]) -> Iterator[Found]:
    if not isinstance(reference, str):
        return
    pointer, target = pointer_to(*place, "$ref"), _target(schema, reference)
    if not reference.startswith("#"):
        yield (
            pointer,
            f"The schema refers to {reference!r}, which is outside itself.",
            "Copy what it needs into this schema.",
        )
    elif target is None:
        yield (
            pointer,
            f"There is no definition {reference!r}.",
            "Put it under $defs of this schema, as in #/$defs/grade.",
        )
    elif any("$ref" in here for _, here in _subschemas({"not": target})):
        yield (
            pointer,
            f"The definition {reference!r} refers on to another.",
            "Refer to definitions that refer to nothing.",
        )


def _target(schema: Mapping[str, object], reference: object) -> object:
    found = _OWN_DEFINITION.fullmatch(reference) if isinstance(reference, str) else None
    return fields(schema.get("$defs")).get(found[1]) if found else None
