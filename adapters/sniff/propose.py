"""What ``data sniff`` says of a file: a mapping with the evidence for every line, and questions where the file leaves something open.

Nothing is guessed: a choice is made where the cells show it (``evidence`` holds the thresholds), everything else is a question with its
candidates, and stays out of the mapping until it is answered. The same file and answers give the same proposal. Files of children are
refused as by every reader. Tests: ``tests/adapters/test_sniff.py``, ``test_sniff_real_files.py``.
"""

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from pathlib import Path

import msgspec

from registry.adapters.sniff.draft import Choice, Draft, Question
from registry.adapters.sniff.evidence import Seen, code_like
from registry.adapters.sniff.groups import say_groups
from registry.adapters.sniff.measures import say_measure
from registry.adapters.sniff.opened import Candidate, candidates
from registry.adapters.sniff.periods import say_period
from registry.adapters.sniff.places import Told, say_place, sorting_columns
from registry.adapters.sniff.tops import Top, top_of
from registry.adapters.sniff.wide_names import WideFound, say_wide
from registry.adapters.sniff.written import toml_of
from registry.adapters.tables.rows import CannotRead
from registry.adapters.tables.top import sample_of
from registry.domain.children import children_in
from registry.domain.finding import Finding
from registry.domain.mapping import Mapping, PeriodSource
from registry.domain.period import PeriodKind

REASONS = ("suppressed", "not_available", "not_applicable", "not_tested", "not_yet_observed", "skip")


class Hints(msgspec.Struct, frozen=True, kw_only=True):
    """What is known beside the file: the template's unit and kind of period, the codes of the registry's places."""

    unit: str = "percent"
    kind: PeriodKind | None = None
    places: frozenset[str] = frozenset()


class Proposal(msgspec.Struct, frozen=True):
    """A mapping as commented TOML, what is still to be answered, the kind of period it reads, and why a file is not read at all."""

    mapping: str
    questions: tuple[Question, ...]
    kind: PeriodKind | None
    unit: str
    findings: tuple[Finding, ...] = ()
    unused: tuple[str, ...] = ()


def propose(path: Path, answers: Dictionary[str, str], hints: Hints) -> Proposal:
    """The proposal for a file. Bad content is a finding; raises OSError where it cannot be opened."""
    draft = Draft(answers)
    if answers.get("unit") == "count":
        draft.used.add("unit")
        hints = msgspec.structs.replace(hints, unit="count")
    try:
        found = candidates(path, answers.get("member"))
        children = [finding for entry in found for finding in children_in(*sample_of(entry.table, _SILENT))]
        if children:
            told = tuple(msgspec.structs.replace(finding, file=path.name) for finding in children)
            return Proposal("", (), None, hints.unit, tuple(told))
        tables = [(entry, top) for entry in found if (top := top_of(entry.table.rows)) is not None]
    except CannotRead as fault:
        return Proposal("", (), None, hints.unit, (msgspec.structs.replace(fault.finding, file=path.name),))
    draft.used.add("member")
    chosen = _chosen(draft, tables, found, path)
    if isinstance(chosen, Finding):
        return Proposal("", (), None, hints.unit, (chosen,))
    kind = None if chosen is None else _say_all(draft, *chosen, path.name, hints)
    mapping = toml_of(draft.choices, draft.questions, draft.notes, path.name)
    return Proposal(mapping, tuple(draft.questions), kind, hints.unit, (), tuple(sorted(answers.keys() - draft.used)))


_SILENT = Mapping(period=PeriodSource())


def _chosen(
    draft: Draft, tables: Sequence[tuple[Candidate, Top]], found: Sequence[Candidate], path: Path
) -> tuple[Candidate, Top] | Finding | None:
    """The table that is meant: the only one with figures below a header, else the one that was answered."""
    if not tables:
        detail = f"No table stands in it: in {len(found)} tables or sheets no row of figures stands below a header."
        hint = "Look at the file; where the table is small or odd, write the mapping by hand (adapters/csv_table/README.md)."
        return Finding(rule="table-not-found", severity="error", file=path.name, detail=detail, hint=hint)
    if len(tables) == 1:
        return tables[0]
    listed = "; ".join(
        f"{entry.name} ({top.rows} rows: {', '.join(c.name for c in top.columns[:5])} ...)"
        for entry, top in tables[:12]
    )
    names = [entry.name for entry, _ in tables]
    answer = draft.ask("table", f"{len(tables)} tables of the file hold figures: {listed}. Which is meant?", names)
    return next((pair for pair in tables if pair[0].name == answer), None)


def _say_all(draft: Draft, entry: Candidate, top: Top, file_name: str, hints: Hints) -> PeriodKind | None:
    for name, value, why in entry.said:
        draft.say(name, value, why)
    if not top.first:
        where = " and ".join(str(line) for line in top.lines)
        draft.say("header_rows", list(top.lines), f"line {where} names {len(top.columns)} columns; figures begin below")
    if top.cut:
        draft.note(f"Only the first {top.rows} rows were looked at.")
    if top.ends:
        draft.say("ends_before", [top.ends], "below the table stand notes that begin so")
    columns = [column for column in top.columns if column.filled]
    wide = say_wide(draft, columns)
    rest = [column for column in columns if wide is None or column not in wide.columns]
    groups = say_groups(draft, rest)
    dated, kind = _period(draft, rest, wide, file_name, top, hints)
    sorting = [column for column in sorting_columns(rest) if column not in (*groups, *dated)]
    skipped = frozenset(
        label
        for choice in draft.choices
        if choice.name in {f"skip.{c.name}" for c in groups}
        for label in _listed(choice)
    )
    placed = say_place(draft, rest, Told(groups, dated, skipped), sorting, hints.places)
    known = (*groups, *dated, *sorting, *placed.columns)
    figures = wide.columns if wide else say_measure(draft, [c for c in rest if c not in known], placed.rows, hints.unit)
    _codes(draft, figures)
    if wide is not None and all(column.whole for column in figures if column.percent):
        draft.say("rounding", 1, "every printed percent is whole")
    _left_out(draft, rest, (*known, *figures), wide)
    return kind


def _listed(choice: Choice) -> list[str]:
    return [str(entry) for entry in choice.value] if isinstance(choice.value, list) else []


def _period(
    draft: Draft, rest: Sequence[Seen], wide: WideFound | None, file_name: str, top: Top, hints: Hints
) -> tuple[tuple[Seen, ...], PeriodKind | None]:
    if wide is not None and wide.dated:
        return (), hints.kind or wide.kind
    return say_period(draft, rest, hints.kind, file_name, top.titles)


def _codes(draft: Draft, figures: Sequence[Seen]) -> None:
    """Texts that stand again and again where figures should: what they mean is asked."""
    found: dict[str, int] = {}
    for column in figures:
        for text, count in column.unread.items():
            if code_like(text, count) or not any(sign.isdigit() for sign in text):
                found[text] = found.get(text, 0) + count
    for text in sorted(found):
        question = f"{text!r} stands {found[text]} times where a figure should. What does the publisher mean by it?"
        answer = draft.ask(f"code.{text}", question, REASONS)
        if answer is not None:
            draft.say(f"codes.{text}", answer, "as you said")


def _left_out(draft: Draft, columns: Sequence[Seen], used: Sequence[Seen], wide: WideFound | None) -> None:
    left = [column.name for column in columns if column not in used]
    if left:
        draft.note(f"Not used: {', '.join(repr(name) for name in left[:20])}{' and more' if len(left) > 20 else ''}.")
    if wide is not None:
        draft.note(f"{len(wide.columns)} columns are read by the pattern in their names.")
