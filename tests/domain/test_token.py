"""What a token is, what opens and what does not, and that nobody gives more than they have."""

from datetime import date
from hashlib import sha256
from itertools import product
from typing import get_args

import msgspec
import pytest

from registry.domain.actor import Actor, Role
from registry.domain.policy import SCOPES, TABLE, may, reaches, require
from registry.domain.refusal import NotAllowed, TokenRefused
from registry.domain.token import (
    Token,
    TokenOrder,
    TokenRole,
    holder_of,
    named_id,
    refuse_more,
    refused_token,
    token_digest,
    token_id,
    token_word,
    unfit_order,
)

DAY = date(2026, 1, 5)
WORD = token_word("0f3a9c1d2e4b", "ab" * 32)
KEPT = Token(
    id="0f3a9c1d2e4b", role="editor", community="alder", secret_sha256=token_digest("r1", WORD), created_by="operator"
)
ROLES = get_args(TokenRole)


def whoever(role: Role, **more: object) -> Actor:
    return Actor(**{"name": "x", "role": role, "community": "alder", "partner": "schools", **more})


def order(role: TokenRole, **more: object) -> TokenOrder:
    community = {"community": "alder"} if role in {"editor", "partner", "analyst"} else {}
    return TokenOrder(role=role, **{**community, **({"partner": "schools"} if role == "partner" else {}), **more})


def test_word_is_told_from_every_word_with_one_letter_changed():
    assert token_id(WORD) == "0f3a9c1d2e4b"
    assert len(WORD) == len("outcomes_") + 12 + 1 + 64 + 8
    for place in range(len(WORD)):
        changed = WORD[:place] + ("0" if WORD[place] != "0" else "1") + WORD[place + 1 :]
        assert token_id(changed) is None, changed
    assert [token_id(word) for word in ("", WORD[:-1], f"{WORD}0", f" {WORD}", WORD.upper(), "é" * 94)] == [None] * 6


def test_digest_is_of_the_registry_and_the_word():
    assert token_digest("r1", WORD) == sha256(f"r1:{WORD}".encode()).hexdigest()
    assert token_digest("r2", WORD) != token_digest("r1", WORD)


def test_token_makes_its_holder_what_it_says():
    who = holder_of(KEPT, token_digest("r1", WORD), voided=False, day=DAY)
    assert (who.role, who.community, who.partner, who.scope) == ("editor", "alder", None, None)
    assert who.name == "editor (token 0f3a9c1d2e4b)"


@pytest.mark.parametrize(
    ("token", "registry", "voided", "day"),
    [
        (None, "r1", False, DAY),
        (KEPT, "r2", False, DAY),
        (KEPT, "r1", True, DAY),
        (msgspec.structs.replace(KEPT, revoked=True), "r1", False, DAY),
        (msgspec.structs.replace(KEPT, expires=date(2026, 1, 4)), "r1", False, DAY),
    ],
    ids=["unknown", "another-registry", "voided", "revoked", "expired"],
)
def test_what_does_not_open_has_one_answer(token: Token | None, registry: str, voided: bool, day: date):
    with pytest.raises(TokenRefused) as said:
        holder_of(token, token_digest(registry, WORD), voided=voided, day=day)
    assert (said.value.detail, said.value.hint) == (refused_token().detail, refused_token().hint)
    assert (said.value.status, said.value.exit_code) == (401, 1)


def test_last_day_is_a_day_of_the_token():
    ends = msgspec.structs.replace(KEPT, expires=DAY)
    assert holder_of(ends, token_digest("r1", WORD), voided=False, day=DAY).expires == "2026-01-05"


def test_id_is_read_out_of_a_whole_token_and_its_secret_goes_nowhere():
    assert named_id(f"{WORD}\n") == named_id(WORD[:40]) == named_id("0f3a9c1d2e4b") == "0f3a9c1d2e4b"
    assert named_id("outcomes_" + "ab" * 40) == "abababababab"
    assert named_id("outcomes_XY" + "ab" * 40) == "?"


@pytest.mark.parametrize(("creator", "given"), list(product(get_args(Role), ROLES)))
def test_nobody_gives_a_role_above_the_own(creator: Role, given: TokenRole):
    gives = {"operator": set(ROLES), "network": set(ROLES), "editor": {"editor", "partner", "analyst"}}
    if given in gives.get(creator, set()):
        refuse_more(whoever(creator), order(given))
        return
    with pytest.raises(NotAllowed):
        refuse_more(whoever(creator), order(given))


def test_a_given_role_does_nothing_that_its_giver_may_not_except_for_a_partner_itself():
    """An editor cannot sign for a partner, yet gives the partner its token: so says the design. All else is within the giver's own."""
    for giver, given in (("network", "analyst"), ("network", "public"), ("editor", "editor"), ("editor", "analyst")):
        mine = {name for name in TABLE if may(whoever(giver), name)}
        theirs = {name for name in TABLE if may(whoever(given), name)}
        assert theirs <= mine, (giver, given)


@pytest.mark.parametrize(
    "wanted",
    [order("editor", community="birch"), order("partner", community="birch"), order("analyst", community=None)],
)
def test_an_editor_gives_tokens_of_the_own_community_only(wanted: TokenOrder):
    with pytest.raises(NotAllowed):
        refuse_more(whoever("editor"), wanted)


@pytest.mark.parametrize(
    ("scope", "asked", "allowed"),
    [
        (("create_token", "read"), ("read",), True),
        (("create_token", "read"), ("create_token", "read"), True),
        (("create_token", "read"), None, False),
        (("create_token", "read"), ("load",), False),
        (None, ("load",), True),
    ],
)
def test_a_scope_never_grows_from_giver_to_given(scope: tuple[str, ...] | None, asked: object, allowed: bool):
    giver, wanted = whoever("network", scope=scope), order("network", scope=asked)
    if allowed:
        refuse_more(giver, wanted)
        return
    with pytest.raises(NotAllowed):
        refuse_more(giver, wanted)


def test_no_token_outlasts_its_giver():
    giver = whoever("network", expires="2026-06-30")
    refuse_more(giver, order("analyst", expires=date(2026, 6, 30)))
    for day in (None, date(2026, 7, 1)):
        with pytest.raises(NotAllowed):
            refuse_more(giver, order("analyst", expires=day))


@pytest.mark.parametrize("role", get_args(Role))
def test_a_scope_takes_away_and_never_adds(role: Role):
    whole = whoever(role)
    for name, scope in product(TABLE, SCOPES):
        narrowed = whoever(role, scope=(scope,))
        covered = scope == name or (scope == "read" and TABLE[name].reads)
        assert may(narrowed, name) is (may(whole, name) and covered), (name, scope)
        for community in ("alder", "birch", None):
            within = reaches(whole, name, community, "schools")
            assert reaches(narrowed, name, community, "schools") is (within and covered), (name, scope)
        if may(whole, name) and not covered:
            with pytest.raises(NotAllowed, match="not made to"):
                require(narrowed, name, community="alder", partner="schools")


def test_a_scope_of_nothing_opens_nothing():
    assert not any(may(whoever("operator", scope=()), name) for name in TABLE)


def test_a_scope_names_acts_of_the_role_only():
    (fault,) = unfit_order(order("analyst", scope=("read", "publish_template")), DAY)
    assert (fault.pointer, fault.detail) == ("/scope/1", "An analyst may not publish a template.")


def test_every_fault_of_an_order_is_told_at_once():
    found = unfit_order(TokenOrder(role="network", community="alder", partner="x", name="a\nb", scope=("fly",)), DAY)
    assert [fault.pointer for fault in found] == ["/community", "/partner", "/name", "/scope/0"]
    old = unfit_order(TokenOrder(role="partner", expires=date(2026, 1, 4), scope=()), DAY)
    assert [fault.pointer for fault in old] == ["/community", "/partner", "/expires", "/scope"]
    assert list(unfit_order(order("partner", expires=DAY, scope=("read",), name="Ana Ruiz"), DAY)) == []
