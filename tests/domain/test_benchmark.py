"""A place is set against its benchmark exactly, with the noise of both, and not at all where the two are no counterparts."""

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from registry.domain.benchmark import RULES, Ends, Point, Relative, Terms, relative

UP = Terms(unit="percent", direction="increase", meaningful_change=1.0)
DOWN = Terms(unit="percent", direction="decrease", meaningful_change=1.0)
PLAIN, COHORT, THRESHOLD = (RULES[f"{name}@1"] for name in ("plain", "cohort", "threshold"))
BEFORE, AFTER = "SY2018-19", "SY2021-22"


def ends(baseline, latest, *, broken_at=None, periods=(BEFORE, AFTER)):
    """Two ends, each a share as a pair, a printed value, or the fields of a point; null for none."""
    points = [
        None if said is None else point(said, period) for said, period in zip((baseline, latest), periods, strict=True)
    ]
    return Ends(*points, broken_at)


def point(said, period):
    if isinstance(said, tuple):
        return Point(period=period, numerator=said[0], denominator=said[1])
    return Point(period=period, **(said if isinstance(said, dict) else {"value": said}))


STATE = ends((60_000, 100_000), (55_000, 100_000))


def test_a_place_that_fell_less_than_its_state_did_better():
    found = relative(ends((100, 200), (96, 200)), STATE, UP, PLAIN)
    assert (found.relative_change, found.reason) == (3.0, None)
    assert relative(ends((100, 200), (96, 200)), STATE, DOWN, PLAIN).relative_change == -3.0


@settings(deadline=None)
@given(cells=st.lists(st.tuples(st.integers(1, 400), st.integers(401, 900)), min_size=4, max_size=4))
def test_error_is_that_of_four_independent_shares(cells):
    found = relative(ends(*cells[:2]), ends(*cells[2:]), UP, PLAIN)
    shares = [Fraction(*cell) for cell in cells]
    assert found.relative_change == pytest.approx(
        float(100 * (shares[1] - shares[0] - shares[3] + shares[2])), abs=1e-12
    )
    widths = []
    for (x0, n0), (x1, n1) in (cells[:2], cells[2:]):
        low, high = confint_proportions_2indep(x1, n1, x0, n0, method="wald", compare="diff")
        widths.append((high - low) / 2 / stats.norm.ppf(0.975))
    assert found.se == pytest.approx(100 * math.hypot(*widths), rel=1e-9)
    assert found.z == pytest.approx(found.relative_change / found.se)
    assert found.p_value == pytest.approx(2 * stats.norm.sf(abs(found.z)), rel=1e-9)


def test_cohorts_of_the_reference_differ_too():
    place = ends((100, 200), (96, 200))
    chance = relative(place, STATE, UP, PLAIN).se ** 2
    assert relative(place, STATE, UP, COHORT).se ** 2 == pytest.approx(1.8 * chance + 4 * 1.2**2)


def test_nobody_and_everybody_still_have_an_error():
    found = relative(ends((0, 50), (50, 50)), STATE, UP, PLAIN)
    smoothed = 0.5 / 51
    theirs = (0.6 * 0.4 + 0.55 * 0.45) / 100_000
    assert found.se == pytest.approx(100 * math.sqrt(2 * smoothed * (1 - smoothed) / 50 + theirs))


def test_a_rate_is_told_in_its_own_unit():
    per_thousand = Terms(unit="rate", direction="decrease", meaningful_change=0.5, per=1000)
    percent = relative(ends((30, 4000), (20, 4000)), ends((900, 90_000), (870, 90_000)), DOWN, COHORT)
    rate = relative(ends((30, 4000), (20, 4000)), ends((900, 90_000), (870, 90_000)), per_thousand, COHORT)
    assert rate.relative_change == pytest.approx(10 * percent.relative_change)
    assert rate.se == pytest.approx(10 * percent.se)
    assert rate.z == pytest.approx(percent.z)


def test_a_sample_stands_with_its_own_error_beside_counts():
    sample = ends({"value": 40.0, "standard_error": 3.0}, {"value": 46.0, "standard_error": 4.0})
    found = relative(sample, STATE, UP, COHORT)
    assert found.relative_change == 11.0
    counted = 1.8 * 10**4 * (0.6 * 0.4 + 0.55 * 0.45) / 100_000 + 2 * 1.2**2
    assert found.se == pytest.approx(math.sqrt(3**2 + 4**2 + counted))


def test_a_change_without_a_known_error_is_told_without_a_test():
    assert relative(ends(50.0, 48.0), STATE, UP, PLAIN) == Relative(3.0, reason="no_error_known")
    assert relative(STATE, ends(50.0, 48.0), UP, PLAIN) == Relative(-3.0, reason="reference_no_error_known")
    assert relative(ends((5, 10), (6, 10)), STATE, UP, PLAIN) == Relative(15.0, reason="too_few_people")
    rounded = {"value": 50.0, "low": 49.5, "high": 50.5, "denominator": 200}
    assert relative(ends(rounded, (96, 200)), STATE, UP, PLAIN) == Relative(3.0, reason="bounds")
    assert relative(ends((100, 200), (96, 200)), STATE, UP, THRESHOLD) == Relative(3.0)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (ends((100, 200), None), "no_data"),
        (ends(None, (96, 200)), "no_baseline"),
        (ends({"missing": "suppressed"}, (96, 200)), "no_baseline"),
        (ends((100, 200), {"low": 40.0, "high": 60.0, "denominator": 200}), "bounds"),
        (ends((100, 200), {"low": 0.0, "high": 5.0}), "bounds"),
        (ends((100, 200), (96, 200), broken_at="SY2020-21"), "series_break"),
    ],
)
def test_nothing_is_told_where_an_end_is_lacking_hidden_or_cut_off(broken, reason):
    assert relative(broken, STATE, UP, PLAIN) == Relative(reason=reason)
    assert relative(STATE, broken, UP, PLAIN) == Relative(reason=f"reference_{reason}")


@pytest.mark.parametrize("periods", [(BEFORE, "SY2022-23"), ("SY2017-18", AFTER), ("CY2018", "CY2021")])
def test_another_year_is_no_counterpart(periods):
    assert relative(ends((100, 200), (96, 200), periods=periods), STATE, UP, PLAIN) == Relative(reason="period_differs")


@given(values=st.lists(st.integers(0, 1000), min_size=4, max_size=4))
def test_place_and_benchmark_changed_about_change_only_the_sign(values):
    ours, theirs = ends(values[0] / 10, values[1] / 10), ends(values[2] / 10, values[3] / 10)
    gained = relative(ours, theirs, UP, PLAIN).relative_change
    assert gained == -relative(theirs, ours, UP, PLAIN).relative_change
    assert gained == float(Fraction(values[1] - values[0] - values[3] + values[2], 10))
