"""The known answers of gaps, the edges of every verdict, and what must hold of every gap whatever the figures."""

import math
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from registry.domain.disparity import Disparity, disparity, is_measured, probit_gap
from registry.domain.point import Point, Terms
from registry.domain.progress_rule import RULES

VECTORS = Path(__file__).parents[1] / "vectors" / "gaps.json"
ORIGINAL = Path(__file__).parents[2].parent / "shared" / "vectors" / "gaps.json"
CASES = msgspec.json.decode(VECTORS.read_bytes())
PLAIN, COHORT, THRESHOLD = (RULES[f"{name}@1"] for name in ("plain", "cohort", "threshold"))
UP = Terms(unit="percent", direction="increase", meaningful_change=1.0)
DOWN = Terms(unit="percent", direction="decrease", meaningful_change=1.0)
BY_PHI = {1.0: PLAIN, 1.8: COHORT}
"""``cohort@1`` has a tau besides, which no gap looks at."""

THEN, NOW = "SY2018-19", "SY2022-23"


def of(numerator, denominator, **more):
    return {"numerator": numerator, "denominator": denominator, **more}


def sample(value, error):
    return {"value": value, "standard_error": error}


def points(cells, period):
    return tuple(None if cell is None else Point(period=period, **cell) for cell in cells)


def gap(then, now, *, terms=UP, rule=PLAIN, periods=(THEN, NOW), **more):
    """The gap between a group and its reference, cells told by their fields alone."""
    return disparity(points(then, periods[0]), points(now, periods[1]), terms, rule, **more)


def values(*figures):
    return tuple({"value": figure} for figure in figures)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_known_answers(case):
    found = gap(
        (case["baseline"]["group"], case["baseline"]["reference"]),
        (case["latest"]["group"], case["latest"]["reference"]),
        terms=Terms(unit="percent", direction=case["direction"], meaningful_change=case["meaningful_change"]),
        rule=BY_PHI[case["phi"]],
    )
    for field, wanted in case["expect"].items():
        got = getattr(found, field)
        assert got == (pytest.approx(wanted, abs=1e-6) if isinstance(wanted, float) else wanted), field


def test_known_answers_are_a_verbatim_copy():
    if not ORIGINAL.exists():
        pytest.skip("the known answers this is a copy of are not beside the repository")
    assert VECTORS.read_bytes() == ORIGINAL.read_bytes()


def test_error_is_that_of_four_unpooled_shares():
    cells = ((90, 300), (210, 350)), ((130, 300), (220, 350))
    found = gap(*(tuple(of(*cell) for cell in end) for end in cells), rule=COHORT)
    variance = sum(stats.binom.var(n, x / n) / n**2 for end in cells for x, n in end)
    assert found.se == pytest.approx(100 * math.sqrt(1.8 * variance), rel=1e-12)
    assert found.z == pytest.approx(found.gap_change / found.se, rel=1e-12)
    assert found.p_value == pytest.approx(2 * stats.norm.sf(abs(found.z)), rel=1e-12)
    wanted = stats.norm.ppf(210.5 / 351) - stats.norm.ppf(90.5 / 301)
    assert found.gap_effect_baseline == pytest.approx(wanted, rel=1e-12)


def test_sample_takes_the_squares_of_its_four_errors_and_looks_at_no_people():
    then, now = (sample(30.0, 1.0), sample(60.0, 2.0)), (sample(50.0, 2.0), sample(60.0, 4.0) | of(1, 5))
    found = gap(then, now, rule=COHORT)
    assert (found.se, found.z, found.verdict, found.how) == (5.0, -4.0, "narrowing", "group_rose")
    assert (found.gap_effect_baseline, found.gap_effect_latest, found.depends_on_scale) == (None, None, False)


def test_sample_of_overlapping_years_has_only_the_error_of_the_years_not_shared():
    then, now = (sample(30.0, 3.0), sample(60.0, 4.0)), (sample(50.0, 0.0), sample(60.0, 0.0))
    found = gap(then, now, periods=("CY2011/2015", "CY2015/2019"))
    assert found.se == pytest.approx(5 * math.sqrt(4 / 5))
    apart = gap(then, now, periods=("CY2011/2015", "CY2016/2020"))
    assert apart.se == 5.0


@pytest.mark.parametrize("missing", range(4))
def test_error_of_three_cells_is_no_error_of_four(missing):
    cells = [sample(value, 1.0) for value in (30.0, 60.0, 50.0, 60.0)]
    cells[missing] = of(300, 1000)
    found = gap(cells[:2], cells[2:])
    assert (found.verdict, found.reason, found.se) == ("indeterminate", "no_error_known", None)


def test_percents_alone_give_gaps_and_no_verdict():
    """Connecticut publishes chronic absence by race without counts: both better, and further apart."""
    found = gap(values(15.2, 8.1), values(14.5, 6.4), terms=DOWN)
    assert (found.gap_baseline, found.gap_latest, found.gap_change) == (7.1, 8.1, 1.0)
    assert (found.verdict, found.reason, found.how) == ("indeterminate", "no_error_known", None)
    assert (found.gap_effect_baseline, found.se, found.z, found.p_value) == (None, None, None, None)
    assert gap(values(15.2, 8.1), values(14.5, 6.4), terms=DOWN, rule=THRESHOLD).verdict == "widening"


# The edges of every verdict ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("latest", "verdict"),
    [
        ((51.0, 70.0), "narrowing"),
        ((50.999999999, 70.0), "unchanged"),
        ((50.0, 71.0), "widening"),
        ((71.0, 70.0), "narrowing"),
        ((71.000000001, 70.0), "reversed"),
    ],
)
def test_one_point_counts_and_less_does_not(latest, verdict):
    assert gap(values(50.0, 70.0), values(*latest), rule=THRESHOLD).verdict == verdict


def test_tenths_that_floats_cannot_hold_are_a_whole_point():
    assert 8.2 - 7.2 < 1.0
    assert gap(values(7.2, 60.0), values(8.2, 60.0), rule=THRESHOLD).verdict == "narrowing"


@pytest.mark.parametrize(
    ("baseline", "latest", "verdict"),
    [
        ((70.0, 70.0), (70.0, 71.0), "opened"),
        ((70.0, 70.0), (70.0, 70.999999999), "not_behind"),
        ((70.0, 70.000000001), (70.0, 71.000000001), "widening"),
        ((72.0, 70.0), (70.0, 70.5), "not_behind"),
        ((70.0, 60.0), (80.0, 60.0), "not_behind"),
    ],
)
def test_group_that_was_not_behind_is_counted_only_where_it_is_now(baseline, latest, verdict):
    found = gap(values(*baseline), values(*latest), rule=THRESHOLD)
    assert (found.verdict, found.how, found.closing) == (verdict, None, False)


def test_gap_opens_only_where_the_latest_gap_is_clear_by_itself():
    then = (of(30, 60), of(30, 60))
    assert gap(then, (of(30, 60), of(34, 60))).verdict == "not_behind"
    assert gap(then, (of(300, 600), of(360, 600))).verdict == "opened"
    # 500 of 1000 and 545 have |z| = 2.018 among themselves, and their change from 30 of 60 twice is lost in noise
    found = gap(then, (of(500, 1000), of(545, 1000)))
    assert abs(found.z) < 1
    assert found.verdict == "opened"


def test_clear_latest_gap_of_a_sample_is_judged_by_its_own_two_errors():
    then = (sample(60.0, 5.0), sample(60.0, 5.0))
    assert gap(then, (sample(60.0, 3.0), sample(69.0, 4.0))).verdict == "not_behind"
    assert gap(then, (sample(60.0, 3.0), sample(70.0, 4.0))).verdict == "opened"
    assert gap(then, (sample(60.0, 0.0), sample(61.0, 0.0))).verdict == "opened"


@pytest.mark.parametrize(
    ("now", "how", "closing"),
    [
        ((40.0, 70.0), "group_rose", True),
        ((40.0, 71.0), "group_rose", True),
        ((35.0, 69.0), "both", True),
        ((30.0, 60.0), "reference_fell", False),
        ((28.0, 60.0), "reference_fell", False),
    ],
)
@pytest.mark.parametrize("terms", [UP, DOWN], ids=["up", "down"])
def test_gap_that_narrows_because_the_reference_fell_is_not_closing(now, how, closing, terms):
    then = (30.0, 70.0)
    if terms is DOWN:
        then, now = (tuple(100 - figure for figure in end) for end in (then, now))
    found = gap(values(*then), values(*now), terms=terms, rule=THRESHOLD)
    assert (found.verdict, found.how, found.closing) == ("narrowing", how, closing)


def test_unchanged_needs_the_whole_interval_inside_the_band():
    then, now = (of(9000, 30000), of(21000, 35000)), (of(9100, 30000), of(21100, 35000))
    assert gap(then, now).verdict == "unchanged"
    narrow = msgspec.structs.replace(UP, maintain_within=0.9)
    found = gap(then, now, terms=narrow)
    assert (found.verdict, found.reason) == ("indeterminate", "within_noise")
    assert abs(found.gap_change) + 1.644854 * found.se > 0.9
    assert gap(then, now, terms=msgspec.structs.replace(UP, maintain_within=1.0)).verdict == "unchanged"


# Why there is no verdict -------------------------------------------------------------------------------------------

LARGE = (of(900, 3000), of(2100, 3500)), (of(1300, 3000), of(2200, 3500))


@pytest.mark.parametrize("place", range(4))
def test_nineteen_people_in_any_cell_are_too_few(place):
    for people, reason in ((19, "too_few_people"), (20, None)):
        cells = [*LARGE[0], *LARGE[1]]
        cells[place] = of(19, people)
        found = gap(cells[:2], cells[2:])
        assert (found.reason == "too_few_people") is (reason is not None)
        assert found.z is not None


@pytest.mark.parametrize("group", [0, 1])
@pytest.mark.parametrize(
    ("then", "now", "reason"),
    [(950, 990, None), (949, 990, "participation"), (950, 1000, "participation"), (1000, None, None)],
)
def test_people_who_did_not_take_part_forbid_a_verdict_in_either_group(group, then, now, reason):
    cells = [[of(300, 950), of(800, 950)], [of(500, 950), of(800, 950)]]
    for end, people in zip(cells, (then, now), strict=True):
        end[group] = end[group] | {"denominator": people or 950, "eligible": None if people is None else 1000}
    found = gap(*cells)
    assert (found.reason, found.verdict) == (reason, "indeterminate" if reason else "narrowing")
    assert found.z is not None
    assert gap(*cells, rule=THRESHOLD).verdict == "narrowing"


def test_participation_that_moves_is_asked_within_a_group_and_not_between_the_two():
    then, now = ((of(passed, 950, eligible=1000), of(800, 1000, eligible=1000)) for passed in (300, 500))
    assert gap(then, now).verdict == "narrowing"


def test_range_gives_the_extreme_gaps_and_no_verdict():
    ranged = {"low": 20.0, "high": 30.0, "denominator": 900}
    found = gap((ranged, of(540, 900)), (of(450, 900), of(540, 900)))
    assert (found.gap_baseline, found.gap_baseline_bounds) == (None, (30.0, 40.0))
    assert (found.gap_latest, found.gap_latest_bounds, found.gap_change) == (10.0, None, None)
    assert (found.verdict, found.reason, found.z) == ("indeterminate", "bounds", None)
    lower = gap((ranged, of(540, 900)), (of(450, 900), of(540, 900)), terms=DOWN)
    assert lower.gap_baseline_bounds == (-40.0, -30.0)
    uncounted = gap(({"low": 20.0, "high": 30.0}, of(540, 900)), (of(450, 900), of(540, 900)))
    assert (uncounted.gap_baseline_bounds, uncounted.reason) == ((30.0, 40.0), "no_error_known")
    assert gap((ranged, of(540, 900)), (of(450, 900), of(540, 900)), rule=THRESHOLD).reason == "bounds"


def test_printed_value_with_rounding_gives_gaps_and_their_bounds():
    rounded = {"value": 30.0, "low": 29.5, "high": 30.5, "denominator": 900}
    found = gap((rounded, of(540, 900)), (of(450, 900), of(540, 900)))
    assert (found.gap_baseline, found.gap_baseline_bounds, found.gap_change) == (30.0, (29.5, 30.5), -20.0)
    assert (found.verdict, found.reason) == ("indeterminate", "bounds")
    assert gap((rounded, of(540, 900)), (of(450, 900), of(540, 900)), rule=THRESHOLD).verdict == "narrowing"


def test_open_end_has_no_bounds():
    count = Terms(unit="count", direction="increase", meaningful_change=1.0)
    found = gap(({"low": 20.0}, {"value": 50.0}), ({"value": 20.0}, {"value": 50.0}), terms=count)
    assert (found.gap_baseline, found.gap_baseline_bounds, found.gap_latest) == (None, None, 30.0)


@pytest.mark.parametrize("missing", [None, {"missing": "suppressed"}])
def test_each_gap_stands_alone_where_the_other_end_is_missing(missing):
    (group, reference), now = LARGE
    for then in ((missing, reference), (group, missing), (missing, missing)):
        found = gap(then, now, target=60.0)
        assert (found.reason, found.verdict, found.gap_baseline) == ("no_baseline", "indeterminate", None)
        assert found.gap_latest == pytest.approx(19.523809524)
        assert found.distance_to_goal == pytest.approx(60 - 43.333333333)
    found = gap((group, reference), (missing, reference), target=65.0)
    assert (found.reason, found.gap_baseline, found.gap_latest, found.gap_change) == ("no_data", 30.0, None, None)
    assert (found.distance_to_goal, found.reference_distance_to_goal) == (None, 5.0)


@pytest.mark.parametrize("latest", [THEN, "SY2017-18"])
def test_latest_that_is_not_after_the_baseline_is_none(latest):
    found = gap(*LARGE, periods=(THEN, latest), target=60.0)
    assert (found.reason, found.gap_baseline, found.gap_latest, found.distance_to_goal) == ("no_data", 30.0, None, None)


@pytest.mark.parametrize(
    ("periods", "broken_at", "reason"),
    [
        ((THEN, NOW), "SY2020-21", "series_break"),
        (("CY2011/2015", "CY2016/2018"), None, "unequal_periods"),
        (("CY2011/2015", "CY2015/2019"), None, "overlapping_periods"),
    ],
)
def test_both_gaps_and_no_change_where_the_periods_cannot_be_compared(periods, broken_at, reason):
    found = gap(*LARGE, periods=periods, broken_at=broken_at)
    assert (found.reason, found.verdict, found.gap_baseline) == (reason, "indeterminate", 30.0)
    assert found.gap_latest == pytest.approx(19.523809524)
    assert found.gap_effect_latest == pytest.approx(0.495812496)
    assert (found.gap_change, found.se, found.z, found.p_value, found.depends_on_scale) == (None,) * 4 + (False,)


def test_two_cells_of_one_end_are_of_one_period_and_both_ends_of_one_kind():
    two = (Point(period=THEN, value=1.0), Point(period=NOW, value=2.0))
    with pytest.raises(ValueError, match="two figures of one period, not of SY2018-19 and SY2022-23"):
        disparity(two, (None, None), UP, PLAIN)
    with pytest.raises(ValueError, match="one kind, not school-year and calendar-year"):
        gap(*LARGE, periods=(THEN, "CY2022"))


# Goals and scales --------------------------------------------------------------------------------------------------


def test_each_group_has_its_own_way_to_the_common_goal():
    found = gap(values(30.0, 60.0), values(40.5, 65.0), target=60.0)
    assert (found.distance_to_goal, found.reference_distance_to_goal) == (19.5, -5.0)
    lower = gap(values(30.0, 20.0), values(25.0, 12.0), terms=DOWN, target=15.0)
    assert (lower.distance_to_goal, lower.reference_distance_to_goal) == (10.0, -3.0)
    without = gap(values(30.0, 60.0), values(40.5, 65.0))
    assert (without.distance_to_goal, without.reference_distance_to_goal) == (None, None)


def test_points_and_probits_of_printed_percents_disagree_in_connecticut():
    then, now = (probit_gap(group, white, direction="decrease") for group, white in ((18.4, 8.1), (15.7, 6.4)))
    assert (round(then, 3), round(now, 3)) == (0.498, 0.515)
    assert probit_gap(8.1, 18.4, direction="increase") == pytest.approx(then)
    with pytest.raises(ValueError, match="0"):
        probit_gap(0.0, 18.4, direction="increase")


def test_gap_without_a_cut_has_no_probits():
    found = gap(*LARGE, terms=msgspec.structs.replace(UP, has_cut=False))
    assert (found.gap_effect_baseline, found.gap_effect_latest, found.verdict) == (None, None, "narrowing")


def test_gap_that_stands_still_in_points_disagrees_with_nothing():
    middle, high = (of(4000, 10000), of(6000, 10000)), (of(7000, 10000), of(9000, 10000))
    found, back = gap(middle, high), gap(high, middle)
    assert (found.gap_change, found.depends_on_scale, back.depends_on_scale) == (0.0, False, False)
    assert found.gap_effect_latest > found.gap_effect_baseline


# Any gap -----------------------------------------------------------------------------------------------------------

CELL = st.integers(1, 3000).flatmap(lambda people: st.tuples(st.integers(0, people), st.just(people)))
FOUR = st.tuples(CELL, CELL, CELL, CELL)


def told(cells, **more):
    counts = [of(*cell) for cell in cells]
    return gap(counts[:2], counts[2:], **more)


@settings(deadline=None)
@given(cells=FOUR, rule=st.sampled_from([PLAIN, COHORT, THRESHOLD]))
def test_counting_those_who_fail_where_fewer_is_better_says_the_same(cells, rule):
    mirrored = [(people - passed, people) for passed, people in cells]
    found, other = told(cells, rule=rule), told(mirrored, rule=rule, terms=DOWN)
    for field, wanted in msgspec.structs.asdict(found).items():
        got = getattr(other, field)
        assert got == (pytest.approx(wanted, abs=1e-9) if isinstance(wanted, float) else wanted), field


@settings(deadline=None)
@given(cells=FOUR)
def test_rate_per_thousand_is_ten_percents(cells):
    percent = told(cells, target=50.0)
    rate = told(cells, target=500.0, terms=Terms(unit="rate", per=1000, direction="increase", meaningful_change=10.0))
    tenfold = {"gap_baseline", "gap_latest", "gap_change", "se", "distance_to_goal", "reference_distance_to_goal"}
    for field, figure in msgspec.structs.asdict(percent).items():
        wanted = 10 * figure if field in tenfold and figure is not None else figure
        assert getattr(rate, field) == (pytest.approx(wanted) if isinstance(wanted, float) else wanted), field


@settings(deadline=None)
@given(cells=FOUR, rule=st.sampled_from([PLAIN, COHORT, THRESHOLD]))
def test_group_and_reference_in_each_others_place_turn_every_sign(cells, rule):
    found, turned = told(cells, rule=rule), told((cells[1], cells[0], cells[3], cells[2]), rule=rule)
    for field in ("gap_baseline", "gap_latest", "gap_change", "gap_effect_baseline", "gap_effect_latest", "z"):
        one, other = getattr(found, field), getattr(turned, field)
        assert one is other is None or one == pytest.approx(-other, abs=1e-12), field
    assert (found.se, found.p_value) == (pytest.approx(turned.se), pytest.approx(turned.p_value))


@settings(deadline=None)
@given(cells=FOUR, rule=st.sampled_from([PLAIN, COHORT, THRESHOLD]))
def test_verdict_reason_and_how_go_together(cells, rule):
    found = told(cells, rule=rule)
    assert (found.reason is not None) is (found.verdict == "indeterminate")
    assert (found.how is not None) is (found.verdict == "narrowing")
    assert found.closing is (found.how in {"group_rose", "both"})
    if found.verdict in {"opened", "not_behind"}:
        assert found.gap_baseline <= 0
    if found.verdict in {"narrowing", "widening", "reversed"}:
        assert abs(found.gap_change) >= 1 - 1e-9
        assert found.gap_baseline > 0
        assert (found.gap_change > 0) is (found.verdict == "widening")


@settings(deadline=None)
@given(cells=FOUR)
def test_nothing_is_clear_under_cohort_noise_that_is_not_clear_by_chance_alone(cells):
    if told(cells, rule=COHORT).verdict in {"narrowing", "widening", "reversed"}:
        assert told(cells).verdict == told(cells, rule=COHORT).verdict


@pytest.mark.parametrize(
    ("found", "measured"),
    [
        (Disparity(verdict="narrowing", gap_baseline=8.0), True),
        (Disparity(verdict="indeterminate", gap_baseline=0.1, reason="within_noise"), True),
        (Disparity(verdict="indeterminate", gap_baseline=0.0, reason="within_noise"), False),
        (Disparity(verdict="indeterminate", gap_baseline=-6.3, reason="no_error_known"), False),
        (Disparity(verdict="indeterminate", gap_baseline_bounds=(-4.0, 2.0), reason="bounds"), True),
        (Disparity(verdict="indeterminate", gap_baseline_bounds=(-4.0, -1.0), reason="bounds"), False),
        (Disparity(verdict="indeterminate", reason="no_error_known"), True),
        (Disparity(verdict="indeterminate", gap_baseline=8.0, reason="no_data"), False),
        (Disparity(verdict="indeterminate", reason="no_baseline"), False),
        (Disparity(verdict="opened", gap_baseline=-2.0), True),
        (Disparity(verdict="not_behind", gap_baseline=-2.0), False),
    ],
)
def test_a_gap_is_measured_where_there_is_one_to_close(found: Disparity, measured: bool):
    assert is_measured(found) is measured
