"""Whose people are counted once: nobody twice on any day, the wider place, of two equal ones the first, in whatever order they come."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import permutations, product

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.geography import path_of
from registry.domain.overlap import (
    CountedElsewhere,
    CountedPlace,
    OverlapPair,
    counted_once,
    in_words,
    untold_pairs,
)

COUNTY, DISTRICT, SCHOOL = "fips-county:48113", "nces-lea:4816230", "nces-school:481623001234"
DAYS = [date(2015, 1, 1) + timedelta(days=day) for day in range(12)]


class Held(msgspec.Struct, frozen=True):
    """One place of a community: its code, what holds it, and the days on which it is the community's."""

    code: str
    path: tuple[str, ...]
    since: date | None = None
    until: date | None = None

    def on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class Member(msgspec.Struct, frozen=True):
    """One community's headline measure, in the order of registration, with its places."""

    name: str
    places: tuple[Held, ...]


def pairs_of(members: Sequence[Member]) -> list[OverlapPair]:
    """Every two places of two communities of which one holds the other, on the days that they have in common."""
    found = []
    for (at, wide), (behind, narrow) in product(enumerate(members), repeat=2):
        for holder, held in product(wide.places, narrow.places):
            since = max((day for day in (holder.since, held.since) if day), default=None)
            until = min((day for day in (holder.until, held.until) if day), default=None)
            apart = since is not None and until is not None and since > until
            if wide.name == narrow.name or holder.code not in held.path or apart:
                continue
            if holder.code == held.code and at > behind:
                continue
            names = (wide.name, "m", at, narrow.name, "m", behind)
            found.append(OverlapPair("reading", *names, holder.code, held.code, since, until))
    return found


def members_of(**codes: str | tuple[str, ...]) -> list[Member]:
    """Communities in the order of registration; what is written behind a code holds it."""
    rows = {name: (code,) if isinstance(code, str) else code for name, code in codes.items()}
    return [Member(name, (Held(row[0], path_of(row[0], row[1:])),)) for name, row in rows.items()]


def aside_on(found: Iterable[CountedElsewhere], name: str, day: date) -> list[str]:
    """With whom a community's people are counted on a day."""
    return [
        entry.counted_with
        for entry in found
        if entry.community == name
        and (entry.since is None or entry.since <= day)
        and (entry.until is None or day <= entry.until)
    ]


def told(members: Sequence[Member]) -> dict[str, list[str]]:
    found = counted_once(pairs_of(members))
    return {member.name: aside_on(found, member.name, DAYS[0]) for member in members}


def test_the_wider_place_is_counted_whoever_was_first():
    for names in permutations(("county", "district", "school")):
        codes = {"county": COUNTY, "district": (DISTRICT, COUNTY), "school": (SCHOOL, COUNTY)}
        found = told(members_of(**{name: codes[name] for name in names}))
        assert found == {"county": [], "district": ["county"], "school": ["county"]}


def test_of_two_equal_places_the_first_is_counted():
    assert told(members_of(later=COUNTY, sooner=COUNTY)) == {"later": [], "sooner": ["later"]}
    assert told(members_of(sooner=COUNTY, later=COUNTY)) == {"sooner": [], "later": ["sooner"]}


def test_a_chain_of_declarations_counts_nobody_twice_whoever_was_first():
    """The quarter names its town alone, the town its county: the pairs do not say that the county holds the quarter."""
    codes = {"county": "county:1", "town": ("town:1", "county:1"), "quarter": ("quarter:1", "town:1")}
    for names in permutations(codes):
        found = told(members_of(**{name: codes[name] for name in names}))
        assert found == {"county": [], "town": ["county"], "quarter": ["county"]}


def test_places_that_name_each_other_leave_one_of_them():
    assert told(members_of(one=("a:1", "b:1"), two=("b:1", "a:1"))) == {"one": [], "two": ["one"]}
    ring = members_of(one=("a:1", "b:1"), two=("b:1", "c:1"), three=("c:1", "a:1"))
    assert [name for name, others in told(ring).items() if not others] == ["one"]


def test_who_is_out_because_of_another_place_of_theirs_puts_nobody_out():
    """The centre has two places; one is the county's, and so the centre is out. What only its other place holds is counted."""
    centre = Member("centre", (Held("town:1", path_of("town:1", [COUNTY])), Held("town:2", ("town:2",))))
    county = Member("county", (Held(COUNTY, path_of(COUNTY)),))
    quarter = Member("quarter", (Held("quarter:2", path_of("quarter:2", ["town:2"])),))
    for members in permutations((centre, county, quarter)):
        found = told(members)
        assert (found["centre"], found["county"], found["quarter"]) == (["county"], [], [])


def test_a_place_that_moved_is_counted_with_each_for_its_own_years():
    half = DAYS[6]
    school = Member("school", (Held(SCHOOL, path_of(SCHOOL)),))
    old = Member("old", (Held(DISTRICT, path_of(DISTRICT), None, half - timedelta(days=1)),))
    new = Member("new", (Held(DISTRICT, path_of(DISTRICT), half, DAYS[9]),))
    found = counted_once(pairs_of([school, old, new]))
    assert [aside_on(found, "school", day) for day in DAYS] == [["old"]] * 6 + [["new"]] * 4 + [[]] * 2
    assert {entry.community for entry in found} == {"school"}


def test_two_outcomes_are_two_questions():
    one, two = (
        OverlapPair(outcome, "county", "m", 0, "district", "m", 1, COUNTY, DISTRICT, None, None)
        for outcome in ("graduation", "reading")
    )
    (only,) = counted_once([one])
    assert only.template_id == "graduation"
    assert [entry.template_id for entry in counted_once([two, one])] == ["graduation", "reading"]


def test_a_place_puts_another_out_of_what_both_are_in_and_of_nothing_else():
    """The county and the district measure in two ways: they are in one count of progress, and each in a level of its own."""
    pair = OverlapPair(
        "reading", "county", "m", 0, "district", "m", 1, COUNTY, DISTRICT, None, None, ["progress", "outcome"]
    )
    (entry,) = counted_once([pair])
    assert entry.tiers == ("progress", "outcome")
    school = OverlapPair("reading", "district", "m", 1, "school", "m", 2, DISTRICT, SCHOOL, None, None, ["level"])
    assert [(found.community, found.counted_with, found.tiers) for found in counted_once([school, pair])] == [
        ("district", "county", ("progress", "outcome")),
        ("school", "district", ("level",)),
    ]


def test_a_sum_is_settled_in_the_years_in_which_the_holder_has_people_and_a_count_where_it_has_a_figure():
    names = ("reading", "county", "m", 0, "district", "m", 1, COUNTY, DISTRICT, None, None)
    found = counted_once([OverlapPair(*names, ["level", "progress"], ["SY2018-19"])])
    assert {(entry.tiers, entry.periods) for entry in found} == {(("level",), ("SY2018-19",)), (("progress",), None)}
    assert counted_once([OverlapPair(*names, ["level", "progress"], [], reported=False)]) == ()


SPAN = st.tuples(st.sampled_from([None, *DAYS]), st.sampled_from([None, *DAYS])).filter(
    lambda days: None in days or days[0] <= days[1]
)
NUMBERS = st.text("12", max_size=3)


def tree(number: str) -> tuple[str, ...]:
    """A place in an invented tree and all that hold it: ``p12`` lies in ``p1``, that in ``p``."""
    return tuple(f"p:{number[:end]}x" for end in range(len(number), -1, -1))


@st.composite
def networks(draw: st.DrawFn, most: int = 1) -> list[Member]:
    members = []
    for place in range(draw(st.integers(1, 6))):
        numbers = draw(st.lists(NUMBERS, min_size=1, max_size=most, unique=True))
        held = tuple(Held(tree(number)[0], tree(number), *draw(SPAN)) for number in numbers)
        members.append(Member(f"c{place}", held))
    return members


@given(networks(most=3))
def test_nobody_is_counted_twice_on_any_day(members: list[Member]):
    pairs = pairs_of(members)
    found = counted_once(pairs)
    for day in DAYS:
        for pair in pairs:
            if (pair.since is None or pair.since <= day) and (pair.until is None or day <= pair.until):
                assert aside_on(found, pair.wide, day) or aside_on(found, pair.narrow, day)


@given(networks())
def test_on_every_day_the_widest_is_counted_and_nobody_is_lost(members: list[Member]):
    found = counted_once(pairs_of(members))
    for day in DAYS:
        here = [(at, member) for at, member in enumerate(members) if member.places[0].on(day)]
        for at, member in here:
            own = member.places[0]
            wider = [
                other.name
                for before, other in here
                if other.places[0].code in own.path and (other.places[0].code != own.code or before < at)
            ]
            assert bool(aside_on(found, member.name, day)) is bool(wider)


@given(networks(most=3), st.randoms(use_true_random=False))
def test_the_order_in_which_pairs_come_changes_nothing(members: list[Member], chance: object):
    pairs = pairs_of(members)
    shuffled = list(pairs)
    chance.shuffle(shuffled)
    assert counted_once(shuffled) == counted_once(pairs)


@given(networks(most=3))
def test_whoever_steps_aside_is_named_once_with_the_place_that_holds_theirs(members: list[Member]):
    found = counted_once(pairs_of(members))
    assert len(set(map(repr, found))) == len(found)
    for entry in found:
        assert entry.counted_with != entry.community
        own, other = (
            next(member for member in members if member.name == name) for name in (entry.community, entry.counted_with)
        )
        assert entry.in_code in next(held.path for held in own.places if held.code == entry.code)
        assert entry.in_code in {held.code for held in other.places}


@pytest.mark.parametrize(
    ("code", "in_code", "words"),
    [
        (DISTRICT, COUNTY, f"a place that holds it ({DISTRICT} is in {COUNTY})"),
        (COUNTY, COUNTY, f"the same place ({COUNTY})"),
    ],
)
def test_the_reason_names_both_places(code: str, in_code: str, words: str):
    (entry,) = counted_once([OverlapPair("reading", "a", "m", 1, "b", "m", 2, in_code, code, None, None)])
    assert in_words(entry) == f"its people are counted with a, which measures {words}; nobody is counted twice"


def row(community: str, *codes: str, within: tuple[str, ...] = ()) -> CountedPlace:
    places = [{"code": code, "path": list(path_of(code, within)), "since": None, "until": None} for code in codes]
    return CountedPlace("reading", community, "m", 1, places)


def test_two_kinds_of_places_in_one_state_are_told_once_and_in_order():
    rows = [row("west", DISTRICT), row("east", COUNTY, "fips-county:48085"), row("far", "nces-lea:0901560")]
    (found,) = untold_pairs(rows)
    assert (found.community, found.other) == ("east", "west")
    assert {found.code, found.other_code} == {"fips-county:48085", DISTRICT}
    assert untold_pairs(list(reversed(rows))) == (found,)


def test_who_declares_how_the_places_lie_is_not_asked_again():
    assert untold_pairs([row("east", COUNTY), row("west", DISTRICT, within=(COUNTY,))]) == ()
    assert untold_pairs([row("east", COUNTY), row("west", "fips-county:48085")]) == ()
    assert untold_pairs([row("both", COUNTY, DISTRICT)]) == ()
