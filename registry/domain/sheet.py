"""Which rows and columns a local measure's sheet to fill in has: a row for each group that its outcome wants, last year's figures beside.

The sheet is read back without a mapping by hand: what its columns mean is decided here, once, for writing and for reading.
Tests: ``tests/domain/test_sheet.py``, ``tests/cli/test_sheet_command.py``.
"""

from collections.abc import Iterable, Sequence

import msgspec

from registry.domain.group import CODE_LISTS, group_key, group_of, label_of
from registry.domain.listing import PointLine
from registry.domain.period import Period, next_period, period_of
from registry.domain.template import Template

EVERYBODY = "All"
"""What stands in a dimension's column where the row is about everybody."""
REASONS = {
    "suppressed": "suppressed",
    "not available": "not_available",
    "not applicable": "not_applicable",
    "not tested": "not_tested",
    "not yet observed": "not_yet_observed",
}
"""The reasons for there being no figure, as the drop-down shows them, and the codes they stand for."""
FIGURES = {
    "percent": (("Percent", "value"), ("Numerator", "numerator"), ("Denominator", "denominator")),
    "rate": (("Rate", "value"), ("Numerator", "numerator"), ("Denominator", "denominator")),
    "mean": (("Mean", "value"), ("Denominator", "denominator"), ("Standard error", "standard_error")),
}
"""The columns of figures of each unit, and the role of each; other units have one column."""


class Line(msgspec.Struct, frozen=True):
    """One row to fill in: its group, and what the last period says in words, figure by figure."""

    group: dict[str, str]
    before: tuple[str, ...]


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet to fill in. ``dimensions`` are (code, title) of its group columns, ``figures`` (title, role) of those to fill in."""

    variant: str
    title: str
    period: Period
    before: Period | None
    dimensions: tuple[tuple[str, str], ...]
    figures: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]


def sheet_of(variant: str, title: str, template: Template, held: Sequence[PointLine], period: Period) -> Sheet:
    """The sheet for one period: the groups that the outcome wants, and those that were reported before."""
    earlier = [point for point in held if point.ordinal < period.ordinal]
    last = max(earlier, key=lambda point: point.ordinal, default=None)
    before = None if last is None else period_of(last.period)
    figures = FIGURES.get(template.indicator.unit, (("Value", "value"),))
    beside = {point.group_key: point for point in earlier if before is not None and point.period == before.code}
    keys = _groups(template, beside)
    dimensions = tuple(dict.fromkeys(name for key in keys for name in group_of(key)))
    lines = tuple(Line(group_of(key), _before(beside.get(key), figures)) for key in keys)
    titles = tuple((name, CODE_LISTS[name].title if name in CODE_LISTS else name) for name in dimensions)
    return Sheet(
        variant=variant, title=title, period=period, before=before, dimensions=titles, figures=figures, lines=lines
    )


def following(held: Iterable[PointLine], baseline: str | None) -> Period | None:
    """The period after the newest that is held, else after the baseline's; null where neither tells."""
    newest = max(held, key=lambda point: point.ordinal, default=None)
    code = baseline if newest is None else newest.period
    return None if code is None else next_period(period_of(code))


def label(line: Line, dimension: str) -> str:
    """What stands in a dimension's column of a row."""
    return label_of(dimension, line.group[dimension]) if dimension in line.group else EVERYBODY


def _groups(template: Template, beside: Iterable[str]) -> tuple[str, ...]:
    wanted = template.disaggregation
    named = [
        group_key({dimension: category.code})
        for dimension in (*wanted.required, *wanted.recommended)
        if dimension in CODE_LISTS
        for category in CODE_LISTS[dimension].categories
    ]
    return tuple(dict.fromkeys(["", *named, *sorted(beside)]))


def _before(point: PointLine | None, figures: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    if point is None:
        return ("",) * len(figures)
    return tuple(_said(point, role) for _, role in figures)


def _said(point: PointLine, role: str) -> str:
    figure = getattr(point, role)
    if figure is not None:
        return f"{figure:.12g}" if isinstance(figure, float) else str(figure)
    if role != "value":
        return ""
    if point.low is not None or point.high is not None:
        ends = ("" if end is None else f"{end:.12g}" for end in (point.low, point.high))
        return " to ".join(ends)
    return (point.missing or "").replace("_", " ")
