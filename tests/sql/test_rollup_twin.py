"""The queries under ``registry/sql/rollup`` say what their Python twins say: pooled levels, counts of trends, settled paces, both ends."""

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry import duck
from registry.domain.overlap import TIERS, CountedElsewhere, held_on
from registry.domain.path import settled
from registry.domain.period import period_of
from registry.domain.progress import Progress
from registry.domain.progress_rule import RULES
from registry.domain.rollup import count_trends, pool
from registry.domain.rollup_rows import Count, LevelPart, Picked, PooledLevel

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
    **dict.fromkeys(("community", "variant", "group_key", "template_id", "progress_key", "direction_key"), "VARCHAR"),
    **dict.fromkeys(("unit", "direction", "kind", "rollup", "progress_rule"), "VARCHAR"),
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
    **dict.fromkeys(("community", "variant", "group_key", "stretch"), "VARCHAR"),
    **dict.fromkeys(Progress.__struct_fields__, "DOUBLE"),
    **dict.fromkeys(("pace", "trend", "reason", "evidence"), "VARCHAR"),
    "held": "BOOLEAN",
    "improvement_ci90": "DOUBLE[]",
}
JUDGED = {**dict.fromkeys(("community", "variant", "group_key", "trend"), "VARCHAR")}
STRETCH = {**dict.fromkeys(("community", "variant", "group_key", "stretch"), "VARCHAR"), "l_ordinal": "INTEGER"}
TRENDS = ("improving", "maintaining", "declining", "indeterminate")
PACES = (None, "met", "missed", "met_late", "on_track", "off_track", "no_data")


@pytest.fixture(scope="module")
def connection() -> Iterator[duck.Connection]:
    opened = duck.connect()
    for macro in duck.names_under("macros"):
        duck.run(opened, macro)
    duck.run(opened, "views/counted_elsewhere")
    duck.run(opened, "views/known_rule")
    terms = [{name: getattr(rule, name) for name in ("id", "method", "phi", "tau")} for rule in RULES.values()]
    duck.insert(opened, "known_rule", terms)
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


DAY = "2024-06-30"
ASIDE = (None, "always", "until then", "not yet")
"""Whether and when a place's people are counted with another one's."""
SPANS = {"always": (None, None), "until then": (None, DAY), "not yet": ("2024-07-01", None)}


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """One headline or other measure, and what its trend is."""

    community: str
    progress_key: str | None
    proxy: bool
    trend: str
    headline: bool
    member: bool
    group_key: str
    rollup: str
    aside: str | None
    tiers: tuple[str, ...]

    @property
    def row(self) -> dict[str, object]:
        """The columns that the count reads."""
        return {
            **{name: getattr(self, name) for name in ("community", "progress_key", "headline", "member", "group_key")},
            "variant": "measure",
            "template_id": "outcome",
            "rollup": self.rollup,
            "direction_key": "all" if self.progress_key or self.proxy else None,
        }

    def counts(self, tier: str) -> bool:
        """Whether it is counted in a tier on the day, in plain Python."""
        here = self.headline and self.member and not self.group_key and self.rollup != "none"
        return here and not (self.aside in {"always", "until then"} and tier in self.tiers)


@st.composite
def many_places(draw: st.DrawFn) -> list[Counted]:
    mostly = st.sampled_from((True, True, True, False))
    return [
        Counted(
            community=f"place-{number:03}",
            progress_key=draw(st.sampled_from(("one", "one", "other", "third", None))),
            proxy=draw(st.booleans()),
            trend=draw(st.sampled_from(TRENDS)),
            headline=draw(mostly),
            member=draw(mostly),
            group_key=draw(st.sampled_from(("", "", "sex=male"))),
            rollup=draw(st.sampled_from(("pooled_ratio", "pooled_ratio", "count_meeting_target", "none"))),
            aside=draw(st.sampled_from((*[None] * 5, *ASIDE))),
            tiers=draw(st.sampled_from((("level", "progress", "direction"), ("direction",), ("level",)))),
        )
        for number in range(draw(st.integers(0, 60)))
    ]


@settings(max_examples=40)
@given(places=many_places())
def test_trends_are_counted_over_headline_measures_of_members_for_everybody(
    connection: duck.Connection, places: list[Counted]
) -> None:
    """A progress key apart from others, a declared proxy by its direction alone, nobody twice in one count."""
    lay(connection, "comparable", COMPARABLE, [place.row for place in places][::-1])
    lay(
        connection,
        "judged",
        JUDGED,
        [{name: {**place.row, "trend": place.trend}[name] for name in JUDGED} for place in places],
    )
    duck.run(connection, "views/counted_elsewhere")
    duck.insert(connection, "counted_elsewhere", [aside_row(place) for place in places if place.aside])
    counted: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for place in places:
        if place.counts("progress") and place.progress_key:
            counted.setdefault(("progress", place.progress_key), []).append((place.community, place.trend))
        if place.counts("direction") and (place.progress_key or place.proxy):
            counted.setdefault(("direction", "all"), []).append((place.community, place.trend))
    wanted = [count_trends("outcome", key, pairs, tier=tier) for (tier, key), pairs in counted.items()]
    wanted.sort(key=lambda count: (count.tier == "direction", -count.n, count.key))
    duck.run(connection, "views/elsewhere_today", {"day": DAY})
    assert duck.rows(connection, "rollup/network", Count) == wanted


@settings(max_examples=20)
@given(places=many_places())
def test_who_is_counted_elsewhere_today_is_the_same_in_sql_and_python(
    connection: duck.Connection, places: list[Counted]
) -> None:
    rows = [aside_row(place) for place in places if place.aside]
    duck.run(connection, "views/counted_elsewhere")
    duck.insert(connection, "counted_elsewhere", rows)
    duck.run(connection, "views/elsewhere_today", {"day": DAY})
    entries = [msgspec.convert(row, CountedElsewhere) for row in rows]
    wanted = {(*name, tier) for tier in TIERS for name in held_on(DAY, entries, tier)}
    found = connection.execute("select template_id, community, variant, tier from elsewhere_today").fetchall()
    assert (set(found), len(found)) == (wanted, len(wanted))


def aside_row(place: Counted) -> dict[str, object]:
    since, until = SPANS[str(place.aside)]
    named = {"template_id": "outcome", "community": place.community, "variant": "measure", "counted_with": "elsewhere"}
    return {**named, "code": "a", "in_code": "b", "since": since, "until": until, "tiers": place.tiers}


def test_the_target_periods_own_figure_settles_the_pace(connection: duck.Connection) -> None:
    """Every pair of paces, and none at the target: exhaustively."""
    pairs = [(now, at_target) for now in PACES for at_target in (*PACES, "absent")]
    series = [{"community": f"{place:03}", "variant": "measure", "group_key": ""} for place in range(len(pairs))]
    now = [{**name, "stretch": "whole", "pace": pair[0]} for name, pair in zip(series, pairs, strict=True)]
    later = [
        {**name, "stretch": "target", "pace": pair[1]}
        for name, pair in zip(series, pairs, strict=True)
        if pair[1] != "absent"
    ]
    for relation in ("picked_whole", "picked_segment"):
        lay(connection, relation, STRETCH, [])
    lay(connection, "progressed", PROGRESSED, [*later, *now])
    found = [row["pace"] for row in judged_rows(connection)]
    assert found == [settled(now, None if at_target == "absent" else at_target) for now, at_target in pairs]


def test_a_broken_series_takes_its_trend_from_the_segment_that_ends_in_its_latest_figure(
    connection: duck.Connection,
) -> None:
    """The verdict and its evidence are the segment's; what is told of the change, the pace and the gap stays the whole's."""
    verdict = {
        "trend": "improving",
        "reason": None,
        "held": True,
        "evidence": "counts",
        "se": 1.5,
        "z": 2.5,
        "p_value": 0.01,
    }
    none = {"trend": "indeterminate", "reason": "series_break", "held": None, "evidence": "none", "years": 4.0}
    names = {"variant": "measure", "group_key": ""}
    rows = [
        {**names, "community": "a", "stretch": "whole", **none},
        {**names, "community": "a", "stretch": "SY2012-13", **verdict, "trend": "declining", "change": -4.0},
        {**names, "community": "a", "stretch": "SY2016-17", **verdict, "change": 4.0, "improvement_ci90": [1.0, 7.0]},
        {**names, "community": "b", "stretch": "whole", **none},
        {**names, "community": "b", "stretch": "SY2012-13", **verdict, "change": 4.0},
        {**names, "community": "c", "stretch": "whole", **verdict, "change": 4.0, "trend": "declining"},
    ]
    stretches = [
        {**names, "community": place, "stretch": stretch, "l_ordinal": ordinal}
        for place, stretch, ordinal in (("a", "SY2012-13", 24180), ("a", "SY2016-17", 24228), ("b", "SY2012-13", 24180))
    ]
    lay(
        connection,
        "picked_whole",
        STRETCH,
        [{**names, "community": place, "stretch": "whole", "l_ordinal": 24228} for place in "abc"],
    )
    lay(connection, "picked_segment", STRETCH, stretches)
    lay(connection, "progressed", PROGRESSED, rows)
    told = ("stretch", "trend", "reason", "held", "evidence", "z", "change", "years")
    assert [tuple(row[name] for name in told) for row in judged_rows(connection)] == [
        ("SY2016-17", "improving", None, True, "counts", 2.5, None, 4.0),
        ("whole", "indeterminate", "series_break", None, "none", None, None, 4.0),
        ("whole", "declining", None, True, "counts", 2.5, 4.0, None),
    ]
    assert [row["improvement_ci90"] for row in judged_rows(connection)] == [[1.0, 7.0], None, None]


def judged_rows(connection: duck.Connection) -> list[dict[str, object]]:
    cursor = connection.execute(duck.text_of("rollup/judged"))
    names = [str(column[0]) for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


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
        "progress_rule": "cohort@1",
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
        keep_whole(connection, earlier, later)
        found = duck.kept(connection, "picked_whole", Picked)
        assert len(found) == len(own)
        for row, entry in zip(found, own, strict=True):
            _, start, last, broken_at = both_ends(entry, *ends)
            assert ends_of(row, "b") == as_numbers(start), (entry, ends)
            assert ends_of(row, "l") == as_numbers(end(entry, last, entry.history.get(last or 0))), (entry, ends)
            assert (row.broken_at, row.stretch, row.method, row.phi, row.tau) == (
                broken_at,
                "whole",
                "tested",
                1.8,
                1.2,
            )
        check_at_target(connection, own, ends)
        check_segments(connection, own, ends)


def keep_whole(connection: duck.Connection, earlier: str | None, later: str | None, rule: str | None = None) -> None:
    duck.keep(
        connection, "picked_whole", "rollup/picked", {"earlier": earlier, "later": later, "rule": rule, "groups": True}
    )


def check_segments(connection: duck.Connection, entries: list[Variant], ends: tuple[int | None, int | None]) -> None:
    """Each unbroken stretch of two figures or more between the two ends of a broken series; with two ends asked for, none."""
    window = ends[0] is not None
    found = duck.rows(connection, "rollup/picked_segment", Picked, {"window": window})
    wanted = []
    for place, entry in enumerate(entries):
        start, first, last, broken_at = both_ends(entry, *ends)
        if broken_at is not None and not window and start is not None and last is not None:
            wanted += [(f"{place:03}", *pair) for pair in segments_of(entry, start, last, first)]
    assert [(row.community, ends_of(row, "b"), ends_of(row, "l")) for row in found] == [
        (name, as_numbers(begin), as_numbers(close)) for name, begin, close in wanted
    ], entries
    assert all(row.stretch == row.b_period and row.t_period is None and row.broken_at is None for row in found)


def segments_of(
    entry: Variant, start: int, last: int, first: dict[str, object]
) -> list[tuple[dict[str, object], dict[str, object]]]:
    edges = [year for year, bridged in entry.breaks if not bridged and start < year <= last]
    pairs = []
    for begin, until in zip([start, *edges], [*edges, last + 1], strict=True):
        told = [year for year in sorted(entry.history) if begin <= year < until and says(entry.history[year])]
        later = [year for year in told if year > begin] if begin == start else told[1:]
        if later:
            opening = first if begin == start else end(entry, told[0], entry.history[told[0]])
            pairs.append((opening, end(entry, later[-1], entry.history[later[-1]])))
    return pairs


def says(figures: dict[str, object]) -> bool:
    return said(figures) or figures.get("missing") == "suppressed"


def test_the_rule_asked_for_stands_in_every_row_else_the_outcomes_own(connection: duck.Connection) -> None:
    entry = Variant(
        kind="school-year", unit="percent", group="", baseline=2010, declared={}, target=None, breaks=(), history={}
    )
    lay(connection, "comparable", COMPARABLE, [comparable_row(0, entry)])
    said_by = {}
    for rule in (None, *RULES):
        keep_whole(connection, None, None, rule)
        (row,) = duck.kept(connection, "picked_whole", Picked)
        said_by[rule] = (row.method, row.phi, row.tau)
    own = {rule.id: (rule.method, rule.phi, rule.tau) for rule in RULES.values()}
    assert said_by == {None: own["cohort@1"], **own}


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
    keep_whole(connection, None, None)
    found = duck.rows(connection, "rollup/picked_at_target", Picked)
    assert [(end.l_period, end.l_value) for end in found] == [("CY2015/2019", Decimal(61))]
