"""Networks of any size for the benchmarks, the same at every run: what the ledger holds is what actions and loads would have written.

Every place measures every outcome once, in 25 groups (everybody, 24 of one dimension each) over the same school years. Figures are
counts; about one group cell in forty is hidden. One place in ten uses another test, so its levels are compared apart. No series breaks.
The points are worked out in SQL, in whole numbers, because a million of them are to be there in a minute.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from registry import duck
from registry.actions.load_drafts import batch_document
from registry.actions.writing import document_draft, writing
from registry.domain.framework import Framework, FrameworkOutcome
from registry.domain.group import CODE_LISTS
from registry.domain.load_sorted import Sorted
from registry.domain.period import period_of
from registry.domain.template import Disaggregation, Template
from registry.domain.variant import Variant
from registry.ledger.entry import Draft
from registry.projection.files import Projection
from tests.projection.networks import FACETS, MAPPING, begin, code, community_of, draft_of, template_of, variant_of

LAST = 2023
"""The year in which the newest school year begins."""
WHOLE, THIRTEEN = "every-outcome", "thirteen-outcomes"
"""The two frameworks: one pins every outcome, one the first thirteen."""
REFERENCE = {
    "race_ethnicity": "white",
    "sex": "male",
    "economic_disadvantage": "not_economically_disadvantaged",
    "english_learner": "not_english_learner",
    "disability": "without_disability",
}
GRADES = ("k", "1", "2", "3", "4", "5", "6", "7")
GROUPS = (
    "",
    *(f"{dimension}={entry.code}" for dimension in REFERENCE for entry in CODE_LISTS[dimension].categories),
    *(f"grade={grade}" for grade in GRADES),
)


class Size(msgspec.Struct, frozen=True):
    """How large a network is: outcomes, places, and periods of each series."""

    templates: int
    places: int
    periods: int

    @property
    def series(self) -> int:
        """How many series there are: one per place, outcome and group."""
        return self.templates * self.places * len(GROUPS)

    @property
    def observations(self) -> int:
        """How many figures there are in all."""
        return self.series * self.periods


def size_of(observations: int) -> Size:
    """The network of about so many observations: 20 periods, 20 places, and as many outcomes as that takes (a million: 100)."""
    return Size(templates=max(1, round(observations / (20 * 20 * len(GROUPS)))), places=20, periods=20)


def network_of(size: Size, folder: Path) -> Projection:
    """A registry of that size in a new folder, its projection published as a file and read from it."""
    folder.mkdir(parents=True, exist_ok=True)
    projection = begin(folder, files=folder / "projection")
    templates = [_template(number) for number in range(size.templates)]
    places = [community_of(name_of_place(number)) for number in range(size.places)]
    variants = [_variant(template, number, size) for template in templates for number in range(size.places)]
    with writing(projection) as writer:
        drafts = [*map(draft_of, templates), *map(draft_of, places), *_frameworks(templates)]
        writer.append([*drafts, *map(draft_of, variants)], actor="benchmark")
    with writing(projection) as writer:
        writer.append(list(_loads(projection, variants, size)), actor="benchmark")
    projection.catch_up()
    projection.publish()
    return projection


def name_of_place(number: int) -> str:
    """The community's name."""
    return f"place-{number:03}"


def name_of_outcome(number: int) -> str:
    """The template's id."""
    return f"outcome-{number:03}"


def _template(number: int) -> Template:
    rule = ("plain@1", "cohort@1")[number % 2]
    made = template_of(name_of_outcome(number), direction=("increase", "decrease")[number % 5 == 4])
    groups = Disaggregation(required=tuple(REFERENCE), recommended=("grade",), reference=REFERENCE)
    return msgspec.structs.replace(made, disaggregation=groups, progress_rule=rule)


def _variant(template: Template, place: int, size: Size) -> Variant:
    """A measure that starts in the middle of its history and wants to be at 60 three years after its end."""
    facets = {**FACETS, "instrument": ("one", "other")[place % 10 == 9]}
    start = LAST - size.periods // 2
    return variant_of(
        name_of_place(place),
        template,
        name=template.id,
        measure=facets,
        baseline={"period": code(start)},
        target={"period": code(LAST + 3), "value": 60 if template.indicator.direction == "increase" else 20},
    )


def _frameworks(templates: list[Template]) -> Iterator[Draft]:
    for name, pinned in ((WHOLE, templates), (THIRTEEN, templates[:13])):
        outcomes = tuple(FrameworkOutcome(f"{template.id}@{template.version}", "core") for template in pinned)
        framework = Framework(id=name, version="1.0.0", title=name, outcomes=outcomes)
        yield document_draft("framework", f"framework:{name}@1.0.0", framework)


def _loads(projection: Projection, variants: list[Variant], size: Size) -> Iterator[Draft]:
    """One load for each measure, as ``registry/actions/load_drafts.py`` makes it, its points worked out by ``points.sql``."""
    cursor = projection.cursor()
    cursor.execute("create temp table years (year BIGINT, period VARCHAR, ordinal INTEGER, span INTEGER)")
    duck.insert(cursor, "years", list(_years(size)))
    cursor.execute("create temp table groups (number BIGINT, group_key VARCHAR)")
    duck.insert(cursor, "groups", [{"number": number, "group_key": key} for number, key in enumerate(GROUPS)])
    duck.run(cursor, "apply/point")
    made = (Path(__file__).parent / "points.sql").read_text("utf-8")
    for number, variant in enumerate(variants):
        cursor.execute("truncate point")
        cursor.execute(made, {"variant": number})
        batch = batch_document(f"{variant.community}/{variant.id}", (), MAPPING, Sorted(), skipped=0)
        yield document_draft("batch", f"batch:b{number}", batch)
        body = duck.parquet_of(cursor, "point")
        yield Draft(kind="observations", schema="observations/1", subject=f"observations:b{number}", body=body)


def _years(size: Size) -> Iterator[dict[str, object]]:
    for year in range(LAST - size.periods + 1, LAST + 1):
        period = period_of(code(year))
        yield {"year": year, "period": period.code, "ordinal": period.ordinal, "span": period.months}
