"""Whatever fitted a measure's schema still fits it after every change that is called smaller than major."""

from collections import Counter

import pytest
from hypothesis import given, seed, settings

from registry.domain.measure_schema import MAX_SCHEMA_NODES
from registry.domain.schema_change import Bump, same, schema_changes
from registry.domain.version_change import bump_of, changes
from tests.domain.documents import template_document
from tests.domain.schemas_made import Schema, any_json, documents, odd_schemas, pairs, validator_of

SIZES: tuple[Bump, ...] = ("none", "patch", "minor", "major")
CLOSED = {"additionalProperties": False}
PATTERNED = CLOSED | {"patternProperties": {"^a": {}}}


def told(before: object, after: object) -> list[tuple[str, str]]:
    """Pointer and class of every difference of two schemas."""
    return [(found.pointer, found.bump) for found in schema_changes(before, after)]


def size(before: object, after: object) -> Bump:
    """The largest class among the differences of two schemas."""
    return max((found.bump for found in schema_changes(before, after)), key=SIZES.index, default="none")


def test_what_fitted_still_fits_unless_the_change_is_major():
    """Every document near a schema is asked under both; in the end enough was asked that a fault would have shown."""
    sizes: Counter[str] = Counter()
    told_apart: Counter[str] = Counter()
    fitting: Counter[bool] = Counter()

    @seed(63)
    @settings(max_examples=1200, database=None)
    @given(pairs())
    def look(pair: tuple[Schema, Schema]) -> None:
        before, after = pair
        bump = size(before, after)
        sizes[bump] += 1
        if bump == "major" and sizes[bump] > 120:
            return
        old, new = validator_of(before), validator_of(after)
        seen = set()
        for document in documents(before, after):
            fitted, fits = old.is_valid(document), new.is_valid(document)
            seen.add((fitted, fits))
            fitting[fitted] += 1
            assert fits or not fitted or bump == "major", (bump, document, schema_changes(before, after))
            assert fitted or not fits or bump in {"minor", "major"}, (bump, document, schema_changes(before, after))
        told_apart[bump] += not seen <= {(True, True), (False, False)}

    look()
    assert sizes["minor"] >= 200
    assert sizes["patch"] >= 100
    assert min(fitting.values()) >= 10_000
    assert told_apart["major"] >= 60, "documents are not close enough to the schemas to show a narrowing"
    assert told_apart["minor"] >= 100, "documents are not close enough to the schemas to show a widening"


@settings(max_examples=500)
@given(odd_schemas, odd_schemas)
def test_no_two_documents_are_too_odd_to_be_compared(before: object, after: object):
    found = schema_changes(before, after)
    assert (not found) == same(before, after)
    assert all(entry.bump != "none" and entry.detail.endswith(".") for entry in found)
    assert schema_changes(after, after) == ()


@settings(max_examples=300)
@given(any_json)
def test_a_value_is_the_same_as_itself_and_not_as_itself_in_a_list(value: object):
    assert same(value, value)
    assert not same(value, [value])
    assert size({"enum": [value, "other"]}, {"enum": ["other", value]}) in {"patch", "none"}
    assert size({"enum": [[value]]}, {"enum": [[value], value]}) == "minor"
    assert size({"enum": [value, [value]]}, {"enum": [value]}) == "major"


def deep(word: str, end: object, levels: int) -> object:
    made = end
    for _ in range(levels):
        made = {word: {"a": made} if word == "properties" else [made] if word in {"anyOf", "enum"} else made}
    return made


@pytest.mark.parametrize("word", ["properties", "items", "anyOf", "enum", "const", "additionalProperties"])
def test_schemas_deeper_than_the_stack_are_major_and_equal_ones_none(word: str):
    before, after = (deep(word, {"title": end}, 5000) for end in ("One", "Another"))
    assert told(before, after) == [("", "major")]
    assert told(before, deep(word, {"title": "One"}, 5000)) == []


def test_schemas_as_large_as_they_may_be_are_compared_member_by_member():
    names = [f"name-{place}" for place in range(MAX_SCHEMA_NODES // 2 - 1)]
    before, after = ({"properties": {name: {"type": kind} for name in names[::2]}} for kind in ("integer", "number"))
    assert told(before, after) == [(f"/properties/{name}/type", "minor") for name in sorted(names[::2])]
    assert told({"enum": names}, {"enum": [*names[::-1], "more"]}) == [("/enum", "minor")]
    assert told({"enum": names}, {"enum": names[1:]}) == [("/enum", "major")]


def test_what_is_larger_than_any_schema_may_be_is_not_looked_into():
    names = [f"name-{place}" for place in range(MAX_SCHEMA_NODES)]
    assert told({"enum": names}, {"enum": [*names, "more"]}) == [("", "major")]


def test_large_whole_numbers_are_told_digit_by_digit():
    (found,) = schema_changes({"maximum": 1234567890123456}, {"maximum": 10**400})
    assert "at most 1,234,567,890,123,456 and" in found.detail


@pytest.mark.parametrize(
    ("narrow", "wide", "pointer"),
    [
        ({"type": "integer"}, {"type": "number"}, "/type"),
        ({"type": "string"}, {"type": ["integer", "string"]}, "/type"),
        ({"type": "string"}, {}, "/type"),
        ({"type": "integer", "minimum": 3}, {"type": ["integer", "string"], "minimum": 3}, "/type"),
        ({"enum": ["a"]}, {"enum": ["a", "b"]}, "/enum"),
        ({"enum": [1]}, {"enum": [1, True]}, "/enum"),
        ({"enum": ["a"]}, {}, "/enum"),
        ({"const": "a", "enum": ["a", "b"]}, {"const": "a"}, "/enum"),
        ({"minimum": 3}, {"minimum": 2.5}, "/minimum"),
        ({"exclusiveMinimum": 0}, {"minimum": 0}, "/minimum"),
        ({"maximum": 3}, {"exclusiveMaximum": 3.5}, "/exclusiveMaximum"),
        ({"maximum": 3}, {}, "/maximum"),
        ({"minLength": 1}, {}, "/minLength"),
        ({"maxItems": 2}, {"maxItems": 3}, "/maxItems"),
        ({"maxProperties": 2}, {}, "/maxProperties"),
        ({"multipleOf": 1}, {"multipleOf": 0.5}, "/multipleOf"),
        ({"multipleOf": 0.3}, {"multipleOf": 0.1}, "/multipleOf"),
        ({"multipleOf": 2}, {}, "/multipleOf"),
        ({"pattern": "^a"}, {}, "/pattern"),
        ({"format": "date"}, {}, "/format"),
        ({"uniqueItems": True}, {"uniqueItems": False}, "/uniqueItems"),
        ({"items": {"type": "string"}}, {"items": True}, "/items/type"),
        ({"items": False}, {}, "/items"),
        ({"required": ["a", "b"]}, {"required": ["b"]}, "/required"),
        (CLOSED, {}, "/additionalProperties"),
        ({"additionalProperties": {"type": "string"}}, {}, "/additionalProperties/type"),
        (CLOSED, CLOSED | {"properties": {"a": {"type": "string"}}}, "/properties/a"),
        ({"properties": {"a": {"type": "string"}}}, {}, "/properties/a"),
        ({"properties": {"a": False}}, {}, "/properties/a"),
        (
            {"properties": {"a": {"items": {"maximum": 1}}}},
            {"properties": {"a": {"items": {}}}},
            "/properties/a/items/maximum",
        ),
    ],
    ids=repr,
)
def test_what_widens_one_way_narrows_the_other(narrow: Schema, wide: Schema, pointer: str):
    assert told(narrow, wide) == [(pointer, "minor")]
    assert size(wide, narrow) == "major"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"pattern": "^a"}, {"pattern": "^ab"}),
        ({"format": "date"}, {"format": "date-time"}),
        ({"multipleOf": 2}, {"multipleOf": 3}),
        ({"enum": ["a", "b"]}, {"enum": ["b", "c"]}),
        ({"const": "a"}, {"const": "b"}),
        ({"enum": ["a"]}, {"const": "a"}),
        ({"default": "a"}, {"default": "b"}),
        ({}, {"default": None}),
        ({}, {"const": None}),
        ({"anyOf": [{"type": "string"}]}, {"anyOf": [{"type": "string"}, {"type": "null"}]}),
        ({"$defs": {"a": {}}}, {"$defs": {"a": {"type": "string"}}}),
        ({"contains": {"const": 1}}, {}),
        ({"contains": {"const": 1}}, {"contains": {"const": 1}, "minContains": 0}),
        ({"unheard": 1}, {"unheard": 2}),
        ({"properties": {"a": {"default": "x"}}}, {}),
        (PATTERNED, PATTERNED | {"properties": {"a": {"type": "string"}}}),
        ({"anyOf": [{"maxLength": 1}]}, {"anyOf": [{"maxLength": 2}]}),
        ({"items": {}, "unevaluatedItems": False}, {"unevaluatedItems": False}),
    ],
    ids=repr,
)
def test_what_no_rule_decides_and_what_silence_means_are_major_both_ways(before: Schema, after: Schema):
    assert (size(before, after), size(after, before)) == ("major", "major")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"enum": ["a", "b"]}, {"enum": ["b", "a"]}),
        ({"required": ["a", "b"]}, {"required": ["b", "a"]}),
        ({"type": ["string", "null"]}, {"type": ["null", "string"]}),
        ({"title": "One"}, {"title": "Another", "description": "More", "examples": [1], "$comment": "Why"}),
        ({"anyOf": [{"type": "string"}]}, {"anyOf": [{"type": "string", "title": "Text"}]}),
        ({"$defs": {"a": {"enum": [1]}}}, {"$defs": {"a": {"enum": [1], "description": "One"}}}),
        ({}, {"additionalProperties": True}),
        ({}, {"minLength": 0}),
        ({"minimum": 3}, {"minimum": 3, "exclusiveMinimum": 2}),
        (True, {}),
        (CLOSED, CLOSED | {"properties": {"a": False}}),
    ],
    ids=repr,
)
def test_the_same_in_other_words_or_another_order_is_a_patch(before: object, after: object):
    assert (size(before, after), size(after, before)) == ("patch", "patch")


def test_the_same_value_is_no_difference_however_it_is_written():
    one = {"properties": {"a": {"minimum": 1, "enum": [1, 2.0]}}, "required": ["a"]}
    assert told(one, {"required": ["a"], "properties": {"a": {"enum": [1.0, 2], "minimum": 1.0}}}) == []


def test_words_under_enum_and_const_are_data():
    assert size({"anyOf": [{"const": {"title": "a"}}]}, {"anyOf": [{"const": {"title": "b"}}]}) == "major"


def test_detail_says_what_is_lost():
    (found,) = schema_changes({"enum": ["meets", "approaches"]}, {"enum": ["meets"]})
    assert "'approaches'" in found.detail
    assert "no longer" in found.detail.lower()


@pytest.mark.parametrize(
    ("facet", "wanted"),
    [("content", "major"), ("season", "minor")],
)
def test_a_facet_that_is_no_longer_described_can_be_stated_only_if_every_template_has_it(facet: str, wanted: str):
    before = template_document() | {"measure_schema": {"type": "object", "properties": {facet: {"type": "string"}}}}
    after = template_document() | {"measure_schema": {"type": "object", "properties": {}}}
    assert bump_of(changes(before, after)) == wanted
