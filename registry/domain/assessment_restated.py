"""What an equal aim would be after the test or its cut has changed: a proposal, to be signed again, never automatic.

Where a break lies between baseline and target, the same distance on the score scale is kept, if scores stay near normal with equal
spread: ``Phi(z(T) - z(last old) + z(first new))``, break by break. The last year on the old cut and the first on the new one are two
cohorts, so whatever changed between them enters the proposal too.
"""

from fractions import Fraction

from registry.domain.assessment_series import Mark, breaks_between, in_words, marks, start_period, target_value
from registry.domain.evidence import Evidence
from registry.domain.normal import STANDARD, quantile
from registry.domain.period import Period
from registry.domain.point import scale_of
from registry.domain.template import terms_of


def restated(evidence: Evidence) -> tuple[float | None, str]:
    """The target on the newest cut and how it came about; null, with the reason where there is one, where none can be proposed."""
    broken = [period for period, _ in breaks_between(evidence)]
    aim, scale = target_value(evidence), scale_of(terms_of(evidence.template))
    if not broken or aim is None:
        return None, ""
    if scale is None or not evidence.template.indicator.has_cut:
        return None, "No equal target can be proposed: the indicator has no cut on a score scale."
    here, steps = aim / scale, []
    for place, period in enumerate(broken):
        ends = _ends(evidence, broken, place)
        if ends is None:
            return None, f"An equal target can be proposed once figures on both sides of {period.code} are loaded."
        old, new = ends
        shares = (here, old.figure / scale, new.figure / scale)
        if not all(0 < share < 1 for share in shares):
            return None, "No equal target can be proposed: at 0 or 100 % nobody knows how far the cut is."
        here = Fraction(STANDARD.cdf(quantile(float(here)) - quantile(float(shares[1])) + quantile(float(shares[2]))))
        steps.append(f"{_said(evidence, old)} became {_said(evidence, new)}")
    words = (
        f"An equal aim on the new cut would be {in_words(evidence, here * scale)}, since {', then '.join(steps)} at the "
        "break. It is a proposal, to be signed again, never automatic."
    )
    return float(here * scale), words


def _ends(evidence: Evidence, broken: list[Period], place: int) -> tuple[Mark, Mark] | None:
    """The last year before a break and the first from it on, neither beyond the break before or after."""
    at = broken[place].ordinal
    start = start_period(evidence)
    since = broken[place - 1].ordinal if place else start.ordinal if start else at
    until = broken[place + 1].ordinal if place + 1 < len(broken) else None
    known = marks(evidence)
    old = [mark for mark in known if since <= mark.period.ordinal < at]
    new = [mark for mark in known if at <= mark.period.ordinal and (until is None or mark.period.ordinal < until)]
    return (old[-1], new[0]) if old and new else None


def _said(evidence: Evidence, mark: Mark) -> str:
    return f"{in_words(evidence, mark.figure)} ({mark.period.code})"
