"""registry/sql/rollup/progress.sql and the macros say, series by series, what the Python twin says."""

import math
from pathlib import Path

import duckdb
import msgspec
import pytest
from any_figures import SCALES, SOURCES, around, figures
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.period import period_of
from registry.domain.progress import RULES, Aim, Point, Progress, ProgressRule, Terms, progress

ROOT = Path(__file__).parents[2]
SQL = ROOT / "registry" / "sql"
QUERY = (SQL / "rollup" / "progress.sql").read_text()
CASES = msgspec.json.decode((ROOT / "tests" / "vectors" / "progress.json").read_bytes())
KEYS = ("community", "variant", "group_key", "stretch")
END = {
    "period": "VARCHAR",
    "ordinal": "INTEGER",
    "span": "INTEGER",
    "value": "DECIMAL(28,9)",
    "n": "BIGINT",
    "d": "BIGINT",
    "low": "DECIMAL(28,9)",
    "high": "DECIMAL(28,9)",
    "se": "DOUBLE",
    "eligible": "BIGINT",
}
PICKED = {
    **dict.fromkeys((*KEYS, "unit"), "VARCHAR"),
    "per": "DOUBLE",
    "direction": "VARCHAR",
    "meaningful_change": "DECIMAL(28,9)",
    "maintain_within": "DECIMAL(28,9)",
    "has_cut": "BOOLEAN",
    "broken_at": "VARCHAR",
    "kind": "VARCHAR",
    **{f"b_{name}": kind for name, kind in END.items()},
    **{f"l_{name}": kind for name, kind in END.items()},
    "t_period": "VARCHAR",
    "t_ordinal": "INTEGER",
    "t_value": "DECIMAL(28,9)",
    "milestones": "STRUCT(ordinal INTEGER, value DECIMAL(28,9))[]",
    **dict.fromkeys(("phi", "tau"), "DOUBLE"),
    "method": "VARCHAR",
}


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """What one call of the Python twin takes."""

    baseline: Point | None
    latest: Point | None
    target: Aim | None = None
    milestones: tuple[Aim, ...] = ()
    terms: Terms
    broken_at: str | None = None

    def answer(self, rule: ProgressRule) -> Progress:
        return progress(
            self.baseline, self.latest, self.target, self.milestones, self.terms, rule, broken_at=self.broken_at
        )


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as opened:
        for macro in sorted((SQL / "macros").glob("*.sql")):
            opened.execute(macro.read_text())
        opened.execute(f"create temp table picked ({', '.join(f'{name} {kind}' for name, kind in PICKED.items())})")
        yield opened


def text(value):
    return None if value is None else repr(value)


def end_row(prefix, point):
    if point is None or point.missing is not None:
        return {}
    period = period_of(point.period)
    row = {
        "period": point.period,
        "ordinal": period.ordinal,
        "span": period.months,
        "value": text(point.value),
        "n": point.numerator,
        "d": point.denominator,
        "low": text(point.low),
        "high": text(point.high),
        "se": point.standard_error,
        "eligible": point.eligible,
    }
    return {f"{prefix}_{name}": value for name, value in row.items()}


def picked_row(place, series, rule):
    terms = series.terms
    some = series.baseline or series.latest or series.target
    row = {
        "community": f"{place:09}",
        "variant": "variant",
        "group_key": "",
        "stretch": "whole",
        "phi": rule.phi,
        "tau": rule.tau,
        "method": rule.method,
        "unit": terms.unit,
        "per": terms.per,
        "direction": terms.direction,
        "meaningful_change": text(terms.meaningful_change),
        "maintain_within": text(terms.maintain_within),
        "has_cut": terms.has_cut,
        "broken_at": series.broken_at,
        "kind": period_of(some.period).kind if some else None,
        "milestones": [
            {"ordinal": period_of(aim.period).ordinal, "value": text(aim.value)} for aim in series.milestones
        ],
        **end_row("b", series.baseline),
        **end_row("l", series.latest),
    }
    if series.target:
        target = series.target
        row |= {
            "t_period": target.period,
            "t_ordinal": period_of(target.period).ordinal,
            "t_value": text(target.value),
        }
    return row


def answers(connection, many, rule):
    return judged(connection, [(series, rule) for series in many])


def judged(connection, many):
    """What the query says of each series, each judged by its own rule."""
    rows = msgspec.json.encode([picked_row(place, *pair) for place, pair in enumerate(many)]).decode()
    shape = msgspec.json.encode([PICKED]).decode()
    connection.execute("delete from picked")
    connection.execute(
        f"insert into picked by name select unnest(from_json(?, '{shape}'), max_depth := 2)",
        [rows],
    )
    found = connection.execute(QUERY).fetchall()
    assert [row[0] for row in found] == [f"{place:09}" for place in range(len(many))]
    fields = Progress.__struct_fields__
    return [dict(zip(fields, row[len(KEYS) :], strict=True)) for row in found]


def agree(found, wanted, tolerance):
    if isinstance(wanted, (tuple, list)):
        return found is not None and all(agree(*pair, tolerance) for pair in zip(found, wanted, strict=True))
    if isinstance(wanted, float) and isinstance(found, float):
        return math.isclose(found, wanted, rel_tol=tolerance, abs_tol=tolerance)
    return found == wanted and type(found) is type(wanted)


def series_of_case(case):
    return Series(
        baseline=msgspec.convert(case["baseline"], Point),
        latest=msgspec.convert(case["latest"], Point),
        target=msgspec.convert(case["target"], Aim),
        milestones=msgspec.convert(case["milestones"], tuple[Aim, ...]),
        terms=Terms(
            unit=case["unit"],
            direction=case["direction"],
            meaningful_change=case["meaningful_change"],
            has_cut=case.get("cut", True),
        ),
    )


@pytest.mark.parametrize("rule", sorted(RULES))
def test_known_answers(connection, rule):
    found = answers(connection, [series_of_case(case) for case in CASES], RULES[rule])
    wrong = [
        (case["name"], field, answer[field], wanted)
        for case, answer in zip(CASES, found, strict=True)
        for field, wanted in (case["expect"] | case["expect"]["by_rule"].get(rule, {})).items()
        if field != "by_rule" and not agree(answer[field], wanted, 1e-6)
    ]
    assert wrong == []


def test_columns_are_the_fields_of_the_struct(connection):
    described = connection.execute(f"describe {QUERY}").fetchall()
    assert tuple(row[0] for row in described) == (*KEYS, *Progress.__struct_fields__)


def test_what_128_bits_cannot_hold_is_an_error_and_no_wrong_answer(connection):
    huge = 9 * 10**18
    series = Series(
        baseline=Point(period="SY2015-16", numerator=huge - 1, denominator=huge),
        latest=Point(period="SY2016-17", numerator=huge - 2, denominator=huge),
        terms=Terms(unit="percent", direction="increase", meaningful_change=1.0),
    )
    with pytest.raises(duckdb.OutOfRangeException, match="Overflow"):
        answers(connection, [series], RULES["plain@1"])


# Any series --------------------------------------------------------------------------------------------------------

CODES = {
    "school-year": lambda at: f"SY{2000 + at}-{(1 + at) % 100:02}",
    "calendar-year": lambda at: f"CY{2000 + at}",
    "entering-cohort": lambda at: f"COHORT{2000 + at}",
    "multi-year": lambda at: f"CY{2000 + at}/{2004 + at}",
    "quarter": lambda at: f"{2000 + at // 4}-Q{at % 4 + 1}",
    "month": lambda at: f"{2000 + at // 12}-{at % 12 + 1:02}",
}


@st.composite
def any_series(draw):
    unit = draw(st.sampled_from(["percent", "percent", "percent", "rate", "rate", *SCALES]))
    kind = draw(st.sampled_from(["school-year", *CODES]))
    top, start = SCALES[unit], draw(st.integers(0, 20))
    middle = draw(st.integers(0, 100)) * top / 100
    shapes = SOURCES[draw(st.sampled_from(["counts", "counts", "counts", *SOURCES]))]

    def point(code):
        there = draw(st.sampled_from(["there"] * 20 + ["none", "missing"]))
        if there == "none":
            return None
        if there == "missing":
            return Point(period=code, missing="suppressed")
        return Point(period=code, **figures(draw, draw(st.sampled_from(shapes)), middle, top))

    def aim(least, most):
        return Aim(CODES[kind](start + draw(st.integers(least, most))), around(draw, middle, top))

    after = draw(st.sampled_from([*range(1, 9), *range(1, 9), 0, -1]))
    last = CODES[kind](start + after)
    if kind == "multi-year" and draw(st.integers(0, 5)) == 0:
        last = f"CY{2000 + start + after}/{2002 + start + after}"
    meaningful_change = draw(st.sampled_from([0.001, 0.005, 0.01, 0.02])) * top
    return Series(
        baseline=point(CODES[kind](start)),
        latest=point(last),
        target=draw(st.sampled_from([aim(-1, 14), aim(max(1, after), after + 4), aim(after, after), None])),
        milestones=tuple(aim(-1, 13) for _ in range(draw(st.integers(0, 3)))),
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
COUNT = Terms(unit="count", direction="increase", meaningful_change=1.0)


def edge(baseline, latest, target=None, terms=PERCENT, milestones=()):
    start, end = Point(period="SY2015-16", **baseline), Point(period="SY2017-18", **latest)
    return Series(baseline=start, latest=end, target=target, milestones=milestones, terms=terms)


def of(numerator, denominator, **more):
    return {"numerator": numerator, "denominator": denominator, **more}


EDGES = {
    "twenty people are enough": edge(of(4, 20), of(16, 20)),
    "nineteen are not": edge(of(4, 20), of(16, 19)),
    "a whole point that floats cannot hold": edge({"value": 7.2}, {"value": 8.2}, Aim("SY2020-21", 8.2)),
    "a whole point of counts": edge(of(5_000_000, 10_000_000), of(5_100_000, 10_000_000)),
    "on the path upwards": edge({"value": 7.2}, {"value": 8.2}, Aim("SY2020-21", 9.7)),
    "on the path downwards": edge(of(8, 30), of(6, 30), Aim("SY2018-19", 16.666666667), FEWER),
    "on a milestone": edge(
        {"value": 40.0}, {"value": 44.0}, Aim("SY2020-21", 60.0), milestones=(Aim("SY2017-18", 44.0),)
    ),
    "a range of no width": edge({"low": 40.0, "high": 40.0}, {"low": 50.0, "high": 50.0, "denominator": 90}),
    "all of them at the end": edge(of(300, 400), of(400, 400), Aim("SY2017-18", 99.95)),
    "none of them at both ends": edge(of(0, 400), of(0, 300), Aim("SY2020-21", 0.1), FEWER),
    "a count told by its numerator": edge({"numerator": 4}, {"numerator": 7}, Aim("SY2020-21", 9.0), COUNT),
    "more than a count": edge({"value": 4.0}, {"low": 6.0}, Aim("SY2020-21", 9.0), COUNT),
    "maintained within five points": edge(of(343, 686), of(343, 686)),
    "controlled estimates": edge({"value": 4.0, "standard_error": 0.0}, {"value": 7.0, "standard_error": 0.0}),
    "one controlled estimate": edge(
        {"value": 4.0, "standard_error": 1.0}, {"value": 7.0, "standard_error": 0.0}, Aim("SY2019-20", 10.0)
    ),
    "95 percent took part": edge(of(300, 950, eligible=1000), of(600, 950, eligible=1000)),
    "fewer took part": edge(of(300, 949, eligible=1000), of(600, 949, eligible=1000)),
    "five points more took part": edge(of(300, 950, eligible=1000), of(600, 1000, eligible=1000)),
    "a hundred billion people, on the path but for one": edge(
        of(40_000_000_000, 100_000_000_000), of(43_999_999_999, 99_999_999_999), Aim("SY2020-21", 50.0)
    ),
    "five in the tail": edge(of(5, 50), of(45, 50)),
    "four in the tail": edge(of(5, 50), of(46, 50)),
    "the way is one meaningful change": edge({"value": 50.0}, {"value": 50.5}, Aim("SY2020-21", 51.0)),
    "the way is shorter": edge({"value": 50.0}, {"value": 50.5}, Aim("SY2020-21", 50.999)),
}


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_sql_says_what_python_says_at_every_edge(connection, rule):
    found = answers(connection, list(EDGES.values()), rule)
    for (name, series), answer in zip(EDGES.items(), found, strict=True):
        assert differences(answer, series, rule) == {}, name


def test_each_series_is_judged_by_its_own_rule(connection):
    many = [(series, rule) for series in EDGES.values() for rule in RULES.values()]
    for (series, rule), answer in zip(many, judged(connection, many), strict=True):
        assert differences(answer, series, rule) == {}, (series, rule)


def differences(answer, series, rule):
    wanted = msgspec.structs.asdict(series.answer(rule))
    return {field: (answer[field], wanted[field]) for field in wanted if not agree(answer[field], wanted[field], 1e-9)}


@settings(max_examples=85, derandomize=True, deadline=None)
@given(many=st.lists(any_series(), min_size=12, max_size=24), rule=st.sampled_from(list(RULES.values())))
def test_sql_says_what_python_says(connection, many, rule):
    found = answers(connection, many, rule)
    for series, answer in zip(many, found, strict=True):
        assert differences(answer, series, rule) == {}, series
