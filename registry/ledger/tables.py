"""The tables of an SQLite ledger, and the guards that let them only grow.

The guards stop mistakes of programs and of people with an SQL prompt. They do not stop somebody who drops them first;
that is what the chain is for. `tests/ledger/test_guards.py` holds every known way round them.

Three facts about SQLite shape them. ``INSERT OR REPLACE`` deletes the row in its way without asking the DELETE trigger,
so whatever may collide is refused before the insert. A table without an integer key has a hidden ``rowid``, and a
replace may collide on that alone. In a BEFORE trigger a ``rowid`` that was not given reads as -1, so a row at -1 would
block every later insert and is refused afterwards.

A body leaves in one way: an entry of kind ``redaction`` is recorded, a row of ``redaction`` names that entry for the
entry whose body is to go, and only then does the guard let it be deleted. Format 1 had no such table; it is added
when a ledger of that format is first written to.
"""

APPLICATION_ID = int.from_bytes(b"OUTC", "big")  # PRAGMA application_id: what kind of SQLite file this is
FORMAT = 2  # PRAGMA user_version: a file with a higher number was written by a newer program
OLDEST = 1  # the format before redactions, which is read as it is

TABLES = """
CREATE TABLE entry (
  seq             INTEGER PRIMARY KEY,
  kind            TEXT NOT NULL,
  schema          TEXT NOT NULL,
  subject         TEXT NOT NULL,
  revision        INTEGER NOT NULL,
  recorded_at     TEXT NOT NULL,
  actor           TEXT NOT NULL,
  action_id       TEXT NOT NULL,
  idempotency_key TEXT,
  request_sha256  TEXT,
  body_sha256     TEXT NOT NULL,
  chain           TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX entry_revision ON entry (subject, revision);
CREATE UNIQUE INDEX entry_recorded_at ON entry (recorded_at);
CREATE UNIQUE INDEX entry_body ON entry (body_sha256);
CREATE UNIQUE INDEX entry_request ON entry (actor, idempotency_key) WHERE idempotency_key IS NOT NULL;

CREATE TABLE body (
  body_sha256 TEXT NOT NULL PRIMARY KEY,
  salt        BLOB NOT NULL,
  bytes       BLOB NOT NULL
) STRICT;
"""

REDACTION = """
CREATE TABLE redaction (
  seq    INTEGER PRIMARY KEY,
  by_seq INTEGER NOT NULL
) STRICT;

CREATE TRIGGER redaction_never_changes BEFORE UPDATE ON redaction BEGIN
  SELECT RAISE(ABORT, 'a redaction never changes');
END;

CREATE TRIGGER redaction_never_leaves BEFORE DELETE ON redaction BEGIN
  SELECT RAISE(ABORT, 'a redaction is never removed');
END;

CREATE TRIGGER redaction_only_comes_new BEFORE INSERT ON redaction BEGIN
  SELECT RAISE(ABORT, 'the entry is redacted already')
    WHERE EXISTS (SELECT 1 FROM redaction WHERE seq = NEW.seq);
  SELECT RAISE(ABORT, 'only an entry of kind redaction redacts')
    WHERE NOT EXISTS (SELECT 1 FROM entry WHERE seq = NEW.by_seq AND kind = 'redaction');
  SELECT RAISE(ABORT, 'only an earlier entry can be redacted, and no first entry and no redaction')
    WHERE NOT EXISTS (
      SELECT 1 FROM entry WHERE seq = NEW.seq AND seq > 1 AND seq < NEW.by_seq AND kind <> 'redaction'
    );
END;
"""

BODY_NEVER_LEAVES = """
CREATE TRIGGER body_never_leaves BEFORE DELETE ON body BEGIN
  SELECT RAISE(ABORT, 'a body is never removed unless an entry redacts it')
    WHERE NOT EXISTS (SELECT 1 FROM entry JOIN redaction USING (seq) WHERE entry.body_sha256 = OLD.body_sha256);
END;
"""

GUARDS = """
CREATE TRIGGER entry_never_changes BEFORE UPDATE ON entry BEGIN
  SELECT RAISE(ABORT, 'an entry never changes');
END;

CREATE TRIGGER entry_never_leaves BEFORE DELETE ON entry BEGIN
  SELECT RAISE(ABORT, 'an entry is never removed');
END;

CREATE TRIGGER entry_only_follows BEFORE INSERT ON entry BEGIN
  SELECT RAISE(ABORT, 'seq must be the last plus one')
    WHERE NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM entry);
  SELECT RAISE(ABORT, 'revision must be the last of the subject plus one')
    WHERE NEW.revision IS NOT (SELECT coalesce(max(revision), 0) + 1 FROM entry WHERE subject = NEW.subject);
  SELECT RAISE(ABORT, 'recorded_at must be later than the last')
    WHERE NEW.recorded_at <= (SELECT max(recorded_at) FROM entry);
  SELECT RAISE(ABORT, 'this actor has used this idempotency key')
    WHERE EXISTS (SELECT 1 FROM entry WHERE actor = NEW.actor AND idempotency_key = NEW.idempotency_key);
  SELECT RAISE(ABORT, 'another entry has this body')
    WHERE EXISTS (SELECT 1 FROM entry WHERE body_sha256 = NEW.body_sha256);
  SELECT RAISE(ABORT, 'the body must be stored first')
    WHERE NOT EXISTS (SELECT 1 FROM body WHERE body_sha256 = NEW.body_sha256);
END;

CREATE TRIGGER body_never_changes BEFORE UPDATE ON body BEGIN
  SELECT RAISE(ABORT, 'a body never changes');
END;

CREATE TRIGGER body_only_comes_new BEFORE INSERT ON body BEGIN
  SELECT RAISE(ABORT, 'a body with this hash is stored')
    WHERE EXISTS (SELECT 1 FROM body WHERE body_sha256 = NEW.body_sha256);
  SELECT RAISE(ABORT, 'this row holds another body')
    WHERE EXISTS (SELECT 1 FROM body WHERE rowid = NEW.rowid);
  SELECT RAISE(ABORT, 'a salt has 16 bytes') WHERE length(NEW.salt) IS NOT 16;
END;

CREATE TRIGGER body_has_a_positive_row AFTER INSERT ON body WHEN NEW.rowid < 1 BEGIN
  SELECT RAISE(ABORT, 'a row number is positive');
END;
"""

UPGRADE = f"DROP TRIGGER IF EXISTS body_never_leaves; {REDACTION} {BODY_NEVER_LEAVES}"
"""What makes a ledger of format 1 one of format 2."""
