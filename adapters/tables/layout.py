"""How a mapping fits one file's header: which cell says what, or everything that does not fit, all at once.

What can be decided from the header is decided here, once: columns, patterns, the periods and groups that column
names carry, and a period that the file's name or the mapping gives. Reading the rows is then a matter of looking
into the right cells.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from typing import TypeVar, get_args

import msgspec

from registry.adapters.contract import Wanted
from registry.adapters.tables.cells import reason_in, rules_of_cells, ungrouped
from registry.adapters.tables.header import Column, Header, folded, locate
from registry.adapters.tables.labels import category_in, period_of, place_of, subgroup_in, trimmed
from registry.adapters.tables.rows import Misread
from registry.adapters.tables.wide import Combination, carried, combinations, group_of
from registry.domain.finding import Finding
from registry.domain.mapping import Mapping, PlaceColumn, Role, Token
from registry.domain.period import Unreadable
from registry.domain.value import Cell, read_cell

T = TypeVar("T")

REMEMBERED = 4096
"""How many different texts of one column are kept with their meaning: a column's texts repeat."""

ROLES: tuple[Role, ...] = get_args(Role)


class Sieve(msgspec.Struct, frozen=True):
    """A column and the texts for which a row is wanted (a filter) or set aside (a skip)."""

    column: Column
    texts: frozenset[str]


class Label(msgspec.Struct, frozen=True):
    """A column whose text stands for a place, a period or a category, and what a trimmed text there means.

    A code that stands in several columns is put together, each part padded to its width. ``whole_group``: a text means
    a group of any dimensions.
    """

    column: Column
    means: Callable[[str], str | Misread | None]
    dimension: str = ""
    whole_group: bool = False
    width: int = 0
    then: tuple[tuple[Column, int], ...] = ()

    def columns(self) -> tuple[Column, ...]:
        """Every column that the label is made of."""
        return (self.column, *(column for column, _ in self.then))

    def text(self, cells: Sequence[str]) -> str:
        """The label of a row, trimmed; empty where a part of it is."""
        first = trimmed(cells[self.column.place])
        if not self.then:
            return first
        parts = [(first, self.width), *((trimmed(cells[column.place]), width) for column, width in self.then)]
        return "".join(part.zfill(width) for part, width in parts) if all(part for part, _ in parts) else ""


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

    ``period`` null: the shapes carry it. Where rows hold components, ``parts`` has the shapes of each, by its folded text.
    ``labelled`` are the columns of all labels.
    ``said`` are all texts whose meaning the mapping tells.
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
    component: Column | None
    parts: dict[str, tuple[Shape, ...]]
    said: frozenset[str]
    labelled: tuple[Column, ...]


def layout_of(
    header: Header, mapping: Mapping, wanted: Wanted, file_name: str, named: dict[str, str]
) -> Layout | tuple[Finding, ...]:
    """The layout of one table, or every finding that stands between it and the mapping. ``named`` is what a sheet's name says."""
    found = {name: locate(header, name, mapping.other_names.get(name, ())) for name in _names(mapping, named)}
    period = _given_period(mapping, wanted, file_name, named)
    group, unknown = group_of({part: text for part, text in named.items() if part != "period"}, mapping)
    wide = combinations(header, mapping, wanted.period_kind)
    faults = [*_gaps(mapping, named), *(_gap(entry.rule, entry.detail, entry.hint) for entry in unknown)]
    faults += [entry for entry in (*found.values(), period, *wide) if isinstance(entry, Finding)]
    if faults:
        return tuple(faults)
    columns = {name: column for name, column in found.items() if isinstance(column, Column)}
    spread = [entry for entry in wide if isinstance(entry, Combination)] or [Combination(None, "", {}, {})]
    given = period if isinstance(period, str) else None
    shapes = tuple(_shape(entry, given, group, mapping, wanted, columns) for entry in spread)
    place, when, groups = _labels(mapping, wanted, columns, named)
    labelled = tuple(column for label in (place, when, *groups) if label is not None for column in label.columns())
    used = [column.place for column in labelled]
    used += [figure.column.place for shape in shapes for figure in shape.figures]
    component = columns[mapping.components.column] if mapping.components else None
    return Layout(
        header=header,
        filters=_sieves(mapping.filters, columns),
        skips=_sieves(mapping.skip, columns),
        place=place,
        period=when,
        groups=groups,
        shapes=shapes,
        wide=mapping.wide is not None,
        last=max([*used, *([component.place] if component else [])], default=0),
        component=component,
        parts=_parts(shapes, mapping, wanted, columns),
        said=_said(mapping),
        labelled=labelled,
    )


def _names(mapping: Mapping, named: dict[str, str]) -> tuple[str, ...]:
    """Every column that the mapping names, once, in its order."""
    source, columns = mapping.period, mapping.columns
    names = [*mapping.filters, *mapping.skip]
    names += [mapping.place.column, *(part.column for part in mapping.place.then)] if mapping.place else []
    names += [source.column] if source.column and "period" not in {*carried(mapping), *named} else []
    names += [rule.column for rule in mapping.groups if rule.column]
    names += [mapping.subgroups.column] if mapping.subgroups else []
    names += [mapping.components.column] if mapping.components else []
    names += [name for role in ROLES if (name := getattr(columns, role)) is not None]
    return tuple(dict.fromkeys([*names, *mapping.column_codes]))


def _gaps(mapping: Mapping, named: dict[str, str]) -> Iterator[Finding]:
    """What the mapping leaves open, so that no file could be read with it."""
    parts = {*carried(mapping), *named}
    roles = {role for role in ROLES if getattr(mapping.columns, role) is not None}
    if mapping.components is not None:
        roles = set(mapping.components.roles.values()) if mapping.columns.value or mapping.wide else set()
    elif mapping.wide is not None:
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


def _given_period(mapping: Mapping, wanted: Wanted, file_name: str, named: dict[str, str]) -> str | Finding | None:
    """The period that the mapping, the sheet's or the file's name gives for all rows; null where rows or column names carry it."""
    source = mapping.period
    if "period" in carried(mapping) or (source.column and "period" not in named):
        return None
    label = named.get("period", source.fixed)
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
    mapping: Mapping, wanted: Wanted, columns: dict[str, Column], named: dict[str, str]
) -> tuple[Label | None, Label | None, tuple[Label, ...]]:
    """The columns of place, period and groups, with what their texts mean."""
    parts, source = {*carried(mapping), *named}, mapping.period
    place = _place(mapping.place, columns) if mapping.place else None
    when = (
        Label(columns[source.column], remembered(partial(period_of, source=source, kind=wanted.period_kind)))
        if source.column and "period" not in parts
        else None
    )
    rules = [rule for rule in mapping.groups if rule.column is not None and rule.dimension not in parts]
    groups = [
        Label(columns[rule.column or ""], remembered(partial(category_in, rule)), rule.dimension) for rule in rules
    ]
    if mapping.subgroups is not None:
        means = remembered(partial(subgroup_in, mapping.subgroups))
        groups.append(Label(columns[mapping.subgroups.column], means, whole_group=True))
    return place, when, tuple(groups)


def _place(rule: PlaceColumn, columns: dict[str, Column]) -> Label:
    then = tuple((columns[part.column], part.width or 0) for part in rule.then)
    return Label(columns[rule.column], remembered(partial(place_of, rule=rule)), width=rule.width or 0, then=then)


def _shape(
    entry: Combination,
    given: str | None,
    group: dict[str, str],
    mapping: Mapping,
    wanted: Wanted,
    columns: dict[str, Column],
) -> Shape:
    found: dict[Role, Column] = {
        role: columns[name] for role in ROLES if (name := getattr(mapping.columns, role)) is not None
    }
    figures = {**found, **entry.columns}
    return Shape(
        period=entry.period or given,
        group={**group, **entry.group},
        figures=tuple(_figure(role, figures[role], mapping, wanted, columns) for role in ROLES if role in figures),
    )


def _parts(
    shapes: tuple[Shape, ...], mapping: Mapping, wanted: Wanted, columns: dict[str, Column]
) -> dict[str, tuple[Shape, ...]]:
    """The shapes of a row that holds one component: its value, read in the component's own role and named with its text."""
    parts: dict[str, tuple[Shape, ...]] = {}
    for text, role in mapping.components.roles.items() if mapping.components else ():
        own: list[Shape] = []
        for shape in shapes:
            value = next(figure for figure in shape.figures if figure.role == "value").column
            figure = _figure(role, value, mapping, wanted, columns)
            named = msgspec.structs.replace(figure, column=Column(value.place, f"{value.name} | {text}"))
            own.append(msgspec.structs.replace(shape, figures=(named,)))
        parts[folded(text)] = tuple(own)
    return parts


def _said(mapping: Mapping) -> frozenset[str]:
    """Every text of a cell that the mapping explains, whatever a format knows of it."""
    mixed = mapping.subgroups
    groups = [text for rule in mapping.groups for text in (*rule.labels, *rule.everybody)]
    groups += [*mixed.labels, *mixed.everybody] if mixed else []
    sieves = (text for texts in (*mapping.filters.values(), *mapping.skip.values()) for text in texts)
    codes = (text for texts in (mapping.codes, *mapping.column_codes.values()) for text in texts)
    return frozenset(
        (*groups, *sieves, *codes, *mapping.period.labels, *(mapping.place.names if mapping.place else ()))
    )


def _figure(role: Role, column: Column, mapping: Mapping, wanted: Wanted, columns: dict[str, Column]) -> Figure:
    own: dict[str, Token] = {}
    for name, codes in mapping.column_codes.items():
        own |= codes if columns[name] == column else {}
    if role == "reason":
        return Figure(role, column, remembered(reason_in(own, mapping)))
    read = partial(read_cell, rules=rules_of_cells(role, own, mapping, wanted))
    return Figure(role, column, remembered(ungrouped(read, mapping) if mapping.thousands else read))


def _sieves(texts: dict[str, tuple[str, ...]], columns: dict[str, Column]) -> tuple[Sieve, ...]:
    return tuple(Sieve(columns[name], frozenset(trimmed(text) for text in wanted)) for name, wanted in texts.items())


def remembered(function: Callable[[str], T]) -> Callable[[str], T]:
    """The same function, which keeps what the last texts meant."""
    return lru_cache(maxsize=REMEMBERED)(function)
