"""What a measure may leave open and may add: no measure yet, no headline, targets for groups, a story; told through the command line."""

from pathlib import Path

import pytest

from tests.cli.documents import Document, community, lay_out, table, variant, wrote
from tests.conftest import Run

AGENDA = "cedar/grade-3"
PARTNERS = [
    {"id": "schools", "name": "Schools", "sector": "education", "commitment": "Picks a test by June."},
    {"id": "library", "name": "Library", "sector": "libraries", "commitment": "Asks the parents."},
]
FRAMEWORK = {
    "id": "cradle",
    "version": "1.0.0",
    "title": "Cradle",
    "outcomes": [{"template": "reading@1.0.0", "role": "core"}],
}


def on_the_agenda(**changes: object) -> Document:
    """A result whose place has no agreed measure yet."""
    left_open = ("measure", "baseline", "target")
    whole = variant("cedar", "003", partners=PARTNERS, story="No test is given in all schools.", **changes)
    return {name: value for name, value in whole.items() if name not in left_open}


@pytest.fixture
def network(run: Run, tmp_path: Path) -> Run:
    """Two towns that measure and a third that does not yet."""
    lay_out(tmp_path)
    assert run("framework", "publish", wrote(tmp_path, "framework.json", FRAMEWORK)).status == 0
    assert run("community", "add", wrote(tmp_path, "cedar.json", community("cedar", "003"))).status == 0
    return run


def propose(run: Run, folder: Path, document: Document) -> dict[str, object]:
    result = run("variant", "propose", wrote(folder, "variant.json", document), "--json")
    assert result.status == 0, result.out + result.err
    receipt: dict[str, object] = result.json
    return receipt


def sign(run: Run, name: str) -> None:
    for partner in ("schools", "library"):
        signed = run("variant", "sign", name, "--partner", partner, "--by", "Ana Ruiz", "--authority", "Director")
        assert signed.status == 0, signed.err


def test_a_result_without_a_measure_is_shown_as_on_the_agenda_and_never_as_a_failure(network: Run, tmp_path: Path):
    before = network("rollup", "reading", "--json").json
    receipt = propose(network, tmp_path, on_the_agenda())
    assert receipt["findings"] == []
    (line,) = network("variant", "list", "cedar", "--json").json
    assert (line["tier"], line["state"]) == ("none", "proposed")
    shown = network("variant", "show", AGENDA, "--json").json
    assert shown["measure"] is None
    assert shown["reasons"] == ["it has no agreed measure yet (data development agenda)"]
    assert "data development agenda" in network("variant", "show", AGENDA).out
    after = network("rollup", "reading", "--json").json
    assert (after["levels"], after["network"]) == (before["levels"], before["network"])
    (out,) = [entry for entry in after["excluded"] if entry["community"] == "cedar"]
    assert (out["variant"], out["out_of"]) == ("grade-3", "everything")
    assert "data development agenda" in out["reason"]
    assert {entry["trend"] for entry in after["series"] if entry["community"] == "cedar"} <= {"indeterminate"}
    assert "data development agenda" in network("rollup", "reading").out


def test_a_framework_shows_the_agenda_and_owes_nothing_for_it(network: Run, tmp_path: Path):
    propose(network, tmp_path, on_the_agenda())
    found = network("framework", "show", "cradle", "--json").json
    (cell,) = [entry for entry in found["cells"] if entry["community"] == "cedar"]
    assert (cell["status"], cell["variant"], cell["collection"]) == ("agenda", AGENDA, None)
    (outcome,) = found["outcomes"]
    assert (outcome["measured"], outcome["agenda"]) == (2, 1)
    assert "agenda" in network("framework", "show", "cradle").out


def test_an_assessment_of_the_agenda_says_once_for_each_letter_what_is_open(network: Run, tmp_path: Path):
    propose(network, tmp_path, on_the_agenda())
    found = network("variant", "assess", AGENDA)
    assert found.status == 0
    assert found.out.count("There is no agreed measure yet") <= 6
    assert "No target is set yet." in found.out
    answer = network("variant", "assess", AGENDA, "--json").json
    assert (answer["agenda"], answer["fails"], answer["registered_before_result"]) == (True, [], None)


def test_partners_may_sign_the_agenda_and_sign_again_when_the_measure_is_agreed(network: Run, tmp_path: Path):
    propose(network, tmp_path, on_the_agenda())
    sign(network, AGENDA)
    assert network("variant", "show", AGENDA, "--json").json["state"] == "agreed"
    measured = variant("cedar", "003", partners=PARTNERS)
    findings = propose(network, tmp_path, measured)["findings"]
    (voided,) = [finding for finding in findings if finding["rule"] == "signatures-voided"]
    assert all(name in voided["detail"] for name in ("/measure", "/target", "Schools", "Library"))
    assert network("variant", "show", AGENDA, "--json").json["state"] == "proposed"
    (cell,) = [
        cell for cell in network("framework", "show", "cradle", "--json").json["cells"] if cell["community"] == "cedar"
    ]
    assert cell["status"] == "no_data"


def test_a_measure_that_is_no_headline_is_shown_and_not_counted(network: Run, tmp_path: Path):
    before = network("rollup", "reading", "--json").json
    second = variant(id="grade-3-fall", headline=False)
    propose(network, tmp_path, second)
    wrote(tmp_path, "more.csv", table(["001,2017-18,All Students,50,10,20.0", "001,2018-19,All Students,50,45,90.0"]))
    loaded = network(
        "data", "import", "more.csv", "--variant", "alder/grade-3-fall", "--mapping", "mapping.toml", "--json"
    )
    assert loaded.status == 0, loaded.err
    after = network("rollup", "reading", "--json").json
    assert (after["levels"], after["network"]) == (before["levels"], before["network"])
    (out,) = [entry for entry in after["excluded"] if entry["variant"] == "grade-3-fall"]
    assert "headline" in out["reason"]
    (line,) = [line for line in network("variant", "list", "alder", "--json").json if line["id"] == "grade-3-fall"]
    assert line["headline"] is False
    (cell,) = [
        cell for cell in network("framework", "show", "cradle", "--json").json["cells"] if cell["community"] == "alder"
    ]
    assert cell["variant"] == "alder/grade-3"


def test_a_group_is_judged_by_its_own_target_and_others_by_everybodys(network: Run, tmp_path: Path):
    group_targets = [{"group": {"race_ethnicity": "hispanic"}, "period": "SY2022-23", "value": 52}]
    propose(network, tmp_path, variant(group_targets=group_targets))
    answer = network("rollup", "reading", "--by", "race_ethnicity", "--json").json
    aims = {
        (entry["community"], entry["group"].get("race_ethnicity", "")): (
            entry["target"]["period"],
            entry["target"]["value"],
        )
        for entry in answer["series"]
    }
    assert aims["alder", "hispanic"] == ("SY2022-23", 52)
    assert aims["alder", ""] == aims["birch", ""] == ("SY2024-25", 60)


def test_story_strategies_and_notes_change_without_asking_anybody(network: Run, tmp_path: Path):
    measured = variant(partners=PARTNERS)
    propose(network, tmp_path, measured)
    sign(network, "alder/grade-3")
    before = network("variant", "show", "alder/grade-3", "--json").json
    told = {"story": "The tutors came in spring.", "strategies": ["Reading at home"], "notes": "A remark."}
    receipt = propose(network, tmp_path, {**measured, **told})
    assert (receipt["written"], receipt["findings"]) == (True, [])
    after = network("variant", "show", "alder/grade-3", "--json").json
    assert (after["state"], before["state"]) == ("active", "active")
    assert (after["revision"], after["content_sha256"]) == (before["revision"] + 1, before["content_sha256"])
    assert {name: after[name] for name in told} == told
    assert {entry["status"] for entry in after["signatures"]} == {"signed"}
    context = {"why": "Reading opens every subject.", "engagement": {"who": "Forty parents", "when": "May 2019"}}
    (finding,) = propose(network, tmp_path, {**measured, **told, "context": context})["findings"]
    assert finding["rule"] == "signatures-voided"
    assert "/context/why" in finding["detail"]
    assert network("variant", "show", "alder/grade-3", "--json").json["state"] == "proposed"
