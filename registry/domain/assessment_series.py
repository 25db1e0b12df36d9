"""Where a measure starts, which of its years may be compared with that start, and how its figures read in a sentence.

The loaded observation at the baseline's period is the baseline; without one it is what the document declares, its counts before its
printed value. Years before a break without a bridge are another series.
"""

from fractions import Fraction

import msgspec

from registry.domain.evidence import Evidence
from registry.domain.period import Period, period_of, years_between
from registry.domain.point import Reading, exact_text, reading_of, scale_of, sign_of
from registry.domain.template import stated_default, terms_of
from registry.domain.value import shown
from registry.domain.variant import Break


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """One year's figure, exactly, with the people behind it, or the standard error of a sample."""

    period: Period
    figure: Fraction
    people: int | None = None
    standard_error: float | None = None


def period_or_none(code: str | None) -> Period | None:
    """The period of a code; null where there is none or it is no code."""
    try:
        return None if code is None else period_of(code)
    except ValueError:
        return None


def start_period(evidence: Evidence) -> Period | None:
    """The baseline's period; of several the last."""
    baseline = evidence.variant.baseline
    codes = () if baseline is None else (baseline.period, *baseline.periods)
    read = [period for code in codes if (period := period_or_none(code)) is not None]
    return max(read, key=lambda period: period.ordinal, default=None)


def target_period(evidence: Evidence) -> Period | None:
    """The target's period."""
    target = evidence.variant.target
    return None if target is None else period_or_none(target.period)


def target_value(evidence: Evidence) -> Fraction | None:
    """The target as it is printed."""
    target = evidence.variant.target
    return None if target is None else exact_text(target.value)


def horizon(evidence: Evidence) -> Fraction | None:
    """Years from baseline to target; null where either is lacking or the two cannot be counted from each other."""
    first, last = start_period(evidence), target_period(evidence)
    try:
        return None if first is None or last is None else years_between(first, last)
    except ValueError:
        return None


def loaded_at(evidence: Evidence, period: Period | None) -> Reading | None:
    """What was loaded for a period; null where nothing was, or a reason for its absence."""
    point = next((point for point in evidence.history if period is not None and point.period == period.code), None)
    return reading_of(point, terms_of(evidence.template))


def declared_figures(evidence: Evidence) -> tuple[Fraction, ...]:
    """The baseline as counted and as printed, as far as the document declares it."""
    baseline = evidence.variant.baseline
    if baseline is None:
        return ()
    scale, figures = scale_of(terms_of(evidence.template)), []
    if scale is not None and baseline.numerator is not None and baseline.denominator:
        figures.append(scale * Fraction(baseline.numerator, baseline.denominator))
    if baseline.value is not None:
        figures.append(exact_text(baseline.value))
    return tuple(figures)


def start_of(evidence: Evidence) -> Mark | None:
    """The baseline: as loaded at its period, else as declared; null where neither gives a figure."""
    period, baseline = start_period(evidence), evidence.variant.baseline
    if period is None or baseline is None:
        return None
    single = baseline.period is not None and not baseline.periods
    loaded = loaded_at(evidence, period) if single else None
    if loaded is not None and loaded.figure is not None:
        people = loaded.people or baseline.denominator
        return Mark(period=period, figure=loaded.figure, people=people, standard_error=loaded.standard_error)
    figures = declared_figures(evidence)
    return Mark(period=period, figure=figures[0], people=baseline.denominator) if figures else None


def marks(evidence: Evidence) -> tuple[Mark, ...]:
    """Every year that has a figure, the baseline among them, in order; years of another kind of period are left out."""
    kind, terms, start = evidence.template.indicator.period, terms_of(evidence.template), start_of(evidence)
    readings = [reading for point in evidence.history if (reading := reading_of(point, terms)) is not None]
    known = {
        reading.period.ordinal: Mark(
            period=reading.period,
            figure=reading.figure,
            people=reading.people,
            standard_error=reading.standard_error,
        )
        for reading in readings
        if reading.figure is not None and reading.period.kind == kind
    }
    if start is not None and start.period.kind == kind:
        known[start.period.ordinal] = start
    return tuple(known[ordinal] for ordinal in sorted(known))


def open_breaks(evidence: Evidence) -> tuple[tuple[Period, Break], ...]:
    """Every break that no bridge spans, in order of periods."""
    dated = [(period_or_none(entry.period), entry) for entry in evidence.variant.breaks if not entry.bridge]
    read = [(period, entry) for period, entry in dated if period is not None]
    return tuple(sorted(read, key=lambda pair: pair[0].ordinal))


def breaks_between(evidence: Evidence) -> tuple[tuple[Period, Break], ...]:
    """The breaks without a bridge after the baseline and up to the target."""
    first, last = start_period(evidence), target_period(evidence)
    if first is None or last is None:
        return ()
    return tuple(pair for pair in open_breaks(evidence) if first.ordinal < pair[0].ordinal <= last.ordinal)


def years_before(evidence: Evidence) -> tuple[Mark, ...]:
    """The years up to the baseline and with it, back to the last break without a bridge."""
    start = start_of(evidence)
    if start is None:
        return ()
    here = start.period.ordinal
    since = max((period.ordinal for period, _ in open_breaks(evidence) if period.ordinal <= here), default=0)
    return tuple(mark for mark in marks(evidence) if since <= mark.period.ordinal <= here)


def sign(evidence: Evidence) -> int:
    """+1 where more is wanted, else -1."""
    return sign_of(terms_of(evidence.template))


def stated(evidence: Evidence, facet: str) -> object:
    """What the measure says on a facet, or is taken to say; null where nobody says anything."""
    said = (evidence.variant.measure or {}).get(facet)
    return stated_default(evidence.template, facet) if said is None else said


def judged(evidence: Evidence, facet: str) -> bool:
    """Whether the template compares measures by a facet."""
    rules = [rule for rule in evidence.template.comparability if rule.facet == f"/measure/{facet}"]
    return any((rule.level, rule.progress) != ("any", "any") for rule in rules)


def in_words(evidence: Evidence, figure: float | Fraction, *, against: float | Fraction | None = None) -> str:
    """A figure in its unit: 36.0 %, 12.5 per 1,000, 2.7; beside another one with as many decimals as tell them apart."""
    indicator = evidence.template.indicator
    if indicator.unit == "percent":
        return f"{shown(figure, against=against)} %"
    plain = f"{float(figure):,.6g}"
    return f"{plain} per {indicator.per:,.12g}" if indicator.unit == "rate" else plain


def change_in_words(evidence: Evidence, change: float | Fraction, *, against: float | Fraction = 0.0) -> str:
    """A difference of two figures: 13.9 points for percents, else in the unit; with as many decimals as tell it from another one."""
    if evidence.template.indicator.unit != "percent":
        return in_words(evidence, change)
    text = shown(change, against=against)
    return f"{text} {'point' if text in {'1.0', '-1.0'} else 'points'}"


def years_in_words(years: float | Fraction) -> str:
    """A number of years: 1 year, 2.5 years.

    >>> years_in_words(1), years_in_words(Fraction(5, 2))
    ('1 year', '2.5 years')
    """
    text = f"{float(years):.4g}"
    return f"{text} year" if text == "1" else f"{text} years"


def mark_in_words(evidence: Evidence, mark: Mark) -> str:
    """One year's figure as a sentence shows it: 21.3 % in SY2018-19 (n = 1,000)."""
    people = "" if mark.people is None else f" (n = {mark.people:,})"
    return f"{in_words(evidence, mark.figure)} in {mark.period.code}{people}"
