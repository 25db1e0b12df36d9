"""The seeds' figures are the known answers of the published files, and each document repeats its row."""

from collections.abc import Iterable
from fractions import Fraction

import pytest
from seed_documents import (
    BY_COMMUNITY,
    BY_REFERENCE,
    CITIES,
    DIVISIONS,
    LOADS,
    MEASURED,
    cell,
    group_rows_of,
    hidden,
    mapping_of,
    number,
    rows,
    rows_of,
)

COLORADO = ("denver", "greeley", "jefferson-county", "pueblo")


def pooled(references: Iterable[str], period: str) -> tuple[int, int]:
    """Sum of numerators and sum of denominators over the variants' rows of one period."""
    total, people = 0, 0
    for reference in references:
        columns = mapping_of(LOADS[reference]["mapping"]).columns
        row = rows_of(reference)[period]
        total += int(number(row[str(columns.numerator)]))
        people += int(number(row[str(columns.denominator)]))
    return total, people


@pytest.mark.parametrize(
    ("references", "period", "numerator", "denominator"),
    [
        ([f"{city}/grade-3-ela" for city in CITIES], "SY2014-15", 2057, 7571),
        ([f"{city}/grade-3-ela" for city in CITIES], "SY2015-16", 2276, 7761),
        ([f"{city}/grade-3-ela" for city in CITIES], "SY2016-17", 2080, 7496),
        ([f"{city}/grade-3-ela" for city in CITIES], "SY2017-18", 2227, 7549),
        ([f"{city}/grade-3-ela" for city in CITIES], "SY2018-19", 2220, 7017),
        ([f"{division}/grade-3-reading" for division in DIVISIONS], "SY2018-19", 3967, 6608),
        ([f"{division}/grade-3-reading" for division in DIVISIONS], "SY2021-22", 3227, 5991),
        (["charlottesville/grade-3-reading"], "SY2005-06", 218, 281),
        (["charlottesville/grade-3-reading"], "SY2018-19", 266, 378),
        (["charlottesville/grade-3-reading"], "SY2020-21", 151, 280),
        (["charlottesville/grade-3-reading"], "SY2021-22", 229, 328),
        (["richmond/grade-3-reading"], "SY2005-06", 1294, 1685),
        (["richmond/grade-3-reading"], "SY2018-19", 955, 1947),
        (["richmond/grade-3-reading"], "SY2020-21", 124, 435),
        (["richmond/grade-3-reading"], "SY2021-22", 714, 1653),
        (["virginia/grade-3-reading"], "SY2005-06", 69581, 82108),
        (["virginia/grade-3-reading"], "SY2018-19", 65090, 92651),
        (["virginia/grade-3-reading"], "SY2020-21", 44048, 72059),
        (["virginia/grade-3-reading"], "SY2021-22", 59653, 88335),
        (["charlottesville/hs-graduation"], "SY2007-08", 238, 319),
        (["charlottesville/hs-graduation"], "SY2021-22", 277, 298),
        (["albemarle/hs-graduation"], "SY2007-08", 890, 1012),
        (["albemarle/hs-graduation"], "SY2021-22", 1025, 1087),
        (["charlottesville/postsecondary-enrollment"], "SY2019-20", 174, 270),
        (["denver/consistent-attendance"], "SY2018-19", 86887 - 34596, 86887),
        (["denver/consistent-attendance"], "SY2020-21", 93385 - 27870, 93385),
        (["denver/consistent-attendance"], "SY2021-22", 92170 - 39781, 92170),
        (["denver/consistent-attendance"], "SY2022-23", 92552 - 35835, 92552),
        (["colorado/consistent-attendance"], "SY2020-21", 882896 - 229963, 882896),
        (["colorado/consistent-attendance"], "SY2021-22", 896039 - 317796, 896039),
        ([f"{place}/consistent-attendance" for place in COLORADO], "SY2020-21", 144701, 212026),
        ([f"{place}/consistent-attendance" for place in COLORADO], "SY2022-23", 137431, 210719),
    ],
)
def test_known_answer(references: list[str], period: str, numerator: int, denominator: int) -> None:
    assert pooled(references, period) == (numerator, denominator)


@pytest.mark.parametrize(
    ("reference", "period", "printed", "scored"),
    [
        ("connecticut/grade-3-ela", "SY2014-15", "53.6", "37985"),
        ("connecticut/grade-3-ela", "SY2018-19", "54.3", "36512"),
        ("bridgeport/grade-3-ela", "SY2014-15", "21.3", "1729"),
        ("bridgeport/grade-3-ela", "SY2018-19", "26.6", "1565"),
        ("hartford/grade-3-ela", "SY2014-15", "24.1", "1596"),
        ("hartford/grade-3-ela", "SY2018-19", "22.2", "1358"),
        ("new-haven/grade-3-ela", "SY2014-15", "24", "1579"),
        ("new-haven/grade-3-ela", "SY2018-19", "30.1", "1421"),
        ("stamford/grade-3-ela", "SY2014-15", "44.4", "1247"),
        ("stamford/grade-3-ela", "SY2018-19", "48.9", "1267"),
        ("waterbury/grade-3-ela", "SY2014-15", "26.1", "1420"),
        ("waterbury/grade-3-ela", "SY2018-19", "32.4", "1406"),
    ],
)
def test_known_printed_figure(reference: str, period: str, printed: str, scored: str) -> None:
    row = rows_of(reference)[period]
    assert (row["percent_met_or_exceeded"], row["scored"]) == (printed, scored)


@pytest.mark.parametrize("reference", LOADS)
def test_printed_figure_is_numerator_over_denominator(reference: str) -> None:
    mapping = mapping_of(LOADS[reference]["mapping"])
    columns, half = mapping.columns, Fraction(str(mapping.rounding or 1)) / 2
    read = group_rows_of(reference)
    assert read
    for key, row in read.items():
        value, top, bottom = (cell(row, name) for name in (columns.value, columns.numerator, columns.denominator))
        if value is not None and hidden(value):
            assert top is None or hidden(top), key
        elif top is None:
            assert 0 <= number(str(value)) <= 100, key
        elif hidden(top):
            assert hidden(str(bottom)), key
        elif value is not None:
            assert abs(number(value) - 100 * number(top) / number(str(bottom))) <= half, key
        else:
            assert number(top) <= number(str(bottom)), key


def test_rows_that_contradict_themselves_are_kept_as_published_and_set_aside() -> None:
    odd = [
        (row["cohort_year"], row["graduation_rate"], row["graduates"], row["students_in_cohort"])
        for row in rows("va-on-time-graduation-state.csv")
        if abs(number(row["graduation_rate"]) - 100 * number(row["graduates"]) / number(row["students_in_cohort"]))
        > Fraction("0.005")
    ]
    assert odd == [("2008", "82.13", "78979", "96184"), ("2010", "85.72", "83751", "97714")]
    kept = rows_of("virginia/hs-graduation")
    assert len(kept) == 13
    assert {"SY2007-08", "SY2009-10"} & set(kept) == set()


def test_hidden_cells_are_kept_as_published() -> None:
    found = [
        (row["division"], row["school_year"], row["pass_count"], row["total_count"], row["pass_rate"])
        for row in rows("va-sol-grade-3-reading-divisions.csv")
        if hidden(row["pass_rate"])
    ]
    assert found == [
        ("Highland County", "2014-2015", "<", "<", ">50"),
        ("Highland County", "2017-2018", "<", "<", ">50"),
    ]
    andover = rows_of("andover/grade-3-ela")
    assert [period for period, row in andover.items() if row["met_or_exceeded"] == "*"] == [
        "SY2014-15",
        "SY2016-17",
        "SY2017-18",
        "SY2018-19",
    ]


@pytest.mark.parametrize("reference", LOADS)
def test_baseline_is_the_figure_of_its_row(reference: str) -> None:
    variant, columns = BY_REFERENCE[reference], mapping_of(LOADS[reference]["mapping"]).columns
    assert variant.baseline is not None
    row = rows_of(reference)[str(variant.baseline.period)]
    value, *counts = (cell(row, name) for name in (columns.value, columns.numerator, columns.denominator))
    declared = (variant.baseline.numerator, variant.baseline.denominator)
    if value is not None and hidden(value):
        assert (variant.baseline.value, *declared) == (None, None, None)
        return
    assert declared == tuple(None if count is None else int(number(count)) for count in counts)
    if value is None:
        value = f"{float(100 * number(str(counts[0])) / number(str(counts[1]))):.1f}"
    assert variant.baseline.value == float(value)


def test_only_highland_declares_no_figure_for_its_baseline() -> None:
    assert [
        reference for reference, variant in BY_REFERENCE.items() if variant.baseline and variant.baseline.value is None
    ] == ["highland-county/grade-3-reading"]


def test_connecticut_size_is_the_enrolment_of_the_baseline_year() -> None:
    sized = {
        reference: variant
        for reference, variant in BY_REFERENCE.items()
        if variant.population and variant.population.size is not None
    }
    assert {BY_COMMUNITY[variant.community].state for variant in sized.values()} == {"CT"}
    for reference, variant in sized.items():
        assert variant.baseline is not None
        assert variant.population is not None
        assert str(variant.population.size) == rows_of(reference)[str(variant.baseline.period)]["students"]


def test_participation_is_under_95_percent_only_where_the_notes_say_so() -> None:
    low = {
        (reference, period)
        for reference in MEASURED
        if mapping_of(LOADS[reference]["mapping"]).columns.eligible
        for period, row in rows_of(reference).items()
        if 100 * number(row["scored"]) < 95 * number(row["students"])
    }
    assert low == {("hartford/grade-8-math", "SY2014-15")}
    assert "94.66 percent" in BY_REFERENCE["hartford/grade-8-math"].notes


@pytest.mark.parametrize(
    ("group", "first", "last"),
    [("black", "21.7", "22.1"), ("hispanic", "32.6", "30.9"), ("white", "10.1", "9.9")],
)
def test_known_printed_absence_of_a_group_in_hartford(group: str, first: str, last: str) -> None:
    read = group_rows_of("hartford/consistent-attendance")
    ours = [
        read[(period, (("race_ethnicity", group),))]["percent_chronically_absent"]
        for period in ("SY2011-12", "SY2018-19")
    ]
    assert ours == [first, last]


@pytest.mark.parametrize(
    ("city", "printed"),
    [
        ("bridgeport", ["29.2", "26.7", "32.9", "33.3", "32.4"]),
        ("hartford", ["20.6", "24.3", "25.5", "25.3"]),
    ],
)
def test_known_printed_readiness(city: str, printed: list[str]) -> None:
    assert [row["percent_level_3"] for row in rows_of(f"{city}/kei-literacy").values()] == printed
