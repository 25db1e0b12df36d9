"""registry/sql/rollup/progress.sql and the macros say, series by series, what the Python twin says."""

import math
from pathlib import Path

import duckdb
import msgspec
import pytest

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
