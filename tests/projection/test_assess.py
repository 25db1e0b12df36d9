"""What an assessment is told of a measure: data, signatures, framework and other members, as they stood at the moment that is asked for."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from registry.actions.agreement import accept_variant
from registry.actions.catalogue import add_community
from registry.actions.variants import propose_variant
from registry.app import open_registry
from registry.domain.evidence import Check
from registry.domain.refusal import Conflict, NotFound
from registry.projection.assess import AssessmentAnswer, assess_variant, set_before_result
from registry.projection.files import Projection
from registry.projection.standing import standing_at
from tests.actions.agreed import NAME, sign
from tests.cli.documents import MAPPING, TABLE, community, load_text, raw, table, variant
from tests.projection.dated import BY, Calendar, dated, frame, propose

RESULT = "001,2024-25,All Students,200,130,65.0"
CORRECTED = "001,2024-25,All Students,200,128,64.0"
GROUP_RESULT = "001,2024-25,Hispanic,100,66,66.0"
SIXTY, MORE = ({"period": "SY2024-25", "value": value} for value in (60, 65))
SOURCE = {"name": "The state's table", "steward": "The state", "cadence": "every year"}
DEPARTING = {"context": {"adaptations": [{"facet": "/measure/cut", "why": "Our cut."}]}}


@pytest.fixture
def calendar() -> Calendar:
    return Calendar("2019-10-01")


@pytest.fixture
def alder(tmp_path: Path, calendar: Calendar) -> Iterator[Projection]:
    """Alder's measure, proposed on 1 October 2019; nothing is loaded."""
    with dated(tmp_path, calendar) as projection:
        propose(projection, target=SIXTY, source=SOURCE)
        yield projection


def check(projection: Projection, code: str, as_of: str | None = None) -> Check:
    """What one check says of alder's measure."""
    return next(entry for entry in assess_variant(projection, NAME, as_of).checks if entry.code == code)


def said(projection: Projection, code: str, as_of: str | None = None) -> tuple[str, str]:
    found = check(projection, code, as_of)
    return found.verdict, found.found


def load(projection: Projection, folder: Path, text: str = TABLE, **more: object) -> None:
    report = load_text(projection, folder, text, mapping=MAPPING.encode(), **more)
    assert report.new + report.changed > 0


def town(projection: Projection, slug: str, code: str, kind: str = "member") -> None:
    """Another place that measures alike."""
    add_community(projection, raw(community(slug, code, kind=kind)), actor=BY)
    propose_variant(projection, raw(variant(slug, code)), actor=BY)


def test_before_the_first_load_the_assessment_says_that_nothing_is_loaded(
    alder: Projection, calendar: Calendar, tmp_path: Path
):
    untouched = said(alder, "codes-mapped")
    assert untouched == ("unknown", "Nothing is loaded yet.")
    calendar.to("2019-12-01")
    load(alder, tmp_path)
    assert check(alder, "codes-mapped").verdict == "pass"
    assert "loaded: 40.0 % (n = 200), in SY2017-18" in said(alder, "baseline-agrees")[1]
    assert said(alder, "codes-mapped", "2019-11-30") == untouched
    assert said(alder, "baseline-agrees", "2019-11-30") == ("unknown", "No figure is loaded for the baseline's period.")


def test_a_group_that_holds_data_is_not_everybodys_history(alder: Projection, tmp_path: Path):
    load(alder, tmp_path, table(["001,2017-18,Hispanic,100,30,30.0"]))
    assert check(alder, "codes-mapped").verdict == "pass"
    assert said(alder, "baseline-agrees") == ("unknown", "No figure is loaded for the baseline's period.")


def test_a_moment_before_the_registry_or_a_measure_that_is_not_there_is_named(alder: Projection):
    with pytest.raises(NotFound, match="no registry yet"):
        assess_variant(alder, NAME, "2019-09-30")
    with pytest.raises(NotFound) as missed:
        assess_variant(alder, "alder/grade-4")
    assert NAME in missed.value.hint


def test_the_target_stands_since_its_last_change_also_where_it_was_changed_back(alder: Projection, calendar: Calendar):
    for day, changes in (
        ("2019-11-01", {"target": SIXTY, "story": "Told anew."}),
        ("2020-01-01", {"target": MORE}),
        ("2020-03-01", {"target": SIXTY}),
        ("2020-04-01", {"target": SIXTY, "title": "Third graders reading"}),
    ):
        calendar.to(day)
        propose(alder, source=SOURCE, **changes)
    since = "The target stands as it is since "
    assert since + "2020-03-01" in said(alder, "target-before-result")[1]
    assert since + "2020-01-01" in said(alder, "target-before-result", "2020-02-01")[1]
    assert since + "2019-10-01" in said(alder, "target-before-result", "2019-12-01")[1]
    assert "registered on 2019-10-01" in said(alder, "baseline-before-registration")[1]


def test_a_target_taken_out_and_put_back_counts_from_when_it_came_back(alder: Projection, calendar: Calendar):
    calendar.to("2020-01-01")
    propose(alder, target=None)
    assert said(alder, "target-before-result")[0] == "unknown"
    assert set_before_result(alder, NAME) is None
    calendar.to("2020-03-01")
    propose(alder, target=SIXTY)
    assert "since 2020-03-01" in said(alder, "target-before-result")[1]


def test_a_corrected_result_keeps_the_day_on_which_it_was_first_known(
    alder: Projection, calendar: Calendar, tmp_path: Path
):
    calendar.to("2025-09-15")
    load(alder, tmp_path, table([RESULT]))
    calendar.to("2026-02-01")
    load(alder, tmp_path, table([CORRECTED]), reason="The state recounted.")
    verdict, words = said(alder, "target-before-result")
    assert (verdict, "its result was loaded on 2025-09-15" in words) == ("pass", True)
    assert "loaded on" not in said(alder, "target-before-result", "2025-09-14")[1]
    assert set_before_result(alder, NAME) is True
    calendar.to("2026-03-01")
    propose(alder, target={**SIXTY, "value": 63}, source=SOURCE)
    found = assess_variant(alder, NAME)
    assert (found.registered_before_result, set_before_result(alder, NAME)) == (False, False)
    assert assess_variant(alder, NAME, "2026-02-28").registered_before_result is True


def test_a_groups_result_or_another_years_is_not_the_targets_own(alder: Projection, calendar: Calendar, tmp_path: Path):
    calendar.to("2025-09-15")
    load(alder, tmp_path, table([GROUP_RESULT, "001,2023-24,All Students,200,120,60.0"]))
    assert "loaded on" not in said(alder, "target-before-result")[1]


def test_the_role_is_that_of_the_newest_framework_that_pins_the_outcome(alder: Projection, calendar: Calendar):
    role = "role-consistent"
    assert "in no framework" in said(alder, role)[1]
    calendar.to("2019-11-01")
    frame(alder, "reading@1.0.0")
    assert "core in the framework" in said(alder, role)[1]
    calendar.to("2019-12-01")
    frame(alder, version="1.1.0", outcomes=[{"template": "reading@1.0.0", "role": "contributing"}])
    assert "contributing in the framework" in said(alder, role)[1]
    assert "core in the framework" in said(alder, role, "2019-11-30")[1]
    assert "in no framework" in said(alder, role, "2019-10-31")[1]


def test_departures_are_reviewed_as_they_stood_then(tmp_path: Path, calendar: Calendar):
    with dated(tmp_path, calendar) as projection:
        frame(projection, "reading@1.0.0", reviews_departures=True)
        propose(projection, **DEPARTING)
        assert check(projection, "review-accepted").verdict == "warn"
        calendar.to("2019-11-01")
        accept_variant(projection, NAME, reason="It is the same test.", actor=BY)
        assert said(projection, "review-accepted") == ("pass", "The network has accepted the departures.")
        assert check(projection, "review-accepted", "2019-10-31").verdict == "warn"


def test_partners_are_told_as_they_stood_then(alder: Projection, calendar: Calendar):
    calendar.to("2019-11-01")
    sign(alder, "schools", "library")
    assert check(alder, "partners-signed").verdict == "pass"
    calendar.to("2019-12-01")
    propose(alder, target=MORE, source=SOURCE)
    stale = check(alder, "signatures-current")
    assert (stale.verdict, "/target/value changed" in stale.found) == ("fail", True)
    assert check(alder, "signatures-current", "2019-11-30").verdict == "pass"
    assert "0 of 2 have signed" in said(alder, "partners-signed", "2019-10-31")[1]


def test_peers_are_the_other_members_with_two_figures_and_never_a_reference_place(
    alder: Projection, calendar: Calendar, tmp_path: Path
):
    load(alder, tmp_path)
    assert assess_variant(alder, NAME).ambition.peers == 0
    town(alder, "birch", "002")
    town(alder, "state", "003", kind="reference")
    town(alder, "cedar", "004")
    calendar.to("2019-12-01")
    third = TABLE.replace("002,", "003,")
    for name, text in (("birch", TABLE), ("state", third), ("cedar", table(["004,2018-19,All Students,100,60,60.0"]))):
        load(alder, tmp_path, text, town=name)
    found = assess_variant(alder, NAME).ambition
    assert (found.peers, found.peer_median) == (1, 1.0)  # birch: 30 to 31 percent in a year; cedar has one year only
    assert assess_variant(alder, NAME, "2019-11-30").ambition.peers == 0
    assert assess_variant(alder, "birch/grade-3").ambition.peer_median == 5.0


def test_a_reference_place_is_not_assessed(alder: Projection):
    town(alder, "state", "003", kind="reference")
    with pytest.raises(Conflict, match="State is a reference place") as refused:
        assess_variant(alder, "state/grade-3")
    assert "member" in refused.value.hint


# The demonstration ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demonstration(demonstration: Path) -> Iterator[Projection]:
    made = open_registry(demonstration)
    yield made
    made.close()
    made.ledger.close()


def checks_of(found: AssessmentAnswer) -> dict[str, Check]:
    return {entry.code: entry for entry in found.checks}


@pytest.mark.parametrize(
    ("name", "state", "outcome"),
    [
        ("pueblo/consistent-attendance", "closed", "missed"),
        ("jefferson-county/consistent-attendance", "closed", "met"),
        ("greeley/consistent-attendance", "proposed", None),
        ("richmond/grade-3-reading", "proposed", None),
    ],
)
def test_what_became_of_a_measure_is_told(demonstration: Projection, name: str, state: str, outcome: str | None):
    found = assess_variant(demonstration, name)
    assert (found.variant, found.state, found.outcome) == (name, state, outcome)
    assert found.registered_before_result is set_before_result(demonstration, name)


def test_greeleys_stale_signature_names_what_was_changed(demonstration: Projection):
    check = checks_of(assess_variant(demonstration, "greeley/consistent-attendance"))["signatures-current"]
    assert check.verdict == "fail"
    assert "1 of 2 signatures are on an earlier content" in check.found
    assert "/target/value" in check.found


def test_richmonds_library_board_declined_and_says_why(demonstration: Projection):
    found = assess_variant(demonstration, "richmond/grade-3-reading")
    assert "G" in found.fails
    told = checks_of(found)["partners-signed"].found
    reason = next(
        partner.reason
        for partner in standing_at(demonstration, demonstration.moment(None), "richmond/grade-3-reading").partners
        if partner.status == "declined"
    )
    assert reason in told
    assert checks_of(found)["one-series"].verdict == "fail"


def test_pueblos_readiness_is_on_the_agenda_and_fails_in_nothing(demonstration: Projection):
    found = assess_variant(demonstration, "pueblo/kindergarten-readiness")
    assert (found.agenda, found.fails) == (True, ())
    assert "M" in found.unknown


def test_the_same_question_has_the_same_bytes_also_in_a_registry_opened_again(demonstration: Projection):
    names = ("pueblo/consistent-attendance", "richmond/grade-3-reading")
    first = [msgspec.json.encode(assess_variant(demonstration, name)) for name in names]
    assert [msgspec.json.encode(assess_variant(demonstration, name)) for name in names] == first
    again = open_registry(demonstration.ledger.path)
    assert [msgspec.json.encode(assess_variant(again, name)) for name in names] == first
    again.close()
    again.ledger.close()


@pytest.mark.parametrize("name", ["virginia/grade-3-reading", "colorado/consistent-attendance"])
def test_no_state_is_assessed(demonstration: Projection, name: str):
    with pytest.raises(Conflict, match="is a reference place"):
        assess_variant(demonstration, name)
