"""The tables from which pages are made are true, line by line, and the committed pages are those."""

import json
import re
from copy import deepcopy

import msgspec
import pytest
from pages import PAGES, PROGRESS, differing, rows_of, section

from registry.domain.assessment import CHECKS
from registry.domain.evidence import LETTERS
from registry.domain.sentence import read_sentence
from registry.domain.template import Template, resolved
from registry.domain.version_change import bump_of, changes
from registry.domain.words import CAUSE, SMART_LETTERS
from tests.domain.documents import template_document

VERSIONS = rows_of("which_version.md")
SENTENCES = rows_of("smart_sentences.md")


def stated(cell: str) -> object:
    return json.loads(cell.strip("`"))


def with_member(document: dict[str, object], pointer: str, value: object) -> dict[str, object]:
    """The document with a member put in, or taken out where the value is null."""
    after = deepcopy(document)
    *above, last = pointer.strip("`").split("/")[1:]
    here = after
    for name in above:
        here = here[int(name)] if isinstance(here, list) else here.setdefault(name, {})
    if value is None:
        here.pop(last, None)
    else:
        here[last] = value
    return after


def whole(document: dict[str, object]) -> dict[str, object]:
    return json.loads(msgspec.json.encode(resolved(msgspec.convert(document, Template))))


@pytest.mark.parametrize("row", VERSIONS, ids=[row[0] for row in VERSIONS])
def test_which_version(row: list[str]):
    _, pointer, before, after, step, why = row
    was, now = (with_member(template_document(), pointer, stated(cell)) for cell in (before, after))
    found = changes(whole(was), whole(now))
    assert bump_of(found) == step
    assert any(f"{change.pointer}/".startswith(f"{pointer.strip('`')}/") for change in found)
    assert why.endswith(".")


def test_every_step_is_shown_several_times():
    steps = [row[4] for row in VERSIONS]
    assert all(steps.count(step) >= 8 for step in ("patch", "minor", "major"))


@pytest.mark.parametrize("row", SENTENCES, ids=[row[0][:60] for row in SENTENCES])
def test_what_a_sentence_lacks(row: list[str]):
    sentence, fails, warns, _, why = row
    found = read_sentence(sentence)
    assert (" ".join(found.fails) or "-", " ".join(found.warns) or "-") == (fails, warns)
    assert why.endswith(".")


def test_every_letter_fails_somewhere_in_the_sentences():
    assert {letter for row in SENTENCES for letter in row[1].split()} - {"-"} == set("PSMART")


def test_every_question_stands_under_its_letter_on_the_page():
    text = PAGES["what-smart-means.md"]()
    assert all(f"| `{check.code}` | " in text for check in CHECKS)
    assert list(SMART_LETTERS) == list(LETTERS)
    assert all(f"## {letter}: {words}\n" in text for letter, words in SMART_LETTERS.items())


def test_committed_pages_are_those_made_from_the_tables():
    assert differing() == []


PROGRESS_PAGE = PAGES["how-progress-is-computed.md"]()


@pytest.mark.parametrize("name", PROGRESS)
def test_a_section_on_progress_names_its_source_and_shows_a_table(name: str):
    _, told = section(name)
    assert "\nSource: " in told
    assert "\n|---|" in told
    assert "Every line is run by" not in told


def test_every_table_on_progress_has_words_before_it():
    """A table right under its heading would be a rule without its reason."""
    assert re.findall(r"\n(##+ [^\n]+)\n\n\|", PROGRESS_PAGE) == []


def test_every_author_named_on_the_page_stands_in_its_list_of_sources():
    body, _, sources = PROGRESS_PAGE.rpartition(". Sources\n")
    named = set(re.findall(r"([A-Z][a-z]+)(?:,? et al\.)? \(?((?:19|20)\d\d)\b(?!-)", body))
    lines = sources.splitlines()
    assert len(named) >= 10
    assert {pair for pair in named if not any(pair[0] in line and f"({pair[1]})" in line for line in lines)} == set()


def test_the_page_on_progress_says_that_it_shows_no_cause():
    assert f'"{CAUSE}"' in PROGRESS_PAGE
