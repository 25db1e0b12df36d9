import json
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from registry.domain.refusal import Busy, Damaged, KeyReused, NotFound
from registry.version import __version__


def test_first_entry_says_which_registry_this_is(ledger):
    first = ledger.head()
    assert (first.seq, first.kind, first.schema, first.subject) == (1, "registry", "registry/1", "registry")
    assert (first.revision, first.actor) == (1, "operator")
    assert json.loads(ledger.body(first)) == {
        "id": ledger.registry_id,
        "network": "Three Rivers",
        "program": __version__,
    }
    assert len(ledger.registry_id) == 32


def test_entries_of_one_action_share_its_id_and_only_the_first_has_the_key(filled):
    first, *rest = filled.find_action("maria", "key-1")
    assert [entry.subject for entry in (first, *rest)] == ["framework:a", "template:a", "template:b"]
    assert {entry.action_id for entry in rest} == {first.action_id}
    assert (first.idempotency_key, first.request_sha256) == ("key-1", "ab" * 32)
    assert {(entry.idempotency_key, entry.request_sha256) for entry in rest} == {(None, None)}


def test_actions_have_ids_of_their_own(filled):
    assert len({entry.action_id for entry in filled.entries()}) == 5


def test_revisions_count_within_a_subject(filled):
    assert [entry.revision for entry in filled.entries() if entry.subject == "variant:oak"] == [1, 2, 3]
    with filled.writing() as writer:
        assert writer.revision_of("variant:oak") == 3
        assert writer.revision_of("variant:elm") == 0


def test_writer_head_moves_with_its_appends(ledger, draft):
    with ledger.writing() as writer:
        assert writer.head == ledger.entry(1)
        (entry,) = writer.append([draft("template:a")], actor="maria")
        assert writer.head == entry
    assert ledger.head() == entry


def test_entries_are_bounded_on_both_sides(filled):
    assert [entry.seq for entry in filled.entries()] == [1, 2, 3, 4, 5, 6, 7]
    assert [entry.seq for entry in filled.entries(after=2, upto=5)] == [3, 4, 5]
    assert list(filled.entries(after=7)) == []


def test_entries_come_in_order_over_many_pages(ledger, draft):
    with ledger.writing() as writer:
        writer.append([draft(f"template:{number}") for number in range(1203)], actor="maria")
    assert [entry.seq for entry in ledger.entries()] == list(range(1, 1205))


def test_writing_while_entries_are_being_read(filled, draft):
    seen = []
    for entry in filled.entries():
        seen.append(entry.seq)
        with filled.writing() as writer:
            writer.append([draft("template:during")], actor="maria")
    assert seen == [1, 2, 3, 4, 5, 6, 7]
    assert filled.head().seq == 14


def test_missing_entry_is_not_found(ledger):
    with pytest.raises(NotFound, match="no entry 99"):
        ledger.entry(99)


def test_body_by_entry_and_by_hash(filled, draft):
    entry = filled.entry(3)
    assert filled.body(entry) == filled.body(entry.body_sha256) == draft("template:a").body


def test_body_that_no_entry_names_is_not_found(ledger):
    with pytest.raises(NotFound, match="hash 00"):
        ledger.body("00")


def test_same_bytes_stored_twice_have_hashes_of_their_own(filled):
    assert filled.entry(3).body_sha256 != filled.entry(4).body_sha256


def test_same_key_and_request_returns_what_is_stored(filled, draft):
    before = filled.find_action("maria", "key-1")
    with filled.writing() as writer:
        again = writer.append(
            [draft("template:other")], actor="maria", idempotency_key="key-1", request_sha256="ab" * 32
        )
    assert again == before
    assert filled.head().seq == 7


def test_same_key_and_another_request_is_refused(filled, draft):
    with filled.writing() as writer, pytest.raises(KeyReused, match="key-1"):
        writer.append([draft("template:c")], actor="maria", idempotency_key="key-1", request_sha256="cd" * 32)
    assert filled.head().seq == 7


def test_another_actor_may_use_the_same_key(filled, draft):
    assert filled.find_action("jo", "key-1") == ()
    with filled.writing() as writer:
        (entry,) = writer.append([draft("template:c")], actor="jo", idempotency_key="key-1")
    assert filled.find_action("jo", "key-1") == (entry,)


def test_an_action_without_drafts_is_a_mistake(ledger):
    with ledger.writing() as writer, pytest.raises(ValueError, match="at least one"):
        writer.append([], actor="maria")


def test_nothing_is_kept_of_a_block_that_raises(ledger, draft):
    def append_and_fail():
        with ledger.writing() as writer:
            writer.append([draft("template:a")], actor="maria")
            raise KeyError("a rule of the domain")

    with pytest.raises(KeyError):
        append_and_fail()
    assert ledger.head().seq == 1
    assert ledger.verify().faults == ()


def test_writing_inside_writing_is_a_mistake(ledger):
    with ledger.writing(), pytest.raises(RuntimeError, match="already"), ledger.writing():
        pass


def test_writer_waits_for_its_turn_only_so_long(place, ledger, draft):
    impatient = place.open(patience=0)
    with ledger.writing(), pytest.raises(Busy, match="more than 0 seconds"), impatient.writing():
        pass
    with impatient.writing() as writer:
        writer.append([draft("template:a")], actor="maria")
    impatient.close()
    assert ledger.head().seq == 2


def test_reader_is_not_held_up_by_a_writer(place, ledger, draft):
    with closing(place.open()) as reader:
        with ledger.writing() as writer:
            writer.append([draft("template:a")], actor="maria")
            assert reader.head().seq == 1
            with closing(place.open()) as newcomer:
                assert newcomer.head().seq == 1
        assert reader.head().seq == 2


@pytest.mark.parametrize("step", [timedelta(0), timedelta(seconds=-5)], ids=["stands", "goes back"])
def test_time_increases_though_the_clock_does_not(ledger, clock, step, draft):
    clock.step = step
    clock.reading = datetime(2024, 6, 30, 12, tzinfo=UTC)  # what the first entry was stamped with
    with ledger.writing() as writer:
        writer.append([draft("template:a"), draft("template:b")], actor="maria")
    with ledger.writing() as writer:
        writer.append([draft("template:c")], actor="maria")
    assert [entry.recorded_at for entry in ledger.entries()] == [
        "2024-06-30T12:00:00.000000Z",
        "2024-06-30T12:00:00.000001Z",
        "2024-06-30T12:00:00.000002Z",
        "2024-06-30T12:00:00.000003Z",
    ]


def test_time_is_utc_whatever_the_clock_shows(ledger, clock, draft):
    clock.reading = datetime.fromisoformat("2024-07-01T01:30:00.5+05:30")
    with ledger.writing() as writer:
        (entry,) = writer.append([draft("template:a")], actor="maria")
    assert entry.recorded_at == "2024-06-30T20:00:00.500000Z"


def test_a_clock_without_time_zone_records_nothing(ledger, clock, draft):
    clock.reading = datetime(2024, 7, 1)  # noqa: DTZ001 - the mistake under test
    with pytest.raises(ValueError, match="time zone"), ledger.writing() as writer:
        writer.append([draft("template:a")], actor="maria")
    assert ledger.head().seq == 1


def test_emptied_ledger_is_damaged(place, ledger):
    with place.raw() as raw:
        raw.drop_guards()
        raw.execute("DELETE FROM entry")
    with pytest.raises(Damaged, match="no entries"):
        ledger.head()
    with ledger.writing() as writer, pytest.raises(Damaged, match="no entries"):
        _ = writer.head


@pytest.mark.parametrize("text", ["a\0b", "\ud800"], ids=["NUL", "half a character"])
def test_text_that_not_every_ledger_can_keep_is_refused(ledger, draft, text):
    with ledger.writing() as writer:
        with pytest.raises(ValueError, match=r"NUL|utf-8|UTF-8"):
            writer.append([draft(f"template:{text}")], actor="maria")
        with pytest.raises(ValueError, match=r"NUL|utf-8|UTF-8"):
            writer.append([draft("template:a")], actor=text)
    assert ledger.head().seq == 1
    assert ledger.verify().faults == ()


def test_the_latest_entries_come_newest_first(filled):
    assert [entry.seq for entry in filled.latest(3, upto=7)] == [7, 6, 5]
    assert [entry.seq for entry in filled.latest(9, upto=2)] == [2, 1]
    assert [entry.seq for entry in filled.latest(2, upto=7, subject="variant:oak")] == [7, 6]
    assert [entry.seq for entry in filled.latest(2, upto=6, subject="variant:oak")] == [6, 5]
    assert filled.latest(2, upto=7, subject="variant:elm") == ()
