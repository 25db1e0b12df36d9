"""Whoever alters the file past its guards is found out: each byte of each column, each entry or body that is gone."""

from contextlib import closing

import pytest
from places import Raw

from registry.domain.refusal import Damaged
from registry.ledger.contract import Ledger
from registry.ledger.entry import COLUMNS, GENESIS, Fault, chain_after

KEYED = 2  # the entry that has every column, and a whole ledger after it


@pytest.fixture
def raw(place, filled):
    """A connection of somebody who dropped the guards, and the indexes that would stop one value or another."""
    with place.raw() as connection:
        connection.drop_guards()
        yield connection


def blamed(ledger: Ledger, head: str | None = None) -> list[int]:
    return [fault.seq for fault in ledger.verify(head=head).faults]


def test_whole_ledger_has_no_fault(filled):
    verification = filled.verify()
    assert (verification.entries, verification.head, verification.faults) == (7, filled.head().chain, ())


@pytest.mark.parametrize("column", [name for name in COLUMNS if name not in ("seq", "revision")])
def test_each_letter_of_each_text_column_is_found_and_blamed_on_its_entry(place, filled, raw, column):
    text = getattr(filled.entry(KEYED), column)
    assert text
    for at in range(0, len(text), 9 if place.server else 1):  # the walk is the same over both, and a server is slower
        altered = f"{text[:at]}{chr(ord(text[at]) ^ 1)}{text[at + 1 :]}"
        raw.execute(f"UPDATE entry SET {column} = ? WHERE seq = ?", (altered, KEYED))
        seqs = set(blamed(filled))
        # A hash that leads nowhere also leaves a body without an entry, which is told under number 0.
        assert seqs == ({0, KEYED} if column == "body_sha256" else {KEYED}), f"letter {at}"
    raw.execute(f"UPDATE entry SET {column} = ? WHERE seq = ?", (text, KEYED))
    assert blamed(filled) == []


def test_each_bit_of_a_revision_is_found_and_blamed_on_its_entry(place, filled, raw):
    revision = filled.entry(6).revision
    for bit in range(0, 63, 9 if place.server else 1):
        raw.execute("UPDATE entry SET revision = ? WHERE seq = 6", (revision ^ (1 << bit),))
        assert blamed(filled) == [6], f"bit {bit}"


def test_each_bit_of_a_number_is_found(place, filled, raw):
    for bit in range(3, 63, 9 if place.server else 1):
        other = 6 ^ (1 << bit)
        raw.execute("UPDATE entry SET seq = ? WHERE seq = 6", (other,))
        assert blamed(filled), f"bit {bit}"
        raw.execute("UPDATE entry SET seq = 6 WHERE seq = ?", (other,))
    assert blamed(filled) == []


@pytest.mark.parametrize("other", [7, 4, 2])
def test_an_entry_in_the_place_of_another_is_found(filled, raw, other):
    raw.execute("DELETE FROM entry WHERE seq = ?", (other,))
    raw.execute("UPDATE entry SET seq = ? WHERE seq = 6", (other,))
    assert blamed(filled)


@pytest.mark.parametrize("column", ["idempotency_key", "request_sha256"])
def test_an_erased_column_is_found(filled, raw, column):
    raw.execute(f"UPDATE entry SET {column} = NULL WHERE seq = ?", (KEYED,))
    assert blamed(filled) == [KEYED]


@pytest.mark.parametrize("column", ["salt", "bytes"])
@pytest.mark.parametrize("mask", [0x01, 0x80])
def test_each_byte_of_a_body_is_found_and_blamed_on_its_entry(filled, raw, column, mask):
    digest = filled.entry(4).body_sha256
    ((whole,),) = raw.execute(f"SELECT {column} FROM body WHERE body_sha256 = ?", (digest,))
    for place in range(len(whole)):
        altered = bytes((*whole[:place], whole[place] ^ mask, *whole[place + 1 :]))
        raw.execute(f"UPDATE body SET {column} = ? WHERE body_sha256 = ?", (altered, digest))
        assert blamed(filled) == [4], f"byte {place}"
        with pytest.raises(Damaged, match="Entry 4: The body was altered"):
            filled.body(filled.entry(4))
        with pytest.raises(Damaged, match="Entry 4: The body was altered"):
            filled.body(digest)


def test_each_byte_of_a_body_s_hash_is_found(place, filled, raw):
    digest = filled.entry(4).body_sha256
    for at in range(0, len(digest), 9 if place.server else 1):
        altered = digest[:at] + chr(ord(digest[at]) ^ 1) + digest[at + 1 :]
        raw.execute("UPDATE body SET body_sha256 = ? WHERE body_sha256 = ?", (altered, digest))
        assert [fault.what for fault in filled.verify().faults] == [
            f"The body '{altered}' belongs to no entry.",
            "The body is missing.",
        ]
        raw.execute("UPDATE body SET body_sha256 = ? WHERE body_sha256 = ?", (digest, altered))


def test_a_byte_moved_from_the_body_to_its_salt_is_found(filled, raw):
    digest = filled.entry(4).body_sha256
    ((salt, body),) = raw.execute("SELECT salt, bytes FROM body WHERE body_sha256 = ?", (digest,))
    raw.execute("UPDATE body SET salt = ?, bytes = ? WHERE body_sha256 = ?", (salt + body[:1], body[1:], digest))
    assert blamed(filled) == [4]


def test_two_bodies_exchanged_are_found(filled, raw):
    one, two = filled.entry(3).body_sha256, filled.entry(4).body_sha256
    for old, new in ((one, "x"), (two, one), ("x", two)):
        raw.execute("UPDATE body SET body_sha256 = ? WHERE body_sha256 = ?", (new, old))
    assert blamed(filled) == [3, 4]


def test_two_entries_exchanged_are_found(filled, raw):
    for old, new in ((3, 99), (4, 3), (99, 4)):
        raw.execute("UPDATE entry SET seq = ? WHERE seq = ?", (new, old))
    assert 3 in blamed(filled)


def test_a_missing_body_is_found(filled, raw):
    digest = filled.entry(4).body_sha256
    raw.execute("DELETE FROM body WHERE body_sha256 = ?", (digest,))
    assert filled.verify().faults == (Fault(4, "The body is missing."),)
    with pytest.raises(Damaged, match="Entry 4: The body is missing"):
        filled.body(digest)


def test_a_body_of_no_entry_is_found(filled, raw):
    raw.execute("INSERT INTO body VALUES ('aa', ?, ?)", (bytes(16), b"x"))
    assert filled.verify().faults == (Fault(0, "The body 'aa' belongs to no entry."),)


def test_missing_entries_in_the_middle_are_found(filled, raw):
    raw.execute("DELETE FROM entry WHERE seq IN (3, 4, 6)")
    raw.execute("DELETE FROM body WHERE body_sha256 NOT IN (SELECT body_sha256 FROM entry)")
    five, seven = filled.verify().faults
    assert (five.seq, seven.seq) == (5, 7)
    assert "Entries 3 to 4 are missing" in five.what
    assert "Entry 6 is missing" in seven.what


def test_a_missing_first_entry_is_found(filled, raw):
    raw.execute("DELETE FROM entry WHERE seq = 1")
    assert blamed(filled) == [0, 2]


def test_missing_last_entries_are_found_only_by_who_kept_a_head(filled, raw):
    kept = filled.head().chain
    raw.execute("DELETE FROM entry WHERE seq > 5")
    raw.execute("DELETE FROM body WHERE body_sha256 NOT IN (SELECT body_sha256 FROM entry)")
    assert blamed(filled) == []
    (fault,) = filled.verify(head=kept).faults
    assert fault.seq == 0
    assert kept in fault.what


def test_a_kept_head_is_found_wherever_it_stands(filled):
    for entry in filled.entries():
        assert blamed(filled, head=f" {entry.chain.upper()}\n") == []


def test_an_emptied_ledger_is_found(filled, raw):
    raw.execute("DELETE FROM entry")
    raw.execute("DELETE FROM body")
    verification = filled.verify()
    assert (verification.entries, verification.head) == (0, None)
    assert [fault.seq for fault in verification.faults] == [0]


def rechain(ledger: Ledger, raw: Raw) -> None:
    """Make every chain value fit again, as somebody with the program at hand could."""
    previous = GENESIS
    for entry in list(ledger.entries()):
        columns = {name: getattr(entry, name) for name in COLUMNS if name != "chain"}
        previous = chain_after(previous, **columns)
        raw.execute("UPDATE entry SET chain = ? WHERE seq = ?", (previous, entry.seq))


def test_a_ledger_written_anew_is_found_only_by_who_kept_a_head(filled, raw):
    kept = filled.entry(4).chain
    raw.execute("UPDATE entry SET actor = 'mallory' WHERE seq = 3")
    rechain(filled, raw)
    assert blamed(filled) == []
    assert blamed(filled, head=kept) == [0]


@pytest.mark.parametrize("moment", ["2024-06-30T12:00:02.000000Z", "2001-01-01T00:00:00.000000Z"])
def test_a_time_that_does_not_increase_is_found_behind_a_fitting_chain(filled, raw, moment):
    raw.execute("UPDATE entry SET recorded_at = ? WHERE seq = 4", (moment,))
    rechain(filled, raw)
    assert blamed(filled) == [4]


def test_a_gap_in_revisions_is_found_behind_a_fitting_chain(filled, raw):
    raw.execute("UPDATE entry SET revision = 7 WHERE seq = 7")
    rechain(filled, raw)
    (fault,) = filled.verify().faults
    assert (fault.seq, fault.what) == (7, "Revision 7 of variant:oak follows revision 2, which it should not.")


def test_every_fault_is_named_not_only_the_first(filled, raw):
    raw.execute("UPDATE entry SET actor = 'mallory' WHERE seq = 2")
    raw.execute("UPDATE body SET bytes = ? WHERE body_sha256 = ?", (b"x", filled.entry(3).body_sha256))
    raw.execute("UPDATE entry SET kind = 'x', schema = 'y' WHERE seq = 4")
    raw.execute("UPDATE entry SET chain = 'x' WHERE seq = 6")
    assert blamed(filled) == [2, 3, 4, 6]


def test_a_damaged_first_entry_does_not_keep_the_ledger_from_being_opened_and_verified(place, filled, raw):
    raw.execute("UPDATE body SET bytes = ? WHERE body_sha256 = ?", (b"x", filled.entry(1).body_sha256))
    with closing(place.open()) as ledger:
        assert blamed(ledger) == [1]
        with pytest.raises(Damaged, match="Entry 1"):
            _ = ledger.registry_id
