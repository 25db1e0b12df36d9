"""The table of this folder holds what it promises: every number, tests that are there, and each of them saying its number."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
WANTED = [
    *(f"A{number:02}" for number in (*range(1, 37), *range(38, 59))),
    *(f"B{number:02}" for number in range(1, 26)),
]
ROW = re.compile(r"^\| ([AB]\d{2}) \| (.*) \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`([\w/.]+\.py)::([\w:]+)`")
ROWS = ROW.findall((Path(__file__).parent / "README.md").read_text("utf-8"))
NUMBER = re.compile(r"(?:^|_)([ab]\d{2})(?=_|$)")


def told(path: Path) -> dict[str, set[str]]:
    """Every test of a file, by name (``Class::name`` inside a class), with the numbers that its name and docstring say."""
    found: dict[str, set[str]] = {}
    for prefix, function in functions(ast.parse(path.read_text("utf-8"))):
        spoken = re.findall(r"\b[AB]\d{2}\b", ast.get_docstring(function) or "")
        found[f"{prefix}{function.name}"] = {*spoken, *(name.upper() for name in NUMBER.findall(function.name))}
    return found


def functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield "", node
        elif isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}::", entry) for entry in node.body if isinstance(entry, ast.FunctionDef))


def test_every_number_stands_once() -> None:
    assert sorted(number for number, _, _ in ROWS) == WANTED


@pytest.mark.parametrize(("number", "tests"), [(number, tests) for number, tests, _ in ROWS])
def test_every_test_named_is_there_and_one_of_them_says_the_number(number: str, tests: str) -> None:
    named = NAMED.findall(tests)
    assert named
    assert NAMED.sub("", tests).replace(", ", "") == "", "the cell holds nothing but tests"
    there = {(file, name): told(TESTS / file).get(name) for file, name in named}
    assert [place for place, numbers in there.items() if numbers is None] == []
    assert any(number in (numbers or ()) for numbers in there.values())


def test_no_test_of_this_folder_is_left_out_of_the_row_of_a_number_that_it_says() -> None:
    rows = {number: set(NAMED.findall(tests)) for number, tests, _ in ROWS}
    here = {f"pains/{path.name}": told(path) for path in sorted(Path(__file__).parent.glob("test_*.py"))}
    lost = [
        (number, name)
        for file, tests in here.items()
        for name, numbers in tests.items()
        for number in numbers
        if (file, name) not in rows.get(number, set())
    ]
    assert lost == []


def test_what_a_test_says_is_read_from_its_name_and_docstring(tmp_path: Path) -> None:
    path = tmp_path / "test_one.py"
    path.write_text(
        'def test_a01_b02_and_one_more():\n    """Also A03."""\nclass TestX:\n    def test_ab12(self):\n        pass\n',
        "utf-8",
    )
    assert told(path) == {"test_a01_b02_and_one_more": {"A01", "B02", "A03"}, "TestX::test_ab12": set()}
