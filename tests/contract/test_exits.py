"""Every command that shows something passes the gate: the figures of a small group leave by none of them.

``EXITS`` says of every command how it is tried. A command that is not named here fails the build, so nobody adds a way out unseen. The
figures of two small groups are numbers that stand nowhere else, and are looked for in everything that is printed.
"""

import ast
import re
from pathlib import Path

import pytest

from registry.cli.main import COMMANDS, GROUPS
from tests.cli.documents import wrote
from tests.conftest import Run
from tests.pains.office import COUNTED, Office, mapping

CLI = Path(__file__).parents[2] / "registry" / "cli"
OWN = "its owner's own figures, or the operator's own registry file"
WRITES = "writes, and says what it wrote"
PLAIN = "shows no figure"
EXITS: dict[str, str | list[str]] = {
    "demo": PLAIN,  # the demonstration's own registry; it prints what rollup prints
    "init": WRITES,
    "verify": ["verify"],
    "doctor": ["doctor"],
    "smart": PLAIN,
    "rollup": [
        "rollup reading",
        "rollup reading --by race_ethnicity",
        "rollup reading --by race_ethnicity --explain",
        "rollup reading --by race_ethnicity --period 2018-19",
        "rollup reading --by race_ethnicity --window 2017-18..2018-19 --explain",
        "rollup reading --by race_ethnicity --json",
        "rollup reading --by race_ethnicity --format csv",
        "rollup reading --by race_ethnicity --as-of 2999-01-01 --json",
        "rollup cradle --explain",
        "rollup cradle --json",
        "rollup cradle --format csv",
    ],
    "compare": ["compare alder birch --template reading", "compare alder birch --template reading --json"],
    "framework list": ["framework list", "framework list --json"],
    "framework show": ["framework show cradle", "framework show cradle --json"],
    "framework publish": WRITES,
    "template list": ["template list"],
    "template show": ["template show reading"],
    "template check": PLAIN,
    "template diff": PLAIN,
    "template impact": PLAIN,
    "template publish": WRITES,
    "template deprecate": WRITES,
    "template withdraw": WRITES,
    "instrument list": PLAIN,
    "instrument show": PLAIN,
    "instrument publish": WRITES,
    "link list": PLAIN,
    "link show": PLAIN,
    "link publish": WRITES,
    "rule list": PLAIN,
    "rule show": PLAIN,
    "rule publish": WRITES,
    "codelist list": PLAIN,
    "codelist show": PLAIN,
    "community list": ["community list --json"],
    "community show": ["community show birch --json"],
    "community add": WRITES,
    "variant list": ["variant list", "variant list --json"],
    "variant show": [
        "variant show birch/grade-3",
        "variant show birch/grade-3 --json",
        "variant show birch/grade-3 --document",
    ],
    "variant check": PLAIN,
    "variant propose": WRITES,
    "variant accept": WRITES,
    "variant sign": WRITES,
    "variant decline": WRITES,
    "variant withdraw-signature": WRITES,
    "variant waive": WRITES,
    "variant retire": WRITES,
    "variant history": ["variant history birch/grade-3", "variant history birch/grade-3 --json"],
    "variant assess": ["variant assess birch/grade-3", "variant assess birch/grade-3 --json"],
    "release publish": ["release publish --json"],
    "release list": ["release list", "release list --json"],
    "release show": PLAIN,  # its name is not known before; its answer is that of release publish
    "backup": OWN,
    "restore": OWN,
    "redact": WRITES,
    "ledger log": ["ledger log", "ledger log --json"],
    "ledger copy": OWN,
    "token create": WRITES,
    "token list": ["token list --json"],
    "token revoke": WRITES,
    "grant add": WRITES,
    "grant list": ["grant list --json"],
    "grant end": WRITES,
    "data sniff": PLAIN,  # the figures of a file of one's own; of the registry, an outcome and codes of places
    "data check": OWN,
    "data import": OWN,
    "data sheet": OWN,  # masked like a preview for anybody else: tests/cli/test_sheet_command.py
    "data batches": ["data batches", "data batches --json"],
}
SMALL = {"Hispanic": (7, 3), "Asian": (9, 8)}
"""Tested and met of two groups of birch that are under ten."""
FIGURES = {
    "a share of three in seven": r"42\.857|42\.86|42\.9 ",
    "a share of eight in nine": r"88\.88|88\.89|88\.9 ",
    "a baseline of five in eight": r"62\.5",
    "the cells of a small group": r'"tested": "[79]"|tested[ :=]+[79]\b',
}
"""What only the small figures give, as it would be printed."""
READERS = {
    "network": (),
    "analyst": (),
    "public": (),
    "partner": ("--community", "birch", "--partner", "schools"),
    "editor": ("--community", "alder"),
}
"""The roles that have no share in the small figures, with what their tokens name."""
LIVE = {
    "a share of three in seven": "rollup reading --by race_ethnicity --json",
    "a share of eight in nine": "rollup reading --by race_ethnicity --format csv",
    "a baseline of five in eight": "variant show cedar/grade-3 --document",
    "the cells of a small group": "rollup reading --by race_ethnicity --explain --json",
}
"""Where each is seen by whoever is allowed to."""
FRAMEWORK = {
    "id": "cradle",
    "version": "1.0.0",
    "title": "From the cradle",
    "outcomes": [{"template": "reading@1.0.0", "role": "core"}],
}


def test_every_command_says_how_it_passes_the_gate():
    named = {*COMMANDS, *(f"{group} {name}" for group, (_, commands) in GROUPS.items() for name in commands)}
    assert set(EXITS) == named


def made(run: Run, folder: Path) -> Office:
    """Alder is large, birch has two small groups, cedar is small and declares its baseline."""
    if not MADE:
        MADE.append(filled(Office(run, folder)))
    office = Office(run, folder)
    wrote(folder, "outcomes.db", MADE[0])
    return office


MADE: list[bytes] = []
"""The registry's file, once it was made."""


def filled(office: Office) -> bytes:
    office.publish("framework", "publish", FRAMEWORK)
    large = {"White": (311, 144), "Black": (287, 131)}
    for place, few in (("alder", {"Hispanic": (170, 84), "Asian": (290, 188)}), ("birch", SMALL)):
        office.place(place, partners=[{"id": "schools", "name": "Schools", "sector": "education"}])
        groups = {**large, **few}
        everybody = tuple(sum(figures) for figures in zip(*groups.values(), strict=True))
        rows = [
            f"{place},{year},{group},{tested},{met}"
            for year in ("2017-18", "2018-19")
            for group, (tested, met) in {"All Students": everybody, **groups}.items()
        ]
        office.load(place, ["place,year,race_ethnicity,tested,met", *rows], grouped())
    office.place(
        "cedar",
        baseline={"period": "SY2017-18", "value": 62.5, "numerator": 5, "denominator": 8},
        target={"period": "SY2024-25", "value": 70},
    )
    return (office.folder / "outcomes.db").read_bytes()


def grouped() -> str:
    plain = mapping(COUNTED, groups="race_ethnicity")
    return plain.replace('column = "race_ethnicity" }', 'column = "race_ethnicity", everybody = ["All Students"] }')


def test_small_figures_leave_by_no_command_and_are_there_for_whoever_may_see_them(run: Run, tmp_path: Path):
    office = made(run, tmp_path)
    for what, command in LIVE.items():
        assert re.search(FIGURES[what], office.ask("--unmasked", *command.split()).out), (
            f"{command} shows nobody {what}"
        )
    tried = [words for said in EXITS.values() if isinstance(said, list) for words in said]
    leaks = {}
    for command in tried:
        answered = office.run(*command.split())
        found = [what for what, figure in FIGURES.items() if re.search(figure, answered.out + answered.err)]
        if found or answered.status:
            leaks[command] = found or answered.err
    assert leaks == {}


def test_no_role_but_the_owners_own_reads_small_figures_from_a_release(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    office = made(run, tmp_path)
    office.ask("release", "publish")
    tried = (*LIVE.values(), "variant assess birch/grade-3 --json", "compare alder birch --template reading --json")
    leaks = {}
    for role, named in READERS.items():
        token = office.ask("token", "create", "--role", role, *named).out.split()
        monkeypatch.setenv("OUTCOMES_TOKEN", next(word for word in token if word.startswith("outcomes_")))
        for command in tried:
            answered = office.run(*command.split())
            if any(re.search(figure, answered.out) for figure in FIGURES.values()):
                leaks[role, command] = answered.out
        refused = office.run("--unmasked", "rollup", "reading")
        assert (refused.status, refused.out) == (1, "")
        monkeypatch.delenv("OUTCOMES_TOKEN")
    assert leaks == {}
    owner = office.ask("token", "create", "--role", "editor", "--community", "birch").out.split()
    monkeypatch.setenv("OUTCOMES_TOKEN", next(word for word in owner if word.startswith("outcomes_")))
    for what in ("a share of three in seven", "the cells of a small group"):
        assert re.search(FIGURES[what], office.ask(*LIVE[what].split()).out)


def test_the_hash_of_a_document_with_a_masked_baseline_is_another_one(run: Run, tmp_path: Path):
    """Few guesses at five of eight would find the baseline by the hash of the whole."""
    office = made(run, tmp_path)
    shown, live = (
        office.json("variant", "show", "cedar/grade-3", *how)["content_sha256"] for how in ((), ("--unmasked",))
    )
    assert re.fullmatch("[0-9a-f]{64}", shown)
    assert shown != live
    same = (office.json("variant", "show", "alder/grade-3", *how)["content_sha256"] for how in ((), ("--unmasked",)))
    assert len(set(same)) == 1


def test_what_is_released_can_be_read_and_small_figures_not(run: Run, tmp_path: Path):
    office = made(run, tmp_path)
    release = office.json("release", "publish")["release"]
    shown = office.ask("release", "show", release["id"], "--json")
    assert not any(re.search(figure, shown.out) for figure in FIGURES.values())
    assert release["counts"] == {"cells": 20, "open": 16, "coded": 0, "hidden": 4, "delayed": 0}


def test_the_hash_of_a_file_with_small_figures_is_told_to_nobody_but_its_owner(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    office = made(run, tmp_path)
    hashes = {"operator": told_hashes(office), "unmasked": told_hashes(office, "--unmasked")}
    for role, named in (("network", ()), ("editor", ("--community", "birch"))):
        token = office.ask("token", "create", "--role", role, *named).out.split()
        monkeypatch.setenv("OUTCOMES_TOKEN", next(word for word in token if word.startswith("outcomes_")))
        hashes[role] = told_hashes(office)
        monkeypatch.delenv("OUTCOMES_TOKEN")
    alder, birch = hashes["unmasked"]["alder"], hashes["unmasked"]["birch"]
    assert {len(found) for found in (*alder, *birch)} == {64}
    assert hashes["operator"] == {"alder": alder, "birch": ("", "")}
    assert hashes["network"] == {"alder": ("", ""), "birch": ("", "")}  # nothing of these loads is released
    assert hashes["editor"] == {"birch": birch}
    explained = office.ask(*LIVE["the cells of a small group"].split()).out
    assert alder[0] in explained
    assert birch[0] not in explained


def told_hashes(office: Office, *words: str) -> dict[str, tuple[str, str]]:
    """By community, the hash of its file and that of its rows, as the list of loads tells them."""
    loads = office.json(*words, "data", "batches")
    return {load["variant"].partition("/")[0]: (load["files"][0]["sha256"], load["rows_sha256"]) for load in loads}


ASKED = {
    "roll_up", "rollup", "compare_places", "framework_rollup", "assess_variant", "coverage_of", "history_of", "standing_at", "states_at",
}  # fmt: skip
"""The questions whose answers are made of figures."""
ACTED = {"agreement._said"}
"""Says in which state an act has left a measure, to whoever did it."""


def test_a_command_that_answers_from_figures_never_opens_the_registry_as_it_is():
    """Roll-ups, comparisons, and what is said of a measure read what they are given (``Context.reading``)."""
    wrong = []
    for path in sorted(CLI.glob("*.py")):
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef):
                wrong += [f"{path.stem}.{function.name}: {call}" for call in _live_questions(function, ASKED)]
    assert {call.partition(":")[0] for call in wrong} == ACTED


def _live_questions(function: ast.FunctionDef, asked: set[str]) -> list[str]:
    """The questions about figures that a function puts to the registry as it is."""
    live = {
        target.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and _is_live(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return [
        node.func.id
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in asked
        and node.args
        and (_is_live(node.args[0]) or (isinstance(node.args[0], ast.Name) and node.args[0].id in live))
    ]


def _is_live(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"projection", "open", "reading"}
    )
