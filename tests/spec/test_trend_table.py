"""The tables of ``trend.md`` are what the progress rules say: verdicts, intervals, reasons, and the rules themselves."""

import pytest

from registry.domain.point import Terms
from registry.domain.progress import Progress, progress
from registry.domain.progress_rule import RULES
from registry.domain.words import REASONS
from tests.spec.tables import NONE, WANTED, Row, case, dated, point, printed, printed_range, table, verdict

RULE_ROWS = table("trend.md", "The rules")
COUNTED = table("trend.md", "Two years with counts")
OTHERS = table("trend.md", "What else may stand behind a figure")
SPANS = table("trend.md", "Figures over several years")
REASON_ROWS = table("trend.md", "Why a trend or an effect is not told")
BREAK = " after a break"


def told(row: Row, rule: str) -> Progress:
    """What a rule says of the two figures of a row."""
    terms = Terms(unit="percent", direction=WANTED[row["wanted"]], meaningful_change=1.0)
    now = row["now"]
    broken = "CY2018" if now.endswith(BREAK) else None
    ends = point(row["then"], "CY2015"), point(now.removesuffix(BREAK), "CY2018")
    return progress(*ends, None, (), terms, RULES[rule], broken_at=broken)


def held(found: Progress) -> str:
    return NONE if found.held is None else "yes" if found.held else "no"


@pytest.mark.parametrize("row", COUNTED, ids=lambda row: f"{case(row)}, {row['rule']}")
def test_two_years_with_counts(row: Row):
    found = told(row, row["rule"])
    figures = {
        "improvement": printed(found.improvement, row["improvement"]),
        "error": printed(found.se, row["error"]),
        "z": printed(found.z, row["z"]),
        "interval": printed_range(found.improvement_ci90, row["interval"]),
        "verdict": verdict(found.trend, found.reason),
        "held": held(found),
    }
    assert figures == {name: row[name] for name in figures}


@pytest.mark.parametrize("row", OTHERS, ids=case)
def test_what_else_stands_behind_a_figure(row: Row):
    found, simple = told(row, "plain@1"), told(row, "threshold@1")
    assert found.evidence == row["leans on"]
    assert [verdict(entry.trend, entry.reason) for entry in (found, simple)] == [row["plain@1"], row["threshold@1"]]


@pytest.mark.parametrize("row", SPANS, ids=case)
def test_years_in_common_shrink_the_error(row: Row):
    terms = Terms(unit="percent", direction="increase", meaningful_change=1.0)
    found = progress(dated(row["then"]), dated(row["now"]), None, (), terms, RULES["plain@1"])
    assert (printed(found.se, row["error"]), printed(found.z, row["z"])) == (row["error"], row["z"])
    assert verdict(found.trend, found.reason) == row["verdict"]


def test_the_rules_of_the_table_are_the_rules_that_ship():
    rows = [(row["rule"], row["method"], float(row["phi"]), float(row["tau"])) for row in RULE_ROWS]
    assert rows == [(rule.id, rule.method, rule.phi, rule.tau) for rule in RULES.values()]
    assert [f"A change counts {row['a change counts']}" for row in RULE_ROWS] == [
        rule.title.replace("counts when", "counts where") for rule in RULES.values()
    ]


def test_every_reason_stands_in_the_words_that_the_registry_uses():
    assert {row["reason"]: row["in words"] for row in REASON_ROWS} == REASONS


def test_every_verdict_and_every_reason_for_none_is_shown():
    shown = {row["verdict"] for row in (*COUNTED, *SPANS)} | {row["plain@1"] for row in OTHERS}
    assert {"improving", "declining", "maintaining"} < shown
    effects_or_benchmarks = {
        "cut_in_tail",
        "no_cut",
        "no_counts",
        "segment_too_short",
        "period_differs",
        "benchmark_differs",
    }
    assert {name.partition(": ")[2] for name in shown} - {""} == set(REASONS) - effects_or_benchmarks
