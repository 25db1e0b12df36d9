"""A local measure beside what is registered and loaded already: shared places, changed measures, versions, two at once."""

from pathlib import Path

import pytest

from registry.actions.catalogue import add_community, publish_instrument
from registry.actions.variants import check_variant, propose_variant
from registry.domain.actor import operator
from registry.domain.refusal import Invalid
from registry.projection import read
from tests.cli.documents import community, fill, instrument, new_registry, raw, variant


def rules(findings: object) -> list[str]:
    return [finding.rule for finding in findings]  # type: ignore[attr-defined]  # a tuple of findings


def test_one_places_children_are_counted_once(tmp_path: Path) -> None:
    with new_registry(tmp_path) as projection:
        fill(projection, tmp_path)
        add_community(projection, raw(community("county", "001")), actor=operator("maria"))
        with pytest.raises(Invalid) as refused:
            propose_variant(projection, raw(variant("county", "001")), actor=operator("maria"))
        assert rules(refused.value.findings) == ["place-shared"]
        assert "alder/grade-3" in refused.value.findings[0].detail
        assert propose_variant(
            projection, raw(variant("county", "001", headline=False)), actor=operator("maria")
        ).written


def test_a_place_that_left_leaves_its_children_to_its_successor(tmp_path: Path) -> None:
    with new_registry(tmp_path) as projection:
        fill(projection, tmp_path)
        left = [{"joined": "2014-01-01", "left": "2020-01-01"}]
        add_community(projection, raw(community("alder", "001", membership=left)), actor=operator("maria"))
        add_community(projection, raw(community("new-alder", "001")), actor=operator("maria"))
        assert propose_variant(projection, raw(variant("new-alder", "001")), actor=operator("maria")).written


def test_a_code_given_up_is_free_for_its_successor(tmp_path: Path) -> None:
    with new_registry(tmp_path) as projection:
        fill(projection, tmp_path)
        dated = [{"code": "town:001", "until": "2019-12-31"}]
        add_community(projection, raw({**community("alder"), "geographies": dated}), actor=operator("maria"))
        add_community(projection, raw(community("new-alder", "001")), actor=operator("maria"))
        assert propose_variant(projection, raw(variant("new-alder", "001")), actor=operator("maria")).written


def test_other_places_than_those_loaded_are_told(tmp_path: Path) -> None:
    with new_registry(tmp_path) as projection:
        fill(projection, tmp_path)
        _, findings = check_variant(projection, raw(variant("alder", "009")), actor=operator())
        assert rules(findings) == ["place-changed"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"baseline": {"value": 30}}, "/baseline"),
        ({"baseline": {"period": "SY2017-18", "periods": ["SY2016-17"]}}, "/baseline/periods"),
        ({"baseline": {"periods": ["SY2016-17", "SY2017-18"]}}, "/baseline/periods"),
        ({"group_targets": [{"group": {}, "period": "SY2020-21", "value": 50}]}, "/group_targets/0/group"),
        (
            {
                "group_targets": [
                    {"group": {"sex": "male"}, "period": "SY2020-21", "value": value} for value in (50, 60)
                ]
            },
            "/group_targets/1/group",
        ),
    ],
)
def test_what_would_be_ignored_is_a_fault(tmp_path: Path, changes: dict[str, object], pointer: str) -> None:
    with new_registry(tmp_path) as projection:
        fill(projection, tmp_path)
        variant_found, findings = check_variant(projection, raw(variant(**changes)), actor=operator())
        assert variant_found is None
        assert [finding.pointer for finding in findings if finding.severity == "error"] == [pointer]


def test_a_reference_place_may_hold_its_members_places(tmp_path: Path) -> None:
    with new_registry(tmp_path) as projection:
        fill(projection, tmp_path)
        add_community(projection, raw(community("state", "001", kind="reference")), actor=operator("maria"))
        assert propose_variant(projection, raw(variant("state", "001")), actor=operator("maria")).written


def test_a_changed_measure_says_which_data_it_would_relabel(tmp_path: Path) -> None:
    with new_registry(tmp_path) as projection:
        fill(projection, tmp_path)
        publish_instrument(projection, raw(instrument(id="new-test")), actor=operator("maria"))
        measure = {**variant()["measure"], "instrument": "new-test"}  # type: ignore[dict-item]  # a document's measure is an object
        _, findings = check_variant(projection, raw(variant(measure=measure)), actor=operator())
        assert rules(findings) == ["measure-changed"]
        assert "SY2017-18 to SY2018-19" in findings[0].detail
        broken = [{"period": "SY2019-20", "kind": "instrument", "reason": "A new test"}]
        _, findings = check_variant(projection, raw(variant(measure=measure, breaks=broken)), actor=operator())
        assert rules(findings) == []


def test_a_baseline_before_the_versions_first_year_is_doubted(tmp_path: Path) -> None:
    with new_registry(tmp_path) as projection:
        fill(projection, tmp_path)
        versions = [{"id": "1", "first_period": "SY2018-19"}]
        publish_instrument(projection, raw(instrument(versions=versions)), actor=operator("maria"))
        _, findings = check_variant(projection, raw(variant()), actor=operator())
        assert rules(findings) == ["outside-version"]


def test_the_second_headline_is_refused_under_the_lock(tmp_path: Path) -> None:
    with new_registry(tmp_path) as projection:
        fill(projection, tmp_path)
        with pytest.raises(Invalid) as refused:
            propose_variant(projection, raw(variant(id="another")), actor=operator("maria"))
        assert "headline-twice" in rules(refused.value.findings)
        held = read.list_variants(projection.cursor(), projection.catch_up().seq, "alder")
        assert [line.id for line in held] == ["grade-3"]
