"""Who may do and read what: one table, consulted by every action and every read before it looks at anything.

A row is named like the action's function, or ``read_...``. It says whose things a role reaches: anybody's, those of its own community, or
those of its own organisation. What everybody knows to be there (an outcome, a place, a local measure) is refused as not allowed. A
community's loads, tokens and grants are nobody else's business: what belongs to another one is answered like what is not there at all,
by looking only among those within reach (``reaches``). A token's scope is asked last and only ever narrows.

``tests/actions/test_policy_matrix.py`` goes through every row with every role; states of a local measure stand in ``agreement.py``.

>>> from registry.domain.actor import Actor
>>> editor = Actor(name="ana", role="editor", community="alder")
>>> reaches(editor, "propose_variant", "alder"), reaches(editor, "propose_variant", "birch"), may(editor, "publish_template")
(True, False, False)
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from registry.domain.actor import Actor, Role
from registry.domain.refusal import NotAllowed

Reach = Literal["any", "community", "organisation"]
About = Literal["nothing", "shared", "place", "measure", "organisation", "concealed"]
"""What an act or a read names: nothing; a document of the network; a community; a local measure; one partner of it; or a community's own
thing that others do not know of."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One act or read: ``does`` says it in words (an editor may not *propose a local measure*), ``roles`` how far each role reaches."""

    does: str
    about: About
    roles: Mapping[Role, Reach]
    reads: bool = False


_NETWORK: Mapping[Role, Reach] = {"operator": "any", "network": "any"}
_OPERATOR: Mapping[Role, Reach] = {"operator": "any"}
_EDITOR: Mapping[Role, Reach] = {"operator": "any", "editor": "community"}
_PARTNER: Mapping[Role, Reach] = {"operator": "any", "partner": "organisation"}
_STAFF: Mapping[Role, Reach] = {**_NETWORK, "editor": "community"}
_TOWN: Mapping[Role, Reach] = {**_STAFF, "partner": "community"}
_EVERYBODY: Mapping[Role, Reach] = dict.fromkeys(
    ("operator", "network", "editor", "partner", "analyst", "public"), "any"
)


def _act(does: str, about: About, roles: Mapping[Role, Reach]) -> Row:
    return Row(does=does, about=about, roles=roles)


def _read(does: str, about: About, roles: Mapping[Role, Reach]) -> Row:
    return Row(does=does, about=about, roles=roles, reads=True)


TABLE: Mapping[str, Row] = {
    "build": _act("build the demonstration", "nothing", _OPERATOR),
    "publish_framework": _act("publish a framework", "nothing", _NETWORK),
    "publish_template": _act("publish a template", "nothing", _NETWORK),
    "deprecate_template": _act("deprecate a template", "shared", _NETWORK),
    "withdraw_template": _act("withdraw a template", "shared", _NETWORK),
    "publish_instrument": _act("catalogue an assessment or data source", "nothing", _NETWORK),
    "publish_link": _act("publish a link", "nothing", _NETWORK),
    "publish_rule": _act("publish a progress rule", "nothing", _NETWORK),
    "add_community": _act("add or correct a community", "nothing", _NETWORK),
    "propose_variant": _act("propose a local measure", "measure", _EDITOR),
    "restate_variant": _act("restate the baseline of a local measure", "measure", _EDITOR),
    "load": _act("load data for a local measure", "measure", _EDITOR),
    "accept_variant": _act("accept the departures of a local measure", "measure", _NETWORK),
    "sign_variant": _act("sign a local measure", "organisation", _PARTNER),
    "decline_variant": _act("decline a local measure", "organisation", _PARTNER),
    "withdraw_signature": _act("withdraw a signature from a local measure", "organisation", _PARTNER),
    "waive_period": _act("waive a year of a local measure", "measure", _NETWORK),
    "retire_variant": _act("retire a local measure", "measure", _STAFF),
    "publish_release": _act("release results", "nothing", _NETWORK),
    "copy_registry": _read("copy the registry", "nothing", _OPERATOR),
    "redact": _act("redact entries", "nothing", _OPERATOR),
    "restore": _read("restore a registry", "nothing", _OPERATOR),
    "back_up": _read("back up the registry", "nothing", _OPERATOR),
    "create_token": _act("create a token", "place", _STAFF),
    "revoke_token": _act("revoke a token", "concealed", _STAFF),
    "add_grant": _act("grant access to a community's figures", "place", _EDITOR),
    "end_grant": _act("end a grant", "concealed", _EDITOR),
    "read_frameworks": _read("read the frameworks", "shared", _EVERYBODY),
    "read_templates": _read("read the templates", "shared", _EVERYBODY),
    "read_instruments": _read("read the catalogue", "shared", _EVERYBODY),
    "read_links": _read("read the links", "shared", _EVERYBODY),
    "read_rules": _read("read the progress rules", "shared", _EVERYBODY),
    "read_communities": _read("read the list of communities", "shared", _EVERYBODY),
    "read_variants": _read("read the local measures", "measure", _EVERYBODY),
    "read_releases": _read("list the releases", "nothing", _EVERYBODY),
    "read_ledger": _read("read the ledger's log", "nothing", _NETWORK),
    "read_rollup": _read("ask for a roll-up", "shared", _EVERYBODY),
    "read_comparison": _read("compare communities", "shared", _EVERYBODY),
    "read_assessment": _read("read the assessment of a local measure", "measure", _TOWN),
    "read_signers": _read("read who did what with a local measure", "measure", _TOWN),
    "read_batches": _read("read the loads", "concealed", _STAFF),
    "read_sheet": _read("have a sheet to fill in for a local measure", "measure", _EDITOR),
    "read_tokens": _read("list the tokens", "nothing", _STAFF),
    "read_grants": _read("list the grants", "nothing", _STAFF),
    "read_true_cells": _read("read figures that are not released", "place", {"editor": "community"}),
    "read_unmasked": _read("read figures unmasked", "nothing", _OPERATOR),
    "check_template_beside": _read("check a template beside the registry", "nothing", _EVERYBODY),
    "check_variant": _read("check a local measure", "measure", _STAFF),
    "check_load": _read("check files beside what a local measure holds", "measure", _EDITOR),
    "impact_of": _read("ask what a new version would touch", "nothing", _NETWORK),
    "verify": _read("verify the ledger", "nothing", _NETWORK),
    "doctor": _read("look at the registry's health", "nothing", _NETWORK),
}
"""Every act and every read of the product. Lists show what is within reach and leave the rest out."""

SCOPES: tuple[str, ...] = ("read", *(name for name, row in TABLE.items() if not row.reads))
"""What a token can be narrowed to: single acts, and ``read`` for all that its role may read."""

_OWNED = frozenset({"place", "measure", "organisation"})


def may(actor: Actor, name: str) -> bool:
    """Whether this actor may do this at all, to whatever is its own."""
    return actor.role in TABLE[name].roles and _in_scope(actor, name)


def reaches(actor: Actor, name: str, community: str | None, partner: str | None = None) -> bool:
    """Whether this actor may do this to a thing of that community (null: of the network) and, where one is named, that partner."""
    reach = TABLE[name].roles.get(actor.role)
    return reach is not None and _within(reach, actor, community, partner) and _in_scope(actor, name)


def require(actor: Actor, name: str, *, community: str | None = None, partner: str | None = None) -> None:
    """Refuse what this actor may not do. Called first in every action, under the action's own name.

    ``community`` owns what is named, ``partner`` is the organisation that is spoken for. Raises NotAllowed.
    """
    row = TABLE[name]
    reach = row.roles.get(actor.role)
    if reach is None:
        raise NotAllowed(not_for(actor.role, name), hint=f"It is for {_who_may(row)}.")
    if row.about in _OWNED and not _within(reach, actor, community, partner):
        detail = _ELSEWHERE[row.about].format(community=community or "no community")
        raise NotAllowed(detail, hint=_OWN_ONLY[actor.role])
    if not _in_scope(actor, name):
        made_for = ", ".join(actor.scope or ()) or "nothing"
        raise NotAllowed(
            f"This token is not made to {row.does}.", hint=f"It is made for: {made_for}. Use another token for this."
        )


def not_for(role: Role, name: str) -> str:
    """What a role is told that may not do this at all."""
    return f"{_AS[role]} may not {TABLE[name].does}."


def _within(reach: Reach, actor: Actor, community: str | None, partner: str | None) -> bool:
    if reach == "any":
        return True
    own = actor.community is not None and actor.community == community
    return own and (reach == "community" or (actor.partner is not None and actor.partner == partner))


def _in_scope(actor: Actor, name: str) -> bool:
    return actor.scope is None or name in actor.scope or (TABLE[name].reads and "read" in actor.scope)


def _who_may(row: Row) -> str:
    """The roles that may, in words; the operator is named only where nobody else may."""
    others = [_WHO[role] for role in row.roles if role != "operator"] or [_FILE]
    return _listed(others)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


_FILE = "the operator, who opens the registry's file"
_WHO: Mapping[Role, str] = {
    "operator": "the operator",
    "network": "network staff",
    "editor": "an editor of the community",
    "partner": "the partner itself",
    "analyst": "an analyst",
    "public": "the public",
}
_AS: Mapping[Role, str] = {
    "operator": "The operator",
    "network": "Network staff",
    "editor": "An editor",
    "partner": "A partner",
    "analyst": "An analyst",
    "public": "The public",
}
_ELSEWHERE: Mapping[About, str] = {
    "place": "This is for {community} to decide.",
    "measure": "This measure belongs to {community}.",
    "organisation": "This signature belongs to another organisation.",
}
_OWN_ONLY: Mapping[Role, str] = {
    "editor": "An editor acts for the own community only.",
    "partner": "A partner acts for itself only.",
}
