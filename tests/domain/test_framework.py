"""Which outcomes are followed together: one version of each, one title for each stage."""

import pytest

from registry.check import check
from registry.domain.framework import RULES_OF_A_FRAMEWORK, Framework, pins_of
from tests.domain.documents import Json, named, raw

READING, MATHS = {"template": "reading@1.2.0", "role": "core"}, {"template": "maths@2.0.0", "role": "systems"}


def document(**changes: object) -> Json:
    return {"id": "cradle", "version": "1.0.0", "title": "Cradle", "outcomes": [READING, MATHS], **changes}


def found(**changes: object) -> list[tuple[str, str]]:
    """Where and what is wrong in a changed framework."""
    return named(check(raw(document(**changes)), Framework, RULES_OF_A_FRAMEWORK)[1])


def test_a_sound_framework_pins_the_major_version_of_each_outcome_and_says_its_defaults():
    framework, findings = check(raw(document()), Framework, RULES_OF_A_FRAMEWORK)
    assert (findings, framework is not None) == ((), True)
    assert framework is not None
    assert pins_of(framework) == ("reading@1", "maths@2")
    assert (framework.reviews_departures, framework.collection.due_after_days) == (False, 90)


@pytest.mark.parametrize("again", ["reading@1.2.0", "reading@2.0.0"])
def test_an_outcome_stands_once_whatever_its_version(again: str):
    twice = {"template": again, "role": "contributing"}
    assert found(outcomes=[READING, MATHS, twice]) == [("/outcomes/2/template", "outcome-twice")]


def test_an_outcome_that_stands_three_times_is_named_twice():
    assert [place for place, _ in found(outcomes=[READING, READING, READING])] == [
        "/outcomes/1/template",
        "/outcomes/2/template",
    ]


def test_a_stage_has_one_title():
    stages = [{"stage": 1, "title": "Cradle"}, {"stage": 2, "title": "School"}, {"stage": 1, "title": "Start"}]
    assert found(stages=stages) == [("/stages/2/stage", "stage-twice")]
    assert found(stages=stages[:2]) == []


def test_faults_of_form_hide_no_rule():
    """What is wrong with one outcome does not keep the next from being told."""
    places = {
        place for place, _ in found(outcomes=[{"role": "core"}, READING, READING, {"template": 3, "role": "core"}])
    }
    assert {"/outcomes/2/template", "/outcomes/3/template"} <= places


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"outcomes": []}, "/outcomes"),
        ({"outcomes": [{**READING, "role": "central"}]}, "/outcomes/0/role"),
        ({"outcomes": [{**READING, "template": "reading"}]}, "/outcomes/0/template"),
        ({"collection": {"due_after_days": -1}}, "/collection/due_after_days"),
        ({"stages": [{"stage": 100, "title": "Late"}]}, "/stages/0/stage"),
        ({"reviews": True}, "/reviews"),
    ],
)
def test_what_a_framework_may_not_say_is_named_at_its_place(changes: Json, place: str):
    assert place in {pointer for pointer, _ in found(**changes)}
