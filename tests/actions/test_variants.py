"""A local measure is judged beside its template, its place and the catalogue, and every proposal is kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.actions.catalogue import add_community, publish_instrument
from registry.actions.templates import publish_template
from registry.actions.variants import check_variant, propose_variant
from registry.domain.actor import operator
from registry.domain.refusal import Invalid
from registry.projection import read
from registry.projection.files import Projection
from tests.cli.documents import community, instrument, new_registry, raw, template, variant


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Projection]:
    """A registry with the outcome, the test and one town."""
    with new_registry(tmp_path) as projection:
        publish_template(projection, raw(template()), actor=operator("tester"))
        publish_instrument(projection, raw(instrument()), actor=operator("tester"))
        add_community(projection, raw(community()), actor=operator("tester"))
        yield projection


def found(projection: Projection, **changes: object) -> dict[str, str]:
    """The findings of a changed measure: rule and severity."""
    _, findings = check_variant(projection, raw(variant(**changes)), actor=operator())
    return {finding.rule: finding.severity for finding in findings}


def test_a_sound_measure_is_proposed_and_listed(town: Projection):
    receipt = propose_variant(town, raw(variant()), actor=operator("maria"))
    assert (receipt.written, receipt.revision, receipt.findings) == (True, 1, ())
    (line,) = read.list_variants(town.cursor(), town.catch_up().seq)
    assert (line.community, line.id, line.tier) == ("alder", "grade-3", "level")


def test_a_change_is_a_revision_and_the_same_is_none(town: Projection):
    propose_variant(town, raw(variant()), actor=operator("maria"))
    assert not propose_variant(town, raw(variant()), actor=operator("maria")).written
    second = propose_variant(town, raw(variant(target={"period": "SY2024-25", "value": 70})), actor=operator("maria"))
    assert (second.written, second.revision) == (True, 2)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"template": "reading@9.0.0"}, "template-unknown"),
        ({"community": "elm"}, "community-unknown"),
        ({"measure": {**variant()["measure"], "colour": "red"}}, "measure-unfit"),
        ({"measure": {**variant()["measure"], "instrument_version": "9"}}, "instrument-version-unknown"),
        ({"target": {"period": "SY2010-11", "value": 60}}, "period-order"),
        ({"benchmark": "elm/grade-3"}, "benchmark-unknown"),
    ],
)
def test_what_does_not_fit_its_surroundings_blocks(town: Projection, changes: dict[str, object], rule: str):
    before = town.ledger.head().seq
    assert found(town, **changes)[rule] == "error"
    with pytest.raises(Invalid):
        propose_variant(town, raw(variant(**changes)), actor=operator("maria"))
    assert town.ledger.head().seq == before


def test_a_second_headline_is_refused_and_the_first_may_be_revised(town: Projection):
    propose_variant(town, raw(variant()), actor=operator("maria"))
    assert found(town, id="grade-3b")["headline-twice"] == "error"
    assert found(town, id="grade-3b", headline=False) == {}
    assert found(town, title="Another title") == {}


def test_a_doubt_is_kept_with_the_receipt_and_does_not_block(town: Projection):
    changed = variant(measure={**variant()["measure"], "instrument": "another-test"})
    receipt = propose_variant(town, raw(changed), actor=operator("maria"))
    assert receipt.written
    assert "instrument-unknown" in {finding.rule for finding in receipt.findings}
