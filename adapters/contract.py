"""What an adapter is: a function that reads a publisher's files, as a mapping says, into data points and findings.

An adapter guesses nothing and drops nothing in silence: every row of a file becomes a data point, a finding, or a counted skip.
It knows neither the ledger nor a variant: it is told what the template expects (``Wanted``) and which places are ours.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from registry.domain.finding import Finding
from registry.domain.mapping import Mapping
from registry.domain.observation import Observation
from registry.domain.period import PeriodKind
from registry.domain.value import Unit


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the template expects of the figures, and whose rows are wanted. ``places`` null: every place's."""

    unit: Unit = "percent"
    per: float = 100
    bounds: tuple[float | None, float | None] = (None, None)
    period_kind: PeriodKind = "school-year"
    places: frozenset[str] | None = None


class SourceFile(msgspec.Struct, frozen=True):
    """One file as it was read: its name, size in bytes and SHA-256."""

    name: str
    size: int
    sha256: str


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one file's rows: ``rows = read + skipped + refused``, and what the data points read are.

    ``places`` counts the different places among the rows read and refused; ``exact + bounded + suppressed + absent = read``.
    """

    file: str
    rows: int
    read: int
    skipped: int
    refused: int
    places: int
    exact: int
    bounded: int
    suppressed: int
    absent: int


class Placed(msgspec.Struct, frozen=True):
    """A data point and the place it speaks of (a geography code, or the empty text where the mapping names no place column)."""

    place: str
    observation: Observation


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """Everything an adapter found: data points in the order of the files, findings, a tally per file, and the files themselves."""

    points: tuple[Placed, ...]
    findings: tuple[Finding, ...]
    tallies: tuple[Tally, ...]
    files: tuple[SourceFile, ...]


class Adapter(msgspec.Struct, frozen=True):
    """One way in: its name, the formats of a mapping it reads, and the function that reads."""

    name: str
    formats: tuple[str, ...]
    read: Callable[[Sequence[Path], Mapping, Wanted], Reading]
