"""How much a target asks: per year, beside the place's own past, its forecast, other members, and what chance alone gives.

Figures that decide a verdict are exact. Sources: the forecast is that of ``curve.py``; chance is the template's progress rule, with as
many people at the target as at the baseline; quantiles of the members' paces lie on straight lines between them (Hyndman and Fan
1996, type 7). Tests: ``tests/domain/test_assessment_figures.py``.
"""

import math
from collections.abc import Sequence
from fractions import Fraction

import msgspec

from registry.domain.assessment_restated import restated
from registry.domain.assessment_series import (
    Mark,
    horizon,
    sign,
    start_of,
    target_period,
    target_value,
    years_before,
)
from registry.domain.curve import Forecast, chance_variance, forecast_at, line_of
from registry.domain.evidence import Ambition, Evidence
from registry.domain.normal import Z95
from registry.domain.period import Period
from registry.domain.point import exact_text, scale_of
from registry.domain.progress_rule import RULES, ProgressRule
from registry.domain.template import progress_rule_of, terms_of
from registry.domain.value import figure

PAST_YEARS = 5
"""How far back a place's own pace is looked at."""
FEWEST_PEERS = 5
"""Below this a percentile says more than its members can bear."""


class OwnPace(msgspec.Struct, frozen=True):
    """What the place achieved per year between two of its years up to the baseline, positive where better."""

    first: Mark
    last: Mark
    years: Fraction
    annual: Fraction


class PeerStanding(msgspec.Struct, frozen=True):
    """Where a required pace stands among what members achieved."""

    percentile: Fraction
    median: Fraction
    ninetieth: Fraction


class Dip(msgspec.Struct, frozen=True):
    """By how much the baseline lies on the worse side of where the earlier years pointed; clear where outside their 90 % interval."""

    years: int
    predicted: Forecast
    depth: Fraction
    clear: bool


def ambition_of(evidence: Evidence) -> Ambition:
    """Every figure of how much the target asks; all null on the data development agenda."""
    if evidence.variant.measure is None:
        return Ambition(peers=len(evidence.peers))
    required, own, ahead = required_pace(evidence), own_pace(evidence), forecast_of(evidence)
    peers, fall, due = peer_standing(evidence), dip(evidence), target_period(evidence)
    anew, words = restated(evidence)
    return Ambition(
        required_annual_improvement=figure(required),
        own_annual_improvement=figure(own.annual) if own else None,
        own_years=figure(own.years) if own else None,
        forecast=figure(ahead.value) if ahead else None,
        forecast_low=figure(ahead.low) if ahead else None,
        forecast_high=figure(ahead.high) if ahead else None,
        forecast_period=due.code if ahead and due else None,
        peers=len(evidence.peers),
        peer_percentile=figure(peers.percentile) if peers else None,
        peer_median=figure(peers.median) if peers else None,
        peer_90th=figure(peers.ninetieth) if peers else None,
        baseline95=figure(baseline_band(evidence)),
        noise95=figure(noise(evidence)),
        dip=figure(fall.depth) if fall else None,
        restated_target=figure(anew),
        restated_words=words,
    )


def required_pace(evidence: Evidence) -> Fraction | None:
    """What the target asks per year from the baseline on, positive where better; null without both, or a time between them."""
    start, aim, years = start_of(evidence), target_value(evidence), horizon(evidence)
    if start is None or aim is None or years is None or years <= 0:
        return None
    return sign(evidence) * (aim - start.figure) / years


def own_pace(evidence: Evidence) -> OwnPace | None:
    """What the place achieved over up to five years before its baseline; null with fewer than two comparable years."""
    before = years_before(evidence)
    recent = [mark for mark in before if before[-1].period.ordinal - mark.period.ordinal <= 12 * PAST_YEARS]
    if len(recent) < 2:
        return None
    first, last = recent[0], recent[-1]
    years = Fraction(last.period.ordinal - first.period.ordinal, 12)
    return OwnPace(first, last, years, sign(evidence) * (last.figure - first.figure) / years)


def forecast_of(evidence: Evidence) -> Forecast | None:
    """Where the years up to the baseline point at the target's period; null with fewer than three."""
    return _pointing(evidence, years_before(evidence), target_period(evidence))


def dip(evidence: Evidence) -> Dip | None:
    """How the baseline stands to the line of the three or more years before it; null with fewer."""
    before = years_before(evidence)
    predicted = _pointing(evidence, before[:-1], before[-1].period) if before else None
    if predicted is None:
        return None
    start, wanted = before[-1].figure, sign(evidence)
    edge = predicted.low if wanted > 0 else predicted.high
    clear = edge is not None and wanted * (float(start) - edge) < 0
    return Dip(len(before) - 1, predicted, wanted * (Fraction(predicted.value) - start), clear)


def peer_standing(evidence: Evidence) -> PeerStanding | None:
    """Where the required pace stands among the members' own; those on a par with it count half. Null without either."""
    required = required_pace(evidence)
    paces = sorted(exact_text(peer.annual_improvement) for peer in evidence.peers)
    if required is None or not paces:
        return None
    slower = sum(pace < required for pace in paces) + Fraction(sum(pace == required for pace in paces), 2)
    return PeerStanding(100 * slower / len(paces), _quantile(paces, Fraction(1, 2)), _quantile(paces, Fraction(9, 10)))


def baseline_band(evidence: Evidence) -> float | None:
    """Half the 95 % band that sampling alone puts around the baseline; null where nobody knows how many people stand behind it."""
    start, scale = start_of(evidence), scale_of(terms_of(evidence.template))
    if start is None:
        return None
    if start.standard_error is not None:
        return Z95 * start.standard_error
    if scale is None or not start.people:
        return None
    return sampling95(float(start.figure / scale), start.people, float(scale))


def noise(evidence: Evidence) -> float | None:
    """By how much baseline and a later figure of as many people may differ through chance alone (95 %), by the template's rule."""
    start, aim, scale = start_of(evidence), target_value(evidence), scale_of(terms_of(evidence.template))
    if start is None or aim is None:
        return None
    if start.standard_error is not None:
        return Z95 * math.sqrt(2) * start.standard_error
    if scale is None or not start.people:
        return None
    rule = evidence.rule or RULES.get(progress_rule_of(evidence.template), RULES["plain@1"])
    share = min(max((start.figure + aim) / (2 * scale), Fraction(0)), Fraction(1))
    return change95(float(share), start.people, float(scale), rule)


def sampling95(share: float, people: int, scale: float) -> float:
    """Half the 95 % band around one share.

    >>> round(sampling95(0.5, 383, 100), 1)
    5.0
    """
    return Z95 * scale * math.sqrt(_chance(share, people) / people)


def change95(share: float, people: int, scale: float, rule: ProgressRule) -> float:
    """The smallest change between two cohorts of ``people`` that is clear at 95 %, about ``share``.

    >>> round(change95(0.5, 100, 100, RULES["plain@1"]), 1), round(change95(0.5, 1000, 100, RULES["plain@1"]), 1)
    (13.9, 4.4)
    """
    return Z95 * scale * math.sqrt(rule.phi * _chance(share, people) * 2 / people + 2 * (rule.tau / 100) ** 2)


def _chance(share: float, people: int) -> float:
    """What p (1 - p) is; at 0 or 1 with half a person more on the empty side."""
    inside = 0.5 / (people + 1) if share <= 0 or share >= 1 else share
    return inside * (1 - inside)


def _pointing(evidence: Evidence, before: Sequence[Mark], period: Period | None) -> Forecast | None:
    """The forecast of some years for a period, in bounds; null where it has no interval."""
    if period is None:
        return None
    scale = scale_of(terms_of(evidence.template))
    values, counts = [float(mark.figure) for mark in before], [mark.people for mark in before]
    errors = [mark.standard_error**2 for mark in before if mark.standard_error is not None]
    least = 0.0 if scale is None else chance_variance(values, counts, scale=float(scale))
    least = math.fsum(errors) / len(errors) if errors else least
    line = line_of([(mark.period.ordinal / 12, value) for mark, value in zip(before, values, strict=True)], least)
    if line is None or line.variance is None:
        return None
    return forecast_at(line, period.ordinal / 12, evidence.template.indicator.bounds)


def _quantile(ordered: Sequence[Fraction], share: Fraction) -> Fraction:
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
