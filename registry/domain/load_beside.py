"""What loaded figures say beside the local measure that they are loaded into. It warns; it never blocks a load.

===========================  =================================================================================================
rule                         asked when
===========================  =================================================================================================
baseline-differs             the loaded figure of the baseline's period is not the declared one (the loaded one is used)
target-behind-baseline       the target lies on the wrong side of the loaded baseline
sample-without-error         the measure is a sample and its figures come without an error
error-without-sample         figures come with an error though the measure is no sample
outside-version              a period lies outside the years in which the catalogue says that the instrument's version was used
participation-impossible     more people are counted than were eligible
===========================  =================================================================================================
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from registry.domain.finding import Finding
from registry.domain.instrument import InstrumentVersion, outside_version
from registry.domain.listing import PointLine
from registry.domain.template import Template
from registry.domain.value import agrees, exactly, printed_rounding, shown
from registry.domain.variant import Variant


def beside(
    loaded: Sequence[PointLine], variant: Variant, template: Template, version: InstrumentVersion | None
) -> tuple[Finding, ...]:
    """Every doubt about newly loaded points beside their local measure; ``version`` null where the catalogue knows none."""
    start = variant.baseline.period if variant.baseline else None
    found: list[Finding] = []
    for point in loaded:
        if not point.group_key and point.period == start:
            found += _baseline(point, variant, template)
            found += _target(point, variant, template)
        found += _participation(point)
    found += _sample(loaded, variant)
    found += _version(loaded, variant, version)
    return tuple(found)


def _baseline(point: PointLine, variant: Variant, template: Template) -> Iterator[Finding]:
    declared = variant.baseline
    if declared is None:
        return
    counts = (declared.numerator, declared.denominator)
    if None not in counts and None not in (point.numerator, point.denominator):
        if counts != (point.numerator, point.denominator):
            told = f"{point.numerator} of {point.denominator}"
            yield _doubt("baseline-differs", point, _differs(point, f"{counts[0]} of {counts[1]}", told), _WHICH)
    elif declared.value is not None and point.value is not None and not _agree(declared.value, point, template):
        told = _differs(point, f"{declared.value:,.12g}", shown(point.value, decimals=2))
        yield _doubt("baseline-differs", point, told, _WHICH)


def _differs(point: PointLine, declared: str, loaded: str) -> str:
    return f"{point.period}: the local measure declares a baseline of {declared}, the file says {loaded}."


_WHICH = "The loaded figure is used. If it is right, propose the local measure anew with it."


def _agree(declared: float, point: PointLine, template: Template) -> bool:
    """Whether a declared value is the loaded one as far as it is printed."""
    rounding = printed_rounding(f"{declared:.12g}")
    if point.numerator is not None and point.denominator and template.indicator.unit in {"percent", "rate"}:
        return agrees(declared, point.numerator, point.denominator, rounding=rounding, per=template.indicator.per)
    return abs(exactly(declared) - exactly(point.value or 0)) <= Fraction(repr(rounding)) / 2


def _target(point: PointLine, variant: Variant, template: Template) -> Iterator[Finding]:
    sign = 1 if template.indicator.direction == "increase" else -1
    target = variant.target
    if target is None or point.value is None or sign * (exactly(target.value) - exactly(point.value)) >= 0:
        return
    if variant.baseline and variant.baseline.value == target.value:
        return  # a maintain target, given as printed
    wanted = "more" if sign > 0 else "less"
    behind = f"The target {target.value:,.12g} is behind the loaded baseline {shown(point.value, decimals=2)} ({point.period})"
    detail = f"{behind}, and {wanted} is wanted."
    yield _doubt(
        "target-behind-baseline",
        point,
        detail,
        "No pace can be told. Propose the local measure anew with another target.",
    )


def _participation(point: PointLine) -> Iterator[Finding]:
    if point.eligible is not None and point.denominator is not None and point.denominator > point.eligible:
        detail = f"{point.period}: {point.denominator:,} people are counted and {point.eligible:,} were eligible."
        yield _doubt("participation-impossible", point, detail, "Check which column holds which of the two.")


def _sample(loaded: Sequence[PointLine], variant: Variant) -> Iterator[Finding]:
    """Whether errors are there exactly where the measure is a sample; one doubt for all points."""
    sampled = (variant.measure or {}).get("sampling") == "sample"
    odd = [point for point in loaded if point.value is not None and (point.standard_error is None) == sampled]
    if odd and sampled:
        detail = f"{odd[0].period}: the measure is a sample and no error is given, so nobody can say how much of a change is chance."
        yield _doubt(
            "sample-without-error", odd[0], detail, "Map the column of the standard error or of the margin of error."
        )
    elif odd:
        detail = (
            f"{odd[0].period}: an error is given though the measure is no sample; its figures enter no pooled level."
        )
        yield _doubt(
            "error-without-sample", odd[0], detail, 'Write "sampling": "sample" in the measure, or leave the error out.'
        )


def _version(loaded: Sequence[PointLine], variant: Variant, version: InstrumentVersion | None) -> Iterator[Finding]:
    """One doubt for all the periods that lie outside, at the first of them."""
    if version is None:
        return
    breaks = [entry.period for entry in variant.breaks]
    outside = [(point, reason) for point in loaded if (reason := outside_version(version, point.period, breaks))]
    if outside:
        point, reason = outside[0]
        periods = sorted({entry.period for entry, _ in outside})
        more = f" (and {len(periods) - 1} more)" if len(periods) > 1 else ""
        yield _doubt(
            "outside-version",
            point,
            f"{point.period}{more} {reason}.",
            "Declare a break in the local measure, or name the right version.",
        )


def _doubt(rule: str, point: PointLine, detail: str, hint: str) -> Finding:
    return Finding(
        rule=rule, severity="warning", file=point.file or None, row=point.row or None, detail=detail, hint=hint
    )
