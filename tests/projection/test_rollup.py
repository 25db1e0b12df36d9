"""The whole roll-up against a plain model of it, on random networks; and what must leave its figures alone."""

from collections.abc import Iterator
from datetime import date
from itertools import chain
from pathlib import Path
from random import Random

import msgspec
import pytest
from changed import split
from comparing import faults_of
from expected import expected
from expected_series import Asked
from networks import (
    FACETS,
    FIRST,
    LAST,
    Net,
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
from registry.domain.progress_rule import RULES
from registry.domain.rollup_answer import RollupAnswer
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


@pytest.mark.parametrize("part", range(5))
def test_answer_is_what_a_plain_model_says_of_any_network(tmp_path: Path, full: bool, part: int) -> None:
    """50 networks, 3,000 in the long form, each asked one question of six kinds; up to 60 of them share a registry."""
    size = 600 if full else 10
    for first in range(part * size, (part + 1) * size, min(size, 60)):
        folder = tmp_path / str(first)
        folder.mkdir()
        projection = begin(folder)
        nets = {seed: random_net(seed) for seed in range(first, first + min(size, 60))}
        documents = (net.documents for net in nets.values())
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
