"""DHIS2 data value sets, in XML and in JSON."""

import json

import pytest

from registry.adapters.contract import Wanted
from tests.adapters.any_file import Read, by_place, read, rules

__all__ = ["read"]
MONTHS = Wanted(period_kind="month")
SHARE = """
format = "dhis2"
place = { column = "orgUnit", scheme = "dhis2" }
period = { column = "period" }
components = { column = "dataElement", roles = { MET = "numerator", ALL = "denominator" } }
columns = { value = "value" }
"""
VALUES = [
    {"dataElement": "MET", "period": "201201", "orgUnit": "Unit1", "value": "20"},
    {"dataElement": "ALL", "period": "201201", "orgUnit": "Unit1", "value": "80"},
    {"dataElement": "OTHER", "period": "201201", "orgUnit": "Unit1", "value": "7"},
]


def as_json(values: list[dict[str, str]], **shared: str) -> str:
    return json.dumps({**shared, "dataValues": values})


def as_xml(values: list[dict[str, str]], **shared: str) -> str:
    def told(fields: dict[str, str]) -> str:
        return " ".join(f'{name}="{text}"' for name, text in fields.items())

    lines = "".join(f"<dataValue {told(value)}/>" for value in values)
    return f'<dataValueSet xmlns="http://dhis2.org/schema/dxf/2.0" {told(shared)}>{lines}</dataValueSet>'


@pytest.mark.parametrize("written", [as_json, as_xml])
class TestBothForms:
    def test_a02_numerator_and_denominator_of_two_elements_are_one_share(self, read: Read, written):
        reading = read("set", written(VALUES), SHARE, MONTHS)
        point = by_place(reading)["Unit1"]
        assert (point.period, point.value, point.numerator, point.denominator) == ("2012-01", 25, 20, 80)
        (tally,) = reading.tallies
        assert (tally.rows, tally.read, tally.skipped) == (2, 1, 1)

    def test_what_the_set_says_once_holds_for_all(self, read: Read, written):
        bare = [{"dataElement": value["dataElement"], "value": value["value"]} for value in VALUES]
        reading = read("set", written(bare, period="201201", orgUnit="Unit1"), SHARE, MONTHS)
        assert by_place(reading)["Unit1"].value == 25

    def test_a_missing_combination_is_the_default(self, read: Read, written):
        filtered = 'filters = { categoryOptionCombo = ["default"] }\n' + SHARE
        assert read("set", written(VALUES), filtered, MONTHS).points != ()

    def test_a_deleted_value_is_no_value(self, read: Read, written):
        deleted = [VALUES[0] | {"deleted": "true"}, VALUES[1]]
        reading = read("set", written(deleted), SHARE, MONTHS)
        assert [(finding.rule, finding.column) for finding in reading.findings] == [("value-deleted", "value | MET")]
        skipped = read("set", written(deleted), 'skip = { deleted = ["true"] }\n' + SHARE, MONTHS)
        assert skipped.findings == ()
        assert by_place(skipped)["Unit1"].value is None

    def test_a_component_twice_alike_is_read_once_and_twice_differently_is_refused(self, read: Read, written):
        again = read("set", written([*VALUES, VALUES[0]]), SHARE, MONTHS)
        assert (again.findings, by_place(again)["Unit1"].value) == ((), 25)
        (finding,) = read("set", written([*VALUES, VALUES[0] | {"value": "21"}]), SHARE, MONTHS).findings
        assert (finding.rule, finding.row, finding.cell) == ("row-contradicts", 5, "21")

    def test_a_fault_of_a_component_names_its_own_row(self, read: Read, written):
        (finding,) = read("set", written([VALUES[0], VALUES[1] | {"value": "12"}]), SHARE, MONTHS).findings
        assert (finding.rule, finding.row, finding.column) == ("counts-impossible", 2, "value | MET")
        (unread,) = read("set", written([VALUES[0], VALUES[1] | {"value": "x"}]), SHARE, MONTHS).findings
        assert (unread.rule, unread.row, unread.column) == ("cell-unreadable", 3, "value | ALL")


@pytest.mark.parametrize("body", ["<other/>", '{"a": 1}', "[]", '{"dataValues": [1]}'])
def test_what_is_no_set_is_a_finding(read: Read, body: str):
    assert rules(read("set", body, SHARE, MONTHS)) == ["records-missing"]
