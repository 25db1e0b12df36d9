"""The tables of ``effect.md`` are what the registry works out: effects, intervals, verdicts and carried targets."""

from pathlib import Path

import pytest
from scipy import stats

from registry.domain.normal import Z95, wilson95
from registry.domain.progress import RULES, Point, Progress, Terms, progress
from registry.domain.segments import chained_effect, segments, target_on_new_cut

TERMS = Terms(unit="percent", direction="increase", meaningful_change=0.1)
MANY = 1_000_000


def table(title: str) -> list[list[str]]:
    """The cells under a heading, row by row."""
    text = Path(__file__).with_name("effect.md").read_text("utf-8").partition(f"\n## {title}\n")[2]
    lines = [line for line in text.partition("\n## ")[0].splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    assert rows
    return rows


def two(before: int, after: int, people: int) -> list[Point]:
    return [
        Point(period=period, numerator=count, denominator=people)
        for period, count in (("CY2018", before), ("CY2019", after))
    ]


def between(before: int, after: int, people: int, rule: str) -> Progress:
    first, last = two(before, after, people)
    return progress(first, last, None, (), TERMS, RULES[rule])


@pytest.mark.parametrize("row", table("The same gain, by where the cut sits"), ids=lambda row: row[0])
def test_same_gain_is_another_number_of_points_at_another_cut(row: list[str]):
    share, points, effect = row
    before = float(share)
    after = 100 * float(stats.norm.cdf(stats.norm.ppf(before / 100) + 0.2))
    carried = target_on_new_cut(100 * float(stats.norm.cdf(0.2)), 50.0, before)
    assert carried == pytest.approx(after, abs=1e-9)
    cells = round(before * MANY / 100), round(after * MANY / 100)
    improvement, found = (
        between(*cells, MANY, "plain@1").improvement,
        chained_effect(segments(two(*cells, MANY), TERMS), TERMS),
    )
    assert improvement is not None
    assert found.effect is not None
    assert (f"{improvement:.1f}", f"{found.effect:.2f}") == (points, effect)


@pytest.mark.parametrize("row", table("How far chance moves one figure"), ids=lambda row: row[0])
def test_band_around_one_figure(row: list[str]):
    people = int(row[0])
    spread = between(people // 2, people - people // 2, people, "plain@1").se
    assert spread is not None
    assert f"{Z95 * spread / 2**0.5:.1f}" == row[1]
    low, high = wilson95(0.5, people, 100)
    assert [f"{low:.1f}", f"{high:.1f}"] == row[2:]


@pytest.mark.parametrize("row", table("The smallest change that is no chance"), ids=lambda row: row[0])
def test_smallest_change_that_clears_chance(row: list[str]):
    people = int(row[0])
    for rule, cell in (("plain@1", row[1]), ("cohort@1", row[2])):
        spread = between(people // 2, people // 2, people, rule).se
        assert spread is not None
        assert f"{Z95 * spread:.1f}" == cell
        enough = int(Z95 * spread * people / 100) + 1
        start = (people - enough) // 2
        assert between(start, start + enough, people, rule).trend == "improving"
        assert between(start, start + enough - 2, people, rule).trend != "improving"
