"""What stands beside a network's counts, told through the command line: chance, effects, forecasts, benchmarks, gaps, who came and left.

Nine towns of 2000 children, their county and their state, from 2010-11 to 2018-19; rule ``plain@1``. Every figure is worked out anew
here from the counts, with scipy and statsmodels, by the formulas of design section 8.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from statistics import NormalDist
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

from registry.actions.catalogue import add_community, publish_instrument
from registry.actions.data import Order, load
from registry.actions.templates import publish_template
from registry.actions.variants import propose_variant
from registry.app import ADAPTERS
from registry.domain.actor import operator
from registry.projection.files import Projection
from tests.cli.documents import (
    MAPPING,
    Document,
    community,
    instrument,
    new_registry,
    raw,
    table,
    template,
    variant,
    wrote,
)
from tests.conftest import Run

BY = operator("network-office")
NORMAL = NormalDist()
PEOPLE = 2000
FIRST, BASELINE, LAST = 2010, 2014, 2018
COUNTS: dict[str, Sequence[int | None]] = {
    "ash": (800, 790, 795, 800, 805, 840, 880, 920, 960),
    "birch": (1000, 1005, 1000, 1010, 1000, 1010, 1030, 1060, 1080),
    "cedar": (600, 590, 610, 600, 605, 600, 610, 600, 608),
    "dogwood": (1200, 1190, 1180, 1170, 1160, 1150, 1130, 1110, 1100),
    "elm": (880, 905, 910, 900, 900, 930, 700, 740, 790),
    "fir": (400, 405, 400, 410, 400, 420, 440, 470, 500),
    "grove": (700, 705, 700, 690, 700, 750, 760, 770, 800),
    "hazel": (None, None, None, None, None, 500, 510, 530, 560),
    "iris": (500, 505, 500, 510, 500, 520, 540, None, None),
}
"""Children at the cut each year. Elm has a new cut in 2016-17; hazel came in 2015-16; iris has told nothing since 2016-17."""
CODES = {town: f"00{place}" for place, town in enumerate(COUNTS, 1)}
STATE = (4000, 4000, 4000, 4000, 4000, 4050, 4080, 4100, 4120)
"""The state's, of 10,000."""
TOGETHER = ("ash", "birch", "cedar", "dogwood", "fir", "grove", "iris")
"""Those with an unbroken series from 2014-15 on."""
BENCHMARKS = {"ash": "state/grade-3", "birch": "state/grade-3", "dogwood": "state/grade-4"}
"""The state's third graders, and its fourth graders, whom no town measures."""
GROUPS = {"ash": ((300, 100), (330, 190)), "birch": ((300, 100), (250, 102)), "cedar": ((200, 200), (210, 205))}
"""White and Hispanic children at the cut, of 500 each, then and now: both rise and one more; one falls; never behind."""


def year(start: int) -> str:
    return f"{start}-{(start + 1) % 100:02}"


def rows_of(town: str) -> list[str]:
    rows = [
        f"{CODES[town]},{year(FIRST + at)},All Students,{PEOPLE},{met},{100 * met / PEOPLE:.2f}"
        for at, met in enumerate(COUNTS[town])
        if met is not None
    ]
    for start, cells in zip((BASELINE, LAST), GROUPS.get(town, ()), strict=False):
        for group, met in zip(("White", "Hispanic"), cells, strict=True):
            rows.append(f"{CODES[town]},{year(start)},{group},500,{met},{100 * met / 500:.2f}")
    return rows


def outcome(name: str = "reading", **indicator: object) -> Document:
    reference = {"recommended": ["race_ethnicity"], "reference": {"race_ethnicity": "white"}}
    document = template(id=name, progress_rule="plain@1", disaggregation=reference)
    schema = document["measure_schema"]
    construct = {"construct": {"default": "reading proficiency"}}
    return {
        **document,
        "indicator": {**document["indicator"], **indicator},
        "measure_schema": {**schema, "properties": {**schema["properties"], **construct}},
    }


def measure(town: str, **changes: object) -> Document:
    document = variant(town, CODES.get(town, "090"), **{"baseline": {"period": "SY2014-15"}, **changes})
    if town == "elm":
        document["breaks"] = [{"period": "SY2016-17", "kind": "cut", "reason": "A new cut."}]
    if town in BENCHMARKS:
        document["benchmark"] = BENCHMARKS[town]
    return document


def give(projection: Projection, folder: Path, document: Document, rows: Sequence[str]) -> None:
    """A local measure and its figures."""
    propose_variant(projection, raw(document), actor=BY)
    file = wrote(folder, "data.csv", table(rows))
    name = f"{document['community']}/{document['id']}"
    load(projection, ADAPTERS, Order(files=(file,), variant=name, mapping=MAPPING.encode()), actor=BY)


def fill(projection: Projection, folder: Path) -> None:
    publish_template(projection, raw(outcome()), actor=BY)
    publish_template(projection, raw(outcome("targets", rollup="count_meeting_target")), actor=BY)
    publish_template(projection, raw(outcome("stories", rollup="none")), actor=BY)
    publish_instrument(projection, raw(instrument()), actor=BY)
    places = {
        **{town: {} for town in COUNTS},
        "state": {"kind": "reference"},
        "kiln": {},
    }
    for town, more in places.items():
        add_community(
            projection, raw(community(town, CODES.get(town, "090" if town == "state" else "011"), **more)), actor=BY
        )
    state = [f"090,{year(FIRST + at)},All Students,10000,{met},{met / 100:.2f}" for at, met in enumerate(STATE)]
    give(projection, folder, measure("state"), state)
    older = {**measure("state")["measure"], "grade_or_age": 4}
    give(projection, folder, {**measure("state"), "id": "grade-4", "measure": older, "headline": False}, state)
    for town in COUNTS:
        give(projection, folder, measure(town), rows_of(town))
    proxy = {
        "measure": {**measure("ash")["measure"], "construct": "books at home"},
        "context": {"adaptations": [{"facet": "/measure/construct", "why": "Nobody tests here."}]},
        "population": {"description": "Grade 3", "kind": "enrolled", "geographies": ["town:011"]},
    }
    kiln = [
        f"011,{year(start)},All Students,{PEOPLE},{met},{met / 20:.2f}"
        for start, met in ((BASELINE, 800), (LAST, 1000))
    ]
    give(projection, folder, measure("kiln", **proxy), kiln)
    for name, towns in (("targets", ("ash", "birch", "dogwood")), ("stories", ("ash", "cedar"))):
        for town in towns:
            target = None if town == "dogwood" else {"period": "SY2024-25", "value": 45 if town == "ash" else 60}
            more = {"id": name, "template": f"{name}@1.0.0", "target": target}
            document = {member: value for member, value in measure(town, **more).items() if value is not None}
            document.pop("benchmark", None)
            give(projection, folder, document, rows_of(town))


@cache
def nine_towns() -> bytes:
    with TemporaryDirectory() as name:
        folder = Path(name)
        with new_registry(folder) as projection:
            fill(projection, folder)
        return (folder / "outcomes.db").read_bytes()


@pytest.fixture
def network(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "200")
    wrote(tmp_path, "outcomes.db", nine_towns())
    return run


def asked(run: Run, *words: str) -> Document:
    said = run("rollup", *words, "--json")
    assert said.status == 0, said.err
    found = said.json
    assert isinstance(found, dict)
    return found


def everybody(answer: Document) -> dict[str, Document]:
    """The series of everybody, by community."""
    return {entry["community"]: entry for entry in answer["series"] if not entry["group"]}


def ends(town: str) -> tuple[int, int, float]:
    """Children at the cut at the baseline and in the latest year, and the years between."""
    counts = COUNTS[town]
    last = max(at for at, met in enumerate(counts) if met is not None)
    first = BASELINE - FIRST
    then, now = counts[first], counts[last]
    assert then is not None
    assert now is not None
    return then, now, float(last - first)


def error_of_change(then: int, now: int) -> float:
    pooled = (then + now) / (2 * PEOPLE)
    return 100 * (pooled * (1 - pooled) * 2 / PEOPLE) ** 0.5


def probit(met: int, people: int = PEOPLE) -> float:
    return NORMAL.inv_cdf((met + 0.5) / (people + 1))


def effect(then: int, now: int) -> tuple[float, float]:
    """The change on the probit scale and its standard error, p = (x + .5)/(n + 1)."""
    variance = 0.0
    for met in (then, now):
        share = (met + 0.5) / (PEOPLE + 1)
        variance += share * (1 - share) / (PEOPLE * NORMAL.pdf(NORMAL.inv_cdf(share)) ** 2)
    return probit(now) - probit(then), variance**0.5


def per_year() -> tuple[np.ndarray, np.ndarray]:
    """Effects per year and their errors, in the order of the towns."""
    found = [(*effect(then, now), years) for then, now, years in map(ends, TOGETHER)]
    return np.array([value / years for value, _, years in found]), np.array(
        [error / years for _, error, years in found]
    )


def test_verdicts_that_chance_alone_would_give_stand_beside_the_count(network: Run):
    """Elm is judged on its own since the new cut, 700 to 790; hazel has no baseline and is not tested."""
    errors = [error_of_change(*ends(town)[:2]) for town in TOGETHER] + [error_of_change(700, 790)]
    chances = [stats.norm.sf(max(stats.norm.ppf(0.975), 1 / error)) for error in errors]
    found = asked(network, "reading")["network"]
    assert (found["n"], found["improving"]) == (9, 5)
    told = found["by_chance"]
    assert (told["tested"], told["untested"]) == (8, 1)
    assert (told["improving"], told["declining"]) == pytest.approx((sum(chances), sum(chances)), rel=1e-6)
    ways = np.array([1.0])
    for chance in chances:
        ways = np.convolve(ways, [1 - chance, chance])
    assert found["improving_by_luck"] == pytest.approx(ways[5:].sum(), rel=1e-5)


def test_effects_are_told_by_their_quartiles(network: Run):
    found = asked(network, "reading")["network"]
    effects = [effect(then, now)[0] for then, now, _ in map(ends, TOGETHER)]
    yearly, _ = per_year()
    for name, values in (("effect", effects), ("effect_per_year", yearly)):
        q1, median, q3 = np.quantile(values, [0.25, 0.5, 0.75])
        told = found[name]
        assert (told["places"], told["q1"], told["median"], told["q3"]) == (
            7, *(pytest.approx(figure, abs=1e-9) for figure in (q1, median, q3)),
        )  # fmt: skip
    series = everybody(asked(network, "reading"))
    assert {town: series[town]["effect_per_year"] for town in TOGETHER} == pytest.approx(
        dict(zip(TOGETHER, yearly, strict=True)), abs=1e-9
    )
    (points,) = found["points"]
    gains = [100 * (now - then) / PEOPLE / years for then, now, years in map(ends, TOGETHER)]
    assert [points["spread"][name] for name in ("q1", "median", "q3")] == pytest.approx(
        list(np.quantile(gains, [0.25, 0.5, 0.75])), abs=1e-9
    )


def test_the_mean_effect_is_that_of_statsmodels_and_places_are_drawn_toward_it(network: Run):
    answer = asked(network, "reading")
    told = answer["network"]["mean_effect_per_year"]
    yearly, errors = per_year()
    theirs = combine_effects(yearly, errors**2, method_re="dl")
    assert (told["places"], told["mean"], told["tau_squared"], told["se"]) == (
        7,
        pytest.approx(theirs.mean_effect_re, rel=1e-6),
        pytest.approx(theirs.tau2, rel=1e-6),
        pytest.approx(theirs.sd_eff_w_re_hksj, rel=1e-6),
    )
    interval = stats.t.interval(0.95, 6, theirs.mean_effect_re, theirs.sd_eff_w_re_hksj)
    assert told["ci95"] == pytest.approx(interval, abs=1e-8)
    own = theirs.tau2 / (theirs.tau2 + errors**2)
    drawn = theirs.mean_effect_re + own * (yearly - theirs.mean_effect_re)
    series = everybody(answer)
    assert [series[town]["shrunk"]["value"] for town in TOGETHER] == pytest.approx(list(drawn), abs=1e-8)
    assert (told["reliability"], told["ranked"]) == (pytest.approx(own.mean(), rel=1e-6), bool(own.mean() >= 0.7))
    assert series["elm"]["shrunk"] is None


def test_places_are_ranked_inside_their_level_by_points_a_year_drawn_toward_its_mean(network: Run):
    answer = asked(network, "reading")
    found = [
        (100 * (now - then) / PEOPLE / years, error_of_change(then, now) / years)
        for then, now, years in map(ends, TOGETHER)
    ]
    gains, errors = (np.array(column) for column in zip(*found, strict=True))
    theirs = combine_effects(gains, errors**2, method_re="dl")
    own = theirs.tau2 / (theirs.tau2 + errors**2)
    assert own.mean() >= 0.7
    drawn = theirs.mean_effect_re + own * (gains - theirs.mean_effect_re)
    series = everybody(answer)
    order = [TOGETHER[place] for place in np.argsort(-drawn)]
    assert sorted(TOGETHER, key=lambda town: series[town]["rank"]) == order
    assert (series["elm"]["rank"], series["hazel"]["rank"]) == (None, None)
    (points,) = answer["network"]["points"]
    assert (points["mean"]["mean"], points["mean"]["ranked"]) == (pytest.approx(theirs.mean_effect_re, rel=1e-6), True)


def test_a_change_is_set_beside_that_of_the_state(network: Run):
    """40.25 to 48 where the state went from 40 to 41.2; the error is that of all four ends."""
    found = everybody(asked(network, "reading"))
    ash = found["ash"]["relative"]
    assert ash["relative_change"] == pytest.approx(100 * (960 - 805) / PEOPLE - (41.2 - 40))
    ways = [(805, PEOPLE), (960, PEOPLE), (4000, 10000), (4120, 10000)]
    error = 100 * sum(met / people * (1 - met / people) / people for met, people in ways) ** 0.5
    assert (ash["se"], ash["z"]) == pytest.approx((error, ash["relative_change"] / error), rel=1e-6)
    assert found["cedar"]["relative"] is None
    other = found["dogwood"]
    assert (other["benchmark"], other["relative"]["relative_change"]) == ("state/grade-4", None)
    assert other["relative"]["reason"] == "benchmark_differs"


def test_a_forecast_goes_on_where_the_years_before_were_heading(network: Run):
    """Least squares over 2010-11 to 2014-15; the scatter is at least what cohorts differ by: phi 1.8 and tau 1.2."""
    series = everybody(asked(network, "reading"))
    years = np.arange(FIRST, BASELINE + 1)
    for town in ("ash", "dogwood", "fir"):
        shares = np.array([met / PEOPLE for met in COUNTS[town][:5]])
        slope, start = np.polyfit(years, 100 * shares, 1)
        forecast = start + slope * LAST
        least = np.mean(1.8 * 1e4 * shares * (1 - shares) / PEOPLE) + 1.2**2
        own = sum((100 * shares - start - slope * years) ** 2) / 3
        apart = 1 + 1 / 5 + (LAST - years.mean()) ** 2 / sum((years - years.mean()) ** 2)
        half = stats.t.ppf(0.95, 3) * (max(least, own) * apart) ** 0.5
        curve = series[town]["curve"]
        assert (curve["slope"], curve["forecast"]) == pytest.approx((slope, forecast), abs=1e-6)
        assert curve["prediction90"] == pytest.approx([forecast - half, forecast + half], abs=1e-6)
        latest = 100 * ends(town)[1] / PEOPLE
        inside = abs(latest - forecast) <= half
        assert curve["verdict"] == (
            "within_forecast" if inside else "turned" if latest > forecast else "worse_than_forecast"
        )


def test_a_broken_series_is_judged_since_its_break_and_its_stretches_are_added(network: Run):
    elm = everybody(asked(network, "reading"))["elm"]
    assert (elm["trend"], elm["change"], elm["effect"], elm["segments"]) == ("improving", None, None, 2)
    assert (elm["segment"]["since"], elm["segment"]["change"]) == ("SY2016-17", pytest.approx(4.5))
    assert elm["z"] == pytest.approx(4.5 / error_of_change(700, 790), rel=1e-6)
    (first, first_error), (last, last_error) = effect(900, 930), effect(700, 790)
    assert (elm["chained_effect"], elm["chained_effect_se"]) == (
        pytest.approx(first + last, abs=1e-9),
        pytest.approx((first_error**2 + last_error**2) ** 0.5, abs=1e-9),
    )
    assert "since SY2016-17" in network("rollup", "reading").out


def test_a_proxy_is_counted_by_its_direction_and_apart(network: Run):
    answer = asked(network, "reading")
    directed = answer["network"]["direction"]
    assert (directed["n"], directed["improving"]) == (10, 6)
    assert set(directed["communities"]) == {*COUNTS, "kiln"}
    assert "kiln" not in answer["network"]["communities"]
    (out,) = answer["excluded"]
    assert (out["community"], out["tier"]) == ("kiln", "direction")
    assert "a declared proxy" in out["reason"]
    assert "By direction alone" in network("rollup", "reading").out


def test_gaps_closing_are_counted_among_those_that_were_behind(network: Run):
    """Ash's 40 points became 28, birch's 29.6 since the reference fell too; cedar's children were never behind."""
    answer = asked(network, "reading", "--by", "race_ethnicity")
    found = {gap["community"]: gap for gap in answer["gaps"]}
    assert {town: (gap["gap_baseline"], gap["gap_latest"]) for town, gap in found.items()} == {
        town: (
            pytest.approx(100 * (then[0] - then[1]) / 500),
            pytest.approx(100 * (now[0] - now[1]) / 500),
        )
        for town, (then, now) in GROUPS.items()
    }
    for town in ("ash", "birch"):
        cells = [met / 500 for pair in GROUPS[town] for met in pair]
        error = 100 * sum(share * (1 - share) / 500 for share in cells) ** 0.5
        assert (found[town]["se"], found[town]["z"]) == pytest.approx(
            (error, found[town]["gap_change"] / error), rel=1e-6
        )
    assert (found["ash"]["how"], found["birch"]["how"], found["cedar"]["verdict"]) == (
        "group_rose", "both", "not_behind",
    )  # fmt: skip
    (told,) = answer["network"]["gaps"]
    assert (told["group"], told["measured"], told["closing"], told["not_behind"]) == (
        {"race_ethnicity": "hispanic"},
        2,
        2,
        1,
    )
    assert (told["share_low"], told["share_high"]) == (1.0, 1.0)
    assert "2 of 2 gaps are closing, 0 cannot be told." in network("rollup", "reading", "--by", "race_ethnicity").out


def test_a_window_holds_the_same_places_at_both_ends_and_names_who_came_and_left(network: Run):
    answer = asked(network, "reading", "--window", "2014-15..2018-19")
    panel = ["ash", "birch", "cedar", "dogwood", "fir", "grove"]
    (change,) = (row for row in answer["changes"] if row["communities"])
    assert change["communities"] == panel
    assert (change["came"], change["left"]) == (["hazel"], ["iris"])
    then, now = (sum(ends(town)[end] for town in panel) for end in (0, 1))
    assert change["change"] == pytest.approx(100 * (now - then) / (6 * PEOPLE))
    levels = {level["period"]: level for level in answer["levels"] if level["numerator"] is not None}
    assert {period: (level["numerator"], level["denominator"]) for period, level in levels.items()} == {
        "SY2014-15": (then, 6 * PEOPLE),
        "SY2018-19": (now, 6 * PEOPLE),
    }
    text = " ".join(network("rollup", "reading", "--window", "2014-15..2018-19").out.split())
    assert "Change of the level: +3.15 points, over the same 6 communities at both ends." in text
    assert "came, and so not in it: hazel. left, and so not in it: iris." in text


def test_places_at_their_own_targets_are_counted_where_the_outcome_asks_for_that(network: Run):
    answer = asked(network, "targets")
    told = answer["network"]["meeting_target"]
    assert (told["n"], told["met"], told["not_met"], told["cannot_be_told"]) == (2, 1, 1, 0)
    assert (told["communities_met"], told["without_target"]) == (["ash"], ["dogwood"])
    assert answer["levels"] == []
    assert "1 of 2 have reached their own target, 1 have not" in network("rollup", "targets").out
    assert asked(network, "reading")["network"]["meeting_target"] is None


def test_an_outcome_that_is_not_rolled_up_says_how_many_reported_and_counts_nothing(network: Run):
    answer = asked(network, "stories")
    assert (answer["network"]["reported"], answer["network"]["n"], answer["levels"]) == (2, 0, [])
    assert answer["notice"].endswith("2 communities have reported.")
    said = network("rollup", "stories").out
    assert "2 communities have reported." in " ".join(said.split())
    assert "whose progress can be compared" not in said
    assert {entry["community"] for entry in answer["series"]} == {"ash", "cedar"}


EXPLAINED = {
    "ash/grade-3: effect": "probits -0.050 and -0.247 of (x + .5)/(n + 1): 0.197",
    "ash/grade-3: change beside the benchmark": "7.75 - 1.20 = +6.55 points",
    "ash/grade-3: forecast": "least squares up to the baseline, +0.10 points a year, reach 40.5",
    "ash/grade-3: effect per year toward the mean": "x 0.049 +",
    "ash/grade-3: rank inside its level": "+1.94 points better a year, drawn toward the mean of its level",
    "elm/grade-3: trend": "improving since SY2016-17 by plain@1",
    "elm/grade-3: effect over its segments": "the effects of 2 unbroken stretches added up: 0.157",
    "ash/grade-3 gap of race_ethnicity=hispanic to race_ethnicity=white": "28.00 now - 40.00 then = -12.00 points",
    "network": "of 9: improving 5 (ash, birch, elm, fir, grove)",
    "network by direction": "of 10: improving 6, maintaining 2, declining 0, cannot be told 2; beside the network kiln",
    "network by chance": "if nothing had changed in 8 tested series, 0.20 would be called improving",
    "network improving by luck": "then 5 or more would be so with probability",
    "network effect": "quartiles 0.033, 0.100, 0.149 of ash 0.197, birch 0.100,",
    "network effect per year": "of ash 0.049, birch 0.025,",
    "network mean effect per year": "random effects over 7 places",
    "network points a year": "quartiles 0.52, 1.00, 1.25 of 7 places of the level grade or age 3, instrument town-test",
    "network gaps closing race_ethnicity=hispanic": "between 2 / 2 and 2 / 2: ash narrowing; birch narrowing; cedar was not behind",
}


def test_explain_leads_from_each_figure_to_its_arithmetic(network: Run):
    answer = asked(network, "reading", "--by", "race_ethnicity", "--explain")
    told = {entry["figure"]: entry for entry in answer["explain"]}
    for figure, arithmetic in EXPLAINED.items():
        assert arithmetic in told[figure]["arithmetic"], figure
    for figure in ("ash/grade-3: effect", "elm/grade-3: trend", "ash/grade-3: change beside the benchmark"):
        assert told[figure]["sources"], figure
    benchmark = told["ash/grade-3: change beside the benchmark"]["sources"]
    assert {source["community"] for source in benchmark} == {"ash", "state"}
    said = " ".join(network("rollup", "reading", "--by", "race_ethnicity", "--explain").out.split())
    assert all(" ".join(arithmetic.split()) in said for arithmetic in EXPLAINED.values())
    target = asked(network, "targets", "--explain")["explain"]
    assert any("of 2: met 1 (ash), not met 1" in entry["arithmetic"] for entry in target)


def test_explain_leads_from_the_change_of_a_level_to_both_its_ends(network: Run):
    answer = asked(network, "reading", "--window", "2014-15..2018-19", "--explain")
    told = {entry["figure"]: entry["arithmetic"] for entry in answer["explain"]}
    change = next(
        arithmetic for figure, arithmetic in told.items() if figure.startswith("change SY2014-15 to SY2018-19")
    )
    assert change == "5048/12000 = 42.07 - 4670/12000 = 38.92 = +3.15 points, the same places at both ends"


# Overlaps ----------------------------------------------------------------------------------------------------------

PLACES = {
    "county": ("fips-county:48113",),
    "district": ({"code": "nces-lea:4816230", "within": ["fips-county:48113"]},),
    "other": ("nces-lea:4843710",),
    "far": ("nces-lea:0901560",),
}
"""A county, a district that says it lies in the county, one of the same state that says nothing, one of another state."""


@pytest.fixture
def texas(run: Run, tmp_path: Path) -> Run:
    """Four places with the same figures, 400 and then 480 of 2000."""
    wrote(tmp_path, "mapping.toml", MAPPING.replace('[place]\ncolumn = "town"\nscheme = "town"\n', ""))
    for words in (
        ("init",),
        ("template", "publish", wrote(tmp_path, "t.json", outcome())),
        ("instrument", "publish", wrote(tmp_path, "i.json", instrument())),
    ):
        assert run(*words).status == 0
    wrote(tmp_path, "data.csv", table(["1,2017-18,All Students,2000,800,40.0", "1,2018-19,All Students,2000,960,48.0"]))
    for slug, places in PLACES.items():
        assert (
            run("community", "add", wrote(tmp_path, "c.json", community(slug, "", geographies=list(places)))).status
            == 0
        )
        codes = [place if isinstance(place, str) else place["code"] for place in places]
        population = {"description": "Grade 3", "kind": "enrolled", "geographies": codes}
        document = variant(slug, "", baseline={"period": "SY2017-18"}, population=population)
        assert run("variant", "propose", wrote(tmp_path, "v.json", document)).status == 0
        loaded = run("data", "import", "data.csv", "--variant", f"{slug}/grade-3", "--mapping", "mapping.toml")
        assert loaded.status == 0, loaded.err
    return run


def test_children_of_one_place_are_counted_once_and_what_nobody_declared_is_said(texas: Run):
    answer = asked(texas, "reading")
    (level,) = answer["levels"]
    assert (level["communities"], level["denominator"]) == (["county", "far", "other"], 3 * PEOPLE)
    assert (answer["network"]["n"], answer["network"]["communities"]) == (3, ["county", "far", "other"])
    told = {(overlap["community"], overlap["other"]): overlap for overlap in answer["overlaps"]}
    assert {pair: overlap["verdict"] for pair, overlap in told.items()} == {
        ("district", "county"): "counted_once",
        ("county", "other"): "cannot_be_told",
    }
    assert "nces-lea:4816230 is in fips-county:48113" in told["district", "county"]["reason"]
    assert "add `within` to the community's place code" in told["county", "other"]["reason"]
    assert [(row["community"], row["out_of"]) for row in answer["excluded"] if row["community"] == "district"]
    said = " ".join(texas("rollup", "reading").out.split())
    assert "its people are counted with county" in said
    assert "nobody has declared whether one holds the other" in said


def test_who_left_the_county_for_years_of_its_own_is_counted_in_these(texas: Run, tmp_path: Path):
    """The district belongs to its community since August 2018: its figure of 2017-18 is nobody's double, that of 2018-19 is."""
    dated = {"code": "nces-lea:4816230", "within": ["fips-county:48113"], "since": "2018-08-01"}
    assert (
        texas("community", "add", wrote(tmp_path, "c.json", community("district", "", geographies=[dated]))).status == 0
    )
    for period, people in (("2017-18", 4), ("2018-19", 3)):
        (level,) = asked(texas, "reading", "--period", period)["levels"]
        assert level["denominator"] == people * PEOPLE, period


def test_the_answer_is_one_document(network: Run):
    first = network("rollup", "reading", "--explain", "--json").out
    assert json.loads(first)["template"] == "reading@1.0.0"
    assert network("rollup", "reading", "--explain", "--json").out == first
