import hashlib

import pytest

from registry.ledger.contract import Ledger
from registry.ledger.entry import GENESIS, Entry, body_digest, canonical, chain_after

COLUMNS = {
    "seq": 1,
    "kind": "registry",
    "schema": "registry/1",
    "subject": "registry",
    "revision": 1,
    "recorded_at": "2024-06-30T12:00:00.000000Z",
    "actor": "María",
    "action_id": "0123",
    "idempotency_key": None,
    "request_sha256": None,
    "body_sha256": "ff",
}

# The same columns as RFC 8785 writes them, spelled out by hand.
LINE = (
    '{"action_id":"0123","actor":"María","body_sha256":"ff","idempotency_key":null,"kind":"registry",'
    '"recorded_at":"2024-06-30T12:00:00.000000Z","request_sha256":null,"revision":1,"schema":"registry/1","seq":1,'
    '"subject":"registry"}'
)


def test_chain_value_is_the_hash_of_the_previous_one_and_all_other_columns():
    assert chain_after("0" * 64, **COLUMNS) == hashlib.sha256(b"0" * 64 + LINE.encode()).hexdigest()


def test_chain_value_of_a_fixed_entry_never_changes_between_programs():
    assert chain_after(GENESIS, **COLUMNS) == "b45aa32b4112f0241ce62bbf95d563e23e65ac09fdd2f981fd8f26a3d408659b"


@pytest.mark.parametrize("column", sorted(COLUMNS))
def test_chain_value_depends_on_every_column(column):
    altered = COLUMNS | {column: 2 if isinstance(COLUMNS[column], int) else "x"}
    assert chain_after(GENESIS, **altered) != chain_after(GENESIS, **COLUMNS)


def test_chain_value_depends_on_the_previous_one():
    assert chain_after("1" * 64, **COLUMNS) != chain_after(GENESIS, **COLUMNS)


def test_chain_covers_every_column_but_itself():
    assert set(COLUMNS) == set(Entry.__struct_fields__) - {"chain"}
    with pytest.raises(ValueError, match="chain covers"):
        chain_after(GENESIS, **{name: value for name, value in COLUMNS.items() if name != "actor"})
    with pytest.raises(ValueError, match="chain covers"):
        chain_after(GENESIS, **COLUMNS, chain="00")


def test_body_digest_is_over_salt_then_bytes():
    salt = bytes(range(16))
    assert body_digest(salt, b"body") == hashlib.sha256(salt + b"body").hexdigest()


def test_a_byte_cannot_move_between_salt_and_body():
    with pytest.raises(ValueError, match="16 bytes"):
        body_digest(bytes(range(15)), b"\x0fbody")


def test_canonical_is_rfc_8785():
    document = {"€": 1, "\r": 2, "1": [1.0, 1e21, 0.000001, -0.0, 333333333.33333329], "\U0001f600": "a\u000f\n/"}
    assert canonical(document) == (
        '{"\\r":2,"1":[1,1e+21,0.000001,0,333333333.3333333],"€":1,"\U0001f600":"a\\u000f\\n/"}'.encode()
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, "\ud800"])
def test_canonical_refuses_what_json_cannot_say(value):
    with pytest.raises(ValueError, match=r".+"):
        canonical({"value": value})


def test_stored_chain_follows_by_hand(filled: Ledger):
    previous = "0" * 64
    for entry in filled.entries():
        columns = {name: getattr(entry, name) for name in sorted(COLUMNS)}
        assert entry.chain == hashlib.sha256(previous.encode() + canonical(columns)).hexdigest()
        previous = entry.chain
    assert previous == filled.head().chain
