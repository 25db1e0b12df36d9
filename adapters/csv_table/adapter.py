"""A table of text with separators (CSV, TSV) becomes data points, as its mapping says; what does not fit becomes a finding.

The way of a file: ``lines`` (bytes to rows), ``header`` (names), ``layout`` and ``wide`` (the mapping on this
header), ``records`` and ``labels`` (rows to places, periods, groups and cells), ``cells``, ``figures`` and
``points`` (cells to a data point), ``account`` (what became of every row). A file that cannot be decoded, or whose
header does not fit, is not read at all; nor is one that speaks of single children (``domain/children.py``). Rows are
counted as records (see ``records``); lines count from 1; a row that spans lines is named by its first.

Rules of findings. The file: ``encoding-differs`` ``delimiter-unusable`` ``file-empty`` ``header-missing``
``quotes-unbalanced`` ``nul-character`` ``row-too-long`` ``row-too-short`` ``nothing-read`` ``names-persons``
``one-row-per-child``. Columns and mapping:
``column-missing`` ``column-ambiguous`` ``pattern-unreadable`` ``wide-role-unknown`` ``mapping-no-figure``
``mapping-no-period`` ``mapping-no-group``. Labels: ``place-blank`` ``place-unknown`` ``period-blank``
``period-unreadable`` ``period-two-labels`` ``group-unknown``. Figures: ``cell-unreadable`` ``counts-disagree``
``counts-impossible`` ``value-out-of-bounds`` ``bounds-disagree`` ``percent-or-share`` ``read-as-missing``. Rows
against rows: ``row-repeated`` ``row-contradicts``. Tests: ``tests/adapters/test_csv_table.py``,
``test_contract.py``, ``test_real_files.py``.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import msgspec

from registry.adapters.contract import Adapter, Placed, Reading, Wanted
from registry.adapters.csv_table.account import Account
from registry.adapters.csv_table.figures import Terms, terms_of
from registry.adapters.csv_table.header import Header, columns_of, header_of
from registry.adapters.csv_table.labels import Misread
from registry.adapters.csv_table.layout import Layout, layout_of
from registry.adapters.csv_table.lines import Broken, Row, decoding_fault, read_rows, source_of
from registry.adapters.csv_table.points import Point, fault_at, main_figure, point_of
from registry.adapters.csv_table.records import Aside, Record, Refused, records_of
from registry.adapters.csv_table.wide import two_labels
from registry.domain.children import SAMPLE, children_in
from registry.domain.finding import Finding
from registry.domain.mapping import Mapping
from registry.domain.observation import Observation, figures
from registry.domain.period import flattened, quoted

UNUSABLE = frozenset('"\r\n\0 ')
"""Characters that cannot separate cells: they mean something else in such a file."""

Key = tuple[str, str, str]
"""Place, period and group: what one data point speaks of."""


def read(files: Sequence[Path], mapping: Mapping, wanted: Wanted) -> Reading:
    """Every data point and finding of the files, in their order.

    Bad text is never an exception; ``OSError`` where a file cannot be opened. The same data point twice, in one
    file or two, is read once; two that differ are an error on the second.
    """
    known: dict[Key, Observation] = {}
    points: list[Placed] = []
    accounts = [Account(path.name) for path in files]
    for path, account in zip(files, accounts, strict=True):
        points.extend(_points(path, _Job(mapping, wanted, terms_of(mapping, wanted), account, known, {})))
    return Reading(
        points=tuple(points),
        findings=tuple(finding for account in accounts for finding in account.findings()),
        tallies=tuple(account.tally() for account in accounts),
        files=tuple(source_of(path) for path in files),
    )


ADAPTER = Adapter(name="csv_table", formats=("csv",), read=read)


class _Job(msgspec.Struct, frozen=True):
    """What the rows of one file are read with: the mapping, what is wanted, the file's account, and the data points known so far."""

    mapping: Mapping
    wanted: Wanted
    terms: Terms
    account: Account
    known: dict[Key, Observation]
    labels: dict[str, str]


def _points(path: Path, job: _Job) -> Iterator[Placed]:
    """The data points of one file; everything else goes to its account."""
    mapping = job.mapping
    if mapping.delimiter in UNUSABLE:
        hint = 'Write delimiter = "," or ";" or "\\t".'
        job.account.tell(_of_file("delimiter-unusable", f"{mapping.delimiter!r} cannot separate cells.", hint))
        return
    fault = decoding_fault(path, mapping.encoding)
    if fault is not None:
        job.account.tell(fault)
        return
    of_children = children_in(*_top(path, mapping))
    if of_children:  # nothing more is read: not a cell of such a file may stand in a finding
        job.account.tell(*of_children)
        return
    rows = read_rows(path, mapping.encoding, mapping.delimiter)
    header = _header(rows, mapping.header_rows)
    layout = layout_of(header, mapping, job.wanted, path.name) if isinstance(header, Header) else (header,)
    if not isinstance(layout, Layout):
        job.account.tell(*layout)
        return
    for row in rows:
        yield from _row(row, layout, job)
    job.account.nothing_read(job.wanted.places)


def _top(path: Path, mapping: Mapping) -> tuple[list[tuple[int, list[str]]], int]:
    """The first rows that hold anything, each with its line, and the line of the lowest header row."""
    rows = read_rows(path, mapping.encoding, mapping.delimiter)
    written = ((row.line, row.cells) for row in rows if isinstance(row, Row) and _has_text(row))
    top = list(islice(written, SAMPLE))
    return top, max(mapping.header_rows, default=top[0][0] if top else 1)


def _header(rows: Iterator[Row | Broken], lines: Sequence[int]) -> Header | Finding:
    """The header at the lines that the mapping names, else at the first row that is not blank."""
    found: list[Row] = []
    for row in rows:
        if isinstance(row, Broken):
            if not lines or row.line in lines:
                return _broken(row, None)
            continue
        if row.line in lines or (not lines and _has_text(row)):
            found.append(row)
        if (found and not lines) or (lines and row.line >= max(lines)):
            break
    if not found or (lines and len(found) < len(set(lines))):
        rule, what = (
            ("header-missing", f"The file has no header at line {max(lines)}.")
            if lines
            else ("file-empty", "The file is empty.")
        )
        return _of_file(rule, what, "Check header_rows in the mapping, and the file." if lines else "Check the file.")
    damaged = next((row for row in found if any("\0" in cell for cell in row.cells)), None)
    return _nul(damaged, None) if damaged else header_of([row.cells for row in found], found[-1].line)


def _row(row: Row | Broken, layout: Layout, job: _Job) -> Iterator[Placed]:
    if isinstance(row, Broken):
        job.account.refuse((_broken(row, layout.header),))
        return
    if not _has_text(row):
        return
    if any("\0" in cell for cell in row.cells):
        job.account.refuse((_nul(row, layout.header),))
        return
    for outcome in records_of(row, layout, job.wanted.places):
        if isinstance(outcome, Record):
            yield from _record(outcome, job)
        elif isinstance(outcome, Refused):
            job.account.refuse(outcome.findings, outcome.place)
        else:
            job.account.skip(outcome)


def _record(record: Record, job: _Job) -> Iterator[Placed]:
    """The data point of a record, unless it is refused, set aside, or known."""
    point = point_of(record, job.terms, job.account.file)
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
    here = earlier.origin.file == job.account.file
    return f"row {earlier.origin.row}" if here else f"row {earlier.origin.row} of {earlier.origin.file}"


def _has_text(row: Row) -> bool:
    return any(cell.strip() for cell in row.cells)


def _broken(row: Broken, header: Header | None) -> Finding:
    return Finding(
        rule="quotes-unbalanced",
        severity="error",
        row=row.line,
        column=_name(header, row.place),
        cell=row.text,
        detail="A quotation mark here has no partner, or text follows it where the cell should end.",
        hint='Put the whole cell in quotation marks and double those inside it: "the ""old"" school"; or take the mark out.',
    )


def _nul(row: Row, header: Header | None) -> Finding:
    place = next(place for place, cell in enumerate(row.cells) if "\0" in cell)
    return Finding(
        rule="nul-character",
        severity="error",
        row=row.line,
        column=_name(header, place),
        cell=row.cells[place].replace("\0", "␀"),
        detail="The cell holds a NUL character, which no text has.",
        hint='The file is damaged, or it is saved in another encoding: try encoding = "utf-16" in the mapping.',
    )


def _name(header: Header | None, place: int) -> str:
    names = {column.place: column.name for column in columns_of(header)} if header else {}
    return names.get(place, f"column {place + 1}")


def _of_file(rule: str, detail: str, hint: str) -> Finding:
    return Finding(rule=rule, severity="error", detail=detail, hint=hint)
