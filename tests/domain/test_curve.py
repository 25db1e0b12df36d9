"""The forecast of a series agrees with answers worked out elsewhere, and says nothing where it cannot."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from registry.domain.curve import chance_variance, curve_of, forecast_at, line_of

KNOWN = json.loads((Path(__file__).parents[1] / "vectors" / "curves.json").read_text())


@pytest.mark.parametrize("case", KNOWN, ids=lambda case: case["name"])
def test_known_answers(case):
    curve = curve_of(case["history"], case["counts"], case["latest"], case["direction"])
    for name, wanted in case["expect"].items():
        found = getattr(curve, name)
        assert (
            found == wanted if wanted is None or isinstance(wanted, str) else found == pytest.approx(wanted, abs=1e-6)
        )


@settings(deadline=None)
@given(values=st.lists(st.integers(200, 800), min_size=3, max_size=9), ahead=st.integers(1, 9))
def test_line_and_interval_agree_with_scipy(values, ahead):
    history = [(2000 + place, value / 10) for place, value in enumerate(values)]
    years, figures = np.array(history).T
    fitted = stats.linregress(years, figures)
    line = line_of(history, 0.0)
    at = years[-1] + ahead
    left = figures - fitted.intercept - fitted.slope * years
    spread = ((years - years.mean()) ** 2).sum()
    error = np.sqrt((left**2).sum() / (len(years) - 2) * (1 + 1 / len(years) + (at - years.mean()) ** 2 / spread))
    forecast = forecast_at(line, at, (None, None))
    assert line.slope == pytest.approx(fitted.slope, abs=1e-9)
    assert forecast.value == pytest.approx(fitted.intercept + fitted.slope * at, abs=1e-6)
    half = stats.t.ppf(0.95, len(years) - 2) * error
    assert forecast.high - forecast.low == pytest.approx(2 * half, abs=1e-5)


def test_a_slope_needs_two_years_and_an_interval_three():
    assert curve_of([], None, (2019, 50.0), "increase").slope is None
    assert curve_of([(2016, 44.0)], None, (2019, 50.0), "increase").forecast is None
    assert curve_of([(2016, 44.0), (2016, 45.0)], None, (2019, 50.0), "increase").slope is None
    two = curve_of([(2015, 43.0), (2016, 44.0)], None, (2017, 50.0), "increase")
    assert (two.slope, two.forecast, two.prediction90, two.verdict) == (1.0, 45.0, None, None)


def test_the_same_fall_is_good_or_bad_as_the_outcome_has_it():
    steady = [(2010 + place, 20.0) for place in range(6)]
    assert curve_of(steady, None, (2017, 10.0), "decrease").verdict == "turned"
    assert curve_of(steady, None, (2017, 10.0), "increase").verdict == "worse_than_forecast"


def test_a_verdict_reaches_as_far_ahead_as_the_history_is_long():
    steady = [(2010 + place, 20.0) for place in range(5)]
    assert curve_of(steady, None, (2018, 60.0), "increase").verdict == "turned"
    assert curve_of(steady, None, (2019, 60.0), "increase").verdict is None


def test_scatter_is_never_less_than_chance_and_cohorts_give():
    assert chance_variance([50.0], None) == pytest.approx(1.44)
    assert chance_variance([50.0, 50.0], [100, 400]) == pytest.approx(1.44 + 1.8 * (25.0 + 6.25) / 2)
    assert chance_variance([50.0, 50.0], [100, None]) == pytest.approx(1.44 + 1.8 * 25.0)
    assert chance_variance([10.0], [100], scale=20) == pytest.approx(0.0576 + 1.8 * 0.25 * 400 / 100)
    with pytest.raises(ValueError, match="shorter"):
        chance_variance([50.0, 50.0], [100])
