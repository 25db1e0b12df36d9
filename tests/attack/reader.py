"""Everything that an answer gives away, as facts on cells: what was said of them or of sums of them, and what was worked out from them.

Answers are read as JSON would have them, so that one reader serves the command line, the functions behind it, and whatever comes later.
``USED`` names every numeric member of a roll-up and what it rests on; ``tests/attack/test_reader.py`` holds it complete, so a figure
that is added must be placed here before anything passes.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from tests.attack.world import Cell, Said, group_of

Json = Mapping[str, object]
Ends = Literal["baseline", "latest", "both"]

RESTS_ON: dict[str, Ends] = {
    "expected_value": "baseline",
    "baseline_wilson95": "baseline",
    "required_annual_improvement": "latest",
    "latest_wilson95": "latest",
    "linked": "latest",
    **dict.fromkeys(
        (
            "change", "improvement", "annual_improvement", "gap_closed", "se", "z", "p_value", "improvement_ci90", "effect", "effect_se",
            "chained_effect", "chained_effect_se", "effect_per_year", "segment", "rank", "shrunk", "relative", "split", "curve",
        ),
        "both",
    ),
}  # fmt: skip
"""The members of a series that are worked out from exact figures, and from which."""
VERDICTS: dict[str, Ends] = {
    "improvement_bounds": "both",
    "observed": "both",
    "trend": "both",
    "pace": "latest",
    "pace_clear": "latest",
}
"""Members that may rest on ranges, if not on nothing."""
UNTOLD = (None, "unknown", "indeterminate", "no_data")
"""Verdicts that say nothing."""
GAP_RESTS_ON: dict[str, Ends] = {
    "gap_baseline": "baseline",
    "gap_effect_baseline": "baseline",
    "gap_latest": "latest",
    "gap_effect_latest": "latest",
    **dict.fromkeys(("distance_to_goal", "reference_distance_to_goal"), "latest"),
    **dict.fromkeys(("gap_change", "se", "z", "p_value"), "both"),
}
GAP_BOUNDS: dict[str, Ends] = {
    "gap_baseline_bounds": "baseline",
    "gap_latest_bounds": "latest",
    "verdict": "both",
    "how": "both",
}
GAP_OF_ONE = {"distance_to_goal": "group", "reference_distance_to_goal": "reference"}
"""Members of a gap that rest on one of its two groups alone."""
DECLARED = 0
"""The release whose truth a document's own baseline says: it was written before the first."""
POINT = ("value", "numerator", "denominator", "low", "high", "eligible", "standard_error")
LEVEL = ("numerator", "denominator", "value", "low", "high", "unweighted", "known")
HARMLESS = frozenset(
    {
        "facets",
        "mismatches",
        "seq",
        "per",
        "years",
        "segments",
        "target",
        "coverage",
        "network",
        "changes",
        "explain",
        "redacted",
    }
)
"""Members that say nothing of a single cell: counts of communities and verdicts, and figures of the network, which rest on series.

``changes`` is the difference of two levels, ``explain`` is read as text, ``redacted`` names lines of the ledger; ``network`` rests on the
figures of the series it counts.
"""


class Derived(msgspec.Struct, frozen=True, kw_only=True):
    """A figure that was worked out from cells: ``exact`` where it needs every one of them whole, else at least a range of each."""

    exit: str
    stage: int
    name: str
    cells: tuple[Cell, ...]
    exact: bool = True


class Facts(msgspec.Struct, frozen=True):
    """What was read: statements, figures worked out, and every text."""

    said: tuple[Said, ...] = ()
    derived: tuple[Derived, ...] = ()
    texts: frozenset[str] = frozenset()

    def __or__(self, other: "Facts") -> "Facts":
        """Both together."""
        return Facts((*self.said, *other.said), (*self.derived, *other.derived), self.texts | other.texts)


def facts_of_rollup(answer: Json, exit_name: str, stage: int) -> Facts:
    """All that a roll-up says: series point by point, levels over their communities, gaps, and the cells behind explained figures."""
    series = [*_items(answer["series"]), *_items(answer["benchmarks"])]
    read = Facts(tuple(_explained(answer, exit_name, stage)), (), frozenset(_texts(answer)))
    for entry in series:
        read |= _series(entry, answer, exit_name, stage)
    placed = {(str(entry["community"]), entry["key"]): str(entry["variant"]) for entry in series}
    for level in _items(answer["levels"]):
        read |= _level(level, placed, answer, exit_name, stage)
    for gap in _items(answer["gaps"]):
        read |= Facts((), tuple(_gap(gap, series, exit_name, stage)))
    return read


def facts_of_comparison(answer: Json, exit_name: str, stage: int) -> Facts:
    """All that a comparison says."""
    read = Facts((), (), frozenset(_texts(answer)))
    for entry in _items(answer["series"]):
        read |= _series(entry, answer, exit_name, stage)
    return read


def facts_of_cells(rows: Iterable[Json], exit_name: str, stage: int) -> Facts:
    """A list of data points: each names its ``community``, ``variant``, ``period`` and ``group`` (text or pairs), beside its figures."""
    rows = list(rows)
    said = [found for row in rows for found in _point(row, _cell(row, str(row["period"])), 100.0, exit_name, stage)]
    return Facts(tuple(said), (), frozenset(_texts(rows)))


def facts_of_variant(document: Json, exit_name: str) -> Facts:
    """A local measure's document: its declared baseline is a figure of everybody."""
    baseline = document.get("baseline")
    if not isinstance(baseline, Mapping) or not baseline.get("period"):
        return Facts((), (), frozenset(_texts(document)))
    cell = Cell(str(document["community"]), str(document["id"]), str(baseline["period"]), "")
    return Facts(tuple(_point(baseline, cell, 100.0, exit_name, DECLARED)), (), frozenset(_texts(document)))


def texts_of(answer: object) -> Facts:
    """An answer of which only the texts count: lists of loads, histories, assessments."""
    return Facts((), (), frozenset(_texts(answer)))


def _series(entry: Json, answer: Json, exit_name: str, stage: int) -> Facts:
    per = float(str(answer["per"]))
    ends = {name: _end(entry, name) for name in ("baseline", "latest")}
    own_words = ("declared_baseline", *(("baseline",) if entry["baseline_declared"] else ()))
    said = [
        found
        for name in ("baseline", "latest", "declared_baseline")
        if isinstance(point := entry[name], Mapping)
        for found in _point(
            point, _cell(entry, str(point["period"])), per, exit_name, DECLARED if name in own_words else stage
        )
    ]
    derived = [
        Derived(exit=exit_name, stage=stage, name=name, cells=cells, exact=exact)
        for members, exact in ((RESTS_ON, True), (VERDICTS, False))
        for name, needs in members.items()
        if entry.get(name) not in UNTOLD and (cells := _needed(needs, ends)) and not _says_nothing(entry[name])
    ]
    return Facts(tuple(said), tuple(derived))


def _says_nothing(value: object) -> bool:
    """Whether a member that has members of its own says no figure."""
    return isinstance(value, Mapping) and not any(
        isinstance(part, int | float) and part is not True for part in value.values()
    )


def _end(entry: Json, name: str) -> Cell | None:
    point = entry[name]
    return _cell(entry, str(point["period"])) if isinstance(point, Mapping) else None


def _needed(needs: Ends, ends: Mapping[str, Cell | None]) -> tuple[Cell, ...]:
    wanted = ("baseline", "latest") if needs == "both" else (needs,)
    return tuple(cell for name in wanted if (cell := ends[name]) is not None)


def _point(point: Json, cell: Cell, per: float, exit_name: str, stage: int) -> Iterator[Said]:
    """What one data point says; nothing where it is only said to be absent, unless that is because nobody is in it."""
    numbers = {name: point.get(name) for name in POINT}
    if point.get("missing") == "not_applicable" and not numbers["denominator"]:
        yield Said(exit=exit_name, stage=stage, cells=(cell,), empty=True)
    elif any(value is not None for value in numbers.values()):
        yield _said(point, (cell,), per, exit_name, stage)


def _said(row: Json, cells: tuple[Cell, ...], per: float, exit_name: str, stage: int) -> Said:
    members = {"n": "denominator", "x": "numerator", "eligible": "eligible"}
    whole = {name: int(str(row[member])) for name, member in members.items() if row.get(member) is not None}
    parts = {name: float(str(row[name])) for name in ("value", "low", "high") if row.get(name) is not None}
    return msgspec.convert({"exit": exit_name, "stage": stage, "cells": cells, "per": per, **whole, **parts}, Said)


def _level(level: Json, placed: Mapping[tuple[str, object], str], answer: Json, exit_name: str, stage: int) -> Facts:
    """A pooled level speaks of the sum over its communities; the mean of their figures needs each of them."""
    if level["tier"] != "level":
        return Facts()
    key = str(level["key"])
    group = group_of(_mapping(level["group"]).items())
    cells = tuple(
        Cell(str(name), _variant_of(str(name), key, placed), str(level["period"]), str(group))
        for name in _names(level["communities"])
    )
    if not cells or all(level[name] is None for name in LEVEL):
        return Facts()
    said = [_said(level, cells, float(str(answer["per"])), exit_name, stage)]
    derived = []
    if level["unweighted"] is not None:
        derived.append(Derived(exit=exit_name, stage=stage, name="unweighted", cells=cells))
    return Facts(tuple(said), tuple(derived))


def _variant_of(community: str, key: str, placed: Mapping[tuple[str, object], str]) -> str:
    """The measure of a community that is in a level; its key may name a break that the series' own does not."""
    found = {variant for (name, own), variant in placed.items() if name == community}
    return placed.get((community, key)) or next(iter(sorted(found)))


def _gap(gap: Json, series: Iterable[Json], exit_name: str, stage: int) -> Iterator[Derived]:
    """A gap rests on the cells of the group and its reference, at both ends of the group's series."""
    groups = {name: group_of(_mapping(gap[name]).items()) for name in ("group", "reference")}
    own = [entry for entry in series if (entry["community"], entry["variant"]) == (gap["community"], gap["variant"])]
    for members, exact in ((GAP_RESTS_ON, True), (GAP_BOUNDS, False)):
        for name, needs in members.items():
            if gap[name] in UNTOLD:
                continue
            found = [
                _needed(needs, {end: _end(entry, end) for end in ("baseline", "latest")})
                for entry in own
                if _cell(entry, "").group in ([groups[GAP_OF_ONE[name]]] if name in GAP_OF_ONE else groups.values())
            ]
            cells = tuple(sorted({cell for part in found for cell in part}))
            yield Derived(exit=exit_name, stage=stage, name=f"gap {name}", cells=cells, exact=exact)


def _explained(answer: Json, exit_name: str, stage: int) -> Iterator[Said]:
    """The cells behind explained figures, as they stood in the file; columns are those of ``random_networks.py``."""
    for entry in _items(answer.get("explain", ())):
        for source in _items(entry["sources"]):
            cells = _mapping(source["cells"])
            if "group" in cells and (cells.get("tested") or cells.get("met")):
                cell = Cell(
                    str(source["community"]), str(source["variant"]), str(source["period"]), str(cells["group"])
                )
                row = {"denominator": cells.get("tested") or None, "numerator": cells.get("met") or None}
                yield _said(row, (cell,), 100.0, exit_name, stage)


def _cell(row: Json, period: str) -> Cell:
    group = row["group"]
    text = group_of(group.items()) if isinstance(group, Mapping) else str(group or "")
    return Cell(str(row["community"]), str(row["variant"]), period, text)


def _texts(answer: object) -> Iterator[str]:
    """Every text in an answer."""
    if isinstance(answer, str):
        yield answer
    elif isinstance(answer, Mapping):
        for value in answer.values():
            yield from _texts(value)
    elif isinstance(answer, list | tuple):
        for value in answer:
            yield from _texts(value)


def _items(value: object) -> list[Json]:
    return list(value) if isinstance(value, list | tuple) else []


def _names(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def _mapping(value: object) -> Json:
    return value if isinstance(value, Mapping) else {}
