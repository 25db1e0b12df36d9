"""A network's own progress rule: what its document must say, what it must not, and that its numbers decide as written."""

import math

import msgspec
import pytest

from registry.check import check
from registry.domain.point import Point, Terms, reading_of
from registry.domain.progress_rule import RULES, RULES_OF_A_PROGRESS_RULE, ProgressRule, judge
from tests.domain.documents import named, raw

RULE = {
    "id": "own-cohort@2",
    "method": "tested",
    "phi": 1.5,
    "tau": 0.8,
    "title": "Our own",
    "source": "Fitted on our own districts, 2012 to 2019.",
}


def found(**changes: object) -> list[tuple[str, str]]:
    document = {name: value for name, value in {**RULE, **changes}.items() if value is not None}
    return named(check(raw(document), ProgressRule, RULES_OF_A_PROGRESS_RULE)[1])


def test_a_sound_rule_has_no_finding_and_keeps_every_number():
    rule, findings = check(raw(RULE), ProgressRule, RULES_OF_A_PROGRESS_RULE)
    assert findings == ()
    assert msgspec.to_builtins(rule) == RULE


FAULTS = [
    ({"id": "own"}, "/id"),
    ({"id": "own@0"}, "/id"),
    ({"id": "own@1.2"}, "/id"),
    ({"id": "Own@1"}, "/id"),
    ({"method": "guessed"}, "/method"),
    ({"phi": 0.9}, "/phi"),
    ({"phi": "1.5"}, "/phi"),
    ({"phi": 1001}, "/phi"),
    ({"tau": -0.1}, "/tau"),
    ({"tau": 101}, "/tau"),
    ({"title": ""}, "/title"),
    ({"source": None}, ""),
    ({"alpha": 0.05}, "/alpha"),
]


@pytest.mark.parametrize(("changes", "pointer"), FAULTS)
def test_a_faulty_member_is_named(changes: dict[str, object], pointer: str):
    assert [place for place, _ in found(**changes)] == [pointer]


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_rule_that_ships_is_not_published_anew_and_its_next_edition_may_be(name: str):
    assert found(id=name) == [("/id", "rule-shipped")]
    assert found(id=f"{name.partition('@')[0]}@2") == []


@pytest.mark.parametrize(("phi", "tau", "sound"), [(1, 0, True), (1.0, 0.0, True), (1.2, 0, False), (1, 0.1, False)])
def test_a_threshold_has_no_error_to_widen(phi: float, tau: float, sound: bool):
    assert found(method="threshold", phi=phi, tau=tau) == ([] if sound else [("/phi", "rule-untested")])


def test_every_fault_is_told_at_once():
    assert found(id="plain@1", method="threshold", title="") == [
        ("/id", "rule-shipped"),
        ("/phi", "rule-untested"),
        ("/title", "out-of-range"),
    ]


def test_a_faulty_number_leaves_the_other_rules_asked():
    assert found(id="plain@1", method="threshold", tau="none") == [("/id", "rule-shipped"), ("/tau", "wrong-type")]


def test_the_rules_that_ship_are_sound_but_for_their_names():
    for rule in RULES.values():
        document = msgspec.to_builtins(rule) | {"id": "another@1"}
        assert named(check(raw(document), ProgressRule, RULES_OF_A_PROGRESS_RULE)[1]) == []


def test_phi_and_tau_decide_as_they_are_written():
    """40 of 200 and 60 of 200: p = .25, so the error is sqrt(phi 10^4 .1875 (2/200) + 2 tau^2) points and the change 10."""
    terms = Terms(
        unit="percent", per=100.0, direction="increase", meaningful_change=1.0, maintain_within=5.0, has_cut=True
    )
    ends = [
        reading_of(Point(period=code, numerator=above, denominator=200), terms)
        for code, above in (("SY2017-18", 40), ("SY2018-19", 60))
    ]
    for phi, tau, trend in (
        (1.0, 0.0, "improving"),
        (1.3, 0.0, "improving"),
        (1.4, 0.0, "indeterminate"),
        (1.0, 2.0, "indeterminate"),
    ):
        verdict = judge(*ends, terms, ProgressRule("own@1", "tested", phi, tau, "Own", "Own"))
        se = math.sqrt(phi * 1e4 * 0.1875 * 2 / 200 + 2 * tau**2)
        assert (verdict.se, verdict.z) == pytest.approx((se, 10 / se))
        assert verdict.trend == trend
