"""Whose true cells are open to whom: the own ones, and what a standing grant opens; never to the public."""

from datetime import date
from typing import get_args

import msgspec
import pytest

from registry.domain.actor import Actor, Role
from registry.domain.grant import Grant, GrantLine, GrantRole, opened_by, unfit_grant

DAY = date(2026, 1, 5)


def whoever(role: Role, **more: object) -> Actor:
    placed = {"community": "alder", "partner": "schools"} if role in {"editor", "partner"} else {}
    return Actor(**{"name": "x", "role": role, **placed, **more})


def held(role: GrantRole, community: str = "birch", seq: int = 7, **more: object) -> GrantLine:
    grant = Grant(id=f"g{seq}", community=community, role=role, reason="A study.", **more)
    return GrantLine(seq=seq, recorded_at="2026-01-01T00:00:00.000000Z", actor="ana", grant=grant)


def opened(role: Role, *grants: GrantLine, line: int = 9, day: date = DAY) -> frozenset[str]:
    return opened_by(whoever(role), grants, line=line, day=day)


@pytest.mark.parametrize("role", get_args(Role))
def test_without_a_grant_only_an_editor_reads_true_cells_and_only_the_own(role: Role):
    assert opened(role) == ({"alder"} if role == "editor" else set())


@pytest.mark.parametrize("role", get_args(Role))
@pytest.mark.parametrize("to", get_args(GrantRole))
def test_a_grant_opens_to_the_role_it_names_and_to_no_other(role: Role, to: GrantRole):
    speaks_for = "network" if role == "operator" else role
    expected = {"alder"} if role == "editor" or (speaks_for == to) else set()
    assert opened(role, held(to, "alder")) == expected


def test_a_grant_to_partners_is_for_the_partners_of_the_community_itself():
    assert opened("partner", held("partner", "birch")) == set()
    assert opened("partner", held("partner", "alder")) == {"alder"}


def test_a_grant_opens_from_its_line_on_until_its_last_day_or_its_end():
    grant = held("analyst", until=DAY)
    assert opened("analyst", grant, line=6) == set()
    assert opened("analyst", grant, line=7) == {"birch"}
    assert opened("analyst", grant, day=date(2026, 1, 6)) == set()
    assert opened("analyst", held("analyst", ended=True)) == set()


def test_one_grant_that_ended_does_not_close_another():
    assert opened("analyst", held("analyst", ended=True), held("analyst", seq=8)) == {"birch"}


def test_a_token_that_is_not_for_reading_reads_no_true_cells_of_its_own():
    narrowed = whoever("editor", scope=("load",))
    assert opened_by(narrowed, (), line=9, day=DAY) == set()
    assert opened_by(msgspec.structs.replace(narrowed, scope=("load", "read")), (), line=9, day=DAY) == {"alder"}


def test_a_grant_says_why_and_is_not_over():
    assert [fault.pointer for fault in unfit_grant(" ", date(2026, 1, 4), DAY)] == ["/reason", "/until"]
    assert list(unfit_grant("A study.", DAY, DAY)) == []
