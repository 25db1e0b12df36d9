"""What is true and what is said of it: cells with their people, the rule that hides them, and every fact that an exit gave away.

This is the adversary's own account. It shares nothing with the code that decides what a release hides.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

import msgspec


class Cell(NamedTuple):
    """One data point by its name; ``group`` is the product's own text for a group, empty for everybody."""

    community: str
    variant: str
    period: str
    group: str


class Figures(NamedTuple):
    """How many people a cell is of, and how many of them count in the numerator."""

    n: int
    x: int


class Rule(msgspec.Struct, frozen=True):
    """What a release owes: the fewest people of a group that may be told, and the smallest numerator (or complement)."""

    n: int = 10
    x: int = 3


class Stage(msgspec.Struct, frozen=True):
    """The truth at one release; ``silent`` are the cells of it that the source itself kept back, so that the registry knows them not."""

    figures: Mapping[Cell, Figures]
    silent: frozenset[Cell] = frozenset()

    def known(self) -> Iterator[tuple[Cell, Figures]]:
        """The cells that the registry has figures of."""
        return ((cell, figures) for cell, figures in self.figures.items() if cell not in self.silent)


class World(msgspec.Struct, frozen=True):
    """The truth release by release, and which places hold which others (``holds``: community to those that lie in it)."""

    stages: tuple[Stage, ...]
    rule: Rule = Rule()
    holds: Mapping[str, tuple[str, ...]] = {}


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One statement of one exit on the sum over ``cells`` at one release; ``value``, ``low`` and ``high`` are per ``per`` of ``n``.

    ``eligible`` is how many could have been counted, ``empty`` says that there is nobody in the cell; ``stages`` is for each cell the
    release of whose truth it speaks, where that is not ``stage`` (``alignment.py``).
    """

    exit: str
    stage: int
    cells: tuple[Cell, ...]
    n: int | None = None
    x: int | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    eligible: int | None = None
    per: float = 100.0
    empty: bool = False
    stages: tuple[int, ...] = ()

    @property
    def ranged(self) -> bool:
        """Whether a range is told that is not all there is."""
        return (self.low or 0) > 0 or (self.high is not None and self.high < self.per)

    def placed(self) -> Iterator[tuple[Cell, int]]:
        """Each cell with the release of whose truth this speaks."""
        return zip(self.cells, self.stages or (self.stage,) * len(self.cells), strict=True)


class Relation(NamedTuple):
    """A cell and the parts it is made of; ``n`` and ``x`` say whether the parts are known to make up all of it (else they are at most it).

    Where people are missing nobody can know how many of them are in the numerator, so that it is never known to be whole by itself.
    ``rest`` says that the parts are at most the whole outside the numerator too; they are not where one cell was corrected alone.
    """

    whole: Cell
    parts: tuple[Cell, ...]
    n: bool
    x: bool
    rest: bool


@cache
def pairs_of(group: str) -> frozenset[tuple[str, str]]:
    """The dimensions of a group with their categories."""
    return frozenset(
        (name, category) for name, _, category in (part.partition("=") for part in group.split(";") if part)
    )


@cache
def dimensions_of(group: str) -> frozenset[str]:
    """The dimensions of a group."""
    return frozenset(name for name, _ in pairs_of(group))


def group_of(pairs: Iterable[tuple[str, str]]) -> str:
    """The text of a group."""
    return ";".join(f"{name}={category}" for name, category in sorted(pairs))


def relations(world: World, stage: Stage) -> Iterator[Relation]:
    """Everything that adds up at one release: parts of a table to their margins, places to the place that holds them."""
    tables: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in stage.figures:
        tables.setdefault(cell[:3], []).append(cell)
    for table in tables.values():
        yield from _within(stage, table)
    for holder, held in world.holds.items():
        yield from _nested(stage, holder, held)


def _within(stage: Stage, table: list[Cell]) -> Iterator[Relation]:
    """Each group with its finer groups, dimension set by dimension set; steps that others make up are left out."""
    by_dimensions: dict[frozenset[str], list[Cell]] = {}
    for cell in table:
        by_dimensions.setdefault(dimensions_of(cell.group), []).append(cell)
    for coarse, wholes in by_dimensions.items():
        for fine, cells in by_dimensions.items():
            if not coarse < fine or any(coarse < other < fine for other in by_dimensions):
                continue
            parts: dict[frozenset[tuple[str, str]], list[Cell]] = {}
            for cell in cells:
                key = frozenset(pair for pair in pairs_of(cell.group) if pair[0] in coarse)
                parts.setdefault(key, []).append(cell)
            for whole in wholes:
                if pairs_of(whole.group) in parts:
                    yield from _relation(stage, whole, parts[pairs_of(whole.group)])


def _nested(stage: Stage, holder: str, held: tuple[str, ...]) -> Iterator[Relation]:
    for cell in stage.figures:
        if cell.community == holder:
            parts = [cell._replace(community=name) for name in held]
            yield from _relation(stage, cell, [part for part in parts if part in stage.figures])


def _relation(stage: Stage, whole: Cell, parts: list[Cell]) -> Iterator[Relation]:
    """A sum that holds, or holds as a bound; none where the parts are more than the whole, as in a faulty file."""
    if not parts:
        return
    truth = stage.figures
    missing = Figures(
        truth[whole].n - sum(truth[part].n for part in parts), truth[whole].x - sum(truth[part].x for part in parts)
    )
    if min(missing) >= 0:
        yield Relation(whole, tuple(sorted(parts)), missing.n == 0, missing == (0, 0), missing.x <= missing.n)
