"""A change of the whole is its groups' changes and the shift of their sizes, without remainder."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from registry.domain.mix import split_change

COUNTS = st.integers(0, 300).flatmap(lambda people: st.tuples(st.integers(0, people), st.just(people)))
ENDS = st.dictionaries(st.sampled_from("abcde"), COUNTS, min_size=1)


def parts(split):
    return {part.group: (part.within, part.mix) for part in split.groups}


def test_both_groups_improve_and_the_whole_falls():
    """By hand: 80 to 85 % and 40 to 45 %, while the group that is worse off grows from 50 to 80 % of the children."""
    split = split_change({"town": (40, 50), "hills": (20, 50)}, {"town": (17, 20), "hills": (36, 80)}, 100)
    assert (split.within, split.mix, split.total) == (5.0, -12.0, -7.0)
    # average sizes .35 and .65; average rates 82.5 and 42.5, everybody's 56.5; sizes move by .3
    assert parts(split) == {"hills": (3.25, -4.2), "town": (1.75, -7.8)}
    hills, town = split.groups
    assert (hills.share_baseline, hills.share_latest, hills.figure_baseline, hills.figure_latest) == (
        0.5,
        0.8,
        40.0,
        45.0,
    )
    assert (town.share_baseline, town.share_latest, town.figure_baseline, town.figure_latest) == (0.5, 0.2, 80.0, 85.0)


def test_a_fall_within_the_groups_can_hide_behind_a_better_mix():
    split = split_change({"a": (60, 100), "b": (30, 300)}, {"a": (165, 300), "b": (5, 100)}, 100)
    # .25 and .75 to .75 and .25; 60 to 55 and 10 to 5; together 22.5 to 42.5
    assert (split.within, split.mix, split.total) == (-5.0, 25.0, 20.0)


def test_a_group_that_comes_or_goes_is_mix_only():
    split = split_change({"a": (50, 100), "gone": (10, 100)}, {"a": (50, 100), "new": (90, 100)}, 100)
    assert (split.within, split.mix, split.total) == (0.0, 40.0, 40.0)
    # everybody's average rate is 50: half of 10 - 50 is lost, half of 90 - 50 is won
    assert parts(split) == {"a": (0.0, 0.0), "gone": (0.0, 20.0), "new": (0.0, 20.0)}
    _, gone, new = split.groups
    assert (gone.figure_baseline, gone.figure_latest, gone.share_latest) == (10.0, None, 0.0)
    assert (new.figure_baseline, new.figure_latest, new.share_baseline) == (None, 90.0, 0.0)


def test_a_denominator_of_nobody_is_a_group_that_is_not_there():
    then, now = {"a": (50, 100), "b": (0, 0)}, {"a": (60, 100), "c": (5, 10)}
    assert split_change(then, now, 100) == split_change({"a": (50, 100)}, now, 100)
    assert [part.group for part in split_change(then, now, 100).groups] == ["a", "c"]


def test_rate_per_thousand_is_split_per_thousand():
    split = split_change({"a": (3, 1000)}, {"a": (5, 1000)}, 1000)
    assert (split.within, split.mix, split.total) == (2.0, 0.0, 2.0)


@pytest.mark.parametrize(
    ("then", "now", "said"),
    [
        ({}, {"a": (1, 2)}, "The baseline has nobody"),
        ({"a": (1, 2)}, {"a": (0, 0)}, "The latest has nobody"),
        ({"a": (3, 0)}, {"a": (1, 2)}, "The baseline counts of 'a' are no share: 3 of 0"),
        ({"a": (1, 2)}, {"b": (-1, 2)}, "The latest counts of 'b' are no share: -1 of 2"),
        ({"a": (1, 2)}, {"b": (0, -2)}, "The latest counts of 'b' are no share: 0 of -2"),
    ],
)
def test_counts_that_give_no_rate_are_refused(then, now, said):
    with pytest.raises(ValueError, match=said):
        split_change(then, now, 100)


@given(then=ENDS, now=ENDS)
def test_parts_make_up_the_whole_change_and_turn_round_with_time(then, now):
    assume(any(people for _, people in then.values()))
    assume(any(people for _, people in now.values()))
    split, back = split_change(then, now, 100), split_change(now, then, 100)
    rates = [Fraction(100 * sum(x for x, _ in end.values()), sum(n for _, n in end.values())) for end in (then, now)]
    assert split.total == float(rates[1] - rates[0])
    assert split.within + split.mix == pytest.approx(split.total, abs=1e-11)
    assert sum(part.within for part in split.groups) == pytest.approx(split.within, abs=1e-11)
    assert sum(part.mix for part in split.groups) == pytest.approx(split.mix, abs=1e-11)
    assert (back.within, back.mix, back.total) == (-split.within, -split.mix, -split.total)


@given(then=ENDS, factor=st.integers(2, 9))
def test_more_people_of_the_same_kind_change_nothing(then, factor):
    assume(any(people for _, people in then.values()))
    now = {group: (numerator * factor, people * factor) for group, (numerator, people) in then.items()}
    split = split_change(then, now, 100)
    assert (split.within, split.mix, split.total) == (0.0, 0.0, 0.0)
