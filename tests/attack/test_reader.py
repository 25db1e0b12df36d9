"""The reader misses nothing: every numeric member of an answer has its place, and what the live registry says is the truth, whole."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from msgspec import inspect

from registry.domain.framework_answer import FrameworkRollup
from registry.domain.rollup_answer import RollupAnswer
from registry.projection.answer import RollupRequest
from registry.projection.compare import Comparison
from registry.projection.files import Projection
from tests.attack import reader
from tests.attack.attacker import attack
from tests.attack.command_line import CommandLine
from tests.attack.exits import EXITS, Live, asked, facts_of
from tests.attack.flat_reader import facts_of_csv
from tests.attack.leaks import hash_leaks, leaks
from tests.attack.random_networks import Made, random_network, record, record_loads
from tests.attack.reader import Facts
from tests.attack.readings import together
from tests.attack.world import Cell
from tests.conftest import Run
from tests.projection.networks import begin, give_back, opened

SEEDS = (2, 19)


def numbers(kind: inspect.Type, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path to every number in a type."""
    if isinstance(kind, inspect.StructType):
        for field in kind.fields:
            yield from numbers(field.type, (*path, field.encode_name))
    elif isinstance(kind, inspect.UnionType):
        for part in kind.types:
            yield from numbers(part, path)
    elif isinstance(kind, inspect.ListType | inspect.VarTupleType):
        yield from numbers(kind.item_type, path)
    elif isinstance(kind, inspect.TupleType):
        for part in kind.item_types:
            yield from numbers(part, path)
    elif isinstance(kind, inspect.DictType):
        yield from numbers(kind.value_type, path)
    elif isinstance(kind, inspect.IntType | inspect.FloatType):
        yield path


def placed(path: tuple[str, ...]) -> bool:
    """Whether the reader knows what a number rests on."""
    first, *rest = path
    if first in ("series", "benchmarks"):
        if rest[0] in ("baseline", "latest", "declared_baseline"):
            return rest[1] in reader.POINT
        return rest[0] in {*reader.RESTS_ON, *reader.VERDICTS, *reader.HARMLESS}
    if first == "levels":
        return rest[0] in reader.LEVEL
    if first == "gaps":
        return rest[0] in {*reader.GAP_RESTS_ON, *reader.GAP_BOUNDS}
    return first in reader.HARMLESS


@pytest.mark.parametrize("answer", [RollupAnswer, Comparison])
def test_every_number_of_an_answer_has_its_place_with_the_reader(answer: type):
    paths = set(numbers(inspect.type_info(answer)))
    assert len(paths) > 50
    assert sorted(path for path in paths if not placed(path)) == []
    assert not placed(("series", "a_new_figure"))


def test_a_framework_tells_no_figure_of_a_single_cell():
    """Shares, counts and verdicts only, and the spread of effects over places, which rest on series."""
    last = {path[-1] for path in numbers(inspect.type_info(FrameworkRollup))}
    assert not last & {"numerator", "denominator", "change", "improvement", "effect", "baseline", "latest", "people"}


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Projection, list[Made], list[str]]]:
    """Two networks in one registry, and the moment of each release."""
    networks = [random_network(seed) for seed in SEEDS]
    projection = begin(tmp_path_factory.mktemp("read"))
    record(projection, networks)
    moments = []
    for stage in range(max(len(made.loads) for made in networks)):
        record_loads(projection, networks, stage)
        moments.append(projection.moment(None).as_of)
    yield projection, networks, moments
    give_back()


def whole(facts: Facts, stage: int) -> set[Cell]:
    """The cells of which everything was said."""
    by_cell: dict[Cell, list] = {}
    for entry in facts.said:
        if entry.stage == stage and len(entry.cells) == 1:
            by_cell.setdefault(entry.cells[0], []).append(entry)
    return {cell for cell, entries in by_cell.items() if together(entries).whole}


@pytest.mark.parametrize("place", [0, 1], ids=[f"network {seed}" for seed in SEEDS])
def test_what_the_live_registry_says_is_the_whole_truth_and_nothing_else(
    registry: tuple[Projection, list[Made], list[str]], place: int
):
    projection, networks, moments = registry
    made = networks[place]
    stage = len(made.loads) - 1
    by_exit = {way_out.name: facts_of(Live(projection), made, stage, moments[stage], [way_out]) for way_out in EXITS}
    known = {cell for cell, _ in made.world.stages[stage].known()}
    single = {cell for cell in known if ";" not in cell.group}
    assert whole(by_exit["cells"], stage) == known
    assert whole(by_exit["rollup"], stage) == single
    if not made.world.holds:
        assert max(len(entry.cells) for entry in by_exit["rollup"].said) == len(made.communities)
    everything = Facts()
    for facts in by_exit.values():
        everything |= facts
    result = attack(made.world, everything.said)
    assert result.hidden == 0 or len(made.loads) > 1
    assert {breach.owed for breach in result.breaches} >= {"told"}
    assert [leak for leak in hash_leaks(made, everything) if leak.stage == stage] == []
    told_by_hash = [leak.what for leak in hash_leaks(made, Facts(texts=everything.texts))]
    assert told_by_hash.count("hash of the rows of a load") == told_by_hash.count("hash of the file of a load") > 0
    assert "hash of a document with its baseline's counts" in told_by_hash
    assert [leak for leak in leaks(everything) if leak.cell in known] == []


def test_the_command_line_tells_what_the_functions_behind_it_tell(tmp_path: Path, run: Run):
    made = random_network(2)
    projection = begin(tmp_path)
    record(projection, [made])
    record_loads(projection, [made], 0)
    give_back()
    printed = CommandLine(run, ("--registry", tmp_path / "outcomes.db", "--unmasked"))
    live = Live(opened(tmp_path, None))
    request = RollupRequest(template=made.templates[0].id, by=made.dimensions[0], explain=True)
    facts = asked(printed, request, 0)
    assert whole(facts, 0) == whole(asked(live, request, 0), 0) != set()
    assert set(facts.derived) == set(asked(live, request, 0).derived)
    assert whole(facts_of_csv(printed.csv(request), 0), 0) == whole(facts, 0)
    others = [way_out for way_out in EXITS if way_out.name not in ("rollup", "cells")]
    first = msgspec.structs.replace(made, variants=made.variants[:1])
    beside = facts_of(printed, first, 0, None, others)
    assert set(hash_leaks(made, beside)) >= set(hash_leaks(made, facts_of(live, first, 0, None, others))) != set()
    give_back()
