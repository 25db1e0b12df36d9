"""Student's t agrees with scipy for every whole number of degrees of freedom that a history can have."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from registry.domain.student import t_probability, t_quantile


@pytest.mark.parametrize("freedom", [*range(1, 31), 99, 100, 1000, 1001])
def test_quantiles_agree_with_scipy(freedom):
    for probability in (1e-6, 0.05, 0.3, 0.5, 0.9, 0.95, 0.975, 0.9995):
        expected = stats.t.ppf(probability, freedom)
        assert t_quantile(probability, freedom) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@settings(deadline=None)
@given(t=st.floats(-50, 50), freedom=st.integers(1, 200))
def test_probabilities_agree_with_scipy(t, freedom):
    assert t_probability(t, freedom) == pytest.approx(stats.t.cdf(t, freedom), abs=1e-12)


def test_no_quantile_is_made_up_where_there_is_none():
    for probability in (0.0, 1.0, -0.1, 1.1):
        with pytest.raises(ValueError, match="between 0 and 1"):
            t_quantile(probability, 3)
    with pytest.raises(ValueError, match="one degree"):
        t_probability(1.0, 0)
