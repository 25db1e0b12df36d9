"""What a load puts into the ledger: the mapping where it changed, the load's own document, and its data points as Parquet."""

from collections.abc import Sequence
from hashlib import sha256

from registry import duck
from registry.actions.writing import document_draft
from registry.adapters.contract import SourceFile
from registry.domain.load_sorted import Sorted
from registry.domain.mapping import Mapping
from registry.domain.observation import FIGURES, Observation, rows_digest
from registry.domain.period import period_of
from registry.domain.report import Batch, BatchFile
from registry.ledger.entry import Draft, canonical
from registry.projection.files import Projection


def mapping_drafts(projection: Projection, mapping: Mapping, reference: str) -> list[Draft]:
    """The mapping as the variant's newest, where it is not kept like this already."""
    draft = document_draft("mapping", f"mapping:{reference}", mapping)
    kept = projection.ledger.newest(draft.subject)
    return [] if kept is not None and projection.ledger.body(kept) == draft.body else [draft]


def batch_document(
    variant: str, files: Sequence[SourceFile], mapping: Mapping, found: Sorted, *, skipped: int
) -> Batch:
    """The load's own document, without what was said to it (reason, replaced period)."""
    return Batch(
        variant=variant,
        files=tuple(BatchFile(name=file.name, size=file.size, sha256=file.sha256) for file in files),
        mapping_sha256=sha256(canonical(mapping)).hexdigest(),
        rows_sha256=rows_digest((*found.new, *found.changed)),
        new=len(found.new),
        changed=len(found.changed),
        same=len(found.same),
        skipped=skipped,
        withdrawn=len(found.withdrawn),
    )


def batch_drafts(projection: Projection, batch: str, document: Batch, found: Sorted) -> list[Draft]:
    """The load's document and its data points, under one name."""
    cursor = projection.cursor()
    duck.run(cursor, "apply/point")
    duck.insert(cursor, "point", [_stored_row(row, withdrawn=False) for row in (*found.new, *found.changed)])
    duck.insert(cursor, "point", [_stored_row(row, withdrawn=True) for row in found.withdrawn])
    body = duck.parquet_of(cursor, "point")
    return [
        document_draft("batch", f"batch:{batch}", document),
        Draft(kind="observations", schema="observations/1", subject=f"observations:{batch}", body=body),
    ]


def _stored_row(row: Observation, *, withdrawn: bool) -> dict[str, object]:
    period = period_of(row.period)
    return {
        "period": period.code,
        "ordinal": period.ordinal,
        "span": period.months,
        "group_key": row.group,
        **{name: getattr(row, name) for name in FIGURES},
        "withdrawn": withdrawn,
        "file": row.origin.file,
        "row": row.origin.row,
        "cells": canonical(row.origin.cells).decode("utf-8"),
        "sheet": row.origin.sheet or None,
    }
