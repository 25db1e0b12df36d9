"""The demonstration network shows what it says it shows: places, outcomes, years and groups, and each special case once at least."""

from collections import Counter, defaultdict

import msgspec
import pytest
from seed_documents import (
    AGENDA,
    AGREEMENT,
    BENCHMARKS,
    BY_COMMUNITY,
    BY_REFERENCE,
    BY_TEMPLATE,
    FRAMEWORK,
    LOADS,
    MEASURED,
    MEMBERS,
    PROXIES,
    SEEDS,
    cell,
    document,
    group_rows_of,
    hidden,
    mapping_of,
    number,
    rows_of,
    template_of,
)

from registry.domain.rule import judge
from registry.domain.variant import Variant, reference_of
from registry.domain.variant_rules import Surroundings, departures, rules_of_a_variant

ACTS = AGREEMENT["acts"]
FIELDS = {
    "sign": {"variant", "partner", "by", "authority"},
    "decline": {"variant", "partner", "by", "reason"},
    "withdraw-signature": {"variant", "partner", "by", "reason"},
    "accept": {"variant", "reason"},
    "waive": {"variant", "period", "reason"},
    "propose": {"document"},
    "restate": {"document", "reason"},
}
REVISIONS = {
    path.relative_to(SEEDS).as_posix(): msgspec.convert(document(path.relative_to(SEEDS).as_posix()), Variant)
    for path in sorted((SEEDS / "network/revisions").iterdir())
}


def share(reference: str, period: str) -> float:
    """What the row of a period comes to, in percent."""
    columns, row = mapping_of(LOADS[reference]["mapping"]).columns, rows_of(reference)[period]
    top, bottom = cell(row, columns.numerator), cell(row, columns.denominator)
    if top is not None:
        return float(100 * number(top) / number(str(bottom)))
    return float(number(str(cell(row, columns.value))))


def standings() -> dict[str, dict[str, str]]:
    """Where each partner stands after all acts: signed, stale, declined or withdrawn. A new revision makes signatures stale."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for act in ACTS:
        if act["act"] == "propose":
            reference = reference_of(REVISIONS[act["document"]])
            found[reference] = dict.fromkeys(found[reference], "stale")
        elif "partner" in act:
            word = {"sign": "signed", "decline": "declined", "withdraw-signature": "withdrawn"}[act["act"]]
            found[act["variant"]][act["partner"]] = word
    return found


def fully_signed() -> set[str]:
    ours = standings()
    return {
        reference
        for reference, partners in ours.items()
        if partners == {partner.id: "signed" for partner in BY_REFERENCE[reference].partners}
    }


def test_at_least_fourteen_places_of_three_states_have_figures() -> None:
    places = {BY_REFERENCE[reference].community for reference in MEASURED}
    assert len(places) >= 14
    assert {BY_COMMUNITY[place].state for place in places} == {"CO", "CT", "VA"}


def test_at_least_four_outcomes_have_figures_over_four_years() -> None:
    years: dict[str, list[int]] = defaultdict(list)
    for reference in MEASURED:
        if not reference.startswith("andover/"):
            years[template_of(BY_REFERENCE[reference]).id].append(len(rows_of(reference)))
    assert len(years) >= 4
    assert {name: min(counted) for name, counted in years.items() if min(counted) < 4} == {}


def test_every_new_place_has_four_school_years_with_counts() -> None:
    colorado = [reference for reference in MEASURED if BY_COMMUNITY[BY_REFERENCE[reference].community].state == "CO"]
    assert len(colorado) == 4
    for reference in colorado:
        assert list(rows_of(reference)) == ["SY2018-19", "SY2020-21", "SY2021-22", "SY2022-23"]
        assert mapping_of(LOADS[reference]["mapping"]).columns.numerator == "present"


@pytest.mark.parametrize("outcome", ["consistent-attendance", "postsecondary-enrollment"])
def test_groups_are_there_over_at_least_four_years_and_the_hidden_stay_hidden(outcome: str) -> None:
    grouped = [
        reference
        for reference in MEASURED
        if template_of(BY_REFERENCE[reference]).id == outcome and mapping_of(LOADS[reference]["mapping"]).groups
    ]
    assert len(grouped) >= 2
    for reference in grouped:
        columns = mapping_of(LOADS[reference]["mapping"]).columns
        read = group_rows_of(reference)
        years = Counter(period for period, group in read if group)
        assert len(years) >= 4
        assert min(years.values()) >= 4
        assert any(hidden(str(cell(row, columns.value or columns.numerator))) for row in read.values())


def test_a_target_is_met_and_one_is_missed_by_the_target_periods_own_figure() -> None:
    settled: dict[str, set[str]] = {"met": set(), "missed": set()}
    for reference in set(MEASURED) - PROXIES:
        variant = BY_REFERENCE[reference]
        assert variant.target is not None
        assert variant.baseline is not None
        end = variant.target.period
        broken = any(str(variant.baseline.period) < gap.period <= end for gap in variant.breaks)
        if end in rows_of(reference) and not broken:
            settled["met" if share(reference, end) >= variant.target.value else "missed"].add(reference)
    assert settled == {"met": {"jefferson-county/consistent-attendance"}, "missed": {"pueblo/consistent-attendance"}}


def test_the_met_target_would_be_missed_by_the_states_own_rate_and_the_story_says_so() -> None:
    variant, row = (
        BY_REFERENCE["jefferson-county/consistent-attendance"],
        rows_of("jefferson-county/consistent-attendance"),
    )
    last = row["SY2022-23"]
    assert variant.target is not None
    assert (
        100 - 100 * float(last["chronically_absent_rate"])
        < variant.target.value
        < share(reference_of(variant), "SY2022-23")
    )
    assert "hangs on who is counted" in str(variant.story)


def test_a_proxy_departs_in_its_construct_and_declares_why() -> None:
    assert {reference for reference in MEMBERS if reference in PROXIES} == {
        f"{city}/kei-literacy" for city in ("bridgeport", "hartford", "new-haven")
    }
    for reference in PROXIES:
        variant = BY_REFERENCE[reference]
        assert "construct" in departures(template_of(variant), variant.measure or {})
        assert [entry.facet for entry in variant.context.adaptations] == ["/measure/construct"]
        assert all(entry.why.startswith("A proxy.") for entry in variant.context.adaptations)


def test_a_place_on_the_agenda_says_why_and_who_would_have_to_agree() -> None:
    assert AGENDA == ["pueblo/kindergarten-readiness"]
    variant = BY_REFERENCE[AGENDA[0]]
    assert (variant.measure, variant.baseline, variant.target) == (None, None, None)
    assert variant.statement
    assert variant.context.why
    assert "To agree would be" in str(variant.context.engagement)
    assert len({partner.sector for partner in variant.partners}) >= 2


def test_some_measures_have_targets_for_groups_stories_and_strategies() -> None:
    ours = [BY_REFERENCE[reference] for reference in MEASURED]
    aimed = [variant for variant in ours if variant.group_targets]
    assert len(aimed) >= 2
    for variant in aimed:
        named = {group for _, group in group_rows_of(reference_of(variant))}
        assert {tuple(target.group.items()) for target in variant.group_targets} <= named
    assert len([variant for variant in ours if variant.story and variant.strategies]) >= 2
    assert all(word.startswith("For demonstration: ") for variant in ours for word in variant.strategies)


def test_a_group_target_is_better_than_where_the_group_stands() -> None:
    for reference in MEASURED:
        variant = BY_REFERENCE[reference]
        columns = mapping_of(LOADS[reference]["mapping"]).columns
        for target in variant.group_targets:
            assert variant.baseline is not None
            row = group_rows_of(reference)[(str(variant.baseline.period), tuple(target.group.items()))]
            top, bottom = cell(row, columns.numerator), cell(row, columns.denominator)
            start = number(str(cell(row, columns.value))) if top is None else 100 * number(top) / number(str(bottom))
            assert start < target.value


def test_colorado_declares_the_break_where_its_denominator_changed() -> None:
    colorado = [variant for reference, variant in BY_REFERENCE.items() if reference.endswith("/consistent-attendance")]
    broken = {
        variant.community: [(gap.period, gap.kind, gap.bridge) for gap in variant.breaks]
        for variant in colorado
        if BY_COMMUNITY[variant.community].state == "CO"
    }
    assert set(broken) == {"colorado", "denver", "greeley", "jefferson-county", "pueblo"}
    assert all(gaps == [("SY2019-20", "definition", None)] for gaps in broken.values())


# The acts, performed in order before the loads


def test_every_act_has_the_fields_of_its_kind_and_names_what_is_there() -> None:
    assert set(AGREEMENT) == {"framework", "acts"}
    for act in ACTS:
        assert set(act) - {"act"} == FIELDS[act["act"]]
        assert all(act.values())
        assert act.get("variant", MEMBERS[0]) in MEMBERS
        assert act.get("document", next(iter(REVISIONS))) in REVISIONS
        if "partner" in act:
            assert act["partner"] in {partner.id for partner in BY_REFERENCE[act["variant"]].partners}
            assert act["by"] == "Demonstration signer"
            said = act.get("authority", act.get("reason"))
            assert said.startswith("For demonstration: ")


def test_every_revision_is_proposed_once_and_changes_what_its_notes_say() -> None:
    assert [act["document"] for act in ACTS if act["act"] in {"propose", "restate"}] == list(REVISIONS)
    (after,) = REVISIONS.values()
    before = BY_REFERENCE[reference_of(after)]
    changed = {name for name in Variant.__struct_fields__ if getattr(before, name) != getattr(after, name)}
    assert changed == {"statement", "target", "milestones", "notes"}
    assert before.target is not None
    assert after.target is not None
    assert f"from {before.target.value:g} to {after.target.value:g}" in after.notes
    assert after.statement.startswith(f"By 2027, {after.target.value:g}% of ")
    around = Surroundings(template=template_of(after), instruments={}, benchmarks=BENCHMARKS, before=before)
    found = judge(rules_of_a_variant(around), document(next(iter(REVISIONS))), faulty=())
    assert {finding.rule for finding in found} <= {"instrument-unknown"}


def test_measures_are_fully_signed_partly_signed_stale_declined_and_withdrawn() -> None:
    ours = standings()
    assert len(fully_signed()) >= 4
    assert {word for partners in ours.values() for word in partners.values()} == {
        "signed",
        "stale",
        "declined",
        "withdrawn",
    }
    assert ours["greeley/consistent-attendance"] == {"school-district": "signed", "health-department": "stale"}
    assert ours["richmond/grade-3-reading"] == {"school-district": "signed", "library-board": "declined"}
    assert ours["waterbury/grade-3-ela"] == {"school-district": "signed", "library-board": "withdrawn"}
    assert ours["new-haven/consistent-attendance"] == {"school-district": "signed"}
    assert len(BY_REFERENCE["new-haven/consistent-attendance"].partners) == 2


def test_a_met_and_a_missed_target_are_fully_signed() -> None:
    assert {"jefferson-county/consistent-attendance", "pueblo/consistent-attendance"} <= fully_signed()


def test_a_signature_is_withdrawn_only_after_it_was_given() -> None:
    given: set[tuple[str, str]] = set()
    for act in ACTS:
        if act["act"] == "sign":
            given.add((act["variant"], act["partner"]))
        elif act["act"] == "withdraw-signature":
            assert (act["variant"], act["partner"]) in given


def test_departures_are_accepted_for_two_proxies_and_open_for_the_third() -> None:
    accepted = {act["variant"] for act in ACTS if act["act"] == "accept"}
    assert accepted == {"bridgeport/kei-literacy", "hartford/kei-literacy"}
    assert "new-haven/kei-literacy" in PROXIES


def test_a_waived_year_has_no_figure_and_lies_after_the_baseline() -> None:
    waived = [act for act in ACTS if act["act"] == "waive"]
    assert {act["period"] for act in waived} == {"SY2010-11", "SY2019-20"}
    for act in waived:
        baseline = BY_REFERENCE[act["variant"]].baseline
        assert baseline is not None
        assert str(baseline.period) < act["period"]
        assert act["period"] not in rows_of(act["variant"])


# The framework


def test_framework_pins_every_template_once_in_the_order_of_its_stages() -> None:
    pinned = [outcome["template"] for outcome in FRAMEWORK["outcomes"]]
    assert sorted(pinned) == sorted(BY_TEMPLATE)
    stages = [BY_TEMPLATE[name].stage for name in pinned]
    assert stages == sorted(stages)
    assert [stage["stage"] for stage in FRAMEWORK["stages"]] == sorted(set(stages))


def test_framework_has_the_seven_core_outcomes() -> None:
    core = [outcome["template"].split("@")[0] for outcome in FRAMEWORK["outcomes"] if outcome["role"] == "core"]
    assert core == [
        "kindergarten-readiness",
        "early-grade-reading",
        "middle-grade-math",
        "hs-graduation",
        "postsecondary-enrollment",
        "postsecondary-completion",
        "employment",
    ]
    assert {outcome["role"] for outcome in FRAMEWORK["outcomes"]} == {"core", "contributing"}
    assert FRAMEWORK["reviews_departures"] is True
