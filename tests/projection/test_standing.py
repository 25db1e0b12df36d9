"""How a measure stands at a moment: by what the ledger said then, on the day that is asked for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.actions.agreement import (
    accept_variant,
    decline_variant,
    retire_variant,
    sign_variant,
    waive_period,
    withdraw_signature,
)
from registry.actions.data import Order, check_load
from registry.actions.variants import check_variant, propose_variant, restate_variant
from registry.app import ADAPTERS
from registry.domain.actor import operator
from registry.domain.agreement import Standing
from registry.domain.refusal import Conflict, Invalid, NotFound
from registry.projection import read
from registry.projection.answer import RollupRequest, rollup
from registry.projection.files import Projection
from registry.projection.standing import HistoryLine, history_of, standing_at, states_at
from tests.actions.agreed import BASELINE, NAME, measure, sign
from tests.cli.documents import COLUMNS, MAPPING, TABLE, Document, load_text, raw, wrote
from tests.projection.dated import BY, Calendar, dated, frame, propose

DEPARTS: Document = {"context": {"adaptations": [{"facet": "/measure/cut", "why": "Our cut."}]}}
RECOUNTED = {**BASELINE, "value": 40.5, "numerator": 81}
AGAIN = {**BASELINE, "value": 41.0, "numerator": 82}
REVIEWS = {"reviews_departures": True}


@pytest.fixture
def calendar() -> Calendar:
    return Calendar("2019-10-01")


@pytest.fixture
def alder(tmp_path: Path, calendar: Calendar) -> Iterator[Projection]:
    """Alder's measure, proposed on 1 October 2019."""
    with dated(tmp_path, calendar) as projection:
        propose(projection)
        yield projection


def stood(projection: Projection, as_of: str | None = None) -> Standing:
    return standing_at(projection, projection.moment(as_of), NAME)


def told(projection: Projection, as_of: str | None = None) -> tuple[str, dict[str, str]]:
    """The state, and where each partner stands."""
    found = stood(projection, as_of)
    return found.state, {entry.partner: entry.status for entry in found.partners}


def history(projection: Projection) -> tuple[HistoryLine, ...]:
    return history_of(projection, projection.moment(None), NAME)


def restate(projection: Projection, baseline: object = RECOUNTED, **changes: object) -> None:
    document = raw(measure(baseline=baseline, **changes))
    restate_variant(projection, document, reason="The state recounted.", actor=BY)


def test_a_past_moment_knows_no_later_signature(alder: Projection, calendar: Calendar):
    calendar.to("2019-11-01")
    sign(alder, "schools")
    calendar.to("2019-12-01")
    sign(alder, "library")
    both = {"schools": "signed", "library": "signed"}
    assert told(alder, "2019-10-31") == ("proposed", {"schools": "unsigned", "library": "unsigned"})
    assert told(alder, "2019-11-30") == ("proposed", {"schools": "signed", "library": "unsigned"})
    assert told(alder, "2019-12-01") == told(alder) == ("agreed", both)
    with pytest.raises(NotFound, match="no registry yet"):
        told(alder, "2019-09-30")


def test_every_reading_of_a_state_says_the_same_at_every_moment(alder: Projection, calendar: Calendar, tmp_path: Path):
    """Roll-up, list, standing and the rows behind them, with the newest projection and with that of an earlier line."""
    calendar.to("2019-11-01")
    sign(alder, "schools", "library")
    calendar.to("2019-12-01")
    load_text(alder, tmp_path, TABLE, mapping=MAPPING.encode())
    calendar.to("2020-01-01")
    propose(alder, target={"period": "SY2024-25", "value": 45})
    calendar.to("2020-02-01")
    sign(alder, "schools", "library")
    expected = {
        "2019-10-31": "proposed",
        "2019-11-01": "agreed",
        "2019-12-31": "active",
        "2020-01-31": "proposed",
        "2020-02-01": "active",
    }
    for day, state in expected.items():
        moment = alder.moment(day)
        (series,) = rollup(alder, RollupRequest(template="reading", as_of=day)).series
        states = {states_at(alder, moment)["alder", "grade-3"], standing_at(alder, moment, NAME).state, series.state}
        assert states == {state}, day


def test_a_restatement_may_be_objected_to_for_thirty_days_from_its_own_day(alder: Projection, calendar: Calendar):
    sign(alder, "schools", "library")
    calendar.to("2020-03-01")
    restate(alder)
    restated, signed = ({"schools": status, "library": status} for status in ("restated", "signed"))
    assert told(alder, "2020-02-29") == ("agreed", signed)
    assert told(alder, "2020-03-01") == ("agreed", restated)
    assert told(alder, "2020-03-31") == ("agreed", restated)
    assert told(alder, "2020-04-01") == ("agreed", signed)
    assert {str(entry.object_by) for entry in stood(alder, "2020-03-15").partners} == {"2020-03-31"}


def test_an_objection_voids_only_the_partner_that_objects(alder: Projection, calendar: Calendar):
    sign(alder, "schools", "library")
    calendar.to("2020-03-01")
    restate(alder)
    calendar.to("2020-03-31")
    decline_variant(alder, NAME, partner="library", by="Lee", reason="We count otherwise.", actor=BY)
    assert told(alder) == ("proposed", {"schools": "restated", "library": "declined"})


def test_two_restatements_in_a_row_carry_the_first_signature_and_count_from_the_second(
    alder: Projection, calendar: Calendar
):
    sign(alder, "schools", "library")
    calendar.to("2020-03-01")
    restate(alder)
    calendar.to("2020-03-20")
    restate(alder, AGAIN)
    assert told(alder, "2020-04-19") == ("agreed", {"schools": "restated", "library": "restated"})
    assert told(alder, "2020-04-20") == ("agreed", {"schools": "signed", "library": "signed"})


def test_a_partner_that_signs_what_was_restated_has_nothing_left_to_object_to(alder: Projection, calendar: Calendar):
    sign(alder, "schools", "library")
    calendar.to("2020-03-01")
    restate(alder)
    sign(alder, "library")
    assert told(alder) == ("agreed", {"schools": "restated", "library": "signed"})


def test_a_restatement_after_a_stale_signature_does_not_revive_it(alder: Projection):
    sign(alder, "schools", "library")
    propose(alder, title="Readers")
    restate(alder, title="Readers")
    assert told(alder) == ("proposed", {"schools": "stale", "library": "stale"})
    assert {entry.changed for entry in stood(alder).partners} == {("/baseline/numerator", "/baseline/value", "/title")}


def test_a_proposal_that_changes_only_the_baseline_is_no_restatement(alder: Projection):
    sign(alder, "schools", "library")
    propose(alder, baseline=RECOUNTED)
    assert told(alder) == ("proposed", {"schools": "stale", "library": "stale"})


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"baseline": {**RECOUNTED, "period": "SY2018-19"}}, {"/baseline/period"}),
        ({"baseline": None}, {"/baseline"}),
        ({"baseline": RECOUNTED, "title": "Readers"}, {"/title"}),
        (
            {"baseline": RECOUNTED, "title": "Readers", "target": {"period": "SY2024-25", "value": 45}},
            {"/title", "/target/value"},
        ),
    ],
)
def test_a_wider_change_than_the_baselines_figures_is_no_restatement(
    alder: Projection, changes: Document, pointers: set[str]
):
    sign(alder, "schools", "library")
    head = alder.ledger.head().seq
    with pytest.raises(Invalid) as refusal:
        restate_variant(alder, raw(measure(**changes)), reason="The state recounted.", actor=BY)
    assert {entry.pointer for entry in refusal.value.findings if entry.rule == "restatement-too-wide"} == pointers
    assert (alder.ledger.head().seq, stood(alder).state) == (head, "agreed")


def test_a_baseline_where_there_was_none_is_no_restatement(tmp_path: Path, calendar: Calendar):
    with dated(tmp_path, calendar) as projection:
        propose(projection, baseline=None)
        with pytest.raises(Invalid) as refusal:
            restate(projection)
        assert "/baseline" in {entry.pointer for entry in refusal.value.findings}


def test_what_is_not_registered_cannot_be_restated(tmp_path: Path, calendar: Calendar):
    with dated(tmp_path, calendar) as projection:
        head = projection.ledger.head().seq
        with pytest.raises(NotFound, match="not registered"):
            restate(projection)
        assert projection.ledger.head().seq == head


def test_the_story_may_be_told_anew_with_a_restatement(alder: Projection):
    sign(alder, "schools", "library")
    restate(alder, story="The state looked again.")
    assert told(alder) == ("agreed", {"schools": "restated", "library": "restated"})


def test_going_back_to_a_content_that_was_signed_makes_its_signatures_stand_again(alder: Projection):
    """A signature binds to the content, not to the number of its revision."""
    sign(alder, "schools", "library")
    propose(alder, title="Readers")
    assert told(alder) == ("proposed", {"schools": "stale", "library": "stale"})
    propose(alder)
    assert told(alder) == ("agreed", {"schools": "signed", "library": "signed"})


def test_a_rule_of_review_holds_for_what_is_proposed_after_it_user_pain_a67(alder: Projection, calendar: Calendar):
    """The network's new rule neither hides nor unsettles what was agreed before it."""
    propose(alder, **DEPARTS)
    sign(alder, "schools", "library")
    calendar.to("2019-11-01")
    frame(alder, "reading@1.0.0", **REVIEWS)
    assert (stood(alder).state, stood(alder).review) == ("agreed", "not_needed")
    calendar.to("2019-12-01")
    propose(alder, **DEPARTS, title="Readers")
    assert (stood(alder).state, stood(alder).review) == ("proposed", "needed")
    before = stood(alder, "2019-11-30")
    assert (before.state, before.review) == ("agreed", "not_needed")


def test_neither_a_story_nor_a_restatement_puts_an_agreed_measure_under_a_later_rule(
    alder: Projection, calendar: Calendar
):
    propose(alder, **DEPARTS)
    sign(alder, "schools", "library")
    calendar.to("2019-11-01")
    frame(alder, "reading@1.0.0", **REVIEWS)
    propose(alder, **DEPARTS, story="It goes well.")
    assert (stood(alder).state, stood(alder).review) == ("agreed", "not_needed")
    restate(alder, **DEPARTS)
    assert (stood(alder).state, stood(alder).review) == ("agreed", "not_needed")
    propose(alder, **DEPARTS, baseline=AGAIN)
    assert (stood(alder).state, stood(alder).review) == ("proposed", "needed")


def test_a_framework_that_reviews_no_more_frees_what_is_proposed_after_it(alder: Projection):
    frame(alder, "reading@1.0.0", **REVIEWS)
    propose(alder, **DEPARTS)
    assert stood(alder).review == "needed"
    frame(alder, "reading@1.0.0", version="1.1.0")
    assert stood(alder).review == "needed"
    propose(alder, **DEPARTS, title="Readers")
    assert stood(alder).review == "not_needed"


@pytest.mark.parametrize(
    ("changes", "pinned", "review"),
    [
        (DEPARTS, "reading@1.0.0", "needed"),
        ({}, "reading@1.0.0", "not_needed"),
        (DEPARTS, "reading@2.0.0", "not_needed"),
    ],
)
def test_only_departures_under_a_pinned_version_are_reviewed(
    tmp_path: Path, calendar: Calendar, changes: Document, pinned: str, review: str
):
    with dated(tmp_path, calendar, "1.0.0", "2.0.0") as projection:
        frame(projection, pinned, **REVIEWS)
        propose(projection, **changes)
        assert stood(projection).review == review


def test_a_reviewer_accepts_again_after_a_change_and_an_acceptance_outlives_a_restatement_user_pain_a69(
    alder: Projection,
):
    frame(alder, "reading@1.0.0", **REVIEWS)
    propose(alder, **DEPARTS)
    accept_variant(alder, NAME, actor=BY)
    assert (stood(alder).state, stood(alder).review) == ("accepted", "accepted")
    propose(alder, **DEPARTS, title="Readers")
    assert (stood(alder).state, stood(alder).review) == ("proposed", "needed")
    accept_variant(alder, NAME, actor=BY)
    sign(alder, "schools", "library")
    assert (stood(alder).state, stood(alder).review) == ("agreed", "accepted")
    restate(alder, **DEPARTS, title="Readers")
    assert (stood(alder).state, stood(alder).review) == ("agreed", "accepted")
    with pytest.raises(Conflict, match="agreed already"):
        accept_variant(alder, NAME, actor=BY)


def test_a_measure_is_closed_by_the_result_of_its_target_period_alone(
    alder: Projection, calendar: Calendar, tmp_path: Path
):
    propose(alder, target={"period": "SY2019-20", "value": 50})
    sign(alder, "schools", "library")
    load_text(alder, tmp_path, TABLE, mapping=MAPPING.encode())
    load_text(alder, tmp_path, f"{COLUMNS}\n001,2020-21,All Students,200,120,60.0\n")
    assert (stood(alder).state, stood(alder).outcome) == ("active", None)
    calendar.to("2020-11-01")
    load_text(alder, tmp_path, f"{COLUMNS}\n001,2019-20,All Students,200,100,50.0\n")
    assert (stood(alder).state, stood(alder).outcome) == ("closed", "met")
    load_text(alder, tmp_path, f"{COLUMNS}\n001,2019-20,All Students,200,99,49.5\n")
    assert (stood(alder).state, stood(alder).outcome) == ("closed", "missed")
    assert (stood(alder, "2020-10-31").state, stood(alder, "2020-10-31").outcome) == ("active", None)


def test_a_result_that_says_both_or_nothing_does_not_close_and_a_correction_opens_again(
    alder: Projection, tmp_path: Path
):
    """A hidden figure may have met the target or missed it: nobody can say."""
    propose(alder, target={"period": "SY2018-19", "value": 45})
    sign(alder, "schools", "library")
    load_text(alder, tmp_path, TABLE, mapping=MAPPING.encode())
    assert stood(alder).state == "closed"
    hidden = MAPPING + '\n[codes]\n"*" = "suppressed"\n'
    load_text(alder, tmp_path, f"{COLUMNS}\n001,2018-19,All Students,220,*,*\n", mapping=hidden.encode())
    assert (stood(alder).state, stood(alder).outcome) == ("active", None)
    load_text(alder, tmp_path, TABLE, mapping=MAPPING.encode(), reason="The state showed it again.")
    assert (stood(alder).state, stood(alder).outcome) == ("closed", "met")


def test_a_closed_measure_that_nobody_signed_is_not_closed(alder: Projection, tmp_path: Path):
    propose(alder, target={"period": "SY2018-19", "value": 45})
    load_text(alder, tmp_path, TABLE, mapping=MAPPING.encode())
    assert (stood(alder).state, stood(alder).outcome) == ("proposed", None)
    sign(alder, "schools", "library")
    assert (stood(alder).state, stood(alder).outcome) == ("closed", "met")
    propose(alder, target={"period": "SY2024-25", "value": 70})
    assert (stood(alder).state, stood(alder).outcome) == ("proposed", None)


def test_a_retired_measure_leaves_answers_from_its_day_on_and_keeps_its_past(
    alder: Projection, calendar: Calendar, tmp_path: Path
):
    load_text(alder, tmp_path, TABLE, mapping=MAPPING.encode())
    calendar.to("2019-12-01")
    retire_variant(alder, NAME, reason="The test is gone.", actor=BY)
    now = rollup(alder, RollupRequest(template="reading"))
    assert (now.series, now.levels, now.network.n) == ((), (), 0)
    assert [(row.reason, row.out_of) for row in now.excluded] == [("it was retired", "everything")]
    then = rollup(alder, RollupRequest(template="reading", as_of="2019-11-30"))
    assert ([entry.state for entry in then.series], then.network.n, len(then.levels)) == (["proposed"], 1, 1)
    assert stood(alder).retired == "2019-12-01T12:00:00.000000Z"


def test_nothing_is_loaded_into_a_retired_measure(alder: Projection, tmp_path: Path):
    load_text(alder, tmp_path, TABLE, mapping=MAPPING.encode())
    retire_variant(alder, NAME, reason="The test is gone.", actor=BY)
    head = alder.ledger.head().seq
    more = f"{COLUMNS}\n001,2019-20,All Students,200,100,50.0\n"
    with pytest.raises(Conflict, match="it is retired"):
        load_text(alder, tmp_path, more)
    with pytest.raises(Conflict, match="it is retired"):
        check_load(alder, ADAPTERS, Order(files=(wrote(tmp_path, "data.csv", more),), variant=NAME), actor=operator())
    assert alder.ledger.head().seq == head


def test_a_retired_headline_and_its_places_are_free_again(alder: Projection):
    _, findings = check_variant(alder, raw(measure(id="grade-3-new")), actor=operator())
    assert "headline-twice" in {entry.rule for entry in findings}
    retire_variant(alder, NAME, reason="The test is gone.", actor=BY)
    assert check_variant(alder, raw(measure(id="grade-3-new")), actor=operator())[1] == ()


def test_history_tells_every_act_in_order_with_who_and_why(alder: Projection):
    sign(alder, "schools")
    decline_variant(alder, NAME, partner="library", by="Lee", reason="In May.", actor=BY)
    sign(alder, "library")
    restate(alder)
    propose(alder, baseline=RECOUNTED, title="Readers")
    withdraw_signature(alder, NAME, partner="library", by="Lee", reason="Not this one.", actor=BY)
    accept_variant(alder, NAME, reason="Fine.", actor=BY)
    waive_period(alder, NAME, period="2019-20", reason="No tests.", actor=BY)
    retire_variant(alder, NAME, reason="The test is gone.", actor=BY)
    lines = history(alder)
    assert [(line.act, line.revision, line.partner, line.reason) for line in lines] == [
        ("proposed", 1, None, ""),
        ("signed", 1, "schools", ""),
        ("declined", 1, "library", "In May."),
        ("signed", 1, "library", ""),
        ("restated", 2, None, "The state recounted."),
        ("proposed", 3, None, ""),
        ("withdrawn", 3, "library", "Not this one."),
        ("accepted", 3, None, "Fine."),
        ("waived", 3, None, "No tests."),
        ("retired", 3, None, "The test is gone."),
    ]
    assert [line.seq for line in lines] == sorted({line.seq for line in lines})
    assert [(line.changed, line.voided) for line in lines if line.act in {"proposed", "restated"}] == [
        ((), ()),
        (("/baseline/numerator", "/baseline/value"), ()),
        (("/title",), ("schools", "library")),
    ]


def test_history_says_of_each_revision_only_the_signatures_that_it_voided_itself(alder: Projection):
    sign(alder, "schools")
    for title in ("Readers", "Good readers", "Third graders who read"):
        propose(alder, title=title)
    sign(alder, "library")
    propose(alder, title="Readers")
    assert [line.voided for line in history(alder) if line.act == "proposed"] == [
        (),
        ("schools",),
        (),
        (),  # the title that the schools had signed: their signature stands again
        ("schools", "library"),
    ]


def test_history_at_a_past_moment_ends_there(alder: Projection, calendar: Calendar):
    calendar.to("2019-11-01")
    sign(alder, "schools")
    then = history_of(alder, alder.moment("2019-10-31"), NAME)
    assert [line.act for line in then] == ["proposed"]
    with pytest.raises(NotFound, match="no local measure"):
        history_of(alder, alder.moment(None), "alder/grade-4")


def test_a_signature_of_an_older_reading_is_refused_and_writes_nothing(alder: Projection):
    seen = read.revisions(alder.cursor(), alder.catch_up().seq, "alder", "grade-3")[-1].content_sha256
    propose(alder, title="Readers")
    head = alder.ledger.head().seq
    words = {"partner": "schools", "by": "Ana", "authority": "Head", "actor": BY}
    with pytest.raises(Conflict, match="has changed since it was read"):
        sign_variant(alder, NAME, content=seen, **words)
    assert alder.ledger.head().seq == head
    now = read.revisions(alder.cursor(), alder.catch_up().seq, "alder", "grade-3")[-1].content_sha256
    assert sign_variant(alder, NAME, content=now, **words).written


def test_the_same_person_signing_twice_writes_once_and_another_person_anew(alder: Projection):
    words = {"partner": "schools", "authority": "Head", "actor": BY}
    assert sign_variant(alder, NAME, by="Ana", **words).written
    assert not sign_variant(alder, NAME, by="Ana", **words).written
    assert sign_variant(alder, NAME, by="Bea", **words).written
    assert stood(alder).partners[0].by == "Bea"


def test_a_check_warns_only_of_signatures_that_a_change_would_void(alder: Projection):
    def warned(**changes: object) -> list[str]:
        _, findings = check_variant(alder, raw(measure(**changes)), actor=operator())
        return [entry.detail for entry in findings if entry.rule == "signatures-voided"]

    assert warned(title="Readers") == []
    sign(alder, "schools")
    assert warned(title="Readers") == ["It changes /title, which voids the signatures of Schools."]
    assert warned(story="It goes well.") == []
    propose_variant(alder, raw(measure(title="Readers")), actor=BY)
    assert warned(title="Good readers") == []
