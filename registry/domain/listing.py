"""What stands in a list: one line per template, community, variant, load or data point, as the queries under ``sql/lists`` return it.

``body`` is the canonical document itself, as text.
"""

from typing import Literal

import msgspec

from registry.domain.period import PeriodKind
from registry.domain.point import Direction
from registry.domain.value import Unit


class TemplateLine(msgspec.Struct, frozen=True):
    """One published template version; ``content_sha256`` is over its canonical JSON."""

    id: str
    version: str
    title: str
    unit: str
    direction: str
    status: Literal["published", "deprecated", "withdrawn"]
    successor: str | None
    reason: str
    recorded_at: str
    content_sha256: str
    body: str


class FrameworkLine(msgspec.Struct, frozen=True):
    """One published framework version."""

    id: str
    version: str
    title: str
    seq: int
    recorded_at: str
    content_sha256: str
    body: str


class ReleaseLine(msgspec.Struct, frozen=True):
    """One release: when it was recorded (line ``seq``), and up to which line of the ledger it shows the registry."""

    id: str
    seq: int
    upto: int
    recorded_at: str
    actor: str
    body: str


class LinkLine(msgspec.Struct, frozen=True):
    """One published link to a common scale."""

    id: str
    title: str
    scale: str
    first_period: str
    last_period: str
    cuts: int
    recorded_at: str
    content_sha256: str
    body: str


class RuleLine(msgspec.Struct, frozen=True):
    """One progress rule that the network published."""

    id: str
    title: str
    method: str
    phi: float
    tau: float
    recorded_at: str
    content_sha256: str
    body: str


class InstrumentLine(msgspec.Struct, frozen=True):
    """One catalogued assessment or data source."""

    id: str
    title: str
    publisher: str
    versions: list[str]
    revision: int
    body: str


class CommunityLine(msgspec.Struct, frozen=True):
    """One place, and how many variants it has."""

    slug: str
    name: str
    kind: str
    state: str
    variants: int
    revision: int
    body: str


class VariantLine(msgspec.Struct, frozen=True):
    """One local measure in its newest revision, with its comparability keys or the reasons why it has none."""

    community: str
    id: str
    template_id: str
    template_version: str
    title: str
    headline: bool
    tier: str
    level_key: str | None
    progress_key: str | None
    reasons: list[str]
    revision: int
    recorded_at: str
    content_sha256: str
    body: str


class RevisionLine(msgspec.Struct, frozen=True):
    """One revision of a local measure; ``content_sha256`` is what a signature binds to."""

    revision: int
    seq: int
    recorded_at: str
    actor: str
    content_sha256: str
    body: str


class ActLine(msgspec.Struct, frozen=True):
    """One act on a local measure: a signature, a decision or a restatement; ``body`` is its document."""

    seq: int
    recorded_at: str
    actor: str
    body: str


class DossierLine(msgspec.Struct, frozen=True):
    """What decides one local measure's state, as the query gathers it; ``domain/dossier.py`` reads it."""

    community: str
    variant: str
    template_id: str
    template_version: str
    revision: int
    recorded_at: str
    registered: str
    contents: list[str]
    partners: list[dict[str, str]]
    signatures: list[dict[str, object]]
    restatements: list[dict[str, str]]
    accepted: list[str]
    waived: list[str]
    retired: str | None
    reviewed: bool
    agenda: bool
    headline: bool
    release_month: int | None
    cohort_years: int | None
    kind: PeriodKind
    unit: Unit
    per: float
    direction: Direction
    latest: str | None
    target_period: str | None
    target_value: float | None
    at_target: dict[str, object] | None


class MappingLine(msgspec.Struct, frozen=True):
    """The mapping kept with a variant."""

    community: str
    variant: str
    revision: int
    body: str


class BatchLine(msgspec.Struct, frozen=True):
    """One load."""

    id: str
    seq: int
    recorded_at: str
    actor: str
    community: str
    variant: str
    body: str


class PointLine(msgspec.Struct, frozen=True):
    """One data point as it stands (or stood), the load it came with, and its cell."""

    group_key: str
    period: str
    ordinal: int
    seq: int
    batch: str
    value: float | None
    numerator: int | None
    denominator: int | None
    low: float | None
    high: float | None
    open: bool
    standard_error: float | None
    eligible: int | None
    missing: str | None
    file: str
    row: int
    cells: str


class OriginLine(msgspec.Struct, frozen=True):
    """Where one figure comes from; ``body`` is the load's document, ``cells`` the texts as they stood, both as JSON."""

    community: str
    variant: str
    group_key: str
    period: str
    batch: str
    file: str
    row: int
    cells: str
    sheet: str | None
    body: str


class TokenLine(msgspec.Struct, frozen=True):
    """One token: when and by whom it was made, and whether a copy or restore voided it; ``body`` is its document."""

    id: str
    seq: int
    recorded_at: str
    actor: str
    voided: bool
    body: str


class GrantRow(msgspec.Struct, frozen=True):
    """One grant: when and by whom it was made; ``body`` is its document."""

    id: str
    seq: int
    recorded_at: str
    actor: str
    body: str


class RedactedLine(msgspec.Struct, frozen=True):
    """A figure that was taken out of the registry, and the ledger's line of the entry ``redacted_by`` which it was."""

    community: str
    variant: str
    group_key: str
    period: str
    redacted_by: int
