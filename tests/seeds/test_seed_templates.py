"""The network's outcomes as they stand in ``seeds/templates``: sound, in plain words, and able to tell apart what the field mixes up."""

import json
import re

import pytest
from seed_documents import SEEDS

from registry.actions.templates import check_template
from registry.check import check_against
from registry.domain.comparability import Measure, explain, keys_of
from registry.domain.measure_schema import facet_schemas
from registry.domain.template import TYPED_FACETS, Template, stated_default
from registry.domain.variant import Adaptation, Context, Variant

FILES = sorted((SEEDS / "templates").glob("*.json"))
CHECKED = {path.stem: check_template(path.read_bytes()) for path in FILES}
TEMPLATES = {stem: template for stem, (template, _) in CHECKED.items() if template is not None}

CRADLE_TO_CAREER = (
    {"developmental-progress", "preschool-enrollment"},
    {"kindergarten-readiness"},
    {"early-grade-reading"},
    {"middle-grade-math"},
    {"algebra-by-grade-9", "fafsa-completion", "hs-graduation"},
    {"career-transition", "postsecondary-enrollment"},
    {"postsecondary-completion", "postsecondary-persistence"},
    {"employment", "living-wage-ratio", "opportunity-youth"},
)
FROM_A_TEST = {"developmental-progress", "kindergarten-readiness", "early-grade-reading", "middle-grade-math"}
FROM_A_SURVEY = ("employment", "opportunity-youth", "preschool-enrollment")
SAY_THEMSELVES = {"fall", "winter", "spring", "full_count", "sample"}
LONGEST_SENTENCE = 45
JARGON = re.compile(r"\b(numerator|denominator|cohort|instrument|proxy|percentile|ACGR|ACS|NSC|PUMA|valid)\b")
ONE_PROGRAM = re.compile(r"\b(our program(me)?|program(me)?s?|participants|clients|enrollees served)\b", re.IGNORECASE)


def words_of(template: Template) -> tuple[str, ...]:
    """What a person reads to learn what is counted, except whom the population leaves out."""
    indicator = template.indicator
    return (template.result, template.lay_definition, indicator.numerator, indicator.denominator)


def schema_of(template: Template, facet: str) -> dict[str, object]:
    described = facet_schemas(template.measure_schema)[facet]
    assert isinstance(described, dict)
    return described


def measure(template: Template, facet: str, value: str | bool) -> Measure:
    """A measure that says the same on every facet but one."""
    said: dict[str, str | int | float | bool] = {}
    for name in facet_schemas(template.measure_schema):
        default = stated_default(template, name)
        said[name] = default if isinstance(default, str | int | float | bool) else "the-same"
    said[facet] = value
    extra = tuple(sorted((name, said[name]) for name in said if name not in TYPED_FACETS))
    return Measure(**{name: said.get(name) for name in TYPED_FACETS}, extra=extra)


def faults(template: Template, facet: str, value: object) -> list[str]:
    """Why the template's schema does not take a value on a facet."""
    found = check_against({facet: value}, template.measure_schema, "/measure")
    return [finding.detail for finding in found if finding.pointer == f"/measure/{facet}"]


@pytest.mark.parametrize("stem", CHECKED)
def test_template_has_neither_errors_nor_warnings(stem: str) -> None:
    assert [(finding.pointer, finding.detail) for finding in CHECKED[stem][1]] == []


def test_every_outcome_stands_once_in_a_file_of_its_name() -> None:
    ids = [json.loads(path.read_text(encoding="utf-8"))["id"] for path in FILES]
    assert ids == [path.stem for path in FILES]
    assert len(set(ids)) == len(ids)


def test_outcomes_stand_in_order_from_cradle_to_career() -> None:
    for stage, ids in enumerate(CRADLE_TO_CAREER):
        assert {name: TEMPLATES[name].stage for name in ids} == dict.fromkeys(ids, stage)


@pytest.mark.parametrize("stem", TEMPLATES)
def test_template_judges_exactly_the_facets_that_it_describes(stem: str) -> None:
    template = TEMPLATES[stem]
    judged = {rule.facet.removeprefix("/measure/") for rule in template.comparability}
    assert judged == set(facet_schemas(template.measure_schema))


@pytest.mark.parametrize("stem", TEMPLATES)
def test_every_value_that_may_be_chosen_is_described(stem: str) -> None:
    template = TEMPLATES[stem]
    for facet in facet_schemas(template.measure_schema):
        described = schema_of(template, facet)
        values = described.get("enum", [])
        assert isinstance(values, list)
        text = str(described["description"])
        texts = [value for value in values if isinstance(value, str)]
        unsaid = [value for value in texts if not re.search(rf"\b{value}(, [a-z0-9-]+)*: ", text)]
        assert set(unsaid) <= SAY_THEMSELVES, facet


@pytest.mark.parametrize("stem", TEMPLATES)
def test_lay_definition_is_short_plain_and_not_the_technical_one(stem: str) -> None:
    template = TEMPLATES[stem]
    sentences = [sentence for sentence in re.split(r"(?<=[.?]) ", template.lay_definition) if sentence]
    assert sentences
    assert max(len(sentence.split()) for sentence in sentences) <= LONGEST_SENTENCE
    assert JARGON.findall(template.lay_definition) == []
    assert len({template.lay_definition, template.indicator.numerator, template.indicator.denominator}) == 3
    assert min(len(text) for text in words_of(template)) >= 20


@pytest.mark.parametrize("stem", TEMPLATES)
def test_outcome_is_of_a_whole_population_and_never_of_one_programme(stem: str) -> None:
    template = TEMPLATES[stem]
    assert [ONE_PROGRAM.findall(text) for text in words_of(template)] == [[]] * 4
    assert "; never the " in template.indicator.population


@pytest.mark.parametrize("stem", TEMPLATES)
def test_powers_and_references_are_given(stem: str) -> None:
    template = TEMPLATES[stem]
    powers = (template.powers.communication, template.powers.proxy, template.powers.data)
    assert min(len(power) for power in powers) >= 40
    assert len(set(powers)) == 3
    assert template.references
    assert [reference.url for reference in template.references if not reference.url.startswith("https://")] == []


@pytest.mark.parametrize("stem", TEMPLATES)
def test_every_measure_names_its_source_and_a_share_above_a_cut_its_cut(stem: str) -> None:
    template = TEMPLATES[stem]
    required = template.measure_schema["required"]
    assert isinstance(required, list)
    assert {"instrument", "instrument_version"} <= set(required)
    assert ("cut" in required) == template.indicator.has_cut == (stem in FROM_A_TEST)


@pytest.mark.parametrize("stem", TEMPLATES)
def test_wanted_groups_have_a_category_to_measure_gaps_from(stem: str) -> None:
    wanted = TEMPLATES[stem].disaggregation
    assert set(wanted.reference) == {*wanted.required, *wanted.recommended}
    assert "race_ethnicity" in wanted.reference


@pytest.mark.parametrize(
    ("stem", "facet", "ours", "theirs"),
    [
        ("kindergarten-readiness", "instrument", "ohio-kra", "md-kra"),
        ("kindergarten-readiness", "instrument_version", "63-items", "50-items"),
        ("kindergarten-readiness", "domains", "all-domains", "literacy"),
        ("kindergarten-readiness", "universe", "all-public-schools", "state-funded-full-day"),
        ("kindergarten-readiness", "denominator_rule", "validly-assessed", "all-entrants"),
        ("kindergarten-readiness", "sampling", "full_count", "sample"),
        ("developmental-progress", "basis", "status", "growth"),
        ("algebra-by-grade-9", "completion", "passed-course", "passed-exam"),
        ("algebra-by-grade-9", "denominator_rule", "first-time-ninth-graders", "all-ninth-graders"),
        ("fafsa-completion", "denominator_rule", "grade-12-enrollment", "graduates"),
        ("fafsa-completion", "denominator_rule", "grade-12-enrollment", "estimated-seniors"),
        ("fafsa-completion", "form_status", "completed", "submitted"),
        ("fafsa-completion", "by_day", "30-june", "31-december"),
        ("postsecondary-enrollment", "window", "by-31-october", "first-year"),
        ("postsecondary-enrollment", "window", "by-31-october", "two-years"),
        ("postsecondary-enrollment", "window", "by-31-october", "sixteen-months"),
        ("postsecondary-persistence", "returns_to", "any-institution", "same-institution"),
        ("postsecondary-completion", "denominator_rule", "graduates", "cohort"),
        ("postsecondary-completion", "credential", "any", "bachelor"),
        ("career-transition", "denominator_rule", "graduates-not-enrolled", "all-graduates"),
        ("employment", "grade_or_age", "25-54", "25-64"),
        ("employment", "coverage", "the-place", "larger-area"),
        ("employment", "sampling", "sample", "full_count"),
        ("opportunity-youth", "grade_or_age", "16-24", "16-19"),
        ("opportunity-youth", "coverage", "the-place", "larger-area"),
        ("opportunity-youth", "not_working", "not-employed", "not-in-labor-force"),
        ("preschool-enrollment", "denominator_rule", "same-source", "population-estimate"),
        ("living-wage-ratio", "family_type", "one-adult", "two-adults-two-children-both-work"),
    ],
)
def test_what_the_field_mixes_up_is_told_apart(stem: str, facet: str, ours: str, theirs: str) -> None:
    template = TEMPLATES[stem]
    assert (faults(template, facet, ours), faults(template, facet, theirs)) == ([], [])
    mismatches = explain(measure(template, facet, ours), measure(template, facet, theirs), template)
    assert [(found.facet, "level" in found.hinders) for found in mismatches if found.ours != found.theirs] == [
        (facet, True)
    ]


@pytest.mark.parametrize(
    ("stem", "facet", "value"),
    [
        ("postsecondary-completion", "clock", "college-enrollment"),
        ("postsecondary-completion", "within_years", 8),
        ("postsecondary-completion", "denominator_rule", "enrollees"),
        ("postsecondary-enrollment", "window", "whenever"),
        ("algebra-by-grade-9", "completion", "enrolled"),
        ("employment", "denominator_rule", "labor-force"),
        ("living-wage-ratio", "universe", "residents"),
    ],
)
def test_another_outcome_under_the_same_name_is_not_taken(stem: str, facet: str, value: str | int) -> None:
    assert len(faults(TEMPLATES[stem], facet, value)) == 1


@pytest.mark.parametrize("stem", FROM_A_SURVEY)
def test_survey_figures_are_samples_of_several_years_and_never_pooled(stem: str) -> None:
    template = TEMPLATES[stem]
    assert (template.indicator.period, template.indicator.rollup) == ("multi-year", "count_meeting_target")
    assert stated_default(template, "sampling") == "sample"
    assert {schema_of(template, facet)["type"] for facet in ("coverage", "geography_vintage")} == {"string"}


def test_fewer_is_better_only_for_young_people_left_out_and_it_says_so() -> None:
    downward = [stem for stem, template in TEMPLATES.items() if template.indicator.direction == "decrease"]
    assert downward == ["opportunity-youth"]
    assert TEMPLATES["opportunity-youth"].lay_definition.endswith("Fewer is better.")


def test_a_ratio_of_pay_is_neither_a_percent_nor_added_up() -> None:
    template = TEMPLATES["living-wage-ratio"]
    assert (template.indicator.unit, template.indicator.rollup) == ("index", "none")
    assert template.indicator.bounds == (0, None)
    assert template.progress_rule == "threshold@1"
    assert "belongs to no place" in template.notes


def test_declared_stand_in_for_readiness_is_taken_and_compared_with_no_other() -> None:
    template = TEMPLATES["kindergarten-readiness"]
    stand_in = "children in child care of high quality"
    said = {"construct": stand_in, "domains": "none"}
    assert [faults(template, facet, value) for facet, value in said.items()] == [[], []]
    declared = Adaptation(facet="/measure/construct", why="There is no assessment of the whole child here.")
    variant = Variant(
        community="anytown",
        id="child-care",
        template="kindergarten-readiness@1.0.0",
        title="Child care of high quality",
        measure=dict(said),
        context=Context(adaptations=(declared,)),
    )
    keys = keys_of(variant, template)
    assert (keys.level, keys.progress) == (None, None)
    assert stand_in in keys.reasons[0]
