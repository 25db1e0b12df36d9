"""A place with three tests in ten years, as Milwaukee had: breaks, a bridge and a restated target, and no trick.

Three tests that their makers call not comparable followed one another (WKCE, Badger, Forward). The figures here are of our own making.
"""

from pathlib import Path
from statistics import NormalDist

import pytest

from registry.actions.agreement import sign_variant
from registry.actions.catalogue import add_community, publish_instrument
from registry.actions.templates import publish_template
from registry.actions.variants import check_variant, propose_variant
from registry.domain.actor import operator
from registry.projection.answer import RollupRequest, moment_of, rollup
from registry.projection.assess import assess_variant
from registry.projection.files import Projection
from registry.projection.standing import standing_at
from tests.cli.documents import (
    COLUMNS,
    MAPPING,
    Document,
    community,
    instrument,
    load_text,
    new_registry,
    raw,
    template,
    variant,
)

ME = operator("lead")
NAME = "alder/grade-3"
NORMAL = NormalDist()
SHARES = {
    "2010-11": 300, "2011-12": 310, "2012-13": 320, "2013-14": 330,  # the first test
    "2014-15": 250, "2015-16": 260,                                   # the second
    "2016-17": 180, "2017-18": 190, "2018-19": 205, "2019-20": 220,   # the third
}  # fmt: skip
FILE = "\n".join([COLUMNS, *(f"001,{year},All Students,1000,{met},{met / 10:.1f}" for year, met in SHARES.items()), ""])
PARTNERS = [
    {"id": "schools", "name": "Schools", "sector": "education", "commitment": "Hands over each result."},
    {"id": "library", "name": "Library", "sector": "libraries", "commitment": "Opens on Saturdays."},
]
BREAKS = [
    {
        "period": "SY2014-15",
        "kind": "instrument",
        "reason": "The second test; its makers say that the two cannot be compared.",
    },
    {
        "period": "SY2016-17",
        "kind": "instrument",
        "reason": "The third test; its makers say that the two cannot be compared.",
    },
]
OLD = {
    "baseline": {"period": "SY2010-11", "value": 30.0, "numerator": 300, "denominator": 1000},
    "target": {"period": "SY2019-20", "value": 45},
}


def measure(version: str, **changes: object) -> Document:
    facets = {"instrument": "town-test", "instrument_version": version, "cut": "level-3", "grade_or_age": 3}
    return variant(measure=facets, partners=PARTNERS, **changes)


@pytest.fixture
def place(tmp_path: Path):
    with new_registry(tmp_path) as projection:
        publish_template(projection, raw(template()), actor=ME)
        versions = [
            {"id": name, "cuts": [{"id": "level-3", "title": "Level 3"}]} for name in ("first", "second", "third")
        ]
        publish_instrument(projection, raw(instrument(versions=versions)), actor=ME)
        add_community(projection, raw(community()), actor=ME)
        propose_variant(projection, raw(measure("first", **OLD)), actor=ME)
        for partner in ("schools", "library"):
            sign_variant(projection, NAME, partner=partner, by="Ana", authority="Head", actor=ME)
        propose_variant(projection, raw(measure("third", **OLD, breaks=BREAKS)), actor=ME)
        load_text(projection, tmp_path, FILE, mapping=MAPPING.encode())
        yield projection


def series_of(projection: Projection):
    (shown,) = rollup(projection, RollupRequest(template="reading")).series
    return shown


def test_nothing_is_compared_across_a_break_and_the_target_is_proposed_anew_but_never_by_itself(place: Projection):
    assert (
        standing_at(place, moment_of(place, None), NAME).state == "proposed"
    )  # the breaks were no part of what was signed
    shown = series_of(place)
    assert (shown.trend, shown.reason, shown.broken_at) == ("indeterminate", "series_break", "SY2014-15")
    assert shown.change is None
    found = assess_variant(place, NAME)
    check = next(entry for entry in found.checks if entry.code == "one-series")
    assert check.verdict == "fail"
    assert all(period in check.found for period in ("SY2014-15", "SY2016-17"))
    over_first = NORMAL.inv_cdf(0.45) - NORMAL.inv_cdf(0.33) + NORMAL.inv_cdf(0.25)
    wanted = 100 * NORMAL.cdf(over_first - NORMAL.inv_cdf(0.26) + NORMAL.inv_cdf(0.18))
    assert found.ambition.restated_target == pytest.approx(wanted, abs=1e-6)
    assert "signed again, never automatic" in check.found


def test_a_new_baseline_and_the_restated_target_are_signed_again_and_compared(place: Projection):
    anew = {
        "baseline": {"period": "SY2016-17", "value": 18.0, "numerator": 180, "denominator": 1000},
        "target": {"period": "SY2024-25", "value": 25.7},
        "notes": "The target of 45 on the first test, restated on the third.",
    }
    document = raw(measure("third", **anew, breaks=BREAKS))
    for partner in ("schools", "library"):
        sign_variant(place, NAME, partner=partner, by="Ana", authority="Head", actor=ME)
    _, findings = check_variant(place, document)
    assert "signatures-voided" in {finding.rule for finding in findings}
    propose_variant(place, document, actor=ME)
    shown = series_of(place)
    assert (shown.baseline.period, shown.latest.period, shown.broken_at) == ("SY2016-17", "SY2019-20", None)
    assert shown.change == pytest.approx(4.0)
    check = next(entry for entry in assess_variant(place, NAME).checks if entry.code == "one-series")
    assert check.verdict == "pass"


def test_a_bridge_says_how_the_old_leads_to_the_new(place: Projection):
    bridged = [{**entry, "bridge": "Both tests were given to the same children that spring."} for entry in BREAKS]
    propose_variant(place, raw(measure("third", **OLD, breaks=bridged)), actor=ME)
    shown = series_of(place)
    assert (shown.broken_at, shown.change) == (None, pytest.approx(-8.0))
