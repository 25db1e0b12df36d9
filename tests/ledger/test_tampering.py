"""Whoever alters the file past its guards is found out: each byte of each column, each entry or body that is gone."""

import sqlite3
from contextlib import closing

import pytest

from registry.domain.refusal import Damaged
from registry.ledger.entry import COLUMNS, GENESIS, Fault, chain_after
from registry.ledger.sqlite import SqliteLedger

GUARDS = (
    "entry_never_changes",
    "entry_never_leaves",
    "entry_only_follows",
    "body_never_changes",
    "body_never_leaves",
    "body_only_comes_new",
)
INDEXES = ("entry_revision", "entry_recorded_at", "entry_body", "entry_request")
KEYED = 2  # the entry that has every column, and a whole ledger after it


@pytest.fixture
def raw(filled):
    """A connection of somebody who dropped the guards, and the indexes that would stop one value or another."""
    with closing(sqlite3.connect(filled.path, isolation_level=None)) as connection:
        for guard in GUARDS:
            connection.execute(f"DROP TRIGGER {guard}")
        for index in INDEXES:
            connection.execute(f"DROP INDEX {index}")
        yield connection


def blamed(ledger: SqliteLedger, head: str | None = None) -> list[int]:
    return [fault.seq for fault in ledger.verify(head=head).faults]


def test_whole_ledger_has_no_fault(filled):
    verification = filled.verify()
    assert (verification.entries, verification.head, verification.faults) == (7, filled.head().chain, ())


@pytest.mark.parametrize("column", [name for name in COLUMNS if name not in ("seq", "revision")])
@pytest.mark.parametrize("mask", [0x01, 0x80], ids=["other text", "no text"])
def test_each_byte_of_each_text_column_is_found_and_blamed_on_its_entry(filled, raw, column, mask):
    (text,) = raw.execute(f"SELECT CAST({column} AS BLOB) FROM entry WHERE seq = ?", (KEYED,)).fetchone()
    assert text
    for place in range(len(text)):
        altered = bytes((*text[:place], text[place] ^ mask, *text[place + 1 :]))
        raw.execute(f"UPDATE entry SET {column} = CAST(? AS TEXT) WHERE seq = ?", (altered, KEYED))
        seqs = set(blamed(filled))
        # A hash that leads nowhere also leaves a body without an entry, which is told under number 0.
        assert seqs == ({0, KEYED} if column == "body_sha256" else {KEYED}), f"byte {place}"
    raw.execute(f"UPDATE entry SET {column} = CAST(? AS TEXT) WHERE seq = ?", (text, KEYED))
    assert blamed(filled) == []


@pytest.mark.parametrize("bit", range(63))
def test_each_bit_of_a_revision_is_found_and_blamed_on_its_entry(filled, raw, bit):
    raw.execute("UPDATE entry SET revision = (revision | ?1) - (revision & ?1) WHERE seq = 6", (1 << bit,))
    assert blamed(filled) == [6]


@pytest.mark.parametrize("bit", range(63))
def test_each_bit_of_a_number_is_found(filled, raw, bit):
    other = 6 ^ (1 << bit)
    raw.execute("UPDATE OR REPLACE entry SET seq = ? WHERE seq = 6", (other,))
    assert blamed(filled)


@pytest.mark.parametrize("column", ["idempotency_key", "request_sha256"])
def test_an_erased_column_is_found(filled, raw, column):
    raw.execute(f"UPDATE entry SET {column} = NULL WHERE seq = ?", (KEYED,))
    assert blamed(filled) == [KEYED]


@pytest.mark.parametrize("column", ["salt", "bytes"])
@pytest.mark.parametrize("mask", [0x01, 0x80])
def test_each_byte_of_a_body_is_found_and_blamed_on_its_entry(filled, raw, column, mask):
    digest = filled.entry(4).body_sha256
    (whole,) = raw.execute(f"SELECT {column} FROM body WHERE body_sha256 = ?", (digest,)).fetchone()
    for place in range(len(whole)):
        altered = bytes((*whole[:place], whole[place] ^ mask, *whole[place + 1 :]))
        raw.execute(f"UPDATE body SET {column} = ? WHERE body_sha256 = ?", (altered, digest))
        assert blamed(filled) == [4], f"byte {place}"
        with pytest.raises(Damaged, match="Entry 4: The body was altered"):
            filled.body(filled.entry(4))
        with pytest.raises(Damaged, match="Entry 4: The body was altered"):
            filled.body(digest)


def test_each_byte_of_a_body_s_hash_is_found(filled, raw):
    digest = filled.entry(4).body_sha256
    for place in range(len(digest)):
        altered = digest[:place] + chr(ord(digest[place]) ^ 1) + digest[place + 1 :]
        raw.execute("UPDATE body SET body_sha256 = ? WHERE body_sha256 = ?", (altered, digest))
        assert [fault.what for fault in filled.verify().faults] == [
            f"The body '{altered}' belongs to no entry.",
            "The body is missing.",
        ]
        raw.execute("UPDATE body SET body_sha256 = ? WHERE body_sha256 = ?", (digest, altered))


def test_a_byte_moved_from_the_body_to_its_salt_is_found(filled, raw):
    digest = filled.entry(4).body_sha256
    moved = "salt = CAST(salt || substr(bytes, 1, 1) AS BLOB), bytes = substr(bytes, 2)"
    raw.execute(f"UPDATE body SET {moved} WHERE body_sha256 = ?", (digest,))
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
    raw.execute("INSERT INTO body VALUES ('aa', zeroblob(16), x'00')")
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
    raw.executescript("DELETE FROM entry; DELETE FROM body;")
    verification = filled.verify()
    assert (verification.entries, verification.head) == (0, None)
    assert [fault.seq for fault in verification.faults] == [0]


def rechain(ledger: SqliteLedger, raw: sqlite3.Connection) -> None:
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
    raw.execute("UPDATE body SET bytes = x'00' WHERE rowid = 3")
    raw.execute("UPDATE entry SET kind = 'x', schema = 'y' WHERE seq = 4")
    raw.execute("UPDATE entry SET chain = 'x' WHERE seq = 6")
    assert blamed(filled) == [2, 3, 4, 6]


def test_text_cut_within_a_character_is_found(filled, raw, draft):
    """The sign for bytes that are no text could be what was recorded."""
    with filled.writing() as writer:
        writer.append([draft("template:\ufffd")], actor="maria")
    raw.execute("UPDATE entry SET subject = CAST(? AS TEXT) WHERE seq = 8", (b"template:\xef\xbf",))
    assert blamed(filled) == [8]


def test_text_that_is_no_text_is_damaged_when_read(filled, raw):
    raw.execute("UPDATE entry SET subject = CAST(x'ff' AS TEXT) WHERE seq = 4")
    with pytest.raises(Damaged, match="cannot be read"):
        filled.entry(4)
    with pytest.raises(Damaged, match="cannot be read"):
        list(filled.entries())


def test_a_damaged_first_entry_does_not_keep_the_ledger_from_being_opened_and_verified(filled, raw):
    raw.execute("UPDATE body SET bytes = x'00' WHERE rowid = 1")
    with closing(SqliteLedger.open(filled.path)) as ledger:
        assert blamed(ledger) == [1]
        with pytest.raises(Damaged, match="Entry 1"):
            _ = ledger.registry_id


def test_each_byte_of_the_file_that_holds_a_body_or_chain_is_found(filled):
    """The same from below SQLite: bytes of the file itself."""
    needles = [filled.body(filled.entry(7)), filled.entry(7).chain.encode(), b"variant:oak"]
    path = filled.path
    filled.close()
    whole = path.read_bytes()
    for needle in needles:
        for place in range(whole.rindex(needle), whole.rindex(needle) + len(needle)):
            path.write_bytes(bytes((*whole[:place], whole[place] ^ 0x01, *whole[place + 1 :])))
            with closing(SqliteLedger.open(path)) as ledger:
                assert ledger.verify().faults, f"byte {place}"


def test_each_page_of_the_file_is_missed_when_it_is_blank(filled):
    path = filled.path
    filled.close()
    whole = path.read_bytes()
    for start in range(4096, len(whole), 4096):
        path.write_bytes(whole[:start] + bytes(4096) + whole[start + 4096 :])
        try:
            with closing(SqliteLedger.open(path)) as ledger:
                assert ledger.verify().faults, f"page {start // 4096}"
        except Damaged:  # the tables' own definitions stand on that page
            continue


def test_a_file_cut_off_is_damaged(filled):
    path = filled.path
    filled.close()
    path.write_bytes(path.read_bytes()[:-4096])
    with pytest.raises(Damaged, match="damaged and cannot be opened"):
        SqliteLedger.open(path)
