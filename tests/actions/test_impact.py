"""What a new version would mean for registered measures is told before it is published, and nothing is written by asking."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from registry.actions.agreement import retire_variant
from registry.actions.catalogue import publish_instrument
from registry.actions.impact import Impact, Touched, impact_of
from registry.actions.templates import publish_template
from registry.actions.variants import propose_variant
from registry.domain.actor import operator
from registry.domain.refusal import Invalid
from registry.domain.template import Template
from registry.projection.files import Projection
from tests.cli.documents import Document, instrument, lay_out, new_registry, opened, raw, template, variant

MARIA = operator("maria")
STAY = "They stay valid where they are."
PENDING = "They stay where they are, pending in a framework that pins the new major version, until they move."


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Projection]:
    """Two towns that measure grade 3 on reading@1.0.0."""
    with opened(lay_out(tmp_path)) as projection:
        yield projection


def schema(**facets: object) -> Document:
    """The template's schema with other facets."""
    held = template()["measure_schema"]
    return {**held, "properties": {**held["properties"], **facets}}


def impact(projection: Projection, version: str, **changes: object) -> Impact:
    """The impact; that nothing was written by asking is part of every answer."""
    at = projection.ledger.head()
    found = impact_of(projection, msgspec.convert(template(version=version, **changes), Template), actor=operator())
    assert projection.ledger.head() == at
    return found


def touched(found: Impact) -> dict[str, Touched]:
    return {entry.variant: entry for entry in found.variants}


GRADE_4 = schema(grade_or_age={"type": "integer", "minimum": 4})
BY_CUT = [
    *template()["comparability"],
    {"facet": "/measure/sampling", "level": "equal", "progress": "any", "why": "Samples differ."},
]


def test_measures_that_would_become_invalid_are_named_with_the_place(network: Projection):
    found = impact(network, "2.0.0", measure_schema=GRADE_4)
    assert (found.template, found.invalid, found.tier_changed, found.pending_words) == ("reading@2.0.0", 2, 0, PENDING)
    assert found.difference
    assert (found.difference.before, found.difference.required_version) == ("reading@1.0.0", "2.0.0")
    for name in ("alder/grade-3", "birch/grade-3"):
        entry = touched(found)[name]
        assert (entry.valid, entry.template, entry.state) == (False, "reading@1.0.0", "proposed")
        (fault,) = entry.findings
        assert (fault.pointer, fault.rule, fault.severity) == ("/measure/grade_or_age", "measure-unfit", "error")
        assert "4" in fault.detail


def test_measures_that_would_be_compared_otherwise_are_counted(network: Projection):
    found = impact(network, "2.0.0", comparability=BY_CUT)
    assert (found.invalid, found.tier_changed) == (0, 2)
    assert {(entry.tier_before, entry.tier_after, entry.valid) for entry in found.variants} == {
        ("level", "progress", True)
    }


@pytest.mark.parametrize(
    ("version", "changes"),
    [
        ("1.0.1", {"title": "Reading well"}),
        ("1.1.0", {"measure_schema": schema(mode={"type": "string"})}),
        ("1.1.0-draft", {"stage": 3}),
    ],
)
def test_a63_a_version_that_only_adds_touches_no_measure(network: Projection, version: str, changes: Document):
    found = impact(network, version, **changes)
    assert (len(found.variants), found.invalid, found.tier_changed, found.pending_words) == (2, 0, 0, STAY)


def test_a_major_change_under_too_small_a_number_leaves_measures_pending_all_the_same(network: Projection):
    found = impact(network, "1.0.1", measure_schema=GRADE_4)
    assert (found.invalid, found.pending_words) == (2, PENDING)
    assert found.difference
    assert found.difference.required_version == "2.0.0"


def test_the_first_version_touches_nothing(tmp_path: Path):
    with new_registry(tmp_path) as projection:
        found = impact(projection, "1.0.0")
    assert (found.difference, found.variants, found.invalid, found.pending_words) == (None, (), 0, "")


def test_measures_of_another_outcome_are_left_out(network: Projection):
    found = impact(network, "1.0.0", id="writing")
    assert (found.difference, found.variants) == (None, ())


def test_measures_on_later_versions_are_left_out(network: Projection):
    """A mended older version is no matter of those who have moved on."""
    other = {"indicator": {**template()["indicator"], "direction": "decrease"}}
    publish_template(network, raw(template(version="2.0.0", **other)), actor=MARIA)
    propose_variant(network, raw(variant(template="reading@2.0.0", target=None)), actor=MARIA)
    assert list(touched(impact(network, "1.0.1", title="Reading well"))) == ["birch/grade-3"]
    assert sorted(touched(impact(network, "2.0.1", title="Reading well", **other))) == [
        "alder/grade-3",
        "birch/grade-3",
    ]


def test_retired_measures_are_left_out(network: Projection):
    retire_variant(network, "birch/grade-3", reason="The test ended", actor=MARIA)
    assert list(touched(impact(network, "2.0.0", measure_schema=GRADE_4))) == ["alder/grade-3"]


def test_what_was_wrong_with_a_measure_before_is_not_blamed_on_the_new_version(network: Projection):
    """The catalogue dropped the test's first version after the towns had registered with it."""
    second = [{"id": "2", "title": "The second", "cuts": [{"id": "level-3", "title": "Level 3"}]}]
    publish_instrument(network, raw(instrument(versions=second)), actor=MARIA)
    with pytest.raises(Invalid) as refused:
        propose_variant(network, raw(variant(title="Again")), actor=MARIA)
    assert [fault.rule for fault in refused.value.findings] == ["instrument-version-unknown"]
    assert faults(network, title="Reading well", version="1.0.1") == ()
    assert [fault.rule for fault in faults(network, measure_schema=GRADE_4, version="2.0.0")] == ["measure-unfit"]


def faults(projection: Projection, *, version: str, **changes: object):
    return touched(impact(projection, version, **changes))["alder/grade-3"].findings


def test_a_draft_that_is_published_already_is_judged_by_what_it_says(network: Projection):
    """It is a draft, so nobody may register on it yet; that makes no measure invalid."""
    draft = template(version="1.1.0-draft", stage=3)
    publish_template(network, raw(draft), actor=MARIA)
    assert (impact(network, "1.1.0-draft", stage=3).invalid, impact(network, "1.1.0", stage=3).invalid) == (0, 0)
