"""Parquet files: every value keeps its digits, dates and NaN are asked about."""

from pathlib import Path

import pytest

from registry import duck
from tests.adapters.any_file import PLAIN, Read, by_place, read, rules, values

__all__ = ["read"]
PARQUET = f'format = "parquet"\n{PLAIN}'


def parquet(columns: str, *rows: tuple[object, ...]) -> bytes:
    connection = duck.connect()
    connection.execute(f"create table rows ({columns})")
    for row in rows:
        connection.execute(f"insert into rows values ({', '.join('?' for _ in row)})", row)
    return duck.parquet_of(connection, "rows")


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("DOUBLE", 31.16, "31.16"),
        ("FLOAT", 31.16, "31.16"),
        ("DECIMAL(9, 4)", 31.16, "31.1600"),
        ("INTEGER", 31, "31"),
        ("VARCHAR", " 31", " 31"),
        ("HUGEINT", 31, "31"),
    ],
)
def test_a_number_is_the_text_that_means_it(read: Read, kind: str, value: object, text: str):
    body = parquet(f"place VARCHAR, year INTEGER, rate {kind}", ("A", 2019, value))
    assert by_place(read("t.parquet", body, PARQUET))["A"].origin.cells["rate"] == text


def test_null_is_blank_and_nan_is_a_question(read: Read):
    body = parquet("place VARCHAR, year INTEGER, rate DOUBLE", ("A", 2019, None), ("B", 2019, float("nan")))
    reading = read("t.parquet", body, PARQUET)
    assert by_place(reading)["A"].missing == "not_available"
    assert [(finding.rule, finding.row, finding.cell) for finding in reading.findings] == [
        ("cell-unreadable", 3, "NaN")
    ]
    assert read("t.parquet", body, PARQUET + 'codes = { NaN = "not_available" }\n').findings == ()


def test_a_date_is_a_question_where_no_period_stands(read: Read):
    body = parquet("place DATE, year INTEGER, rate DOUBLE", ("2025-03-05", 2019, 1.0))
    assert rules(read("t.parquet", body, PARQUET)) == ["cell-is-date"]


def test_names_with_quotes_are_names(read: Read):
    body = parquet('"a ""b""" FLOAT, place VARCHAR, year INTEGER, rate FLOAT', (1.5, "A", 2019, 2.5))
    assert values(read("t.parquet", body, PARQUET)) == {"A": 2.5}


def test_rows_come_in_their_order_however_many(read: Read, tmp_path: Path):
    connection = duck.connect()
    connection.execute(
        "create table rows as select i::varchar as place, 2019 as year, i % 100 as rate from range(25000) t(i)"
    )
    reading = read("t.parquet", duck.parquet_of(connection, "rows"), PARQUET)
    assert [placed.place for placed in reading.points] == [f"town:{n}" for n in range(25000)]
    assert reading.points[-1].observation.origin.row == 25001


@pytest.mark.parametrize("damage", [slice(0, 40), slice(0, -10)])
def test_a_file_that_is_cut_off_is_a_finding(read: Read, damage: slice):
    body = parquet("place VARCHAR, year INTEGER, rate DOUBLE", ("A", 2019, 1.0))
    assert rules(read("t.parquet", body[damage], PARQUET)) == ["file-damaged"]


def test_a_file_that_is_damaged_inside_is_a_finding(read: Read):
    body = bytearray(parquet("place VARCHAR, year INTEGER, rate DOUBLE", *(("A", 2019, n / 7) for n in range(500))))
    body[20:200] = bytes(180)
    assert rules(read("t.parquet", bytes(body), PARQUET)) == ["file-damaged"]
