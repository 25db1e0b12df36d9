"""Links, progress rules and code lists on the command line: published once, listed, shown whole, the nearest name where one is wrong."""

import json
from pathlib import Path

import pytest

from registry.domain.group import CODE_LISTS
from registry.domain.progress_rule import RULES
from tests.cli.documents import Document, head, lay_out, wrote
from tests.conftest import Run

LINK: Document = {
    "id": "towns-2018",
    "title": "The town's test on NAEP",
    "scale": {"id": "naep-4", "title": "NAEP reading, grade 4", "unit": "points", "sd": 36, "u_sd": 2.5, "u_m": 3.6},
    "first_period": "SY2017-18",
    "last_period": "SY2018-19",
    "cuts": [
        {
            "instrument": "town-test",
            "instrument_version": "1",
            "cut": "level-3",
            "score": 200,
            "standard_error": 1.5,
        }
    ],
    "method": "Equal shares.",
    "source": "A report",
    "url": "https://example.org/report",
}
RULE: Document = {
    "id": "towns@1",
    "method": "tested",
    "phi": 1.5,
    "tau": 0.8,
    "title": "Changes of towns as they are",
    "source": "Fitted on our own towns.",
}
KINDS = pytest.mark.parametrize(("kind", "document"), [("link", LINK), ("rule", RULE)], ids=["link", "rule"])


@pytest.fixture
def network(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The registry of two towns."""
    monkeypatch.setenv("COLUMNS", "160")
    lay_out(tmp_path)
    return run


@KINDS
def test_it_is_published_once_and_shown_as_it_was_written(network: Run, tmp_path: Path, kind: str, document: Document):
    file = wrote(tmp_path, "new.json", document)
    line = head(tmp_path / "outcomes.db")[0] + 1
    first = network(kind, "publish", file)
    assert (first.status, first.err) == (0, "")
    assert first.out == f"{document['id']} is published (revision 1, line {line} of the ledger).\n"
    again = network(kind, "publish", file)
    assert (again.status, again.err) == (0, "")
    assert (
        again.out == f"{document['id']} already stands like this in the registry (line {line}); nothing was written.\n"
    )
    told = network(kind, "publish", file, "--json").json
    assert (told["subject"], told["written"], told["seq"]) == (f"{kind}:{document['id']}", False, line)
    found = network(kind, "show", document["id"]).json
    assert {name: found[name] for name in document if name != "cuts"} == {
        name: value for name, value in document.items() if name != "cuts"
    }
    assert network(kind, "show", document["id"], "--json").json == found


@KINDS
def test_something_else_under_its_name_is_a_conflict_with_the_way_out(
    network: Run, tmp_path: Path, kind: str, document: Document
):
    network(kind, "publish", wrote(tmp_path, "new.json", document))
    other = wrote(tmp_path, "other.json", {**document, "title": "Something else"})
    said = network(kind, "publish", other)
    assert (said.status, said.out) == (1, "")
    assert f"{document['id']} is published and never changes" in said.err
    assert "Give it another id." in said.err
    answer = network(kind, "publish", other, "--json")
    assert (answer.status, answer.json["status"]) == (1, 409)
    assert head(tmp_path / "outcomes.db")[0] == network(kind, "publish", "new.json", "--json").json["seq"]


@KINDS
def test_every_fault_is_named_with_its_place_and_nothing_is_written(
    network: Run, tmp_path: Path, kind: str, document: Document
):
    before = head(tmp_path / "outcomes.db")
    said = network(kind, "publish", wrote(tmp_path, "new.json", {**document, "title": "", "colour": "red"}))
    assert (said.status, said.out) == (1, "")
    assert "error /title: " in said.err
    assert "error /colour: " in said.err
    assert "has faults; nothing was published." in said.err
    answer = network(kind, "publish", "new.json", "--json").json
    assert {fault["pointer"] for fault in answer["errors"]} == {"/title", "/colour"}
    assert head(tmp_path / "outcomes.db") == before


@KINDS
def test_a_name_that_is_not_there_brings_the_nearest_one(network: Run, tmp_path: Path, kind: str, document: Document):
    network(kind, "publish", wrote(tmp_path, "new.json", document))
    said = network(kind, "show", "town")
    assert (said.status, said.out) == (1, "")
    assert f"There is no {'link' if kind == 'link' else 'progress rule'} 'town'." in said.err
    assert f"Did you mean {document['id']!r}?" in said.err
    assert network(kind, "publish", "nowhere.json").status == 1


def test_links_are_listed_with_their_scale_and_years(network: Run, tmp_path: Path):
    assert network("link", "list").out == "Links to a common scale: there are none yet.\n"
    assert network("link", "list", "--json").json == []
    network("link", "publish", wrote(tmp_path, "new.json", LINK))
    printed = network("link", "list").out
    assert "towns-2018" in printed
    assert "SY2017-18 to SY2018-19" in printed
    (line,) = network("link", "list", "--json").json
    assert (line["id"], line["scale"], line["cuts"]) == ("towns-2018", "naep-4", 1)
    assert (line["first_period"], line["last_period"]) == ("SY2017-18", "SY2018-19")
    assert "body" not in line


def test_a_link_of_a_test_that_is_not_catalogued_is_published_with_a_doubt(network: Run, tmp_path: Path):
    cut = {**LINK["cuts"][0], "instrument_version": "2"}
    said = network("link", "publish", wrote(tmp_path, "new.json", {**LINK, "cuts": [cut]}))
    assert said.status == 0
    assert "warning /cuts/0/instrument: The catalogue has no version '2' of 'town-test'." in said.err
    assert "towns-2018 is published" in said.out


def test_a_link_that_contradicts_another_is_refused_in_words(network: Run, tmp_path: Path):
    network("link", "publish", wrote(tmp_path, "new.json", LINK))
    said = network("link", "publish", wrote(tmp_path, "other.json", {**LINK, "id": "other"}))
    assert said.status == 1
    assert (
        "The link 'towns-2018' already places this cut on the scale 'naep-4' (200, for SY2017-18 to SY2018-19)."
        in said.err
    )
    assert "The link contradicts one that is published; nothing was published." in said.err


def test_rules_are_listed_with_where_they_come_from(network: Run, tmp_path: Path):
    network("rule", "publish", wrote(tmp_path, "new.json", RULE))
    rows = [
        [cell.strip() for cell in line.split("│")] for line in network("rule", "list").out.splitlines() if "│" in line
    ]
    told = {row[0]: row for row in rows}
    assert set(told) == {*RULES, "towns@1"}
    assert told["towns@1"][2:] == ["tested", "1.5", "0.8", "published"]
    assert told["cohort@1"][2:] == ["tested", "1.8", "1.2", "ships"]
    listed = {line["id"]: line for line in network("rule", "list", "--json").json}
    assert listed["towns@1"] == RULE
    assert listed["threshold@1"]["method"] == "threshold"


def test_a_rule_that_ships_is_shown_like_any_other_and_is_not_published_anew(network: Run, tmp_path: Path):
    shown = network("rule", "show", "cohort@1")
    assert (shown.status, shown.json["phi"], shown.json["tau"]) == (0, 1.8, 1.2)
    said = network("rule", "publish", wrote(tmp_path, "new.json", {**RULE, "id": "cohort@1"}))
    assert said.status == 1
    assert "cohort@1 ships with this program and cannot be published anew. Give it an id of your own." in said.err


def test_a_published_rule_is_the_one_that_a_roll_up_is_asked_for(network: Run, tmp_path: Path):
    missing = network("rollup", "reading", "--rule", "towns@1")
    assert missing.status == 1
    assert "There is no progress rule 'towns@1'." in missing.err
    network("rule", "publish", wrote(tmp_path, "new.json", RULE))
    assert network("rollup", "reading", "--rule", "towns@1", "--json").json["progress_rule"] == "towns@1"
    assert "progress rule towns@1" in network("rollup", "reading", "--rule", "towns@1").out


def test_code_lists_are_told_with_the_labels_of_files(network: Run):
    listed = network("codelist", "list", "--json").json
    assert [entry["id"] for entry in listed] == list(CODE_LISTS)
    printed = network("codelist", "list").out
    assert all(entry.title in printed for entry in CODE_LISTS.values())
    found = network("codelist", "show", "sex", "--json").json
    assert (found["id"], {"female", "male"} <= {entry["code"] for entry in found["categories"]}) == ("sex", True)
    shown = network("codelist", "show", "sex")
    assert shown.status == 0
    assert f"Source: {CODE_LISTS['sex'].source}." in " ".join(shown.out.split())
    wrong = network("codelist", "show", "race")
    assert wrong.status == 1
    assert "There is no code list 'race'. Did you mean 'race_ethnicity'?" in " ".join(wrong.err.split())


def test_code_lists_need_no_registry(run: Run):
    assert run("codelist", "list").status == 0
    assert json.loads(run("codelist", "show", "sex", "--json").out)["id"] == "sex"
