"""Every query file says what it answers, takes and returns, and does just that."""

import re
import types
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from pkgutil import resolve_name
from typing import Annotated, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest

from registry import duck
from registry.ledger.instant import utc_now
from registry.ledger.sqlite import SqliteLedger
from registry.projection import read
from registry.projection.files import Projection

FOLDER = Path(__file__).parents[2] / "registry" / "sql"
NAMES = sorted(path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.sql"))
QUESTIONS = [name for name in NAMES if not name.startswith("macros/")]
ANSWERED = [name for name in NAMES if name.startswith(("rollup/", "lists/"))]
KEYED = {
    "registry.domain.progress.Progress": ("community", "variant", "group_key", "stretch"),
    "registry.domain.disparity.Disparity": ("community", "variant", "group_key", "reference_key"),
}
"""What stands before the fields of a Struct that does not name its own series."""

SAMPLES: dict[str, object] = {
    "BIGINT": 1, "VARCHAR": None, "VARCHAR[]": None, "DOUBLE": 1.0, "DATE": "2024-06-30", "BOOLEAN": True,
}  # fmt: skip
TYPES: dict[object, tuple[str, ...]] = {
    str: ("VARCHAR",),
    int: ("BIGINT", "INTEGER"),
    float: ("DOUBLE",),
    bool: ("BOOLEAN",),
    Decimal: ("DECIMAL",),
    date: ("DATE",),
    dict: ("STRUCT",),
}


@pytest.fixture(scope="module")
def cursor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duck.Connection]:
    """A cursor on a new, empty registry in which the relations of a roll-up are laid out as the product lays them out."""
    ledger = SqliteLedger.create(tmp_path_factory.mktemp("sql") / "outcomes.db", network="Test", now=utc_now)
    projection = Projection(ledger, None)
    line = projection.catch_up().seq
    made = projection.rollup_cursor()
    question = read.Question(line=line, day="2024-06-30", template=None, current=True, dimensions=("sex",))
    read.rollup_rows(made, question)
    yield made
    projection.close()


def test_there_are_queries_to_check():
    assert {"rollup/level", "lists/templates", "views/comparable", "tables/observation"} <= set(NAMES)


@pytest.mark.parametrize("name", QUESTIONS)
def test_first_line_is_a_question_and_the_grain_is_said(name: str):
    header = duck.header_of(name)
    assert duck.text_of(name).startswith(f"-- {header.question}\n")
    assert header.question.endswith("?"), f"{name}: its first line is no question: {header.question!r}"
    assert header.grain, f"{name}: there is no line '-- grain: one row per ...'"


@pytest.mark.parametrize("name", sorted(set(NAMES) - set(QUESTIONS)))
def test_macro_says_what_it_works_out_and_where_its_twin_is(name: str):
    text = duck.text_of(name)
    assert re.match(r"-- [A-Z].*[.:,\w]\n", text), f"{name}: its first line does not say what it works out"
    twin = re.search(r"^-- twin: +(\S+)$", text, re.MULTILINE)
    assert twin, f"{name}: there is no line '-- twin: ...'"
    assert _there(twin[1]), f"{name}: its twin {twin[1]} is not there"


def _there(twin: str) -> bool:
    if twin.endswith(".py"):
        return (FOLDER.parents[1] / twin).is_file()
    return callable(resolve_name(twin))


@pytest.mark.parametrize("name", NAMES)
def test_declared_parameters_are_those_used(name: str):
    assert set(duck.header_of(name).parameters) == duck.parameters_of(name)


@pytest.mark.parametrize("name", [name for name in NAMES if duck.header_of(name).parameters])
def test_parameters_have_types_of_duckdb(name: str):
    for kind in duck.header_of(name).parameters.values():
        (described,) = duck.connect().execute(f"select cast(null as {kind})").description
        assert str(described[1]) == kind


@pytest.mark.parametrize("name", ANSWERED)
def test_columns_are_the_fields_of_the_struct_that_is_named(name: str, cursor: duck.Connection):
    header = duck.header_of(name)
    kind = resolve_name(header.returns)
    assert issubclass(kind, msgspec.Struct)
    values = {parameter: SAMPLES[declared] for parameter, declared in header.parameters.items()}
    described = cursor.execute(duck.text_of(name), values or None).description
    hints = get_type_hints(kind, include_extras=True)
    fields = [(field, hints[field]) for field in kind.__struct_fields__]
    wanted = [*((key, str) for key in KEYED.get(header.returns, ())), *fields]
    assert [_column(column) for column, *_ in described] == [field for field, _ in wanted]
    wrong = [
        (field, str(found[1]))
        for (field, hint), found in zip(wanted, described, strict=True)
        if not _fits(hint, str(found[1]))
    ]
    assert wrong == []


def _column(name: str) -> str:
    """A column's name; one that is only cast keeps its own."""
    cast = re.fullmatch(r'CAST\((?:\w+\.)?"?(\w+)"? AS \w+\)', name)
    return cast[1] if cast else name


def _fits(hint: object, declared: str) -> bool:
    """Whether a column of a DuckDB type fills a field of a Python type as it is."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _fits(arguments[0], declared)
    if origin in {Union, types.UnionType}:
        return any(_fits(entry, declared) for entry in arguments if entry is not type(None))
    if origin is Literal:
        return declared == "VARCHAR"
    if origin in {list, tuple}:
        return declared.endswith("[]") and _fits(arguments[0], declared.removesuffix("[]"))
    named = re.fullmatch(r"(\w+)(\(.*\))?", declared)
    return named is not None and named[1] in TYPES[origin or hint]


def test_a_column_of_another_type_is_noticed():
    assert _fits(float | None, "DOUBLE")
    assert _fits(tuple[float, float] | None, "DOUBLE[]")
    assert _fits(list[dict[str, int]], "STRUCT(a INTEGER)[]")
    assert not _fits(float, "DECIMAL(28,9)")
    assert not _fits(str, "VARCHAR[]")
    assert not _fits(int, "DOUBLE")
    assert _fits(date | None, "DATE")
    assert not _fits(date, "VARCHAR")
