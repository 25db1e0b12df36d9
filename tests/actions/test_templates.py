"""A published template never changes: the same again writes nothing, anything else under its name is refused."""

import json
from pathlib import Path

import pytest

from registry.actions.templates import check_template, publish_template
from registry.domain.actor import operator
from registry.domain.refusal import AlreadyPublished, Conflict, Invalid
from tests.cli.documents import new_registry, raw, template


def test_published_template_stands_with_the_hash_of_its_content(tmp_path: Path):
    with new_registry(tmp_path) as projection:
        receipt = publish_template(projection, raw(template()), actor=operator("maria"))
        assert (receipt.written, receipt.revision, receipt.seq) == (True, 1, 2)
        entry = projection.ledger.entry(2)
        assert (entry.actor, entry.subject) == ("maria", "template:reading@1.0.0")
        assert len(receipt.content_sha256 or "") == 64


def test_the_same_content_again_writes_nothing_whatever_its_spelling(tmp_path: Path):
    with new_registry(tmp_path) as projection:
        first = publish_template(projection, raw(template()), actor=operator("maria"))
        turned = dict(reversed(template().items()))
        again = publish_template(projection, b"\xef\xbb\xbf  " + raw(turned), actor=operator("juan"))
        assert (again.written, again.seq, again.content_sha256) == (False, first.seq, first.content_sha256)
        assert projection.ledger.head().seq == first.seq


def test_what_is_published_says_every_choice_of_the_program(tmp_path: Path):
    with new_registry(tmp_path) as projection:
        publish_template(projection, raw(template()), actor=operator("maria"))
        kept = json.loads(projection.ledger.body(projection.ledger.entry(2)))
        assert kept["progress_rule"] == "cohort@1"
        assert kept["indicator"]["maintain_within"] == 5 * kept["indicator"]["meaningful_change"]
        assert (kept["indicator"]["rollup"], kept["indicator"]["has_cut"], kept["indicator"]["per"]) == (
            "pooled_ratio",
            True,
            100,
        )
        assert kept["disclosure"] == {"minimum_n": 10, "minimum_numerator": 3}


def test_other_content_under_a_published_version_is_refused(tmp_path: Path):
    with new_registry(tmp_path) as projection:
        publish_template(projection, raw(template()), actor=operator("maria"))
        with pytest.raises(AlreadyPublished) as refused:
            publish_template(projection, raw(template(title="Reading well")), actor=operator("maria"))
        assert (refused.value.status, refused.value.exit_code) == (409, 1)
        assert "reading@1.0.0" in refused.value.detail
        assert projection.ledger.head().seq == 2


@pytest.mark.parametrize("version", ["1.0.1", "1.1.0", "2.0.0", "0.9.0", "1.0.0-draft"])
def test_a_second_version_is_refused_in_words(tmp_path: Path, version: str):
    with new_registry(tmp_path) as projection:
        publish_template(projection, raw(template()), actor=operator("maria"))
        with pytest.raises(Conflict) as refused:
            publish_template(projection, raw(template(version=version)), actor=operator("maria"))
        assert "published as 1.0.0" in refused.value.detail
        assert refused.value.hint
        assert projection.ledger.head().seq == 2


def test_another_template_is_no_second_version(tmp_path: Path):
    with new_registry(tmp_path) as projection:
        publish_template(projection, raw(template()), actor=operator("maria"))
        assert publish_template(projection, raw(template(id="reading-well")), actor=operator("maria")).written


def test_faults_block_and_all_are_in_the_refusal(tmp_path: Path):
    faulty = template(version="1", stage="two", titel="x")
    with new_registry(tmp_path) as projection:
        with pytest.raises(Invalid) as refused:
            publish_template(projection, raw(faulty), actor=operator("maria"))
        assert projection.ledger.head().seq == 1
    _, findings = check_template(raw(faulty))
    assert refused.value.findings == findings
    assert {finding.pointer for finding in findings} == {"/version", "/stage", "/titel"}
