"""The mean over places agrees with other programs and a published example; nobody is ranked on noise."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

from registry.domain.network_mean import mean_change, quartiles, ranks, shrunk

EVEN = [(value, 1.0) for value in (1.0, 2.0, 3.0, 4.0, 5.0)]
CLEAR = [(value, 0.5) for value in (1.0, 2.0, 3.0, 4.0, 5.0)]
changes = st.integers(-300, 300).map(lambda tenths: tenths / 10)
errors = st.integers(1, 80).map(lambda tenths: tenths / 10)
networks = st.lists(st.tuples(changes, errors), min_size=5, max_size=40)

BCG = (
    (4, 119, 11, 128),
    (6, 300, 29, 274),
    (3, 228, 11, 209),
    (62, 13536, 248, 12619),
    (33, 5036, 47, 5761),
    (180, 1361, 372, 1079),
    (8, 2537, 10, 619),
    (505, 87886, 499, 87892),
    (29, 7470, 45, 7232),
    (17, 1699, 65, 1600),
    (186, 50448, 141, 27197),
    (5, 2493, 3, 2338),
    (27, 16886, 29, 17825),
)
"""Thirteen trials (Colditz et al. 1994): ill and well of the vaccinated, ill and well of the others."""


@pytest.mark.parametrize("network", [EVEN, CLEAR, [(1.2, 0.8), (-3.0, 2.0), (0.4, 0.1), (9.0, 5.0), (2.2, 1.1)]])
def test_mean_and_variance_between_places_agree_with_statsmodels(network):
    values, ses = map(np.array, zip(*network, strict=True))
    theirs = combine_effects(values, ses**2, method_re="dl")
    found = mean_change(network)
    assert found.mean == pytest.approx(theirs.mean_effect_re, rel=1e-9)
    assert found.tau_squared == pytest.approx(max(0.0, theirs.tau2), rel=1e-9)
    assert found.se == pytest.approx(theirs.sd_eff_w_re_hksj, rel=1e-9)
    assert found.i_squared == pytest.approx(max(0.0, theirs.i2), rel=1e-9)
    interval = stats.t.interval(0.95, len(network) - 1, theirs.mean_effect_re, theirs.sd_eff_w_re_hksj)
    assert found.ci95 == pytest.approx(interval, rel=1e-9)


def test_published_example_is_found_again():
    """Viechtbauer 2010, Journal of Statistical Software 36(3): the DerSimonian-Laird mean of the log risk ratios."""
    trials = [
        (math.log((a / (a + b)) / (c / (c + d))), math.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)))
        for a, b, c, d in BCG
    ]
    found = mean_change(trials)
    assert found.places == 13
    assert found.mean == pytest.approx(-0.7141, abs=5e-5)
    assert found.tau_squared == pytest.approx(0.3088, abs=5e-5)
    assert found.i_squared == pytest.approx(0.9212, abs=5e-5)


@settings(deadline=None)
@given(network=networks)
def test_mean_agrees_with_statsmodels_wherever_places_differ(network):
    found = mean_change(network)
    assume(found.tau_squared > 0)
    values, ses = map(np.array, zip(*network, strict=True))
    theirs = combine_effects(values, ses**2, method_re="dl")
    assert found.mean == pytest.approx(theirs.mean_effect_re, rel=1e-7, abs=1e-7)
    assert found.tau_squared == pytest.approx(theirs.tau2, rel=1e-7, abs=1e-7)
    assert found.se == pytest.approx(theirs.sd_eff_w_re_hksj, rel=1e-7, abs=1e-7)


@settings(deadline=None)
@given(values=st.lists(changes, min_size=5, max_size=40))
def test_variance_between_places_is_never_below_zero(values):
    """With an error as large as the whole range of figures, chance explains them all, and the weights are the errors' own."""
    network = [(value, 650.0 + place) for place, value in enumerate(values)]
    found = mean_change(network)
    assert (found.tau_squared, found.i_squared, found.reliability, found.ranked) == (0, 0, 0, False)
    weights = [1 / se**2 for _, se in network]
    assert found.mean == pytest.approx(np.average(values, weights=weights), abs=1e-9)


@settings(deadline=None)
@given(network=networks, shift=changes, data=st.data())
def test_order_changes_nothing_and_a_common_shift_only_the_mean(network, shift, data):
    found = mean_change(network)
    assert mean_change(data.draw(st.permutations(network))) == found
    moved = mean_change([(value + shift, se) for value, se in network])
    assert moved.mean == pytest.approx(found.mean + shift, abs=1e-6)
    assert (moved.se, moved.tau_squared) == pytest.approx((found.se, found.tau_squared), abs=1e-6)


def test_under_five_places_nothing_is_said():
    assert mean_change(EVEN[:4]) is None
    assert mean_change([]) is None
    assert mean_change(EVEN) is not None


@pytest.mark.parametrize("se", [0.0, -1.0, math.nan, math.inf])
def test_a_place_without_a_known_error_has_no_weight(se):
    with pytest.raises(ValueError, match="standard error above 0"):
        mean_change([*EVEN, (2.0, se)])


def test_interval_is_short_where_places_agree_better_than_their_errors():
    alike = mean_change([(3.0 + place / 100, 1.0) for place in range(5)])
    assert alike.tau_squared == 0
    assert alike.se < math.sqrt(1 / 5)


def test_half_of_a_blurred_figure_is_drawn_to_the_mean():
    found = mean_change([(value, 1.0) for value in (0.0, 0.0, 2.0, 4.0, 4.0)])
    assert (found.mean, found.tau_squared) == (2.0, 3.0)
    first, *_, last = shrunk([(0.0, 1.0), (6.0, 3.0)], found)
    assert (first.reliability, first.value) == (0.75, 0.5)
    assert (last.reliability, last.value) == (0.25, 3.0)
    assert first.se == pytest.approx(math.sqrt(0.75 * 1 + 0.25**2 * found.se**2))


@settings(deadline=None)
@given(network=networks)
def test_shrunk_values_lie_between_figure_and_mean_in_the_order_given(network):
    found = mean_change(network)
    drawn = shrunk(network, found)
    assert len(drawn) == len(network)
    for (value, se), place in zip(network, drawn, strict=True):
        low, high = sorted((value, found.mean))
        assert low - 1e-9 <= place.value <= high + 1e-9
        assert place.se <= math.hypot(se, found.se) + 1e-9
    assert math.fsum(place.reliability for place in drawn) / len(drawn) == pytest.approx(found.reliability)


def test_where_nothing_but_chance_differs_every_place_is_the_mean_with_its_error():
    noise = [(value, 2.0) for value in (1.0, 2.0, 3.0, 4.0, 5.0)]
    found = mean_change(noise)
    assert found.tau_squared == 0
    assert {(place.value, place.se) for place in shrunk(noise, found)} == {(3.0, found.se)}


def test_shrunk_values_miss_the_truth_less_than_the_figures_do():
    made = np.random.default_rng(7)
    truth = made.normal(1.0, 1.5, 400)
    errors = made.uniform(0.5, 4.0, 400)
    network = list(zip(truth + made.normal(0.0, errors), errors, strict=True))
    drawn = shrunk(network, mean_change(network))
    missed = np.array([place.value for place in drawn]) - truth
    figures = np.array([value for value, _ in network]) - truth
    assert (missed**2).mean() < 0.5 * (figures**2).mean()
    assert np.mean(np.abs(missed) <= 1.96 * np.array([place.se for place in drawn])) == pytest.approx(0.95, abs=0.03)


def test_ranks_are_told_only_where_most_of_the_differences_are_no_chance():
    assert mean_change(EVEN).reliability == pytest.approx(0.6)
    assert ranks(shrunk(EVEN, mean_change(EVEN)), mean_change(EVEN)) == (None,) * 5
    assert mean_change(CLEAR).reliability == pytest.approx(0.9)
    assert ranks(shrunk(CLEAR, mean_change(CLEAR)), mean_change(CLEAR)) == (5, 4, 3, 2, 1)


def test_equal_places_share_a_rank_and_a_blurred_record_is_not_the_first():
    network = [(10.0, 0.1), (5.0, 0.1), (10.0, 0.1), (-6.0, 0.1), (0.0, 0.1), (16.0, 30.0)]
    found = mean_change(network)
    assert found.ranked
    assert ranks(shrunk(network, found), found) == (1, 3, 1, 6, 5, 4)


@given(values=st.lists(changes, min_size=1, max_size=60))
def test_quartiles_agree_with_numpy(values):
    assert quartiles(values) == pytest.approx(np.quantile(values, [0.25, 0.5, 0.75]), abs=1e-9)


def test_no_values_have_no_quartiles():
    assert quartiles([]) is None
    assert quartiles([3.0]) == (3.0, 3.0, 3.0)
