"""What places share, on a terminal: the strongest tier, facet by facet what each says, and their local measures."""

from rich.console import Console
from rich.text import Text

from registry.cli.output import table
from registry.cli.rollup_beside import Unit
from registry.cli.rollup_text import print_series
from registry.domain.variant_rules import facet_in_words
from registry.projection.compare import NOTHING, Comparison, FacetShown

MEANING = {
    "level": "Their levels can be compared: they measure the same in the same way.",
    "linked": "A link brings them to one scale: their estimated means can be compared, and their progress.",
    "progress": "Their progress can be compared, their levels cannot.",
    "direction": "Only the direction in which they move can be counted.",
    "none": "They cannot be compared on this outcome.",
}


def _agreement(facet: FacetShown) -> str:
    if facet.level == facet.progress == "any":
        return "not asked"
    return "same" if facet.agrees else "differs"


def print_comparison(console: Console, answer: Comparison) -> None:
    """Print what places share, and facet by facet what keeps them apart."""
    console.print(Text(f"{answer.template}: {MEANING[answer.tier]}", style="bold"))
    console.print(Text(answer.notice, style="italic"))
    for reason in answer.reasons:
        console.print(Text(f"- {reason}"))
    places = list(answer.facets[0].values) if answer.facets else []
    rows = [
        (
            facet_in_words(facet.facet),
            *(NOTHING if facet.values[place] is None else str(facet.values[place]) for place in places),
            _agreement(facet),
            facet.level,
            facet.progress,
        )
        for facet in answer.facets
    ]
    console.print()
    console.print(table("Facet by facet", ("facet", *places, "", "for levels", "for progress"), rows))
    print_series(console, "Their local measures", answer.series, Unit(answer.unit, answer.per))
