"""What gives a hidden cell away without any sum: a figure worked out from it, or a hash by which guesses can be tried.

A figure that was worked out needs its cells told (design section 9). A hash over rows or over a file of a few small numbers is as good as
the numbers: whoever knows all but one of them tries the rest.
"""

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256

import msgspec

from registry.domain.agreement import content_sha256
from registry.domain.observation import rows_digest
from tests.attack.random_networks import Made
from tests.attack.reader import Facts
from tests.attack.readings import Told, together
from tests.attack.world import Cell, Said

HASH = re.compile(r"\b[0-9a-f]{64}\b")


class Leak(msgspec.Struct, frozen=True):
    """One figure or hash that should not have left, and the cell it gives away."""

    what: str
    cell: Cell
    stage: int


def leaks(facts: Facts) -> Iterator[Leak]:
    """Every figure that was worked out from a cell that is not told, or from less of it than the figure needs."""
    told = _told(facts)
    for figure in facts.derived:
        for cell in figure.cells:
            known = told.get((cell, figure.stage), Told())
            some = known.whole or known.value or known.x_low is not None or known.share is not None
            if not (known.whole or known.value if figure.exact else some):
                yield Leak(f"{figure.exit}: {figure.name}", cell, figure.stage)


def hash_leaks(made: Made, facts: Facts) -> Iterator[Leak]:
    """Every hash that was read and that is over data points or a file of which something is hidden, or over a declared baseline."""
    read, told = hashes(facts), _told(facts)
    known = [dict(stage.known()) for stage in made.world.stages]
    for stage, loads in enumerate(made.loads):
        for load in loads:
            names = (Cell(load.community, load.variant, point.period, point.group) for point in load.points)
            hidden = [cell for cell in names if not told.get((cell, stage), Told()).whole and cell in known[stage]]
            if not hidden:
                continue
            cell = hidden[0]
            for what, found in (("rows", rows_digest(load.points)), ("file", sha256(load.file).hexdigest())):
                if found in read:
                    yield Leak(f"hash of the {what} of a load", cell, stage)
    for variant in made.variants:
        baseline = variant.baseline
        if baseline is None or baseline.denominator is None or baseline.period is None:
            continue
        cell = Cell(variant.community, variant.id, baseline.period, "")
        document = msgspec.to_builtins(variant)
        if content_sha256(document) in read and not told.get((cell, 0), Told()).whole:
            yield Leak("hash of a document with its baseline's counts", cell, 0)


def hashes(facts: Facts) -> frozenset[str]:
    """Every SHA-256 among the texts."""
    return frozenset(found for text in facts.texts for found in HASH.findall(text))


def _told(facts: Facts) -> Mapping[tuple[Cell, int], Told]:
    by_cell: dict[tuple[Cell, int], list[Said]] = {}
    for entry in facts.said:
        if len(entry.cells) == 1:
            by_cell.setdefault((entry.cells[0], entry.stage), []).append(entry)
    return {key: together(entries) for key, entries in by_cell.items()}
