"""Pairs of schemas, the second of which is the first with a few changes, and documents that lie close to what either asks.

Steps of ``multipleOf`` and numbers are sums of halves and quarters, which a binary float holds exactly: the tests are about what a change
does, not about how a validator divides.
"""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from jsonschema import Draft202012Validator, FormatChecker

Schema = dict[str, object]

NAMES = ("a", "b", "c")
STRANGERS = ("x1", "z")
TEXTS = ("", "a", "ab", "abc", "A1", "2024-01-31")
NUMBERS = (-1, 0, 0.25, 0.5, 1, 1.5, 2, 3, 4)
SCALARS: tuple[object, ...] = (*TEXTS, *NUMBERS, True, False, None)
STEPS = (0.25, 0.5, 1, 1.5, 3)
TYPES = ("string", "integer", "number", "boolean", "null", "array", "object")
PATTERNS = ("^[a-z]+$", "a", "^[A-Z]")

scalars = st.sampled_from(SCALARS)
anything = st.sampled_from([True, {}, {"description": "anything"}])
sizes = st.sampled_from([0, 1, 2, 3])
numbers = st.sampled_from(NUMBERS)

WORDS: Mapping[str, SearchStrategy[object]] = {
    "title": st.sampled_from(["One", "Another"]),
    "description": st.sampled_from(["words", "other words"]),
    "examples": st.lists(scalars, max_size=2),
    "$comment": st.just("for the staff"),
}
SILENT: Mapping[str, SearchStrategy[object]] = {"const": scalars, "default": scalars}
DECIDED: Mapping[str, SearchStrategy[object]] = {
    "type": st.sampled_from(TYPES) | st.lists(st.sampled_from(TYPES), min_size=1, max_size=3, unique=True),
    "enum": st.lists(scalars, min_size=1, max_size=4),
    "minimum": numbers,
    "maximum": numbers,
    "exclusiveMinimum": numbers,
    "exclusiveMaximum": numbers,
    "multipleOf": st.sampled_from(STEPS),
    "minLength": sizes,
    "maxLength": sizes,
    "pattern": st.sampled_from(PATTERNS),
    "format": st.sampled_from(["date", "ipv4"]),
    "minItems": sizes,
    "maxItems": sizes,
    "uniqueItems": st.booleans(),
    "required": st.lists(st.sampled_from(NAMES), max_size=2, unique=True),
    "minProperties": sizes,
    "maxProperties": sizes,
}
SMALL = st.sampled_from([{"type": "string"}, {"type": "number", "minimum": 1}, {"enum": ["a", 1]}, True, False])
UNDECIDED: Mapping[str, SearchStrategy[object]] = {
    "anyOf": st.lists(SMALL, min_size=1, max_size=2),
    "allOf": st.lists(SMALL, min_size=1, max_size=2),
    "not": SMALL,
    "if": SMALL,
    "then": SMALL,
    "else": SMALL,
    "contains": SMALL,
    "minContains": sizes,
    "prefixItems": st.lists(SMALL, min_size=1, max_size=2),
    "propertyNames": st.sampled_from([{"maxLength": 1}, {"pattern": "^[a-c]"}]),
    "patternProperties": st.dictionaries(st.sampled_from(["^a", "[0-9]$"]), SMALL, min_size=1, max_size=1),
    "dependentRequired": st.sampled_from([{"a": ["b"]}, {"b": ["a", "c"]}]),
    "unevaluatedProperties": SMALL,
    "unevaluatedItems": SMALL,
    "$ref": st.just("#/$defs/small"),
}
KEYWORDS = {**WORDS, **SILENT, **DECIDED, **UNDECIDED}
HOLDERS = ("$defs", "additionalProperties", "dependentSchemas", "items", "oneOf", "properties")
DEFINITIONS: Mapping[str, object] = {"small": {"type": ["string", "integer"], "maxLength": 2}}


HUGE = (10**400, -(10**30), 0.1)
any_json = st.recursive(
    scalars
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=3)
    | st.sampled_from(HUGE),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(st.sampled_from([*KEYWORDS, *HOLDERS, "unheard"]) | st.text(max_size=2), inside, max_size=4)
    ),
    max_leaves=12,
)
"""Any JSON at all, often with the words of schemas in wrong places."""
odd_schemas = st.dictionaries(st.sampled_from([*KEYWORDS, *HOLDERS]), any_json, max_size=6) | any_json


@st.composite
def schemas(draw: DrawFn, depth: int = 2) -> object:
    """A schema of a facet: a few keywords that often go together, now and then one that no rule decides."""
    kind = draw(st.sampled_from(["text", "number", "values", "list", "object", "mixed", "free"]))
    if kind == "free" or depth == 0:
        return draw(anything | st.just(False) | SMALL)
    made = {word: draw(KEYWORDS[word]) for word in draw(_of_kind(kind))}
    if kind == "list" and draw(st.booleans()):
        made["items"] = draw(schemas(depth=depth - 1))
    if kind == "object":
        made |= draw(objects(depth=depth - 1))
    return made


def _of_kind(kind: str) -> SearchStrategy[list[str]]:
    words = {
        "text": ("type", "minLength", "maxLength", "pattern", "format", "description", "enum"),
        "number": ("type", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        "values": ("enum", "const", "default", "type"),
        "list": ("minItems", "maxItems", "uniqueItems", "contains", "prefixItems", "unevaluatedItems"),
        "object": ("type", "minProperties", "maxProperties", "patternProperties"),
        "mixed": tuple(KEYWORDS),
    }[kind]
    return st.lists(st.sampled_from(words), max_size=2 if kind in {"list", "object"} else 3, unique=True)


@st.composite
def objects(draw: DrawFn, depth: int = 2) -> Schema:
    """A schema of an object with described members, closed or open."""
    made: Schema = {"properties": draw(st.dictionaries(st.sampled_from(NAMES), schemas(depth=depth), max_size=3))}
    rest = draw(st.sampled_from(["closed", "closed", "open", "true", "schema"]))
    if rest != "open":
        made["additionalProperties"] = {"closed": False, "true": True}.get(rest, {"type": "string"})
    if draw(st.booleans()):
        made["required"] = draw(DECIDED["required"])
    return made


@st.composite
def measures(draw: DrawFn) -> Schema:
    """A schema as a template has one: of an object, with definitions to refer to."""
    rare = draw(st.lists(st.sampled_from(sorted(UNDECIDED)), max_size=1)) if draw(st.integers(0, 5)) == 0 else []
    return (
        {"type": "object", "$defs": deepcopy(dict(DEFINITIONS))}
        | draw(objects())
        | {word: draw(UNDECIDED[word]) for word in rare}
    )


@st.composite
def pairs(draw: DrawFn) -> tuple[Schema, Schema]:
    """A schema, and the same after one to three changes."""
    before = deepcopy(draw(measures()))
    after = draw(changed(before))
    assume(repr(before) != repr(after))
    return before, after


@st.composite
def changed(draw: DrawFn, schema: Schema) -> Schema:
    """A copy of a schema after one to three changes."""
    after = deepcopy(schema)
    for _ in range(draw(st.integers(1, 3))):
        target = draw(st.sampled_from(list(_places(after))))
        draw(st.sampled_from(_CHANGES))(draw, target)
    return after


def _places(schema: object) -> Iterator[Schema]:
    """The schema and those in it that can be changed, the definitions aside."""
    if isinstance(schema, dict):
        yield schema
        for inside in schema.get("properties", {}).values():
            yield from _places(inside)
        for word in ("items", "additionalProperties"):
            yield from _places(schema.get(word))


def _set_keyword(draw: DrawFn, target: Schema) -> None:
    known = [word for word in target if word in KEYWORDS]
    often = [*DECIDED, *WORDS, *SILENT, *(known * 5), draw(st.sampled_from(sorted(UNDECIDED)))]
    word = draw(st.sampled_from(often))
    target[word] = deepcopy(draw(KEYWORDS[word]))


def _drop_keyword(draw: DrawFn, target: Schema) -> None:
    droppable = [word for word in target if word != "$defs"]
    if droppable:
        del target[draw(st.sampled_from(droppable))]


def _move_number(draw: DrawFn, target: Schema) -> None:
    movable = [word for word, value in target.items() if isinstance(value, int | float) and word in DECIDED]
    movable = [word for word in movable if not isinstance(target[word], bool)]
    if movable:
        word = draw(st.sampled_from(movable))
        target[word] = (
            target[word] * 2 if word == "multipleOf" else max(0, target[word] + draw(st.sampled_from([-1, 1])))
        )


def _move_values(draw: DrawFn, target: Schema) -> None:
    for word in ("enum", "type", "required"):
        values = target.get(word)
        if isinstance(values, list) and values:
            pool = {"enum": scalars, "type": st.sampled_from(TYPES), "required": st.sampled_from(NAMES)}[word]
            how = draw(st.sampled_from(["turn", "more", "less"]))
            more = [*values, draw(pool)] if how == "more" else values[1:] if how == "less" else values[::-1]
            target[word] = [value for place, value in enumerate(more) if not _repeated(more, place)] or values


def _repeated(values: list[object], place: int) -> bool:
    return any(type(value) is type(values[place]) and value == values[place] for value in values[:place])


def _set_property(draw: DrawFn, target: Schema) -> None:
    described = target.setdefault("properties", {})
    name = draw(st.sampled_from([*NAMES, *STRANGERS]))
    if name in described and draw(st.booleans()):
        del described[name]
    else:
        described[name] = deepcopy(draw(schemas()))


def _set_rest(draw: DrawFn, target: Schema) -> None:
    target["additionalProperties"] = deepcopy(draw(schemas() | st.booleans()))


def _say_otherwise(draw: DrawFn, target: Schema) -> None:
    """The same in other words, in another order, or written out."""
    word = draw(st.sampled_from([*WORDS, "additionalProperties", "uniqueItems", "enum", "minLength"]))
    if word in WORDS:
        target[word] = draw(WORDS[word])
    elif word == "enum":
        target |= {"enum": target["enum"][::-1]} if "enum" in target else {}
    else:
        target.setdefault(word, {"additionalProperties": True, "uniqueItems": False, "minLength": 0}[word])


def _exchange_bound(draw: DrawFn, target: Schema) -> None:
    """An inclusive bound becomes an exclusive one, or the other way round, near the old one."""
    for one, other in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        for old, new in ((one, other), (other, one)):
            if old in target and new not in target:
                target[new] = target.pop(old) + draw(st.sampled_from([-1, 0, 1]))
                return


_CHANGES: tuple[Callable[[DrawFn, Schema], None], ...] = (
    *(_set_keyword, _drop_keyword, _move_number, _move_number, _move_values, _move_values),
    *(_set_property, _set_rest, _exchange_bound, _say_otherwise),
)


def validator_of(schema: object, root: Mapping[str, object] | None = None) -> Draft202012Validator:
    """A validator that asserts formats; ``root`` is where references lead."""
    whole = {**schema, "$defs": root["$defs"]} if isinstance(schema, dict) and root else schema
    return Draft202012Validator(whole, format_checker=FormatChecker())


def documents(before: Schema, after: Schema) -> list[object]:
    """Documents close to both schemas: a valid one where one is found, then with every member changed in every way; and no objects."""
    names = sorted({*NAMES, *STRANGERS, *_described(before), *_described(after)})
    near = {name: _near_member(name, before, after) for name in names}
    starts: list[dict[str, object]] = []
    for schema in (before, after):
        fitting = {name: [value for value in near[name] if _fits_member(name, value, schema)] for name in names}
        needed = {str(name) for name in schema.get("required", ()) if name in names}
        starts += [
            {name: fitting[name][0] for name in names if fitting[name]},
            {name: fitting[name][-1] for name in names if fitting[name] and name in needed},
        ]
    found: list[object] = [{}, "a", 1, None, [], *starts]
    for start in starts:
        found += [{key: value for key, value in start.items() if key != name} for name in start]
        found += [start | {name: value} for name in names for value in near[name]]
    return found


def _described(schema: Schema) -> dict[str, object]:
    found = schema.get("properties")
    return found if isinstance(found, dict) else {}


def _fits_member(name: str, value: object, schema: Schema) -> bool:
    described = _described(schema)
    inside = described[name] if name in described else schema.get("additionalProperties", True)
    return validator_of(inside, schema).is_valid(value)


def _near_member(name: str, before: Schema, after: Schema) -> list[object]:
    """Values on either side of what two schemas of a member ask, and a few that they do not speak of."""
    inside = [_described(schema).get(name, schema.get("additionalProperties")) for schema in (before, after)]
    return _distinct([*(value for schema in inside for value in near(schema)), "a", "ab", 1, 0.5, True, None, [], {}])


def near(schema: object, depth: int = 3) -> Iterator[object]:
    """Values on either side of what a schema asks."""
    if not isinstance(schema, dict) or depth == 0:
        return
    yield from schema.get("enum", ())
    yield from (schema[word] for word in ("const", "default") if word in schema)
    for word in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"):
        if word in schema:
            yield from (schema[word], schema[word] + 1, schema[word] - 1, schema[word] + 0.25, schema[word] - 0.25)
    for word in ("minLength", "maxLength"):
        yield from ("a" * max(0, schema[word] + more) for more in (-1, 0, 1) if word in schema)
    if {"pattern", "format"} & schema.keys():
        yield from TEXTS
    entries = _distinct([*near(schema.get("items"), depth - 1), "a", 1])[:6]
    if {"items", "minItems", "maxItems", "uniqueItems", "contains", "prefixItems", "unevaluatedItems"} & schema.keys():
        yield from ([entry] for entry in entries)
        yield from (entries[:size] for size in (2, 3, 4))
        yield from ([entries[0]] * size for size in (2, 3))
    if {"properties", "additionalProperties", "required", "minProperties", "maxProperties"} & schema.keys():
        yield from _near_objects(schema, depth)


def _near_objects(schema: Schema, depth: int) -> Iterator[object]:
    described = _described(schema)
    inside = {name: _distinct([*near(described.get(name), depth - 1), "a", 1])[:6] for name in (*NAMES, "z")}
    yield from ({name: value} for name, values in inside.items() for value in values)
    whole = {name: values[0] for name, values in inside.items()}
    yield from (whole, {name: whole[name] for name in described if name in whole})
    yield {str(name): whole.get(str(name), "a") for name in schema.get("required", ())}


def _distinct(values: list[object]) -> list[object]:
    return list({(type(value).__name__, repr(value)): value for value in values}.values())
