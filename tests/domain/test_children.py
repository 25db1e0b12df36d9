"""Files with one row per child are told from files of counts, by their headings and by what stands below them."""

import pytest

from registry.domain.children import children_in, person_heading

REFUSED = (
    "Student ID", "student_id", "STUDENTID", "StudentId", "Student-ID #", "stu id", "Pupil ID", "State Student ID",
    "District Student ID", "SSID", "SASID", "sasid", "LASID", "Local ID", "local_id", "Unique Student Identifier",
    "First Name", "first_name", "FIRSTNAME", "Last name", "LName", "Student Name", "Student's name", "studentName",
    "STUDENTLASTNAME", "Student Last Name (legal)", "Name of student", "Full name", "Surname", "Child's First Name",
    "Date of Birth", "DATE_OF_BIRTH", "DOB", "dob", "Student DOB", "Birth Date", "BirthDate", "Birthday", "SSN",
    "Social Security Number", "Parent name", "Teacher Name", "Home Address", "State Testing Identifier", "Apellido",
)  # fmt: skip
FINE = (
    "School Name", "District Name", "DISTRICT_NAME", "County name", "Race Name", "Test name", "name", "Name", "ID",
    "District ID", "School ID", "LEAID", "geoid", "DBN", "Students", "Number of students tested", "STUDENT_COUNT",
    "Student Group", "Student Subgroup", "Student Group Type", "Percent of students with valid SSID", "Total Count",
    "students_in_cohort", "Childcare", "Children in poverty", "Kindergartners", "Age at test", "Birth rate",
    "Births", "Low birth weight", "Youth unemployed", "Percent local", "State", "Local education agency", "First language",
    "Last updated", "Grade", "Organization Name", "Program name", "Participant count", "Status", "Constituency",
    "State ID", "STI rate", "SUID deaths", "Scholarship recipients", "Personnel", "Student Teacher Ratio",
)  # fmt: skip


@pytest.mark.parametrize("heading", REFUSED)
def test_heading_of_a_persons_name_number_or_birth_is_known(heading: str):
    assert person_heading(heading)


@pytest.mark.parametrize("heading", FINE)
def test_heading_of_places_groups_and_counts_is_fine(heading: str):
    assert person_heading(heading) is None


def test_each_column_is_named_once_with_its_row_and_the_way_out():
    rows = [(3, ["School Name", "Last Name", "SSID"]), (4, ["Hill", "Canary", "9"]), (5, ["Hill", "Canary", "8"])]
    found = children_in(rows, 3)
    assert [(finding.rule, finding.row, finding.column) for finding in found] == [
        ("names-persons", 3, "column 2"),
        ("names-persons", 3, "column 3"),
    ]
    assert all(finding.severity == "error" and "counts" in finding.hint for finding in found)


def test_no_cell_of_the_file_is_repeated():
    rows = [(1, ["Student Last Name: Canary", "x"]), *((line, [f"Canary{line}", "1"]) for line in range(2, 30))]
    assert not any("anary" in str(finding) for finding in children_in(rows, 1))


def test_a_header_that_the_mapping_does_not_know_of_is_found():
    rows = [(1, ["Fall export"]), (2, ["ssid", "met"]), (3, ["12345", "1"])]
    assert [finding.row for finding in children_in(rows, 1)] == [2]
    assert children_in([(1, ["One row per student ID is never loaded here, only counts of them"]), *rows[2:]], 5) == ()


def test_a_wrong_separator_hides_no_heading():
    assert children_in([(1, ["school;student_id;met"]), (2, ["Hill;12345;1"])], 1)


def below(head: list[str], *columns: list[str]) -> tuple[str, ...]:
    rows = [(1, head), *((line, list(cells)) for line, cells in enumerate(zip(*columns, strict=True), start=2))]
    return tuple(finding.rule for finding in children_in(rows, 1))


NUMBERS = [f"{70000 + 17 * place}" for place in range(30)]
DAYS = [f"20{10 + place % 3}-0{1 + place % 9}-{10 + place % 19}" for place in range(30)]
FAMILY, GIVEN = "abcdefghijklmnopqrstuvwxyzäöüß", "ABCDEFGHIJKLMNOPQRSTUVWXYZABCD"
NAMES = [f"Canary{FAMILY[place]}, {GIVEN[place]}na" for place in range(30)]
MARKS = ["0", "1", "1"] * 10
SCORES = [str(420 + place) for place in range(30)]


@pytest.mark.parametrize("keys", [NUMBERS, [f"S{number}" for number in NUMBERS], DAYS, NAMES])
@pytest.mark.parametrize(("head", "values"), [("met", MARKS), ("Scale score", SCORES), ("met", ["Y", "N", "Y"] * 10)])
def test_one_row_per_child_is_seen_below_any_heading(keys: list[str], head: str, values: list[str]):
    assert below(["key", head], keys, values) == ("one-row-per-child",)


@pytest.mark.parametrize("heading", ["Student", "student number", "Pupil no"])
def test_a_heading_that_may_count_is_judged_by_what_stands_below(heading: str):
    assert below([heading, "school"], NUMBERS, ["Hill"] * 30) == ("one-row-per-child",)
    assert below([heading, "school"], ["88"] * 30, NUMBERS) == ()
    assert below([heading, "tested"], NUMBERS, SCORES) == ()


@pytest.mark.parametrize(
    ("head", "columns"),
    [
        (["district code", "average scale score"], (NUMBERS, SCORES)),
        (["district code", "scale score"], (NUMBERS, SCORES)),
        (["key", "charter", "tested"], (NUMBERS, MARKS, SCORES)),
        (["key", "charter", "pct_met"], (NUMBERS, MARKS, SCORES)),
        (["reported on", "figure"], (DAYS, SCORES)),
        (["place", "value"], ([f"Town {key}" for key in NUMBERS], MARKS)),
        (["key", "met"], (NUMBERS[:9], MARKS[:9])),
    ],
)
def test_counts_shares_and_places_are_no_children(head: list[str], columns: tuple[list[str], ...]):
    assert below(head, *columns) == ()
