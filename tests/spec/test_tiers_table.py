"""The tables of ``tiers.md`` are what the registry says of two places: documents and figures in, a tier and its reasons out."""

from pathlib import Path
from typing import get_args

import pytest

from registry.domain.comparability import Tier
from registry.projection.answer import RollupRequest, rollup
from registry.projection.compare import compare
from tests.cli.documents import Document
from tests.spec.tables import NONE, Row, case, table
from tests.spec.town import MEASURE, Town, registry_of

TIERS = table("tiers.md", "What may be shown at which tier")
FACETS = table("tiers.md", "The facets of the examples")
PAIRS = table("tiers.md", "Two places")
BROKEN = table("tiers.md", "A series that is broken")
COMPARABILITY = [
    {
        "facet": f"/measure/{row['facet']}",
        "level": row["for levels"],
        "progress": row["for progress"],
        "why": row["why"],
    }
    for row in FACETS
]
CELL = "860 of 1000"


def there(row: Row) -> Town:
    """The second place as a row tells it: facets changed, left out or declared, another figure, or no measure at all."""
    measure: Document | None = dict(MEASURE)
    cell, declared = CELL, []
    for said in row["there"].split("; "):
        name, _, value = said.partition(" = ")
        if said == "has no measure yet":
            measure = None
        elif name == "figure":
            cell = value
        elif value == "not said":
            measure.pop(name)
        elif value:
            plain = value.removesuffix(" (declared)")
            measure[name] = int(plain) if plain.isdecimal() else plain
            declared += [{"facet": f"/measure/{name}", "why": "So it is here."}] * (plain != value)
    cells = {} if measure is None else {row["year"]: cell}
    return Town(slug="there", cells=cells, measure=measure, more={"context": {"adaptations": declared}})


@pytest.mark.parametrize("row", PAIRS, ids=case)
def test_two_places_have_the_tier_of_the_table_for_its_reasons(row: Row, tmp_path: Path):
    towns = [Town(slug="here", cells={row["year"]: CELL}), there(row)]
    with registry_of(tmp_path, towns, comparability=COMPARABILITY) as projection:
        found = compare(projection, ["here", "there"], "reading")
    assert found.tier == row["tier"]
    assert (not found.reasons) == (row["why no stronger one"] == NONE)
    told = "; ".join(found.reasons)
    assert [part for part in row["why no stronger one"].split("; ") if part != NONE and part not in told] == []


@pytest.mark.parametrize("row", BROKEN, ids=case)
def test_years_before_a_break_are_added_only_to_those_that_broke_alike(row: Row, tmp_path: Path):
    cells = {"2011-12": "50 of 100", "2012-13": "60 of 100"}
    towns = [Town(slug=slug, cells=cells, more=broken(row[f"break {slug}"])) for slug in ("here", "there")]
    with registry_of(tmp_path, towns) as projection:
        for year in cells:
            levels = rollup(projection, RollupRequest(template="reading", period=year)).levels
            places = sorted(level.communities for level in levels)
            assert places == ([["here", "there"]] if row[year] == "together" else [["here"], ["there"]]), year


def broken(cell: str) -> Document:
    """The break that a cell declares, as the measure's document has it."""
    year, _, bridged = cell.partition(", ")
    if cell == NONE:
        return {}
    bridge = {"bridge": "A published concordance."} if bridged else {}
    return {"breaks": [{"period": f"SY{year}", "kind": "instrument", "reason": "Another test.", **bridge}]}


def test_the_table_of_what_is_shown_has_every_tier_strongest_first():
    assert [row["tier"] for row in TIERS] == list(get_args(Tier))


def test_the_pairs_show_every_tier():
    assert {row["tier"] for row in PAIRS} == set(get_args(Tier))
