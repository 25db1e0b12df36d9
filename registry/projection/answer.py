"""The question that people ask most, answered: roll up an outcome. One reading of the ledger's head per answer.

An answer depends on the ledger's line, the question and the program's version alone: the same question gives the same bytes, also
after the projection was deleted. Pace and membership look at the moment asked for, never at the clock.
"""

from collections.abc import Sequence
from datetime import date

import msgspec

from registry import duck
from registry.domain.dossier import standing_of
from registry.domain.group import CODE_LISTS, group_of
from registry.domain.ids import major, ordered, template_reference
from registry.domain.listing import RedactedLine, TemplateLine
from registry.domain.period import Unreadable, period_of, read_period
from registry.domain.point import Terms
from registry.domain.progress_rule import ProgressRule
from registry.domain.refusal import Invalid, NotFound, meant
from registry.domain.rollup import unpooled
from registry.domain.rollup_answer import RedactedFigure, RollupAnswer, ShownSeries
from registry.domain.rollup_levels import linked_levels, linked_of, shown_changes, shown_levels
from registry.domain.rollup_network import (
    gaps_told,
    meeting_target,
    reported,
    shown_gaps,
    told_overlaps,
    untold_overlaps,
    with_benchmark,
    with_curves,
    with_figures,
    with_shrunk,
)
from registry.domain.rollup_rows import Place
from registry.domain.rollup_series import shown_series, stretches_of
from registry.domain.rollup_shown import coverage_of, excluded_of, network_of
from registry.domain.rollup_split import with_split
from registry.domain.template import Template, latest, progress_rule_of, terms_of
from registry.projection import read
from registry.projection.explain import explained
from registry.projection.reading import Moment, Reading
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


def rollup(projection: Reading, request: RollupRequest) -> RollupAnswer:
    """Comparable progress across communities for one template. Raises NotFound and Invalid for what cannot be asked."""
    moment = projection.moment(request.as_of)
    cursor = projection.rollup_cursor()
    template = find_template(cursor, moment.entry.seq, request.template)
    rule = rule_named(cursor, moment.entry.seq, request.rule or progress_rule_of(template))
    question = _question(moment, template, request)
    rows = read.rollup_rows(cursor, question)
    answer = answer_of(rows, question, template, rule)
    if request.explain:
        origins = read.origins(cursor, moment.entry.seq)
        answer = msgspec.structs.replace(answer, explain=tuple(explained(answer, rows.parts, origins)))
    return msgspec.structs.replace(
        answer,
        as_of=moment.as_of,
        release=moment.release,
        masked=moment.masked,
        notice=f"{moment.notice} {answer.notice}".rstrip(),
        period=None if request.period is None else question.later,
        dimension=request.by,
        redacted=_redacted(cursor, question.line, template),
    )


def _redacted(cursor: duck.Connection, line: int, template: Template) -> tuple[RedactedFigure, ...]:
    return tuple(
        RedactedFigure(
            community=gone.community,
            variant=gone.variant,
            period=gone.period,
            group=group_of(gone.group_key),
            by=gone.redacted_by,
        )
        for gone in duck.rows(cursor, "lists/redacted", RedactedLine, {"line": line, "template": template.id})
    )


def answer_of(rows: read.RollupRows, question: read.Question, template: Template, rule: ProgressRule) -> RollupAnswer:
    """What the rows of one template's roll-up say, put together and into words."""
    levels = (*shown_levels(rows.levels, rows.parts), *linked_levels(rows.linked, rows.linked_parts))
    terms = terms_of(template)
    network = network_of(rows.counts)
    dimension = question.dimensions[0] if len(question.dimensions) == 1 else None
    placed = _placed(rows, question.day)
    named = {(place.community, place.variant) for place, _ in placed if place.place == "member"}
    everything = _beside(rows, [entry for _, entry in placed], terms, rule, dimension)
    series = tuple(entry for entry in everything if (entry.community, entry.variant) in named)
    network = with_figures(network, series, terms)
    excluded = tuple(excluded_of(rows.places, network, rows.parts, question.day, rows.elsewhere))
    return RollupAnswer(
        template=f"{template.id}@{template.version}",
        seq=question.line,
        as_of=question.day,
        period=None,
        window=f"{question.earlier}..{question.later}" if question.earlier else None,
        dimension=None,
        progress_rule=rule.id,
        rollup_rule=template.indicator.rollup,
        unit=template.indicator.unit,
        per=template.indicator.per,
        direction=template.indicator.direction,
        program=__version__,
        notice=unpooled(template.indicator, reported(series)),
        levels=levels,
        changes=shown_changes(rows.changes),
        series=with_shrunk(network, series),
        benchmarks=tuple(entry for entry in everything if (entry.community, entry.variant) not in named),
        gaps=shown_gaps([gap for gap in rows.gaps if (gap.community, gap.variant) in named]),
        network=msgspec.structs.replace(
            network,
            gaps=gaps_told(rows.gap_counts, network.key),
            meeting_target=meeting_target(rows.at_target),
            reported=reported(series),
        ),
        excluded=excluded,
        coverage=coverage_of(network, levels, excluded),
        overlaps=(*told_overlaps(rows.elsewhere), *untold_overlaps(rows.counted_places)),
    )


def _placed(rows: read.RollupRows, day: str) -> list[tuple[Place, ShownSeries]]:
    on = date.fromisoformat(day)
    states = {(line.community, line.variant): standing_of(line, on).state for line in rows.dossiers}
    stretches = stretches_of(rows.segments, rows.progressed, rows.chains)
    return list(shown_series(rows.places, rows.picked, rows.judged, states, stretches))


def _beside(
    rows: read.RollupRows, series: Sequence[ShownSeries], terms: Terms, rule: ProgressRule, dimension: str | None
) -> tuple[ShownSeries, ...]:
    """The series with what stands beside their progress: the benchmark, the forecast, the mean on the common scale."""
    found = with_curves(with_benchmark(series, rows.benchmarks, terms, rule), rows.before, terms)
    found = with_split(found, dimension, terms)
    latest = {(part.community, part.variant): linked_of(part) for part in rows.linked_parts}
    return tuple(
        msgspec.structs.replace(entry, linked=latest.get((entry.community, entry.variant)))
        if not entry.group
        else entry
        for entry in found
    )


def _question(moment: Moment, template: Template, request: RollupRequest) -> read.Question:
    earlier, later, periods = _periods(template, request)
    return read.Question(
        line=moment.entry.seq,
        day=moment.as_of[:10],
        template=template.id,
        pins=(f"{template.id}@{major(template.version)}",),
        current=moment.current,
        rule=request.rule,
        dimensions=_dimensions(template, request.by),
        periods=periods,
        earlier=earlier,
        later=later,
    )


def find_template(cursor: duck.Connection, line: int, name: str) -> Template:
    """The template that an id, or ``id@version``, names at a line. Raises NotFound with the nearest name."""
    wanted, version = template_reference(name)
    held = read.list_templates(cursor, line)
    versions = {entry.version: entry for entry in held if entry.id == wanted}
    chosen = version or latest([(entry.version, entry.status) for entry in versions.values()])
    if chosen in versions:
        return read.template_of(versions[chosen])
    hint = f"Published is {', '.join(ordered(versions))}." if versions else ""
    raise NotFound(f"There is no published template {name!r}.", hint=hint or _meant(cursor, line, wanted, held))


def _meant(cursor: duck.Connection, line: int, wanted: str, held: Sequence[TemplateLine]) -> str:
    """The outcome or framework that was probably meant; a framework, where it is one, has outcomes to name instead."""
    frameworks = {entry.id for entry in read.list_frameworks(cursor, line)}
    if wanted in frameworks:
        return f"{wanted} is a framework; name one of its outcomes."
    return meant(wanted, sorted({entry.id for entry in held} | frameworks))


def rule_named(cursor: duck.Connection, line: int, name: str) -> ProgressRule:
    """The progress rule of that id, shipped or published. Raises NotFound with the nearest one."""
    rules = read.known_rules(cursor, line)
    if name not in rules:
        raise NotFound(f"There is no progress rule {name!r}.", hint=meant(name, list(rules)))
    return rules[name]


def _dimensions(template: Template, by: str | None) -> tuple[str, ...]:
    if by is not None and by not in CODE_LISTS:
        wanted = [*template.disaggregation.required, *template.disaggregation.recommended]
        others = [dimension for dimension in CODE_LISTS if dimension not in wanted]
        raise Invalid(f"There is no dimension {by!r} to break down by.", hint=meant(by, [*wanted, *others]))
    return () if by is None else (by,)


def _periods(template: Template, request: RollupRequest) -> tuple[str | None, str | None, tuple[str, ...] | None]:
    """The two ends of progress (null: each series' own) and the periods of the levels (null: the latest of each key)."""
    if request.window is not None:
        if request.period is not None:
            raise Invalid(
                "A roll-up takes a period or a window, not both.", hint="A window B..L already shows both its ends."
            )
        earlier, later = window_of([template], request.window)
        return earlier, later, None if earlier is None or later is None else (earlier, later)
    if request.period is not None:
        later = _read(template, request.period)
        return None, later, (later,)
    return None, None, None


def window_of(templates: Sequence[Template], window: str | None) -> tuple[str | None, str | None]:
    """The two ends of a window ``B..L``, in the one kind of period that the outcomes have. Raises Invalid with the way out."""
    if window is None:
        return None, None
    start, dots, end = window.partition("..")
    if not dots:
        raise Invalid(
            f"{window!r} is no window.", hint="Write two periods with two dots between: SY2014-15..SY2018-19."
        )
    kinds = sorted({template.indicator.period for template in templates})
    if len(kinds) > 1:
        raise Invalid(
            f"The outcomes have periods of several kinds ({', '.join(kinds)}), so no window fits all of them.",
            hint="Ask for one outcome at a time.",
        )
    earlier, later = _read(templates[0], start), _read(templates[0], end)
    if period_of(earlier).ordinal >= period_of(later).ordinal:
        raise Invalid(
            f"The window ends at {later}, not after its start {earlier}.", hint="Write the earlier period first."
        )
    return earlier, later


def _read(template: Template, label: str) -> str:
    period = read_period(label, template.indicator.period)
    if isinstance(period, Unreadable):
        example = "SY2018-19 or 2018-19" if template.indicator.period == "school-year" else "CY2019, 2019-Q3 or 2019-03"
        raise Invalid(f"The period {label!r} cannot be read: {period.detail}", hint=f"Write it like {example}.")
    return period.code
