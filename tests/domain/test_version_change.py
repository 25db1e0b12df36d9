"""Every difference between two versions of a template has its class; numbers follow Semantic Versioning."""

import json
import random
from collections import Counter
from copy import deepcopy
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
import semver
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from registry.check import check_against
from registry.domain.ids import newest, ordered
from registry.domain.schema_change import Bump
from registry.domain.template import Disaggregation, Disclosure, FacetRule, Indicator, Template, resolved
from registry.domain.version_change import (
    DECIDING,
    DECIDING_OF_AN_INDICATOR,
    JUDGED,
    NUMBER,
    WORDS,
    bump_of,
    changes,
    next_version,
    too_small,
)
from tests.domain.documents import VERSIONS, template_document
from tests.domain.schemas_made import DEFINITIONS, Schema, changed, documents

Json = dict[str, object]
VECTORS = [
    (file["base"], case)
    for path in sorted((Path(__file__).parents[1] / "vectors").glob(VERSIONS))
    for file in (json.loads(path.read_text("utf-8")),)
    for case in file["changes"]
]


def whole(document: Json) -> Json:
    """A template with its defaults written out, as it is published."""
    return json.loads(msgspec.json.encode(resolved(msgspec.convert(document, Template))))


def turned(document: object) -> object:
    """The same document with the members of every mapping in it the other way round."""
    if isinstance(document, dict):
        return {name: turned(value) for name, value in reversed(document.items())}
    return [turned(value) for value in document] if isinstance(document, list) else document


def patched(document: Json, patch: list[tuple[str, object]]) -> Json:
    after = deepcopy(document)
    for pointer, value in patch:
        if pointer == "/__reorder__":
            after = turned(after)
            continue
        *above, last = pointer.split("/")[1:]
        here = after
        for name in above:
            here = here[int(name)] if isinstance(here, list) else here[name]
        if isinstance(here, list):
            here[int(last)] = value
        elif value is None:
            del here[last]
        else:
            here[last] = value
    return after


def found(*patch: tuple[str, object], base: Json | None = None) -> list[tuple[str, str]]:
    """Pointer and class of everything that a patch changes."""
    before = base or template_document()
    return [(entry.pointer, entry.class_) for entry in changes(whole(before), whole(patched(before, list(patch))))]


def base() -> Json:
    """The template with room for members that are seldom stated, and with the choices stated that follow from others."""
    document = template_document() | {"powers": {}}
    document["disaggregation"]["reference"] = {}
    chosen = whole(document)
    document["indicator"]["maintain_within"] = chosen["indicator"]["maintain_within"]
    return document | {"progress_rule": chosen["progress_rule"]}


@pytest.mark.parametrize(("start", "case"), VECTORS, ids=[case["name"] for _, case in VECTORS])
def test_known_answer(start: Json, case: Json):
    assert bump_of(changes(whole(start), whole(patched(start, case["patch"])))) == case["bump"]


def test_there_are_known_answers():
    assert len(VECTORS) == 35


def test_every_member_of_a_template_has_a_class():
    """A member that is added later is classed here first."""
    assert {*WORDS, *DECIDING, *JUDGED, NUMBER} == set(Template.__struct_fields__)
    assert {*DECIDING_OF_AN_INDICATOR, "bounds"} == set(Indicator.__struct_fields__)
    assert set(Disaggregation.__struct_fields__) == {"required", "recommended", "reference"}
    assert set(FacetRule.__struct_fields__) == {"facet", "level", "progress", "why"}
    assert set(Disclosure.__struct_fields__) == {"minimum_n", "minimum_numerator"}


@pytest.mark.parametrize(
    ("pointer", "value", "wanted"),
    [
        ("/id", "late-grade-reading", "major"),
        ("/title", "Reading", "patch"),
        ("/result", "Every child reads.", "patch"),
        ("/lay_definition", "How many children read.", "patch"),
        ("/stage", 3, "patch"),
        ("/notes", "See the guide.", "patch"),
        ("/references", [{"scheme": "ceds", "id": "1"}], "patch"),
        ("/powers/proxy", "It stands for much.", "patch"),
        ("/scale", "naep-reading-4", "major"),
        ("/progress_rule", "plain@1", "major"),
        ("/disclosure/minimum_n", 20, "major"),
        ("/disclosure/minimum_numerator", 5, "major"),
        ("/indicator/construct", "reading comprehension", "major"),
        ("/indicator/unit", "mean", "major"),
        ("/indicator/direction", "decrease", "major"),
        ("/indicator/numerator", "students at or above the cut", "major"),
        ("/indicator/denominator", "students enrolled", "major"),
        ("/indicator/population", "students in grade 3", "major"),
        ("/indicator/period", "calendar-year", "major"),
        ("/indicator/meaningful_change", 2.0, "major"),
        ("/indicator/per", 1000, "major"),
        ("/indicator/maintain_within", 4.0, "major"),
        ("/indicator/rollup", "none", "major"),
        ("/indicator/has_cut", False, "major"),
        ("/indicator/bounds", [0, 90], "major"),
        ("/indicator/bounds", [1, 100], "major"),
        ("/indicator/bounds", [-1, 90], "major"),
        ("/indicator/bounds", [0, 101], "minor"),
        ("/indicator/bounds", [None, 100], "minor"),
        ("/indicator/bounds", [None, None], "minor"),
        ("/indicator/bounds", [None, 90], "major"),
        ("/comparability/0/why", "other words", "patch"),
        ("/comparability/0/level", "equal", "major"),
        ("/comparability/0/progress", "equal", "major"),
        ("/disaggregation/recommended", [], "minor"),
        ("/disaggregation/recommended", ["sex", "disability"], "minor"),
        ("/disaggregation/required", ["race_ethnicity"], "minor"),
        ("/disaggregation/required", ["race_ethnicity", "economic_disadvantage", "disability"], "major"),
        ("/disaggregation/required", ["economic_disadvantage", "race_ethnicity"], "patch"),
        ("/disaggregation/reference/sex", "female", "minor"),
        ("/measure_schema/title", "A measure of reading", "patch"),
        ("/measure_schema/properties/cut/enum", ["meets", "approaches", "proficient"], "patch"),
        ("/measure_schema/properties/instrument/minLength", 3, "major"),
        ("/measure_schema/properties/mode", {"type": "string"}, "minor"),
        ("/measure_schema/properties/note", None, "major"),
        ("/measure_schema/properties/note", False, "major"),
        ("/measure_schema/properties/note/not", {"const": ""}, "major"),
        ("/measure_schema/properties/note/description", "free words", "patch"),
        ("/measure_schema/properties/season/default", "spring", "major"),
        ("/measure_schema/properties/season/const", "spring", "major"),
        ("/measure_schema/additionalProperties", True, "minor"),
    ],
)
def test_one_change_has_one_class(pointer: str, value: object, wanted: str):
    assert found((pointer, value), base=base()) == [(pointer, wanted)]


@pytest.mark.parametrize(
    ("pointer", "before", "after", "wanted"),
    [
        ("/indicator/bounds", [None, 100], [0, 100], "major"),
        ("/indicator/bounds", [0, None], [0, 1e9], "major"),
        ("/indicator/bounds", [None, None], [None, 100], "major"),
        ("/indicator/bounds", [0, 90], [0, None], "minor"),
        ("/indicator/maintain_within", 3.0, 5.0, "major"),
        ("/scale", "naep-reading-4", None, "major"),
        ("/disaggregation/reference/sex", "female", "male", "major"),
        ("/disaggregation/reference/sex", "female", None, "major"),
        ("/measure_schema/properties/season/default", "fall", "spring", "major"),
        ("/measure_schema/properties/season/default", "fall", None, "major"),
        ("/measure_schema/properties/season/const", "fall", "spring", "major"),
        ("/measure_schema/properties/season/const", "fall", None, "major"),
        ("/lay_definition", "How many read.", "How many children read.", "patch"),
        ("/powers/data", "Each state has it.", "Every state has it.", "patch"),
    ],
)
def test_one_member_that_was_stated_changes_or_goes(pointer: str, before: object, after: object, wanted: str):
    stated = patched(base(), [(pointer, before)])
    assert found((pointer, after), base=stated) == [(pointer, wanted)]


def test_a_choice_that_follows_from_another_is_told_with_it():
    doubled = found(("/indicator/meaningful_change", 2.0))
    assert doubled == [("/indicator/maintain_within", "major"), ("/indicator/meaningful_change", "major")]


@pytest.mark.parametrize("struct", [Template, Indicator])
def test_a_member_that_no_table_knows_is_major(struct: type[msgspec.Struct]):
    before = whole(base())
    after = before | {"later": 1} if struct is Template else before | {"indicator": before["indicator"] | {"later": 1}}
    assert bump_of(changes(before, after)) == "major"


def test_a_required_dimension_that_becomes_recommended_takes_nothing_away():
    wanted = (
        ("/disaggregation/required", ["race_ethnicity"]),
        (
            "/disaggregation/recommended",
            ["sex", "economic_disadvantage"],
        ),
    )
    assert found(*wanted) == [("/disaggregation/required", "minor")]
    back = patched(base(), list(wanted))
    assert found(("/disaggregation", template_document()["disaggregation"]), base=back) == [
        ("/disaggregation/required", "major")
    ]


def test_facets_that_come_go_or_change_places():
    rules = template_document()["comparability"]
    assert found(("/comparability", rules[:2])) == [("/comparability", "major")]
    more = {"facet": "/measure/season", "level": "equal", "progress": "any", "why": "spring is later"}
    assert found(("/comparability", [*rules, more])) == [("/comparability/3", "major")]
    assert found(("/comparability", rules[::-1])) == [("/comparability", "patch")]
    assert found(("/comparability", [rules[2], rules[0], rules[1] | {"level": "any"}])) == [
        ("/comparability/2/level", "major"),
        ("/comparability", "patch"),
    ]


def test_whole_numbers_are_the_same_however_they_are_written():
    note = template_document()["measure_schema"]["properties"]["grade_or_age"]
    floats = note | {"minimum": 3.0, "maximum": 4.0}
    assert found(("/measure_schema/properties/grade_or_age", floats)) == []
    before = whole(base())
    indicator = before["indicator"] | {"meaningful_change": 1, "bounds": [0.0, 100], "per": 100.0}
    assert changes(before, before | {"indicator": indicator}) == ()


def test_the_largest_class_wins_and_each_difference_is_told():
    both = found(("/title", "Reading"), ("/indicator/direction", "decrease"))
    assert sorted(both) == [("/indicator/direction", "major"), ("/title", "patch")]


@pytest.mark.parametrize(
    ("before", "after", "bump", "small"),
    [
        ("1.4.2", "1.4.3", "patch", False),
        ("1.4.2", "1.4.3", "minor", True),
        ("1.4.2", "1.5.0", "minor", False),
        ("1.4.2", "1.5.0", "major", True),
        ("1.4.2", "2.0.0", "major", False),
        ("1.4.2", "7.0.0", "patch", False),
        ("1.4.2", "1.4.2", "none", True),
        ("1.4.2", "1.4.3", "none", False),
        ("1.4.2", "1.3.9", "none", True),
        ("1.9.0", "1.10.0", "minor", False),
        ("1.4.2", "2.0.0-draft", "major", True),
        ("1.4.2", "2.0.0-draft", "minor", False),
        ("1.4.2", "1.4.2-draft", "none", True),
        ("2.0.0-draft", "2.0.0", "none", False),
        ("2.0.0-draft", "2.0.0-draft.2", "none", True),
        ("2.0.0", "2.0.0-draft", "none", True),
    ],
)
def test_a_number_is_too_small_or_it_is_not(before: str, after: str, bump: str, small: bool):
    assert too_small(before, after, bump) is small


@pytest.mark.parametrize(
    ("before", "bump", "after"),
    [
        ("1.4.2", "none", "1.4.2"),
        ("1.4.2", "patch", "1.4.3"),
        ("1.4.2", "minor", "1.5.0"),
        ("1.4.2", "major", "2.0.0"),
        ("1.9.9", "minor", "1.10.0"),
        ("0.9.9", "major", "1.0.0"),
        ("2.0.0-draft", "none", "2.0.0"),
        ("2.0.0-draft.2", "patch", "2.0.1"),
    ],
)
def test_the_next_version_is_the_least_that_is_large_enough(before: str, bump: Bump, after: str):
    assert next_version(before, bump) == after
    if bump != "none":
        assert not too_small(before, after, bump)
        assert too_small(before, f"{after}-zzz", bump)


def test_versions_stand_in_the_order_of_semver_user_pain_a62():
    chosen = random.Random(62)
    suffixes = ("", "", "-draft", "-draft.2", "-draft.10", "-1", "-a")
    made = [
        f"{chosen.randrange(3)}.{chosen.randrange(12)}.{chosen.randrange(3)}{chosen.choice(suffixes)}"
        for _ in range(1000)
    ]
    for one, other in pairwise(made):
        first, second = semver.Version.parse(one), semver.Version.parse(other)
        assert newest((one, other)) == str(max(first, second))
        assert ordered((one, other)) == [str(entry) for entry in sorted((first, second))]
    assert ordered(["2.0.0", "1.10.0", "2.0.0-draft", "1.9.0"]) == ["1.9.0", "1.10.0", "2.0.0-draft", "2.0.0"]


@st.composite
def lives(draw: DrawFn) -> list[Schema]:
    """The measure's schema in the versions of one template, oldest first; each differs from the last in a few places."""
    versions = [template_document()["measure_schema"] | {"$defs": dict(DEFINITIONS)}]
    for _ in range(draw(st.integers(1, 4))):
        versions.append(draw(changed(versions[-1])))
    return versions


def test_a_measure_stays_valid_under_every_later_minor_version_user_pain_a63():
    """Whoever registered under 1.4.2 need not come back for 1.5.0, 1.6.0 and so on: a version that would ask for it is a major one."""
    seen: Counter[str] = Counter()

    @seed(63)
    @settings(max_examples=150, database=None)
    @given(lives())
    def look(schemas: list[Schema]) -> None:
        published = template_document() | {"measure_schema": schemas[0]}
        measures = [made for made in documents(schemas[0], schemas[-1]) if isinstance(made, dict)]
        measures = [*(WELL | made for made in measures[::4]), *(WELL | {name: value} for name, value in BESIDE), WELL]
        registered = [measure for measure in measures if not check_against(measure, schemas[0], "/measure")]
        for schema in schemas[1:]:
            later = published | {"measure_schema": schema}
            bump = bump_of(changes(whole(published), whole(later)))
            seen[bump] += 1
            if bump == "major":
                continue
            published = later | {"version": next_version(published["version"], bump)}
            assert published["version"].startswith("1.")
            unfit = [measure for measure in registered if check_against(measure, schema, "/measure")]
            assert not unfit, (bump, schema, unfit)
            seen["measure"] += len(registered)

    look()
    assert seen["minor"] >= 40
    assert seen["measure"] >= 500


WELL: Json = {"instrument": "state-test", "grade_or_age": 3, "cut": "proficient"}
BESIDE = (
    ("instrument", "ab"),
    ("instrument", "a" * 80),
    ("grade_or_age", 4),
    ("grade_or_age", 4.0),
    ("cut", "meets"),
    ("cut", "approaches"),
    ("season", "fall"),
    ("season", "winter"),
    ("season", "spring"),
    ("note", ""),
    ("note", "Tested in spring."),
)
