"""Tokens and grants as entries of the ledger: what opens, what has ceased to, and that no secret is kept."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from registry.actions.agreement import sign_variant
from registry.actions.grants import GrantOrder, add_grant, end_grant
from registry.actions.tokens import Issued, create_token, revoke_token
from registry.app import create_registry, open_registry
from registry.domain.actor import Actor, operator
from registry.domain.refusal import Invalid, NotAllowed, NotFound, TokenRefused
from registry.domain.token import TokenOrder
from registry.ledger.entry import Draft
from registry.ledger.instant import utc_now
from registry.ledger.sqlite import SqliteLedger
from registry.projection.access import actor_by_token, list_grants, list_tokens, token_of, true_cells
from registry.projection.files import Projection
from tests.actions.agreed import NAME, town

TODAY = utc_now().date()
EDITOR = Actor(name="ed", role="editor", community="alder")


@pytest.fixture
def alder(tmp_path: Path) -> Iterator[Projection]:
    with town(tmp_path) as projection:
        yield projection


def made(projection: Projection, *, by: Actor | None = None, **order: object) -> Issued:
    wanted = TokenOrder(**{"role": "network", **order})
    return create_token(projection, wanted, actor=by or operator(), today=TODAY)


def holder(projection: Projection, word: str, now: datetime | None = None) -> Actor:
    return actor_by_token(projection, word, now=lambda: now or utc_now())


def refused(projection: Projection, word: str, now: datetime | None = None) -> str:
    with pytest.raises(TokenRefused) as said:
        holder(projection, word, now)
    return f"{said.value.detail} {said.value.hint}"


def test_the_ledger_and_its_projection_hold_no_secret(alder: Projection, tmp_path: Path):
    issued = made(alder, role="partner", community="alder", partner="schools", name="Ana")
    revoke_token(alder, issued.token.id, actor=operator())
    alder.publish()
    alder.close()
    alder.ledger.close()
    assert re.fullmatch(r"outcomes_[0-9a-f]{12}_[0-9a-f]{72}", issued.word)
    secret = issued.word.rpartition("_")[2]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".db", ".duckdb"}
    for path in files:
        body = path.read_bytes()
        assert not any(secret[at : at + 16].encode() in body for at in range(0, 56, 8)), path
    assert issued.word not in repr(issued)


def test_a_partner_signs_by_its_token_and_its_name_stands_beside_it(alder: Projection):
    who = holder(alder, made(alder, role="partner", community="alder", partner="schools", name="Ana Ruiz").word)
    sign_variant(alder, NAME, partner="schools", by="Ana Ruiz", authority="Head", actor=who)
    assert alder.ledger.head().actor == who.name
    assert re.fullmatch(r"Ana Ruiz \(token [0-9a-f]{12}\)", who.name)
    with pytest.raises(NotAllowed):
        sign_variant(alder, NAME, partner="library", by="Ana Ruiz", authority="Head", actor=who)


def test_whatever_is_wrong_with_a_token_has_one_answer(alder: Projection, tmp_path: Path):
    revoked, voided = made(alder), made(alder)
    expired = made(alder, expires=TODAY)
    revoke_token(alder, revoked.token.id, actor=operator())
    with alder.ledger.writing() as writer:
        note = Draft(kind="tokens_voided", schema="tokens_voided/1", subject="tokens", body=b'{"reason":"restored"}')
        writer.append((note,), actor="operator")
    with closing(create_registry(tmp_path / "other.db", "Others")) as other, closing(other.ledger):
        elsewhere = made(other).word
    wrong = f"outcomes_{'0' * 12}_{'0' * 72}"
    after = utc_now() + timedelta(days=2)
    answers = {
        refused(alder, revoked.word),
        refused(alder, voided.word),
        refused(alder, expired.word, after),
        refused(alder, elsewhere),
        refused(alder, wrong),
        refused(alder, ""),
        refused(alder, revoked.word[:-1]),
    }
    assert len(answers) == 1
    fresh = made(alder)
    assert holder(alder, fresh.word).role == "network"
    states = {
        token.id: line.voided
        for line in list_tokens(alder.cursor(), alder.catch_up().seq)
        for token in [token_of(line)]
    }
    assert (states[voided.token.id], states[revoked.token.id], states[fresh.token.id]) == (True, True, False)


def test_a_token_of_another_registry_with_the_same_id_and_word_does_not_open(alder: Projection, tmp_path: Path):
    issued = made(alder)
    entry = alder.ledger.newest(f"token:{issued.token.id}")
    with closing(create_registry(tmp_path / "other.db", "Others")) as other, closing(other.ledger):
        with other.ledger.writing() as writer:
            copied = Draft(kind="token", schema="token/1", subject=entry.subject, body=alder.ledger.body(entry))
            writer.append((copied,), actor="operator")
        assert refused(other, issued.word)
    assert holder(alder, issued.word)


def test_a_clock_that_is_set_back_revives_no_token(alder: Projection):
    issued = made(alder, expires=TODAY)
    long_ago = datetime(2001, 1, 1, tzinfo=UTC)
    assert holder(alder, issued.word, long_ago)
    later = utc_now() + timedelta(days=3)
    with (
        closing(SqliteLedger.open(alder.ledger.path, now=lambda: later)) as ledger,
        closing(Projection(ledger, None)) as ahead,
    ):
        made(ahead)
    assert refused(alder, issued.word, long_ago)


def test_a_revoked_token_is_refused_at_the_next_request_of_every_process(alder: Projection):
    issued = made(alder)
    with closing(open_registry(alder.ledger.path)) as second, closing(second.ledger):
        assert holder(second, issued.word)
        revoke_token(alder, issued.token.id, actor=operator())
        assert refused(second, issued.word)
    again = revoke_token(alder, issued.word, actor=operator())
    assert not again.written


def test_a_token_survives_a_projection_that_was_deleted(alder: Projection):
    issued = made(alder, role="editor", community="alder", scope=("load", "read"), expires=date(2999, 1, 1))
    alder.publish()
    made(alder)
    with closing(open_registry(alder.ledger.path)) as again, closing(again.ledger):
        assert holder(again, issued.word) == holder(alder, issued.word)
        assert holder(again, issued.word).scope == ("load", "read")


def test_what_no_token_can_be_is_refused_with_every_finding_and_writes_nothing(alder: Projection):
    head = alder.ledger.head().seq
    with pytest.raises(Invalid) as said:
        made(alder, role="partner", partner=None, scope=("fly",))
    assert [fault.pointer for fault in said.value.findings] == ["/community", "/partner", "/scope/0"]
    with pytest.raises(NotFound, match="no community 'cedar'"):
        made(alder, role="editor", community="cedar")
    with pytest.raises(NotFound, match="names no partner 'clinic'"):
        made(alder, role="partner", community="alder", partner="clinic")
    assert alder.ledger.head().seq == head


def test_an_editor_gives_and_sees_and_revokes_tokens_of_the_own_community(alder: Projection):
    network = made(alder)
    own = made(alder, by=EDITOR, role="analyst")
    assert own.token.community == "alder"
    assert own.token.created_by == "ed"
    with pytest.raises(NotAllowed):
        made(alder, by=EDITOR, role="network")
    with pytest.raises(NotFound) as theirs:
        revoke_token(alder, network.token.id, actor=EDITOR)
    with pytest.raises(NotFound) as nobodys:
        revoke_token(alder, "0" * 12, actor=EDITOR)
    assert theirs.value.detail.replace(network.token.id, "0" * 12) == nobodys.value.detail
    assert theirs.value.hint == nobodys.value.hint
    assert revoke_token(alder, own.token.id, actor=EDITOR).written
    assert refused(alder, own.word)


def test_a_grant_opens_true_cells_until_it_ends_and_an_earlier_day_brings_nothing_back(alder: Projection):
    analyst = Actor(name="x", role="analyst")

    def open_to(who: Actor, line: int | None = None, **more: bool) -> set[str]:
        at = alder.ledger.head().seq if line is None else line
        return set(true_cells(alder, who, line=at, day=TODAY, **more))

    before = alder.ledger.head().seq
    assert open_to(analyst) == set()
    order = GrantOrder(community="alder", role="analyst", until=TODAY, reason="A study.")
    granted = add_grant(alder, order, actor=EDITOR, today=TODAY)
    assert open_to(analyst) == {"alder"}
    assert open_to(analyst, before) == set()
    assert open_to(Actor(name="x", role="public")) == set()
    name = granted.subject.removeprefix("grant:")
    assert end_grant(alder, name, actor=EDITOR).written
    assert not end_grant(alder, name, actor=EDITOR).written
    assert open_to(analyst) == open_to(analyst, granted.seq) == set()
    (line,) = list_grants(alder.cursor(), alder.catch_up().seq)
    assert (line.grant.ended, line.seq, line.actor) == (True, granted.seq, "ed")
    assert (open_to(operator()), open_to(operator(), unmasked=True)) == (set(), {"alder"})
    with pytest.raises(NotAllowed):
        open_to(EDITOR, unmasked=True)


def test_a_grant_without_a_reason_or_of_no_community_is_refused(alder: Projection):
    head = alder.ledger.head().seq
    with pytest.raises(Invalid):
        add_grant(alder, GrantOrder(community="alder", role="network", reason=" "), actor=EDITOR, today=TODAY)
    with pytest.raises(NotFound):
        add_grant(alder, GrantOrder(community="cedar", role="network", reason="x"), actor=operator(), today=TODAY)
    assert alder.ledger.head().seq == head
