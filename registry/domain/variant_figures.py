"""What a variant's periods, figures and counts must not say: only what would make a figure wrong.

What is unreadable, out of bounds or no share has its own finding, and no other rule builds on it: one fault is told once. Figures
are compared exactly; a value printed to one decimal is right where its counts round to it. Tests: ``tests/domain/test_variant.py``.
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import partial

from registry.domain.period import Period, PeriodKind, Unreadable, read_period
from registry.domain.rule import FAULTY, Found, Rule, items, number, part
from registry.domain.template import Indicator
from registry.domain.value import agrees, printed_rounding

_WRITTEN: dict[PeriodKind, str] = {
    "school-year": "SY2018-19",
    "calendar-year": "CY2019",
    "quarter": "2019-Q3",
    "month": "2019-03",
    "multi-year": "CY2015/2019",
    "entering-cohort": "COHORT2012",
}


def rules_of_figures(indicator: Indicator) -> tuple[Rule, ...]:
    """Every rule that the periods, figures and counts of a variant are asked."""
    dated = ("/baseline", "/target", "/milestones", "/group_targets")
    readable = partial(_periods, indicator)
    return (
        *(Rule(code="period-unreadable", needs=(need,), check=partial(readable, need)) for need in (*dated, "/breaks")),
        Rule(code="period-order", needs=("/baseline", "/target", "/milestones"), check=partial(_order, indicator)),
        Rule(code="period-order", needs=("/baseline", "/group_targets"), check=partial(_group_order, indicator)),
        Rule(code="period-order", needs=("/baseline/periods",), check=partial(_repeated, indicator)),
        *(Rule(code="value-out-of-bounds", needs=(need,), check=partial(_values, indicator, need)) for need in dated),
        Rule(
            code="counts-disagree",
            needs=("/baseline",),
            check=partial(_counts, indicator),
            after=("value-out-of-bounds",),
        ),
        Rule(
            code="target-wrong-side",
            needs=("/baseline", "/target"),
            check=partial(_aim, indicator),
            after=("value-out-of-bounds",),
        ),
        Rule(
            code="milestone-backwards",
            needs=("/baseline", "/target", "/milestones"),
            check=partial(_backwards, indicator),
            severity="warning",
            after=("value-out-of-bounds", "period-order"),
        ),
    )


def _periods(indicator: Indicator, pointer: str, document: object) -> Iterator[Found]:
    for place, label in _labels(pointer, document):
        read = read_period(label, indicator.period)
        if isinstance(read, Unreadable):
            yield place, read.detail, f"In a document write it such as {_WRITTEN[indicator.period]}."
        elif read.code != label:
            yield place, f"In a document the period {label!r} is written {read.code!r}.", f"Write {read.code!r}."


def _labels(pointer: str, document: object) -> Iterator[tuple[str, str]]:
    """Every period that a part of a variant names, with its pointer."""
    found = [(f"{pointer}/period", part(document, "period"))]
    found += [(f"{pointer}/periods/{place}", label) for place, label in enumerate(items(part(document, "periods")))]
    found += [(f"{pointer}/{place}/period", part(entry, "period")) for place, entry in enumerate(items(document))]
    return ((place, label) for place, label in found if isinstance(label, str))


def _read(indicator: Indicator, label: object) -> Period | None:
    read = read_period(label, indicator.period) if isinstance(label, str) else None
    return read if isinstance(read, Period) else None


def _start(indicator: Indicator, baseline: object) -> Period | None:
    """The baseline's period; of several the last."""
    labels = (part(baseline, "period"), *items(part(baseline, "periods")))
    read = [period for label in labels if (period := _read(indicator, label)) is not None]
    return max(read, key=lambda period: period.ordinal, default=None)


def _order(indicator: Indicator, baseline: object, target: object, milestones: object) -> Iterator[Found]:
    start, end = _start(indicator, baseline), _read(indicator, part(target, "period"))
    if start and end and end.ordinal <= start.ordinal:
        detail = f"The target's period {end.code} is not after the baseline's, {start.code}."
        yield "/target/period", detail, "Name a later period."
        return
    last: Period | None = None
    for place, milestone in enumerate(items(milestones)):
        here = _read(indicator, part(milestone, "period"))
        if here is None:
            continue
        pointer = f"/milestones/{place}/period"
        if (start and here.ordinal <= start.ordinal) or (end and here.ordinal >= end.ordinal):
            detail = f"The milestone of {here.code} does not lie between the baseline and the target."
            yield pointer, detail, f"Name a period {_between(start, end)}."
        elif last and here.ordinal <= last.ordinal:
            yield (
                pointer,
                f"The milestone of {here.code} does not come after that of {last.code}.",
                "Put them in order.",
            )
        last = max(last or here, here, key=lambda period: period.ordinal)


def _between(start: Period | None, end: Period | None) -> str:
    after = f"after {start.code}" if start else ""
    before = f"before {end.code}" if end else ""
    return " and ".join(side for side in (after, before) if side)


def _group_order(indicator: Indicator, baseline: object, groups: object) -> Iterator[Found]:
    start = _start(indicator, baseline)
    for place, entry in enumerate(items(groups)):
        end = _read(indicator, part(entry, "period"))
        if start and end and end.ordinal <= start.ordinal:
            detail = f"The group's target period {end.code} is not after the baseline's, {start.code}."
            yield f"/group_targets/{place}/period", detail, "Name a later period."


def _repeated(indicator: Indicator, periods: object) -> Iterator[Found]:
    seen: set[str] = set()
    for place, label in enumerate(items(periods)):
        read = _read(indicator, label)
        if read is not None and read.code in seen:
            yield f"/baseline/periods/{place}", f"The period {read.code} stands twice.", "Keep one of the two."
        if read is not None:
            seen.add(read.code)


def _values(indicator: Indicator, pointer: str, document: object) -> Iterator[Found]:
    low, high = indicator.bounds
    found = [(pointer, document), *((f"{pointer}/{place}", entry) for place, entry in enumerate(items(document)))]
    for place, entry in found:
        value = number(part(entry, "value"))
        if value is not None and not _inside(indicator, value):
            detail = f"{value:,.12g} is outside the indicator's bounds ({_end(low)} to {_end(high)})."
            yield f"{place}/value", detail, "Check the figure and its unit."


def _inside(indicator: Indicator, value: float) -> bool:
    low, high = indicator.bounds
    return (low is None or value >= low) and (high is None or value <= high)


def _end(end: float | None) -> str:
    return "no end" if end is None else f"{end:,.12g}"


def _counts(indicator: Indicator, baseline: object) -> Iterator[Found]:
    numerator, denominator, value = (part(baseline, name) for name in ("numerator", "denominator", "value"))
    if FAULTY in {numerator, denominator}:
        return
    if not isinstance(numerator, int) or not isinstance(denominator, int):
        if numerator is not None or (denominator is not None and value is None):
            hint = "Give numerator and denominator, or the value alone."
            yield "/baseline", "The baseline gives one of the two counts without the other.", hint
        return
    if not _share(indicator, numerator, denominator):
        yield "/baseline/numerator", f"{numerator:,} of {denominator:,} is no share.", "Check the two counts."
        return
    printed = number(value)
    if printed is not None and _of_counts(indicator) and not _rounds(indicator, printed, numerator, denominator):
        exact = float(Fraction(numerator, denominator) * _exactly(indicator.per))
        detail = f"The value {printed:,.12g} is not {numerator:,} of {denominator:,}, which is {exact:.2f}."
        yield "/baseline/value", detail, "Correct the value or the counts."


def _of_counts(indicator: Indicator) -> bool:
    return indicator.unit in {"percent", "rate"}


def _share(indicator: Indicator, numerator: int, denominator: int) -> bool:
    return denominator > 0 and not (indicator.unit == "percent" and numerator > denominator)


def _rounds(indicator: Indicator, printed: float, numerator: int, denominator: int) -> bool:
    """Whether the counts' share is the figure as it is printed."""
    return agrees(float(printed), numerator, denominator, rounding=printed_rounding(repr(printed)), per=indicator.per)


def _exactly(value: float) -> Fraction:
    return Fraction(repr(value))


def _starts(indicator: Indicator, baseline: object) -> Iterator[Fraction]:
    """The baseline as printed and as counted, where each can be believed."""
    numerator, denominator, value = (part(baseline, name) for name in ("numerator", "denominator", "value"))
    printed = number(value)
    if printed is not None and _inside(indicator, printed):
        yield _exactly(printed)
    if not isinstance(numerator, int) or not isinstance(denominator, int) or not _of_counts(indicator):
        return
    if _share(indicator, numerator, denominator):
        yield Fraction(numerator, denominator) * _exactly(indicator.per)


def _sign(indicator: Indicator) -> int:
    return 1 if indicator.direction == "increase" else -1


def _aim(indicator: Indicator, baseline: object, target: object) -> Iterator[Found]:
    """A target that only repeats the baseline, also as printed, is one to hold it (a *maintain* target)."""
    aimed, starts = number(part(target, "value")), tuple(_starts(indicator, baseline))
    if aimed is None or not starts:
        return
    if any(_sign(indicator) * (_exactly(aimed) - start) >= 0 for start in starts):
        return
    if len(starts) == 1 and abs(_exactly(aimed) - starts[0]) <= Fraction(repr(printed_rounding(repr(aimed)))) / 2:
        return
    wanted = "more" if indicator.direction == "increase" else "less"
    detail = (
        f"The target {aimed:,.12g} is worse than the baseline {float(starts[0]):,.12g}: the template wants {wanted}."
    )
    yield "/target/value", detail, "Check both figures; to hold the level, give the baseline as the target."


def _backwards(indicator: Indicator, baseline: object, target: object, milestones: object) -> Iterator[Found]:
    sign, aimed = _sign(indicator), number(part(target, "value"))
    reached = min((sign * start for start in _starts(indicator, baseline)), default=None)
    end = None if aimed is None else sign * _exactly(aimed)
    if reached is not None and end is not None and end < reached:
        return
    for place, milestone in enumerate(items(milestones)):
        value = number(part(milestone, "value"))
        if value is None or not _inside(indicator, value):
            continue
        here, pointer = sign * _exactly(value), f"/milestones/{place}/value"
        if reached is not None and here < reached:
            yield pointer, f"The milestone {value:,.12g} goes back behind what stands before it.", "Check the figures."
        elif end is not None and here > end:
            yield pointer, f"The milestone {value:,.12g} goes beyond the target.", "Check the figures."
        else:
            reached = here
