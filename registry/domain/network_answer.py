"""The shape of what a roll-up says of the network as a whole: counts by trend, what stands beside them, gaps, targets, overlaps.

The names of the members are a contract (design section 10).
"""

from typing import Literal

import msgspec

from registry.domain.chance import Chance
from registry.domain.network_mean import MeanChange


class Apart(msgspec.Struct, frozen=True, kw_only=True):
    """Trends counted apart: of communities that cannot be counted with the others, or of all by direction alone, proxies with them."""

    key: str
    n: int
    improving: int
    maintaining: int
    declining: int
    indeterminate: int
    communities: list[str]


class Spread(msgspec.Struct, frozen=True):
    """Quartiles over places, and how many places they are of."""

    places: int
    q1: float
    median: float
    q3: float


class PointsTold(msgspec.Struct, frozen=True, kw_only=True):
    """The improvements in points of the places of one level key, which alone can be put side by side; a year's improvement each."""

    key: str
    spread: Spread
    mean: MeanChange | None


class MeetingTarget(msgspec.Struct, frozen=True, kw_only=True):
    """How many places have reached their own targets by their latest figure.

    ``met`` at least, and ``met`` with ``cannot_be_told`` at most. Places without a target are named and not counted.
    """

    n: int
    met: int
    not_met: int
    cannot_be_told: int
    communities_met: list[str]
    without_target: list[str]


class GapsTold(msgspec.Struct, frozen=True, kw_only=True):
    """How many gaps are closing among those that are measured, with the share's bounds (0 to 1); by its own denominator.

    Who never was behind is ``not_behind`` and not measured; a gap that narrowed because the reference fell (``reference_fell``) does
    not count as closing, nor does one that turned round (``reversed``): each is named beside.
    """

    group: dict[str, str]
    measured: int
    closing: int
    share_low: float | None
    share_high: float | None
    reference_fell: int
    reversed: int
    widening: int
    opened: int
    unchanged: int
    indeterminate: int
    not_behind: int


class Network(msgspec.Struct, frozen=True, kw_only=True):
    """One joint count by trend over the communities whose progress can be compared; ``apart`` the others, key by key.

    ``direction`` is everybody by direction alone, where that is more. ``by_chance`` is how many of the verdicts chance alone would give,
    ``improving_by_luck`` how likely so many or more improving come that way. ``effect`` and ``effect_per_year`` are quartiles in probits,
    ``mean_effect_per_year`` their mean by random effects.
    """

    key: str | None = None
    n: int = 0
    improving: int = 0
    maintaining: int = 0
    declining: int = 0
    indeterminate: int = 0
    communities: list[str] = []
    apart: tuple[Apart, ...] = ()
    direction: Apart | None = None
    by_chance: Chance | None = None
    improving_by_luck: float | None = None
    effect: Spread | None = None
    effect_per_year: Spread | None = None
    mean_effect_per_year: MeanChange | None = None
    points: tuple[PointsTold, ...] = ()
    gaps: tuple[GapsTold, ...] = ()
    meeting_target: MeetingTarget | None = None
    reported: int = 0


class Overlap(msgspec.Struct, frozen=True, kw_only=True):
    """Two communities whose places overlap: which one is counted, or that nobody can tell whether they overlap."""

    community: str
    other: str
    verdict: Literal["counted_once", "cannot_be_told"]
    reason: str
