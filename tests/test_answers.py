"""Known answers: what agrees passes, what does not fails, what is not known is unknown, and nothing stops the run."""

import json
from pathlib import Path

import pytest

from registry.answers import check_answers, check_file

VECTORS = Path(__file__).parent / "vectors"


def test_every_case_that_this_program_knows_passes() -> None:
    report = check_answers(VECTORS)
    known = {file.file: file for file in report.files if file.kind in {"progress", "periods", "cells"}}
    assert {name: file.cases for name, file in known.items()} == {
        "cells.json": 48,
        "cells_more.json": 13,
        "periods.json": 38,
        "periods_more.json": 13,
        "progress.json": 64,
    }
    assert all((file.passed, file.failed, file.unknown) == (file.cases, 0, 0) for file in known.values())


def test_a_kind_that_is_not_known_is_unknown_and_never_passed(tmp_path: Path) -> None:
    (tmp_path / "gravity_more.json").write_text("[1, 2, 3]", "utf-8")
    (file,) = check_answers(tmp_path).files
    assert (file.kind, file.passed, file.failed, file.unknown, file.cases) == ("gravity", 0, 0, 3, 3)


@pytest.mark.parametrize("member", ["years", "pace", "effect", "baseline_wilson95"])
def test_a_wrong_expectation_fails_by_name(tmp_path: Path, member: str) -> None:
    cases = json.loads((VECTORS / "progress.json").read_text("utf-8"))[:1]
    cases[0]["expect"][member] = None if cases[0]["expect"][member] is not None else 1
    path = tmp_path / "progress.json"
    path.write_text(json.dumps(cases), "utf-8")
    file = check_file(path)
    assert (file.passed, file.failed) == (0, 1)
    assert member in file.failures[0]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("progress.json", "[1]"),
        ("progress.json", '[{"name": "x", "unit": "parsec"}]'),
        ("progress.json", "{}"),
        ("periods.json", '{"valid": [{}]}'),
        ("periods.json", '{"invalid": [{"label": "x", "kind": "moon"}]}'),
        ("cells.json", '{"valid": [{"cell": "5"}], "invalid": [null]}'),
        ("cells.json", "not json"),
    ],
)
def test_a_case_that_cannot_be_asked_has_failed_with_the_reason(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    file = check_file(tmp_path / name)
    assert file.failed == file.cases > 0
    assert all(file.failures)


def test_a_folder_that_ends_in_json_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "cells.json").mkdir()
    assert check_answers(tmp_path).files == ()
