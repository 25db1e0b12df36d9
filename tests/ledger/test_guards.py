"""Every known way to change the record by raw SQL: the tables themselves refuse it, and nothing is changed."""

import sqlite3
from contextlib import closing

import pytest

ENTRY = """
    (seq, kind, schema, subject, revision, recorded_at, actor, action_id, idempotency_key, request_sha256, body_sha256,
     chain)"""

UPDATE_AND_DELETE = {
    "update an entry": "UPDATE entry SET actor = 'mallory' WHERE seq = 3",
    "update all entries": "UPDATE entry SET actor = 'mallory'",
    "update or replace an entry onto another": "UPDATE OR REPLACE entry SET seq = 4 WHERE seq = 3",
    "update or replace an entry's revision onto another": (
        "UPDATE OR REPLACE entry SET revision = 1 WHERE subject = 'variant:oak' AND revision = 2"
    ),
    "update or ignore an entry": "UPDATE OR IGNORE entry SET actor = 'mallory' WHERE seq = 3",
    "update or rollback an entry": "UPDATE OR ROLLBACK entry SET actor = 'mallory' WHERE seq = 3",
    "update an entry to what it is": "UPDATE entry SET actor = actor WHERE seq = 3",
    "update from another table": "UPDATE entry SET actor = 'mallory' FROM body WHERE body.rowid = entry.seq",
    "update a body": "UPDATE body SET bytes = x'00'",
    "update a salt": "UPDATE body SET salt = zeroblob(16) WHERE rowid = 3",
    "update or replace a body's row": "UPDATE OR REPLACE body SET rowid = 4 WHERE rowid = 3",
    "update or replace a body's hash": (
        "UPDATE OR REPLACE body SET body_sha256 = (SELECT body_sha256 FROM body WHERE rowid = 4) WHERE rowid = 3"
    ),
    "delete an entry": "DELETE FROM entry WHERE seq = 3",
    "delete the last entry": "DELETE FROM entry WHERE seq = 7",
    "delete all entries": "DELETE FROM entry",
    "delete a body": "DELETE FROM body WHERE rowid = 3",
    "delete all bodies": "DELETE FROM body",
}


@pytest.fixture
def place(sqlite_place):
    """This module is about the file alone."""
    return sqlite_place


@pytest.fixture
def raw(filled):
    """A connection as any other program would open it, with a body ready for one more entry."""
    with closing(sqlite3.connect(filled.path, isolation_level=None)) as connection:
        connection.execute("INSERT INTO body VALUES ('new', zeroblob(16), x'00')")
        yield connection


def dump(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    entries = connection.execute("SELECT * FROM entry ORDER BY seq").fetchall()
    return entries + connection.execute("SELECT rowid, * FROM body ORDER BY rowid").fetchall()


def refused(connection: sqlite3.Connection, statement: str, why: str) -> None:
    before = dump(connection)
    with pytest.raises(sqlite3.IntegrityError, match=why):
        connection.execute(statement)
    assert dump(connection) == before


@pytest.mark.parametrize("statement", UPDATE_AND_DELETE.values(), ids=UPDATE_AND_DELETE)
def test_nothing_recorded_changes_or_leaves(raw, statement):
    refused(raw, statement, "never changes|never removed")


# What the next entry would rightly be, and for each way to slip in another one: which columns differ, what is refused.
NEXT = {
    "seq": "8",
    "kind": "'template'",
    "schema": "'template/1'",
    "subject": "'template:new'",
    "revision": "1",
    "recorded_at": "'2030-01-01T00:00:00.000000Z'",
    "actor": "'maria'",
    "action_id": "'x'",
    "idempotency_key": "NULL",
    "request_sha256": "NULL",
    "body_sha256": "'new'",
    "chain": "'x'",
}
SLIPS = {
    "in the place of an entry": ({"seq": "3"}, "seq must be"),
    "in the place of the last entry": ({"seq": "7"}, "seq must be"),
    "after a gap": ({"seq": "9"}, "seq must be"),
    "before the first": ({"seq": "0"}, "seq must be"),
    "with a number below none": ({"seq": "-1"}, "seq must be"),
    "with a number left to SQLite": ({"seq": "NULL"}, "seq must be"),
    "in the place of a revision": ({"subject": "'variant:oak'", "revision": "2"}, "revision must be"),
    "in the place of a revision given as text": ({"subject": "'variant:oak'", "revision": "'2'"}, "revision must be"),
    "after a gap in revisions": ({"subject": "'variant:oak'", "revision": "5"}, "revision must be"),
    "with a later first revision": ({"revision": "2"}, "revision must be"),
    "with revision nought": ({"revision": "0"}, "revision must be"),
    "without a revision": ({"revision": "NULL"}, "revision must be|NOT NULL"),
    "in the place of a request": ({"idempotency_key": "'key-1'"}, "idempotency key"),
    "in the place of a body's entry": (
        {"body_sha256": "(SELECT body_sha256 FROM entry WHERE seq = 3)"},
        "another entry has this body",
    ),
    "in the place of a time": ({"recorded_at": "(SELECT recorded_at FROM entry WHERE seq = 3)"}, "recorded_at must be"),
    "at the last entry's time": ({"recorded_at": "(SELECT max(recorded_at) FROM entry)"}, "recorded_at must be"),
    "at an earlier time": ({"recorded_at": "'2001-01-01T00:00:00.000000Z'"}, "recorded_at must be"),
    "without a body": ({"body_sha256": "'none'"}, "stored first"),
}
VERBS = ("INSERT", "INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE", "INSERT OR FAIL", "INSERT OR ROLLBACK")


def insert(columns: dict[str, str], verb: str = "INSERT", more: str = "") -> str:
    return f"{verb} INTO entry {ENTRY} VALUES ({', '.join(columns.values())}) {more}"


def test_the_entry_that_rightly_comes_next_is_taken(raw):
    raw.execute(insert(NEXT))
    assert raw.execute("SELECT max(seq) FROM entry").fetchone() == (8,)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(("other", "why"), SLIPS.values(), ids=SLIPS)
def test_no_entry_slips_in(raw, verb, other, why):
    refused(raw, insert(NEXT | other, verb), why)


@pytest.mark.parametrize(
    ("other", "target"),
    [
        ({"seq": "3"}, "(seq)"),
        ({"subject": "'variant:oak'", "revision": "2"}, "(subject, revision)"),
        ({"idempotency_key": "'key-1'"}, "(actor, idempotency_key) WHERE idempotency_key IS NOT NULL"),
        ({"seq": "3"}, ""),
    ],
    ids=["seq", "revision", "request", "any"],
)
def test_no_upsert_changes_an_entry(raw, other, target):
    refused(raw, insert(NEXT | other, more=f"ON CONFLICT {target} DO UPDATE SET actor = 'mallory'"), "must be|key")


def test_second_row_of_one_insert_is_guarded_too(raw):
    raw.execute("INSERT INTO body VALUES ('newer', zeroblob(16), x'00')")
    second = ", ".join((NEXT | {"seq": "3", "subject": "'template:newer'", "body_sha256": "'newer'"}).values())
    refused(raw, insert(NEXT, "INSERT OR REPLACE", f", ({second})"), "seq must be")


@pytest.mark.parametrize("setting", ["recursive_triggers=ON", "recursive_triggers=OFF", "foreign_keys=OFF"])
def test_no_setting_lets_a_replace_through(raw, setting):
    raw.execute(f"PRAGMA {setting}")
    refused(raw, insert(NEXT | {"idempotency_key": "'key-1'"}, "INSERT OR REPLACE"), "idempotency key")


BODIES = {
    "with a stored hash": (
        "(body_sha256, salt, bytes) SELECT body_sha256, salt, x'00' FROM body WHERE rowid = 3",
        "this hash",
    ),
    "in a stored row": ("(rowid, body_sha256, salt, bytes) VALUES (3, 'other', zeroblob(16), x'00')", "another body"),
    "in a stored row, by its other name": (
        "(_rowid_, body_sha256, salt, bytes) VALUES (3, 'other', zeroblob(16), x'00')",
        "another body",
    ),
    "in the row that reads as not given": (
        "(rowid, body_sha256, salt, bytes) VALUES (-1, 'other', zeroblob(16), x'00')",
        "is positive",
    ),
    "with a short salt": ("(body_sha256, salt, bytes) VALUES ('other', zeroblob(15), x'00')", "16 bytes"),
    "without a salt": ("(body_sha256, salt, bytes) VALUES ('other', NULL, x'00')", "16 bytes|NOT NULL"),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(("rest", "why"), BODIES.values(), ids=BODIES)
def test_no_body_slips_in(raw, verb, rest, why):
    refused(raw, f"{verb} INTO body {rest}", why)


def test_no_upsert_changes_a_body(raw):
    query = "SELECT body_sha256, zeroblob(16), x'00' FROM body WHERE rowid = 3"
    refused(raw, f"INSERT INTO body {query} ON CONFLICT (body_sha256) DO UPDATE SET bytes = x'00'", "this hash")


@pytest.mark.parametrize(("table", "column"), [("entry", "actor"), ("body", "bytes")])
def test_tables_are_strict(raw, table, column):
    value = "x'00'" if column == "actor" else "'text'"
    statement = (
        insert(NEXT | {column: value}) if table == "entry" else f"INSERT INTO body VALUES ('o', zeroblob(16), {value})"
    )
    refused(raw, statement, "cannot store")
