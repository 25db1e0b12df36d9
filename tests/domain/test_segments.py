"""A series is cut where its measure changed, added up only over what was measured alike, and a target is carried by its distance."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from registry.domain.point import Point, Terms
from registry.domain.progress import RULES, progress
from registry.domain.segments import (
    Chained,
    Segment,
    chained_effect,
    latest_segment,
    segments,
    target_on_new_cut,
)

UP = Terms(unit="percent", direction="increase", meaningful_change=1.0)
DOWN = Terms(unit="percent", direction="decrease", meaningful_change=1.0)
inside = st.integers(2, 98).map(float)


def at(year, numerator=50, denominator=100, **said):
    if said:
        return Point(period=f"CY{year}", **said)
    return Point(period=f"CY{year}", numerator=numerator, denominator=denominator)


def cut(points, *years):
    """Each segment as the years of its break, its first and its last figure."""
    found = segments(points, UP, breaks=[f"CY{year}" for year in years])
    return [
        tuple(
            code and int(code[2:])
            for code in (part.since, part.first and part.first.period, part.last and part.last.period)
        )
        for part in found
    ]


SERIES = [at(year) for year in range(2012, 2019)]


def test_a_series_without_a_break_is_one_segment():
    assert cut(SERIES) == [(None, 2012, 2018)]


def test_a_break_is_the_first_year_on_the_new_measure():
    assert cut(SERIES, 2015) == [(None, 2012, 2014), (2015, 2015, 2018)]


def test_breaks_and_points_may_come_in_any_order():
    assert cut(SERIES[::-1], 2017, 2014) == [(None, 2012, 2013), (2014, 2014, 2016), (2017, 2017, 2018)]
    assert cut(SERIES, 2015, 2015) == cut(SERIES, 2015)


def test_a_break_outside_the_figures_divides_nothing():
    assert cut(SERIES, 2010, 2019) == [(2010, 2012, 2018)]
    assert cut(SERIES, 2012) == [(2012, 2012, 2018)]


def test_a_stretch_without_figures_stays_between_two_with():
    gap = [point for point in SERIES if point.period not in {"CY2014", "CY2015"}]
    assert cut(gap, 2014, 2016) == [(None, 2012, 2013), (2014, None, None), (2016, 2016, 2018)]


def test_an_absent_figure_ends_no_segment_and_a_hidden_range_does():
    absent = [*SERIES[:2], at(2014, missing="not_tested"), at(2015, low=0.0, high=5.0)]
    assert cut(absent[:3]) == [(None, 2012, 2013)]
    assert cut(absent) == [(None, 2012, 2015)]


def test_nothing_measured_has_no_segment():
    assert segments([], UP, breaks=["CY2015"]) == ()
    assert segments([at(2014, missing="suppressed")], UP) == ()
    assert latest_segment(()) is None
    assert chained_effect((), UP) == Chained(reason="no_data")


def test_the_latest_segment_says_since_when():
    found = latest_segment(segments(SERIES, UP, breaks=["CY2014", "CY2016"]))
    assert found == Segment("CY2016", SERIES[4], SERIES[6])


@given(breaks=st.lists(st.integers(2008, 2022), max_size=6), years=st.sets(st.integers(2010, 2020), min_size=1))
def test_every_figure_lies_in_one_segment_and_no_segment_spans_a_break(breaks, years):
    found = cut([at(year) for year in sorted(years)], *breaks)
    told = [(first, last) for _, first, last in found if first is not None]
    assert told[0][0] == min(years)
    assert told[-1][1] == max(years)
    assert [year for year in sorted(years) if any(first <= year <= last for first, last in told)] == sorted(years)
    for since, first, last in found:
        if first is not None:
            assert not any(first < year <= last for year in breaks)
            assert since is None or since <= first


@settings(deadline=None)
@given(cells=st.lists(st.integers(8, 192), min_size=6, max_size=6), terms=st.sampled_from([UP, DOWN]))
def test_effects_add_up_and_errors_by_their_squares(cells, terms):
    points = [at(2012 + place, count, 200) for place, count in enumerate(cells)]
    found = chained_effect(segments(points, terms, breaks=["CY2014", "CY2016"]), terms)
    sign = 1 if terms is UP else -1
    smoothed = [(count + 0.5) / 201 for count in cells]
    z = stats.norm.ppf(smoothed)
    assert found.effect == pytest.approx(sign * (z[1] - z[0] + z[3] - z[2] + z[5] - z[4]), abs=1e-9)
    errors = [share * (1 - share) / 200 / stats.norm.pdf(here) ** 2 for share, here in zip(smoothed, z, strict=True)]
    assert found.se == pytest.approx(math.sqrt(sum(errors)), rel=1e-9)
    assert found.reason is None


def test_an_unbroken_series_has_the_effect_that_its_progress_has():
    first, last = at(2012, 40, 100), at(2018, 55, 120)
    alone = progress(first, last, None, (), UP, RULES["cohort@1"])
    assert chained_effect(segments([first, last], UP), UP) == Chained(alone.effect, alone.effect_se)


def test_what_changed_between_two_cuts_is_in_no_segment():
    steady = [at(2013, 60), at(2014, 60), at(2015, 20), at(2016, 20)]
    assert chained_effect(segments(steady, UP, breaks=["CY2015"]), UP).effect == 0
    assert chained_effect(segments(steady, UP), UP).effect < -1


@pytest.mark.parametrize(
    ("series", "breaks", "reason"),
    [
        ([at(2012), at(2013), at(2014)], ["CY2014"], "segment_too_short"),
        ([at(2012), at(2013), at(2016), at(2017)], ["CY2014", "CY2016"], "segment_too_short"),
        ([at(2012), at(2013, value=51.0)], [], "no_counts"),
        ([at(2012), at(2013, low=0.0, high=5.0)], [], "no_counts"),
        ([at(2012), at(2013), at(2014, 4), at(2015)], ["CY2014"], "cut_in_tail"),
        ([at(2012), at(2013), at(2014, 96), at(2015)], ["CY2014"], "cut_in_tail"),
    ],
)
def test_one_segment_without_an_effect_leaves_none_for_the_series(series, breaks, reason):
    assert chained_effect(segments(series, UP, breaks=breaks), UP) == Chained(reason=reason)


def test_spans_that_overlap_give_no_effect():
    spans = [Point(period=code, numerator=50, denominator=100) for code in ("CY2010/2014", "CY2012/2016")]
    assert chained_effect(segments(spans, UP), UP) == Chained(reason="overlapping_periods")


def test_an_indicator_without_a_cut_has_no_effect_whatever_its_figures():
    uncut = Terms(unit="percent", direction="increase", meaningful_change=1.0, has_cut=False)
    for series in (SERIES, SERIES[:1], []):
        assert chained_effect(segments(series, uncut), uncut) == Chained(reason="no_cut")


@given(target=inside, old=inside, new=inside)
def test_a_carried_target_is_as_far_from_the_new_figure_as_it_was_from_the_old(target, old, new):
    carried = target_on_new_cut(target, old, new)
    far, near = (stats.norm.ppf([aim / 100, here / 100]) for aim, here in ((target, old), (carried, new)))
    assert near[0] - near[1] == pytest.approx(far[0] - far[1], abs=1e-6)
    assert target_on_new_cut(target, old, old) == pytest.approx(target, abs=1e-9)
    assert target_on_new_cut(carried, new, old) == pytest.approx(target, abs=1e-6)


@pytest.mark.parametrize("shares", [(0.0, 40.0, 30.0), (60.0, 100.0, 30.0), (60.0, 40.0, 0.0), (110.0, 40.0, 30.0)])
def test_no_target_is_proposed_where_the_distance_is_not_known(shares):
    assert target_on_new_cut(*shares) is None
