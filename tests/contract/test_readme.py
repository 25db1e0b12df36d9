"""What README.md tells people to type works as it stands, in its order."""

import re
import shlex
from pathlib import Path

from tests.conftest import Run, copy_of

ROOT = Path(__file__).parents[2]


def commands() -> list[list[str]]:
    """Every ``outcomes`` line of the README's shell blocks, in order, its files found in this checkout."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("outcomes ")]
    return [
        [str(ROOT / word) if word.startswith("seeds/") else word for word in shlex.split(line)[1:]] for line in lines
    ]


def test_every_command_of_the_readme_works(run: Run, seeded: Path, tmp_path: Path) -> None:
    copy_of(seeded, tmp_path)  # what `outcomes demo` builds where nothing is: tests/cli/test_demo.py
    assert run("demo").status == 0
    typed = commands()
    assert len(typed) >= 20
    for words in typed:
        result = run(*words)
        assert result.status == 0, (words, result.err)
        assert result.out
