"""What loaded figures say beside their local measure: each rule of the table, and what says nothing."""

import msgspec
import pytest

from registry.domain.instrument import InstrumentVersion
from registry.domain.listing import PointLine
from registry.domain.load_beside import beside
from registry.domain.period import period_of
from registry.domain.template import Template
from registry.domain.variant import Variant
from tests.cli.documents import template, variant


def point(period: str, numerator: int, denominator: int, **more: object) -> PointLine:
    made = {
        "group_key": "",
        "period": period,
        "ordinal": period_of(period).ordinal,
        "seq": 0,
        "batch": "",
        "file": "a.csv",
        "row": 2,
    }
    empty = {
        "low": None,
        "high": None,
        "open": False,
        "standard_error": None,
        "eligible": None,
        "missing": None,
        "cells": "",
    }
    counts = {"value": 100 * numerator / denominator, "numerator": numerator, "denominator": denominator}
    return msgspec.convert({**made, **empty, **counts, **more}, PointLine)


def found(*points: PointLine, version: InstrumentVersion | None = None, **changes: object) -> list[tuple[str, str]]:
    outcome = msgspec.convert(template(), Template)
    local = msgspec.convert(variant(**changes), Variant)
    return [(finding.rule, finding.detail) for finding in beside(points, local, outcome, version)]


@pytest.mark.parametrize(
    ("declared", "doubted"),
    [
        ({"numerator": 80, "denominator": 200}, False),
        ({"numerator": 81, "denominator": 200}, True),
        ({"value": 40.0}, False),
        ({"value": 40}, False),
        ({"value": 40.1}, True),
        ({}, False),
    ],
)
def test_a_declared_baseline_is_held_against_the_loaded_one(declared: dict[str, object], doubted: bool) -> None:
    told = found(point("SY2017-18", 80, 200), baseline={"period": "SY2017-18", **declared})
    assert [rule for rule, _ in told] == (["baseline-differs"] if doubted else [])
    assert all("80 of 200" in detail or "40.00" in detail for _, detail in told)


def test_a_target_behind_the_loaded_baseline_is_told() -> None:
    target = {"period": "SY2024-25", "value": 30}
    assert [rule for rule, _ in found(point("SY2017-18", 80, 200), target=target)] == ["target-behind-baseline"]
    assert found(point("SY2018-19", 80, 200), target=target) == []
    assert found(point("SY2017-18", 50, 200), target=target) == []


def test_a_maintain_target_as_printed_is_no_doubt() -> None:
    baseline, target = {"period": "SY2017-18", "value": 37.0}, {"period": "SY2024-25", "value": 37.0}
    assert found(point("SY2017-18", 3704, 10000), baseline=baseline, target=target) == []


def test_more_people_than_were_eligible_are_told() -> None:
    (told,) = found(point("SY2018-19", 80, 200, eligible=190))
    assert told == ("participation-impossible", "SY2018-19: 200 people are counted and 190 were eligible.")
    assert found(point("SY2018-19", 80, 200, eligible=200)) == []


def test_periods_outside_the_versions_years_are_told_once_and_not_across_a_declared_break() -> None:
    version = InstrumentVersion(id="1", first_period="SY2017-18", last_period="SY2018-19")
    points = [point(period, 80, 200) for period in ("SY2015-16", "SY2016-17", "SY2018-19")]
    (told,) = found(*points, version=version)
    assert told == ("outside-version", "SY2015-16 (and 1 more) is before the first one of the version '1' (SY2017-18).")
    broken = {"breaks": [{"period": "SY2017-18", "kind": "instrument", "reason": "New test"}]}
    assert found(*points, version=version, **broken) == []
    (late,) = found(point("SY2019-20", 80, 200), version=version)
    assert "after the last one" in late[1]
