"""What a mapping can say of any table: where its header and its end are, codes in parts, rows of components, blanks that group digits."""

from registry.adapters.contract import Wanted
from tests.adapters.any_file import PLAIN, Read, by_place, read, rules, values

__all__ = ["read"]


class TestTopAndEnd:
    MOVING = 'header_with = ["Place", "rate"]\n' + PLAIN

    def test_r1_a_header_is_found_by_what_it_holds_wherever_it_moved(self, read: Read):
        for above in ("", "A title\n\n", "A title\n,,a note\n\n\n"):
            assert values(read("t.csv", above + "place,year,rate\nA,2019,5\n", self.MOVING)) == {"A": 5}

    def test_a_header_of_two_rows_is_found_by_the_lower(self, read: Read):
        text = "A title\n,,Grade 3,,Grade 4,\nplace,year,n,rate,n,rate\nA,2019,10,5,20,6\n"
        mapping = "header_height = 2\n" + self.MOVING.replace('value = "rate"', 'value = "Grade 4 | rate"')
        assert values(read("t.csv", text, mapping)) == {"A": 6}

    def test_a_header_that_is_nowhere_is_one_finding(self, read: Read):
        (finding,) = read("t.csv", "place,year\nA,2019\n", self.MOVING).findings
        assert (finding.rule, "'Place', 'rate'" in finding.detail) == ("header-missing", True)

    def test_r10_notes_below_the_table_are_set_aside_and_counted(self, read: Read):
        text = 'place,year,rate\nA,2019,5\n\nNOTE: few,,\n"# Rounds to zero",,\nSource,2019,7\n'
        reading = read("t.csv", text, 'ends_before = ["note:"]\n' + PLAIN)
        assert (values(reading), reading.findings) == ({"A": 5}, ())
        (tally,) = reading.tallies
        assert (tally.rows, tally.read, tally.skipped) == (4, 1, 3)

    def test_notes_that_the_mapping_does_not_name_are_asked_about(self, read: Read):
        assert rules(read("t.csv", "place,year,rate\nA,2019,5\nNOTE: few,,\n", PLAIN)) == [
            "place-unknown",
            "period-blank",
        ]


class TestPlaces:
    def test_one_place_under_three_names_is_one_place(self, read: Read):
        """P7"""
        listed = ", ".join(
            f'"{name}" = "fips-county:51003"' for name in ("Albemarle", "Albemarle County", "ALBEMARLE CO.")
        )
        names = f"names = {{ {listed} }}"
        text = "place,year,rate\nAlbemarle,2018,5\nAlbemarle County,2019,6\nalbemarle co.,2020,7\n"
        reading = read("t.csv", text, PLAIN.replace('scheme = "town"', names))
        assert {placed.place for placed in reading.points} == {"fips-county:51003"}
        assert [placed.observation.value for placed in reading.points] == [5, 6, 7]

    def test_a_code_in_parts_lacks_no_zero(self, read: Read):
        then = PLAIN.replace(
            'scheme = "town"', 'scheme = "fips-county", width = 2, then = [{ column = "county", width = 3 }]'
        )
        reading = read("t.csv", "place,county,year,rate\n1,1,2019,5\n47,065,2019,6\n47,,2019,7\n", then)
        assert values(reading) == {"01001": 5, "47065": 6}
        assert rules(reading) == ["place-blank"]
        assert reading.points[0].observation.origin.cells == {"place": "1", "county": "1", "year": "2019", "rate": "5"}


class TestComponents:
    """U4: number and percent in rows of their own."""

    LONG = PLAIN.replace('value = "rate"', 'value = "data"') + (
        'components = { column = "kind", roles = { Number = "numerator", Total = "denominator", Percent = "value" } }\n'
    )
    HEAD = "place,year,kind,data\n"

    def test_rows_of_one_place_and_year_are_one_data_point(self, read: Read):
        rows = (
            "A,2019,Number,10\nB,2019,Number,5\nA,2019,percent,25%\nA,2019,Total,40\nA,2019,Rank,3\nB,2019,Total,50\n"
        )
        reading = read("t.csv", self.HEAD + rows, self.LONG)
        assert values(reading) == {"A": 25, "B": 10}
        assert by_place(reading)["A"].origin.row == 2
        assert by_place(reading)["A"].origin.cells == {
            "place": "A", "year": "2019", "data | Number": "10", "data | Percent": "25%", "data | Total": "40"
        }  # fmt: skip
        (tally,) = reading.tallies
        assert (tally.rows, tally.read, tally.skipped) == (3, 2, 1)

    def test_a_printed_percent_in_a_row_of_its_own_checks_the_counts(self, read: Read):
        reading = read("t.csv", self.HEAD + "A,2019,Number,10\nA,2019,Total,40\nA,2019,Percent,30\n", self.LONG)
        (finding,) = reading.findings
        assert (finding.rule, finding.row, finding.column) == ("counts-disagree", 4, "data | Percent")

    def test_components_in_rows_and_periods_in_columns_go_together(self, read: Read):
        """The labour force tables of states: four rows an area, a column a month."""
        mapping = """
        place = { column = "area", scheme = "town" }
        period = { year_means = "start" }
        wide = { columns = "(?P<period>[0-9]{4}) .*" }
        components = { column = "kind", roles = { "Labor Force" = "denominator", Unemployment = "numerator" } }
        """
        text = "area,kind,2018 (B - 2017),2019 (B - 2017)\nA,Labor Force,200,100\nA,Employment,190,92\nA,Unemployment,10,8\n"
        reading = read("t.csv", text, mapping)
        assert [(placed.observation.period, placed.observation.value) for placed in reading.points] == [
            ("CY2018", 5),
            ("CY2019", 8),
        ]

    def test_a_component_alone_is_no_figure(self, read: Read):
        assert values(read("t.csv", self.HEAD + "A,2019,Number,10\n", self.LONG)) == {"A": None}


class TestDigits:
    def test_blanks_and_apostrophes_group_thousands_where_the_mapping_says_so(self, read: Read):
        counted = PLAIN.replace('value = "rate"', 'numerator = "n", denominator = "d"')
        text = "place,year,n,d\nA,2019,1 234,12 340\nB,2019,1\u00a0234,12\u202f340\n"
        assert rules(read("t.csv", text, counted)) == ["cell-unreadable"] * 4
        assert values(read("t.csv", text, 'thousands = " "\n' + counted)) == {"A": 10, "B": 10}
        swiss = "place,year,n,d\nA,2019,1'234,12’340\n"
        reading = read("t.csv", swiss, 'thousands = "\'"\n' + counted)
        assert values(reading) == {"A": 10}
        assert by_place(reading)["A"].origin.cells["d"] == "12’340"

    def test_a_blank_that_groups_nothing_is_a_fault_all_the_same(self, read: Read):
        reading = read("t.csv", "place,year,rate\nA,2019,12 34\nB,2019,1 2\n", 'thousands = " "\n' + PLAIN)
        assert rules(reading) == ["cell-unreadable"] * 2

    def test_a39_a_decimal_comma_is_declared_and_never_guessed(self, read: Read):
        text = "place;year;rate\nA;2019;45,2\nB;2019;1.045,2\n"
        assert rules(read("t.csv", text, 'delimiter = ";"\n' + PLAIN)) == ["cell-unreadable"] * 2
        reading = read("t.csv", text, 'delimiter = ";"\ndecimal_comma = true\n' + PLAIN)
        assert values(reading) == {"A": 45.2}
        assert reading.findings[0].detail.endswith("above 100.")


def test_tabs_separate_as_well(read: Read):
    assert values(read("t.tsv", "place\tyear\trate\nA\t2019\t5\n", 'delimiter = "\\t"\n' + PLAIN)) == {"A": 5}


def test_a_year_is_a_start_in_one_file_and_an_end_in_another(read: Read):
    """T2"""
    periods = []
    for meaning in ("start", "end"):
        mapping = PLAIN.replace('"year" }', f'"year", year_means = "{meaning}" }}')
        periods += [
            placed.observation.period
            for placed in read("t.csv", "place,year,rate\nA,2019,5\n", mapping, Wanted()).points
        ]
    assert periods == ["SY2019-20", "SY2018-19"]


def test_several_tokens_of_absence_in_one_column_stay_apart(read: Read):
    """V2, V8, V15"""
    codes = 'codes = { "**" = "not_applicable", "***" = "not_tested", LNE = "suppressed", "#VALUE!" = "not_available", x = "skip" }\n'
    text = "place,year,rate\n" + "".join(
        f"P{n},2019,{token}\n" for n, token in enumerate(("*", "**", "***", "LNE", "#VALUE!", "x", "NA", ""))
    )
    reading = read("t.csv", text, codes + PLAIN)
    assert [point.missing for point in by_place(reading).values()] == [
        "suppressed", "not_applicable", "not_tested", "suppressed", "not_available", "not_available", "not_available"
    ]  # fmt: skip
