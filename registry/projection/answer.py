"""The questions that people ask, answered: roll up an outcome, compare places. One reading of the ledger's head per answer.

An answer depends on the ledger's line, the question and the program's version alone: the same question gives the same bytes, also
after the projection was deleted. Pace and membership look at the moment asked for, never at the clock.
"""

from collections.abc import Sequence
from datetime import date

import msgspec

from registry import duck
from registry.domain.comparability import Keys, Mismatch, Tier, explain, keys_of, measure_of
from registry.domain.dossier import standing_of
from registry.domain.group import CODE_LISTS
from registry.domain.ids import major, ordered, template_reference
from registry.domain.period import Unreadable, period_of, read_period
from registry.domain.progress_rule import RULES, ProgressRule
from registry.domain.refusal import Invalid, NotFound, meant
from registry.domain.rollup import unpooled
from registry.domain.rollup_answer import Explained, RollupAnswer, ShownSeries
from registry.domain.rollup_shown import coverage_of, excluded_of, network_of, shown_levels, shown_series
from registry.domain.template import Template, latest, progress_rule_of
from registry.domain.variant import Variant
from registry.domain.words import UNMASKED
from registry.ledger.entry import Entry
from registry.ledger.instant import moment_text, read_as_of
from registry.projection import read
from registry.projection.explain import explain_levels, explain_series
from registry.projection.files import Projection
from registry.version import __version__


class RollupRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks of a roll-up. Periods as people write them; ``window`` is ``B..L``; ``as_of`` a day or a moment."""

    template: str
    by: str | None = None
    period: str | None = None
    window: str | None = None
    as_of: str | None = None
    rule: str | None = None
    explain: bool = False


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What places share: the strongest tier at which all of them can be compared, facet by facet what keeps them apart, their series."""

    template: str
    seq: int
    as_of: str
    progress_rule: str
    program: str
    release: None = None
    notice: str
    unit: str
    per: float
    tier: Tier
    key: str | None
    reasons: tuple[str, ...]
    mismatches: tuple[Mismatch, ...]
    series: tuple[ShownSeries, ...]


class Moment(msgspec.Struct, frozen=True):
    """The line of the ledger at which a question is answered, and the moment it stands for."""

    entry: Entry
    as_of: str
    current: bool


def moment_of(projection: Projection, as_of: str | None) -> Moment:
    """Resolve an as-of once. Raises Invalid for a text that is no moment, NotFound where there was no registry yet."""
    head = projection.catch_up()
    if as_of is None:
        return Moment(head, head.recorded_at, current=True)
    moment = read_as_of(as_of)
    entry = projection.ledger.entry_at(moment)
    if entry is None:
        first = projection.ledger.entry(1)
        raise NotFound(f"There was no registry yet on {as_of}.", hint=f"It begins at {first.recorded_at}.")
    for later in projection.ledger.entries(
        after=entry.seq
    ):  # an action is whole or not there: its lines differ by a microsecond
        if later.action_id != entry.action_id:
            break
        entry = later
    return Moment(entry, moment_text(moment), current=entry.seq == head.seq)


def rollup(projection: Projection, request: RollupRequest) -> RollupAnswer:
    """Comparable progress across communities for one template. Raises NotFound and Invalid for what cannot be asked."""
    moment = moment_of(projection, request.as_of)
    cursor = projection.cursor()
    template = find_template(cursor, moment.entry.seq, request.template)
    question = _question(moment, template, request)
    rows = read.rollup_rows(cursor, question)
    levels = shown_levels(rows.levels, rows.parts)
    day = date.fromisoformat(moment.as_of[:10])
    states = {(line.community, line.variant): standing_of(line, day).state for line in rows.dossiers}
    placed = tuple(shown_series(rows.places, rows.picked, rows.progressed, states))
    network = network_of(rows.counts)
    excluded = tuple(excluded_of(rows.places, network, rows.parts, question.day))
    series = tuple(entry for place, entry in placed if place.place == "member")
    explained: tuple[Explained, ...] = ()
    if request.explain:
        origins = read.origins(cursor, moment.entry.seq)
        explained = (*explain_levels(levels, rows.parts, origins), *explain_series(series, origins))
    return RollupAnswer(
        template=f"{template.id}@{template.version}",
        seq=moment.entry.seq,
        as_of=moment.as_of,
        period=None if request.period is None else question.later,
        window=f"{question.earlier}..{question.later}" if question.earlier else None,
        dimension=question.dimension,
        progress_rule=question.rule.id,
        rollup_rule=template.indicator.rollup,
        unit=template.indicator.unit,
        per=template.indicator.per,
        direction=template.indicator.direction,
        program=__version__,
        notice=f"{UNMASKED} {unpooled(template.indicator)}".rstrip(),
        levels=levels,
        series=series,
        benchmarks=tuple(entry for place, entry in placed if place.place == "reference"),
        network=network,
        excluded=excluded,
        coverage=coverage_of(network, levels, excluded),
        explain=explained,
    )


def _question(moment: Moment, template: Template, request: RollupRequest) -> read.Question:
    earlier, later, periods = _periods(template, request)
    return read.Question(
        line=moment.entry.seq,
        day=moment.as_of[:10],
        template=template.id,
        major=major(template.version),
        current=moment.current,
        rule=_rule(progress_rule_of(template) if request.rule is None else request.rule),
        dimension=_dimension(template, request.by),
        periods=periods,
        earlier=earlier,
        later=later,
    )


def compare(
    projection: Projection, communities: Sequence[str], template_name: str, as_of: str | None = None
) -> Comparison:
    """What the named places share on one template, facet by facet. Raises NotFound for a place or template that is not there."""
    twice = sorted({name for name in communities if list(communities).count(name) > 1})
    if twice:
        raise Invalid(f"{', '.join(twice)} is named twice.", hint="Name each place once.")
    moment = moment_of(projection, as_of)
    cursor = projection.cursor()
    template = find_template(cursor, moment.entry.seq, template_name)
    variants = [_headline(cursor, moment.entry.seq, community, template) for community in communities]
    keys = [keys_of(variant, template) for variant in variants]
    tier, key = _shared(keys)
    first = measure_of(variants[0], template)
    mismatches = tuple(
        dict.fromkeys(
            mismatch for variant in variants[1:] for mismatch in explain(first, measure_of(variant, template), template)
        )
    )
    own = tuple(
        f"{variant.community}: {reason}"
        for variant, entry in zip(variants, keys, strict=True)
        for reason in entry.reasons
    )
    answer = rollup(projection, RollupRequest(template=f"{template.id}@{template.version}", as_of=moment.as_of))
    named = set(communities)
    return Comparison(
        template=answer.template,
        seq=answer.seq,
        as_of=answer.as_of,
        progress_rule=answer.progress_rule,
        program=answer.program,
        notice=answer.notice,
        unit=answer.unit,
        per=answer.per,
        tier=tier,
        key=key,
        reasons=(*_gone(answer, named, own), *own, *(_in_words(mismatch) for mismatch in mismatches)),
        mismatches=mismatches,
        series=tuple(entry for entry in (*answer.series, *answer.benchmarks) if entry.community in named),
    )


def _gone(answer: RollupAnswer, named: set[str], told: Sequence[str]) -> tuple[str, ...]:
    """Which of the places named are out of everything, for a reason that is not told yet."""
    out = (row for row in answer.excluded if row.out_of == "everything" and row.community in named)
    return tuple(
        f"{row.community}: {row.reason}, so its figures are not shown"
        for row in out
        if f"{row.community}: {row.reason}" not in told
    )


def find_template(cursor: duck.Connection, line: int, name: str) -> Template:
    """The template that an id, or ``id@version``, names at a line. Raises NotFound with the nearest name."""
    wanted, version = template_reference(name)
    held = read.list_templates(cursor, line)
    versions = {entry.version: entry for entry in held if entry.id == wanted}
    chosen = version or latest([(entry.version, entry.status) for entry in versions.values()])
    if chosen in versions:
        return read.template_of(versions[chosen])
    hint = (
        f"Published is {', '.join(ordered(versions))}."
        if versions
        else meant(wanted, sorted({entry.id for entry in held}))
    )
    raise NotFound(f"There is no published template {name!r}.", hint=hint)


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


def _shared(keys: Sequence[Keys]) -> tuple[Tier, str | None]:
    """The strongest tier at which all keys are one, and that key."""
    levels, progress = {entry.level for entry in keys}, {entry.progress for entry in keys}
    if len(levels) == 1 and None not in levels:
        return "level", levels.pop()
    if len(progress) == 1 and None not in progress:
        return "progress", progress.pop()
    return "none", None


def _in_words(mismatch: Mismatch) -> str:
    ours, theirs = (value if value is not None else "nothing stated" for value in (mismatch.ours, mismatch.theirs))
    hinders = "levels and progress" if "progress" in mismatch.hinders else "levels"
    return f"{mismatch.facet.replace('_', ' ')} differs ({ours} against {theirs}), so {hinders} are not compared: {mismatch.why}"


def _rule(name: str) -> ProgressRule:
    if name not in RULES:
        raise NotFound(f"There is no progress rule {name!r}.", hint=meant(name, list(RULES)))
    return RULES[name]


def _dimension(template: Template, by: str | None) -> str | None:
    if by is not None and by not in CODE_LISTS:
        wanted = [*template.disaggregation.required, *template.disaggregation.recommended]
        others = [dimension for dimension in CODE_LISTS if dimension not in wanted]
        raise Invalid(f"There is no dimension {by!r} to break down by.", hint=meant(by, [*wanted, *others]))
    return by


def _periods(template: Template, request: RollupRequest) -> tuple[str | None, str | None, tuple[str, ...] | None]:
    """The two ends of progress (null: each series' own) and the periods of the levels (null: the latest of each key)."""
    if request.window is not None:
        if request.period is not None:
            raise Invalid(
                "A roll-up takes a period or a window, not both.", hint="A window B..L already shows both its ends."
            )
        start, dots, end = request.window.partition("..")
        if not dots:
            raise Invalid(
                f"{request.window!r} is no window.",
                hint="Write two periods with two dots between: SY2014-15..SY2018-19.",
            )
        earlier, later = _read(template, start), _read(template, end)
        if period_of(earlier).ordinal >= period_of(later).ordinal:
            raise Invalid(
                f"The window ends at {later}, not after its start {earlier}.", hint="Write the earlier period first."
            )
        return earlier, later, (earlier, later)
    if request.period is not None:
        later = _read(template, request.period)
        return None, later, (later,)
    return None, None, None


def _read(template: Template, label: str) -> str:
    period = read_period(label, template.indicator.period)
    if isinstance(period, Unreadable):
        example = "SY2018-19 or 2018-19" if template.indicator.period == "school-year" else "CY2019, 2019-Q3 or 2019-03"
        raise Invalid(f"The period {label!r} cannot be read: {period.detail}", hint=f"Write it like {example}.")
    return period.code
