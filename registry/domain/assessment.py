"""Whether a local measure is a shared result: about everybody in a place, SMART, agreed by those who answer for it, and of that place.

Each check says what was found, with its figures, and what to do; it is a reading of the documents and the data, not a judgement of the
work. What nobody can say is unknown, which is no pass. The checks stand in one table, in the order in which they are answered; those
of one letter in a module of their own. Sources: Doran 1981, There's a S.M.A.R.T. way to write management's goals and objectives;
Friedman 2005, Trying Hard Is Not Good Enough. Tests: ``tests/domain/test_assessment.py``.
"""

from registry.domain.assessment_agreed import (
    partners_committed,
    partners_signed,
    people_asked,
    reason_given,
    review_accepted,
    signatures_current,
)
from registry.domain.assessment_ambition import ambition_of
from registry.domain.assessment_attainable import (
    baseline_not_a_dip,
    beats_forecast,
    beyond_noise,
    pace_beside_history,
    pace_beside_peers,
    target_in_bounds,
    target_on_wanted_side,
)
from registry.domain.assessment_measurable import (
    baseline_agrees,
    baseline_complete,
    codes_mapped,
    groups_supplied,
    numerator_and_denominator,
    source_named,
    target_stated,
    unit_and_direction,
    value_in_range,
)
from registry.domain.assessment_population import place_named, population_level, programme_language, two_sectors
from registry.domain.assessment_relevant import (
    departures_declared,
    outcome_not_activity,
    role_consistent,
    template_published,
)
from registry.domain.assessment_specific import (
    boundaries_dated,
    cut_on_scale,
    grade_or_age,
    instrument_versioned,
    one_measure,
    place_known,
)
from registry.domain.assessment_timebound import (
    baseline_before_registration,
    milestones_in_order,
    milestones_set,
    one_series,
    one_to_fifteen_years,
    registered_before_result,
    release_in_time,
    target_after_baseline,
    target_before_result,
)
from registry.domain.evidence import LETTERS, Assessment, Check, Evidence, Letter, Question, Verdict, untold

CHECKS: tuple[Question, ...] = (
    Question("population-level", "P", population_level, without_measure=True),
    Question("programme-language", "P", programme_language, without_measure=True),
    Question("place-named", "P", place_named, without_measure=True),
    Question("two-sectors", "P", two_sectors, without_measure=True),
    Question("instrument-versioned", "S", instrument_versioned),
    Question("cut-on-scale", "S", cut_on_scale),
    Question("grade-or-age", "S", grade_or_age),
    Question("place-known", "S", place_known, without_measure=True),
    Question("boundaries-dated", "S", boundaries_dated),
    Question("one-measure", "S", one_measure, without_measure=True),
    Question("numerator-and-denominator", "M", numerator_and_denominator),
    Question("unit-and-direction", "M", unit_and_direction),
    Question("baseline-complete", "M", baseline_complete),
    Question("baseline-agrees", "M", baseline_agrees),
    Question("value-in-range", "M", value_in_range),
    Question("target-stated", "M", target_stated),
    Question("source-named", "M", source_named),
    Question("groups-supplied", "M", groups_supplied),
    Question("codes-mapped", "M", codes_mapped),
    Question("target-on-wanted-side", "A", target_on_wanted_side),
    Question("target-in-bounds", "A", target_in_bounds),
    Question("beyond-noise", "A", beyond_noise),
    Question("pace-beside-history", "A", pace_beside_history),
    Question("beats-forecast", "A", beats_forecast),
    Question("pace-beside-peers", "A", pace_beside_peers),
    Question("baseline-not-a-dip", "A", baseline_not_a_dip),
    Question("template-published", "R", template_published, without_measure=True),
    Question("departures-declared", "R", departures_declared),
    Question("outcome-not-activity", "R", outcome_not_activity, without_measure=True),
    Question("role-consistent", "R", role_consistent),
    Question("target-after-baseline", "T", target_after_baseline),
    Question("one-to-fifteen-years", "T", one_to_fifteen_years),
    Question("release-in-time", "T", release_in_time),
    Question("milestones-set", "T", milestones_set),
    Question("milestones-in-order", "T", milestones_in_order),
    Question("baseline-before-registration", "T", baseline_before_registration),
    Question("target-before-result", "T", target_before_result),
    Question("one-series", "T", one_series),
    Question("partners-committed", "G", partners_committed, without_measure=True),
    Question("partners-signed", "G", partners_signed),
    Question("signatures-current", "G", signatures_current),
    Question("review-accepted", "G", review_accepted, without_measure=True),
    Question("reason-given", "C", reason_given, without_measure=True),
    Question("people-asked", "C", people_asked, without_measure=True),
)
"""Every check, in the order of its letters."""

WORST_FIRST: tuple[Verdict, ...] = ("fail", "warn", "unknown")


def assess(evidence: Evidence) -> Assessment:
    """Every check of one measure, the letters by their worst verdict, and how much its target asks."""
    checks = tuple(_check(question, evidence) for question in CHECKS)
    worst = {letter: _worst(letter, checks) for letter in LETTERS}
    return Assessment(
        checks=checks,
        fails=tuple(letter for letter in LETTERS if worst[letter] == "fail"),
        warns=tuple(letter for letter in LETTERS if worst[letter] == "warn"),
        unknown=tuple(letter for letter in LETTERS if worst[letter] == "unknown"),
        ambition=ambition_of(evidence),
        registered_before_result=registered_before_result(evidence),
        agenda=evidence.variant.measure is None,
    )


def _check(question: Question, evidence: Evidence) -> Check:
    told = question.ask(evidence)
    if evidence.variant.measure is None and not question.without_measure:
        told = untold(
            "There is no agreed measure yet: this result stands on the data development agenda.",
            "Add the measure, its baseline and its target once the place has agreed on them.",
            "/measure",
        )
    return Check(
        code=question.code,
        letter=question.letter,
        verdict=told.verdict,
        found=told.found,
        fix=told.fix,
        pointer=told.pointer,
    )


def _worst(letter: Letter, checks: tuple[Check, ...]) -> Verdict:
    given = {check.verdict for check in checks if check.letter == letter}
    return next((verdict for verdict in WORST_FIRST if verdict in given), "pass")
