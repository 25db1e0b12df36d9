"""Versions in the answers: their order, which of them pool, and what the outcome's name alone meant then and means now."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import msgspec
import pytest
from networks import begin, community_of, counts, give_back, load, loaded, template_of, variant_of, write

from registry.actions.templates import named_version, publish_template, version_before, withdraw_template
from registry.domain.actor import operator
from registry.domain.ids import below, newest, ordered
from registry.domain.refusal import NotFound
from registry.domain.template import Template, latest
from registry.projection import read
from registry.projection.answer import RollupRequest, find_template, rollup
from registry.projection.files import Projection
from tests.conftest import Run

MARIA = operator("maria")
SUFFIXES = ("", "", "", "-draft", "-draft.2", "-draft.10", "-rc", "-rc.1", "-1", "-2", "-10", "-0a", "-draft.a")
OUTCOMES, VERSIONS = 200, 6


@pytest.fixture(autouse=True)
def given_back() -> Iterator[None]:
    yield
    give_back()


def order(version: str) -> tuple[object, ...]:
    """Semantic Versioning 2.0.0, section 11, written down once more: numbers as numbers, a draft below its release."""
    numbers, _, suffix = version.partition("-")
    parts = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in suffix.split(".") if part)
    return (*(int(number) for number in numbers.split(".")), not suffix, parts)


def random_version(chance: Random) -> str:
    """Close neighbours, because only those are hard to put in order."""
    numbers = (chance.choice((0, 1, 2, 9, 10, 11, 100)) for _ in range(3))
    return ".".join(map(str, numbers)) + chance.choice(SUFFIXES)


def named(name: str, version: str, **indicator: object) -> Template:
    return msgspec.structs.replace(template_of(name, **indicator), version=version)


# T1.4 Order --------------------------------------------------------------------------------------------------------


def test_t14_a_thousand_pairs_and_sets_of_versions_are_in_the_order_of_the_standard():
    chance = Random(14)
    for _ in range(1000):
        one, other = random_version(chance), random_version(chance)
        assert below(one, other) == (order(one) < order(other)), (one, other)
        several = [random_version(chance) for _ in range(chance.randint(1, 8))]
        assert ordered(several) == sorted(several, key=order)
        assert newest(several) == max(several, key=order)
        statuses = [(version, chance.choice(("published", "deprecated", "withdrawn"))) for version in several]
        assert latest(statuses) == meant_by_the_id(statuses)
    assert ordered(["2.0.0", "1.10.0", "2.0.0-draft", "1.9.0"]) == ["1.9.0", "1.10.0", "2.0.0-draft", "2.0.0"]


def meant_by_the_id(statuses: list[tuple[str, str]]) -> str:
    released = [pair for pair in statuses if "-" not in pair[0]]
    usable = [pair for pair in released if pair[1] != "withdrawn"]
    return max((version for version, _ in usable or released or statuses), key=order)


def test_t14_every_list_and_every_name_keeps_that_order(run: Run, tmp_path: Path):
    """Twelve hundred versions of two hundred outcomes, published in any order."""
    chance = Random(62)
    projection = begin(tmp_path)
    held = {
        f"outcome-{number}": list(dict.fromkeys(random_version(chance) for _ in range(VERSIONS)))
        for number in range(OUTCOMES)
    }
    every = [named(name, version) for name, versions in held.items() for version in versions]
    chance.shuffle(every)
    write(projection, every)
    cursor, line = projection.cursor(), projection.catch_up().seq
    lines = read.list_templates(cursor, line)
    for name, versions in held.items():
        wanted = meant_by_the_id([(version, "published") for version in versions])
        assert named_version(lines, name).version == wanted
        new = random_version(chance)
        lower = [version for version in versions if "-" not in version and order(version) < order(new)]
        before = version_before(lines, named(name, new))
        assert (before.version if before else None) == max(lower, key=order, default=None)
    for name in list(held)[:20]:
        assert find_template(cursor, line, name).version == named_version(lines, name).version
        with pytest.raises(NotFound) as missing:
            find_template(cursor, line, f"{name}@77.0.0")
        assert missing.value.hint == f"Published is {', '.join(sorted(held[name], key=order))}."
    listed = [(entry["id"], entry["version"]) for entry in run("template", "list", "--json").json]
    assert listed == [(name, version) for name in sorted(held) for version in sorted(held[name], key=order)]


# A63 Which versions pool ---------------------------------------------------------------------------------------------


@pytest.fixture
def network(tmp_path: Path) -> Projection:
    """Three places with figures on reading@1.2.0."""
    projection = begin(tmp_path)
    first = named("reading", "1.2.0")
    write(projection, [first])
    for place, cell in (("one", counts(40, 100)), ("two", counts(50, 100)), ("three", counts(60, 200))):
        measure = variant_of(place, first, baseline={"period": "SY2018-19"})
        write(projection, [community_of(place), measure])
        load(projection, [loaded(measure, {2018: counts(30, 100), 2020: cell})])
    return projection


def published(projection: Projection, version: str, **indicator: object) -> Template:
    made = named("reading", version, **indicator)
    publish_template(projection, msgspec.json.encode(made), actor=MARIA)
    return made


def moved(projection: Projection, place: str, template: Template) -> None:
    write(projection, [variant_of(place, template, baseline={"period": "SY2018-19"})])


def pooled(projection: Projection, name: str) -> list[tuple[int | None, int | None, list[str]]]:
    answer = rollup(projection, RollupRequest(template=name))
    return [(level.numerator, level.denominator, sorted(level.communities)) for level in answer.levels]


ALL = [(150, 400, ["one", "three", "two"])]


def test_a63_measures_on_two_minor_versions_pool(network: Projection):
    before = pooled(network, "reading")
    third = published(network, "1.3.0")
    assert pooled(network, "reading") == before == ALL
    moved(network, "two", third)
    for name in ("reading", "reading@1.2.0", "reading@1.3.0"):
        assert pooled(network, name) == ALL


def test_a63_a_new_major_version_leaves_measures_pending_and_the_old_one_answers_for_them(network: Projection):
    """Nothing moves by itself, and the two are never mixed."""
    published(network, "1.3.0")
    second = published(network, "2.0.0", meaningful_change=3.0)
    answer = rollup(network, RollupRequest(template="reading"))
    assert (answer.template, answer.levels, answer.series) == ("reading@2.0.0", (), ())
    assert {row.community for row in answer.excluded} == {"one", "two", "three"}
    assert all("1.2.0" in row.reason for row in answer.excluded), answer.excluded
    assert pooled(network, "reading@1.3.0") == ALL
    moved(network, "two", second)
    assert pooled(network, "reading") == [(50, 100, ["two"])]
    assert pooled(network, "reading@1.3.0") == [(100, 300, ["one", "three"])]
    old = rollup(network, RollupRequest(template="reading@1.3.0"))
    assert [row.community for row in old.excluded if row.out_of == "everything"] == ["two"]
    together = {entry.community for entry in old.series} | {
        entry.community for entry in rollup(network, RollupRequest(template="reading")).series
    }
    assert together == {"one", "two", "three"}


# A65 What was published then -----------------------------------------------------------------------------------------


def said(projection: Projection, as_of: str | None = None, name: str = "reading") -> bytes:
    return msgspec.json.encode(rollup(projection, RollupRequest(template=name, as_of=as_of, explain=True)))


def test_a65_before_a_major_version_the_answer_is_the_old_one_to_the_byte(network: Projection):
    then, served = network.ledger.head().recorded_at, said(network)
    second = published(network, "2.0.0", meaningful_change=3.0)
    assert said(network, then) == served
    moved(network, "one", second)
    withdraw_template(network, "reading@1.2.0", reason="Superseded", actor=MARIA)
    assert said(network, then) == served
    assert rollup(network, RollupRequest(template="reading", as_of=then)).template == "reading@1.2.0"
    with pytest.raises(NotFound, match="no published template"):
        said(network, then, "reading@2.0.0")


def test_a65_a_version_withdrawn_since_was_meant_by_the_id_then(network: Projection):
    published(network, "1.3.0")
    before = network.ledger.head()
    served = said(network)
    withdraw_template(network, "reading@1.3.0", reason="Wrong", actor=MARIA)
    assert rollup(network, RollupRequest(template="reading")).template == "reading@1.2.0"
    assert said(network, before.recorded_at) == served
    now = read.list_templates(network.cursor(), network.catch_up().seq)
    then = read.list_templates(network.cursor(), before.seq)
    assert [(line.version, line.status) for line in then] == [("1.2.0", "published"), ("1.3.0", "published")]
    assert [(line.version, line.status) for line in now] == [("1.2.0", "published"), ("1.3.0", "withdrawn")]
    assert [(line.body, line.content_sha256) for line in now] == [(line.body, line.content_sha256) for line in then]
