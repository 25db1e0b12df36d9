"""What a statement lets the attacker conclude: people, numerator, and their ratio, in whole numbers.

A figure that is printed without a range is exact to its twelfth digit, so that of people of whom nothing else is known it still tells
by what their number can be divided.
"""

from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from math import ceil, floor
from typing import NamedTuple

import msgspec

from tests.attack.world import Cell, Said

NEAR = Fraction(1, 10**10)
"""How far a figure of twelve digits may be from what it stands for."""
FINE = 100_000
"""Into how many parts a share is cut where its people are not told."""
LARGEST = 20_000
"""The largest denominator that is looked for behind a figure."""


class Share(NamedTuple):
    """``scale`` times the numerator lies between ``low`` and ``high`` times the people."""

    low: int
    high: int
    scale: int


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """All that was said of one cell or sum, put together.

    ``most`` is how many people there can be, ``value`` says that the figure itself was told, and where only that is known ``ratio``
    what it is of (numerator and people, in lowest terms).
    """

    n: int | None = None
    x: int | None = None
    most: int | None = None
    x_low: int | None = None
    x_high: int | None = None
    value: bool = False
    share: Share | None = None
    ratio: Fraction | None = None
    empty: bool = False

    @property
    def whole(self) -> bool:
        """Whether nothing of it is hidden: the people and the figure were told."""
        return self.empty or (self.n is not None and (self.x is not None or self.value))


def told_of(said: Iterable[Said]) -> dict[tuple[tuple[Cell, ...], int], Told]:
    """What was said of each cell or sum at each release."""
    by_cell: dict[tuple[tuple[Cell, ...], int], list[Said]] = {}
    for entry in said:
        by_cell.setdefault((tuple(sorted(entry.cells)), entry.stage), []).append(entry)
    return {key: together(entries) for key, entries in by_cell.items()}


def together(entries: Iterable[Said]) -> Told:
    """What several statements on the same people say together. Raises AssertionError where they contradict each other outright."""
    return _together(frozenset(_figures(entry) for entry in entries))


class _Figures(NamedTuple):
    """The figures of a statement, whoever made it and of whom."""

    n: int | None
    x: int | None
    value: float | None
    low: float | None
    high: float | None
    per: float
    eligible: int | None
    empty: bool


def _figures(entry: Said) -> _Figures:
    return _Figures(entry.n, entry.x, entry.value, entry.low, entry.high, entry.per, entry.eligible, entry.empty)


@cache
def _together(entries: frozenset[_Figures]) -> Told:
    n = _one({entry.n for entry in entries if entry.n is not None})
    x = _one({entry.x for entry in entries if entry.x is not None})
    ends = [end for entry in entries if (end := _ends(entry)) is not None]
    low, high = max((end[0] for end in ends), default=None), min((end[1] for end in ends), default=None)
    known = n is not None or low is None or high is None
    return Told(
        n=0 if any(entry.empty for entry in entries) else n,
        x=x,
        most=min((entry.eligible for entry in entries if entry.eligible is not None), default=None),
        x_low=None if n is None or low is None else max(0, ceil(n * low - n * NEAR)),
        x_high=None if n is None or high is None else min(n, floor(n * high + n * NEAR)),
        value=any(entry.value is not None for entry in entries),
        share=None if known else Share(floor((low - NEAR) * FINE), ceil((high + NEAR) * FINE), FINE),
        ratio=None if n is not None else next((_ratio(end[0]) for end in ends if end[0] == end[1]), None),
        empty=any(entry.empty for entry in entries),
    )


def _one(counts: set[int]) -> int | None:
    assert len(counts) < 2, f"the same people are said to be {sorted(counts)}"
    return next(iter(counts), None)


def _ends(entry: _Figures) -> tuple[Fraction, Fraction] | None:
    """Between what the share lies; a figure without a range is exact."""
    per = Fraction(repr(float(entry.per)))
    if entry.low is not None or entry.high is not None:
        low = Fraction(0) if entry.low is None else Fraction(repr(float(entry.low))) / per
        return low, Fraction(1) if entry.high is None else Fraction(repr(float(entry.high))) / per
    if entry.value is None:
        return None
    value = Fraction(repr(float(entry.value))) / per
    return value, value


def _ratio(share: Fraction) -> Fraction | None:
    """The simplest ratio of counts that prints like this."""
    found = share.limit_denominator(LARGEST)
    return found if abs(found - share) <= NEAR else None
