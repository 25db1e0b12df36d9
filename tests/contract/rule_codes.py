"""Which rule codes the program can give a finding, read from its source alone.

A code enters where a finding, a rule or a ``Misread`` is made. Where a function hands its own parameter on as the code, each call of
that function is looked at in its place, and so on. A place whose code cannot be told from the source is reported, never passed over.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

Function = ast.FunctionDef | ast.AsyncFunctionDef
Scope = tuple[ast.Module, Function | None]
Call = tuple[ast.Call, Function | None]


class Slot(NamedTuple):
    """Where a call says the code: by which keyword, and at which position (null: by keyword only)."""

    keyword: str
    position: int | None


class Codes(NamedTuple):
    """Every code found, with the first place of each, and the places whose code cannot be told."""

    known: dict[str, str]
    untold: tuple[str, ...]


Makers = dict[tuple[ast.Module | None, str], Slot]
"""What makes something with a code: by its name, private names only in their own module."""


def rule_codes(sources: Mapping[str, str]) -> Codes:
    """Read every module (its name and its text) and follow every code to where it is written out."""
    modules = {name: ast.parse(text) for name, text in sorted(sources.items())}
    calls = {name: list(_calls(tree)) for name, tree in modules.items()}
    makers: Makers = {}
    for tree in modules.values():
        makers |= {_key(name, tree): slot for name, slot in _made_with_a_code(tree)}
    known_before = -1
    while known_before < len(makers):
        known_before = len(makers)
        for name, tree in modules.items():
            makers |= {_key(called, tree): slot for called, slot in _handing_on(tree, calls[name], makers)}
    known: dict[str, str] = {}
    untold = []
    for name, tree in modules.items():
        for call, slot, function in _making(tree, calls[name], makers):
            codes = _written(_said(call, slot), (tree, function))
            if codes is None:
                untold.append(f"{name}:{call.lineno}")
            for code in codes or ():
                known.setdefault(code, f"{name}:{call.lineno}")
    return Codes(known, tuple(untold))


def _key(name: str, tree: ast.Module) -> tuple[ast.Module | None, str]:
    return (tree if name.startswith("_") else None, name)


def _made_with_a_code(tree: ast.Module) -> Iterator[tuple[str, Slot]]:
    """Structs with a field ``rule: str``, and ``Rule`` with its ``code``."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            continue
        fields = [
            (entry.target.id, ast.unparse(entry.annotation))
            for entry in node.body
            if isinstance(entry, ast.AnnAssign) and isinstance(entry.target, ast.Name)
        ]
        by_keyword = any(keyword.arg == "kw_only" for keyword in node.keywords)
        for place, (name, annotation) in enumerate(fields):
            if annotation == "str" and (name == "rule" or (node.name, name) == ("Rule", "code")):
                yield node.name, Slot(name, None if by_keyword else place)


def _handing_on(tree: ast.Module, calls: Iterable[Call], makers: Makers) -> Iterator[tuple[str, Slot]]:
    """Functions that hand one of their parameters on as a code."""
    for call, slot, function in _making(tree, calls, makers):
        said = _said(call, slot)
        if function is None or not isinstance(said, ast.Name):
            continue
        by_position = [entry.arg for entry in (*function.args.posonlyargs, *function.args.args)]
        if said.id in by_position:
            yield function.name, Slot(said.id, by_position.index(said.id) - _is_method(function, tree))
        elif said.id in {entry.arg for entry in function.args.kwonlyargs}:
            yield function.name, Slot(said.id, None)


def _is_method(function: Function, tree: ast.Module) -> bool:
    return any(function in node.body for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


def _making(
    tree: ast.Module, calls: Iterable[Call], makers: Makers
) -> Iterator[tuple[ast.Call, Slot, Function | None]]:
    """Those of a module's calls that make something with a code."""
    for call, function in calls:
        if (slot := makers.get(_key(_name(call.func), tree))) is not None:
            yield call, slot, function


def _calls(tree: ast.Module) -> Iterator[Call]:
    """Every call, with the innermost function that it stands in, in the order of the text."""
    waiting: list[tuple[ast.AST, Function | None]] = [(tree, None)]
    while waiting:
        node, function = waiting.pop()
        if isinstance(node, ast.Call):
            yield node, function
        inside = node if isinstance(node, Function) else function
        waiting.extend((child, inside) for child in reversed(list(ast.iter_child_nodes(node))))


def _said(call: ast.Call, slot: Slot) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == slot.keyword:
            return keyword.value
    return call.args[slot.position] if slot.position is not None and slot.position < len(call.args) else None


def _written(said: ast.expr | None, scope: Scope) -> list[str] | None:
    """The codes an expression can be; none where another place says them; null where nobody can tell."""
    match said:
        case ast.Constant(value=str(code)):
            return [code]
        case ast.IfExp(body=body, orelse=orelse):
            return _all_written((body, orelse), scope)
        case ast.Attribute(attr="rule" | "code"):
            return []  # the code of something that was made elsewhere
        case ast.Name(id=name):
            return _named(name, scope)
        case ast.Call(func=ast.Name(id=name)):
            return _returned(name, scope[0])
        case _:
            return None


def _all_written(said: Iterable[ast.expr], scope: Scope) -> list[str] | None:
    found = [_written(entry, scope) for entry in said]
    told = [codes for codes in found if codes is not None]
    return [code for codes in told for code in codes] if found and len(told) == len(found) else None


def _named(name: str, scope: Scope) -> list[str] | None:
    """What a name stands for: a parameter (its callers say it), or what is assigned to it here or in the module."""
    tree, function = scope
    if function is not None:
        if name in {entry.arg for entry in ast.walk(function.args) if isinstance(entry, ast.arg)}:
            return []
        here = _all_written(_assigned(name, list(ast.walk(function))), scope)
        if here is not None:
            return here
    return _all_written(_assigned(name, tree.body), (tree, None))


def _assigned(name: str, nodes: Iterable[ast.AST]) -> list[ast.expr]:
    found: list[ast.expr] = []
    for node in nodes:
        for target in node.targets if isinstance(node, ast.Assign) else ():
            if isinstance(target, ast.Name) and target.id == name:
                found.append(node.value)
            elif isinstance(target, ast.Tuple):
                names = [entry.id if isinstance(entry, ast.Name) else "" for entry in target.elts]
                found += _parts(node.value, names.index(name)) if name in names else []
    return found


def _parts(value: ast.expr, place: int) -> list[ast.expr]:
    """The member at a place of a tuple, or of either tuple of a choice."""
    match value:
        case ast.Tuple(elts=members):
            return [members[place]]
        case ast.IfExp(body=body, orelse=orelse):
            return [*_parts(body, place), *_parts(orelse, place)]
        case _:
            return [value]


def _returned(name: str, tree: ast.Module) -> list[str] | None:
    """The texts that a function of the module can return: values of its mappings, and constants of its returns."""
    for node in ast.walk(tree):
        if isinstance(node, Function) and node.name == name:
            mappings = [entry for entry in ast.walk(node) if isinstance(entry, ast.Dict)]
            returns = [entry.value for entry in ast.walk(node) if isinstance(entry, ast.Return) and entry.value]
            keys = {id(key) for mapping in mappings for key in mapping.keys}
            values = [value for mapping in mappings for value in mapping.values]
            found = [entry for part in (*values, *returns) for entry in ast.walk(part) if id(entry) not in keys]
            return [entry.value for entry in found if isinstance(entry, ast.Constant) and isinstance(entry.value, str)]
    return None


def _name(expression: ast.expr) -> str:
    match expression:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""
