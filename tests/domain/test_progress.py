"""The known answers of design section 8, and what must hold of every progress whatever the figures."""

import math
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from registry.domain.progress import RULES, Aim, Point, Progress, Terms, progress

VECTORS = Path(__file__).parents[1] / "vectors" / "progress.json"
ORIGINAL = Path(__file__).parents[2].parent / "shared" / "vectors" / "progress.json"
CASES = msgspec.json.decode(VECTORS.read_bytes())
PLAIN, COHORT, THRESHOLD = (RULES[f"{name}@1"] for name in ("plain", "cohort", "threshold"))
UP = Terms(unit="percent", direction="increase", meaningful_change=1.0)
DOWN = Terms(unit="percent", direction="decrease", meaningful_change=1.0)
TARGET = Aim("SY2020-21", 60.0)


def of(period, **said):
    return Point(period=period, **said)


def between(baseline, latest, *, target=TARGET, milestones=(), terms=UP, rule=PLAIN, broken_at=None):
    """Progress from 2015-16 to 2017-18, where a point is told by its fields alone."""
    start = None if baseline is None else of("SY2015-16", **baseline)
    end = None if latest is None else of("SY2017-18", **latest)
    return progress(start, end, target, milestones, terms, rule, broken_at=broken_at)


def counts(numerator, denominator, **more):
    return {"numerator": numerator, "denominator": denominator, **more}


@pytest.mark.parametrize("rule", sorted(RULES))
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_known_answers(case, rule):
    found = progress(
        msgspec.convert(case["baseline"], Point),
        msgspec.convert(case["latest"], Point),
        msgspec.convert(case["target"], Aim),
        msgspec.convert(case["milestones"], tuple[Aim, ...]),
        Terms(
            unit=case["unit"],
            direction=case["direction"],
            meaningful_change=case["meaningful_change"],
            has_cut=case.get("cut", True),
        ),
        RULES[rule],
    )
    expected = dict(case["expect"])
    by_rule = expected.pop("by_rule")
    for field, wanted in (expected | by_rule.get(rule, {})).items():
        got = getattr(found, field)
        if isinstance(wanted, list):
            assert got == pytest.approx(tuple(wanted), abs=1e-6), field
        elif isinstance(wanted, float):
            assert got == pytest.approx(wanted, abs=1e-6), field
        else:
            assert got == wanted, field


def test_known_answers_are_a_verbatim_copy():
    if not ORIGINAL.exists():
        pytest.skip("the known answers this is a copy of are not beside the repository")
    assert VECTORS.read_bytes() == ORIGINAL.read_bytes()


def test_figures_agree_with_scipy():
    for x0, n0, x1, n1 in ((37, 100, 42, 100), (11100, 30000, 12450, 30000), (3, 22, 8, 70), (0, 30, 5, 40)):
        found = between(counts(x0, n0), counts(x1, n1))
        pooled = (x0 + x1) / (n0 + n1)
        error = 100 * math.sqrt(pooled * (1 - pooled) * (1 / n0 + 1 / n1))
        gain = 100 * (x1 / n1 - x0 / n0)
        assert found.p_value == pytest.approx(2 * stats.norm.sf(abs(gain / error)), rel=1e-12)
        assert found.improvement_ci90 == pytest.approx(stats.norm.interval(0.9, gain, error), rel=1e-12)
        table = stats.contingency.chi2_contingency([[x0, n0 - x0], [x1, n1 - x1]], correction=False)
        assert found.z**2 == pytest.approx(table.statistic, rel=1e-9)
        for interval, x, n in ((found.baseline_wilson95, x0, n0), (found.latest_wilson95, x1, n1)):
            wanted = stats.binomtest(x, n).proportion_ci(0.95, method="wilson")
            assert interval == pytest.approx((100 * wanted.low, 100 * wanted.high), abs=1e-9)


@pytest.mark.parametrize(("value", "closed"), [(22.5, 0.5), (33.0, -0.2), (15.0, 1.0), (12.0, 1.2)])
def test_lower_is_better_counts_the_way_from_thirty_down_to_fifteen(value, closed):
    found = between({"value": 30.0}, {"value": value}, target=Aim("SY2020-21", 15.0), terms=DOWN)
    assert found.gap_closed == pytest.approx(closed)


def test_target_of_zero_is_a_target_and_a_value_of_zero_a_value():
    halfway = between({"value": 12.0}, {"value": 3.0}, target=Aim("SY2020-21", 0.0), terms=DOWN)
    assert (halfway.gap_closed, halfway.pace) == (0.75, "on_track")
    there = between({"value": 12.0}, {"value": 0.0}, target=Aim("SY2020-21", 0.0), terms=DOWN)
    assert (there.change, there.gap_closed, there.pace) == (-12.0, 1.0, "met")


@pytest.mark.parametrize(("value", "pace"), [(95.0, "met"), (95.1, "met"), (94.9, "off_track")])
def test_maintain_target_is_judged_by_reaching_it(value, pace):
    found = between({"value": 95.0}, {"value": value}, target=Aim("SY2020-21", 95.0))
    assert (found.gap_closed, found.pace) == (None, pace)


def test_printed_sixty_that_is_59_95_does_not_meet_sixty():
    found = between({"value": 50.0}, {"value": 59.95}, target=Aim("SY2017-18", 60.0))
    assert found.pace == "missed"
    rounded = between({"value": 50.0}, {"value": 60.0, "low": 59.95, "high": 60.05}, target=Aim("SY2017-18", 60.0))
    assert (rounded.change, rounded.pace, rounded.observed) == (10.0, None, "better")
    assert rounded.improvement_bounds == (9.95, 10.05)


def test_tenths_that_floats_cannot_hold_are_a_whole_point():
    assert 8.2 - 7.2 < 1.0
    assert between({"value": 7.2}, {"value": 8.2}, rule=THRESHOLD).trend == "improving"
    assert between({"value": 7.2}, {"value": 8.2}, target=Aim("SY2020-21", 9.7)).pace == "on_track"


def test_reached_after_the_target_period_is_late():
    found = between({"value": 50.0}, {"value": 61.0}, target=Aim("SY2016-17", 60.0))
    assert (found.pace, found.expected_value, found.required_annual_improvement) == ("met_late", 60.0, None)


def test_cancelled_target_year_decides_nothing():
    found = between({"value": 50.0}, {"value": 55.0}, target=Aim("SY2016-17", 60.0))
    assert (found.pace, found.observed, found.required_annual_improvement) == ("no_data", "better", None)
    absent = between({"value": 50.0}, {"missing": "not_available"})
    assert (absent.pace, absent.reason, absent.change) == ("no_data", "no_data", None)


@pytest.mark.parametrize(
    ("baseline", "latest", "reason"),
    [(None, {"value": 5.0}, "no_baseline"), ({"value": 5.0}, None, "no_data"), (None, None, "no_baseline")],
)
def test_missing_end_is_no_data(baseline, latest, reason):
    found = between(baseline, latest)
    assert (found.trend, found.reason, found.pace, found.evidence) == ("indeterminate", reason, "no_data", "none")
    assert (found.observed, found.effect_reason) == (None, reason)
    assert between(baseline, latest, target=None).pace is None


def test_latest_that_is_not_after_the_baseline_is_no_data():
    point = of("SY2015-16", value=50.0)
    found = progress(point, point, TARGET, (), UP, PLAIN)
    assert (found.reason, found.pace, found.years) == ("no_data", "no_data", None)
    assert progress(point, None, Aim("SY2020-21", 40.0), (), UP, PLAIN).pace is None


def test_nothing_is_derived_across_a_break():
    found = between(counts(300, 1000), counts(600, 1000), broken_at="SY2016-17")
    assert (found.trend, found.reason, found.years) == ("indeterminate", "series_break", 2.0)
    derived = (found.change, found.observed, found.pace, found.effect, found.gap_closed, found.expected_value, found.z)
    assert derived == (None,) * 7
    assert found.latest_wilson95 is not None


def test_periods_of_two_kinds_are_no_series():
    with pytest.raises(ValueError, match="calendar-year and school-year"):
        progress(of("SY2015-16", value=1.0), of("CY2017", value=2.0), None, (), UP, PLAIN)


def test_overlapping_years_enter_the_error_of_a_sample_and_nothing_else():
    first, second = "CY2015/2019", "CY2017/2021"
    sample = progress(
        of(first, value=20.0, standard_error=3.0), of(second, value=30.0, standard_error=4.0), None, (), UP, PLAIN
    )
    assert sample.se == pytest.approx(math.sqrt(0.4 * 25))
    assert (sample.years, sample.evidence) == (2.0, "standard_errors")
    bare = progress(of(first, value=20.0), of(second, value=30.0), None, (), UP, THRESHOLD)
    assert (bare.reason, bare.change, bare.years) == ("overlapping_periods", None, None)
    unequal = progress(of("CY2015/2017", value=20.0), of("CY2018/2022", value=30.0), None, (), UP, THRESHOLD)
    assert unequal.reason == "unequal_periods"
    apart = progress(of(first, value=20.0), of("CY2020/2024", value=30.0), None, (), UP, THRESHOLD)
    assert (apart.trend, apart.years) == ("improving", 5.0)


def test_half_of_a_sample_is_no_error_known():
    mixed = between({"value": 20.0, "standard_error": 2.0}, counts(300, 1000))
    assert (mixed.evidence, mixed.reason) == ("none", "no_error_known")
    controlled = between({"value": 20.0, "standard_error": 0.0}, {"value": 30.0, "standard_error": 0.0})
    assert controlled.reason == "no_error_known"


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        (1000, 1000, None),
        (1052, 1000, None),  # 95.06 % and 100 %, 4.94 points apart
        (1053, None, "participation"),  # 94.97 %
        (None, 1053, "participation"),
        (1000, 952, "participation"),  # 100 % and 105.04 %
        (None, None, None),
    ],
)
def test_participation(first, last, reason):
    found = between(counts(300, 1000, eligible=first), counts(600, 1000, eligible=last))
    assert found.reason == reason
    assert found.trend == ("improving" if reason is None else "indeterminate")
    assert (found.z is None, found.held is None) == (reason is not None, reason is not None)
    assert found.change == 30.0


def test_twenty_people_are_enough_for_a_verdict():
    assert between(counts(4, 20), counts(16, 20)).trend == "improving"
    assert between(counts(4, 20), counts(16, 19)).reason == "too_few_people"


def test_rate_is_judged_as_a_share_times_per():
    percent = between(counts(300, 1000), counts(340, 1000), rule=COHORT)
    rate = Terms(unit="rate", per=1000, direction="increase", meaningful_change=10.0)
    found = between(counts(300, 1000), counts(340, 1000), terms=rate, rule=COHORT, target=Aim("SY2020-21", 600.0))
    assert found.change == pytest.approx(10 * percent.change)
    assert found.se == pytest.approx(10 * percent.se)
    assert found.z == pytest.approx(percent.z)
    assert (found.trend, found.pace, found.held) == (percent.trend, percent.pace, percent.held)
    assert found.latest_wilson95 == pytest.approx([10 * end for end in percent.latest_wilson95])


def test_rate_that_is_no_share_has_no_error():
    rate = Terms(unit="rate", per=1000, direction="decrease", meaningful_change=10.0)
    found = between(counts(1300, 1000), counts(1200, 1000), terms=rate, target=Aim("SY2020-21", 1000.0))
    assert (found.change, found.observed, found.reason) == (-100.0, "better", "no_error_known")


def test_bounds_decide_pace_only_where_both_corners_agree():
    assert between({"low": 20, "high": 24}, {"low": 55, "high": 58}, target=TARGET).pace == "on_track"
    assert between({"low": 20, "high": 24}, {"low": 35, "high": 38}, target=TARGET).pace is None
    assert between({"low": 20, "high": 24}, {"low": 95}, target=TARGET).pace == "met"
    assert between({"low": 20, "high": 24}, {"low": 95}, target=TARGET).improvement_bounds == (71.0, 80.0)


def test_more_than_a_count_of_five_is_better_than_four():
    many = Terms(unit="count", direction="increase", meaningful_change=1.0)
    found = between({"value": 4.0}, {"low": 6.0}, terms=many)
    assert (found.observed, found.improvement_bounds, found.pace) == ("better", None, None)


def test_corners_that_both_cannot_tell_are_within_noise():
    found = between({"low": 40.0, "high": 41.0, "denominator": 60}, {"low": 44.0, "high": 45.0, "denominator": 60})
    assert (found.trend, found.reason, found.evidence) == ("indeterminate", "within_noise", "bounds_with_counts")


def test_threshold_has_no_verdict_on_a_range():
    found = between({"low": 20.0, "high": 24.0}, {"low": 50.0, "high": 54.0}, rule=THRESHOLD)
    assert (found.trend, found.reason, found.evidence, found.held) == ("indeterminate", "bounds", "none", None)


def test_all_of_twenty_is_not_certain_to_be_above_a_path_at_99():
    found = between(counts(18, 20), counts(20, 20), target=Aim("SY2017-18", 99.0))
    assert (found.pace, found.pace_clear) == ("met", False)


PEOPLE = st.integers(1, 50_000)
TENTHS = st.integers(0, 1000)


@st.composite
def full_counts(draw):
    people = draw(PEOPLE)
    return counts(draw(st.integers(0, people)), people)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(full_counts(), full_counts(), TENTHS, TENTHS, st.sampled_from(list(RULES.values())))
def test_complement_wanted_the_other_way_is_the_same_story(baseline, latest, target, milestone, rule):
    def complement(point):
        return counts(point["denominator"] - point["numerator"], point["denominator"])

    def aims(turned):
        at = [(1000 - tenths if turned else tenths) / 10 for tenths in (target, milestone)]
        return {"target": Aim("SY2020-21", at[0]), "milestones": (Aim("SY2018-19", at[1]),)}

    ours = between(baseline, latest, terms=UP, rule=rule, **aims(turned=False))
    theirs = between(complement(baseline), complement(latest), terms=DOWN, rule=rule, **aims(turned=True))
    mirrored = {"change", "expected_value", "baseline_wilson95", "latest_wilson95"}
    for field in set(Progress.__struct_fields__) - mirrored:
        mine, other = getattr(ours, field), getattr(theirs, field)
        if isinstance(mine, float | tuple):
            assert other == pytest.approx(mine, rel=1e-9, abs=1e-9), field
        else:
            assert other == mine, field
    assert theirs.change == -ours.change
    assert theirs.expected_value == pytest.approx(100 - ours.expected_value, abs=1e-9)
    low, high = ours.latest_wilson95
    assert theirs.latest_wilson95 == pytest.approx((100 - high, 100 - low), abs=1e-9)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(full_counts(), full_counts(), st.sampled_from([PLAIN, COHORT]))
def test_swapping_the_direction_mirrors_the_signs(baseline, latest, rule):
    up = between(baseline, latest, terms=UP, rule=rule)
    down = between(baseline, latest, terms=DOWN, rule=rule)
    for field in ("improvement", "annual_improvement", "z", "effect"):
        mine, other = getattr(up, field), getattr(down, field)
        assert (mine is None and other is None) or other == -mine, field
    assert (down.change, down.se, down.p_value) == (up.change, up.se, up.p_value)
    turned = {"improving": "declining", "declining": "improving", "better": "worse", "worse": "better"}
    assert down.trend == turned.get(up.trend, up.trend)
    assert down.observed == turned.get(up.observed, up.observed)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(TENTHS, st.integers(1, 500), st.integers(1, 9), st.integers(1, 9), st.sampled_from([UP, DOWN]))
def test_equality_with_the_path_is_on_track(tenths, step, done, ahead, terms):
    sign = 1 if terms.direction == "increase" else -1

    def at(years):
        return (tenths + sign * step * years) / 10

    start, end = of("SY2000-01", value=at(0)), of(f"SY{2000 + done}-{1 + done:02}", value=at(done))
    target = Aim(f"SY{2000 + done + ahead}-{1 + done + ahead:02}", at(done + ahead))
    found = progress(start, end, target, (), terms, PLAIN)
    assert found.pace == "on_track"
    way = step * (done + ahead)
    assert found.gap_closed == (pytest.approx(done / (done + ahead)) if way >= 10 else None)
    short = msgspec.structs.replace(end, value=(tenths + sign * step * done) / 10 - sign * 0.000000001)
    assert progress(start, short, target, (), terms, PLAIN).pace == "off_track"


@settings(max_examples=300, derandomize=True, deadline=None)
@given(full_counts(), full_counts(), st.sampled_from([PLAIN, COHORT]))
def test_verdict_never_says_more_than_its_evidence(baseline, latest, rule):
    found = between(baseline, latest, rule=rule)
    if found.trend == "maintaining":
        assert found.held
        assert -5 < found.improvement_ci90[0] <= found.improvement_ci90[1] < 5
    if found.trend in {"improving", "declining"}:
        assert abs(found.improvement) >= 1
        assert found.p_value <= 0.05 + 1e-12
    if min(baseline["denominator"], latest["denominator"]) < 20:
        assert (found.trend, found.reason, found.held) == ("indeterminate", "too_few_people", None)
    values = [{"value": 100 * point["numerator"] / point["denominator"]} for point in (baseline, latest)]
    assert between(*values, rule=rule).reason == "no_error_known"


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), TENTHS), max_size=4, unique_by=lambda knot: knot[0]), st.randoms())
def test_milestones_count_between_the_ends_and_in_any_order(knots, shuffler):
    aims = [Aim(f"SY{2005 + year}-{(6 + year) % 100:02}", tenths / 10) for year, tenths in knots]
    shuffled = list(aims)
    shuffler.shuffle(shuffled)
    inside = [aim for aim in aims if "SY2015-16" < aim.period < "SY2020-21"]
    answers = {
        (found.expected_value, found.pace)
        for some in (aims, shuffled, inside)
        for found in [between({"value": 40.0}, {"value": 45.0}, milestones=some)]
    }
    assert len(answers) == 1
