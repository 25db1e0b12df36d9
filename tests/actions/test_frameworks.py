"""A framework pins what is published, once for each version, and a published version never changes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.actions.frameworks import publish_framework
from registry.actions.templates import deprecate_template, publish_template, withdraw_template
from registry.domain.actor import operator
from registry.domain.refusal import AlreadyPublished, Conflict, Invalid, NotFound
from registry.projection import read
from registry.projection.coverage import named_framework
from registry.projection.files import Projection
from tests.cli.documents import Document, new_registry, raw, template

BY = operator("network-office")


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Projection]:
    """A registry with an outcome in two versions and a draft."""
    with new_registry(tmp_path) as projection:
        publish_template(projection, raw(template()), actor=BY)
        publish_template(projection, raw(template(version="1.1.0", title="Reading well")), actor=BY)
        publish_template(projection, raw(template(version="2.0.0-draft", title="Reading, for comment")), actor=BY)
        yield projection


def framework(*pins: str, **changes: object) -> Document:
    outcomes = [{"template": pin, "role": "core"} for pin in pins or ("reading@1.0.0",)]
    return {"id": "cradle", "version": "1.0.0", "title": "Cradle", "outcomes": outcomes, **changes}


def refused(projection: Projection, *pins: str, **changes: object) -> list[tuple[str, str | None, str, str]]:
    """The errors for which a framework is refused, after seeing that nothing was written."""
    head = projection.ledger.head().seq
    with pytest.raises(Invalid) as refusal:
        publish_framework(projection, raw(framework(*pins, **changes)), actor=BY)
    assert projection.ledger.head().seq == head
    return [
        (entry.rule, entry.pointer, entry.detail, entry.hint)
        for entry in refusal.value.findings
        if entry.severity == "error"
    ]


def test_a_sound_framework_is_published_once(network: Projection):
    receipt = publish_framework(network, raw(framework()), actor=BY)
    assert (receipt.written, receipt.subject, receipt.findings) == (True, "framework:cradle@1.0.0", ())
    (line,) = read.list_frameworks(network.cursor(), network.catch_up().seq)
    assert (line.id, line.version, line.content_sha256) == ("cradle", "1.0.0", receipt.content_sha256)


def test_the_same_again_writes_nothing_also_with_its_members_in_another_order(network: Projection):
    first = publish_framework(network, raw(framework()), actor=BY)
    head = network.ledger.head().seq
    turned = dict(reversed(framework(reviews_departures=False).items()))
    again = publish_framework(network, raw(turned), actor=BY)
    assert (again.written, again.seq, again.content_sha256) == (False, first.seq, first.content_sha256)
    assert network.ledger.head().seq == head


@pytest.mark.parametrize(
    "changes", [{"title": "Another"}, {"reviews_departures": True}, {"collection": {"due_after_days": 30}}]
)
def test_a_published_version_says_nothing_else_later(network: Projection, changes: Document):
    publish_framework(network, raw(framework()), actor=BY)
    head = network.ledger.head().seq
    with pytest.raises(AlreadyPublished, match="never changes") as refusal:
        publish_framework(network, raw(framework(**changes)), actor=BY)
    assert (refusal.value.hint, network.ledger.head().seq) == ("Give it a new version.", head)


def test_a_version_below_the_newest_is_refused_and_one_above_is_the_newest_from_then_on(network: Projection):
    publish_framework(network, raw(framework(version="1.9.0")), actor=BY)
    publish_framework(network, raw(framework(version="1.10.0")), actor=BY)
    head = network.ledger.head().seq
    with pytest.raises(Conflict, match=r"published as 1\.10\.0 already"):
        publish_framework(network, raw(framework(version="1.9.1")), actor=BY)
    assert network.ledger.head().seq == head
    assert publish_framework(network, raw(framework(id="other", version="0.1.0")), actor=BY).written
    lines = read.list_frameworks(network.cursor(), network.catch_up().seq)
    assert named_framework(lines, "cradle").version == "1.10.0"
    assert named_framework(lines, "cradle@1.9.0").version == "1.9.0"


def test_a_framework_or_version_that_is_not_there_is_answered_with_the_nearest(network: Projection):
    publish_framework(network, raw(framework()), actor=BY)
    lines = read.list_frameworks(network.cursor(), network.catch_up().seq)
    with pytest.raises(NotFound) as unknown:
        named_framework(lines, "cradel")
    assert unknown.value.hint == "Did you mean 'cradle'?"
    with pytest.raises(NotFound, match=r"not published as '1\.0\.1'"):
        named_framework(lines, "cradle@1.0.1")


def test_a_template_that_nobody_published_is_named_with_the_nearest_one(network: Projection):
    ((rule, pointer, detail, hint),) = refused(network, "reading@1.1.0", "maths@1.0.0")
    assert (rule, pointer) == ("template-unfit", "/outcomes/1/template")
    assert detail == "There is no published template 'maths@1.0.0'."
    ((*_, hint),) = refused(network, "raeding@1.1.0")
    assert "reading@1.1.0" in hint


def test_a_draft_is_not_pinned(network: Projection):
    ((rule, pointer, detail, hint),) = refused(network, "reading@2.0.0-draft")
    assert (rule, pointer) == ("template-unfit", "/outcomes/0/template")
    assert detail == "reading@2.0.0-draft is a draft, put up for comment."
    assert hint == "Pin a version without a suffix."


def test_a_withdrawn_version_is_not_pinned_and_its_successor_is_named(network: Projection):
    withdraw_template(network, "reading@1.0.0", reason="The cut was wrong.", successor="reading@1.1.0", actor=BY)
    ((rule, _, detail, hint),) = refused(network, "reading@1.0.0")
    assert (rule, detail) == ("template-unfit", "reading@1.0.0 was withdrawn: The cut was wrong.")
    assert hint == "Pin reading@1.1.0 instead."


def test_a_successor_that_was_withdrawn_in_its_turn_is_not_recommended(network: Projection):
    deprecate_template(network, "reading@1.0.0", successor="reading@1.1.0", reason="Superseded.", actor=BY)
    withdraw_template(network, "reading@1.1.0", reason="The cut was wrong.", actor=BY)
    (finding,) = publish_framework(network, raw(framework()), actor=BY).findings
    assert finding.hint == "Pin another version."


def test_a_deprecated_version_is_pinned_with_a_warning(network: Projection):
    deprecate_template(network, "reading@1.0.0", successor="reading@1.1.0", reason="", actor=BY)
    receipt = publish_framework(network, raw(framework()), actor=BY)
    assert receipt.written
    assert [(entry.rule, entry.severity, entry.pointer, entry.hint) for entry in receipt.findings] == [
        ("template-unfit", "warning", "/outcomes/0/template", "Pin reading@1.1.0 instead.")
    ]


def test_what_becomes_of_a_template_later_is_no_fault_of_the_framework_that_pinned_it(network: Projection):
    first = publish_framework(network, raw(framework()), actor=BY)
    withdraw_template(network, "reading@1.0.0", reason="The cut was wrong.", actor=BY)
    again = publish_framework(network, raw(framework()), actor=BY)
    assert (again.written, again.seq) == (False, first.seq)
    assert refused(network, version="1.0.1") != []


def test_every_fault_is_told_at_once_and_nothing_is_written(network: Projection):
    stages = [{"stage": 1, "title": "Cradle"}, {"stage": 1, "title": "Career"}]
    rules = {rule for rule, *_ in refused(network, "reading@1.0.0", "reading@1.1.0", "maths@1.0.0", stages=stages)}
    assert rules == {"outcome-twice", "stage-twice", "template-unfit"}
