"""``outcomes smart`` and ``outcomes variant assess`` say what was found and what to do, in words and as JSON."""

from pathlib import Path

import pytest

from tests.conftest import Run

LETTERS = ["P", "S", "M", "A", "R", "T", "G", "C"]


def test_a_sentence_that_passes_is_told_that_its_baseline_is_missing(run: Run):
    result = run("smart", "Reduce unemployment in Anytown, USA by 50% over ten years.", "--json")
    assert (result.status, result.json["fails"], result.json["warns"]) == (0, [], ["A"])
    assert result.json["parsed"]["amount_kind"] == "relative"
    (finding,) = result.json["findings"]
    assert (finding["rule"], finding["severity"]) == ("smart-attainable", "warning")


def test_a_sentence_that_fails_ends_with_status_1_and_names_every_letter(run: Run):
    result = run("smart", "Increase job referrals through our program", "--json")
    assert (result.status, result.json["fails"]) == (1, ["P", "M", "R", "T"])
    words = run("smart", "Increase job referrals through our program")
    assert "It does not pass yet: about everybody in the place, measurable, relevant, time-bound." in words.out
    assert all(f"[{finding['rule']}]" in words.err for finding in result.json["findings"])


@pytest.mark.parametrize(
    ("variant", "state", "outcome"),
    [
        ("pueblo/consistent-attendance", "closed", "missed"),
        ("jefferson-county/consistent-attendance", "closed", "met"),
        ("greeley/consistent-attendance", "proposed", None),
        ("hartford/grade-3-ela", "active", None),
    ],
)
def test_an_assessment_answers_every_check_in_order(
    run: Run, demonstration: Path, variant: str, state: str, outcome: str | None
):
    found = run("variant", "assess", variant, "--registry", demonstration, "--json").json
    assert (found["variant"], found["state"], found["outcome"], found["agenda"]) == (variant, state, outcome, False)
    assert list(dict.fromkeys(check["letter"] for check in found["checks"])) == LETTERS
    assert all(check["fix"] for check in found["checks"] if check["verdict"] in {"fail", "warn"})
    assert found["registered_before_result"] in {True, False}
    words = run("variant", "assess", variant, "--registry", demonstration).out
    assert all(f"[{check['code']}]" in words for check in found["checks"])


def test_a_stale_signature_names_what_changed_since(run: Run, demonstration: Path):
    found = run("variant", "show", "greeley/consistent-attendance", "--registry", demonstration, "--json").json
    stale = next(entry for entry in found["signatures"] if entry["status"] == "stale")
    assert "/target/value" in stale["changed"]
    declined = run("variant", "show", "richmond/grade-3-reading", "--registry", demonstration, "--json").json
    assert "declined" in {entry["status"] for entry in declined["signatures"]}


def test_the_data_development_agenda_is_no_failure(run: Run, demonstration: Path):
    found = run("variant", "assess", "pueblo/kindergarten-readiness", "--registry", demonstration, "--json").json
    assert found["agenda"] is True
    assert {"S", "M", "A"} & set(found["fails"]) == set()


def test_a_document_alone_can_be_proposed_again(run: Run, demonstration: Path, tmp_path: Path):
    text = run("variant", "show", "hartford/grade-3-ela", "--document", "--registry", demonstration).out
    (tmp_path / "again.json").write_text(text, "utf-8")
    answer = run("variant", "propose", tmp_path / "again.json", "--registry", demonstration, "--json").json
    assert answer["written"] is False


def test_a_framework_shows_who_measures_what(run: Run, demonstration: Path):
    found = run("framework", "show", "cradle-to-career", "--registry", demonstration, "--json").json
    assert [len(found["outcomes"]), len(found["communities"]), len(found["cells"])] == [16, 16, 256]
    assert {outcome["role"] for outcome in found["outcomes"]} == {"core", "contributing"}
    assert sum(outcome["role"] == "core" for outcome in found["outcomes"]) == 7
