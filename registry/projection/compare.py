"""What places share on one outcome, facet by facet: the strongest tier at which all of them can be compared, and what keeps them apart."""

from collections.abc import Iterator, Sequence
from itertools import chain

import msgspec

from registry import duck
from registry.domain.comparability import Keys, Measure, Mismatch, Tier, explain, facet_value, keys_of, measure_of
from registry.domain.refusal import Invalid, NotFound, meant
from registry.domain.rollup_answer import LinkedEstimate, RollupAnswer, ShownSeries
from registry.domain.template import FacetRule, Template
from registry.domain.variant import Facet, Variant, same_facet
from registry.domain.variant_rules import facet_in_words
from registry.domain.words import UNLINKED
from registry.projection import read
from registry.projection.answer import RollupRequest, find_template, rollup
from registry.projection.reading import Reading

NOTHING = "nothing stated"


class FacetShown(msgspec.Struct, frozen=True, kw_only=True):
    """One facet that the template judges: what each place says on it, whether all say the same, and what that is asked for.

    ``level`` and ``progress`` are the template's rules (equal, link, any), ``why`` its reason. ``values`` is by community.
    """

    facet: str
    values: dict[str, Facet | None]
    agrees: bool
    level: str
    progress: str
    why: str


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What places share: the strongest tier at which all of them can be compared, facet by facet what keeps them apart, their series."""

    template: str
    seq: int
    as_of: str
    progress_rule: str
    program: str
    release: str | None = None
    masked: bool = False
    notice: str
    unit: str
    per: float
    tier: Tier
    key: str | None
    reasons: tuple[str, ...]
    facets: tuple[FacetShown, ...]
    mismatches: tuple[Mismatch, ...]
    series: tuple[ShownSeries, ...]


def compare(
    projection: Reading, communities: Sequence[str], template_name: str, as_of: str | None = None
) -> Comparison:
    """What the named places share on one template, facet by facet. Raises NotFound for a place or template that is not there."""
    _require_once(communities)
    moment = projection.moment(as_of)
    cursor = projection.cursor()
    template = find_template(cursor, moment.entry.seq, template_name)
    variants = [_headline(cursor, moment.entry.seq, community, template) for community in communities]
    keys = [keys_of(variant, template) for variant in variants]
    measures = [measure_of(variant, template) for variant in variants]
    answer, series = _told(projection, template, variants, moment.as_of)
    tier, key = _shared(keys, series)
    first, *others = measures
    mismatches = tuple(dict.fromkeys(found for other in others for found in explain(first, other, template)))
    return Comparison(
        template=answer.template,
        seq=answer.seq,
        as_of=answer.as_of,
        release=answer.release,
        masked=answer.masked,
        progress_rule=answer.progress_rule,
        program=answer.program,
        notice=answer.notice,
        unit=answer.unit,
        per=answer.per,
        tier=tier,
        key=key,
        reasons=tuple(
            chain(
                _departures(answer, variants, keys),
                map(_in_words, mismatches),
                _unlinked(keys, series),
                _cautions(answer, series, tier),
            )
        ),
        facets=tuple(_facet(rule, communities, measures) for rule in template.comparability),
        mismatches=mismatches,
        series=series,
    )


def _require_once(communities: Sequence[str]) -> None:
    twice = sorted({name for name in communities if list(communities).count(name) > 1})
    if twice:
        raise Invalid(f"{', '.join(twice)} is named twice.", hint="Name each place once.")


def _told(
    projection: Reading, template: Template, variants: Sequence[Variant], as_of: str
) -> tuple[RollupAnswer, tuple[ShownSeries, ...]]:
    """The roll-up of the template's own version, and of it the series of these variants, on a scale with each one's own mean."""
    asked = RollupRequest(template=f"{template.id}@{template.version}", as_of=as_of)
    answer = rollup(projection, asked)
    named = {(variant.community, variant.id) for variant in variants}
    series = tuple(entry for entry in (*answer.series, *answer.benchmarks) if _name(entry) in named)
    return answer, series if template.scale is None else tuple(_with_means(projection, asked, series))


def _with_means(projection: Reading, asked: RollupRequest, series: Sequence[ShownSeries]) -> Iterator[ShownSeries]:
    """Each series with its mean in the year of its own latest figure: a roll-up tells those of one year, which may be another place's."""
    told: dict[tuple[str, str], LinkedEstimate] = {}
    for period in sorted({_year(entry) for entry in series if entry.linked is None and not entry.group} - {""}):
        answer = rollup(projection, msgspec.structs.replace(asked, period=period))
        told.update((_name(entry), entry.linked) for entry in answer.series if entry.linked and _year(entry) == period)
    for entry in series:
        own = None if entry.group else told.get(_name(entry))
        yield entry if own is None or own.period != _year(entry) else msgspec.structs.replace(entry, linked=own)


def _year(entry: ShownSeries) -> str:
    """The period of the latest figure, the baseline's where nothing came after it; empty where there is none."""
    point = entry.latest or entry.baseline
    return "" if point is None else point.period


def _name(entry: ShownSeries) -> tuple[str, str]:
    return entry.community, entry.variant


def _shared(keys: Sequence[Keys], series: Sequence[ShownSeries]) -> tuple[Tier, str | None]:
    """The strongest tier at which all keys are one, and that key. A link must be valid in the year of each latest figure."""
    levels, progress = {entry.level for entry in keys}, {entry.progress for entry in keys}
    linked, directed = {entry.linked for entry in keys}, {entry.direction for entry in keys}
    if len(levels) == 1 and None not in levels:
        return "level", levels.pop()
    estimates = [entry.linked for entry in series if not entry.group]
    if (
        len(linked) == 1
        and None not in linked
        and len(estimates) == len(keys)
        and all(_estimated(found) for found in estimates)
    ):
        return "linked", linked.pop()
    if len(progress) == 1 and None not in progress:
        return "progress", progress.pop()
    if len(directed) == 1 and None not in directed:
        return "direction", directed.pop()
    return "none", None


def _estimated(found: object) -> bool:
    return getattr(found, "mean", None) is not None


def _unlinked(keys: Sequence[Keys], series: Sequence[ShownSeries]) -> tuple[str, ...]:
    """Why places that a link might bring together are not, place by place."""
    if len({entry.linked for entry in keys}) != 1 or len({entry.level for entry in keys}) == 1:
        return ()
    return tuple(
        f"{entry.community}: no mean on the scale {entry.linked.scale}, because {UNLINKED[entry.linked.reason]}"
        for entry in series
        if not entry.group and entry.linked is not None and entry.linked.reason is not None
    )


def _cautions(answer: RollupAnswer, series: Sequence[ShownSeries], tier: Tier) -> Iterator[str]:
    """What to know before two levels are set side by side, though the places measure alike: their years, their counts, their people."""
    if tier not in {"level", "linked"}:
        return
    latest = {entry.community: entry.latest.period for entry in series if not entry.group and entry.latest is not None}
    if len(set(latest.values())) > 1:
        told = ", ".join(f"{community} {period}" for community, period in latest.items())
        yield f"their latest figures are of different years ({told}), so they are no levels of one year"
    named = {entry.community for entry in series}
    for row in answer.excluded:
        if row.community in named and row.out_of == "level":
            yield f"{row.community}: {row.reason}"
    for pair in answer.overlaps:
        if {pair.community, pair.other} <= named:
            yield f"{pair.community}: {pair.reason}"


def _facet(rule: FacetRule, communities: Sequence[str], measures: Sequence[Measure]) -> FacetShown:
    name = rule.facet.removeprefix("/measure/")
    values = [facet_value(measure, name) for measure in measures]
    return FacetShown(
        facet=name,
        values=dict(zip(communities, values, strict=True)),
        agrees=values[0] is not None and all(same_facet(values[0], value) for value in values),
        level=rule.level,
        progress=rule.progress,
        why=rule.why,
    )


def _departures(answer: RollupAnswer, variants: Sequence[Variant], keys: Sequence[Keys]) -> tuple[str, ...]:
    """How each place departs from the template, after which places are out of everything for a reason that is not told by that."""
    named = {variant.community for variant in variants}
    own = tuple(
        f"{variant.community}: {reason}"
        for variant, entry in zip(variants, keys, strict=True)
        for reason in entry.reasons
    )
    out = (row for row in answer.excluded if row.out_of == "everything" and row.community in named)
    told = ((f"{row.community}: {row.reason}", ", so its figures are not shown") for row in out)
    return (*(f"{reason}{then}" for reason, then in told if reason not in own), *own)


def _headline(cursor: duck.Connection, line: int, community: str, template: Template) -> Variant:
    known = [entry.slug for entry in read.list_communities(cursor, line)]
    if community not in known:
        raise NotFound(f"There is no community {community!r}.", hint=meant(community, known))
    held = [entry for entry in read.list_variants(cursor, line, community) if entry.template_id == template.id]
    if not held:
        raise NotFound(
            f"{community} has registered no local measure of {template.id}.",
            hint="Propose one with `outcomes variant propose FILE`.",
        )
    return read.variant_of(next((entry for entry in held if entry.headline), held[0]))


def _in_words(mismatch: Mismatch) -> str:
    ours, theirs = (value if value is not None else NOTHING for value in (mismatch.ours, mismatch.theirs))
    hinders = "levels and progress" if "progress" in mismatch.hinders else "levels"
    return f"{facet_in_words(mismatch.facet)} differs ({ours} against {theirs}), so {hinders} are not compared: {mismatch.why}"
