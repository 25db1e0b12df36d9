"""How one publisher's file is read: which rows are ours, which column says what, and what its codes mean.

A mapping is a TOML document kept with the variant, so that next year's file is one command. It names columns, never positions:
publishers move them. What it does not say is not guessed: it becomes a finding. ``schemas/v1/mapping.schema.json`` is its schema.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from registry.domain.group import CODE_LISTS, group_of
from registry.domain.ids import Dimension, GeographyCode, Line, Slug, Words
from registry.domain.pattern import why_unsafe
from registry.domain.period import YearMeans
from registry.domain.refusal import meant
from registry.domain.rule import Found, Rule, fields, items, part, pointer_to
from registry.domain.value import Code

Column = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=300,
        description="a column's name as the header prints it; where two header rows are needed to tell columns apart, 'upper | lower'",
    ),
]
Token = Literal["suppressed", "not_available", "not_applicable", "not_tested", "not_yet_observed", "skip"] | Code


_PAIR = "[a-z0-9_]+=[a-z0-9_]+"
GroupKey = Annotated[
    str, Meta(max_length=300, pattern=f"^{_PAIR}(;{_PAIR})*$", description="a group: race_ethnicity=black;sex=female")
]
Width = Annotated[int, Meta(ge=1, le=20)]
Pointer = Annotated[str, Meta(max_length=300, pattern=r"^(/.*)?$")]
Format = Literal["csv", "xlsx", "xls", "ods", "html", "json", "census-json", "dhis2", "parquet"]


class PlacePart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A further column of a place's code that a publisher keeps in parts (state and county), padded with zeros to ``width``."""

    column: Column
    width: Width | None = None


class PlaceColumn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which column names the place. ``scheme`` and the cell make a geography code (``ct-district:0150011``), padded with

    zeros to ``width`` where a publisher drops them; ``then`` are the columns of a code that stands in several; ``names``
    gives the code of a place that the file only names.
    """

    column: Column
    scheme: Slug | None = None
    width: Width | None = None
    names: dict[str, GeographyCode] = {}
    then: tuple[PlacePart, ...] = ()


class PeriodSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the period stands: in a ``column``, in the file's name (``file``: a pattern with one group), or ``fixed`` for all rows."""

    column: Column | None = None
    file: str | None = None
    fixed: str | None = None
    year_means: YearMeans | None = None
    labels: dict[str, str] = {}


class GroupColumn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One dimension: its column, the labels that the code list does not know, and the labels that mean everybody."""

    dimension: Dimension
    column: Column | None = None
    labels: dict[str, str] = {}
    everybody: tuple[str, ...] = ()


class SubgroupColumn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column that names groups of several dimensions (``White``, ``Female``, ``Homeless`` among one another).

    ``labels`` give the group of a label that the code lists do not know, or that two of them know
    (``{ "Black girls" = "race_ethnicity=black;sex=female" }``); the labels of ``everybody`` mean everybody.
    """

    column: Column
    labels: dict[str, GroupKey] = {}
    everybody: tuple[str, ...] = ()


class Columns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which column holds what. ``value`` is the printed figure, ``eligible`` how many should have been counted.

    ``lower_limit`` and ``upper_limit`` are the ends of a confidence interval, ``low`` and ``high`` bounds that hold for sure.
    ``reason`` is a column of words that says why a row has no figure: what a text there means stands in ``column_codes``,
    and other texts there mean nothing.
    """

    value: Column | None = None
    numerator: Column | None = None
    denominator: Column | None = None
    eligible: Column | None = None
    standard_error: Column | None = None
    margin_of_error: Column | None = None
    low: Column | None = None
    high: Column | None = None
    lower_limit: Column | None = None
    upper_limit: Column | None = None
    reason: Column | None = None


Role = Literal[
    "value",
    "numerator",
    "denominator",
    "eligible",
    "standard_error",
    "margin_of_error",
    "low",
    "high",
    "lower_limit",
    "upper_limit",
    "reason",
]


class Wide(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Columns that carry the period, the group or the figure's role in their names.

    ``columns`` is a pattern over column names with the named parts ``role``, ``period`` and any dimension
    (``(?P<race_ethnicity>[A-Z]{3})_(?P<role>RATE|COHORT)_(?P<period>[0-9]{4})``); ``roles`` says what each role is.
    A pattern without ``role`` holds the figure named in ``role``.
    """

    columns: Line
    roles: dict[str, Role] = {}
    role: Role = "value"


class Components(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column whose texts say which part of a data point the row holds: rows of one place, period and group become one.

    ``roles`` says what each text is (``{ "Labor Force" = "denominator", "Unemployment" = "numerator" }``); rows with other texts are set
    aside. The figures stand in ``columns.value``, or in the columns of ``wide``.
    """

    column: Column
    roles: dict[str, Role]


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How one publisher's file is read. ``rounding`` is the unit of the last digit as the file prints its values (1 for whole percents).

    ``member`` names the file inside a zip, ``sheet`` a sheet (``sheets``: a pattern over their names, whose named parts may be
    ``period`` and dimensions), ``table`` a table of a page, counted from 1, ``records`` where a JSON document holds its
    records. The header stands in ``header_rows``, or in the first row that holds all of ``header_with`` (``header_height``
    rows high); the table ends before a row that begins with one of ``ends_before``. ``thousands`` is a blank or apostrophe
    that groups digits. ``other_names`` are further names of a column that its publisher renames; a file has one of them.
    """

    format: Format = "csv"
    title: str = ""
    encoding: str = "utf-8-sig"
    delimiter: Annotated[str, Meta(min_length=1, max_length=1)] = ","
    member: Line | None = None
    sheet: Line | None = None
    sheets: Line | None = None
    table: Annotated[int, Meta(ge=1)] | None = None
    records: Pointer | None = None
    header_rows: tuple[Annotated[int, Meta(ge=1)], ...] = ()
    header_with: tuple[Column, ...] = ()
    header_height: Annotated[int, Meta(ge=1, le=5)] = 1
    ends_before: tuple[Line, ...] = ()
    filters: dict[Column, tuple[str, ...]] = {}
    skip: dict[Column, tuple[str, ...]] = {}
    place: PlaceColumn | None = None
    period: PeriodSource
    groups: tuple[GroupColumn, ...] = ()
    subgroups: SubgroupColumn | None = None
    other_names: dict[Column, tuple[Column, ...]] = {}
    columns: Columns = Columns()
    wide: Wide | None = None
    components: Components | None = None
    unit: Literal["as_template", "proportion"] = "as_template"
    rounding: Annotated[float, Meta(gt=0)] | None = None
    decimal_comma: bool = False
    thousands: Literal["", " ", "'"] = ""
    zeros_shown: bool = False
    codes: dict[str, Token] = {}
    column_codes: dict[Column, dict[str, Token]] = {}
    margin_confidence: Literal[90, 95, 99] = 90
    notes: Words = ""


def _dimensions(groups: object) -> Iterator[Found]:
    for place, group in enumerate(items(groups)):
        yield from _dimension(part(group, "dimension"), f"/groups/{place}/dimension")


def _dimension(dimension: object, pointer: str) -> Iterator[Found]:
    if isinstance(dimension, str) and dimension not in CODE_LISTS:
        yield pointer, f"There is no code list {dimension!r}.", meant(dimension, list(CODE_LISTS))


def _subgroups(subgroups: object) -> Iterator[Found]:
    for label, key in fields(part(subgroups, "labels")).items():
        for dimension in group_of(key) if isinstance(key, str) and "=" in key else ():
            yield from _dimension(dimension, pointer_to("subgroups", "labels", label))


def _wide(columns: object) -> Iterator[Found]:
    yield from _pattern(columns, "/wide/columns")


def _sheets(pattern: object) -> Iterator[Found]:
    yield from _pattern(pattern, "/sheets")


def _of_columns(columns: object) -> Iterator[Found]:
    yield from _named_parts(columns, "/wide/columns", {"role", "period"})


def _of_sheets(pattern: object) -> Iterator[Found]:
    yield from _named_parts(pattern, "/sheets", {"period"})


def _named_parts(pattern: object, pointer: str, own: set[str]) -> Iterator[Found]:
    """The named parts of a pattern that are no dimension and not its ``own``."""
    names = re.findall(r"\(\?P<([A-Za-z_][A-Za-z_0-9]*)>", pattern) if isinstance(pattern, str) else []
    for name in names:
        if name not in own:
            yield from _dimension(name, pointer)


def _one_way(first: object, second: object, pointer: str, names: str) -> Iterator[Found]:
    if first and second:
        yield pointer, f"The mapping gives both {names}.", "Keep one of the two."


def _one_sheet(sheet: object, sheets: object) -> Iterator[Found]:
    yield from _one_way(sheet, sheets, "/sheets", "sheet and sheets")


def _one_header(lines: object, names: object) -> Iterator[Found]:
    yield from _one_way(lines, names, "/header_with", "header_rows and header_with")


def _file(pattern: object) -> Iterator[Found]:
    yield from _pattern(pattern, "/period/file")


def _pattern(pattern: object, pointer: str) -> Iterator[Found]:
    """A pattern is taken only where matching it cannot take for ever; the names of its parts do not matter for that."""
    if not isinstance(pattern, str):
        return
    reason = why_unsafe(re.sub(r"\(\?P<[A-Za-z_][A-Za-z_0-9]*>", "(", pattern))
    if reason:
        hint = "Use characters, classes such as [0-9]{4}, groups and choices; let no repeat run into the next part."
        yield pointer, f"The pattern {pattern!r} is not taken: {reason}.", hint


RULES_OF_A_MAPPING = (
    Rule(code="dimension-unknown", needs=("/groups",), check=_dimensions),
    Rule(code="dimension-unknown", needs=("/subgroups",), check=_subgroups),
    Rule(code="dimension-unknown", needs=("/wide/columns",), check=_of_columns),
    Rule(code="dimension-unknown", needs=("/sheets",), check=_of_sheets),
    Rule(code="pattern-unsafe", needs=("/wide/columns",), check=_wide),
    Rule(code="pattern-unsafe", needs=("/period/file",), check=_file),
    Rule(code="pattern-unsafe", needs=("/sheets",), check=_sheets),
    Rule(code="mapping-two-ways", needs=("/sheet", "/sheets"), check=_one_sheet),
    Rule(code="mapping-two-ways", needs=("/header_rows", "/header_with"), check=_one_header),
)
"""What the published schema cannot say, asked of every mapping before a file is read."""
