"""What ``data sniff`` proposes for small invented files: evidence becomes a line, what is open becomes a question, nothing else."""

import tomllib
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from registry.actions.sniffing import Sniffed, sniff
from registry.adapters.sniff.propose import Hints
from registry.app import ADAPTERS
from registry.domain.mapping import Mapping
from registry.domain.near import nearest

HEAD = "School Year,District Code,District Name,Subgroup,Number Tested,Number Proficient,Percent Proficient"
ROWS = [
    f"{year},{code},{name},{group},{tested},{met},{100 * met / tested:.1f}"
    for year in ("2017-18", "2018-19")
    for code, name in (("0010", "Alder"), ("0020", "Birch"), ("0030", "Cedar"))
    for group, tested, met in (
        ("All Students", 300 + int(code), 150),
        ("Female", 151, 80),
        ("Male", 149 + int(code), 70),
    )
]


@pytest.fixture
def ask(tmp_path: Path):
    def once(content: str | bytes, name: str = "file.csv", hints: Hints = Hints(), **answers: str) -> Sniffed:  # noqa: B008
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return sniff(ADAPTERS, path, answers, hints)

    return once


def mapping(found: Sniffed) -> Mapping:
    return msgspec.convert(tomllib.loads(found.mapping), Mapping)


def keys(found: Sniffed) -> list[str]:
    return [question.key for question in found.questions]


def table(*rows: str) -> str:
    return "\n".join(rows) + "\n"


class TestEvidence:
    def test_a_plain_file_is_mapped_without_a_question(self, ask):
        found = ask(table(HEAD, *ROWS))
        assert keys(found) == []
        assert found.findings == ()
        assert found.points == len(ROWS)
        said = mapping(found)
        assert (said.place.column, said.period.column, said.columns.value) == (
            "District Code",
            "School Year",
            "Percent Proficient",
        )
        assert (said.columns.numerator, said.columns.denominator) == ("Number Proficient", "Number Tested")
        assert [(group.dimension, group.column) for group in said.groups] == [("sex", "Subgroup")]

    def test_each_line_says_what_shows_it(self, ask):
        found = ask(table(HEAD, *ROWS))
        assert "# 18 cells read as school-years, such as '2017-18'" in found.mapping
        assert "# in 18 of 18 rows the printed figure is 'Number Proficient' of 'Number Tested'" in found.mapping
        lines = found.mapping.splitlines()
        unsaid = [line for above, line in pairwise(lines) if " = " in line and line[0] != "#" and above[:1] != "#"]
        assert [line for line in unsaid if not line.startswith(("dimension", "column", "everybody"))] == []

    def test_the_same_file_gives_the_same_bytes(self, ask):
        assert ask(table(HEAD, *ROWS)) == ask(table(HEAD, *ROWS))

    def test_titles_notes_and_totals_are_set_aside(self, ask):
        total = "2018-19,,Statewide,All Students,1000,500,50.0"
        found = ask(table("Reading in our state", "", HEAD, *ROWS, total, "Note: stars hide fewer than ten."))
        said = mapping(found)
        assert said.header_rows == (3,)
        assert said.skip == {"District Name": ("Statewide",)}
        assert said.ends_before == ("Note: stars hide fewer than ten.",)
        assert found.points == len(ROWS)

    @pytest.mark.parametrize(
        ("encoding", "said"),
        [("utf-8", "utf-8-sig"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-8-sig"), ("cp1252", "cp1252")],
    )
    def test_every_encoding_gives_the_same_rows(self, ask, encoding: str, said: str):
        found = ask(table(HEAD, *ROWS).replace("Alder", "Doña Ana").encode(encoding))
        assert mapping(found).encoding == said
        assert found.rows == ask(table(HEAD, *ROWS)).rows

    @pytest.mark.parametrize("delimiter", [";", "\t", "|"])
    def test_the_delimiter_is_found(self, ask, delimiter: str):
        found = ask(table(HEAD, *ROWS).replace(",", delimiter))
        assert mapping(found).delimiter == delimiter
        assert found.points == len(ROWS)

    def test_two_dimensions_in_one_column_are_both_read(self, ask):
        rows = [
            f"2018-19,{code},{group},4{place}.5"
            for code in ("001", "002")
            for place, group in enumerate(("Total", "Female", "Male", "Asian", "White"))
        ]
        found = ask(table("School Year,District Code,Group,Percent", *rows))
        assert [row.group for row in found.rows[:5]] == [
            {},
            {"sex": "female"},
            {"sex": "male"},
            {"race_ethnicity": "asian"},
            {"race_ethnicity": "white"},
        ]

    def test_the_registry_s_places_decide_whose_codes_they_are(self, ask):
        found = ask(table(HEAD, *ROWS), hints=Hints(places=frozenset({"ct-district:0020"})))
        assert mapping(found).place.scheme == "ct-district"


class TestQuestions:
    def test_a_bare_year_is_asked_and_the_answer_is_kept(self, ask):
        rows = table(
            "year,district code,percent",
            *(f"{year},{code},4{code[-1]}.5" for year in (2018, 2019) for code in ("001", "002")),
        )
        found = ask(rows)
        assert keys(found) == ["period.year_means"]
        assert found.points == 0
        assert "# ASK: What does 2018 in 'year' mean" in found.mapping
        assert "\nyear_means =" not in found.mapping
        answered = ask(rows, **{"period.year_means": "end"})
        assert [row.period for row in answered.rows[:3:2]] == ["SY2017-18", "SY2018-19"]

    def test_the_template_s_kind_settles_a_bare_year(self, ask):
        rows = table("year,district code,percent", *(f"{year},001,41.5" for year in range(2010, 2020)))
        found = ask(rows, hints=Hints(kind="calendar-year"))
        assert (keys(found), found.points) == ([], 10)

    def test_two_percents_are_asked(self, ask):
        rows = table(
            "School Year,District Code,Percent Met,Percent Exceeded",
            "2018-19,001,40.5,10.5",
            "2018-19,002,41.5,9.5",
            "2018-19,003,4.5,1.5",
        )
        found = ask(rows)
        assert keys(found) == ["columns.value"]
        assert found.questions[0].candidates == ("Percent Met", "Percent Exceeded")
        assert [row.value for row in ask(rows, **{"columns.value": "Percent Exceeded"}).rows] == [10.5, 9.5, 1.5]

    def test_several_measures_in_one_file_are_asked(self, ask):
        rows = [
            f"2018-19,{code},{subject},4{place}.5"
            for code in ("001", "002")
            for place, subject in enumerate(("Math", "Reading"))
        ]
        found = ask(table("School Year,District Code,Subject,Percent", *rows))
        assert [(question.key, question.candidates) for question in found.questions] == [
            ("filter.Subject", ("Math", "Reading"))
        ]

    def test_figures_from_0_to_1_are_shares_only_where_something_says_so(self, ask):
        rows = ("2018-19,001,0.41", "2018-19,002,0.52", "2018-19,003,0.33")
        assert keys(ask(table("School Year,District Code,Rate", *rows))) == ["unit"]
        assert mapping(ask(table("School Year,District Code,Share of pupils", *rows))).unit == "proportion"
        counted = ("2018-19,001,41,100,0.41", "2018-19,002,26,50,0.52", "2018-19,003,33,100,0.33")
        assert mapping(ask(table("School Year,District Code,met,of,Rate", *counted))).unit == "proportion"

    def test_an_unknown_token_is_asked(self, ask):
        rows = [f"2018-19,{code:03},{'LNE' if code % 2 else '41.5'}" for code in range(12)]
        found = ask(table("School Year,District Code,Percent", *rows))
        assert keys(found) == ["code.LNE"]
        answered = ask(table("School Year,District Code,Percent", *rows), **{"code.LNE": "suppressed"})
        assert [row.missing for row in answered.rows[:2]] == [None, "suppressed"]

    def test_a_label_near_a_known_one_is_asked(self, ask):
        rows = table(HEAD, *ROWS).replace("Female", "Femle").replace(",Male", ",Boys") + table(*ROWS).replace(
            "2017-18", "2016-17"
        ).replace("2018-19", "2015-16")
        found = ask(rows)
        assert keys(found) == ["label.Femle"]
        assert found.questions[0].candidates[0] == "sex=female"

    def test_no_period_is_asked(self, ask):
        assert keys(ask(table("District Code,Percent", "001,40.5", "002,41.5", "003,4.5"))) == ["period.fixed"]

    def test_an_answer_that_was_not_asked_for_is_told(self, ask):
        found = ask(table(HEAD, *ROWS), **{"columns.valu": "x"})
        assert [finding.rule for finding in found.findings] == ["answer-unasked"]


class TestRefusals:
    def test_a_file_of_children_is_refused_and_nothing_of_it_is_repeated(self, ask):
        found = ask(table("StudentID,Surname,Score", *(f"{10000 + n},Surname{n},{n}" for n in range(20))))
        assert {finding.rule for finding in found.findings} == {"names-persons"}
        assert (found.mapping, found.rows) == ("", ())
        assert "Surname1" not in repr(found)

    @pytest.mark.parametrize("content", [b"", b"only words\n", b"a,b\nc,d\n", b"%PDF-1.7", b"\x00\x01\x02"])
    def test_what_holds_no_table_is_a_finding(self, ask, content: bytes):
        found = ask(content)
        assert len(found.findings) == 1
        assert found.findings[0].hint
        assert found.mapping == ""


def test_near_names_are_found_in_another_order_and_with_slips():
    known = ["Hispanic or Latino", "Black or African American", "White"]
    assert nearest("Latino or Hispanic", known) == ("Hispanic or Latino",)
    assert nearest("Blak or African American", known)[0] == "Black or African American"
    assert nearest("Percent", known) == ()
