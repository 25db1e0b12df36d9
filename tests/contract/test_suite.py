"""The suite that any language can run: the registry finds in each document just what stands beside it."""

import json
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator
from tree import ROOT

from registry.actions.templates import check_template
from registry.check import check, check_against
from registry.domain.finding import Finding
from registry.domain.framework import RULES_OF_A_FRAMEWORK, Framework
from registry.domain.instrument import Instrument, InstrumentVersion
from registry.domain.link import RULES_OF_A_LINK, Link
from registry.domain.mapping import RULES_OF_A_MAPPING, Mapping
from registry.domain.progress_rule import RULES_OF_A_PROGRESS_RULE, ProgressRule
from registry.domain.template import Template
from registry.domain.variant import Variant
from registry.domain.variant_rules import Surroundings, rules_of_a_variant

V1 = ROOT / "schemas" / "v1"
SUITE = V1 / "suite"
VALID = sorted(SUITE.glob("valid/*.json"))
EXPECTED = sorted(SUITE.glob("invalid/*.expected.json"))
INVALID = [path for path in sorted(SUITE.glob("invalid/*.json")) if path not in EXPECTED]
KINDS = {"framework", "template", "variant", "mapping", "link", "rule"}
STRUCTURE = {"missing", "unknown-field", "wrong-type", "not-one-of", "wrong-form", "out-of-range"}

AROUND = Surroundings(
    template=msgspec.json.decode((SUITE / "valid" / "template.smallest.json").read_bytes(), type=Template),
    instruments={
        "state-test": Instrument(
            id="state-test",
            title="State test",
            publisher="State",
            description="A test.",
            versions=(InstrumentVersion(id="2015"),),
        )
    },
    benchmarks=("connecticut/grade-3-ela",),
)


def stem(path: Path) -> str:
    """A case's name."""
    return path.name.removesuffix(".json")


def kind_of(path: Path) -> str:
    return path.name.partition(".")[0]


def findings_of(path: Path) -> tuple[Finding, ...]:
    """What the registry itself finds in a document of the suite."""
    raw = path.read_bytes()
    match kind_of(path):
        case "template":
            return check_template(raw)[1]
        case "framework":
            return check(raw, Framework, RULES_OF_A_FRAMEWORK)[1]
        case "link":
            return check(raw, Link, RULES_OF_A_LINK)[1]
        case "rule":
            return check(raw, ProgressRule, RULES_OF_A_PROGRESS_RULE)[1]
        case "variant":
            return check(raw, Variant, rules_of_a_variant(AROUND))[1]
        case _:
            return check(raw, Mapping, RULES_OF_A_MAPPING)[1]


def by_schema_alone(path: Path) -> list[tuple[str, str | None]]:
    """What the committed schema finds, without any rule of the registry."""
    schema = json.loads((V1 / f"{kind_of(path)}.schema.json").read_bytes())
    return [(finding.rule, finding.pointer) for finding in check_against(json.loads(path.read_bytes()), schema, "")]


def expected_of(path: Path) -> list[dict[str, str]]:
    read: list[dict[str, str]] = json.loads(path.with_name(f"{stem(path)}.expected.json").read_bytes())
    return read


def test_every_kind_has_good_and_faulty_cases_and_each_faulty_one_its_answer():
    assert {kind_of(path) for path in VALID} == {kind_of(path) for path in INVALID} == KINDS
    assert [path.name.replace(".expected.json", ".json") for path in EXPECTED] == [path.name for path in INVALID]


@pytest.mark.parametrize("path", VALID, ids=stem)
def test_valid_document_has_no_finding(path: Path):
    assert findings_of(path) == ()
    assert by_schema_alone(path) == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_valid_documents_use_every_field(kind: str):
    schema = json.loads((V1 / f"{kind}.schema.json").read_bytes())
    used = {name for path in VALID if kind_of(path) == kind for name in json.loads(path.read_bytes())}
    assert used == set(schema["properties"])


@pytest.mark.parametrize("path", INVALID, ids=stem)
def test_invalid_document_has_just_the_findings_expected(path: Path):
    expected = expected_of(path)
    assert expected
    wanted = sorted((entry["rule"], entry["pointer"]) for entry in expected)
    assert sorted((finding.rule, finding.pointer) for finding in findings_of(path)) == wanted
    assert all((entry["by"] == "schema") == (entry["rule"] in STRUCTURE) for entry in expected)


@pytest.mark.parametrize("path", INVALID, ids=stem)
def test_schema_alone_finds_what_is_marked_so(path: Path):
    marked = sorted((entry["rule"], entry["pointer"]) for entry in expected_of(path) if entry["by"] == "schema")
    assert sorted(by_schema_alone(path)) == marked


@pytest.mark.parametrize("path", [path for path in (*VALID, *INVALID) if "line-end" not in path.name], ids=stem)
def test_a_validator_that_knows_nothing_of_the_registry_agrees(path: Path):
    """But for the case about ``$``, where Python's own patterns differ from ECMA-262."""
    validator = Draft202012Validator(json.loads((V1 / f"{kind_of(path)}.schema.json").read_bytes()))
    refused = path in INVALID and any(entry["by"] == "schema" for entry in expected_of(path))
    assert validator.is_valid(json.loads(path.read_bytes())) is not refused
