"""A file of any format is checked and loaded by the same two commands, and a figure leads back to its sheet and row."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from registry import duck
from registry.app import ADAPTERS
from tests.adapters.workbooks import Cell, ods, xlsx, zipped
from tests.cli.documents import COLUMNS, MAPPING, TABLE, head, lay_out, wrote
from tests.conftest import Run

FOLDER = Path(__file__).parents[2] / "adapters"
SAMPLES = sorted(path for path in FOLDER.glob("*/sample.*") if path.suffix != ".toml")
YEAR = ["001", "2019-20", "All Students", 200, 100, Cell(0.5, "0.0%")]
SHEET = [COLUMNS.split(","), YEAR]
RECORD = dict(zip(COLUMNS.split(","), ["001", "2019-20", "All Students", 200, 100, 50.0], strict=True))
PAGE = "<table>" + "".join(
    f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in (RECORD, RECORD.values())
) + "</table>"  # fmt: skip


def parquet() -> bytes:
    connection = duck.connect()
    connection.execute(
        'create table rows (town VARCHAR, year VARCHAR, "group" VARCHAR, tested INTEGER, met INTEGER, rate DOUBLE)'
    )
    connection.execute("insert into rows values ('001', '2019-20', 'All Students', 200, 100, 50.0)")
    return duck.parquet_of(connection, "rows")


FILES: dict[str, tuple[str, str | bytes]] = {
    "csv": ("next.csv.gz", zipped({"next.csv": f"{COLUMNS}\n001,2019-20,All Students,200,100,50.0\n"})),
    "xlsx": ("next.xlsx", xlsx({"Figures": SHEET})),
    "ods": ("next.ods", ods({"Figures": SHEET})),
    "html": ("next.xls", PAGE),
    "json": ("next.json", json.dumps([RECORD])),
    "census-json": ("next.json", json.dumps([list(RECORD), list(RECORD.values())])),
    "parquet": ("next.parquet", parquet()),
}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.parent.name)
def test_every_sample_can_be_checked(run: Run, sample: Path):
    result = run("data", "check", sample, "--mapping", sample.parent / "sample.toml", "--json")
    assert result.status == 0, result.out
    promised = json.loads((sample.parent / "expected.json").read_text("utf-8"))
    assert (result.json["new"], result.json["findings"]) == (len(promised["points"]), promised["findings"])


@pytest.mark.parametrize("format_", FILES)
def test_next_years_file_in_any_format_is_loaded_and_loading_it_again_changes_nothing(
    run: Run, tmp_path: Path, format_: str
):
    lay_out(tmp_path)
    name, content = FILES[format_]
    file = wrote(tmp_path, name, content)
    mapping = wrote(tmp_path, "next.toml", f'format = "{format_}"\n{MAPPING}')
    first = run("data", "import", file, "--variant", "alder/grade-3", "--mapping", mapping, "--json")
    assert first.status == 0, first.out + first.err
    assert (first.json["new"], first.json["refused"]) == (1, 0)
    before = head(tmp_path / "outcomes.db")
    again = run("data", "import", file, "--variant", "alder/grade-3", "--json")
    assert (again.json["new"], again.json["same"], again.json["batch"]) == (0, 1, None)
    assert head(tmp_path / "outcomes.db") == before


def test_every_format_of_a_mapping_has_its_reader():
    assert {name for adapter in ADAPTERS for name in adapter.formats} == {*FILES, "xls", "dhis2"}


def test_a_figure_leads_back_to_its_sheet_and_row(run: Run, tmp_path: Path):
    lay_out(tmp_path)
    file = wrote(tmp_path, "book.xlsx", xlsx({"Notes": [["x"]], "Figures": [["A title"], [], *SHEET]}))
    mapping = wrote(tmp_path, "next.toml", f'format = "xlsx"\nsheet = "Figures"\nheader_rows = [3]\n{MAPPING}')
    assert run("data", "import", file, "--variant", "alder/grade-3", "--mapping", mapping).status == 0
    told = run("rollup", "reading", "--explain", "--unmasked")
    assert "book.xlsx, sheet 'Figures' line 4" in " ".join(told.out.split())
    answer = run("rollup", "reading", "--explain", "--unmasked", "--format", "json").json
    sources = [source for entry in answer["explain"] for source in entry["sources"]]
    found = {(source["file"], source["sheet"], source["row"]) for source in sources}
    assert ("book.xlsx", "Figures", 4) in found
    assert ("data.csv", None, 2) in found


def test_findings_of_a_workbook_are_told_with_sheet_row_and_column_and_nothing_is_kept(run: Run, tmp_path: Path):
    before = head(lay_out(tmp_path))
    bad = [
        COLUMNS.split(","),
        [*YEAR[:5], Cell("#REF!", kind="e")],
        [*YEAR[:2], Cell("2025-03-05", "yyyy-mm-dd"), 1, 1, 1],
    ]
    mapping = wrote(tmp_path, "next.toml", f'format = "xlsx"\n{MAPPING}')
    file = wrote(tmp_path, "book.xlsx", xlsx({"Figures": bad}))
    result = run("data", "import", file, "--variant", "alder/grade-3", "--mapping", mapping, "--json")
    assert result.status == 1
    assert [(found["rule"], found["sheet"], found["row"], found["column"]) for found in result.json["findings"]] == [
        ("cell-unreadable", "Figures", 2, "rate"),
        ("cell-is-date", "Figures", 3, "group"),
    ]
    words = run("data", "import", file, "--variant", "alder/grade-3", "--mapping", mapping).err
    assert "Figures" in words
    assert head(tmp_path / "outcomes.db") == before


def test_a_bomb_is_refused_and_nothing_is_kept(run: Run, tmp_path: Path):
    before = head(lay_out(tmp_path))
    with ZipFile(tmp_path / "bomb.zip", "w", 8, compresslevel=9) as archive, archive.open("data.csv", "w") as member:
        for _ in range(40):
            member.write(TABLE.encode() + b" " * (1 << 20))
    result = run("data", "import", tmp_path / "bomb.zip", "--variant", "alder/grade-3")
    assert result.status == 1
    assert "unpacks-too-large" in result.err
    assert head(tmp_path / "outcomes.db") == before


@pytest.mark.parametrize(
    ("line", "rule", "pointer"),
    [
        ('sheet = "a"\nsheets = "b"', "mapping-two-ways", "/sheets"),
        ('header_rows = [1]\nheader_with = ["a"]', "mapping-two-ways", "/header_with"),
        ('sheets = "(a+)+b"', "pattern-unsafe", "/sheets"),
        ('sheets = "(?P<planet>[a-z]{3})"', "dimension-unknown", "/sheets"),
        ('format = "pdf"', "not-one-of", "/format"),
        ("table = 0", "out-of-range", "/table"),
        ('records = "results"', "wrong-form", "/records"),
    ],
)
def test_what_a_mapping_says_of_tables_is_judged(run: Run, tmp_path: Path, line: str, rule: str, pointer: str):
    file = wrote(tmp_path, "data.csv", TABLE)
    result = run("data", "check", file, "--mapping", wrote(tmp_path, "m.toml", f"{line}\n{MAPPING}"), "--json")
    assert result.status == 1
    assert [(found["rule"], found["pointer"]) for found in result.json["findings"]] == [(rule, pointer)]
