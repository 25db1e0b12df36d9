"""Which data points a release masks: the true figures of a line of the ledger, and of every earlier release, held against the rules.

The rules themselves are pure and stand in ``domain/disclosure*.py``; this module gives them tables. A *table* is all data points of one
local measure and period. A table that was released before and whose figures changed for a few people only is shown as the release
before had it (``waiting``), and so are those of nested places: the difference of two releases would be a table of those few, and who knows
the new figures of one of them would have those of the others from what was shown beside the old ones. So is a table whose new figures,
beside those of earlier releases, no mask could protect.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from pkgutil import resolve_name

import msgspec

from registry import duck
from registry.domain import disclosure_masks
from registry.domain.disclosure import Cell, MaskRule, Table, eligible_told, primary
from registry.domain.disclosure_cells import Earlier, Mask
from registry.domain.disclosure_change import Name, together, too_near, waiting
from registry.domain.disclosure_masks import Exposed
from registry.domain.disclosure_part import Solver
from registry.domain.disclosure_tables import Nested
from registry.domain.grant import known_jointly
from registry.domain.listing import ReleaseLine
from registry.domain.refusal import Conflict
from registry.domain.release import BaselineLine, CellLine, MaskRow, ReleaseCounts
from registry.domain.value import Missing
from registry.projection import read
from registry.projection.access import list_grants
from registry.projection.files import Projection
from registry.projection.question import Question

NOBODY: tuple[Missing, ...] = ("not_applicable", "not_tested")
"""Why a figure is absent that speaks of nobody."""


class Masking(msgspec.Struct, frozen=True, kw_only=True):
    """What a release made at a line would mask, and what earlier releases have given away whatever it masks."""

    masks: tuple[MaskRow, ...]
    counts: ReleaseCounts
    exposed: tuple[Exposed, ...] = ()


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """A table as an earlier release had it, and up to which line that release showed it."""

    earlier: Earlier
    upto: int


def masking_at(projection: Projection, line: int) -> Masking:
    """Work out what a release of the registry as it stood at a line masks.

    Raises Conflict where a program would have to be solved and the extra for that is not installed.
    """
    cursor = projection.cursor()
    past = _past(cursor, line)
    newest = {_name(entry.earlier.table): entry for entry in past}
    tables = tables_at(cursor, line)
    nested = _nested(projection, cursor, line)
    earlier = [entry.earlier for entry in past]
    masked = partial(_masked_jointly, nested=nested, earlier=earlier, jointly=known_jointly(list_grants(cursor, line)))
    now = tables
    before = {name: _as_before(entry.earlier, now[name].rule) for name, entry in newest.items() if name in now}
    waits = waiting(now, earlier, nested) & before.keys()
    tables = now | {name: before[name] for name in waits}
    found = masked(tables)
    given_away = {(cell.community, cell.variant, cell.period) for cell in found.exposed}
    more = together(given_away & now.keys(), now, nested) & before.keys() - waits
    if more:
        tried = tables | {name: before[name] for name in more}
        without = masked(tried)
        if len(without.exposed) < len(found.exposed):
            waits, tables, found = waits | more, tried, without
    late = [name for name in waits if newest[name].earlier.table.cells != now[name].cells]
    cells = {(*name, cell.group): (cell, table.rule) for name, table in tables.items() for cell in table.cells}
    rows = [
        row
        for mask in found.masks
        for row in _rows(mask, *cells[mask.community, mask.variant, mask.period, mask.group])
    ]
    rows += [MaskRow(*name, "", "earlier", upto=newest[name].upto) for name in late]
    rows += _baselines(cursor, line, _everybodys(earlier, tables, found.masks))
    hidden = found.primary + found.complementary
    shown = found.cells - hidden - found.coded
    counts = ReleaseCounts(cells=found.cells, open=shown, coded=found.coded, hidden=hidden, delayed=len(late))
    return Masking(masks=tuple(sorted(rows, key=_in_order)), counts=counts, exposed=found.exposed)


def _as_before(past: Earlier, rule: MaskRule) -> Table:
    """A table that waits: its earlier figures under the rule of now, and nothing of it shown that was hidden then."""
    hidden = {mask.group for mask in past.masks if mask.kind == "hidden"}
    cells = (
        msgspec.structs.replace(cell, published=cell.published and cell.group not in hidden)
        for cell in past.table.cells
    )
    return msgspec.structs.replace(past.table, rule=rule, cells=tuple(cells))


def masks_as_released(projection: Projection, line: int) -> list[MaskRow]:
    """What is masked of the registry at a line for whoever reads its documents as they stand, but figures only as they were released."""
    cursor = projection.cursor()
    released = duck.rows(cursor, "lists/releases", ReleaseLine, {"line": line})[-1:]
    rows = [row for entry in released for row in _masks_of(cursor, entry) if row.kind != "baseline"]
    late = {(row.community, row.variant, row.period) for row in rows if row.kind == "earlier"}
    upto = released[0].upto if released else 0
    rows += [MaskRow(*name, "", "earlier", upto=upto) for name in tables_at(cursor, line) if name not in late]
    earlier = [past.earlier for past in _past(cursor, line)]
    return [*rows, *_baselines(cursor, line, _everybodys(earlier, {}, ()))]


def _masks_of(cursor: duck.Connection, release: ReleaseLine) -> list[MaskRow]:
    return duck.rows(cursor, "lists/masks", MaskRow, {"line": release.seq, "release": release.id})


def _masked_jointly(
    tables: Mapping[Name, Table],
    *,
    nested: tuple[Nested, ...],
    earlier: Sequence[Earlier],
    jointly: tuple[frozenset[str], ...],
) -> disclosure_masks.Masking:
    try:
        return disclosure_masks.masks(
            list(tables.values()), nested, earlier=earlier, attackers=jointly, solver=_solver()
        )
    except disclosure_masks.NeedsProgram as need:
        community, variant, *_ = need.args[0]
        raise Conflict(
            f"What is to be masked hangs together so that a program must be solved (around {community}/{variant}).",
            hint="Install the solver: pip install 'outcome-registry[disclosure]'.",
        ) from need


def tables_at(cursor: duck.Connection, line: int) -> dict[Name, Table]:
    """Every table at a line, by its name, with the figures as they are."""
    lines = duck.rows(cursor, "lists/cells", CellLine, {"line": line})
    found = {}
    for name, same in groupby(lines, key=lambda entry: (entry.community, entry.variant, entry.period)):
        found[name] = _table(name, list(same))
    return found


def _table(name: Name, lines: Sequence[CellLine]) -> Table:
    community, variant, period = name
    cells = tuple(map(_cell, lines))
    return Table(community=community, variant=variant, period=period, rule=_rule(lines[0]), cells=cells)


def _rule(line: CellLine | BaselineLine) -> MaskRule:
    return MaskRule(unit=line.unit, per=line.per, minimum_n=line.minimum_n, minimum_numerator=line.minimum_numerator)


def _cell(line: CellLine) -> Cell:
    """A data point as the rules take it; one that is absent because nobody was counted is a figure of nobody."""
    if line.missing in NOBODY:
        return Cell(group=line.group_key, numerator=0, denominator=0, eligible=line.eligible)
    return Cell(
        group=line.group_key,
        value=line.value,
        numerator=line.numerator,
        denominator=line.denominator,
        eligible=line.eligible,
    )


def _past(cursor: duck.Connection, line: int) -> list[Past]:
    """Every table that an earlier release had, in the order of releases; one that did not change since the release before, once."""
    found: list[Past] = []
    newest: dict[Name, Past] = {}
    for release in duck.rows(cursor, "lists/releases", ReleaseLine, {"line": line}):
        for name, past in _released(cursor, release).items():
            before = newest.get(name)
            if before is None or (before.earlier.table, before.earlier.masks) != (
                past.earlier.table,
                past.earlier.masks,
            ):
                newest[name] = past
                found.append(past)
    return found


def _released(cursor: duck.Connection, release: ReleaseLine) -> dict[Name, Past]:
    """The tables of one release, with what it masked."""
    rows = _masks_of(cursor, release)
    lines = {(row.community, row.variant, row.period): row.upto or 0 for row in rows if row.kind == "earlier"}
    tables = tables_at(cursor, release.upto)
    for upto in sorted(set(lines.values())):
        older = tables_at(cursor, upto)
        tables.update({name: older[name] for name, late in lines.items() if late == upto and name in older})
    marked = {
        (row.community, row.variant, row.period, row.group_key): row for row in rows if row.kind in {"hidden", "coded"}
    }
    return {
        name: Past(
            earlier=Earlier(release=release.id, table=table, masks=tuple(_masked(table, marked))),
            upto=lines.get(name, release.upto),
        )
        for name, table in tables.items()
    }


def _masked(table: Table, marked: Mapping[tuple[str, str, str, str], MaskRow]) -> Iterator[Mask]:
    name = (table.community, table.variant, table.period)
    for cell in table.cells:
        row = marked.get((*name, cell.group))
        made = partial(Mask, community=name[0], variant=name[1], period=name[2], group=cell.group)
        if row is None:
            yield made(kind="open")
        elif row.kind == "hidden":
            yield made(kind="hidden")
        else:
            yield made(kind="coded", low=row.low, high=row.high)


def _rows(mask: Mask, cell: Cell, rule: MaskRule) -> Iterator[MaskRow]:
    """What is kept of a mask: nothing of an open cell, unless how many were eligible may not be shown beside it."""
    name = (mask.community, mask.variant, mask.period, mask.group)
    if mask.kind == "hidden":
        yield MaskRow(*name, "hidden")
        return
    if mask.kind == "coded":
        yield MaskRow(*name, "coded", mask.low, mask.high)
    if not mask.eligible and cell.eligible is not None:
        yield MaskRow(*name, "eligible", high=eligible_told(cell, rule))


def _everybodys(
    earlier: Iterable[Earlier], tables: Mapping[Name, Table], masks: Iterable[Mask]
) -> dict[Name, list[Cell]]:
    """Everybody's figures as this release and those before it show them, by table."""
    shown = {(mask.community, mask.variant, mask.period) for mask in masks if not mask.group and mask.kind != "hidden"}
    before = (past.table for past in earlier if any(not mask.group and mask.kind != "hidden" for mask in past.masks))
    found: dict[Name, list[Cell]] = defaultdict(list)
    for table in (*before, *(tables[name] for name in sorted(shown))):
        found[_name(table)] += (cell for cell in table.cells if not cell.group)
    return found


def _baselines(cursor: duck.Connection, line: int, shown: dict[Name, list[Cell]]) -> Iterator[MaskRow]:
    """The declared baselines that are not shown.

    They are those of which a loaded figure would not be shown as it stands, and those that differ by a few people only from a figure that
    is ``shown``, or from a baseline that was declared before.
    """
    for row in duck.rows(cursor, "lists/baselines", BaselineLine, {"line": line}):
        cell, rule = Cell(group="", value=row.value, numerator=row.numerator, denominator=row.denominator), _rule(row)
        others = shown.setdefault((row.community, row.variant, row.period), [])
        if primary(cell, rule).kind == "open" and not any(too_near(cell, other, rule) for other in others):
            others.append(cell)
        else:
            yield MaskRow(row.community, row.variant, row.period, "", "baseline", upto=row.seq)


def _nested(projection: Projection, cursor: duck.Connection, line: int) -> tuple[Nested, ...]:
    """Which measures' places hold which, where both measure alike."""
    day = projection.ledger.entry(line).recorded_at[:10]
    question = Question(line=line, day=day, template=None, current=line == projection.seq)
    pairs = {
        Nested(holder=(pair.wide, pair.wide_variant), held=(pair.narrow, pair.narrow_variant))
        for pair in read.overlaps(cursor, question)
        if pair.tiers is None or "level" in pair.tiers
    }
    return tuple(sorted(pairs, key=lambda pair: (pair.holder, pair.held)))


def _solver() -> Solver | None:
    """The solver, where the extra ``disclosure`` is installed."""
    try:
        found: Solver = resolve_name("registry.audit:highs")
    except ImportError:
        return None
    return found


def _name(table: Table) -> Name:
    return table.community, table.variant, table.period


def _in_order(row: MaskRow) -> tuple[str, ...]:
    return row.community, row.variant, row.period, row.group_key, row.kind, f"{row.upto or 0:020}"
