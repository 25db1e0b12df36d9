"""The table of ``smart_checks.md`` is what an assessment says: each check's example of a pass and of another answer is run.

An example changes the sound measure of ``tests/domain/evidence_made.py``: ``/target/value = 120`` the document (null takes the member
out), ``mapped = false`` what the registry knows of it.
"""

import json
from collections.abc import Iterator

import msgspec
import pytest

from registry.domain.assessment import CHECKS, assess
from registry.domain.evidence import Check, Evidence
from registry.domain.sentence import Parsed, read_sentence
from tests.domain.evidence_made import evidence
from tests.spec.pages import rows_of


class Row(msgspec.Struct, frozen=True):
    """One line of the table, cells as they stand."""

    code: str
    letter: str
    asks: str
    holds: str
    otherwise: str
    do: str
    why: str
    passing: str
    other: str
    told: str

    def __str__(self) -> str:
        return self.code.strip("`")


ROWS = tuple(Row(*cells) for cells in rows_of("smart_checks.md"))
SENTENCES = rows_of("smart_sentences.md")


def changes_of(cell: str) -> Iterator[tuple[str, object]]:
    """Each change of an example: where, and what stands there then."""
    if cell == "-":
        return
    for change in cell.strip("`").split("; "):
        pointer, value = change.split(" = ", 1)
        yield pointer, json.loads(value)


def changed(cell: str) -> Evidence:
    """The sound measure, and what is known of it, with the changes of an example."""
    known = json.loads(msgspec.json.encode(evidence()))
    for pointer, value in changes_of(cell):
        steps = pointer.split("/")
        document = steps[0] == ""
        here, *path = ("variant", *steps[1:]) if document else steps
        above, last = known, here
        for step in path:
            above, last = above[int(last) if isinstance(above, list) else last], step
        if isinstance(above, list):
            above[int(last) : int(last) + 1] = [value]
        elif value is None and path:
            above.pop(last)
        else:
            above[last] = value
    return msgspec.convert(known, Evidence)


def told(cell: str, code: str) -> Check:
    return next(check for check in assess(changed(cell)).checks if check.code == code)


def test_the_table_has_every_check_once_under_its_letter_and_in_order():
    assert [(str(row), row.letter) for row in ROWS] == [(check.code, check.letter) for check in CHECKS]


def test_the_sound_measure_passes_everything():
    assert {check.verdict for check in assess(changed("-")).checks} == {"pass"}


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_example_of_a_pass_passes(row: Row):
    found = told(row.passing, str(row))
    assert (found.verdict, found.fix) == ("pass", "")


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_other_example_is_told_as_the_table_says_with_what_to_do(row: Row):
    found = told(row.other, str(row))
    assert found.verdict == row.told != "pass"
    assert found.fix


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_words_name_every_answer_that_the_example_has(row: Row):
    word = {"fail": "fails", "warn": "warns", "unknown": "is unknown"}[row.told]
    assert word in row.otherwise
    assert row.asks.endswith("?")
    assert all(text.endswith(".") for text in (row.holds, row.otherwise, row.do, row.why))


def test_an_example_says_where_it_differs_from_the_sound_measure():
    with pytest.raises(KeyError):
        changed("`/populaton/kind = 1`")
    assert changed("`/milestones/0/value = 42`").variant.milestones[0].value == 42
    assert changed("`/baseline/value = null`").variant.baseline == msgspec.structs.replace(
        evidence().variant.baseline, value=None
    )


@pytest.mark.parametrize("row", SENTENCES, ids=[row[0][:60] for row in SENTENCES])
def test_a_sentence_is_read_as_the_table_says(row: list[str]):
    sentence, *_, read_as, _ = row
    found = read_sentence(sentence)
    said = [
        f"{name.replace('_', ' ')}: {f'{value:g}' if isinstance(value, float) else value}"
        for name in Parsed.__struct_fields__
        if (value := getattr(found.parsed, name)) is not None
    ]
    assert [*said, *(f"not understood: {words}" for words in found.unread)] == read_as.split("; ")


def test_the_sentences_show_a_pass_a_doubt_and_what_is_not_understood():
    answers = {tuple(row[1:3]) for row in SENTENCES}
    assert {("-", "-"), ("-", "A")} < answers
    assert any("not understood" in row[3] for row in SENTENCES)
    assert len({row[0] for row in SENTENCES}) == len(SENTENCES) >= 20
