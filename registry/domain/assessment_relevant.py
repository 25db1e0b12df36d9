"""Relevant: does the measure stand for a published outcome, with every departure told, and for an outcome rather than an activity?"""

from registry.domain.assessment_series import stated
from registry.domain.evidence import Evidence, Told, failed, passed, untold, warned
from registry.domain.programme_words import activity_words
from registry.domain.template import stated_default
from registry.domain.variant import same_facet
from registry.domain.variant_rules import departures, facet_in_words


def template_published(evidence: Evidence) -> Told:
    """The measure is pinned to a version that is published and not withdrawn."""
    reference, pointer = evidence.variant.template, "/template"
    way = f"Move to {evidence.successor}." if evidence.successor else "Ask the network which outcome takes its place."
    if evidence.template_status == "withdrawn":
        return failed(f"{reference} was withdrawn.", way, pointer)
    if evidence.template_status == "deprecated":
        return warned(f"{reference} is deprecated.", way, pointer)
    return passed(f"It is a measure of {reference}, {evidence.template.title}.", pointer)


def departures_declared(evidence: Evidence) -> Told:
    """Whatever the template states and the measure states otherwise is declared, with its reason."""
    measure, pointer = evidence.variant.measure or {}, "/context/adaptations"
    departing = departures(evidence.template, measure)
    declared = {entry.facet: entry.why for entry in evidence.variant.context.adaptations}
    silent = [facet for facet in departing if not declared.get(f"/measure/{facet}", "").strip()]
    if silent:
        told = ", ".join(
            f"{facet_in_words(facet)} {measure[facet]!r}, where the template says {stated_default(evidence.template, facet)!r}"
            for facet in silent
        )
        return failed(
            f"Nobody says why the measure departs from the template: {told}.",
            f"Say why under context, adaptations, for {', '.join(f'/measure/{facet}' for facet in silent)}.",
            f"/measure/{silent[0]}",
        )
    if not departing:
        return passed("The measure departs from the template in nothing.", pointer)
    return passed(f"Departs, and says why: {', '.join(map(facet_in_words, departing))}.", pointer)


def outcome_not_activity(evidence: Evidence) -> Told:
    """Title and statement tell of people's condition, not of what is done for them."""
    texts = (("/title", evidence.variant.title), ("/statement", evidence.variant.statement))
    found = [(pointer, words) for pointer, text in texts if (words := activity_words(text))]
    if not found:
        return passed("Title and statement speak of an outcome.", "/statement")
    said = ", ".join(dict.fromkeys(repr(word) for _, words in found for word in words))
    return failed(
        f"The words {said} speak of something that is done, not of how people fare.",
        "Say what becomes better for people; put what is done under strategies.",
        found[0][0],
    )


def role_consistent(evidence: Evidence) -> Told:
    """A core indicator of the framework is the outcome itself, neither an input nor a stand-in for it."""
    numerator, pointer = evidence.template.indicator.numerator, "/measure/construct"
    role, words = evidence.role, activity_words(numerator)
    wanted, said = evidence.template.indicator.construct, stated(evidence, "construct")
    proxy = said is not None and not same_facet(said, wanted)
    if not words and not proxy:
        place = "in no framework" if role is None else f"{role} in the framework"
        return passed(f"It measures {wanted} itself; the outcome is {place}.", pointer)
    what = f"{said!r} stands in for {wanted!r}" if proxy else f"the numerator counts what is done ({', '.join(words)})"
    if role is None:
        way = "Ask the network for which place in its framework it is meant."
        return untold(f"The outcome is in no framework, and {what}.", way, pointer)
    if role == "core":
        return warned(
            f"The outcome is core in the framework, and {what}: only its direction is counted, apart from the others.",
            "Use a measure of the outcome itself, or offer this one as contributing.",
            pointer,
        )
    return passed(f"The outcome is {role} in the framework, where {what}.", pointer)
