"""How much places changed on average, how far they truly differ, and whether anybody may rank them.

Places differ for two reasons: their children's results truly changed differently, and every figure is blurred by chance. A mean by
random effects keeps the two apart (DerSimonian and Laird 1986, Controlled Clinical Trials 7, 177-188), with the variance and the t
interval of Hartung and Knapp (2001, Statistics in Medicine 20, 3875-3889), which stays honest with few places (IntHout, Ioannidis
and Borm 2014, BMC Medical Research Methodology 14:25).

What the sources leave open is decided so:

- Hartung and Knapp's factor is not floored at 1: where places agree better than their errors let expect, the interval is short;
- under five places nothing is said, whatever the formula would give;
- places are ranked only where at least .7 of their differences is no chance (Adams et al. 2010, New England Journal of Medicine 362,
  1014-1021, for physicians), and then by their shrunk values;
- every sum is ``math.fsum``, so that the order of places changes no digit.

Tests: ``tests/domain/test_network_mean.py``, beside statsmodels and a published example; ``tests/spec/network.md``.

>>> found = mean_change([(1.0, 1.0), (2.0, 1.0), (3.0, 1.0), (4.0, 1.0), (5.0, 1.0)])
>>> found.mean, found.tau_squared, found.reliability, found.ranked
(3.0, 1.5, 0.6, False)
"""

import math
from collections.abc import Sequence
from fractions import Fraction

import msgspec

from registry.domain.student import t_quantile

FEWEST_PLACES = 5
"""With fewer places nobody can say how far places differ."""
RANKED_FROM = 0.7
"""The share of the differences between places that must be no chance before anybody may rank them."""


class MeanChange(msgspec.Struct, frozen=True, kw_only=True):
    """The mean change of several places, in the unit of their changes, and how far the places truly differ from it.

    ``tau_squared`` is the variance of the true changes; ``i_squared`` (0 to 1) the share of the scatter that chance does not explain;
    ``reliability`` (0 to 1) the mean over places of the share of a place's figure that is no chance.
    """

    places: int
    mean: float
    se: float
    ci95: tuple[float, float]
    tau_squared: float
    i_squared: float
    reliability: float
    ranked: bool


class Shrunk(msgspec.Struct, frozen=True):
    """One place's change drawn toward the mean by as much as its figure is chance (``1 - reliability``), with its own error."""

    value: float
    se: float
    reliability: float


def mean_change(estimates: Sequence[tuple[float, float]]) -> MeanChange | None:
    """The mean of ``(change, standard error)`` over places; null under five places.

    Changes and errors are in one unit (points or probits), positive when better. Raises ``ValueError`` where a standard error is not
    above 0: a change whose error nobody knows has no weight, and the caller leaves it out and says so.
    """
    if any(not (math.isfinite(change) and math.isfinite(se) and se > 0) for change, se in estimates):
        raise ValueError("A place's change needs a standard error above 0; leave out those without one.")
    places = len(estimates)
    if places < FEWEST_PLACES:
        return None
    tau_squared, i_squared = _heterogeneity(estimates)
    weighted = [(change, 1 / (se * se + tau_squared)) for change, se in estimates]
    mean, scatter, weight = _weighted(weighted)
    error = math.sqrt(scatter / (places - 1) / weight)
    half = t_quantile(0.975, places - 1) * error
    reliability = math.fsum(_reliability(se, tau_squared) for _, se in estimates) / places
    return MeanChange(
        places=places,
        mean=mean,
        se=error,
        ci95=(mean - half, mean + half),
        tau_squared=tau_squared,
        i_squared=i_squared,
        reliability=reliability,
        ranked=reliability >= RANKED_FROM,
    )


def shrunk(estimates: Sequence[tuple[float, float]], found: MeanChange) -> tuple[Shrunk, ...]:
    """Each place's change, drawn toward the mean that ``mean_change`` found over these places, in their order.

    The error holds that of the mean besides the place's own, and takes ``tau_squared`` as known. Source: Morris 1983, Parametric
    Empirical Bayes Inference, Journal of the American Statistical Association 78, 47-55.
    """
    return tuple(_drawn(change, se, found) for change, se in estimates)


def ranks(places: Sequence[Shrunk], found: MeanChange) -> tuple[int | None, ...]:
    """1 for the greatest shrunk value, equal values sharing a rank and the next left free; all null where nobody may rank."""
    if not found.ranked:
        return (None,) * len(places)
    first: dict[float, int] = {}
    for rank, value in enumerate(sorted((place.value for place in places), reverse=True), 1):
        first.setdefault(value, rank)
    return tuple(first[place.value] for place in places)


def quartiles(values: Sequence[float]) -> tuple[float, float, float] | None:
    """The lower quartile, the median and the upper quartile; null without values.

    Type 7 of Hyndman and Fan (1996, The American Statistician 50, 361-365): linear between neighbours, as DuckDB's ``quantile_cont``.
    """
    if not values:
        return None
    ordered = sorted(values)
    return _quantile(ordered, Fraction(1, 4)), _quantile(ordered, Fraction(1, 2)), _quantile(ordered, Fraction(3, 4))


def _heterogeneity(estimates: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """DerSimonian and Laird's variance between places, at least 0, and I squared (Higgins and Thompson 2002)."""
    weights = [1 / (se * se) for _, se in estimates]
    _, scatter, weight = _weighted([(change, part) for (change, _), part in zip(estimates, weights, strict=True)])
    excess = scatter - (len(estimates) - 1)
    if excess <= 0:
        return 0.0, 0.0
    return excess / (weight - math.fsum(part * part for part in weights) / weight), excess / scatter


def _weighted(parts: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """The weighted mean, the weighted sum of squares around it, and the sum of the weights."""
    weight = math.fsum(part for _, part in parts)
    mean = math.fsum(part * change for change, part in parts) / weight
    return mean, math.fsum(part * (change - mean) ** 2 for change, part in parts), weight


def _reliability(se: float, tau_squared: float) -> float:
    return tau_squared / (tau_squared + se * se)


def _drawn(change: float, se: float, found: MeanChange) -> Shrunk:
    own = _reliability(se, found.tau_squared)
    error = math.sqrt(own * se * se + ((1 - own) * found.se) ** 2)
    return Shrunk(found.mean + own * (change - found.mean), error, own)


def _quantile(ordered: Sequence[float], share: Fraction) -> float:
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * float(place - below)
