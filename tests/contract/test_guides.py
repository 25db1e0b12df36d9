"""What the README files name is there: every path, and every command."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tree import ROOT, files, named

from registry.cli.main import COMMANDS, GROUPS

READMES = [path for path in files() if path.name == "README.md"]
SUFFIXES = (".csv", ".json", ".md", ".py", ".sql", ".toml", ".xlsx")
WITH_VALUE = {"--registry"}


def paths_named(text: str, folder: Path) -> Iterator[str]:
    """Every text in backticks that is meant as a path of this repository: not one with a gap to fill, nor a community/variant."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    for quoted in re.findall(r"(?<!`)`([^`\n]+)`(?!`)", prose):
        path = quoted.rstrip("/")
        if not re.fullmatch(r"[\w.*-]+(/[\w.*-]+)*", path) or re.search(r"\bFILE\b|^[A-Z]+\.", path) and path != "README.md":
            continue
        first = path.partition("/")[0]
        if "/" not in path:
            if path.endswith((".md", ".py", ".sql")):
                yield path
        elif path.endswith(SUFFIXES) or (ROOT / first).is_dir() or (folder / first).is_dir():
            yield path


def there(path: str, folder: Path) -> bool:
    """Whether a path is there: from the root, from the folder of the file that names it, or (a bare name) anywhere."""
    if "/" not in path and any(Path(entry.name).match(path) for entry in files()):
        return True
    return any(next(start.glob(path), None) is not None for start in (ROOT, folder))


def commands_named(text: str) -> Iterator[str]:
    """Every line of a code block, fenced or indented, that begins with ``outcomes``."""
    fenced = re.findall(r"^```\w*\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    indented = re.findall(r"^ {4}(\S.*)$", text, flags=re.MULTILINE)
    for line in (line for block in (*fenced, *indented) for line in block.splitlines()):
        command = line.strip().removeprefix("$ ")
        if command.split()[:1] == ["outcomes"]:
            yield command


def known(command: str) -> bool:
    """Whether the command line begins with a command there is; options before the command are passed over."""
    words = command.partition("#")[0].split()[1:]
    while words and words[0].startswith("-"):
        words = words[2:] if words[0] in WITH_VALUE else words[1:]
    if not words:
        return True
    if words[0] in GROUPS:
        return len(words) == 1 or words[1].startswith("-") or words[1] in GROUPS[words[0]][1]
    return words[0] in COMMANDS


@pytest.mark.parametrize("folder", [".", "registry", "adapters", "schemas", "seeds", "tests"])
def test_folder_has_its_guide(folder: str):
    assert (ROOT / folder / "README.md").is_file()


@pytest.mark.parametrize("path", READMES, ids=named)
def test_every_path_that_a_guide_names_is_there(path: Path):
    found = paths_named(path.read_text("utf-8"), path.parent)
    assert sorted(name for name in set(found) if not there(name, path.parent)) == []


@pytest.mark.parametrize("path", READMES, ids=named)
def test_every_command_that_a_guide_shows_is_there(path: Path):
    assert [command for command in commands_named(path.read_text("utf-8")) if not known(command)] == []


def test_a_path_or_command_that_is_not_there_is_noticed():
    text = "`registry/gone.py` `registry/check.py` `domain/nothing/` `bridgeport/grade-3-ela` `gone.md` `x/<name>.json`\n```\n`a/b.py`\n```\n"
    found = sorted(paths_named(text, ROOT / "registry"))
    assert found == ["domain/nothing", "gone.md", "registry/check.py", "registry/gone.py"]
    assert [path for path in found if there(path, ROOT / "registry")] == ["registry/check.py"]
    shown = "```sh\n$ outcomes template publish a.json  # once\noutcomes --registry x.db rollup y\n```\n    outcomes guess\n    outcomes data guess\n"
    assert [command for command in commands_named(shown) if not known(command)] == ["outcomes guess", "outcomes data guess"]
