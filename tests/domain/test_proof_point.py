"""A proof point is yes or no only where nothing unknown could change it, and both wordings are told."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.proof_point import ProofPoint, gaps_closing, proof_point, shares

parts = st.tuples(*[st.integers(0, 12)] * 4).filter(any)


def share(high, of):
    return Fraction(high, of)


@given(parts=parts)
def test_ends_are_what_the_unknown_could_turn_out_to_be(parts):
    improving, maintaining, _, unknown = parts
    whole = sum(parts)
    found = shares(whole, improving=improving, maintaining=maintaining, undetermined=unknown)
    ways = [
        (share(improving + up, whole), share(improving + up + maintaining + level, whole))
        for up, level in product(range(unknown + 1), repeat=2)
        if up + level <= unknown
    ]
    for ends, possible in zip((found.improving, found.improving_or_maintaining), zip(*ways, strict=True), strict=True):
        assert ends == (min(possible), max(possible))
    told = proof_point(found)
    for answer, possible in zip((told.improving, told.improving_or_maintaining), zip(*ways, strict=True), strict=True):
        reached = {one >= Fraction(3, 5) for one in possible}
        assert answer == ("cannot_be_told" if len(reached) == 2 else "yes" if reached == {True} else "no")


def test_three_of_five_reach_sixty_percent_exactly():
    found = shares(5, improving=3, maintaining=0, undetermined=0)
    assert proof_point(found) == ProofPoint("yes", "yes")
    assert proof_point(found, Fraction(60, 100) + Fraction(1, 10**20)) == ProofPoint("no", "no")


def test_the_high_end_at_the_threshold_can_still_be_reached():
    assert proof_point(shares(5, improving=2, maintaining=0, undetermined=1)).improving == "cannot_be_told"


def test_without_indicators_there_is_no_share_and_no_answer():
    assert shares(0, improving=0, maintaining=0, undetermined=0) is None
    assert proof_point(None) is None
    assert gaps_closing(0, closing=0, undetermined=0) is None


def test_gaps_have_their_own_denominator():
    assert gaps_closing(8, closing=3, undetermined=2) == (Fraction(3, 8), Fraction(5, 8))


@pytest.mark.parametrize("counts", [(5, 3, 2, 1), (-1, 0, 0, 0), (0, 1, 0, 0)])
def test_parts_larger_than_the_whole_are_refused(counts):
    whole, improving, maintaining, unknown = counts
    with pytest.raises(ValueError, match="more than the"):
        shares(whole, improving=improving, maintaining=maintaining, undetermined=unknown)


def test_negative_counts_are_refused():
    with pytest.raises(ValueError, match="not negative"):
        shares(5, improving=-1, maintaining=0, undetermined=0)
    with pytest.raises(ValueError, match="not negative"):
        gaps_closing(5, closing=0, undetermined=-1)
