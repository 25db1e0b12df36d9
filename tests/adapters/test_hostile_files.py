"""Files made to do harm: each is a clear finding, in a process that may not have much memory, and nothing is kept.

Every file is read in a process of its own whose memory is limited (``resource``), so that a reader that swells fails here and
not on a server. The limit on time is a guard against hanging.
"""

import gzip
import json
import random
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest

from tests.adapters.any_file import PLAIN, read_files
from tests.adapters.workbooks import MAIN, Cell, ods, xlsx, zipped

ADAPTERS_FOLDER = Path(__file__).parents[2] / "adapters"
MEMORY = 700 << 20
"""Bytes of address space beyond what the program takes before it reads."""
SECONDS = 120
ASK = """
import json, resource, sys
from pathlib import Path
import tomllib, msgspec
from registry.adapters.contract import Wanted
from registry.app import ADAPTERS
from registry.domain.mapping import Mapping
pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else 0
if pages:
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + int(sys.argv[3]),) * 2)
mapping = msgspec.convert(tomllib.loads(sys.argv[2]), Mapping)
reader = next(entry for entry in ADAPTERS if mapping.format in entry.formats)
reading = reader.read([Path(sys.argv[1])], mapping, Wanted(period_kind="calendar-year"))
rules, details = sorted({found.rule for found in reading.findings}), [found.detail[:200] for found in reading.findings[:3]]
print(json.dumps({"points": len(reading.points), "rules": rules, "details": details}))
"""
LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {c} '{f'&{p};' * 10}'>" for p, c in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)
OUTSIDE = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>"
SET = '<dataValueSet><dataValue dataElement="&j;&a;" value="1"/></dataValueSet>'


def told(path: Path, mapping: str = PLAIN) -> dict[str, object]:
    """What a reader in a small process says of a file."""
    ended = subprocess.run(
        [sys.executable, "-c", ASK, str(path), mapping, str(MEMORY)],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    said: dict[str, object] = json.loads(ended.stdout)
    return said


def rules_of(path: Path, mapping: str = PLAIN) -> list[str]:
    said = told(path, mapping)
    assert said["points"] == 0
    return said["rules"]  # type: ignore[return-value]


def written(path: Path, body: bytes | str) -> Path:
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return path


def zeros(megabytes: int) -> bytes:
    """A zlib stream of so many megabytes of blanks and nothing else, a thousand times smaller."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(b" " * (1 << 20)) for _ in range(megabytes)) + packer.flush()


class TestBombs:
    def test_a_gzip_that_swells_a_thousand_times(self, tmp_path: Path):
        assert rules_of(written(tmp_path / "t.csv.gz", zeros(300))) == ["unpacks-too-large"]

    def test_a_zip_that_swells_a_thousand_times(self, tmp_path: Path):
        path = tmp_path / "t.zip"
        with (
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
            archive.open("t.csv", "w") as member,
        ):
            for _ in range(300):
                member.write(b" " * (1 << 20))
        assert rules_of(path) == ["unpacks-too-large"]

    @pytest.mark.parametrize("format_", ["xlsx", "ods"])
    def test_a_workbook_whose_member_swells(self, tmp_path: Path, format_: str):
        path = tmp_path / "book"
        marks = {"xlsx": ("[Content_Types].xml", "xl/sharedStrings.xml"), "ods": ("mimetype", "content.xml")}[format_]
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            archive.writestr(marks[0], "x")
            with archive.open(marks[1], "w") as member:
                for _ in range(300):
                    member.write(b"<si><t> </t></si>" * (1 << 16))
        assert rules_of(path, f'format = "{format_}"\n{PLAIN}') == ["unpacks-too-large"]

    def test_a_zip_in_a_zip_in_a_zip(self, tmp_path: Path):
        inner = zipped({"t.csv": " " * (10 << 20)})
        assert rules_of(written(tmp_path / "t.zip", zipped({f"{n}.zip": inner for n in range(3)}))) == [
            "archive-member"
        ]
        assert rules_of(written(tmp_path / "u.zip", zipped({"1.zip": inner}))) == ["archive-in-archive"]

    def test_an_archive_of_a_million_names(self, tmp_path: Path):
        members = {"[Content_Types].xml": "x", "xl/workbook.xml": "x", **{f"xl/{n}": "" for n in range(20_000)}}
        assert rules_of(written(tmp_path / "book", zipped(members)), f'format = "xlsx"\n{PLAIN}') == [
            "unpacks-too-large"
        ]


class TestMarkup:
    @pytest.mark.parametrize("head", [LAUGHS, OUTSIDE], ids=["a billion laughs", "a file of this computer"])
    def test_entities_are_refused_in_every_format_of_xml(self, tmp_path: Path, head: str):
        dhis2 = f'format = "dhis2"\n{PLAIN}'
        said = told(written(tmp_path / "set.xml", head + SET), dhis2)
        assert (said["rules"], said["points"]) == (["xml-unsafe"], 0)
        sheet = (
            head
            + f'<worksheet xmlns="{MAIN}"><sheetData><row><c t="str"><v>&j;&a;</v></c></row></sheetData></worksheet>'
        )
        book = xlsx({"S": [["x"]]})
        path = written(tmp_path / "book.xlsx", book)
        self.replace(path, "xl/worksheets/sheet1.xml", sheet)
        assert rules_of(path, f'format = "xlsx"\n{PLAIN}') == ["xml-unsafe"]
        path = written(tmp_path / "book.ods", ods({"S": [["x"]]}))
        self.replace(path, "content.xml", head + "<x>&j;&a;</x>")
        assert rules_of(path, f'format = "ods"\n{PLAIN}') == ["xml-unsafe"]

    def test_elements_in_elements_without_end(self, tmp_path: Path):
        path = written(tmp_path / "set.xml", "<dataValueSet>" + "<a>" * 3_000_000)
        assert rules_of(path, f'format = "dhis2"\n{PLAIN}') == ["xml-unsafe"]

    def test_a_page_of_tables_in_tables(self, tmp_path: Path):
        path = written(tmp_path / "p.html", "<table><tr><td>" * 100_000)
        assert rules_of(path, f'format = "html"\n{PLAIN}') == ["table-unsaid"]

    def test_cells_that_claim_to_span_everything(self, tmp_path: Path):
        row = "<tr>" + "<td colspan=1000 rowspan=1000>x</td>" * 17 + "</tr>"
        path = written(tmp_path / "p.html", f"<table>{row * 1000}</table>")
        assert rules_of(path, f'format = "html"\n{PLAIN}') == ["sheet-too-large"]

    @staticmethod
    def replace(path: Path, member: str, body: str) -> None:
        with zipfile.ZipFile(path) as archive:
            members: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
        path.write_bytes(zipped({**members, member: body}))


class TestTables:
    def test_a_workbook_that_lies_about_its_size(self, tmp_path: Path):
        book = xlsx({"S": [["place", "year", "rate"], ["A", "2019", 5]]}, dimension="A1:XFD1048576")
        assert told(written(tmp_path / "book.xlsx", book), f'format = "xlsx"\n{PLAIN}') == {
            "points": 1,
            "rules": [],
            "details": [],
        }

    def test_one_cell_at_the_far_end_of_a_sheet(self, tmp_path: Path):
        sheet = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="str"><v>place</v></c></row>'
        sheet += '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
        path = written(tmp_path / "book.xlsx", xlsx({"S": [["x"]]}))
        TestMarkup.replace(path, "xl/worksheets/sheet1.xml", sheet)
        assert rules_of(path, f'format = "xlsx"\n{PLAIN}') == ["column-missing"]

    def test_a_cell_over_the_whole_sheet(self, tmp_path: Path):
        book = xlsx({"S": [[Cell("place", right=16384, down=1048576), None], *([str(n), "x"] for n in range(5000))]})
        assert rules_of(written(tmp_path / "book.xlsx", book), f'format = "xlsx"\n{PLAIN}') == ["sheet-too-large"]

    def test_a_cell_that_is_repeated_over_the_whole_sheet(self, tmp_path: Path):
        path = written(tmp_path / "book.ods", ods({"S": [["place", "year", "rate"], ["A", "2019", 5]]}))
        with zipfile.ZipFile(path) as archive:
            content = archive.read("content.xml").decode()
        repeated = '<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="string" '
        repeated += 'table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell></table:table-row></table:table>'
        TestMarkup.replace(path, "content.xml", content.replace("</table:table>", repeated, 1))
        assert "sheet-too-large" in told(path, f'format = "ods"\n{PLAIN}')["rules"]

    def test_a_million_columns(self, tmp_path: Path):
        path = written(tmp_path / "t.csv", "x," * 999_999 + "x\n1\n")
        assert rules_of(path) == ["too-many-columns"]

    def test_a_line_of_200_megabytes_without_an_end(self, tmp_path: Path):
        path = tmp_path / "t.csv"
        with path.open("wb") as file:
            file.write(b"place,year,rate\n")
            for _ in range(200):
                file.write(b"x" * (1 << 20))
        assert rules_of(path) == ["line-too-long"]

    def test_a_quotation_mark_that_never_closes(self, tmp_path: Path):
        path = written(tmp_path / "t.csv", 'place,year,rate\nA,2019,"' + "5\n" * 200_000)
        assert told(path)["rules"] == ["quotes-unbalanced", "row-too-short", "too-many"]

    def test_a_file_of_nul(self, tmp_path: Path):
        assert rules_of(written(tmp_path / "t.csv", bytes(1 << 20))) == ["nul-character"]
        assert "nul-character" in told(written(tmp_path / "u.csv", b"place,year,rate\nA,2019,\0\n"))["rules"]

    def test_a_document_nested_a_million_deep(self, tmp_path: Path):
        assert rules_of(written(tmp_path / "d.json", '{"a":[' * 1_000_000), f'format = "json"\n{PLAIN}') == ["too-deep"]

    def test_a_document_larger_than_is_held(self, tmp_path: Path):
        path = written(tmp_path / "d.json", "[" + "1," * (20 << 20) + "1]")
        assert rules_of(path, f'format = "json"\n{PLAIN}') == ["file-too-large"]

    def test_a_number_of_a_billion_digits_when_written_out(self, tmp_path: Path):
        path = written(tmp_path / "d.json", '[{"place": "A", "year": 2019, "rate": 1e999999999}]')
        assert rules_of(path, f'format = "json"\n{PLAIN}') == ["cell-unreadable"]


@pytest.mark.parametrize("format_", ["xlsx", "ods", "csv", "xls", "parquet", "html", "json", "census-json", "dhis2"])
def test_no_altered_byte_makes_a_reader_fail(tmp_path: Path, format_: str, full: bool):
    """Every sample with bytes altered here and there: data points or findings, never an exception."""
    folder = {"html": "html_table", "json": "json_records", "census-json": "census_json", "dhis2": "dhis2_values"}
    here = ADAPTERS_FOLDER / folder.get(format_, f"{format_}_table")
    (sample,) = (path for path in here.glob("sample.*") if path.suffix != ".toml")
    mapping = (here / "sample.toml").read_text("utf-8")
    body = gzip.compress(sample.read_bytes()) if format_ == "csv" else sample.read_bytes()
    chance = random.Random(format_)
    for _ in range(400 if full else 60):
        altered = bytearray(body)
        for _ in range(chance.choice((1, 3, 30))):
            altered[chance.randrange(len(altered))] = chance.randrange(256)
        reading = read_files(
            [written(tmp_path / "file", bytes(altered[: chance.choice((None, len(altered) // 2))]))], mapping
        )
        assert reading.points or reading.findings or reading.tallies[0].skipped
