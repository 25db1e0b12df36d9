"""Who has agreed to a local measure, in which state that leaves it, and who may do what with it next.

A signature binds to the SHA-256 of everything that a revision says but ``story``, ``strategies`` and ``notes``. Whoever changes more
than those makes another content, and every signature on the old one is stale: it says so, with the fields that did it. The one
exception is a restatement: the source corrected the baseline; signatures stand, and for 30 days each partner may object by declining.

The state is worked out from what stands in the ledger, never typed in (design section 5). In which states each act can be done is one
table, ``STATES``; which roles may do it stands in ``policy.py`` (``ROWS`` names the row). ``tests/domain/test_agreement.py`` goes through
every role, state and act.

>>> allowed("sign", "proposed", "partner"), allowed("sign", "retired", "partner")
(True, False)
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Literal

import msgspec
import rfc8785

from registry.domain.actor import Actor, Role
from registry.domain.community import Partner
from registry.domain.policy import TABLE, require
from registry.domain.refusal import Conflict
from registry.domain.rule import pointer_to

State = Literal["proposed", "accepted", "agreed", "active", "closed", "retired"]
Act = Literal["propose", "restate", "load", "accept", "sign", "decline", "withdraw-signature", "waive", "retire"]
Outcome = Literal["met", "missed"]
PartnerStatus = Literal["unsigned", "signed", "restated", "stale", "declined", "withdrawn"]
Review = Literal["not_needed", "needed", "accepted"]

UNSIGNED_MEMBERS = ("notes", "story", "strategies")
"""What a community may change at any time without asking its partners again."""

OBJECTION = timedelta(days=30)
"""How long a partner may object to a restatement of the baseline by its source."""

_OPEN: tuple[State, ...] = ("proposed", "accepted", "agreed", "active")
_KEPT: tuple[State, ...] = (*_OPEN, "closed")

STATES: Mapping[Act, tuple[State, ...]] = {
    "propose": _KEPT,
    "restate": _KEPT,
    "load": _KEPT,
    "accept": ("proposed",),
    "sign": _OPEN,
    "decline": _OPEN,
    "withdraw-signature": _OPEN,
    "waive": _KEPT,
    "retire": _KEPT,
}
"""For every act: the states in which it can be done."""

ROWS: Mapping[Act, str] = {
    "propose": "propose_variant",
    "restate": "restate_variant",
    "load": "load",
    "accept": "accept_variant",
    "sign": "sign_variant",
    "decline": "decline_variant",
    "withdraw-signature": "withdraw_signature",
    "waive": "waive_period",
    "retire": "retire_variant",
}
"""For every act: its row in the table of who may do what (``policy.TABLE``)."""


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """What one partner said to one content: signed, declined, or its signature taken back. ``by`` is a person, ``authority`` its right."""

    variant: str
    partner: str
    act: Literal["signed", "declined", "withdrawn"]
    revision: int
    content_sha256: str
    by: str
    authority: str = ""
    reason: str = ""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided on a measure: its departures accepted, a year's result excused (``period``), or the measure retired."""

    variant: str
    act: Literal["accepted", "waived", "retired"]
    revision: int
    content_sha256: str
    reason: str = ""
    period: str | None = None


class Restatement(msgspec.Struct, frozen=True, kw_only=True):
    """The source corrected the baseline: signatures on the content before stand for the content after."""

    variant: str
    revision: int
    before_sha256: str
    after_sha256: str
    reason: str


class SignatureLine(msgspec.Struct, frozen=True, kw_only=True):
    """One signature as the ledger holds it: when it was recorded (UTC), and what it says."""

    seq: int
    recorded_at: str
    signature: Signature


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """All that decides a measure's state at one line of the ledger, acts in order of the ledger.

    ``contents`` are the hashes of all its revisions, the newest last; ``changed`` names, per earlier content, the members that differ
    now; ``review`` tells whether the network reviews its departures; ``settled`` what the target period's own result decided.
    """

    contents: tuple[str, ...]
    partners: tuple[Partner, ...]
    signatures: tuple[SignatureLine, ...] = ()
    restatements: tuple[tuple[str, Restatement], ...] = ()
    accepted: tuple[str, ...] = ()
    changed: Mapping[str, tuple[str, ...]] = {}
    waived: tuple[str, ...] = ()
    retired: str | None = None
    reviewed: bool = False
    has_data: bool = False
    settled: Outcome | None = None


class PartnerStanding(msgspec.Struct, frozen=True, kw_only=True):
    """Where one partner stands: who said what with which right, which members changed since, and until when it may object."""

    partner: str
    name: str
    sector: str
    commitment: str
    status: PartnerStatus
    by: str = ""
    authority: str = ""
    reason: str = ""
    recorded_at: str | None = None
    revision: int | None = None
    changed: tuple[str, ...] = ()
    object_by: date | None = None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a measure, what became of it, whether a review is due, and where each partner stands."""

    state: State
    outcome: Outcome | None
    review: Review
    partners: tuple[PartnerStanding, ...]
    waived: tuple[str, ...] = ()
    retired: str | None = None


def allowed(act: Act, state: State, role: Role) -> bool:
    """Whether a role may do this in this state."""
    return state in STATES[act] and role in TABLE[ROWS[act]].roles


def refuse_act(act: Act, state: State, actor: Actor, *, community: str, partner: str | None = None) -> None:
    """Refuse what this role may not do, or nobody can do in this state.

    ``community`` owns the measure; ``partner`` is the organisation that is spoken for, where the act is one of a partner. Raises
    NotAllowed and Conflict.
    """
    require(actor, ROWS[act], community=community, partner=partner)
    if state not in STATES[act]:
        raise Conflict(f"Nobody can {_DOES[act]} this local measure: it is {_IS[state]}.", hint=_WAY[state])


_DOES: Mapping[Act, str] = {
    "propose": "propose",
    "restate": "restate the baseline of",
    "load": "load data for",
    "accept": "accept the departures of",
    "sign": "sign",
    "decline": "decline",
    "withdraw-signature": "withdraw a signature from",
    "waive": "waive a year of",
    "retire": "retire",
}
_IS: Mapping[State, str] = {
    "proposed": "proposed",
    "accepted": "accepted already",
    "agreed": "agreed already",
    "active": "agreed and active already",
    "closed": "closed, because its target's own result is known",
    "retired": "retired",
}
_WAY: Mapping[State, str] = {
    "proposed": "",
    "accepted": "Nothing is left to accept.",
    "agreed": "Nothing is left to accept.",
    "active": "Nothing is left to accept.",
    "closed": "Propose it anew with the next target; its partners then sign that.",
    "retired": "Register a new local measure under another id.",
}


def content_sha256(document: Mapping[str, object]) -> str:
    """What a signature binds to: SHA-256, in hexadecimal, over the canonical JSON of all but ``story``, ``strategies`` and ``notes``."""
    signed = {name: value for name, value in document.items() if name not in UNSIGNED_MEMBERS}
    return sha256(rfc8785.dumps(msgspec.to_builtins(signed))).hexdigest()


def changed_members(before: object, after: object) -> tuple[str, ...]:
    """The pointers of everything signed that differs between two documents, each at the smallest place, in order."""
    return tuple(pointer for pointer in _differing(before, after, ()) if pointer.split("/")[1] not in UNSIGNED_MEMBERS)


def binding_contents(content: str, restatements: Sequence[tuple[str, Restatement]]) -> Mapping[str, str | None]:
    """The contents whose signatures stand for the given one, each with the moment of the restatement that carried it over.

    ``restatements`` in the order of the ledger, each with the moment at which it was recorded; the content itself has none.
    """
    binding: dict[str, str | None] = {content: None}
    for recorded_at, restatement in reversed(restatements):
        if restatement.after_sha256 in binding and restatement.before_sha256 not in binding:
            binding[restatement.before_sha256] = binding[restatement.after_sha256] or recorded_at
    return binding


def standing(dossier: Dossier, day: date) -> Standing:
    """In which state a measure stands on a day."""
    content = dossier.contents[-1]
    binding = binding_contents(content, dossier.restatements)
    partners = tuple(_partner(partner, dossier, binding, day) for partner in dossier.partners)
    reviewed: Review = "needed" if dossier.reviewed else "not_needed"
    if binding.keys() & set(dossier.accepted):
        reviewed = "accepted"
    return Standing(
        state=_state(dossier, partners, reviewed),
        outcome=dossier.settled if _all_signed(partners) and reviewed != "needed" else None,
        review=reviewed,
        partners=partners,
        waived=dossier.waived,
        retired=dossier.retired,
    )


def _state(dossier: Dossier, partners: Sequence[PartnerStanding], review: Review) -> State:
    if dossier.retired is not None:
        return "retired"
    if review == "needed" or not _all_signed(partners):
        return "accepted" if review == "accepted" else "proposed"
    if dossier.settled is not None:
        return "closed"
    return "active" if dossier.has_data else "agreed"


def _all_signed(partners: Sequence[PartnerStanding]) -> bool:
    """Whether every named partner signed this very content; a measure that names nobody is agreed by nobody."""
    return bool(partners) and all(partner.status in {"signed", "restated"} for partner in partners)


def _partner(partner: Partner, dossier: Dossier, binding: Mapping[str, str | None], day: date) -> PartnerStanding:
    asked = PartnerStanding(
        partner=partner.id,
        name=partner.name,
        sector=partner.sector,
        commitment=partner.commitment,
        status="unsigned",
    )
    said = [line for line in dossier.signatures if line.signature.partner == partner.id]
    if not said:
        return asked
    last = said[-1]
    words = last.signature
    status, object_by = _status(words, binding, day)
    return msgspec.structs.replace(
        asked,
        status=status,
        by=words.by,
        authority=words.authority,
        reason=words.reason,
        recorded_at=last.recorded_at,
        revision=words.revision,
        changed=() if words.content_sha256 in binding else dossier.changed.get(words.content_sha256, ()),
        object_by=object_by,
    )


def _status(words: Signature, binding: Mapping[str, str | None], day: date) -> tuple[PartnerStatus, date | None]:
    if words.act != "signed":
        return ("declined" if words.act == "declined" else "withdrawn"), None
    if words.content_sha256 not in binding:
        return "stale", None
    restated_at = binding[words.content_sha256]
    if restated_at is None:
        return "signed", None
    object_by = date.fromisoformat(restated_at[:10]) + OBJECTION
    return ("restated" if day <= object_by else "signed"), object_by


def _differing(before: object, after: object, place: tuple[str, ...]) -> list[str]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        names = sorted({*before, *after})
        return [
            pointer for name in names for pointer in _differing(before.get(name), after.get(name), (*place, str(name)))
        ]
    if isinstance(before, list | tuple) and isinstance(after, list | tuple) and len(before) == len(after):
        return [
            pointer
            for number, (old, new) in enumerate(zip(before, after, strict=True))
            for pointer in _differing(old, new, (*place, str(number)))
        ]
    same = isinstance(before, bool) is isinstance(after, bool) and before == after
    return [] if same else [pointer_to(*place)]
