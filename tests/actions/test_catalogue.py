"""Catalogue and communities may be corrected: other content is a new revision, the same content is none, nothing is lost."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from registry.actions.catalogue import add_community, publish_instrument
from registry.actions.writing import Receipt
from registry.domain.actor import operator
from registry.domain.refusal import Invalid
from registry.projection import read
from registry.projection.files import Projection
from tests.cli.documents import Document, community, instrument, new_registry, raw

Action = Callable[..., Receipt]
KINDS = [
    (publish_instrument, instrument, "title", "instrument:town-test"),
    (add_community, community, "name", "community:alder"),
]
both = pytest.mark.parametrize(("action", "document", "field", "subject"), KINDS, ids=["instrument", "community"])


@both
def test_a_correction_is_a_revision_and_the_older_one_stays(
    tmp_path: Path, action: Action, document: Callable[..., Document], field: str, subject: str
):
    with new_registry(tmp_path) as projection:
        first = action(projection, raw(document()), actor=operator("maria"))
        second = action(projection, raw(document(**{field: "Corrected"})), actor=operator("juan"))
        assert [(receipt.subject, receipt.revision) for receipt in (first, second)] == [(subject, 1), (subject, 2)]
        older, newer = (
            msgspec.json.decode(projection.ledger.body(projection.ledger.entry(seq))) for seq in (first.seq, second.seq)
        )
        assert (older[field], newer[field]) == (document()[field], "Corrected")


@both
def test_the_same_content_is_no_revision(
    tmp_path: Path, action: Action, document: Callable[..., Document], field: str, subject: str
):
    with new_registry(tmp_path) as projection:
        first = action(projection, raw(document()), actor=operator("maria"))
        again = action(projection, raw(document()), actor=operator("juan"))
        assert (again.written, again.seq) == (False, first.seq)
        action(projection, raw(document(**{field: "Corrected"})), actor=operator("maria"))
        back = action(projection, raw(document()), actor=operator("maria"))
        assert (back.written, back.revision) == (True, 3)


@both
def test_faults_write_nothing(
    tmp_path: Path, action: Action, document: Callable[..., Document], field: str, subject: str
):
    with new_registry(tmp_path) as projection:
        with pytest.raises(Invalid) as refused:
            action(projection, raw(document(**{field: 5, "colour": "red"})), actor=operator("maria"))
        assert {finding.pointer for finding in refused.value.findings} == {f"/{field}", "/colour"}
        assert projection.ledger.head().seq == 1


def names(projection: Projection) -> list[str]:
    return [line.name for line in read.list_communities(projection.cursor(), projection.catch_up().seq)]


def test_the_newest_revision_is_the_one_that_is_listed(tmp_path: Path):
    with new_registry(tmp_path) as projection:
        add_community(projection, raw(community()), actor=operator("maria"))
        assert names(projection) == ["Alder"]
        add_community(projection, raw(community(name="Alder Town")), actor=operator("maria"))
        add_community(projection, raw(community("birch", "002")), actor=operator("maria"))
        assert names(projection) == ["Alder Town", "Birch"]
