"""What a file is, and which tables stand in it: format, encoding, delimiter, sheets, each with what shows it.

Formats are opened by their own readers; here is only said what a mapping has to say of them.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import msgspec

from registry.adapters.census_json.adapter import tables as census_tables
from registry.adapters.csv_table.adapter import tables as csv_tables
from registry.adapters.csv_table.lines import encoding_of, read_rows
from registry.adapters.dhis2_values.adapter import tables as dhis2_tables
from registry.adapters.html_table.adapter import tables as html_tables
from registry.adapters.json_records.adapter import places_of
from registry.adapters.json_records.adapter import tables as json_tables
from registry.adapters.ods_table.spreadsheet import sheets_of as ods_sheets
from registry.adapters.parquet_table.adapter import tables as parquet_tables
from registry.adapters.tables.content import HEAD, Content, content_of, expect
from registry.adapters.tables.document import document_of
from registry.adapters.tables.rows import CannotRead, Row, Table
from registry.adapters.xls_table.workbook import sheets_of as xls_sheets
from registry.adapters.xlsx_table.workbook import sheets_of as xlsx_sheets
from registry.domain.mapping import Format, Mapping, PeriodSource

Said = tuple[str, str | int | bool, str]
"""A line of a mapping: its name, its value, and what shows it."""
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
UTF_8 = "utf-8-sig"
LINES = 60
MOST_TABLES = 40


class Candidate(msgspec.Struct, frozen=True):
    """One table of the file: how a person calls it, and what the mapping has to say to get it."""

    name: str
    said: tuple[Said, ...]
    table: Table


def candidates(path: Path, member: str | None = None) -> tuple[Candidate, ...]:
    """Every table of the file. Raises CannotRead where it is none that is read, OSError where it cannot be opened."""
    content = content_of(path, member)
    packed: tuple[Said, ...] = (("member", member, "as you said"),) if member else ()
    return tuple(
        msgspec.structs.replace(found, said=(*packed, *found.said)) for found in islice(_found(content), MOST_TABLES)
    )


def _found(content: Content) -> Iterator[Candidate]:
    if content.kind in {"xlsx", "ods", "old-office"}:
        yield from _sheets(content)
    elif content.kind == "parquet":
        yield from _all("parquet", parquet_tables(content, _mapping("parquet")), "its first bytes say so")
    elif content.kind == "markup":
        yield from _pages(content)
    elif content.kind == "text" and _starts_json(content):
        yield from _json(content)
    else:
        expect(content, "text")
        yield _text(content)


def _mapping(form: Format, **said: object) -> Mapping:
    return msgspec.convert({"format": form, "period": PeriodSource(), **said}, Mapping)


def _all(form: Format, tables: Iterable[Table], why: str, *said: Said) -> Iterator[Candidate]:
    for table in tables:
        yield Candidate(table.sheet or "the table", (("format", form, why), *said), table)


def _sheets(content: Content) -> Iterator[Candidate]:
    forms: dict[str, Format] = {"xlsx": "xlsx", "ods": "ods", "old-office": "xls"}
    form = forms[content.kind]
    opened = {"xlsx": xlsx_sheets, "ods": ods_sheets, "xls": xls_sheets}[form](content, decimal_comma=False)
    for sheet in opened:
        if not sheet.hidden:
            said: Said = ("sheet", sheet.name, f"the workbook has {len(opened)} sheets")
            form_said: Said = ("format", form, "its first bytes say so")
            yield Candidate(f"sheet {sheet.name!r}", (form_said, said), Table(sheet.rows, sheet=sheet.name))


def _pages(content: Content) -> Iterator[Candidate]:
    with content.open() as stream:
        head = stream.read(HEAD)
    if b"dataValueSet" in head:
        yield from _all("dhis2", dhis2_tables(content, _mapping("dhis2")), "it is a dataValueSet")
        return
    for number in range(1, MOST_TABLES):
        try:
            (table,) = html_tables(content, _mapping("html", table=number))
        except CannotRead as fault:
            if fault.finding.rule != "table-missing":
                raise
            return
        yield Candidate(
            f"table {number}",
            (("format", "html", "it is a page of markup"), ("table", number, "counted from the top of the page")),
            table,
        )


def _starts_json(content: Content) -> bool:
    with content.open() as stream:
        return stream.read(HEAD).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"[", b"{"}


def _json(content: Content) -> Iterator[Candidate]:
    document = document_of(content)
    if isinstance(document, list) and document and all(isinstance(entry, list) for entry in document):
        yield from _all(
            "census-json", census_tables(content, _mapping("census-json")), "it is an array of arrays, names first"
        )
    elif (isinstance(document, dict) and "dataValues" in document) or _one_value(document):
        yield from _all("dhis2", dhis2_tables(content, _mapping("dhis2")), "it has data values of DHIS2")
    else:
        for pointer in places_of(document):
            where: tuple[Said, ...] = (("records", pointer, "there stands an array of records"),) if pointer else ()
            mapping = _mapping("json", records=pointer or None)
            found = _all("json", json_tables(content, mapping), "it is JSON", *where)
            yield from (msgspec.structs.replace(entry, name=f"records at {pointer!r}") for entry in found)


def _one_value(document: object) -> bool:
    return isinstance(document, dict) and {"dataElement", "orgUnit", "value"} <= document.keys()


def _text(content: Content) -> Candidate:
    said: list[Said] = []
    encoding, doubt = _encoding(content)
    if doubt:
        said.append(("encoding", encoding, doubt))
    delimiter, why = _delimiter(content, encoding)
    if delimiter != ",":
        said.append(("delimiter", delimiter, why))
    mapping = _mapping("csv", encoding=encoding, delimiter=delimiter)
    (table,) = csv_tables(content, mapping)
    return Candidate("the table", (("format", "csv", f"it is text; {why}"), *said), table)


def _encoding(content: Content) -> tuple[str, str]:
    """The encoding, and why it is not UTF-8 (empty where it is): the first of cp1252 and latin-1 in which the file is text."""
    try:
        encoding_of(content, UTF_8)
    except CannotRead as fault:
        doubt = f"{fault.finding.detail} Look at the names with accents"
        try:
            encoding_of(content, "cp1252")
        except CannotRead:
            return "latin-1", doubt
        return "cp1252", doubt
    return UTF_8, ""


def _delimiter(content: Content, encoding: str) -> tuple[str, str]:
    """The separator by which the first lines have the same number of cells, more than one, most often."""
    best = (0.0, 0, ",", 0, 0)
    for order, delimiter in enumerate(DELIMITERS):
        rows = list(islice(read_rows(content, encoding_of(content, encoding), delimiter), LINES))
        widths = [len(row.cells) for row in rows if isinstance(row, Row) and len(row.cells) > 1]
        if widths:
            common = max(set(widths), key=lambda width: (widths.count(width), width))
            best = max(best, (widths.count(common) / len(rows), -order, delimiter, common, widths.count(common)))
    _, _, delimiter, common, same = best
    return delimiter, f"{same} of its first lines have {common} cells parted by {DELIMITERS[delimiter]}"
