"""A flat record says of a figure all that the answer says of it, and says what it is when it stands alone."""

import pytest

from registry import duck
from registry.domain.export import Flat, flat
from registry.domain.network_answer import Apart, Network
from registry.domain.path import Aim
from registry.domain.point import Point
from registry.domain.rollup_answer import Coverage, Excluded, Known, LeftOut, RollupAnswer, ShownLevel, ShownSeries

LEVEL = ShownLevel(
    key="k",
    period="SY2018-19",
    group={"race_ethnicity": "white"},
    communities=["alder", "birch"],
    numerator=None,
    denominator=300,
    value=None,
    low=31.0,
    high=35.0,
    unweighted=None,
    known=Known(1, 62, 200, 31.0),
    left_out=(LeftOut("elm", "grade-3", "=it is a sample"),),
)
SERIES = ShownSeries(
    community="alder",
    name="=Alder",
    variant="grade-3",
    group={},
    state="active",
    tier="level",
    key="k",
    baseline=Point(period="SY2017-18", low=20.0, high=25.0, missing="suppressed"),
    declared_baseline=None,
    latest=Point(period="SY2018-19", missing="not_tested"),
    target=Aim("SY2024-25", 60.0),
    broken_at=None,
    baseline_declared=True,
    improvement_ci90=(-1.5, 2.5),
    p_value=0.25,
    held=False,
    pace_clear=True,
)
APART = Apart(key="other", n=2, improving=1, maintaining=0, declining=1, indeterminate=0, communities=["ash", "elm"])
ANSWER = RollupAnswer(
    template="teen-births@1.0.0",
    seq=7,
    as_of="2024-06-30T23:59:59Z",
    period=None,
    window=None,
    dimension=None,
    progress_rule="plain@1",
    rollup_rule="pooled_ratio",
    unit="rate",
    per=1000.0,
    direction="decrease",
    program="1",
    notice="Nothing is masked.",
    levels=(LEVEL,),
    series=(SERIES,),
    benchmarks=(),
    network=Network(key="k", n=1, indeterminate=1, communities=["alder"], apart=(APART,)),
    excluded=(Excluded("oak", "grade-3", "progress", "another test", "level"),),
    coverage=Coverage(1, 1, 300, 0.0),
)


@pytest.fixture
def records() -> dict[str, Flat]:
    return {record.record: record for record in flat(ANSWER)}


def test_every_record_says_that_it_is_unmasked_and_what_its_figures_are_in(records: dict[str, Flat]):
    assert {(record.unmasked, record.unit, record.per) for record in records.values()} == {(True, "rate", 1000.0)}


def test_records_stand_in_the_order_of_the_answer():
    assert [record.record for record in flat(ANSWER)] == [
        "level",
        "left_out",
        "series",
        "network",
        "apart",
        "excluded",
    ]


def test_a_series_keeps_its_name_and_why_it_has_no_figure(records: dict[str, Flat]):
    series = records["series"]
    assert series.name == "'=Alder"
    assert (series.missing, series.baseline_missing, series.baseline_declared) == ("not_tested", "suppressed", True)
    assert (series.baseline_low, series.baseline_high) == (20.0, 25.0)


def test_a_series_keeps_how_sure_its_verdict_is(records: dict[str, Flat]):
    series = records["series"]
    assert (series.improvement_ci90_low, series.improvement_ci90_high, series.p_value) == (-1.5, 2.5, 0.25)
    assert (series.held, series.pace_clear) == (False, True)


def test_a_level_keeps_its_exact_part_and_names_who_is_not_in_it(records: dict[str, Flat]):
    level, left = records["level"], records["left_out"]
    assert (level.known_numerator, level.known_denominator) == (62, 200)
    assert (left.community, left.variant, left.key, left.period) == ("elm", "grade-3", "k", "SY2018-19")
    assert (left.group, left.reason) == (level.group, "'=it is a sample")
    assert left.group == "race_ethnicity=white"


def test_those_counted_apart_and_those_out_keep_what_they_are_apart_from(records: dict[str, Flat]):
    apart = records["apart"]
    assert (apart.key, apart.communities, apart.improving, apart.declining) == ("other", 2, 1, 1)
    assert records["excluded"].out_of == "level"


def test_the_table_of_a_flat_file_has_the_columns_of_a_record():
    connection = duck.connect()
    try:
        duck.run(connection, "export/flat")
        columns = [name for name, *_ in connection.execute("describe flat").fetchall()]
    finally:
        connection.close()
    assert columns == list(Flat.__struct_fields__)
