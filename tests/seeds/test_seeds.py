"""Every document of the seeds is what its type says, breaks no rule, and is named once in the order of loading."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from seed_documents import (
    AGENDA,
    BENCHMARKS,
    BY_COMMUNITY,
    BY_REFERENCE,
    COMMUNITIES,
    DATA,
    INSTRUMENTS,
    LOADS,
    MANIFEST,
    MEMBERS,
    SEEDS,
    TEMPLATES,
    VARIANTS,
    document,
    mapping_of,
    rows,
    template_of,
)

from registry.domain.community import RULES_OF_A_COMMUNITY
from registry.domain.instrument import RULES_OF_AN_INSTRUMENT
from registry.domain.rule import Rule, judge
from registry.domain.template import RULES_OF_A_TEMPLATE, Template
from registry.domain.variant import reference_of
from registry.domain.variant_rules import Surroundings, rules_of_a_variant


def faults(rules: Iterable[Rule], path: str) -> list[str]:
    return [f"{found.pointer}: {found.detail}" for found in judge(tuple(rules), document(path), faulty=())]


@pytest.mark.parametrize("path", MANIFEST["templates"])
def test_template_breaks_no_rule(path: str) -> None:
    assert faults(RULES_OF_A_TEMPLATE, path) == []
    Draft202012Validator.check_schema(TEMPLATES[path].measure_schema)


@pytest.mark.parametrize("path", MANIFEST["templates"])
def test_every_facet_is_described_and_judged_with_a_reason(path: str) -> None:
    template = TEMPLATES[path]
    properties = template.measure_schema["properties"]
    assert isinstance(properties, dict)
    assert [rule.facet for rule in template.comparability] == [
        f"/measure/{name}" for name in _in_rule_order(template, properties)
    ]
    assert {name for name, schema in properties.items() if len(schema.get("description", "")) < 15} == set()
    assert {rule.facet for rule in template.comparability if len(rule.why) < 20} == set()
    assert template.measure_schema["additionalProperties"] is False


def _in_rule_order(template: Template, properties: dict[str, object]) -> list[str]:
    return sorted(properties, key=[rule.facet.removeprefix("/measure/") for rule in template.comparability].index)


@pytest.mark.parametrize("path", MANIFEST["instruments"])
def test_instrument_breaks_no_rule_and_names_its_source(path: str) -> None:
    assert faults(RULES_OF_AN_INSTRUMENT, path) == []
    assert "https://" in INSTRUMENTS[path].source


@pytest.mark.parametrize("path", MANIFEST["communities"])
def test_community_breaks_no_rule(path: str) -> None:
    assert faults(RULES_OF_A_COMMUNITY, path) == []


@pytest.mark.parametrize("path", MANIFEST["variants"])
def test_variant_breaks_no_rule(path: str) -> None:
    variant = VARIANTS[path]
    around = Surroundings(
        template=template_of(variant),
        instruments={instrument.id: instrument for instrument in INSTRUMENTS.values()},
        headlines=tuple(
            reference
            for reference, other in BY_REFERENCE.items()
            if other.headline
            and other.community == variant.community
            and other.template == variant.template
            and other != variant
        ),
        benchmarks=BENCHMARKS,
    )
    assert faults(rules_of_a_variant(around), path) == []


@pytest.mark.parametrize("path", [path for path in VARIANTS if VARIANTS[path].measure])
def test_measure_is_what_its_template_allows_and_states_every_facet_that_it_judges(path: str) -> None:
    variant = VARIANTS[path]
    schema = template_of(variant).measure_schema
    assert variant.measure is not None
    assert [error.message for error in Draft202012Validator(schema).iter_errors(variant.measure)] == []
    properties = schema["properties"]
    assert isinstance(properties, dict)
    assert set(properties) - set(variant.measure) == {"geography_vintage"}


@pytest.mark.parametrize("path", [path for path in VARIANTS if VARIANTS[path].measure])
def test_cut_is_one_that_the_catalogue_knows(path: str) -> None:
    measure = VARIANTS[path].measure or {}
    (instrument,) = (entry for entry in INSTRUMENTS.values() if entry.id == measure["instrument"])
    (version,) = (entry for entry in instrument.versions if entry.id == measure["instrument_version"])
    known = [cut.id for cut in version.cuts if cut.grade_or_age in (None, measure["grade_or_age"])]
    assert measure["cut"] in known if "cut" in measure else known == []


def test_manifest_names_every_document_once_in_canonical_order() -> None:
    for kind, folder in (
        ("templates", "templates"),
        ("instruments", "instruments"),
        ("links", "links"),
        ("communities", "network/communities"),
        ("variants", "network/variants"),
    ):
        on_disk = [path.relative_to(SEEDS).as_posix() for path in (SEEDS / folder).iterdir()]
        assert sorted(MANIFEST[kind]) == sorted(on_disk)
    assert list(MANIFEST) == ["network", "templates", "instruments", "links", "communities", "variants", "loads"]
    assert MANIFEST["templates"] == sorted(MANIFEST["templates"])
    assert MANIFEST["instruments"] == sorted(MANIFEST["instruments"])
    references_first = {path: COMMUNITIES[path].kind == "member" for path in MANIFEST["communities"]}
    assert MANIFEST["communities"] == sorted(MANIFEST["communities"], key=lambda path: (references_first[path], path))
    assert MANIFEST["variants"] == sorted(
        MANIFEST["variants"], key=lambda path: (reference_of(VARIANTS[path]) in MEMBERS, path)
    )
    references = [reference_of(VARIANTS[path]) for path in MANIFEST["variants"]]
    assert list(LOADS) == [reference for reference in references if reference not in AGENDA]
    assert len(MANIFEST["loads"]) == len(LOADS)


def test_documents_are_named_after_what_they_hold() -> None:
    assert [Path(path).stem for path in VARIANTS] == [
        f"{variant.community}--{variant.id}" for variant in VARIANTS.values()
    ]
    assert [Path(path).stem for path in COMMUNITIES] == [community.slug for community in COMMUNITIES.values()]
    assert [Path(path).stem for path in TEMPLATES] == [template.id for template in TEMPLATES.values()]
    assert [Path(path).stem for path in INSTRUMENTS] == [instrument.id for instrument in INSTRUMENTS.values()]


def test_loads_use_every_file_and_every_mapping() -> None:
    files = {file for load in MANIFEST["loads"] for file in load["files"]}
    mappings = {load["mapping"] for load in MANIFEST["loads"]}
    assert files == {path.relative_to(SEEDS).as_posix() for path in DATA.glob("*.csv")}
    assert mappings == {path.relative_to(SEEDS).as_posix() for path in (SEEDS / "network/mappings").iterdir()}


@pytest.mark.parametrize("load", MANIFEST["loads"], ids=lambda load: load["variant"])
def test_mapping_names_columns_that_the_file_has(load: dict[str, str | list[str]]) -> None:
    mapping = mapping_of(str(load["mapping"]))
    columns = [
        mapping.columns.value,
        mapping.columns.numerator,
        mapping.columns.denominator,
        mapping.columns.eligible,
        mapping.period.column,
    ]
    assert mapping.place is not None
    named = {
        name for name in (*columns, mapping.place.column, *mapping.filters, *mapping.column_codes) if name is not None
    }
    for file in load["files"]:
        assert named <= set(rows(Path(file).name)[0])


def test_twelve_places_in_two_states_have_a_headline_reading_measure() -> None:
    reading = [
        BY_REFERENCE[reference].community
        for reference in MEMBERS
        if BY_REFERENCE[reference].template.startswith("early-grade-reading@")
    ]
    assert len(reading) == len(set(reading)) == 12
    assert {BY_COMMUNITY[slug].state for slug in reading} == {"CT", "VA"}
    assert all(variant.headline for variant in VARIANTS.values())


def test_readme_draws_every_variant() -> None:
    drawn = set(re.findall(r"`([a-z-]+/[a-z0-9-]+)`", (SEEDS / "README.md").read_text(encoding="utf-8")))
    assert drawn == set(BY_REFERENCE)
