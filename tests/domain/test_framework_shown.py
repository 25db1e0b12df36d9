"""A framework's shares lean on what is known, keep open what is not, and count each outcome of a community once."""

import math
from itertools import permutations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from registry.domain.framework_answer import (
    CommunityTold,
    FrameworkCoverage,
    FrameworkRollup,
    GapsShare,
    IndicatorTold,
    OutcomeTold,
    ShareTold,
)
from registry.domain.framework_export import flat_framework
from registry.domain.framework_shown import (
    by_place,
    counted,
    effects_told,
    explained_shares,
    gaps_share,
    network_told,
    paces_told,
    proof_of,
    shares_told,
    why_uncounted,
)
from registry.domain.network_answer import Apart
from registry.domain.proof_point import ProofPoint
from registry.domain.rollup_rows import TrendLine

TRENDS = ("improving", "maintaining", "declining", "indeterminate", None)


def line(**changes: object) -> TrendLine:
    """One headline measure of reading in alder: improving, and counted."""
    members: dict[str, object] = {
        "template_id": "reading",
        "community": "alder",
        "variant": "grade-3",
        "tier": "level",
        "left_out": None,
        "apart": None,
        "progress_key": "k",
        "reasons": [],
        "trend": "improving",
        "reason": None,
        "pace": None,
        "se": 1.0,
        "meaningful_change": 1.0,
        "effect_per_year": None,
        "effect_per_year_se": None,
    }
    return TrendLine(**{**members, **changes})


def cell(template: str = "reading", trend: str | None = "improving", **changes: object) -> IndicatorTold:
    members = {"role": "core", "variant": "m", "state": "active", "reason": None, "pace": None}
    return IndicatorTold(template=f"{template}@1.0.0", trend=trend, **{**members, **changes})


@given(st.lists(st.sampled_from(TRENDS), max_size=12), st.integers(0, 3))
def test_what_nobody_knows_stays_open_whether_it_has_a_measure_or_not(trends: list[str | None], without: int):
    known = shares_told(len(trends) + without, trends)
    assert known.improving + known.maintaining + known.declining + known.undetermined == known.n
    assert known.undetermined == trends.count("indeterminate") + trends.count(None) + without
    if known.n == 0:
        assert (known.share_improving, known.share_improving_or_maintaining, proof_of(known)) == (None, None, None)
        return
    for share, sure in (
        (known.share_improving, known.improving),
        (known.share_improving_or_maintaining, known.improving + known.maintaining),
    ):
        assert share.low == pytest.approx(sure / known.n)
        assert share.high == pytest.approx((sure + known.undetermined) / known.n)


def test_one_third_is_printed_as_the_nearest_number_and_sixty_percent_is_reached():
    assert shares_told(3, ["improving"]).share_improving == ShareTold(pytest.approx(1 / 3), 1.0)
    told = shares_told(5, ["improving"] * 3 + ["declining"] * 2)
    assert (told.share_improving, proof_of(told)) == (ShareTold(0.6, 0.6), ProofPoint("yes", "yes"))


def test_a_target_met_late_is_met_and_one_without_a_figure_is_unknown():
    told = paces_told(8, ["met", "met_late", "on_track", "off_track", "missed", "no_data", None])
    assert (told.met, told.on_track, told.off_track, told.missed, told.unknown) == (2, 1, 1, 1, 3)
    assert told.share_met_or_on_track == ShareTold(3 / 8, 6 / 8)
    assert paces_told(0, []).share_met_or_on_track is None


def test_gaps_are_shared_among_the_measured_alone():
    assert gaps_share(4, 1, 2) == GapsShare(measured=4, closing=1, undetermined=2, share=ShareTold(0.25, 0.75))
    assert gaps_share(0, 0, 0).share is None


COUNTED = [
    ({}, None),
    ({"tier": "progress"}, None),
    ({"tier": "direction"}, "proxy"),
    ({"tier": "none"}, "not_comparable"),
    ({"left_out": "pending"}, "pending"),
    ({"left_out": "retired"}, "retired"),
    ({"left_out": "not_member", "tier": "none"}, "not_member"),
]


@pytest.mark.parametrize(("changes", "why"), COUNTED)
def test_a_measure_counts_or_it_is_said_why_not(changes: dict[str, object], why: str | None):
    assert why_uncounted(line(**changes)) == why
    assert counted(line(**changes)) is (why is None)


def test_a_retired_measure_stands_for_its_place_only_where_there_is_no_other():
    retired, active, other = line(variant="old", left_out="retired"), line(variant="new"), line(community="birch")
    for order in permutations((retired, active, other)):
        found = by_place(order)
        assert {name: entry.variant for name, entry in found.items()} == {
            ("alder", "reading"): "new",
            ("birch", "reading"): "grade-3",
        }
    assert by_place([retired])["alder", "reading"].variant == "old"


def test_effects_are_quartiles_over_all_and_a_mean_over_those_whose_error_is_known():
    effects = [(0.02, 0.01), (0.05, 0.02), (-0.01, 0.01), (0.03, 0.015), (0.04, 0.01), (0.2, None)]
    lines = [
        line(community=f"c{at}", effect_per_year=effect, effect_per_year_se=error)
        for at, (effect, error) in enumerate(effects)
    ]
    spread, mean = effects_told([*lines, line()])
    q1, median, q3 = stats.mstats.mquantiles([effect for effect, _ in effects], alphap=1, betap=1)
    assert (spread.places, mean.places) == (6, 5)
    assert (spread.q1, spread.median, spread.q3) == pytest.approx((q1, median, q3))
    assert effects_told([line()]) == (None, None)
    assert effects_told(lines[:4])[1] is None


def gaps() -> GapsShare:
    return gaps_share(2, 1, 1)


def place(slug: str, *cells: IndicatorTold) -> CommunityTold:
    core = [entry for entry in cells if entry.role == "core"]
    told = shares_told(len(core), [entry.trend for entry in core])
    return CommunityTold(
        community=slug,
        name=f"={slug.title()}",
        core=told,
        pace=paces_told(len(core), [entry.pace for entry in core]),
        proof_point=proof_of(told),
        gaps=gaps(),
        indicators=cells,
    )


def outcome(**changes: object) -> OutcomeTold:
    apart = Apart(key="b", n=1, improving=0, maintaining=0, declining=1, indeterminate=0, communities=["elm"])
    directed = Apart(
        key="d", n=4, improving=3, maintaining=0, declining=1, indeterminate=0, communities=["ash", "elm", "fir", "oak"]
    )
    members = {
        "template": "reading@1.0.0",
        "title": "Reading",
        "role": "core",
        "stage": 2,
        "progress_rule": "plain@1",
        "rollup_rule": "pooled_ratio",
        "n": 2,
        "improving": 1,
        "maintaining": 1,
        "declining": 0,
        "indeterminate": 0,
        "communities": ["alder", "birch"],
        "apart": (apart,),
        "direction": directed,
        "by_chance": network_told(0, [], [], [line(), line()], gaps()).by_chance,
        "effect_per_year": None,
        "mean_effect_per_year": None,
        "gaps": gaps(),
        "meeting_target": None,
    }
    return OutcomeTold(**{**members, **changes})


PLACES = (
    place("alder", cell(), cell("graduation", "maintaining"), cell("attendance", None, role="contributing")),
    place("birch", cell(trend=None, reason="no_measure"), cell("graduation", "declining")),
)
CORE = [entry for told in PLACES for entry in told.indicators if entry.role == "core"]
ANSWER = FrameworkRollup(
    framework="core@1.0.0",
    title="Core",
    seq=9,
    as_of="2024-06-30T23:59:59Z",
    window=None,
    progress_rule=None,
    program="1",
    notice="",
    outcomes=(outcome(),),
    communities=PLACES,
    network=network_told(2, CORE, [told.proof_point for told in PLACES], [line(), line(se=None)], gaps()),
    coverage=FrameworkCoverage(
        communities=2, outcomes=3, measured=4, no_data=0, pending=0, agenda=0, retired=0, none=2
    ),
    collection={},
    excluded=(),
    overlaps=(),
)


def test_the_network_adds_the_indicators_and_counts_its_places_by_answer():
    network = ANSWER.network
    assert (network.core.n, network.core.improving, network.core.maintaining, network.core.undetermined) == (4, 1, 1, 1)
    assert network.core.share_improving == ShareTold(0.25, 0.5)
    assert msgspec.structs.astuple(network.proof_point_improving) == (0, 2, 0)
    assert msgspec.structs.astuple(network.proof_point_improving_or_maintaining) == (1, 1, 0)
    chance = network.by_chance
    assert (chance.tested, chance.untested) == (1, 1)
    assert chance.improving == pytest.approx(stats.norm.sf(1.959964), rel=1e-6)


def test_the_arithmetic_of_every_share_can_be_read():
    told = {entry.figure: entry.arithmetic for entry in explained_shares(ANSWER)}
    assert told["network: improving"] == "between 1 / 4 and 2 / 4, as 1 cannot be told"
    assert told["network: improving or maintaining"] == "between (1 + 1) / 4 and 3 / 4"
    assert told["network: gaps closing"] == "between 1 / 2 and 2 / 2"
    assert told["birch: improving"] == (
        "between 0 / 2 and 1 / 2, as 1 cannot be told: "
        "reading not told (the community has registered no measure of it); graduation declining"
    )
    assert "attendance" not in told["alder: improving"]


def test_without_core_outcomes_there_is_no_share_to_explain():
    only = place("alder", cell(role="contributing"))
    answer = msgspec.structs.replace(
        ANSWER, communities=(only,), network=network_told(1, [], [only.proof_point], [], gaps_share(0, 0, 0))
    )
    assert [entry.figure for entry in explained_shares(answer)] == ["alder: gaps closing"]


def test_every_count_is_a_record_of_its_own_and_no_name_is_a_formula():
    records = flat_framework(ANSWER)
    assert [record.record for record in records] == [
        "outcome", "apart", "direction",
        "community", "indicator", "indicator", "indicator", "community", "indicator", "indicator",
        "network",
    ]  # fmt: skip
    assert {(record.framework, record.seq, record.as_of, record.unmasked) for record in records} == {
        ("core@1.0.0", 9, ANSWER.as_of, True)
    }
    first, apart, direction = records[:3]
    assert [(entry.n, entry.improving, entry.declining, entry.key) for entry in (first, apart, direction)] == [
        (2, 1, 0, None), (1, 0, 1, "b"), (4, 3, 1, "d"),
    ]  # fmt: skip
    assert first.improving_by_chance == pytest.approx(2 * stats.norm.sf(1.959964), rel=1e-6)
    alder = next(record for record in records if record.record == "community")
    assert (alder.name, alder.proof_point_improving, alder.proof_point_improving_or_maintaining) == (
        "'=Alder", "no", "yes",
    )  # fmt: skip
    assert (alder.share_held_low, alder.share_held_high) == (1.0, 1.0)
    last = records[-1]
    assert (last.n, last.share_improving_low, last.share_improving_high) == (4, 0.25, 0.5)
    assert (last.gaps_measured, last.gaps_closing, last.gaps_share_low, last.gaps_share_high) == (2, 1, 0.5, 1.0)
    assert math.isclose(last.improving_by_chance, ANSWER.network.by_chance.improving)
