"""Who agreed to what, in which state that leaves a measure, and who may do what next."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from itertools import product
from typing import get_args

import msgspec
import pytest
from msgspec import inspect

from registry.domain.actor import Actor, Role
from registry.domain.agreement import (
    ROWS,
    STATES,
    UNSIGNED_MEMBERS,
    Act,
    Dossier,
    Restatement,
    Signature,
    SignatureLine,
    State,
    allowed,
    changed_members,
    content_sha256,
    refuse_act,
    standing,
)
from registry.domain.community import Partner
from registry.domain.policy import TABLE
from registry.domain.refusal import Conflict, NotAllowed
from registry.domain.rule import member
from registry.domain.variant import Variant

DAY = date(2026, 11, 25)
PARTNERS = tuple(Partner(id=name, name=name.title(), sector="education") for name in ("schools", "library", "clinic"))


def said(partner: str, act: str = "signed", content: str = "a", seq: int = 1) -> SignatureLine:
    return SignatureLine(
        seq=seq,
        recorded_at=f"2026-11-{seq:02d}T00:00:00.000000Z",
        signature=Signature(
            variant="alder/grade-3",
            partner=partner,
            act=act,
            revision=1,
            content_sha256=content,
            by="Ana",
            authority="Head",
        ),
    )


def dossier(*lines: SignatureLine, **more: object) -> Dossier:
    return Dossier(**{"contents": ("a",), "partners": PARTNERS, "signatures": lines, **more})


def everybody(content: str = "a") -> tuple[SignatureLine, ...]:
    return tuple(said(partner.id, content=content, seq=place + 1) for place, partner in enumerate(PARTNERS))


def statuses(known: Dossier, day: date = DAY) -> list[str]:
    return [entry.status for entry in standing(known, day).partners]


@pytest.mark.parametrize(("act", "state", "role"), list(product(get_args(Act), get_args(State), get_args(Role))))
def test_every_act_in_every_state_by_every_role_is_allowed_or_refused_in_words(act: Act, state: State, role: Role):
    """User pain A69: the whole machine is one table; who proposes may propose again, who accepts may accept again."""
    actor = Actor(name="x", role=role, community="alder", partner="schools")
    if allowed(act, state, role):
        refuse_act(act, state, actor, community="alder", partner="schools")
        return
    with pytest.raises((NotAllowed, Conflict)) as refusal:
        refuse_act(act, state, actor, community="alder", partner="schools")
    assert isinstance(refusal.value, NotAllowed) is (role not in TABLE[ROWS[act]].roles)
    assert refusal.value.detail.endswith(".")


@pytest.mark.parametrize("act", get_args(Act))
def test_an_editor_and_a_partner_act_for_themselves_only(act: Act):
    """User pain A66: nobody takes another partner's signature back."""
    state: State = STATES[act][0]
    for role in set(TABLE[ROWS[act]].roles) & {"editor", "partner"}:
        for community, partner in (("birch", "schools"), ("alder", "library")):
            actor = Actor(name="x", role=role, community=community, partner=partner)
            if role == "editor" and community == "alder":
                refuse_act(act, state, actor, community="alder", partner="schools")
                continue
            with pytest.raises(NotAllowed):
                refuse_act(act, state, actor, community="alder", partner="schools")


def test_nobody_does_anything_to_a_retired_measure():
    assert not any(allowed(act, "retired", role) for act, role in product(get_args(Act), get_args(Role)))


def test_one_of_three_signing_changes_only_its_own_standing():
    assert statuses(dossier(said("library"))) == ["unsigned", "signed", "unsigned"]
    assert standing(dossier(said("library")), DAY).state == "proposed"


@pytest.mark.parametrize(
    ("more", "state", "outcome"),
    [
        ({}, "agreed", None),
        ({"has_data": True}, "active", None),
        ({"has_data": True, "settled": "met"}, "closed", "met"),
        ({"has_data": True, "settled": "missed"}, "closed", "missed"),
        ({"reviewed": True}, "proposed", None),
        ({"reviewed": True, "accepted": ("a",), "has_data": True}, "active", None),
        ({"retired": "2026-11-20T00:00:00.000000Z", "has_data": True, "settled": "met"}, "retired", "met"),
    ],
)
def test_state_when_every_partner_signed(more: dict[str, object], state: str, outcome: str | None):
    found = standing(dossier(*everybody(), **more), DAY)
    assert (found.state, found.outcome) == (state, outcome)


def test_accepted_is_a_state_until_everybody_signed():
    assert standing(dossier(said("library"), reviewed=True, accepted=("a",)), DAY).state == "accepted"
    assert standing(dossier(said("library"), reviewed=True, accepted=("before",)), DAY).review == "needed"


def test_a_measure_that_names_nobody_is_agreed_by_nobody():
    assert standing(Dossier(contents=("a",), partners=(), has_data=True, settled="met"), DAY).state == "proposed"


def test_declining_and_taking_back_are_states_of_their_own():
    known = dossier(
        said("schools"), said("library", "declined", seq=2), said("clinic", seq=3), said("clinic", "withdrawn", seq=4)
    )
    assert statuses(known) == ["signed", "declined", "withdrawn"]
    again = dossier(*known.signatures, said("clinic", seq=5), said("library", seq=6))
    assert standing(again, DAY).state == "agreed"


def test_another_content_makes_every_signature_stale_and_says_what_changed_user_pain_a68():
    known = dossier(*everybody("a"), contents=("a", "b"), changed={"a": ("/target/value",)})
    found = standing(known, DAY)
    assert (found.state, statuses(known)) == ("proposed", ["stale"] * 3)
    assert {entry.changed for entry in found.partners} == {("/target/value",)}


def test_going_back_to_a_content_that_was_signed_makes_those_signatures_stand_again():
    assert standing(dossier(*everybody("a"), contents=("a", "b", "a")), DAY).state == "agreed"


def restated(before: str, after: str, day: str) -> tuple[str, Restatement]:
    told = Restatement(
        variant="alder/grade-3", revision=2, before_sha256=before, after_sha256=after, reason="recounted"
    )
    return f"{day}T09:00:00.000000Z", told


def test_a_restatement_keeps_signatures_and_gives_thirty_days_to_object():
    known = dossier(*everybody("a"), contents=("a", "b"), restatements=(restated("a", "b", "2026-11-01"),))
    on_day_30, on_day_31 = date(2026, 12, 1), date(2026, 12, 2)
    assert (statuses(known, on_day_30), statuses(known, on_day_31)) == (["restated"] * 3, ["signed"] * 3)
    assert {entry.object_by for entry in standing(known, DAY).partners} == {on_day_30}
    assert standing(known, DAY).state == standing(known, on_day_31).state == "agreed"


def test_an_objection_voids_only_the_partner_who_objects():
    objected = said("library", "declined", "b", seq=9)
    known = dossier(*everybody("a"), objected, contents=("a", "b"), restatements=(restated("a", "b", "2026-11-01"),))
    assert statuses(known) == ["restated", "declined", "restated"]


def test_two_restatements_in_a_row_count_from_the_one_that_the_partner_has_not_seen():
    twice = (restated("a", "b", "2026-10-01"), restated("b", "c", "2026-11-20"))
    known = dossier(
        said("schools", content="a"),
        said("library", content="b"),
        said("clinic", content="c"),
        contents=("a", "b", "c"),
        restatements=twice,
    )
    assert statuses(known) == ["restated", "restated", "signed"]


def test_a_restatement_revives_no_stale_signature_and_carries_an_acceptance_over():
    known = dossier(
        *everybody("a"),
        contents=("a", "b", "c"),
        restatements=(restated("b", "c", "2026-11-20"),),
        accepted=("b",),
        reviewed=True,
    )
    found = standing(known, DAY)
    assert (statuses(known), found.review, found.state) == (["stale"] * 3, "accepted", "accepted")


def test_hash_is_over_everything_but_story_strategies_and_notes():
    document = {"title": "Reading", "target": {"value": 60}, "story": "a", "strategies": ["b"], "notes": "c"}
    for name in UNSIGNED_MEMBERS:
        assert content_sha256({**document, name: "other"}) == content_sha256(document)
        assert changed_members(document, {**document, name: "other"}) == ()
    assert content_sha256({**document, "target": {"value": 45}}) != content_sha256(document)
    assert content_sha256({"b": 1, "a": 2.0}) == content_sha256({"a": 2, "b": 1})


def test_what_changed_is_named_at_the_smallest_place():
    before = {"target": {"period": "SY2024-25", "value": 60}, "partners": [{"id": "a"}, {"id": "b"}], "breaks": []}
    after = {
        "target": {"period": "SY2024-25", "value": 45},
        "partners": [{"id": "a"}, {"id": "c"}],
        "breaks": [{"period": "SY2019-20"}],
    }
    assert changed_members(before, after) == ("/breaks", "/partners/1/id", "/target/value")
    assert changed_members({"a": (1, 2)}, {"a": [1, 2]}) == ()
    assert changed_members({"headline": True}, {"headline": 1}) == ("/headline",)


def alternatives(kind: inspect.Type) -> tuple[inspect.Type, ...]:
    """What a member may be: the kinds of a union, the one that holds most first and null last."""
    kind = kind.type if isinstance(kind, inspect.Metadata) else kind
    if not isinstance(kind, inspect.UnionType):
        return (kind,)
    kinds = [one.type if isinstance(one, inspect.Metadata) else one for one in kind.types]
    return tuple(sorted(kinds, key=lambda one: (isinstance(one, inspect.NoneType), not isinstance(one, HOLDS))))


HOLDS = (inspect.StructType, inspect.DictType, inspect.VarTupleType)


def sample(kind: inspect.Type, other: int = 0) -> object:
    """A value of a kind with every member filled; ``other`` gives another one."""
    match alternatives(kind)[0]:
        case inspect.StructType(fields=fields):
            return {field.encode_name: sample(field.type) for field in fields}
        case inspect.DictType(value_type=value):
            return {"one": sample(value)}
        case inspect.VarTupleType(item_type=item):
            return [sample(item)]
        case inspect.LiteralType(values=values):
            return values[other]
        case inspect.BoolType():
            return bool(other)
        case inspect.IntType() | inspect.FloatType():
            return 1 + other
        case inspect.StrType():
            return f"text {other}"
        case inspect.NoneType():
            return None
        case unknown:
            raise AssertionError(f"{unknown} is a new kind of member: say here how one is made")


def changes(kind: inspect.Type, place: str = "") -> Iterator[tuple[str, object]]:
    """Every place of a filled document that can be changed alone, and what it becomes."""
    first, *others = alternatives(kind)
    yield from ((place, sample(other)) for other in others)
    match first:
        case inspect.StructType(fields=fields):
            for field in fields:
                yield from changes(field.type, f"{place}/{field.encode_name}")
        case inspect.DictType(value_type=value):
            yield from changes(value, f"{place}/one")
            yield f"{place}/two", sample(value)
        case inspect.VarTupleType(item_type=item):
            yield from changes(item, f"{place}/0")
            yield place, []
        case scalar:
            yield place, sample(scalar, 1)


VARIANT = inspect.type_info(Variant)
CHANGES = [(f"{number}:{place}", place, value) for number, (place, value) in enumerate(changes(VARIANT))]


def test_every_member_of_a_measure_is_among_the_changes_tried():
    """The changes are made from the types, so that a new member is covered by itself."""
    assert {place.split("/")[1] for _, place, _ in CHANGES} == set(Variant.__struct_fields__)
    assert {"/target/value", "/partners/0/commitment", "/context/adaptations/0/why", "/group_targets/0/group/one"} <= {
        place for _, place, _ in CHANGES
    }


@pytest.mark.parametrize(("place", "value"), [pytest.param(*change, id=name) for name, *change in CHANGES])
def test_each_single_change_after_signing_is_stale_with_exactly_that_pointer(place: str, value: object):
    """User pain A68: the approval does not outlive the content, and the partner is told what changed."""
    before = sample(VARIANT)
    assert isinstance(before, dict)
    after = deepcopy(before)
    parent, _, name = place.rpartition("/")
    holder = member(after, parent)
    assert isinstance(holder, dict | list)
    holder[int(name) if isinstance(holder, list) else name] = value
    old, new = content_sha256(before), content_sha256(after)
    found = standing(dossier(*everybody(old), contents=(old, new), changed={old: changed_members(before, after)}), DAY)
    if place.split("/")[1] in UNSIGNED_MEMBERS:
        assert (found.state, old) == ("agreed", new)
    else:
        assert {(entry.status, entry.changed) for entry in found.partners} == {("stale", (place,))}


def test_a_signature_of_somebody_who_is_no_partner_any_more_counts_for_nobody():
    left = dossier(*everybody(), partners=PARTNERS[:2])
    assert (standing(left, DAY).state, [entry.partner for entry in standing(left, DAY).partners]) == (
        "agreed",
        ["schools", "library"],
    )
    joined = dossier(*everybody(), partners=(*PARTNERS, Partner(id="union", name="Union")))
    assert (standing(joined, DAY).state, statuses(joined)[-1]) == ("proposed", "unsigned")


def test_a_correction_that_the_source_takes_back_leaves_first_signatures_as_they_were():
    there_and_back = (restated("a", "b", "2026-11-01"), restated("b", "a", "2026-11-10"))
    known = dossier(
        said("schools", content="a"),
        said("library", content="b", seq=2),
        said("clinic", content="a", seq=3),
        contents=("a", "b", "a"),
        restatements=there_and_back,
    )
    assert statuses(known) == ["signed", "restated", "signed"]


def test_a_document_that_is_written_out_with_its_defaults_changes_nothing():
    """A member that was absent is null: a later program that writes it out asks nobody to sign again."""
    assert changed_members({"title": "Reading"}, {"title": "Reading", "benchmark": None}) == ()
    assert msgspec.json.decode(b"60.0") == 60
    assert content_sha256(msgspec.json.decode(b'{"value":60.0}')) == content_sha256(
        msgspec.json.decode(b'{"value":60}')
    )
