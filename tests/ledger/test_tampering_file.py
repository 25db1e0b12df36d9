"""What can only happen to a file: bytes that are no text, bytes altered from below SQLite, pages blanked, an end cut off."""

from contextlib import closing

import pytest

from registry.domain.refusal import Damaged
from registry.ledger.entry import COLUMNS
from registry.ledger.sqlite import SqliteLedger

KEYED = 2  # the entry that has every column, and a whole ledger after it


@pytest.fixture
def place(sqlite_place):
    """This module is about the file alone."""
    return sqlite_place


@pytest.fixture
def raw(place, filled):
    """A connection of somebody who dropped the guards."""
    with place.raw() as connection:
        connection.drop_guards()
        yield connection


def blamed(ledger: SqliteLedger) -> list[int]:
    return [fault.seq for fault in ledger.verify().faults]


@pytest.mark.parametrize("column", [name for name in COLUMNS if name not in ("seq", "revision")])
def test_each_byte_that_is_no_text_is_found_and_blamed_on_its_entry(filled, raw, column):
    ((text,),) = raw.execute(f"SELECT CAST({column} AS BLOB) FROM entry WHERE seq = ?", (KEYED,))
    assert text
    for place in range(len(text)):
        altered = bytes((*text[:place], text[place] ^ 0x80, *text[place + 1 :]))
        raw.execute(f"UPDATE entry SET {column} = CAST(? AS TEXT) WHERE seq = ?", (altered, KEYED))
        assert set(blamed(filled)) == ({0, KEYED} if column == "body_sha256" else {KEYED}), f"byte {place}"


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
