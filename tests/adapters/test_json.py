"""JSON records and the arrays of the Census API."""

import json

import pytest

from registry.adapters.contract import Wanted
from tests.adapters.any_file import PLAIN, Read, by_place, read, rules, values

__all__ = ["read"]
JSON = f'format = "json"\n{PLAIN}'
CENSUS = """
format = "census-json"
period = { fixed = "2015-2019" }
place = { column = "state", scheme = "fips-county", width = 2, then = [{ column = "county", width = 3 }] }
columns = { value = "B19013_001E", margin_of_error = "B19013_001M" }
"""
INCOME = Wanted(unit="currency", period_kind="multi-year")


def records(*rates: object) -> list[dict[str, object]]:
    return [{"place": f"P{n}", "year": 2019, "rate": rate} for n, rate in enumerate(rates)]


def test_numbers_and_texts_are_read_alike_and_null_is_blank(read: Read):
    reading = read("d.json", json.dumps(records(5, "5.5", None, "*", 0)), JSON)
    assert list(values(reading).values()) == [5, 5.5, None, None, 0]
    assert [point.missing for point in by_place(reading).values()] == [None, None, "not_available", "suppressed", None]


def test_digits_stay_as_they_were_written(read: Read):
    text = '[{"place": "A", "year": 2019, "rate": 31.15999984741211}, {"place": "B", "year": 2019, "rate": 1.50e1}]'
    cells = {place: point.origin.cells["rate"] for place, point in by_place(read("d.json", text, JSON)).items()}
    assert cells == {"A": "31.15999984741211", "B": "15.0"}


def test_records_stand_where_the_pointer_says(read: Read):
    body = json.dumps({"meta": {"a": 1}, "data": {"rows": records(5)}})
    assert values(read("d.json", body, f'records = "/data/rows"\n{JSON}')) == {"P0": 5}
    (silent,) = read("d.json", body, JSON).findings
    assert (silent.rule, "'/data/rows'" in silent.hint) == ("records-unsaid", True)
    assert rules(read("d.json", body, f'records = "/data"\n{JSON}')) == ["records-missing"]


def test_fields_of_an_object_inside_are_named_with_it(read: Read):
    body = json.dumps([{"place": {"id": "A"}, "year": 2019, "rate": {"value": 5}}])
    mapping = JSON.replace('"place", scheme', '"place | id", scheme').replace('value = "rate"', 'value = "rate|value"')
    assert values(read("d.json", body, mapping)) == {"A": 5}


@pytest.mark.parametrize("more", [{"count": 244}, {"total": 9}, {"next": "page/2"}])
def test_a51_a_page_of_many_is_doubted(read: Read, more: dict[str, object]):
    """R19: 3 of 244 were loaded, and nobody noticed."""
    reading = read("d.json", json.dumps({**more, "results": records(5, 6)}), f'records = "/results"\n{JSON}')
    assert [(finding.rule, finding.severity) for finding in reading.findings] == [("records-more", "warning")]
    assert len(reading.points) == 2


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("[{]", "not-json"),
        ('[{"place": "A", "place": "B"}]', "key-twice"),
        ("[" * 100_000, "too-deep"),
        ('{"a": ' * 100_000, "too-deep"),
        (b"\xff\xfe\xff", "encoding-differs"),
        ("[[1, 2]]", "records-unsaid"),
        ("[1]", "records-unsaid"),
        ("[]", "file-empty"),
        ("3", "records-unsaid"),
    ],
)
def test_what_is_no_document_of_records_is_one_finding(read: Read, body: str | bytes, rule: str):
    assert rules(read("d.json", body, JSON)) == [rule]


def test_a_fault_of_json_names_its_place(read: Read):
    (finding,) = read("d.json", '[\n {"place": }]', JSON).findings
    assert "line 2, column 12" in finding.detail


def test_a57_a_record_without_its_id_is_refused_by_name(read: Read):
    reading = read("d.json", json.dumps([{"year": 2019, "rate": 5}, *records(6)]), JSON)
    assert [(finding.rule, finding.row, finding.column) for finding in reading.findings] == [
        ("place-blank", 2, "place")
    ]


class TestCensus:
    def test_p5_a_code_in_two_parts_is_one(self, read: Read):
        body = [
            ["NAME", "B19013_001E", "B19013_001M", "state", "county"],
            ["A", "53000", "1645", "1", "65"],
            ["B", "9", None, "47", None],
        ]
        reading = read("d.json", json.dumps(body), CENSUS, INCOME)
        assert by_place(reading)["01065"].value == 53000
        assert by_place(reading)["01065"].standard_error == pytest.approx(1000.09, abs=0.01)
        assert [(finding.rule, finding.row) for finding in reading.findings] == [("place-blank", 3)]

    def test_b05_a_margin_that_is_a_code_is_asked_about_and_costs_no_estimate_once_it_is_named(self, read: Read):
        body = json.dumps([["B19013_001E", "B19013_001M", "state", "county"], ["53000", "-555555555", "47", "065"]])
        (finding,) = read("d.json", body, CENSUS, INCOME).findings
        assert (finding.rule, finding.column, finding.cell) == ("cell-unreadable", "B19013_001M", "-555555555")
        named = CENSUS + '[column_codes]\nB19013_001M = { "-555555555" = "not_applicable" }\n'
        point = by_place(read("d.json", body, named, INCOME))["47065"]
        assert (point.value, point.standard_error) == (53000, None)

    def test_an_answer_that_is_no_table_is_a_finding(self, read: Read):
        assert rules(read("d.json", '{"error": "unknown variable"}', CENSUS)) == ["records-missing"]
        assert rules(read("d.json", "error: unknown variable", CENSUS)) == ["not-json"]
