"""A sound local measure and what is known of it: every check passes, and a test changes one thing."""

from datetime import date

import msgspec

from registry.domain.agreement import PartnerStanding
from registry.domain.community import Community
from registry.domain.evidence import Assessment, Evidence, PeerPace
from registry.domain.instrument import Instrument
from registry.domain.point import Point
from registry.domain.template import Template
from registry.domain.variant import Variant
from tests.domain.documents import Json, template_document

YEARS = ("SY2012-13", "SY2013-14", "SY2014-15", "SY2015-16", "SY2016-17", "SY2017-18", "SY2018-19")
SERIES = (31.5, 33.0, 34.5, 36.0, 37.0, 38.5, 40.0)
START = {"period": "SY2018-19", "value": 40.0, "numerator": 400, "denominator": 1000}
LIBRARY = {"id": "library", "name": "Public library", "sector": "libraries", "commitment": "Opens on Saturdays."}
SCHOOLS = {"id": "schools", "name": "School district", "sector": "education", "commitment": "Hands over each result."}


def series(values=SERIES, years=YEARS, *, n: int | None = 1000) -> tuple[Point, ...]:
    """A loaded series: percents of ``n`` people, or printed values alone."""
    if n is None:
        return tuple(Point(period=year, value=value) for year, value in zip(years, values, strict=True))
    counted = [(year, round(value * n / 100)) for year, value in zip(years, values, strict=True)]
    return tuple(Point(period=year, numerator=count, denominator=n) for year, count in counted)


def members(*paces: float) -> tuple[PeerPace, ...]:
    """Other members' paces over four years."""
    return tuple(
        PeerPace(community=f"place-{at}", variant="reading", years=4, annual_improvement=pace)
        for at, pace in enumerate(paces)
    )


def standing(partner: str, status: str = "signed", **changes: object) -> PartnerStanding:
    """Where one partner stands."""
    said = {"by": "Ada Reyes", "authority": "director", "recorded_at": "2019-10-05T10:00:00Z", "revision": 2}
    known = said if status != "unsigned" else {}
    return PartnerStanding(
        partner=partner, name=partner.title(), sector="", commitment="", status=status, **known | changes
    )


def catalogue(**version: object) -> dict[str, Instrument]:
    """The catalogue with one test, whose version 2015 can be changed."""
    cuts = [{"id": "proficient", "title": "Proficient", "score": 2432, "grade_or_age": 3}]
    stated = {"id": "2015", "scale_minimum": 2114, "scale_maximum": 2623, "cuts": cuts} | version
    test = {"id": "state-test", "title": "State test", "publisher": "The state", "description": "A test."}
    return {"state-test": msgspec.convert(test | {"versions": [stated, {"id": "2024"}]}, Instrument)}


def template(*, judged: tuple[str, ...] = (), indicator: Json | None = None, **changes: object) -> Template:
    """The template; ``judged`` adds facets by which it compares."""
    document = template_document()
    document["measure_schema"] = {"type": "object", "properties": {"sampling": {"const": "full_count"}}}
    for facet in judged:
        rule = {"facet": f"/measure/{facet}", "level": "equal", "progress": "any", "why": "It moves the level."}
        document["comparability"].append(rule)
    document["indicator"] |= indicator or {}
    return msgspec.convert(document | changes, Template)


def document(**changes: object) -> Json:
    """A local measure in which every check passes."""
    return {
        "community": "bridgeport",
        "id": "grade-3-ela",
        "template": "early-grade-reading@1.4.2",
        "title": "Third graders who read well",
        "statement": "By 2025, 55 % of third graders in Bridgeport, Connecticut read well.",
        "measure": {
            "instrument": "state-test",
            "instrument_version": "2015",
            "cut": "proficient",
            "grade_or_age": 3,
        },
        "population": {
            "description": "Third graders of Bridgeport's public schools",
            "kind": "enrolled",
            "geographies": ["nces-lea:0900450"],
        },
        "baseline": START,
        "target": {"period": "SY2024-25", "value": 55},
        "milestones": [{"period": "SY2021-22", "value": 47}],
        "source": {"name": "State results", "steward": "The state", "cadence": "every year", "release_month": 8},
        "context": {"why": "Reading opens every subject.", "engagement": "Forty parents, in two meetings in May 2019."},
        "partners": [SCHOOLS, LIBRARY],
    } | changes


def evidence(known: dict[str, object] | None = None, **changes: object) -> Evidence:
    """The sound measure and what is known of it; ``changes`` are the document's, ``known`` everything else's."""
    place = {"slug": "bridgeport", "name": "Bridgeport, Connecticut", "geographies": ["nces-lea:0900450"]}
    usual: dict[str, object] = {
        "template": template(),
        "instruments": catalogue(),
        "community": msgspec.convert(place, Community),
        "role": "core",
        "history": series(),
        "groups": ("race_ethnicity=black", "economic_disadvantage=economically_disadvantaged"),
        "mapped": True,
        "peers": members(0.5, 1.0, 1.5, 2.0, 2.5, 3.0),
        "partners": (standing("schools"), standing("library")),
        "registered": date(2019, 10, 1),
        "target_entered": date(2019, 10, 1),
        "result_known": None,
        "day": date(2020, 1, 1),
    }
    return Evidence(variant=msgspec.convert(document(**changes), Variant), **usual | (known or {}))


def verdicts(assessment: Assessment) -> dict[str, str]:
    """Each check's verdict."""
    return {check.code: check.verdict for check in assessment.checks}


POPULATION = document()["population"]
MEASURE = document()["measure"]
CONTEXT = document()["context"]
SOURCE = document()["source"]
FALLING = {"direction": "decrease"}
DROP = (*SERIES[:-1], 30.0)
UNLOADED = {"history": (), "groups": (), "mapped": None}
NO_TARGET = {"target": None, "milestones": []}
