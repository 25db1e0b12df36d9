"""What a release shows, attacked."""

import random
from collections.abc import Iterable, Sequence

import msgspec
import pytest
from disclosure_made import Attacker, cell, made, table
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.audit import highs
from registry.domain.disclosure import Cell, MaskRule, Table
from registry.domain.disclosure_cells import Earlier, Mask
from registry.domain.disclosure_change import delayed
from registry.domain.disclosure_masks import Masking, NeedsProgram, masks
from registry.domain.disclosure_tables import Nested

MEAN = MaskRule(unit="mean")


def kinds(masking: Masking, community: str = "a") -> dict[str, str]:
    return {mask.group: mask.kind for mask in masking.masks if mask.community == community}


def attacked(
    tables: Sequence[Table], masking: Masking, nested: Sequence[Nested] = (), knows: Iterable[Iterable[str]] = ((),)
) -> list[object]:
    return [found for known in knows for found in Attacker(tables, masking.masks, nested, known).narrow()]


def test_the_total_minus_the_shown_parts_gives_nobody_away():
    one = table(cell("", 30, 63), cell("sex=female", 28, 60), cell("sex=male", 2, 3))
    masking = masks([one])
    assert kinds(masking) == {"": "open", "sex=female": "hidden", "sex=male": "hidden"}
    assert (masking.cells, masking.primary, masking.complementary, masking.coded) == (3, 1, 1, 0)
    assert attacked([one], masking) == []


def test_the_attacker_would_succeed_without_complementary_cells():
    one = table(cell("", 30, 63), cell("sex=female", 28, 60), cell("sex=male", 2, 3))
    naive = [
        Mask(
            community="a",
            variant="v",
            period="SY2018-19",
            group=entry.group,
            kind="hidden" if entry.denominator == 3 else "open",
        )
        for entry in one.cells
    ]
    assert [found[1:] for found in Attacker([one], naive).narrow()] == [("n", (3, 3)), ("x", (2, 2)), ("y", (1, 1))]


def test_the_smallest_other_group_is_hidden_and_everybody_stays():
    one = table(
        cell("", 100, 200), cell("race=a", 50, 90), cell("race=b", 40, 85), cell("race=c", 8, 20), cell("race=d", 2, 5)
    )
    assert kinds(masks([one])) == {
        "": "open",
        "race=a": "open",
        "race=b": "open",
        "race=c": "hidden",
        "race=d": "hidden",
    }


def test_two_small_groups_whose_people_are_too_few_together_take_a_third_with_them():
    one = table(
        cell("", 60, 123), cell("race=a", 50, 100), cell("race=b", 8, 15), cell("race=c", 1, 4), cell("race=d", 1, 4)
    )
    assert kinds(masks([one])) == {
        "": "open",
        "race=a": "open",
        "race=b": "hidden",
        "race=c": "hidden",
        "race=d": "hidden",
    }


def test_nobody_in_the_numerator_of_two_hidden_groups_is_not_told():
    one = table(
        cell("", 60, 130), cell("race=a", 40, 60), cell("race=b", 20, 40), cell("race=c", 0, 22), cell("race=d", 0, 8)
    )
    masking = masks([one])
    assert kinds(masking)["race=b"] == "hidden"
    assert attacked([one], masking) == []


@pytest.mark.parametrize(("shared", "enough"), [(8, False), (9, True)])
def test_either_of_two_hidden_groups_may_be_nobody_s(shared: int, enough: bool):
    """Groups with nobody in them are hidden too, so that of two who are nine together each has none to nine: ten numbers."""
    rest = shared - 5
    one = table(cell("", 40, 80 + shared), cell("race=a", 36, 80), cell("race=b", 2, 5), cell("race=c", 2, rest))
    masking = masks([one])
    assert (kinds(masking)["race=a"] == "open") is enough
    assert attacked([one], masking) == []


def test_all_or_nobody_of_a_group_is_a_code_that_the_others_do_not_undo():
    one = table(cell("", 60, 120), cell("sex=female", 60, 80), cell("sex=male", 0, 40))
    masking = masks([one])
    assert kinds(masking) == {"": "open", "sex=female": "hidden", "sex=male": "hidden"}
    several = table(cell("", 44, 120), cell("race=a", 39, 40), cell("race=b", 2, 40), cell("race=c", 3, 40))
    assert kinds(masks([several])) == {"": "open", "race=a": "coded", "race=b": "coded", "race=c": "coded"}
    assert attacked([several], masks([several])) == []


def test_a_code_says_its_range_and_only_a_code():
    one = table(cell("", 2, 60), cell("sex=male", None, None, value=3.0))
    coded, hidden = masks([one]).masks
    assert (coded.kind, coded.low, coded.high, coded.why) == ("coded", 0, 6, "primary")
    assert (hidden.kind, hidden.low, hidden.high, hidden.why) == ("hidden", None, None, "primary")


def test_people_of_no_stated_category_can_be_room_enough():
    one = table(cell("", 50, 120), cell("sex=female", 25, 50), cell("sex=male", 3, 8))
    assert kinds(masks([one])) == {"": "open", "sex=female": "open", "sex=male": "hidden"}


def test_overlapping_dimensions_need_a_program():
    one = made(random.Random(5), {"r": 3, "s": 2}, 2, people=15)
    with pytest.raises(NeedsProgram):
        masks([one])
    assert attacked([one], masks([one], solver=highs)) == []


def test_a_table_of_large_groups_is_shown_whole_without_a_program():
    cells = [cell(key, size // 2, size) for key, size in (("", 400), ("a=1", 200), ("a=2", 200), ("b=1", 400))]
    masking = masks([table(*cells, cell("a=1;b=1", 100, 200), cell("a=2;b=1", 100, 200))])
    assert {mask.kind for mask in masking.masks} == {"open"}


@pytest.mark.parametrize(
    ("dimensions", "deepest"),
    [
        ({"r": 5, "s": 2, "e": 2}, 1),
        ({"r": 4, "s": 2}, 2),
        ({"r": 2, "s": 2, "e": 2}, 3),
        ({"r": 3, "s": 2, "e": 2}, 2),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_nothing_masked_can_be_narrowed_beyond_the_rule(seed: int, dimensions: dict[str, int], deepest: int):
    draw = random.Random(seed)
    one = made(draw, dimensions, deepest, people=draw.choice((12, 40, 200)), unknown=draw.choice((0, 0.1)))
    masking = masks([one], solver=highs)
    assert masking.exposed == ()
    assert attacked([one], masking) == []


COUNTS = st.integers(0, 30).flatmap(lambda size: st.tuples(st.integers(0, size), st.just(size)))


@given(st.lists(COUNTS, min_size=4, max_size=4), st.randoms(use_true_random=False))
@settings(max_examples=12, deadline=None)
def test_the_same_cells_give_the_same_masks_in_whatever_order(counts: list[tuple[int, int]], shuffle: random.Random):
    inside, size = zip(*counts, strict=True)
    cells = [cell("", sum(inside), sum(size))]
    for at, group in enumerate(("a=1;b=1", "a=1;b=2", "a=2;b=1", "a=2;b=2")):
        cells.append(cell(group, inside[at], size[at]))
    for group, (one, two) in (("a=1", (0, 1)), ("a=2", (2, 3)), ("b=1", (0, 2)), ("b=2", (1, 3))):
        cells.append(cell(group, inside[one] + inside[two], size[one] + size[two]))
    first = masks([table(*cells)], solver=highs)
    shuffle.shuffle(cells)
    assert masks([table(*cells)], solver=highs) == first
    assert first.exposed == ()
    assert attacked([table(*cells)], first) == []


def places(*counts: tuple[str, dict[str, tuple[int, int]]]) -> tuple[list[Table], list[Nested]]:
    """Tables of a county and what it holds: the first holds the others."""
    tables = [table(*(cell(group, *pair) for group, pair in groups.items()), community=name) for name, groups in counts]
    return tables, [Nested((counts[0][0], "v"), (name, "v")) for name, _ in counts[1:]]


def test_the_county_minus_its_other_districts_tells_nothing_of_a_small_one():
    tables, nested = places(
        ("county", {"": (60, 128)}), ("north", {"": (30, 60)}), ("south", {"": (27, 60)}), ("west", {"": (3, 8)})
    )
    masking = masks(tables, nested, solver=highs)
    assert {mask.community: mask.kind for mask in masking.masks}["west"] == "hidden"
    assert masking.complementary >= 1
    everyone = [(), ("county",), ("north",), ("south",), ("west",)]
    assert attacked(tables, masking, nested, everyone) == []


def test_an_editor_who_knows_her_own_district_learns_nothing_of_another():
    groups = {"county": (6, 15), "north": (3, 8), "south": (3, 7)}
    tables, nested = places(*((name, {"": (60, 120), "sex=male": pair}) for name, pair in groups.items()))
    tables[1:] = [
        table(cell("", 30, 60), cell("sex=male", *groups[name]), community=name) for name in ("north", "south")
    ]
    masking = masks(tables, nested, solver=highs)
    assert attacked(tables, masking, nested, [(), ("county",), ("north",), ("south",)]) == []
    assert kinds(masking, "county")["sex=male"] == "hidden"


def test_a_role_that_may_read_two_districts_learns_nothing_of_the_third():
    tables, nested = places(
        ("county", {"": (130, 272)}),
        ("east", {"": (63, 126)}),
        ("north", {"": (30, 60)}),
        ("south", {"": (34, 78)}),
        ("west", {"": (3, 8)}),
    )
    granted = frozenset({"north", "south"})
    masking = masks(tables, nested, attackers=[granted], solver=highs)
    assert attacked(tables, masking, nested, [(), granted]) == []


def county_of(held: Sequence[Table]) -> Table:
    """The place that holds all of these."""
    counts: dict[str, tuple[int, int]] = {}
    for entry in (entry for one in held for entry in one.cells):
        before = counts.get(entry.group, (0, 0))
        counts[entry.group] = before[0] + (entry.numerator or 0), before[1] + (entry.denominator or 0)
    return table(*(cell(group, *pair) for group, pair in counts.items()), community="county")


@pytest.mark.parametrize("seed", range(6))
def test_a_county_and_its_districts_hold_against_every_editor_in_whatever_order(seed: int):
    draw = random.Random(seed)
    names = ("east", "north", "south")
    held = [made(draw, {"r": 3, "s": 2}, 1, people=draw.choice((12, 30, 80)), community=name) for name in names]
    here = held[1:] if seed % 2 else held
    tables, nested = [county_of(held), *here], [Nested(("county", "v"), (one.community, "v")) for one in here]
    granted = frozenset({"north", "south"})
    masking = masks(tables, nested, attackers=[granted], solver=highs)
    assert masks(tables[::-1], nested[::-1], attackers=[granted], solver=highs) == masking
    assert masking.exposed == ()
    assert attacked(tables, masking, nested, [(), granted, *((one.community,) for one in tables)]) == []


def test_an_editor_is_not_kept_from_what_her_own_cells_tell():
    only_north = table(cell("", 60, 120), cell("sex=male", 3, 8), community="north")
    county = table(cell("", 100, 240), cell("sex=male", 3, 8), community="county")
    masking = masks([county, only_north], [Nested(("county", "v"), ("north", "v"))], solver=highs)
    assert masking.exposed == ()
    assert (masking.primary, masking.complementary) == (2, 0)


RACES = table(
    cell("", 100, 205), cell("race=a", 50, 90), cell("race=b", 40, 85), cell("race=c", 8, 22), cell("race=d", 2, 8)
)


def released(one: Table, shown: Iterable[str], name: str = "r1") -> Earlier:
    found = tuple(
        Mask(
            community="a",
            variant="v",
            period="SY2018-19",
            group=entry.group,
            kind="open" if entry.group in shown else "hidden",
        )
        for entry in one.cells
    )
    return Earlier(release=name, table=one, masks=found)


def test_what_an_earlier_release_has_shown_protects_nobody():
    assert kinds(masks([RACES]))["race=c"] == "hidden"
    masking = masks([RACES], earlier=[released(RACES, {"", "race=a", "race=c"})])
    assert kinds(masking) == {"": "open", "race=a": "open", "race=b": "hidden", "race=c": "open", "race=d": "hidden"}
    assert masking.exposed == ()


def test_a_cell_that_earlier_releases_have_given_away_is_named():
    masking = masks([RACES], earlier=[released(RACES, {"", "race=a", "race=b", "race=c"})])
    (found,) = masking.exposed
    assert (found.group, found.releases, found.why) == ("race=d", ("r1",), "can be worked out from what was shown")
    (shown,) = masks([RACES], earlier=[released(RACES, {"", "race=d"})]).exposed
    assert (shown.group, shown.why) == ("race=d", "was shown as it stands")


def test_what_its_source_keeps_back_was_shown_by_no_release():
    """The total leaves forty of the third sex, all of them in the numerator: no file says so, and so did no release."""
    one = table(
        cell("", 62, 104), cell("sex=female", 1, 4), cell("sex=male", None, None), cell("sex=nonbinary", 21, 60)
    )
    first = masks([one])
    assert kinds(first) == {"": "open", "sex=female": "hidden", "sex=male": "open", "sex=nonbinary": "open"}
    again = masks([one], earlier=[Earlier(release="r1", table=one, masks=first.masks)])
    assert (again.masks, again.exposed) == (first.masks, ())


def test_two_releases_that_hid_different_cells_are_read_together():
    grown = table(cell("", 120, 245), cell("race=a", 70, 130), *RACES.cells[2:])
    masking = masks([grown], earlier=[released(RACES, {"", "race=a", "race=b"})], solver=highs)
    assert kinds(masking)["race=c"] == kinds(masking)["race=d"] == "hidden"
    assert masking.exposed == ()
    given_away = masks([grown], earlier=[released(RACES, {"", "race=a", "race=c"})], solver=highs)
    assert kinds(given_away)["race=b"] == "hidden"
    assert given_away.exposed == ()


def second(one: Table) -> Table:
    return msgspec.structs.replace(one, variant="v2")


def changed(draw: random.Random, before: Table) -> Table:
    """The same table with a good many people more in some of its groups, everywhere they belong."""
    counts = {entry.group: (entry.numerator or 0, entry.denominator or 0) for entry in before.cells}
    finest = sorted(group for group in counts if group.count(";") == max(key.count(";") for key in counts))
    for group in draw.sample(finest, 2):
        inside, size = draw.randint(10, 20), draw.randint(25, 60)
        for key in counts:
            if set(key.split(";") if key else ()) <= set(group.split(";")):
                counts[key] = counts[key][0] + inside, counts[key][1] + size
    return table(*(cell(group, *pair) for group, pair in counts.items()))


@pytest.mark.parametrize("seed", range(6))
def test_what_is_hidden_in_two_releases_holds_against_who_has_both(seed: int):
    draw = random.Random(seed)
    before = made(draw, {"r": 3, "s": 2}, 2, people=30)
    first = masks([before], solver=highs)
    past = Earlier(release="r1", table=before, masks=first.masks)
    assert masks([before], earlier=[past], solver=highs) == first
    after = changed(draw, before)
    now = masks([after], earlier=[past], solver=highs)
    given_away = {found.group for found in now.exposed}
    both = [before, second(after)]
    shown = [*first.masks, *(msgspec.structs.replace(mask, variant="v2") for mask in now.masks)]
    attacker = Attacker(both, shown)
    for entry in after.cells:
        names = [("a", variant, after.period, entry.group) for variant in ("v", "v2")]
        if attacker.true[names[0]][:2] == attacker.true[names[1]][:2]:
            attacker.alike(names[0], names[1])
    assert {name[3] for name, _, _ in attacker.narrow()} <= given_away
    assert len(given_away) < len(after.cells) / 2


@pytest.mark.parametrize("seed", range(20))
def test_one_corrected_record_is_never_told_by_two_releases(seed: int):
    draw = random.Random(seed)
    before = made(draw, {"r": 4, "s": 2}, 1, people=40)
    past = Earlier(release="r1", table=before, masks=masks([before]).masks)
    groups = {"", *(draw.choice([one.group for one in before.cells if one.group.startswith(name)]) for name in "rs")}
    cells = [
        msgspec.structs.replace(one, numerator=min((one.numerator or 0) + 1, one.denominator or 0))
        if one.group in groups
        else one
        for one in before.cells
    ]
    assert delayed([past], table(*cells)) is not None


def test_a_category_that_stands_in_no_file_is_not_told_by_the_total():
    one = table(cell("", 50, 102), cell("sex=female", 25, 55), cell("sex=male", 24, 45))
    assert kinds(masks([one])) == {"": "open", "sex=female": "open", "sex=male": "hidden"}
    learners = table(cell("", 50, 100), cell("english_learner=english_learner", 46, 95))
    assert kinds(masks([learners]))["english_learner=english_learner"] == "hidden"
    kept_back = table(*one.cells, cell("sex=nonbinary", None, None))
    assert kinds(masks([kept_back])) == {
        "": "open",
        "sex=female": "open",
        "sex=male": "hidden",
        "sex=nonbinary": "open",
    }


def test_a_group_of_nobody_is_one_of_the_unknown_and_is_owed_nothing():
    one = table(cell("", 30, 63), cell("race=a", 28, 60), cell("race=b", 2, 3), cell("race=c", 0, 0))
    masking = masks([one])
    assert kinds(masking) == {"": "open", "race=a": "hidden", "race=b": "hidden", "race=c": "hidden"}
    assert {mask.group: mask.why for mask in masking.masks}["race=c"] == "nobody"
    assert (masking.cells, masking.primary, masking.complementary) == (3, 1, 1)
    assert attacked([one], masking) == []
    nobody = table(cell("", 0, 0), cell("race=a", 0, 0))
    assert kinds(masks([nobody])) == {"": "open", "race=a": "hidden"}


def test_an_editor_does_not_learn_from_one_district_s_empty_group_what_the_other_has():
    """Seeds 0 and 92 of the attack: north's own table gives away that nobody is in its group, and so the county's is south's."""
    tables, nested = places(
        ("county", {"": (61, 140), "race=a": (52, 121), "race=b": (9, 19)}),
        ("north", {"": (30, 70), "race=a": (30, 70), "race=b": (0, 0)}),
        ("south", {"": (31, 70), "race=a": (22, 51), "race=b": (9, 19)}),
    )
    masking = masks(tables, nested, solver=highs)
    assert masking.exposed == ()
    assert attacked(tables, masking, nested, [(), ("county",), ("north",), ("south",)]) == []


def test_what_is_large_enough_or_one_of_several_absent_categories_costs_nobody():
    large = table(cell("", 50, 120), cell("sex=female", 25, 55), cell("sex=male", 20, 45))
    assert {mask.kind for mask in masks([large]).masks} == {"open"}
    several = table(cell("", 50, 102), cell("sex=female", 49, 100))
    assert {mask.kind for mask in masks([several]).masks} == {"open"}


def test_means_are_hidden_by_their_people():
    cells = [("", 63), ("sex=female", 60), ("sex=male", 3)]
    one = table(*(Cell(group=group, value=50.0, denominator=size) for group, size in cells), rule=MEAN)
    assert kinds(masks([one])) == {"": "open", "sex=female": "hidden", "sex=male": "hidden"}


def eligible(*counts: tuple[str, int, int]) -> dict[str, bool]:
    one = table(*(cell(group, size // 2, size, eligible=could) for group, size, could in counts))
    return {mask.group: mask.eligible for mask in masks([one]).masks}


def test_the_eligible_are_told_where_they_tell_nothing_of_the_hidden():
    assert eligible(("", 100, 120), ("a=1", 60, 60), ("a=2", 40, 60)) == {"": True, "a=1": True, "a=2": True}
    assert eligible(("", 100, 104)) == {"": False}
    assert eligible(("", 100, 120), ("a=1", 60, 64), ("a=2", 40, 56)) == {"": True, "a=1": False, "a=2": False}
    assert eligible(("", 100, 120), ("a=1", 92, 100), ("a=2", 8, 20)) == {"": True, "a=1": False, "a=2": False}


def test_what_one_editor_can_work_out_is_kept_from_everybody_else():
    """North's ten boys were shown before, so the county's own editor knows that the others are four; nobody else need know."""
    tables, nested = places(
        ("county", {"": (80, 160), "sex=male": (7, 14)}),
        ("north", {"": (30, 60), "sex=male": (5, 10)}),
        ("south", {"": (25, 50), "sex=male": (1, 3)}),
        ("west", {"": (25, 50), "sex=male": (1, 1)}),
    )
    masking = masks(tables, nested, earlier=[Earlier(release="r1", table=tables[1], masks=OPEN_NORTH)], solver=highs)
    assert {(cell.community, cell.group) for cell in masking.exposed} == {("south", "sex=male"), ("west", "sex=male")}
    assert kinds(masking, "county")["sex=male"] == "hidden"
    assert attacked(tables, masking, nested, [(), ("north",)]) == []


OPEN_NORTH = tuple(
    Mask(community="north", variant="v", period="SY2018-19", group=group, kind="open") for group in ("", "sex=male")
)
