"""A small registry for the tables that speak of places: towns, how each measures one outcome, and the cells that it loads.

Everything comes in through the actions, as anybody's documents and files do; printed cells are read by the product. Percents are printed
as whole numbers. A year is written ``2018-19``; a cell is ``9 of 10``, ``45 % of 200``,
``LT50 of 200``, ``PS``, ``30 ± 2``, or ``–`` for none.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from registry.actions.catalogue import add_community, publish_instrument
from registry.actions.data import Order, load
from registry.actions.published import publish_link
from registry.actions.templates import publish_template
from registry.actions.variants import propose_variant
from registry.app import ADAPTERS
from registry.domain.actor import operator
from registry.projection.files import Projection
from tests.cli.documents import Document, community, new_registry, raw, template, variant, wrote
from tests.spec.tables import NONE

SEEDS = Path(__file__).parents[2] / "seeds"
TESTS = SEEDS / "instruments" / "state-reading-2005.json"
LINK = SEEDS / "links" / "nces-2005-grade-4-reading-full-population.json"
SCALE = "naep-grade-4-reading-full-population"
MEASURE: Document = {
    "instrument": "state-reading-2005",
    "instrument_version": "ga-2005",
    "cut": "proficient",
    "grade_or_age": 4,
    "universe": "district schools",
}
"""Georgia's test of 2004-05, in grade 4."""
ALIKE = [{"facet": "/measure/instrument", "level": "equal", "progress": "equal", "why": "Two tests are two scales."}]
FACETS = ("construct", "instrument", "instrument_version", "cut", "season", "universe")
SCHEMA: Document = {
    "type": "object",
    "properties": {
        **{name: {"type": "string"} for name in FACETS},
        "season": {"type": "string", "default": "spring"},
        "grade_or_age": {"type": "integer"},
    },
}
MAPPING = b"""
rounding = 1

[period]
column = "year"

[columns]
value = "printed"
numerator = "met"
denominator = "tested"
standard_error = "error"
"""


class Town(msgspec.Struct, frozen=True, kw_only=True):
    """One place: its codes, what it loads year by year, how it measures, and what else its document says.

    Without ``measure`` it measures as Georgia does; a measure of null has none yet.
    """

    slug: str
    places: Sequence[object] = ()
    cells: Mapping[str, str] = {}
    measure: Document | None = msgspec.field(default_factory=lambda: MEASURE)
    more: Document = {}


@contextmanager
def registry_of(
    folder: Path,
    towns: Sequence[Town],
    *,
    comparability: Sequence[Mapping[str, str]] | None = None,
    **indicator: object,
) -> Iterator[Projection]:
    """A registry with one outcome, reading, and these towns, closed when the block is over.

    With ``comparability`` the states' tests and the link between them are published too; without, all towns measure alike.
    """
    document = template(comparability=list(comparability or ALIKE), measure_schema=SCHEMA, scale=SCALE)
    document["indicator"] = {**document["indicator"], **indicator}
    with new_registry(folder) as projection:
        publish_template(projection, raw(document), actor=operator())
        if comparability:
            publish_instrument(projection, TESTS.read_bytes(), actor=operator())
            publish_link(projection, LINK.read_bytes(), actor=operator())
        for town in towns:
            settle(projection, folder, town)
        yield projection


def settle(projection: Projection, folder: Path, town: Town) -> None:
    """The town becomes a member, proposes its measure, and loads its cells."""
    member = community(town.slug, town.slug, **({"geographies": list(town.places)} if town.places else {}))
    add_community(projection, raw(member), actor=operator())
    years = sorted(year for year, cell in town.cells.items() if cell != NONE)
    first = {"baseline": {"period": f"SY{years[0]}"}} if years else {}
    said = {"measure": town.measure, **first, **town.more}
    document = variant(town.slug, town.slug, **said)
    document["population"] = {"description": "Grade 4", "kind": "enrolled"}
    propose_variant(
        projection, raw({name: value for name, value in document.items() if value is not None}), actor=operator()
    )
    if years:
        rows = "".join(f"{year},{columns(town.cells[year])}\n" for year in years)
        data = wrote(folder, "data.csv", f"year,printed,met,tested,error\n{rows}")
        order = Order(files=(data,), variant=f"{town.slug}/grade-3", mapping=MAPPING)
        load(projection, ADAPTERS, order, actor=operator())


def columns(cell: str) -> str:
    """What a publisher's file says where the table says this: the printed cell, its counts, its standard error."""
    if match := re.fullmatch(r"(\d+) of (\d+)", cell):
        return f",{match[1]},{match[2]},"
    if match := re.fullmatch(r"(\d+) ± (\d+)", cell):
        return f"{match[1]},,,{match[2]}"
    figure, _, people = cell.partition(" of ")
    return f"{figure.removesuffix(' %')},,{people},"
