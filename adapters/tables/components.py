"""Rows that hold the components of one data point become one record: numerators and denominators in rows of their own.

Publishers of long tables (labour force statistics, DHIS2) give each figure a row and say in a column which it is. Rows of
one place, period and group are put together, wherever they stand; each keeps its own line for findings.
"""

from collections.abc import Iterable, Iterator

import msgspec

from registry.adapters.tables.labels import trimmed
from registry.adapters.tables.records import Aside, Outcome, Record, Refused
from registry.domain.finding import Finding
from registry.domain.period import quoted


def joined(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """The same outcomes with the records of one place, period and group put together, in the order of their first rows.

    A component that is said twice alike is set aside; one that is said twice differently is refused at the second.
    """
    whole: dict[tuple[str, str, str], Record] = {}
    for outcome in outcomes:
        if not isinstance(outcome, Record):
            yield outcome
            continue
        key = (outcome.place, outcome.period, outcome.group)
        first = whole.get(key)
        if first is None:
            whole[key] = outcome
        elif (again := _again(first, outcome)) is not None:
            yield again
        else:
            whole[key] = _together(first, outcome)
    yield from whole.values()


def _together(first: Record, other: Record) -> Record:
    lines = {figure.column.name: other.line for figure, _ in other.figures}
    return msgspec.structs.replace(
        first,
        figures=(*first.figures, *other.figures),
        cells={**first.cells, **other.cells},
        lines={**first.lines, **lines},
        doubts=(*first.doubts, *other.doubts),
    )


def _again(first: Record, other: Record) -> Aside | Refused | None:
    """What to do with a component whose role is known already; null where it is new."""
    ((figure, text),) = other.figures
    known = next(((own, there) for own, there in first.figures if own.role == figure.role), None)
    if known is None:
        return None
    own, there = known
    if trimmed(there) == trimmed(text):
        return Aside(other.line, "repeated", figure.column.name, text)
    line = first.lines.get(own.column.name, first.line)
    detail = (
        f"The row gives {quoted(text)} where row {line} gives {quoted(there)} for the same place, period and group."
    )
    hint = "Keep the one that is right; rows that differ in a column (a subject, a sex) are told apart by filters or groups."
    fault = Finding(
        rule="row-contradicts",
        severity="error",
        row=other.line,
        column=figure.column.name,
        cell=text,
        detail=detail,
        hint=hint,
    )
    return Refused(other.line, other.place, (fault,))
