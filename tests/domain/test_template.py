"""What a template may say, and what is meant where it is silent."""

import copy
import json
from pathlib import Path

import pytest

from registry.actions.templates import check_template
from registry.check import check
from registry.domain.ids import major, newest
from registry.domain.progress_rule import RULES
from registry.domain.template import Template, facets_of, progress_rule_of, stated_default, terms_of
from tests.domain.documents import VERSIONS, findings_of_template, named, raw, template, template_document

FOLDER = Path(__file__).parents[1] / "vectors"
KNOWN = {path.name: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob(VERSIONS))}
CHANGES = [(name, change) for name, known in KNOWN.items() for change in known["changes"]]


def patched(document: dict[str, object], patch: list[list[object]]) -> dict[str, object]:
    """The document with members set, taken out (null), or in the other order."""
    whole = copy.deepcopy(document)
    for pointer, value in patch:
        if pointer == "/__reorder__":
            whole = dict(reversed(whole.items()))
            continue
        *above, last = str(pointer).split("/")[1:]
        here = whole
        for name in above:
            here = here[int(name)] if isinstance(here, list) else here.setdefault(name, {})
        if isinstance(here, list):
            here[int(last)] = value
        elif value is None:
            here.pop(last, None)
        else:
            here[last] = value
    return whole


def test_known_answers_stand_on_the_template_that_these_tests_use():
    assert template_document() == KNOWN["versions.json"]["base"]


@pytest.mark.parametrize("name", KNOWN)
def test_base_of_the_known_answers_is_accepted(name: str):
    assert findings_of_template(KNOWN[name]["base"]) == ()


@pytest.mark.parametrize(("name", "change"), CHANGES, ids=[change["name"] for _, change in CHANGES])
def test_every_changed_base_is_still_a_template(name: str, change: dict[str, object]):
    read, findings = check_template(raw(patched(KNOWN[name]["base"], change["patch"])))
    assert isinstance(read, Template)
    assert {finding.rule for finding in findings} <= {"percent-bounds"}


@pytest.mark.parametrize(
    ("version", "sound"),
    [
        *(("1.0.0", True), ("1.10.0", True), ("0.0.0", True), ("2.0.0-draft", True), ("2.0.0-draft.1", True)),
        *(("1.0", False), ("01.0.0", False), ("1.0.0-01", False), ("1.0.0-1.01a", True), ("v1.0.0", False)),
        *(("1.0.0+build", False), ("1.0.0-", False), ("1.0.0 ", False), ("1.0.0\n", False), ("1.0.0-draft..1", False)),
    ],
)
def test_version_has_one_grammar_and_every_version_can_be_ordered(version: str, sound: bool):
    findings = findings_of_template(template_document() | {"version": version})
    assert named(findings) == ([] if sound else [("/version", "wrong-form")])
    if sound:
        assert newest([version, "0.0.0-a"]) == version
        assert major(version) == int(version[0])


def test_1_10_stands_above_1_9_and_a_draft_below_its_release():
    assert newest(["1.9.0", "1.10.0", "1.10.0-draft"]) == "1.10.0"


@pytest.mark.parametrize(
    ("pointer", "value", "where", "rule"),
    [
        ("/indicator/bounds", [100, 0], "/indicator/bounds", "bounds-impossible"),
        ("/indicator/bounds", [5, 5], "/indicator/bounds", "bounds-impossible"),
        ("/indicator/meaningful_change", 100, "/indicator/meaningful_change", "bounds-impossible"),
        ("/indicator/per", 1000, "/indicator/per", "bounds-impossible"),
        ("/indicator/maintain_within", 0.5, "/indicator/maintain_within", "maintain-within-too-narrow"),
        ("/indicator/meaningful_change", 0, "/indicator/meaningful_change", "out-of-range"),
        ("/indicator/construct", "numeracy", "/measure_schema/properties/construct/const", "construct-differs"),
        ("/comparability/1/facet", "/measure/instrument", "/comparability/1/facet", "facet-unknown"),
        ("/comparability/1/facet", "/measure/colour", "/comparability/1/facet", "facet-unknown"),
        ("/comparability/1/facet", "/measure/universe", "/comparability/1/facet", "facet-unknown"),
        ("/disaggregation/required/0", "race", "/disaggregation/required/0", "dimension-unknown"),
        ("/disaggregation/recommended/0", "gender", "/disaggregation/recommended/0", "dimension-unknown"),
        ("/disaggregation/reference", {"sex": "woman"}, "/disaggregation/reference/sex", "reference-unknown"),
        ("/disaggregation/reference", {"a/b": "x"}, "/disaggregation/reference/a~1b", "reference-unknown"),
        ("/disclosure/minimum_n", 9, "/disclosure/minimum_n", "below-network-floor"),
        ("/disclosure/minimum_numerator", 2, "/disclosure/minimum_numerator", "below-network-floor"),
        ("/progress_rule", "cohort", "/progress_rule", "progress-rule-unknown"),
        ("/progress_rule", "", "/progress_rule", "progress-rule-unknown"),
        ("/stage", 1.5, "/stage", "wrong-type"),
        ("/stage", True, "/stage", "wrong-type"),
    ],
)
def test_fault_is_found_where_it_stands_and_nothing_else(pointer: str, value: object, where: str, rule: str):
    document = template_document()
    if rule == "construct-differs":
        document["measure_schema"]["properties"]["construct"] = {"const": "reading proficiency"}
    assert named(findings_of_template(patched(document, [[pointer, value]]))) == [(where, rule)]


@pytest.mark.parametrize("bounds", [[0, 110], [-5, 100]])
def test_percent_beyond_everybody_is_doubted_and_not_refused(bounds: list[float]):
    (finding,) = findings_of_template(patched(template_document(), [["/indicator/bounds", bounds]]))
    assert (finding.rule, finding.severity) == ("percent-bounds", "warning")


@pytest.mark.parametrize("bounds", [[0, None], [None, 100], [None, None]])
def test_bounds_may_be_open(bounds: list[float | None]):
    assert findings_of_template(patched(template_document(), [["/indicator/bounds", bounds]])) == ()


def test_an_open_schema_lets_every_typed_facet_be_judged():
    patch = [["/measure_schema/additionalProperties", None], ["/comparability/1/facet", "/measure/universe"]]
    assert findings_of_template(patched(template_document(), patch)) == ()


def test_maintain_within_is_five_times_the_meaningful_change_unless_stated():
    assert terms_of(template(indicator={"meaningful_change": 1.5})).maintain_within == 7.5
    assert terms_of(template(indicator={"maintain_within": 2})).maintain_within == 2
    silent = terms_of(template())
    assert (silent.per, silent.has_cut, silent.unit, silent.direction) == (100, True, "percent", "increase")


def test_tests_with_a_cut_are_judged_as_cohorts_and_all_else_plainly():
    assert progress_rule_of(template()) == "cohort@1"
    assert progress_rule_of(template(indicator={"has_cut": False})) == "plain@1"
    assert progress_rule_of(template(indicator={"unit": "rate", "per": 1000})) == "plain@1"
    assert progress_rule_of(template(progress_rule="threshold@1")) == "threshold@1"
    assert {"cohort@1", "plain@1", "threshold@1"} <= set(RULES)


def test_silent_facet_is_the_const_or_else_the_default_and_the_construct_that_of_the_indicator():
    properties = {
        "season": {"default": "spring"},
        "sampling": {"const": "full_count", "default": "sample"},
        "cut": {"type": "string"},
        "flag": {"const": False},
        "odd": True,
    }
    stated = template(measure_schema={"type": "object", "properties": properties})
    assert [stated_default(stated, facet) for facet in ("season", "sampling", "cut", "flag", "odd", "universe")] == [
        *("spring", "full_count", None, False, None, None)
    ]
    assert stated_default(stated, "construct") == "reading proficiency"
    assert facets_of(stated)[-2:] == ("flag", "odd")
    assert len(facets_of(stated)) == len(set(facets_of(stated)))


def test_disclosure_is_ten_people_and_three_in_the_numerator_unless_stated():
    read, findings = check(raw(template_document() | {"disclosure": {}}), Template)
    assert findings == ()
    assert (read.disclosure.minimum_n, read.disclosure.minimum_numerator) == (10, 3)
