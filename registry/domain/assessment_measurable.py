"""Measurable: what is counted out of what, from where it starts with how many people, and who publishes the next figure.

A baseline is its value, its period and its number of people (the GLR network's pacesetter award asks for the same); a figure that the
loaded data contradict is told beside them, and voids nothing.
"""

from fractions import Fraction

from registry.domain.assessment_ambition import baseline_band
from registry.domain.assessment_series import (
    change_in_words,
    declared_figures,
    in_words,
    judged,
    loaded_at,
    mark_in_words,
    start_of,
    start_period,
    stated,
    target_value,
)
from registry.domain.evidence import Evidence, Told, failed, passed, untold, warned
from registry.domain.group import group_of
from registry.domain.period import Unreadable, read_period
from registry.domain.point import Reading, exact_text, scale_of
from registry.domain.template import terms_of
from registry.domain.value import printed_rounding
from registry.domain.variant_rules import facet_in_words


def numerator_and_denominator(evidence: Evidence) -> Told:
    """Both are described, and whom they count is told where the template compares by it."""
    indicator = evidence.template.indicator
    for name, text in (("numerator", indicator.numerator), ("denominator", indicator.denominator)):
        if not text.strip():
            return failed(
                f"The template does not say what the {name} is.", "Ask the network to describe it.", "/template"
            )
    silent = [
        facet for facet in ("universe", "denominator_rule") if judged(evidence, facet) and not stated(evidence, facet)
    ]
    if silent:
        facets = " and ".join(facet_in_words(facet) for facet in silent)
        return failed(
            f"The measure does not state its {facets}, so it is open who is counted.",
            f"Add {' and '.join(silent)} to the measure.",
            f"/measure/{silent[0]}",
        )
    return passed(f"Counted: {indicator.numerator} Out of: {indicator.denominator}", "/measure")


def unit_and_direction(evidence: Evidence) -> Told:
    """The unit, which way is better, and one kind of period throughout."""
    indicator, variant = evidence.template.indicator, evidence.variant
    baseline = variant.baseline
    labels = [] if baseline is None else [("/baseline/period", code) for code in (baseline.period, *baseline.periods)]
    labels += [("/target/period", variant.target.period)] if variant.target else []
    labels += [(f"/milestones/{place}/period", goal.period) for place, goal in enumerate(variant.milestones)]
    for pointer, code in labels:
        read = None if code is None else read_period(code, indicator.period)
        if isinstance(read, Unreadable):
            return failed(read.detail, f"The template counts by {_kind(evidence)}. {read.hint}", pointer)
    wanted = "more" if indicator.direction == "increase" else "less"
    return passed(f"Unit: {indicator.unit}; {wanted} is better; by {_kind(evidence)}.", "/template")


def baseline_complete(evidence: Evidence) -> Told:
    """A period, a value, and the people behind it where it is a share of people."""
    baseline, pointer = evidence.variant.baseline, "/baseline"
    if baseline is None:
        way = "Add the baseline: its period, its value, and numerator and denominator."
        return failed("There is no baseline.", way, pointer)
    if start_period(evidence) is None:
        return failed("The baseline names no period that can be read.", "Add its period.", "/baseline/period")
    start = start_of(evidence)
    if start is None:
        return failed("The baseline has no value.", "Add its value, or numerator and denominator.", "/baseline/value")
    shares = scale_of(terms_of(evidence.template)) is not None
    if shares and start.people is None and start.standard_error is None:
        return failed(
            f"Nobody knows how many people stand behind {mark_in_words(evidence, start)}.",
            "Add numerator and denominator; of a sample load the standard error.",
            "/baseline/denominator",
        )
    band = baseline_band(evidence)
    chance = "" if band is None else f", give or take {change_in_words(evidence, band)} by chance alone (95 %)"
    loaded = loaded_at(evidence, start.period) is not None
    status = "as loaded" if loaded and not baseline.periods else "as declared; its period is not loaded yet"
    return passed(f"{mark_in_words(evidence, start)}{chance}, {status}.", pointer)


def baseline_agrees(evidence: Evidence) -> Told:
    """What the document declares is what was loaded for that period. A difference voids nothing."""
    baseline, pointer = evidence.variant.baseline, "/baseline/value"
    if baseline is not None and baseline.periods:
        way = "Name one period where its loaded figure is meant."
        return untold("A baseline of several periods is taken as declared.", way, "/baseline/periods")
    period, declared = start_period(evidence), declared_figures(evidence)
    loaded = loaded_at(evidence, period)
    if baseline is None or period is None or loaded is None:
        way = "Load the year of the baseline."
        return untold("No figure is loaded for the baseline's period.", way, pointer)
    if not declared:
        return passed("The baseline is the loaded figure; the document declares none.", pointer)
    counts_differ = None not in {baseline.denominator, loaded.people} and baseline.denominator != loaded.people
    said = f"Declared: {_declared(evidence, declared[0], baseline.denominator)}; loaded: {_loaded(evidence, loaded)}"
    if counts_differ or not all(_agrees(figure, loaded) for figure in declared):
        return warned(
            f"{said}, in {period.code}. The loaded figure is the baseline.",
            "Find out which is right; where the source corrected it, restate the baseline.",
            pointer,
        )
    return passed(f"{said}, in {period.code}.", pointer)


def value_in_range(evidence: Evidence) -> Told:
    """The counts are a share, and every figure of the baseline lies inside the indicator's bounds."""
    baseline = evidence.variant.baseline
    if baseline is None:
        return untold("There is no baseline to look at.", "Add the baseline.", "/baseline")
    top, bottom = baseline.numerator, baseline.denominator
    percent = evidence.template.indicator.unit == "percent"
    if top is not None and bottom is not None and (bottom <= 0 or (percent and top > bottom)):
        return failed(f"{top:,} of {bottom:,} is no share.", "Check the two counts.", "/baseline/numerator")
    figures = declared_figures(evidence)
    low, high = evidence.template.indicator.bounds
    for figure in figures:
        if (low is not None and figure < exact_text(low)) or (high is not None and figure > exact_text(high)):
            return failed(
                f"The baseline {float(figure):,.6g} is outside the indicator's bounds ({_ends(evidence)}).",
                "Check the figure and its unit.",
                "/baseline/value",
            )
    if not figures:
        return untold("The document declares no figure.", "Add the value or the counts.", "/baseline/value")
    return passed(f"{in_words(evidence, figures[0])} lies inside the bounds ({_ends(evidence)}).", "/baseline/value")


def target_stated(evidence: Evidence) -> Told:
    """There is a value to be reached."""
    aim = target_value(evidence)
    if aim is None:
        return failed("There is no value to be reached.", "Add the target: a value and its period.", "/target")
    return passed(f"The target is {in_words(evidence, aim)}.", "/target/value")


def source_named(evidence: Evidence) -> Told:
    """Who publishes the figures, and how often."""
    source = evidence.variant.source
    if source is None:
        return failed("Nothing says where the figures come from.", "Add the source: name, steward, cadence.", "/source")
    by = f" ({source.steward})" if source.steward.strip() else ""
    if not source.cadence.strip():
        way = "Add how often, such as: every year."
        return warned(f"{source.name}{by}; nothing says how often it is published.", way, "/source/cadence")
    return passed(f"{source.name}{by}, {source.cadence}.", "/source")


def groups_supplied(evidence: Evidence) -> Told:
    """Each dimension that the template requires has data, or the notes say why not."""
    required, pointer = evidence.template.disaggregation.required, "/notes"
    if not required:
        return passed("The template requires no groups.", pointer)
    if not evidence.history and not evidence.groups:
        return untold("Nothing is loaded yet.", "Load the figures with their groups.", pointer)
    held = {dimension for key in evidence.groups for dimension in group_of(key)}
    lacking = [dimension for dimension in required if dimension not in held]
    notes = evidence.variant.notes.casefold().replace("_", " ")
    silent = [dimension for dimension in lacking if facet_in_words(dimension) not in notes]
    if silent:
        there = ", ".join(facet_in_words(name) for name in silent)
        return warned(
            f"No figures are loaded by {there}; the template requires {len(required)} dimensions.",
            "Load them, or say in the notes, by the dimension's name, why there are none.",
            pointer,
        )
    if lacking:
        return passed(f"No figures by {', '.join(map(facet_in_words, lacking))}; the notes speak of it.", pointer)
    return passed(f"Figures are loaded by {', '.join(map(facet_in_words, required))}.", pointer)


def codes_mapped(evidence: Evidence) -> Told:
    """What the source's codes for absent figures mean is kept with the measure."""
    if evidence.mapped is None:
        return untold("Nothing is loaded yet.", "Load a file with its mapping.", "")
    if not evidence.mapped:
        return failed(
            "Data are loaded and no mapping is kept, so nobody can say what a code for an absent figure means.",
            "Load the file again with its mapping; it is kept for next year.",
            "",
        )
    return passed("A mapping is kept with the measure: codes for absent figures are read as it says.", "")


def _kind(evidence: Evidence) -> str:
    return evidence.template.indicator.period.replace("-", " ")


def _agrees(declared: Fraction, loaded: Reading) -> bool:
    """Whether a declared figure is the loaded one, as printed, or lies in its range."""
    printed = (float(declared), float(declared if loaded.figure is None else loaded.figure))
    half = max(exact_text(printed_rounding(repr(figure))) for figure in printed) / 2
    if loaded.figure is not None:
        return abs(declared - loaded.figure) <= half
    return (loaded.low is None or declared >= loaded.low - half) and (
        loaded.high is None or declared <= loaded.high + half
    )


def _declared(evidence: Evidence, figure: Fraction, people: int | None) -> str:
    return in_words(evidence, figure) + ("" if people is None else f" (n = {people:,})")


def _loaded(evidence: Evidence, loaded: Reading) -> str:
    people = "" if loaded.people is None else f" (n = {loaded.people:,})"
    if loaded.figure is not None:
        return in_words(evidence, loaded.figure) + people
    low, high = ("no end" if end is None else in_words(evidence, end) for end in (loaded.low, loaded.high))
    return f"{low} to {high}{people}"


def _ends(evidence: Evidence) -> str:
    low, high = ("no end" if end is None else f"{end:,.12g}" for end in evidence.template.indicator.bounds)
    return f"{low} to {high}"
