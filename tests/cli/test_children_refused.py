"""A file of children comes to nothing at the command line: no entry, no line of a report, no file beside it holds a word of it."""

from pathlib import Path

import pytest

from tests.cli.documents import head, lay_out, wrote
from tests.conftest import Run

PUPILS = "town,year,last_name,met,tested,rate\n" + "".join(f"001,2019-20,Canary{n},{n % 2},1,x{n}\n" for n in range(12))


@pytest.mark.parametrize("command", ["check", "import"])
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_nothing_of_a_file_of_children_is_kept_or_said(run: Run, tmp_path: Path, command: str, form: tuple[str, ...]):
    before = head(lay_out(tmp_path))
    beside = wrote(tmp_path / "upload", "pupils.csv", PUPILS)
    given = ("--mapping", "mapping.toml") if command == "check" else ("--variant", "alder/grade-3")
    result = run("data", command, beside, *given, *form)
    assert result.status == 1
    assert "names-persons" in result.out + result.err
    assert "Canary" not in result.out + result.err
    assert head(tmp_path / "outcomes.db") == before
    assert [path.name for path in tmp_path.rglob("*") if path.is_file() and b"Canary" in path.read_bytes()] == [
        "pupils.csv"
    ]


def test_the_words_say_which_column_and_the_way_out(run: Run, tmp_path: Path):
    lay_out(tmp_path)
    result = run("data", "import", wrote(tmp_path, "pupils.csv", PUPILS), "--variant", "alder/grade-3")
    assert "pupils.csv" in result.err
    assert "column 3" in result.err
    assert "Load counts, not children" in result.err
