"""The committed schemas are those of the program, and what the program says fits them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator
from tree import ROOT

from registry.actions.data import check_files
from registry.actions.impact import impact_of
from registry.actions.templates import sound_template
from registry.app import ADAPTERS, open_registry, seed, seed_path
from registry.check import check_against
from registry.domain.actor import operator
from registry.domain.report import LoadReport
from registry.domain.sentence import read_sentence
from registry.projection.answer import RollupRequest, rollup
from registry.projection.assess import assess_variant
from registry.projection.compare import compare
from registry.projection.coverage import coverage_of
from registry.projection.files import Projection
from registry.schemas.generate import ANSWERS, DOCUMENTS, differing, generated, main, opened, urn_of, write

V1 = ROOT / "schemas" / "v1"
SCHEMAS = [*DOCUMENTS, *ANSWERS]
RUN = [sys.executable, "-m", "registry.schemas.generate"]


def published(name: str) -> dict[str, object]:
    read: dict[str, object] = json.loads((V1 / f"{name}.schema.json").read_text("utf-8"))
    return read


def misfits(name: str, answer: object) -> list[str]:
    """Where an answer, as it leaves the registry, does not fit its published schema."""
    said = json.loads(msgspec.json.encode(answer))
    return [f"{finding.pointer}: {finding.detail}" for finding in check_against(said, published(name), "")]


@pytest.fixture(scope="module")
def demonstration(demonstration: Path) -> Iterator[Projection]:
    made = open_registry(demonstration)
    yield made
    made.close()
    made.ledger.close()


def test_committed_files_are_those_generated():
    assert differing(V1) == ()


def test_a_changed_a_missing_and_an_extra_file_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert set(write(tmp_path)) == set(generated())
    assert write(tmp_path) == ()
    (tmp_path / "template.schema.json").write_text("{}\n", "utf-8")
    (tmp_path / "codelists" / "sex.json").unlink()
    (tmp_path / "old.schema.json").write_text("{}\n", "utf-8")
    (tmp_path / "suite").mkdir()
    (tmp_path / "suite" / "case.json").write_text("{}\n", "utf-8")
    assert [line.partition(":")[0] for line in differing(tmp_path)] == [
        "codelists/sex.json", "old.schema.json", "template.schema.json",
    ]  # fmt: skip
    assert set(write(tmp_path)) == {"codelists/sex.json", "template.schema.json"}
    assert (main(["--check"]), capsys.readouterr().err) == (0, "")


def test_check_runs_from_any_folder(tmp_path: Path):
    ended = subprocess.run([*RUN, "--check"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_is_valid_and_stands_alone(name: str):
    schema = published(name)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == urn_of(name)
    text = (V1 / f"{name}.schema.json").read_bytes()
    assert text.endswith(b"}\n")
    assert b"http" not in text.replace(b"https://json-schema.org/draft/2020-12/schema", b"")
    assert all(reference.startswith("#/$defs/") for reference in _references(schema))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_is_closed_at_every_depth(name: str):
    assert [title for title, closed in _objects(published(name)) if not closed] == []


@pytest.mark.parametrize("name", ANSWERS)
def test_answer_is_open_at_every_depth(name: str):
    schema = published(name)
    assert opened(schema) == schema
    assert [title for title, closed in _objects(schema) if closed] == []


@pytest.mark.parametrize("by", [None, "race_ethnicity"])
@pytest.mark.parametrize("template", ["early-grade-reading", "middle-grade-math", "hs-graduation"])
def test_rollup_fits_its_schema(demonstration: Projection, template: str, by: str | None):
    answer = rollup(demonstration, RollupRequest(template=template, by=by, explain=True))
    assert answer.series
    assert misfits("rollup", answer) == []


def test_comparison_fits_its_schema(demonstration: Projection):
    answer = compare(demonstration, ("bridgeport", "norfolk"), "early-grade-reading", None)
    assert answer.mismatches
    assert misfits("comparison", answer) == []


@pytest.mark.parametrize(
    "variant", ["pueblo/consistent-attendance", "pueblo/kindergarten-readiness", "greeley/consistent-attendance"]
)
def test_assessment_fits_its_schema(demonstration: Projection, variant: str):
    answer = assess_variant(demonstration, variant)
    assert answer.checks
    assert misfits("assessment", answer) == []


def test_coverage_fits_its_schema(demonstration: Projection):
    answer = coverage_of(demonstration, "cradle-to-career")
    assert {cell.status for cell in answer.cells} >= {"measured", "agenda", "none"}
    assert misfits("coverage", answer) == []


def test_difference_and_impact_fit_their_schemas(demonstration: Projection):
    document = json.loads(seed("templates/early-grade-reading.json"))
    document["version"] = "2.0.0"
    document["measure_schema"]["properties"]["season"]["enum"] = ["fall"]
    template, _ = sound_template(json.dumps(document).encode())
    answer = impact_of(demonstration, template, actor=operator())
    assert answer.invalid
    assert answer.difference.bump == "major"
    assert misfits("impact", answer) == []
    assert misfits("difference", answer.difference) == []


@pytest.mark.parametrize("sentence", ["", "Improve early literacy", "Raise reading in Toledo from 40% to 55% by 2030."])
def test_reading_of_a_sentence_fits_its_schema(sentence: str):
    assert misfits("sentence", read_sentence(sentence)) == []


def test_load_report_fits_its_schema():
    mapping = seed("network/mappings/ct-grade-8-math.toml")
    report = check_files(ADAPTERS, (seed_path("network/data/ct-smarter-balanced-districts.csv"),), mapping)
    assert report.files
    assert misfits("load-report", report) == []
    wrong = check_files(ADAPTERS, (seed_path("network/network.json"),), mapping)
    assert wrong.findings
    assert misfits("load-report", wrong) == []


def test_an_answer_that_does_not_fit_is_noticed():
    report = LoadReport(batch=None, variant=None, rows=1, new=1, changed=0, same=0, refused=0, skipped=0)
    assert misfits("load-report", {**msgspec.to_builtins(report), "more": 1}) == []
    assert misfits("load-report", {**msgspec.to_builtins(report), "rows": "1"}) != []


def _references(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from (value for name, value in schema.items() if name == "$ref")
        yield from (reference for value in schema.values() for reference in _references(value))
    elif isinstance(schema, list):
        yield from (reference for value in schema for reference in _references(value))


def _objects(schema: dict[str, object]) -> list[tuple[str, bool]]:
    """Every Struct of a schema by its title, and whether an unknown member is a fault."""
    return [
        (part["title"], part.get("additionalProperties") is False)
        for part in (schema, *schema.get("$defs", {}).values())
    ]
