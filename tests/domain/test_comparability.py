"""Which measures can be compared: equal keys, and nothing else."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.comparability import before_break, explain, facet_value, keys_of, measure_of
from registry.domain.template import Template
from registry.domain.variant import Variant
from tests.domain.documents import template, variant, variant_document

SCHEMA = {
    "type": "object",
    "properties": {"season": {"default": "spring"}, "content": {"type": "string"}, "accommodated": {"default": True}},
}


def rule(facet: str, level: str, progress: str) -> dict[str, str]:
    return {"facet": f"/measure/{facet}", "level": level, "progress": progress, "why": f"because of the {facet}"}


JUDGED = template(
    measure_schema=SCHEMA,
    comparability=[
        rule("instrument", "link", "any"),
        rule("cut", "equal", "any"),
        rule("grade_or_age", "equal", "equal"),
        rule("season", "any", "equal"),
        rule("content", "equal", "any"),
        rule("accommodated", "equal", "any"),
        rule("sampling", "any", "any"),
    ],
)
FULL = {"instrument": "state-test", "cut": "proficient", "grade_or_age": 3, "season": "spring", "content": "reading"}


def measured(measure: dict[str, object] | None, **changes: object) -> Variant:
    return variant(measure=measure, **changes)


FACETS = {
    "instrument": st.sampled_from(["state-test", "other-test"]),
    "cut": st.sampled_from(["proficient", "meets", ""]),
    "grade_or_age": st.sampled_from([3, 3.0, 4, "3", True, 1]),
    "content": st.sampled_from(["reading", "writing"]),
    "sampling": st.sampled_from(["full_count", "sample"]),
    "accommodated": st.sampled_from([True, 1, 1.0]),
}
measures = st.fixed_dictionaries({}, optional=FACETS)
DECLARED = {"adaptations": [{"facet": "/measure/accommodated", "why": "All are counted."}]}


@given(st.lists(measures, min_size=3, max_size=3))
def test_equal_keys_are_an_equivalence_and_explain_is_empty_exactly_there(stated: list[dict[str, object]]):
    variants = [measured(measure, context=DECLARED) for measure in stated]
    keys = [keys_of(entry, JUDGED) for entry in variants]
    found = [measure_of(entry, JUDGED) for entry in variants]
    for ours, mine in zip(keys, found, strict=True):
        assert (ours.level is None) == bool(explain(mine, mine, JUDGED)), (
            "a facet that is missing is not equal to itself"
        )
        assert ours.progress is not None or ours.level is None
        assert (ours.level is None) == bool(ours.reasons)
        for theirs, yours in zip(keys, found, strict=True):
            level, progress = _equal(ours.level, theirs.level), _equal(ours.progress, theirs.progress)
            assert progress or not level
            assert level == (not explain(mine, yours, JUDGED))
            hindered = [tier for mismatch in explain(mine, yours, JUDGED) for tier in mismatch.hinders]
            assert progress == ("progress" not in hindered)
            assert {entry.facet for entry in explain(mine, yours, JUDGED)} == {
                entry.facet for entry in explain(yours, mine, JUDGED)
            }
    if _equal(keys[0].level, keys[1].level) and _equal(keys[1].level, keys[2].level):
        assert _equal(keys[0].level, keys[2].level)


def _equal(ours: str | None, theirs: str | None) -> bool:
    return ours is not None and ours == theirs


def test_key_is_canonical_json_of_template_unit_and_judged_facets():
    keys = keys_of(measured(FULL | {"sampling": "sample"}), JUDGED)
    assert (keys.tier, keys.reasons) == ("level", ())
    assert json.loads(keys.level) == {
        "template": "early-grade-reading@1",
        "unit": "percent",
        "measure": FULL | {"accommodated": True},
    }
    assert json.loads(keys.progress)["measure"] == {"grade_or_age": 3, "season": "spring"}
    assert keys.level == json.dumps(json.loads(keys.level), sort_keys=True, separators=(",", ":"))


def test_default_counts_as_stated():
    silent = {name: value for name, value in FULL.items() if name != "season"}
    assert keys_of(measured(silent), JUDGED) == keys_of(measured(FULL), JUDGED)
    assert measure_of(measured(silent), JUDGED) == measure_of(measured(FULL), JUDGED)
    assert measure_of(measured({}), JUDGED).construct == "reading proficiency"


def test_order_of_facets_and_of_judgements_and_whole_numbers_change_no_key():
    turned = msgspec.structs.replace(JUDGED, comparability=JUDGED.comparability[::-1])
    other = dict(reversed(FULL.items())) | {"grade_or_age": 3.0}
    assert keys_of(measured(other), turned) == keys_of(measured(FULL), JUDGED)


@pytest.mark.parametrize(("facet", "tier"), [("content", "progress"), ("cut", "progress"), ("grade_or_age", "none")])
def test_missing_facet_is_not_equal_and_the_reason_names_it(facet: str, tier: str):
    keys = keys_of(measured({name: value for name, value in FULL.items() if name != facet}), JUDGED)
    assert keys.tier == tier
    (reason,) = keys.reasons
    assert facet.replace("_", " ") in reason
    assert f"because of the {facet}" in reason


def test_undeclared_departure_is_compared_with_nothing_and_says_so():
    fall = FULL | {"season": "fall"}
    keys = keys_of(measured(fall), JUDGED)
    assert (keys.tier, keys.level, keys.progress) == ("none", None, None)
    assert keys.reasons == ("its season departs from the template and the departure is not declared",)
    declared = keys_of(
        measured(fall, context={"adaptations": [{"facet": "/measure/season", "why": "October"}]}), JUDGED
    )
    assert declared.tier == "level"
    assert declared.progress != keys_of(measured(FULL), JUDGED).progress


def test_a_declared_proxy_is_counted_by_direction_and_compared_with_nothing_else():
    context = {"adaptations": [{"facet": "/measure/construct", "why": "We count books."}]}
    keys = keys_of(measured(FULL | {"construct": "books at home"}, context=context), JUDGED)
    assert (keys.tier, keys.level, keys.progress, keys.linked) == ("direction", None, None, None)
    assert keys.direction == keys_of(measured(FULL), JUDGED).direction
    assert "books at home" in keys.reasons[0]
    assert "reading proficiency" in keys.reasons[0]


def test_another_construct_that_nobody_declares_is_compared_with_nothing():
    keys = keys_of(measured(FULL | {"construct": "books at home"}), JUDGED)
    assert (keys.tier, keys.direction) == ("none", None)


def test_linked_key_leaves_out_what_a_link_may_bridge_and_is_bound_to_the_scale():
    rules = tuple(
        msgspec.structs.replace(rule, level="link") if rule.facet in {"/measure/instrument", "/measure/cut"} else rule
        for rule in JUDGED.comparability
    )
    linked = msgspec.structs.replace(JUDGED, comparability=rules, scale="naep-grade-4-reading")
    ours = keys_of(measured(FULL), linked)
    theirs = keys_of(measured(FULL | {"instrument": "other-test", "cut": "basic"}), linked)
    assert (ours.level == theirs.level, ours.linked == theirs.linked) == (False, True)
    assert "naep-grade-4-reading" in ours.linked
    assert keys_of(measured(FULL | {"content": "mathematics"}), linked).linked != ours.linked
    other_scale = msgspec.structs.replace(linked, scale="another")
    assert keys_of(measured(FULL), other_scale).linked != ours.linked
    assert keys_of(measured(FULL), msgspec.structs.replace(linked, scale=None)).linked is None


def test_every_reason_is_told_and_none_twice():
    keys = keys_of(measured({"construct": "books", "season": "fall"}), JUDGED)
    assert len(keys.reasons) == len(set(keys.reasons)) == 7
    assert keys.tier == "none"


def test_no_agreed_measure_is_the_data_development_agenda():
    keys = keys_of(measured(None), JUDGED)
    assert (keys.tier, len(keys.reasons)) == ("none", 1)
    assert "data development agenda" in keys.reasons[0]


def other(changes: dict[str, object]) -> Template:
    return msgspec.structs.replace(JUDGED, **changes)


def test_other_template_major_version_or_unit_has_another_key():
    unit = msgspec.structs.replace(JUDGED.indicator, unit="rate")
    keys = {
        keys_of(measured(FULL), judged).level
        for judged in (JUDGED, other({"id": "reading"}), other({"version": "2.0.0"}), other({"indicator": unit}))
    }
    assert len(keys) == 4
    minor = other({"version": "1.10.0-draft"})
    assert keys_of(measured(FULL), minor) == keys_of(measured(FULL), JUDGED)


def test_explain_names_every_judged_facet_that_differs_with_the_reason_of_the_template():
    ours = measure_of(measured(FULL | {"sampling": "sample"}), JUDGED)
    theirs = measure_of(measured({"instrument": "other-test", "grade_or_age": 4, "sampling": "full_count"}), JUDGED)
    found = {
        entry.facet: (entry.ours, entry.theirs, entry.hinders, entry.why) for entry in explain(ours, theirs, JUDGED)
    }
    assert found == {
        "instrument": ("state-test", "other-test", ("level",), "because of the instrument"),
        "cut": ("proficient", None, ("level",), "because of the cut"),
        "grade_or_age": (3, 4, ("level", "progress"), "because of the grade_or_age"),
        "content": ("reading", None, ("level",), "because of the content"),
    }


def test_facet_that_the_template_adds_is_read_like_a_typed_one():
    measure = measure_of(measured(FULL | {"unheard": "of"}), JUDGED)
    assert facet_value(measure, "content") == "reading"
    assert facet_value(measure, "unheard") is None
    assert measure.extra == (("accommodated", True), ("content", "reading"))


def test_years_before_a_break_have_a_key_of_their_own():
    key = keys_of(measured(FULL), JUDGED).level
    assert len({key, before_break(key, "SY2012-13"), before_break(key, "SY2014-15")}) == 3


def test_a_partner_a_target_or_a_note_changes_no_key():
    assert variant_document()["partners"]
    changed = measured(FULL, partners=[], target=None, notes="x", breaks=[], title="Other", headline=False)
    assert keys_of(changed, JUDGED) == keys_of(measured(FULL), JUDGED)
