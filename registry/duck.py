"""DuckDB, and nothing else in the product imports it: connect, run a ``.sql`` file, Parquet in and out.

Every query is a file under ``registry/sql``; text is never assembled from what a user says. A file's first line is the question
it answers; its header declares its parameters and what it returns (``header_of``). A connection is never shared by two threads:
``.cursor()`` per call. DuckDB has no normal quantile: the macros under ``sql/macros`` bring it.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import duckdb
import msgspec

Row = TypeVar("Row", bound=msgspec.Struct)
Parameters = Mapping[str, object]

Connection = duckdb.DuckDBPyConnection
Error = duckdb.Error
IOFault = duckdb.IOException

_DAMAGE = (duckdb.FatalException, duckdb.InternalException, duckdb.SerializationException)

FILES_IN_MEMORY = hasattr(os, "memfd_create") and Path("/proc/self/fd").is_dir()
"""Whether the system has files that live in memory and have a name all the same."""

OUTSIDE, PART = "512MB", 10_000
"""How much memory a file from outside may take to be read, and how many of its rows are held at a time."""

STORAGE = "v1.5.0"
"""The file format projections are written in: wheels of DuckDB 2.0 stamp their own files with a version that is not settled."""


class Header(msgspec.Struct, frozen=True):
    """What a ``.sql`` file says of itself: its question, its parameters with their types, what it returns and at which grain."""

    question: str
    parameters: dict[str, str]
    returns: str
    grain: str


def connect(*, threads: int | None = None) -> Connection:
    """A new database in memory: no extension is fetched, progress bars are off, and the session speaks UTC."""
    connection = duckdb.connect(
        ":memory:", config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    )
    connection.execute("set enable_progress_bar = false; set TimeZone = 'UTC'")
    if threads is not None:
        connection.execute("set threads = $threads", {"threads": threads})
    return connection


def damaged(fault: Error) -> bool:
    """Whether DuckDB says that a file is not as it was written. Its word for a wrong checksum is an error of no kind at all."""
    return type(fault) is Error or isinstance(fault, _DAMAGE)


def attach(connection: Connection, path: Path, name: str, *, read_only: bool) -> None:
    """Attach a DuckDB file under a name; a new file is written in the settled storage format."""
    quoted = str(path).replace("'", "''")
    options = "read_only" if read_only else f"storage_version '{STORAGE}'"
    connection.execute(f"attach '{quoted}' as {_identifier(name)} ({options})")


def detach(connection: Connection, name: str) -> None:
    """Let go of an attached file; nothing happens where it is not attached."""
    connection.execute(f"detach database if exists {_identifier(name)}")


@cache
def text_of(name: str) -> str:
    """The text of ``registry/sql/<name>.sql``."""
    return _folder().joinpath(*f"{name}.sql".split("/")).read_text("utf-8")


def names_under(folder: str) -> tuple[str, ...]:
    """Every query under a folder of ``registry/sql``, in the order of their names (``tables`` -> ``tables/batch`` ...)."""
    here = _folder().joinpath(folder)
    return tuple(
        sorted(f"{folder}/{entry.name.removesuffix('.sql')}" for entry in here.iterdir() if entry.name.endswith(".sql"))
    )


def header_of(name: str) -> Header:
    """The declared header of a query."""
    lines = [line[2:].strip() for line in text_of(name).splitlines() if line.startswith("--")]
    named = {
        key: line.removeprefix(f"{key}:").strip()
        for line in lines
        for key in ("returns", "grain")
        if line.startswith(f"{key}:")
    }
    declared = (line.removeprefix("param:").split() for line in lines if line.startswith("param:"))
    return Header(
        question=lines[0] if lines else "",
        parameters={words[0]: words[1] for words in declared},
        returns=named.get("returns", ""),
        grain=named.get("grain", ""),
    )


@contextmanager
def at_once(connection: Connection) -> Iterator[None]:
    """What the block does to the tables is one transaction: all of it or nothing, and faster than statement by statement."""
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def run(connection: Connection, name: str, parameters: Parameters | None = None) -> None:
    """Run every statement of a query file for its effect (tables, macros, views, or a relation kept under a name)."""
    if not parameters:
        connection.execute(text_of(name))
        return
    for statement in duckdb.extract_statements(text_of(name)):
        used = {key: value for key, value in parameters.items() if key in statement.named_parameters}
        connection.execute(statement, used or None)


def rows(connection: Connection, name: str, kind: type[Row], parameters: Parameters | None = None) -> list[Row]:
    """The answer of a query file as Structs of a kind, columns by position."""
    connection.execute(text_of(name), dict(parameters) if parameters else None)
    return [kind(*row) for row in connection.fetchall()]


def keep(connection: Connection, relation: str, name: str, parameters: Parameters | None = None) -> None:
    """Keep the answer of a query file as a temporary table of this connection, for the queries that build on it."""
    connection.execute(
        f"create or replace temp table {_identifier(relation)} as {text_of(name)}",
        dict(parameters) if parameters else None,
    )


def kept(connection: Connection, relation: str, kind: type[Row]) -> list[Row]:
    """The rows of a relation that this connection keeps, in the order in which they came."""
    connection.execute(f"from {_identifier(relation)}")
    return [kind(*row) for row in connection.fetchall()]


def kept_behind(connection: Connection, relation: str, keys: int, kind: type[Row]) -> list[tuple[tuple[str, ...], Row]]:
    """The rows of a relation whose first columns name the row: those columns, and a Struct of the others."""
    connection.execute(f"from {_identifier(relation)}")
    fields = kind.__struct_fields__
    return [(tuple(row[:keys]), kind(**dict(zip(fields, row[keys:], strict=True)))) for row in connection.fetchall()]


def insert(connection: Connection, table: str, records: Sequence[msgspec.Struct | Mapping[str, object]]) -> None:
    """Append records to a table by the names of its columns; a missing member is null. One bulk read, never row by row."""
    if not records:
        return
    with _handed_over() as path:
        with path.open("wb") as lines:
            lines.writelines(msgspec.json.encode(record) + b"\n" for record in records)
        described = connection.execute(f"describe {_qualified(table)}").fetchall()
        columns = {str(name): str(column_type) for name, column_type, *_ in described}
        connection.execute(
            f"insert into {_qualified(table)} by name "  # the name is an identifier, checked
            "from read_json($path, format = 'newline_delimited', columns = $columns)",
            {"path": str(path), "columns": columns},
        )


def parquet_of(connection: Connection, relation: str) -> bytes:
    """The rows of a table or view as one Parquet file (zstd), in their own order."""
    with _handed_over() as path:
        quoted = str(path).replace("'", "''")
        connection.execute(
            f"copy {_qualified(relation)} to '{quoted}' (format parquet, compression zstd, use_tmp_file false)"
        )
        return path.read_bytes()


def read_parquet(connection: Connection, relation: str, bodies: Sequence[bytes]) -> None:
    """Make the rows of Parquet bodies a temporary table, body by body in their order (a column ``body`` counts them from 0)."""
    with ExitStack() as handed_over:
        paths = []
        for body in bodies:
            path = handed_over.enter_context(_handed_over())
            path.write_bytes(body)
            paths.append(str(path))
        connection.execute(
            f"create or replace temp table {_identifier(relation)} as "  # noqa: S608  # the name is an identifier, checked
            "select * exclude (filename), list_position($paths, filename) - 1 as body "
            "from read_parquet($paths, filename = true, union_by_name = true)",
            {"paths": paths},
        )


def parquet_names(body: bytes) -> tuple[str, ...]:
    """The names of a Parquet file's columns, in their order. Raises Error where the file is none."""
    with _outside(body) as (connection, path):
        return tuple(name for name, _ in _columns(connection, path))


def parquet_rows(body: bytes) -> Iterator[tuple[object, ...]]:
    """The rows of a Parquet file, in their own order, a part held at a time; a FLOAT as the shortest DOUBLE that means it. Raises Error."""
    with _outside(body) as (connection, path):
        texts = [name for name, kind in _columns(connection, path) if kind == "FLOAT"]
        shown = ", ".join(
            f"cast({_any_identifier(name)} as varchar)::double as {_any_identifier(name)}" for name in texts
        )
        replaced = f" replace ({shown})" if shown else ""
        connection.execute(f"select *{replaced} from read_parquet($path)", {"path": path})  # noqa: S608  # names are quoted
        while rows := connection.fetchmany(PART):
            yield from rows


@contextmanager
def _outside(body: bytes) -> Iterator[tuple[Connection, str]]:
    """A small database of its own for a file from outside, and the file's name."""
    with _handed_over() as path:
        path.write_bytes(body)
        connection = connect(threads=1)
        try:
            connection.execute(
                f"set memory_limit = '{OUTSIDE}'; set temp_directory = ''; set preserve_insertion_order = true"
            )
            yield connection, str(path)
        finally:
            connection.close()


def _columns(connection: Connection, path: str) -> list[tuple[str, str]]:
    described = connection.execute("describe from read_parquet($path)", {"path": path}).fetchall()
    return [(str(name), str(kind)) for name, kind, *_ in described]


def _any_identifier(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def parameters_of(name: str) -> set[str]:
    """The parameters that a query really uses, over all its statements."""
    return {str(name) for statement in duckdb.extract_statements(text_of(name)) for name in statement.named_parameters}


@contextmanager
def _handed_over() -> Iterator[Path]:
    """The name of a file by which rows pass between Python and DuckDB: one that never touches a disk, where the system has such (Linux).

    So a full disk keeps nobody from reading, and whoever is killed leaves no figures in a temporary folder.
    """
    if FILES_IN_MEMORY:
        with open(os.memfd_create("rows"), "rb") as file:  # noqa: PTH123  # a descriptor, no path
            yield Path(f"/proc/self/fd/{file.fileno()}")
    else:
        with TemporaryDirectory(prefix="outcomes-") as folder:
            yield Path(folder) / "rows"


def _folder() -> Traversable:
    return resources.files("registry").joinpath("sql")


def _identifier(name: str) -> str:
    if not name.replace("_", "").isalnum() or not name.isascii():
        raise ValueError(f"{name!r} is no plain identifier")
    return f'"{name}"'


def _qualified(name: str) -> str:
    return ".".join(_identifier(part) for part in name.split("."))
