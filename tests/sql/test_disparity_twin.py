"""registry/sql/rollup/disparity.sql says, gap by gap, what its Python twin says."""

import math
from pathlib import Path
from typing import get_args

import duckdb
import msgspec
import pytest
from any_figures import SCALES, SOURCES, around, figures
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.disparity import Disparity, GapVerdict, How, disparity, is_measured
from registry.domain.period import period_of
from registry.domain.point import Point, Terms
from registry.domain.progress_rule import RULES, ProgressRule

ROOT = Path(__file__).parents[2]
SQL = ROOT / "registry" / "sql"
QUERY = (SQL / "rollup" / "disparity.sql").read_text()
MACROS = ("reading", "trend", "normal", "disparity")
CASES = msgspec.json.decode((ROOT / "tests" / "vectors" / "gaps.json").read_bytes())
BY_PHI = {rule.phi: rule for rule in (RULES["plain@1"], RULES["cohort@1"])}
KEYS = ("community", "variant", "group_key", "reference_key")
SIDES = ("bg", "br", "lg", "lr")
CELL = {
    "value": "DECIMAL(28,9)",
    "n": "BIGINT",
    "d": "BIGINT",
    "low": "DECIMAL(28,9)",
    "high": "DECIMAL(28,9)",
    "se": "DOUBLE",
    "eligible": "BIGINT",
}
GAP_ENDS = {
    **dict.fromkeys((*KEYS, "unit", "direction", "kind", "method", "broken_at", "b_period", "l_period"), "VARCHAR"),
    **dict.fromkeys(("per", "phi", "tau"), "DOUBLE"),
    **dict.fromkeys(("meaningful_change", "maintain_within", "target_value"), "DECIMAL(28,9)"),
    **dict.fromkeys(("b_ordinal", "b_span", "l_ordinal", "l_span"), "INTEGER"),
    "has_cut": "BOOLEAN",
    **{f"{side}_{name}": kind for side in SIDES for name, kind in CELL.items()},
}


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """What one call of the Python twin takes."""

    baseline: tuple[Point | None, Point | None]
    latest: tuple[Point | None, Point | None]
    terms: Terms
    target: float | None = None
    broken_at: str | None = None

    def answer(self, rule: ProgressRule) -> Disparity:
        return disparity(self.baseline, self.latest, self.terms, rule, target=self.target, broken_at=self.broken_at)


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as opened:
        for macro in MACROS:
            opened.execute((SQL / "macros" / f"{macro}.sql").read_text())
        opened.execute(f"create temp table gap_ends ({', '.join(f'{name} {kind}' for name, kind in GAP_ENDS.items())})")
        yield opened


def text(value):
    return None if value is None else repr(value)


def cell_row(side, point):
    if point is None or point.missing is not None:
        return {}
    said = (
        text(point.value),
        point.numerator,
        point.denominator,
        text(point.low),
        text(point.high),
        point.standard_error,
        point.eligible,
    )
    return {f"{side}_{name}": value for name, value in zip(CELL, said, strict=True)}


def end_row(end, cells):
    point = cells[0] or cells[1]
    if point is None:
        return {}
    period = period_of(point.period)
    return {f"{end}_period": point.period, f"{end}_ordinal": period.ordinal, f"{end}_span": period.months}


def pair_row(place, pair, rule):
    terms, points = pair.terms, (*pair.baseline, *pair.latest)
    some = next((point for point in points if point is not None), None)
    row = {
        "community": f"{place:09}",
        "variant": "variant",
        "group_key": "race=black",
        "reference_key": "race=white",
        "unit": terms.unit,
        "direction": terms.direction,
        "kind": period_of(some.period).kind if some else None,
        "per": terms.per,
        "meaningful_change": text(terms.meaningful_change),
        "maintain_within": text(terms.maintain_within),
        "has_cut": terms.has_cut,
        "phi": rule.phi,
        "tau": rule.tau,
        "method": rule.method,
        "broken_at": pair.broken_at,
        "target_value": text(pair.target),
    }
    for end, cells in (("b", pair.baseline), ("l", pair.latest)):
        row |= end_row(end, cells)
    for side, point in zip(SIDES, points, strict=True):
        row |= cell_row(side, point)
    return row


def answers(connection, many, rule):
    rows = msgspec.json.encode([pair_row(place, pair, rule) for place, pair in enumerate(many)]).decode()
    shape = msgspec.json.encode([GAP_ENDS]).decode()
    connection.execute("delete from gap_ends")
    connection.execute(f"insert into gap_ends by name select unnest(from_json(?, '{shape}'), max_depth := 2)", [rows])
    found = connection.execute(QUERY).fetchall()
    assert [row[0] for row in found] == [f"{place:09}" for place in range(len(many))]
    fields = Disparity.__struct_fields__
    return [dict(zip(fields, row[len(KEYS) :], strict=True)) for row in found]


def agree(found, wanted, tolerance):
    if isinstance(wanted, (tuple, list)):
        return found is not None and all(agree(*pair, tolerance) for pair in zip(found, wanted, strict=True))
    if isinstance(wanted, float) and isinstance(found, float):
        return math.isclose(found, wanted, rel_tol=tolerance, abs_tol=tolerance)
    return found == wanted and type(found) is type(wanted)


def differences(answer, pair, rule):
    wanted = msgspec.structs.asdict(pair.answer(rule))
    return {field: (answer[field], wanted[field]) for field in wanted if not agree(answer[field], wanted[field], 1e-9)}


def pair_of_case(case):
    def end(name, period):
        return tuple(Point(period=period, **case[name][side]) for side in ("group", "reference"))

    terms = Terms(unit="percent", direction=case["direction"], meaningful_change=case["meaningful_change"])
    return Pair(baseline=end("baseline", "SY2018-19"), latest=end("latest", "SY2022-23"), terms=terms)


@pytest.mark.parametrize("phi", sorted(BY_PHI))
def test_known_answers(connection, phi):
    cases = [case for case in CASES if case["phi"] == phi]
    found = answers(connection, [pair_of_case(case) for case in cases], BY_PHI[phi])
    wrong = [
        (case["name"], field, answer[field], wanted)
        for case, answer in zip(cases, found, strict=True)
        for field, wanted in case["expect"].items()
        if not agree(answer[field], wanted, 1e-6)
    ]
    assert wrong == []


def test_columns_are_the_fields_of_the_struct(connection):
    described = connection.execute(f"describe {QUERY}").fetchall()
    assert tuple(row[0] for row in described) == (*KEYS, *Disparity.__struct_fields__)
    kinds = {row[0]: row[1] for row in described}
    words = {*KEYS, "verdict", "how", "reason"}
    assert {name for name, kind in kinds.items() if kind == "VARCHAR"} == words
    assert {name for name, kind in kinds.items() if kind == "BOOLEAN"} == {"depends_on_scale", "closing"}
    assert {name for name, kind in kinds.items() if kind == "DOUBLE[]"} == {"gap_baseline_bounds", "gap_latest_bounds"}
    assert set(kinds.values()) == {"VARCHAR", "BOOLEAN", "DOUBLE[]", "DOUBLE"}


# Any gap -----------------------------------------------------------------------------------------------------------

CODES = {
    "school-year": lambda at: f"SY{2000 + at}-{(1 + at) % 100:02}",
    "calendar-year": lambda at: f"CY{2000 + at}",
    "multi-year": lambda at: f"CY{2000 + at}/{2004 + at}",
    "quarter": lambda at: f"{2000 + at // 4}-Q{at % 4 + 1}",
}


@st.composite
def any_pair(draw):
    unit = draw(st.sampled_from(["percent", "percent", "percent", "rate", "rate", *SCALES]))
    kind = draw(st.sampled_from(["school-year", *CODES]))
    top, start = SCALES[unit], draw(st.integers(0, 20))
    middle = draw(st.integers(0, 100)) * top / 100
    shapes = SOURCES[draw(st.sampled_from(["counts", "counts", "counts", *SOURCES]))]

    def cell(code):
        there = draw(st.sampled_from(["there"] * 30 + ["none", "missing"]))
        if there == "none":
            return None
        if there == "missing":
            return Point(period=code, missing="suppressed")
        return Point(period=code, **figures(draw, draw(st.sampled_from(shapes)), middle, top))

    after = draw(st.sampled_from([*range(1, 9), *range(1, 9), 0, -1]))
    first, last = CODES[kind](start), CODES[kind](start + after)
    if kind == "multi-year" and draw(st.integers(0, 5)) == 0:
        last = f"CY{2000 + start + after}/{2002 + start + after}"
    meaningful_change = draw(st.sampled_from([0.001, 0.005, 0.01, 0.02])) * top
    return Pair(
        baseline=(cell(first), cell(first)),
        latest=(cell(last), cell(last)),
        target=draw(st.sampled_from([None, around(draw, middle, top)])),
        terms=Terms(
            unit=unit,
            per=1000.0 if unit == "rate" else 100.0,
            direction=draw(st.sampled_from(["increase", "decrease"])),
            meaningful_change=meaningful_change,
            maintain_within=draw(st.sampled_from([None, meaningful_change, 3.0])),
            has_cut=draw(st.sampled_from([True, True, True, False])),
        ),
        broken_at=last if draw(st.integers(0, 15)) == 15 else None,
    )


PERCENT = Terms(unit="percent", direction="increase", meaningful_change=1.0)
FEWER = Terms(unit="percent", direction="decrease", meaningful_change=1.0)
TEN = Terms(unit="percent", direction="increase", meaningful_change=10.0)
COUNT = Terms(unit="count", direction="increase", meaningful_change=1.0)
SCHOOL = ("SY2015-16", "SY2017-18")
OVERLAPPING, APART = ("CY2011/2015", "CY2013/2017"), ("CY2011/2015", "CY2016/2020")


def of(numerator, denominator, **more):
    return {"numerator": numerator, "denominator": denominator, **more}


def value(figure):
    return {"value": figure}


def sample(figure, error):
    return {"value": figure, "standard_error": error}


def edge(*cells, terms=PERCENT, periods=SCHOOL, target=None):
    """Group then, reference then, group now, reference now, each by its fields alone."""
    codes = (periods[0], periods[0], periods[1], periods[1])
    points = [Point(period=code, **cell) for code, cell in zip(codes, cells, strict=True)]
    return Pair(baseline=tuple(points[:2]), latest=tuple(points[2:]), terms=terms, target=target)


BILLION = 1_000_000_000
EDGES = {
    "one point less": edge(value(50.0), value(70.0), value(51.0), value(70.0)),
    "hardly one point less": edge(value(50.0), value(70.0), value(50.999999999), value(70.0)),
    "one point more, lower is better": edge(
        value(50.0), value(30.0), value(51.0), value(30.0), terms=FEWER, target=25.0
    ),
    "tenths that floats cannot hold": edge(value(7.2), value(60.0), value(8.2), value(60.0)),
    "one point ahead now": edge(value(50.0), value(70.0), value(71.0), value(70.0)),
    "a billionth further": edge(value(50.0), value(70.0), value(71.000000001), value(70.0)),
    "level, and one point behind now": edge(value(70.0), value(70.0), value(70.0), value(71.0)),
    "level, and hardly one point behind now": edge(value(70.0), value(70.0), value(70.0), value(70.999999999)),
    "behind by a billionth": edge(value(70.0), value(70.000000001), value(70.0), value(75.0)),
    "the reference stood still": edge(value(30.0), value(70.0), value(40.0), value(70.0)),
    "the group stood still": edge(value(30.0), value(70.0), value(30.0), value(60.0)),
    "by both": edge(value(30.0), value(70.0), value(35.0), value(69.0), target=60.0),
    "one point of a billion each": edge(
        of(300_000_000, BILLION), of(700_000_000, BILLION), of(310_000_000, BILLION), of(700_000_000, BILLION)
    ),
    "one person short of it": edge(
        of(300_000_000, BILLION), of(700_000_000, BILLION), of(309_999_999, BILLION), of(700_000_000, BILLION)
    ),
    "denominators without a common part": edge(
        of(300_000_000, 999_999_937),
        of(700_000_000, 999_999_929),
        of(310_000_000, 999_999_893),
        of(700_000_000, BILLION),
    ),
    "short of ten points by 1 in 1e18, further": edge(
        of(226_984_127, BILLION), of(BILLION, BILLION), of(126_984_119, 999_999_937), of(BILLION, BILLION), terms=TEN
    ),
    "short of ten points by 1 in 1e18, nearer": edge(
        of(773_015_873, BILLION), of(BILLION, BILLION), of(873_015_818, 999_999_937), of(BILLION, BILLION), terms=TEN
    ),
    "thirds and sevenths": edge(of(1000, 3000), of(3000, 7000), of(1200, 3300), of(3000, 7000)),
    "twenty people": edge(of(4, 20), of(60, 100), of(16, 20), of(60, 100)),
    "nineteen people": edge(of(4, 20), of(60, 100), of(16, 20), of(19, 19)),
    "nobody and everybody": edge(of(0, 200), of(300, 300), of(200, 200), of(0, 300)),
    "nobody anywhere": edge(of(0, 200), of(0, 300), of(0, 200), of(0, 300)),
    "95 percent took part": edge(of(300, 950, eligible=1000), of(800, 950), of(500, 990, eligible=1000), of(800, 950)),
    "fewer took part": edge(of(300, 949, eligible=1000), of(800, 950), of(500, 990, eligible=1000), of(800, 950)),
    "five points more of the reference took part": edge(
        of(300, 950), of(800, 950, eligible=1000), of(500, 950), of(800, 1000, eligible=1000)
    ),
    "other parts of each group took part": edge(
        of(300, 950, eligible=1000),
        of(800, 1000, eligible=1000),
        of(500, 950, eligible=1000),
        of(800, 1000, eligible=1000),
    ),
    "a clear gap opened in noise": edge(of(30, 60), of(30, 60), of(500, 1000), of(545, 1000)),
    "a gap that opened is not clear": edge(of(30, 60), of(30, 60), of(30, 60), of(34, 60)),
    "a sample that opened": edge(sample(60.0, 5.0), sample(60.0, 5.0), sample(60.0, 3.0), sample(70.0, 4.0)),
    "controlled estimates now": edge(sample(60.0, 5.0), sample(60.0, 5.0), sample(60.0, 0.0), sample(61.0, 0.0)),
    "controlled estimates": edge(*[sample(60.0, 0.0)] * 4),
    "a sample of overlapping years": edge(
        sample(30.0, 3.0), sample(60.0, 4.0), sample(50.0, 1.0), sample(60.0, 1.0), periods=OVERLAPPING
    ),
    "counts of overlapping years": edge(of(30, 90), of(60, 90), of(50, 90), of(60, 90), periods=OVERLAPPING),
    "counts of years that follow": edge(of(300, 900), of(600, 900), of(500, 900), of(600, 900), periods=APART),
    "a range of no width": edge(
        {"low": 40.0, "high": 40.0, "denominator": 900}, of(600, 900), of(500, 900), of(600, 900)
    ),
    "a range": edge({"low": 20.0, "high": 30.0, "denominator": 900}, of(600, 900), of(500, 900), of(600, 900)),
    "a range of nobody knows how many": edge({"low": 20.0, "high": 30.0}, of(600, 900), of(500, 900), of(600, 900)),
    "more than a count": edge({"low": 20.0}, value(60.0), value(30.0), value(60.0), terms=COUNT),
    "narrower in points, wider in probits": edge(
        of(9000, 50_000), of(4000, 50_000), of(6750, 50_000), of(2500, 50_000), terms=FEWER
    ),
    "points stand still": edge(of(4000, 10_000), of(6000, 10_000), of(7000, 10_000), of(9000, 10_000)),
    "enough people to say that nothing changed": edge(
        of(9000, 30_000), of(21_000, 35_000), of(9100, 30_000), of(21_100, 35_000)
    ),
}


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_sql_says_what_python_says_at_every_edge(connection, rule):
    found = answers(connection, list(EDGES.values()), rule)
    for (name, pair), answer in zip(EDGES.items(), found, strict=True):
        assert differences(answer, pair, rule) == {}, name


def test_edges_have_every_verdict_and_every_way_a_gap_narrows(connection):
    found = [answer for rule in RULES.values() for answer in answers(connection, list(EDGES.values()), rule)]
    assert {answer["verdict"] for answer in found} == set(get_args(GapVerdict))
    assert {answer["how"] for answer in found} == {None, *get_args(How)}


def test_what_128_bits_cannot_hold_is_an_error_and_no_wrong_answer(connection):
    cell = of(9 * 10**18 - 1, 9 * 10**18)
    with pytest.raises(duckdb.OutOfRangeException, match="Overflow"):
        answers(connection, [edge(cell, cell, cell, cell)], RULES["plain@1"])


@settings(max_examples=50, derandomize=True, deadline=None)
@given(many=st.lists(any_pair(), min_size=14, max_size=32), rule=st.sampled_from(list(RULES.values())))
def test_sql_says_what_python_says(connection, many, rule):
    found = answers(connection, many, rule)
    for pair, answer in zip(many, found, strict=True):
        assert differences(answer, pair, rule) == {}, pair


VERDICTS = [*get_args(GapVerdict)]
REASONS = [None, "within_noise", "bounds", "no_error_known", "no_baseline", "no_data"]
GAP = st.sampled_from([None, -2.0, -0.0, 0.0, 0.5, 9.0])


@given(
    verdict=st.sampled_from(VERDICTS), reason=st.sampled_from(REASONS), gap=GAP, bounds=st.none() | st.tuples(GAP, GAP)
)
def test_a_gap_is_measured_alike(connection, verdict, reason, gap, bounds):
    ends = None if bounds is None or None in bounds else sorted(bounds)
    told = Disparity(verdict=verdict, reason=reason, gap_baseline=gap, gap_baseline_bounds=ends and tuple(ends))
    query = "select gap_measured($verdict, $reason, $gap::DOUBLE, $bounds::DOUBLE[])"
    found = connection.execute(query, {"verdict": verdict, "reason": reason, "gap": gap, "bounds": ends}).fetchone()
    assert found == (is_measured(told),)
