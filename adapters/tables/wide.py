"""Which columns of a wide table belong together: names that carry a period, a group or a figure's role become combinations.

The mapping's pattern is matched against each whole column name (with its upper header, then without). Columns that
agree on period and group are one combination and hold its roles: ``ALL_RATE_1415`` and ``ALL_COHORT_1415`` make one
data point.
"""

import re

import msgspec

from registry.adapters.tables.header import Column, Header, columns_of, folded
from registry.adapters.tables.labels import category_in, period_of
from registry.adapters.tables.rows import Misread
from registry.domain.finding import Finding
from registry.domain.group import group_key
from registry.domain.mapping import GroupColumn, Mapping, Role, Wide
from registry.domain.period import PeriodKind, flattened, quoted

OWN_PARTS = ("role", "period")


class Combination(msgspec.Struct, frozen=True):
    """Columns that hold one data point of each row. ``period`` null: the names do not carry it; ``label`` is what they print."""

    period: str | None
    label: str
    group: dict[str, str]
    columns: dict[Role, Column]


class Named(msgspec.Struct, frozen=True):
    """What one column's name says."""

    column: Column
    role: Role
    period: str | None
    label: str
    group: dict[str, str]


def combinations(header: Header, mapping: Mapping, kind: PeriodKind) -> tuple[Combination | Finding, ...]:
    """The combinations that column names make, in the order of the file, and every name that cannot be understood."""
    if mapping.wide is None:
        return ()
    try:
        pattern = re.compile(mapping.wide.columns, re.IGNORECASE)
    except re.error as error:
        return (
            _fault(
                header,
                "pattern-unreadable",
                mapping.wide.columns,
                f"The pattern over column names cannot be read: {error}.",
                "Correct wide.columns.",
            ),
        )
    matched = [
        (column, match) for column in columns_of(header) if (match := _match(pattern, header, column)) is not None
    ]
    if not matched:
        names = ", ".join(repr(column.name) for column in columns_of(header)[:12])
        return (
            _fault(
                header,
                "column-missing",
                mapping.wide.columns,
                "No column name fits the pattern wide.columns.",
                f"The file has {names}.",
            ),
        )
    named = [_named(header, column, match, mapping, kind) for column, match in matched]
    return _joined(header, [entry for part in named for entry in part])


def carried(mapping: Mapping) -> frozenset[str]:
    """What the pattern's named parts say: ``period``, ``role`` and dimensions; nothing where there is no pattern or it cannot be read."""
    try:
        return frozenset(re.compile(mapping.wide.columns).groupindex) if mapping.wide else frozenset()
    except re.error:
        return frozenset()


def _match(pattern: re.Pattern[str], header: Header, column: Column) -> re.Match[str] | None:
    levels = header.levels[column.place]
    names = (" | ".join(levels[start:]) for start in range(len(levels)))
    return next((match for name in names if (match := pattern.fullmatch(name)) is not None), None)


def _named(
    header: Header, column: Column, match: re.Match[str], mapping: Mapping, kind: PeriodKind
) -> list[Named | Finding]:
    parts = {part: text.strip() for part, text in match.groupdict().items() if text is not None}
    role = _role(mapping.wide or Wide(columns=".*"), parts.get("role"))
    period = period_of(parts["period"], mapping.period, kind) if "period" in parts else None
    group, misread = group_of({part: text for part, text in parts.items() if part not in OWN_PARTS}, mapping)
    if isinstance(role, Misread) or isinstance(period, Misread) or misread:
        faults = [entry for entry in (role, period, *misread) if isinstance(entry, Misread)]
        return [_fault(header, entry.rule, column.name, entry.detail, entry.hint) for entry in faults]
    return [Named(column, role, period, parts.get("period", ""), group)]


def _role(wide: Wide, text: str | None) -> Role | Misread:
    if text is None:
        return wide.role
    roles = {folded(name): role for name, role in wide.roles.items()}
    if folded(text) in roles:
        return roles[folded(text)]
    hint = f"Say which figure it is under wide.roles, or leave it out of the pattern: {text} = 'value'."
    return Misread("wide-role-unknown", f"The mapping does not say what {quoted(text)} holds.", hint)


def group_of(texts: dict[str, str], mapping: Mapping) -> tuple[dict[str, str], list[Misread]]:
    """The group that the name of a column or sheet speaks of, and the labels in it that nobody knows."""
    rules = {rule.dimension: rule for rule in mapping.groups}
    read = {name: category_in(rules.get(name, GroupColumn(dimension=name)), text) for name, text in texts.items()}
    known = {name: code for name, code in read.items() if isinstance(code, str)}
    return known, [entry for entry in read.values() if isinstance(entry, Misread)]


def _joined(header: Header, named: list[Named | Finding]) -> tuple[Combination | Finding, ...]:
    """Columns of one period and group as one combination; two columns for one role are a finding, two labels of one period too."""
    faults = [entry for entry in named if isinstance(entry, Finding)]
    labels: dict[str, str] = {}
    joined: dict[tuple[str | None, str], Combination] = {}
    for entry in named:
        if isinstance(entry, Finding):
            continue
        first = labels.setdefault(entry.period or "", entry.label)
        if flattened(first).casefold() != flattened(entry.label).casefold():
            faults.append(
                _fault(
                    header, "period-two-labels", entry.column.name, *two_labels(entry.period or "", first, entry.label)
                )
            )
        combination = Combination(entry.period, entry.label, entry.group, {})
        columns = joined.setdefault((entry.period, group_key(entry.group)), combination).columns
        other = columns.setdefault(entry.role, entry.column)
        if other != entry.column:
            detail = f"The columns {other.name!r} and {entry.column.name!r} say the same {entry.role.replace('_', ' ')} twice."
            faults.append(
                _fault(header, "column-ambiguous", entry.column.name, detail, "Make wide.columns fit only one of them.")
            )
    return (*joined.values(), *faults)


def two_labels(period: str, first: str, second: str) -> tuple[str, str]:
    """Why two labels of one period in one file are a question, and the way out."""
    detail = f"{quoted(second)} and {quoted(first)} are both read as {period} in this file."
    return detail, "Correct the one that is wrong; if both mean it, say so under period.labels in the mapping."


def _fault(header: Header, rule: str, column: str, detail: str, hint: str) -> Finding:
    return Finding(rule=rule, severity="error", row=header.row, column=column, detail=detail, hint=hint)
