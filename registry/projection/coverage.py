"""Which community measures which outcome of a framework, how far each measure is agreed, and how the collection stands.

A cell never mixes versions: a measure on an older major version of a pinned outcome is pending, and shown as such.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

import msgspec

from registry.domain.agreement import Outcome, State
from registry.domain.collection import Collected
from registry.domain.community import is_member
from registry.domain.dossier import collection_of, standing_of
from registry.domain.framework import Framework, OutcomeRole, pin_of
from registry.domain.ids import newest, template_reference
from registry.domain.listing import CommunityLine, DossierLine, FrameworkLine
from registry.domain.refusal import NotFound, meant
from registry.projection import read
from registry.projection.reading import Moment, Reading
from registry.version import __version__

CellStatus = Literal["measured", "no_data", "agenda", "pending", "retired", "none"]


class OutcomeLine(msgspec.Struct, frozen=True, kw_only=True):
    """One outcome of a framework, with its title and stage, and how many places measure it."""

    template: str
    title: str
    role: OutcomeRole
    stage: int
    measured: int
    agenda: int
    pending: int


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One community and outcome: whether it is measured, by which measure and how far agreed, up to when, and what is owed.

    A closed or retired measure owes nothing, nor does one that is pending or on the agenda: ``collection`` is null.
    """

    community: str
    template: str
    status: CellStatus
    variant: str | None = None
    state: State | None = None
    outcome: Outcome | None = None
    latest: str | None = None
    collection: Collected | None = None


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """A framework as it is carried: outcomes, places, and one cell for each of both, in their order; counts of what is owed."""

    framework: str
    title: str
    seq: int
    as_of: str
    program: str
    outcomes: tuple[OutcomeLine, ...]
    communities: tuple[str, ...]
    names: tuple[str, ...]
    cells: tuple[Cell, ...]
    owed: dict[str, int]


def coverage_of(projection: Reading, name: str, as_of: str | None = None) -> Coverage:
    """Who carries a framework (its newest version, or ``id@version``) at a moment. Raises NotFound, Invalid."""
    moment = projection.moment(as_of)
    cursor, line = projection.cursor(), moment.entry.seq
    framework = read.framework_of(named_framework(read.list_frameworks(cursor, line), name))
    day = date.fromisoformat(moment.as_of[:10])
    places = [entry for entry in read.list_communities(cursor, line) if is_member(read.community_of(entry), day)]
    held = read.dossiers(cursor, line, current=moment.current)
    cells = tuple(_cells(framework, places, held, moment))
    titles = {f"{entry.id}@{entry.version}": read.template_of(entry) for entry in read.list_templates(cursor, line)}
    owed = [cell.collection.status for cell in cells if cell.collection is not None]
    return Coverage(
        framework=f"{framework.id}@{framework.version}",
        title=framework.title,
        seq=line,
        as_of=moment.as_of,
        program=__version__,
        outcomes=tuple(
            OutcomeLine(
                template=outcome.template,
                title=titles[outcome.template].title,
                role=outcome.role,
                stage=titles[outcome.template].stage,
                **{
                    status: sum(cell.status == status for cell in cells if cell.template == outcome.template)
                    for status in ("measured", "agenda", "pending")
                },
            )
            for outcome in framework.outcomes
        ),
        communities=tuple(place.slug for place in places),
        names=tuple(place.name for place in places),
        cells=cells,
        owed={status: owed.count(status) for status in sorted(set(owed))},
    )


def named_framework(lines: Sequence[FrameworkLine], name: str) -> FrameworkLine:
    """The framework version that ``id@version``, or an id alone, names. Raises NotFound with the nearest name."""
    wanted, version = template_reference(name)
    versions = {line.version: line for line in lines if line.id == wanted}
    if not versions:
        raise NotFound(f"There is no framework {name!r}.", hint=meant(wanted, sorted({line.id for line in lines})))
    chosen = version or newest(versions)
    if chosen not in versions:
        raise NotFound(f"{wanted} is not published as {version!r}.", hint=meant(version, list(versions)))
    return versions[chosen]


def _cells(
    framework: Framework, places: Sequence[CommunityLine], held: Sequence[DossierLine], moment: Moment
) -> Iterator[Cell]:
    for place in places:
        own = [line for line in held if line.community == place.slug and line.headline]
        for outcome in framework.outcomes:
            name, _ = template_reference(outcome.template)
            yield _cell(
                framework, place.slug, outcome.template, [line for line in own if line.template_id == name], moment
            )


def _cell(framework: Framework, community: str, template: str, lines: Sequence[DossierLine], moment: Moment) -> Cell:
    """The cell of the headline measure; a retired one is shown only where there is no other."""
    if not lines:
        return Cell(community=community, template=template, status="none")
    line = min(lines, key=lambda entry: (entry.retired is not None, entry.variant))
    day = date.fromisoformat(moment.as_of[:10])
    standing = standing_of(line, day)
    status: CellStatus = "measured" if line.latest is not None else "no_data"
    if line.retired is not None:
        status = "retired"
    elif pin_of(f"{line.template_id}@{line.template_version}") != pin_of(template):
        status = "pending"
    elif line.agenda:
        status = "agenda"
    collected = collection_of(line, day, framework.collection.due_after_days)
    return Cell(
        community=community,
        template=template,
        status=status,
        variant=f"{line.community}/{line.variant}",
        state=standing.state,
        outcome=standing.outcome,
        latest=line.latest,
        collection=collected if status in {"measured", "no_data"} and standing.state != "closed" else None,
    )
