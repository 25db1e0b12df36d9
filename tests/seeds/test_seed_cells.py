"""Every cell of the seeds' files is the published one; skipped where the published files are not at hand."""

import csv

import pytest
from seed_documents import HIDDEN, ROOT, Row, number, rows

REAL = ROOT.parent / "shared/real"

with_published_files = pytest.mark.skipif(
    not REAL.is_dir(), reason="the published files are not at hand: ../shared/real is missing"
)


def published(path: str) -> list[Row]:
    with (REAL / path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def smarter_balanced(year: str, suffix: str) -> list[tuple[str, ...]]:
    """Code, district, year, subject, grade, students, scored, met or exceeded, percent: by position."""
    path = REAL / f"ct-sbac-districts/smarter-balanced__{year}_ela-and-math_all-students_all-grades{suffix}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    top = next(place for place, line in enumerate(lines) if line and line[0] == "District")
    shift = 1 if lines[top][1] == "District Code" else 0
    return [
        (
            line[1].strip('="') if shift else "",
            line[0],
            year,
            line[2 + shift],
            line[1 + shift].lstrip("0"),
            line[3 + shift],
            line[6 + shift],
            line[15 + shift],
            line[16 + shift],
        )
        for line in lines[top + 1 :]
        if len(line) > 17
    ]


@with_published_files
@pytest.mark.parametrize(
    ("name", "suffix"), [("ct-smarter-balanced-districts.csv", ""), ("ct-smarter-balanced-state.csv", "_ct")]
)
def test_every_connecticut_cell_is_the_published_one(name: str, suffix: str) -> None:
    there = [
        line
        for year in ("2014-15", "2015-16", "2016-17", "2017-18", "2018-19")
        for line in smarter_balanced(year, suffix)
    ]
    ours = rows(name)
    here = [tuple(row.values()) if suffix == "" else ("", *row.values()) for row in ours]
    assert here
    assert [line for line in here if there.count(line) != 1] == []


@with_published_files
def test_every_virginia_reading_cell_is_the_published_one() -> None:
    names = ("Division Number", "Division Name", "School Year", "Pass Count", "Total Count", "Pass Rate")
    there = [tuple(row[name] for name in names) for row in published("va-sol-grade3/2023_thirdgrade_allstudents.csv")]
    ours = [tuple(row.values()) for row in rows("va-sol-grade-3-reading-divisions.csv")]
    divisions = {line[0] for line in ours}
    assert sorted(ours) == sorted(line for line in there if line[0] in divisions)


@with_published_files
def test_every_virginia_state_reading_figure_is_the_sum_of_the_published_divisions() -> None:
    there = published("va-sol-grade3/2023_thirdgrade_allstudents.csv")
    for row in rows("va-sol-grade-3-reading-state.csv"):
        counted = [
            line for line in there if line["School Year"] == row["school_year"] and line["Pass Count"] not in HIDDEN
        ]
        passed, total = (sum(number(line[name]) for line in counted) for name in ("Pass Count", "Total Count"))
        assert (number(row["pass_count"]), number(row["total_count"])) == (passed, total)
        assert row["pass_rate"] == f"{float(100 * passed / total):.2f}"


@with_published_files
def test_every_virginia_mathematics_cell_is_the_published_one() -> None:
    names = ("division_name", "school_year", "pass_count", "total_count", "pass_rate")
    there = [
        tuple(row[name] for name in names)
        for row in published("va-stepping-stones/sol_pass.csv")
        if (row["subject"], row["test_level"]) == ("Mathematics", "Grade 8")
    ]
    assert sorted(tuple(row.values()) for row in rows("va-sol-grade-8-mathematics.csv")) == sorted(there)


@with_published_files
def test_every_graduation_cell_is_the_published_one() -> None:
    names = ("division_name", "cohort_year", "students_in_cohort", "total_graduates", "graduation_rate")
    there = [
        (row["division_number"], *(row[name] for name in names))
        for row in published("va-stepping-stones/graduation_rates.csv")
    ]
    divisions = [tuple(row.values()) for row in rows("va-on-time-graduation-divisions.csv")]
    state = [("0", *row.values()) for row in rows("va-on-time-graduation-state.csv")]
    assert sorted([*divisions, *state]) == sorted(there)
