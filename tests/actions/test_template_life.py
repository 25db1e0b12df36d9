"""What becomes of a published version: its bytes never change, its name never comes back, and what stands on it goes on."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from registry.actions.data import RefusedLoad
from registry.actions.impact import impact_of
from registry.actions.templates import (
    check_template,
    deprecate_template,
    named_version,
    publish_template,
    withdraw_template,
)
from registry.actions.variants import check_variant, propose_variant
from registry.domain.actor import operator
from registry.domain.group import CODE_LISTS
from registry.domain.listing import TemplateLine
from registry.domain.refusal import AlreadyPublished, Conflict, Invalid, NotFound
from registry.projection import read
from registry.projection.answer import RollupRequest, rollup
from registry.projection.files import Projection
from tests.cli.documents import (
    MAPPING,
    TABLE,
    Document,
    fill,
    lay_out,
    load_text,
    new_registry,
    opened,
    raw,
    template,
    variant,
)

ROOT = Path(__file__).parents[2]
MARIA = operator("maria")
MANY = 8
EXAMPLES = 25 if os.environ.get("OUTCOMES_FULL") == "1" else 4
WORDS = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=30)
NUMBER = st.integers(0, 40)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A sound template that says anything in its words and numbers."""
    made = template(
        id=draw(st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)),
        version=".".join(str(draw(NUMBER)) for _ in range(3)) + draw(st.sampled_from(["", "", "-draft", "-rc.2"])),
        title=draw(WORDS),
        result=draw(WORDS),
        notes=draw(WORDS),
        stage=draw(st.integers(0, 99)),
    )
    made["indicator"] = {
        **template()["indicator"],
        "numerator": draw(WORDS),
        "meaningful_change": draw(st.floats(0.001, 19, allow_nan=False)),
        "direction": draw(st.sampled_from(["increase", "decrease"])),
    }
    made["disaggregation"] = {"required": draw(st.lists(st.sampled_from(sorted(CODE_LISTS)), unique=True))}
    return made


def sound(document: Document) -> bool:
    return check_template(raw(document))[0] is not None


def held(projection: Projection) -> list[TemplateLine]:
    return read.list_templates(projection.cursor(), projection.catch_up().seq)


def frozen(projection: Projection) -> dict[str, tuple[str, str]]:
    """By permalink: the bytes that are shown, and their hash."""
    lines = held(projection)
    shown = {name: named_version(lines, name) for name in (f"{line.id}@{line.version}" for line in lines)}
    return {name: (line.body, line.content_sha256) for name, line in shown.items()}


def publish(projection: Projection, version: str, **changes: object) -> None:
    assert publish_template(projection, raw(template(version=version, **changes)), actor=MARIA).written


def pooled(projection: Projection, name: str = "reading") -> list[tuple[int | None, int | None]]:
    answer = rollup(projection, RollupRequest(template=name))
    return [(level.numerator, level.denominator) for level in answer.levels]


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Projection]:
    """Two towns with figures on reading@1.0.0."""
    with opened(lay_out(tmp_path)) as projection:
        yield projection


# T1.1 The bytes ------------------------------------------------------------------------------------------------------


@settings(max_examples=EXAMPLES, phases=[Phase.generate])  # each example is a registry with its whole life
@given(st.lists(documents().filter(sound), min_size=MANY, max_size=MANY, unique_by=lambda document: document["id"]))
def test_t11_no_write_changes_a_byte_of_what_was_published(made: list[Document]):
    with TemporaryDirectory() as name:
        folder = Path(name)
        with new_registry(folder) as projection:
            for document in made:
                publish_template(projection, raw(document), actor=MARIA)
            first = frozen(projection)
            assert len(first) == MANY
            assert all(sha256(body.encode()).hexdigest() == digest for body, digest in first.values())
            for write in writes(folder, made):
                write(projection)
                after = frozen(projection)
                assert {permalink: after[permalink] for permalink in first} == first
            last = frozen(projection)
            assert not projection.ledger.verify().faults
        shutil.copy(folder / "outcomes.db", folder / "restored.db")
        for path in (folder / "outcomes.db", folder / "restored.db"):
            for files in folder.glob("*/projection-*"):
                files.unlink()
            with opened(path) as again:
                assert frozen(again) == last


def writes(folder: Path, made: list[Document]) -> Iterator[Callable[[Projection], object]]:
    """Everything that anybody can do, to every template or beside it."""

    def to_every(act: Callable[[Projection, str, Document], object]) -> Callable[[Projection], None]:
        def once(projection: Projection) -> None:
            for document in made:
                act(projection, f"{document['id']}@{document['version']}", document)

        return once

    def published_again(projection: Projection, _: str, document: Document) -> None:
        assert not publish_template(projection, raw(document), actor=MARIA).written

    def overwritten(projection: Projection, _: str, document: Document) -> None:
        with pytest.raises(AlreadyPublished):
            publish_template(projection, raw({**document, "title": "Another"}), actor=MARIA)

    def next_version(projection: Projection, _: str, document: Document) -> None:
        publish_template(projection, raw({**document, "version": "50.0.0", "title": "The next"}), actor=MARIA)

    def deprecated(projection: Projection, permalink: str, document: Document) -> None:
        successor = f"{document['id']}@50.0.0"
        deprecate_template(projection, permalink, successor=successor, reason="Newer", actor=MARIA)

    def withdrawn(projection: Projection, permalink: str, _: Document) -> None:
        withdraw_template(projection, permalink, reason="Wrong", actor=MARIA)

    yield to_every(published_again)
    yield to_every(overwritten)
    yield to_every(next_version)
    yield to_every(deprecated)
    yield to_every(withdrawn)
    yield lambda projection: fill(projection, folder)
    yield lambda projection: propose_variant(projection, raw(variant(title="Again")), actor=MARIA)
    yield lambda projection: load_text(
        projection, folder, TABLE.replace("220,99,45.0", "220,110,50.0"), mapping=MAPPING.encode()
    )
    yield lambda projection: projection.publish()


def test_t15_raw_sql_can_neither_change_nor_remove_a_published_template(network: Projection, tmp_path: Path):
    before = frozen(network)
    statements = (
        "UPDATE entry SET subject = 'template:reading@9.9.9' WHERE kind = 'template'",
        "DELETE FROM entry WHERE kind = 'template'",
        "UPDATE body SET bytes = '{}' WHERE body_sha256 IN (SELECT body_sha256 FROM entry WHERE kind = 'template')",
        "DELETE FROM body WHERE body_sha256 IN (SELECT body_sha256 FROM entry WHERE kind = 'template')",
    )
    with closing(sqlite3.connect(tmp_path / "outcomes.db", isolation_level=None)) as connection:
        for statement in statements:
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(statement)
    with opened(tmp_path / "outcomes.db") as again:
        assert frozen(again) == before


def test_two_that_publish_one_version_at_once_are_one_published_and_the_others_refused(tmp_path: Path):
    with new_registry(tmp_path) as projection:
        publish(projection, "1.0.0")
    program = "import sys; from registry.cli.main import main; sys.stdin.readline(); main(sys.argv[1:])"
    children = []
    for number in range(3):
        file = tmp_path / f"{number}.json"
        file.write_bytes(raw(template(version="1.0.1", title=f"By process {number}")))
        children.append(
            subprocess.Popen(
                [sys.executable, "-c", program, "template", "publish", str(file), "--json"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                cwd=tmp_path,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
            )
        )
    for child in children:
        child.stdin.write("\n")
        child.stdin.flush()
    said = [child.communicate(timeout=120)[0] for child in children]
    assert sorted(child.returncode for child in children) == [0, 1, 1]
    (winner,) = [number for number, child in enumerate(children) if child.returncode == 0]
    refused = [json.loads(text) for number, text in enumerate(said) if number != winner]
    assert {(answer["type"].rpartition("/")[2].rpartition(":")[2], answer["status"]) for answer in refused} == {
        ("already-published", 409)
    }
    with opened(tmp_path / "outcomes.db") as projection:
        assert json.loads(frozen(projection)["reading@1.0.1"][0])["title"] == f"By process {winner}"


# T1.2 The name ---------------------------------------------------------------------------------------------------------


def test_t12_the_name_of_a_withdrawn_version_never_comes_back(tmp_path: Path):
    with opened(lay_out(tmp_path)) as network:
        withdraw_template(network, "reading@1.0.0", reason="The cut was wrong", actor=MARIA)
        at = network.ledger.head().seq
    shutil.copy(tmp_path / "outcomes.db", tmp_path / "restored.db")

    def refused(projection: Projection) -> None:
        for changes in ({}, {"title": "Reading well"}):
            with pytest.raises(AlreadyPublished, match=r"reading@1\.0\.0 was withdrawn, and its name is never used"):
                publish_template(projection, raw(template(**changes)), actor=MARIA)
        assert projection.ledger.head().seq == at

    for name in ("outcomes.db", "restored.db"):
        with opened(tmp_path / name) as again:
            refused(again)
            refused(again)


# T1.3 Withdrawn, deprecated --------------------------------------------------------------------------------------------


def test_t13_a_withdrawn_version_is_shown_by_its_name_and_no_longer_meant_by_the_id(network: Projection):
    publish(network, "1.1.0", title="Reading well")
    assert named_version(held(network), "reading").version == "1.1.0"
    withdraw_template(network, "reading@1.1.0", reason="A wrong title", successor="reading@1.0.0", actor=MARIA)
    line = named_version(held(network), "reading@1.1.0")
    assert (line.status, line.reason, line.successor) == ("withdrawn", "A wrong title", "reading@1.0.0")
    assert named_version(held(network), "reading").version == "1.0.0"
    assert rollup(network, RollupRequest(template="reading")).template == "reading@1.0.0"


def test_t13_what_stands_on_a_withdrawn_version_goes_on(network: Projection, tmp_path: Path):
    before = pooled(network)
    publish(network, "1.1.0")
    withdraw_template(network, "reading@1.0.0", reason="Superseded.", successor="reading@1.1.0", actor=MARIA)
    assert pooled(network) == pooled(network, "reading@1.0.0") == before == [(130, 320)]
    report = load_text(network, tmp_path, TABLE.replace("220,99,45.0", "220,110,50.0"))
    assert report.changed == 1
    assert pooled(network) == [(141, 320)]
    receipt = propose_variant(network, raw(variant(title="Third graders")), actor=MARIA)
    (doubt,) = receipt.findings
    assert (receipt.written, doubt.rule, doubt.severity, doubt.pointer) == (
        True,
        "template-withdrawn",
        "warning",
        "/template",
    )
    assert doubt.detail == "reading@1.0.0 was withdrawn: Superseded."
    assert "reading@1.1.0" in doubt.hint


def test_t13_nothing_new_is_registered_on_a_withdrawn_version(network: Projection):
    withdraw_template(network, "reading@1.0.0", reason="Wrong", actor=MARIA)
    with pytest.raises(Invalid) as refused:
        propose_variant(network, raw(variant(id="new", headline=False)), actor=MARIA)
    assert [(fault.rule, fault.severity) for fault in refused.value.findings] == [("template-withdrawn", "error")]
    publish(network, "1.1.0")
    propose_variant(network, raw(variant(template="reading@1.1.0")), actor=MARIA)
    with pytest.raises(Invalid):  # who has moved on does not move back
        propose_variant(network, raw(variant()), actor=MARIA)


def test_a60_a_deprecated_version_names_its_successor_to_whoever_uses_it(network: Projection):
    publish(network, "1.1.0")
    deprecate_template(network, "reading@1.0.0", successor="reading@1.1.0", reason="Clearer words.", actor=MARIA)
    (doubt,) = check_variant(network, raw(variant(id="new", headline=False)), actor=operator())[1]
    assert (doubt.rule, doubt.severity) == ("template-deprecated", "warning")
    assert doubt.detail == "reading@1.0.0 is deprecated: Clearer words."
    assert doubt.hint == "Its successor is reading@1.1.0."
    assert propose_variant(network, raw(variant(id="new", headline=False)), actor=MARIA).written


def test_a61_the_status_is_a_field_and_the_title_stays_as_it_was(network: Projection):
    publish(network, "1.1.0", title="Reading well")
    deprecate_template(network, "reading@1.0.0", successor="reading@1.1.0", actor=MARIA)
    withdraw_template(network, "reading@1.1.0", reason="Wrong", actor=MARIA)
    assert [(line.version, line.status, line.title) for line in held(network)] == [
        ("1.0.0", "deprecated", "Reading"),
        ("1.1.0", "withdrawn", "Reading well"),
    ]


def test_a_deprecated_version_can_be_withdrawn_and_nothing_leads_back(network: Projection):
    publish(network, "1.1.0")
    deprecate_template(network, "reading@1.0.0", successor="reading@1.1.0", actor=MARIA)
    again = deprecate_template(network, "reading@1.0.0", successor="reading@1.1.0", actor=MARIA)
    assert not again.written
    assert withdraw_template(network, "reading@1.0.0", reason="Wrong", actor=MARIA).written
    with pytest.raises(Conflict, match=r"reading@1\.0\.0 was withdrawn already: Wrong\."):
        withdraw_template(network, "reading@1.0.0", reason="Wrong", actor=MARIA)
    with pytest.raises(Conflict, match="withdrawn already"):
        deprecate_template(network, "reading@1.0.0", successor="reading@1.1.0", actor=MARIA)


@pytest.mark.parametrize(
    ("successor", "why"),
    [
        ("reading@1.0.0", "it is the same version"),
        ("reading@1.1.0", "it was withdrawn"),
        ("reading@2.0.0-draft", "it is a draft"),
        ("reading@1.2.0", "its own successor leads back there"),
    ],
)
def test_a60_a_successor_is_a_version_that_can_be_used(network: Projection, successor: str, why: str):
    for version in ("1.1.0", "1.2.0", "1.3.0", "2.0.0-draft"):
        publish(network, version)
    withdraw_template(network, "reading@1.1.0", reason="Wrong", actor=MARIA)
    deprecate_template(network, "reading@1.2.0", successor="reading@1.3.0", actor=MARIA)
    deprecate_template(network, "reading@1.3.0", successor="reading@1.0.0", actor=MARIA)
    at = network.ledger.head().seq
    for act in (
        lambda: deprecate_template(network, "reading@1.0.0", successor=successor, actor=MARIA),
        lambda: withdraw_template(network, "reading@1.0.0", reason="Wrong", successor=successor, actor=MARIA),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.detail == f"{successor} cannot follow reading@1.0.0: {why}."
    assert network.ledger.head().seq == at


def test_what_is_done_for_good_is_done_to_a_version_named_in_full_and_for_a_reason(network: Projection):
    publish(network, "1.1.0")
    with pytest.raises(Invalid, match="'reading' does not say which version"):
        withdraw_template(network, "reading", reason="Wrong", actor=MARIA)
    with pytest.raises(Invalid, match="does not say which version"):
        deprecate_template(network, "reading", successor="reading@1.0.0", actor=MARIA)
    with pytest.raises(Invalid, match="withdrawn for a reason"):
        withdraw_template(network, "reading@1.1.0", reason="  ", actor=MARIA)
    for name, hint in (("reading@1.1.1", "'1.1.0'"), ("readin", "'reading'"), ("readin@1.1.0", "'reading'")):
        with pytest.raises(NotFound) as missing:
            withdraw_template(network, name, reason="Wrong", actor=MARIA)
        assert hint in missing.value.hint
    assert {line.status for line in held(network)} == {"published"}


# Drafts ----------------------------------------------------------------------------------------------------------------


def test_a_draft_is_no_ground_to_register_on_and_changes_no_answer(network: Projection):
    before = pooled(network)
    publish(network, "2.0.0-draft", stage=3)
    assert named_version(held(network), "reading").version == "1.0.0"
    assert pooled(network) == before
    with pytest.raises(Invalid) as refused:
        propose_variant(network, raw(variant(template="reading@2.0.0-draft")), actor=MARIA)
    assert [fault.rule for fault in refused.value.findings] == ["template-draft"]


def test_a_draft_put_up_for_comment_does_not_take_the_place_of_the_only_version_when_that_is_withdrawn(
    network: Projection,
):
    publish(network, "2.0.0-draft", stage=3)
    withdraw_template(network, "reading@1.0.0", reason="Wrong", actor=MARIA)
    assert named_version(held(network), "reading").version == "1.0.0"
    assert pooled(network) == [(130, 320)]


def test_where_only_a_draft_is_published_it_is_shown(tmp_path: Path):
    with new_registry(tmp_path) as projection:
        publish(projection, "1.0.0-draft")
        publish(projection, "1.0.0-draft.2")
        assert named_version(held(projection), "reading").version == "1.0.0-draft.2"


# A63, A64 --------------------------------------------------------------------------------------------------------------


def test_a63_figures_loaded_under_one_minor_version_stay_under_the_next(network: Projection, tmp_path: Path):
    before = rollup(network, RollupRequest(template="reading"))
    wider = {"disaggregation": {"required": [], "recommended": ["race_ethnicity", "sex"]}}
    publish(network, "1.1.0", **wider)
    after = rollup(network, RollupRequest(template="reading"))
    assert (after.template, after.excluded) == ("reading@1.1.0", before.excluded)
    assert (after.levels, after.series, after.network) == (before.levels, before.series, before.network)
    assert all(
        touched.valid
        for touched in impact_of(network, template_at(network, "reading@1.1.0"), actor=operator()).variants
    )
    propose_variant(network, raw(variant(template="reading@1.1.0")), actor=MARIA)
    assert pooled(network) == [(130, 320)]  # one on 1.0.0, one on 1.1.0
    report = load_text(network, tmp_path, TABLE)
    assert (report.new, report.changed, report.same) == (0, 0, 3)


def template_at(projection: Projection, name: str):
    return read.template_of(named_version(held(projection), name))


def test_a64_a_template_names_the_lists_of_categories_and_copies_none(network: Projection):
    """Two outcomes broken down by one dimension cannot disagree on its categories."""
    by = {"required": ["race_ethnicity"], "recommended": [], "reference": {"race_ethnicity": "white"}}
    publish(network, "1.0.0", id="writing", disaggregation=by)
    kept = json.loads(frozen(network)["writing@1.0.0"][0])["disaggregation"]
    assert kept == by
    with pytest.raises(Invalid) as refused:
        publish(network, "1.0.0", id="counting", disaggregation={**by, "reference": {"race_ethnicity": "caucasian"}})
    assert [fault.rule for fault in refused.value.findings] == ["reference-unknown"]
    copied = {**by, "categories": {"race_ethnicity": ["white", "other"]}}
    assert {finding.pointer for finding in check_template(raw(template(disaggregation=copied)))[1]} == {
        "/disaggregation/categories"
    }


def test_a_load_that_is_refused_leaves_a_withdrawn_version_as_it_was(network: Projection, tmp_path: Path):
    withdraw_template(network, "reading@1.0.0", reason="Wrong", actor=MARIA)
    before = frozen(network)
    with pytest.raises(RefusedLoad):
        load_text(network, tmp_path, TABLE.replace("220,99,45.0", "220,990,450.0"))
    assert frozen(network) == before
    assert pooled(network) == [(130, 320)]
