"""Questions to the projection: one function a query file, rows as Structs. Reads never write and never look at the clock.

Every function takes a cursor of its own (``Projection.cursor``) and the ledger's line at which it answers.
"""

from typing import Literal

import msgspec

from registry import duck
from registry.domain.community import Community
from registry.domain.framework import Framework
from registry.domain.instrument import Instrument
from registry.domain.listing import (
    ActLine,
    BatchLine,
    CommunityLine,
    DossierLine,
    FrameworkLine,
    InstrumentLine,
    MappingLine,
    OriginLine,
    PointLine,
    RevisionLine,
    TemplateLine,
    VariantLine,
)
from registry.domain.progress import Progress
from registry.domain.progress_rule import ProgressRule
from registry.domain.rollup import Count, LevelPart, Picked, Place, PooledLevel, Progressed, rounded
from registry.domain.template import Template
from registry.domain.variant import Variant

Acts = Literal["signatures", "decisions", "restatements"]


class RollupRows(msgspec.Struct, frozen=True, kw_only=True):
    """What the queries of one roll-up returned, before it is put into words."""

    places: list[Place]
    picked: list[Picked]
    progressed: list[Progressed]
    parts: list[LevelPart]
    levels: list[PooledLevel]
    counts: list[Count]
    dossiers: list[DossierLine]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What a roll-up is asked: line and day it answers for, outcome, dimension, periods (null: the latest), window, and rule."""

    line: int
    day: str
    template: str | None
    major: int | None = None
    current: bool
    rule: ProgressRule
    dimension: str | None = None
    periods: tuple[str, ...] | None = None
    earlier: str | None = None
    later: str | None = None


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
    wanted = {"line": line, "template": None, "dimension": None}
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
    """Give me everything a roll-up of one outcome is made of."""
    _choose(cursor, question)
    rule = {"phi": question.rule.phi, "tau": question.rule.tau, "method": question.rule.method}
    ends = {"earlier": question.earlier, "later": question.later}
    duck.keep(cursor, "picked", "rollup/picked", ends)
    picked = duck.kept(cursor, "picked", Picked)
    duck.keep(cursor, "progressed", "rollup/progress", rule)
    duck.keep(cursor, "picked", "rollup/picked_at_target")
    duck.keep(cursor, "progressed_at_target", "rollup/progress", rule)
    periods = None if question.periods is None else list(question.periods)
    duck.keep(cursor, "level_part", "rollup/level_part", {"periods": periods})
    return RollupRows(
        places=duck.rows(cursor, "rollup/places", Place),
        picked=picked,
        progressed=progressed(cursor),
        parts=duck.kept(cursor, "level_part", LevelPart),
        levels=duck.rows(cursor, "rollup/level", PooledLevel),
        counts=duck.rows(cursor, "rollup/network", Count),
        dossiers=_dossiers(cursor, question.line, template=question.template),
    )


def progressed(cursor: duck.Connection) -> list[Progressed]:
    """Give me the progress of every series that this cursor's roll-up worked out."""
    cursor.execute(duck.text_of("rollup/progressed"))
    fields = Progress.__struct_fields__
    return [
        Progressed(community, variant, group, rounded(Progress(**dict(zip(fields, figures, strict=True)))))
        for community, variant, group, *figures in cursor.fetchall()
    ]


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
    wanted = {"line": question.line, "template": question.template, "dimension": question.dimension}
    duck.run(cursor, "views/series_now" if question.current else "views/series_then", wanted)
    duck.run(cursor, "views/comparable", {**wanted, "day": question.day, "major": question.major})
