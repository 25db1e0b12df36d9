"""Imports go one way, nothing goes round in a circle, and each outside library has one door: ``pyproject.toml`` says which."""

import subprocess
import sys

from tree import ROOT


def test_import_contracts_are_kept():
    linter = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    ended = subprocess.run(linter, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert " 0 broken" in ended.stdout
