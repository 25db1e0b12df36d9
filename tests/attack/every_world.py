"""Every table that agrees with what was said, counted out one by one: what the attacker's programs must find, by no program at all."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from tests.attack.world import Cell, Said, pairs_of

Members = tuple[int, ...]


class Sum(msgspec.Struct, frozen=True):
    """The sum over some places of a list lies between two numbers."""

    members: Members
    low: int
    high: int


def possible(
    cells: Sequence[Cell], said: Sequence[Said], most: int, least: int
) -> dict[Cell, tuple[set[int], set[int]]]:
    """The people and numerators that each cell of one table has in some table of at most ``most`` people that agrees with all said.

    The finest groups are drawn freely, every other cell is their sum. ``least`` is how many people a cell has that is not said to be
    empty.
    """
    widest = max(len(pairs_of(cell.group)) for cell in cells)
    finest = [cell for cell in cells if len(pairs_of(cell.group)) == widest]
    members = {
        cell: tuple(place for place, part in enumerate(finest) if pairs_of(cell.group) <= pairs_of(part.group))
        for cell in cells
    }
    people = [Sum(members[entry.cells[0]], entry.n, entry.n) for entry in said if entry.n is not None]
    empty = {entry.cells[0] for entry in said if entry.empty}
    found: dict[Cell, tuple[set[int], set[int]]] = {cell: (set(), set()) for cell in cells}
    for n in _drawn([most] * len(finest), people):
        sizes = {cell: sum(n[place] for place in members[cell]) for cell in cells}
        if any((size and cell in empty) or (size < least and cell not in empty) for cell, size in sizes.items()):
            continue
        for x in _drawn(n, list(_numerators(said, members, sizes))):
            for cell in cells:
                found[cell][0].add(sizes[cell])
                found[cell][1].add(sum(x[place] for place in members[cell]))
    return found


def _numerators(said: Sequence[Said], members: Mapping[Cell, Members], sizes: Mapping[Cell, int]) -> Iterator[Sum]:
    for entry in said:
        n = sizes[entry.cells[0]]
        low, high = (entry.value, entry.value) if entry.low is None else (entry.low, entry.high)
        if low is not None and high is not None:
            yield Sum(
                members[entry.cells[0]],
                -int(-(low * n / entry.per - 1e-6) // 1),
                int((high * n / entry.per + 1e-6) // 1),
            )


def _drawn(most: Sequence[int], sums: Sequence[Sum]) -> Iterator[tuple[int, ...]]:
    """Every list of whole numbers from 0 to ``most`` whose sums lie where they must."""
    drawn: list[int] = []

    def onward() -> Iterator[tuple[int, ...]]:
        here = len(drawn)
        for entry in sums:
            so_far = sum(drawn[place] for place in entry.members if place < here)
            to_come = sum(most[place] for place in entry.members if place >= here)
            if so_far > entry.high or so_far + to_come < entry.low:
                return
        if here == len(most):
            yield tuple(drawn)
            return
        for value in range(most[here] + 1):
            drawn.append(value)
            yield from onward()
            drawn.pop()

    yield from onward()
