"""Writes the adapters' invented sample files: ``python -m tests.adapters.make_samples`` from the repository's root.

Binary files cannot be written by hand, and those of text say the same, so all come from here. Old Excel (xls) takes xlwt, which nothing
else does: where it is not installed those files stay as they are.
"""

import io
import json
from collections.abc import Sequence
from datetime import date
from html import escape
from importlib import import_module
from pathlib import Path

from registry import duck
from tests.adapters.workbooks import Cell, Cells, as_cell, ods, xlsx

ADAPTERS = Path(__file__).parents[2] / "adapters"
TITLE = "Reading and mathematics, invented for this example"
UPPER = [None, None, None, None, None, Cell("Students", right=2), None, Cell("Met the standard", right=2)]
LOWER = ["District", "Code", "Year", "Subject", "Group", "Enrolled", "Tested", "Count", "%"]
NAMES = [*LOWER[:7], "Met the standard | Count", "Met the standard | %"]
SAMPLE: list[list[str | float | None]] = [
    ["Alder", "0150011", "2018-19", "Reading", "All Students", 1250, 1200, 480, 40],
    ["Alder", "0150011", "2018-19", "Mathematics", "All Students", 1250, 1210, 400, 33.1],
    ["Alder", "0150011", "2018-19", "Reading", "Hispanic/Latino of any race", 410, 400, 130, 32.5],
    ["Alder", "0150011", "2018-19", "Reading", "Afro-Am.", 9, 8, "n too small", "n too small"],
    ["Birch", "150012", "2018-19", "Reading", "All Students", 95, 90, None, ">95"],
    ["Birch", "150012", "2018-19", "Reading", "Asian", 12, 12, "<5", None],
    ["Birch", "150012", "2018-19", "Reading", "White", 40, 40, 0, 0],
    ["Birch", "150012", "2018-19", "Reading", "Two or more", 0, 0, 0, None],
    ["Cedar", "0150013", "2018-19", "Reading", "All Students", 60, 58, None, None],
    ["Statewide", None, "2018-19", "Reading", "All Students", 1405, 1348, None, 39.2],
]
NOTE = "Note: numbers below 5 are not shown."
ODD = ["**", "45.2.1", "4O.2", "120", "-3", "24-20", "GE120", "#DIV/0!", "inf", "81.6*", "45,2", "-9999", "#REF!"]
"""Printed values that are none."""


def bad_rows() -> list[list[str | float | None]]:
    """Rows with one fault each, the first sound."""
    rows: list[list[str | float | None]] = [_row(11, tested=1200, count=480, value=40)]
    rows += [_row(12 + number, value=text) for number, text in enumerate(ODD)]
    rows += [
        _row(30, tested="1,23,4", value=41),
        _row(31, tested="-1,234", value=41),
        _row(32, tested=12.5, value=41),
        ["Alder", None, *_row(33, count=41, value=41)[2:]],
        ["Alder", "01 50034", *_row(34, count=41, value=41)[2:]],
        [*_row(35)[:2], None, *_row(35, count=41, value=41)[3:]],
        [*_row(36)[:2], "2019", *_row(36, count=41, value=41)[3:]],
        [*_row(37)[:4], "Hispanc", *_row(37, count=41, value=41)[5:]],
        _row(38, count=41, value=45),
        _row(39, tested=40, count=41),
        _row(40, tested=0, count=3),
        _row(11, tested=1200, count=481, value=40.1),
        [*_row(41)[:4], "Hispanc", *_row(41, count="x", value="y")[5:]],
    ]
    return rows


def children_rows() -> list[list[str | float | None]]:
    """A header and a child a row."""
    head = ["District", "Code", "Year", "Student Last Name", "Date of birth", "Local ID", "Met", "%"]
    rows = [
        ["Alder", "0000001", "2018-19", f"Surname{n}", f"2011-0{1 + n % 9}-1{n % 9}", f"8{n:02}07{n}", n % 2, None]
        for n in range(1, 13)
    ]
    return [head, *rows]


def _row(
    code: int, *, tested: str | float = 100, count: str | float | None = None, value: str | float | None = None
) -> list[str | float | None]:
    return ["Alder", f"01500{code}", "2018-19", "Reading", "All Students", 100, tested, count, value]


def workbook(name: str) -> dict[str, Cells]:
    """The sheets of a workbook's sample: a year each, the second with its columns in another order, notes around them."""
    if name == "children":
        return {"2018-19": [[TITLE], [], *children_rows()]}
    odd: list[Sequence[Cell | str | float | None]] = []
    if name == "bad":
        odd = [
            _row(50, value=Cell("2025-03-05", "yyyy-mm-dd")),
            [*_row(51)[:4], Cell("2025-03-05", "yyyy-mm-dd"), *_row(51, count=41)[5:]],
            [*_row(52)[:7], 41, Cell(None, formula="H30/G30")],
            [*_row(53)[:7], 41, Cell(41, down=2)],
            _row(54),
        ]
    rows = [*map(_typed, bad_rows()), *odd] if name == "bad" else list(map(_typed, SAMPLE))
    first = [[Cell(TITLE, right=9)], UPPER, LOWER, *rows, [NOTE]]
    if name == "bad":
        return {"2018-19": first}
    order = [1, 0, 3, 4, 6, 5, 7, 8]
    later = [[as_cell(row[place]) for place in order] for row in rows[:3]]
    second = [["Next year"], [], [LOWER[place] for place in order[:6]] + NAMES[7:], *later]
    return {"Read me": [["What this is"], ["Invented."]], "2018-19": first, "2019-20": second}


def _typed(row: Sequence[str | float | None]) -> list[Cell | str | float | None]:
    """The row as a spreadsheet has it: a code with hidden zeros, a percent as a share with a format, a formula's result."""
    typed: list[Cell | str | float | None] = list(row)
    if row[1] == "150012":
        typed[1] = Cell(150012, "0000000")
    if isinstance(row[8], int | float):
        typed[8] = Cell(row[8] / 100, "0.0%", formula="H4/G4" if row[8] == 40 else None)
    return typed


def page(name: str) -> str:
    """The same as a page of HTML: a menu before the table, a header of two rows, a name over several rows."""
    if name == "children":
        body = "".join(_tr(row) for row in children_rows())
        return f"<html><body><table><tr><td>Home</td></tr></table>\n<table>{body}</table></body></html>\n"
    head = "<tr><td colspan=5><td colspan=2>Students<td colspan=2>Met the standard</tr>\n" + _tr(LOWER, "th")
    rows = bad_rows() if name == "bad" else SAMPLE
    body = "".join(_tr(row) for row in rows)
    if name == "sample":
        for place, times in (("Alder", 4), ("Birch", 4)):
            first, *others = body.split(f"<td>{place}</td>")
            body = f"<td rowspan={times}>{place}</td>".join([first, "".join(others)])
    menu = "<table><tr><td><a href='/'>Home</a></td></tr></table>\n<script>var x = '<table><tr><td>no</td></tr></table>';</script>\n"
    return f"<html><head><meta charset='utf-8'></head><body>\n{menu}<table>\n{head}{body}</table>\n</body></html>\n"


def _tr(row: Sequence[str | float | None], tag: str = "td") -> str:
    cells = "".join(f"<{tag}>{'&nbsp;' if cell is None else escape(str(cell))}</{tag}>" for cell in row)
    return f"<tr>{cells}</tr>\n"


def records(name: str) -> object:
    """The same as records in an envelope; what met the standard is an object of its own."""
    if name == "children":
        head, *rows = children_rows()
        return {"results": [dict(zip(map(str, head), row, strict=True)) for row in rows]}
    found = [
        {**dict(zip(LOWER[:7], row[:7], strict=True)), "Met the standard": {"Count": row[7], "%": row[8]}}
        for row in (bad_rows() if name == "bad" else SAMPLE)
    ]
    return {"count": len(found), "next": None, "results": found}


def census(name: str) -> object:
    """Arrays whose first holds the names; codes in two parts, every value a text."""
    if name == "children":
        return children_rows()
    head = ["NAME", "met", "met_pct", "tested", "state", "county"]
    rows = bad_rows() if name == "bad" else [row for row in SAMPLE if row[4] == "All Students" and row[3] == "Reading"]
    kept = [row for row in rows if row[2] == "2018-19" and row[4] == "All Students"]
    codes = [str(row[1] or "").zfill(7) if row[1] else "" for row in kept]
    listed = [[row[0], row[7], row[8], row[6], code[:2], code[2:]] for row, code in zip(kept, codes, strict=True)]
    if name == "bad":
        listed += [
            ["Short", "1", "2"],
            ["Long", "1", "2", "10", "01", "50099", "extra"],
            ["X", "41", None, "-555555555", "01", "50098"],
        ]
    return [head, *([None if cell is None else str(cell) for cell in row] for row in listed)]


def values(name: str) -> str:
    """A DHIS2 set: numerator and denominator are data elements of their own."""
    if name == "children":
        head, *rows = children_rows()
        fields = [str(entry).replace(" ", "").replace("%", "pct") for entry in head]
        lines = [" ".join(f'{field}="{cell or ""}"' for field, cell in zip(fields, row, strict=True)) for row in rows]
    else:
        groups = {
            "All Students": "default",
            "Hispanic/Latino of any race": "hispanic",
            "Afro-Am.": "afro",
            "White": "white",
        }
        lines = []
        for row in bad_rows() if name == "bad" else SAMPLE:
            if row[3] != "Reading" or row[2] is None:
                continue
            unit = row[1] or ("0000000" if row[0] == "Statewide" else "")
            where = f'period="{"2018Sep" if row[2] == "2018-19" else row[2]}" orgUnit="{unit}" '
            where += f'categoryOptionCombo="{groups.get(str(row[4]), row[4])}"'
            parts = {"MetNumber01": row[7], "TestedNum01": row[6], "MetPercent1": row[8]}
            lines += [
                f'dataElement="{key}" {where} value="{escape(str(value))}"'
                for key, value in parts.items()
                if value is not None
            ]
        lines.append('dataElement="Mathematic1" period="2018Sep" orgUnit="0150011" value="400"')
        gone = 'dataElement="MetNumber01" period="2018Sep" orgUnit="0150060" value="12" deleted="true"'
        lines += [gone] if name == "bad" else []
    body = "".join(f"  <dataValue {line}/>\n" for line in lines)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<dataValueSet xmlns="http://dhis2.org/schema/dxf/2.0">\n{body}</dataValueSet>\n'


def parquet(name: str) -> bytes:
    """The same as Parquet: every column of texts but for those that hold numbers only; a column of days in the children's."""
    head, *rows = children_rows() if name == "children" else [NAMES, *(bad_rows() if name == "bad" else SAMPLE)]
    connection = duck.connect()
    columns = {str(column): [row[place] for row in rows] for place, column in enumerate(head)}
    kinds = {column: "DOUBLE" if all(map(_is_number, cells)) else "VARCHAR" for column, cells in columns.items()}
    kinds |= {"Date of birth": "DATE"} if name == "children" else {}
    declared = ", ".join(f'"{column}" {kind}' for column, kind in kinds.items())
    connection.execute(f"create table rows ({declared})")
    marks = ", ".join("?" for _ in head)
    for row in rows:
        texts = [
            str(cell) if kind == "VARCHAR" and cell is not None else cell
            for cell, kind in zip(row, kinds.values(), strict=True)
        ]
        connection.execute(f"insert into rows values ({marks})", texts)
    return duck.parquet_of(connection, "rows")


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float | None)


def old_excel(sheets: dict[str, Cells]) -> bytes:
    """The same as old Excel, by xlwt; formulas have no result there, so their value is written instead."""
    xlwt = import_module("xlwt")
    book = xlwt.Workbook()
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for line, row in enumerate(rows):
            for place, cell in enumerate(map(as_cell, row)):
                if cell.value is None:
                    continue
                value: object = cell.value
                if cell.shown_as == "yyyy-mm-dd":
                    value = date.fromisoformat(str(cell.value))
                style = xlwt.easyxf(num_format_str=cell.shown_as or "General")
                bottom, right = line + cell.down - 1, place + cell.right - 1
                if (bottom, right) == (line, place):
                    sheet.write(line, place, value, style)
                else:
                    sheet.write_merge(line, bottom, place, right, value, style)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def main() -> None:
    """Write every sample."""
    for name in ("sample", "bad", "children"):
        (ADAPTERS / "xlsx_table" / f"{name}.xlsx").write_bytes(xlsx(workbook(name)))
        (ADAPTERS / "ods_table" / f"{name}.ods").write_bytes(ods(workbook(name)))
        (ADAPTERS / "html_table" / f"{name}.html").write_text(page(name), "utf-8")
        (ADAPTERS / "json_records" / f"{name}.json").write_text(
            json.dumps(records(name), indent=1, ensure_ascii=False) + "\n", "utf-8"
        )
        lines = ",\n".join(json.dumps(row) for row in census(name))
        (ADAPTERS / "census_json" / f"{name}.json").write_text(f"[{lines}]\n", "utf-8")
        (ADAPTERS / "dhis2_values" / f"{name}.xml").write_text(values(name), "utf-8")
        (ADAPTERS / "parquet_table" / f"{name}.parquet").write_bytes(parquet(name))
        try:
            (ADAPTERS / "xls_table" / f"{name}.xls").write_bytes(old_excel(workbook(name)))
        except ModuleNotFoundError:
            print("xlwt is not installed: the files of old Excel stay as they are.")  # noqa: T201


if __name__ == "__main__":
    main()
