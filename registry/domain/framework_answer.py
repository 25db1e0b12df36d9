"""The shape of the answer to a framework's roll-up: each outcome's count, each community's shares and proof point, and the network's.

Shares have bounds: what cannot be told may be improving or not. Members of the names of ``RollupAnswer`` mean the same here.
"""

from typing import Literal

import msgspec

from registry.domain.agreement import State
from registry.domain.chance import Chance
from registry.domain.framework import OutcomeRole
from registry.domain.network_answer import Apart, MeetingTarget, Overlap, Spread
from registry.domain.network_mean import MeanChange
from registry.domain.path import Pace
from registry.domain.progress_rule import Trend
from registry.domain.proof_point import ProofPoint
from registry.domain.rollup_answer import Explained


class ShareTold(msgspec.Struct, frozen=True):
    """Between what a share lies (0 to 1): the low end counts what is certain, the high end also what cannot be told."""

    low: float
    high: float


class SharesTold(msgspec.Struct, frozen=True, kw_only=True):
    """``n`` indicators by trend, and the shares by both wordings of the proof point; null where there are none.

    ``undetermined`` are those whose trend cannot be told, for whatever reason, and those without data.
    """

    n: int
    improving: int
    maintaining: int
    declining: int
    undetermined: int
    share_improving: ShareTold | None
    share_improving_or_maintaining: ShareTold | None


class PacesTold(msgspec.Struct, frozen=True, kw_only=True):
    """``n`` indicators by pace, and the share that met its target or is on track; ``unknown`` counts those with no pace to tell."""

    n: int
    met: int
    on_track: int
    off_track: int
    missed: int
    unknown: int
    share_met_or_on_track: ShareTold | None


class GapsShare(msgspec.Struct, frozen=True, kw_only=True):
    """How many gaps are closing among those measured, with the share's bounds; null where none is measured."""

    measured: int
    closing: int
    undetermined: int
    share: ShareTold | None


class IndicatorTold(msgspec.Struct, frozen=True, kw_only=True):
    """One outcome of one community: its trend and pace, or why it has none (``no_measure`` where nothing is registered)."""

    template: str
    role: OutcomeRole
    variant: str | None
    state: State | None
    trend: Trend | None
    reason: str | None
    pace: Pace | None


class CommunityTold(msgspec.Struct, frozen=True, kw_only=True):
    """One community over the framework's core outcomes; its gaps are over all of them and all groups with a reference."""

    community: str
    name: str
    core: SharesTold
    pace: PacesTold
    proof_point: ProofPoint | None
    gaps: GapsShare
    indicators: tuple[IndicatorTold, ...]


class OutcomeTold(msgspec.Struct, frozen=True, kw_only=True):
    """One outcome over the communities whose progress can be compared; those of other keys are ``apart``."""

    template: str
    title: str
    role: OutcomeRole
    stage: int
    progress_rule: str
    rollup_rule: str
    n: int
    improving: int
    maintaining: int
    declining: int
    indeterminate: int
    communities: list[str]
    apart: tuple[Apart, ...]
    direction: Apart | None
    by_chance: Chance
    effect_per_year: Spread | None
    mean_effect_per_year: MeanChange | None
    gaps: GapsShare
    meeting_target: MeetingTarget | None


class ProofPoints(msgspec.Struct, frozen=True, kw_only=True):
    """How many communities reach the proof point, do not, or cannot be told, by one wording."""

    yes: int
    no: int
    cannot_be_told: int


class FrameworkNetwork(msgspec.Struct, frozen=True, kw_only=True):
    """The core indicators of all communities together, and how many communities reach the proof point by either wording.

    Left out are those whose people are counted with another place, and outcomes that by their roll-up rule are not rolled up; each
    community's own shares hold them. Gaps are those of the same outcomes.
    """

    communities: int
    core: SharesTold
    pace: PacesTold
    by_chance: Chance
    proof_point_improving: ProofPoints
    proof_point_improving_or_maintaining: ProofPoints
    gaps: GapsShare


class FrameworkCoverage(msgspec.Struct, frozen=True, kw_only=True):
    """How many of the cells (community by outcome) are measured, pending, on the agenda or empty, and over how many communities."""

    communities: int
    outcomes: int
    measured: int
    no_data: int
    pending: int
    agenda: int
    retired: int
    none: int


class ExcludedOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """A headline measure that is in no count of the framework, and why, in words."""

    template: str
    community: str
    variant: str
    reason: str


class FrameworkRollup(msgspec.Struct, frozen=True, kw_only=True):
    """A framework's progress: outcome by outcome, community by community, and the network as a whole."""

    framework: str
    title: str
    seq: int
    as_of: str
    window: str | None
    progress_rule: str | None
    program: str
    release: str | None = None
    masked: bool = False
    notice: str
    outcomes: tuple[OutcomeTold, ...]
    communities: tuple[CommunityTold, ...]
    network: FrameworkNetwork
    coverage: FrameworkCoverage
    collection: dict[str, int]
    excluded: tuple[ExcludedOutcome, ...]
    overlaps: tuple[Overlap, ...]
    explain: tuple[Explained, ...] = ()
    cause: Literal["Describes change; does not show its cause."] = "Describes change; does not show its cause."
