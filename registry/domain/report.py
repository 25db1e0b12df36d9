"""What became of a load: every row accounted for, every finding named, and whether anything was written.

``new + changed + same + refused + skipped`` add up to ``rows``. A load is all or nothing: one refused row and none is written.
"""

import msgspec

from registry.domain.finding import Finding


class FileReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one file's rows; ``places`` counts the different places among those read."""

    file: str
    sha256: str
    rows: int
    read: int
    skipped: int
    refused: int
    places: int
    exact: int
    bounded: int
    suppressed: int
    absent: int


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One figure that a load changes or withdraws, in words: ``99 of 220``, ``21.3``, ``suppressed``, ``withdrawn``."""

    period: str
    group: dict[str, str]
    before: str
    after: str


class LoadReport(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of ``data check`` and ``data import``. ``batch`` is null where nothing was written.

    ``changes`` has every figure that is ``changed`` or ``withdrawn``, as it stood and as it is by this load.
    """

    batch: str | None
    variant: str | None
    rows: int
    new: int
    changed: int
    same: int
    refused: int
    skipped: int
    withdrawn: int = 0
    changes: tuple[Change, ...] = ()
    files: tuple[FileReport, ...] = ()
    findings: tuple[Finding, ...] = ()
    seq: int | None = None


class BatchFile(msgspec.Struct, frozen=True):
    """One file of a load, as it was."""

    name: str
    size: int
    sha256: str


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """A load as the ledger keeps it. ``rows_sha256`` is over the sorted canonical rows that it brought."""

    variant: str
    files: tuple[BatchFile, ...]
    mapping_sha256: str
    rows_sha256: str
    new: int
    changed: int
    same: int
    skipped: int
    withdrawn: int
    replaced: str | None = None
    reason: str = ""
    warnings: int = 0
