"""Small documents that tests change: a template, a variant of it, and what the variant is judged beside.

Each function returns a fresh document, so that a test may change it as it likes.
"""

import json
from collections.abc import Iterable

import msgspec

from registry.actions.templates import check_template
from registry.check import check, check_against
from registry.domain.finding import Finding
from registry.domain.instrument import Instrument, InstrumentVersion
from registry.domain.rule import Found, Rule
from registry.domain.template import Template
from registry.domain.variant import Variant
from registry.domain.variant_rules import Surroundings, rules_of_a_variant

Json = dict[str, object]

VERSIONS = "versions*.json"
"""The known answers whose ``base`` is the template below."""


def template_document() -> Json:
    """Early grade reading, as the base of ``tests/vectors/versions.json``."""
    return {
        "id": "early-grade-reading",
        "version": "1.4.2",
        "title": "Early grade reading",
        "result": "Every child reads well by the end of third grade.",
        "stage": 2,
        "indicator": {
            "construct": "reading proficiency",
            "unit": "percent",
            "direction": "increase",
            "numerator": "students in the tested grade who score at or above the cut",
            "denominator": "students in the tested grade with a valid score",
            "population": "public school students in grade 3 or 4",
            "period": "school-year",
            "bounds": [0, 100],
            "meaningful_change": 1.0,
        },
        "disaggregation": {"required": ["race_ethnicity", "economic_disadvantage"], "recommended": ["sex"]},
        "disclosure": {"minimum_n": 10},
        "measure_schema": {
            "type": "object",
            "additionalProperties": False,
            "required": ["instrument", "grade_or_age", "cut"],
            "properties": {
                "instrument": {"type": "string", "minLength": 2, "maxLength": 80},
                "grade_or_age": {"type": "integer", "minimum": 3, "maximum": 4},
                "cut": {"type": "string", "enum": ["proficient", "meets", "approaches"]},
                "season": {"type": "string", "enum": ["fall", "winter", "spring"]},
                "note": {"type": "string"},
            },
        },
        "comparability": [
            {
                "facet": "/measure/instrument",
                "level": "link",
                "progress": "any",
                "why": "each state has its own test",
            },
            {"facet": "/measure/cut", "level": "link", "progress": "any", "why": "cut scores differ"},
            {
                "facet": "/measure/grade_or_age",
                "level": "equal",
                "progress": "equal",
                "why": "grade 3 and grade 4 are different children",
            },
        ],
        "notes": "",
        "references": [],
    }


def variant_document() -> Json:
    """A sound variant of that template, with every part that a rule looks at."""
    return {
        "community": "bridgeport",
        "id": "grade-3-ela",
        "template": "early-grade-reading@1.4.2",
        "title": "Third graders who read well",
        "measure": {"instrument": "state-test", "grade_or_age": 3, "cut": "proficient", "season": "spring"},
        "baseline": {"period": "SY2018-19", "value": 21.3, "numerator": 213, "denominator": 1000},
        "target": {"period": "SY2027-28", "value": 45},
        "milestones": [{"period": "SY2021-22", "value": 27}, {"period": "SY2024-25", "value": 35.5}],
        "group_targets": [{"group": {"sex": "female"}, "period": "SY2027-28", "value": 45}],
        "benchmark": "connecticut/grade-3-ela",
        "context": {"why": "Reading opens every other subject."},
        "partners": [{"id": "library", "name": "Public library"}],
        "breaks": [{"period": "SY2014-15", "kind": "instrument", "reason": "A new test."}],
    }


def template(**changes: object) -> Template:
    """The template as a Struct; ``changes`` replace members, ``indicator`` only those it names."""
    document = template_document()
    indicator = changes.pop("indicator", {})
    document["indicator"].update(indicator)
    return msgspec.convert(document | changes, Template)


def variant(**changes: object) -> Variant:
    """The variant as a Struct; ``changes`` replace members."""
    return msgspec.convert(variant_document() | changes, Variant)


def instrument(*versions: str) -> Instrument:
    """A test with these versions."""
    return Instrument(
        id="state-test",
        title="State test",
        publisher="The state",
        description="A test of reading.",
        versions=tuple(InstrumentVersion(id=version) for version in versions),
    )


def around(changed: Template | None = None, *, headlines: Iterable[str] = ()) -> Surroundings:
    """What the variant is judged beside."""
    return Surroundings(
        template=changed or template(),
        instruments={"state-test": instrument("2015", "2024")},
        headlines=tuple(headlines),
        benchmarks=("connecticut/grade-3-ela",),
    )


def raw(document: object) -> bytes:
    """A document as somebody sends it."""
    return json.dumps(document).encode()


def findings_of_template(document: object) -> tuple[Finding, ...]:
    """What is found in a template."""
    return check_template(raw(document))[1]


def rules_beside(beside: Surroundings) -> tuple[Rule, ...]:
    """The rules of a variant as the action asks them: first whether the measure fits its template's schema."""

    def unfit(measure: object) -> list[Found]:
        if measure is None:
            return []
        found = check_against(measure, beside.template.measure_schema, "/measure")
        return [(finding.pointer or "", finding.detail, finding.hint) for finding in found]

    return (Rule(code="measure-unfit", needs=("/measure",), check=unfit), *rules_of_a_variant(beside))


def findings_of_variant(document: object, beside: Surroundings | None = None) -> tuple[Finding, ...]:
    """What is found in a variant beside its template, the catalogue and the community's other measures."""
    return check(raw(document), Variant, rules_beside(beside or around()))[1]


def named(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """Where and what, in the order of the places."""
    return sorted((finding.pointer or "", finding.rule) for finding in findings)
