"""Rows in and out of one schema of a PostgreSQL server: the only module that knows the driver.

One connection, opened anew when it was lost: a read is then asked once more, a write is not. What the server refuses comes out
as a refusal in words, without any password. One registry stands in one schema, the first of the search path, which the
address may set (``?options=-csearch_path%3Doaks``).

Writers queue on an advisory lock that ends with its transaction. The lock is taken before anything is read, and READ
COMMITTED shows each statement all that was committed before it, so who holds the lock sees the true head. An
action is one transaction: a statement sees all of it or nothing.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from registry.domain.refusal import Busy, Conflict, Damaged, NotARegistry, Unreachable
from registry.ledger.address import without_password
from registry.ledger.lock import turn_missed
from registry.ledger.store import VERIFY, Row, Value

_CONNECT_SECONDS = 10  # how long a server that does not answer is waited for, unless the address says otherwise
_AT_ONCE = 100  # rows that a stream fetches together: bodies may be large
_WRITTEN = "A `%`, `@`, `:` or `/` inside a password is written %25, %40, %3A, %2F."
_FORM = (
    f"It is written postgresql://USER@HOST/DATABASE. {_WRITTEN} Better, keep the password in ~/.pgpass or PGPASSWORD."
)
_ACCESS = (
    "Check the address, that the server runs, and that it lets you in; a password belongs in ~/.pgpass or PGPASSWORD."
)
_OWNER = "Open it as the user who made it, or let its owner grant you the right."
_OPERATE = "Whoever looks after the server can say why."

_LOCK = int.from_bytes(b"OUTC", "big")  # beside the schema's own number: no other program's advisory lock

_FILE = "SELECT pg_relation_filenode(to_regclass(?))"  # another one after each writing anew
_SETTLE = """
SELECT current_schema(),
       set_config('search_path', quote_ident(current_schema()) || ', pg_temp', false),
       set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') IN ('off', 'local') THEN 'on'
                                             ELSE current_setting('synchronous_commit') END, false)"""


class PostgresStore:
    """Rows of the two tables in one schema. Raises Unreachable when there is no server, NotARegistry for an odd database."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.name = without_password(url)
        self._parameters = _parameters(url)
        self._ended = False
        self._inside = False
        self._connection = self._connect()

    @property
    def writing(self) -> bool:
        """Whether a transaction is open."""
        return self._inside

    def select(self, query: str, *values: Value) -> list[Row]:
        """All rows that answer the query. Raises Unreachable, and Damaged when they cannot be read."""
        if any(isinstance(value, str) and "\0" in value for value in values):
            return []  # no text of PostgreSQL holds NUL, so nothing here can equal this one
        return self._run(query, *values).fetchall()

    def stream(self, query: str) -> Iterator[Row]:
        """The rows that answer the query, a few at a time. Only inside a transaction."""
        try:
            with self._connection.cursor(name="stream") as cursor:
                cursor.itersize = _AT_ONCE
                yield from cursor.execute(query.encode())
        except psycopg.Error as fault:
            self._refuse(fault)

    def extend(self, statement: str, rows: Iterable[Row]) -> None:
        """Add rows, in order. Only inside a transaction."""
        try:
            with self._connection.cursor() as cursor:
                cursor.executemany(_placed(statement), rows)
        except psycopg.Error as fault:
            self._refuse(fault)

    def knows_redactions(self) -> bool:
        """Whether there is a table ``redaction``: a ledger on a server always has one."""
        return True

    def vacuum(self, table: str, patience: float) -> None:
        """Write a table's files anew, without a byte of what was deleted. Outside of any transaction.

        Raises NotARegistry for anybody but the table's owner, Busy when somebody still reads what was deleted: then the server writes
        rows that an open read may ask for anew as well, and says how many.
        """
        left: list[int] = []

        def hear(message: errors.Diagnostic) -> None:
            number = re.search(r"[0-9]+", message.message_detail or "")
            if message.severity_nonlocalized == "INFO" and number:
                left.append(int(number[0]))  # in every language its first number: deleted rows that stay

        before = self.select(_FILE, table)
        self.select("SELECT set_config('lock_timeout', ?, false)", f"{max(1, int(patience * 1000))}ms")
        self._connection.add_notice_handler(hear)
        try:
            self._connection.execute(f"VACUUM (FULL, VERBOSE) {table}".encode())
        except errors.LockNotAvailable as fault:
            raise _traces(self.name) from fault
        except psycopg.Error as fault:
            self._refuse(fault)
        finally:
            self._connection.remove_notice_handler(hear)
            if not self._connection.closed:
                self.select("SELECT set_config('lock_timeout', '0', false)")
        if self.select(_FILE, table) == before:  # the server only warns whoever may not
            raise NotARegistry(f"You may not write the table {table} of {self.name} anew.", hint=_OWNER)
        if left != [0]:
            raise _traces(self.name)

    def script(self, statements: str) -> None:
        """Run statements that take no values. Only inside a transaction."""
        self._run(statements)

    @contextmanager
    def transaction(self, patience: float) -> Iterator[None]:
        """Be the one writer of this schema for the length of the block: all of it is recorded at its end, or none.

        Raises Busy when others write for longer than ``patience`` seconds, Unreachable when the connection is lost. Where
        it is lost at the very end, nobody can tell whether all was recorded, and the refusal says so.
        """
        self._run("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
        self._inside = True
        try:
            self._wait(patience)
            yield
            self._commit()
        finally:
            self._inside = False
            with suppress(psycopg.Error):
                if self._connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                    self._connection.execute("ROLLBACK")

    @contextmanager
    def snapshot(self) -> Iterator["PostgresStore"]:
        """One state of everything, over a connection of its own."""
        apart = PostgresStore(self.url)
        try:
            apart.script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            apart._inside = True
            yield apart
        finally:
            apart.close()

    def close(self) -> None:
        """Give the connection back. May be called again."""
        self._ended = True
        self._connection.close()

    def _run(self, query: str, *values: Value) -> psycopg.Cursor[Row]:
        try:
            try:
                return self._connection.execute(_placed(query), values or None)
            except psycopg.OperationalError:
                if not self._connection.closed or self._inside or self._ended:
                    raise
            self._connection = self._connect()  # it was lost, and nothing was being written: ask once more
            return self._connection.execute(_placed(query), values or None)
        except psycopg.Error as fault:
            self._refuse(fault)

    def _wait(self, patience: float) -> None:
        key = _LOCK, self._lock_number()
        milliseconds = int(patience * 1000)
        if milliseconds < 1:
            ((held,),) = self.select("SELECT pg_try_advisory_xact_lock(?, ?)", *key)
            if held:
                return
        else:
            self.select("SELECT set_config('lock_timeout', ?, true)", f"{milliseconds}ms")
            try:
                self._connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", key)
                return
            except errors.LockNotAvailable:
                pass
            except psycopg.Error as fault:
                self._refuse(fault)
        raise turn_missed(patience)

    def _lock_number(self) -> int:
        ((schema,),) = self.select("SELECT current_schema()")
        return int.from_bytes(hashlib.sha256(str(schema).encode()).digest()[:4], signed=True)

    def _commit(self) -> None:
        try:
            ended = self._connection.execute("COMMIT").statusmessage
        except psycopg.OperationalError as fault:
            if not self._connection.closed:
                self._refuse(fault)
            raise Unreachable(
                f"The connection to {self.name} was lost at the end of a write; nobody can tell yet whether it was recorded.",
                hint="Look with `outcomes ledger log`, or send it again: with the same idempotency key it is never recorded twice.",
            ) from fault
        except psycopg.Error as fault:
            self._refuse(fault)
        if ended != "COMMIT":
            raise RuntimeError("A statement of this write had failed, so none of it was recorded.")

    def _connect(self) -> psycopg.Connection[Row]:
        try:
            connection = psycopg.connect(self._parameters, autocommit=True)
        except psycopg.OperationalError as fault:
            raise Unreachable(f"{self.name} cannot be opened: {_words(fault)}", hint=_ACCESS) from fault
        try:
            self._settle(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _settle(self, connection: psycopg.Connection[Row]) -> None:
        encoding = connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            raise NotARegistry(
                f"{self.name} keeps text as {encoding}; a registry needs UTF8.",
                hint="Make a database with `createdb --encoding=UTF8 --template=template0 NAME`.",
            )
        try:
            ((schema, *_),) = connection.execute(_SETTLE).fetchall()
        except psycopg.Error as fault:
            self._refuse(fault)
        if schema is None:
            raise NotARegistry(
                f"{self.name} has no schema of the name that the search path says.",
                hint="Make it with `CREATE SCHEMA NAME`, or leave search_path out of the address.",
            )

    def _refuse(self, fault: psycopg.Error) -> NoReturn:
        """Raise what the server said as a refusal in words; what only a mistake of ours can cause stays as it is."""
        match fault:
            case errors.DataCorrupted() | errors.IndexCorrupted() | errors.UndefinedTable() | errors.UndefinedColumn():
                raise Damaged(f"The ledger of {self.name} cannot be read: {_words(fault)}", hint=VERIFY) from fault
            case errors.InsufficientPrivilege():
                raise NotARegistry(f"You may not use {self.name}: {_words(fault)}", hint=_OWNER) from fault
            case psycopg.DataError():
                raise Conflict(f"{self.name} cannot keep this: {_words(fault)}") from fault
            case errors.ReadOnlySqlTransaction():
                hint = "Give the address of the main server."
                raise Unreachable(f"{self.name} takes no writes: {_words(fault)}", hint=hint) from fault
            case psycopg.OperationalError() if self._connection.closed:
                raise Unreachable(
                    f"The connection to {self.name} was lost; nothing was recorded.", hint=_ACCESS
                ) from fault
            case psycopg.OperationalError():
                raise Unreachable(f"{self.name} could not do it: {_words(fault)}", hint=_OPERATE) from fault
        raise fault


def _traces(name: str) -> Busy:
    return Busy(
        f"The redacted bodies are gone from the ledger, but the files of {name} still hold traces of them, "
        "because another program is reading.",
        hint="Close other programs that read this database and give the same command again.",
    )


def _placed(query: str) -> bytes:
    """A query with this driver's own sign for a value."""
    return query.replace("?", "%s").encode()


def _parameters(url: str) -> str:
    """What the driver is told. Raises NotARegistry, without repeating any of the address that may be a password."""
    try:
        found = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise NotARegistry(f"{without_password(url)} is no address that can be read.", hint=_FORM) from None
    place = f"{found.get('host', '')} {found.get('dbname', '')}"
    port = str(found.get("port", ""))
    if "@" in place or port.strip("0123456789,"):  # a password with such a sign in it was taken for these
        raise NotARegistry(f"{without_password(url)} is no address that can be read.", hint=_FORM)
    patience = {} if "connect_timeout" in found else {"connect_timeout": _CONNECT_SECONDS}
    return make_conninfo(url, client_encoding="UTF8", fallback_application_name="outcomes", **patience)


def _words(fault: psycopg.Error) -> str:
    """What the server or the driver said, in one line that ends with a full stop."""
    said = fault.diag.message_primary or str(fault)
    return " ".join(said.split()).removeprefix("connection failed: ").rstrip(".") + "."
