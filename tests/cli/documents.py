"""Small documents, invented: one outcome, two towns that measure it alike, and the file that both load from."""

import json
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from registry.actions.catalogue import add_community, publish_instrument
from registry.actions.data import Order, load
from registry.actions.templates import publish_template
from registry.actions.variants import propose_variant
from registry.app import ADAPTERS, create_registry, open_registry
from registry.domain.actor import Actor, operator
from registry.domain.report import LoadReport
from registry.ledger.sqlite import SqliteLedger
from registry.projection.files import Projection
from registry.settings import projection_folder

Document = dict[str, object]

FACETS = ("instrument", "instrument_version", "cut", "grade_or_age")
COLUMNS = "town,year,group,tested,met,rate"
TABLE = f"""{COLUMNS}
001,2017-18,All Students,200,80,40.0
001,2018-19,All Students,220,99,45.0
001,2018-19,Hispanic,100,40,40.0
002,2017-18,All Students,100,30,30.0
002,2018-19,All Students,100,31,31.0
"""
MAPPING = """
rounding = 0.1

[place]
column = "town"
scheme = "town"

[period]
column = "year"

[[groups]]
dimension = "race_ethnicity"
column = "group"
everybody = ["All Students"]

[columns]
value = "rate"
numerator = "met"
denominator = "tested"
"""


def template(**changes: object) -> Document:
    facets: Document = {name: {"type": "string"} for name in FACETS}
    return {
        "id": "reading",
        "version": "1.0.0",
        "title": "Reading",
        "result": "Every child reads.",
        "stage": 2,
        "indicator": {
            "construct": "reading proficiency",
            "unit": "percent",
            "direction": "increase",
            "numerator": "Children at or above the cut",
            "denominator": "Children with a score",
            "population": "Children in grade 3 of the place's schools",
            "period": "school-year",
            "bounds": [0, 100],
            "meaningful_change": 1,
            "rollup": "pooled_ratio",
            "has_cut": True,
        },
        "disaggregation": {"required": [], "recommended": ["race_ethnicity"]},
        "disclosure": {"minimum_n": 10, "minimum_numerator": 3},
        "measure_schema": {
            "type": "object",
            "additionalProperties": False,
            "required": list(FACETS),
            "properties": {**facets, "grade_or_age": {"type": "integer"}},
        },
        "comparability": [
            {"facet": "/measure/instrument", "level": "equal", "progress": "any", "why": "Two tests have two scales."},
            {
                "facet": "/measure/grade_or_age",
                "level": "equal",
                "progress": "equal",
                "why": "They are other children.",
            },
        ],
        **changes,
    }


def instrument(**changes: object) -> Document:
    cuts = [{"id": "level-3", "title": "Level 3"}]
    return {
        "id": "town-test",
        "title": "The town's test",
        "publisher": "The state",
        "description": "A test of reading, given every spring.",
        "versions": [{"id": "1", "title": "The first", "cuts": cuts}],
        **changes,
    }


def community(slug: str = "alder", code: str = "001", **changes: object) -> Document:
    return {"slug": slug, "name": slug.title(), "geographies": [f"town:{code}"], **changes}


def variant(slug: str = "alder", code: str = "001", **changes: object) -> Document:
    return {
        "community": slug,
        "id": "grade-3",
        "template": "reading@1.0.0",
        "title": "Third graders who read",
        "measure": {"instrument": "town-test", "instrument_version": "1", "cut": "level-3", "grade_or_age": 3},
        "population": {"description": "Grade 3", "kind": "enrolled", "geographies": [f"town:{code}"]},
        "baseline": {"period": "SY2017-18"},
        "target": {"period": "SY2024-25", "value": 60},
        **changes,
    }


def wrote(folder: Path, name: str, content: Document | str | bytes) -> Path:
    """A file with this content: a document as JSON, text as UTF-8."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content) if isinstance(content, dict) else content
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def table(rows: Sequence[str]) -> str:
    return "\n".join((COLUMNS, *rows, ""))


def raw(document: Document) -> bytes:
    return json.dumps(document).encode("utf-8")


@contextmanager
def new_registry(folder: Path) -> Iterator[Projection]:
    """A new registry, closed when the block is over."""
    yield from _closing(create_registry(folder / "outcomes.db", "Two towns"))


@contextmanager
def opened(name: Path | str) -> Iterator[Projection]:
    """A registry that is there, in a file or on a server, closed when the block is over."""
    yield from _closing(open_registry(name))


def _closing(projection: Projection) -> Iterator[Projection]:
    with closing(projection.ledger), closing(projection):
        yield projection


def load_text(
    projection: Projection, folder: Path, text: str, *, town: str = "alder", actor: Actor | None = None, **more: object
) -> LoadReport:
    """Load text as the file ``data.csv`` of a folder."""
    order = {"files": (wrote(folder, "data.csv", text),), "variant": f"{town}/grade-3", **more}
    return load(projection, ADAPTERS, Order(**order), actor=actor or operator("tester"))


def fill(projection: Projection, folder: Path) -> None:
    """Two towns that measure alike, and their figures."""
    publish_template(projection, raw(template()), actor=operator("tester"))
    publish_instrument(projection, raw(instrument()), actor=operator("tester"))
    for town, code in (("alder", "001"), ("birch", "002")):
        add_community(projection, raw(community(town, code)), actor=operator("tester"))
        propose_variant(projection, raw(variant(town, code)), actor=operator("tester"))
        load_text(projection, folder, TABLE, town=town, mapping=MAPPING.encode())


@cache
def _network() -> bytes:
    with TemporaryDirectory() as name:
        folder = Path(name)
        with new_registry(folder) as projection:
            fill(projection, folder)
        return (folder / "outcomes.db").read_bytes()


@cache
def _published() -> tuple[str, bytes]:
    with TemporaryDirectory() as name:
        with opened(wrote(Path(name), "outcomes.db", _network())) as projection:
            projection.catch_up()
            published = projection.publish()
            assert published is not None
        return published.name, published.read_bytes()


def lay_out(folder: Path, *, published: bool = True) -> Path:
    """The filled registry as ``outcomes.db`` with its projection's file, ``data.csv`` and ``mapping.toml`` beside it."""
    wrote(folder, "data.csv", TABLE)
    wrote(folder, "mapping.toml", MAPPING)
    path = wrote(folder, "outcomes.db", _network())
    if published:
        wrote(projection_folder(path), *_published())
    return path


def head(path: Path) -> tuple[int, str]:
    """The ledger's last line: its number and its chain value."""
    with closing(SqliteLedger.open(path)) as ledger:
        last = ledger.head()
        return last.seq, last.chain
