"""The queries under ``registry/sql/rollup`` say what their Python twins say: pooled levels, counts of trends, settled paces, both ends."""

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry import duck
from registry.domain.path import settled
from registry.domain.period import period_of
from registry.domain.progress import Progress
from registry.domain.rollup import Count, LevelPart, Picked, PooledLevel, count_trends, pool

HISTORY = duck.text_of("tables/series").partition("    history ")[2].partition(" not null")[0]
PARTS = {
    **dict.fromkeys(("level_key", "group_key", "period"), "VARCHAR"),
    "ordinal": "INTEGER",
    **dict.fromkeys(("community", "variant"), "VARCHAR"),
    "per": "DOUBLE",
    "status": "VARCHAR",
    **dict.fromkeys(("numerator", "denominator"), "BIGINT"),
    **dict.fromkeys(("value", "low", "high"), "DECIMAL(28, 9)"),
}
COMPARABLE = {
    **dict.fromkeys(("community", "variant", "group_key", "progress_key", "unit", "direction", "kind"), "VARCHAR"),
    **dict.fromkeys(("headline", "member", "has_cut", "baseline_of_several", "sample"), "BOOLEAN"),
    "per": "DOUBLE",
    **dict.fromkeys(("meaningful_change", "maintain_within", "baseline_value", "target_value"), "DECIMAL(28, 9)"),
    **dict.fromkeys(("baseline_period", "target_period"), "VARCHAR"),
    **dict.fromkeys(("baseline_ordinal", "baseline_span", "target_ordinal"), "INTEGER"),
    **dict.fromkeys(("baseline_numerator", "baseline_denominator"), "BIGINT"),
    "milestones": 'STRUCT(ordinal INTEGER, "value" DECIMAL(28, 9))[]',
    "breaks": "STRUCT(ordinal INTEGER, period VARCHAR, bridged BOOLEAN)[]",
    "history": HISTORY,
}
PROGRESSED = {
    **dict.fromkeys(("community", "variant", "group_key"), "VARCHAR"),
    **dict.fromkeys(Progress.__struct_fields__, "DOUBLE"),
    **dict.fromkeys(("pace", "trend"), "VARCHAR"),
}
TRENDS = ("improving", "maintaining", "declining", "indeterminate")
PACES = (None, "met", "missed", "met_late", "on_track", "off_track", "no_data")


@pytest.fixture(scope="module")
def connection() -> Iterator[duck.Connection]:
    opened = duck.connect()
    for macro in duck.names_under("macros"):
        duck.run(opened, macro)
    yield opened
    opened.close()


def lay(connection: duck.Connection, name: str, columns: dict[str, str], rows: Sequence[dict[str, object]]) -> None:
    """Lay out a relation that the queries read, in the types of the product."""
    declared = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
    connection.execute(f"create or replace temp table {name} ({declared})")
    duck.insert(connection, name, rows)


# Levels ------------------------------------------------------------------------------------------------------------

PEOPLE = st.one_of(st.integers(1, 40), st.integers(1, 20_000), st.integers(1, 2_000_000))


@st.composite
def any_part(draw: st.DrawFn, key: str, group: str, year: int, place: int) -> LevelPart:
    """What one community brings: counts, a range, or one of the reasons for nothing."""
    per = 1000.0 if key == "rate" else 100.0
    status = draw(
        st.sampled_from(
            ("exact", "exact", "exact", "bounded", "no_counts", "suppressed", "not_available", "not_tested")
        )
    )
    people = draw(PEOPLE)
    low, high = sorted(Decimal(draw(st.integers(0, 10**6))) * Decimal(int(per)) / 10**6 for _ in range(2))
    hidden = draw(st.booleans())
    counted = status in {"exact", "bounded"} or draw(st.booleans())
    return LevelPart(
        level_key=key,
        group_key=group,
        period=f"CY{year}",
        ordinal=12 * year,
        community=f"place-{place}",
        variant="measure",
        per=per,
        status=status,
        numerator=draw(st.sampled_from((0, people, people // 3))) if status == "exact" else None,
        denominator=people if counted else None,
        value=low if status == "no_counts" else None,
        low=(Decimal(0) if hidden else low) if status == "bounded" else None,
        high=(Decimal(int(per)) if hidden else high) if status == "bounded" else None,
    )


@st.composite
def many_parts(draw: st.DrawFn) -> list[LevelPart]:
    """Several keys, groups and periods, a few communities in each, in any order."""
    cells = [
        (key, group, year) for key in ("percent", "rate") for group in ("", "sex=female") for year in range(2014, 2019)
    ]
    parts = [draw(any_part(*cell, place)) for cell in cells for place in range(draw(st.integers(0, 4)))]
    return draw(st.permutations(parts))


@settings(max_examples=40)
@given(parts=many_parts())
def test_a_pooled_level_is_the_ratio_of_sums(connection: duck.Connection, parts: list[LevelPart]) -> None:
    lay(connection, "level_part", PARTS, [{**msgspec.structs.asdict(part), **spelled(part)} for part in parts])
    by_level: dict[tuple[str, str, int], list[LevelPart]] = {}
    for part in parts:
        by_level.setdefault((part.level_key, part.group_key, part.ordinal), []).append(part)
    found = duck.rows(connection, "rollup/level", PooledLevel)
    assert [(row.level_key, row.group_key, row.ordinal) for row in found] == sorted(by_level)
    for row in found:
        wanted = pool(by_level[row.level_key, row.group_key, row.ordinal])
        assert differences(row, wanted) == {}, by_level[row.level_key, row.group_key, row.ordinal]


def spelled(part: LevelPart) -> dict[str, object]:
    return {
        name: None if getattr(part, name) is None else str(getattr(part, name)) for name in ("value", "low", "high")
    }


def differences(found: msgspec.Struct, wanted: msgspec.Struct) -> dict[str, object]:
    """Figures agree to 1e-12 of themselves, all else exactly."""
    pairs = {name: (getattr(found, name), getattr(wanted, name)) for name in wanted.__struct_fields__}
    return {name: pair for name, pair in pairs.items() if not same(*pair)}


def same(found: object, wanted: object) -> bool:
    if isinstance(wanted, float) and isinstance(found, float):
        return math.isclose(found, wanted, rel_tol=1e-12, abs_tol=1e-15)
    return found == wanted and type(found) is type(wanted)


def test_a_period_of_the_same_first_month_is_another_level(connection: duck.Connection) -> None:
    """Five years and three years from 2015 on begin together; neither their figures nor their order is left to chance."""
    base = {
        "level_key": "key",
        "group_key": "",
        "ordinal": 24180,
        "variant": "measure",
        "per": 100.0,
        "status": "exact",
    }
    rows = [
        {**base, "period": period, "community": place, "numerator": 1, "denominator": people}
        for period, place, people in (("CY2015/2019", "a", 4), ("CY2015/2017", "b", 5), ("CY2015/2019", "c", 6))
    ]
    for order in (rows, rows[::-1]):
        lay(connection, "level_part", PARTS, order)
        found = duck.rows(connection, "rollup/level", PooledLevel)
        assert [(row.period, row.numerator, row.denominator) for row in found] == [
            ("CY2015/2017", 1, 5),
            ("CY2015/2019", 2, 10),
        ]


# Counts and paces --------------------------------------------------------------------------------------------------


@st.composite
def many_places(draw: st.DrawFn) -> list[tuple[str, str | None, str, bool, bool, str]]:
    """Community, progress key, trend, headline, member, group."""
    return [
        (
            f"place-{number:03}",
            draw(st.sampled_from(("one", "one", "other", "third", None))),
            draw(st.sampled_from(TRENDS)),
            draw(st.sampled_from((True, True, True, False))),
            draw(st.sampled_from((True, True, True, False))),
            draw(st.sampled_from(("", "", "sex=male"))),
        )
        for number in range(draw(st.integers(0, 60)))
    ]


@settings(max_examples=40)
@given(places=many_places())
def test_trends_are_counted_over_headline_measures_of_members_for_everybody(
    connection: duck.Connection, places: list[tuple[str, str | None, str, bool, bool, str]]
) -> None:
    names = ("community", "progress_key", "trend", "headline", "member", "group_key")
    rows = [{**dict(zip(names, place, strict=True)), "variant": "measure"} for place in places]
    lay(
        connection,
        "comparable",
        COMPARABLE,
        [{name: row[name] for name in row if name != "trend"} for row in rows][::-1],
    )
    series = ("community", "variant", "group_key", "trend")
    lay(connection, "progressed", PROGRESSED, [{name: row[name] for name in series} for row in rows])
    counted: dict[str, list[tuple[str, str]]] = {}
    for community, key, trend, headline, member, group in places:
        if key and headline and member and not group:
            counted.setdefault(key, []).append((community, trend))
    wanted = sorted(
        (count_trends(key, pairs) for key, pairs in counted.items()), key=lambda count: (-count.n, count.progress_key)
    )
    assert duck.rows(connection, "rollup/network", Count) == wanted


def test_the_target_periods_own_figure_settles_the_pace(connection: duck.Connection) -> None:
    """Every pair of paces, and none at the target: exhaustively."""
    pairs = [(now, at_target) for now in PACES for at_target in (*PACES, "absent")]
    series = [{"community": f"{place:03}", "variant": "measure", "group_key": ""} for place in range(len(pairs))]
    now = [{**name, "pace": pair[0]} for name, pair in zip(series, pairs, strict=True)]
    later = [{**name, "pace": pair[1]} for name, pair in zip(series, pairs, strict=True) if pair[1] != "absent"]
    lay(connection, "progressed", PROGRESSED, now)
    lay(connection, "progressed_at_target", PROGRESSED, later)
    cursor = connection.execute(duck.text_of("rollup/progressed"))
    place = [column[0] for column in cursor.description].index("pace")
    found = [row[place] for row in cursor.fetchall()]
    assert found == [settled(now, None if at_target == "absent" else at_target) for now, at_target in pairs]


# Both ends ---------------------------------------------------------------------------------------------------------

SPELL = {
    "school-year": lambda year: f"SY{year}-{(year + 1) % 100:02}",
    "calendar-year": lambda year: f"CY{year}",
    "multi-year": lambda year: f"CY{year}/{year + 4}",
}
FIGURES = (
    {"value": "40.5", "numerator": 81, "denominator": 200, "eligible": 210},
    {"value": "44.25"},
    {"low": "10", "high": "20", "open": True, "denominator": 50},
    {"high": "5"},
    {"low": "95"},
    {"value": "41", "standard_error": 1.25},
    {"missing": "suppressed"},
    {"missing": "suppressed", "denominator": 9},
    {"missing": "not_available"},
    {"missing": "not_applicable", "numerator": 0, "denominator": 0},
    {"denominator": 80},
)


class Variant(msgspec.Struct, frozen=True, kw_only=True):
    """One series and what its variant declares; years by their first."""

    kind: str
    unit: str
    group: str
    baseline: int | None
    declared: dict[str, object]
    target: int | None
    breaks: tuple[tuple[int, bool], ...]
    several: bool = False
    history: dict[int, dict[str, object]]


@st.composite
def any_variant(draw: st.DrawFn) -> Variant:
    years = st.integers(2010, 2019)
    return Variant(
        kind=draw(st.sampled_from(sorted(SPELL))),
        unit=draw(st.sampled_from(("percent", "percent", "rate", "mean"))),
        group=draw(st.sampled_from(("", "", "sex=male"))),
        baseline=draw(st.one_of(st.integers(2010, 2012), st.none(), years)),
        declared=draw(st.sampled_from(({}, {"value": "33.3"}, {"value": "50", "numerator": 5, "denominator": 10}))),
        target=draw(st.one_of(st.none(), st.integers(2013, 2021))),
        breaks=tuple(sorted(draw(st.dictionaries(years, st.booleans(), max_size=2)).items())),
        several=draw(st.sampled_from((False, False, True))),
        history=draw(st.dictionaries(years, st.sampled_from(FIGURES), max_size=7)),
    )


def comparable_row(place: int, entry: Variant) -> dict[str, object]:
    baseline = entry.baseline and period_of(SPELL[entry.kind](entry.baseline))
    return {
        "community": f"{place:03}",
        "variant": "measure",
        "group_key": entry.group,
        "unit": entry.unit,
        "per": PER[entry.unit],
        "direction": "increase",
        "kind": entry.kind,
        "meaningful_change": "1",
        "baseline_period": baseline and baseline.code,
        "baseline_ordinal": baseline and baseline.ordinal,
        "baseline_span": baseline and baseline.months,
        "baseline_of_several": entry.several,
        "sample": False,
        **{f"baseline_{name}": value for name, value in entry.declared.items() if baseline},
        "target_period": entry.target and SPELL[entry.kind](entry.target),
        "target_ordinal": entry.target and period_of(SPELL[entry.kind](entry.target)).ordinal,
        "target_value": entry.target and "60",
        "milestones": [],
        "breaks": [
            {
                "ordinal": period_of(SPELL[entry.kind](year)).ordinal,
                "period": SPELL[entry.kind](year),
                "bridged": bridged,
            }
            for year, bridged in entry.breaks
        ],
        "history": [cell_of(entry, year) for year in sorted(entry.history)],
    }


PER = {"percent": 100.0, "rate": 1000.0, "mean": 100.0}


def cell_of(entry: Variant, year: int) -> dict[str, object]:
    period = period_of(SPELL[entry.kind](year))
    return {
        "period": period.code,
        "ordinal": period.ordinal,
        "span": period.months,
        "seq": year,
        "open": False,
        **entry.history[year],
    }


def end(entry: Variant, year: int | None, figures: dict[str, object] | None) -> dict[str, object]:
    """An end as it is judged: a hidden share may be anything from nobody to everybody."""
    if year is None or figures is None:
        return dict.fromkeys(
            ("period", "ordinal", "span", "value", "n", "d", "low", "high", "se", "eligible", "missing")
        )
    period = period_of(SPELL[entry.kind](year))
    found = {**figures}
    if figures.get("missing") == "suppressed" and entry.unit != "mean":
        found |= {"low": "0", "high": str(PER[entry.unit])}
    named = {"n": "numerator", "d": "denominator", "se": "standard_error"}
    return {
        "period": period.code,
        "ordinal": period.ordinal,
        "span": period.months,
        **{
            short: found.get(named.get(short, short))
            for short in ("value", "n", "d", "low", "high", "se", "eligible", "missing")
        },
    }


def said(figures: dict[str, object]) -> bool:
    return any(figures.get(name) is not None for name in ("value", "low", "high"))


def both_ends(
    entry: Variant, earlier: int | None, later: int | None
) -> tuple[int | None, dict[str, object], int | None, str | None]:
    """The rule in plain Python: year and figures of the start, year of the end, and the first break between them."""
    history = entry.history
    start, figures = (earlier if earlier is not None else entry.baseline), {}
    several = entry.several and earlier is None and not entry.group
    if start in history and not several:
        figures = end(entry, start, history[start])
    elif earlier is None and not entry.group and start is not None:
        figures = end(entry, start, entry.declared)
    else:
        start, figures = None, end(entry, None, None)
    hidden = {year for year in history if history[year].get("missing") == "suppressed"}
    shown = {year for year in history if said(history[year])}
    if later is not None:
        last = later if later in hidden | shown else None
    else:
        last = max((year for year in shown | hidden if start is None or year > start), default=None)
    between = [
        year
        for year, bridged in entry.breaks
        if not bridged and start is not None and last is not None and start < year <= last
    ]
    return start, figures, last, SPELL[entry.kind](between[0]) if between else None


def ends_of(row: Picked, prefix: str) -> dict[str, object]:
    names = ("period", "ordinal", "span", "value", "n", "d", "low", "high", "se", "eligible", "missing")
    return {name: getattr(row, f"{prefix}_{name}") for name in names}


def as_numbers(figures: dict[str, object]) -> dict[str, object]:
    return {
        name: Decimal(str(value)) if name in {"value", "low", "high"} and value is not None else value
        for name, value in figures.items()
    }


@settings(max_examples=60)
@given(
    entries=st.lists(any_variant(), min_size=10, max_size=40),
    ends=st.sampled_from(((None, None), (None, 2015), (2012, 2016), (2011, 2011))),
)
def test_both_ends_are_those_of_the_rule(
    connection: duck.Connection, entries: list[Variant], ends: tuple[int | None, int | None]
) -> None:
    for kind in SPELL:
        own = [entry for entry in entries if entry.kind == kind]
        lay(
            connection,
            "comparable",
            COMPARABLE,
            [comparable_row(place, entry) for place, entry in enumerate(own)][::-1],
        )
        earlier, later = (year and SPELL[kind](year) for year in ends)
        duck.keep(connection, "picked", "rollup/picked", {"earlier": earlier, "later": later})
        found = duck.kept(connection, "picked", Picked)
        assert len(found) == len(own)
        for row, entry in zip(found, own, strict=True):
            _, start, last, broken_at = both_ends(entry, *ends)
            assert ends_of(row, "b") == as_numbers(start), (entry, ends)
            assert ends_of(row, "l") == as_numbers(end(entry, last, entry.history.get(last or 0))), (entry, ends)
            assert row.broken_at == broken_at, (entry, ends)
        check_at_target(connection, own, ends)


def check_at_target(connection: duck.Connection, entries: list[Variant], ends: tuple[int | None, int | None]) -> None:
    """The target period's own figure is the second end where the latest one is later than it."""
    found = {row.community: row for row in duck.rows(connection, "rollup/picked_at_target", Picked)}
    wanted = {}
    for place, entry in enumerate(entries):
        start, _, last, _ = both_ends(entry, *ends)
        own = entry.history.get(entry.target or 0)
        if own is None or last is None or entry.target is None or last <= entry.target:
            continue
        if said(own) or own.get("missing") == "suppressed":
            broken = [
                year
                for year, bridged in entry.breaks
                if not bridged and start is not None and start < year <= entry.target
            ]
            wanted[f"{place:03}"] = (end(entry, entry.target, own), SPELL[entry.kind](broken[0]) if broken else None)
    assert {name: (ends_of(row, "l"), row.broken_at) for name, row in found.items()} == {
        name: (as_numbers(figures), broken_at) for name, (figures, broken_at) in wanted.items()
    }


def test_two_spans_that_begin_with_the_target_settle_it_once(connection: duck.Connection) -> None:
    entry = Variant(
        kind="multi-year",
        unit="percent",
        group="",
        baseline=2005,
        declared={"value": "40"},
        target=2015,
        breaks=(),
        history={2016: FIGURES[1]},
    )
    row = comparable_row(0, entry)
    spans = [
        {
            "period": code,
            "ordinal": period_of(code).ordinal,
            "span": period_of(code).months,
            "seq": 1,
            "open": False,
            "value": value,
        }
        for code, value in (("CY2015/2017", "70"), ("CY2015/2019", "61"))
    ]
    lay(connection, "comparable", COMPARABLE, [{**row, "history": [*spans, *row["history"]]}])
    duck.keep(connection, "picked", "rollup/picked", {"earlier": None, "later": None})
    found = duck.rows(connection, "rollup/picked_at_target", Picked)
    assert [(end.l_period, end.l_value) for end in found] == [("CY2015/2019", Decimal(61))]
