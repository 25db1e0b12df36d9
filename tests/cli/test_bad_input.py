"""Faulty documents and files: every fault at once, with its place and the way out; nothing is written, and nothing falls over."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from registry.ledger.tables import FORMAT
from tests.cli.documents import MAPPING, TABLE, head, lay_out, table, template, variant, wrote
from tests.conftest import Run

SHUT = """
import os, sys
import registry.app, registry.cli.catalogue, registry.cli.files, registry.cli.main, registry.cli.questions, registry.cli.registries
import registry.cli.templates, registry.cli.variants
os.setuid(65534)
registry.cli.main.main(sys.argv[1:])
"""
"""A command of somebody who may not write here; whoever runs the tests may be allowed everything."""

BAD_ROWS = {
    3: ("001,2015-16,All Students,200,80,4O.0", "rate", "4O.0"),
    4: ("001,2016-17,All Students,200,80,45.0", "rate", "45.0"),
    5: ("001,2017,All Students,200,80,40.0", "year", "2017"),
    6: ("001,2018-19,Hispanc,100,40,40.0", "group", "Hispanc"),
    7: ("001,2018-19,All Students,100,140,", "met", "140"),
    8: ("001,2018-19,White,-5,3,", "tested", "-5"),
    9: ("001,2018-19,Asian,100,12.5,", "met", "12.5"),
    10: ("001,2018-19,Black,100,40,120", "rate", "120"),
    11: ("001,,All Students,200,80,40.0", "year", ""),
    12: ("001,2018-19,Two or more races,100,40,24-20", "rate", "24-20"),
    13: ("001,2018-19,American Indian,100,40,#DIV/0!", "rate", "#DIV/0!"),
    14: ("001,2018-19,Pacific Islander,100,40,-9999", "rate", "-9999"),
    15: (",2018-19,All Students,200,80,40.0", "town", ""),
    16: ("001,2018-19", "group", ""),
    17: ("001,2018-19,All Students,1,200,480,40.0", "column 7", "40.0"),
    18: ("001,2019-21,All Students,200,80,40.0", "year", "2019-21"),
    19: ("001,2019-20,All Students,200,80,=1+1", "rate", "=1+1"),
    20: ("001,2021-22,All Students,200,Yes,40.0", "met", "Yes"),
    21: ("001,2022-23,All Students,200,80,45%%", "rate", "45%%"),
    22: ("001,2014-15,All Students,200,81,40.5", "rate", "40.5"),
}
GOOD_ROW = "001,2014-15,All Students,200,80,40.0"
DATA = ("data", "import", "data.csv", "--variant", "alder/grade-3")


@pytest.fixture
def network(run: Run, tmp_path: Path) -> Run:
    lay_out(tmp_path)
    return run


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("place")
    lay_out(folder)
    return folder


def pointers(result: object) -> set[str]:
    return {finding["pointer"] for finding in result["findings"]}


def test_six_faults_of_a_template_are_named_at_once(network: Run, tmp_path: Path):
    faulty = template(version="1", titel="x", stage="two", disclosure={"minimum_n": 5})
    faulty["indicator"] = {**template()["indicator"], "unit": "percents", "bounds": [100, 0]}
    path = wrote(tmp_path, "faulty.json", faulty)
    before = head(tmp_path / "outcomes.db")
    checked = network("template", "check", path, "--json")
    assert checked.status == 1
    wanted = {"/version", "/titel", "/stage", "/disclosure/minimum_n", "/indicator/unit", "/indicator/bounds"}
    assert pointers(checked.json) == wanted
    assert all(finding["detail"] and finding["hint"] for finding in checked.json["findings"])
    published = network("template", "publish", path)
    assert (published.status, published.out) == (1, "")
    assert all(f"error {pointer}: " in published.err for pointer in wanted)
    assert "nothing was published" in published.err
    assert head(tmp_path / "outcomes.db") == before


def test_both_faults_of_a_local_measure_are_named(network: Run, tmp_path: Path):
    faulty = variant(baseline={"period": "SY2017-18", "value": 40}, target={"period": "SY2024-25", "value": 30})
    faulty["measure"] = {**variant()["measure"], "colour": "red"}
    path = wrote(tmp_path, "faulty.json", faulty)
    before = head(tmp_path / "outcomes.db")
    checked = network("variant", "check", path, "--json")
    assert {(finding["pointer"], finding["rule"]) for finding in checked.json["findings"]} >= {
        ("/measure/colour", "measure-unfit"),
        ("/target/value", "target-wrong-side"),
    }
    assert network("variant", "propose", path).status == 1
    assert head(tmp_path / "outcomes.db") == before


def test_twenty_bad_cells_are_named_at_once(network: Run, tmp_path: Path):
    wrote(tmp_path, "bad.csv", table([GOOD_ROW, *(row for row, _, _ in BAD_ROWS.values())]))
    before = head(tmp_path / "outcomes.db")
    for command in ("check", "import"):
        result = network("data", command, "bad.csv", "--variant", "alder/grade-3", "--json")
        assert result.status == 1
        report = result.json
        named = {finding["row"]: (finding["column"], finding["cell"]) for finding in report["findings"]}
        assert named == {line: (column, cell) for line, (_, column, cell) in BAD_ROWS.items()}
        assert all(finding["severity"] == "error" and finding["hint"] for finding in report["findings"])
        assert (report["batch"], report["rows"], report["refused"]) == (None, 21, 20)
        assert report["new"] + report["changed"] + report["same"] + report["refused"] + report["skipped"] == 21
    words = network("data", "import", "bad.csv", "--variant", "alder/grade-3")
    for line, (_, column, cell) in BAD_ROWS.items():
        (told,) = (text for text in words.err.splitlines() if f"bad.csv, line {line}, " in text)
        assert f"column {column!r}, cell {cell!r}" in told
    assert "Nothing was loaded: 20 faults to mend first." in words.err
    assert head(tmp_path / "outcomes.db") == before


def test_a_refused_row_gives_no_doubt_about_a_gap(network: Run, tmp_path: Path):
    wrote(
        tmp_path,
        "bad.csv",
        table([GOOD_ROW, "001,2015-16,All Students,200,80,x", "001,2016-17,All Students,200,80,40"]),
    )
    report = network("data", "check", "bad.csv", "--variant", "alder/grade-3", "--json").json
    assert [finding["rule"] for finding in report["findings"]] == ["cell-unreadable"]


@pytest.mark.parametrize("command", ["check", "import"])
def test_a_faulty_mapping_is_explained_with_pointers(network: Run, tmp_path: Path, command: str):
    wrote(tmp_path, "faulty.toml", MAPPING + '\n[periods]\nx = 1\n\n[wide]\ncolumns = "("\nrole = "colour"\n')
    before = head(tmp_path / "outcomes.db")
    arguments = ("data", command, "data.csv", "--variant", "alder/grade-3", "--mapping", "faulty.toml")
    result = network(*arguments, "--json")
    assert result.status == 1
    assert {"/periods", "/wide/role"} <= pointers(result.json)
    assert (result.json["batch"], result.json["rows"]) == (None, 0)
    assert "The mapping has faults" in network(*arguments).err
    assert head(tmp_path / "outcomes.db") == before


def test_a_data_file_given_as_the_mapping_is_explained(network: Run):
    result = network(*DATA, "--mapping", "data.csv")
    assert result.status == 1
    assert "it comes after --mapping, the data file before it" in result.err


def test_no_mapping_at_all_is_explained(network: Run, tmp_path: Path):
    second = wrote(tmp_path, "second.json", variant(id="grade-3b", headline=False))
    assert network("variant", "propose", second).status == 0
    result = network("data", "import", "data.csv", "--variant", "alder/grade-3b")
    assert result.status == 1
    assert "--mapping" in result.err
    nobody = network("data", "check", "data.csv")
    assert nobody.status == 2
    assert "--mapping" in nobody.err


@pytest.mark.parametrize(
    "words",
    [
        ("frobnicate",),
        ("template", "frobnicate"),
        ("rollup",),
        ("rollup", "reading", "--frobnicate"),
        ("rollup", "reading", "extra"),
        ("rollup", "reading", "--format", "xml"),
        ("rollup", "reading", "--period"),
        ("rollup", "reading", "--json", "--format", "csv"),
        ("rollup", "reading", "--output", "table.txt"),
        ("compare", "alder", "--template", "reading"),
        ("compare", "alder", "birch"),
        ("data", "import", "--variant", "alder/grade-3"),
        ("data", "import", "data.csv"),
        ("data", "check"),
        ("verify", "extra"),
        ("verify", "--json=perhaps"),
        ("verify", "--registry"),
        ("verify", "--registry", ""),
        ("verify", "--registry", "https://registry.example.org"),
        ("-x",),
    ],
    ids=" ".join,
)
def test_wrong_use_is_2_and_says_so(network: Run, tmp_path: Path, words: tuple[str, ...]):
    before = head(tmp_path / "outcomes.db")
    result = network(*words)
    assert result.status == 2
    assert result.err
    assert "Traceback" not in result.err
    assert head(tmp_path / "outcomes.db") == before


def test_an_answer_never_overwrites_the_registry(network: Run, tmp_path: Path):
    before = (tmp_path / "outcomes.db").read_bytes()
    for name in ("outcomes.db", "./outcomes.db", "outcomes.db-wal", "outcomes.db.projection/x"):
        assert network("rollup", "reading", "--format", "csv", "--output", name).status == 2
    assert (tmp_path / "outcomes.db").read_bytes() == before


UNUSABLE = [
    "text",
    "empty",
    "binary",
    "folder",
    "other database",
    "newer",
    "absent",
    "absent folder",
    "long",
    "link to nowhere",
]


def unusable(folder: Path, kind: str) -> Path:
    """Something that stands where a registry should."""
    path = folder / "thing.db"
    match kind:
        case "text":
            path.write_text("hello")
        case "empty":
            path.write_bytes(b"")
        case "binary":
            path.write_bytes(bytes(range(256)) * 64)
        case "folder":
            path.mkdir()
        case "other database" | "newer":
            if kind == "newer":
                lay_out(folder).rename(path)
            connection = sqlite3.connect(path)
            connection.executescript(f"create table other (x); pragma user_version = {FORMAT + 1}")
            connection.close()
        case "absent folder":
            return folder / "no" / "such" / "thing.db"
        case "long":
            return folder / ("x" * 300)
        case "link to nowhere":
            path.symlink_to(folder / "nowhere")
    return path


@pytest.mark.parametrize("kind", UNUSABLE)
@pytest.mark.parametrize(
    "words", ["verify", "template list", "rollup reading --json", "variant check data.csv", "data batches"]
)
def test_what_is_no_registry_is_refused_in_words(run: Run, tmp_path: Path, kind: str, words: str):
    wrote(tmp_path, "data.csv", TABLE)
    path = unusable(tmp_path, kind)
    result = run(*words.split(), "--registry", path)
    assert result.status == 1
    assert "Traceback" not in result.err
    assert len(result.err.splitlines()) >= 2, "what is wrong, and the way out"


@pytest.mark.parametrize("kind", ["absent", "folder", "binary", "empty", "text"])
@pytest.mark.parametrize(
    "words",
    [
        "template check FILE",
        "template publish FILE",
        "instrument publish FILE",
        "community add FILE",
        "variant check FILE",
        "variant propose FILE",
        "data check FILE --mapping mapping.toml",
        "data check data.csv --mapping FILE",
        "data import FILE --variant alder/grade-3",
        "data import data.csv FILE --variant alder/grade-3",
        "data import data.csv --variant alder/grade-3 --mapping FILE",
        "doctor --answers FILE",
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(network: Run, tmp_path: Path, kind: str, words: str):
    path = unusable(tmp_path, kind)
    before = head(tmp_path / "outcomes.db")
    result = network(*(str(path) if word == "FILE" else word for word in words.split()))
    assert result.status == 1
    assert result.err
    assert "Traceback" not in result.err
    assert head(tmp_path / "outcomes.db") == before


def test_all_files_that_cannot_be_read_are_named_and_a_pipe_is_none(network: Run, tmp_path: Path):
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    result = network("data", "check", "absent.csv", "data.csv", "folder", "--mapping", "mapping.toml")
    assert "absent.csv" in result.err
    assert "folder" in result.err
    assert "data.csv" not in result.err
    pipe = subprocess.Popen(
        [sys.executable, "-c", "open('pipe', 'w').write('x')"], cwd=tmp_path, stderr=subprocess.DEVNULL
    )
    assert network("data", "check", "pipe", "--mapping", "mapping.toml").status == 1
    pipe.wait(timeout=60)


@pytest.mark.parametrize("target", ["no/such/folder.csv", ".", "/dev/full"])
@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_an_answer_that_cannot_be_written_is_said(network: Run, target: str, form: str):
    if target == "/dev/full" and not Path(target).exists():
        pytest.skip("there is no /dev/full on this computer")
    result = network("rollup", "reading", "--format", form, "--output", target)
    assert result.status == 1
    assert "Traceback" not in result.err


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can become somebody else")
def test_somebody_who_may_not_write_is_told_so(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("shut")
    lay_out(folder).chmod(0o644)
    for above in (folder, *folder.parents[:3]):
        above.chmod(above.stat().st_mode | 0o055)
    for words in (
        ["verify"],
        ["rollup", "reading"],
        ["demo"],
        ["init", "--registry", "new.db"],
        ["data", "check", "data.csv"],
    ):
        ended = subprocess.run(
            [sys.executable, "-c", SHUT, *words],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "HOME": str(folder)},
        )
        assert ended.returncode in {1, 2}, ended.stdout
        assert "Traceback" not in ended.stderr
        assert ended.stderr
    assert not (folder / "demo.db").exists()


COMMANDS = ["rollup", "compare", "verify", "doctor", "template", "variant", "community", "instrument", "data"]
SUBCOMMANDS = ["list", "show", "check", "batches"]
OPTIONS = [
    "--json",
    "--by",
    "--period",
    "--window",
    "--as-of",
    "--rule",
    "--format",
    "--explain",
    "--variant",
    "--mapping",
    "--head",
    "--answers",
    "--",
    "-",
]
VALUES = ["reading", "reading@1.0.0", "alder", "alder/grade-3", "/", "@", "race_ethnicity", "2018-19", ".."]
TIMES = ["2017-18..2018-19", "2024-01-01", "9999-12-31"]
ODD = ["cohort@1", "csv", "mapping.toml", "data.csv", ".", "", " ", "\n", "\udcff", "=1+1", "-1", "é", "x" * 300]
WORDS = st.lists(st.sampled_from([*COMMANDS, *SUBCOMMANDS, *OPTIONS, *VALUES, *TIMES, *ODD]), max_size=6)


@example(words=["rollup", "reading", "--as-of", "\udcff"])
@example(words=["community", "show", "\udcff", "--json"])
@example(words=["data", "check", "\udcff", "--mapping", "mapping.toml"])
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=WORDS)
def test_no_words_bring_the_command_line_down(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]):
    monkeypatch.chdir(place)
    result = run(*words)
    assert result.status in {0, 1, 2}
    assert "Traceback" not in result.err
    assert result.status == 0 or result.err or "check" in words
    if (
        "--json" in words
        and result.status != 2
        and "show" not in words
        and not {"--help", "--version"} & set(words)
        and result.out.startswith(("{", "["))
    ):
        json.loads(result.out)
