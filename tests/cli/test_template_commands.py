"""The commands over templates, as network staff type them: what is printed, what is JSON, and which exit status."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from tests.cli.documents import head, lay_out, template, variant, wrote
from tests.conftest import Run

WIDER = {"disaggregation": {"required": [], "recommended": ["race_ethnicity", "sex"]}}
NARROWER = {
    "measure_schema": {
        **template()["measure_schema"],
        "properties": {
            **template()["measure_schema"]["properties"],
            "grade_or_age": {"type": "integer", "minimum": 4},
        },
    }
}


@pytest.fixture
def network(run: Run, tmp_path: Path) -> Run:
    """A registry with reading@1.0.0 and two towns, and beside it the files of three next versions and a faulty one."""
    lay_out(tmp_path)
    wrote(tmp_path, "patch.json", template(version="1.0.1", title="Reading well"))
    wrote(tmp_path, "minor.json", template(version="1.1.0", **WIDER))
    wrote(tmp_path, "major.json", template(version="2.0.0", **NARROWER))
    wrote(tmp_path, "small.json", template(version="1.0.1", title="Reading well", **NARROWER))
    wrote(tmp_path, "same.json", template(version="1.0.1"))
    wrote(tmp_path, "faulty.json", template(version="1.1", stage="two"))
    return run


def test_a_permalink_prints_the_published_bytes_whatever_came_after(network: Run):
    first = network("template", "show", "reading@1.0.0", "--document")
    (line,) = network("template", "list", "--json").json
    assert sha256(first.out.encode()).hexdigest() == line["content_sha256"]
    network("template", "publish", "minor.json")
    network("template", "deprecate", "reading@1.0.0", "--successor", "reading@1.1.0")
    network("template", "withdraw", "reading@1.0.0", "--reason", "Wrong")
    assert network("template", "show", "reading@1.0.0", "--document").out == first.out


def test_a60_t13_a_status_stands_beside_the_document_with_reason_and_successor(network: Run):
    network("template", "publish", "minor.json")
    done = network("template", "deprecate", "reading@1.0.0", "--successor", "reading@1.1.0", "--reason", "Wider.")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("reading@1.0.0 is deprecated")
    shown = network("template", "show", "reading@1.0.0")
    assert shown.err.splitlines()[1:] == ["This version is deprecated: Wider. Use reading@1.1.0."]
    network("template", "withdraw", "reading@1.0.0", "--reason", "The cut was wrong")
    shown = network("template", "show", "reading@1.0.0")
    assert shown.status == 0
    assert shown.err.splitlines()[1:] == ["This version is withdrawn: The cut was wrong."]
    known = network("template", "show", "reading@1.0.0", "--json").json
    assert (known["status"], known["reason"], known["successor"]) == ("withdrawn", "The cut was wrong", None)
    assert (known["title"], known["version"]) == ("Reading", "1.0.0")
    assert network("template", "show", "reading", "--json").json["version"] == "1.1.0"


def test_a60_a_version_is_deprecated_only_with_a_successor_and_withdrawn_only_with_a_reason(
    network: Run, tmp_path: Path
):
    at = head(tmp_path / "outcomes.db")
    assert network("template", "deprecate", "reading@1.0.0").status == 2
    assert network("template", "withdraw", "reading@1.0.0").status == 2
    assert network("template", "withdraw", "reading@1.0.0", "--reason", " ").status == 1
    assert network("template", "withdraw", "reading", "--reason", "Wrong").status == 1
    assert head(tmp_path / "outcomes.db") == at


def test_too_small_a_version_is_refused_in_words_and_as_json(network: Run, tmp_path: Path):
    at = head(tmp_path / "outcomes.db")
    said = network("template", "publish", "small.json")
    assert (said.status, said.out) == (1, "")
    assert "1.0.1 is too small a step from 1.0.0: a major change takes 2.0.0." in said.err
    assert "Publish it as 2.0.0" in said.err
    assert "error /title: It goes from 'Reading' to 'Reading well'. (patch)" in said.err
    assert "(major)" in said.err
    assert "version-too-small" in said.err
    answer = network("template", "publish", "small.json", "--json")
    assert (answer.status, answer.json["status"]) == (1, 409)
    assert {fault["pointer"] for fault in answer.json["errors"]} == {
        "/title",
        "/measure_schema/properties/grade_or_age/minimum",
    }
    assert head(tmp_path / "outcomes.db") == at


def test_a_version_that_says_nothing_new_is_published_with_a_doubt(network: Run):
    said = network("template", "publish", "same.json")
    assert said.status == 0
    assert "says the same as 1.0.0" in said.err
    assert "reading@1.0.1 is published" in said.out


DIFFS = [
    ("reading@1.0.0", "patch.json", "patch", "1.0.1", [("/title", "patch")]),
    ("reading", "minor.json", "minor", "1.1.0", [("/disaggregation/recommended", "minor")]),
    ("patch.json", "minor.json", "minor", "1.1.0", [("/disaggregation/recommended", "minor"), ("/title", "patch")]),
    ("minor.json", "reading@1.0.0", "minor", "1.2.0", [("/disaggregation/recommended", "minor")]),
    (
        "reading@1.0.0", "major.json", "major", "2.0.0",
        [("/measure_schema/properties/grade_or_age/minimum", "major")],
    ),
    ("reading@1.0.0", "same.json", "none", "1.0.0", []),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "bump", "required", "changes"), DIFFS)
def test_versions_and_files_are_compared(
    network: Run, before: str, after: str, bump: str, required: str, changes: list[tuple[str, str]]
):
    found = network("template", "diff", before, after, "--json")
    answer = found.json
    assert (found.status, answer["bump"], answer["required_version"]) == (0, bump, required)
    assert sorted((change["pointer"], change["class"]) for change in answer["changes"]) == changes
    assert all(change.keys() == {"pointer", "class", "detail"} and change["detail"] for change in answer["changes"])
    said = network("template", "diff", before, after)
    assert (said.status, said.err) == (0, "")
    assert all(pointer in said.out for pointer, _ in changes)
    assert (f"Together a {bump} change" if changes else "says the same") in said.out


def test_two_published_versions_are_compared(network: Run):
    for name in ("patch", "minor", "major"):
        assert network("template", "publish", f"{name}.json").status == 0
    answer = network("template", "diff", "reading@1.0.1", "reading@2.0.0", "--json").json
    assert (answer["before"], answer["after"], answer["bump"]) == ("reading@1.0.1", "reading@2.0.0", "major")


@pytest.mark.parametrize("command", [("diff", "reading", "faulty.json"), ("impact", "faulty.json")])
def test_a_faulty_file_is_told_by_its_name_and_every_fault(network: Run, command: tuple[str, ...]):
    said = network("template", *command)
    assert (said.status, said.out) == (1, "")
    assert "faulty.json has faults" in said.err
    assert "published" not in said.err
    answer = network("template", *command, "--json").json
    assert {fault["pointer"] for fault in answer["errors"]} == {"/version", "/stage"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nowhere.json", "'nowhere.json' cannot be read: there is no such file"),
        ("versions/next", "cannot be read"),
        ("readin", "Did you mean 'reading'?"),
        ("reading@1.0", "Did you mean '1.0.0'?"),
    ],
)
def test_what_is_neither_a_file_nor_a_version_is_named(network: Run, name: str, words: str):
    said = network("template", "diff", "reading", name)
    assert said.status == 1
    assert words in said.err


def test_impact_is_told_before_publishing(network: Run, tmp_path: Path):
    at = head(tmp_path / "outcomes.db")
    said = network("template", "impact", "major.json")
    assert (said.status, said.err) == (0, "")
    assert "alder/grade-3 (reading@1.0.0) would become invalid" in said.out
    assert "/measure/grade_or_age" in said.out
    assert "2 local measures on earlier versions, 2 of them touched. They stay where they are, pending" in said.out
    answer = network("template", "impact", "major.json", "--json").json
    assert (answer["template"], answer["invalid"], answer["tier_changed"]) == ("reading@2.0.0", 2, 0)
    assert {entry["state"] for entry in answer["variants"]} == {"proposed"}
    assert (
        "2 local measures on earlier versions, 0 of them touched. They stay valid"
        in network("template", "impact", "minor.json").out
    )
    assert head(tmp_path / "outcomes.db") == at


def test_the_impact_of_a_first_version_is_none(run: Run, tmp_path: Path):
    run("init")
    said = run("template", "impact", wrote(tmp_path, "first.json", template()))
    assert (said.status, said.out) == (0, "No version stands before reading@1.0.0, so no local measure is touched.\n")
    assert run("template", "impact", "first.json", "--json").json["difference"] is None


def test_t13_a_new_measure_on_a_withdrawn_version_is_refused_with_reason_and_successor(network: Run, tmp_path: Path):
    network("template", "publish", "minor.json")
    network("template", "withdraw", "reading@1.0.0", "--reason", "Too narrow", "--successor", "reading@1.1.0")
    file = wrote(tmp_path, "new.json", variant(id="new", headline=False))
    said = network("variant", "propose", file)
    assert said.status == 1
    assert "reading@1.0.0 was withdrawn: Too narrow. Its successor is reading@1.1.0." in said.err


def test_a62_versions_are_listed_in_their_order_and_not_as_text(network: Run, tmp_path: Path):
    for version in ("1.9.0", "1.10.0", "2.0.0-draft", "2.0.0", "0.2.0"):
        document = template(version=version, stage=3)
        assert network("template", "publish", wrote(tmp_path, "next.json", json.dumps(document))).status == 0
    order = ["0.2.0", "1.0.0", "1.9.0", "1.10.0", "2.0.0-draft", "2.0.0"]
    assert [line["version"] for line in network("template", "list", "--json").json] == order
    printed = [line.split("│")[1].strip() for line in network("template", "list").out.splitlines() if "│" in line]
    assert printed[-len(order) :] == order
    missing = network("rollup", "reading@1.10.1")
    assert missing.status == 1
    assert f"Published is {', '.join(order)}." in missing.err


def test_check_says_beside_a_registry_whether_the_number_is_too_small_and_list_can_be_filtered(
    run: Run, tmp_path: Path
):
    (tmp_path / "first.json").write_text(json.dumps(template()), "utf-8")
    narrower = template(version="1.0.1", disclosure={"minimum_n": 20, "minimum_numerator": 3})
    (tmp_path / "next.json").write_text(json.dumps(narrower), "utf-8")
    assert run("template", "check", "next.json").status == 0
    run("init")
    run("template", "publish", "first.json")
    result = run("template", "check", "next.json", "--json")
    assert result.status == 1
    assert [(finding["rule"], finding["pointer"]) for finding in result.json["findings"]] == [
        ("version-too-small", "/disclosure/minimum_n")
    ]
    run("template", "withdraw", "reading@1.0.0", "--reason", "It counted too few.")
    assert [line["version"] for line in run("template", "list", "--status", "withdrawn", "--json").json] == ["1.0.0"]
    assert run("template", "list", "--status", "published", "--json").json == []
