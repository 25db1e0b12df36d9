"""Questions to the projection: one function a query file, rows as Structs. Reads never write and never look at the clock.

Every function takes a cursor of its own (``Projection.cursor``) and the ledger's line at which it answers.
"""

from typing import Literal

import msgspec

from registry import duck
from registry.domain.community import Community
from registry.domain.disparity import Disparity
from registry.domain.framework import Framework
from registry.domain.instrument import Instrument
from registry.domain.link import Link
from registry.domain.linked_rows import LinkedLevel, LinkedPart
from registry.domain.listing import (
    ActLine,
    BatchLine,
    CommunityLine,
    DossierLine,
    FrameworkLine,
    InstrumentLine,
    LinkLine,
    MappingLine,
    OriginLine,
    PointLine,
    RevisionLine,
    RuleLine,
    TemplateLine,
    VariantLine,
)
from registry.domain.overlap import CountedElsewhere, CountedPlace, OverlapPair, counted_once
from registry.domain.progress import Progress
from registry.domain.progress_rule import RULES, ProgressRule
from registry.domain.rollup import rounded
from registry.domain.rollup_rows import (
    AtTarget,
    Before,
    BenchmarkEnds,
    Chain,
    Count,
    Gap,
    GapCount,
    LevelChange,
    LevelPart,
    Picked,
    Place,
    PlaceGaps,
    PooledLevel,
    Progressed,
    TrendLine,
)
from registry.domain.template import Template
from registry.domain.variant import Variant
from registry.projection.question import Question as Question

Acts = Literal["signatures", "decisions", "restatements"]


class RollupRows(msgspec.Struct, frozen=True, kw_only=True):
    """What the queries of one roll-up returned, before it is put into words."""

    places: list[Place]
    picked: list[Picked]
    judged: list[Progressed]
    segments: list[Picked]
    progressed: list[Progressed]
    chains: list[Chain]
    parts: list[LevelPart]
    levels: list[PooledLevel]
    changes: list[LevelChange]
    benchmarks: list[BenchmarkEnds]
    before: list[Before]
    linked_parts: list[LinkedPart]
    linked: list[LinkedLevel]
    counts: list[Count]
    at_target: list[AtTarget]
    gaps: list[Gap]
    gap_counts: list[GapCount]
    elsewhere: tuple[CountedElsewhere, ...]
    counted_places: list[CountedPlace]
    dossiers: list[DossierLine]


class FrameworkRows(msgspec.Struct, frozen=True, kw_only=True):
    """What the queries of a framework's roll-up returned, before it is put into words."""

    trends: list[TrendLine]
    counts: list[Count]
    gap_counts: list[GapCount]
    place_gaps: list[PlaceGaps]
    at_target: list[AtTarget]
    elsewhere: tuple[CountedElsewhere, ...]


def list_templates(cursor: duck.Connection, line: int) -> list[TemplateLine]:
    """Give me every published template version."""
    return duck.rows(cursor, "lists/templates", TemplateLine, {"line": line})


def list_instruments(cursor: duck.Connection, line: int) -> list[InstrumentLine]:
    """Give me every catalogued assessment or data source."""
    return duck.rows(cursor, "lists/instruments", InstrumentLine, {"line": line})


def list_communities(cursor: duck.Connection, line: int) -> list[CommunityLine]:
    """Give me every place the network knows."""
    return duck.rows(cursor, "lists/communities", CommunityLine, {"line": line})


def list_variants(cursor: duck.Connection, line: int, community: str | None = None) -> list[VariantLine]:
    """Give me every local measure, or one community's."""
    return duck.rows(cursor, "lists/variants", VariantLine, {"line": line, "community": community})


def list_frameworks(cursor: duck.Connection, line: int) -> list[FrameworkLine]:
    """Give me every published framework version."""
    return duck.rows(cursor, "lists/frameworks", FrameworkLine, {"line": line})


def revisions(cursor: duck.Connection, line: int, community: str, variant: str) -> list[RevisionLine]:
    """Give me every revision of one variant."""
    return duck.rows(
        cursor, "lists/revisions", RevisionLine, {"line": line, "community": community, "variant": variant}
    )


def acts(cursor: duck.Connection, line: int, kind: Acts, community: str, variant: str) -> list[ActLine]:
    """Give me every signature, decision or restatement of one variant."""
    return duck.rows(cursor, f"lists/{kind}", ActLine, {"line": line, "community": community, "variant": variant})


def dossiers(
    cursor: duck.Connection, line: int, *, current: bool, community: str | None = None, variant: str | None = None
) -> list[DossierLine]:
    """Give me what decides the state of every variant, or of one community's or one; ``current`` where line is the ledger's head."""
    wanted: dict[str, object] = {"line": line, "template": None, "dimensions": []}
    duck.run(cursor, "views/series_now" if current else "views/series_then", wanted)
    return _dossiers(cursor, line, community=community, variant=variant)


def list_batches(
    cursor: duck.Connection, line: int, community: str | None = None, variant: str | None = None
) -> list[BatchLine]:
    """Give me every load, or those of one community or variant."""
    return duck.rows(cursor, "lists/batches", BatchLine, {"line": line, "community": community, "variant": variant})


def kept_mapping(cursor: duck.Connection, line: int, community: str, variant: str) -> MappingLine | None:
    """Give me the mapping kept with a variant, if there is one."""
    found = duck.rows(cursor, "lists/mapping", MappingLine, {"line": line, "community": community, "variant": variant})
    return found[0] if found else None


def points(cursor: duck.Connection, line: int, community: str, variant: str) -> list[PointLine]:
    """Give me every data point of one variant as it stands."""
    return duck.rows(cursor, "lists/points", PointLine, {"line": line, "community": community, "variant": variant})


def superseded_points(cursor: duck.Connection, line: int, community: str, variant: str) -> list[PointLine]:
    """Give me every data point of one variant that has been corrected since."""
    return duck.rows(cursor, "lists/superseded", PointLine, {"line": line, "community": community, "variant": variant})


def origins(cursor: duck.Connection, line: int) -> list[OriginLine]:
    """Give me the cell behind every figure of the series that this cursor's roll-up laid out."""
    return duck.rows(cursor, "lists/origins", OriginLine, {"line": line})


def list_links(cursor: duck.Connection, line: int) -> list[LinkLine]:
    """Give me every published link."""
    return duck.rows(cursor, "lists/links", LinkLine, {"line": line})


def list_rules(cursor: duck.Connection, line: int) -> list[RuleLine]:
    """Give me every progress rule that the network published."""
    return duck.rows(cursor, "lists/rules", RuleLine, {"line": line})


def link_of(line: LinkLine) -> Link:
    """The link that stands in a list's line."""
    return msgspec.json.decode(line.body, type=Link)


def template_of(line: TemplateLine) -> Template:
    """The template that stands in a list's line."""
    return msgspec.json.decode(line.body, type=Template)


def instrument_of(line: InstrumentLine) -> Instrument:
    """The instrument that stands in a list's line."""
    return msgspec.json.decode(line.body, type=Instrument)


def community_of(line: CommunityLine) -> Community:
    """The community that stands in a list's line."""
    return msgspec.json.decode(line.body, type=Community)


def framework_of(line: FrameworkLine) -> Framework:
    """The framework that stands in a list's line."""
    return msgspec.json.decode(line.body, type=Framework)


def variant_of(line: VariantLine) -> Variant:
    """The variant that stands in a list's line."""
    return msgspec.json.decode(line.body, type=Variant)


def rollup_rows(cursor: duck.Connection, question: Question) -> RollupRows:
    """Give me everything a roll-up of one outcome (or of all) is made of."""
    _choose(cursor, question)
    elsewhere = _counted_elsewhere(cursor, question)
    _judge(cursor, question)
    _level(cursor, question)
    window = question.earlier is not None
    ends = {"earlier": question.earlier, "later": question.later}
    return RollupRows(
        places=duck.rows(cursor, "rollup/places", Place),
        picked=duck.kept(cursor, "picked_whole", Picked),
        judged=_progress_in(cursor, "judged"),
        segments=duck.kept(cursor, "picked_segment", Picked),
        progressed=_progress_in(cursor, "progressed"),
        chains=[rounded(row) for row in duck.rows(cursor, "rollup/chained", Chain, {"window": window})],
        parts=duck.kept(cursor, "level_part", LevelPart),
        levels=duck.kept(cursor, "level", PooledLevel),
        changes=duck.rows(cursor, "rollup/level_change", LevelChange, ends) if window else [],
        benchmarks=duck.rows(cursor, "rollup/benchmark_ends", BenchmarkEnds),
        before=duck.rows(cursor, "rollup/before_baseline", Before),
        linked_parts=[rounded(row) for row in duck.kept(cursor, "linked_part", LinkedPart)],
        linked=[rounded(row) for row in duck.rows(cursor, "rollup/linked", LinkedLevel)],
        counts=duck.rows(cursor, "rollup/network", Count),
        at_target=duck.rows(cursor, "rollup/meeting_target", AtTarget),
        gaps=_gaps(cursor) if question.dimensions else [],
        gap_counts=duck.rows(cursor, "rollup/gap_count", GapCount) if question.dimensions else [],
        elsewhere=elsewhere,
        counted_places=duck.kept(cursor, "counted_place", CountedPlace),
        dossiers=_dossiers(cursor, question.line, template=question.template),
    )


def framework_rows(cursor: duck.Connection, question: Question) -> FrameworkRows:
    """Give me what a roll-up of several outcomes together is made of: each place's trends, the counts, and the gaps."""
    _choose(cursor, question)
    elsewhere = _counted_elsewhere(cursor, question)
    _judge(cursor, question, groups=False)
    return FrameworkRows(
        trends=duck.rows(cursor, "rollup/trends", TrendLine),
        counts=duck.rows(cursor, "rollup/network", Count),
        gap_counts=duck.rows(cursor, "rollup/gap_count", GapCount),
        place_gaps=duck.rows(cursor, "rollup/gap_by_place", PlaceGaps),
        at_target=duck.rows(cursor, "rollup/meeting_target", AtTarget),
        elsewhere=elsewhere,
    )


def overlaps(cursor: duck.Connection, question: Question) -> list[OverlapPair]:
    """Give me which measures are for places of which one holds the other."""
    _choose(cursor, question)
    return _overlaps(cursor, question.line)


def _overlaps(cursor: duck.Connection, line: int) -> list[OverlapPair]:
    duck.run(cursor, "views/counted_place", {"line": line})
    return duck.rows(cursor, "rollup/overlap_pairs", OverlapPair)


def _counted_elsewhere(cursor: duck.Connection, question: Question) -> tuple[CountedElsewhere, ...]:
    """Whose people another place counts; mostly nobody's."""
    found = counted_once(_overlaps(cursor, question.line))
    duck.run(cursor, "views/counted_elsewhere")
    duck.insert(cursor, "counted_elsewhere", found)
    duck.run(cursor, "views/elsewhere_today", {"day": question.day})
    return found


def _judge(cursor: duck.Connection, question: Question, *, groups: bool = True) -> None:
    """Lay out which stretches are judged, and what is found: progress, and the gaps where groups are asked for."""
    duck.run(cursor, "views/known_rule")
    duck.insert(cursor, "known_rule", [_terms_of(rule) for rule in known_rules(cursor, question.line).values()])
    ends = {"earlier": question.earlier, "later": question.later, "rule": question.rule}
    duck.keep(cursor, "picked_whole", "rollup/picked", {**ends, "groups": groups})
    duck.keep(cursor, "picked_at_target", "rollup/picked_at_target")
    duck.keep(cursor, "picked_segment", "rollup/picked_segment", {"window": question.earlier is not None})
    duck.run(cursor, "views/picked")
    duck.keep(cursor, "progressed", "rollup/progress")
    duck.keep(cursor, "judged", "rollup/judged")
    if question.dimensions:
        duck.run(cursor, "views/gap_pair", ends)
        duck.run(cursor, "views/gap_ends", ends)
        duck.keep(cursor, "gap", "rollup/disparity")


def _level(cursor: duck.Connection, question: Question) -> None:
    """Lay out what each place brings to a level, and to a mean on the common scale."""
    periods = {"periods": None if question.periods is None else list(question.periods)}
    duck.keep(cursor, "level_part", "rollup/level_part", {**periods, "panel": question.earlier is not None})
    duck.keep(cursor, "level", "rollup/level")
    duck.keep(
        cursor,
        "linked_part",
        "rollup/linked_part",
        {**periods, "line": question.line, "panel": question.earlier is not None},
    )


def known_rules(cursor: duck.Connection, line: int) -> dict[str, ProgressRule]:
    """Give me every progress rule, by its id: those that ship, then those the network published."""
    published = duck.rows(cursor, "lists/rules", RuleLine, {"line": line})
    return {**RULES, **{entry.id: msgspec.json.decode(entry.body, type=ProgressRule) for entry in published}}


def _terms_of(rule: ProgressRule) -> dict[str, object]:
    return {"id": rule.id, "method": rule.method, "phi": rule.phi, "tau": rule.tau}


def _progress_in(cursor: duck.Connection, relation: str) -> list[Progressed]:
    found = duck.kept_behind(cursor, relation, 4, Progress)
    return [Progressed(place, variant, group, stretch, rounded(row)) for (place, variant, group, stretch), row in found]


def _gaps(cursor: duck.Connection) -> list[Gap]:
    found = duck.kept_behind(cursor, "gap", 4, Disparity)
    return [Gap(place, variant, group, reference, rounded(row)) for (place, variant, group, reference), row in found]


def _dossiers(
    cursor: duck.Connection,
    line: int,
    *,
    template: str | None = None,
    community: str | None = None,
    variant: str | None = None,
) -> list[DossierLine]:
    wanted = {"line": line, "template": template, "community": community, "variant": variant}
    return duck.rows(cursor, "lists/dossiers", DossierLine, wanted)


def _choose(cursor: duck.Connection, question: Question) -> None:
    """Lay out the comparable series of the question for the roll-up's queries."""
    wanted = {"line": question.line, "template": question.template, "dimensions": list(question.dimensions)}
    duck.run(cursor, "views/series_now" if question.current else "views/series_then", wanted)
    duck.run(
        cursor,
        "views/measured",
        {**wanted, "day": question.day, "pins": None if question.pins is None else list(question.pins)},
    )
    duck.run(cursor, "views/comparable_in_place" if question.template is None else "views/comparable")
