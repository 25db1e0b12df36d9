"""The attacker: all that was said at every release, what she knows of her own, and the rule; and which cells that leaves too narrow.

For every cell and every release at which its figures changed there are two whole numbers, its people and its numerator. What was said
fixes or bounds them, sums tie them together, and ``ranges.py`` finds what each can be. She is strong: she knows which cells there are,
which of them were revised, and where parts make up the whole. What a release owes (design section 9):

- ``size``: a cell whose people were not told stays open over at least ``rule.n`` whole numbers (one with nobody in it is nobody's);
- ``numerator``: with its people told, a numerator that was not stays open over at least ``rule.x``, with room on both sides of the truth,
  unless that is 0 or everybody, or the end of the range that was printed;
- ``told``: nobody says outright what is under the rule;
- ``difference``: what two releases differ by is a group like any other: fewer than ``rule.n`` people stay open over as many.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from tests.attack.alignment import aligned
from tests.attack.ranges import Need, Range, ranges
from tests.attack.readings import Told, together
from tests.attack.system import MANY, Component, System, components, tightened
from tests.attack.world import Cell, Figures, Relation, Said, World, relations

Owed = Literal["size", "numerator", "told", "difference"]
Pair = tuple[int, int]
"""A cell's two variables: its people and its numerator."""
Seen = dict[tuple[object, ...], dict[int, Range]]
"""Answers by the shape of the component and what was asked: many readers see the same."""


class Breach(msgspec.Struct, frozen=True):
    """One cell that is told more narrowly than the rule allows: what it can still be, and what it is."""

    owed: Owed
    cell: Cell
    stage: int
    low: int
    high: int
    truth: int


class Attack(msgspec.Struct, frozen=True):
    """What came of an attack: how many cells were hidden from the reader, and those that she found out."""

    hidden: int
    breaches: tuple[Breach, ...]


class Target(msgspec.Struct, frozen=True):
    """A variable that is to stay open, and whose it is."""

    owed: Owed
    cell: Cell
    stage: int
    variable: int
    need: Need
    step: int = 1


def attack(
    world: World,
    said: Sequence[Said],
    own: Collection[str] = (),
    *,
    seen: Seen | None = None,
    only: Collection[Cell] | None = None,
) -> Attack:
    """Attack every cell of the world that was not told, as somebody who also knows all cells of the communities in ``own``.

    ``only`` names the cells to go after (null: all), ``seen`` keeps answers for the next attack.

    Raises AssertionError where something was said that is not true: then the system would prove anything.
    """
    seen = {} if seen is None else seen
    said = aligned(world, said)
    model = Model(world, said, frozenset(own))
    targets = [target for target in model.targets() if only is None or target.cell in only]
    hidden = len({(target.cell, target.stage) for target in targets if target.owed != "difference"})
    outright = tuple(_outright(world, said, own))
    untrue = list(model.system.broken(model.truth))
    assert not untrue, f"what was said is not true: {untrue[:3]}"
    tightened(model.system)
    by_variable: dict[int, list[Target]] = {}
    for target in targets:
        by_variable.setdefault(target.variable, []).append(target)
    found: list[Breach] = []
    place: dict[int, Component] = {}
    for component in components(model.system):
        place.update(dict.fromkeys(component.variables, component))
        found.extend(_judged(component, model.truth, by_variable, seen))
    for variable, own_targets in by_variable.items():
        if variable not in place:
            fixed = Range(model.system.low[variable], model.system.low[variable], exact=True)
            found.extend(_narrow(own_targets, fixed))
    return Attack(hidden=hidden, breaches=(*outright, *found))


def _judged(
    component: Component, truth: Sequence[int], asked: Mapping[int, list[Target]], seen: Seen
) -> Iterator[Breach]:
    needs = {
        number: asked[variable][0].need for number, variable in enumerate(component.variables) if variable in asked
    }
    if not needs:
        return
    shape = (component.shape, tuple(needs.items()))
    if shape not in seen:
        seen[shape] = ranges(component, needs, [truth[variable] for variable in component.variables])
    for number, found in seen[shape].items():
        yield from _narrow(asked[component.variables[number]], found)


def _narrow(targets: Iterable[Target], found: Range) -> Iterator[Breach]:
    for target in targets:
        if not target.need.met(found.low, found.high):
            yield Breach(
                target.owed,
                target.cell,
                target.stage,
                found.low * target.step,
                found.high * target.step,
                target.need.truth * target.step,
            )


def _outright(world: World, said: Iterable[Said], own: Collection[str]) -> Iterator[Breach]:
    """What was said in so many words and is under the rule, of one cell or of a sum."""
    rule = world.rule
    for entry in said:
        others = [cell for cell in entry.cells if cell.community not in own]
        if not others:
            continue
        figures = [world.stages[stage].figures[cell] for cell, stage in entry.placed()]
        n, x = sum(figure.n for figure in figures), sum(figure.x for figure in figures)
        if n and n < rule.n and (entry.n is not None or entry.x is not None or entry.value is not None or entry.ranged):
            yield Breach("told", others[0], entry.stage, n, n, n)
        elif (entry.x is not None or entry.value is not None) and min(x, n - x) < rule.x and n:
            yield Breach("told", others[0], entry.stage, x, x, x)
        elif entry.eligible is not None and entry.n is not None and 0 < entry.eligible - entry.n < rule.n:
            yield Breach("told", others[0], entry.stage, entry.eligible, entry.eligible, entry.eligible)


def _signed(relation: Relation) -> Iterator[tuple[Cell, int]]:
    """The whole, less its parts."""
    yield relation.whole, 1
    yield from ((part, -1) for part in relation.parts)


def _empty_told_apart(world: World, said: Sequence[Said]) -> bool:
    """Whether every group with nobody in it is said to be empty, so that a hidden one is known to hold somebody."""
    told = {placed for entry in said if entry.empty for placed in entry.placed() if placed[0].group}
    empty = {
        (cell, number)
        for number, stage in enumerate(world.stages)
        for cell, figures in stage.known()
        if figures.n == 0 and cell.group
    }
    return bool(told) and empty <= told


class Model:
    """The attacker's system over all releases, the truth as a point of it, and what it says of every cell."""

    def __init__(self, world: World, said: Sequence[Said], own: frozenset[str]) -> None:
        self.world = world
        self.own = own
        self.system = System()
        self.truth: list[int] = []
        self.place: dict[tuple[Cell, int], Pair] = {}
        self.steps: dict[Pair, tuple[int, int]] = {}
        self.least = int(_empty_told_apart(world, said))
        self._cells()
        self.told = self._heard(said)
        for number, stage in enumerate(world.stages):
            if number == 0 or stage is not world.stages[number - 1]:
                self._sums(number)

    def _cells(self) -> None:
        """Two variables for each cell and revision."""
        held: dict[Cell, tuple[Figures, Pair]] = {}
        for number, stage in enumerate(self.world.stages):
            for cell, figures in stage.figures.items():
                if cell not in held or held[cell][0] != figures:
                    told_apart = self.least or (not cell.group and cell not in stage.silent)
                    held[cell] = figures, self._pair(figures, least=int(told_apart))
                self.place[cell, number] = held[cell][1]
                if cell.community in self.own and cell not in stage.silent:
                    for variable, value in zip(held[cell][1], figures, strict=True):
                        self.system.narrow(variable, value, value)

    def _heard(self, said: Sequence[Said]) -> dict[Pair, Told]:
        """What was said of each cell's revision, and of sums, each a pair of variables of its own."""
        statements: dict[Pair, list[Said]] = {}
        sums: dict[tuple[Pair, ...], Pair] = {}
        for entry in said:
            pairs = tuple(sorted(self.place[cell, stage] for cell, stage in entry.placed()))
            if len(pairs) > 1 and pairs not in sums:
                sums[pairs] = self._sum(pairs)
            statements.setdefault(sums.get(pairs, pairs[0]), []).append(entry)
        told = {pair: together(entries) for pair, entries in statements.items()}
        for pair, entry in told.items():
            self._bound(pair, entry)
        return told

    def _variable(self, truth: int, low: int = 0, high: int = MANY) -> int:
        self.truth.append(truth)
        return self.system.variable(low, high)

    def _pair(self, figures: Figures, least: int = 0) -> Pair:
        """The people and the numerator; where empty cells are told apart (``least`` is 1), a hidden one is known to have somebody in it."""
        n, x = self._variable(figures.n, least if figures.n else 0), self._variable(figures.x)
        self.system.row(((n, 1), (x, -1)), 0, None)
        return n, x

    def _sum(self, pairs: Sequence[Pair]) -> Pair:
        """Two variables for the sum of some cells."""
        total = self._pair(Figures(sum(self.truth[n] for n, _ in pairs), sum(self.truth[x] for _, x in pairs)))
        for index in (0, 1):
            self.system.row([(total[index], 1), *((pair[index], -1) for pair in pairs)], 0, 0)
        return total

    def _bound(self, pair: Pair, told: Told) -> None:
        n, x = pair
        self.system.narrow(n, told.n, told.n)
        self.system.narrow(n, None, told.most)
        self.system.narrow(x, told.x, told.x)
        self.system.narrow(x, told.x_low, told.x_high)
        if told.share is not None:
            self.system.row(((x, told.share.scale), (n, -told.share.low)), 0, None)
            self.system.row(((x, told.share.scale), (n, -told.share.high)), None, 0)
        if told.ratio is not None and told.n is None:
            step = told.ratio.denominator
            times = self._variable(self.truth[n] // step)
            self.system.row(((n, 1), (times, -step)), 0, 0)
            self.system.row(((x, 1), (times, -told.ratio.numerator)), 0, 0)
            self.steps[pair] = times, step

    def _sums(self, stage: int) -> None:
        for relation in relations(self.world, self.world.stages[stage]):
            pairs = [(self.place[cell, stage], sign) for cell, sign in _signed(relation)]
            for index, whole in enumerate((relation.n, relation.x)):
                self.system.row([(pair[index], sign) for pair, sign in pairs], 0, 0 if whole else None)
            if relation.rest:
                terms = [
                    (variable, sign * side)
                    for pair, sign in pairs
                    for variable, side in zip(pair, (1, -1), strict=True)
                ]
                self.system.row(terms, 0, None)

    def targets(self) -> Iterator[Target]:
        """Every variable that a release owes to keep open; a cell counts once as long as it is not revised."""
        done = set()
        for number, stage in enumerate(self.world.stages):
            for cell, figures in stage.known():
                pair = self.place[cell, number]
                if cell.community not in self.own and pair not in done:
                    done.add(pair)
                    yield from self._of_cell(cell, number, figures)
                    yield from self._of_change(cell, number, figures)

    def _of_cell(self, cell: Cell, number: int, figures: Figures) -> Iterator[Target]:
        pair = self.place[cell, number]
        told = self.told.get(pair, Told())
        if told.whole or figures.n == 0:
            return
        if told.n is None:
            variable, step = self.steps.get(pair, (pair[0], 1))
            yield Target("size", cell, number, variable, Need(self.world.rule.n, figures.n // step), step)
        else:
            below = figures.x not in (0, told.x_low)
            above = figures.x not in (figures.n, told.x_high)
            yield Target("numerator", cell, number, pair[1], Need(self.world.rule.x, figures.x, below, above))

    def _of_change(self, cell: Cell, number: int, figures: Figures) -> Iterator[Target]:
        """The people by whom a cell differs from each release before, where they are too few to be told."""
        earlier = {self.place[cell, before]: before for before in range(number) if (cell, before) in self.place}
        for before in earlier.values():
            then = self.world.stages[before].figures[cell]
            changes = figures.n - then.n, figures.x - then.x, (figures.n - figures.x) - (then.n - then.x)
            if 0 < abs(changes[0]) < self.world.rule.n:
                yield self._difference(cell, (before, number), 0, Need(self.world.rule.n, changes[0]))
            elif any(0 < abs(change) < self.world.rule.x for change in changes[1:]):
                yield self._difference(cell, (before, number), 1, Need(self.world.rule.x, changes[1]))

    def _difference(self, cell: Cell, stages: tuple[int, int], index: int, need: Need) -> Target:
        before, now = (self.place[cell, stage][index] for stage in stages)
        variable = self._variable(need.truth, -MANY, MANY)
        self.system.row(((variable, 1), (now, -1), (before, 1)), 0, 0)
        return Target("difference", cell, stages[1], variable, need)
