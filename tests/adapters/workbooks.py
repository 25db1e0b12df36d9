"""Workbooks made by hand, member by member, so that a test can put anything into a cell: formulas with results, errors, spans, lies."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from xml.sax.saxutils import escape, quoteattr

import msgspec

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns"

EMPTY_REST = (
    "<table:table-row table:number-rows-repeated='1048000'>"
    "<table:table-cell table:number-columns-repeated='16384'/></table:table-row>"
)
"""How spreadsheets write that nothing follows."""


class Cell(msgspec.Struct, frozen=True):
    """A cell: a text or number, its number format, a formula, ``kind`` where it is an error; ``right`` and ``down`` cells it spans."""

    value: str | float | None
    shown_as: str = ""
    formula: str | None = None
    kind: str = ""
    right: int = 1
    down: int = 1


Cells = Sequence[Sequence[Cell | str | float | None]]


def xlsx(
    sheets: Mapping[str, Cells], *, hidden: Sequence[str] = (), dimension: str = "", since_1904: bool = False
) -> bytes:
    """An Excel workbook of these sheets; rows are numbered from 1."""
    formats = sorted(
        {cell.shown_as for rows in sheets.values() for row in rows for cell in map(as_cell, row) if cell.shown_as}
    )
    styles = {shown_as: number for number, shown_as in enumerate(formats, start=1)}
    members = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": _relations({"r1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": _workbook(list(sheets), hidden, since_1904),
        "xl/_rels/workbook.xml.rels": _relations(
            {
                "s": ("styles", "styles.xml"),
                **{f"r{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)},
            }
        ),
        "xl/styles.xml": _styles(formats),
    }
    for number, rows in enumerate(sheets.values(), start=1):
        members[f"xl/worksheets/sheet{number}.xml"] = _sheet(rows, styles, dimension)
    return zipped(members)


def ods(sheets: Mapping[str, Cells], *, hidden: Sequence[str] = ()) -> bytes:
    """An OpenDocument spreadsheet of these sheets."""
    spaces = " ".join(f'xmlns:{name}="{OFFICE}:{name}:1.0"' for name in ("office", "table", "text", "style"))
    tables = "".join(
        f'<table:table table:name={quoteattr(name)} table:style-name="{"hid" if name in hidden else "ta1"}">'
        + "".join(
            f"<table:table-row>{''.join(_ods_cell(as_cell(cell)) for cell in row)}</table:table-row>" for row in rows
        )
        + f"{EMPTY_REST}</table:table>"
        for name, rows in sheets.items()
    )
    style = '<style:style style:name="hid"><style:table-properties table:display="false"/></style:style>'
    body = f"<office:automatic-styles>{style}</office:automatic-styles>"
    body += f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f"<office:document-content {spaces}>{body}</office:document-content>",
        }
    )


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """A zip archive of these members, all of one day, so that the same members give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), body, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def as_cell(cell: Cell | str | float | None) -> Cell:
    return cell if isinstance(cell, Cell) else Cell(cell)


def column_letters(place: int) -> str:
    """The letters of a column counted from 0."""
    letters = ""
    while place >= 0:
        letters, place = chr(ord("A") + place % 26) + letters, place // 26 - 1
    return letters


def _relations(targets: Mapping[str, tuple[str, str]]) -> str:
    entries = (
        f'<Relationship Id="{key}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(entries)}</Relationships>'


def _workbook(names: Sequence[str], hidden: Sequence[str], since_1904: bool) -> str:
    entries = "".join(
        f"<sheet name={quoteattr(name)} sheetId='{n}' r:id='r{n}' state='{'hidden' if name in hidden else 'visible'}'/>"
        for n, name in enumerate(names, start=1)
    )
    dates = "<workbookPr date1904='1'/>" if since_1904 else ""
    return f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{dates}<sheets>{entries}</sheets></workbook>'


def _styles(formats: Sequence[str]) -> str:
    declared = "".join(f"<numFmt numFmtId='{n + 200}' formatCode={quoteattr(code)}/>" for n, code in enumerate(formats))
    used = "<xf numFmtId='0'/>" + "".join(f"<xf numFmtId='{n + 200}'/>" for n in range(len(formats)))
    base = "<cellStyleXfs><xf/></cellStyleXfs>"
    return f'<styleSheet xmlns="{MAIN}"><numFmts>{declared}</numFmts>{base}<cellXfs>{used}</cellXfs></styleSheet>'


def _sheet(rows: Cells, styles: Mapping[str, int], dimension: str) -> str:
    spans, written = [], []
    for line, row in enumerate(rows, start=1):
        cells = []
        for place, cell in enumerate(map(as_cell, row)):
            at = f"{column_letters(place)}{line}"
            cells.append(_xlsx_cell(cell, at, styles))
            if (cell.right, cell.down) != (1, 1):
                spans.append(f"<mergeCell ref='{at}:{column_letters(place + cell.right - 1)}{line + cell.down - 1}'/>")
        written.append(f"<row r='{line}'>{''.join(cells)}</row>")
    merged = f"<mergeCells>{''.join(spans)}</mergeCells>" if spans else ""
    size = f"<dimension ref='{dimension}'/>" if dimension else ""
    return f'<worksheet xmlns="{MAIN}">{size}<sheetData>{"".join(written)}</sheetData>{merged}</worksheet>'


def _xlsx_cell(cell: Cell, at: str, styles: Mapping[str, int]) -> str:
    formula = f"<f>{escape(cell.formula)}</f>" if cell.formula is not None else ""
    style = f" s='{styles[cell.shown_as]}'" if cell.shown_as else ""
    if cell.value is None and not formula:
        return ""
    if cell.shown_as == "yyyy-mm-dd" and isinstance(cell.value, str):
        days = (date.fromisoformat(cell.value) - date(1899, 12, 30)).days
        return f"<c r='{at}'{style}><v>{days}</v></c>"
    if isinstance(cell.value, str) and not cell.kind and not formula:
        return f"<c r='{at}'{style} t='inlineStr'><is><t>{escape(cell.value)}</t></is></c>"
    kind = cell.kind or ("str" if isinstance(cell.value, str) else "n")
    value = (
        ""
        if cell.value is None
        else f"<v>{escape(repr(cell.value) if isinstance(cell.value, float) else str(cell.value))}</v>"
    )
    return f"<c r='{at}'{style} t='{kind}'>{formula}{value}</c>"


def _ods_cell(cell: Cell) -> str:
    if cell.value is None and cell.formula is None:
        return "<table:table-cell/>"
    own = (
        f" table:number-columns-spanned='{cell.right}' table:number-rows-spanned='{cell.down}'"
        if (cell.right, cell.down) != (1, 1)
        else ""
    )
    own += f" table:formula={quoteattr(f'of:={cell.formula}')}" if cell.formula is not None else ""
    if cell.value is None:
        return f"<table:table-cell{own}/>"
    if cell.shown_as == "yyyy-mm-dd":
        own += f" office:value-type='date' office:date-value='{cell.value}'"
    elif isinstance(cell.value, str):
        own += " office:value-type='string'"
    else:
        kind = "percentage" if "%" in cell.shown_as else "float"
        own += f" office:value-type='{kind}' office:value='{cell.value!r}'"
    shown = str(cell.value).zfill(len(cell.shown_as)) if set(cell.shown_as) == {"0"} else cell.value
    return f"<table:table-cell{own}><text:p>{escape(str(shown))}</text:p></table:table-cell>"
