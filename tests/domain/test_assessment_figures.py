"""How much a target asks, in figures: beside the place's past, its forecast, other members and chance; for every unit and direction."""

from datetime import date

import numpy as np
import pytest
from scipy import stats

from registry.domain.assessment import assess
from registry.domain.assessment_ambition import change95, sampling95
from registry.domain.assessment_timebound import release_day
from registry.domain.evidence import Check
from registry.domain.point import Point
from registry.domain.progress_rule import RULES
from tests.domain.evidence_made import (
    DROP,
    FALLING,
    MEASURE,
    SERIES,
    SOURCE,
    START,
    YEARS,
    catalogue,
    evidence,
    members,
    series,
    standing,
    template,
    verdicts,
)

ORDINARY = (-2.0, -1.5, -1.0, -0.6, -0.4, -0.2, 0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9)
"""Fifteen slower state paces; with the fourteen faster ones below their median, 90th percentile and largest are 0.9, 2.6 and 3.35."""
FASTER = (0.95, 1.0, 1.1, 1.2, 1.3, 1.4, 1.6, 1.8, 2.0, 2.2, 2.58, 2.7, 3.0, 3.35)


def told(code: str, *, known: dict[str, object] | None = None, **changes: object) -> Check:
    """What one check says of the sound measure, changed."""
    return next(check for check in assess(evidence(known, **changes)).checks if check.code == code)


def ambition(*, known: dict[str, object] | None = None, **changes: object):
    """How much the target asks."""
    return assess(evidence(known, **changes)).ambition


def test_thirty_six_to_seventy_in_ten_years_is_above_the_largest_ordinary_pace():
    battle_creek = {
        "baseline": {"period": "SY2012-13", "value": 36, "numerator": 138, "denominator": 383},
        "target": {"period": "SY2022-23", "value": 70},
        "milestones": [{"period": "SY2017-18", "value": 53}],
    }
    known = {"history": (), "peers": members(*ORDINARY, *FASTER)}
    asked = ambition(known=known, **battle_creek)
    assert asked.required_annual_improvement == pytest.approx((70 - 13800 / 383) / 10, abs=1e-9)
    paces = (*ORDINARY, *FASTER)
    assert (asked.peers, asked.peer_percentile, asked.peer_median) == (29, 100, 0.9)
    assert asked.peer_90th == pytest.approx(np.quantile(paces, 0.9))
    assert asked.peer_90th == pytest.approx(2.6, abs=0.05)
    check = told("pace-beside-peers", known=known, **battle_creek)
    assert check.verdict == "warn"
    assert "The target asks 3.4 points a year for 10 years" in check.found
    assert "a median of 0.9 points a year" in check.found


def test_sampling_band_and_smallest_clear_change_are_the_published_ones():
    plain = RULES["plain@1"]
    for people, band in ((20, 21.9), (50, 13.9), (100, 9.8), (383, 5.0), (1000, 3.1), (5000, 1.4)):
        assert round(sampling95(0.5, people, 100), 1) == band
    for people, change in ((100, 13.9), (400, 6.9), (1000, 4.4), (5000, 2.0)):
        assert round(change95(0.5, people, 100, plain), 1) == change
    noise = ambition(known={"template": template(progress_rule="plain@1"), "history": ()}).noise95
    share = 0.475
    assert noise == pytest.approx(stats.norm.ppf(0.975) * 100 * np.sqrt(share * (1 - share) * 2 / 1000))


@pytest.mark.parametrize(("aim", "verdict"), [(56.8, "warn"), (57.0, "pass")])
def test_fourteen_points_are_beyond_chance_among_a_hundred_and_less_are_not(aim, verdict):
    start = {"period": "SY2018-19", "value": 43.0, "numerator": 43, "denominator": 100}
    known = {"template": template(progress_rule="plain@1"), "history": ()}
    check = told("beyond-noise", known=known, baseline=start, target={"period": "SY2024-25", "value": aim})
    assert check.verdict == verdict
    assert f"{aim - 43:.1f} points" in check.found
    assert "(n = 100), by plain@1" in check.found


def test_chance_in_a_sample_is_its_standard_error():
    loaded = (Point(period="SY2018-19", value=40.0, standard_error=3.0),)
    assert ambition(known={"history": loaded}).noise95 == pytest.approx(stats.norm.ppf(0.975) * 3 * np.sqrt(2))
    assert ambition(known={"history": loaded}).baseline95 == pytest.approx(stats.norm.ppf(0.975) * 3)


def test_nobody_can_tell_chance_without_the_number_of_people():
    lone = {"period": "SY2018-19", "value": 40.0}
    assert told("beyond-noise", known={"history": ()}, baseline=lone).verdict == "unknown"
    mean = template(indicator={"unit": "mean", "bounds": [None, None], "has_cut": False})
    check = told("beyond-noise", known={"template": mean, "history": ()}, baseline=lone)
    assert check.verdict == "unknown"
    assert "points" not in check.found


def test_own_pace_looks_back_five_years_and_not_beyond_a_break():
    asked = ambition()
    assert (asked.own_annual_improvement, asked.own_years) == (pytest.approx(1.4), 5)
    asked = ambition(breaks=[{"period": "SY2015-16", "kind": "cut", "reason": "A new cut."}])
    assert (asked.own_annual_improvement, asked.own_years) == (pytest.approx(4 / 3), 3)
    bridged = [{"period": "SY2015-16", "kind": "cut", "reason": "A new cut.", "bridge": "The state restated it."}]
    assert ambition(breaks=bridged).own_years == 5


def test_twice_its_own_pace_is_no_warning_and_more_is():
    steady = {"history": series((35.0, 40.0), (YEARS[1], YEARS[6])), "peers": ()}
    assert told("pace-beside-history", known=steady, target={"period": "SY2024-25", "value": 52}).verdict == "pass"
    check = told("pace-beside-history", known=steady, target={"period": "SY2024-25", "value": 52.06})
    assert check.verdict == "warn"
    assert "asks 2.01 points a year for 6 years, more than 2 times as fast" in check.found


def test_a_place_that_was_getting_worse_is_told_so():
    worse = {"history": series(tuple(reversed(SERIES)))}
    start = {"period": "SY2018-19", "value": 31.5, "numerator": 315, "denominator": 1000}
    check = told("pace-beside-history", known=worse, baseline=start)
    assert check.verdict == "warn"
    assert "while it has not improved" in check.found
    assert "-1.4 points a year over 5 years" in check.found


def test_forecast_is_the_line_of_the_years_up_to_the_baseline():
    later = (*series(), *series((90.0,), ("SY2019-20",)))
    asked = ambition(known={"history": later})
    fitted = stats.linregress(range(7), SERIES)
    assert asked.forecast == pytest.approx(fitted.intercept + fitted.slope * 12)
    assert asked.forecast_period == "SY2024-25"
    floor = 1.8 * np.mean([value * (100 - value) / 1000 for value in SERIES]) + 1.44
    half = stats.t.ppf(0.95, 5) * np.sqrt(floor * (1 + 1 / 7 + 9**2 / 28))
    assert (asked.forecast_low, asked.forecast_high) == pytest.approx((asked.forecast - half, asked.forecast + half))


def test_a_line_that_leaves_the_bounds_carries_no_verdict():
    steep = (64.0, 70.0, 76.0, 82.0, 88.0, 92.0, 96.0)
    start = {"period": "SY2018-19", "value": 96.0, "numerator": 960, "denominator": 1000}
    aim = {"period": "SY2020-21", "value": 99}
    check = told("beats-forecast", known={"history": series(steep)}, baseline=start, target=aim, milestones=[])
    assert check.verdict == "unknown"
    assert "leaves the indicator's bounds" in check.found
    assert "100.0 %" in check.found


def test_a_dip_is_told_in_points_and_as_a_part_of_the_gain():
    start = START | {"value": 30.0, "numerator": 300}
    check = told("baseline-not-a-dip", known={"history": series(DROP)}, baseline=start)
    fitted = stats.linregress(range(6), SERIES[:6])
    depth = fitted.intercept + fitted.slope * 6 - 30
    assert ambition(known={"history": series(DROP)}, baseline=start).dip == pytest.approx(depth)
    assert check.verdict == "warn"
    assert (
        f"Of the 25.0 points wanted, {depth:.1f} points ({100 * depth / 25:.0f} %) may come back by itself."
        in check.found
    )


def test_a_baseline_that_is_better_than_the_years_before_it_is_no_dip():
    high = (*SERIES[:-1], 52.0)
    start = START | {"value": 52.0, "numerator": 520}
    assert told("baseline-not-a-dip", known={"history": series(high)}, baseline=start).verdict == "pass"


FALLEN = {
    "baseline": {"period": "SY2018-19", "value": 30.0, "numerator": 300, "denominator": 1000},
    "target": {"period": "SY2024-25", "value": 18},
    "milestones": [{"period": "SY2021-22", "value": 24}],
    "title": "Students who miss a tenth of their days",
    "statement": "",
}
ABSENCE = (37.0, 36.0, 35.0, 34.0, 32.5, 31.5, 30.0)


def test_where_less_is_wanted_every_check_turns_round():
    known = {"template": template(indicator=FALLING), "history": series(ABSENCE), "peers": members(0.5, 1, 1.5, 2, 2.5)}
    assessment = assess(evidence(known, **FALLEN))
    assert {code for code, verdict in verdicts(assessment).items() if verdict != "pass"} == set()
    asked = assessment.ambition
    assert asked.required_annual_improvement == 2
    assert asked.own_annual_improvement == pytest.approx(1.2)
    assert asked.peer_percentile == 70
    above = told("target-on-wanted-side", known=known, **FALLEN | {"target": {"period": "SY2024-25", "value": 31}})
    assert above.verdict == "fail"
    weak = told("beats-forecast", known=known, **FALLEN | {"target": {"period": "SY2024-25", "value": 25}})
    assert weak.verdict == "warn"
    back = told("milestones-in-order", known=known, **FALLEN | {"milestones": [{"period": "SY2021-22", "value": 31}]})
    assert (back.verdict, "goes back behind 30.0 %" in back.found) == ("warn", True)
    spike = series((*ABSENCE[:-1], 45.0))
    start = {"period": "SY2018-19", "value": 45.0, "numerator": 450, "denominator": 1000}
    worse = told("baseline-not-a-dip", known=known | {"history": spike}, **FALLEN | {"baseline": start})
    assert worse.verdict == "warn"


def test_a_rate_and_a_mean_are_told_in_their_own_unit():
    births = template(indicator=FALLING | {"unit": "rate", "per": 1000, "bounds": [0, None], "has_cut": False})
    change = {
        "baseline": {"period": "SY2018-19", "value": 30.0, "numerator": 60, "denominator": 2000},
        "target": {"period": "SY2024-25", "value": 12},
        "milestones": [{"period": "SY2021-22", "value": 20}],
    }
    known = {"template": births, "history": (), "peers": members(1, 2, 3, 4, 5)}
    assert told("target-on-wanted-side", known=known, **change).verdict == "pass"
    assert "12 per 1,000" in told("target-stated", known=known, **change).found
    share = 0.021
    noise = stats.norm.ppf(0.975) * 1000 * np.sqrt(share * (1 - share) * 2 / 2000)
    assert ambition(known=known, **change).noise95 == pytest.approx(noise)
    assert "The target asks 3 per 1,000 a year" in told("pace-beside-peers", known=known, **change).found
    score = template(indicator={"unit": "mean", "bounds": [200, 300], "has_cut": False})
    grown = {
        "baseline": {"period": "SY2018-19", "value": 231.5},
        "target": {"period": "SY2024-25", "value": 243.5},
        "milestones": [{"period": "SY2021-22", "value": 237}],
    }
    known = {"template": score, "history": ()}
    assert told("baseline-complete", known=known, **grown).verdict == "pass"
    assert ambition(known=known, **grown).required_annual_improvement == 2
    outside = told("target-in-bounds", known=known, **grown | {"target": {"period": "SY2024-25", "value": 301}})
    assert (outside.verdict, "(200 to 300)" in outside.found) == ("fail", True)


@pytest.mark.parametrize("aim", [40.0, 40])
def test_a_target_that_repeats_the_baseline_holds_it(aim):
    hold = {"target": {"period": "SY2024-25", "value": aim}, "milestones": [{"period": "SY2021-22", "value": aim}]}
    found = verdicts(assess(evidence({"history": series((40.0,) * 7)}, **hold)))
    assert found.pop("beats-forecast") == "warn"
    assert set(found.values()) == {"pass"}


def test_a_printed_baseline_may_be_held_although_its_counts_lie_beyond_it():
    start = {"period": "SY2018-19", "value": 21.3, "numerator": 369, "denominator": 1729}
    hold = {"baseline": start, "target": {"period": "SY2024-25", "value": 21.3}, "milestones": []}
    assert told("target-on-wanted-side", known={"history": ()}, **hold).verdict == "pass"
    assert told("milestones-in-order", known={"history": ()}, **hold).verdict == "pass"
    lower = hold | {"target": {"period": "SY2024-25", "value": 21.2}}
    assert told("target-on-wanted-side", known={"history": ()}, **lower).verdict == "fail"


def test_the_loaded_figure_is_the_baseline():
    loaded = {"history": series((*SERIES[:-1], 39.5))}
    assert ambition(known=loaded).required_annual_improvement == pytest.approx((55 - 39.5) / 6)
    suppressed = {"history": (*series()[:-1], Point(period="SY2018-19", missing="suppressed"))}
    assert ambition(known=suppressed).required_annual_improvement == 2.5
    assert told("baseline-agrees", known=suppressed).verdict == "unknown"
    assert told("baseline-agrees", known={"history": (Point(period="SY2018-19", low=39, high=41),)}).verdict == "pass"
    assert told("baseline-agrees", known={"history": (Point(period="SY2018-19", low=45, high=50),)}).verdict == "warn"


def test_an_equal_aim_on_a_new_cut_is_proposed_and_never_put_in_force():
    z, phi = stats.norm.ppf, stats.norm.cdf
    broken = {"breaks": [{"period": "SY2019-20", "kind": "cut", "reason": "A harder cut."}]}
    known = {"history": (*series(), *series((28.0,), ("SY2020-21",)))}
    expected = 100 * phi(z(0.55) - z(0.40) + z(0.28))
    assert ambition(known=known, **broken).restated_target == pytest.approx(expected)
    check = told("one-series", known=known, **broken)
    assert check.verdict == "fail"
    assert f"would be {expected:.1f} %, since 40.0 % (SY2018-19) became 28.0 % (SY2020-21)" in check.found
    assert "to be signed again, never automatic" in check.found
    assert ambition(known=known, **broken).required_annual_improvement == 2.5


def test_three_tests_in_ten_years_are_chained_break_by_break():
    z, phi = stats.norm.ppf, stats.norm.cdf
    start = {"period": "SY2012-13", "value": 60.0, "numerator": 600, "denominator": 1000}
    place = {
        "baseline": start,
        "target": {"period": "SY2022-23", "value": 80},
        "milestones": [{"period": "SY2016-17", "value": 70}],
        "breaks": [
            {"period": "SY2018-19", "kind": "instrument", "reason": "The third test."},
            {"period": "SY2014-15", "kind": "instrument", "reason": "The second test."},
        ],
    }
    known = {"history": series((60.0, 62.0, 35.0, 36.0, 38.0, 41.0, 50.0))}
    second = phi(z(0.80) - z(0.62) + z(0.35))
    third = phi(z(second) - z(0.41) + z(0.50))
    assert ambition(known=known, **place).restated_target == pytest.approx(100 * third)
    check = told("one-series", known=known, **place)
    assert "the series is broken 2 times: SY2014-15 (instrument): The second test; SY2018-19" in check.found
    assert (
        "62.0 % (SY2013-14) became 35.0 % (SY2014-15), then 41.0 % (SY2017-18) became 50.0 % (SY2018-19)" in check.found
    )
    half = {"history": series((60.0, 62.0, 35.0), YEARS[:3])}
    assert ambition(known=half, **place).restated_target is None
    assert "on both sides of SY2018-19" in told("one-series", known=half, **place).found


def test_no_equal_aim_where_there_is_no_cut_or_no_distance_to_it():
    broken = {"breaks": [{"period": "SY2019-20", "kind": "cut", "reason": "A harder cut."}]}
    known = {"history": (*series(), *series((28.0,), ("SY2020-21",)))}
    uncut = known | {"template": template(indicator={"has_cut": False})}
    assert ambition(known=uncut, **broken).restated_target is None
    assert ambition(known=known, **broken, target={"period": "SY2024-25", "value": 100}).restated_target is None
    assert ambition(known=known).restated_target is None


def test_a_bridge_keeps_baseline_and_target_on_one_series():
    bridged = [{"period": "SY2019-20", "kind": "cut", "reason": "A harder cut.", "bridge": "Both cuts were printed."}]
    check = told("one-series", breaks=bridged)
    assert (check.verdict, "over a bridge at SY2019-20" in check.found) == ("pass", True)
    early = {"instruments": catalogue(first_period="SY2020-21")}
    assert "is before the first one of the version" in told("one-series", known=early).found


NO_MONTH = {name: said for name, said in SOURCE.items() if name != "release_month"}


@pytest.mark.parametrize(
    ("entered", "loaded", "source", "before"),
    [
        (date(2025, 8, 30), None, SOURCE, True),
        (date(2025, 8, 31), None, SOURCE, False),
        (date(2025, 7, 20), date(2025, 7, 20), SOURCE, False),
        (date(2025, 7, 19), date(2025, 7, 20), SOURCE, True),
        (date(2025, 9, 1), date(2025, 9, 20), SOURCE, False),
        (date(2025, 6, 29), None, NO_MONTH, True),
        (date(2025, 6, 29), date(2026, 1, 1), NO_MONTH, True),
        (date(2025, 9, 1), None, NO_MONTH, None),
        (date(2025, 9, 1), date(2026, 1, 1), NO_MONTH, None),
        (date(2026, 1, 1), date(2026, 1, 1), NO_MONTH, False),
        (None, None, SOURCE, None),
    ],
)
def test_whether_a_target_was_set_before_its_result(entered, loaded, source, before):
    known = {"target_entered": entered, "result_known": loaded, "day": date(2026, 6, 1)}
    assessment = assess(evidence(known, source=source))
    assert assessment.registered_before_result is before
    expected = {True: "pass", False: "warn", None: "unknown"}[before]
    assert verdicts(assessment)["target-before-result"] == expected


def test_a_release_month_before_the_end_of_the_year_is_next_year():
    assert release_day(evidence(source=SOURCE | {"release_month": 2})) == date(2026, 2, 28)
    assert release_day(evidence(source=SOURCE | {"release_month": 6})) == date(2025, 6, 30)
    assert "8 months later" in told("release-in-time", source=SOURCE | {"release_month": 2}).found


def test_a_cohort_is_known_when_its_years_are_over():
    cohort = {
        "measure": MEASURE | {"cohort_years": 6},
        "baseline": {"period": "COHORT2010", "value": 40.0, "numerator": 400, "denominator": 1000},
        "target": {"period": "COHORT2014", "value": 55},
        "milestones": [{"period": "COHORT2012", "value": 47}],
    }
    known = {"template": template(indicator={"period": "entering-cohort"}), "history": ()}
    assert release_day(evidence(known, **cohort)) == date(2020, 8, 31)
    check = told("release-in-time", known=known, **cohort)
    assert check.verdict == "warn"
    assert "nobody can say until then" in check.found


def test_spans_that_overlap_or_differ_in_length_have_no_yearly_pace():
    spans = {
        "baseline": {"period": "CY2011/2015", "value": 40.0, "numerator": 400, "denominator": 1000},
        "target": {"period": "CY2014/2018", "value": 55},
        "milestones": [],
    }
    known = {"template": template(indicator={"period": "multi-year"}), "history": ()}
    assert ambition(known=known, **spans).required_annual_improvement is None
    assert told("one-to-fifteen-years", known=known, **spans).verdict == "unknown"
    apart = spans | {"target": {"period": "CY2016/2020", "value": 55}}
    assert ambition(known=known, **apart).required_annual_improvement == 3


def test_the_same_evidence_gives_the_same_answer():
    assert assess(evidence()) == assess(evidence())


@pytest.mark.parametrize(
    ("code", "verdict", "known", "changes"),
    [
        ("one-to-fifteen-years", "pass", {}, {"target": {"period": "SY2019-20", "value": 55}}),
        ("one-to-fifteen-years", "pass", {}, {"target": {"period": "SY2033-34", "value": 55}}),
        ("target-after-baseline", "fail", {}, {"target": {"period": "SY2018-19", "value": 55}}),
        ("milestones-set", "pass", {}, {"milestones": [], "target": {"period": "SY2021-22", "value": 55}}),
        ("milestones-set", "warn", {}, {"milestones": [], "target": {"period": "SY2022-23", "value": 55}}),
        ("baseline-before-registration", "pass", {"registered": date(2019, 6, 30)}, {}),
        ("one-series", "fail", {}, {"breaks": [{"period": "SY2024-25", "kind": "cut", "reason": "A harder cut."}]}),
        ("one-series", "pass", {}, {"breaks": [{"period": "SY2018-19", "kind": "cut", "reason": "A harder cut."}]}),
        ("target-in-bounds", "pass", {}, {"target": {"period": "SY2024-25", "value": 100}}),
        ("milestones-in-order", "pass", {}, {"milestones": [{"period": "SY2021-22", "value": 55}]}),
        (
            "partners-signed",
            "fail",
            {"partners": (standing("schools"), standing("library", "withdrawn"))},
            {},
        ),
    ],
)
def test_what_lies_on_the_edge(code, verdict, known, changes):
    assert told(code, known=known, **changes).verdict == verdict


def test_a_quarter_of_a_year_is_no_year():
    quarters = {
        "baseline": {"period": "2019-Q1", "value": 40.0, "numerator": 400, "denominator": 1000},
        "target": {"period": "2019-Q4", "value": 55},
        "milestones": [],
    }
    known = {"template": template(indicator={"period": "quarter"}), "history": ()}
    assert told("one-to-fifteen-years", known=known, **quarters).verdict == "warn"
    assert ambition(known=known, **quarters).required_annual_improvement == 20
