"""What a server keeps of a redacted body: nothing in its tables' files once they were written anew, or it says why not."""

from contextlib import closing, contextmanager

import psycopg
import pytest
from uploads import CANARY, REFUSED, WRONG, redact

from registry.domain.refusal import Busy, NotARegistry
from registry.ledger.entry import Gone
from registry.ledger.postgres import PostgresLedger


@pytest.fixture
def place(postgres_place):
    """This module is about the server alone."""
    return postgres_place


@pytest.fixture
def kept(place, postgres_server):
    """In how many files of this registry's tables the canary stands, on the disk."""

    def count():
        postgres_server.ask("CHECKPOINT")
        with place.raw() as raw:
            paths = raw.execute(
                "SELECT pg_relation_filepath(oid) FROM pg_class WHERE relkind IN ('r', 't', 'i')"
                " AND (relnamespace = current_schema()::regnamespace"
                " OR oid IN (SELECT reltoastrelid FROM pg_class WHERE relnamespace = current_schema()::regnamespace))"
            )
        files = [postgres_server.folder / "data" / path for (path,) in paths]
        assert len(files) > 6
        return sum(CANARY in path.read_bytes() for path in files)

    return count


@contextmanager
def reading(place, query):
    """Somebody whose read goes on, of one state of everything."""
    with place.raw() as reader:
        reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        reader.execute(query)
        yield


def test_not_a_byte_of_a_redacted_body_stays_in_the_tables_files(uploaded, kept):
    assert kept() > 0
    head = uploaded.head().chain
    redact(uploaded, *WRONG)
    assert kept() > 0
    uploaded.erase()
    assert kept() == 0
    found = uploaded.verify(head=head)
    assert (found.faults, found.redacted) == ((), tuple(Gone(seq, 96) for seq in WRONG))


@pytest.mark.parametrize("table", ["body", "entry"])
def test_a_read_that_goes_on_keeps_traces_and_doing_it_again_finishes(place, uploaded, kept, table):
    with closing(place.open(patience=0.2)) as impatient:
        with reading(place, f"SELECT count(*) FROM {table}"):
            redact(impatient, *WRONG)
            with pytest.raises(Busy, match="traces") as refusal:
                impatient.erase()
            assert "give the same command again" in refusal.value.hint
            assert kept() > 0
        impatient.erase()
        assert kept() == 0
        with impatient.writing() as writer:  # and nothing of the short patience stays behind
            assert writer._store.select("SELECT count(*) FROM body") == [(92,)]


def test_who_may_redact_and_is_not_the_owner_is_told_that_traces_stay(place, uploaded, postgres_server, request):
    postgres_server.ask("CREATE ROLE clerk LOGIN")

    def forget():
        postgres_server.ask("DROP OWNED BY clerk", "outcomes")
        postgres_server.ask("DROP ROLE clerk")

    request.addfinalizer(forget)
    with place.raw() as raw:
        ((schema,),) = raw.execute("SELECT current_schema()")
        raw.execute(f"GRANT USAGE ON SCHEMA {schema} TO clerk")
        raw.execute(f"GRANT SELECT, INSERT, DELETE ON ALL TABLES IN SCHEMA {schema} TO clerk")
    with closing(PostgresLedger.open(place.address.replace("//outcomes@", "//clerk@"))) as ledger:
        redact(ledger, 2)
        with pytest.raises(NotARegistry, match="may not write the table body") as refusal:
            ledger.erase()
    assert "user who made it" in refusal.value.hint
    uploaded.erase()
    assert uploaded.verify().redacted == (Gone(2, 96),)


ROUND = {
    "empty the redactions": "TRUNCATE redaction",
    "empty everything": "TRUNCATE entry, body, redaction CASCADE",
    "take one back by merging": (
        "MERGE INTO redaction USING (SELECT 2 AS other) AS s ON seq = other WHEN MATCHED THEN DELETE"
    ),
    "take one back in a query": "WITH gone AS (DELETE FROM redaction RETURNING *) SELECT count(*) FROM gone",
    "ascribe one to itself": "UPDATE redaction SET by_seq = by_seq",
}


@pytest.mark.parametrize("statement", ROUND.values(), ids=ROUND)
@pytest.mark.parametrize("role", ["origin", "replica"])
def test_no_way_round_the_guards_and_no_setting_takes_a_redaction_back(place, uploaded, statement, role):
    redact(uploaded, 2)
    with place.raw() as raw:
        raw.execute(f"SET session_replication_role = {role}")
        with pytest.raises(REFUSED, match="never"):
            raw.execute(statement)
    assert uploaded.verify().redacted == (Gone(2, 96),)


def test_a_temporary_table_does_not_stand_in_for_the_redactions(place, uploaded):
    with place.raw() as raw:
        ((schema,),) = raw.execute("SELECT current_schema()")
        raw.execute("CREATE TEMPORARY TABLE redaction (seq BIGINT, by_seq BIGINT)")
        raw.execute("INSERT INTO redaction VALUES (3, 5)")
        with pytest.raises(psycopg.IntegrityError, match="unless an entry redacts it"):
            raw.execute(
                f"DELETE FROM {schema}.body WHERE body_sha256 = (SELECT body_sha256 FROM {schema}.entry WHERE seq = 3)"
            )
    assert uploaded.verify().faults == ()
