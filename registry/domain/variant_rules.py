"""What a variant must not say: the faults that only show beside its template, its community and the catalogue.

Each rule is asked of the raw document, so that all faults are found at once (``rule.py``). Whether the result is SMART is
assessed elsewhere: here stands only what would make a figure wrong. Periods and figures have a module of their own
(``variant_figures.py``). Tests: ``tests/domain/test_variant.py``.
"""

from collections.abc import Iterator, Mapping
from functools import partial

import msgspec

from registry.domain.community import partners_twice
from registry.domain.group import CODE_LISTS
from registry.domain.instrument import Instrument, outside_version, version_of
from registry.domain.refusal import meant
from registry.domain.rule import FAULTY, Found, Rule, fields, items, part, pointer_to
from registry.domain.template import Template, facets_of, stated_default
from registry.domain.variant import Variant, same_facet
from registry.domain.variant_figures import rules_of_figures


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What a variant is judged beside: its template, the catalogue, its community, its newest revision and its data.

    ``places`` are the community's own place codes (null for a reference place, which is never counted), ``taken`` those whose people
    another member's headline measure counts already, ``before`` the newest revision, ``loaded`` the periods that have data.
    """

    template: Template
    instruments: Mapping[str, Instrument]
    headlines: tuple[str, ...] = ()
    benchmarks: tuple[str, ...] = ()
    places: tuple[str, ...] | None = ()
    taken: Mapping[str, str] = {}
    before: Variant | None = None
    loaded: tuple[str, ...] = ()


def rules_of_a_variant(around: Surroundings) -> tuple[Rule, ...]:
    """Every rule that a variant of this template is asked."""
    return (
        *_rules_of_a_measure(around),
        *rules_of_figures(around.template.indicator),
        Rule(code="group-unknown", needs=("/group_targets",), check=_groups),
        Rule(code="headline-twice", needs=("/headline",), check=partial(_headline, around)),
        Rule(code="baseline-period", needs=("/baseline",), check=_baseline),
        Rule(
            code="place-changed",
            needs=("/population/geographies",),
            check=partial(_moved, around),
            severity="warning",
        ),
        Rule(code="place-shared", needs=("/headline", "/population/geographies"), check=partial(_shared, around)),
        Rule(
            code="measure-changed",
            needs=("/measure", "/breaks"),
            check=partial(_changed, around),
            severity="warning",
            after=("measure-unfit",),
        ),
        Rule(
            code="outside-version",
            needs=("/measure", "/baseline/period", "/breaks"),
            check=partial(_outside, around),
            severity="warning",
            after=("measure-unfit", "instrument-version-unknown"),
        ),
        Rule(code="benchmark-unknown", needs=("/benchmark",), check=partial(_benchmark, around.benchmarks)),
        Rule(code="partner-twice", needs=("/partners",), check=partners_twice),
    )


def departures(template: Template, measure: Mapping[str, object]) -> tuple[str, ...]:
    """The facets on which a measure departs from what the template states (its const or default; the indicator's construct)."""
    stated = {facet: stated_default(template, facet) for facet in facets_of(template) if facet in measure}
    return tuple(
        facet for facet, value in stated.items() if value is not None and not same_facet(measure[facet], value)
    )


def facet_in_words(facet: str) -> str:
    """How a sentence names a facet.

    >>> facet_in_words("grade_or_age")
    'grade or age'
    """
    return facet.replace("_", " ")


def _rules_of_a_measure(around: Surroundings) -> tuple[Rule, ...]:
    """The measure beside the template and the catalogue; where it does not fit the template's schema, that says enough."""
    template, instruments = around.template, around.instruments
    unfit = ("measure-unfit",)
    return (
        Rule(code="facet-unknown", needs=("/measure",), check=partial(_facets, template), after=unfit),
        Rule(
            code="departure-undeclared",
            needs=("/measure", "/context/adaptations"),
            check=partial(_departures, template),
            severity="warning",
            after=unfit,
        ),
        Rule(
            code="instrument-unknown",
            needs=("/measure",),
            check=partial(_instrument, instruments),
            severity="warning",
            after=unfit,
        ),
        Rule(code="instrument-version-unknown", needs=("/measure",), check=partial(_version, instruments), after=unfit),
        Rule(
            code="instrument-version-missing",
            needs=("/measure",),
            check=partial(_no_version, around),
            severity="warning",
            after=unfit,
        ),
    )


def _facets(template: Template, measure: object) -> Iterator[Found]:
    known = facets_of(template)
    for facet, value in fields(measure).items():
        if facet not in known and value is not FAULTY:
            detail = f"The template {template.id}@{template.version} has no facet {facet!r}."
            yield pointer_to("measure", facet), detail, meant(facet, known)


def _departures(template: Template, measure: object, adaptations: object) -> Iterator[Found]:
    declared = {part(entry, "facet") for entry in items(adaptations)}
    if FAULTY in (*items(adaptations), *declared):
        return
    sound = {facet: value for facet, value in fields(measure).items() if value is not FAULTY}
    for facet in departures(template, sound):
        if f"/measure/{facet}" not in declared:
            stated = stated_default(template, facet)
            detail = (
                f"The {facet_in_words(facet)} is {sound[facet]!r}, the template says {stated!r}, and nobody says why; "
                "until somebody does, this measure is compared with no other."
            )
            yield f"/measure/{facet}", detail, f"Say why under context, adaptations, for the facet /measure/{facet}."


def _instrument(instruments: Mapping[str, Instrument], measure: object) -> Iterator[Found]:
    name = part(measure, "instrument")
    if isinstance(name, str) and name not in instruments:
        detail = f"The catalogue has no assessment or data source {name!r}."
        yield "/measure/instrument", detail, meant(name, list(instruments))


def _version(instruments: Mapping[str, Instrument], measure: object) -> Iterator[Found]:
    instrument, version = _catalogued(instruments, measure), part(measure, "instrument_version")
    if instrument is None or not isinstance(version, str | int | float):
        return
    known = [entry.id for entry in instrument.versions]
    if version not in known:
        detail = f"The catalogue knows no version {version!r} of {instrument.id!r}."
        way = f"Write it as text, in quotation marks: {str(version)!r}."
        yield "/measure/instrument_version", detail, way if str(version) in known else meant(str(version), known)


def _no_version(around: Surroundings, measure: object) -> Iterator[Found]:
    """A name says nothing of the cut: two results on one instrument are alike only within a version (user pain A16)."""
    instrument = _catalogued(around.instruments, measure)
    judged = any(rule.facet == "/measure/instrument_version" for rule in around.template.comparability)
    silent = (
        part(measure, "instrument_version") is None and stated_default(around.template, "instrument_version") is None
    )
    if instrument is not None and judged and silent:
        detail = (
            f"The measure does not say which version of {instrument.id!r} is used, so it is compared with no other."
        )
        yield "/measure", detail, f"Add instrument_version. {meant('', [entry.id for entry in instrument.versions])}"


def _catalogued(instruments: Mapping[str, Instrument], measure: object) -> Instrument | None:
    name = part(measure, "instrument")
    return instruments.get(name) if isinstance(name, str) else None


def _headline(around: Surroundings, flag: object) -> Iterator[Found]:
    if flag is not False and around.headlines:
        detail = f"{around.headlines[0]!r} already is this community's headline measure of {around.template.id!r}."
        yield "/headline", detail, 'Write "headline": false here, or propose the other one anew with it.'


def _benchmark(benchmarks: tuple[str, ...], reference: object) -> Iterator[Found]:
    if isinstance(reference, str) and reference not in benchmarks:
        yield "/benchmark", f"There is no reference series {reference!r}.", meant(reference, list(benchmarks))


def _groups(groups: object) -> Iterator[Found]:
    seen: list[object] = []
    for place, entry in enumerate(items(groups)):
        group = part(entry, "group")
        if group == {}:
            yield (
                pointer_to("group_targets", place, "group"),
                "The group is everybody.",
                "Give everybody's target as the target.",
            )
        elif group in seen:
            yield pointer_to("group_targets", place, "group"), "The group has two targets.", "Keep one of the two."
        seen.append(group)
        for dimension, category in fields(part(entry, "group")).items():
            if not isinstance(category, str):
                continue
            pointer = pointer_to("group_targets", place, "group", dimension)
            if dimension not in CODE_LISTS:
                detail = f"There is no code list for the dimension {dimension!r}."
                yield pointer, detail, meant(dimension, list(CODE_LISTS))
            elif category not in (codes := [known.code for known in CODE_LISTS[dimension].categories]):
                yield pointer, f"{category!r} is no category of {dimension}.", meant(category, codes)


def _shared(around: Surroundings, headline: object, geographies: object) -> Iterator[Found]:
    """Children of one place are counted once: no two headline measures of an outcome speak of the same place code."""
    if headline is False or around.places is None:
        return
    named = [code for code in items(geographies) if isinstance(code, str)]
    for code in named or around.places:
        if code in around.taken:
            yield (
                "/population/geographies" if named else "/community",
                f"The place {code!r} is also that of {around.taken[code]!r}: its people would be counted twice.",
                'Correct the place code, or write "headline": false on one of the two.',
            )


def _baseline(baseline: object) -> Iterator[Found]:
    """A baseline is of one period, or of several with the value that was worked out from them."""
    if not isinstance(baseline, Mapping):
        return
    period, several = part(baseline, "period"), items(part(baseline, "periods"))
    value, counts = part(baseline, "value"), (part(baseline, "numerator"), part(baseline, "denominator"))
    if period is None and not several:
        yield "/baseline", "The baseline names no period.", "Add its period, such as SY2018-19."
    elif period is not None and several:
        yield "/baseline/periods", "The baseline names one period and several.", "Keep one of the two."
    elif several and value is None and None in counts:
        detail = "A baseline of several periods is taken as declared, and no value is declared."
        yield (
            "/baseline/periods",
            detail,
            "Add the value, or the counts of all the periods together; or name one period.",
        )


def _moved(around: Surroundings, geographies: object) -> Iterator[Found]:
    """Data that is there speaks of the places that the newest revision names."""
    if around.before is None or not around.loaded:
        return
    known = around.before.population.geographies if around.before.population else ()
    named = tuple(code for code in items(geographies) if isinstance(code, str))
    if set(named) != set(known):
        there = f"{len(around.loaded)} periods ({around.loaded[0]} to {around.loaded[-1]}) are loaded"
        detail = f"The places change, and {there}: they would stand beside figures of other people."
        yield "/population/geographies", detail, "Declare a break, or register a new local measure."


def _changed(around: Surroundings, measure: object, breaks: object) -> Iterator[Found]:
    """Data that is there was measured as the newest revision says; another measure needs a break, or a measure of its own."""
    if around.before is None or not around.loaded or not isinstance(measure, Mapping):
        return
    known = around.before.measure or {}
    judged = [rule.facet.removeprefix("/measure/") for rule in around.template.comparability if rule.level != "any"]
    moved = [facet for facet in judged if not same_facet(measure.get(facet), known.get(facet))]
    declared = len(items(breaks)) > len(around.before.breaks)
    if moved and not declared:
        facets = " and ".join(facet_in_words(facet) for facet in moved)
        there = f"{len(around.loaded)} periods ({around.loaded[0]} to {around.loaded[-1]}) are loaded"
        yield (
            f"/measure/{moved[0]}",
            f"The {facets} changes, and {there}: they would all stand under the new measure.",
            "Declare a break at the period from which the new measure holds, or register a new local measure.",
        )


def _outside(around: Surroundings, measure: object, period: object, breaks: object) -> Iterator[Found]:
    """The baseline's period beside the years in which the catalogue says that the version was used."""
    version = version_of(around.instruments, measure if isinstance(measure, Mapping) else {})
    if version is None or not isinstance(period, str):
        return
    broken = [str(part(entry, "period")) for entry in items(breaks)]
    reason = outside_version(version, period, broken)
    if reason:
        yield (
            "/baseline/period",
            f"The baseline's period {period} {reason}.",
            "Name the version of that year, or declare a break.",
        )
