"""A local measure beside what is registered and loaded already: shared places, changed measures, versions, two at once."""

from pathlib import Path

import pytest

from registry.actions.catalogue import add_community, publish_instrument
from registry.actions.variants import check_variant, propose_variant
from registry.domain.refusal import Invalid
from registry.projection import read
from tests.cli.documents import community, fill, instrument, new_registry, raw, variant


def rules(findings: object) -> list[str]:
    return [finding.rule for finding in findings]  # type: ignore[attr-defined]  # a tuple of findings


def test_one_places_children_are_counted_once(tmp_path: Path) -> None:
    with new_registry(tmp_path) as projection:
        fill(projection, tmp_path)
        add_community(projection, raw(community("county", "001")), actor="maria")
        with pytest.raises(Invalid) as refused:
            propose_variant(projection, raw(variant("county", "001")), actor="maria")
        assert rules(refused.value.findings) == ["place-shared"]
        assert "alder/grade-3" in refused.value.findings[0].detail
        assert propose_variant(projection, raw(variant("county", "001", headline=False)), actor="maria").written


def test_a_reference_place_may_hold_its_members_places(tmp_path: Path) -> None:
    with new_registry(tmp_path) as projection:
        fill(projection, tmp_path)
        add_community(projection, raw(community("state", "001", kind="reference")), actor="maria")
        assert propose_variant(projection, raw(variant("state", "001")), actor="maria").written


def test_a_changed_measure_says_which_data_it_would_relabel(tmp_path: Path) -> None:
    with new_registry(tmp_path) as projection:
        fill(projection, tmp_path)
        publish_instrument(projection, raw(instrument(id="new-test")), actor="maria")
        measure = {**variant()["measure"], "instrument": "new-test"}  # type: ignore[dict-item]  # a document's measure is an object
        _, findings = check_variant(projection, raw(variant(measure=measure)))
        assert rules(findings) == ["measure-changed"]
        assert "SY2017-18 to SY2018-19" in findings[0].detail
        broken = [{"period": "SY2019-20", "kind": "instrument", "reason": "A new test"}]
        _, findings = check_variant(projection, raw(variant(measure=measure, breaks=broken)))
        assert rules(findings) == []


def test_a_baseline_before_the_versions_first_year_is_doubted(tmp_path: Path) -> None:
    with new_registry(tmp_path) as projection:
        fill(projection, tmp_path)
        versions = [{"id": "1", "first_period": "SY2018-19"}]
        publish_instrument(projection, raw(instrument(versions=versions)), actor="maria")
        _, findings = check_variant(projection, raw(variant()))
        assert rules(findings) == ["outside-version"]


def test_the_second_headline_is_refused_under_the_lock(tmp_path: Path) -> None:
    with new_registry(tmp_path) as projection:
        fill(projection, tmp_path)
        with pytest.raises(Invalid) as refused:
            propose_variant(projection, raw(variant(id="another")), actor="maria")
        assert "headline-twice" in rules(refused.value.findings)
        held = read.list_variants(projection.cursor(), projection.catch_up().seq, "alder")
        assert [line.id for line in held] == ["grade-3"]
