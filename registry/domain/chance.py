"""How many places would be called improving or declining if nothing had changed anywhere: what chance alone gives.

A verdict stands where a change is larger than 1.96 standard errors and than the meaningful change. Where nothing changed, a figure
still moves by chance, and of 200 such series about five are called improving. That number stands beside every count of verdicts, and
a reader sees whether there are more than luck would give. It leans on the errors of the verdicts themselves (``progress_rule.py``), so
under ``cohort@1`` changing cohorts are counted as chance too.

Tests: ``tests/domain/test_chance.py``, beside scipy and a simulation; ``tests/spec/network.md``.

>>> found = expected_by_chance([(1.5, 1.0)] * 200 + [(None, 1.0)])
>>> round(found.improving, 6), found.tested, found.untested
(5.0, 200, 1)
>>> round(at_least(3, [0.025] * 40), 4)
0.0779
"""

import math
from collections.abc import Iterable

import msgspec

from registry.domain.normal import Z95


class Chance(msgspec.Struct, frozen=True):
    """How many verdicts of either kind chance alone would give among the ``tested`` series, on average.

    ``untested`` series have no known error: nobody can say what chance does to them.
    """

    improving: float
    declining: float
    tested: int
    untested: int


def chance_of_verdict(se: float | None, meaningful_change: float) -> float | None:
    """How likely a series in which nothing changed is called improving; declining is as likely. Null without a known error.

    Both are in the indicator's unit. The error of a change is normal, with standard deviation ``se``; one of 0 is no error known, as
    for the verdict itself. Raises ``ValueError`` for a negative one.
    """
    if se is None or se == 0:
        return None
    if not se > 0:
        raise ValueError("A standard error is not negative.")
    return math.erfc(max(Z95, meaningful_change / se) / math.sqrt(2)) / 2


def expected_by_chance(series: Iterable[tuple[float | None, float]]) -> Chance:
    """The verdicts that chance alone would give over series of ``(standard error of the change or null, meaningful change)``.

    Expected numbers add up whether or not the series hang together.
    """
    known = [chance_of_verdict(se, meaningful_change) for se, meaningful_change in series]
    tested = [chance for chance in known if chance is not None]
    expected = math.fsum(tested)
    return Chance(expected, expected, len(tested), len(known) - len(tested))


def at_least(verdicts: int, chances: Iterable[float]) -> float:
    """How likely ``verdicts`` or more come by luck, where each series has its own chance of one.

    Exact for series that do not hang together (the Poisson binomial distribution, by convolution: Hong 2013, Computational Statistics
    and Data Analysis 59, 41-51). Groups of one place share children and years; among them many verdicts come together more often than
    this says. Raises ``ValueError`` for a chance outside 0 to 1.
    """
    ordered = sorted(chances)
    if any(not 0 <= chance <= 1 for chance in ordered):
        raise ValueError("A chance lies between 0 and 1.")
    if verdicts <= 0:
        return 1.0
    fewer, reached = [1.0] + [0.0] * (verdicts - 1), 0.0
    for chance in ordered:
        reached += fewer[-1] * chance
        fewer = [here * (1 - chance) + below * chance for here, below in zip(fewer, [0.0, *fewer[:-1]], strict=True)]
    return min(1.0, reached)
