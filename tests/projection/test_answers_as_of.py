"""A past date gives the very bytes that were served then, whatever was learnt since (reliability T5.5)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import networks
import pytest
from networks import (
    Load,
    Net,
    Row,
    begin,
    community_of,
    counts,
    give_back,
    load,
    loaded,
    random_net,
    template_of,
    variant_of,
    write,
    write_net,
)

from registry.domain.refusal import Invalid, NotFound
from registry.projection.answer import RollupRequest, rollup
from registry.projection.compare import compare
from registry.projection.files import PUBLISH_AFTER, Projection

BEGIN = datetime(2024, 3, 1, 12, tzinfo=UTC)
TEMPLATE = template_of("outcome")
BASELINE = {"period": "SY2014-15"}
BREAK = {"period": "SY2016-17", "kind": "cut", "reason": "A new cut"}


class Calendar:
    """A clock that somebody turns."""

    def __init__(self) -> None:
        self.moment = BEGIN

    def __call__(self) -> datetime:
        return self.moment

    def turn(self, *, days: int) -> None:
        self.moment += timedelta(days=days)


@pytest.fixture(autouse=True)
def given_back() -> Iterator[None]:
    yield
    give_back()


@pytest.fixture
def clock() -> Calendar:
    return Calendar()


@pytest.fixture
def projection(tmp_path: Path, clock: Calendar) -> Projection:
    """Three places with three years each, on the first of March."""
    made = begin(tmp_path, now=clock, files=tmp_path / "files")
    variants = tuple(variant_of(place, TEMPLATE, baseline=BASELINE) for place in ("one", "two", "three"))
    cells = {2014: counts(40, 100), 2015: counts(50, 110), 2017: counts(300, 400)}
    write_net(
        made,
        Net(
            template=TEMPLATE,
            communities=tuple(community_of(variant.community) for variant in variants),
            variants=variants,
            loads=tuple(loaded(variant, cells) for variant in variants),
        ),
    )
    return made


def asked(as_of: str | None = None) -> RollupRequest:
    window = "SY2014-15..SY2017-18"
    return RollupRequest(template="outcome", as_of=as_of, explain=True, by="sex", window=window, rule="threshold@1")


def said(projection: Projection, as_of: str | None = None) -> bytes:
    """A roll-up over a window, and a comparison, whose series are those of a plain roll-up."""
    return msgspec.json.encode(
        [rollup(projection, asked(as_of)), compare(projection, ("one", "two"), "outcome", as_of)]
    )


def moment(projection: Projection) -> str:
    return projection.ledger.head().recorded_at


def apart_from_the_moment(answers: bytes) -> list[object]:
    """The answers without the moment they were given for."""
    return [
        {name: value for name, value in answer.items() if name != "as_of"} for answer in msgspec.json.decode(answers)
    ]


def test_every_past_answer_stays_as_it_was_served(projection: Projection, clock: Calendar, tmp_path: Path) -> None:
    """Figures corrected, added and taken back, a break declared later, a measure and a membership changed."""
    served = {moment(projection): said(projection)}
    two = variant_of("two", TEMPLATE, baseline=BASELINE)
    changes = (
        lambda: load(projection, [loaded(two, {2017: counts(100, 400)})]),
        lambda: load(projection, [Load("one", "measure", (Row(2017, "", None), Row(2016, "", counts(1, 2))))]),
        lambda: load(projection, [loaded(two, {2017: counts(30, 44)}, group="sex=female")]),
        lambda: write(projection, [variant_of("three", TEMPLATE, baseline=BASELINE, breaks=[BREAK])]),
        lambda: write(projection, [community_of("one", membership=[{"joined": "2000-01-01", "left": "2024-01-01"}])]),
        lambda: write(projection, [variant_of("two", TEMPLATE, baseline=BASELINE, measure={**networks.FACETS, "cut": "basic"})]),
        lambda: write(projection, [variant_of("two", TEMPLATE, baseline=BASELINE, headline=False)]),
    )  # fmt: skip
    for change in changes:
        clock.turn(days=1)
        change()
        served[moment(projection)] = said(projection)
    assert len(set(served.values())) == len(changes) + 1
    assert {at: said(projection, at) for at in served} == served
    again = networks.opened(tmp_path, None)
    assert {at: said(again, at) for at in served} == served


def test_a_hundred_later_revisions_leave_the_first_answer_alone(projection: Projection, clock: Calendar) -> None:
    at, first = moment(projection), said(projection)
    variant = variant_of("one", TEMPLATE, baseline=BASELINE)
    for number in range(20):
        clock.turn(days=1)
        load(projection, [loaded(variant, {2017: counts(200 + 5 * number + step, 400)}) for step in range(5)])
        projection.catch_up()
    assert projection._base_seq > PUBLISH_AFTER
    assert said(projection, at) == first
    assert rollup(projection, RollupRequest(template="outcome")).levels[0].numerator == 300 + 300 + 299


def test_the_answer_at_the_head_is_the_plain_one(projection: Projection, clock: Calendar) -> None:
    plain = said(projection)
    assert said(projection, moment(projection)) == plain
    for later in ("2024-03-01", "2024-03-02T00:00:00+00:00", "2030-01-01"):
        assert apart_from_the_moment(said(projection, later)) == apart_from_the_moment(plain)


def test_a_bare_date_is_the_end_of_that_day(projection: Projection, clock: Calendar) -> None:
    first = said(projection)
    clock.moment = datetime(2024, 3, 1, 23, 59, 59, 999_990, tzinfo=UTC)
    load(projection, [loaded(variant_of("one", TEMPLATE), {2017: counts(1, 400)})])
    second = said(projection)
    clock.moment = datetime(2024, 3, 2, tzinfo=UTC)
    load(projection, [loaded(variant_of("one", TEMPLATE), {2017: counts(2, 400)})])
    third = said(projection)
    assert len({first, second, third}) == 3
    assert apart_from_the_moment(said(projection, "2024-03-01")) == apart_from_the_moment(second)
    assert apart_from_the_moment(said(projection, "2024-03-01T23:59:59.999989Z")) == apart_from_the_moment(first)
    assert apart_from_the_moment(said(projection, "2024-03-02")) == apart_from_the_moment(third)
    assert (
        rollup(projection, RollupRequest(template="outcome", as_of="2024-03-01")).as_of == "2024-03-01T23:59:59.999999Z"
    )


def test_before_the_registry_there_is_no_answer(projection: Projection) -> None:
    with pytest.raises(NotFound, match="no registry yet on 2024-02-29"):
        rollup(projection, RollupRequest(template="outcome", as_of="2024-02-29"))
    with pytest.raises(NotFound, match="no published template"):
        rollup(projection, RollupRequest(template="outcome", as_of=projection.ledger.entry(1).recorded_at))
    with pytest.raises(Invalid, match="not a date or moment"):
        rollup(projection, RollupRequest(template="outcome", as_of="last spring"))


def test_membership_is_judged_on_the_day_asked_for(projection: Projection) -> None:
    write(projection, [community_of("one", membership=[{"joined": "2024-03-05", "left": "2024-03-09"}])])
    inside = {
        day: rollup(projection, RollupRequest(template="outcome", as_of=f"2024-03-{day:02}")).levels[0].communities
        for day in (4, 5, 9, 10)
    }
    assert inside == {4: ["three", "two"], 5: ["one", "three", "two"], 9: ["one", "three", "two"], 10: ["three", "two"]}
    out = rollup(projection, RollupRequest(template="outcome", as_of="2024-03-10"))
    assert [(entry.community, entry.tier, entry.reason) for entry in out.excluded] == [
        ("one", "none", "One is not a member on 2024-03-10")
    ]
    assert "one" not in {entry.community for entry in out.series}


def test_every_line_of_a_random_network_is_answered_as_it_was(tmp_path: Path, clock: Calendar) -> None:
    """Asked while it was the newest, and again when all was loaded; some of it in files by then."""
    net = random_net(3)
    projection = begin(tmp_path, now=clock, files=tmp_path / "files")
    write(projection, (net.template, *net.communities, *net.variants))
    served = {}
    for entry in net.loads:
        clock.turn(days=1)
        load(projection, [entry])
        answer = rollup(projection, RollupRequest(template=net.template.id, by="sex", explain=True))
        served[answer.as_of] = msgspec.json.encode(answer)
    assert len(set(served.values())) == len(net.loads) > 5
    for at, bytes_then in served.items():
        answer = rollup(projection, RollupRequest(template=net.template.id, by="sex", explain=True, as_of=at))
        assert msgspec.json.encode(answer) == bytes_then
