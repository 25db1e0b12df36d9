"""In which cell of a table a finding stands, found from the table alone: by the column's name above, and by what stood in the cell.

A finding names its row, its column as the header prints it (``upper | lower``), and the cell's text. The header is the nearest row above
that prints the name; where it prints it several times, the text of the cell decides.
"""

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence

from registry.adapters.tables.header import folded
from registry.adapters.tables.labels import trimmed
from registry.domain.finding import Finding

Rows = Dictionary[int, Sequence[str]]
"""The cells of each row, by its number."""


def cell_of(finding: Finding, rows: Rows) -> tuple[int, int] | None:
    """Row and column (from 1) of the cell at fault; its row's first cell where no column is known; null where it is about no row."""
    if finding.row is None or finding.row not in rows:
        return None
    cells = rows[finding.row]
    places = _places(finding, rows)
    same = [place for place in places if _text(cells, place) == trimmed(finding.cell or "")]
    if not places and finding.cell:
        same = [place for place, text in enumerate(cells) if trimmed(text) == trimmed(finding.cell)]
    return finding.row, (same or places or [0])[0] + 1


def _places(finding: Finding, rows: Rows) -> list[int]:
    """Where the column may stand (from 0)."""
    if finding.column is None:
        return []
    first, _, number = finding.column.partition(" ")
    if first == "column" and number.isdigit():
        return [int(number) - 1]
    lowest = folded(finding.column.split(" | ")[-1])
    for line in sorted((line for line in rows if line <= (finding.row or 0)), reverse=True):
        if found := [place for place, text in enumerate(rows[line]) if folded(text) == lowest]:
            return found
    return []


def _text(cells: Sequence[str], place: int) -> str:
    return trimmed(cells[place]) if place < len(cells) else ""
