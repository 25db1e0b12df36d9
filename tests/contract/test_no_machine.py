"""No file names the machine it was written on, or takes anything from a package registry's address."""

import re
from pathlib import Path

import pytest
from tree import files, named

HERE = Path(__file__).name
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home/\w+)(?![\w-])")
OUTSIDE = re.compile(r"\.\./shared\b")
PACKAGES = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs\.org|crates\.io|proxy\.golang\.org|conda\.anaconda\.org|rubygems\.org"
)

TEXTS = [path for path in files() if path.name != HERE and b"\0" not in path.read_bytes()[:8000]]


def faults(path: str, text: str) -> list[str]:
    """What a file names that it must not."""
    patterns = [MACHINE, PACKAGES, *([] if path.startswith("tests/") else [OUTSIDE])]
    return [match[0] for pattern in patterns for match in pattern.finditer(text)]


@pytest.mark.parametrize("path", TEXTS, ids=named)
def test_file_names_no_machine_and_no_package_host(path: Path):
    assert faults(named(path), path.read_text("utf-8", errors="replace")) == []


def test_what_must_not_be_named_is_noticed():
    assert faults("README.md", 'open("/work/main/x"), ../shared/real, https://pypi.org/simple') == [
        "/work",
        "pypi.org",
        "../shared",
    ]
    assert faults("tests/test_x.py", "../shared/vectors") == []
    assert faults("README.md", "adapters/workbook, /workbook, framework/work") == []
