"""Every difference between two versions of a template has its class; numbers follow Semantic Versioning."""

import json
import random
from copy import deepcopy
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
import semver

from registry.domain.ids import newest, ordered
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


def patched(document: Json, patch: list[tuple[str, object]]) -> Json:
    after = deepcopy(document)
    for pointer, value in patch:
        if pointer == "/__reorder__":
            after = dict(reversed(after.items()))
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


@pytest.mark.parametrize(("base", "case"), VECTORS, ids=[case["name"] for _, case in VECTORS])
def test_known_answer(base: Json, case: Json):
    documents = whole(base), whole(patched(base, case["patch"]))
    assert bump_of(changes(*documents)) == case["bump"]


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
        ("/powers", {"proxy": "It stands for much."}, "patch"),
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
        ("/indicator/maintain_within", 4.0, "major"),
        ("/indicator/rollup", "none", "major"),
        ("/indicator/has_cut", False, "major"),
        ("/indicator/bounds", [0, 90], "major"),
        ("/indicator/bounds", [None, 100], "minor"),
        ("/comparability/0/why", "other words", "patch"),
        ("/comparability/0/progress", "equal", "major"),
        ("/disaggregation/recommended", [], "minor"),
        ("/disaggregation/required", ["economic_disadvantage", "race_ethnicity"], "patch"),
        ("/disaggregation/reference", {"sex": "female"}, "minor"),
        ("/measure_schema/properties/note/description", "free words", "patch"),
        ("/measure_schema/properties/season/default", "spring", "major"),
        ("/measure_schema/properties/season/const", "spring", "major"),
        ("/measure_schema/additionalProperties", True, "minor"),
    ],
)
def test_one_change_has_one_class(pointer: str, value: object, wanted: str):
    told = found((pointer, value))
    assert {class_ for _, class_ in told} == {wanted}
    assert any(
        place == pointer or place.startswith(f"{pointer}/") or pointer.startswith(f"{place}/") for place, _ in told
    )


def test_a_reference_category_that_moves_changes_published_gaps():
    base = patched(template_document(), [("/disaggregation/reference", {"sex": "female"})])
    assert found(("/disaggregation/reference/sex", "male"), base=base) == [("/disaggregation/reference/sex", "major")]


def test_facets_that_come_go_or_change_places():
    rules = template_document()["comparability"]
    assert found(("/comparability", rules[:2])) == [("/comparability", "major")]
    more = {"facet": "/measure/season", "level": "equal", "progress": "any", "why": "spring is later"}
    assert found(("/comparability", [*rules, more])) == [("/comparability/3", "major")]
    assert found(("/comparability", rules[::-1])) == [("/comparability", "patch")]


def test_whole_numbers_are_the_same_however_they_are_written():
    assert found(("/indicator/meaningful_change", 1), ("/indicator/bounds", [0.0, 100.0])) == []


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
    ],
)
def test_a_number_is_too_small_or_it_is_not(before: str, after: str, bump: str, small: bool):
    assert too_small(before, after, bump) is small
    assert next_version("1.4.2", "major") == "2.0.0"


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
