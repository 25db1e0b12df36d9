"""The whole roll-up against a plain model of it, on random networks; and what must leave its figures alone."""

import math
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import chain
from pathlib import Path
from random import Random

import msgspec
import pytest
from expected import Asked, Expected, Level, expected
from networks import (
    FACETS,
    FIRST,
    LAST,
    Load,
    Net,
    Row,
    begin,
    code,
    community_of,
    counts,
    give_back,
    load,
    loaded,
    random_net,
    variant_of,
    write,
    write_net,
)

from registry.domain.community import Partner
from registry.domain.group import group_key
from registry.domain.point import Point
from registry.domain.progress import RULES, Progress
from registry.domain.rollup import LEFT_OUT
from registry.domain.rollup_answer import RollupAnswer, ShownLevel, ShownSeries
from registry.projection.answer import RollupRequest, rollup

HOW = ("plain", "by", "period", "window", "by_window", "rule")


@pytest.fixture(autouse=True)
def given_back() -> Iterator[None]:
    yield
    give_back()


def any_request(seed: int) -> tuple[RollupRequest, Asked]:
    """A question in every form, the same one for the same seed: for the product and for the model."""
    chance, how = Random(seed), HOW[seed % len(HOW)]
    rule = RULES[chance.choice(sorted(RULES)) if how == "rule" else "plain@1"]
    start = chance.choice((FIRST, FIRST + 1, FIRST + 1, LAST - 1))
    window = (start, chance.randint(start + 1, LAST)) if "window" in how else None
    period = chance.randint(FIRST, LAST) if how == "period" else None
    dimension = chance.choice(("sex", "sex", "grade")) if "by" in how else None
    request = RollupRequest(
        template=f"outcome-{seed}",
        by=dimension,
        period=None if period is None else code(period),
        window=window and f"{code(window[0])}..{code(window[1])}",
        rule=rule.id,
    )
    return request, Asked(rule=rule, dimension=dimension, period=period, window=window)


def near(found: object, wanted: object) -> bool:
    """Equal, numbers to 12 significant digits of the exit and the doubles of a test."""
    if isinstance(wanted, tuple | list):
        return isinstance(found, tuple | list) and all(map(near, found, wanted))
    if found is None or wanted is None or isinstance(wanted, str | bool):
        return found == wanted
    return math.isclose(float(found), float(wanted), rel_tol=1e-9, abs_tol=1e-9)


def unlike(found: msgspec.Struct | None, wanted: msgspec.Struct | None, names: tuple[str, ...]) -> dict[str, object]:
    if found is None or wanted is None:
        return {} if found is wanted else {"": (found, wanted)}
    pairs = {name: (getattr(found, name), getattr(wanted, name)) for name in names}
    return {name: pair for name, pair in pairs.items() if not near(*pair)}


def level_faults(found: ShownLevel, wanted: Level) -> dict[str, object]:
    names = ("communities", "numerator", "denominator", "value", "low", "high", "unweighted")
    faults = unlike(found, wanted, names)
    left_out = {(entry.community, entry.variant): entry.reason for entry in found.left_out}
    if left_out != {name: LEFT_OUT[status] for name, status in wanted.left_out.items()}:
        faults["left_out"] = (left_out, wanted.left_out)
    known = found.known and (found.known.communities, found.known.numerator, found.known.denominator)
    if known != wanted.known:
        faults["known"] = (known, wanted.known)
    return faults


def faults_of(answer: RollupAnswer, wanted: Expected) -> Iterator[object]:
    """Everything on which the answer and the model differ."""
    shown = {
        (entry.community, entry.variant, group_key(entry.group)): entry
        for entry in (*answer.series, *answer.benchmarks)
    }
    if shown.keys() != wanted.series.keys():
        yield "series", set(shown) ^ set(wanted.series)
    for name in shown.keys() & wanted.series.keys():
        yield from ((name, fault) for fault in series_faults(shown[name], wanted, name))
    levels = {(level.key, group_key(level.group), level.period): level for level in answer.levels}
    if levels.keys() != wanted.levels.keys():
        yield "levels", set(levels) ^ set(wanted.levels)
    for key in levels.keys() & wanted.levels.keys():
        yield from ((key, fault) for fault in level_faults(levels[key], wanted.levels[key]).items())
    yield from tally_faults(answer, wanted.tallies)
    out = {(entry.community, entry.variant): (entry.tier, entry.reason) for entry in answer.excluded}
    if out.keys() != wanted.excluded.keys():
        yield "excluded", out, wanted.excluded
    for name in out.keys() & wanted.excluded.keys():
        tier, word = wanted.excluded[name]
        if out[name][0] != tier or word not in out[name][1] or not out[name][1]:
            yield "excluded", name, out[name], wanted.excluded[name]
    coverage = (answer.coverage.communities_in, answer.coverage.communities_out, answer.coverage.people_in)
    outside = {community for community, _ in wanted.excluded} - wanted.communities_in
    if coverage != (len(wanted.communities_in), len(outside), wanted.people_in):
        yield "coverage", coverage, len(wanted.communities_in), len(outside), wanted.people_in


def series_faults(found: ShownSeries, wanted: Expected, name: tuple[str, str, str]) -> Iterator[object]:
    series = wanted.series[name]
    yield from unlike(found, series, ("tier", "key", "broken_at")).items()
    yield from unlike(found, series.progress, Progress.__struct_fields__).items()
    yield from unlike(found.baseline, series.baseline, Point.__struct_fields__).items()
    yield from unlike(found.latest, series.latest, Point.__struct_fields__).items()


def tally_faults(answer: RollupAnswer, wanted: Mapping[str, Mapping[str, list[str]]]) -> Iterator[object]:
    network = answer.network
    found = {network.key: network, **{entry.key: entry for entry in network.apart}} if network.key else {}
    if found.keys() != wanted.keys():
        yield "tallies", list(found), list(wanted)
    for key in found.keys() & wanted.keys():
        tally = {
            trend: getattr(found[key], trend) for trend in ("improving", "maintaining", "declining", "indeterminate")
        }
        sizes = {trend: len(wanted[key].get(trend, [])) for trend in tally}
        everybody = sorted(place for places in wanted[key].values() for place in places)
        if (tally, found[key].communities, found[key].n) != (sizes, everybody, len(everybody)):
            yield "tally", key, tally, found[key], wanted[key]


@pytest.mark.parametrize("part", range(5))
def test_answer_is_what_a_plain_model_says_of_any_network(tmp_path: Path, full: bool, part: int) -> None:
    """150 networks, 3,000 in the long form, each asked one question of six kinds; up to 60 of them share a registry."""
    size = 600 if full else 30
    for first in range(part * size, (part + 1) * size, min(size, 60)):
        folder = tmp_path / str(first)
        folder.mkdir()
        projection = begin(folder)
        nets = {seed: random_net(seed) for seed in range(first, first + min(size, 60))}
        documents = ((net.template, *net.communities, *net.variants) for net in nets.values())
        write(projection, chain.from_iterable(documents))
        load(projection, (entry for net in nets.values() for entry in net.loads))
        for seed, net in nets.items():
            request, asked = any_request(seed)
            answer = rollup(projection, request)
            today = msgspec.structs.replace(asked, day=date.fromisoformat(answer.as_of[:10]))
            assert list(faults_of(answer, expected(net, today))) == [], (seed, request)
        projection.close()


# What must leave the figures alone ---------------------------------------------------------------------------------

SEEDS = (13, 25, 111)
"""Networks with a level over several places, a bounded one, groups, and places left out; ``test_networks_hold_what_may_go_wrong``."""


def levels(answer: RollupAnswer) -> bytes:
    return msgspec.json.encode(answer.levels)


def answer_of(folder: Path, net: Net) -> RollupAnswer:
    """The whole roll-up of a network in a registry of its own, by sex."""
    folder.mkdir()
    projection = begin(folder)
    write_net(projection, net)
    answer = rollup(projection, RollupRequest(template=net.template.id, by="sex"))
    projection.close()
    return answer


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> dict[int, RollupAnswer]:
    """Each network's answer before anything is done to it."""
    folder = tmp_path_factory.mktemp("before")
    return {seed: answer_of(folder / str(seed), pooling(seed)) for seed in SEEDS}


def pooling(seed: int) -> Net:
    """A network whose template pools, so that there is something to leave alone."""
    net = random_net(seed)
    indicator = msgspec.structs.replace(net.template.indicator, rollup="pooled_ratio")
    return msgspec.structs.replace(net, template=msgspec.structs.replace(net.template, indicator=indicator))


def without_place(answer: RollupAnswer, *places: str) -> list[tuple[object, ...]]:
    """Every pooled figure, and the communities but for those named."""
    names = ("key", "period", "group", "numerator", "denominator", "value", "low", "high")
    return [
        (*(getattr(level, name) for name in names), [place for place in level.communities if place not in places])
        for level in answer.levels
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_networks_hold_what_may_go_wrong(before: dict[int, RollupAnswer], seed: int) -> None:
    found = before[seed].levels
    assert any(level.value is not None and len(level.communities) > 1 for level in found)
    assert any(level.low is not None and level.value is None for level in found)
    assert any(level.left_out for level in found)
    assert any(level.group for level in found)


@pytest.mark.parametrize("seed", SEEDS)
def test_order_of_loading_changes_no_pooled_figure(tmp_path: Path, before: dict[int, RollupAnswer], seed: int) -> None:
    """Loads of different measures in any order; what corrects one measure stays after what it corrects."""
    net = pooling(seed)
    backwards = sorted(net.loads, key=lambda entry: (entry.community, entry.variant), reverse=True)
    turned = msgspec.structs.replace(
        net, communities=net.communities[::-1], variants=net.variants[::-1], loads=tuple(backwards)
    )
    assert levels(answer_of(tmp_path / "after", turned)) == levels(before[seed])


@pytest.mark.parametrize("seed", SEEDS)
def test_loading_twice_changes_no_pooled_figure(tmp_path: Path, before: dict[int, RollupAnswer], seed: int) -> None:
    net = pooling(seed)
    last = {(entry.community, entry.variant): entry for entry in net.loads}
    twice = msgspec.structs.replace(net, loads=(*net.loads, *last.values()))
    assert levels(answer_of(tmp_path / "twice", twice)) == levels(before[seed])


@pytest.mark.parametrize("seed", SEEDS)
def test_partners_story_notes_and_strategies_change_no_pooled_figure(
    tmp_path: Path, before: dict[int, RollupAnswer], seed: int
) -> None:
    """A04: each makes a new revision of the variant, and none makes a row more of its figures."""
    net = pooling(seed)
    partners = tuple(Partner(id=f"partner-{number}", name=f"Partner {number}") for number in range(3))
    more = {"story": "Why it is so.", "notes": "n", "strategies": ("Read aloud", "Tutor"), "partners": partners}
    revised = tuple(
        msgspec.structs.replace(variant, **dict(list(more.items())[:size]))
        for size in (1, 4)
        for variant in net.variants
    )
    after = msgspec.structs.replace(net, variants=(*net.variants, *revised))
    assert levels(answer_of(tmp_path / "after", after)) == levels(before[seed])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_community_that_is_not_comparable_changes_no_pooled_figure(
    tmp_path: Path, before: dict[int, RollupAnswer], seed: int
) -> None:
    net = pooling(seed)
    apart = [
        variant_of(f"new-{number}", net.template, measure=measure)
        for number, measure in enumerate(({"construct": "books"}, None, {**FACETS, "universe": "everywhere"}))
    ]
    cells = {year: counts(1, 2, net.template.indicator.per) for year in range(FIRST, LAST + 1)}
    after = msgspec.structs.replace(
        net,
        communities=(*net.communities, *(community_of(variant.community) for variant in apart)),
        variants=(*net.variants, *apart),
        loads=(*net.loads, *(loaded(variant, cells) for variant in apart)),
    )
    grown = answer_of(tmp_path / "after", after)
    own = [level for level in grown.levels if level.communities != ["new-2"]]
    assert msgspec.json.encode(own) == levels(before[seed])
    assert {"new-0", "new-1"} <= {entry.community for entry in grown.excluded}


@pytest.mark.parametrize("seed", SEEDS)
def test_splitting_a_community_leaves_the_pooled_figure_alone(
    tmp_path: Path, before: dict[int, RollupAnswer], seed: int
) -> None:
    net = pooling(seed)
    place = next(
        part
        for level in before[seed].levels if level.numerator is not None
        for part in level.communities
    )  # fmt: skip
    halves = (f"{place}-east", f"{place}-west")
    after = split(net, place, halves)
    grown = answer_of(tmp_path / "after", after)
    assert without_place(grown, *halves) == without_place(before[seed], place)
    assert any(set(halves) <= set(level.communities) for level in grown.levels)


def split(net: Net, place: str, halves: tuple[str, str]) -> Net:
    """The same network with one place as two: their counts are its counts, and what only it says both say."""

    def own(document: str) -> tuple[str, ...]:
        return halves if document == place else (document,)

    def half(row: Row, number: int) -> Row:
        figures = dict(row.figures or {})
        for name in ("numerator", "denominator", "eligible"):
            if name in figures:
                whole = int(str(figures[name]))
                figures[name] = whole // 3 if number else whole - whole // 3
        if figures.get("denominator") == 0 and "missing" not in figures:
            figures = {"missing": "not_applicable", "numerator": 0, "denominator": 0}
        return row if row.figures is None else Row(row.year, row.group, figures)

    renamed = msgspec.structs.replace
    return msgspec.structs.replace(
        net,
        communities=tuple(renamed(entry, slug=slug) for entry in net.communities for slug in own(entry.slug)),
        variants=tuple(renamed(entry, community=slug) for entry in net.variants for slug in own(entry.community)),
        loads=tuple(
            Load(slug, entry.variant, tuple(half(row, number) for row in entry.rows) if slug in halves else entry.rows)
            for entry in net.loads
            for number, slug in enumerate(own(entry.community))
        ),
    )
