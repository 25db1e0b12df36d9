"""A registry whose clock a test sets: what was recorded on which day is what the test says."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from registry.actions.catalogue import add_community, publish_instrument
from registry.actions.frameworks import publish_framework
from registry.actions.templates import publish_template
from registry.actions.variants import propose_variant
from registry.domain.actor import operator
from registry.ledger.sqlite import SqliteLedger
from registry.projection.files import Projection
from tests.actions.agreed import measure
from tests.cli.documents import Document, community, instrument, raw, template

BY = operator("network-office")


class Calendar:
    """A clock that stands at noon UTC of the day it was set to."""

    def __init__(self, day: str) -> None:
        self.to(day)

    def __call__(self) -> datetime:
        return self.moment

    def to(self, day: str) -> None:
        """Go to a day, such as 2019-10-01."""
        self.moment = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)


@contextmanager
def dated(folder: Path, calendar: Calendar, *versions: str) -> Iterator[Projection]:
    """A registry under this clock, with the outcome in the versions named (1.0.0 where none is), the test and the town of alder."""
    ledger = SqliteLedger.create(folder / "outcomes.db", network="Two towns", now=calendar)
    with closing(ledger), closing(Projection(ledger, None)) as projection:
        for version in versions or ("1.0.0",):
            publish_template(projection, raw(template(version=version)), actor=BY)
        publish_instrument(projection, raw(instrument()), actor=BY)
        add_community(projection, raw(community()), actor=BY)
        yield projection


def frame(projection: Projection, *pins: str, **changes: object) -> None:
    """Publish a framework of these template versions."""
    outcomes = [{"template": pin, "role": "core"} for pin in pins]
    document: Document = {"id": "cradle", "version": "1.0.0", "title": "Cradle", "outcomes": outcomes, **changes}
    publish_framework(projection, raw(document), actor=BY)


def propose(projection: Projection, **changes: object) -> None:
    """Propose alder's measure, changed."""
    propose_variant(projection, raw(measure(**changes)), actor=BY)
