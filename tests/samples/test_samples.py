"""A registry of every earlier version opens with today's program: the same figures, whole, and ready to be written to."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copyfile

import msgspec
import pytest

from registry.actions.catalogue import add_community
from registry.actions.redacting import redact
from registry.domain.actor import operator
from registry.ledger.tables import FORMAT
from registry.projection.answer import RollupRequest, rollup
from registry.projection.files import Projection
from tests.cli.documents import community, opened, raw

HERE = Path(__file__).parent
SAMPLES = sorted(HERE.glob("registry-*.db"))
CHANGELOG = HERE.parents[1] / "CHANGELOG.md"

every_sample = pytest.mark.parametrize("sample", SAMPLES, ids=[path.stem for path in SAMPLES])


def test_every_released_version_has_a_sample_with_its_figures():
    released = re.findall(r"^## \[?(\d+\.\d+\.\d+)", CHANGELOG.read_text("utf-8"), re.MULTILINE)
    kept = {path.stem.removeprefix("registry-") for path in SAMPLES}
    assert set(released) <= kept
    assert {"0.1.0", "0.2.0"} <= kept
    assert all(path.with_suffix(".json").is_file() and path.stat().st_size < 200_000 for path in SAMPLES)


def figures(projection: Projection, **asked: str) -> dict[str, object]:
    answer = rollup(projection, RollupRequest(template="reading", **asked))
    (level,) = answer.levels
    return {
        "level": {name: getattr(level, name) for name in ("period", "numerator", "denominator")},
        "changes": {entry.community: entry.change for entry in answer.series},
        "states": {entry.community: entry.state for entry in answer.series},
    }


@every_sample
def test_a_sample_says_what_it_said_and_goes_on(sample: Path, tmp_path: Path):
    told = json.loads(sample.with_suffix(".json").read_text("utf-8"))
    path = Path(copyfile(sample, tmp_path / "outcomes.db"))
    with opened(path) as projection:
        ledger = projection.ledger
        found = ledger.verify(head=told["head"])
        assert (found.entries, found.head, found.faults) == (told["entries"], told["head"], ())
        assert ledger.network == told["network"]
        assert figures(projection) == {name: told[name] for name in ("level", "changes", "states")}
        last = ledger.head()
        add_community(projection, raw(community("cedar", "003")), actor=operator("tester"))
        found = ledger.verify(head=told["head"])
        assert (found.entries, found.faults) == (told["entries"] + 1, ())
        assert figures(projection, as_of=last.recorded_at)["level"] == told["level"]
    with closing(sqlite3.connect(path)) as raw_file:
        assert raw_file.execute("PRAGMA user_version").fetchone() == (FORMAT,)


@every_sample
def test_a_load_of_a_sample_can_be_redacted(sample: Path, tmp_path: Path):
    told = json.loads(sample.with_suffix(".json").read_text("utf-8"))
    path = Path(copyfile(sample, tmp_path / "outcomes.db"))
    with opened(path) as projection:
        correction = next(entry.seq for entry in projection.ledger.entries(after=12) if entry.kind == "batch")
        done = redact(projection, [correction], "Only to try it.", actor=operator("tester"))
        assert done.points == 1
        assert figures(projection)["level"] == {"period": "SY2018-19", "numerator": 31, "denominator": 100}
        assert projection.ledger.verify(head=told["head"]).faults == ()
        answer = rollup(projection, RollupRequest(template="reading"))
        assert [msgspec.to_builtins(row)["status"] for row in answer.redacted] == ["not_available (redacted)"]
