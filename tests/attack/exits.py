"""Every exit of the product through which a role can read figures, each with the facts it gives away.

A ``Reading`` is how one role asks; ``EXITS`` is the list of what it can ask. A new exit gets one line here. Whoever reads as of a
release gets what that release says.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from typing import Protocol

import msgspec

from registry.projection import read
from registry.projection.answer import RollupRequest, rollup
from registry.projection.assess import assess_variant
from registry.projection.compare import compare
from registry.projection.readers import list_releases
from registry.projection.reading import Reading as Tables
from registry.projection.standing import history_of
from tests.attack.random_networks import Made
from tests.attack.reader import (
    Facts,
    Json,
    facts_of_cells,
    facts_of_comparison,
    facts_of_rollup,
    facts_of_variant,
    texts_of,
)


class Reading(Protocol):
    """What one role can ask, as of a release (``as_of`` null: now). Answers are structs or plain JSON."""

    def rollup(self, request: RollupRequest) -> object:
        """A roll-up's answer."""

    def compare(self, communities: Sequence[str], template: str, as_of: str | None) -> object:
        """A comparison's answer."""

    def cells(self, community: str, variant: str, as_of: str | None) -> Iterable[object]:
        """The data points of a local measure as far as they are shown, each with its ``period`` and ``group``."""

    def document(self, community: str, variant: str, as_of: str | None) -> object:
        """A local measure's document."""

    def beside(self, community: str, variant: str, as_of: str | None) -> object:
        """Everything else that is told of a local measure: loads, history, assessment."""

    def releases(self, as_of: str | None) -> object:
        """The list of releases."""

    def close(self) -> None:
        """Let go of whatever was opened for this reading."""


class Exit(msgspec.Struct, frozen=True):
    """One way out, and the facts that a reading of one network through it gives."""

    name: str
    facts: Callable[[Reading, Made, int, str | None], Facts]
    every: bool = True
    """Whether it is asked of every network at every release; the others, which work much out, are asked of some."""


class Live:
    """The reading of whoever opens the file and sees everything as it is."""

    def __init__(self, projection: Tables) -> None:
        self.projection = projection

    def rollup(self, request: RollupRequest) -> object:
        """A roll-up's answer, nothing hidden."""
        return rollup(self.projection, request)

    def compare(self, communities: Sequence[str], template: str, as_of: str | None) -> object:
        """A comparison's answer, nothing hidden."""
        return compare(self.projection, communities, template, as_of)

    def cells(self, community: str, variant: str, as_of: str | None) -> Iterable[object]:
        """Every data point as it stood."""
        line = self.projection.moment(as_of).entry.seq
        for point in read.points(self.projection.cursor(), line, community, variant):
            yield {"community": community, "variant": variant, "group": point.group_key, **msgspec.to_builtins(point)}

    def document(self, community: str, variant: str, as_of: str | None) -> object:
        """The document as it stood, with its hash."""
        line = self.projection.moment(as_of).entry.seq
        found = next(row for row in read.list_variants(self.projection.cursor(), line, community) if row.id == variant)
        return {**msgspec.json.decode(found.body, type=dict[str, object]), "content_sha256": found.content_sha256}

    def beside(self, community: str, variant: str, as_of: str | None) -> object:
        """Loads, history and assessment."""
        moment = self.projection.moment(as_of)
        reference = f"{community}/{variant}"
        batches = read.list_batches(self.projection.cursor(), moment.entry.seq)
        return [
            [row for row in batches if (row.community, row.variant) == (community, variant)],
            history_of(self.projection, moment, reference),
            assess_variant(self.projection, reference, as_of),
        ]

    def close(self) -> None:
        """The registry is given back by whoever opened it."""

    def releases(self, as_of: str | None) -> object:
        """The list of releases, each with its counts."""
        return list_releases(self.projection.cursor(), self.projection.moment(as_of).entry.seq)


def requests(made: Made, as_of: str | None) -> Iterator[RollupRequest]:
    """Every roll-up that can be asked of a network: by each dimension, for each period and each window, each explained."""
    windows = [f"{first}..{last}" for first, last in product(made.periods, made.periods) if first < last]
    for template, by in product(made.templates, (None, *made.dimensions)):
        for period in (None, *made.periods):
            yield RollupRequest(template=template.id, by=by, period=period, as_of=as_of, explain=True)
        for window in windows:
            yield RollupRequest(template=template.id, by=by, window=window, as_of=as_of, explain=True)


def facts_of(reading: Reading, made: Made, stage: int, as_of: str | None, exits: Iterable[Exit] | None = None) -> Facts:
    """All that a role can read of a network as of one release."""
    found = Facts()
    for way_out in EXITS if exits is None else exits:
        found |= way_out.facts(reading, made, stage, as_of)
    return found


def asked(reading: Reading, request: RollupRequest, stage: int) -> Facts:
    """What one roll-up says."""
    return facts_of_rollup(
        _plain(reading.rollup(request)), f"rollup {request.by} {request.period or request.window}", stage
    )


def _rollups(reading: Reading, made: Made, stage: int, as_of: str | None) -> Facts:
    found = Facts()
    for request in requests(made, as_of):
        found |= asked(reading, request, stage)
    return found


def _comparisons(reading: Reading, made: Made, stage: int, as_of: str | None) -> Facts:
    found = Facts()
    names = [community.slug for community in made.communities]
    for template in made.templates:
        found |= facts_of_comparison(_plain(reading.compare(names, template.id, as_of)), "compare", stage)
    return found


def _cells(reading: Reading, made: Made, stage: int, as_of: str | None) -> Facts:
    rows = [_plain(row) for entry in made.variants for row in reading.cells(entry.community, entry.id, as_of)]
    return facts_of_cells(rows, "cells", stage)


def _documents(reading: Reading, made: Made, stage: int, as_of: str | None) -> Facts:
    found = Facts()
    for entry in made.variants:
        found |= facts_of_variant(_plain(reading.document(entry.community, entry.id, as_of)), "variant show")
    return found


def _beside(reading: Reading, made: Made, stage: int, as_of: str | None) -> Facts:
    found = Facts()
    for entry in made.variants:
        found |= texts_of(msgspec.to_builtins(reading.beside(entry.community, entry.id, as_of)))
    return found


def _releases(reading: Reading, made: Made, stage: int, as_of: str | None) -> Facts:
    """How many data points a release hides in all is what anybody counts; only its texts may tell more."""
    return texts_of(msgspec.to_builtins(reading.releases(as_of)))


def _plain(answer: object) -> Json:
    """An answer as JSON has it."""
    plain: Json = msgspec.to_builtins(answer)
    return plain


EXITS = (
    Exit("rollup", _rollups, every=False),
    Exit("compare", _comparisons, every=False),
    Exit("cells", _cells),
    Exit("variant show", _documents),
    Exit("data batches, variant history, variant assess", _beside, every=False),
    Exit("release list, release show", _releases),
)
"""Every way out; frameworks' roll-ups tell verdicts and shares only, of the same series (``test_reader.py``)."""
