"""Random networks made to be attacked: small tables of one, two and three ways, places within places, and corrections over releases.

Figures are counted from people in the finest groups, so that parts make up their wholes as they do in real files; now and then a part
is kept back by its source or not there at all, or one cell is corrected alone. The same seed gives the same network.
"""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from random import Random

import msgspec

from registry.actions.load_drafts import batch_document, batch_drafts
from registry.actions.writing import writing
from registry.adapters.contract import SourceFile
from registry.domain.community import Community
from registry.domain.group import CODE_LISTS
from registry.domain.load_sorted import Sorted
from registry.domain.observation import Observation, Origin
from registry.domain.template import Disaggregation, Template
from registry.domain.variant import Variant
from registry.projection.files import Projection
from tests.attack.random_tables import Micro, counted, groupings, micro_of
from tests.attack.world import Cell, Figures, Rule, Stage, World
from tests.projection.networks import MAPPING, code, community_of, draft_of, template_of, variant_of

REFERENCE = {"race_ethnicity": "white", "sex": "male", "disability": "without_disability"}
YEAR = 2018
SIZES = (*range(13), *range(13), *range(12, 41, 4), 60, 90)
"""How many people a finest group may have: many have few."""
COLUMNS = ("year", "group", "tested", "met")
"""The columns of the file that a load is said to come from."""
Table = tuple[str, str, int]
"""One community's measure in one year (its first)."""


class Load(msgspec.Struct, frozen=True):
    """One load of one local measure: its data points, and the file they are said to come from."""

    community: str
    variant: str
    points: tuple[Observation, ...]
    file: bytes


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """One network: what is recorded in which order (``loads`` release by release), and the truth of it."""

    seed: int
    templates: tuple[Template, ...]
    communities: tuple[Community, ...]
    variants: tuple[Variant, ...]
    loads: tuple[tuple[Load, ...], ...]
    world: World

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions by which its data are broken down."""
        keys = {
            pair.partition("=")[0] for cell in self.world.stages[0].figures for pair in cell.group.split(";") if pair
        }
        return tuple(sorted(keys))

    @property
    def periods(self) -> tuple[str, ...]:
        """Its periods, in order."""
        return tuple(sorted({cell.period for cell in self.world.stages[0].figures}))


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a network is to be like, drawn before anything else."""

    seed: int
    categories: Mapping[str, Sequence[str]]
    ways: int
    places: tuple[str, ...]
    holds: Mapping[str, tuple[str, ...]]
    measures: tuple[str, ...]
    years: tuple[int, ...]
    stages: int


def random_network(seed: int, *, small: bool = False) -> Made:
    """The network of a seed; a small one is a single table at one release, so that the exact optimum can be found."""
    chance = Random(seed)
    plan = _small_plan(seed, chance) if small else _plan(seed, chance)
    templates = tuple(_template(f"{measure}-{seed}") for measure in plan.measures)
    micros = _people(chance, plan)
    loose = {table: frozenset() if small else frozenset(_kept_back(chance, plan)) for table in micros}
    silent = {table: frozenset(group for group in groups if chance.random() < 0.6) for table, groups in loose.items()}
    stages, loads = [], []
    alone: dict[Cell, Figures] = {}
    for number in range(plan.stages):
        if number:
            _correct(chance, plan, micros)
        figures = dict(_figures(plan, micros, loose, silent))
        if number and chance.random() < 0.25:
            alone |= _corrected_alone(chance, figures)
        figures |= alone
        hushed = frozenset(cell for cell in figures if cell.group in silent.get(_table(cell), ()))
        stages.append(Stage(figures, hushed))
        loads.append(tuple(_loads(chance, stages)))
    return Made(
        seed=seed,
        templates=templates,
        communities=tuple(_communities(plan)),
        variants=tuple(
            _variant(place, template, measure, plan, stages[0])
            for template, measure in zip(templates, plan.measures, strict=True)
            for place in plan.places
        ),
        loads=tuple(loads),
        world=World(tuple(stages), Rule(), plan.holds),
    )


def record(projection: Projection, networks: Sequence[Made]) -> None:
    """Record everything but the loads, as the actions write it, in one go because there are many."""
    documents = [
        document for made in networks for part in (made.templates, made.communities, made.variants) for document in part
    ]
    with writing(projection) as writer:
        writer.append([draft_of(document) for document in documents], actor="test")


def record_loads(projection: Projection, networks: Sequence[Made], stage: int) -> None:
    """Record what was loaded before one release and after the one before; nothing for networks that have no such release."""
    loads = [entry for made in networks if stage < len(made.loads) for entry in made.loads[stage]]
    if not loads:
        return
    with writing(projection) as writer:
        drafts = []
        for entry in loads:
            found = Sorted(new=entry.points)
            files = (SourceFile("figures.csv", len(entry.file), sha256(entry.file).hexdigest()),)
            document = batch_document(f"{entry.community}/{entry.variant}", files, MAPPING, found, skipped=0)
            drafts += batch_drafts(projection, f"b{writer.head.seq + len(drafts) + 1}", document, found)
        writer.append(drafts, actor="test")


def _plan(seed: int, chance: Random) -> Plan:
    names = chance.sample(sorted(REFERENCE), chance.choice((1, 2, 2, 2, 3)))
    most = {"race_ethnicity": chance.choice((3, 4, 6)), "sex": chance.choice((2, 2, 3)), "disability": 2}
    codes = {name: [entry.code for entry in CODE_LISTS[name].categories] for name in names}
    categories = {
        name: [
            REFERENCE[name],
            *chance.sample([code for code in codes[name] if code != REFERENCE[name]], most[name] - 1),
        ]
        for name in sorted(names)
    }
    nested = chance.random() < 0.4
    named = ("county", "north", "south", "west")[: chance.choice((3, 4))] if nested else ("alder", "birch", "cedar")
    places = tuple(f"{name}-{seed}" for name in (named if nested else named[: chance.choice((1, 2, 2, 3))]))
    return Plan(
        seed=seed,
        categories=categories,
        ways=min(len(names), chance.choice((1, 2, 2, 3))),
        places=places,
        holds={places[0]: places[1:]} if nested else {},
        measures=("reading", "math")[: chance.choice((1, 1, 1, 2))],
        years=tuple(range(YEAR, YEAR + chance.choice((1, 2, 2, 3)))),
        stages=chance.choice((1, 2, 2, 3)),
    )


def _small_plan(seed: int, chance: Random) -> Plan:
    parts = chance.choice(({"race_ethnicity": 5}, {"race_ethnicity": 3, "sex": 2}, {"race_ethnicity": 4, "sex": 2}))
    return Plan(
        seed=seed,
        categories={
            name: [entry.code for entry in CODE_LISTS[name].categories][:count] for name, count in parts.items()
        },
        ways=len(parts),
        places=(f"small-{seed}",),
        holds={},
        measures=("reading",),
        years=(YEAR,),
        stages=1,
    )


def _people(chance: Random, plan: Plan) -> dict[Table, Micro]:
    """Everybody in their finest groups; those of a place that holds others are worked out (``_figures``)."""
    return {
        (place, measure, year): micro_of(chance, plan.categories, SIZES)
        for place in plan.places
        for measure in plan.measures
        for year in plan.years
        if place not in plan.holds
    }


def _correct(chance: Random, plan: Plan, micros: dict[Table, Micro]) -> None:
    """Correct some finest groups of some tables: one child more or less, one more in the numerator, or many."""
    for table in chance.sample(sorted(micros), chance.randint(0, min(2, len(micros)))):
        for key in chance.sample(sorted(micros[table]), chance.choice((1, 1, 2))):
            n, x = micros[table][key]
            n = max(0, n + chance.choice((-1, 1, 0, 25, 60)))
            micros[table][key] = Figures(n, max(0, min(n, x + chance.choice((-1, 0, 1, 12)))))


def _figures(
    plan: Plan,
    micros: Mapping[Table, Micro],
    loose: Mapping[Table, frozenset[str]],
    silent: Mapping[Table, frozenset[str]],
) -> Iterator[tuple[Cell, Figures]]:
    """Every cell of every table, those that are not there at all left out; a place that holds others has all of their people."""
    grouped = tuple(groupings(tuple(plan.categories), plan.ways))
    whole: dict[Cell, Figures] = {}
    for table, micro in micros.items():
        place, measure, year = table
        for group, figures in counted(micro, grouped).items():
            cell = Cell(place, measure, code(year), group)
            if group not in loose[table] or group in silent[table]:
                yield cell, figures
            for holder, held in plan.holds.items():
                if place in held:
                    sum_cell = cell._replace(community=holder)
                    so_far = whole.get(sum_cell, Figures(0, 0))
                    whole[sum_cell] = Figures(so_far.n + figures.n, so_far.x + figures.x)
    yield from whole.items()


def _kept_back(chance: Random, plan: Plan) -> Iterator[str]:
    """Groups of one table that its source kept back or left out: none in most tables."""
    if chance.random() < 0.25:
        for names in groupings(tuple(plan.categories), plan.ways):
            if names and chance.random() < 0.5:
                yield ";".join(f"{name}={chance.choice(plan.categories[name])}" for name in sorted(names))


def _corrected_alone(chance: Random, figures: Mapping[Cell, Figures]) -> dict[Cell, Figures]:
    """One cell that its place corrects without its margins."""
    cell = chance.choice(sorted(figures))
    n, x = figures[cell]
    return {cell: Figures(n, x + 1 if x < n else max(0, x - 1))}


def _table(cell: Cell) -> Table:
    """The table of a cell; a holder's own has nothing kept back."""
    return cell.community, cell.variant, int(cell.period[2:6])


def _loads(chance: Random, stages: Sequence[Stage]) -> Iterator[Load]:
    """What each measure loads for the newest stage: its cells that are new or changed."""
    now, before = stages[-1], stages[-2] if len(stages) > 1 else Stage({})
    rows: dict[tuple[str, str], list[tuple[Cell, dict[str, object]]]] = {}
    for cell, figures in now.figures.items():
        if before.figures.get(cell) != figures and not (cell in now.silent and cell in before.silent):
            said = _said(chance, figures, silent=cell in now.silent)
            rows.setdefault((cell.community, cell.variant), []).append((cell, said))
    for (community, variant), found in rows.items():
        texts = [_row(cell, said) for cell, said in found]
        points = [
            msgspec.convert(
                {"period": cell.period, "group": cell.group, "origin": Origin("figures.csv", line, text), **said},
                Observation,
            )
            for line, ((cell, said), text) in enumerate(zip(found, texts, strict=True), 2)
        ]
        file = "\n".join(",".join(text.values()) for text in ({name: name for name in COLUMNS}, *texts))
        yield Load(community, variant, tuple(points), file.encode("utf-8"))


def _row(cell: Cell, said: Mapping[str, object]) -> dict[str, str]:
    """The row of the file, as text."""
    counts = (said.get(name) for name in ("denominator", "numerator"))
    return dict(
        zip(COLUMNS, (cell.period, cell.group, *("" if count is None else str(count) for count in counts)), strict=True)
    )


def _said(chance: Random, figures: Figures, *, silent: bool) -> dict[str, object]:
    """What the file says of a cell: counts, or now and then a percent and how many it is of."""
    if silent:
        return {"missing": "suppressed"}
    n, x = figures
    if n == 0:
        return {"numerator": 0, "denominator": 0, "missing": "not_applicable"}
    eligible = {"eligible": n + chance.choice((0, 0, 1, 4, 20))} if chance.random() < 0.1 else {}
    if chance.random() < 0.1:
        return {"value": 100 * x / n, "denominator": n, **eligible}
    return {"value": 100 * x / n, "numerator": x, "denominator": n, **eligible}


def _template(name: str) -> Template:
    groups = Disaggregation(required=("sex",), recommended=("race_ethnicity", "disability"), reference=REFERENCE)
    return msgspec.structs.replace(template_of(name), disaggregation=groups)


def _communities(plan: Plan) -> Iterator[Community]:
    number = f"{plan.seed % 1000:03}"
    county = f"fips-county:48{number}"
    for place, name in enumerate(plan.places):
        if name in plan.holds:
            yield community_of(name, geographies=[county])
        elif plan.holds:
            yield community_of(name, geographies=[{"code": f"nces-lea:48{number}{place:02}", "within": [county]}])
        else:
            yield community_of(name)


def _variant(place: str, template: Template, measure: str, plan: Plan, first: Stage) -> Variant:
    """A local measure; every second community writes its baseline's counts into the document."""
    year = code(plan.years[0])
    n, x = first.figures[Cell(place, measure, year, "")]
    counts = {"numerator": x, "denominator": n} if n and plan.places.index(place) % 2 == plan.seed % 2 else {}
    return variant_of(
        place,
        template,
        measure,
        baseline={"period": year, **counts},
        target={"period": code(plan.years[-1] + 3), "value": 70.0},
    )
