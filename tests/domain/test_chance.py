"""What chance alone gives agrees with scipy, with a simulation, and with the verdicts of the progress rule itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from registry.domain.chance import Chance, at_least, chance_of_verdict, expected_by_chance
from registry.domain.progress import RULES, Point, Terms, progress

chances = st.lists(st.integers(0, 100).map(lambda percent: percent / 100), max_size=30)


def test_the_larger_of_the_two_hurdles_decides():
    assert chance_of_verdict(10.0, 1.0) == pytest.approx(0.025)
    assert chance_of_verdict(0.4, 1.0) == pytest.approx(stats.norm.sf(2.5), rel=1e-12)
    assert chance_of_verdict(1.0, 0.0) == pytest.approx(0.025)


def test_what_has_no_known_error_is_told_apart():
    assert expected_by_chance([]) == Chance(0.0, 0.0, 0, 0)
    found = expected_by_chance([(None, 1.0), (0.0, 1.0), (5.0, 1.0), (0.5, 1.0)])
    assert (found.tested, found.untested) == (2, 2)
    assert found.improving == found.declining == pytest.approx(0.025 + stats.norm.sf(2.0))


@pytest.mark.parametrize("se", [-1.0, float("nan")])
def test_an_error_that_is_none_is_refused(se):
    with pytest.raises(ValueError, match="not negative"):
        chance_of_verdict(se, 1.0)


@settings(deadline=None)
@given(verdicts=st.integers(-2, 30), series=st.integers(0, 30), chance=st.floats(0, 1))
def test_equal_chances_are_the_binomial_distribution(verdicts, series, chance):
    assert at_least(verdicts, [chance] * series) == pytest.approx(
        stats.binom.sf(verdicts - 1, series, chance), abs=1e-12
    )


@settings(deadline=None)
@given(chances=chances, verdicts=st.integers(0, 31), data=st.data())
def test_unequal_chances_are_the_product_of_their_generating_functions(chances, verdicts, data):
    whole = np.array([1.0])
    for chance in chances:
        whole = np.convolve(whole, [1 - chance, chance])
    assert at_least(verdicts, chances) == pytest.approx(whole[verdicts:].sum(), abs=1e-12)
    assert at_least(verdicts, data.draw(st.permutations(chances))) == at_least(verdicts, chances)


def test_a_rare_event_keeps_its_digits():
    assert at_least(20, [0.01] * 20) == pytest.approx(1e-40, rel=1e-9)


def test_luck_can_neither_be_certain_without_series_nor_lie_outside_0_to_1():
    assert at_least(1, []) == 0
    assert at_least(0, []) == 1
    for wrong in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="between 0 and 1"):
            at_least(1, [0.5, wrong])


def test_verdicts_of_series_in_which_nothing_changed_are_as_many_as_foretold():
    made = np.random.default_rng(11)
    terms = Terms(unit="percent", direction="increase", meaningful_change=1.0)
    share, series = 0.4, 3000
    told, hurdles = {"improving": 0, "declining": 0}, []
    for people in (150, 20_000):
        for before, after in zip(*made.binomial(people, share, (2, series)), strict=True):
            ends = (
                Point(period=f"SY{year}", numerator=int(count), denominator=people)
                for year, count in (("2018-19", before), ("2020-21", after))
            )
            found = progress(*ends, None, (), terms, RULES["plain@1"])
            hurdles.append((found.se, terms.meaningful_change))
            if found.trend in told:
                told[found.trend] += 1
    foretold = expected_by_chance(hurdles)
    assert foretold.tested == 2 * series
    for count in told.values():
        assert abs(count - foretold.improving) < 4 * foretold.improving**0.5
