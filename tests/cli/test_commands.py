"""Every command, as a newcomer types it: exit status, words, and the shape of the answer as JSON."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from tests.cli.documents import MAPPING, TABLE, community, instrument, lay_out, table, template, variant, wrote
from tests.conftest import Run

DOCUMENTS = {
    "template": ("publish", template()),
    "instrument": ("publish", instrument()),
    "community": ("add", community()),
    "variant": ("propose", variant()),
}
LISTS = [("template", "reading"), ("instrument", "town-test"), ("community", "alder"), ("variant", "alder/grade-3")]


@pytest.fixture
def network(run: Run, tmp_path: Path) -> Run:
    """A registry with one outcome and two towns whose figures are loaded."""
    lay_out(tmp_path)
    return run


def test_a_network_is_made_of_documents_and_files(run: Run, tmp_path: Path):
    assert run("init", "--network", "Two towns").status == 0
    for kind, (command, document) in DOCUMENTS.items():
        result = run(kind, command, wrote(tmp_path, f"{kind}.json", document))
        assert (result.status, result.err) == (0, "")
    wrote(tmp_path, "data.csv", TABLE)
    wrote(tmp_path, "mapping.toml", MAPPING)
    result = run("data", "import", "data.csv", "--variant", "alder/grade-3", "--mapping", "mapping.toml")
    assert (result.status, result.err) == (0, "")
    assert "5 rows: 3 new" in result.out
    assert "99 of 220" in run("rollup", "reading").out


def test_a_new_registry_says_what_it_is(run: Run, tmp_path: Path):
    made = run("init", "--network", "Our towns", "--registry", "towns.db", "--json").json
    assert (made["registry"], made["network"], made["seq"]) == ("towns.db", "Our towns", 1)
    assert (tmp_path / "towns.db").stat().st_mode & 0o777 == 0o600
    again = run("init", "--registry", "towns.db")
    assert again.status == 1
    assert "already" in again.err


def test_global_options_stand_before_or_after_the_command(
    network: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "outcomes.db").rename(tmp_path / "moved.db")
    before = network("--json", "--registry", "moved.db", "template", "list")
    after = network("template", "list", "--registry=moved.db", "--json")
    assert before.status == after.status == 0
    assert before.json == after.json
    assert network("template", "list").status == 1
    monkeypatch.setenv("OUTCOMES_REGISTRY", "moved.db")
    assert network("template", "list", "--json").json == before.json
    flag_wins = network("template", "list", "--registry", "nowhere.db")
    assert flag_wins.status == 1
    assert "nowhere.db" in flag_wins.err


@pytest.mark.parametrize(("kind", "name"), LISTS)
def test_what_is_published_is_listed_and_shown(network: Run, kind: str, name: str):
    (first, *_) = network(kind, "list", "--json").json
    assert "body" not in first
    assert name.rpartition("/")[2] in network(kind, "list").out
    shown = network(kind, "show", name, "--json").json
    _, document = DOCUMENTS[kind]
    words = {key: value for key, value in document.items() if isinstance(value, str)}
    assert {key: shown[key] for key in words} == words
    unknown = network(kind, "show", f"{name}x")
    assert (unknown.status, unknown.out) == (1, "")
    assert f"Did you mean '{name}'?" in unknown.err


@pytest.mark.parametrize(("kind", "name"), LISTS)
def test_lists_of_a_new_registry_are_empty(run: Run, kind: str, name: str):
    run("init")
    assert run(kind, "list", "--json").json == []
    assert "none yet" in run(kind, "list").out
    nothing = run(kind, "show", name)
    assert nothing.status == 1
    assert "There is none yet." in nothing.err


def test_a_version_that_is_not_published_is_not_shown(network: Run):
    assert network("template", "show", "reading@1.0.0", "--json").json["version"] == "1.0.0"
    missing = network("template", "show", "reading@1.0.1")
    assert missing.status == 1
    assert "1.0.0" in missing.err


def test_a_place_named_alone_leads_to_its_local_measures(network: Run):
    result = network("variant", "show", "birch")
    assert result.status == 1
    assert "community/id" in result.err
    assert "birch/grade-3" in result.err
    assert "alder/grade-3" not in result.err
    assert [line["community"] for line in network("variant", "list", "birch", "--json").json] == ["birch"]
    assert network("variant", "list", "brich").status == 1


@pytest.mark.parametrize(("kind", "command"), [("template", "check"), ("variant", "check")])
def test_a_check_writes_nothing_and_an_error_is_1_a_warning_0(network: Run, tmp_path: Path, kind: str, command: str):
    before = network("verify", "--json").out
    sound = {"template": template(), "variant": variant()}[kind]
    checked = network(kind, command, wrote(tmp_path, "sound.json", sound), "--json")
    assert (checked.status, checked.json) == (0, {"findings": []})
    faulty = network(kind, command, wrote(tmp_path, "faulty.json", {**sound, "titel": "x"}), "--json")
    assert faulty.status == 1
    (finding,) = faulty.json["findings"]
    assert {"rule", "severity", "pointer", "detail", "hint"} <= finding.keys()
    assert (finding["pointer"], finding["severity"]) == ("/titel", "error")
    assert network("verify", "--json").out == before


def test_a_doubt_alone_does_not_block(network: Run, tmp_path: Path):
    unknown = variant(measure={**variant()["measure"], "instrument": "another-test"}, id="new", headline=False)
    checked = network("variant", "check", wrote(tmp_path, "doubt.json", unknown), "--json")
    assert {finding["severity"] for finding in checked.json["findings"]} == {"warning"}
    assert checked.status == 0
    words = network("variant", "check", tmp_path / "doubt.json")
    assert "warning" in words.err
    assert "0 faults and 1 doubt" in words.out


def test_a_load_is_checked_loaded_and_listed(network: Run, tmp_path: Path):
    checked = network("data", "check", "data.csv", "--mapping", "mapping.toml", "--json")
    assert checked.status == 0
    assert (checked.json["batch"], checked.json["rows"], checked.json["files"][0]["places"]) == (None, 5, 2)
    for_one = network("data", "check", "data.csv", "--variant", "alder/grade-3", "--json").json
    assert (for_one["same"], for_one["skipped"]) == (3, 2)
    loaded = network("data", "import", "data.csv", "--variant", "alder/grade-3", "--json").json
    assert {"batch", "new", "changed", "same", "refused", "skipped", "findings"} <= loaded.keys()
    assert [line["variant"] for line in network("data", "batches", "--json").json] == ["alder/grade-3", "birch/grade-3"]
    (own,) = network("data", "batches", "birch/grade-3", "--json").json
    assert (own["new"], own["files"][0]["name"]) == (2, "data.csv")
    assert network("data", "batches", "birch", "--json").json == [own]
    for nobody in ("brich", "birch/grade-33", "", "/"):
        assert network("data", "batches", nobody).status == 1


def test_a_load_says_which_figures_it_changes(network: Run, tmp_path: Path):
    wrote(tmp_path, "next.csv", TABLE.replace("220,99,45.0", "220,101,45.9"))
    words = ("next.csv", "--variant", "alder/grade-3")
    for command, done in (("check", "Checked"), ("import", "Loaded")):
        printed = network("data", command, *words).out
        assert done in printed
        assert "  SY2018-19, everybody: 99 of 220 -> 101 of 220" in printed
    assert "->" not in network("data", "import", *words).out


def test_many_changes_are_printed_to_a_limit_and_are_whole_as_json(network: Run, tmp_path: Path):
    years = [f"{year}-{(year + 1) % 100:02d}" for year in range(1990, 2015)]
    for number in (50, 51):
        rows = [f"001,{year},All Students,100,{number},{number}.0" for year in years]
        wrote(tmp_path, f"{number}.csv", table(rows))
    assert network("data", "import", "50.csv", "--variant", "alder/grade-3").status == 0
    checked = network("data", "check", "51.csv", "--variant", "alder/grade-3")
    assert checked.out.count(" -> ") == 20
    assert "and 5 more" in checked.out
    whole = network("data", "check", "51.csv", "--variant", "alder/grade-3", "--json").json["changes"]
    assert len(whole) == 25
    assert whole[0] == {"period": "SY1990-91", "group": {}, "before": "50 of 100", "after": "51 of 100"}


def test_withdrawn_figures_are_named_and_counted_in_the_list_of_loads(network: Run, tmp_path: Path):
    wrote(tmp_path, "next.csv", table(["001,2018-19,All Students,220,99,45.0"]))
    replaced = network("data", "import", "next.csv", "--variant", "alder/grade-3", "--replace", "2018-19")
    assert "  SY2018-19, Hispanic or Latino: 40 of 100 -> withdrawn" in replaced.out
    printed = network("data", "batches").out.replace("┃", "│")
    heads, *_, last = ([cell.strip() for cell in line.split("│")] for line in printed.splitlines() if "│" in line)
    assert last[heads.index("withdrawn")] == "1"


def test_the_hash_of_a_template_stands_beside_it(network: Run):
    (line,) = network("template", "list", "--json").json
    shown = network("template", "show", "reading")
    assert shown.err == f"Content SHA-256: {line['content_sha256']}\n"
    known = {"status": "published", "successor": None, "reason": "", "content_sha256": line["content_sha256"]}
    as_json = network("template", "show", "reading", "--json")
    assert (as_json.err, as_json.json) == ("", shown.json | known)
    document = network("template", "show", "reading", "--document")
    assert (document.err, document.json) == ("", shown.json)
    assert sha256(document.out.encode()).hexdigest() == line["content_sha256"]


def test_large_numbers_are_printed_as_people_write_them(network: Run, tmp_path: Path):
    wide = variant(target={"period": "SY2024-25", "value": 2_000_000})
    checked = network("variant", "check", wrote(tmp_path, "wide.json", wide))
    assert "2,000,000 is outside the indicator's bounds (0 to 100)." in checked.err


def test_the_network_is_rolled_up_and_compared(network: Run):
    answer = network("rollup", "reading", "--json").json
    assert [(level["numerator"], level["denominator"]) for level in answer["levels"]] == [(130, 320)]
    assert network("rollup", "reading", "--format", "json").json == answer
    same = network("compare", "alder", "birch", "--template", "reading", "--json").json
    assert (same["tier"], same["reasons"]) == ("level", [])
    assert "levels can be compared" in network("compare", "alder", "birch", "--template", "reading").out


def test_a_sound_ledger_is_verified_and_a_lost_head_is_found(network: Run):
    found = network("verify", "--json").json
    assert (found["faults"], found["entries"] > 5) == ([], True)
    assert network("verify", "--head", found["head"]).status == 0
    lost = network("verify", "--head", "0" * 63 + "1", "--json")
    assert lost.status == 1
    (fault,) = lost.json["faults"]
    assert fault.keys() == {"seq", "what"}


def test_the_installation_is_looked_at_with_and_without_a_registry(network: Run, run: Run):
    health = network("doctor", "--json")
    assert (health.status, health.json["faults"]) == (0, 0)
    nowhere = run("doctor", "--registry", "nowhere.db", "--json")
    assert (nowhere.status, nowhere.json["entries"]) == (0, None)


@pytest.mark.parametrize("name", ["weather_more.json", "notes.json"])
def test_a_kind_nobody_knows_is_unknown_and_never_passed(run: Run, tmp_path: Path, name: str):
    wrote(tmp_path, f"answers/{name}", json.dumps([{"name": "a"}, {"name": "b"}]))
    result = run("doctor", "--answers", "answers", "--json")
    (file,) = result.json["files"]
    assert {"file", "kind", "passed", "failed", "unknown", "cases", "failures"} == file.keys()
    assert (result.status, file["passed"], file["failed"], file["unknown"], file["cases"]) == (1, 0, 0, 2, 2)
    assert "unknown, not passed" in run("doctor", "--answers", "answers").err


def test_a_wrong_expectation_fails(run: Run, tmp_path: Path):
    cases = json.loads((Path(__file__).parents[1] / "vectors" / "progress.json").read_text("utf-8"))
    wrote(tmp_path, "answers/progress.json", json.dumps(cases))
    right = run("doctor", "--answers", "answers", "--json")
    assert (right.status, right.json["files"][0]["passed"]) == (0, len(cases))
    expected = cases[0]["expect"]
    name, value = next((name, value) for name, value in expected.items() if isinstance(value, float))
    expected[name] = value + 1
    wrote(tmp_path, "answers/progress.json", json.dumps(cases))
    result = run("doctor", "--answers", "answers", "--json")
    (file,) = result.json["files"]
    assert (result.status, file["failed"], file["passed"]) == (1, 1, len(cases) - 1)
    assert name in file["failures"][0]


def test_an_empty_or_absent_folder_of_answers_is_no_success(run: Run, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    assert run("doctor", "--answers", "empty").status == 1
    assert run("doctor", "--answers", "absent").status == 1
