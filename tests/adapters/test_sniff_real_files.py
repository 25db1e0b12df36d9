"""Real published files are mapped rightly from the file alone, or they ask; with the answers they are mapped rightly too (``sniffed``).

Nothing may be read wrongly without a question: that a file asks is counted in the table of ``tests/README.md``, never failed.
"""

import tomllib
from functools import cache
from pathlib import Path

import msgspec
import pytest

from registry.adapters.contract import Reading, Wanted
from registry.adapters.sniff.propose import Hints, propose
from registry.app import ADAPTERS
from registry.domain.mapping import Mapping
from tests.adapters.sniffed import CASES, Case

REAL = Path(__file__).parents[2].parent / "shared" / "real"
UNAIDED = {
    "co-chronic-absence": 4,
    "ct-chronic-absence-race": 6,
    "nyc-doe-schools": 2,
    "va-stepping-stones": 1,
}
"""How many of the files below are mapped without a question, by folder; the other ones ask."""

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the real published files are not beside this repository")
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.folder}/{case.file}")


@cache
def read(place: int) -> Reading:
    """What the mapping that is proposed after the answers makes of the file."""
    case = CASES[place]
    path = REAL / case.folder / case.file
    proposal = propose(path, case.answers, Hints())
    assert (proposal.questions, proposal.findings, proposal.unused) == ((), (), ())
    mapping = msgspec.convert(tomllib.loads(proposal.mapping), Mapping)
    adapter = next(entry for entry in ADAPTERS if mapping.format in entry.formats)
    return adapter.read([path], mapping, Wanted(unit=proposal.unit, period_kind=proposal.kind or "school-year"))


@every_case
def test_the_proposed_mapping_gives_the_known_answers(case: Case):
    reading = read(CASES.index(case))
    found = {
        (placed.place.partition(":")[2], placed.observation.period, placed.observation.group): placed.observation
        for placed in reading.points
    }
    for place, period, group, figure, value in case.known:
        assert getattr(found[place, period, group], figure) == pytest.approx(value, abs=0.051), (place, period)
    assert case.points in (None, len(reading.points))


@every_case
def test_what_asks_reads_nothing_until_it_is_answered(case: Case):
    proposal = propose(REAL / case.folder / case.file, {}, Hints())
    assert bool(proposal.questions) == bool(case.answers)
    for question in proposal.questions:
        assert f"# ASK: {question.text[:20]}" in proposal.mapping


def test_every_folder_is_sniffed_and_the_table_says_how_many_files_are_mapped_unaided():
    assert {case.folder for case in CASES} == {folder.name for folder in REAL.iterdir() if folder.is_dir()}
    unaided = [case.folder for case in CASES if not case.answers]
    assert {folder: unaided.count(folder) for folder in unaided} == UNAIDED
