"""The same facts from the flat records of a roll-up, as CSV has them: one record a figure, every cell a text."""

import csv
import io
from collections.abc import Iterator, Mapping

from tests.attack.reader import DECLARED, RESTS_ON, UNTOLD, Derived, Facts, facts_of_cells
from tests.attack.world import Cell

END = ("numerator", "denominator", "value", "low", "high", "missing")


def facts_of_csv(text: str, stage: int) -> Facts:
    """All that the series of a roll-up's CSV say; a level names no communities there, and is told in JSON."""
    found = Facts()
    for record in csv.DictReader(io.StringIO(text)):
        if record["record"] in ("series", "benchmark"):
            found |= _series(record, stage)
    return found


def _series(record: Mapping[str, str], stage: int) -> Facts:
    first = DECLARED if record["baseline_declared"] == "true" else stage
    ends = {
        "baseline": (record["baseline_period"], {name: record[f"baseline_{name}"] for name in END}, first),
        "latest": (record["period"], {name: record[name] for name in END}, stage),
    }
    found = Facts()
    cells: dict[str, Cell] = {}
    for name, (period, figures, spoken) in ends.items():
        if period:
            row = {name: record[name] for name in ("community", "variant", "group")} | {"period": period}
            cells[name] = Cell(record["community"], record["variant"], period, record["group"])
            found |= facts_of_cells(
                [row | {name: text or None for name, text in figures.items()}], "rollup csv", spoken
            )
    return found | Facts((), tuple(_derived(record, cells, stage)))


def _derived(record: Mapping[str, str], cells: Mapping[str, Cell], stage: int) -> Iterator[Derived]:
    for name, needs in RESTS_ON.items():
        if (record.get(name) or None) not in UNTOLD:
            wanted = ("baseline", "latest") if needs == "both" else (needs,)
            resting = tuple(cells[end] for end in wanted if end in cells)
            yield Derived(exit="rollup csv", stage=stage, name=name, cells=resting)
