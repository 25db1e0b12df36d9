"""Which column names the place of a row, which rows are totals, and which other columns have to be narrowed to one text.

A place column is the one by which, with period, groups and whatever else sorts the rows, no two rows are the same. Rows that are
still told apart only by a column of few texts (a subject, a grade) are several measures in one file: which is meant is asked.
"""

import re
from collections import Counter
from collections.abc import Sequence

import msgspec

from registry.adapters.sniff.draft import Draft
from registry.adapters.sniff.evidence import ID_WORDS, MOST_CATEGORIES, MOST_NAMES, MOSTLY, PLACE_WORDS, TOTAL, Seen
from registry.domain.ids import GEOGRAPHY

SCHEMES = {
    "leaid": ("nces-lea", 7),
    "ncessch": ("nces-school", 12),
    "dbn": ("nyc-dbn", None),
    "orgunit": ("dhis2", None),
}
"""Columns whose name says whose codes they hold."""


class Told(msgspec.Struct, frozen=True):
    """The columns that say group and period, and the labels of groups whose rows are set aside."""

    groups: tuple[Seen, ...]
    dated: tuple[Seen, ...]
    skipped: frozenset[str]


class Placed(msgspec.Struct, frozen=True):
    """The columns of the place, and which rows are wanted once totals and other measures are set aside."""

    columns: tuple[Seen, ...]
    rows: tuple[int, ...]


def say_place(
    draft: Draft, columns: Sequence[Seen], told: Told, sorting: Sequence[Seen], codes: frozenset[str]
) -> Placed:
    """Put place, skip and filters into the draft. ``sorting`` are the columns of few texts that say neither period nor group."""
    known = (*told.groups, *told.dated)
    rows = _filtered(draft, sorting, tuple(range(len(columns[0].cells))))
    rows = _without_totals(draft, [column for column in columns if column not in told.groups], rows)
    rows = tuple(row for row in rows if not any(column.cells[row] in told.skipped for column in told.groups))
    options = [option for option in _options(columns) if all(column not in known for column in option)]
    found = min(
        options, key=lambda option: (_repeats([*option, *known, *sorting], rows), options.index(option)), default=()
    )
    best, rows = _level(draft, found, columns, rows) if found else ((), rows)
    if not found:
        draft.note("No column names a place: every row is taken to speak of the place of the local measure.")
    elif best:
        _say_columns(draft, best, rows, codes, _repeats([*best, *known, *sorting], rows))
    _narrowed(draft, best, told, sorting, rows)
    return Placed(best or found, rows)


def _level(
    draft: Draft, best: tuple[Seen, ...], columns: Sequence[Seen], rows: tuple[int, ...]
) -> tuple[tuple[Seen, ...], tuple[int, ...]]:
    """Which places are meant, where the codes of one place hold several codes of smaller ones: asked. Nothing while it is open."""
    inner = [column for column in columns if column not in best and _is_id(column) and not _told_by(best, column, rows)]
    if len(best) != 1 or not inner:
        return best, rows
    outer, finer = best[0], max(inner, key=lambda column: len(column.texts))
    both = f"{outer.name} + {finer.name}"
    text = f"One code of {outer.name!r} stands beside several of {finer.name!r}: rows of two kinds of places. Which are meant?"
    answer = draft.ask("place.column", text, (outer.name, both))
    if answer is None:
        return (), rows
    whole = {row for row in rows if not finer.cells[row]}
    if answer == both:
        return (outer, finer), tuple(row for row in rows if row not in whole)
    draft.say(
        f"filters.{finer.name}", list[object]([""]), f"{len(whole)} rows are about all of {outer.name!r}: as you said"
    )
    return best, tuple(row for row in rows if row in whole)


def _told_by(key: Sequence[Seen], column: Seen, rows: Sequence[int]) -> bool:
    """Whether the texts of some columns tell that of another in every row."""
    told: dict[tuple[str, ...], str] = {}
    return all(
        told.setdefault(tuple(entry.cells[row] for entry in key), column.cells[row]) == column.cells[row]
        for row in rows
    )


def sorting_columns(columns: Sequence[Seen]) -> tuple[Seen, ...]:
    """Columns of few texts that are neither figures nor names of places: subjects, grades, kinds of figure."""
    return tuple(column for column in columns if _sorts(column))


def _sorts(column: Seen) -> bool:
    if not 2 <= len(column.texts) <= MOST_CATEGORIES or (
        PLACE_WORDS & column.words and not {"type", "group"} & column.words
    ):
        return False
    grades = "grade" in column.words and not column.percent
    return grades or (not column.numeric and column.absent < column.filled)


def _options(columns: Sequence[Seen]) -> list[tuple[Seen, ...]]:
    """Codes first, then codes of two columns, then names."""
    ids = [column for column in columns if _is_id(column)]
    pairs = [(one, other) for one in ids for other in ids if one.place < other.place]
    names = [column for column in columns if PLACE_WORDS & column.words and not column.numeric and column not in ids]
    names.sort(key=lambda column: -len(column.texts))
    return [*((column,) for column in ids), *pairs, *((column,) for column in names)]


def _is_id(column: Seen) -> bool:
    codes = sum(
        count
        for text, count in column.texts.items()
        if re.fullmatch(GEOGRAPHY, f"x:{text}") and any(c.isdigit() for c in text)
    )
    named = ID_WORDS & column.words and PLACE_WORDS & column.words
    apart = len({len(text) for text in column.texts}) == 1 and "of" not in column.words
    known = bool(SCHEMES.keys() & {"".join(column.name.split()).casefold()})
    return (
        column.filled > 0
        and codes >= MOSTLY * column.filled
        and not column.percent
        and (known or (bool(named) and (apart or bool(named))))
    )


def _repeats(columns: Sequence[Seen], rows: Sequence[int]) -> int:
    counts = Counter(tuple(column.cells[row] for column in columns) for row in rows)
    return sum(count - 1 for count in counts.values())


def _without_totals(draft: Draft, columns: Sequence[Seen], rows: Sequence[int]) -> tuple[int, ...]:
    gone: set[int] = set()
    for column in columns:
        labels = [text for text in column.texts if TOTAL.fullmatch(text)]
        hit = {row for row in rows if column.cells[row] in labels}
        if labels and (PLACE_WORDS & column.words or len(hit) <= 2) and not hit <= gone and len(hit) < len(rows) / 2:
            draft.say(
                f"skip.{column.name}",
                list[object](labels),
                f"{len(hit)} rows are totals: added to the places they would count everybody twice",
            )
            gone |= hit
    return tuple(row for row in rows if row not in gone)


def _say_columns(draft: Draft, option: Sequence[Seen], rows: Sequence[int], codes: frozenset[str], twice: int) -> None:
    first, *then = option
    texts = {first.cells[row] for row in rows if first.cells[row]}
    shown = (
        f"{twice} rows stand there twice" if twice else "by it, period, group and kind of row no row stands there twice"
    )
    draft.say("place.column", first.name, f"{len(texts)} different texts; {shown}")
    if not _is_id(first):
        _names(draft, first, sorted(texts))
        return
    scheme, width, why = _scheme(option, rows, codes)
    draft.say("place.scheme", scheme, why)
    if width is not None:
        draft.say("place.width", width, "zeros in front that were dropped are put back")
    if then:
        parts = [
            {"column": column.name, "width": max(map(len, column.texts))} if _even(column) else {"column": column.name}
            for column in then
        ]
        draft.say("place.then", list(parts), "a code in parts: neither column alone tells the rows apart")


def _scheme(option: Sequence[Seen], rows: Sequence[int], codes: frozenset[str]) -> tuple[str, int | None, str]:
    """Whose codes they are: as the registry's places have them, as the column's name says, else a stand-in."""
    own = {"".join(column.cells[row] for column in option) for row in rows}
    for code in sorted(codes):
        scheme, _, local = code.partition(":")
        if len(option) == 1 and any(text.zfill(len(local)) == local for text in own):
            return (
                scheme,
                len(local) if any(len(text) < len(local) for text in own) else None,
                f"the registry's place {code} is among them",
            )
    names = tuple("".join(column.name.split()).casefold() for column in option)
    if names[0] in SCHEMES and len(option) == 1:
        scheme, width = SCHEMES[names[0]]
        return (
            scheme,
            width if any(width and len(text) < width for text in own) else None,
            f"the column is called {option[0].name!r}",
        )
    if names in {("state", "county"), ("state", "place")}:
        return f"fips-{names[1]}", None, "codes of states and of places in them: FIPS"
    stand_in = "-".join(re.findall(r"[a-z0-9]+", option[-1].name.casefold())) or "place"
    return (
        stand_in,
        None,
        "a stand-in: the file does not say whose codes these are. Write the list that your places have, such as nces-lea",
    )


def _even(column: Seen) -> bool:
    return all(text.isdigit() for text in column.texts)


def _names(draft: Draft, column: Seen, names: Sequence[str]) -> None:
    if len(names) > MOST_NAMES:
        draft.note(f"{column.name!r} has {len(names)} names of places. Write the codes of yours under [place.names].")
        return
    codes: dict[str, object] = {}
    for name in names:
        slug = "-".join(re.findall(r"[a-z0-9]+", name.casefold())) or "blank"
        while f"name:{slug}" in codes.values():
            slug += "-again"
        codes[name] = f"name:{slug}"[:80]
    draft.say(
        "place.names",
        codes,
        "stand-ins made of the names: the file has no codes. Write the codes that your places have",
    )


def _filtered(draft: Draft, sorting: Sequence[Seen], rows: tuple[int, ...]) -> tuple[int, ...]:
    """The rows that are left by answers already given."""
    for column in sorting:
        answer = draft.answers.get(f"filter.{column.name}")
        if answer in column.texts:
            draft.used.add(f"filter.{column.name}")
            draft.say(f"filters.{column.name}", list[object]([answer]), "as you said")
            rows = tuple(row for row in rows if column.cells[row] == answer)
    return rows


def _narrowed(draft: Draft, place: Sequence[Seen], told: Told, sorting: Sequence[Seen], rows: Sequence[int]) -> None:
    """Ask about the fewest columns without which rows repeat, and about those that neither place nor group nor period tells."""
    key = [*place, *told.groups, *told.dated]
    needed = list(sorting)
    for column in sorting:
        fewer = [entry for entry in needed if entry is not column]
        if _repeats([*key, *fewer], rows) <= _repeats([*key, *needed], rows):
            needed = fewer
    parts = [part for part in (place, told.groups, told.dated) if part]
    for column in sorting:
        implied = any(_told_by([other], column, rows) for other in needed if other is not column)
        free = not implied and not any(_told_by(part, column, rows) for part in parts)
        texts = sorted({column.cells[row] for row in rows if column.cells[row]})
        if column in needed or (free and len(texts) > 1):
            text = f"Rows differ in {column.name!r}, and nothing else tells which: several measures in one file. Which is meant?"
            draft.ask(f"filter.{column.name}", text, texts)
