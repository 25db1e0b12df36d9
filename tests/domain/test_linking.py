"""A mean on a common scale agrees with answers worked out elsewhere, and an error that places share counts once."""

import json
import math
from itertools import permutations
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from registry.domain.link import Link, LinkedCut, Scale
from registry.domain.linking import (
    LinkedMean,
    difference,
    error_of_share,
    linked_mean,
    linked_range,
    pooled_mean,
)

KNOWN = json.loads((Path(__file__).parents[1] / "vectors" / "linking.json").read_text())

shares = st.floats(0.1, 0.9)
people = st.integers(1, 10**6)


def cut(version: str = "ak", *, score: float = 200.0, error: float = 2.0) -> LinkedCut:
    return LinkedCut(instrument="test", instrument_version=version, cut="proficient", score=score, standard_error=error)


def link(*cuts: LinkedCut, name: str = "link", **scale: object) -> Link:
    common = {"id": "naep", "title": "NAEP", "unit": "points", "sd": 36.0} | scale
    return Link(
        id=name,
        title="A link",
        scale=msgspec.convert(common, Scale),
        first_period="SY2004-05",
        last_period="SY2004-05",
        cuts=cuts or (cut(),),
        method="Equal shares.",
        source="A report",
        url="https://example.org",
    )


def mean(share: float, n: int | None = 400, *, at: LinkedCut | None = None, by: Link | None = None) -> LinkedMean:
    found = linked_mean(share, error_of_share(share, n), link=by or link(), cut=at or cut())
    assert found is not None
    return found


@pytest.mark.parametrize("case", KNOWN, ids=lambda case: case["state"])
def test_known_answers(case):
    at = cut(case["state"], score=case["cut"], error=case["cut_se"])
    by = link(at, sd=case["scale_sd"], u_sd=case["u_sd"], u_m=case["u_m"])
    found = mean(case["share"], case["n"], at=at, by=by)
    assert found.mean == pytest.approx(case["expect"]["mean"], abs=1e-6)
    assert found.se == pytest.approx(case["expect"]["se"], abs=1e-6)
    assert found.ci95 == pytest.approx(case["expect"]["ci95"], abs=1e-6)


def test_known_answers_are_the_same_by_the_errors_that_a_scale_leaves_open():
    case = KNOWN[0]
    at = cut(score=case["cut"], error=case["cut_se"])
    assert mean(case["share"], case["n"], at=at, by=link(at)).se == pytest.approx(case["expect"]["se"], abs=1e-6)


@settings(deadline=None)
@given(share=shares, n=people)
def test_mean_and_error_agree_with_scipy(share, n):
    z = stats.norm.ppf(share)
    at = cut(score=210.0, error=1.3)
    found = mean(share, n, at=at, by=link(at, sd=37.0, u_sd=2.0, u_m=3.0))
    parts = [1.3, 37 * np.sqrt(share * (1 - share) / n) / stats.norm.pdf(z), 2 * z, 3.0]
    assert found.mean == pytest.approx(210 + 37 * z, abs=1e-9)
    assert found.se == pytest.approx(np.sqrt(np.square(parts).sum()), rel=1e-9)
    assert found.own == pytest.approx(np.sqrt(np.square(parts[1:]).sum()), rel=1e-9)


def test_half_of_all_lie_above_a_cut_that_is_the_mean():
    exact = mean(0.5, at=cut(score=217.0, error=0.0), by=link(u_sd=9.0, u_m=0.0))
    assert exact.mean == 217.0
    assert exact.se == pytest.approx(36 * 0.025 * math.sqrt(2 * math.pi))


def test_a_sample_brings_its_own_error():
    wider = linked_mean(0.5, 0.05, link=link(), cut=cut())
    assert wider is not None
    assert wider.se > mean(0.5).se
    assert linked_mean(0.5, 0.025, link=link(), cut=cut()) == mean(0.5, 400)


@pytest.mark.parametrize("share", [0.0, 0.0999999, 0.9000001, 1.0, math.nan])
def test_there_is_no_mean_outside_ten_to_ninety_percent(share):
    assert linked_mean(share, 0.01, link=link(), cut=cut()) is None


@pytest.mark.parametrize("counts", [(10, 100), (90, 100), (9, 90), (81, 90)])
def test_ten_and_ninety_percent_have_a_mean(counts):
    assert mean(counts[0] / counts[1], counts[1]).se > 0


@pytest.mark.parametrize("n", [None, 0])
def test_without_an_error_of_the_share_there_is_no_mean(n):
    assert error_of_share(0.5, n) is None
    assert linked_mean(0.5, error_of_share(0.5, n), link=link(), cut=cut()) is None
    assert linked_range(0.4, 0.5, people=n, link=link(), cut=cut()) is None


def test_a_range_gives_a_mean_at_either_end_and_an_interval_around_both():
    found = linked_range(0.2, 0.4, people=400, link=link(), cut=cut())
    assert found is not None
    assert (found.low, found.high) == (mean(0.2), mean(0.4))
    assert found.ci95 == (mean(0.2).ci95[0], mean(0.4).ci95[1])


@pytest.mark.parametrize("ends", [(0.05, 0.5), (0.5, 0.95), (0.0, 1.0)])
def test_a_range_that_reaches_beyond_ten_or_ninety_percent_has_no_mean(ends):
    assert linked_range(*ends, people=400, link=link(), cut=cut()) is None


def test_what_two_places_share_leaves_their_difference():
    ours, theirs = mean(0.6), mean(0.4)
    assert difference(ours, theirs) == pytest.approx((ours.mean - theirs.mean, math.hypot(ours.own, theirs.own)))
    assert math.hypot(ours.own, theirs.own) < math.hypot(ours.se, theirs.se)


@pytest.mark.parametrize("other", [{"at": cut("co")}, {"by": link(name="second")}], ids=["another cut", "another link"])
def test_what_two_places_do_not_share_stays_in_their_difference(other):
    ours, theirs = mean(0.6), mean(0.4, **other)
    assert difference(ours, theirs)[1] == pytest.approx(math.hypot(ours.se, theirs.se))


def test_an_error_shared_by_two_cities_of_a_state_counts_once_in_their_mean_and_that_of_another_state_by_itself():
    alaska, anchorage, denver = mean(0.6), mean(0.4), mean(0.5, at=cut("co", score=190.0, error=5.0))
    pooled = pooled_mean([(alaska, 300), (anchorage, 500), (denver, 200)])
    own = (0.3 * alaska.own) ** 2 + (0.5 * anchorage.own) ** 2 + (0.2 * denver.own) ** 2
    assert pooled.mean == pytest.approx(0.3 * alaska.mean + 0.5 * anchorage.mean + 0.2 * denver.mean)
    assert pooled.se == pytest.approx(math.sqrt(2.0**2 * 0.8**2 + 5.0**2 * 0.2**2 + own))
    assert pooled.ci95 == pytest.approx((pooled.mean - 1.959964 * pooled.se, pooled.mean + 1.959964 * pooled.se))


def test_many_places_on_one_cut_never_make_the_cut_surer():
    pooled = pooled_mean([(mean(0.5), 400)] * 10_000)
    assert pooled.own < 0.1
    assert pooled.se == pytest.approx(2.0, abs=0.01)


def test_two_pooled_means_know_what_they_share():
    first = pooled_mean([(mean(0.6), 100), (mean(0.5), 300)])
    second = pooled_mean([(mean(0.4), 250), (mean(0.5, at=cut("co")), 750)])
    rest = first.own**2 + second.own**2 + (0.75 * 2.0) ** 2 + ((1 - 0.25) * 2.0) ** 2
    assert difference(first, second)[1] == pytest.approx(math.sqrt(rest))


@settings(deadline=None)
@given(parts=st.lists(st.tuples(shares, people, st.sampled_from(["ak", "co", "tx"])), min_size=1, max_size=4))
def test_order_of_places_changes_nothing(parts):
    means = [(mean(share, n, at=cut(version)), n) for share, n, version in parts]
    pooled = {pooled_mean(order) for order in permutations(means)}
    assert len(pooled) == 1


@settings(deadline=None)
@given(share=shares, n=people)
def test_one_place_alone_is_its_own_mean_and_no_way_from_itself(share, n):
    alone = mean(share, n)
    assert pooled_mean([(alone, n)]) == alone
    assert difference(alone, alone)[0] == 0


@settings(deadline=None)
@given(first=shares, second=shares)
def test_a_larger_share_above_the_cut_is_never_a_lower_mean(first, second):
    low, high = sorted((first, second))
    assert mean(low).mean <= mean(high).mean


def test_means_on_two_scales_are_never_put_together():
    ours, theirs = mean(0.5), mean(0.5, by=link(id="naep-full-population"))
    with pytest.raises(ValueError, match="naep and naep-full-population"):
        difference(ours, theirs)
    with pytest.raises(ValueError, match="cannot be put together"):
        pooled_mean([(ours, 10), (theirs, 10)])


@pytest.mark.parametrize("weights", [[], [0, 0], [10, -5]])
def test_a_pooled_mean_needs_people(weights):
    with pytest.raises(ValueError, match="people"):
        pooled_mean([(mean(0.5), weight) for weight in weights])
