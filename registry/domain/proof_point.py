"""Whether enough of a network's indicators improve: yes, no, or nobody can tell yet, by both published wordings.

StriveTogether asks that 60 % of the benchmark indicators improve (strivetogether.org, *Getting to Proof Point: what it takes to improve
outcomes at scale*); a member asks that 60 % be *maintaining or improving* (the Dearborn partnership). The two give different answers, so
both are told. An indicator that is indeterminate or has no data may be anything: it stays in the denominator and widens the share,
and the answer is yes only where the low end reaches the threshold, no only where the high end does not. Fractions are exact.

Tests: ``tests/domain/test_proof_point.py``; cases for reading: ``tests/spec/network.md``.

>>> found = shares(10, improving=5, maintaining=2, undetermined=2)
>>> found.improving, proof_point(found)
((Fraction(1, 2), Fraction(7, 10)), ProofPoint(improving='cannot_be_told', improving_or_maintaining='yes'))
"""

from fractions import Fraction
from typing import Literal

import msgspec

Answer = Literal["yes", "no", "cannot_be_told"]
Range = tuple[Fraction, Fraction]
"""The least and the greatest share, 0 to 1, both ends included."""

THRESHOLD = Fraction(60, 100)
"""The share of indicators that StriveTogether asks for."""


class Shares(msgspec.Struct, frozen=True):
    """Between what the share of improving indicators lies, and that of those improving or maintaining."""

    improving: Range
    improving_or_maintaining: Range


class ProofPoint(msgspec.Struct, frozen=True):
    """Whether the threshold is reached, by either wording."""

    improving: Answer
    improving_or_maintaining: Answer


def shares(indicators: int, *, improving: int, maintaining: int, undetermined: int) -> Shares | None:
    """The shares among all ``indicators``; those left over are declining. Null without indicators.

    ``undetermined`` are those without a verdict, for whatever reason. Raises ``ValueError`` for a negative count, and for parts that
    are more than the whole.
    """
    _require_parts(indicators, improving, maintaining, undetermined)
    if indicators == 0:
        return None
    return Shares(
        _between(indicators, improving, undetermined),
        _between(indicators, improving + maintaining, undetermined),
    )


def proof_point(found: Shares | None, threshold: Fraction = THRESHOLD) -> ProofPoint | None:
    """Whether the shares reach the threshold; null without shares."""
    if found is None:
        return None
    return ProofPoint(_answer(found.improving, threshold), _answer(found.improving_or_maintaining, threshold))


def gaps_closing(measured: int, *, closing: int, undetermined: int) -> Range | None:
    """Between what the share of closing gaps lies, among the gaps that are measured; null where none is.

    A second count with its own denominator, never a part of the first. Raises ``ValueError`` as ``shares`` does.
    """
    _require_parts(measured, closing, undetermined)
    return None if measured == 0 else _between(measured, closing, undetermined)


def _require_parts(whole: int, *parts: int) -> None:
    if min(parts) < 0:
        raise ValueError("A count is not negative.")
    if sum(parts) > whole:
        raise ValueError(f"{sum(parts)} with a verdict or without one are more than the {whole} there are.")


def _between(whole: int, certain: int, undetermined: int) -> Range:
    return Fraction(certain, whole), Fraction(certain + undetermined, whole)


def _answer(share: Range, threshold: Fraction) -> Answer:
    low, high = share
    if low >= threshold:
        return "yes"
    return "no" if high < threshold else "cannot_be_told"
