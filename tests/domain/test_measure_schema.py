"""A measure's schema comes from outside: what could not be checked in bounded time, or not by everybody alike, is refused."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.actions.templates import check_template
from registry.check import check_against
from registry.domain.pattern import as_python, why_unsafe
from tests.domain.documents import findings_of_template, named, raw, template_document

Schema = dict[str, object]


def findings_of(schema: object) -> list[tuple[str, str]]:
    """What is found in a template with this schema (and all facets judged), the facets aside."""
    found = findings_of_template(template_document() | {"measure_schema": schema})
    return [(place, rule) for place, rule in named(found) if rule != "facet-unknown"]


def with_facet(facet: object, **rest: object) -> Schema:
    """A schema in which the cut is described so."""
    return {"type": "object", "properties": {"cut": facet}} | rest


def nested(levels: int) -> Schema:
    schema: Schema = {}
    for _ in range(levels):
        schema = {"not": schema}
    return schema


UNSAFE, INVALID = "measure-schema-unsafe", "measure-schema-invalid"
CUT = "/measure_schema/properties/cut"


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (with_facet({"type": "strng"}), [(f"{CUT}/type", INVALID)]),
        (
            with_facet({"type": 5, "enum": 3, "minLength": -1}),
            [(f"{CUT}/{word}", INVALID) for word in ("enum", "minLength", "type")],
        ),
        (with_facet(7), [(CUT, INVALID)]),
        (with_facet({}, required="cut"), [("/measure_schema/required", INVALID)]),
        ({"properties": {}}, [("/measure_schema/type", UNSAFE)]),
        ({"type": "array"}, [("/measure_schema/type", UNSAFE)]),
        (with_facet({"$ref": "https://example.org/cut"}), [(f"{CUT}/$ref", UNSAFE)]),
        (with_facet({"$ref": "other.json#/$defs/x"}), [(f"{CUT}/$ref", UNSAFE)]),
        (with_facet({"$ref": "#"}), [(f"{CUT}/$ref", UNSAFE)]),
        (with_facet({"$ref": "#/$defs/none"}), [(f"{CUT}/$ref", UNSAFE)]),
        (with_facet({"$ref": "#/properties/cut"}), [(f"{CUT}/$ref", UNSAFE)]),
        (with_facet({}, **{"$defs": {"a": {"$ref": "#/$defs/a"}}}), [("/measure_schema/$defs/a/$ref", UNSAFE)]),
        (with_facet({"$dynamicRef": "#x"}), [(f"{CUT}/$dynamicRef", UNSAFE)]),
        (with_facet({"$id": "x"}), [(f"{CUT}/$id", UNSAFE)]),
        (
            with_facet({}, **{"$schema": "http://json-schema.org/draft-07/schema#"}),
            [("/measure_schema/$schema", UNSAFE)],
        ),
        (with_facet({"default": ["proficient"]}), [(f"{CUT}/default", UNSAFE)]),
        (with_facet({"pattern": "^(a+)+$"}), [(f"{CUT}/pattern", UNSAFE)]),
        (with_facet({}, patternProperties={"(a|a)*": {}}), [("/measure_schema/patternProperties/(a|a)*", UNSAFE)]),
        (with_facet(nested(11)), [("/measure_schema", UNSAFE)]),
        (with_facet(nested(50)), [("/measure_schema", UNSAFE)]),
        (with_facet({"enum": list(range(2000))}), [("/measure_schema", UNSAFE)]),
        (
            with_facet({"anyOf": [{"$ref": "#/$defs/big"}] * 50}, **{"$defs": {"big": {"enum": list(range(100))}}}),
            [("/measure_schema/$defs", UNSAFE)],
        ),
    ],
    ids=lambda value: repr(value)[:50],
)
def test_faulty_schema_is_refused_where_it_is_faulty(schema: Schema, expected: list[tuple[str, str]]):
    assert findings_of(schema) == expected


@pytest.mark.parametrize(
    "schema",
    [
        with_facet({"$ref": "#/$defs/cut"}, **{"$defs": {"cut": {"enum": ["meets", "exceeds"]}}}),
        with_facet({"const": {"$ref": "https://example.org"}["$ref"]}),
        with_facet({"enum": [{"$ref": "https://example.org"}]}),
        with_facet(True, **{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:cut"}),
        with_facet(nested(7)),
        with_facet({"pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}),
        {"type": "object", "properties": {"$ref": {"type": "string"}, "pattern": {"type": "string"}}},
    ],
    ids=lambda value: repr(value)[:50],
)
def test_sound_schema_is_taken_and_can_be_used(schema: Schema):
    assert findings_of(schema) == []
    assert check_against({"cut": []}, schema, "/measure") is not None


PATTERNS_OF_PEOPLE = [
    *("^[a-z0-9]+(-[a-z0-9]+)*$", "^[0-9A-Za-z][0-9A-Za-z._+-]*$", "^[0-9]{4}$", "^[A-Z]", "^[A-Z]+$", ""),
    *(r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$", "^(SY)?[0-9]{4}-[0-9]{2}$", "^[^ ]+$", r"^\d{1,3}%?$", "^.{2,40}$"),
    *("^(fall|winter|spring)$", "^(?:grade-[3-8]|age-[0-9]+)$", r"^a\$$", "[äöü]+ß", "^x{3}y?z*$", "^[a-z]*/[a-z]*$"),
]


@pytest.mark.parametrize("pattern", PATTERNS_OF_PEOPLE)
def test_pattern_that_decides_at_each_character_is_taken(pattern: str):
    assert why_unsafe(pattern) is None
    assert re.compile(as_python(pattern))


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            "^(a+)+$",
            "^(a*)*$",
            "^(a|a)*$",
            "^(a|ab)*$",
            "^(a?){30}a{30}$",
            "a*a*a*b",
            "^(.*,)*x$",
            "^[a-z]+[0-9a-f]*$",
        ),
        *(
            "^([a-z]+|[a-z]+-)*$",
            "(a|b|[^c])*",
            r"(\w|\d)+",
            r"^(\s+|x)*\s$",
            "^(a{1,2}){5,}$",
            "()*",
            "^[à-ü]*[ä-ö]+$",
        ),
        *(
            r"(a)\1",
            "(?=a)a",
            "(?!a)b",
            "(?i)a",
            "(?P<x>a)",
            "a*?",
            "a++",
            "a{2}{3}",
            r"\bword",
            r"\p{L}",
            "a^b",
            "a$b",
        ),
        *(
            "(",
            ")",
            "[",
            "[]",
            "[z-a]",
            "*",
            "a{3,2}",
            "a{9999}",
            "a{99999}",
            "{2}",
            "[[a]",
            "[a--b]",
            "\\",
            "((" * 100,
        ),
        *("(" * 20 + ")" * 20, "a" * 301, "x{1001}"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_pattern_that_could_take_for_ever_or_is_read_differently_is_refused(pattern: str):
    why = why_unsafe(pattern)
    assert why
    assert "pattern" not in why


@given(st.text(alphabet="ab1-.^$|()[]{}*+?\\,23wds:", max_size=16))
def test_what_is_taken_compiles_without_a_warning_and_never_hangs(pattern: str):
    if why_unsafe(pattern) is None:
        compiled = re.compile(as_python(pattern))
        for text in ("a" * 300, "ab" * 150, "1-" * 150, "a" * 299 + "!", "a1b-" * 75 + "?"):
            compiled.search(text)


@given(st.text(max_size=30))
def test_no_pattern_makes_the_check_stumble(pattern: str):
    document = template_document()
    document["measure_schema"]["properties"]["cut"] = {"type": "string", "pattern": pattern}
    read, findings = check_template(raw(document))
    assert (read is None) == bool(findings)
    if read is not None:
        assert check_against({"cut": pattern}, read.measure_schema, "/measure") is not None


def test_dollar_ends_the_text_and_an_escaped_one_is_a_dollar():
    assert not re.search(as_python("^a$"), "a\n")
    assert re.search(as_python(r"^a\$"), "a$b")
    assert re.search(as_python(r"^a\\$"), "a\\")
    assert named(check_against({"cut": "a\n"}, with_facet({"pattern": "^a$"}), "")) == [("/cut", "wrong-form")]
