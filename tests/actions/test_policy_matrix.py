"""Every act and read of the table, by every role, to a thing of its own, of another, and of nobody: the table alone says what comes out."""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from registry.domain.actor import Actor, Role
from registry.domain.policy import TABLE, Row
from registry.domain.refusal import Invalid, NotAllowed, NotFound, Refusal
from tests.actions.policy_callers import CALLERS, MEASURE, TOWN, Town, close, opened_town

TARGETS = ("own", "other", "neighbour", "missing")
DOCUMENTS = {"propose_variant", "check_variant"}
"""What these name is made by them: a document of a community that is not there has a fault."""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One registry for all that writes nothing: reads, and what is refused."""
    town = opened_town(tmp_path_factory.mktemp("town"))
    yield town
    close(town)


def whoever(role: Role) -> Actor:
    return Actor(
        name="x",
        role=role,
        community="alder" if role in {"editor", "partner"} else None,
        partner="schools" if role == "partner" else None,
    )


def targets(row: Row) -> tuple[str, ...]:
    """What can be named: another's only where things have owners, another partner only where an organisation is."""
    every = {"nothing": ("own",), "shared": ("own", "missing"), "organisation": TARGETS}
    return every.get(row.about, ("own", "other", "missing"))


def expected(name: str, role: Role, target: str) -> type[Refusal] | None:
    """How the row's call ends: done (null), or in which refusal."""
    row = TABLE[name]
    reach = row.roles.get(role)
    if reach is None:
        return NotAllowed
    if row.about == "nothing" or target == "own":
        return None
    if reach == "any":
        gone = Invalid if name == "propose_variant" else None if name == "check_variant" else NotFound
        return gone if target == "missing" else None
    if target == "missing":
        return NotAllowed if row.about == "place" or name in DOCUMENTS else NotFound
    return NotFound if row.about == "concealed" else NotAllowed


@pytest.mark.parametrize("role", get_args(Role))
@pytest.mark.parametrize("name", TABLE)
def test_row_does_or_refuses_what_the_table_says_and_a_refusal_writes_nothing(
    shared: Town, tmp_path: Path, name: str, role: Role
):
    outcomes = {target: expected(name, role, target) for target in targets(TABLE[name])}
    writes = None in outcomes.values() and not TABLE[name].reads and name != "build"
    town = opened_town(tmp_path) if writes else shared
    try:
        for target, refusal in outcomes.items():
            before = town.projection.ledger.head().seq
            if refusal is None:
                CALLERS[name](town, whoever(role), target)
            else:
                with pytest.raises(refusal) as said:
                    CALLERS[name](town, whoever(role), target)
                assert type(said.value) is refusal, target
                assert said.value.detail.endswith("."), target
            assert (town.projection.ledger.head().seq > before) is (writes and refusal is None), target
    finally:
        if writes:
            close(town)


def test_every_row_has_a_caller_and_every_caller_a_row():
    assert set(CALLERS) == set(TABLE)


def refused(town: Town, name: str, target: str) -> tuple[type[Refusal], str, str]:
    """The refusal that an editor gets, with what it named left out."""
    with pytest.raises(Refusal) as said:
        CALLERS[name](town, whoever("editor"), target)
    text = f"{said.value.detail}|{said.value.hint}"
    for word in (MEASURE[target], town.tokens.get(TOWN[target], "0" * 12), town.grants.get(TOWN[target], "g0")):
        text = text.replace(repr(word), "WHAT")
    for word in (TOWN[target], MEASURE[target].partition("/")[0]):
        text = text if word == "alder" else text.replace(word, "WHERE")
    return type(said.value), *text.split("|")


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.about == "concealed"])
def test_what_belongs_to_another_community_is_answered_like_what_is_not_there(shared: Town, name: str):
    other, missing = refused(shared, name, "other"), refused(shared, name, "missing")
    assert other == missing
    assert other[0] is NotFound
    assert "birch" not in other[2]


@pytest.mark.parametrize(
    "name", [name for name, row in TABLE.items() if row.about == "place" and "editor" in row.roles]
)
def test_another_community_is_refused_like_one_that_is_not_there(shared: Town, name: str):
    assert refused(shared, name, "other") == refused(shared, name, "missing")


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.reads])
def test_a_scope_that_is_for_acts_reads_nothing_and_one_for_reading_does_nothing(shared: Town, name: str):
    role = next(iter(role for role in TABLE[name].roles if role != "operator"), "operator")
    who = whoever(role)
    narrowed = Actor(**{**{field: getattr(who, field) for field in who.__struct_fields__}, "scope": ("sign_variant",)})
    with pytest.raises(NotAllowed):
        CALLERS[name](shared, narrowed, "own")
