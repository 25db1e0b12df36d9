"""Help is there for every command, explains everything a command takes, and does not wait for the program behind it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from registry.cli.main import COMMANDS, GROUPS, app
from registry.version import __version__
from tests.conftest import Run

ROOT = Path(__file__).parents[2]
EVERY = [(name,) for name in COMMANDS] + [(group, name) for group, (_, commands) in GROUPS.items() for name in commands]
LOADED = """
import json, sys
from registry.cli.main import main
try:
    main(sys.argv[1:])
except SystemExit as left:
    print(json.dumps([left.code, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


@pytest.mark.parametrize("words", [(), *[(group,) for group in GROUPS], *EVERY], ids=" ".join)
def test_help_is_printed(run: Run, words: tuple[str, ...]):
    for flag in ("--help", "-h"):
        result = run(*words, flag)
        assert (result.status, result.err) == (0, "")
        assert result.out.startswith(f"Usage: {' '.join(('outcomes', *words))} ")
        assert "--registry" in result.out
        assert "--json" in result.out


def test_a_group_or_nothing_at_all_gets_help(run: Run):
    assert run().out == run("--help").out
    for group, (_, commands) in GROUPS.items():
        assert all(name in run(group).out for name in commands)


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_everything_a_command_takes_is_described(words: tuple[str, ...]):
    command = app
    for word in words:
        command = command[word]
    arguments = command.assemble_argument_collection(parse_docstring=True)
    undescribed = [argument.name for argument in arguments if argument.show and not argument.parameter.help]
    assert undescribed == []
    assert command.help


def test_a_command_says_the_same_of_itself_in_every_place(run: Run):
    for words in EVERY:
        (_, text) = COMMANDS[words[0]] if len(words) == 1 else GROUPS[words[0]][1][words[1]]
        assert " ".join(text.split()) in " ".join(run(*words, "--help").out.split())


@pytest.mark.parametrize("words", [("--help",), ("--version",), ("data", "--help")], ids=" ".join)
def test_help_waits_for_no_database_and_no_schemas(tmp_path: Path, words: tuple[str, ...]):
    ended = subprocess.run(
        [sys.executable, "-c", LOADED, *words],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    status, modules = json.loads(ended.stdout.splitlines()[-1])
    assert status == 0
    assert not {"duckdb", "jsonschema", "sqlite3"} & set(modules)
    assert list(tmp_path.iterdir()) == []


def test_the_version_is_told(run: Run):
    assert run("--version").out == f"{__version__}\n"
