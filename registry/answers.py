"""Known answers: does this installation compute what was worked out elsewhere, by hand or with other programs?

``outcomes doctor --answers FOLDER`` runs every file of the folder. A file's kind is the part of its name before the first underscore
or dot. Numbers agree to 1e-6; a member that ``expect`` gives as null must be null, one it leaves out is not compared. A kind that this
program does not know is reported as unknown, never as passed.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec

from registry.domain.path import Aim
from registry.domain.period import Period, PeriodKind, YearMeans, read_period
from registry.domain.point import Direction, Point, Terms
from registry.domain.progress import progress
from registry.domain.progress_rule import RULES
from registry.domain.value import Cell, CellRules, Unit, read_cell

TOLERANCE = 1e-6
BOUNDS = {"percent": (0.0, 100.0), "count": (0.0, None)}

Case = Mapping[str, object]
Outcome = tuple[str, list[str]]
"""A case's name and what did not agree; nothing where it passed."""


class FileAnswers(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one file's cases."""

    file: str
    kind: str
    passed: int
    failed: int
    unknown: int
    cases: int
    failures: tuple[str, ...]


class AnswersReport(msgspec.Struct, frozen=True):
    """Every known-answers file of a folder."""

    files: tuple[FileAnswers, ...]


def check_answers(folder: Path) -> AnswersReport:
    """Run every ``.json`` file of the folder, in the order of names."""
    return AnswersReport(tuple(check_file(path) for path in sorted(folder.glob("*.json"))))


def check_file(path: Path) -> FileAnswers:
    """Run one file's cases by its kind."""
    kind = path.name.partition(".")[0].partition("_")[0]
    try:
        document = msgspec.json.decode(path.read_bytes())
    except msgspec.DecodeError as error:
        return FileAnswers(
            file=path.name, kind=kind, passed=0, failed=1, unknown=0, cases=1, failures=(f"this is no JSON: {error}",)
        )
    check = _KINDS.get(kind)
    if check is None:
        cases = _size(document)
        return FileAnswers(file=path.name, kind=kind, passed=0, failed=0, unknown=cases, cases=cases, failures=())
    outcomes = list(check(document))
    failures = tuple(f"{name}: {'; '.join(wrong)}" for name, wrong in outcomes if wrong)
    return FileAnswers(
        file=path.name,
        kind=kind,
        passed=len(outcomes) - len(failures),
        failed=len(failures),
        unknown=0,
        cases=len(outcomes),
        failures=failures,
    )


def _size(document: object) -> int:
    """How many cases a file of an unknown kind holds: the entries of its lists, at least one."""
    if isinstance(document, list):
        return max(1, len(document))
    if isinstance(document, dict):
        return max(1, sum(len(value) for value in document.values() if isinstance(value, list)))
    return 1


def _progress(document: object) -> Iterator[Outcome]:
    for case in _listed(document):
        terms = Terms(
            unit=msgspec.convert(case["unit"], Unit),
            direction=msgspec.convert(case["direction"], Direction),
            meaningful_change=msgspec.convert(case["meaningful_change"], float),
            has_cut=case.get("cut", True) is not False,
        )
        wrong: list[str] = []
        expect = dict(_mapping(case["expect"]))
        by_rule = _mapping(expect.pop("by_rule", {}))
        for rule in by_rule or {"plain@1": {}}:
            found = msgspec.structs.asdict(
                progress(
                    msgspec.convert(case["baseline"], Point),
                    msgspec.convert(case["latest"], Point),
                    msgspec.convert(case["target"], Aim) if case.get("target") else None,
                    msgspec.convert(case.get("milestones", []), tuple[Aim, ...]),
                    terms,
                    RULES[rule],
                )
            )
            wanted = {**expect, **_mapping(by_rule.get(rule, {}))}
            wrong += [f"{rule} {text}" for text in _differences(wanted, found)]
        yield str(case["name"]), wrong


def _periods(document: object) -> Iterator[Outcome]:
    lists = _mapping(document)
    for name in ("valid", "valid_with_year_rule"):
        for case in _listed(lists.get(name, [])):
            year_means = case.get("year_means")
            read = read_period(
                str(case["label"]),
                _kind(case),
                year_means=None if year_means is None else msgspec.convert(year_means, YearMeans),
            )
            found: Case = (
                {"code": read.code, "start": read.start.isoformat(), "end": read.end.isoformat()}
                if isinstance(read, Period)
                else {}
            )
            yield f"{case['label']} as {case['kind']}", _differences(_mapping(case["expect"]), found)
    for case in _listed(lists.get("invalid", [])):
        read = read_period(str(case["label"]), _kind(case))
        yield f"{case['label']} as {case['kind']}", [f"read as {read.code}"] if isinstance(read, Period) else []


def _cells(document: object) -> Iterator[Outcome]:
    lists = _mapping(document)
    for case in _listed(lists.get("valid", [])):
        yield _cell(case, _rules(str(case["unit"])), wanted=_mapping(case["expect"]))
    for case in _listed(lists.get("valid_as_proportion", [])):
        yield _cell(case, CellRules(unit="percent", proportion=True, low=0, high=100), wanted=_mapping(case["expect"]))
    for case in _listed(lists.get("invalid", [])):
        yield _cell(case, _rules(str(case["unit"])), wanted=None)


def _cell(case: Case, rules: CellRules, *, wanted: Case | None) -> Outcome:
    read = read_cell(str(case["cell"]), rules)
    name = f"{case['cell']!r} as {rules.unit}"
    if wanted is None:
        return name, [f"read as {read}"] if isinstance(read, Cell) else []
    if not isinstance(read, Cell):
        return name, [f"not read: {read.detail}"]
    return name, _differences({"open": False, **wanted}, msgspec.structs.asdict(read))


def _rules(unit: str) -> CellRules:
    low, high = BOUNDS.get(unit, (None, None))
    return CellRules(unit=msgspec.convert(unit, Unit), low=low, high=high)


def _differences(wanted: Case, found: Case) -> list[str]:
    """Every member that does not agree: null must be null, numbers agree to the tolerance, intervals at both ends."""
    return [
        f"{name} is {found.get(name)!r}, not {value!r}"
        for name, value in wanted.items()
        if not _agree(value, found.get(name))
    ]


def _agree(wanted: object, found: object) -> bool:
    if isinstance(wanted, list | tuple):
        pairs = found if isinstance(found, list | tuple) and len(found) == len(wanted) else None
        return pairs is not None and all(_agree(one, other) for one, other in zip(wanted, pairs, strict=True))
    if isinstance(wanted, int | float) and not isinstance(wanted, bool):
        return isinstance(found, int | float) and not isinstance(found, bool) and abs(found - wanted) <= TOLERANCE
    return wanted == found


def _listed(document: object) -> list[Case]:
    return [_mapping(case) for case in document] if isinstance(document, list) else []


def _mapping(document: object) -> Case:
    return document if isinstance(document, dict) else {}


def _kind(case: Case) -> PeriodKind:
    kind: PeriodKind = msgspec.convert(case["kind"], PeriodKind)
    return kind


_KINDS: dict[str, Callable[[object], Iterator[Outcome]]] = {"progress": _progress, "periods": _periods, "cells": _cells}
