"""What the README files name is there: every path, every link, and every command."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tree import ROOT, files, named

from registry.cli.main import COMMANDS, GROUPS

FOLDERS = [".", "registry", "adapters", "schemas", "seeds", "tests"]
GUIDES = [path for path in files() if path.name == "README.md" and "data" not in path.parts]
"""All but the list of sources beside the seeds' data, which names files of other people's repositories."""

SUFFIXES = (".csv", ".json", ".md", ".py", ".sql", ".toml", ".xlsx")
WITH_VALUE = {"--registry"}
FENCED = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
QUOTED = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")


def blocks(text: str) -> list[str]:
    """The code blocks of a guide, fenced or indented."""
    return [*FENCED.findall(text), *re.findall(r"^ {4}(\S.*)$", text, flags=re.MULTILINE)]


def paths_named(text: str, folder: Path) -> Iterator[str]:
    """Every link, and every text in backticks or word of a code block that is meant as a path of this repository.

    Not one with a gap to fill (``<name>``, ``FILE``), nor a ``community/variant``.
    """
    yield from LINK.findall(FENCED.sub("", text))
    for quoted in QUOTED.findall(FENCED.sub("", text)):
        path = quoted.rstrip("/")
        if re.fullmatch(r"[\w.*-]+(/[\w.*-]+)*", path) is None or "FILE" in path:
            continue
        bare = "/" not in path
        if (bare and path.endswith((".md", ".py", ".sql"))) or (not bare and _placed(path, folder)):
            yield path
    for word in (word for block in blocks(text) for word in block.split()):
        if re.fullmatch(r"[\w.-]+(/[\w.-]+)+", word) and word.partition("/")[0] in FOLDERS:
            yield word


def _placed(path: str, folder: Path) -> bool:
    first = path.partition("/")[0]
    return path.endswith(SUFFIXES) or (ROOT / first).is_dir() or (folder / first).is_dir()


def there(path: str, folder: Path) -> bool:
    """Whether a path is there: from the root, from the folder of the file that names it, or (a bare name) anywhere."""
    if "/" not in path and any(Path(entry.name).match(path) for entry in files()):
        return True
    return any(next(start.glob(path), None) is not None for start in (ROOT, folder))


def commands_named(text: str) -> Iterator[str]:
    """Every line of a code block and every text in backticks that begins with ``outcomes``."""
    lines = [line.strip().removeprefix("$ ") for block in blocks(text) for line in block.splitlines()]
    for command in (*lines, *QUOTED.findall(FENCED.sub("", text))):
        words = command.partition("#")[0].split()
        if words[:1] == ["outcomes"]:
            yield " ".join(words)


def known(command: str) -> bool:
    """Whether the line begins with a command there is; options before it are passed over, and COMMAND stands for any."""
    words = command.split()[1:]
    while words and words[0].startswith("-"):
        words = words[2:] if words[0] in WITH_VALUE else words[1:]
    if not words or words[0] == "COMMAND":
        return True
    if words[0] in GROUPS:
        return len(words) == 1 or words[1].startswith("-") or words[1] in GROUPS[words[0]][1]
    return words[0] in COMMANDS


@pytest.mark.parametrize("folder", FOLDERS)
def test_folder_has_its_guide(folder: str):
    assert (ROOT / folder / "README.md").is_file()


@pytest.mark.parametrize("path", GUIDES, ids=named)
def test_every_path_that_a_guide_names_is_there(path: Path):
    found = paths_named(path.read_text("utf-8"), path.parent)
    assert sorted(name for name in set(found) if not there(name, path.parent)) == []


@pytest.mark.parametrize("path", GUIDES, ids=named)
def test_every_command_that_a_guide_shows_is_there(path: Path):
    assert [command for command in commands_named(path.read_text("utf-8")) if not known(command)] == []


def test_a_path_that_is_not_there_is_noticed():
    text = (
        "`registry/gone.py` `registry/check.py` `domain/nothing/` `bridgeport/grade-3-ela` `gone.md` `x/<name>.json` [a](b/c.md)"
        "\n```\n`a/b.py`\noutcomes template check seeds/gone.json\n```\n"
    )
    found = sorted(paths_named(text, ROOT / "registry"))
    assert found == ["b/c.md", "domain/nothing", "gone.md", "registry/check.py", "registry/gone.py", "seeds/gone.json"]
    assert [path for path in found if there(path, ROOT / "registry")] == ["registry/check.py"]


def test_a_command_that_is_not_there_is_noticed():
    text = (
        "`outcomes gone`\n```sh\n$ outcomes template publish a.json  # once\noutcomes --registry x.db rollup y\n```\n"
        "    outcomes data guess\n"
    )
    assert [command for command in commands_named(text) if not known(command)] == [
        "outcomes data guess",
        "outcomes gone",
    ]
