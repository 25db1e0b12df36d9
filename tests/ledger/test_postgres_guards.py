"""Every known way to change the record on a server by raw SQL: the tables themselves refuse it, and nothing is changed."""

import psycopg
import pytest
from test_guards import NEXT, SLIPS

UPDATE_AND_DELETE = {
    "update an entry": "UPDATE entry SET actor = 'mallory' WHERE seq = 3",
    "update all entries": "UPDATE entry SET actor = 'mallory'",
    "update an entry to what it is": "UPDATE entry SET actor = actor WHERE seq = 3",
    "update from another table": "UPDATE entry SET actor = 'mallory' FROM body WHERE body.body_sha256 = entry.body_sha256",
    "update by merging": (
        "MERGE INTO entry USING (SELECT 3 AS other) AS s ON seq = other WHEN MATCHED THEN UPDATE SET actor = 'mallory'"
    ),
    "delete by merging": "MERGE INTO entry USING (SELECT 3 AS other) AS s ON seq = other WHEN MATCHED THEN DELETE",
    "update a body": "UPDATE body SET bytes = ''",
    "update a salt": "UPDATE body SET salt = decode(repeat('00', 16), 'hex') WHERE bytes IS NOT NULL",
    "delete an entry": "DELETE FROM entry WHERE seq = 3",
    "delete the last entry": "DELETE FROM entry WHERE seq = 7",
    "delete all entries": "DELETE FROM entry",
    "delete in a query": "WITH gone AS (DELETE FROM entry RETURNING *) SELECT count(*) FROM gone",
    "empty the entries": "TRUNCATE entry",
    "empty both": "TRUNCATE entry, body CASCADE",
    "delete all bodies": "DELETE FROM body",
    "empty the bodies": "TRUNCATE body",
}
SALT = "decode(repeat('00', 16), 'hex')"


@pytest.fixture
def place(postgres_place):
    """This module is about the server alone."""
    return postgres_place


@pytest.fixture
def raw(place, filled):
    """A connection as any other program would open it, with a body ready for one more entry."""
    with place.raw() as connection:
        connection.execute(f"INSERT INTO body VALUES ('new', {SALT}, '')")
        yield connection


def refused(raw, statement, why):
    entries, bodies = "SELECT * FROM entry ORDER BY seq", "SELECT * FROM body ORDER BY body_sha256"
    before = raw.execute(entries) + raw.execute(bodies)
    with pytest.raises(psycopg.IntegrityError, match=why):
        raw.execute(statement)
    assert raw.execute(entries) + raw.execute(bodies) == before


def insert(columns, more=""):
    return f"INSERT INTO entry VALUES ({', '.join(columns.values())}) {more}"


def test_nothing_recorded_changes_or_leaves(raw):
    for statement in UPDATE_AND_DELETE.values():
        refused(raw, statement, "never changes|never removed")


def test_the_entry_that_rightly_comes_next_is_taken(raw):
    raw.execute(insert(NEXT))
    assert raw.execute("SELECT max(seq) FROM entry") == [(8,)]


def test_no_entry_slips_in(raw):
    for other, why in SLIPS.values():
        for more in ("", "ON CONFLICT DO NOTHING"):
            refused(raw, insert(NEXT | other, more), f"{why}|null value")


@pytest.mark.parametrize(
    ("other", "target"),
    [
        ({"seq": "3"}, "(seq)"),
        ({"subject": "'variant:oak'", "revision": "2"}, "(subject, revision)"),
        ({"idempotency_key": "'key-1'"}, "(actor, idempotency_key) WHERE idempotency_key IS NOT NULL"),
    ],
    ids=["seq", "revision", "request"],
)
def test_no_upsert_changes_an_entry(raw, other, target):
    more = f"ON CONFLICT {target} DO UPDATE SET actor = 'mallory'"
    refused(raw, insert(NEXT | other, more), "must be|key")


def test_second_row_of_one_insert_is_guarded_too(raw):
    raw.execute(f"INSERT INTO body VALUES ('newer', {SALT}, '')")
    second = ", ".join((NEXT | {"seq": "3", "subject": "'template:newer'", "body_sha256": "'newer'"}).values())
    refused(raw, insert(NEXT, f", ({second})"), "seq must be")


def test_no_body_slips_in(raw):
    for rest, why in {
        f"SELECT body_sha256, {SALT}, '' FROM body WHERE body_sha256 <> 'new' LIMIT 1": "this hash",
        f"SELECT body_sha256, {SALT}, '' FROM body LIMIT 1 ON CONFLICT (body_sha256) DO UPDATE SET bytes = ''": "this hash",
        "VALUES ('other', decode(repeat('00', 15), 'hex'), '')": "16 bytes",
        "VALUES ('other', NULL, '')": "16 bytes",
    }.items():
        refused(raw, f"INSERT INTO body {rest}", why)


def test_no_setting_lets_a_change_through(raw):
    raw.execute("SET session_replication_role = replica")  # so replication switches ordinary triggers off
    refused(raw, "UPDATE entry SET actor = 'mallory'", "never changes")
    refused(raw, "TRUNCATE body", "never removed")
    refused(raw, insert(NEXT | {"seq": "9"}), "seq must be")


def test_a_temporary_table_does_not_stand_in_for_the_record(raw):
    ((schema,),) = raw.execute("SELECT current_schema()")
    raw.execute("CREATE TEMPORARY TABLE entry (LIKE entry)")
    refused_one = insert(NEXT | {"seq": "1"}).replace("INTO entry", f"INTO {schema}.entry")
    with pytest.raises(psycopg.IntegrityError, match="seq must be"):
        raw.execute(refused_one)


def test_another_search_path_does_not_lead_the_guards_astray(raw):
    ((schema,),) = raw.execute("SELECT current_schema()")
    raw.execute("SET search_path = pg_catalog")
    with pytest.raises(psycopg.IntegrityError, match="seq must be"):
        raw.execute(insert(NEXT | {"seq": "3"}).replace("INTO entry", f"INTO {schema}.entry"))
    raw.execute(insert(NEXT).replace("INTO entry", f"INTO {schema}.entry"))
