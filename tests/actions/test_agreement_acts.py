"""Partners and the network agree to a local measure, or do not: each act one entry, bound to the very content."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import pytest

from registry.actions.agreement import (
    accept_variant,
    decline_variant,
    retire_variant,
    sign_variant,
    waive_period,
    withdraw_signature,
)
from registry.actions.data import one_variant
from registry.actions.frameworks import publish_framework
from registry.actions.variants import check_variant, propose_variant, restate_variant
from registry.domain.actor import Actor, Role, operator
from registry.domain.agreement import Act, State, allowed
from registry.domain.refusal import Conflict, Invalid, NotAllowed, NotFound
from registry.domain.variant import Variant
from registry.projection import read
from registry.projection.answer import RollupRequest, rollup
from registry.projection.files import Projection
from registry.projection.standing import history_of, standing_at, states_at
from tests.actions.agreed import (
    BASELINE,
    EDITOR,
    NAME,
    NETWORK,
    PARTNERS,
    framework,
    how,
    measure,
    partner,
    sign,
    stands,
    town,
)
from tests.cli.documents import MAPPING, TABLE, load_text, opened, raw

REVIEWED = framework(reviews_departures=True)
DEPARTS = {"context": {"why": "x", "adaptations": [{"facet": "/measure/cut", "why": "Our cut."}]}}
DONE = TABLE + "001,2024-25,All Students,200,130,65.0\n"


def proposed(projection: Projection, _: Path) -> None:
    """Nothing more."""


def accepted(projection: Projection, _: Path) -> None:
    accept_variant(projection, NAME, actor=NETWORK)


def agreed(projection: Projection, _: Path) -> None:
    sign(projection, "schools", "library")


def active(projection: Projection, folder: Path) -> None:
    agreed(projection, folder)
    load_text(projection, folder, TABLE, mapping=MAPPING.encode())


def closed(projection: Projection, folder: Path) -> None:
    agreed(projection, folder)
    load_text(projection, folder, DONE, mapping=MAPPING.encode())


def retired(projection: Projection, _: Path) -> None:
    retire_variant(projection, NAME, reason="The test is gone.", actor=EDITOR)


STATES: dict[State, Callable[[Projection, Path], None]] = {
    "proposed": proposed,
    "accepted": accepted,
    "agreed": agreed,
    "active": active,
    "closed": closed,
    "retired": retired,
}


def do(act: Act, projection: Projection, folder: Path, actor: Actor) -> object:
    """One act by somebody, where it has something to act on."""
    changed = measure(target={"period": "SY2024-25", "value": 45})
    counted = measure(baseline={**BASELINE, "value": 40.5, "numerator": 81})
    named = {"partner": "schools", "by": "Ana", "actor": actor}
    return {
        "propose": lambda: propose_variant(projection, raw(changed), actor=actor),
        "restate": lambda: restate_variant(projection, raw(counted), reason="recounted", actor=actor),
        "load": lambda: load_text(
            projection, folder, TABLE.replace("80,40.0", "82,41.0"), mapping=MAPPING.encode(), actor=actor
        ),
        "accept": lambda: accept_variant(projection, NAME, actor=actor),
        "sign": lambda: sign_variant(projection, NAME, authority="Head", **named),
        "decline": lambda: decline_variant(projection, NAME, reason="no", **named),
        "withdraw-signature": lambda: withdraw_signature(projection, NAME, reason="no", **named),
        "waive": lambda: waive_period(projection, NAME, period="SY2019-20", reason="no tests", actor=actor),
        "retire": lambda: retire_variant(projection, NAME, reason="gone", actor=actor),
    }[act]()


@pytest.mark.parametrize("state", STATES)
def test_state_is_reached(tmp_path: Path, state: State):
    with town(tmp_path) as projection:
        STATES[state](projection, tmp_path)
        assert stands(projection).state == state


@cache
def registry_in(state: State, *, signed: bool) -> bytes:
    """The file of a registry whose measure stands in a state; ``signed`` where the schools are to have a signature."""
    with TemporaryDirectory() as name, town(Path(name)) as projection:
        STATES[state](projection, Path(name))
        if signed and state in {"proposed", "accepted"}:
            sign(projection, "schools")
        projection.close()
        projection.ledger.close()
        return (Path(name) / "outcomes.db").read_bytes()


@pytest.mark.parametrize(("state", "role"), list(product(STATES, get_args(Role))))
def test_every_act_by_every_role_is_done_or_refused_and_writes_nothing(tmp_path: Path, state: State, role: Role):
    """User pain A69: the state machine as a table, through the actions themselves."""
    actor = Actor(name="x", role=role, community="alder", partner="schools")
    may = [act for act in get_args(Act) if allowed(act, state, role)]
    with written(tmp_path / "refused", registry_in(state, signed=True)) as projection:
        head = projection.ledger.head().seq
        for act in set(get_args(Act)) - set(may):
            with pytest.raises((NotAllowed, Conflict)):
                do(act, projection, tmp_path, actor)
            assert projection.ledger.head().seq == head, act
    for act in may:
        with written(tmp_path / act, registry_in(state, signed=act == "withdraw-signature")) as projection:
            head = projection.ledger.head().seq
            do(act, projection, tmp_path, actor)
            assert projection.ledger.head().seq > head, act


@contextmanager
def written(folder: Path, registry: bytes) -> Iterator[Projection]:
    """A registry from its bytes, in a folder of its own."""
    folder.mkdir()
    (folder / "outcomes.db").write_bytes(registry)
    with opened(folder / "outcomes.db") as projection:
        yield projection


def test_a_partner_takes_back_no_other_signature_user_pain_a66(tmp_path: Path):
    with town(tmp_path) as projection:
        sign(projection, "schools", "library")
        head = projection.ledger.head().seq
        with pytest.raises(NotAllowed):
            withdraw_signature(projection, NAME, partner="library", by="Ana", reason="no", actor=partner("schools"))
        with pytest.raises(NotAllowed):
            retire_variant(projection, NAME, reason="no", actor=Actor(name="e", role="editor", community="birch"))
        assert (projection.ledger.head().seq, stands(projection).state) == (head, "agreed")


SIGNED = {name for name in Variant.__struct_fields__ if name not in {"community", "id", "story", "strategies", "notes"}}
CHANGED: dict[str, object] = {
    "template": "reading@1.1.0",
    "title": "Readers",
    "headline": False,
    "statement": "More children read.",
    "measure": {**measure()["measure"], "cut": "level-4"},
    "population": {"description": "Other", "kind": "enrolled", "geographies": ["town:001"]},
    "baseline": {**BASELINE, "value": 40.5, "numerator": 81},
    "target": {"period": "SY2024-25", "value": 45},
    "milestones": [{"period": "SY2020-21", "value": 50}],
    "group_targets": [{"group": {"race_ethnicity": "black"}, "period": "SY2024-25", "value": 60}],
    "source": {"name": "The state"},
    "benchmark": None,
    "context": {"why": "Reading opens doors."},
    "partners": [PARTNERS[0], {**PARTNERS[1], "commitment": "Opens on Sundays."}],
    "breaks": [{"period": "SY2016-17", "kind": "cut", "reason": "A new cut."}],
}


def test_every_member_that_is_signed_is_tried():
    """A member that is added later must be given a change here."""
    assert set(CHANGED) == SIGNED


@pytest.mark.parametrize("member", sorted(SIGNED - {"benchmark", "template"}))
def test_a_change_voids_the_signatures_and_says_so_before_and_after_user_pain_a68(tmp_path: Path, member: str):
    with town(tmp_path) as projection:
        sign(projection, "schools", "library")
        document = raw(measure(**{member: CHANGED[member]}))
        _, findings = check_variant(projection, document, actor=operator())
        (told,) = (finding.detail for finding in findings if finding.rule == "signatures-voided")
        assert f"/{member}" in told
        assert "Schools, Library" in told
        assert stands(projection).state == "agreed"
        propose_variant(projection, document, actor=EDITOR)
        assert how(projection) == ("proposed", {"schools": "stale", "library": "stale"})
        for entry in stands(projection).partners:
            assert entry.changed
            assert all(pointer.split("/")[1] == member for pointer in entry.changed)
        sign(projection, "schools", "library")
        assert stands(projection).state == "agreed"


@pytest.mark.parametrize("change", [{"story": "It went well."}, {"strategies": ["Read aloud."]}, {"notes": "A note."}])
def test_story_strategies_and_notes_change_without_asking(tmp_path: Path, change: dict[str, object]):
    with town(tmp_path) as projection:
        sign(projection, "schools", "library")
        receipt = propose_variant(projection, raw(measure(**change)), actor=EDITOR)
        assert (receipt.revision, receipt.findings) == (2, ())
        assert how(projection) == ("agreed", {"schools": "signed", "library": "signed"})


def test_signing_the_same_again_writes_nothing_and_another_content_is_refused(tmp_path: Path):
    with town(tmp_path) as projection:
        seen = one_variant(read.list_variants(projection.cursor(), projection.catch_up().seq), NAME).content_sha256
        sign(projection, "schools")
        head = projection.ledger.head().seq
        again = sign_variant(
            projection, NAME, partner="schools", by="Ana Ruiz", authority="Director", actor=partner("schools")
        )
        assert (again.written, projection.ledger.head().seq) == (False, head)
        propose_variant(projection, raw(measure(target={"period": "SY2024-25", "value": 45})), actor=EDITOR)
        with pytest.raises(Conflict, match="has changed since it was read"):
            sign_variant(
                projection, NAME, partner="library", by="Lee", authority="Head", actor=partner("library"), content=seen
            )
        assert how(projection) == ("proposed", {"schools": "stale", "library": "unsigned"})


@pytest.mark.parametrize(("by", "authority"), [("", "Head"), ("Ana", " ")])
def test_a_signature_names_a_person_and_its_authority(tmp_path: Path, by: str, authority: str):
    with town(tmp_path) as projection, pytest.raises(Invalid):
        sign_variant(projection, NAME, partner="schools", by=by, authority=authority, actor=partner("schools"))


def test_who_is_no_partner_and_what_is_not_there_are_named(tmp_path: Path):
    with town(tmp_path) as projection:
        with pytest.raises(NotFound) as missing:
            sign_variant(projection, NAME, partner="libary", by="A", authority="B", actor=operator())
        assert missing.value.hint == "Did you mean 'library'?"
        with pytest.raises(NotFound):
            sign_variant(projection, "alder/grade-4", partner="library", by="A", authority="B", actor=operator())
        with pytest.raises(Conflict, match="no signature"):
            withdraw_signature(projection, NAME, partner="library", by="A", reason="B", actor=operator())


def test_a_restatement_keeps_the_signatures_and_nothing_but_the_baseline_may_differ(tmp_path: Path):
    with town(tmp_path) as projection:
        sign(projection, "schools", "library")
        counted = measure(baseline={**BASELINE, "value": 40.5, "numerator": 81})
        wider = {**counted, "target": {"period": "SY2024-25", "value": 45}}
        with pytest.raises(Invalid) as refusal:
            restate_variant(projection, raw(wider), reason="recounted", actor=EDITOR)
        assert [(entry.rule, entry.pointer) for entry in refusal.value.findings] == [
            ("restatement-too-wide", "/target/value")
        ]
        with pytest.raises(Invalid):
            restate_variant(projection, raw(counted), reason=" ", actor=EDITOR)
        receipt = restate_variant(projection, raw(counted), reason="The state recounted.", actor=EDITOR)
        assert (receipt.revision, receipt.findings) == (2, ())
        assert how(projection) == ("agreed", {"schools": "restated", "library": "restated"})
        assert not restate_variant(projection, raw(counted), reason="The state recounted.", actor=EDITOR).written
        decline_variant(
            projection, NAME, partner="library", by="Lee", reason="We do not see it.", actor=partner("library")
        )
        assert how(projection) == ("proposed", {"schools": "restated", "library": "declined"})
        acts = [line.act for line in history_of(projection, projection.moment(None), NAME)]
        assert acts == ["proposed", "signed", "signed", "restated", "declined"]


def test_departures_wait_for_the_network_where_it_reviews_them(tmp_path: Path):
    with town(tmp_path, framed=REVIEWED, **DEPARTS) as projection:
        sign(projection, "schools", "library")
        assert (stands(projection).state, stands(projection).review) == ("proposed", "needed")
        accept_variant(projection, NAME, actor=NETWORK)
        assert stands(projection).state == "agreed"
        changed = measure(**DEPARTS, target={"period": "SY2024-25", "value": 45})
        propose_variant(projection, raw(changed), actor=EDITOR)
        assert stands(projection).review == "needed"
        accept_variant(projection, NAME, actor=NETWORK)
        assert stands(projection).state == "accepted"


def test_a_new_rule_of_review_holds_for_what_is_proposed_after_it_user_pain_a67(tmp_path: Path):
    with town(tmp_path, **DEPARTS) as projection:
        sign(projection, "schools", "library")
        publish_framework(projection, raw(REVIEWED), actor=NETWORK)
        assert (stands(projection).state, stands(projection).review) == ("agreed", "not_needed")
        propose_variant(projection, raw(measure(**DEPARTS, title="More.")), actor=EDITOR)
        assert stands(projection).review == "needed"


def test_loaded_data_voids_nothing_and_the_targets_own_result_closes(tmp_path: Path):
    with town(tmp_path) as projection:
        agreed(projection, tmp_path)
        load_text(projection, tmp_path, TABLE, mapping=MAPPING.encode())
        assert how(projection) == ("active", {"schools": "signed", "library": "signed"})
        load_text(projection, tmp_path, DONE)
        assert (stands(projection).state, stands(projection).outcome) == ("closed", "met")
        load_text(projection, tmp_path, DONE.replace("130,65.0", "118,59.0"))
        assert (stands(projection).state, stands(projection).outcome) == ("closed", "missed")
        with pytest.raises(Conflict, match="closed"):
            sign_variant(projection, NAME, partner="schools", by="A", authority="B", actor=partner("schools"))
        propose_variant(projection, raw(measure(target={"period": "SY2029-30", "value": 80})), actor=EDITOR)
        assert stands(projection).state == "proposed"


def test_states_are_those_of_the_moment_asked_for(tmp_path: Path):
    with town(tmp_path) as projection:
        lines = [projection.ledger.head().recorded_at]
        agreed(projection, tmp_path)
        lines.append(projection.ledger.head().recorded_at)
        retire_variant(projection, NAME, reason="gone", actor=EDITOR)
        lines.append(projection.ledger.head().recorded_at)
    with opened(tmp_path / "outcomes.db") as projection:
        states = [states_at(projection, projection.moment(line))["alder", "grade-3"] for line in lines]
        assert states == ["proposed", "agreed", "retired"]
        shown = [rollup(projection, RollupRequest(template="reading", as_of=line)) for line in lines[:2]]
        assert [answer.series[0].state for answer in shown] == ["proposed", "agreed"]


def test_a_retired_measure_counts_no_more_and_stands_in_nobodys_way(tmp_path: Path):
    with town(tmp_path) as projection:
        load_text(projection, tmp_path, TABLE, mapping=MAPPING.encode())
        before = projection.ledger.head().recorded_at
        retire_variant(projection, NAME, reason="The test is gone.", actor=EDITOR)
        answer = rollup(projection, RollupRequest(template="reading"))
        assert (answer.series, answer.levels, answer.network.n) == ((), (), 0)
        assert [(row.variant, row.reason, row.out_of) for row in answer.excluded] == [
            ("grade-3", "it was retired", "everything")
        ]
        assert rollup(projection, RollupRequest(template="reading", as_of=before)).network.n == 1
        assert propose_variant(projection, raw(measure(id="grade-3-new")), actor=EDITOR).written


def test_history_tells_who_did_what_and_what_was_voided(tmp_path: Path):
    with town(tmp_path) as projection:
        sign(projection, "schools")
        decline_variant(projection, NAME, partner="library", by="Lee", reason="In May.", actor=partner("library"))
        waive_period(projection, NAME, period="2019-20", reason="No tests.", actor=NETWORK)
        propose_variant(projection, raw(measure(title="Readers")), actor=EDITOR)
        lines = history_of(projection, projection.moment(None), NAME)
        told = [(line.actor, line.act, line.partner, line.reason, line.period) for line in lines]
        assert told == [
            ("ed", "proposed", None, "", None),
            ("schools-person", "signed", "schools", "", None),
            ("library-person", "declined", "library", "In May.", None),
            ("net", "waived", None, "No tests.", "SY2019-20"),
            ("ed", "proposed", None, "", None),
        ]
        assert (lines[-1].changed, lines[-1].voided) == (("/title",), ("schools",))
        with pytest.raises(Conflict, match="waived already"):
            waive_period(projection, NAME, period="SY2019-20", reason="No tests.", actor=NETWORK)


def test_two_partners_who_sign_at_once_are_both_heard(tmp_path: Path):
    with town(tmp_path) as first, opened(tmp_path / "outcomes.db") as second:
        sign(first, "schools")
        sign(second, "library")
        assert standing_at(first, first.moment(None), NAME).state == "agreed"
