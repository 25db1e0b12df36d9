"""Made tables for the tests of disclosure, and an attacker of their own: she shares no code with the rules that she attacks.

She takes what was shown (the masks), the true table only to know which sums are exact, and solves integer programs with scipy for the least
and greatest size and numerator of every masked cell. A hidden group may be nobody's; everybody's figure that is hidden is somebody's.
"""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

import msgspec
import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from registry.domain.disclosure import Cell, MaskRule, Table
from registry.domain.disclosure_cells import Mask
from registry.domain.disclosure_tables import Nested
from registry.domain.group import group_key, group_of

PERCENT = MaskRule(unit="percent")
Name = tuple[str, str, str, str]


def cell(group: str, inside: int | None, size: int | None, **more: float) -> Cell:
    return Cell(group=group, numerator=inside, denominator=size, **more)


def table(
    *cells: Cell, community: str = "a", variant: str = "v", period: str = "SY2018-19", rule: MaskRule = PERCENT
) -> Table:
    return Table(community=community, variant=variant, period=period, rule=rule, cells=cells)


def made(
    draw: random.Random,
    dimensions: Mapping[str, int],
    deepest: int,
    *,
    people: int = 40,
    unknown: float = 0.0,
    community: str = "a",
) -> Table:
    """A table in which everything adds up: all groups of up to ``deepest`` dimensions, of so many categories each.

    A share ``unknown`` of the finest cells is of people of no stated category: they are in the margins only.
    """
    finest = list(product(*(range(size) for size in dimensions.values())))
    counts: dict[str, tuple[int, int]] = {}
    rate = draw.choice((0.02, 0.3, 0.5, 0.7, 0.97))
    for point in finest:
        size = int(draw.expovariate(1 / draw.choice((4, people / 2, people))))
        inside = sum(draw.random() < rate for _ in range(size))
        stated = draw.random() >= unknown
        pairs = [f"{name}={'abcdefgh'[at]}" for name, at in zip(dimensions, point, strict=True)]
        for chosen in product((False, True), repeat=len(pairs)):
            if sum(chosen) > deepest or (any(chosen) and not stated):
                continue
            key = group_key(group_of(";".join(pair for pair, taken in zip(pairs, chosen, strict=True) if taken)))
            before = counts.get(key, (0, 0))
            counts[key] = before[0] + inside, before[1] + size
    cells = [cell(key, inside, size) for key, (inside, size) in sorted(counts.items()) if size]
    return table(*cells, community=community)


class Attacker:
    """Whoever reads the masks and knows the true cells of some communities."""

    def __init__(
        self, tables: Sequence[Table], masks: Iterable[Mask], nested: Sequence[Nested] = (), knows: Iterable[str] = ()
    ) -> None:
        self.true: dict[Name, tuple[int, int, int, int]] = {}
        for one in tables:
            for entry in one.cells:
                assert entry.denominator is not None
                assert entry.numerator is not None
                name = (one.community, one.variant, one.period, entry.group)
                self.true[name] = (entry.denominator, entry.numerator, one.rule.minimum_n, one.rule.minimum_numerator)
        self.masks = {(mask.community, mask.variant, mask.period, mask.group): mask for mask in masks}
        self.knows = set(knows)
        self.names = sorted(self.true)
        self.at = {name: number for number, name in enumerate(self.names)}
        self.rows: list[tuple[list[int], list[int], bool]] = []
        self._within()
        self._between(nested)

    def _relate(self, margin: Name, parts: list[Name]) -> None:
        gap = [self.true[margin][k] - sum(self.true[part][k] for part in parts) for k in (0, 1)]
        if gap == [0, 0]:
            self.rows.append(([self.at[margin]], [self.at[part] for part in parts], True))
        elif gap[0] >= gap[1] >= 0:
            self.rows.append(([self.at[margin]], [self.at[part] for part in parts], False))

    def _within(self) -> None:
        for name in self.names:
            group = group_of(name[3])
            dimensions = {d for other in self.names if other[:3] == name[:3] for d in group_of(other[3])} - set(group)
            for dimension in sorted(dimensions):
                parts = [
                    other
                    for other in self.names
                    if other[:3] == name[:3]
                    and (theirs := group_of(other[3])).keys() == {*group, dimension}
                    and all(theirs[d] == c for d, c in group.items())
                ]
                if parts:
                    self._relate(name, parts)

    def _between(self, nested: Sequence[Nested]) -> None:
        for holder in sorted({pair.holder for pair in nested}):
            for name in self.names:
                if name[:2] == holder:
                    parts = [(*pair.held, *name[2:]) for pair in nested if pair.holder == holder]
                    there = [part for part in parts if part in self.true]
                    if there:
                        self._relate(name, there)

    def alike(self, one: Name, other: Name) -> None:
        """Two cells of two releases have the same figures, and she knows it."""
        self.rows.append(([self.at[one]], [self.at[other]], True))

    def span(self, name: Name, quantity: str) -> tuple[int, int]:
        """The least and greatest size (``n``), numerator (``x``) or rest (``y``) of a cell that she cannot rule out."""
        count = len(self.names)
        low, high = np.zeros(2 * count), np.full(2 * count, 10_000.0)
        matrix, least, most = [], [], []
        for number, key in enumerate(self.names):
            size, inside, *_ = self.true[key]
            mask = self.masks[key]
            if key[0] in self.knows or mask.kind == "open":
                low[2 * number : 2 * number + 2] = high[2 * number : 2 * number + 2] = (inside, size - inside)
            elif mask.kind == "coded":
                assert mask.low is not None
                assert mask.high is not None
                low[2 * number], high[2 * number] = mask.low, mask.high
                row = np.zeros(2 * count)
                row[2 * number : 2 * number + 2] = 1
                matrix.append(row), least.append(size), most.append(size)
            elif size and not key[3]:  # that nobody at all was counted is shown
                row = np.zeros(2 * count)
                row[2 * number : 2 * number + 2] = 1
                matrix.append(row), least.append(1), most.append(np.inf)
        for margin, parts, equal in self.rows:
            for side in (0, 1):
                row = np.zeros(2 * count)
                row[[2 * part + side for part in parts]] = 1
                row[2 * margin[0] + side] = -1
                matrix.append(row), least.append(0 if equal else -np.inf), most.append(0)
        cost = np.zeros(2 * count)
        place = 2 * self.at[name]
        cost[[place, place + 1] if quantity == "n" else [place] if quantity == "x" else [place + 1]] = 1
        found = []
        for sign in (1, -1):
            answer = milp(
                sign * cost,
                integrality=np.ones(2 * count),
                bounds=Bounds(low, high),
                constraints=LinearConstraint(np.array(matrix), least, most) if matrix else (),
                options={"presolve": False},  # with it, scipy 1.17.1 gives a least of 19 where the true figures have 16
            )
            assert answer.success
            found.append(round(sign * answer.fun))
        return found[0], found[1]

    def narrow(self) -> Iterator[tuple[Name, str, tuple[int, int]]]:
        """Every masked cell that she can narrow further than the rule allows, but not by her own cells alone."""
        found = list(self._narrow())
        if found and self.knows:
            shown, self.masks = (
                self.masks,
                {name: msgspec.structs.replace(mask, kind="hidden") for name, mask in self.masks.items()},
            )
            alone = {(name, quantity) for name, quantity, _ in self._narrow()}
            self.masks = shown
            found = [one for one in found if one[:2] not in alone]
        yield from found

    def _narrow(self) -> Iterator[tuple[Name, str, tuple[int, int]]]:
        for name in self.names:
            size, inside, minimum_n, minimum_numerator = self.true[name]
            mask = self.masks[name]
            if mask.kind == "open" or name[0] in self.knows or not size:  # nothing is owed to a group of nobody
                continue
            if mask.kind == "coded":
                low, high = self.span(name, "x")
                ends = (low < inside or low in {0, mask.low}) and (inside < high or high in {size, mask.high})
                if high - low + 1 < minimum_numerator or not ends:
                    yield name, "x", (low, high)
                continue
            for quantity, least in (("n", minimum_n), ("x", minimum_numerator), ("y", minimum_numerator)):
                low, high = self.span(name, quantity)
                if high - low + 1 < least:
                    yield name, quantity, (low, high)
