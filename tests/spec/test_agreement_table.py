"""The table of ``agreement.md`` is what the registry does: each cell by the rule, the operator's also by the actions."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import msgspec
import pytest

from registry.actions.agreement import (
    accept_variant,
    decline_variant,
    retire_variant,
    sign_variant,
    waive_period,
    withdraw_signature,
)
from registry.actions.variants import propose_variant, restate_variant
from registry.domain.actor import Actor, Role, operator
from registry.domain.agreement import Act, State, allowed, refuse_act
from registry.domain.refusal import Conflict, NotAllowed
from registry.projection.files import Projection
from tests.actions.agreed import BASELINE, NAME, measure, sign, stands, town
from tests.cli.documents import MAPPING, TABLE, load_text, opened, raw

BY = operator("holder")
ROLES = ("operator", "network", "editor", "partner", "analyst", "public")
DONE = TABLE + "001,2024-25,All Students,200,130,65.0\n"
REFUSALS: dict[str, type[Exception]] = {"not theirs": NotAllowed, "not now": Conflict}


class Line(msgspec.Struct, frozen=True):
    """One line of the table: the act, the state before it, and what each role finds."""

    act: Act
    state: State
    cells: dict[Role, str]

    def __str__(self) -> str:
        return f"{self.act}-{self.state}"


def lines() -> Iterator[Line]:
    """The lines under "The table", as they are written."""
    text = Path(__file__).with_name("agreement.md").read_text("utf-8").partition("## The table")[2]
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in text.splitlines() if row.startswith("|")]
    assert rows[0] == ["act", "state", *ROLES]
    for act, state, *cells in rows[2:]:
        yield Line(act, state, dict(zip(ROLES, cells, strict=True)))


LINES = tuple(lines())


def test_table_has_every_act_state_and_role_once():
    assert [(line.act, line.state) for line in LINES] == [
        (act, state) for act in get_args(Act) for state in get_args(State)
    ]
    assert set(ROLES) == set(get_args(Role))


@pytest.mark.parametrize("line", LINES, ids=str)
def test_rule_says_what_the_table_says_of_every_role(line: Line):
    for role, cell in line.cells.items():
        actor = Actor(name="x", role=role, community="alder", partner="schools")
        assert allowed(line.act, line.state, role) is (cell not in REFUSALS), role
        if cell in REFUSALS:
            with pytest.raises(REFUSALS[cell]):
                refuse_act(line.act, line.state, actor, community="alder", partner="schools")
        else:
            refuse_act(line.act, line.state, actor, community="alder", partner="schools")


@pytest.mark.parametrize("line", LINES, ids=str)
def test_nobody_acts_for_another_place_or_organisation(line: Line):
    elsewhere = Actor(name="x", role="editor", community="birch")
    other = Actor(name="x", role="partner", community="alder", partner="library")
    namesake = Actor(name="x", role="partner", community="birch", partner="schools")
    for actor in (elsewhere, other, namesake):
        with pytest.raises(NotAllowed):
            refuse_act(line.act, line.state, actor, community="alder", partner="schools")


def brought_to(state: State, projection: Projection, folder: Path) -> None:
    """Do what brings the measure to a state, as the table's page tells it."""
    if state == "accepted":
        accept_variant(projection, NAME, actor=BY)
    if state in {"agreed", "active", "closed"}:
        sign(projection, "schools", "library")
    if state in {"active", "closed"}:
        load_text(projection, folder, TABLE if state == "active" else DONE, mapping=MAPPING.encode())
    if state == "retired":
        retire_variant(projection, NAME, reason="The test is gone.", actor=BY)


@cache
def registry_in(state: State, *, signed: bool) -> bytes:
    """The file of a registry whose measure stands in a state; ``signed`` where the schools alone have signed before."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        with town(folder) as projection:
            if signed:
                sign(projection, "schools")
            brought_to(state, projection, folder)
        return (folder / "outcomes.db").read_bytes()


def doing(act: Act, projection: Projection, folder: Path) -> Callable[[], object]:
    """The act, as the table's page tells it, by the operator."""
    changed = raw(measure(target={"period": "SY2024-25", "value": 45}))
    counted = raw(measure(baseline={**BASELINE, "value": 40.5, "numerator": 81}))
    named = {"partner": "schools", "by": "Lee", "actor": BY}
    acts: dict[Act, Callable[[], object]] = {
        "propose": lambda: propose_variant(projection, changed, actor=BY),
        "restate": lambda: restate_variant(projection, counted, reason="The state recounted.", actor=BY),
        "load": lambda: load_text(
            projection, folder, TABLE.replace("80,40.0", "82,41.0"), mapping=MAPPING.encode(), actor=BY
        ),
        "accept": lambda: accept_variant(projection, NAME, actor=BY),
        "sign": lambda: sign_variant(projection, NAME, authority="Head", **named),
        "decline": lambda: decline_variant(projection, NAME, reason="Not yet.", **named),
        "withdraw-signature": lambda: withdraw_signature(projection, NAME, reason="Not now.", **named),
        "waive": lambda: waive_period(projection, NAME, period="SY2019-20", reason="No tests.", actor=BY),
        "retire": lambda: retire_variant(projection, NAME, reason="The test is gone.", actor=BY),
    }
    return acts[act]


@pytest.mark.parametrize("line", LINES, ids=str)
def test_actions_do_what_the_table_says_of_the_operator(tmp_path: Path, line: Line):
    signed = line.act == "withdraw-signature" and line.state in {"proposed", "accepted"}
    (tmp_path / "outcomes.db").write_bytes(registry_in(line.state, signed=signed))
    with opened(tmp_path / "outcomes.db") as projection:
        assert stands(projection).state == line.state
        head, cell = projection.ledger.head().seq, line.cells["operator"]
        if cell in REFUSALS:
            with pytest.raises(REFUSALS[cell]):
                doing(line.act, projection, tmp_path)()
            assert (projection.ledger.head().seq, stands(projection).state) == (head, line.state)
        else:
            doing(line.act, projection, tmp_path)()
            assert (projection.ledger.head().seq > head, stands(projection).state) == (True, cell)
