"""What a community data lead does with files: check them, load them. A load is all or nothing, and loading twice adds nothing.

Rows are compared with what the registry holds now. A new figure for a period is a change and is kept beside the old one; going
back to a figure that was corrected before needs a reason. Rows that are absent from a file stay, unless a period is replaced.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import msgspec

from registry import duck
from registry.actions.writing import document_draft, writing
from registry.adapters.contract import Adapter, Placed, Reading, Wanted
from registry.check import check_toml
from registry.domain.community import geography_codes
from registry.domain.finding import Finding, has_errors
from registry.domain.listing import PointLine, VariantLine
from registry.domain.load_doubts import doubts
from registry.domain.mapping import Mapping
from registry.domain.observation import FIGURES, Observation, Origin, rows_digest
from registry.domain.period import period_of
from registry.domain.refusal import Invalid, NotFound, meant
from registry.domain.report import Batch, BatchFile, FileReport, LoadReport
from registry.domain.template import Template
from registry.domain.value import figure
from registry.ledger.entry import Draft, canonical
from registry.ledger.writer import Writer
from registry.projection import read
from registry.projection.files import Projection

Key = tuple[str, str]


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks to be loaded: files, the variant (``community/id``), a mapping (null: the one kept), and why."""

    files: tuple[Path, ...]
    variant: str
    mapping: bytes | None = None
    replace: str | None = None
    reason: str = ""


class Sorted(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of a load, held against what the registry holds now."""

    new: tuple[Observation, ...]
    changed: tuple[Observation, ...]
    same: tuple[Observation, ...]
    withdrawn: tuple[Observation, ...]
    findings: tuple[Finding, ...]


def check_files(adapters: Sequence[Adapter], files: Sequence[Path], mapping: bytes) -> LoadReport:
    """Read files by a mapping, for every place in them, beside no registry: what is in there, and what is wrong with it."""
    document, findings = check_toml(mapping, Mapping)
    if document is None:
        raise Invalid("The mapping has faults.", findings=findings)
    reading = _adapter(adapters, document).read(files, document, Wanted())
    return _report(reading, (*findings, *reading.findings))


def check_load(projection: Projection, adapters: Sequence[Adapter], order: Order) -> LoadReport:
    """What loading would do, without doing it."""
    head = projection.catch_up()
    prepared = Prepared.make(projection, adapters, order, head.seq)
    found = _sort(projection, head.seq, prepared, order)
    return _report(prepared.reading, prepared.all_findings(found), found, variant=order.variant)


def load(projection: Projection, adapters: Sequence[Adapter], order: Order, *, actor: str) -> LoadReport:
    """Load files into a variant's series. Raises Invalid, with the report's findings, where any row is refused.

    The same rows again write nothing (``batch`` is null); a changed mapping is kept all the same.
    """
    prepared = Prepared.make(projection, adapters, order, projection.catch_up().seq)
    with writing(projection) as writer:
        found = _sort(projection, writer.head.seq, prepared, order)
        findings = prepared.all_findings(found)
        if has_errors(findings):
            report = _report(prepared.reading, findings, found, variant=order.variant)
            raise RefusedLoad(report)
        drafts = [*_mapping_draft(projection, prepared, order.variant)]
        arrived = (*found.new, *found.changed, *found.withdrawn)
        batch = f"b{writer.head.seq + len(drafts) + 1}" if arrived else None
        if batch is not None:
            drafts += _batch_drafts(projection, batch, prepared, found, order)
        entries = writer.append(drafts, actor=actor) if drafts else ()
        return _report(prepared.reading, findings, found, variant=order.variant, batch=batch, seq=entries[-1].seq if entries else None)


class RefusedLoad(Invalid):
    """A load with refused rows: nothing was written, and the report says what became of every row."""

    def __init__(self, report: LoadReport) -> None:
        wrong = sum(finding.severity == "error" for finding in report.findings)
        super().__init__(f"Nothing was loaded: {wrong} {'fault' if wrong == 1 else 'faults'} to mend first.", findings=report.findings)
        self.report = report


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A load after reading the files and before looking at what is held."""

    template: Template
    mapping: Mapping
    mapping_given: bool
    reading: Reading
    findings: tuple[Finding, ...]

    @classmethod
    def make(cls, projection: Projection, adapters: Sequence[Adapter], order: Order, line: int) -> "Prepared":
        """Find the variant, its template and mapping, and read the files. Raises NotFound and Invalid."""
        cursor = projection.cursor()
        held = find_variant(cursor, line, order.variant)
        template = projection.templates[f"{held.template_id}@{held.template_version}"]
        mapping, findings = _mapping(cursor, line, held, order)
        reading = _adapter(adapters, mapping).read(order.files, mapping, _wanted(cursor, line, held, template))
        return cls(template=template, mapping=mapping, mapping_given=order.mapping is not None, reading=reading, findings=findings)

    def all_findings(self, found: Sorted) -> tuple[Finding, ...]:
        """The mapping's, the reader's and the comparison's findings, errors first."""
        every = (*self.findings, *self.reading.findings, *found.findings)
        return tuple(sorted(every, key=lambda finding: finding.severity))


def find_variant(cursor: duck.Connection, line: int, reference: str) -> VariantLine:
    """The variant that ``community/id`` names. Raises NotFound with the nearest name."""
    held = read.list_variants(cursor, line)
    for entry in held:
        if reference == f"{entry.community}/{entry.id}":
            return entry
    known = [f"{entry.community}/{entry.id}" for entry in held]
    raise NotFound(f"There is no local measure {reference!r}.", hint=f"Name it as community/id. {meant(reference, known)}")


def _adapter(adapters: Sequence[Adapter], mapping: Mapping) -> Adapter:
    return next(adapter for adapter in adapters if mapping.format in adapter.formats)


def _mapping(cursor: duck.Connection, line: int, held: VariantLine, order: Order) -> tuple[Mapping, tuple[Finding, ...]]:
    if order.mapping is not None:
        document, findings = check_toml(order.mapping, Mapping)
        if document is None:
            raise Invalid("The mapping has faults; nothing was loaded.", findings=findings)
        return document, findings
    kept = read.kept_mapping(cursor, line, held.community, held.id)
    if kept is None:
        raise Invalid(
            f"No mapping is kept with {order.variant} yet, so nobody can say how this file is read.",
            hint="Give one with --mapping FILE.toml; it is kept, and next year the file alone is enough.",
        )
    return msgspec.json.decode(kept.body, type=Mapping), ()


def _wanted(cursor: duck.Connection, line: int, held: VariantLine, template: Template) -> Wanted:
    variant = read.variant_of(held)
    places: Iterable[str] = variant.population.geographies if variant.population else ()
    if not places:
        community = next(entry for entry in read.list_communities(cursor, line) if entry.slug == held.community)
        places = geography_codes(read.community_of(community))
    indicator = template.indicator
    return Wanted(unit=indicator.unit, per=indicator.per, bounds=indicator.bounds, period_kind=indicator.period, places=frozenset(places))


def _sort(projection: Projection, line: int, prepared: Prepared, order: Order) -> Sorted:
    """Hold every row against the newest figure for its period and group."""
    community, variant = order.variant.split("/")
    cursor = projection.cursor()
    held = {(point.period, point.group_key): point for point in read.points(cursor, line, community, variant)}
    before = {(point.period, point.group_key, _said(point)) for point in read.superseded_points(cursor, line, community, variant)}
    new, changed, same, findings = [], [], [], []
    for placed in prepared.reading.points:
        row = placed.observation
        point = held.get((row.period, row.group))
        if point is None:
            new.append(row)
        elif _said(point) == _said(row):
            same.append(row)
        else:
            changed.append(row)
            if not order.reason and (row.period, row.group, _said(row)) in before:
                findings.append(_returns(row, point))
    withdrawn = tuple(_withdrawn(held, prepared.reading.points, order, findings))
    loaded = [_point(row) for row in (*new, *changed)]
    findings += _nothing(prepared.reading, order)
    findings += doubts(list(held.values()), loaded, prepared.template)
    return Sorted(new=tuple(new), changed=tuple(changed), same=tuple(same), withdrawn=withdrawn, findings=tuple(findings))


def _said(point: PointLine | Observation) -> tuple[object, ...]:
    """What a data point says, as it is stored: values with nine decimals, whatever was printed."""
    return tuple(_stored(getattr(point, name)) for name in FIGURES)


def _stored(value: object) -> object:
    return figure(round(value, 9)) if isinstance(value, float) else value


def _returns(row: Observation, point: PointLine) -> Finding:
    return Finding(
        rule="returns-to-older-figure",
        severity="error",
        file=row.origin.file,
        row=row.origin.row,
        detail=f"{row.period}: this is the figure that was corrected before; the registry now holds {_words(point)}.",
        hint="If the correction was wrong, say why with --reason; if this is an old file, load the newest one.",
    )


def _words(point: PointLine) -> str:
    if point.numerator is not None and point.denominator is not None:
        return f"{point.numerator} of {point.denominator}"
    return point.missing or (f"{point.value:g}" if point.value is not None else f"{point.low:g} to {point.high:g}")


def _nothing(reading: Reading, order: Order) -> list[Finding]:
    if reading.points or has_errors(reading.findings):
        return []
    return [
        Finding(
            rule="no-rows",
            severity="error",
            detail=f"No row of these files speaks of {order.variant}.",
            hint="Look at the mapping's filters and its place column, and at the place codes of the local measure's population.",
        )
    ]


def _withdrawn(held: dict[Key, PointLine], points: Sequence[Placed], order: Order, findings: list[Finding]) -> Iterator[Observation]:
    """The data points of a replaced period that the files no longer hold."""
    if order.replace is None:
        return
    kept = {(placed.observation.period, placed.observation.group) for placed in points}
    if not any(period == order.replace for period, _ in held):
        findings.append(
            Finding(
                rule="nothing-to-replace",
                severity="error",
                detail=f"The registry holds nothing for {order.replace!r}.",
                hint=f"Periods here are written like {next(iter(held), ('SY2018-19', ''))[0]!r}.",
            )
        )
    for (period, group), point in held.items():
        if period == order.replace and (period, group) not in kept:
            yield Observation(period=period, group=group, missing="not_available", origin=Origin(file=point.file, row=point.row))


def _point(row: Observation) -> PointLine:
    """A row that is about to be loaded, in the shape of one that is held."""
    return PointLine(
        group_key=row.group,
        period=row.period,
        ordinal=period_of(row.period).ordinal,
        seq=0,
        batch="",
        file=row.origin.file,
        row=row.origin.row,
        cells="",
        **{name: getattr(row, name) for name in FIGURES},
    )


def _mapping_draft(projection: Projection, prepared: Prepared, reference: str) -> Iterator[Draft]:
    draft = document_draft("mapping", f"mapping:{reference}", prepared.mapping)
    kept = projection.ledger.newest(draft.subject)
    if prepared.mapping_given and (kept is None or projection.ledger.body(kept) != draft.body):
        yield draft


def _batch_drafts(projection: Projection, batch: str, prepared: Prepared, found: Sorted, order: Order) -> list[Draft]:
    arrived = (*found.new, *found.changed)
    document = Batch(
        variant=order.variant,
        files=tuple(BatchFile(name=file.name, size=file.size, sha256=file.sha256) for file in prepared.reading.files),
        mapping_sha256=sha256(canonical(prepared.mapping)).hexdigest(),
        rows_sha256=rows_digest(arrived),
        new=len(found.new),
        changed=len(found.changed),
        same=len(found.same),
        skipped=sum(tally.skipped for tally in prepared.reading.tallies),
        withdrawn=len(found.withdrawn),
        replaced=order.replace,
        reason=order.reason,
        warnings=sum(finding.severity == "warning" for finding in prepared.all_findings(found)),
    )
    cursor = projection.cursor()
    duck.run(cursor, "apply/point")
    duck.insert(cursor, "point", [_stored_row(row, withdrawn=False) for row in arrived])
    duck.insert(cursor, "point", [_stored_row(row, withdrawn=True) for row in found.withdrawn])
    return [
        document_draft("batch", f"batch:{batch}", document),
        Draft(kind="observations", schema="observations/1", subject=f"observations:{batch}", body=duck.parquet_of(cursor, "point")),
    ]


def _stored_row(row: Observation, *, withdrawn: bool) -> dict[str, object]:
    period = period_of(row.period)
    months = 12 * (period.end.year - period.start.year) + period.end.month - period.start.month + 1
    return {
        "period": period.code,
        "ordinal": period.ordinal,
        "span": months,
        "group_key": row.group,
        **{name: getattr(row, name) for name in FIGURES},
        "withdrawn": withdrawn,
        "file": row.origin.file,
        "row": row.origin.row,
        "cells": canonical(row.origin.cells).decode("utf-8"),
    }


def _report(
    reading: Reading,
    findings: Sequence[Finding],
    found: Sorted | None = None,
    *,
    variant: str | None = None,
    batch: str | None = None,
    seq: int | None = None,
) -> LoadReport:
    hashes = {file.name: file.sha256 for file in reading.files}
    files = tuple(FileReport(sha256=hashes.get(tally.file, ""), **msgspec.structs.asdict(tally)) for tally in reading.tallies)
    return LoadReport(
        batch=batch,
        variant=variant,
        rows=sum(tally.rows for tally in reading.tallies),
        new=len(found.new) if found else len(reading.points),
        changed=len(found.changed) if found else 0,
        same=len(found.same) if found else 0,
        refused=sum(tally.refused for tally in reading.tallies),
        skipped=sum(tally.skipped for tally in reading.tallies),
        withdrawn=len(found.withdrawn) if found else 0,
        files=files,
        findings=tuple(findings),
        seq=seq,
    )
