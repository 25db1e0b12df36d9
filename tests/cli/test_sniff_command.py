"""``outcomes data sniff`` as a person uses it: the mapping that it writes is the one that the load takes."""

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.pains.office import Office

FILE = "town code,school year,subject,tested,met,percent\n" + "".join(
    f"{code},{year},{subject},{tested},{tested // 2 + int(code)},{100 * (tested // 2 + int(code)) / tested:.1f}\n"
    for code in ("07", "08")
    for year in ("2017-18", "2018-19")
    for subject, tested in (("Math", 310), ("Reading", 420))
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "towns.csv"
    path.write_text(FILE)
    return path


def test_it_asks_and_ends_with_1_until_it_is_answered(run: Run, file: Path):
    asked = run("data", "sniff", file, "--json")
    assert asked.status == 1
    assert [(question["key"], question["candidates"]) for question in asked.json["questions"]] == [
        ("filter.subject", ["Math", "Reading"])
    ]
    assert "# ASK: " in asked.json["mapping"]
    assert asked.json["rows"] == []
    told = run("data", "sniff", file, "--answer", "filter.subject=Reading", "--json")
    assert (told.status, told.json["questions"], told.json["points"], len(told.json["rows"])) == (0, [], 4, 4)
    assert told.json["rows"][0]["value"] == pytest.approx(51.666666667)


def test_the_mapping_that_is_written_is_the_one_that_is_loaded(run: Run, tmp_path: Path, file: Path):
    office = Office(run, tmp_path)
    office.place("alder")
    how = tmp_path / "how.toml"
    office.ask("data", "sniff", file, "--answer", "filter.subject=Reading", "--template", "reading", "--out", how)
    assert "# in 4 of 4 rows the printed figure is 'met' of 'tested'" in how.read_text()
    how.write_text(how.read_text().replace('scheme = "town-code"', 'scheme = "town"'))
    file.write_text(FILE.replace("\n07,", "\nalder,"))
    assert office.json("data", "import", file, "--variant", "alder/grade-3", "--mapping", how)["new"] == 2


def test_a_mapping_is_never_written_over(run: Run, tmp_path: Path, file: Path):
    there = tmp_path / "there.toml"
    there.write_text("mine")
    assert run("data", "sniff", file, "--out", there).status == 1
    assert there.read_text() == "mine"


def test_an_answer_without_a_key_is_wrong_use(run: Run, file: Path):
    assert run("data", "sniff", file, "--answer", "Reading").status == 2
    assert run("data", "sniff", file.parent / "none.csv").status == 1
