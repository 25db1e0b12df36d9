"""What the assessment of a local measure is told, and the shape of what it answers.

Evidence is gathered outside: the documents, the data as loaded, the other members' paces, who signed, and the day as of which all that
holds. An assessment is worked out from it and nothing else, so that the same evidence always gives the same answer.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Literal

import msgspec

from registry.domain.agreement import PartnerStanding, Review
from registry.domain.community import Community
from registry.domain.instrument import Instrument
from registry.domain.point import Point
from registry.domain.progress_rule import ProgressRule
from registry.domain.template import Template
from registry.domain.variant import Variant

Verdict = Literal["pass", "warn", "fail", "unknown"]
Letter = Literal["P", "S", "M", "A", "R", "T", "G", "C"]
"""Population level, specific, measurable, attainable, relevant, time-bound; G: agreed (shared accountability); C: local context."""

LETTERS: tuple[Letter, ...] = ("P", "S", "M", "A", "R", "T", "G", "C")


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """What one check says: what was found, with the figures, and what to do (``fix``, empty where it passes); where in the document."""

    code: str
    letter: Letter
    verdict: Verdict
    found: str
    fix: str
    pointer: str


class PeerPace(msgspec.Struct, frozen=True, kw_only=True):
    """What another member achieved on the same outcome: per year, in the indicator's unit, positive where better, over ``years``."""

    community: str
    variant: str
    years: float
    annual_improvement: float


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """All that an assessment looks at.

    ``role`` is the outcome's in the network's framework. ``history`` is everybody's series as loaded, in order of periods; ``groups``
    the group keys that hold data (``race_ethnicity=black``); ``mapped`` whether a mapping is kept with the measure (null: nothing loaded
    yet). ``peers`` are other members' headline measures of the same outcome and progress key. ``registered`` is the day the measure was
    first registered, ``target_entered`` since when the target stands as it is, ``result_known`` when the target period's own result was
    first loaded, ``day`` the as-of day, never the clock; ``rule`` the template's progress rule (null: one that ships).
    """

    variant: Variant
    template: Template
    template_status: Literal["published", "deprecated", "withdrawn"] = "published"
    successor: str | None = None
    instruments: Mapping[str, Instrument]
    community: Community
    role: Literal["core", "contributing", "systems"] | None = None
    history: tuple[Point, ...] = ()
    groups: tuple[str, ...] = ()
    mapped: bool | None = None
    peers: tuple[PeerPace, ...] = ()
    partners: tuple[PartnerStanding, ...] = ()
    review: Review = "not_needed"
    registered: date
    target_entered: date | None
    result_known: date | None
    day: date
    rule: ProgressRule | None = None


class Ambition(msgspec.Struct, frozen=True, kw_only=True):
    """How much the target asks, in the indicator's unit, null where it cannot be told; per year and positive where better.

    ``own_*``: what the place achieved over up to five years before its baseline. ``forecast*``: the line of the years up to the baseline,
    at the target's period, with its 90 % prediction interval. ``peer_*``: what ``peers`` members achieved; ``peer_percentile`` where the
    required pace stands among them. ``baseline95``: half the sampling band around the baseline. ``noise95``: by how much two figures may
    differ through chance alone, and changing cohorts where the template's rule says so. ``dip``: by how much the baseline lies on the
    worse side of where the years before it pointed. ``restated_target``: an equal aim on the newest cut; never in force by itself.
    """

    required_annual_improvement: float | None = None
    own_annual_improvement: float | None = None
    own_years: float | None = None
    forecast: float | None = None
    forecast_low: float | None = None
    forecast_high: float | None = None
    forecast_period: str | None = None
    peers: int = 0
    peer_percentile: float | None = None
    peer_median: float | None = None
    peer_90th: float | None = None
    baseline95: float | None = None
    noise95: float | None = None
    dip: float | None = None
    restated_target: float | None = None
    restated_words: str = ""


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """Every check, and in which letters the worst is a failure, a warning, or that nobody can tell; each letter stands once at most.

    ``agenda``: there is no measure yet, so what needs one is unknown, and never a failure.
    """

    checks: tuple[Check, ...]
    fails: tuple[Letter, ...]
    warns: tuple[Letter, ...]
    unknown: tuple[Letter, ...]
    ambition: Ambition
    registered_before_result: bool | None
    agenda: bool


class Told(msgspec.Struct, frozen=True):
    """What a check answers, before it is put under its code and letter."""

    verdict: Verdict
    found: str
    fix: str
    pointer: str


class Question(msgspec.Struct, frozen=True):
    """One line of the table of checks: its code, its letter, who answers it, and whether it can be asked without a measure."""

    code: str
    letter: Letter
    ask: Callable[[Evidence], Told]
    without_measure: bool = False


def passed(found: str, pointer: str) -> Told:
    """The check holds."""
    return Told("pass", found, "", pointer)


def warned(found: str, fix: str, pointer: str) -> Told:
    """Nothing is wrong for certain, and somebody should look."""
    return Told("warn", found, fix, pointer)


def failed(found: str, fix: str, pointer: str) -> Told:
    """The check does not hold."""
    return Told("fail", found, fix, pointer)


def untold(found: str, fix: str, pointer: str) -> Told:
    """Nobody can say yet; that is no pass."""
    return Told("unknown", found, fix, pointer)
