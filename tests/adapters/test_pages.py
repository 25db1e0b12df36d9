"""Tables on pages of HTML, also of those that call themselves ``.xls``."""

import pytest

from tests.adapters.any_file import PLAIN, Read, by_place, read, rules, values

__all__ = ["read"]
HTML = f'format = "html"\n{PLAIN}'
HEAD = "<tr><th>place</th><th>year</th><th>rate</th></tr>"


def page(*rows: str) -> str:
    return f"<html><body><table>{HEAD}{''.join(rows)}</table></body></html>"


def test_a_page_that_calls_itself_xls_is_read(read: Read):
    assert values(read("report.xls", page("<tr><td>A<td>2019<td>5</tr>"), HTML)) == {"A": 5}


def test_a_page_under_the_name_of_a_workbook_is_told(read: Read):
    (finding,) = read("report.xls", page(), f'format = "xls"\n{PLAIN}').findings
    assert finding.rule == "format-differs"
    assert 'format = "html"' in finding.hint


def test_markup_and_blanks_in_a_cell_are_what_a_person_sees(read: Read):
    cell = "<td><b>1</b>,234&nbsp;<script>99</script><!-- 7 --><br></td>"
    named = HTML.replace('scheme = "town"', 'names = { "A&Co" = "town:A" }')
    reading = read("p.html", page(f"<tr><td>&#65;&amp;Co<td>2019{cell}</tr>"), named)
    assert rules(reading) == ["cell-unreadable"]
    assert reading.findings[0].cell == "1,234"


def test_a_name_over_two_rows_holds_in_both_and_a_figure_over_two_is_nobodys(read: Read):
    rows = ["<tr><td rowspan=2>A<td>2019<td rowspan=2>5", "<tr><td>2020", "<tr><td>B<td>2019<td>6"]
    reading = read("p.html", page(*rows), HTML)
    assert [(finding.rule, finding.row) for finding in reading.findings] == [("cell-merged", 3)]
    assert {placed.place for placed in reading.points} == {"town:A", "town:B"}


def test_the_table_is_named_by_its_number(read: Read):
    two = "<table><tr><td>x<td>y<tr><td>1<td>2</table>" + page("<tr><td>A<td>2019<td>5</tr>")
    (finding,) = read("p.html", two, HTML).findings
    assert (finding.rule, "number 1 has 2 rows" in finding.detail) == ("table-unsaid", True)
    assert values(read("p.html", two, f"table = 2\n{HTML}")) == {"A": 5}
    assert rules(read("p.html", two, f"table = 3\n{HTML}")) == ["table-missing"]
    assert rules(read("p.html", "<html><p>No table.</p>", HTML)) == ["table-unsaid"]


def test_a_table_inside_a_cell_is_a_table_of_its_own(read: Read):
    inner = "<table><tr><td>place<td>year<td>rate</tr><tr><td>Z<td>2019<td>9</tr></table>"
    outer = page(f"<tr><td>A<td>2019<td>5</tr><tr><td>{inner}</td></tr>")
    assert values(read("p.html", outer, f"table = 2\n{HTML}")) == {"Z": 9}


@pytest.mark.parametrize(
    ("encoding", "meta"), [("utf-8", ""), ("utf-16", ""), ("cp1252", "<meta charset=windows-1252>")]
)
def test_a_page_says_its_encoding(read: Read, encoding: str, meta: str):
    """A52"""
    names = HTML.replace('scheme = "town"', 'names = { "Doña Ana" = "town:1" }')
    body = page("<tr><td>Doña Ana<td>2019<td>5</tr>").replace("<body>", f"<head>{meta}</head><body>")
    assert values(read("p.html", body.encode(encoding), names)) == {"1": 5}


def test_a_page_in_another_encoding_is_one_finding(read: Read):
    assert rules(read("p.html", page("<tr><td>Doña<td>2019<td>5").encode("cp1252"), HTML)) == ["encoding-differs"]


def test_a_span_without_end_is_no_longer_than_browsers_have_it(read: Read):
    reading = read("p.html", page("<tr><td rowspan=99999999>A<td>2019<td>5</tr><tr><td>2020<td>6</tr>"), HTML)
    assert [placed.observation.value for placed in reading.points] == [5, 6]
    assert by_place(reading)["A"].period == "CY2020"
