"""Files packed with gzip or zip are read as what is inside; where that is not one table, a finding asks."""

import gzip

import pytest

from tests.adapters.any_file import PLAIN, Read, read, rules, values
from tests.adapters.workbooks import xlsx, zipped

__all__ = ["read"]
TABLE = "place,year,rate\nA,2019,5\n"
OTHER = "place,year,rate\nB,2019,6\n"
BOOK = xlsx({"S": [["place", "year", "rate"], ["A", "2019", 5]]})


def test_gzip_is_opened(read: Read):
    reading = read("t.csv.gz", gzip.compress(TABLE.encode()), PLAIN)
    assert values(reading) == {"A": 5}
    assert (reading.files[0].name, reading.points[0].observation.origin.file) == ("t.csv.gz", "t.csv.gz")


def test_a_zip_with_one_table_is_that_table(read: Read):
    packed = zipped({"__MACOSX/._t.csv": b"\0", "data/t.csv": TABLE, ".DS_Store": b"x"})
    assert values(read("t.zip", packed, PLAIN)) == {"A": 5}


def test_a_zip_with_several_tables_asks_which(read: Read):
    packed = zipped({"a/2019.csv": TABLE, "a/2020.csv": OTHER, "readme.txt": "hello"})
    (finding,) = read("t.zip", packed, PLAIN).findings
    assert (finding.rule, "'a/2019.csv', 'a/2020.csv', 'readme.txt'" in finding.detail) == ("archive-member", True)
    assert values(read("t.zip", packed, f'member = "*2020.CSV"\n{PLAIN}')) == {"B": 6}
    assert values(read("t.zip", packed, f'member = "2019.csv"\n{PLAIN}')) == {"A": 5}
    assert rules(read("t.zip", packed, f'member = "*.csv"\n{PLAIN}')) == ["archive-member"]
    assert rules(read("t.zip", packed, f'member = "2021.csv"\n{PLAIN}')) == ["archive-member"]


@pytest.mark.parametrize(
    "pack",
    [
        gzip.compress,
        lambda body: zipped(
            {
                "book.xlsx": body,
            }
        ),
    ],
)
def test_a_workbook_may_be_packed_too(read: Read, pack):
    assert values(read("book.packed", pack(BOOK), f'format = "xlsx"\n{PLAIN}')) == {"A": 5}


@pytest.mark.parametrize(
    "inner", [zipped({"t.csv": TABLE}), gzip.compress(TABLE.encode())], ids=["zip-in-zip", "gzip-in-zip"]
)
def test_an_archive_in_an_archive_is_a_finding(read: Read, inner: bytes):
    assert rules(read("t.zip", zipped({"inner": inner}), PLAIN)) == ["archive-in-archive"]
    assert rules(read("t.gz", gzip.compress(inner), PLAIN)) == ["archive-in-archive"]


@pytest.mark.parametrize(
    ("content", "way_out"),
    [
        (BOOK, 'format = "xlsx"'),
        (b"PAR1 and so on PAR1", 'format = "parquet"'),
        (b"<table><tr><td>x</td></tr></table>", 'format = "html"'),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on", 'format = "xls"'),
        (b"%PDF-1.7 and so on", "Save it as xlsx or CSV"),
    ],
)
def test_a_file_is_what_its_first_bytes_say_and_not_its_name(read: Read, content: bytes, way_out: str):
    (finding,) = read("table.csv", content, PLAIN).findings
    assert finding.rule == "format-differs"
    assert way_out in finding.hint


@pytest.mark.parametrize("end", [-1, -8, -12, 20])
def test_a_packed_file_that_is_cut_off_is_a_finding(read: Read, end: int):
    body = gzip.compress((TABLE * 1).encode())
    assert rules(read("t.csv.gz", body[:end], PLAIN)) == ["file-damaged"]
    assert rules(read("t.zip", zipped({"t.csv": TABLE})[:end], PLAIN)) == ["file-damaged"]


def test_a_member_whose_bytes_were_altered_is_a_finding(read: Read):
    body = bytearray(zipped({"t.csv": TABLE * 50}))
    body[60] ^= 0xFF
    assert rules(read("t.zip", bytes(body), PLAIN)) == ["file-damaged"]


def test_an_empty_archive_is_a_finding(read: Read):
    assert rules(read("t.zip", zipped({}), PLAIN)) == ["archive-member"]
