"""A system of whole numbers: variables between bounds, rows of sums between bounds, and what can be told of it without a solver.

All numbers are exact. ``tightened`` narrows the bounds row by row, ``components`` takes the system apart where nothing connects its
variables; what is left is for the linear and integer program (``ranges.py``).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

MANY = 100_000
"""More people than any group has whose size is not told: the upper end of what is not bounded."""


class Row(msgspec.Struct, frozen=True):
    """The sum of ``factor`` times variable over ``terms`` lies between ``low`` and ``high`` (null: no bound)."""

    terms: tuple[tuple[int, int], ...]
    low: int | None
    high: int | None


class Impossible(Exception):
    """No whole numbers fulfil the system: what was read contradicts itself or what the attacker takes for given."""


class System:
    """Variables by number, each with its bounds, and rows over them."""

    def __init__(self) -> None:
        self.low: list[int] = []
        self.high: list[int] = []
        self.rows: list[Row] = []

    def variable(self, low: int = 0, high: int = MANY) -> int:
        """A new variable."""
        self.low.append(low)
        self.high.append(high)
        return len(self.low) - 1

    def row(self, terms: Iterable[tuple[int, int]], low: int | None, high: int | None) -> None:
        """A new row, each pair a variable and its factor."""
        self.rows.append(Row(tuple(terms), low, high))

    def narrow(self, variable: int, low: int | None, high: int | None) -> None:
        """Bound one variable further."""
        if low is not None:
            self.low[variable] = max(self.low[variable], low)
        if high is not None:
            self.high[variable] = min(self.high[variable], high)

    def broken(self, point: Sequence[int]) -> Iterator[str]:
        """Every bound and row that a point breaks, in words."""
        for variable, value in enumerate(point):
            if not self.low[variable] <= value <= self.high[variable]:
                yield f"variable {variable} is {value}, outside {self.low[variable]} to {self.high[variable]}"
        for row in self.rows:
            total = sum(factor * point[variable] for variable, factor in row.terms)
            if (row.low is not None and total < row.low) or (row.high is not None and total > row.high):
                yield f"{row} is {total}"


def tightened(system: System) -> None:
    """Narrow all bounds by the rows, each in turn, until nothing moves. Raises Impossible where a variable has no value left."""
    touching: dict[int, list[int]] = {}
    for number, row in enumerate(system.rows):
        for variable, _ in row.terms:
            touching.setdefault(variable, []).append(number)
    waiting = dict.fromkeys(range(len(system.rows)))
    for _ in range(50 * len(system.rows) + 50):
        if not waiting:
            break
        number = next(iter(waiting))
        del waiting[number]
        for variable in _narrowed(system, system.rows[number]):
            waiting.update(dict.fromkeys(touching[variable]))
    if any(low > high for low, high in zip(system.low, system.high, strict=True)):
        raise Impossible


def _narrowed(system: System, row: Row) -> list[int]:
    """Narrow the bounds of each variable of a row by those of the others; which ones moved."""
    low, high = system.low, system.high
    ends = [
        (factor * low[variable], factor * high[variable])
        if factor > 0
        else (factor * high[variable], factor * low[variable])
        for variable, factor in row.terms
    ]
    least, most = sum(end[0] for end in ends), sum(end[1] for end in ends)
    moved = []
    for (variable, factor), (own_least, own_most) in zip(row.terms, ends, strict=True):
        up = None if row.high is None else row.high - (least - own_least)
        down = None if row.low is None else row.low - (most - own_most)
        if factor < 0:
            up, down = down, up
        new_high = high[variable] if up is None else _floor(up, factor)
        new_low = low[variable] if down is None else -_floor(-down, factor)
        if new_low > low[variable] or new_high < high[variable]:
            low[variable], high[variable] = max(low[variable], new_low), min(high[variable], new_high)
            moved.append(variable)
    return moved


def _floor(total: int, factor: int) -> int:
    return total // factor


class Component(msgspec.Struct, frozen=True):
    """Variables that hang together, and their rows by their places in ``variables``; fixed ones are taken out of the rows."""

    variables: tuple[int, ...]
    low: tuple[int, ...]
    high: tuple[int, ...]
    rows: tuple[Row, ...]

    @property
    def shape(self) -> tuple[object, ...]:
        """What two components have in common that have the same answers."""
        return self.low, self.high, self.rows


def components(system: System) -> Iterator[Component]:
    """The parts of a tightened system that share no variable, fixed ones aside."""
    free = [low < high for low, high in zip(system.low, system.high, strict=True)]
    leader = list(range(len(free)))

    def lead(variable: int) -> int:
        while leader[variable] != variable:
            leader[variable] = leader[leader[variable]]
            variable = leader[variable]
        return variable

    left = [_without_fixed(system, row, free) for row in system.rows]
    rows = list(dict.fromkeys(row for row in left if row is not None))
    for row in rows:
        first = lead(row.terms[0][0])
        for variable, _ in row.terms[1:]:
            leader[lead(variable)] = first
    members: dict[int, list[int]] = {}
    for variable, unfixed in enumerate(free):
        if unfixed:
            members.setdefault(lead(variable), []).append(variable)
    owned: dict[int, list[Row]] = {}
    for row in rows:
        owned.setdefault(lead(row.terms[0][0]), []).append(row)
    for first, variables in members.items():
        yield _component(system, variables, owned.get(first, []))


def _without_fixed(system: System, row: Row, free: Sequence[bool]) -> Row | None:
    """A row over its free variables; null where it says no more than the bounds do."""
    terms = tuple((variable, factor) for variable, factor in row.terms if free[variable])
    if not terms:
        return None
    fixed = sum(factor * system.low[variable] for variable, factor in row.terms if not free[variable])
    low = None if row.low is None else row.low - fixed
    high = None if row.high is None else row.high - fixed
    least = sum(min(factor * system.low[variable], factor * system.high[variable]) for variable, factor in terms)
    most = sum(max(factor * system.low[variable], factor * system.high[variable]) for variable, factor in terms)
    loose = (low is None or low <= least) and (high is None or high >= most)
    return None if loose else Row(terms, low, high)


def _component(system: System, variables: Sequence[int], rows: Sequence[Row]) -> Component:
    place = {variable: number for number, variable in enumerate(variables)}
    return Component(
        variables=tuple(variables),
        low=tuple(system.low[variable] for variable in variables),
        high=tuple(system.high[variable] for variable in variables),
        rows=tuple(Row(_renamed(row.terms, place), row.low, row.high) for row in rows),
    )


def _renamed(terms: Sequence[tuple[int, int]], place: Mapping[int, int]) -> tuple[tuple[int, int], ...]:
    return tuple((place[variable], factor) for variable, factor in terms)
