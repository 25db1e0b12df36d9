"""Files of children are refused and nothing in them is repeated; the files that states and districts really publish pass."""

from itertools import islice
from pathlib import Path

import pytest

from registry.adapters.csv_table.lines import encoding_of, read_rows
from registry.adapters.tables.content import Content, content_of
from registry.adapters.tables.rows import CannotRead, Row
from registry.domain.children import SAMPLE, children_in
from tests.adapters.csv_files import PLAIN, loader, only

DATA = Path(__file__).parents[2] / "seeds" / "network" / "data"
PUPILS = "place,year,Student_ID,rate\n" + "".join(f"001,2019,Canary{line},1\n" for line in range(40))


def is_text(content: Content, encoding: str) -> bool:
    try:
        return bool(encoding_of(content, encoding))
    except CannotRead:
        return False


def refused_anywhere(path: Path) -> list[str]:
    """What is said of a file, wherever in its first rows the header stands."""
    content = content_of(path)
    encoding = next(name for name in ("utf-8-sig", "cp1252", "latin-1") if is_text(content, name))
    rows = (row for row in read_rows(content, encoding, ",") if isinstance(row, Row) and any(row.cells))
    top = [(row.line, row.cells) for row in islice(rows, SAMPLE)]
    return [found.detail for line, _ in top[:8] for found in children_in(top, line)]


def test_every_file_of_the_demonstration_passes():
    files = sorted(DATA.glob("*.csv"))
    assert len(files) > 10
    assert {path.name: refused_anywhere(path) for path in files} == {path.name: [] for path in files}


def test_every_real_published_file_passes(real: Path):
    files = sorted(path for ending in ("*.csv", "*.tsv", "*.txt") for path in real.rglob(ending))
    assert len(files) > 30
    assert {path.name: refused_anywhere(path) for path in files} == {path.name: [] for path in files}


@pytest.mark.parametrize("mapping", [PLAIN, PLAIN.replace("rate", "no such column"), f"header_rows = [3]\n{PLAIN}"])
def test_a_file_of_children_is_not_read_at_all(tmp_path: Path, mapping: str):
    reading = loader(tmp_path)(PUPILS, mapping)
    assert reading.points == ()
    (tally,) = reading.tallies
    assert (tally.rows, tally.read, tally.refused) == (0, 0, 0)
    finding = only(reading)
    assert (finding.rule, finding.file, finding.row, finding.column) == ("names-persons", "file.csv", 1, "column 3")
    assert "Canary" not in str(reading)


def test_a_file_of_children_without_such_headings_is_not_read_either(tmp_path: Path):
    rows = "".join(f"001,2019,{880000 + 7 * line},{line % 2}\n" for line in range(40))
    reading = loader(tmp_path)("place,year,key,met\n" + rows, PLAIN.replace("rate", "met"))
    assert only(reading).rule == "one-row-per-child"
    assert "8800" not in str(reading)
