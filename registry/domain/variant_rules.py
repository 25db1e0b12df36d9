"""What a variant must not say: the faults that only show beside its template, its community and the catalogue.

Each rule is asked of the raw document, so that all faults are found at once (``rule.py``). Whether the result is SMART is
assessed elsewhere: here stands only what would make a figure wrong. Tests: ``tests/domain/test_variant.py``.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import msgspec

from registry.domain.group import CODE_LISTS
from registry.domain.instrument import Instrument
from registry.domain.period import Period, Unreadable, read_period
from registry.domain.refusal import meant
from registry.domain.rule import Found, Rule
from registry.domain.template import Template, facets_of, stated_default
from registry.domain.value import agrees, printed_rounding


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What a variant is judged beside: its template, the catalogue, and its community's other headline variants."""

    template: Template
    instruments: Mapping[str, Instrument]
    headlines: tuple[str, ...] = ()
    benchmarks: tuple[str, ...] = ()


def rules_of_a_variant(around: Surroundings) -> tuple[Rule, ...]:
    """Every rule that a variant of this template is asked."""
    template = around.template

    def periods(baseline: object, target: object, milestones: object, breaks: object, groups: object) -> Iterator[Found]:
        for pointer, label in _labels(baseline, target, milestones, breaks, groups):
            read = read_period(label, template.indicator.period)
            if isinstance(read, Unreadable):
                yield pointer, read.detail, read.hint
            elif read.code != label:
                yield pointer, f"The period {label!r} is written {read.code!r} in a document.", f"Write {read.code!r}."

    def order(baseline: object, target: object, milestones: object) -> Iterator[Found]:
        return _order(template, baseline, target, milestones)

    def values(baseline: object, target: object, milestones: object) -> Iterator[Found]:
        return _values(template, baseline, target, milestones)

    def aim(baseline: object, target: object) -> Iterator[Found]:
        return _aim(template, baseline, target)

    def headline(flag: bool | None) -> Iterator[Found]:
        if flag is not False and around.headlines:
            yield (
                "/headline",
                f"{around.headlines[0]!r} already is this community's headline measure of {template.id!r}.",
                'Write "headline": false here, or propose the other one anew without it.',
            )

    def benchmark(reference: str | None) -> Iterator[Found]:
        if reference is not None and reference not in around.benchmarks:
            yield "/benchmark", f"There is no reference series {reference!r}.", meant(reference, list(around.benchmarks))

    return (
        Rule(code="facet-unknown", needs=("/measure",), check=lambda measure: _facets(template, measure)),
        Rule(code="departure-undeclared", needs=("/measure", "/context/adaptations"), check=lambda m, a: _departures(template, m, a), severity="warning"),
        Rule(code="instrument-unknown", needs=("/measure",), check=lambda measure: _instrument(around.instruments, measure), severity="warning"),
        Rule(code="instrument-version-unknown", needs=("/measure",), check=lambda measure: _version(around.instruments, measure)),
        Rule(code="period-unreadable", needs=("/baseline", "/target", "/milestones", "/breaks", "/group_targets"), check=periods),
        Rule(code="period-order", needs=("/baseline", "/target", "/milestones"), check=order),
        Rule(code="value-out-of-bounds", needs=("/baseline", "/target", "/milestones"), check=values),
        Rule(code="target-wrong-side", needs=("/baseline", "/target"), check=aim),
        Rule(code="counts-disagree", needs=("/baseline",), check=lambda baseline: _counts(template, baseline)),
        Rule(code="group-unknown", needs=("/group_targets",), check=_groups),
        Rule(code="headline-twice", needs=("/headline",), check=headline),
        Rule(code="benchmark-unknown", needs=("/benchmark",), check=benchmark),
    )


def _part(document: object, name: str) -> object:
    return document.get(name) if isinstance(document, Mapping) else None


def _items(document: object) -> Sequence[object]:
    return document if isinstance(document, list) else ()


def _labels(baseline: object, target: object, milestones: object, breaks: object, groups: object) -> Iterator[tuple[str, str]]:
    """Every period a variant names, with its pointer."""
    found: list[tuple[str, object]] = [("/baseline/period", _part(baseline, "period")), ("/target/period", _part(target, "period"))]
    found += [(f"/baseline/periods/{place}", label) for place, label in enumerate(_items(_part(baseline, "periods")))]
    for pointer, listed in (("/milestones", milestones), ("/breaks", breaks), ("/group_targets", groups)):
        found += [(f"{pointer}/{place}/period", _part(entry, "period")) for place, entry in enumerate(_items(listed))]
    return ((pointer, label) for pointer, label in found if isinstance(label, str))


def _facets(template: Template, measure: Mapping[str, object] | None) -> Iterator[Found]:
    known = facets_of(template)
    for facet in measure or {}:
        if facet not in known:
            yield f"/measure/{facet}", f"The template {template.id}@{template.version} has no facet {facet!r}.", meant(facet, known)


def departures(template: Template, measure: Mapping[str, object]) -> tuple[str, ...]:
    """The facets on which a measure departs from what the template states (its const or default; the indicator's construct)."""
    return tuple(
        facet
        for facet in facets_of(template)
        if facet in measure and stated_default(template, facet) is not None and measure[facet] != stated_default(template, facet)
    )


def _departures(template: Template, measure: Mapping[str, object] | None, adaptations: object) -> Iterator[Found]:
    declared = {_part(entry, "facet") for entry in _items(adaptations)}
    for facet in departures(template, measure or {}):
        if f"/measure/{facet}" not in declared:
            yield (
                f"/measure/{facet}",
                f"The {facet.replace('_', ' ')} departs from the template ({stated_default(template, facet)!r}) and nobody says why; "
                "until it is declared this measure is compared with no other.",
                f'Add {{"facet": "/measure/{facet}", "why": "..."}} to context.adaptations.',
            )


def _instrument(instruments: Mapping[str, Instrument], measure: Mapping[str, object] | None) -> Iterator[Found]:
    name = _part(measure, "instrument")
    if isinstance(name, str) and name not in instruments:
        yield "/measure/instrument", f"The catalogue has no assessment or data source {name!r}.", meant(name, list(instruments))


def _version(instruments: Mapping[str, Instrument], measure: Mapping[str, object] | None) -> Iterator[Found]:
    instrument = instruments.get(str(_part(measure, "instrument")))
    version = _part(measure, "instrument_version")
    if instrument is None or version is None:
        return
    known = [entry.id for entry in instrument.versions]
    if version not in known:
        yield "/measure/instrument_version", f"{instrument.id!r} has no version {version!r}.", meant(str(version), known)


def _read(template: Template, goal: object) -> Period | None:
    label = _part(goal, "period")
    read = read_period(label, template.indicator.period) if isinstance(label, str) else None
    return read if isinstance(read, Period) else None


def _order(template: Template, baseline: object, target: object, milestones: object) -> Iterator[Found]:
    start, end = _read(template, baseline), _read(template, target)
    if start and end and end.ordinal <= start.ordinal:
        yield "/target/period", f"The target period {end.code} is not after the baseline {start.code}.", "Name a later period."
        return
    last = start
    for place, milestone in enumerate(_items(milestones)):
        here = _read(template, milestone)
        if here is None:
            continue
        if (start and here.ordinal <= start.ordinal) or (end and here.ordinal >= end.ordinal):
            yield f"/milestones/{place}/period", f"The milestone {here.code} is not between the baseline and the target.", "Move it inside."
        elif last is not start and last and here.ordinal <= last.ordinal:
            yield f"/milestones/{place}/period", f"The milestone {here.code} does not come after {last.code}.", "Put milestones in order."
        last = here


def _values(template: Template, baseline: object, target: object, milestones: object) -> Iterator[Found]:
    low, high = template.indicator.bounds
    parts = [("/baseline", baseline), ("/target", target)]
    parts += [(f"/milestones/{place}", entry) for place, entry in enumerate(_items(milestones))]
    for pointer, part in parts:
        value = _part(part, "value")
        if isinstance(value, int | float) and ((low is not None and value < low) or (high is not None and value > high)):
            ends = f"{'' if low is None else format(low, 'g')} to {'' if high is None else format(high, 'g')}"
            yield f"{pointer}/value", f"{value:g} is out of the indicator's bounds ({ends}).", "Check the figure and its unit."


def _start_value(template: Template, baseline: object) -> Fraction | None:
    numerator, denominator, value = (_part(baseline, name) for name in ("numerator", "denominator", "value"))
    if isinstance(numerator, int) and isinstance(denominator, int) and denominator > 0:
        return Fraction(numerator, denominator) * Fraction(repr(template.indicator.per))
    return Fraction(repr(value)) if isinstance(value, int | float) else None


def _aim(template: Template, baseline: object, target: object) -> Iterator[Found]:
    start, value = _start_value(template, baseline), _part(target, "value")
    if start is None or not isinstance(value, int | float):
        return
    sign = 1 if template.indicator.direction == "increase" else -1
    if sign * (Fraction(repr(value)) - start) < 0:
        wanted = "an increase" if sign > 0 else "a decrease"
        yield (
            "/target/value",
            f"The target {value:g} lies on the wrong side of the baseline {float(start):g}: the template wants {wanted}.",
            "Check both figures; to hold the level, give the baseline as the target.",
        )


def _counts(template: Template, baseline: object) -> Iterator[Found]:
    numerator, denominator, value = (_part(baseline, name) for name in ("numerator", "denominator", "value"))
    if not isinstance(numerator, int) or not isinstance(denominator, int):
        if numerator is not None or (denominator is not None and value is None):
            yield "/baseline", "The baseline gives one of the two counts.", "Give numerator and denominator, or the value alone."
        return
    share = template.indicator.unit in {"percent", "rate"}
    if denominator == 0 or (template.indicator.unit == "percent" and numerator > denominator):
        yield "/baseline/numerator", f"{numerator} of {denominator} is no share.", "Check the two counts."
    elif share and isinstance(value, int | float) and not agrees(float(value), numerator, denominator, rounding=printed_rounding(f"{value:g}"), per=template.indicator.per):
        exact = template.indicator.per * numerator / denominator
        yield "/baseline/value", f"The value {value:g} is not {numerator} of {denominator} ({exact:.2f}).", "Correct the value or the counts."


def _groups(groups: object) -> Iterator[Found]:
    for place, entry in enumerate(_items(groups)):
        group = _part(entry, "group")
        for dimension, category in (group.items() if isinstance(group, Mapping) else ()):
            pointer = f"/group_targets/{place}/group/{dimension}"
            if dimension not in CODE_LISTS:
                yield pointer, f"There is no code list {dimension!r}.", meant(dimension, list(CODE_LISTS))
            elif category not in (codes := [known.code for known in CODE_LISTS[dimension].categories]):
                yield pointer, f"{category!r} is no category of {dimension}.", meant(str(category), codes)
