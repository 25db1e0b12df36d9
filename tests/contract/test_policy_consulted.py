"""The table of who may do what is consulted: by every action first, under its own name, and by every command for what it reads."""

import ast
from collections.abc import Iterator
from inspect import getsource
from pkgutil import resolve_name

import pytest
from tree import ROOT, module_name, modules, named

from registry.cli.main import COMMANDS, GROUPS
from registry.domain.policy import SCOPES, TABLE

MODULES = {named(path): ast.parse(path.read_text("utf-8")) for path in modules()}
FOLDER = "registry/actions/"
PUBLIC = {
    f"{name}:{entry.name}": entry
    for name, tree in MODULES.items()
    if name.startswith(FOLDER)
    for entry in tree.body
    if isinstance(entry, ast.FunctionDef) and not entry.name.startswith("_")
}
ACTIONS = {place: entry for place, entry in PUBLIC.items() if entry.name in TABLE}
STEPS = {place: entry for place, entry in PUBLIC.items() if entry.name not in TABLE}
"""What actions are made of: pure rules, and what is done with the lock held. A step that needs a registry is for actions alone."""

OWN_FILE = {"init", "demo"}
"""Whoever makes a registry's file, or opens the demonstration, is its operator: there is no token yet that could say otherwise."""

NO_REGISTRY = {"smart", "codelist list", "codelist show"}
"""What the program itself knows: no registry is opened."""

READS = {"reading", "measures", "figures"}
GATES = {"require", "reaches", "may", *READS}

every_command = pytest.mark.parametrize(
    ("command", "where"),
    [
        *((name, where) for name, (where, _) in COMMANDS.items()),
        *(
            (f"{group} {name}", where)
            for group, (_, commands) in GROUPS.items()
            for name, (where, _) in commands.items()
        ),
    ],
)


def parameters(function: ast.FunctionDef) -> set[str]:
    arguments = function.args
    return {entry.arg for entry in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}


def calls(node: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call in a piece of a module, by the last part of its name."""
    for entry in ast.walk(node):
        if isinstance(entry, ast.Call):
            yield ast.unparse(entry.func).rpartition(".")[2], entry


def first_statement(function: ast.FunctionDef) -> str:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return ast.unparse(body[0])


def unguarded(place: str, function: ast.FunctionDef, imported: set[str]) -> str | None:
    """What is wrong with a public function of the actions, if anything."""
    if function.name in TABLE:
        first = first_statement(function)
        asks = first.startswith((f"require(actor, '{function.name}')", f"require(actor, '{function.name}', "))
        return None if asks and "actor" in parameters(function) else f"{place} does not consult the table first"
    if "projection" in parameters(function) and function.name in imported:
        return f"{place} has no row in the table and is used outside the actions"
    writes = {name for name, _ in calls(function)} & {"writing", "append"} and "writer" not in parameters(function)
    return f"{place} writes and has no row in the table" if writes and function.name != "writing" else None


def imported_elsewhere() -> set[str]:
    """The names that modules other than actions take from actions."""
    return {
        alias.name
        for name, tree in MODULES.items()
        if not name.startswith(FOLDER)
        for entry in ast.walk(tree)
        if isinstance(entry, ast.ImportFrom) and (entry.module or "").startswith("registry.actions")
        for alias in entry.names
    } - {"require_demonstration"}  # it asks whose file this is, before the demonstration opens it


@pytest.mark.parametrize("place", PUBLIC)
def test_action_consults_the_table_first_under_its_own_name(place: str):
    assert unguarded(place, PUBLIC[place], imported_elsewhere()) is None


def test_every_act_of_the_table_is_an_action():
    acts = {name for name, row in TABLE.items() if not row.reads}
    assert acts == set(SCOPES) - {"read"}
    assert acts - {entry.name for entry in ACTIONS.values()} == set()


def test_an_action_that_forgets_the_table_is_noticed():
    source = """
def sign_variant(projection, *, actor): return writing(projection)
def load(projection, *, actor):
    "Said."
    require(actor, 'sign_variant')
def publish_rule(projection, *, actor): require(actor, 'publish_rule')
def publish_anything(projection, *, actor):
    with writing(projection) as writer: writer.append(())
def peek(projection): return projection.cursor()
def pure(document): return document
"""
    functions = [entry for entry in ast.parse(source).body if isinstance(entry, ast.FunctionDef)]
    found = {entry.name: unguarded(entry.name, entry, {"peek"}) for entry in functions}
    assert {name for name, fault in found.items() if fault} == {"sign_variant", "load", "publish_anything", "peek"}


def test_every_name_that_is_asked_for_is_a_row_and_every_row_is_asked_for():
    asked = set()
    for name, tree in MODULES.items():
        if name == "registry/domain/policy.py":
            continue
        for function, call in calls(tree):
            if function in GATES:
                asked |= {entry.value for entry in call.args if isinstance(entry, ast.Constant)}
    assert asked - set(TABLE) == set()
    assert set(TABLE) - asked == set()


@every_command
def test_command_consults_the_table_for_what_it_does(command: str, where: str):
    module, _, function = where.partition(":")
    tree = ast.parse(getsource(resolve_name(module)))
    functions = {entry.name: entry for entry in tree.body if isinstance(entry, ast.FunctionDef)}
    used = {name for name, _ in reached(functions, function)}
    aliases = {
        alias.asname or alias.name: alias.name
        for entry in tree.body
        if isinstance(entry, ast.ImportFrom)
        for alias in entry.names
    }
    acts = {aliases.get(name, name) for name in used} & set(TABLE)
    if command in NO_REGISTRY:
        assert not used & {"projection", "open"}
    elif command not in OWN_FILE:
        assert used & {*READS, "copy"} or acts  # ``copy`` is an action that is wired elsewhere


def reached(functions: dict[str, ast.FunctionDef], start: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call that a command makes, also by way of its module's own functions."""
    waiting, seen = [start], set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in functions:
            continue
        seen.add(name)
        found = list(calls(functions[name]))
        yield from found
        waiting += [called for called, _ in found]


def test_the_registry_is_opened_for_an_action_or_a_read_only():
    """``context.projection()`` goes straight into an action, or stands in a command that also calls one."""
    for name, tree in MODULES.items():
        if not name.startswith("registry/cli/") or name == "registry/cli/context.py":
            continue
        taken = {
            alias.asname or alias.name
            for entry in tree.body
            if isinstance(entry, ast.ImportFrom) and (entry.module or "").startswith("registry.actions")
            for alias in entry.names
            if alias.name in TABLE
        }
        for function in (entry for entry in tree.body if isinstance(entry, ast.FunctionDef)):
            used = {called for called, _ in calls(function)}
            if "projection" in used and function.name != "_said":  # what became of an act, told to whoever did it
                assert used & taken, f"{module_name(ROOT / name)}.{function.name}"
