"""How a network comes forward on all the outcomes of a framework at once: shares with bounds, the proof point, gaps, coverage, collection.

One reading of the ledger. Each outcome is judged by its own progress rule unless one is asked for; nothing of two outcomes is ever added
but the counts of their trends.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from registry.domain.agreement import State
from registry.domain.chance import expected_by_chance
from registry.domain.framework import Framework, FrameworkOutcome, pins_of
from registry.domain.framework_answer import (
    CommunityTold,
    ExcludedOutcome,
    FrameworkCoverage,
    FrameworkNetwork,
    FrameworkRollup,
    GapsShare,
    IndicatorTold,
    OutcomeTold,
)
from registry.domain.framework_shown import (
    by_place,
    counted,
    effects_told,
    explained_shares,
    gaps_share,
    network_told,
    paces_told,
    proof_of,
    shares_told,
    why_uncounted,
)
from registry.domain.group import CODE_LISTS
from registry.domain.ids import template_reference
from registry.domain.overlap import held_on, in_words
from registry.domain.refusal import Invalid
from registry.domain.rollup import rounded
from registry.domain.rollup_network import meeting_target, told_overlaps
from registry.domain.rollup_rows import PlaceGaps, TrendLine
from registry.domain.rollup_shown import network_of
from registry.domain.template import Template, progress_rule_of
from registry.domain.words import UNCOUNTED
from registry.projection import read
from registry.projection.answer import RollupRequest, rule_named, window_of
from registry.projection.coverage import Coverage, coverage_of, named_framework
from registry.projection.reading import Moment, Reading
from registry.version import __version__


def framework_rollup(projection: Reading, request: RollupRequest) -> FrameworkRollup:
    """The roll-up of a framework (its newest version, or ``id@version``). Raises NotFound, and Invalid for what cannot be asked."""
    if request.by is not None or request.period is not None:
        raise Invalid(
            "A framework is not broken down by a dimension or a period: its outcomes have periods of their own.",
            hint="Ask for one outcome, or give --window for a framework whose outcomes have one kind of period.",
        )
    moment = projection.moment(request.as_of)
    cursor, line = projection.rollup_cursor(), moment.entry.seq
    framework = read.framework_of(named_framework(read.list_frameworks(cursor, line), request.template))
    published = {f"{entry.id}@{entry.version}": read.template_of(entry) for entry in read.list_templates(cursor, line)}
    templates = {outcome.template: published[outcome.template] for outcome in framework.outcomes}
    if request.rule is not None:
        rule_named(cursor, line, request.rule)
    question = _question(moment, framework, list(templates.values()), request)
    rows = read.framework_rows(cursor, question)
    carried = coverage_of(projection, f"{framework.id}@{framework.version}", moment.as_of)
    answer = _answer(rows, question, framework, templates, carried, moment)
    return msgspec.structs.replace(answer, explain=tuple(explained_shares(answer))) if request.explain else answer


def names_framework(projection: Reading, request: RollupRequest) -> bool:
    """Whether the name asked for is a framework's and no outcome's."""
    moment = projection.moment(request.as_of)
    cursor, wanted = projection.cursor(), template_reference(request.template)[0]
    outcomes = {entry.id for entry in read.list_templates(cursor, moment.entry.seq)}
    return wanted not in outcomes and wanted in {entry.id for entry in read.list_frameworks(cursor, moment.entry.seq)}


def _question(
    moment: Moment, framework: Framework, templates: Sequence[Template], request: RollupRequest
) -> read.Question:
    earlier, later = window_of(templates, request.window)
    return read.Question(
        line=moment.entry.seq,
        day=moment.as_of[:10],
        template=None,
        pins=pins_of(framework),
        current=moment.current,
        rule=request.rule,
        dimensions=tuple(CODE_LISTS),
        earlier=earlier,
        later=later,
    )


def _answer(
    rows: read.FrameworkRows,
    question: read.Question,
    framework: Framework,
    templates: Mapping[str, Template],
    carried: Coverage,
    moment: Moment,
) -> FrameworkRollup:
    lines = by_place(rows.trends)
    places = tuple(_communities(rows, framework, carried, lines))
    return FrameworkRollup(
        framework=f"{framework.id}@{framework.version}",
        title=framework.title,
        seq=question.line,
        as_of=moment.as_of,
        release=moment.release,
        masked=moment.masked,
        window=f"{question.earlier}..{question.later}" if question.earlier else None,
        progress_rule=question.rule,
        program=__version__,
        notice=moment.notice,
        outcomes=tuple(
            _outcome(rows, outcome, templates[outcome.template], question.rule) for outcome in framework.outcomes
        ),
        communities=places,
        network=_network(rows, framework, places, lines),
        coverage=_coverage(carried),
        collection=carried.owed,
        excluded=tuple(_excluded(rows, question.day, lines)),
        overlaps=told_overlaps(rows.elsewhere),
    )


def _network(
    rows: read.FrameworkRows,
    framework: Framework,
    places: Sequence[CommunityTold],
    lines: Mapping[tuple[str, str], TrendLine],
) -> FrameworkNetwork:
    """All core indicators together but those that are counted elsewhere or not rolled up."""
    core_ids = _core(framework)
    apart = {name for name, line in lines.items() if line.apart is not None}
    core = [
        cell
        for place in places
        for cell in place.indicators
        if cell.role == "core" and (place.community, template_reference(cell.template)[0]) not in apart
    ]
    together = [
        line for line in lines.values() if counted(line) and line.apart is None and line.template_id in core_ids
    ]
    gaps = _gaps([row for row in rows.place_gaps if not row.apart and row.template_id in core_ids])
    return network_told(len(places), core, [place.proof_point for place in places], together, gaps)


def _outcome(rows: read.FrameworkRows, outcome: FrameworkOutcome, template: Template, rule: str | None) -> OutcomeTold:
    network = network_of([count for count in rows.counts if count.template_id == template.id])
    lines = [
        line
        for line in rows.trends
        if line.template_id == template.id
        and line.progress_key == network.key
        and line.community in network.communities
    ]
    spread, mean = effects_told(lines)
    gaps = [row for row in rows.gap_counts if row.template_id == template.id and row.progress_key == network.key]
    return OutcomeTold(
        template=outcome.template,
        title=template.title,
        role=outcome.role,
        stage=template.stage,
        progress_rule=rule or progress_rule_of(template),
        rollup_rule=template.indicator.rollup,
        n=network.n,
        improving=network.improving,
        maintaining=network.maintaining,
        declining=network.declining,
        indeterminate=network.indeterminate,
        communities=network.communities,
        apart=network.apart,
        direction=network.direction,
        by_chance=rounded(expected_by_chance((line.se, line.meaningful_change) for line in lines)),
        effect_per_year=spread,
        mean_effect_per_year=mean,
        gaps=gaps_share(
            sum(row.measured for row in gaps), sum(row.closing for row in gaps), sum(row.indeterminate for row in gaps)
        ),
        meeting_target=meeting_target([row for row in rows.at_target if row.template_id == template.id]),
    )


def _communities(
    rows: read.FrameworkRows,
    framework: Framework,
    carried: Coverage,
    lines: Mapping[tuple[str, str], TrendLine],
) -> Iterator[CommunityTold]:
    core_ids = _core(framework)
    cells = {(cell.community, cell.template): cell for cell in carried.cells}
    for slug, name in zip(carried.communities, carried.names, strict=True):
        indicators = tuple(
            _indicator(
                outcome, lines.get((slug, template_reference(outcome.template)[0])), cells[slug, outcome.template].state
            )
            for outcome in framework.outcomes
        )
        core = [cell for cell in indicators if cell.role == "core"]
        told = shares_told(len(core), (cell.trend for cell in core))
        yield CommunityTold(
            community=slug,
            name=name,
            core=told,
            pace=paces_told(len(core), (cell.pace for cell in core)),
            proof_point=proof_of(told),
            gaps=_gaps([row for row in rows.place_gaps if row.community == slug and row.template_id in core_ids]),
            indicators=indicators,
        )


def _indicator(outcome: FrameworkOutcome, line: TrendLine | None, state: State | None) -> IndicatorTold:
    """One outcome of one community; the trend of a stand-in, or of what is out, is not the outcome's own."""
    in_it = line is not None and counted(line)
    return IndicatorTold(
        template=outcome.template,
        role=outcome.role,
        variant=None if line is None else line.variant,
        state=state,
        trend=line.trend if line is not None and in_it else None,
        reason="no_measure" if line is None else line.reason if in_it else why_uncounted(line),
        pace=line.pace if line is not None and in_it else None,
    )


def _excluded(
    rows: read.FrameworkRows, day: str, lines: Mapping[tuple[str, str], TrendLine]
) -> Iterator[ExcludedOutcome]:
    held = held_on(day, rows.elsewhere, "progress")
    for line in lines.values():
        why = why_uncounted(line) or line.apart
        if why is None:
            continue
        if why == "elsewhere":
            reason = in_words(held[line.template_id, line.community, line.variant])
        else:
            reason = "; ".join(line.reasons if why == "not_comparable" else ()) or UNCOUNTED[why]
        yield ExcludedOutcome(template=line.template_id, community=line.community, variant=line.variant, reason=reason)


def _core(framework: Framework) -> set[str]:
    return {template_reference(entry.template)[0] for entry in framework.outcomes if entry.role == "core"}


def _gaps(rows: Sequence[PlaceGaps]) -> GapsShare:
    return gaps_share(
        sum(row.measured for row in rows), sum(row.closing for row in rows), sum(row.indeterminate for row in rows)
    )


def _coverage(carried: Coverage) -> FrameworkCoverage:
    statuses: Iterable[str] = [cell.status for cell in carried.cells]
    tally = {name: sum(status == name for status in statuses) for name in FrameworkCoverage.__struct_fields__}
    return msgspec.convert(
        {**tally, "communities": len(carried.communities), "outcomes": len(carried.outcomes)}, FrameworkCoverage
    )
