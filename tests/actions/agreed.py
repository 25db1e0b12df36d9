"""A registry with one outcome and a town whose measure names two partners, for tests of what happens to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from registry.actions.agreement import sign_variant
from registry.actions.catalogue import add_community, publish_instrument
from registry.actions.frameworks import publish_framework
from registry.actions.templates import publish_template
from registry.actions.variants import propose_variant
from registry.domain.actor import Actor, operator
from registry.domain.agreement import Standing
from registry.projection.files import Projection
from registry.projection.standing import standing_at
from tests.cli.documents import Document, community, instrument, new_registry, opened, raw, template, variant, wrote

NAME = "alder/grade-3"
EDITOR = Actor(name="ed", role="editor", community="alder")
NETWORK = Actor(name="net", role="network")
PARTNERS = [
    {"id": "schools", "name": "Schools", "sector": "education", "commitment": "Hands over each result."},
    {"id": "library", "name": "Library", "sector": "libraries", "commitment": "Opens on Saturdays."},
]
BASELINE = {"period": "SY2017-18", "value": 40.0, "numerator": 80, "denominator": 200}


def partner(name: str) -> Actor:
    return Actor(name=f"{name}-person", role="partner", community="alder", partner=name)


def measure(**changes: object) -> Document:
    return variant(**{"partners": PARTNERS, "baseline": BASELINE, **changes})


def framework(**changes: object) -> Document:
    outcomes = [{"template": "reading@1.0.0", "role": "core"}]
    return {"id": "cradle", "version": "1.0.0", "title": "Cradle", "outcomes": outcomes, **changes}


@contextmanager
def town(folder: Path, *, framed: Document | None = None, **changes: object) -> Iterator[Projection]:
    """The registry with the measure proposed, and before that the framework where one is given."""
    content = _content(None if framed is None else raw(framed), raw(measure(**changes)))
    with opened(wrote(folder, "outcomes.db", content)) as projection:
        yield projection


@cache
def _content(framed: bytes | None, proposed: bytes) -> bytes:
    with TemporaryDirectory() as name:
        with new_registry(Path(name)) as projection:
            publish_template(projection, raw(template()), actor=operator())
            publish_instrument(projection, raw(instrument()), actor=operator())
            add_community(projection, raw(community()), actor=operator())
            if framed is not None:
                publish_framework(projection, framed, actor=operator())
            propose_variant(projection, proposed, actor=EDITOR)
        return (Path(name) / "outcomes.db").read_bytes()


def sign(projection: Projection, *names: str) -> None:
    for name in names:
        sign_variant(projection, NAME, partner=name, by="Ana Ruiz", authority="Director", actor=partner(name))


def stands(projection: Projection, day: date | None = None) -> Standing:
    return standing_at(projection, projection.moment(None if day is None else day.isoformat()), NAME)


def how(projection: Projection) -> tuple[str, dict[str, str]]:
    """The state, and where each partner stands."""
    found = stands(projection)
    return found.state, {entry.partner: entry.status for entry in found.partners}
