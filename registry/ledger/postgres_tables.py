"""The tables of a PostgreSQL ledger, and the guards that let them only grow: what `registry/ledger/tables.py` is for SQLite.

The guards stop mistakes of programs and of people with an SQL prompt, and what comes through replication
(``ENABLE ALWAYS``). They do not stop an owner who drops them first; that is what the chain is for.
`tests/ledger/test_postgres_guards.py` holds every known way round them.

Three facts about PostgreSQL shape them. TRUNCATE asks no row's trigger, so it has one of its own. A trigger's function
looks for tables along the search path of whoever inserts, where a temporary table comes first unless the function brings a
path that says otherwise. Text sorts by the rules of some language unless its column says "C", and times must sort as bytes.
"""

FORMAT = 1
MARK = "outcome registry ledger, format "  # the comment on the table `entry`: what kind of database this is

TABLES = f"""
CREATE TABLE entry (
  seq             BIGINT PRIMARY KEY,
  kind            TEXT COLLATE "C" NOT NULL,
  schema          TEXT COLLATE "C" NOT NULL,
  subject         TEXT COLLATE "C" NOT NULL,
  revision        BIGINT NOT NULL,
  recorded_at     TEXT COLLATE "C" NOT NULL,
  actor           TEXT COLLATE "C" NOT NULL,
  action_id       TEXT COLLATE "C" NOT NULL,
  idempotency_key TEXT COLLATE "C",
  request_sha256  TEXT COLLATE "C",
  body_sha256     TEXT COLLATE "C" NOT NULL,
  chain           TEXT COLLATE "C" NOT NULL
);
COMMENT ON TABLE entry IS '{MARK}{FORMAT}';

CREATE UNIQUE INDEX entry_revision ON entry (subject, revision);
CREATE UNIQUE INDEX entry_recorded_at ON entry (recorded_at);
CREATE UNIQUE INDEX entry_body ON entry (body_sha256);
CREATE UNIQUE INDEX entry_request ON entry (actor, idempotency_key) WHERE idempotency_key IS NOT NULL;

CREATE TABLE body (
  body_sha256 TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  salt        BYTEA NOT NULL,
  bytes       BYTEA NOT NULL
);

CREATE TABLE redaction (
  seq    BIGINT PRIMARY KEY,
  by_seq BIGINT NOT NULL
);
"""

GUARDS = """
CREATE FUNCTION refuse_always() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $guard$
BEGIN
  RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'integrity_constraint_violation';
END $guard$;

CREATE FUNCTION entry_only_follows() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $guard$
DECLARE
  why TEXT := CASE
    WHEN NEW.seq IS DISTINCT FROM (SELECT coalesce(max(seq), 0) + 1 FROM entry)
      THEN 'seq must be the last plus one'
    WHEN NEW.revision IS DISTINCT FROM (SELECT coalesce(max(revision), 0) + 1 FROM entry WHERE subject = NEW.subject)
      THEN 'revision must be the last of the subject plus one'
    WHEN NEW.recorded_at <= (SELECT max(recorded_at) FROM entry)
      THEN 'recorded_at must be later than the last'
    WHEN EXISTS (SELECT 1 FROM entry WHERE actor = NEW.actor AND idempotency_key = NEW.idempotency_key)
      THEN 'this actor has used this idempotency key'
    WHEN EXISTS (SELECT 1 FROM entry WHERE body_sha256 = NEW.body_sha256)
      THEN 'another entry has this body'
    WHEN NOT EXISTS (SELECT 1 FROM body WHERE body_sha256 = NEW.body_sha256)
      THEN 'the body must be stored first'
  END;
BEGIN
  IF why IS NOT NULL THEN
    RAISE EXCEPTION USING MESSAGE = why, ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE FUNCTION body_only_comes_new() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $guard$
DECLARE
  why TEXT := CASE
    WHEN EXISTS (SELECT 1 FROM body WHERE body_sha256 = NEW.body_sha256) THEN 'a body with this hash is stored'
    WHEN octet_length(NEW.salt) IS DISTINCT FROM 16 THEN 'a salt has 16 bytes'
  END;
BEGIN
  IF why IS NOT NULL THEN
    RAISE EXCEPTION USING MESSAGE = why, ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE FUNCTION body_leaves_redacted() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $guard$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM entry JOIN redaction USING (seq) WHERE entry.body_sha256 = OLD.body_sha256) THEN
    RAISE EXCEPTION USING MESSAGE = 'a body is never removed unless an entry redacts it',
      ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN OLD;
END $guard$;

CREATE FUNCTION redaction_only_comes_new() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $guard$
DECLARE
  why TEXT := CASE
    WHEN EXISTS (SELECT 1 FROM redaction WHERE seq = NEW.seq) THEN 'the entry is redacted already'
    WHEN NOT EXISTS (SELECT 1 FROM entry WHERE seq = NEW.by_seq AND kind = 'redaction')
      THEN 'only an entry of kind redaction redacts'
    WHEN NOT EXISTS (
      SELECT 1 FROM entry WHERE seq = NEW.seq AND seq > 1 AND seq < NEW.by_seq AND kind <> 'redaction'
    ) THEN 'only an earlier entry can be redacted, and no first entry and no redaction'
  END;
BEGIN
  IF why IS NOT NULL THEN
    RAISE EXCEPTION USING MESSAGE = why, ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE TRIGGER entry_never_changes BEFORE UPDATE ON entry
  FOR EACH ROW EXECUTE FUNCTION refuse_always('an entry never changes');
CREATE TRIGGER entry_never_leaves BEFORE DELETE ON entry
  FOR EACH ROW EXECUTE FUNCTION refuse_always('an entry is never removed');
CREATE TRIGGER entry_never_emptied BEFORE TRUNCATE ON entry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_always('an entry is never removed');
CREATE TRIGGER entry_only_follows BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION entry_only_follows();
CREATE TRIGGER body_never_changes BEFORE UPDATE ON body
  FOR EACH ROW EXECUTE FUNCTION refuse_always('a body never changes');
CREATE TRIGGER body_never_leaves BEFORE DELETE ON body
  FOR EACH ROW EXECUTE FUNCTION body_leaves_redacted();
CREATE TRIGGER body_never_emptied BEFORE TRUNCATE ON body
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_always('a body is never removed');
CREATE TRIGGER body_only_comes_new BEFORE INSERT ON body FOR EACH ROW EXECUTE FUNCTION body_only_comes_new();
CREATE TRIGGER redaction_never_changes BEFORE UPDATE ON redaction
  FOR EACH ROW EXECUTE FUNCTION refuse_always('a redaction never changes');
CREATE TRIGGER redaction_never_leaves BEFORE DELETE ON redaction
  FOR EACH ROW EXECUTE FUNCTION refuse_always('a redaction is never removed');
CREATE TRIGGER redaction_never_emptied BEFORE TRUNCATE ON redaction
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_always('a redaction is never removed');
CREATE TRIGGER redaction_only_comes_new BEFORE INSERT ON redaction
  FOR EACH ROW EXECUTE FUNCTION redaction_only_comes_new();

ALTER TABLE entry ENABLE ALWAYS TRIGGER entry_never_changes;
ALTER TABLE entry ENABLE ALWAYS TRIGGER entry_never_leaves;
ALTER TABLE entry ENABLE ALWAYS TRIGGER entry_never_emptied;
ALTER TABLE entry ENABLE ALWAYS TRIGGER entry_only_follows;
ALTER TABLE body ENABLE ALWAYS TRIGGER body_never_changes;
ALTER TABLE body ENABLE ALWAYS TRIGGER body_never_leaves;
ALTER TABLE body ENABLE ALWAYS TRIGGER body_never_emptied;
ALTER TABLE body ENABLE ALWAYS TRIGGER body_only_comes_new;
ALTER TABLE redaction ENABLE ALWAYS TRIGGER redaction_never_changes;
ALTER TABLE redaction ENABLE ALWAYS TRIGGER redaction_never_leaves;
ALTER TABLE redaction ENABLE ALWAYS TRIGGER redaction_never_emptied;
ALTER TABLE redaction ENABLE ALWAYS TRIGGER redaction_only_comes_new;
"""
