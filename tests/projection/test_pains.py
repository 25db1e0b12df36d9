"""What people who do this job reported of other systems (user_pains.md, bug_log.md), asked of the roll-up one by one."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import pytest
from networks import (
    Net,
    begin,
    community_of,
    counts,
    give_back,
    load,
    loaded,
    template_of,
    variant_of,
    write,
    write_net,
)

from registry.actions.catalogue import publish_instrument
from registry.actions.data import Order, RefusedLoad
from registry.actions.data import load as load_files
from registry.actions.templates import publish_template
from registry.actions.variants import propose_variant
from registry.adapters.csv_table.adapter import ADAPTER
from registry.domain.actor import operator
from registry.domain.refusal import Invalid
from registry.domain.rollup_answer import RollupAnswer, ShownSeries
from registry.projection.answer import RollupRequest, rollup
from registry.projection.compare import compare
from registry.projection.files import Projection

SEEDS = Path(__file__).parents[2] / "seeds"
FIRST, NOW = 2018, 2020
TEMPLATE = template_of("outcome")
FEWER = template_of("fewer", direction="decrease")
Cells = Mapping[str, Mapping[int, Mapping[str, object]]]
MAPPING = b"""
format = "csv"
[period]
column = "year"
[columns]
numerator = "met"
denominator = "tested"
eligible = "enrolled"
"""


@pytest.fixture(autouse=True)
def given_back() -> Iterator[None]:
    yield
    give_back()


@pytest.fixture
def projection(tmp_path: Path) -> Projection:
    return begin(tmp_path)


def told(projection: Projection, cells: Cells, template: object = TEMPLATE, **variant: object) -> RollupAnswer:
    """The answer where each place has these figures, by the first years of its school years."""
    chosen = msgspec.convert(msgspec.to_builtins(template), type(TEMPLATE))
    variants = {place: variant_of(place, chosen, **{"baseline": {"period": "SY2018-19"}, **variant}) for place in cells}
    net = Net(
        template=chosen,
        communities=tuple(community_of(place) for place in cells),
        variants=tuple(variants.values()),
        loads=tuple(loaded(variants[place], own) for place, own in cells.items() if own),
    )
    write_net(projection, net)
    return rollup(projection, RollupRequest(template=chosen.id))


def told_by_file(projection: Projection, folder: Path, rows: Mapping[str, str]) -> RollupAnswer:
    """The answer where each place sends one line of a file: met, tested, enrolled."""
    write(projection, [TEMPLATE])
    for place, row in rows.items():
        write(projection, [community_of(place), variant_of(place, TEMPLATE, baseline={"period": "SY2018-19"})])
        path = folder / f"{place}.csv"
        path.write_text(f"year,met,tested,enrolled\n2020-21,{row}\n", "utf-8")
        load_files(
            projection,
            (ADAPTER,),
            Order(files=(path,), variant=f"{place}/measure", mapping=MAPPING),
            actor=operator("test"),
        )
    return rollup(projection, RollupRequest(template="outcome"))


def one(answer: RollupAnswer) -> ShownSeries:
    (series,) = answer.series
    return series


def left_out(answer: RollupAnswer) -> dict[str, str]:
    (level,) = answer.levels
    return {entry.community: entry.reason for entry in level.left_out}


def test_a01_percents_are_never_averaged_nor_summed(projection: Projection) -> None:
    (level,) = told(projection, {"small": {NOW: counts(9, 10)}, "large": {NOW: counts(100, 400)}}).levels
    assert (level.numerator, level.denominator) == (109, 410)
    assert level.value == pytest.approx(100 * 109 / 410)
    assert level.low == level.high == level.value
    assert level.unweighted == pytest.approx(57.5)


def test_b19_a_rate_of_rates_is_made_from_their_sums(projection: Projection) -> None:
    (level,) = told(projection, {"a": {NOW: counts(100, 1000)}, "b": {NOW: counts(450, 9000)}}, FEWER).levels
    assert (level.numerator, level.denominator, level.value) == (550, 10_000, 5.5)


def test_a01_b18_percents_without_counts_are_listed_and_not_averaged(projection: Projection) -> None:
    answer = told(projection, {"a": {NOW: {"value": 50.0}}, "b": {NOW: {"value": 80.0}}})
    (level,) = answer.levels
    assert (level.communities, level.value, level.low, level.high, level.unweighted) == ([], None, None, None, None)
    assert set(left_out(answer)) == {"a", "b"}
    assert all("cannot be pooled" in reason for reason in left_out(answer).values())
    assert [(entry.community, entry.tier) for entry in answer.excluded] == [("a", "progress"), ("b", "progress")]
    assert [entry.latest and entry.latest.value for entry in answer.series] == [50.0, 80.0]


def test_a03_a_ratio_with_one_side_missing_is_named_and_no_zero_is_invented(
    projection: Projection, tmp_path: Path
) -> None:
    answer = told_by_file(projection, tmp_path, {"a": "40,100,", "b": "30,,", "c": ",50,"})
    (level,) = answer.levels
    assert (level.numerator, level.denominator, level.communities) == (40, 100, ["a"])
    assert left_out(answer) == {"b": "its figure is not available", "c": "its figure is not available"}


def test_a03_a_group_that_a_place_does_not_report_is_named_too(projection: Projection) -> None:
    told(projection, {"a": {NOW: counts(40, 100)}, "b": {NOW: counts(30, 90)}})
    load(projection, [loaded(variant_of("a", TEMPLATE), {NOW: counts(20, 50)}, group="sex=female")])
    by_sex = rollup(projection, RollupRequest(template="outcome", by="sex")).levels
    found = {
        level.group.get("sex"): (level.communities, [entry.community for entry in level.left_out]) for level in by_sex
    }
    assert found == {None: (["a", "b"], []), "female": (["a"], ["b"])}


def test_a_place_that_reports_groups_only_is_still_counted(projection: Projection) -> None:
    told(projection, {"a": {NOW: counts(40, 100)}, "b": {}})
    load(projection, [loaded(variant_of("b", TEMPLATE), {NOW: counts(20, 50)}, group="sex=female")])
    for by in (None, "sex"):
        assert rollup(projection, RollupRequest(template="outcome", by=by)).network.communities == ["a", "b"]


def test_a04_partners_strategies_and_revisions_make_no_row_more(projection: Projection) -> None:
    plain = variant_of("a", TEMPLATE)
    partners = [{"id": f"partner-{number}", "name": "Partner"} for number in range(3)]
    signed = variant_of("a", TEMPLATE, partners=partners, strategies=["Read aloud", "Tutor"])
    net = Net(
        template=TEMPLATE,
        communities=(community_of("a"),),
        variants=(plain, signed),
        loads=(loaded(plain, {NOW: counts(50, 100)}),),
    )
    write_net(projection, net)
    answer = rollup(projection, RollupRequest(template="outcome"))
    assert [(level.numerator, level.denominator, level.communities) for level in answer.levels] == [(50, 100, ["a"])]
    assert (answer.network.n, len(answer.series)) == (1, 1)


def test_a05_nobody_tested_is_no_failure(projection: Projection, tmp_path: Path) -> None:
    answer = told_by_file(projection, tmp_path, {"a": "0,0,239", "b": "107,208,239"})
    (level,) = answer.levels
    assert (level.communities, level.numerator, level.denominator) == (["b"], 107, 208)
    assert level.value == pytest.approx(51.44, abs=0.005)
    assert left_out(answer) == {"a": "nobody was tested"}
    unmeasured, measured = answer.series
    assert (unmeasured.latest, unmeasured.change, unmeasured.trend) == (None, None, "indeterminate")
    assert measured.latest is not None
    assert (measured.latest.denominator, measured.latest.eligible) == (208, 239)


@pytest.mark.parametrize(
    ("latest", "closed", "observed"), [(22.5, 0.5, "better"), (33.0, -0.2, "worse"), (15.0, 1.0, "better")]
)
def test_a08_a_decreasing_indicator_is_as_far_as_it_is(
    projection: Projection, latest: float, closed: float, observed: str
) -> None:
    cells = {"a": {FIRST: {"value": 30.0}, NOW: {"value": latest}}}
    series = one(told(projection, cells, FEWER, target={"period": "SY2023-24", "value": 15}))
    assert series.gap_closed == pytest.approx(closed)
    assert series.observed == observed
    assert (series.improvement or 0) == pytest.approx(30.0 - latest)


def test_a09_a_target_of_zero_is_a_target(projection: Projection) -> None:
    cells = {"a": {FIRST: {"value": 12.0}, NOW: {"value": 3.0}}}
    series = one(told(projection, cells, FEWER, target={"period": "SY2023-24", "value": 0}))
    assert (series.gap_closed, series.pace) == (0.75, "on_track")


@pytest.mark.parametrize(("latest", "pace"), [(95.0, "met"), (95.2, "met"), (94.9, "off_track")])
def test_a09_keeping_a_level_is_judged_by_reaching_it(projection: Projection, latest: float, pace: str) -> None:
    cells = {"a": {FIRST: {"value": 95.0}, NOW: {"value": latest}}}
    series = one(told(projection, cells, target={"period": "SY2023-24", "value": 95}))
    assert (series.gap_closed, series.pace) == (None, pace)


def test_a10_zero_of_zero_is_no_figure_and_no_infinity(projection: Projection, tmp_path: Path) -> None:
    answer = told_by_file(projection, tmp_path, {"a": "0,0,", "b": "0,10,"})
    (level,) = answer.levels
    assert (level.communities, level.value) == (["b"], 0.0)
    assert left_out(answer) == {"a": "the measure does not apply (nobody was counted)"}
    text = msgspec.json.encode(answer).decode()
    assert json.loads(text, parse_constant=pytest.fail) is not None
    with pytest.raises(RefusedLoad) as refused:
        told_by_file(begin(folder_in(tmp_path)), tmp_path, {"c": "3,0,"})
    (finding,) = refused.value.report.findings
    assert (finding.rule, finding.row, finding.column) == ("counts-impossible", 2, "met")


def folder_in(folder: Path) -> Path:
    made = folder / "another"
    made.mkdir()
    return made


@pytest.mark.parametrize(
    ("rule", "words", "counted"),
    [
        ("count_meeting_target", "No level is pooled: this outcome counts the places that reach their own targets", 2),
        ("none", "Not rolled up: by the roll-up rule of this outcome nothing is added up or counted", 0),
    ],
)
def test_a14_a_template_that_does_not_pool_says_so(projection: Projection, rule: str, words: str, counted: int) -> None:
    template = template_of("outcome", rollup=rule)
    target = {"period": "SY2020-21", "value": 45}
    answer = told(
        projection,
        {"a": {FIRST: counts(40, 100), NOW: counts(50, 100)}, "b": {NOW: counts(4, 10)}},
        template,
        target=target,
    )
    assert (answer.rollup_rule, answer.levels) == (rule, ())
    assert words in answer.notice
    assert "2 communities have reported" in answer.notice
    assert [entry.pace for entry in answer.series] == ["met", "no_data"]
    assert (answer.network.n, len(answer.network.communities)) == (counted, counted)
    at_target = answer.network.meeting_target
    assert (at_target and (at_target.n, at_target.communities_met)) == ((2, ["a"]) if counted else None)
    assert not any("differ" in entry.reason for entry in answer.excluded), answer.excluded


def test_a14_what_is_no_share_of_people_is_not_pooled_and_says_so(projection: Projection) -> None:
    """The mean score of two places is no ratio of their counts, though both print how many were tested."""
    template = template_of("score", unit="mean", bounds=[100, 900])
    cells = {
        "a": {NOW: {"value": 240.0, "denominator": 50}},
        "b": {NOW: {"low": 200.0, "high": 260.0, "denominator": 50}},
    }
    answer = told(projection, cells, template)
    assert [(level.communities, level.value, level.low) for level in answer.levels] == [([], None, None)]
    assert set(left_out(answer)) == {"a", "b"}
    assert "the unit is mean" in answer.notice


def test_a14_a_template_that_pools_has_nothing_to_excuse(projection: Projection) -> None:
    assert "No level is pooled" not in told(projection, {"a": {NOW: counts(1, 2)}}).notice


def test_a15_what_is_not_rolled_up_is_named_with_the_reason(projection: Projection) -> None:
    """One place has no measure yet, one measures something else, one departs in silence; fourteen report."""
    cells = {f"place-{number:02}": {FIRST: counts(40, 100), NOW: counts(50, 100)} for number in range(14)}
    told(projection, cells)
    others = {
        "agenda": None,
        "books": {"construct": "books"},
        "silent": {**variant_of("x", TEMPLATE).measure, "season": "fall"},
    }
    for place, measure in others.items():
        write(projection, [community_of(place), variant_of(place, TEMPLATE, measure=measure)])
    answer = rollup(projection, RollupRequest(template="outcome"))
    assert answer.network.n == len(answer.levels[0].communities) == 14
    reasons = {entry.community: entry.reason for entry in answer.excluded}
    assert set(reasons) == set(others)
    assert "no agreed measure yet" in reasons["agenda"]
    assert "another construct" in reasons["books"]
    assert "season departs" in reasons["silent"]
    assert (answer.coverage.communities_in, answer.coverage.communities_out) == (14, 3)


def test_a16_a_test_of_another_version_is_another_level(projection: Projection) -> None:
    """The same name, cut 725 in the one version and 450 in the other."""
    publish_template(
        projection, (SEEDS / "templates" / "early-grade-reading.json").read_bytes(), actor=operator("test")
    )
    versions = [
        {"id": name, "cuts": [{"id": "met", "title": "Met", "score": score}]}
        for name, score in (("1", 725), ("2", 450))
    ]
    test = {
        "id": "state-test",
        "title": "State test",
        "publisher": "State",
        "description": "A test.",
        "versions": versions,
    }
    publish_instrument(projection, json.dumps(test).encode(), actor=operator("test"))
    template = projection.templates["early-grade-reading@1.0.0"]
    variants = []
    for place, version in (("old", "1"), ("new", "2")):
        write(projection, [community_of(place)])
        variant = variant_of(place, template, baseline={"period": "SY2018-19"}, measure=reading(version))
        propose_variant(projection, msgspec.json.encode(variant), actor=operator("test"))
        variants.append(variant)
    load(projection, [loaded(variant, {FIRST: counts(40, 100), NOW: counts(60, 100)}) for variant in variants])
    levels = rollup(projection, RollupRequest(template="early-grade-reading")).levels
    assert sorted((level.communities, level.numerator, level.denominator) for level in levels) == [
        (["new"], 60, 100),
        (["old"], 60, 100),
    ]
    comparison = compare(projection, ("old", "new"), "early-grade-reading")
    assert (comparison.tier, [entry.facet for entry in comparison.mismatches]) == ("progress", ["instrument_version"])
    for lacking in (None, "3"):
        with pytest.raises(Invalid) as refused:
            propose_variant(
                projection,
                msgspec.json.encode(variant_of("new", template, measure=reading(lacking))),
                actor=operator("test"),
            )
        assert any("version" in finding.detail for finding in refused.value.findings)


def reading(version: str | None) -> dict[str, object]:
    stated = {
        "instrument": "state-test", "instrument_version": version, "cut": "met", "content_area": "reading", "grade_or_age": 3,
        "season": "spring", "universe": "district-schools", "denominator_rule": "valid-scores",
    }  # fmt: skip
    return {name: value for name, value in stated.items() if value is not None}


@pytest.mark.parametrize(
    "kind",
    ["instrument", "cut", "definition"],
    ids=["b24 another test", "a17 another scale", "a18 another denominator"],
)
def test_a17_a18_b24_nothing_is_told_across_a_break_and_every_figure_stands(projection: Projection, kind: str) -> None:
    """The definition changed between the two ends: no change, no trend, the break by name; each single value is still shown."""
    broken = {"period": "SY2019-20", "kind": kind, "reason": "Something changed"}
    cells = {place: {FIRST: counts(40, 100), NOW: counts(80, 100)} for place in ("a", "b")}
    answer = told(projection, cells, breaks=[broken], target={"period": "SY2023-24", "value": 90})
    for series in answer.series:
        assert (series.change, series.improvement, series.effect, series.pace) == (None, None, None, None)
        assert (series.trend, series.reason, series.broken_at) == ("indeterminate", "series_break", "SY2019-20")
        assert series.baseline is not None
        assert series.latest is not None
        assert (series.baseline.numerator, series.latest.numerator) == (40, 80)
    for period, numerator, apart in (("SY2020-21", 160, False), ("SY2018-19", 80, True)):
        (level,) = rollup(projection, RollupRequest(template="outcome", period=period)).levels
        assert (level.numerator, level.key.endswith("|before SY2019-20")) == (numerator, apart)
    window = rollup(projection, RollupRequest(template="outcome", window="SY2018-19..SY2020-21"))
    assert [(level.communities, level.value) for level in window.levels] == [([], None), ([], None)]
    assert [change.change for change in window.changes] == [None, None]
    assert {(series.trend, series.reason) for series in window.series} == {("indeterminate", "series_break")}


def test_a18_years_before_a_break_are_pooled_only_with_years_before_the_same_break(projection: Projection) -> None:
    told(projection, {"a": {FIRST: counts(40, 100)}, "b": {FIRST: counts(30, 100)}})
    broken = {"period": "SY2019-20", "kind": "cut", "reason": "A new cut"}
    write(
        projection,
        [variant_of("b", TEMPLATE, breaks=[broken]), community_of("c"), variant_of("c", TEMPLATE, breaks=[broken])],
    )
    load(projection, [loaded(variant_of("c", TEMPLATE), {FIRST: counts(20, 100)})])
    answer = rollup(projection, RollupRequest(template="outcome"))
    assert sorted((level.communities, level.numerator) for level in answer.levels) == [(["a"], 40), (["b", "c"], 50)]
    assert answer.coverage.people_in == 300


def test_a29_what_is_suppressed_is_a_range_and_never_zero(projection: Projection) -> None:
    cells = {
        "a": {NOW: counts(30, 100)},
        "hidden": {NOW: {"missing": "suppressed", "denominator": 20}},
        "few": {NOW: {"low": 0.0, "high": 5.0, "open": True, "denominator": 80}},
        "silent": {NOW: {"missing": "suppressed"}},
    }
    answer = told(projection, cells)
    (level,) = answer.levels
    assert (level.communities, level.numerator, level.denominator, level.value) == (
        ["a", "few", "hidden"],
        None,
        200,
        None,
    )
    assert (level.low, level.high) == (100 * 30 / 200, 100 * (30 + 20 + 4) / 200)
    assert level.known is not None
    assert (level.known.communities, level.known.numerator, level.known.denominator) == (1, 30, 100)
    assert left_out(answer) == {"silent": "its figure is suppressed and the number of people is not published"}
    hidden = next(entry for entry in answer.series if entry.community == "hidden")
    assert hidden.latest is not None
    assert (hidden.latest.missing, hidden.latest.value, hidden.latest.low, hidden.latest.high) == (
        "suppressed",
        None,
        0.0,
        100.0,
    )


def test_a29_a_period_in_which_all_is_suppressed_is_still_told_when_it_is_asked_for(projection: Projection) -> None:
    told(
        projection,
        {
            "a": {FIRST: counts(30, 100), NOW: {"missing": "suppressed", "denominator": 20}},
            "b": {NOW: {"missing": "suppressed"}},
        },
    )
    (level,) = rollup(projection, RollupRequest(template="outcome", period="SY2020-21")).levels
    assert (level.communities, level.low, level.high) == (["a"], 0.0, 100.0)
    assert [entry.community for entry in level.left_out] == ["b"]
    (latest,) = rollup(projection, RollupRequest(template="outcome")).levels
    assert latest.period == "SY2018-19"


def test_a_facet_that_holds_a_bar_is_no_break(projection: Projection) -> None:
    """The people of two keys that share a beginning up to a bar are both in the coverage."""
    told(projection, {"a": {NOW: counts(30, 100)}})
    facets = variant_of("x", TEMPLATE).measure
    for place, cut in (("b", "level|before 3"), ("c", "level|before 4")):
        variant = variant_of(place, TEMPLATE, measure={**facets, "cut": cut})
        write(projection, [community_of(place), variant])
        load(projection, [loaded(variant, {NOW: counts(10, 50)})])
    assert rollup(projection, RollupRequest(template="outcome")).coverage.people_in == 200


def test_a_declared_mean_is_kept_as_it_was_declared(projection: Projection) -> None:
    """Counts beside a mean are no share: 52 of a declared baseline stays 52, and is not 523 in 10 per hundred."""
    template = template_of("score", unit="mean", bounds=[0, 900])
    baseline = {"period": "SY2018-19", "value": 52.0, "numerator": 523, "denominator": 10}
    series = one(told(projection, {"a": {NOW: {"value": 60.0}}}, template, baseline=baseline))
    assert series.baseline is not None
    assert (series.baseline.value, series.change) == (52.0, 8.0)
