"""Every module is short enough to read and says what it is for."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
from tree import modules, named

LONGEST_MODULE = 350
LONGEST_FUNCTION = 40
MOST_PARAMETERS = 8

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = Function | ast.ClassDef

every_module = pytest.mark.parametrize("path", modules(), ids=named)


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def lines_of(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def definitions(node: ast.AST) -> Iterator[Definition]:
    """Every function and class, also inside others."""
    return (entry for entry in ast.walk(node) if isinstance(entry, Definition))


def public(node: ast.Module | ast.ClassDef) -> Iterator[Definition]:
    """Functions and classes that others may use, and the public methods of such classes; private ones and overloads aside."""
    for entry in node.body:
        if isinstance(entry, Definition) and not entry.name.startswith("_"):
            yield entry
            if isinstance(entry, ast.ClassDef):
                yield from public(entry)


def length_of(definition: Definition) -> int:
    """Lines from the name to the end, decorators and docstring aside: nobody is to save on explaining."""
    first = definition.body[0]
    explained = (first.end_lineno or first.lineno) - first.lineno + 1 if ast.get_docstring(definition) else 0
    return (definition.end_lineno or definition.lineno) - definition.lineno + 1 - explained


def parameters_of(function: Function) -> int:
    """How many parameters a caller sees, ``self`` and ``cls`` aside; a command's are options, for people, and not counted."""
    every = [entry.arg for entry in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
    return 0 if every[-1:] == ["context"] else sum(name not in {"self", "cls"} for name in every)


def test_there_are_modules_to_check():
    assert {"registry/check.py", "adapters/contract.py", "schemas/generate.py"} <= {named(path) for path in modules()}


@every_module
def test_module_says_what_it_decides(path: Path):
    assert ast.get_docstring(tree_of(path)), "the module has no docstring"


@every_module
def test_module_is_short(path: Path):
    here = lines_of(path)
    assert here <= LONGEST_MODULE, f"{here} lines; the median module has {median(map(lines_of, modules())):g}"


@every_module
def test_functions_are_short(path: Path):
    functions = (entry for entry in definitions(tree_of(path)) if isinstance(entry, Function))
    assert {entry.name: length_of(entry) for entry in functions if length_of(entry) > LONGEST_FUNCTION} == {}


@every_module
def test_functions_have_few_parameters(path: Path):
    functions = (entry for entry in definitions(tree_of(path)) if isinstance(entry, Function))
    assert {entry.name: parameters_of(entry) for entry in functions if parameters_of(entry) > MOST_PARAMETERS} == {}


@every_module
def test_public_names_have_a_docstring(path: Path):
    assert [entry.name for entry in public(tree_of(path)) if not ast.get_docstring(entry)] == []


@every_module
def test_package_is_an_empty_file_that_says_nothing(path: Path):
    assert (path.parent / "__init__.py").read_bytes() == b""


@every_module
def test_nothing_is_hidden_from_structs_and_cycles(path: Path):
    assert "TYPE_CHECKING" not in {entry.id for entry in ast.walk(tree_of(path)) if isinstance(entry, ast.Name)}


def test_what_is_too_long_or_silent_is_noticed():
    source = (
        "class Silent:\n    def method(self, a, b):\n"
        + "        pass\n" * 40
        + "def _private():\n    'Said.'\n    pass\n"
    )
    tree = ast.parse(source)
    assert [entry.name for entry in public(tree) if not ast.get_docstring(entry)] == ["Silent", "method"]
    found = {entry.name: entry for entry in definitions(tree)}
    assert (length_of(found["method"]), parameters_of(found["method"])) == (41, 2)
    assert length_of(found["_private"]) == 2
