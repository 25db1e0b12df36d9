"""Every check of the assessment tells its own fault and no other's, and what nobody can say is unknown."""

from datetime import date

import pytest

from registry.domain.assessment import CHECKS, assess
from registry.domain.evidence import LETTERS
from tests.domain.evidence_made import (
    CONTEXT,
    DROP,
    FALLING,
    LIBRARY,
    MEASURE,
    NO_TARGET,
    POPULATION,
    SCHOOLS,
    SERIES,
    SOURCE,
    START,
    UNLOADED,
    YEARS,
    catalogue,
    evidence,
    members,
    series,
    standing,
    template,
    verdicts,
)

CASES: tuple[tuple[str, str, str, dict[str, object], dict[str, object], set[str]], ...] = (
    # code, verdict, words that are found, changes of the document, of what is known, other checks that cannot be told then
    ("population-level", "fail", "clients of a programme", {"population": POPULATION | {"kind": "clients"}}, {}, set()),
    (
        "population-level",
        "unknown",
        "whom",
        {"population": None},
        {},
        {"place-named", "place-known"},
    ),
    (
        "programme-language",
        "fail",
        "our program",
        {"statement": "By 2025, 55 % of third graders read well through our program."},
        {},
        set(),
    ),
    ("place-named", "fail", "no place code", {"population": POPULATION | {"geographies": []}}, {}, {"place-known"}),
    (
        "two-sectors",
        "fail",
        "2 partners, 1 sector",
        {"partners": [SCHOOLS, LIBRARY | {"sector": "Education "}]},
        {},
        set(),
    ),
    ("two-sectors", "fail", "1 partner, 1 sector", {"partners": [SCHOOLS]}, {}, set()),
    (
        "instrument-versioned",
        "fail",
        "no version '2016'",
        {"measure": MEASURE | {"instrument_version": "2016"}},
        {},
        {"cut-on-scale"},
    ),
    (
        "instrument-versioned",
        "fail",
        "which version of State test",
        {"measure": {name: said for name, said in MEASURE.items() if name != "instrument_version"}},
        {},
        {"cut-on-scale"},
    ),
    (
        "instrument-versioned",
        "fail",
        "no assessment or data source 'own-test'",
        {"measure": MEASURE | {"instrument": "own-test"}},
        {},
        {"cut-on-scale"},
    ),
    ("cut-on-scale", "fail", "450 lies outside the scale", {"measure": MEASURE | {"cut": 450}}, {}, set()),
    ("cut-on-scale", "fail", "no cut 'advanced'", {"measure": MEASURE | {"cut": "advanced"}}, {}, set()),
    (
        "cut-on-scale",
        "fail",
        "grade or age 3, the measure is of 4",
        {"measure": MEASURE | {"grade_or_age": 4}},
        {},
        set(),
    ),
    (
        "cut-on-scale",
        "fail",
        "from which score",
        {"measure": {name: said for name, said in MEASURE.items() if name != "cut"}},
        {},
        set(),
    ),
    (
        "cut-on-scale",
        "unknown",
        "does not know the scale",
        {},
        {"instruments": catalogue(scale_minimum=None, scale_maximum=None)},
        set(),
    ),
    (
        "cut-on-scale",
        "unknown",
        "no score",
        {},
        {"instruments": catalogue(cuts=[{"id": "proficient", "title": "Proficient"}])},
        set(),
    ),
    (
        "grade-or-age",
        "fail",
        "which grade or age",
        {"measure": {name: said for name, said in MEASURE.items() if name != "grade_or_age"}},
        {"instruments": catalogue(cuts=[{"id": "proficient", "title": "Proficient", "score": 2432}])},
        set(),
    ),
    (
        "place-known",
        "fail",
        "nces-lea:0900001 is no place code of Bridgeport",
        {"population": POPULATION | {"geographies": ["nces-lea:0900450", "nces-lea:0900001"]}},
        {},
        set(),
    ),
    ("boundaries-dated", "fail", "which year", {}, {"template": template(judged=("geography_vintage",))}, set()),
    ("one-measure", "warn", "'and'", {"title": "Third graders who read well and count well"}, {}, set()),
    ("one-measure", "warn", "by 2025", {"title": "Third graders who read well by 2025"}, {}, set()),
    ("one-measure", "warn", "55 percent", {"title": "55 percent of third graders read well"}, {}, set()),
    (
        "one-measure",
        "warn",
        "read, write or count",
        {},
        {"template": template(indicator={"numerator": "students who can read, write or count"})},
        set(),
    ),
    (
        "numerator-and-denominator",
        "fail",
        "universe and denominator rule",
        {},
        {"template": template(judged=("universe", "denominator_rule"))},
        set(),
    ),
    (
        "unit-and-direction",
        "fail",
        "CY2021",
        {"milestones": [{"period": "CY2021", "value": 47}]},
        {},
        set(),
    ),
    (
        "baseline-complete",
        "fail",
        "no baseline",
        {"baseline": None},
        {},
        {
            "baseline-agrees",
            "value-in-range",
            "target-on-wanted-side",
            "beyond-noise",
            "pace-beside-history",
            "beats-forecast",
            "pace-beside-peers",
            "baseline-not-a-dip",
            "target-after-baseline",
            "one-to-fifteen-years",
            "milestones-set",
            "baseline-before-registration",
            "one-series",
        },
    ),
    (
        "baseline-complete",
        "fail",
        "how many people",
        {"baseline": {"period": "SY2018-19", "value": 40.0}},
        {"history": series(n=None)},
        {"beyond-noise"},
    ),
    ("baseline-agrees", "warn", "loaded: 39.5 %", {}, {"history": series((*SERIES[:-1], 39.5))}, set()),
    (
        "baseline-agrees",
        "warn",
        "n = 900",
        {},
        {"history": (*series()[:-1], *series((40.0,), YEARS[-1:], n=900))},
        set(),
    ),
    ("baseline-agrees", "unknown", "No figure is loaded", {}, {"history": series()[:-1]}, set()),
    (
        "value-in-range",
        "fail",
        "1,200 of 1,000 is no share",
        {"baseline": START | {"numerator": 1200}},
        {},
        {"baseline-agrees"},
    ),
    (
        "target-stated",
        "fail",
        "no value to be reached",
        NO_TARGET,
        {},
        {
            "target-on-wanted-side",
            "target-in-bounds",
            "beyond-noise",
            "pace-beside-history",
            "beats-forecast",
            "pace-beside-peers",
            "target-after-baseline",
            "one-to-fifteen-years",
            "release-in-time",
            "milestones-set",
            "target-before-result",
            "one-series",
        },
    ),
    ("source-named", "fail", "where the figures come from", {"source": None}, {}, {"release-in-time"}),
    ("source-named", "warn", "how often", {"source": SOURCE | {"cadence": " "}}, {}, set()),
    ("groups-supplied", "warn", "by economic disadvantage", {}, {"groups": ("race_ethnicity=black",)}, set()),
    (
        "groups-supplied",
        "unknown",
        "Nothing is loaded",
        {},
        UNLOADED,
        {
            "baseline-agrees",
            "codes-mapped",
            "pace-beside-history",
            "beats-forecast",
            "baseline-not-a-dip",
        },
    ),
    ("codes-mapped", "fail", "no mapping is kept", {}, {"mapped": False}, set()),
    ("codes-mapped", "unknown", "Nothing is loaded", {}, {"mapped": None}, set()),
    (
        "target-on-wanted-side",
        "fail",
        "40.0 % in SY2018-19 (n = 1,000) is worse: less is wanted",
        {"milestones": []},
        {"template": template(indicator=FALLING)},
        {"pace-beside-history", "beats-forecast", "pace-beside-peers", "milestones-set"},
    ),
    (
        "target-in-bounds",
        "fail",
        "120 is outside",
        {"target": {"period": "SY2024-25", "value": 120}},
        {},
        {"pace-beside-history", "pace-beside-peers"},
    ),
    (
        "beyond-noise",
        "warn",
        "5.0 points, and chance and changing cohorts alone may give 6.7 points (n = 1,000), by cohort@1",
        {"target": {"period": "SY2024-25", "value": 45}, "milestones": [{"period": "SY2021-22", "value": 42}]},
        {},
        {"beats-forecast"},
    ),
    (
        "pace-beside-history",
        "warn",
        "3.0 points a year for 6 years, more than 2 times as fast: from 33.0 % in SY2013-14",
        {"target": {"period": "SY2024-25", "value": 58}},
        {"peers": members(*[3.0] * 6)},
        set(),
    ),
    ("beats-forecast", "unknown", "2 comparable years", {}, {"history": series()[-2:]}, {"baseline-not-a-dip"}),
    (
        "beats-forecast",
        "warn",
        "no better than what comes if nothing changes",
        {"target": {"period": "SY2024-25", "value": 48}},
        {},
        set(),
    ),
    ("beats-forecast", "unknown", "further ahead", {"target": {"period": "SY2025-26", "value": 55}}, {}, set()),
    ("pace-beside-peers", "warn", "at percentile 100", {}, {"peers": members(0.5, 1.0, 1.5, 1.8, 2.0)}, set()),
    ("pace-beside-peers", "unknown", "too few", {}, {"peers": members(0.5, 1.0, 3.0, 4.0)}, set()),
    ("pace-beside-peers", "unknown", "no other member", {}, {"peers": ()}, set()),
    (
        "baseline-not-a-dip",
        "warn",
        "30.0 % in SY2018-19 (n = 1,000), is 9.9 points worse than the 6 years before it pointed to 39.9 %",
        {"baseline": START | {"value": 30.0, "numerator": 300}, "target": {"period": "SY2024-25", "value": 50}},
        {"history": series(DROP), "peers": members(*[4.0] * 5)},
        {"pace-beside-history"},
    ),
    ("template-published", "fail", "was withdrawn", {}, {"template_status": "withdrawn"}, set()),
    (
        "template-published",
        "warn",
        "deprecated",
        {},
        {"template_status": "deprecated", "successor": "reading@2.0.0"},
        set(),
    ),
    ("departures-declared", "fail", "sampling 'sample'", {"measure": MEASURE | {"sampling": "sample"}}, {}, set()),
    (
        "outcome-not-activity",
        "fail",
        "referrals",
        {"statement": "By 2025, job referrals in Bridgeport reach 55 %."},
        {},
        set(),
    ),
    (
        "role-consistent",
        "warn",
        "'attendance' stands in for 'reading proficiency'",
        {
            "measure": MEASURE | {"construct": "attendance"},
            "context": CONTEXT | {"adaptations": [{"facet": "/measure/construct", "why": "No test is given."}]},
        },
        {},
        set(),
    ),
    (
        "target-after-baseline",
        "fail",
        "SY2017-18 is not after the baseline's, SY2018-19",
        {"target": {"period": "SY2017-18", "value": 55}, "milestones": []},
        {},
        {
            "pace-beside-history",
            "pace-beside-peers",
            "one-to-fifteen-years",
            "milestones-set",
            "target-before-result",
        },
    ),
    (
        "one-to-fifteen-years",
        "warn",
        "16 years",
        {"target": {"period": "SY2034-35", "value": 70}},
        {},
        {"beats-forecast"},
    ),
    (
        "release-in-time",
        "unknown",
        "when the result of SY2024-25",
        {"source": {name: said for name, said in SOURCE.items() if name != "release_month"}},
        {},
        set(),
    ),
    ("milestones-set", "warn", "0 milestones over 6 years", {"milestones": []}, {}, set()),
    (
        "milestones-in-order",
        "warn",
        "goes beyond the target",
        {"milestones": [{"period": "SY2021-22", "value": 60}]},
        {},
        set(),
    ),
    ("milestones-in-order", "warn", "goes back", {"milestones": [{"period": "SY2021-22", "value": 39}]}, {}, set()),
    (
        "milestones-in-order",
        "warn",
        "between baseline and target",
        {"milestones": [{"period": "SY2024-25", "value": 50}]},
        {},
        set(),
    ),
    (
        "milestones-in-order",
        "warn",
        "after the one before",
        {"milestones": [{"period": "SY2022-23", "value": 46}, {"period": "SY2021-22", "value": 48}]},
        {},
        set(),
    ),
    (
        "baseline-before-registration",
        "fail",
        "ended on 2019-06-30, the measure was registered on 2019-06-29",
        {},
        {"registered": date(2019, 6, 29)},
        set(),
    ),
    ("target-before-result", "warn", "due by 2025-08-31", {}, {"target_entered": date(2025, 8, 31)}, set()),
    ("target-before-result", "unknown", "no target", {}, {"target_entered": None}, set()),
    (
        "one-series",
        "fail",
        "SY2022-23 (cut): A lower cut",
        {"breaks": [{"period": "SY2022-23", "kind": "cut", "reason": "A lower cut."}]},
        {},
        set(),
    ),
    (
        "one-series",
        "fail",
        "is after the last one of the version '2015' (SY2022-23)",
        {},
        {"instruments": catalogue(last_period="SY2022-23")},
        set(),
    ),
    ("partners-committed", "fail", "Public library", {"partners": [SCHOOLS, LIBRARY | {"commitment": " "}]}, {}, set()),
    (
        "partners-committed",
        "unknown",
        "No partner",
        {"partners": []},
        {},
        {"two-sectors", "partners-signed", "signatures-current"},
    ),
    ("partners-signed", "fail", "1 of 2 have signed", {}, {"partners": (standing("schools"),)}, set()),
    (
        "partners-signed",
        "fail",
        "Library declined by Ada Reyes (director) on 2019-10-05, revision 2: The target is too low",
        {},
        {"partners": (standing("schools"), standing("library", "declined", reason="The target is too low"))},
        set(),
    ),
    (
        "signatures-current",
        "fail",
        "since when /target/value changed",
        {},
        {"partners": (standing("schools"), standing("library", "stale", changed=("/target/value",)))},
        set(),
    ),
    ("signatures-current", "unknown", "Nobody has signed", {}, {"partners": ()}, {"partners-signed"}),
    ("review-accepted", "warn", "not yet accepted", {}, {"review": "needed"}, set()),
    ("reason-given", "warn", "why this result matters", {"context": CONTEXT | {"why": " "}}, {}, set()),
    ("people-asked", "warn", "who was asked", {"context": CONTEXT | {"engagement": ""}}, {}, set()),
    (
        "people-asked",
        "warn",
        "not told when",
        {"context": CONTEXT | {"engagement": {"who": "Forty parents"}}},
        {},
        set(),
    ),
)


def test_every_check_passes_on_a_sound_measure_and_says_with_what_figures():
    assessment = assess(evidence())
    assert {code for code, verdict in verdicts(assessment).items() if verdict != "pass"} == set()
    assert (assessment.fails, assessment.warns, assessment.unknown) == ((), (), ())
    assert assessment.registered_before_result is True
    assert assessment.agenda is False
    for check in assessment.checks:
        assert check.found
        assert check.fix == ""


@pytest.mark.parametrize(
    ("code", "verdict", "words", "changes", "known", "also"), CASES, ids=[f"{case[0]}-{case[2]}" for case in CASES]
)
def test_one_fault_is_told_by_one_check(code, verdict, words, changes, known, also):
    assessment = assess(evidence(known, **changes))
    check = next(check for check in assessment.checks if check.code == code)
    assert check.verdict == verdict
    assert words in check.found
    assert check.fix
    assert {other for other, said in verdicts(assessment).items() if said != "pass"} == {code, *also}
    told = {"fail": assessment.fails, "warn": assessment.warns, "unknown": assessment.unknown}
    assert check.letter in told["fail"] + told[verdict]


def test_every_check_of_the_table_is_seen_to_pass_and_not_to_pass():
    told = {case[0] for case in CASES}
    assert {question.code for question in CHECKS} == told


def test_checks_stand_in_the_order_of_their_letters_and_have_one_name_each():
    codes = [check.code for check in assess(evidence()).checks]
    assert codes == [question.code for question in CHECKS]
    assert len(set(codes)) == len(codes)
    letters = [LETTERS.index(question.letter) for question in CHECKS]
    assert letters == sorted(letters)


def test_a_letter_stands_under_its_worst_verdict_only():
    assessment = assess(evidence({"instruments": catalogue(cuts=[])}, title="Reading and writing", milestones=[]))
    assert assessment.fails == ("S",)
    assert assessment.warns == ("T",)
    assert assessment.unknown == ()


def test_nothing_fails_for_want_of_a_measure_on_the_data_development_agenda():
    nothing = {"measure": None, "baseline": None, "source": None, **NO_TARGET}
    assessment = assess(evidence(UNLOADED | {"partners": ()}, **nothing))
    assert assessment.agenda is True
    assert assessment.fails == ()
    assert assessment.unknown == ("S", "M", "A", "R", "T", "G")
    measured = {question.code for question in CHECKS if not question.without_measure}
    found = verdicts(assessment)
    assert {found[code] for code in measured} == {"unknown"}
    assert {found[code] for code in found.keys() - measured} == {"pass"}
    assert assessment.registered_before_result is None


def test_the_agenda_is_no_excuse_for_a_result_about_clients():
    clients = POPULATION | {"kind": "clients"}
    assert assess(evidence(measure=None, population=clients)).fails == ("P",)


def test_a_proxy_is_right_where_the_framework_has_the_outcome_as_contributing_and_unknown_in_no_framework():
    proxy = {
        "measure": MEASURE | {"construct": "attendance"},
        "context": CONTEXT | {"adaptations": [{"facet": "/measure/construct", "why": "No test is given."}]},
    }
    for role, verdict in (("contributing", "pass"), ("systems", "pass"), (None, "unknown")):
        assert verdicts(assess(evidence({"role": role}, **proxy)))["role-consistent"] == verdict


def test_a_missing_dimension_is_excused_by_a_note_that_names_it():
    found = assess(
        evidence({"groups": ("race_ethnicity=black",)}, notes="Economic disadvantage is not published here.")
    )
    assert verdicts(found)["groups-supplied"] == "pass"


def test_a_restated_baseline_keeps_its_signatures_and_tells_until_when_to_object():
    partners = (standing("schools"), standing("library", "restated", object_by=date(2020, 1, 20)))
    check = next(
        check for check in assess(evidence({"partners": partners})).checks if check.code == "signatures-current"
    )
    assert check.verdict == "pass"
    assert "may object until 2020-01-20" in check.found


def test_who_was_asked_may_be_told_member_by_member():
    asked = CONTEXT | {"engagement": {"who": "Forty parents", "how": "Two meetings", "when": "Last spring"}}
    assert verdicts(assess(evidence(context=asked)))["people-asked"] == "pass"
