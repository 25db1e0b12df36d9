"""What a load would change: every row held against what the registry holds now.

A row is new, changed or the same; going back to a figure that was corrected before needs a reason (design section 6). Rows that a file
no longer holds stay, unless their period is replaced: then they are withdrawn, which is a revision like any other.
"""

from collections.abc import Iterator, Sequence

import msgspec

from registry.domain.finding import Finding
from registry.domain.listing import PointLine
from registry.domain.observation import FIGURES, Observation, Origin
from registry.domain.period import period_of
from registry.domain.value import figure

Key = tuple[str, str]


class Sorted(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of a load by what they would do, and what stands against that."""

    new: tuple[Observation, ...] = ()
    changed: tuple[Observation, ...] = ()
    same: tuple[Observation, ...] = ()
    withdrawn: tuple[Observation, ...] = ()
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
    return Sorted(
        new=tuple(new),
        changed=tuple(changed),
        same=tuple(same),
        withdrawn=tuple(_withdrawn(standing, kept, replace)),
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


def _words(point: PointLine) -> str:
    if point.numerator is not None and point.denominator is not None:
        return f"{point.numerator} of {point.denominator}"
    if point.value is not None:
        return f"{point.value:.12g}"
    if point.low is not None and point.high is not None:
        return f"{point.low:.12g} to {point.high:.12g}"
    return point.missing or "no figure"
