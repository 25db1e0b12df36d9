"""Whether an answer says no more than can be worked out from the data points that are shown.

What is shown is loaded into a new registry that never knew anything else: open cells as they stand, coded ones as their range, hidden
ones as suppressed. Every figure and verdict of the gated answer is nothing, or just what the new registry says. So whatever was worked
out behind the gate from a hidden figure shows, also a verdict, a rank or an order.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import isclose

import msgspec

from registry.domain.observation import FIGURES, Observation, Origin
from registry.domain.variant import Variant
from registry.projection.files import Projection
from tests.attack.exits import Reading
from tests.attack.random_networks import Load, Made, record, record_loads
from tests.attack.reader import UNTOLD, Json

BESIDE = frozenset(
    {"seq", "as_of", "program", "release", "notice", "explain", "state", "masked_share", "masked", "missing"}
)
"""Members that speak of the registry itself, or of why something is not told."""
NAMES = ("community", "variant", "group", "key", "period", "template", "reference", "other", "figure")
"""The members by which an entry of a list is found again."""


def shown_registry(projection: Projection, reading: Reading, networks: Sequence[Made], as_of: str | None) -> None:
    """Record into an empty registry what a reading shows of the networks: documents, and data points as one load a measure."""
    again = [shown_network(reading, made, as_of) for made in networks]
    record(projection, again)
    record_loads(projection, again, 0)


def shown_network(reading: Reading, made: Made, as_of: str | None) -> Made:
    """The network as a reading shows it."""
    documents, loads = [], []
    for entry in made.variants:
        document = dict(_plain(reading.document(entry.community, entry.id, as_of)))
        document.pop("content_sha256", None)
        documents.append(msgspec.convert(document, Variant))
        rows = [_plain(row) for row in reading.cells(entry.community, entry.id, as_of)]
        points = tuple(_observation(row, line) for line, row in enumerate(rows, 2))
        loads.append(Load(entry.community, entry.id, points, b""))
    return msgspec.structs.replace(made, variants=tuple(documents), loads=(tuple(loads),))


def said_beyond(answer: object, again: object, path: str = "") -> Iterator[str]:
    """Every place of a gated answer that says something else than the answer from what is shown."""
    if isinstance(answer, Mapping) and isinstance(again, Mapping):
        for name in answer:
            if name not in BESIDE:
                yield from said_beyond(answer[name], again.get(name), f"{path}/{name}")
    elif isinstance(answer, list | tuple) and isinstance(again, list | tuple):
        yield from _entries(answer, again, path)
    elif answer in UNTOLD or _same(answer, again):
        return
    else:
        yield f"{path} says {answer}, and what is shown gives {again}"


def _entries(answer: Sequence[object], again: Sequence[object], path: str) -> Iterator[str]:
    """A list, entry by entry: those with names in whatever order the others are, and in one order themselves."""
    named = {_name(entry): entry for entry in again}
    if len(named) < len(again):
        yield from (
            fault
            for place, pair in enumerate(zip(answer, again, strict=False))
            for fault in said_beyond(*pair, f"{path}/{place}")
        )
        return
    common = [_name(entry) for entry in answer if _name(entry) in named]
    if common != [_name(entry) for entry in again if _name(entry) in set(common)]:
        yield f"{path} is in another order"
    for entry in answer:
        yield from said_beyond(entry, named.get(_name(entry)), f"{path}/{_name(entry)}")


def _name(entry: object) -> str:
    if not isinstance(entry, Mapping):
        return str(entry)
    return " ".join(str(entry[name]) for name in NAMES if name in entry)


def _same(one: object, other: object) -> bool:
    if isinstance(one, float | int) and isinstance(other, float | int) and not isinstance(one, bool):
        return isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return one == other


def _observation(row: Json, line: int) -> Observation:
    figures = {name: row[name] for name in FIGURES if row.get(name) is not None}
    known = figures or {"missing": "suppressed"}
    return msgspec.convert(
        {"period": row["period"], "group": row["group"] or "", "origin": Origin("figures.csv", line), **known},
        Observation,
    )


def _plain(answer: object) -> Json:
    plain: Json = msgspec.to_builtins(answer)
    return plain
