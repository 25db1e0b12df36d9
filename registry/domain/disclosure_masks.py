"""What a release shows of every cell: masks on true figures, joint with all earlier releases, against everybody who can read.

Cells by themselves (``disclosure.py``), the equations that join them (``disclosure_tables.py``), the audit (``disclosure_audit.py``,
``disclosure_program.py``), the choice (``disclosure_hide.py``). Primary and complementary cells carry one mark; ``why`` is for the
registry's own count and never leaves it. Tests: ``tests/domain/test_disclosure_masks.py``.

- **Earlier releases** are part of what everybody knows: a cell with the same figures as then is one cell, masked at most as it was then.
  One with other figures is a cell of its own, whose mask no longer changes but must hold beside what is shown now. What nothing can
  protect is returned as exposed: the table that it is in may wait, if that helps.
- **How many were eligible** tells of n: the number is shown where it equals n or exceeds it by ``minimum_n``, for everybody's figure if
  that holds for every such figure that equations join to it and none of these is hidden; for groups only if it holds for all.

>>> from registry.domain.disclosure import MaskRule
>>> sexes = (Cell(group="", numerator=30, denominator=63), Cell(group="sex=female", numerator=28, denominator=60),
...     Cell(group="sex=male", numerator=2, denominator=3))
>>> table = Table(community="a", variant="v", period="SY2018-19", rule=MaskRule(unit="percent"), cells=sexes)
>>> [(mask.group, mask.kind, mask.why) for mask in masks([table]).masks]
[('', 'open', ''), ('sex=female', 'hidden', 'complementary'), ('sex=male', 'hidden', 'primary')]
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from registry.domain.disclosure import Cell, Kind, Table, primary
from registry.domain.disclosure_audit import SHOWN, Component, Level, star_of
from registry.domain.disclosure_cells import (
    Cells,
    Earlier,
    Mask,
    Why,
    cells_of,
    components,
    order,
    split,
    standing,
    sums_of,
)
from registry.domain.disclosure_hide import CHEAP_TRIES, Choice, least_choice, protected
from registry.domain.disclosure_part import Solver
from registry.domain.disclosure_program import Audit
from registry.domain.disclosure_supposed import with_supposed
from registry.domain.disclosure_tables import Figures, Nested, completed, figures_of

KINDS: tuple[Kind, ...] = ("open", "coded", "hidden")


class Exposed(msgspec.Struct, frozen=True, kw_only=True):
    """A cell that no mask can protect, and the earlier releases that have shown too much for it."""

    community: str
    variant: str
    period: str
    group: str
    releases: tuple[str, ...]
    why: str


class Masking(msgspec.Struct, frozen=True, kw_only=True):
    """The masks of a release in the order of their names, what is exposed, and how much is hidden; groups of nobody are not counted."""

    masks: tuple[Mask, ...]
    exposed: tuple[Exposed, ...]
    cells: int
    primary: int
    complementary: int
    coded: int


class NeedsProgram(Exception):  # a demand, not a fault
    """These cells hang together so that a program must be solved, and no solver was given."""


def masks(
    tables: Sequence[Table],
    nested: Sequence[Nested] = (),
    *,
    earlier: Sequence[Earlier] = (),
    attackers: Iterable[frozenset[str]] = (),
    solver: Solver | None = None,
) -> Masking:
    """What a release shows of these tables, one table for each measure and period.

    ``attackers`` are sets of communities whose true cells one role may read beside the release; the public and every editor need not be
    named. Raises ``NeedsProgram`` where a program must be solved and there is no ``solver``.
    """
    whole = with_supposed([completed(table) for table in tables], nested)
    past = [
        msgspec.structs.replace(one, table=table)
        for then in standing(earlier, nested)
        for one, table in zip(then, with_supposed([completed(one.table) for one in then], nested), strict=True)
    ]
    cells = cells_of(whole, past)
    known_jointly = tuple(attackers)
    levels = {figures: item.least for figures, item in cells.items.items()}
    exposed = {figures for figures, item in cells.items.items() if item.exposed}
    neighbours: dict[Figures, Component] = {}
    for component in components(cells.items, sums_of(whole, nested, past)):
        neighbours.update((item.figures, component) for item in component.items)
        for part, choice in _chosen(component, known_jointly, solver):
            levels.update((item.figures, level) for item, level in zip(part.items, choice.levels, strict=True))
            exposed.update(part.items[place].figures for place in choice.exposed)
    found = _with_eligible(tables, levels, neighbours, [mask for table in tables for mask in _masks(table, levels)])
    return _masking(
        found, [_exposure(figures, neighbours.get(figures), cells) for figures in sorted(exposed, key=order)]
    )


def _chosen(
    component: Component, attackers: tuple[frozenset[str], ...], solver: Solver | None
) -> Iterator[tuple[Component, Choice]]:
    """How a component is masked, in the parts in which that is decided."""
    if all(item.known(item.least) == SHOWN for item in component.items if item.owed):
        yield component, least_choice(component)
        return
    star = star_of(component) if len({item.figures.key[0] for item in component.items}) == 1 else None
    if star is not None:
        parts = list(_star_chosen(component, star.margin))
        if solver is None or not any(choice.exposed for _, choice in parts):
            yield from parts
            return
    if solver is None:
        raise NeedsProgram("/".join(component.items[0].figures.key[:3]))
    yield component, protected(component, Audit(component, solver, attackers))


def _star_chosen(component: Component, margin: int) -> Iterator[tuple[Component, Choice]]:
    """The same by the closed form; the margin stays as it is."""
    fixed = component.items[margin]
    alone = fixed.known(fixed.least) == SHOWN
    kept = tuple(
        msgspec.structs.replace(item, movable=item.movable and place != margin)
        for place, item in enumerate(component.items)
    )
    for part in split(component, margin) if alone else (Component(kept, component.rows),):
        star = star_of(part)
        if star is not None:
            yield part, protected(part, star, tries=CHEAP_TRIES)


def _masks(table: Table, levels: Mapping[Figures, Level]) -> Iterator[Mask]:
    """Every cell of a table, in the order of the groups."""
    figures = figures_of(table)
    for cell in sorted(table.cells, key=lambda entry: entry.group):
        known = figures[cell.group]
        mine = primary(cell, table.rule)
        kind = mine.kind if known is None else KINDS[levels[known]]
        why: Why = "" if kind == "open" else "primary" if kind == mine.kind else "complementary"
        if known is not None and known.people == 0:
            why = "nobody"
        low, high = (mine.low, mine.high) if kind == "coded" else (None, None)
        yield Mask(
            community=table.community,
            variant=table.variant,
            period=table.period,
            group=cell.group,
            kind=kind,
            low=low,
            high=high,
            why=why,
        )


def _with_eligible(
    tables: Sequence[Table],
    levels: Mapping[Figures, Level],
    neighbours: Mapping[Figures, Component],
    found: Sequence[Mask],
) -> list[Mask]:
    """The masks, with whether the number of eligible people is shown."""
    clean: dict[Figures, bool] = {}
    cell_of: dict[tuple[str, str, str, str], tuple[Cell, Figures | None]] = {}
    for table in tables:
        figures = figures_of(table)
        for cell in table.cells:
            known = figures[cell.group]
            cell_of[table.community, table.variant, table.period, cell.group] = cell, known
            if known is not None:
                beyond = 0 if cell.eligible is None else cell.eligible - known.people
                clean[known] = levels[known] == SHOWN and (beyond == 0 or beyond >= table.rule.minimum_n)

    def shown(mask: Mask) -> bool:
        cell, known = cell_of[mask.community, mask.variant, mask.period, mask.group]
        if cell.eligible is None or mask.kind == "hidden":
            return False
        if known is None:
            return not mask.group
        near = [item.figures for item in neighbours[known].items if item.owed] if known in neighbours else [known]
        return all(clean.get(other, levels[other] == SHOWN) for other in near if mask.group or not other.key[3])

    return [msgspec.structs.replace(mask, eligible=shown(mask)) for mask in found]


def _exposure(figures: Figures, component: Component | None, cells: Cells) -> Exposed:
    community, variant, period, group = figures.key
    own = cells.items[figures].exposed
    near = [figures] if own or component is None else [item.figures for item in component.items]
    releases = tuple(sorted({name for other in near for name in cells.releases.get(other, ())}))
    why = "was shown as it stands" if own else "can be worked out from what was shown"
    return Exposed(community=community, variant=variant, period=period, group=group, releases=releases, why=why)


def _masking(found: Sequence[Mask], exposed: Sequence[Exposed]) -> Masking:
    ordered = sorted(found, key=lambda mask: (mask.community, mask.variant, mask.period, mask.group))
    return Masking(
        masks=tuple(ordered),
        exposed=tuple(exposed),
        cells=sum(mask.why != "nobody" for mask in ordered),
        primary=sum(mask.kind == "hidden" and mask.why == "primary" for mask in ordered),
        complementary=sum(mask.why == "complementary" for mask in ordered),
        coded=sum(mask.kind == "coded" for mask in ordered),
    )
