"""What an attacker may not find out: how wide every masked figure must stay, and the closed form for a table of one-way groups.

The attacker knows the rule and everything that is shown to her; a community's editor knows that community's true cells too (design
section 9). For her a masked cell is a set of figures that fit all she knows. It is wide enough where

- the size of a hidden group is open over at least ``minimum_n`` integers, and its numerator and the rest over at least
  ``minimum_numerator`` each: else two hidden groups of nobody in the numerator would be read off their sum, whatever their sizes;
- a hidden group may be nobody's, since one with nobody in it is hidden too; that nobody at all was counted is shown, so everybody's figure
  that is hidden starts at one person;
- the numerator of a coded cell, whose n is shown, is open over at least ``minimum_numerator`` integers, and its true figure is no end of
  what is possible, unless that end is one that the code itself shows. The codes reach beyond the minimum at the side that is no end of
  the group (``disclosure.py``), so a numerator under the minimum always has room at both sides.

Ranges are counted from their two ends. In a table with three-way groups a size in between may be impossible (De Loera and Onn 2006, SIAM
Journal on Optimization 17, 806-821); that is not looked for.

Where everything hangs on one margin that is shown, at least coded, no program needs solving: within a dimension the hidden parts share
what is left, and dimensions meet only in the margin's numerator. Tests: ``tests/domain/test_disclosure_audit.py``.
"""

from collections.abc import Mapping, Sequence, Set
from typing import Protocol

import msgspec

from registry.domain.disclosure_tables import Figures, Quantity

Level = int
"""How much of a cell is masked: ``SHOWN``, ``CODED`` or ``MASKED``; more is masked by a greater number."""
SHOWN, CODED, MASKED = 0, 1, 2
Span = tuple[int, int]
"""The least and the greatest possible count, both included."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A cell in an audit. It is masked at least as ``least``; what earlier releases have shown leaves it masked at most as ``most``.

    ``low`` and ``high`` are the numerator's range where it is coded. Only a ``movable`` cell may be hidden for others' sake. Nothing is
    ``owed`` to a cell that its source keeps back: it is unknown to everybody, and who works it out has not worked out ours.
    """

    figures: Figures
    minimum_n: int
    minimum_numerator: int
    least: Level = SHOWN
    most: Level = MASKED
    low: int = 0
    high: int = 0
    movable: bool = True
    owed: bool = True

    @property
    def exposed(self) -> bool:
        """Whether earlier releases have shown more than the cell may show."""
        return self.owed and self.least > self.most

    @property
    def fewest(self) -> int:
        """The fewest people that a reader takes it to have when it is hidden."""
        return int(self.figures.people > 0 and not self.figures.key[3])

    def known(self, level: Level) -> Level:
        """How far a reader is kept from the cell when this release masks it so."""
        return min(level, self.most)


class Row(msgspec.Struct, frozen=True):
    """An equation of a component: positions of its margin, its parts, and of all of them; see ``disclosure_tables.Sum``."""

    quantity: Quantity
    margin: int
    parts: tuple[int, ...]
    slack: bool
    shift: int
    members: tuple[int, ...]


class Component(msgspec.Struct, frozen=True):
    """Cells that equations join, by position, and these equations."""

    items: tuple[Item, ...]
    rows: tuple[Row, ...]


class Spans(msgspec.Struct, frozen=True):
    """What is possible of one cell: its people, its numerator, the rest."""

    people: Span
    numerator: Span
    rest: Span

    def of(self, quantity: Quantity) -> Span:
        """What is possible of one quantity."""
        return self.people if quantity == "people" else self.numerator if quantity == "numerator" else self.rest


Claim = tuple[int, int, Quantity]
"""What is owed to a cell against one reader, by number: that a quantity of it stays open."""
PUBLIC = -1
"""The number of whoever knows nothing beside the release, where nobody else is told apart."""


class Narrow(msgspec.Struct, frozen=True):
    """A masked cell of which a ``reader`` can narrow a quantity too far, and the cells of which one must be hidden to mend that."""

    place: int
    near: frozenset[int]
    quantity: Quantity
    reader: int = PUBLIC

    @property
    def claim(self) -> Claim:
        """What is owed and not kept."""
        return self.place, self.reader, self.quantity


class Auditor(Protocol):
    """Whoever can tell which cells of a component come out narrower than the rule."""

    def failing(
        self, levels: Sequence[Level], targets: Sequence[int], *, lost: Set[Claim] = frozenset(), first: bool = False
    ) -> list[Narrow]:
        """Those of ``targets`` (positions, masked) that somebody can narrow too far, in their order, each by one claim; or only one.

        What is ``lost`` already is passed over.
        """
        ...  # pragma: no cover


def exact(figures: Figures) -> Spans:
    """The spans of a cell that is known."""
    counts = (figures.of("people"), figures.of("numerator"), figures.of("rest"))
    return Spans(*((count, count) for count in counts))


def wide(item: Item, level: Level, spans: Spans) -> bool:
    """Whether a cell that is masked so stays open enough when this is possible of it."""
    return all(wide_in(item, level, quantity, spans.of(quantity)) for quantity in asked(item, level))


def asked(item: Item, level: Level) -> tuple[Quantity, ...]:
    """The quantities of a cell that must stay open when it is masked so."""
    if level == SHOWN or not item.owed:
        return ()
    if level == CODED:
        return ("numerator",)
    return ("people",) if item.figures.numerator is None else ("people", "numerator", "rest")


def wide_in(item: Item, level: Level, quantity: Quantity, span: Span) -> bool:
    """Whether one quantity of a masked cell stays open enough."""
    low, high = span
    if level == CODED:
        true = item.figures.of("numerator")
        if (low == true != item.low) or (high == true != item.high):
            return False
    return high - low + 1 >= (item.minimum_n if quantity == "people" else item.minimum_numerator)


class _Dimension(msgspec.Struct, frozen=True):
    """The parts of one dimension, and what they add up to beyond the margin, in the numerator and in the rest."""

    parts: tuple[int, ...]
    slack: bool
    shift_numerator: int
    shift_rest: int


class Star(msgspec.Struct, frozen=True):
    """A component in which every equation is about the same margin and no part is in two dimensions; nobody but the public reads it."""

    component: Component
    margin: int
    shares: bool
    dimensions: tuple[_Dimension, ...]

    def failing(
        self, levels: Sequence[Level], targets: Sequence[int], *, lost: Set[Claim] = frozenset(), first: bool = False
    ) -> list[Narrow]:
        """Those of ``targets`` that a reader can narrow too far; all or the ``first``."""
        items = self.component.items
        known = [item.known(level) for item, level in zip(items, levels, strict=True)]
        spans = self.spans(known)
        failed: dict[int, Quantity] = {}
        for place in targets:
            for quantity in asked(items[place], known[place]):
                owed = (place, PUBLIC, quantity) not in lost
                if owed and not wide_in(items[place], known[place], quantity, spans[place].of(quantity)):
                    failed.setdefault(place, quantity)
        found = list(failed.items())
        return [Narrow(place, self._near(place, known), quantity) for place, quantity in found[: 1 if first else None]]

    def _near(self, place: int, known: Sequence[Level]) -> frozenset[int]:
        """The cell's own dimension; all of them where these meet in a margin that is coded."""
        if known[self.margin] == SHOWN:
            for dimension in self.dimensions:
                if place in dimension.parts:
                    return frozenset((self.margin, *dimension.parts))
        return frozenset(range(len(self.component.items)))

    def spans(self, known: Sequence[Level]) -> Mapping[int, Spans]:
        """What is possible of each cell; the margin is not hidden."""
        margin = self.component.items[self.margin]
        low, high = _numerator(margin, known[self.margin])
        left = [self._left(dimension, known) for dimension in self.dimensions]
        for dimension, (_, (parts_low, parts_high), _, people) in zip(self.dimensions, left, strict=True):
            low = max(low, parts_low - dimension.shift_numerator)
            high = min(high, parts_high + people - dimension.shift_numerator)
        found = {self.margin: _sized(margin, (low, high))}
        for dimension, (hidden, inside, sole, people) in zip(self.dimensions, left, strict=True):
            total = (low + dimension.shift_numerator, high + dimension.shift_numerator)
            for place in dimension.parts:
                item = self.component.items[place]
                if place in hidden:
                    inner = _left_over(total, inside, people) if self.shares else (0, 0)
                    found[place] = (
                        Spans((people, people), inner, (people - inner[1], people - inner[0]))
                        if sole
                        else _shared(inner, people)
                    )
                else:
                    mine = _numerator(item, known[place])
                    others = (inside[0] - mine[0], inside[1] - mine[1] + people)
                    found[place] = _sized(
                        item, (max(mine[0], total[0] - others[1]), min(mine[1], total[1] - others[0]))
                    )
        return found

    def _left(self, dimension: _Dimension, known: Sequence[Level]) -> tuple[set[int], Span, bool, int]:
        """The hidden parts, the numerators of all others, whether one unknown part is alone, and the people of the unknown parts."""
        items = self.component.items
        hidden = {place for place in dimension.parts if known[place] == MASKED}
        others = [place for place in dimension.parts if place not in hidden]
        ends = [_numerator(items[place], known[place]) for place in others]
        unknown = len(hidden) + dimension.slack
        total = items[self.margin].figures.people + dimension.shift_numerator + dimension.shift_rest
        people = total - sum(items[place].figures.people for place in others) if unknown else 0
        return hidden, (sum(low for low, _ in ends), sum(high for _, high in ends)), unknown == 1, people


def _numerator(item: Item, known: Level) -> Span:
    """What a reader sees of the numerator of a cell whose n is shown."""
    if known == CODED:
        return item.low, item.high
    count = item.figures.of("numerator")
    return count, count


def _sized(item: Item, numerator: Span) -> Spans:
    """The spans of a cell whose n is known."""
    people = item.figures.people
    return Spans((people, people), numerator, (people - numerator[1], people - numerator[0]))


def _left_over(total: Span, inside: Span, people: int) -> Span:
    """The numerators of all hidden parts together, of so many people."""
    return max(0, total[0] - inside[1]), min(people, total[1] - inside[0])


def _shared(inner: Span, people: int) -> Spans:
    """What is possible of one of several hidden groups, of which others may hold everybody or nobody."""
    return Spans((0, people), (0, inner[1]), (0, people - inner[0]))


def star_of(component: Component) -> Star | None:
    """The component as a star; null where its equations hang together otherwise, or where its margin is hidden."""
    margins = {row.margin for row in component.rows}
    if len(margins) != 1 or component.items[min(margins)].least == MASKED:
        return None
    by_parts: dict[tuple[int, ...], dict[Quantity, Row]] = {}
    for row in component.rows:
        by_parts.setdefault(row.parts, {})[row.quantity] = row
    every = [place for parts in by_parts for place in parts]
    forms = {frozenset(rows) for rows in by_parts.values()}
    if len(every) != len(set(every)) or len(forms) != 1:
        return None
    shares = forms == {frozenset({"numerator", "rest"})}
    if not shares and forms != {frozenset({"people"})}:
        return None
    first: Quantity = "numerator" if shares else "people"
    dimensions = tuple(
        _Dimension(parts, rows[first].slack, rows[first].shift, rows["rest"].shift if shares else 0)
        for parts, rows in by_parts.items()
    )
    return Star(component, min(margins), shares, dimensions)
