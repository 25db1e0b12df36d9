"""``outcomes smart``: the contract of its answer, its exit status, and its words."""

import pytest

from registry.domain.sentence import LETTERS, LONGEST
from tests.conftest import Run

PASSES = "Raise kindergarten readiness in Racine County from 46% in 2019 to 60% by 2028."
IN_DOUBT = "Reduce unemployment in Anytown, USA by 50% over ten years."
FAILS = "Increase job referrals through our program"
ODD = "Reduce obesity among teens in Mobile by 10 to 15% soon"


@pytest.mark.parametrize(
    ("sentence", "status", "fails", "warns"),
    [
        (PASSES, 0, [], []),
        (IN_DOUBT, 0, [], ["A"]),
        (FAILS, 1, ["P", "M", "R", "T"], []),
        ("Reduce unemployment in our city", 1, ["M", "T"], []),
        ("", 1, ["S", "M", "T"], []),
    ],
)
def test_status_is_1_where_a_letter_fails_and_0_otherwise(
    run: Run, sentence: str, status: int, fails: list[str], warns: list[str]
):
    found = run("smart", sentence, "--json")
    assert (found.status, found.err) == (status, "")
    assert (found.json["fails"], found.json["warns"]) == (fails, warns)
    assert run("smart", sentence).status == status


def test_the_answer_has_its_five_members_and_only_what_was_read(run: Run):
    answer = run("smart", PASSES, "--json").json
    assert answer == {
        "fails": [],
        "warns": [],
        "parsed": {
            "direction": "increase",
            "what": "kindergarten readiness",
            "place": "Racine County",
            "baseline": 46.0,
            "baseline_year": 2019,
            "target": 60.0,
            "target_year": 2028,
        },
        "unread": [],
        "findings": [],
    }


@pytest.mark.parametrize("sentence", [IN_DOUBT, FAILS, ODD])
def test_every_letter_has_one_finding_with_what_to_do(run: Run, sentence: str):
    answer = run("smart", sentence, "--json").json
    told = {(LETTERS[finding["rule"]], finding["severity"]) for finding in answer["findings"]}
    assert told == {(letter, "error") for letter in answer["fails"]} | {
        (letter, "warning") for letter in answer["warns"]
    }
    assert len(answer["findings"]) == len(told)
    assert all(finding["detail"] and finding["hint"] for finding in answer["findings"])


def test_words_say_what_was_read_what_was_not_and_the_verdict(run: Run):
    passed = run("smart", PASSES)
    assert "Racine County" in passed.out
    assert (passed.out.rstrip().endswith("It passes."), passed.err) == (True, "")
    assert "It passes, with a word of caution." in run("smart", IN_DOUBT).out
    odd = run("smart", ODD)
    assert "Not understood: '10 to 15%'" in odd.out
    assert "Not understood: 'soon'" in odd.out
    assert "It does not pass yet: time-bound." in odd.out
    assert "[smart-time-bound]" in odd.err


@pytest.mark.parametrize(
    "sentence", ["x" * (LONGEST + 1), "[bold]Reduce[/bold] \x1b[31m unemployment", "\u202e 50% \x00"]
)
def test_any_text_has_an_answer_and_colours_nothing(run: Run, sentence: str):
    found = run("smart", sentence)
    assert found.status == 1
    assert "\x1b" not in found.out + found.err
    assert run("smart", sentence, "--json").json["fails"]


def test_no_registry_is_asked_and_none_is_made(run: Run, tmp_path):
    assert run("smart", PASSES, "--registry", "absent/nowhere.db").status == 0
    assert list(tmp_path.iterdir()) == []


def test_a_sentence_without_quotation_marks_is_wrong_use(run: Run):
    found = run("smart", *PASSES.split())
    assert (found.status, found.out) == (2, "")
