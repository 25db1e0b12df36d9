"""Which mean on a common scale a share above a cut speaks of, how sure that is, and how two such means differ.

If a share ``p`` lies above a cut whose place ``c`` on the scale is known, and scores are near normal, the mean is ``c + sd z(p)``. Its
error has four parts: that of the cut (``s``), that of the share, that of the spread (``z u_sd``, so that it grows away from the
middle) and that of the link as such (``u_m``). The first one is the same for every place whose results are read through one cut of
one link: it leaves the difference of two such places, and counts once in their mean, however many they are. So a mean carries it apart.

What the text leaves open is decided so:

- a share of exactly .10 or .90 still has a mean; beyond, small errors of the spread move it too far, and there is none;
- where no error of the share is known there is no mean: it is never shown without its interval, and one that leaves out a part of
  the error would look surer than it is;
- a share known as a range gives a mean at either end, and none where an end lies outside .10 to .90;
- the share is of those *above* the cut: where fewer are wanted, it is the complement that was published.

Sources: Bandeira de Mello 2011, Mapping State Proficiency Standards Onto the NAEP Scales (NCES 2011-458), for cuts on a common scale;
Reardon, Kalogrides and Ho 2021, Validation Methods for Aggregate-Level Test Scale Linking, Journal of Educational and Behavioral
Statistics 46(2), for means of districts and the error of the link; design section 8.
Twin: ``registry/sql/macros/scale.sql``. Tests: ``tests/domain/test_linking.py``, known answers in ``tests/vectors/linking.json``.

>>> round(error_of_share(0.79, 50_000), 6)
0.001822
"""

import math
from collections.abc import Iterable, Sequence

import msgspec

from registry.domain.link import Link, LinkedCut, name_of
from registry.domain.normal import Z95, density, quantile

LOWEST, HIGHEST = 0.1, 0.9
"""The shares between which a mean is told, both included."""


class SharedError(msgspec.Struct, frozen=True):
    """The part of a mean's error that comes from one cut of one link, and is the same for all who are read through it."""

    link: str
    cut: str
    error: float


class LinkedMean(msgspec.Struct, frozen=True, kw_only=True):
    """An estimated mean in the unit of a scale, with its error and 95 % interval; ``own`` is the error without the ``shared`` parts."""

    scale: str
    mean: float
    se: float
    ci95: tuple[float, float]
    own: float
    shared: tuple[SharedError, ...]


class LinkedRange(msgspec.Struct, frozen=True, kw_only=True):
    """The means at both ends of a share that is known as a range."""

    low: LinkedMean
    high: LinkedMean

    @property
    def ci95(self) -> tuple[float, float]:
        """From the lower end of the one interval to the upper end of the other."""
        return self.low.ci95[0], self.high.ci95[1]


def error_of_share(share: float, people: int | None) -> float | None:
    """The standard error of a share (0 to 1) of ``people``, as for a simple sample; null where nobody was counted or nobody knows."""
    return None if people is None or people < 1 else math.sqrt(share * (1 - share) / people)


def linked_mean(share: float, se_share: float | None, *, link: Link, cut: LinkedCut) -> LinkedMean | None:
    """The mean of those of whom ``share`` (0 to 1) lies at or above ``cut``; null outside .10 to .90 and without an error of the share.

    ``se_share`` is on the same 0 to 1: ``error_of_share``, or a sample's own standard error.
    """
    if se_share is None or not LOWEST <= share <= HIGHEST:
        return None
    z, scale = quantile(share), link.scale
    own = math.hypot(scale.sd * se_share / density(z), z * scale.spread_error, scale.placing_error)
    return _mean(scale.id, cut.score + scale.sd * z, own, (SharedError(link.id, name_of(cut), cut.standard_error),))


def linked_range(low: float, high: float, *, people: int | None, link: Link, cut: LinkedCut) -> LinkedRange | None:
    """The means at the two ends of a share that is known as a range; null where either end has none."""
    lower = linked_mean(low, error_of_share(low, people), link=link, cut=cut)
    upper = linked_mean(high, error_of_share(high, people), link=link, cut=cut)
    return None if lower is None or upper is None else LinkedRange(low=lower, high=upper)


def difference(ours: LinkedMean, theirs: LinkedMean) -> tuple[float, float]:
    """How far our mean lies above theirs, and the standard error of that; what both share has left it.

    Raises ``ValueError`` where they stand on two scales.
    """
    sum_of = _combined(((ours, 1.0), (theirs, -1.0)))
    return sum_of.mean, sum_of.se


def pooled_mean(parts: Sequence[tuple[LinkedMean, int]]) -> LinkedMean:
    """The mean over several places, each weighted by its people; an error that places share counts as often as it is, once.

    Raises ``ValueError`` where nothing is given, nobody is counted, a count is negative, or the means stand on two scales.
    """
    people = sum(count for _, count in parts)
    if people < 1 or any(count < 0 for _, count in parts):
        raise ValueError("A mean over places needs people to weight them by.")
    return _combined([(mean, count / people) for mean, count in parts])


def _combined(parts: Sequence[tuple[LinkedMean, float]]) -> LinkedMean:
    """A weighted sum: own errors add by squares, errors that are shared add first and are squared then; any order gives the same."""
    scales = sorted({mean.scale for mean, _ in parts})
    if len(scales) > 1:
        raise ValueError(f"Means on the scales {' and '.join(scales)} cannot be put together.")
    shared: dict[tuple[str, str], list[float]] = {}
    for mean, weight in parts:
        for entry in mean.shared:
            shared.setdefault((entry.link, entry.cut), []).append(weight * entry.error)
    return _mean(
        scales[0],
        math.fsum(weight * mean.mean for mean, weight in parts),
        _by_squares(weight * mean.own for mean, weight in parts),
        tuple(SharedError(*key, math.fsum(errors)) for key, errors in sorted(shared.items())),
    )


def _mean(scale: str, mean: float, own: float, shared: tuple[SharedError, ...]) -> LinkedMean:
    se = _by_squares((own, *(entry.error for entry in shared)))
    return LinkedMean(scale=scale, mean=mean, se=se, ci95=(mean - Z95 * se, mean + Z95 * se), own=own, shared=shared)


def _by_squares(errors: Iterable[float]) -> float:
    return math.sqrt(math.fsum(error * error for error in errors))
