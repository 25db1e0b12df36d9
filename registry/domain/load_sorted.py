"""What a load would change: every row held against what the registry holds now.

A row is new, changed or the same; going back to a figure that was corrected before needs a reason (design section 6). Rows that a file
no longer holds stay, unless their period is replaced: then they are withdrawn, which is a revision like any other.
"""

from collections.abc import Iterator, Sequence

import msgspec

from registry.domain.finding import Finding
from registry.domain.group import group_of
from registry.domain.listing import PointLine
from registry.domain.observation import FIGURES, Observation, Origin
from registry.domain.period import period_of
from registry.domain.report import Change
from registry.domain.value import figure

Key = tuple[str, str]


class Sorted(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of a load by what they would do, each change in words, and what stands against that."""

    new: tuple[Observation, ...] = ()
    changed: tuple[Observation, ...] = ()
    same: tuple[Observation, ...] = ()
    withdrawn: tuple[Observation, ...] = ()
    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()


def sort_rows(
    rows: Sequence[Observation],
    held: Sequence[PointLine],
    superseded: Sequence[PointLine],
    *,
    replace: str | None = None,
    reason: str = "",
) -> Sorted:
    """Sort rows against the points that stand and those that were corrected. ``replace`` is a period's code."""
    standing = {(point.period, point.group_key): point for point in held}
    before = {(point.period, point.group_key, said(point)) for point in superseded}
    new, changed, same, findings = [], [], [], []
    for row in rows:
        point = standing.get((row.period, row.group))
        if point is None:
            new.append(row)
        elif said(point) == said(row):
            same.append(row)
        else:
            changed.append(row)
            if not reason and (row.period, row.group, said(row)) in before:
                findings.append(_returns(row, point))
    if replace is not None and not any(period == replace for period, _ in standing):
        findings.append(_nothing_to_replace(replace, standing))
    kept = {(row.period, row.group) for row in rows}
    withdrawn = tuple(_withdrawn(standing, kept, replace))
    return Sorted(
        new=tuple(new),
        changed=tuple(changed),
        same=tuple(same),
        withdrawn=withdrawn,
        changes=(
            *(_change(standing[row.period, row.group], row) for row in changed),
            *(_change(standing[row.period, row.group], None) for row in withdrawn),
        ),
        findings=tuple(findings),
    )


def said(point: PointLine | Observation) -> tuple[object, ...]:
    """What a data point says, as it is stored: values with nine decimals, whatever was printed."""
    return tuple(_stored(getattr(point, name)) for name in FIGURES)


def as_point(row: Observation) -> PointLine:
    """A row that is about to be loaded, in the shape of a point that is held."""
    figures = {name: getattr(row, name) for name in FIGURES}
    where = {"file": row.origin.file, "row": row.origin.row}
    ordinal = period_of(row.period).ordinal
    point = {
        "group_key": row.group,
        "period": row.period,
        "ordinal": ordinal,
        "seq": 0,
        "batch": "",
        "cells": "",
        **where,
    }
    return msgspec.convert({**point, **figures}, PointLine)


def _stored(value: object) -> object:
    return figure(round(value, 9)) if isinstance(value, float) else value


def _withdrawn(standing: dict[Key, PointLine], kept: set[Key], replace: str | None) -> Iterator[Observation]:
    for (period, group), point in standing.items():
        if period == replace and (period, group) not in kept:
            origin = Origin(file=point.file, row=point.row)
            yield Observation(period=period, group=group, missing="not_available", origin=origin)


def _returns(row: Observation, point: PointLine) -> Finding:
    return Finding(
        rule="returns-to-older-figure",
        severity="error",
        file=row.origin.file,
        row=row.origin.row,
        detail=f"{row.period}: this is the figure that was corrected before; the registry now holds {_words(point)}.",
        hint="If the correction was wrong, say why with --reason; if this is an old file, load the newest one.",
    )


def _nothing_to_replace(replace: str, standing: dict[Key, PointLine]) -> Finding:
    known = ", ".join(sorted({period for period, _ in standing})) or "no period at all"
    return Finding(
        rule="nothing-to-replace",
        severity="error",
        detail=f"The registry holds nothing for {replace} to replace.",
        hint=f"It holds {known}.",
    )


def _change(point: PointLine, row: Observation | None) -> Change:
    """What stood and what the row says instead, told apart; no row: the point is withdrawn."""
    before, after = _words(point), "withdrawn" if row is None else _words(row)
    if row is not None and before == after:
        names = [name for name in FIGURES if _stored(getattr(point, name)) != _stored(getattr(row, name))]
        before, after = (f"{before} ({_members(says, names)})" for says in (point, row))
    return Change(period=point.period, group=group_of(point.group_key), before=before, after=after)


def _members(point: PointLine | Observation, names: Sequence[str]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {_number(getattr(point, name))}" for name in names)


def _number(figure: float | None) -> str:
    if isinstance(figure, bool):
        return "yes" if figure else "no"
    return "none" if figure is None else f"{figure:.12g}"


def _words(point: PointLine | Observation) -> str:
    if point.missing is not None:
        return point.missing.replace("_", " ")
    if point.numerator is not None and point.denominator is not None:
        return f"{point.numerator} of {point.denominator}"
    if point.value is not None:
        return _number(point.value)
    if point.low is not None and point.high is not None:
        return f"{_number(point.low)} to {_number(point.high)}"
    if point.low is not None or point.high is not None:
        return f"at least {_number(point.low)}" if point.low is not None else f"at most {_number(point.high)}"
    return "no figure"
