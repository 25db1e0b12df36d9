"""How a mapping fits one file's header: which cell says what, or everything that does not fit, all at once.

What can be decided from the header is decided here, once: columns, patterns, the periods and groups that column
names carry, and a period that the file's name or the mapping gives. Reading the rows is then a matter of looking
into the right cells.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import TypeVar

import msgspec

from registry.adapters.contract import Wanted
from registry.adapters.csv_table.cells import rules_of_cells
from registry.adapters.csv_table.header import Column, Header, locate
from registry.adapters.csv_table.labels import Misread, category_in, period_of, place_of, trimmed
from registry.adapters.csv_table.wide import Combination, carried, combinations
from registry.domain.finding import Finding
from registry.domain.mapping import Mapping, Role, Token
from registry.domain.period import Unreadable
from registry.domain.value import Cell, read_cell

T = TypeVar("T")

REMEMBERED = 4096
"""How many different texts of one column are kept with their meaning: a column's texts repeat."""

ROLES: tuple[Role, ...] = (
    "value",
    "numerator",
    "denominator",
    "eligible",
    "standard_error",
    "margin_of_error",
    "low",
    "high",
)


class Sieve(msgspec.Struct, frozen=True):
    """A column and the texts for which a row is wanted (a filter) or set aside (a skip)."""

    column: Column
    texts: frozenset[str]


class Label(msgspec.Struct, frozen=True):
    """A column whose text stands for a place, a period or a category, and what a trimmed text there means."""

    column: Column
    means: Callable[[str], str | Misread | None]
    dimension: str = ""


class Figure(msgspec.Struct, frozen=True):
    """A column that holds one part of a data point, and how its cells are read."""

    role: Role
    column: Column
    read: Callable[[str], Cell | Unreadable]


class Shape(msgspec.Struct, frozen=True):
    """One data point of every row: its figures, and the period and group where column names carry them."""

    period: str | None
    group: dict[str, str]
    figures: tuple[Figure, ...]


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """Where everything stands in the rows of one file: ``last`` is the place of the last column read.

    ``period`` null: the shapes carry it.
    """

    header: Header
    filters: tuple[Sieve, ...]
    skips: tuple[Sieve, ...]
    place: Label | None
    period: Label | None
    groups: tuple[Label, ...]
    shapes: tuple[Shape, ...]
    wide: bool
    last: int


def layout_of(header: Header, mapping: Mapping, wanted: Wanted, file_name: str) -> Layout | tuple[Finding, ...]:
    """The layout of one file, or every finding that stands between it and the mapping."""
    found = {name: locate(header, name) for name in _names(mapping)}
    period = _given_period(mapping, wanted, file_name)
    wide = combinations(header, mapping, wanted.period_kind)
    faults = [*_gaps(mapping), *(entry for entry in (*found.values(), period, *wide) if isinstance(entry, Finding))]
    if faults:
        return tuple(faults)
    columns = {name: column for name, column in found.items() if isinstance(column, Column)}
    spread = [entry for entry in wide if isinstance(entry, Combination)] or [Combination(None, "", {}, {})]
    given = period if isinstance(period, str) else None
    shapes = tuple(_shape(entry, given, mapping, wanted, columns) for entry in spread)
    place, when, groups = _labels(mapping, wanted, columns)
    used = [label.column.place for label in (place, when, *groups) if label is not None]
    used += [figure.column.place for shape in shapes for figure in shape.figures]
    return Layout(
        header=header,
        filters=_sieves(mapping.filters, columns),
        skips=_sieves(mapping.skip, columns),
        place=place,
        period=when,
        groups=groups,
        shapes=shapes,
        wide=mapping.wide is not None,
        last=max(used, default=0),
    )


def _names(mapping: Mapping) -> tuple[str, ...]:
    """Every column that the mapping names, once, in its order."""
    source, columns = mapping.period, mapping.columns
    names = [*mapping.filters, *mapping.skip]
    names += [mapping.place.column] if mapping.place else []
    names += [source.column] if source.column and "period" not in carried(mapping) else []
    names += [rule.column for rule in mapping.groups if rule.column]
    names += [name for role in ROLES if (name := getattr(columns, role)) is not None]
    return tuple(dict.fromkeys([*names, *mapping.column_codes]))


def _gaps(mapping: Mapping) -> Iterator[Finding]:
    """What the mapping leaves open, so that no file could be read with it."""
    parts = carried(mapping)
    roles = {role for role in ROLES if getattr(mapping.columns, role) is not None}
    if mapping.wide is not None:
        roles |= set(mapping.wide.roles.values()) if "role" in parts else {mapping.wide.role}
    if not ({"value", "low", "high"} & roles or {"numerator", "denominator"} <= roles):
        yield _gap(
            "mapping-no-figure",
            "The mapping names no column of figures.",
            "Name columns.value, or columns.numerator and columns.denominator.",
        )
    period = mapping.period
    if not (period.column or period.file or period.fixed or "period" in parts):
        yield _gap(
            "mapping-no-period",
            "The mapping does not say where the period stands.",
            "Give period.column, period.file or period.fixed.",
        )
    for rule in mapping.groups:
        if rule.column is None and rule.dimension not in parts:
            yield _gap(
                "mapping-no-group",
                f"The mapping does not say where {rule.dimension!r} stands.",
                "Give the group's column.",
            )


def _gap(rule: str, detail: str, hint: str) -> Finding:
    return Finding(rule=rule, severity="error", detail=detail, hint=hint)


def _given_period(mapping: Mapping, wanted: Wanted, file_name: str) -> str | Finding | None:
    """The period that the mapping or the file's name gives for all rows; null where the rows or the column names carry it."""
    source = mapping.period
    if source.column or "period" in carried(mapping):
        return None
    label = source.fixed
    if label is None and source.file is not None:
        try:
            match = re.search(source.file, file_name)
            label = match[1] if match else None
        except (re.error, IndexError):
            return _gap(
                "pattern-unreadable",
                f"The pattern over file names {source.file!r} cannot be read.",
                "Give period.file one group: '([0-9]{4}-[0-9]{2})'.",
            )
    if label is None:
        return (
            _gap(
                "period-blank",
                f"The file name {file_name!r} tells no period.",
                "Correct period.file in the mapping, or the file's name.",
            )
            if source.file
            else None
        )
    read = period_of(trimmed(label), source, wanted.period_kind)
    return _gap(read.rule, read.detail, read.hint) if isinstance(read, Misread) else read


def _labels(
    mapping: Mapping, wanted: Wanted, columns: dict[str, Column]
) -> tuple[Label | None, Label | None, tuple[Label, ...]]:
    """The columns of place, period and groups, with what their texts mean."""
    parts, source = carried(mapping), mapping.period
    place = (
        Label(columns[mapping.place.column], remembered(partial(place_of, rule=mapping.place)))
        if mapping.place
        else None
    )
    when = (
        Label(columns[source.column], remembered(partial(period_of, source=source, kind=wanted.period_kind)))
        if source.column and "period" not in parts
        else None
    )
    rules = [rule for rule in mapping.groups if rule.column is not None and rule.dimension not in parts]
    return (
        place,
        when,
        tuple(
            Label(columns[rule.column or ""], remembered(partial(category_in, rule)), rule.dimension) for rule in rules
        ),
    )


def _shape(
    entry: Combination, given: str | None, mapping: Mapping, wanted: Wanted, columns: dict[str, Column]
) -> Shape:
    found: dict[Role, Column] = {
        role: columns[name] for role in ROLES if (name := getattr(mapping.columns, role)) is not None
    }
    figures = {**found, **entry.columns}
    return Shape(
        period=entry.period or given,
        group=entry.group,
        figures=tuple(_figure(role, figures[role], mapping, wanted, columns) for role in ROLES if role in figures),
    )


def _figure(role: Role, column: Column, mapping: Mapping, wanted: Wanted, columns: dict[str, Column]) -> Figure:
    own: dict[str, Token] = {}
    for name, codes in mapping.column_codes.items():
        own |= codes if columns[name] == column else {}
    return Figure(role, column, remembered(partial(read_cell, rules=rules_of_cells(role, own, mapping, wanted))))


def _sieves(texts: dict[str, tuple[str, ...]], columns: dict[str, Column]) -> tuple[Sieve, ...]:
    return tuple(Sieve(columns[name], frozenset(trimmed(text) for text in wanted)) for name, wanted in texts.items())


def remembered(function: Callable[[str], T]) -> Callable[[str], T]:
    """The same function, which keeps what the last texts meant."""
    return lru_cache(maxsize=REMEMBERED)(function)
