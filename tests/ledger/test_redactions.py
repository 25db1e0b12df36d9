"""A body leaves the ledger in one way only, by an entry that names it, and the chain stays whole: in a file and on a server.

What stays of it in a ledger's files is held by `test_redactions_file.py` and `test_redactions_server.py`.
"""

import threading
from contextlib import closing

import pytest
from uploads import REFUSED, SMALL, WRONG, redact

from registry.domain.refusal import Redacted
from registry.ledger.entry import Gone


def test_a_redacted_body_is_refused_with_the_entry_that_says_why(uploaded):
    redact(uploaded, 2)
    with pytest.raises(Redacted, match="Entry 2 was redacted by entry 96") as refusal:
        uploaded.body(uploaded.entry(2))
    assert (refusal.value.seq, refusal.value.by) == (2, 96)
    with pytest.raises(Redacted):
        uploaded.body(uploaded.entry(2).body_sha256)
    assert (uploaded.redacted_by(2), uploaded.redacted_by(3), uploaded.last_redaction()) == (96, None, 96)


def test_writing_goes_on_behind_a_redaction(uploaded, draft):
    redact(uploaded, *WRONG)
    uploaded.erase()
    with uploaded.writing() as writer:
        writer.append([draft("template:a", b"corrected")], actor="jo")
    assert uploaded.verify().faults == ()


def test_a_redaction_that_fails_takes_nothing(uploaded):
    before = uploaded.head()
    for seqs in ((2, 1), (2, 2), (2, 500), (2, 96)):
        with pytest.raises(REFUSED, match="redact"):
            redact(uploaded, *seqs)
        assert uploaded.head() == before
        assert uploaded.body(uploaded.entry(2)) == SMALL
        assert uploaded.verify().faults == ()


def test_no_redaction_is_redacted_and_none_twice(uploaded):
    first = redact(uploaded, 2)
    for seqs in ((first.seq,), (2,)):
        with pytest.raises(REFUSED, match="redact"):
            redact(uploaded, *seqs)
    assert uploaded.verify().redacted == (Gone(2, first.seq),)


OF_ENTRY_3 = "WHERE body_sha256 = (SELECT body_sha256 FROM entry WHERE seq = 3)"

RAW = {
    "delete a body that nobody redacted": f"DELETE FROM body {OF_ENTRY_3}",
    "delete every body": "DELETE FROM body",
    "take a redaction back": "DELETE FROM redaction",
    "ascribe a redaction to another entry": "UPDATE redaction SET by_seq = 5",
    "redact by an entry that is no redaction": "INSERT INTO redaction VALUES (3, 5)",
    "redact by an entry that is not there": "INSERT INTO redaction VALUES (3, 500)",
    "redact what is redacted, by another entry": "INSERT INTO redaction VALUES (2, 96) ON CONFLICT (seq) DO UPDATE SET by_seq = 5",
    "redact the first entry": "INSERT INTO redaction VALUES (1, 96)",
    "redact a redaction": "INSERT INTO redaction VALUES (96, 96)",
    "redact nothing": "INSERT INTO redaction VALUES (NULL, 96)",
    "redact an entry that is not there": "INSERT INTO redaction VALUES (-1, 96)",
}


@pytest.mark.parametrize("statement", RAW.values(), ids=RAW)
def test_the_tables_refuse_every_other_way(place, uploaded, statement):
    redact(uploaded, 2)
    with place.raw() as raw, pytest.raises(REFUSED, match=r"redact|never removed"):
        raw.execute(statement)
    assert uploaded.verify().faults == ()
    assert uploaded.verify().redacted == (Gone(2, 96),)


FORGED = {
    "a body deleted and ascribed to a redaction": (
        ["INSERT INTO redaction VALUES (3, 96)", f"DELETE FROM body {OF_ENTRY_3}"],
        {3: "does not name it"},
    ),
    "a redaction ascribed to another entry": (
        ["UPDATE redaction SET by_seq = 7"],
        {2: "does not name it", 96: "not marked"},
    ),
    "a redaction taken back": (["DELETE FROM redaction"], {2: "The body is missing", 96: "not marked"}),
    "a body put back": (
        [f"INSERT INTO body SELECT (SELECT body_sha256 FROM entry WHERE seq = 2), salt, bytes FROM body {OF_ENTRY_3}"],
        {2: "still there"},
    ),
    "the redaction's own body altered": (
        [
            "UPDATE body SET bytes = salt WHERE body_sha256 = (SELECT body_sha256 FROM entry WHERE seq = 96)",
        ],
        {2: "does not name it", 96: "was altered"},
    ),
    "a redaction of no entry": (["INSERT INTO redaction VALUES (700, 96)"], {0: "is not there"}),
}


@pytest.mark.parametrize(("statements", "told"), FORGED.values(), ids=FORGED)
def test_a_forged_redaction_is_found(place, uploaded, statements, told):
    redact(uploaded, 2)
    with place.raw() as raw:
        raw.drop_guards()
        for statement in statements:
            raw.execute(statement)
    faults = uploaded.verify().faults
    assert {fault.seq for fault in faults} == set(told)
    for seq, words in told.items():
        assert any(words in fault.what for fault in faults if fault.seq == seq), faults


def test_a_redaction_that_names_more_than_it_took_is_found(uploaded):
    redact(uploaded, 2, named=(2, 3))
    assert [(fault.seq, fault.what) for fault in uploaded.verify().faults] == [
        (96, "It redacts entry 3, which is not marked as redacted by it.")
    ]


def test_writers_go_on_while_it_is_erased(place, uploaded, draft):
    redact(uploaded, *WRONG)

    def write() -> None:
        with closing(place.open()) as other:
            for _ in range(20):
                with other.writing() as writer:
                    writer.append([draft("template:other")], actor="other")

    writer = threading.Thread(target=write)
    writer.start()
    for _ in range(3):
        uploaded.erase()
    writer.join()
    found = uploaded.verify()
    assert (found.faults, found.entries) == ((), 116)
