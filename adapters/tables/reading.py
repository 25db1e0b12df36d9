"""Tables become data points, as their mapping says, whatever format they came in; what does not fit becomes a finding.

The way of a file: ``content`` (what is packed is unpacked), the format's own reader (``rows``), ``top`` and ``header``
(names), ``layout`` and ``wide`` (the mapping on this header), ``records`` and ``labels`` (rows to places, periods,
groups and cells), ``components`` (rows that hold parts of one data point), ``cells``, ``figures`` and ``points`` (cells
to a data point), ``account`` (what became of every row). A file whose header does not fit is not read at all; nor is one that speaks of
single children (``domain/children.py``). Rows are counted as records (see ``records``).

Rules of findings. The file: ``file-empty`` ``header-missing`` ``nul-character`` ``row-too-long`` ``row-too-short`` ``nothing-read``
``names-persons`` ``one-row-per-child``, and those of ``content``. Columns and mapping:
``column-missing`` ``column-ambiguous`` ``pattern-unreadable`` ``wide-role-unknown`` ``mapping-no-figure``
``mapping-no-period`` ``mapping-no-group``. Labels: ``place-blank`` ``place-unknown`` ``period-blank``
``period-unreadable`` ``period-two-labels`` ``group-unknown``. Figures: ``cell-unreadable`` ``counts-disagree``
``counts-impossible`` ``value-out-of-bounds`` ``bounds-disagree`` ``percent-or-share`` ``read-as-missing``. Rows
against rows: ``row-repeated`` ``row-contradicts``. Tests: ``tests/adapters/test_csv_table.py``,
``test_contract.py``, ``test_real_*.py``.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from registry.adapters.contract import Placed, Reading, SourceFile, Wanted
from registry.adapters.tables.account import Account
from registry.adapters.tables.components import joined
from registry.adapters.tables.content import Content, content_of
from registry.adapters.tables.figures import Terms, terms_of
from registry.adapters.tables.header import Header, columns_of
from registry.adapters.tables.layout import Layout, layout_of
from registry.adapters.tables.points import Point, fault_at, main_figure, point_of
from registry.adapters.tables.records import Aside, Outcome, Record, Refused, records_of
from registry.adapters.tables.rows import NUL, Broken, CannotRead, Misread, Row, Table
from registry.adapters.tables.top import ends, has_text, nul_place, padded, sample_of, take_header, without_nul
from registry.adapters.tables.wide import two_labels
from registry.domain.children import children_in
from registry.domain.finding import Finding
from registry.domain.mapping import Mapping
from registry.domain.observation import Observation, figures
from registry.domain.period import flattened, quoted

Key = tuple[str, str, str]
"""Place, period and group: what one data point speaks of."""
TablesOf = Callable[[Content, Mapping], Iterable[Table]]
"""What a format brings: the tables of a file that its mapping means. Raises CannotRead where there are none."""


def read_tables(files: Sequence[Path], mapping: Mapping, wanted: Wanted, tables_of: TablesOf) -> Reading:
    """Every data point and finding of the files, in their order.

    Bad content is never an exception; ``OSError`` where a file cannot be opened. The same data point twice, in one
    file or two, is read once; two that differ are an error on the second.
    """
    known: dict[Key, Observation] = {}
    points: list[Placed] = []
    accounts = [Account(path.name) for path in files]
    for path, account in zip(files, accounts, strict=True):
        points.extend(_points(path, tables_of, _Job(mapping, wanted, terms_of(mapping, wanted), account, known, {})))
    return Reading(
        points=tuple(points),
        findings=tuple(finding for account in accounts for finding in account.findings()),
        tallies=tuple(account.tally() for account in accounts),
        files=tuple(source_of(path) for path in files),
    )


def source_of(path: Path) -> SourceFile:
    """The file's name, size in bytes and SHA-256, as it stands."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return SourceFile(name=path.name, size=file.tell(), sha256=digest.hexdigest())


class _Job(msgspec.Struct, frozen=True):
    """What the rows of one file are read with: the mapping, what is wanted, the file's account, and the data points known so far."""

    mapping: Mapping
    wanted: Wanted
    terms: Terms
    account: Account
    known: dict[Key, Observation]
    labels: dict[str, str]


def _points(path: Path, tables_of: TablesOf, job: _Job) -> Iterator[Placed]:
    """The data points of one file; everything else goes to its account."""
    try:
        tables = tuple(tables_of(content_of(path, job.mapping.member), job.mapping))
        of_children = [(table, children_in(*sample_of(table, job.mapping))) for table in tables]
        if any(
            found for _, found in of_children
        ):  # nothing more is read: not a cell of such a file may stand in a finding
            for table, found in of_children:
                job.account.open(table.sheet)
                job.account.tell(*found)
            return
        for table in tables:
            job.account.open(table.sheet)
            yield from _table(table, path.name, job)
    except CannotRead as fault:
        job.account.tell(fault.finding)
        return
    job.account.nothing_read(job.wanted.places)


def _table(table: Table, file_name: str, job: _Job) -> Iterator[Placed]:
    if table.doubt is not None:
        why = table.doubt
        job.account.tell(Finding(rule=why.rule, severity="warning", detail=why.detail, hint=why.hint))
    header, rows = take_header(table.rows, job.mapping)
    rows = rows if table.ragged else padded(rows, header.width)
    layout = layout_of(header, job.mapping, job.wanted, file_name, table.named)
    if not isinstance(layout, Layout):
        job.account.tell(*layout)
        return
    outcomes = _outcomes(rows, layout, job)
    for outcome in joined(outcomes) if layout.component else outcomes:
        if isinstance(outcome, Record):
            yield from _record(outcome, job)
        elif isinstance(outcome, Refused):
            job.account.refuse(outcome.findings, outcome.place)
        else:
            job.account.skip(outcome)


def _outcomes(rows: Iterator[Row | Broken], layout: Layout, job: _Job) -> Iterator[Outcome]:
    """What each row below the header holds, up to the table's end; rows below that are set aside."""
    for row in rows:
        if isinstance(row, Row) and not has_text(row):
            continue
        if job.mapping.ends_before and isinstance(row, Row) and ends(row, job.mapping):
            below = (entry for entry in rows if isinstance(entry, Broken) or has_text(entry))
            yield from (Aside(entry.line, "end") for entry in (row, *below))
        elif isinstance(row, Broken):
            yield Refused(row.line, "", (_unsound(row.why, row.line, row.place, row.text, layout.header),))
        elif (place := nul_place(row)) is not None:
            cell = without_nul(row.cells[place])
            yield Refused(row.line, "", (_unsound(NUL, row.line, place, cell, layout.header),))
        else:
            yield from records_of(row, layout, job.wanted.places)


def _record(record: Record, job: _Job) -> Iterator[Placed]:
    """The data point of a record, unless it is refused, set aside, or known."""
    point = point_of(record, job.terms, job.account.file, job.account.sheet)
    if isinstance(point, Aside):
        job.account.skip(point)
    elif isinstance(point, Refused):
        job.account.refuse(point.findings, point.place)
    elif (second := _second_label(record, job)) is not None:
        job.account.refuse((second,), record.place)
    elif (earlier := job.known.get((record.place, record.period, record.group))) is None:
        job.known[record.place, record.period, record.group] = point.observation
        job.account.read(record.place, point, record)
        yield Placed(record.place, point.observation)
    elif figures(earlier) == figures(point.observation):
        job.account.repeat(record, _where(earlier, job))
    else:
        job.account.refuse((_contradiction(record, point, earlier, job),), record.place)


def _second_label(record: Record, job: _Job) -> Finding | None:
    """Two labels of one period in a file are a question, unless the mapping says what they mean."""
    if not record.label or record.label in job.mapping.period.labels:
        return None
    first = job.labels.setdefault(record.period, record.label)
    if flattened(first).casefold() == flattened(record.label).casefold():
        return None
    detail, hint = two_labels(record.period, first, record.label)
    column = job.mapping.period.column
    return Finding(
        rule="period-two-labels",
        severity="error",
        row=record.line,
        column=column,
        cell=record.label,
        detail=detail,
        hint=hint,
    )


def _contradiction(record: Record, point: Point, earlier: Observation, job: _Job) -> Finding:
    figure = main_figure(record, point.cells)
    here, there = (quoted(cells.get(figure.column.name, "")) for cells in (record.cells, earlier.origin.cells))
    detail = f"The row gives {here} where {_where(earlier, job)} gives {there} for the same place, period and group."
    hint = "Keep the one that is right; rows that differ in a column (a subject, a component) are told apart by filters or groups."
    return fault_at(record, figure, Misread("row-contradicts", detail, hint))


def _where(earlier: Observation, job: _Job) -> str:
    origin = earlier.origin
    here, sheet = origin.file == job.account.file, f" of sheet {origin.sheet!r}" if origin.sheet else ""
    beside = "" if here and origin.sheet == job.account.sheet else sheet
    return f"row {origin.row}{beside}" if here else f"row {origin.row}{beside} of {origin.file}"


def _unsound(why: Misread, line: int, place: int, cell: str, header: Header) -> Finding:
    names = {column.place: column.name for column in columns_of(header)}
    return Finding(
        rule=why.rule,
        severity="error",
        row=line,
        column=names.get(place, f"column {place + 1}"),
        cell=cell,
        detail=why.detail,
        hint=why.hint,
    )
