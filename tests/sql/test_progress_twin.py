"""registry/sql/rollup/progress.sql and the macros say, series by series, what the Python twin says."""

import math
from pathlib import Path

import duckdb
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.normal import density, quantile, two_sided_p, wilson95
from registry.domain.period import period_of
from registry.domain.progress import RULES, Aim, Point, Progress, ProgressRule, Terms, progress
from registry.domain.progress_rule import months

ROOT = Path(__file__).parents[2]
SQL = ROOT / "registry" / "sql"
QUERY = (SQL / "rollup" / "progress.sql").read_text()
CASES = msgspec.json.decode((ROOT / "tests" / "vectors" / "progress.json").read_bytes())
KEYS = ("community", "variant", "group_key")
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
        "span": months(period),
        "value": text(point.value),
        "n": point.numerator,
        "d": point.denominator,
        "low": text(point.low),
        "high": text(point.high),
        "se": point.standard_error,
        "eligible": point.eligible,
    }
    return {f"{prefix}_{name}": value for name, value in row.items()}


def picked_row(place, series):
    terms = series.terms
    some = series.baseline or series.latest or series.target
    row = {
        "community": f"{place:09}",
        "variant": "variant",
        "group_key": "",
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
    rows = msgspec.json.encode([picked_row(place, series) for place, series in enumerate(many)]).decode()
    shape = msgspec.json.encode([PICKED]).decode()
    connection.execute("delete from picked")
    connection.execute(
        f"insert into picked by name select unnest(from_json(?, '{shape}'), max_depth := 2)",
        [rows],
    )
    found = connection.execute(QUERY, {"phi": rule.phi, "tau": rule.tau, "method": rule.method}).fetchall()
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
    described = connection.execute(f"describe {QUERY}", {"phi": 1.0, "tau": 0.0, "method": "tested"}).fetchall()
    assert tuple(row[0] for row in described) == (*KEYS, *Progress.__struct_fields__)


def test_normal_macros_agree_with_the_twin(connection):
    zs = [step / 37 for step in range(-300, 1360)]
    found = connection.execute(
        "select normal_two_sided_p(z), normal_cdf(z), normal_density(z) from unnest(?::double[]) as t(z)", [zs]
    ).fetchall()
    for z, (p_value, below, dense) in zip(zs, found, strict=True):
        assert p_value == pytest.approx(two_sided_p(z), rel=1e-13 if abs(z) <= 8 else 1e-12, abs=0)
        assert below == pytest.approx(math.erfc(-z / math.sqrt(2)) / 2, rel=1e-12, abs=0)
        assert dense == pytest.approx(density(z), rel=1e-13, abs=0)
    shares = [10.0**-power for power in range(1, 300)] + [step / 997 for step in range(1, 997)]
    found = connection.execute("select normal_quantile(p) from unnest(?::double[]) as t(p)", [shares]).fetchall()
    for share, (z,) in zip(shares, found, strict=True):
        assert z == pytest.approx(quantile(share), rel=1e-15, abs=1e-15)
    ends = "select normal_quantile(0), normal_quantile(1), normal_quantile(null), normal_two_sided_p(null)"
    assert connection.execute(ends).fetchone() == (None,) * 4


def test_wilson_macro_agrees_with_the_twin(connection):
    for x, n, scale in ((0, 20, 100.0), (20, 20, 100.0), (7, 31, 1000.0), (123_456, 1_000_000, 100.0)):
        (found,) = connection.execute("select wilson95(?::double, ?, ?::double)", [x / n, n, scale]).fetchone()
        assert tuple(found) == pytest.approx(wilson95(x / n, n, scale), abs=1e-12)
    assert connection.execute("select wilson95(null, 20, 100e0)").fetchone() == (None,)


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
SCALES = {"percent": 100, "rate": 1000, "count": 500, "mean": 800, "currency": 90_000, "index": 10}
PEOPLE = st.one_of(st.integers(15, 40), st.integers(100, 3_000), st.integers(1_000, 200_000))
SOURCES = {
    "counts": ("counts",),
    "sample": ("sample",),
    "ranges": ("range", "rounded", "counts", "value_of_n"),
    "values": ("value", "rounded"),
    "mixed": ("counts", "excess", "value", "value_of_n", "rounded", "range", "sample"),
}
ERRORS = st.sampled_from([0.0, 0.4, 1.25, 3.0])


def around(draw, middle, top):
    """A figure near the middle of the series or anywhere, as files print it: whole, in tenths, or in thousandths."""
    near = st.integers(-60, 60).map(lambda step: min(top, max(0, round(middle + step * top / 1000, 3))))
    anywhere = st.integers(0, 1000).map(lambda step: round(step * top / 1000, 3))
    return float(draw(st.one_of(near, near, anywhere, st.sampled_from([0, top]))))


def figures(draw, shape, middle, top):
    """What one point says: counts, a printed value with or without rounding, a range, a sample."""
    value, people = around(draw, middle, top), draw(PEOPLE)
    behind = {"denominator": people, "eligible": draw(st.sampled_from([None, None, people, people + people // 12]))}
    if shape in {"counts", "excess"}:
        numerator = round(people * value / top) * (2 if shape == "excess" else 1)
        return {"numerator": numerator, "value": 1.0, **behind}
    if shape == "value":
        return {"value": value}
    if shape == "value_of_n":
        return {"value": value, **behind}
    if draw(st.integers(0, 4)) == 0:
        behind = {}
    if shape == "rounded":
        return {"value": value, "low": round(value - 0.05, 9), "high": round(value + 0.05, 9), **behind}
    if shape == "range":
        low, high = sorted((value, around(draw, middle, top)))
        return draw(st.sampled_from([{"low": low, "high": high}] * 3 + [{"low": low}, {"high": high}])) | behind
    return {"value": value, "standard_error": draw(ERRORS), **behind, "numerator": people // 2}


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


@settings(max_examples=300, derandomize=True, deadline=None)
@given(many=st.lists(any_series(), min_size=2, max_size=8), rule=st.sampled_from(list(RULES.values())))
def test_sql_says_what_python_says(connection, many, rule):
    found = answers(connection, many, rule)
    for series, answer in zip(many, found, strict=True):
        wanted = msgspec.structs.asdict(series.answer(rule))
        wrong = {
            field: (answer[field], wanted[field]) for field in wanted if not agree(answer[field], wanted[field], 1e-9)
        }
        assert wrong == {}, series
