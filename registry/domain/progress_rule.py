"""Whether a series improves, declines or is maintained, by a published rule, and on what evidence that is said.

No public numeric rule exists for what improving means (StriveTogether publishes none), so each rule is a versioned document and every
answer carries its id. Absence of evidence is not maintenance: what nobody can say is ``indeterminate``, with the reason. Twins:
``trend.sql`` under ``registry/sql/macros`` and ``registry/sql/rollup/progress.sql``.

What the text leaves open is decided so:

- a series with a standard error at one end only has no known error: a sample's weighted counts never stand in;
- a standard error of 0 at both ends (a controlled estimate) is no error known, since nothing can be divided by it;
- a printed value with its denominator, and no rounding declared, is the share it prints;
- for a rate, a share is judged and then multiplied by ``per``, ``tau`` with it;
- participation is denominator over eligible, at whichever end ``eligible`` is known, and not asked of a sample;
- where too few people or their participation forbid a verdict, no figure of the test is given either;
- bounded ends give a verdict and no figures of a test; that both corners cannot tell is ``within_noise``;
- ``threshold`` judges printed values as printed; a cell published as a range has none, whatever its corners say.

>>> RULES["cohort@1"].phi
1.8
"""

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from registry.domain.ids import Line, Text
from registry.domain.normal import Z90, Z95, two_sided_p
from registry.domain.period import Period
from registry.domain.point import Reading, Terms, meaningful, scale_of, sign_of, within
from registry.domain.rule import Found, Rule

Trend = Literal["improving", "declining", "maintaining", "indeterminate"]
Evidence = Literal["counts", "standard_errors", "bounds_with_counts", "threshold", "none"]

FEWEST_PEOPLE = 20
"""Below this the normal approximation, and any wish to say something about so few people, ends."""
LEAST_PARTICIPATION = 95
"""Percent of the eligible who must be in the denominator (ESEA section 1111(c)(4)(E) asks for 95 % tested)."""
MOVED_PARTICIPATION = 5
"""Points by which participation may not move between the two ends."""


RuleId = Annotated[
    str,
    Meta(
        pattern="^[a-z0-9]+(-[a-z0-9]+)*@[1-9][0-9]{0,8}$", max_length=90, description="a rule and its edition: plain@1"
    ),
]


class ProgressRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A published rule: a change varies ``phi`` times as much as chance has it, each end by ``tau`` points of a percent besides."""

    id: RuleId
    method: Literal["tested", "threshold"]
    phi: Annotated[float, Meta(ge=1, le=1000)]
    tau: Annotated[float, Meta(ge=0, le=100)]
    title: Line
    source: Text


RULES = {
    rule.id: rule
    for rule in (
        ProgressRule(
            "plain@1",
            "tested",
            1.0,
            0.0,
            "A change counts when it is meaningful and larger than chance",
            "Two-proportion z test on the pooled share; Wald 90 % interval",
        ),
        ProgressRule(
            "cohort@1",
            "tested",
            1.8,
            1.2,
            "A change counts when it is meaningful and larger than cohorts usually differ",
            "As plain@1; phi and tau fitted on public district changes in two states, for shares above a cut of a test",
        ),
        ProgressRule(
            "threshold@1",
            "threshold",
            1.0,
            0.0,
            "A change counts when it is meaningful, whatever chance may do",
            "The meaningful change of the template alone; no error is looked at",
        ),
    )
}
"""The rules that ship, by id."""


def _shipped(name: str) -> Iterator[Found]:
    if name in RULES:
        yield "/id", f"{name} ships with this program and cannot be published anew.", "Give it an id of your own."


def _untested(method: str, phi: float, tau: float) -> Iterator[Found]:
    if method == "threshold" and (phi, tau) != (1, 0):
        detail = "A threshold looks at no error, so phi and tau would say nothing."
        yield "/phi", detail, 'Write "phi": 1 and "tau": 0, or the method "tested".'


RULES_OF_A_PROGRESS_RULE = (
    Rule(code="rule-shipped", needs=("/id",), check=_shipped),
    Rule(code="rule-untested", needs=("/method", "/phi", "/tau"), check=_untested),
)
"""What the published schema cannot say, asked of every progress rule before it is published."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule says of one series, and the test behind it where there was one."""

    trend: Trend
    evidence: Evidence
    reason: str | None = None
    held: bool | None = None
    se: float | None = None
    z: float | None = None
    p_value: float | None = None
    improvement_ci90: tuple[float, float] | None = None


def judge(baseline: Reading, latest: Reading, terms: Terms, rule: ProgressRule) -> Verdict:
    """The trend between two comparable points of one series, ``latest`` after ``baseline``."""
    if rule.method == "threshold":
        return _by_threshold(baseline, latest, terms)
    evidence = evidence_of(baseline, latest)
    if evidence == "none":
        return Verdict(trend="indeterminate", reason="no_error_known", evidence=evidence)
    if evidence != "standard_errors" and (reason := unfit_people(baseline, latest)):
        return Verdict(trend="indeterminate", reason=reason, evidence=evidence)
    if evidence == "standard_errors":
        return _by_sample(baseline, latest, terms)
    falling, rising = (_at_corner(baseline, latest, terms, rule, rising) for rising in (False, True))
    if evidence == "counts":
        return rising
    if falling.trend != rising.trend:
        return Verdict(trend="indeterminate", reason="bounds", evidence=evidence)
    return Verdict(trend=rising.trend, reason=rising.reason, evidence=evidence)


def evidence_of(*cells: Reading) -> Evidence:
    """What a test of a difference may lean on: a sample's standard errors, else the people behind each figure."""
    errors = tuple(cell.standard_error for cell in cells)
    if any(error is not None for error in errors):
        figures = all(cell.figure is not None for cell in cells)
        return "standard_errors" if figures and None not in errors and any(errors) else "none"
    if any(cell.people is None for cell in cells):
        return "none"
    return "bounds_with_counts" if any(cell.bounded for cell in cells) else "counts"


def overlap(first: Period, second: Period) -> Fraction:
    """The share of time that two multi-year periods of one length have in common; 0 for periods of any other kind.

    Source: U.S. Census Bureau, instructions for statistical testing of ACS estimates: C is the overlap over the length.
    """
    if first.kind != "multi-year":
        return Fraction(0)
    return max(Fraction(0), 1 - Fraction(second.ordinal - first.ordinal, first.months))


def unfit_people(baseline: Reading, latest: Reading) -> str | None:
    """Why counts of one group may not be tested: ``too_few_people``, or ``participation``; null where they may."""
    ends = (baseline, latest)
    if any(end.people is not None and end.people < FEWEST_PEOPLE for end in ends):
        return "too_few_people"
    known = [(end.people, end.eligible) for end in ends if end.people and end.eligible and end.eligible > 0]
    percents = [Fraction(100 * people, eligible) for people, eligible in known]
    low = any(percent < LEAST_PARTICIPATION for percent in percents)
    moved = len(percents) == len(ends) and abs(percents[1] - percents[0]) >= MOVED_PARTICIPATION
    return "participation" if low or moved else None


def _by_threshold(baseline: Reading, latest: Reading, terms: Terms) -> Verdict:
    if baseline.figure is None or latest.figure is None:
        return Verdict(trend="indeterminate", reason="bounds", evidence="none")
    improvement = sign_of(terms) * (latest.figure - baseline.figure)
    trend: Trend = "maintaining"
    if abs(improvement) >= meaningful(terms):
        trend = "improving" if improvement > 0 else "declining"
    return Verdict(trend=trend, evidence="threshold")


def _by_sample(baseline: Reading, latest: Reading, terms: Terms) -> Verdict:
    assert baseline.figure is not None
    assert latest.figure is not None
    errors = (baseline.standard_error or 0.0) ** 2 + (latest.standard_error or 0.0) ** 2
    se = math.sqrt(float(1 - overlap(baseline.period, latest.period)) * errors)
    return _tested(sign_of(terms) * (latest.figure - baseline.figure), se, terms, "standard_errors")


def _at_corner(baseline: Reading, latest: Reading, terms: Terms, rule: ProgressRule, rising: bool) -> Verdict:
    """The test at one extreme corner of the ranges: lowest to highest (rising), or highest to lowest."""
    first, share0 = (baseline.low, baseline.share_low) if rising else (baseline.high, baseline.share_high)
    last, share1 = (latest.high, latest.share_high) if rising else (latest.low, latest.share_low)
    assert first is not None
    assert last is not None
    se = _binomial_error((share0, baseline.people), (share1, latest.people), terms, rule)
    return _tested(sign_of(terms) * (last - first), se, terms, "counts")


Share = tuple[Fraction | None, int | None]


def _binomial_error(first: Share, last: Share, terms: Terms, rule: ProgressRule) -> float:
    """The error of the difference of two shares, each with its people, in points, on the pooled share."""
    (p0, n0), (p1, n1), scale = first, last, scale_of(terms)
    assert p0 is not None
    assert p1 is not None
    assert n0 is not None
    assert n1 is not None
    assert scale is not None
    pooled = (p0 * n0 + p1 * n1) / (n0 + n1)
    if pooled in {0, 1}:  # (x + .5) / (n + 1); at 1 its mirror image, whose p (1 - p) is the same
        pooled = Fraction(1, 2) / (n0 + n1 + 1)
    chance = rule.phi * float(pooled * (1 - pooled)) * (1 / n0 + 1 / n1)
    return float(scale) * math.sqrt(chance + 2 * (rule.tau / 100) ** 2)


def _tested(improvement: Fraction, se: float, terms: Terms, evidence: Evidence) -> Verdict:
    gained = float(improvement)
    z, edge = gained / se, within(terms)
    low, high = gained - Z90 * se, gained + Z90 * se
    trend: Trend = "indeterminate"
    if abs(z) >= Z95 and abs(improvement) >= meaningful(terms):
        trend = "improving" if improvement > 0 else "declining"
    elif low > -edge and high < edge:
        trend = "maintaining"
    return Verdict(
        trend=trend,
        reason="within_noise" if trend == "indeterminate" else None,
        held=low > -edge and trend != "declining",
        evidence=evidence,
        se=se,
        z=z,
        p_value=two_sided_p(z),
        improvement_ci90=(low, high),
    )
