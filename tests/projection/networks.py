"""Small networks with everything that goes wrong in them, and how they come into a registry: as the actions write them.

Documents are canonical JSON, data points Parquet under a load's document. The checks of the actions are left out, because a thousand
networks are to be quick; what they write is the same (``registry/actions/load_drafts.py``).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from random import Random

import msgspec

from registry.actions.load_drafts import batch_document, batch_drafts
from registry.actions.writing import document_draft, writing
from registry.domain.community import Community, Membership
from registry.domain.instrument import Instrument
from registry.domain.load_sorted import Sorted
from registry.domain.mapping import Mapping as FileMapping
from registry.domain.mapping import PeriodSource
from registry.domain.observation import Observation, Origin
from registry.domain.template import Template
from registry.domain.variant import Variant
from registry.ledger.entry import Draft
from registry.ledger.instant import Clock, utc_now
from registry.ledger.sqlite import SqliteLedger
from registry.projection.files import Projection

GROUPS = ("", "sex=female", "sex=male", "grade=3", "grade=3;sex=male")
FIRST, LAST = 2014, 2020
OPENED: list[Projection] = []
"""Every registry that was opened and not yet given back."""
MAPPING = FileMapping(period=PeriodSource(fixed="2018-19"))
FACETS = {"instrument": "one", "cut": "proficient", "universe": "residents", "season": "spring"}


Document = Template | Instrument | Community | Variant


class Row(msgspec.Struct, frozen=True):
    """What one load says of one period (its first year) and group; ``figures`` null where it takes back what stood there."""

    year: int
    group: str
    figures: Mapping[str, object] | None


class Load(msgspec.Struct, frozen=True):
    """One load of one local measure."""

    community: str
    variant: str
    rows: tuple[Row, ...]


class Net(msgspec.Struct, frozen=True, kw_only=True):
    """One template and everything that speaks of it, in the order in which it is recorded."""

    template: Template
    instruments: tuple[Instrument, ...] = ()
    communities: tuple[Community, ...]
    variants: tuple[Variant, ...]
    loads: tuple[Load, ...]

    @property
    def documents(self) -> tuple[Document, ...]:
        """Every document, in the order in which it is recorded."""
        return (self.template, *self.instruments, *self.communities, *self.variants)


def code(year: int) -> str:
    """The school year that begins in a year."""
    return f"SY{year}-{(year + 1) % 100:02}"


def template_of(name: str, **indicator: object) -> Template:
    """An outcome of school years. Levels want all four facets equal, progress the universe alone."""
    document = {
        "id": name,
        "version": "1.0.0",
        "title": "Reading",
        "result": "Every child reads.",
        "stage": 2,
        "indicator": {
            "construct": "reading",
            "unit": "percent",
            "direction": "increase",
            "numerator": "readers",
            "denominator": "children",
            "population": "children of the place",
            "period": "school-year",
            "bounds": [0, 100],
            "meaningful_change": 1.0,
            **indicator,
        },
        "disaggregation": {"required": ["sex"], "recommended": ["grade"]},
        "disclosure": {},
        "measure_schema": {
            "type": "object",
            "properties": {
                "construct": {"const": "reading"},
                **{facet: {"type": "string"} for facet in ("instrument", "cut", "universe")},
                "season": {"default": "spring"},
            },
        },
        "comparability": [
            {"facet": f"/measure/{facet}", "level": "equal", "progress": progress, "why": f"the {facet} must agree"}
            for facet, progress in (("instrument", "any"), ("cut", "any"), ("universe", "equal"), ("season", "any"))
        ],
    }
    return msgspec.convert(document, Template)


def variant_of(community: str, template: Template, name: str = "measure", **more: object) -> Variant:
    """A headline measure of the community that agrees with all others, unless said otherwise."""
    document = {
        "community": community,
        "id": name,
        "template": f"{template.id}@{template.version}",
        "title": "Reading",
        "measure": FACETS,
        **more,
    }
    return msgspec.convert(document, Variant)


def community_of(slug: str, **more: object) -> Community:
    """A member place."""
    return msgspec.convert({"slug": slug, "name": slug.title(), **more}, Community)


def counts(numerator: int, denominator: int, per: float = 100.0) -> dict[str, object]:
    """The figures of an exact cell."""
    return {"value": per * numerator / denominator, "numerator": numerator, "denominator": denominator}


def loaded(variant: Variant, cells: Mapping[int, Mapping[str, object]], group: str = "") -> Load:
    """One load of the figures, year by year."""
    return Load(variant.community, variant.id, tuple(Row(year, group, figures) for year, figures in cells.items()))


def begin(folder: Path, *, now: Clock = utc_now, files: Path | None = None) -> Projection:
    """A new registry; ``files`` is where its projection lives, in memory where there is none."""
    return kept(Projection(SqliteLedger.create(folder / "outcomes.db", network="Test", now=now), files))


def opened(folder: Path, files: Path | None) -> Projection:
    """The registry of a folder, opened once more."""
    return kept(Projection(SqliteLedger.open(folder / "outcomes.db"), files))


def kept(projection: Projection) -> Projection:
    OPENED.append(projection)
    return projection


def give_back() -> None:
    """Close every registry that is still open, as each test does at its end."""
    while OPENED:
        projection = OPENED.pop()
        projection.close()
        projection.ledger.close()


def write(projection: Projection, documents: Iterable[Document]) -> None:
    """Record documents, each as an action of its own."""
    with writing(projection) as writer:
        for document in documents:
            writer.append([draft_of(document)], actor="test")


def load(projection: Projection, loads: Iterable[Load]) -> None:
    """Record loads, each as an action of its own."""
    with writing(projection) as writer:
        for entry in loads:
            batch = f"b{writer.head.seq + 1}"
            rows = [observation(row, place) for place, row in enumerate(entry.rows, 2) if row.figures is not None]
            gone = [observation(row, place) for place, row in enumerate(entry.rows, 2) if row.figures is None]
            found = Sorted(new=tuple(rows), withdrawn=tuple(gone))
            document = batch_document(f"{entry.community}/{entry.variant}", (), MAPPING, found, skipped=0)
            writer.append(batch_drafts(projection, batch, document, found), actor="test")


def write_net(projection: Projection, net: Net) -> None:
    """Record a whole network."""
    write(projection, net.documents)
    load(projection, net.loads)


def draft_of(document: Document) -> Draft:
    """A document as its action hands it to the ledger."""
    if isinstance(document, Template):
        return document_draft("template", f"template:{document.id}@{document.version}", document)
    if isinstance(document, Instrument):
        return document_draft("instrument", f"instrument:{document.id}", document)
    if isinstance(document, Community):
        return document_draft("community", f"community:{document.slug}", document)
    return document_draft("variant", f"variant:{document.community}/{document.id}", document)


def observation(row: Row, place: int) -> Observation:
    """A row as an adapter hands it on; one that takes back says nothing."""
    figures = {"missing": "not_available"} if row.figures is None else row.figures
    origin = Origin("figures.csv", place, {"period": code(row.year)})
    return msgspec.convert({"period": code(row.year), "group": row.group, "origin": origin, **figures}, Observation)


# Random networks ---------------------------------------------------------------------------------------------------

CELLS = (
    *(["exact"] * 40), "none", "all", "nobody", "value", "value_of_n", "rounded_n", "range", "range_n", "sample", "sample_n",
    "suppressed", "suppressed_n", "not_available", "not_tested", "not_yet_observed", "people_only",
)  # fmt: skip
MEMBERSHIPS = (
    *([[]] * 7),
    [("2000-01-01", None)],
    [("2000-01-01", "2010-06-30")],
    [("2100-01-01", None)],
    [("2000-01-01", "2001-01-01"), ("2005-01-01", None)],
)


def random_cell(chance: Random, per: float) -> dict[str, object]:
    """A cell of any kind, as an adapter reads it."""
    people = chance.choice((chance.randint(1, 40), chance.randint(15, 500), chance.randint(100, 20_000)))
    value = round(per * chance.randint(0, 1000) / 1000, 6)
    ends = sorted((value, round(per * chance.randint(0, 1000) / 1000, 6)))
    eligible = {"eligible": people + people // chance.choice((12, 40))} if chance.random() < 0.3 else {}
    made: dict[str, dict[str, object]] = {
        "exact": {**counts(chance.randint(0, people), people, per), **eligible},
        "none": counts(0, people, per),
        "all": counts(people, people, per),
        "nobody": {"numerator": 0, "denominator": 0, "missing": "not_applicable"},
        "value": {"value": value},
        "value_of_n": {"value": value, "denominator": people},
        "rounded_n": {
            "value": value,
            "low": max(0.0, value - 0.5),
            "high": min(per, value + 0.5),
            "denominator": people,
        },
        "range": {"low": ends[0], "high": ends[1]},
        "range_n": {"low": ends[0], "high": ends[1], "open": True, "denominator": people, **eligible},
        "sample": {"value": value, "standard_error": chance.choice((0.5, 2.25))},
        "sample_n": {
            **counts(people // 3, people, per),
            "value": round(per * (people // 3) / people, 9),
            "standard_error": 1.5,
        },
        "suppressed": {"missing": "suppressed"},
        "suppressed_n": {"missing": "suppressed", "denominator": people},
        "not_available": {"missing": "not_available"},
        "not_tested": {"missing": "not_tested", "numerator": 0, "denominator": 0, "eligible": people},
        "not_yet_observed": {"missing": "not_yet_observed"},
        "people_only": {"missing": "not_available", "denominator": people},
    }
    return made[chance.choice(CELLS)]


def random_load(chance: Random, variant: Variant, per: float, years: Sequence[int]) -> Load:
    """A load of some years and groups; now and then it takes back what stood."""
    groups = GROUPS if chance.random() < 0.5 else GROUPS[: chance.choice((1, 1, 1, 2))]
    if chance.random() < 0.04:
        groups = GROUPS[1:]
    rows = [
        Row(year, group, None if chance.random() < 0.02 else random_cell(chance, per))
        for year in years
        for group in groups
        if chance.random() < 0.96
    ]
    return Load(variant.community, variant.id, tuple(rows))


def random_variant(chance: Random, template: Template, community: str, name: str, *, headline: bool) -> Variant:
    """A local measure that agrees with most, or departs, or says nothing."""
    facets = {
        "instrument": chance.choice((*(["one"] * 12), "other", None)),
        "cut": chance.choice((*(["proficient"] * 9), "basic|2")),
        "universe": chance.choice((*(["residents"] * 12), "enrolled", None)),
        "season": chance.choice((*([None] * 12), "spring", "fall")),
        "construct": chance.choice((*([None] * 20), "books")),
    }
    start = chance.choice((FIRST, FIRST + 1))
    due = chance.randint(start + 2, LAST + 2)
    per = template.indicator.per
    baseline = chance.choice(
        (
            {"period": code(start)},
            {"period": code(start)},
            {"period": code(start), "numerator": 33, "denominator": 90},
            {"period": code(start), "value": round(per * 0.4, 3)},
            {"periods": [code(start), code(start + 1)], "value": 40.0},
            *([{"period": code(start)}] * 10),
            None,
        )
    )
    target = {"period": code(due), "value": round(per * chance.choice((0.3, 0.5, 0.6, 0.8)), 3)}
    midway = {"period": code(start + 1), "value": round(per * 0.45, 3)}
    breaks = [
        {"period": code(year), "kind": "cut", "reason": "A new cut", "bridge": chance.choice((None, None, "a study"))}
        for year in chance.sample(range(FIRST, LAST), chance.choice((0, 0, 0, 0, 0, 1, 2)))
    ]
    return variant_of(
        community,
        template,
        name,
        headline=headline,
        measure=None if chance.random() < 0.05 else {facet: value for facet, value in facets.items() if value},
        baseline=baseline,
        target=chance.choice((target, target, target, None)),
        milestones=chance.choice(((), (midway,))),
        breaks=breaks,
        context={"adaptations": chance.choice(([], [{"facet": "/measure/season", "why": "The state tests in fall"}]))},
    )


def random_net(seed: int) -> Net:
    """One small network; the same one for the same seed."""
    chance = Random(seed)
    unit = chance.choice(("percent", "percent", "percent", "rate"))
    per = 100.0 if unit == "percent" else 1000.0
    template = template_of(
        f"outcome-{seed}",
        unit=unit,
        per=per,
        bounds=[0, per],
        direction=chance.choice(("increase", "increase", "decrease")),
        rollup=chance.choice(("pooled_ratio",) * 6 + ("count_meeting_target", "none")),
        has_cut=chance.choice((True, True, False)),
    )
    communities, variants, loads = [], [], []
    for place in range(chance.randint(1, 8)):
        slug = f"place-{seed}-{place}"
        membership = tuple(
            Membership(date.fromisoformat(joined), None if left is None else date.fromisoformat(left))
            for joined, left in chance.choice(MEMBERSHIPS)
        )
        kind = chance.choice(("member",) * 14 + ("reference",))
        communities.append(Community(slug=slug, name=slug.title(), kind=kind, membership=membership))
        for number in range(chance.choice((1, 1, 1, 1, 1, 1, 2, 0))):
            variant = random_variant(
                chance, template, slug, f"measure-{number}", headline=number == 0 and chance.random() < 0.95
            )
            variants.append(variant)
            first = chance.choice((*([FIRST] * 8), FIRST + 1, FIRST + 3))
            last = chance.choice((first + 1, LAST - 1, *([LAST] * 10)))
            spans = (range(first, last + 1), range(last, last + 2), range(first, first + 2))
            loads += [
                random_load(chance, variant, per, years) for years in spans[: chance.choice((0, *([1] * 9), 2, 3))]
            ]
    chance.shuffle(loads)
    return Net(
        template=template,
        communities=tuple(communities),
        variants=tuple(variants),
        loads=tuple(entry for entry in loads if entry.rows),
    )
