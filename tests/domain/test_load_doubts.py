"""What looks odd about a load: each row of the table with its figure, and silence on ordinary series."""

import msgspec
import pytest

from registry.domain.finding import Finding
from registry.domain.listing import PointLine
from registry.domain.load_doubts import doubts
from registry.domain.period import period_of
from tests.domain.documents import template

TEMPLATE = template()


def point(period: str, value: float | None = None, group: str = "", **members: object) -> PointLine:
    """One data point of a file."""
    blank = dict.fromkeys(("numerator", "denominator", "low", "high", "standard_error", "eligible", "missing"))
    told = {"seq": 9, "batch": "b9", "open": False, "file": "ela.csv", "row": 7, "cells": "{}"}
    ordinal = period_of(period).ordinal
    return PointLine(group_key=group, period=period, ordinal=ordinal, value=value, **(told | blank | members))


def series(*values: float | None, since: int = 2014, **members: object) -> list[PointLine]:
    years = range(since, since + len(values))
    return [
        point(f"SY{year}-{(year + 1) % 100:02}", value, **members) for year, value in zip(years, values, strict=True)
    ]


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    assert {finding.severity for finding in findings} <= {"warning"}
    return [(finding.rule, finding.detail) for finding in findings]


def test_five_real_cities_and_their_ordinary_years_raise_no_doubt():
    for start in (21.3, 19.7, 23.9, 24.0, 26.6):
        assert doubts((), series(start), TEMPLATE) == ()
    assert doubts((), series(21.3, 19.7, 23.9, 24.0, 26.6, denominator=1600, eligible=1640), TEMPLATE) == ()


def test_jump_of_more_than_ten_points_is_doubted_with_both_figures():
    assert told(doubts(series(21.3), series(33.7, since=2015), TEMPLATE)) == [
        ("jump", "SY2014-15 to SY2015-16: from 21.3 to 33.7, 12.4 points up.")
    ]
    (fall,) = doubts((), series(33.7, 21.3), TEMPLATE)
    assert "12.4 points down" in fall.detail
    assert (fall.file, fall.row) == ("ela.csv", 7)


@pytest.mark.parametrize(
    ("first", "last"), [(21.3, 31.3), (0.1, 10.1), (31.3, 21.3), (0.3, 10.3), (20.0, None), (None, 90.0)]
)
def test_ten_points_exactly_or_an_unknown_figure_is_no_jump(first: float | None, last: float | None):
    assert doubts((), series(first, last), TEMPLATE) == ()


def test_a_hair_more_than_ten_points_is_printed_as_more_than_ten():
    (finding,) = doubts((), series(21.3, 31.31), TEMPLATE)
    assert "10.01 points up" in finding.detail


def test_jump_over_two_years_is_doubted_and_over_three_is_not():
    assert [finding.rule for finding in doubts([point("SY2014-15", 20.0)], [point("SY2016-17", 40.0)], TEMPLATE)] == [
        "jump"
    ]
    assert doubts([point("SY2014-15", 20.0)], [point("SY2017-18", 40.0)], TEMPLATE) == ()


def test_only_percents_jump():
    mean = template(indicator={"unit": "mean", "bounds": [0, 800]})
    assert doubts((), series(400.0, 450.0), mean) == ()


def test_missing_period_is_doubted_and_stays_a_gap():
    held = series(21.3, 19.7, 23.9)
    assert told(doubts(held, [point("SY2018-19", 24.0)], TEMPLATE)) == [
        ("period-skipped", "Between SY2016-17 and SY2018-19 a period is missing.")
    ]


def test_series_of_every_second_year_skips_nothing():
    assert doubts((), [point("SY2014-15", 20.0), point("SY2016-17", 21.0), point("SY2018-19", 22.0)], TEMPLATE) == ()


def test_what_is_held_is_not_doubted_again():
    held = [*series(21.3, 60.0), point("SY2018-19", 24.0, denominator=10, eligible=100)]
    assert doubts(held, [point("SY2019-20", 25.0)], TEMPLATE) == ()


def test_low_participation_is_doubted_with_its_share():
    assert told(doubts((), series(21.3, denominator=940, eligible=1000), TEMPLATE)) == [
        ("participation-low", "SY2014-15: 94.0 % of the 1,000 eligible are counted.")
    ]
    (hair,) = doubts((), series(21.3, denominator=9499, eligible=10000), TEMPLATE)
    assert "94.99 %" in hair.detail, "never 95.0 % and yet under 95"
    assert doubts((), series(21.3, denominator=950, eligible=1000), TEMPLATE) == ()
    assert doubts((), series(21.3, denominator=0, eligible=0), TEMPLATE) == ()


def test_moved_participation_is_doubted_with_both_shares():
    held, later = (
        series(21.3, denominator=1000, eligible=1000),
        series(22.0, since=2015, denominator=950, eligible=1000),
    )
    assert told(doubts(held, later, TEMPLATE)) == [
        ("participation-moved", "SY2014-15 to SY2015-16: the share who are counted moved from 100.0 % to 95.0 %.")
    ]
    steady = series(22.0, since=2015, denominator=951, eligible=1000)
    assert doubts(held, steady, TEMPLATE) == ()


def races(*sizes: int | None, period: str = "SY2018-19") -> list[PointLine]:
    codes = ("asian", "black", "hispanic", "white")
    pairs = zip(codes, sizes, strict=False)
    return [point(period, 20.0, f"race_ethnicity={code}", denominator=size) for code, size in pairs]


def test_groups_that_are_all_zero_are_doubted_with_the_total():
    total = point("SY2018-19", 21.3, denominator=400_000)
    assert told(doubts((), [total, *races(0, 0, 0, 0)], TEMPLATE)) == [
        ("groups-all-zero", "SY2018-19, Race and ethnicity: every group is 0, while everybody is 400,000.")
    ]
    assert doubts((), [total, *races(0, 0, 0, 5)], TEMPLATE) == ()
    nobody = point("SY2018-19", None, denominator=0)
    assert doubts((), [nobody, *races(0, 0)], TEMPLATE) == ()


def test_counts_of_people_are_compared_where_people_are_counted():
    count = template(indicator={"unit": "count", "bounds": [0, None]})
    total = point("SY2018-19", 400_000.0)
    zeros = [point("SY2018-19", 0.0, f"sex={code}") for code in ("female", "male")]
    assert [finding.rule for finding in doubts((), [total, *zeros], count)] == ["groups-all-zero"]
    assert doubts((), [total, *zeros], TEMPLATE) == (), "0 percent of a group is a figure like another"


def test_groups_that_exceed_everybody_are_doubted_with_both_sums():
    total = point("SY2018-19", 21.3, denominator=1000)
    assert told(doubts((), [total, *races(300, 300, 401)], TEMPLATE)) == [
        ("groups-exceed-total", "SY2018-19, Race and ethnicity: the groups add up to 1,001, while everybody is 1,000.")
    ]
    assert doubts((), [total, *races(300, 300, 400)], TEMPLATE) == ()
    assert doubts((), [total, *races(300, None, 400)], TEMPLATE) == ()


def test_people_in_several_dimensions_are_no_people_too_many():
    total = point("SY2018-19", 21.3, denominator=100)
    crossed = [point("SY2018-19", 20.0, f"grade=3;sex={code}", denominator=90) for code in ("female", "male")]
    both = [point("SY2018-19", 20.0, "sex=female", denominator=90), point("SY2018-19", 20.0, "grade=3", denominator=90)]
    assert doubts((), [total, *crossed, *both], TEMPLATE) == ()


def test_vanished_group_is_doubted_by_name():
    before = [point("SY2017-18", 21.0, denominator=900), *races(100, 200, period="SY2017-18")]
    after = [point("SY2018-19", 22.0, denominator=900), *races(100)]
    (finding,) = doubts(before, after, TEMPLATE)
    assert finding.rule == "group-vanished"
    assert finding.detail == "There are figures for SY2017-18 and none for SY2018-19 (Black or African American)."
    assert (finding.file, finding.row) == ("ela.csv", None)


def test_vanished_total_is_doubted_as_everybody():
    before = [point("SY2017-18", 21.0), *races(100, period="SY2017-18")]
    (finding,) = doubts(before, races(100), TEMPLATE)
    assert "(everybody)" in finding.detail


def test_a_new_group_beside_others_that_were_there_is_doubted_by_name():
    """User pain A35: a category that changed its label is one lost and one new."""
    before = [point("SY2017-18", 21.0), *races(100, 200, period="SY2017-18")]
    after = [point("SY2018-19", 22.0), *races(100, 200, 50)]
    (finding,) = doubts(before, after, TEMPLATE)
    assert (finding.rule, finding.row) == ("group-new", 7)
    assert finding.detail == "No period before SY2018-19 has figures (Hispanic or Latino)."


def test_a_group_that_comes_back_and_a_breakdown_that_begins_are_nothing_new():
    away = [point("SY2016-17", 20.0), *races(100, 200, 50, period="SY2016-17"), point("SY2017-18", 21.0)]
    away += races(100, 200, period="SY2017-18")
    back = [point("SY2018-19", 22.0), *races(100, 200, 50)]
    assert doubts(away, back, TEMPLATE) == ()
    began = [point("SY2018-19", 22.0), *races(100, 200), point("SY2018-19", 20.0, "sex=female")]
    assert doubts([point("SY2017-18", 21.0)], began, TEMPLATE) == ()


def test_groups_without_everybody_are_doubted_once_for_all_their_periods():
    """User pain A34: an answer for everybody would be empty, and a total is never added up from groups."""
    both = [*races(100, 200, period="SY2017-18"), *races(100, 200)]
    assert told(doubts((), both, TEMPLATE)) == [
        ("total-missing", "SY2017-18 (and 1 more): there are figures of groups and none of everybody.")
    ]
    assert doubts([point("SY2017-18", 21.0), point("SY2018-19", 22.0)], both, TEMPLATE) == ()


def test_doubt_about_a_group_names_it():
    both = series(21.3, 50.0, group="race_ethnicity=hispanic;sex=female")
    (finding,) = doubts(series(40.0, 41.0), both, TEMPLATE)
    assert finding.detail.endswith("(Hispanic or Latino, Female).")


def test_correction_replaces_what_is_held():
    held = series(21.3, 60.0)
    corrected = [msgspec.structs.replace(held[1], value=22.0)]
    assert doubts(held, corrected, TEMPLATE) == ()


def test_point_of_no_file_has_no_place():
    (finding,) = doubts((), series(21.3, 50.0, file=""), TEMPLATE)
    assert (finding.file, finding.row) == (None, None)
