"""An answer on paper, in a file or in a pipe: the same figures in every form, every figure traceable, and nothing that runs or colours."""

import csv
import io
import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from registry import duck
from registry.actions.catalogue import add_community
from registry.actions.variants import propose_variant
from registry.domain.actor import operator
from registry.domain.export import Flat
from registry.domain.export_beside import FORMULA_SIGNS, harmless
from tests.cli.documents import MAPPING, community, head, lay_out, load_text, opened, raw, table, variant, wrote
from tests.conftest import Run

ROOT = Path(__file__).parents[2]
OUTCOMES = (sys.executable, "-c", "from registry.cli.main import main; main()")
ROLLUP = ("rollup", "reading")
FORMULA = "=cmd|'/C calc'!A0"


@pytest.fixture
def network(run: Run, tmp_path: Path) -> Run:
    lay_out(tmp_path)
    return run


def outside(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own, with an environment of its own."""
    return subprocess.run(
        [*OUTCOMES, *words],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(folder), **environment},
        capture_output=True,
        check=False,
        timeout=120,
    )


def records(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_says_what_json_says_to_the_last_digit(network: Run):
    answer = network(*ROLLUP, "--json").json
    rows = records(network(*ROLLUP, "--format", "csv").out)
    levels = [row for row in rows if row["record"] == "level"]
    series = [row for row in rows if row["record"] == "series"]
    assert [(float(row["value"]), int(row["numerator"])) for row in levels] == [
        (level["value"], level["numerator"]) for level in answer["levels"]
    ]
    for row, entry in zip(series, answer["series"], strict=True):
        for name in ("change", "improvement", "z", "se", "effect", "annual_improvement"):
            assert (float(row[name]) if row[name] else None) == entry[name]
        assert row["community"] == entry["community"]
    (network_row,) = (row for row in rows if row["record"] == "network")
    assert int(network_row["indeterminate"]) == answer["network"]["indeterminate"]
    assert all((row["seq"], row["template"]) == (str(answer["seq"]), "reading@1.0.0") for row in rows)


def test_columns_stand_in_their_order_whatever_is_asked(network: Run):
    wanted = ",".join(Flat.__struct_fields__)
    for more in ((), ("--by", "race_ethnicity"), ("--period", "1999-00"), ("--explain",)):
        assert network(*ROLLUP, "--format", "csv", *more).out.splitlines()[0] == wanted


def test_parquet_holds_the_records_of_the_csv_with_types(network: Run, tmp_path: Path):
    rows = records(network(*ROLLUP, "--format", "csv").out)
    written = network(*ROLLUP, "--format", "parquet", "--output", "answer.parquet")
    assert (written.status, written.out) == (0, "")
    with closing(duck.connect()) as connection:
        duck.read_parquet(connection, "answer", [(tmp_path / "answer.parquet").read_bytes()])
        types = {name: kind for name, kind, *_ in connection.execute("describe answer").fetchall()}
        found = connection.execute('select record, "value", numerator from answer').fetchall()
    assert list(types) == [*Flat.__struct_fields__, "body"]
    assert (types["value"], types["numerator"], types["record"]) == ("DOUBLE", "BIGINT", "VARCHAR")
    numbers = [
        (
            row["record"],
            float(row["value"]) if row["value"] else None,
            int(row["numerator"]) if row["numerator"] else None,
        )
        for row in rows
    ]
    assert found == numbers


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_what_cannot_say_it_in_words_says_beside_it_what_is_masked(network: Run, form: str):
    notice = network(*ROLLUP, "--json").json["notice"]
    assert "mask" in notice
    result = network(*ROLLUP, "--format", form, "--output", f"answer.{form}")
    assert (result.status, result.err) == (0, f"{notice}\n")
    assert network(*ROLLUP, "--format", "json").err == ""
    assert {row["unmasked"] for row in records(network(*ROLLUP, "--format", "csv").out)} == {"false"}
    live = network("--unmasked", *ROLLUP, "--format", "csv")
    assert {row["unmasked"] for row in records(live.out)} == {"true"}


def test_an_undecided_answer_of_csv_is_empty_and_a_decided_one_is_a_word(network: Run):
    rows = records(network(*ROLLUP, "--format", "csv").out)
    assert {row["baseline_declared"] for row in rows if row["record"] == "series"} == {"false"}
    live = network("--unmasked", *ROLLUP, "--format", "csv")
    assert {row["unmasked"] for row in records(live.out)} == {"true"}
    assert {row["baseline_declared"] for row in rows if row["record"] == "level"} == {""}


def test_a_declared_baseline_is_not_taken_for_a_loaded_one(network: Run, tmp_path: Path):
    with opened(tmp_path / "outcomes.db") as projection:
        add_community(projection, raw(community("elm", "003")), actor=operator("tester"))
        declared = {"period": "SY2016-17", "value": 41.25}
        propose_variant(projection, raw(variant("elm", "003", baseline=declared)), actor=operator("tester"))
        rows = table(["003,2018-19,All Students,220,99,45.0"])
        load_text(projection, tmp_path, rows, town="elm", mapping=MAPPING.encode())
    lines = {entry["figure"]: entry["arithmetic"] for entry in network(*ROLLUP, "--explain", "--json").json["explain"]}
    told = "41.25 (SY2016-17) (declared in the local measure, not loaded)"
    assert lines["elm/grade-3"] == f"99/220 (SY2018-19) - {told} = +3.75 points"
    assert "declared" not in lines["alder/grade-3"]
    assert told in network(*ROLLUP, "--explain").out


def test_a_pipe_gets_the_bytes_of_the_file(network: Run, tmp_path: Path):
    for form in ("csv", "json", "parquet"):
        assert network(*ROLLUP, "--format", form, "-o", f"answer.{form}").status == 0
        piped = outside(tmp_path, *ROLLUP, "--format", form)
        assert piped.returncode == 0, piped.stderr
        assert piped.stdout == (tmp_path / f"answer.{form}").read_bytes()


def test_no_text_runs_in_a_spreadsheet_and_numbers_stay_numbers(network: Run, tmp_path: Path):
    with opened(tmp_path / "outcomes.db") as projection:
        add_community(projection, raw(community("elm", "003", name=FORMULA)), actor=operator("tester"))
        propose_variant(projection, raw(variant("elm", "003")), actor=operator("tester"))
        load_text(projection, tmp_path, table(["001,2018-19,All Students,220,50,22.7"]))
    rows = records(network(*ROLLUP, "--format", "csv").out)
    assert any(float(row["change"]) < 0 for row in rows if row["change"])
    for row in rows:
        for cell in row.values():
            assert not cell.startswith(FORMULA_SIGNS) or float(cell) < 0
    assert any(row["community"] == "elm" for row in rows)


@pytest.mark.parametrize("text", [FORMULA, "+1", "-1", "@x", "\t=1", "\r=1", "\n=1"])
def test_text_that_would_run_is_made_harmless(text: str):
    assert harmless(text) == f"'{text}"
    assert harmless(f"x{text}") == f"x{text}"


@pytest.mark.parametrize(
    "spelling", ["2018-19", "SY2018-19", "2018–2019", " 2018/19 ", "School Year 2018-2019", "sy2018-19"]
)
def test_a_period_is_read_as_people_write_it(network: Run, spelling: str):
    answer = network(*ROLLUP, "--period", spelling, "--json").json
    assert answer["period"] == "SY2018-19"
    assert [level["period"] for level in answer["levels"]] == ["SY2018-19"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--by", "shoe_size"), "race_ethnicity"),
        (("--by", "shoe_size"), "no dimension"),
        (("--period", "2018"), "2017-18 or 2018-19"),
        (("--period", "soon"), "2018-19"),
        (("--window", "2018-19..2017-18"), "earlier period first"),
        (("--window", "2018-19..2018-19"), "earlier period first"),
        (("--window", "2018-19"), ".."),
        (("--window", "..2018-19"), "2018-19"),
        (("--window", "2017-18..2018-19", "--period", "2018-19"), "not both"),
        (("--rule", "guess@1"), "cohort@1"),
        (("--as-of", "yesterday"), "2024-06-30"),
        (("--as-of", "2024-02-30"), "2024-06-30"),
        (("--as-of", "1999-01-01"), "no registry yet"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_refused_with_the_way_out(network: Run, words: tuple[str, ...], told: str):
    result = network(*ROLLUP, *words)
    assert (result.status, result.out) == (1, "")
    assert told in result.err


def test_an_unknown_outcome_leads_to_the_nearest(network: Run):
    assert "Did you mean 'reading'?" in network("rollup", "readin").err
    assert network("rollup", "reading@9.9.9").status == 1


def test_every_figure_leads_back_to_its_cells(network: Run, tmp_path: Path):
    answer = network(*ROLLUP, "--explain", "--json").json
    (level,) = (entry for entry in answer["explain"] if entry["figure"].startswith("level"))
    assert level["arithmetic"] == "(99 + 31) / (220 + 100) = 130 / 320 = 40.63"
    sources = {source["community"]: source for source in level["sources"]}
    loads = {line["variant"]: line for line in network("data", "batches", "--json").json}
    for town, line, met in (("alder", 3, "99"), ("birch", 6, "31")):
        source, load = sources[town], loads[f"{town}/grade-3"]
        assert (source["batch"], source["file"], source["row"]) == (load["id"], "data.csv", line)
        assert source["sha256"] == load["files"][0]["sha256"]
        assert source["cells"]["met"] == met
    words = network(*ROLLUP, "--explain").out
    assert "(99 + 31) / (220 + 100) = 130 / 320 = 40.63" in words
    assert f"data.csv line 3 (SHA-256 {sources['alder']['sha256'][:12]})" in " ".join(words.split())


def test_an_answer_as_of_then_is_the_answer_given_then(network: Run, tmp_path: Path):
    then = network(*ROLLUP, "--json").json
    with opened(tmp_path / "outcomes.db") as projection:
        load_text(projection, tmp_path, table(["001,2018-19,All Students,220,110,50.0"]))
    assert network(*ROLLUP, "--json").json["levels"] != then["levels"]
    assert network(*ROLLUP, "--json", "--as-of", then["as_of"]).json == then


@pytest.mark.parametrize(
    "words",
    [
        ROLLUP,
        ("template", "list"),
        ("variant", "list"),
        ("verify",),
        ("rollup", "nothing"),
        ("frobnicate",),
        ("--help",),
    ],
    ids=" ".join,
)
def test_no_escape_codes_in_a_pipe(tmp_path: Path, words: tuple[str, ...]):
    lay_out(tmp_path)
    for environment in ({}, {"NO_COLOR": "1", "TERM": "xterm-256color"}):
        ended = outside(tmp_path, *words, **environment)
        assert b"\x1b" not in ended.stdout + ended.stderr
        assert ended.stdout or ended.stderr


@pytest.mark.parametrize(
    "environment",
    [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}],
    ids=["ascii", "C"],
)
def test_a_name_that_the_terminal_cannot_print_stops_nothing(tmp_path: Path, environment: dict[str, str]):
    with opened(lay_out(tmp_path)) as projection:
        add_community(projection, raw(community(name="Peñasco ≥ 5")), actor=operator("tester"))
    for words in (("community", "list"), ROLLUP, ("--help",), ("community", "show", "ñ")):
        ended = outside(tmp_path, *words, **environment)
        assert b"Traceback" not in ended.stderr
        assert (ended.returncode != 0) == ("ñ" in words)
    for words in (("community", "show", "alder"), ("community", "list", "--json"), (*ROLLUP, "--json")):
        ended = outside(tmp_path, *words, **environment)
        assert "Peñasco ≥ 5" in ended.stdout.decode("utf-8")
        json.loads(ended.stdout)


def test_a_reader_who_stops_reading_is_no_fault(tmp_path: Path):
    lay_out(tmp_path)
    wrote(tmp_path, "wrong.json", "{}")
    readers = [(ROLLUP, 0), ((*ROLLUP, "--json"), 0), ((*ROLLUP, "--format", "csv"), 0), (("--help",), 0)]
    for words, status in (*readers, (("template", "check", "wrong.json", "--json"), 1)):
        process = subprocess.Popen(
            [*OUTCOMES, *words],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        with process.stderr as errors:
            told = errors.read()
        assert (b"Traceback" in told, bool(told)) == (False, "csv" in words), "only the notice of a CSV stands there"
        assert process.wait(timeout=60) == status


JSON = [
    ("template", "list"),
    ("template", "show", "reading"),
    ("template", "show", "nothing"),
    ("instrument", "list"),
    ("community", "list"),
    ("community", "show", "aldr"),
    ("variant", "list"),
    ("variant", "show", "alder/grade-3"),
    ("data", "check", "data.csv", "--mapping", "mapping.toml"),
    ("data", "import", "data.csv", "--variant", "alder/grade-3"),
    ("data", "import", "data.csv", "--variant", "alder/grade-4"),
    ("data", "import", "absent.csv", "--variant", "alder/grade-3"),
    ("data", "import", "data.csv", "--variant", "alder/grade-3", "--mapping", "data.csv"),
    ("data", "import", "data.csv", "--variant", "alder/grade-3", "--replace", "2001-02"),
    ("data", "check"),
    ("data", "batches"),
    ("rollup", "reading"),
    ("rollup", "reading", "--by", "nothing"),
    ("compare", "alder", "birch", "--template", "reading"),
    ("compare", "alder", "--template", "reading"),
    ("verify",),
    ("doctor",),
    ("doctor", "--answers", "absent"),
    ("init",),
]


@pytest.mark.parametrize("words", JSON, ids=" ".join)
def test_standard_output_is_one_json_document_whatever_happens(network: Run, tmp_path: Path, words: tuple[str, ...]):
    before = head(tmp_path / "outcomes.db")
    result = network(*words, "--json")
    json.loads(result.out)
    assert (result.status != 0) == bool(result.err), "what went wrong stands in words on standard error, and only that"
    assert not result.err.startswith("{")
    assert head(tmp_path / "outcomes.db") == before
