"""Known answers: does this installation compute what was worked out elsewhere, by hand or with other programs?

``outcomes doctor --answers FOLDER`` runs every file of the folder. A file's kind is the part of its name before the first underscore
or dot. Numbers agree to 1e-6; a member that ``expect`` gives as null must be null, one it leaves out is not compared. A kind that this
program does not know is reported as unknown, never as passed.
"""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from functools import partial
from pathlib import Path

import msgspec

from registry.domain.curve import curve_of
from registry.domain.disparity import disparity
from registry.domain.link import Link
from registry.domain.linking import error_of_share, linked_mean
from registry.domain.path import Aim
from registry.domain.period import Period, PeriodKind, YearMeans, read_period
from registry.domain.point import Direction, Point, Terms
from registry.domain.progress import progress
from registry.domain.progress_rule import RULES
from registry.domain.sentence import read_sentence
from registry.domain.template import Template, resolved
from registry.domain.value import Cell, CellRules, Unit, read_cell
from registry.domain.version_change import bump_of, changes
from registry.ledger.entry import canonical

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
    return AnswersReport(tuple(check_file(path) for path in sorted(folder.glob("*.json")) if path.is_file()))


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
    outcomes = list(check(document)) or [(path.name, ["it holds no case of this kind"])]
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


def _tried(name: str, judge: Callable[[], list[str]]) -> Outcome:
    """A case's outcome; one that cannot even be asked has failed, with the reason."""
    try:
        return name, judge()
    except (KeyError, ValueError, TypeError) as fault:  # msgspec's ValidationError is a ValueError
        missing = f"it has no {fault}" if isinstance(fault, KeyError) else str(fault)
        return name, [f"the case cannot be asked: {missing}"]


def _progress(document: object) -> Iterator[Outcome]:
    for place, case in enumerate(_listed(document)):
        yield _tried(str(case.get("name", f"case {place + 1}")), partial(_progress_case, case))


def _progress_case(case: Case) -> list[str]:
    terms = Terms(
        unit=msgspec.convert(case["unit"], Unit),
        direction=msgspec.convert(case["direction"], Direction),
        meaningful_change=msgspec.convert(case["meaningful_change"], float),
        has_cut=case.get("cut", True) is not False,
    )
    expect = dict(_mapping(case["expect"]))
    by_rule = _mapping(expect.pop("by_rule", {})) or {"plain@1": {}}
    baseline, latest = (msgspec.convert(case[name], Point) for name in ("baseline", "latest"))
    target = msgspec.convert(case["target"], Aim) if case.get("target") else None
    milestones = msgspec.convert(case.get("milestones", []), tuple[Aim, ...])
    wrong: list[str] = []
    for rule, wanted in by_rule.items():
        found = msgspec.structs.asdict(progress(baseline, latest, target, milestones, terms, RULES[rule]))
        wrong += [f"{rule} {text}" for text in _differences({**expect, **_mapping(wanted)}, found)]
    return wrong


def _periods(document: object) -> Iterator[Outcome]:
    lists = _mapping(document)
    for name in ("valid", "valid_with_year_rule", "invalid"):
        for case in _listed(lists.get(name, [])):
            label = f"{case.get('label')!r} as {case.get('kind')}"
            yield _tried(label, partial(_period_case, case, readable=name != "invalid"))


def _period_case(case: Case, *, readable: bool) -> list[str]:
    rule = case.get("year_means")
    year_means: YearMeans | None = None if rule is None else msgspec.convert(rule, YearMeans)
    kind: PeriodKind = msgspec.convert(case["kind"], PeriodKind)
    read = read_period(str(case["label"]), kind, year_means=year_means)
    if not readable:
        return [f"read as {read.code}"] if isinstance(read, Period) else []
    if not isinstance(read, Period):
        return [f"not read: {read.detail}"]
    found = {"code": read.code, "start": read.start.isoformat(), "end": read.end.isoformat()}
    return _differences(_mapping(case["expect"]), found)


def _cells(document: object) -> Iterator[Outcome]:
    lists = _mapping(document)
    for name in ("valid", "valid_as_proportion", "invalid"):
        for case in _listed(lists.get(name, [])):
            label = f"{case.get('cell')!r} as {case.get('unit', 'proportion')}"
            yield _tried(label, partial(_cell_case, case, name))


def _cell_case(case: Case, group: str) -> list[str]:
    proportion = CellRules(unit="percent", proportion=True, low=0, high=100)
    rules = proportion if group == "valid_as_proportion" else _rules(str(case["unit"]))
    read = read_cell(str(case["cell"]), rules)
    if group == "invalid":
        return [f"read as {read}"] if isinstance(read, Cell) else []
    if not isinstance(read, Cell):
        return [f"not read: {read.detail}"]
    return _differences({"open": False, **_mapping(case["expect"])}, msgspec.structs.asdict(read))


def _versions(document: object) -> Iterator[Outcome]:
    base = _mapping(_mapping(document).get("base"))
    for place, case in enumerate(_listed(_mapping(document).get("changes"))):
        yield _tried(str(case.get("name", f"case {place + 1}")), partial(_versions_case, base, case))


def _versions_case(base: Case, case: Case) -> list[str]:
    """The class of what a patch (pointer, value; null removes, ``/__reorder__`` only turns the members round) does to the base."""
    after: object = deepcopy(base)
    for pointer, value in msgspec.convert(case["patch"], list[tuple[str, object]]):
        after = _reversed(after) if pointer == "/__reorder__" else _patched(after, pointer.split("/")[1:], value)
    documents = (msgspec.json.decode(canonical(resolved(msgspec.convert(given, Template)))) for given in (base, after))
    return _differences({"bump": case["bump"]}, {"bump": bump_of(changes(*documents))})


def _patched(document: object, names: list[str], value: object) -> object:
    name, *further = names
    if isinstance(document, list):
        place = int(name)
        inner = _patched(document[place], further, value) if further else value
        return [*document[:place], inner, *document[place + 1 :]]
    members = dict(_mapping(document))
    if further:
        members[name] = _patched(members[name], further, value)
    elif value is None:
        del members[name]
    else:
        members[name] = value
    return members


def _reversed(document: object) -> object:
    if isinstance(document, dict):
        return {name: _reversed(value) for name, value in reversed(document.items())}
    return [_reversed(entry) for entry in document] if isinstance(document, list) else document


def _smart(document: object) -> Iterator[Outcome]:
    for case in _listed(document):
        yield _tried(str(case.get("sentence", "")), partial(_smart_case, case))


def _smart_case(case: Case) -> list[str]:
    """Letters as sets; of what was read only the members that the case names."""
    found = msgspec.to_builtins(read_sentence(str(case["sentence"])))
    wrong = [
        f"{name} is {found[name]!r}, not {case[name]!r}"
        for name in ("fails", "warns")
        if sorted(found[name]) != sorted(msgspec.convert(case[name], list[str]))
    ]
    return wrong + _differences(_mapping(case["parsed"]), _mapping(found["parsed"]))


def _curves(document: object) -> Iterator[Outcome]:
    for place, case in enumerate(_listed(document)):
        yield _tried(str(case.get("name", f"case {place + 1}")), partial(_curves_case, case))


def _curves_case(case: Case) -> list[str]:
    found = curve_of(
        msgspec.convert(case["history"], tuple[tuple[float, float], ...]),
        msgspec.convert(case["counts"], tuple[int, ...] | None),
        msgspec.convert(case["latest"], tuple[float, float]),
        msgspec.convert(case["direction"], Direction),
    )
    return _differences(_mapping(case["expect"]), msgspec.structs.asdict(found))


def _gaps(document: object) -> Iterator[Outcome]:
    for place, case in enumerate(_listed(document)):
        yield _tried(str(case.get("name", f"case {place + 1}")), partial(_gaps_case, case))


def _gaps_case(case: Case) -> list[str]:
    """``phi`` as given and no tau; counts of group and reference at both ends, in percent."""
    terms = Terms(
        unit="percent",
        direction=msgspec.convert(case["direction"], Direction),
        meaningful_change=msgspec.convert(case["meaningful_change"], float),
    )
    rule = msgspec.structs.replace(RULES["plain@1"], phi=msgspec.convert(case["phi"], float))
    baseline, latest = (_cells_of(_mapping(case[end]), year) for end, year in (("baseline", 2015), ("latest", 2019)))
    return _differences(_mapping(case["expect"]), msgspec.structs.asdict(disparity(baseline, latest, terms, rule)))


def _cells_of(end: Case, year: int) -> tuple[Point, Point]:
    group, reference = (
        msgspec.convert({"period": f"CY{year}", **_mapping(end[name])}, Point) for name in ("group", "reference")
    )
    return group, reference


def _linking(document: object) -> Iterator[Outcome]:
    for place, case in enumerate(_listed(document)):
        yield _tried(str(case.get("state", case.get("name", f"case {place + 1}"))), partial(_linking_case, case))


def _linking_case(case: Case) -> list[str]:
    """One share above one cut on one scale; the errors of the scale as given."""
    share, people = msgspec.convert(case["share"], float), msgspec.convert(case["n"], int)
    cut = {
        "instrument": "test",
        "instrument_version": "1",
        "cut": "cut",
        "score": case["cut"],
        "standard_error": case["cut_se"],
    }
    scale = {
        "id": "scale",
        "title": "Scale",
        "unit": "points",
        "sd": case["scale_sd"],
        "u_sd": case.get("u_sd"),
        "u_m": case.get("u_m"),
    }
    years = {"first_period": "CY2005", "last_period": "CY2005"}
    said = {"id": "link", "title": "Link", "method": "as given", "source": "as given", "url": "as given"}
    link = msgspec.convert({**said, **years, "scale": scale, "cuts": [cut]}, Link)
    found = linked_mean(share, error_of_share(share, people), link=link, cut=link.cuts[0])
    wanted = _mapping(case["expect"])
    return _differences(
        wanted, {} if found is None else {name: getattr(found, name) for name in ("mean", "se", "ci95")}
    )


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


_KINDS: dict[str, Callable[[object], Iterator[Outcome]]] = {
    "progress": _progress,
    "periods": _periods,
    "cells": _cells,
    "versions": _versions,
    "smart": _smart,
    "curves": _curves,
    "gaps": _gaps,
    "linking": _linking,
}
