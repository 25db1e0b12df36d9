"""A published link: what it must not say, where two would answer one question, and which measures and years it covers."""

import msgspec
import pytest

from registry.check import check
from registry.domain.link import (
    RULES_OF_A_LINK,
    Link,
    LinkedCut,
    Scale,
    cut_of,
    months_of,
    name_of,
    overlapping,
    resolved_link,
)
from registry.domain.period import period_of
from tests.domain.documents import named, raw

ALASKA = {
    "instrument": "state-reading",
    "instrument_version": "ak-2005",
    "cut": "proficient",
    "grade_or_age": 4,
    "score": 182,
    "standard_error": 2.8,
    "place": "Alaska",
}
COLORADO = ALASKA | {"instrument_version": "co-2005", "score": 186, "standard_error": 1.5, "place": "Colorado"}
SCALE = {"id": "naep-4", "title": "NAEP reading, grade 4", "unit": "points of the scale", "sd": 36}
FACETS = {name: ALASKA[name] for name in ("instrument", "instrument_version", "cut", "grade_or_age")}


def document(**changes: object) -> dict[str, object]:
    return {
        "id": "states-2005",
        "title": "State tests of 2005",
        "scale": SCALE,
        "first_period": "SY2004-05",
        "last_period": "SY2005-06",
        "cuts": [ALASKA, COLORADO],
        "method": "Equal shares.",
        "source": "A report",
        "url": "https://example.org/report",
    } | changes


def link(**changes: object) -> Link:
    return msgspec.convert(document(**changes), Link)


def found(**changes: object) -> list[tuple[str, str]]:
    return named(check(raw(document(**changes)), Link, RULES_OF_A_LINK)[1])


def month(code: str) -> int:
    return period_of(code).ordinal


def test_a_sound_link_has_no_finding():
    assert found() == []


@pytest.mark.parametrize("member", ["first_period", "last_period"])
@pytest.mark.parametrize("code", ["2004-2005", "SY2004-06", "sy2004-05", ""])
def test_a_period_is_written_as_a_code_and_nothing_is_said_of_the_order_of_one_that_is_not(member: str, code: str):
    assert found(**{member: code}) == [(f"/{member}", "period-unreadable")]


@pytest.mark.parametrize(
    ("first", "last", "faulty"),
    [
        ("SY2004-05", "SY2004-05", False),
        ("SY2005-06", "SY2004-05", True),
        ("CY2004", "CY2005", False),
        ("CY2004", "SY2004-05", True),
    ],
)
def test_years_are_of_one_kind_and_in_order(first: str, last: str, faulty: bool):
    assert found(first_period=first, last_period=last) == ([("/last_period", "link-years")] if faulty else [])


UNGRADED = {name: value for name, value in ALASKA.items() if name != "grade_or_age"}


def test_a_cut_of_one_version_and_grade_stands_once():
    third = ALASKA | {"grade_or_age": 3}
    assert found(cuts=[ALASKA, COLORADO, third]) == []
    assert found(cuts=[ALASKA, third, COLORADO, ALASKA | {"score": 190}]) == [("/cuts/3", "link-cut-twice")]
    assert found(cuts=[ALASKA, ALASKA | {"grade_or_age": "4"}]) == [("/cuts/1", "link-cut-twice")]


def test_a_cut_for_every_grade_stands_beside_none_for_one():
    assert found(cuts=[UNGRADED, COLORADO]) == []
    for cuts in ([UNGRADED, ALASKA], [ALASKA, UNGRADED], [UNGRADED, UNGRADED]):
        (finding,) = check(raw(document(cuts=cuts)), Link, RULES_OF_A_LINK)[1]
        assert (finding.pointer, finding.rule) == ("/cuts/1", "link-cut-twice")
        assert "at /cuts/0 already (a cut without a grade is meant for every grade)." in finding.detail


def test_a_faulty_cut_hides_no_other_that_stands_twice():
    cuts = [ALASKA | {"score": "high"}, COLORADO | {"cut": 3}, ALASKA]
    assert found(cuts=cuts) == [
        ("/cuts/0/score", "wrong-type"),
        ("/cuts/1/cut", "wrong-type"),
        ("/cuts/2", "link-cut-twice"),
    ]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"cuts": []}, "/cuts"),
        ({"cuts": [ALASKA | {"standard_error": -0.1}]}, "/cuts/0/standard_error"),
        ({"scale": SCALE | {"sd": 0}}, "/scale/sd"),
        ({"scale": SCALE | {"u_sd": -1}}, "/scale/u_sd"),
        ({"scale": SCALE | {"u_m": -1}}, "/scale/u_m"),
        ({"method": ""}, "/method"),
        ({"url": ""}, "/url"),
    ],
)
def test_what_no_link_can_say_is_out_of_range(changes: dict[str, object], place: str):
    assert found(**changes) == [(place, "out-of-range")]


def test_a_score_is_a_finite_number():
    endless = raw(document()).replace(b'"score": 182', b'"score": 1e999')
    read, findings = check(endless, Link, RULES_OF_A_LINK)
    assert read is None
    assert [finding.severity for finding in findings] == ["error"]


@pytest.mark.parametrize(
    ("scale", "doubted"),
    [
        ({"sd": 1}, True),
        ({"sd": 100}, True),
        ({"sd": 1, "u_sd": 0.07}, False),
        ({"sd": 25}, False),
        ({"sd": 50}, False),
        ({"sd": 1, "u_m": 0.1}, True),
    ],
)
def test_an_unstated_error_of_the_spread_is_doubted_where_the_scale_is_not_like_naep_s(
    scale: dict[str, object], doubted: bool
):
    read, findings = check(raw(document(scale=SCALE | scale)), Link, RULES_OF_A_LINK)
    assert read is not None
    wanted = [("link-spread-unstated", "warning")] if doubted else []
    assert [(finding.rule, finding.severity) for finding in findings] == wanted


def test_every_finding_says_how_to_mend_it():
    faults = document(first_period="SY2009-10", cuts=[ALASKA, ALASKA], scale=SCALE | {"sd": 1})
    findings = check(raw(faults), Link, RULES_OF_A_LINK)[1]
    assert {finding.rule for finding in findings} == {"link-years", "link-cut-twice", "link-spread-unstated"}
    assert all(finding.hint.endswith(".") for finding in findings)


def test_what_a_scale_leaves_open_is_written_out_before_it_is_stored():
    assert resolved_link(link()).scale == Scale(**SCALE, u_sd=2.5, u_m=3.6)
    stated = link(scale=SCALE | {"u_sd": 0, "u_m": 1})
    assert resolved_link(stated) == stated


def test_a_link_ends_with_the_last_period_it_names():
    years = ("SY2003-04", "SY2004-05", "SY2005-06", "SY2006-07")
    covered = [cut_of(link(), FACETS, month(code)) for code in years]
    assert [cut and cut.place for cut in covered] == [None, "Alaska", "Alaska", None]
    assert months_of(link()) == (month("SY2004-05"), month("SY2005-06"))


@pytest.mark.parametrize("facet", FACETS)
def test_a_facet_that_differs_or_is_missing_has_no_cut(facet: str):
    here = month("SY2004-05")
    assert cut_of(link(), FACETS | {"season": "spring"}, here) is not None
    assert cut_of(link(), FACETS | {facet: "other"}, here) is None
    assert cut_of(link(), {name: value for name, value in FACETS.items() if name != facet}, here) is None


@pytest.mark.parametrize("grade", [4, "4", "K", None])
def test_a_cut_without_a_grade_is_for_every_grade(grade: object):
    assert cut_of(link(cuts=[UNGRADED]), FACETS | {"grade_or_age": grade}, month("SY2004-05")) is not None


def test_a_grade_is_the_same_as_a_number_and_as_a_text():
    assert cut_of(link(), FACETS | {"grade_or_age": "4"}, month("SY2004-05")) is not None


def test_the_cut_of_another_version_is_another_cut():
    found = cut_of(link(), FACETS | {"instrument_version": "co-2005"}, month("SY2004-05"))
    assert found == msgspec.convert(COLORADO, LinkedCut)
    assert name_of(found) == "state-reading/co-2005/proficient/4"


def test_two_links_may_not_answer_one_question():
    later = link(id="later", first_period="SY2005-06", last_period="SY2008-09", cuts=[COLORADO | {"score": 190}])
    (finding,) = overlapping(later, [link()])
    assert (finding.rule, finding.severity, finding.pointer) == ("link-overlaps", "error", "/cuts/0")
    assert "'states-2005'" in finding.detail
    assert "186, for SY2004-05 to SY2005-06" in finding.detail
    every = link(id="every", cuts=[UNGRADED])
    assert [finding.pointer for finding in overlapping(every, [link()])] == ["/cuts/0"]
    assert [finding.pointer for finding in overlapping(link(), [every])] == ["/cuts/0"]
    assert [finding.pointer for finding in overlapping(link(), [later, link(), link(id="third")])] == [
        "/cuts/1",
        "/cuts/0",
        "/cuts/1",
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"first_period": "SY2006-07", "last_period": "SY2006-07"},
        {"first_period": "SY2003-04", "last_period": "SY2003-04"},
        {"scale": SCALE | {"id": "naep-4-full-population"}},
        {"cuts": [ALASKA | {"instrument_version": "az-2005"}]},
        {"cuts": [ALASKA | {"grade_or_age": 8}]},
        {"cuts": [ALASKA | {"cut": "advanced"}]},
    ],
)
def test_other_years_scales_and_cuts_are_other_questions(changes: dict[str, object]):
    assert overlapping(link(id="second", **changes), [link()]) == ()
    assert overlapping(link(), [link(id="second", **changes)]) == ()
