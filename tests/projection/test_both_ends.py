"""From which figure to which: hidden years, declared baselines, targets of groups, samples, and places that left."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from networks import Net, begin, community_of, counts, give_back, loaded, template_of, variant_of, write_net

from registry.domain.rollup_answer import RollupAnswer
from registry.projection.answer import RollupRequest, rollup

TEMPLATE = template_of("outcome")
HIDDEN = {"missing": "suppressed"}
START = {"baseline": {"period": "SY2015-16"}}


@pytest.fixture(autouse=True)
def given_back() -> Iterator[None]:
    yield
    give_back()


def answer(
    folder: Path,
    variants: dict[str, dict[str, object]],
    cells: list[tuple[str, str, dict[int, dict[str, object]]]],
    **asked: object,
) -> RollupAnswer:
    """The roll-up where each place has this variant and these cells (place, group, by first year)."""
    known = {place: variant_of(place, TEMPLATE, **more) for place, more in variants.items()}
    net = Net(
        template=TEMPLATE,
        communities=tuple(community_of(place) for place in known),
        variants=tuple(known.values()),
        loads=tuple(loaded(known[place], own, group) for place, group, own in cells),
    )
    projection = begin(folder)
    write_net(projection, net)
    return rollup(projection, msgspec.convert({"template": "outcome", **asked}, RollupRequest))


def test_a_hidden_latest_year_is_the_latest_and_no_older_one_speaks_for_it(tmp_path: Path) -> None:
    target = {"period": "SY2018-19", "value": 45}
    cells = {2015: counts(40, 100), 2017: counts(90, 100), 2018: {**HIDDEN, "denominator": 100}}
    (series,) = answer(tmp_path, {"one": {**START, "target": target}}, [("one", "", cells)]).series
    assert series.latest is not None
    assert (series.latest.period, series.latest.missing, series.latest.denominator) == ("SY2018-19", "suppressed", 100)
    assert (series.trend, series.reason, series.pace, series.change) == ("indeterminate", "bounds", None, None)


def test_every_group_of_a_level_stands_in_the_same_year(tmp_path: Path) -> None:
    cells = [
        ("one", "", {2015: counts(40, 100), 2018: counts(50, 100)}),
        ("one", "sex=male", {2015: counts(20, 50), 2018: counts(25, 50)}),
        ("one", "sex=female", {2015: counts(20, 50), 2017: counts(30, 50), 2018: {**HIDDEN, "denominator": 50}}),
    ]
    levels = answer(tmp_path, {"one": START}, cells, by="sex").levels
    assert {(level.group.get("sex"), level.period) for level in levels} == {
        (None, "SY2018-19"),
        ("male", "SY2018-19"),
        ("female", "SY2018-19"),
    }
    hidden = next(level for level in levels if level.group == {"sex": "female"})
    assert (hidden.value, hidden.low, hidden.high, hidden.denominator) == (None, 0, 100, 50)


def test_a_group_is_judged_by_its_own_target_and_the_others_by_everybodys(tmp_path: Path) -> None:
    own = {"group": {"sex": "male"}, "period": "SY2020-21", "value": 55}
    variant = {**START, "target": {"period": "SY2019-20", "value": 90}, "group_targets": [own]}
    cells = {2015: counts(40, 100), 2018: counts(60, 100)}
    series = answer(
        tmp_path, {"one": variant}, [("one", group, cells) for group in ("", "sex=male", "sex=female")], by="sex"
    ).series
    found = {
        entry.group.get("sex"): (entry.target and entry.target.value, entry.target and entry.target.period, entry.pace)
        for entry in series
    }
    assert found == {
        None: (90, "SY2019-20", "off_track"),
        "male": (55, "SY2020-21", "met"),
        "female": (90, "SY2019-20", "off_track"),
    }


def test_a_baseline_of_several_years_stands_as_declared_and_says_so(tmp_path: Path) -> None:
    baseline = {"periods": ["SY2013-14", "SY2014-15", "SY2015-16"], "value": 40, "numerator": 1200, "denominator": 3000}
    cells = {2013: counts(300, 1000), 2015: counts(600, 1000), 2018: counts(500, 1000)}
    (series,) = answer(tmp_path, {"one": {"baseline": baseline}}, [("one", "", cells)]).series
    assert series.baseline is not None
    assert (series.baseline.period, series.baseline.numerator, series.baseline.denominator) == ("SY2015-16", 1200, 3000)
    assert (series.baseline_declared, series.change, series.years) == (True, 10, 3)


def test_a_baseline_that_was_never_loaded_is_marked_as_declared(tmp_path: Path) -> None:
    declared = {"period": "SY2013-14", "numerator": 100, "denominator": 1000}
    cells = {2015: counts(400, 1000)}
    variants = {"one": {"baseline": declared}, "two": {"baseline": {"period": "SY2013-14"}}}
    answered = answer(tmp_path, variants, [("one", "", cells), ("two", "", {2013: counts(1, 10), **cells})])
    assert {entry.community: entry.baseline_declared for entry in answered.series} == {"one": True, "two": False}


def test_a_sample_is_in_no_sum_of_people(tmp_path: Path) -> None:
    sample = {2018: {**counts(400, 1000), "standard_error": 2.5}}
    exact = {2018: counts(30, 100)}
    answered = answer(tmp_path, {"one": START, "two": START}, [("one", "", sample), ("two", "", exact)])
    (level,) = answered.levels
    assert (level.numerator, level.denominator, level.communities) == (30, 100, ["two"])
    assert [(left.community, "sample" in left.reason) for left in level.left_out] == [("one", True)]
    assert answered.coverage.people_in == 100
    assert [(row.community, row.out_of) for row in answered.excluded] == [("one", "level")]


def test_what_the_measure_calls_a_sample_is_never_counted_as_people(tmp_path: Path) -> None:
    """No error came with it: its value is shown, nobody can say what is chance, and it is in no sum."""
    measure = {
        "instrument": "one",
        "cut": "proficient",
        "universe": "residents",
        "season": "spring",
        "sampling": "sample",
    }
    cells = {2015: counts(400, 1000), 2018: counts(600, 1000)}
    answered = answer(tmp_path, {"one": {**START, "measure": measure}}, [("one", "", cells)])
    (series,) = answered.series
    assert (series.change, series.trend, series.reason) == (20, "indeterminate", "no_error_known")
    assert series.latest is not None
    assert (series.latest.numerator, series.latest.denominator) == (None, None)
    assert answered.coverage.people_in == 0
    assert [left.reason for level in answered.levels for left in level.left_out if "sample" in left.reason]


def test_an_action_is_whole_or_not_there_at_any_moment(tmp_path: Path) -> None:
    """The lines of one action differ by a microsecond: asked between them, the answer is that of the whole action."""
    known = variant_of("one", TEMPLATE, **START)
    net = Net(
        template=TEMPLATE,
        communities=(community_of("one"),),
        variants=(known,),
        loads=(loaded(known, {2015: counts(40, 100), 2018: counts(50, 100)}),),
    )
    projection = begin(tmp_path)
    write_net(projection, net)
    batch, rows = (entry for entry in projection.ledger.entries() if entry.kind in {"batch", "observations"})
    assert batch.action_id == rows.action_id
    assert batch.recorded_at < rows.recorded_at
    between = rollup(projection, RollupRequest(template="outcome", as_of=batch.recorded_at))
    assert between.seq == rows.seq
    assert between.series[0].change == 10
