"""What the table of who may do what must never say, stated apart from it."""

from typing import get_args

import pytest

from registry.domain.actor import Actor, Role
from registry.domain.policy import SCOPES, TABLE, may, require
from registry.domain.refusal import NotAllowed

ACTS = {name for name, row in TABLE.items() if not row.reads}
EVERYBODY = {
    "read_frameworks",
    "read_templates",
    "read_instruments",
    "read_links",
    "read_rules",
    "read_communities",
    "read_releases",
    "read_variants",
    "read_rollup",
    "read_comparison",
    "check_template_beside",
}
OF_NETWORK = {
    "publish_framework",
    "publish_template",
    "deprecate_template",
    "withdraw_template",
    "publish_instrument",
    "publish_link",
    "publish_rule",
    "add_community",
    "accept_variant",
    "waive_period",
    "publish_release",
}
OF_A_COMMUNITY = {"propose_variant", "restate_variant", "load", "add_grant", "end_grant"}
OF_A_PARTNER = {"sign_variant", "decline_variant", "withdraw_signature"}
OF_BOTH = {"retire_variant", "create_token", "revoke_token"}


def allowed(role: Role) -> set[str]:
    return {name for name in TABLE if may(Actor(name="x", role=role, community="alder", partner="schools"), name)}


@pytest.mark.parametrize("role", ["analyst", "public"])
def test_analysts_and_the_public_read_what_everybody_may_and_do_nothing(role: Role):
    assert allowed(role) == EVERYBODY


def test_acts_are_split_between_network_community_and_partner():
    assert allowed("network") & ACTS == OF_NETWORK | OF_BOTH
    assert allowed("editor") & ACTS == OF_A_COMMUNITY | OF_BOTH
    assert allowed("partner") & ACTS == OF_A_PARTNER
    assert {"build", "redact"} == ACTS - (OF_NETWORK | OF_A_COMMUNITY | OF_A_PARTNER | OF_BOTH)


def test_reads_beyond_what_everybody_may():
    own = {"read_assessment", "read_signers"}
    staff = own | {"read_batches", "read_tokens", "read_grants", "check_variant"}
    assert allowed("partner") - ACTS - EVERYBODY == own
    assert allowed("editor") - ACTS - EVERYBODY == staff | {"read_true_cells", "check_load", "read_sheet"}
    assert allowed("network") - ACTS - EVERYBODY == staff | {"impact_of", "verify", "doctor", "read_ledger"}


def test_only_an_editor_reaches_figures_that_are_not_released_and_only_the_operator_unmasks():
    assert dict(TABLE["read_true_cells"].roles) == {"editor": "community"}
    assert dict(TABLE["read_unmasked"].roles) == {"operator": "any"}


def test_editors_and_partners_reach_what_is_their_own_except_where_everybody_reaches_all():
    for name, row in TABLE.items():
        if name in EVERYBODY:
            assert set(row.roles.values()) == {"any"}, name
            assert set(row.roles) == set(get_args(Role)), name
        else:
            assert row.roles.get("editor", "community") == "community", name
            assert row.roles.get("partner", "community") == ("organisation" if name in OF_A_PARTNER else "community"), (
                name
            )


def test_an_owned_thing_needs_an_owner_and_nobody_without_a_place_reaches_it():
    nobody = Actor(name="x", role="editor")
    for name in ("propose_variant", "create_token", "check_load"):
        with pytest.raises(NotAllowed):
            require(nobody, name)
        with pytest.raises(NotAllowed):
            require(nobody, name, community="alder")


@pytest.mark.parametrize("name", TABLE)
def test_row_reads_as_a_sentence(name: str):
    for role in set(get_args(Role)) - set(TABLE[name].roles):
        with pytest.raises(NotAllowed) as said:
            require(Actor(name="x", role=role), name)
        assert " may not " in said.value.detail
        assert said.value.hint.startswith("It is for ")
        assert said.value.hint.endswith(".")
    assert name not in SCOPES or name in ACTS
