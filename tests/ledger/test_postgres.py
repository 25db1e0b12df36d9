"""What only a server can do: be away, refuse, hold something else, break off, or keep one waiting. Always told in words."""

import signal
import tempfile
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from cut_line import cut_at_commit

from registry.domain.refusal import Busy, Conflict, Damaged, NotARegistry, NotFound, Unreachable
from registry.ledger.entry import GENESIS, chain_after
from registry.ledger.postgres import PostgresLedger

SECRET = "s3cret"


@pytest.fixture
def place(postgres_place):
    """This module is about the server alone."""
    return postgres_place


def now():
    return datetime(2024, 6, 30, tzinfo=UTC)


def refusal_of(kind, url):
    with pytest.raises(kind) as refusal:
        PostgresLedger.open(url)
    assert refusal.value.hint
    return refusal.value


def test_an_empty_schema_says_how_to_make_a_registry(place):
    refusal = refusal_of(NotFound, place.address)
    assert "There is no registry at postgresql://outcomes@/outcomes?" in refusal.detail
    assert "`outcomes init`" in refusal.hint


def test_another_program_s_tables_are_no_registry_and_are_left_alone(place):
    with place.raw() as raw:
        raw.execute("CREATE TABLE entry (photo TEXT)")
    assert "tables of another program" in refusal_of(NotARegistry, place.address).detail
    with pytest.raises(Conflict, match="is not empty: there is entry") as refusal:
        place.create(network="Three Rivers", now=now)
    assert "search_path" in refusal.value.hint
    with place.raw() as raw:
        assert raw.execute("SELECT * FROM entry") == []
        assert raw.execute("SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace") == [
            (1,)
        ]


def test_making_never_touches_a_registry_that_is_there(place, filled):
    with pytest.raises(Conflict, match=r"There is a registry at .* already"):
        place.create(network="Other Rivers", now=now)
    assert filled.network == "Three Rivers"
    assert filled.verify().faults == ()


def test_a_making_that_fails_leaves_nothing(place):
    with pytest.raises(ValueError, match="UTF-8"):
        place.create(network="\ud800", now=now)
    refusal_of(NotFound, place.address)
    place.create(network="Three Rivers", now=now).close()


def test_two_makings_at_once_leave_one_registry(place):
    left = []

    def make(name):
        try:
            with closing(place.create(network=name, now=now)) as made:
                left.append(made.registry_id)
        except Conflict:
            left.append(None)

    threads = [threading.Thread(target=make, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(left) == 4
    (made,) = [found for found in left if found]
    with closing(place.open()) as ledger:
        assert (ledger.registry_id, ledger.head().seq, ledger.verify().faults) == (made, 1, ())


def test_two_registries_live_in_two_schemas_of_one_database(place, filled, postgres_server, request):
    other = f"{postgres_server.url()}&options=-csearch_path%3Dneighbour%2Cpublic"
    postgres_server.ask("CREATE SCHEMA neighbour", "outcomes")
    request.addfinalizer(lambda: postgres_server.ask("DROP SCHEMA neighbour CASCADE", "outcomes"))
    with closing(PostgresLedger.create(other, network="Neighbour", now=now)) as ledger:
        assert (ledger.head().seq, filled.head().seq) == (1, 7)
        with filled.writing(), ledger.writing():  # and each has a lock of its own
            pass


@pytest.mark.parametrize("version", [0, 2])
def test_another_format_is_refused(place, ledger, version):
    with place.raw() as raw:
        raw.execute(f"COMMENT ON TABLE entry IS 'outcome registry ledger, format {version}'")
    refusal = refusal_of(NotARegistry, place.address)
    assert f"has format {version}" in refusal.detail
    assert "newest version" in refusal.hint


def test_a_schema_that_is_not_there_is_named_as_such(postgres_server):
    assert "no schema" in refusal_of(NotARegistry, postgres_server.url(schema="nowhere")).detail


def test_a_database_without_utf_8_is_refused(postgres_server, request):
    postgres_server.ask("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    request.addfinalizer(lambda: postgres_server.ask("DROP DATABASE latin"))
    assert "keeps text as LATIN1" in refusal_of(NotARegistry, postgres_server.url("latin")).detail


def test_a_server_that_is_not_there_is_told_in_words_without_the_password():
    refusal = refusal_of(Unreachable, f"postgresql://maria:{SECRET}@/outcomes?host=/nowhere&sslpassword={SECRET}")
    assert "postgresql://maria@/outcomes?host=/nowhere cannot be opened" in refusal.detail
    assert refusal.retry
    assert SECRET not in refusal.detail + refusal.hint


def test_a_database_that_is_not_there_is_told_in_words(postgres_server):
    refusal = refusal_of(Unreachable, postgres_server.url("nowhere"))
    assert 'database "nowhere" does not exist' in refusal.detail


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://maria:{SECRET}@x@host/outcomes",
        f"postgresql://maria:{SECRET}/x@host/outcomes",
        f"postgresql://maria:{SECRET}%zz@host/outcomes",
        f"postgresql://maria:{SECRET}@host:no-port/outcomes",
        f"postgresql://maria:{SECRET}@host/outcomes?colour=red",
        f"postgresql://maria@host/outcomes?colour=red&password={SECRET}",
    ],
)
def test_an_address_that_cannot_be_read_does_not_show_its_password(address):
    refusal = refusal_of(NotARegistry, address)
    assert "no address that can be read" in refusal.detail
    assert "postgresql://USER@HOST/DATABASE" in refusal.hint
    assert SECRET not in refusal.detail + refusal.hint
    assert refusal.__cause__ is None  # the driver's own words may hold it


def test_who_may_not_read_the_tables_is_told_so(place, filled, postgres_server, request):
    postgres_server.ask("CREATE ROLE stranger LOGIN")
    with place.raw() as raw:
        ((schema,),) = raw.execute("SELECT current_schema()")
        raw.execute(f"GRANT USAGE ON SCHEMA {schema} TO stranger")

    def forget():
        postgres_server.ask("DROP OWNED BY stranger", "outcomes")
        postgres_server.ask("DROP ROLE stranger")

    request.addfinalizer(forget)
    stranger = place.address.replace("//outcomes@", "//stranger@")
    with closing(PostgresLedger.open(stranger)) as ledger, pytest.raises(NotARegistry, match="You may not use"):
        ledger.head()
    with pytest.raises(Conflict, match="already"):
        PostgresLedger.create(stranger, network="Other", now=now)


def test_what_is_acknowledged_is_on_the_disk_whatever_the_server_is_set_to(ledger):
    with ledger.writing() as writer:
        assert writer._store.select("SHOW synchronous_commit") == [("on",)]


def test_text_sorts_as_bytes_whatever_the_database_is_set_to(place, ledger):
    with place.raw() as raw:
        texts = raw.execute(
            "SELECT count(*), count(*) FILTER (WHERE collation_name = 'C') FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND data_type = 'text'"
        )
    assert texts == [(11, 11)]


@pytest.mark.parametrize("text", ["a\0b", "oak\0"])
def test_nothing_is_found_by_text_that_no_server_can_keep(filled, text):
    assert filled.newest(text) is None
    assert filled.find_action("maria", text) == ()
    with filled.writing() as writer:
        assert writer.revision_of(text) == 0
    with pytest.raises(NotFound, match="hash"):
        filled.body(text)


def test_a_statement_that_failed_within_a_write_is_never_taken_for_recorded(filled, draft):
    def append_and_swallow():
        with filled.writing() as writer:
            writer.append([draft("template:c")], actor="maria")
            with pytest.raises(psycopg.IntegrityError):
                writer._store.script("DELETE FROM entry")

    with pytest.raises(RuntimeError, match="none of it was recorded"):
        append_and_swallow()
    assert filled.head().seq == 7
    assert filled.verify().faults == ()


def test_missing_tables_are_damage_in_words(place, filled):
    with place.raw() as raw:
        raw.execute("DROP TABLE body")
    with pytest.raises(Damaged, match="cannot be read"):
        filled.body(filled.entry(3))
    assert [fault.seq for fault in filled.verify().faults][:1] == [0]


def test_a_reader_sees_an_action_whole_or_not_at_all(place, filled, draft):
    with closing(place.open()) as reader, filled.writing() as writer:
        writer.append([draft("template:c"), draft("template:d")], actor="maria")
        assert [entry.seq for entry in reader.entries(after=5)] == [6, 7]
        assert reader.verify().entries == 7


def test_an_impatient_writer_waits_a_little_and_then_is_busy(place, filled):
    with closing(place.open(patience=0.2)) as other, filled.writing():
        with pytest.raises(Busy, match=r"more than 0\.2 seconds"), other.writing():
            pass
        assert other.head().seq == 7  # and may go on reading


def backends(place):
    with place.raw() as raw:
        raw.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE application_name = 'outcomes' AND pid <> pg_backend_pid()"
        )


def test_a_read_goes_on_over_a_new_connection(place, filled):
    head = filled.head()
    backends(place)
    assert filled.head() == head
    backends(place)
    with filled.writing() as writer:
        assert writer.head == head


def test_a_write_whose_connection_is_lost_records_nothing_and_says_so(place, filled, draft):
    def lose():
        with filled.writing() as writer:
            writer.append([draft("template:c")], actor="maria")
            backends(place)
            writer.append([draft("template:d")], actor="maria")

    with pytest.raises(Unreachable, match="nothing was recorded"):
        lose()
    assert filled.head().seq == 7
    with filled.writing() as writer:
        writer.append([draft("template:c")], actor="maria")
    assert filled.verify().faults == ()


@pytest.mark.parametrize("delivered", [False, True], ids=["never heard", "heard and not answered"])
def test_a_write_whose_end_is_unknown_says_so_and_can_be_sent_again(place, filled, draft, postgres_server, delivered):
    def send(ledger):
        with ledger.writing() as writer:
            return writer.append([draft("template:c"), draft("template:d")], actor="jo", idempotency_key="again")

    with tempfile.TemporaryDirectory(prefix="line-") as folder:
        through = place.address.replace(str(postgres_server.folder), folder)
        with cut_at_commit(postgres_server.folder, Path(folder), delivered=delivered) as line:
            with closing(PostgresLedger.open(through)) as ledger:
                with pytest.raises(Unreachable, match="nobody can tell yet") as refusal:
                    send(ledger)
                assert "idempotency key" in refusal.value.hint
            assert line.cuts == 1
    first, second = send(filled)
    assert (first.seq, second.seq, filled.head().seq) == (8, 9, 9)
    assert filled.verify().faults == ()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["in order", "at once"])
def test_a_server_that_stops_and_comes_back_is_asked_again(place, filled, postgres_server, how):
    head = filled.head()
    postgres_server.stop(how)
    try:
        with pytest.raises(Unreachable, match="cannot be opened"):
            filled.head()
        with pytest.raises(Unreachable), filled.writing():
            pass
        refusal_of(Unreachable, place.address)
    finally:
        postgres_server.start()
    assert filled.head() == head
    assert filled.verify(head=head.chain).faults == ()


def test_a_ledger_that_was_closed_stays_closed(filled):
    filled.close()
    filled.close()
    with pytest.raises(Unreachable):
        filled.head()


def test_the_chain_of_a_server_follows_by_hand(place, filled):
    with place.raw() as raw:
        names = (
            "seq kind schema subject revision recorded_at actor action_id idempotency_key request_sha256 body_sha256"
        )
        rows = raw.execute(f"SELECT {', '.join(names.split())}, chain FROM entry ORDER BY seq")
    chain = GENESIS
    for *columns, stored in rows:
        chain = chain_after(chain, **dict(zip(names.split(), columns, strict=True)))
        assert chain == stored
    assert chain == filled.head().chain
