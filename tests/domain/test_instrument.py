"""A catalogued test: its versions, scales and cuts."""

import pytest

from registry.check import check
from registry.domain.instrument import RULES_OF_AN_INSTRUMENT, Instrument
from tests.domain.documents import named, raw

CUT = {"id": "proficient", "title": "Proficient"}


def found(*versions: dict[str, object]) -> list[str]:
    document = {"id": "state-test", "title": "State test", "publisher": "X", "description": "Y", "versions": versions}
    findings = check(raw(document), Instrument, RULES_OF_AN_INSTRUMENT)[1]
    assert {finding.rule for finding in findings} <= {"instrument-version-faulty"}
    return [place for place, _ in named(findings)]


def version(**members: object) -> dict[str, object]:
    return {"id": "2015"} | members


def test_same_name_and_cut_may_have_another_score_in_another_version():
    first, second = version(cuts=[CUT | {"score": 725}]), version(id="2024", cuts=[CUT | {"score": 450}])
    assert found(first, second) == []


def test_version_stands_once():
    assert found(version(), version(id="2024"), version()) == ["/versions/2/id"]


@pytest.mark.parametrize("ends", [(3000, 2000), (5, 5)])
def test_scale_starts_below_its_end_and_nothing_is_said_of_cuts_on_such_a_scale(ends: tuple[int, int]):
    upside_down = version(scale_minimum=ends[0], scale_maximum=ends[1], cuts=[CUT | {"score": 2500}])
    assert found(upside_down) == ["/versions/0/scale_minimum"]


@pytest.mark.parametrize(
    ("scale", "score", "outside"),
    [
        ({"scale_minimum": 200, "scale_maximum": 300}, 200, False),
        ({"scale_minimum": 200, "scale_maximum": 300}, 300.5, True),
        ({"scale_minimum": 200, "scale_maximum": 300}, 199, True),
        ({"scale_minimum": 0}, -1, True),
        ({"scale_maximum": 0}, 1, True),
        ({"scale_minimum": 0}, 0, False),
        ({}, 9999, False),
        ({"scale_minimum": 200}, None, False),
    ],
)
def test_cut_lies_on_the_scale(scale: dict[str, float], score: float | None, outside: bool):
    assert found(version(**scale, cuts=[CUT | {"score": score}])) == (["/versions/0/cuts/0/score"] if outside else [])


def test_cut_stands_once_for_each_grade():
    cuts = [CUT | {"grade_or_age": 3}, CUT | {"grade_or_age": 4}, CUT, CUT | {"grade_or_age": 3}, CUT]
    assert found(version(cuts=cuts)) == ["/versions/0/cuts/3/id", "/versions/0/cuts/4/id"]


def test_a_fault_in_one_cut_hides_none_in_the_next():
    cuts = [CUT | {"score": "high"}, CUT | {"grade_or_age": 4, "score": -1}]
    document = {"id": "t", "title": "T", "publisher": "X", "description": "Y"}
    document |= {"versions": [version(scale_minimum=0, cuts=cuts)]}
    assert named(check(raw(document), Instrument, RULES_OF_AN_INSTRUMENT)[1]) == [
        ("/versions/0/cuts/0/score", "wrong-type"),
        ("/versions/0/cuts/1/score", "instrument-version-faulty"),
    ]
