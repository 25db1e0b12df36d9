"""Columns whose names carry a period, a group or a role: found by what varies in the names, part by part."""

import re
from collections import defaultdict
from collections.abc import Sequence

import msgspec

from registry.adapters.sniff.draft import Draft
from registry.adapters.sniff.evidence import DENOMINATOR_WORDS, PERCENT_WORDS, Seen, dimension_of, is_everybody
from registry.domain.group import CODE_LISTS
from registry.domain.period import Period, PeriodKind, read_period

FEWEST = 4
"""So many columns of one pattern are no accident."""
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DATED: tuple[tuple[re.Pattern[str], str, PeriodKind], ...] = (
    (re.compile(rf"(?:{_MONTHS}) [0-9]{{4}}"), f"({_MONTHS}) [0-9]{{4}}", "month"),
    (re.compile(r"(?:19|20)[0-9]{2}-[0-9]{2}(?![0-9])"), "[0-9]{4}-[0-9]{2}", "school-year"),
)


class WideFound(msgspec.Struct, frozen=True):
    """The columns of the pattern, and what their names say: whether a period, and of which kind."""

    columns: tuple[Seen, ...]
    kind: PeriodKind | None
    dated: bool


def say_wide(draft: Draft, columns: Sequence[Seen]) -> WideFound | None:
    """Put the pattern of wide columns into the draft; null where names carry nothing."""
    figures = [column for column in columns if column.numeric]
    return _by_date(draft, figures) or _by_parts(draft, figures)


def _by_date(draft: Draft, figures: Sequence[Seen]) -> WideFound | None:
    """Names that are the same but for a month or year."""
    for pattern, shape, kind in _DATED:
        stems: dict[tuple[str, str], list[Seen]] = defaultdict(list)
        for column in figures:
            if found := pattern.search(column.name):
                stems[column.name[: found.start()], column.name[found.end() :]].append(column)
        stem, found_columns = max(stems.items(), key=lambda item: len(item[1]), default=(("", ""), []))
        if len(found_columns) >= FEWEST:
            before, after = (re.escape(part).replace(r"\ ", " ") for part in stem)
            why = f"{len(found_columns)} columns are called alike but for the period, such as {found_columns[0].name!r}"
            draft.say("wide.columns", f"{before}(?P<period>{shape}){after}", why)
            return WideFound(tuple(found_columns), kind, dated=True)
    return None


def _by_parts(draft: Draft, figures: Sequence[Seen]) -> WideFound | None:
    """Names in parts joined by underscores, of which one is a group: ``ALL_RATE_1415``."""
    by_length: dict[int, list[tuple[Seen, list[str]]]] = defaultdict(list)
    for column in figures:
        parts = column.name.split("_")
        by_length[len(parts)].append((column, parts))
    named = max(by_length.items(), key=lambda item: (item[0] > 1) * len(item[1]), default=(0, []))[1]
    if len(named) < FEWEST or len(named[0][1]) < 2:
        return None
    kinds = [_part(sorted({parts[place] for _, parts in named})) for place in range(len(named[0][1]))]
    if "group" not in kinds or None in kinds or kinds.count("group") != 1 or kinds.count("role") > 1:
        return None
    return _written(draft, named, [kind or "" for kind in kinds])


def _part(texts: Sequence[str]) -> str | None:
    """What a part of the names says, by all the texts that stand there."""
    if all(isinstance(read_period(text, "school-year"), Period) for text in texts):
        return "period"
    if all(_role(text) for text in texts):
        return "role"
    known = sum(1 for text in texts if dimension_of(text) or is_everybody(text))
    return "group" if known >= 2 else "constant" if len(texts) == 1 else None


def _role(text: str) -> str | None:
    word = text.casefold()
    return "value" if word in PERCENT_WORDS else "denominator" if word in DENOMINATOR_WORDS else None


def _written(draft: Draft, named: Sequence[tuple[Seen, list[str]]], kinds: Sequence[str]) -> WideFound:
    written = []
    for place, kind in enumerate(kinds):
        texts = sorted({parts[place] for _, parts in named})
        if kind == "period":
            written.append(
                "(?P<period>[0-9]{4})"
                if all(re.fullmatch("[0-9]{4}", text) for text in texts)
                else "(?P<period>[0-9-]{5,9})"
            )
        elif kind == "role":
            written.append(f"(?P<role>{'|'.join(texts)})")
            draft.say("wide.roles", {text: _role(text) or "" for text in texts}, "by their names")
        else:
            written.append(_groups(draft, texts) if kind == "group" else re.escape(texts[0]))
    why = f"{len(named)} columns are called in parts, such as {named[0][0].name!r}"
    draft.say("wide.columns", "_".join(written), why)
    return WideFound(
        tuple(column for column, _ in named), "school-year" if "period" in kinds else None, dated="period" in kinds
    )


def _groups(draft: Draft, texts: Sequence[str]) -> str:
    """The alternatives of the part that says the group, a named part for each dimension; what no list knows is asked."""
    by_dimension: dict[str, list[str]] = defaultdict(list)
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    every = [
        f"{name}={category.code}"
        for name, entry in CODE_LISTS.items()
        for category in entry.categories
        if name != "grade"
    ]
    for text in (entry for entry in texts if not is_everybody(entry)):
        dimension = dimension_of(text)
        if dimension is None:
            question = f"What does {text!r} in the names of columns mean? Say dimension=category, or skip."
            answer = draft.ask(f"label.{text}", question, [*every, "skip"])
            if answer is None or answer == "skip":
                continue
            dimension, _, labels_of = answer.partition("=")
            labels[dimension][text] = labels_of
        by_dimension[dimension].append(text)
    everybody = [text for text in texts if is_everybody(text)]
    rules = [{"dimension": name, "labels": dict(labels[name])} for name in sorted(by_dimension) if labels[name]]
    if rules:
        draft.say("groups", list(rules), "as you said")
    parts = [
        f"(?P<{name}>{'|'.join([*found, *(everybody if first else [])])})"
        for first, (name, found) in _marked(by_dimension)
    ]
    return parts[0] if len(parts) == 1 else f"({'|'.join(parts)})"


def _marked(found: dict[str, list[str]]) -> list[tuple[bool, tuple[str, list[str]]]]:
    return [(place == 0, entry) for place, entry in enumerate(sorted(found.items()))]
