"""Specific: is it told exactly what is measured, on which test, from which score, for which grade, in which place?

A test's name says nothing of its cut (Massachusetts counted two cuts of one test in one year); the cut stands on the scale of its
version, or it is another test's.
"""

import re

from registry.domain.assessment_series import judged, stated, target_value
from registry.domain.community import geography_codes
from registry.domain.evidence import Evidence, Told, failed, passed, untold, warned
from registry.domain.instrument import Cut, InstrumentVersion
from registry.domain.refusal import meant

_SCALES = re.compile(r"\b(?:and|or) (?:above|below|higher|lower|more|less|fewer|better|over|under|later|earlier)\b")
_NUMBERED = re.compile(r"\b[0-9]+(?:th|st|nd|rd)? (?:and|or) [0-9]+")
_FEW_WORDS = r"[\w-]+(?: [\w-]+){0,2}"
_LIST = re.compile(rf"\band/or\b|\b{_FEW_WORDS}, {_FEW_WORDS},? (?:and|or) [\w-]+", re.IGNORECASE)
_JOINED = re.compile(r"\band/or\b|&|\b(?:and|or)\b", re.IGNORECASE)
_SHARE = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?(?:%|percent\b|per cent\b)", re.IGNORECASE)
_BY_YEAR = re.compile(r"\b(?:by|until) (?:the end of )?(?:19|20)[0-9]{2}\b", re.IGNORECASE)


def instrument_versioned(evidence: Evidence) -> Told:
    """The test or data source and its version stand in the catalogue."""
    name, version, pointer = (
        stated(evidence, "instrument"),
        stated(evidence, "instrument_version"),
        "/measure/instrument",
    )
    if name is None:
        return failed("The measure names no test or data source.", "Add instrument to the measure.", pointer)
    instrument = evidence.instruments.get(str(name))
    if instrument is None:
        way = meant(str(name), list(evidence.instruments))
        return failed(f"The catalogue has no assessment or data source {name!r}.", way, pointer)
    known, pointer = [entry.id for entry in instrument.versions], "/measure/instrument_version"
    if version is None:
        return failed(
            f"The measure does not say which version of {instrument.title} it uses.",
            f"Add instrument_version. {meant('', known)}",
            pointer,
        )
    if version not in known:
        return failed(
            f"The catalogue knows no version {version!r} of {instrument.title}.", meant(str(version), known), pointer
        )
    return passed(f"{instrument.title}, version {version}.", pointer)


def cut_on_scale(evidence: Evidence) -> Told:
    """The cut has a score, and the score lies on the scale of its version."""
    pointer, name = "/measure/cut", stated(evidence, "cut")
    if not evidence.template.indicator.has_cut:
        return passed("The indicator has no cut on a score scale.", pointer)
    if name is None:
        return failed("The measure does not say from which score a person counts.", "Add the cut.", pointer)
    version = _version(evidence)
    if version is None:
        way = "Name a test and a version that the catalogue holds."
        return untold(f"The cut {name!r} cannot be looked up without a catalogued version.", way, pointer)
    score: float | None
    if isinstance(name, int | float):
        score = float(name)
    else:
        found = _cut(version, str(name), stated(evidence, "grade_or_age"))
        if isinstance(found, Told):
            return found
        score = found.score
    return _placed(name, score, version)


def grade_or_age(evidence: Evidence) -> Told:
    """The grade or age is told, where the template compares by it."""
    said, pointer = stated(evidence, "grade_or_age"), "/measure/grade_or_age"
    if said is not None:
        return passed(f"Grade or age {said}.", pointer)
    if judged(evidence, "grade_or_age"):
        return failed("The measure does not say of which grade or age.", "Add grade_or_age to the measure.", pointer)
    return passed("The template does not compare by grade or age.", pointer)


def place_known(evidence: Evidence) -> Told:
    """Every place code is one of the community's own."""
    pointer, own = "/population/geographies", geography_codes(evidence.community)
    codes = () if evidence.variant.population is None else evidence.variant.population.geographies
    if not codes:
        return untold("There is no place code to look up.", "Name the place by its code.", pointer)
    strange = [code for code in codes if code not in own]
    if strange:
        return failed(
            f"{', '.join(strange)} is no place code of {evidence.community.name}.",
            f"Use the community's codes ({', '.join(own) or 'it has none'}), or have the network add this one to it.",
            pointer,
        )
    return passed(f"{', '.join(codes)} belongs to {evidence.community.name}.", pointer)


def boundaries_dated(evidence: Evidence) -> Told:
    """The year of the place's boundaries is told, where the template compares by it."""
    said, pointer = stated(evidence, "geography_vintage"), "/measure/geography_vintage"
    if said is not None:
        return passed(f"Boundaries of {said}.", pointer)
    if judged(evidence, "geography_vintage"):
        return failed(
            "The measure does not say of which year the place's boundaries are.", "Add geography_vintage.", pointer
        )
    return passed("No year of boundaries is told; the template does not compare by it.", pointer)


def one_measure(evidence: Evidence) -> Told:
    """One measure has one title, no list in its numerator, and its target stands apart from its name."""
    title, indicator = evidence.variant.title, evidence.template.indicator
    if aim := _target_in(evidence, title):
        return warned(
            f"The title holds the target ({aim}), so it would have to change with it.",
            "Let the title say what is measured, and the target by how much and when.",
            "/title",
        )
    for pointer, text, joined in (
        ("/title", title, _JOINED),
        ("/measure/construct", indicator.construct, _JOINED),
        ("/measure", indicator.numerator, _LIST),
    ):
        plain = _NUMBERED.sub("", _SCALES.sub("", text))
        if found := joined.search(plain):
            return warned(
                f"{text!r} joins more than one thing ({found[0]!r}).",
                "Where two things are measured, register two measures; where it is one, say it in one word.",
                pointer,
            )
    return passed(f"One measure: {title}.", "/title")


def _version(evidence: Evidence) -> InstrumentVersion | None:
    instrument = evidence.instruments.get(str(stated(evidence, "instrument")))
    versions = () if instrument is None else instrument.versions
    return next((entry for entry in versions if entry.id == stated(evidence, "instrument_version")), None)


def _cut(version: InstrumentVersion, name: str, grade: object) -> Cut | Told:
    """The catalogued cut of a name, of the measure's grade or of no grade in particular."""
    pointer = "/measure/cut"
    named = [cut for cut in version.cuts if cut.id == name]
    if not named:
        way = meant(name, [cut.id for cut in version.cuts])
        return failed(f"The version {version.id} has no cut {name!r} in the catalogue.", way, pointer)
    fitting = [cut for cut in named if cut.grade_or_age in {None, grade}]
    if not fitting:
        grades = ", ".join(str(cut.grade_or_age) for cut in named)
        return failed(
            f"The cut {name!r} is catalogued for grade or age {grades}, the measure is of {grade}.",
            "Name the cut of that grade, or have the network add it to the catalogue.",
            pointer,
        )
    return max(fitting, key=lambda cut: cut.grade_or_age is not None)


def _placed(name: object, score: float | None, version: InstrumentVersion) -> Told:
    pointer, low, high = "/measure/cut", version.scale_minimum, version.scale_maximum
    if score is None:
        way = "Have the network add the score to the catalogue."
        return untold(f"The catalogue knows no score of the cut {name!r}.", way, pointer)
    if (low is not None and score < low) or (high is not None and score > high):
        ends = f"{_end(low)} to {_end(high)}"
        return failed(
            f"The cut {score:,.12g} lies outside the scale of version {version.id} ({ends}).",
            "Check the cut: it may be that of another version.",
            pointer,
        )
    if low is None or high is None:
        one_end = f"knows only one end of the scale ({_end(low)} to {_end(high)})"
        knows = "does not know the scale" if low is None and high is None else one_end
        return untold(
            f"The cut {name!r} is at {score:,.12g}; the catalogue {knows}.",
            "Have the network add the scale's smallest and greatest score.",
            pointer,
        )
    return passed(f"The cut {name!r} is at {score:,.12g} on a scale from {low:,.12g} to {high:,.12g}.", pointer)


def _end(end: float | None) -> str:
    return "not known" if end is None else f"{end:,.12g}"


def _target_in(evidence: Evidence, title: str) -> str:
    """The words of a title that are its target; empty where there are none."""
    if by := _BY_YEAR.search(title):
        return by[0]
    aim = target_value(evidence)
    if aim is None:
        return ""
    shares = [share[0] for share in _SHARE.finditer(title) if float(share[1]) == float(aim)]
    return shares[0] if shares else ""
