"""What a variant must not say beside its template, its community and the catalogue."""

import msgspec
import pytest

from registry.domain.variant import Variant, reference_of, same_facet
from registry.domain.variant_rules import departures
from tests.domain.documents import around, findings_of_variant, named, template, variant, variant_document

DECREASE = around(template(indicator={"direction": "decrease"}))
RATE = around(template(indicator={"unit": "rate", "per": 1000, "bounds": [0, None]}))
MEAN = around(template(indicator={"unit": "mean", "bounds": [0, 800]}))
VERSIONED = around(
    template(
        measure_schema={"type": "object", "properties": {"season": {"default": "spring"}}},
        comparability=[
            {"facet": "/measure/instrument_version", "level": "equal", "progress": "any", "why": "scales differ"}
        ],
    )
)


def found(beside=None, **changes: object) -> list[tuple[str, str]]:
    """What is found in the variant with these members replaced."""
    return named(findings_of_variant(variant_document() | changes, beside))


def test_sound_variant_has_no_finding():
    assert found() == []
    assert reference_of(variant()) == "bridgeport/grade-3-ela"


def test_variant_of_the_data_development_agenda_has_no_finding():
    document = {"community": "bridgeport", "id": "x", "template": "early-grade-reading@1.4.2", "title": "Reading"}
    assert findings_of_variant(document) == ()


@pytest.mark.parametrize("label", ["2018-19", "sy2018-19", "SY 2018-19", "SY2018–19", " SY2018-19"])
def test_period_is_written_as_its_code(label: str):
    (finding,) = findings_of_variant(variant_document() | {"baseline": {"period": label, "value": 21.3}})
    assert (finding.pointer, finding.rule, finding.hint) == (
        "/baseline/period",
        "period-unreadable",
        "Write 'SY2018-19'.",
    )


@pytest.mark.parametrize("label", ["2019", "soon", "", "CY2019", "2023-02-29", "SY2018-20"])
def test_unreadable_period_is_told_once_wherever_it_stands(label: str):
    assert found(
        baseline={"periods": ["SY2018-19", label], "value": 21.3},
        target={"period": label, "value": 45},
        milestones=[{"period": label, "value": 30}],
        group_targets=[{"group": {"sex": "female"}, "period": label, "value": 45}],
        breaks=[{"period": label, "kind": "cut", "reason": "x"}],
    ) == [
        (place, "period-unreadable")
        for place in (
            *("/baseline/periods/1", "/breaks/0/period", "/group_targets/0/period"),
            *("/milestones/0/period", "/target/period"),
        )
    ]


@pytest.mark.parametrize("period", ["SY2018-19", "SY2017-18"])
def test_target_lies_after_the_baseline(period: str):
    assert found(target={"period": period, "value": 45}) == [("/target/period", "period-order")]


def test_target_lies_after_the_last_of_several_baseline_periods():
    several = {"periods": ["SY2017-18", "SY2019-20", "SY2018-19"], "value": 21.3}
    late = {"milestones": [], "group_targets": []}
    assert found(baseline=several, target={"period": "SY2020-21", "value": 45}, **late) == []
    assert found(baseline=several, target={"period": "SY2019-20", "value": 45}, **late) == [
        ("/target/period", "period-order")
    ]


def test_baseline_period_stands_once():
    assert found(baseline={"periods": ["SY2017-18", "SY2017-18"], "value": 21.3}) == [
        ("/baseline/periods/1", "period-order")
    ]


def test_group_target_lies_after_the_baseline():
    late = [{"group": {"sex": "female"}, "period": "SY2018-19", "value": 45}]
    assert found(group_targets=late) == [("/group_targets/0/period", "period-order")]


@pytest.mark.parametrize(
    ("periods", "faulty"),
    [
        (["SY2018-19"], [0]),
        (["SY2027-28"], [0]),
        (["SY2010-11", "SY2030-31"], [0, 1]),
        (["SY2024-25", "SY2021-22"], [1]),
        (["SY2021-22", "SY2021-22"], [1]),
        (["SY2024-25", "SY2021-22", "SY2023-24"], [1, 2]),
        (["SY2019-20", "SY2026-27"], []),
    ],
)
def test_milestones_lie_inside_and_in_order(periods: list[str], faulty: list[int]):
    milestones = [{"period": period, "value": 30} for period in periods]
    assert found(milestones=milestones) == [(f"/milestones/{place}/period", "period-order") for place in faulty]


@pytest.mark.parametrize(
    ("beside", "ends", "values", "faulty"),
    [
        (None, (20, 45), (25, 30, 45), []),
        (None, (20, 45), (20, 20, 20), []),
        (None, (20, 45), (19, 30, 46), [0, 2]),
        (None, (20, 45), (40, 30, 41), [1]),
        (DECREASE, (45, 20), (40, 30, 20), []),
        (DECREASE, (45, 20), (30, 40, 19), [1, 2]),
    ],
)
def test_milestones_go_towards_the_target(
    beside, ends: tuple[float, float], values: tuple[float, ...], faulty: list[int]
):
    periods = ("SY2020-21", "SY2021-22", "SY2022-23")
    findings = findings_of_variant(
        variant_document()
        | {
            "baseline": {"period": "SY2018-19", "value": ends[0]},
            "target": {"period": "SY2027-28", "value": ends[1]},
            "milestones": [{"period": period, "value": value} for period, value in zip(periods, values, strict=True)],
        },
        beside,
    )
    assert named(findings) == [(f"/milestones/{place}/value", "milestone-backwards") for place in faulty]
    assert {finding.severity for finding in findings} <= {"warning"}


@pytest.mark.parametrize("value", [-0.1, 100.1, 213])
def test_figure_out_of_bounds_is_told_once_at_each_place(value: float):
    assert found(
        baseline={"period": "SY2018-19", "value": value, "numerator": 213, "denominator": 1000},
        target={"period": "SY2027-28", "value": value},
        milestones=[{"period": "SY2021-22", "value": value}],
        group_targets=[{"group": {"sex": "male"}, "period": "SY2027-28", "value": value}],
    ) == [
        (f"{place}/value", "value-out-of-bounds")
        for place in ("/baseline", "/group_targets/0", "/milestones/0", "/target")
    ]


def test_nothing_is_built_on_a_baseline_that_cannot_be():
    assert found(baseline={"period": "SY2018-19", "value": 213}) == [("/baseline/value", "value-out-of-bounds")]
    too_many = {"period": "SY2018-19", "numerator": 1213, "denominator": 1000}
    assert found(baseline=too_many) == [("/baseline/numerator", "counts-disagree")]


@pytest.mark.parametrize(
    ("beside", "baseline", "target", "wrong"),
    [
        (None, {"value": 21.3}, 21.2, True),
        (None, {"value": 21.3}, 21.3, False),
        (None, {"value": 0}, 0, False),
        (None, {"value": 0}, 5, False),
        (DECREASE, {"value": 21.3}, 21.4, True),
        (DECREASE, {"value": 21.3}, 21.3, False),
        (DECREASE, {"value": 21.3}, 0, False),
        (None, {"numerator": 701, "denominator": 1004}, 69.82, False),
        (None, {"numerator": 701, "denominator": 1004}, 69.8, False),
        (None, {"numerator": 701, "denominator": 1004}, 69.81, True),
        (None, {"value": 69.82, "numerator": 701, "denominator": 1004}, 69.82, False),
        (None, {"value": 69.82, "numerator": 701, "denominator": 1004}, 69.7, True),
        (MEAN, {"value": 420, "numerator": 3, "denominator": 1000}, 419, True),
        (MEAN, {"value": 420, "numerator": 3, "denominator": 1000}, 421, False),
        (RATE, {"numerator": 3, "denominator": 1000}, 2, True),
    ],
)
def test_target_is_not_worse_than_the_baseline_and_may_hold_it(beside, baseline, target: float, wrong: bool):
    document = variant_document() | {
        "baseline": {"period": "SY2018-19"} | baseline,
        "target": {"period": "SY2027-28", "value": target},
        "milestones": [],
        "group_targets": [],
    }
    assert named(findings_of_variant(document, beside)) == ([("/target/value", "target-wrong-side")] if wrong else [])


@pytest.mark.parametrize(
    ("beside", "baseline", "expected"),
    [
        (None, {"value": 21.3, "numerator": 213, "denominator": 1000}, []),
        (None, {"value": 21, "numerator": 213, "denominator": 1000}, []),
        (None, {"value": 21.4, "numerator": 213, "denominator": 1000}, [("/baseline/value", "counts-disagree")]),
        (None, {"value": 21.25, "numerator": 213, "denominator": 1000}, [("/baseline/value", "counts-disagree")]),
        (None, {"value": 0, "numerator": 0, "denominator": 10}, []),
        (None, {"value": 0.213, "numerator": 213, "denominator": 1000}, [("/baseline/value", "counts-disagree")]),
        (None, {"numerator": 213, "denominator": 1000}, []),
        (None, {"numerator": 213}, [("/baseline", "counts-disagree")]),
        (None, {"numerator": 213, "value": 21.3}, [("/baseline", "counts-disagree")]),
        (None, {"denominator": 1000}, [("/baseline", "counts-disagree")]),
        (None, {"denominator": 1000, "value": 21.3}, []),
        (None, {"numerator": 3, "denominator": 0}, [("/baseline/numerator", "counts-disagree")]),
        (None, {"numerator": 1001, "denominator": 1000}, [("/baseline/numerator", "counts-disagree")]),
        (RATE, {"value": 1234567, "numerator": 1234564, "denominator": 1000}, [("/baseline/value", "counts-disagree")]),
        (RATE, {"value": 213, "numerator": 213, "denominator": 1000}, []),
        (RATE, {"value": 21.3, "numerator": 213, "denominator": 1000}, [("/baseline/value", "counts-disagree")]),
        (None, {}, []),
    ],
)
def test_counts_agree_with_the_value_as_printed_and_come_in_pairs(beside, baseline, expected):
    document = variant_document() | {"baseline": {"period": "SY2018-19"} | baseline, "target": None}
    document |= {"milestones": [], "group_targets": []}
    assert named(findings_of_variant(document, beside)) == expected


def test_figures_of_a_large_count_keep_all_their_digits():
    count = around(template(indicator={"unit": "count", "bounds": [0, None]}))
    document = variant_document() | {"baseline": {"period": "SY2018-19", "value": 1234567}, "milestones": []}
    document |= {"target": {"period": "SY2027-28", "value": 1234566}, "group_targets": []}
    assert named(findings_of_variant(document, count)) == [("/target/value", "target-wrong-side")]


def test_second_headline_measure_is_refused_and_one_that_is_none_is_not():
    beside = around(headlines=["bridgeport/grade-4-ela"])
    assert found(beside) == [("/headline", "headline-twice")]
    assert found(beside, headline=True) == [("/headline", "headline-twice")]
    assert found(beside, headline=False) == []


def test_unknown_benchmark_is_refused_and_the_nearest_named():
    (finding,) = findings_of_variant(variant_document() | {"benchmark": "connecticut/grade-3-math"})
    assert (finding.pointer, finding.rule) == ("/benchmark", "benchmark-unknown")
    assert finding.hint == "Did you mean 'connecticut/grade-3-ela'?"


def severities(beside, measure: dict[str, object], **changes: object) -> list[tuple[str, str, str]]:
    """Where, what and how severe, of the variant with this measure."""
    findings = findings_of_variant(variant_document() | {"measure": measure} | changes, beside)
    return sorted((finding.pointer or "", finding.rule, finding.severity) for finding in findings)


def test_unknown_instrument_is_doubted_and_an_unknown_version_of_a_known_one_refused():
    assert severities(VERSIONED, {"instrument": "other-test"}) == [
        ("/measure/instrument", "instrument-unknown", "warning")
    ]
    version = "/measure/instrument_version"
    assert severities(VERSIONED, {"instrument": "state-test", "instrument_version": "2019"}) == [
        (version, "instrument-version-unknown", "error")
    ]
    assert severities(VERSIONED, {"instrument": "state-test", "instrument_version": 2015}) == [
        (version, "instrument-version-unknown", "error")
    ]
    assert severities(VERSIONED, {"instrument": "state-test", "instrument_version": "2015"}) == []


def test_missing_version_is_never_taken_from_the_name():
    assert severities(VERSIONED, {"instrument": "state-test"}) == [
        ("/measure", "instrument-version-missing", "warning")
    ]
    assert severities(None, variant_document()["measure"]) == [], "this template does not ask for the version"


def test_undeclared_departure_is_doubted_and_a_declared_one_is_not():
    measure = {"instrument": "state-test", "instrument_version": "2015", "season": "fall"}
    assert severities(VERSIONED, measure) == [("/measure/season", "departure-undeclared", "warning")]
    adaptations = [{"facet": "/measure/season", "why": "The district tests in October."}]
    assert severities(VERSIONED, measure, context={"adaptations": adaptations}) == []
    assert severities(VERSIONED, measure | {"season": "spring"}) == []


def test_departure_compares_as_json_does():
    flags = template(
        measure_schema={"type": "object", "properties": {"all": {"default": True}, "grade": {"default": 3}}}
    )
    assert departures(flags, {"all": 1, "grade": 3.0}) == ("all",)
    assert departures(flags, {"all": True, "grade": "3"}) == ("grade",)
    assert departures(flags, {"construct": "numeracy"}) == ("construct",)
    assert same_facet(3, 3.0)
    assert not same_facet(0, False)


def test_facet_that_an_open_schema_does_not_describe_is_unknown_and_the_nearest_named():
    findings = findings_of_variant(variant_document() | {"measure": {"seson": "fall"}}, VERSIONED)
    assert [(finding.pointer, finding.rule, finding.hint) for finding in findings] == [
        ("/measure/seson", "facet-unknown", "Did you mean 'season'?")
    ]


def test_group_of_no_code_list_is_refused():
    groups = [{"sex": "femal"}, {"colour": "blue"}, {"sex": "female", "grade": "3"}, {}]
    targets = [{"group": group, "period": "SY2027-28", "value": 45} for group in groups]
    assert found(group_targets=targets) == [
        ("/group_targets/0/group/sex", "group-unknown"),
        ("/group_targets/1/group/colour", "group-unknown"),
        ("/group_targets/3/group", "group-unknown"),
    ]


def test_partner_stands_once():
    library = {"id": "library", "name": "Library"}
    assert found(partners=[library, library, {"id": "school", "name": "School"}]) == [
        ("/partners/1/id", "partner-twice")
    ]


def test_long_facet_is_refused():
    assert found(measure=variant_document()["measure"] | {"note": "x" * 301}) == [("/measure/note", "out-of-range")]


def test_null_is_the_same_as_silence():
    silent = dict.fromkeys(("measure", "population", "baseline", "target", "source", "benchmark"))
    assert msgspec.convert(variant_document() | silent, Variant).measure is None
    assert found(**silent, milestones=[], group_targets=[]) == []
