"""Which columns hold the figure and its counts: two counts belong to a percent where they give it, row for row."""

from collections.abc import Sequence

import msgspec

from registry.adapters.sniff.draft import Draft
from registry.adapters.sniff.evidence import (
    DENOMINATOR_WORDS,
    FEWEST_FITS,
    FITS,
    HIGH_WORDS,
    LOW_WORDS,
    NOT_A_SHARE,
    SHARE_WORDS,
    Seen,
)

COUNTS = "counts"
"""The answer that the figure is a share of two counts."""
MOST_COUNTS = 24
MOST_ROWS = 600
LARGEST_PERCENT = 130
"""Percents above 100 are printed, where the people above the line are not all among those below it."""


class Fit(msgspec.Struct, frozen=True):
    """Two counts that give a printed figure: in how many of how many rows, and whether the figure is printed as a share of 1."""

    numerator: Seen
    denominator: Seen
    rows: int
    of: int
    share: bool


def say_measure(draft: Draft, columns: Sequence[Seen], rows: Sequence[int], unit: str) -> tuple[Seen, ...]:
    """Put the figure, its counts and its unit into the draft; the columns that hold them."""
    counts = [column for column in columns if column.count][:MOST_COUNTS]
    if unit == "count":
        return _only(draft, "columns.value", counts, "Which column holds the count that is meant?")
    if unit in {"percent", "rate"}:
        printed = [column for column in columns if column.percent and not (LOW_WORDS | HIGH_WORDS) & column.words]
    else:
        printed = []
    printed = printed or _plain_figures(columns, counts, unit)
    if not printed:
        return _of_counts(draft, counts)
    fits = {column.place: fit for column in printed if (fit := _fit(column, counts, rows)) is not None}
    if len(printed) > 1 and not any(column.percent for column in printed) and len(counts) > 1:
        text = f"No column is called a percent. Which holds the figure? Or is it a share of two counts? {_names(printed)} hold figures."
        if draft.ask("columns.value", text, [*(column.name for column in printed), COUNTS]) in {COUNTS, None}:
            return _of_counts(draft, counts) if draft.answers.get("columns.value") == COUNTS else ()
    value = _value(draft, printed, fits)
    if value is None:
        return ()
    return _beside(draft, value, fits.get(value.place), columns, rows)


def _plain_figures(columns: Sequence[Seen], counts: Sequence[Seen], unit: str) -> list[Seen]:
    """Where no header says percent: the columns of figures that are not counts, else the only one of figures."""
    figures = [
        column for column in columns if column.numeric and not (NOT_A_SHARE & column.words and unit == "percent")
    ]
    broken = [column for column in figures if column not in counts]
    return broken or (figures if len(figures) == 1 else [])


def _fit(value: Seen, counts: Sequence[Seen], rows: Sequence[int]) -> Fit | None:
    """The pair of counts that gives the printed figure in most rows; null where none does in nearly all."""
    best: Fit | None = None
    decimals = max(
        (
            len(text.rstrip("%").partition(".")[2])
            for text in value.texts
            if text.rstrip("%").replace(".", "").isdigit()
        ),
        default=0,
    )
    room = 0.51 * 10.0 ** -min(decimals, 2)
    for share in (False, True):
        for below in counts:
            for above in counts:
                if above is below:
                    continue
                hits, of = _hits(value, above, below, rows, 1 if share else 100, room / (100 if share else 1))
                if of >= FEWEST_FITS and hits >= FITS * of and (best is None or (hits, of) > (best.rows, best.of)):
                    best = Fit(above, below, hits, of, share)
    return best


def _hits(value: Seen, above: Seen, below: Seen, rows: Sequence[int], scale: int, room: float) -> tuple[int, int]:
    hits = of = 0
    for row in rows[:MOST_ROWS]:
        printed, top, bottom = value.figures[row], above.figures[row], below.figures[row]
        if printed is None or top is None or not bottom:
            continue
        of += 1
        hits += abs(scale * top / bottom - printed) <= room
    return hits, of


def _names(columns: Sequence[Seen]) -> str:
    return ", ".join(repr(column.name) for column in columns[:12])


def _value(draft: Draft, printed: Sequence[Seen], fits: dict[int, Fit]) -> Seen | None:
    if len(printed) == 1:
        draft.say("columns.value", printed[0].name, f"the only column of percents or figures; {_shown(printed[0])}")
        return printed[0]
    names = [column.name for column in printed]
    said = ", ".join(f"{c.name!r} ({_shown(c)}{_behind(fits.get(c.place))})" for c in printed[:12])
    answer = draft.ask("columns.value", f"{len(printed)} columns hold figures: {said}. Which is meant?", names)
    value = next((column for column in printed if column.name == answer), None)
    if value is not None:
        draft.say("columns.value", value.name, f"as you said; {_shown(value)}")
    return value


def _behind(fit: Fit | None) -> str:
    return f", = {fit.numerator.name!r} of {fit.denominator.name!r}" if fit else ""


def _shown(column: Seen) -> str:
    values = [value for value in column.figures if value is not None]
    ends = f" from {min(values):g} to {max(values):g}" if values else ""
    more = "".join(
        f", {count} {word}" for count, word in ((column.bounded, "bounded"), (column.absent, "absent")) if count
    )
    return f"{column.exact} figures{ends}{more}"


def _beside(
    draft: Draft, value: Seen, fit: Fit | None, columns: Sequence[Seen], rows: Sequence[int]
) -> tuple[Seen, ...]:
    used = [value]
    if fit is not None:
        why = f"in {fit.rows} of {fit.of} rows the printed figure is {fit.numerator.name!r} of {fit.denominator.name!r}"
        draft.say("columns.numerator", fit.numerator.name, why)
        draft.say("columns.denominator", fit.denominator.name, why)
        used += [fit.numerator, fit.denominator]
    else:
        below = [
            column for column in columns if column.count and column is not value and DENOMINATOR_WORDS & column.words
        ]
        if len(below) == 1:
            draft.say(
                "columns.denominator",
                below[0].name,
                "by its name: the only column that says how many were counted; nothing else shows it",
            )
            used += below
    used += _ends(draft, value, columns, rows)
    _unit(draft, value, fit)
    if fit is None and value.whole and value.percent:
        draft.say("rounding", 1, "every printed figure is whole, and no counts are beside it")
    return tuple(used)


def _ends(draft: Draft, value: Seen, columns: Sequence[Seen], rows: Sequence[int]) -> list[Seen]:
    """Bounds printed beside the figure: by their names, and because the figure lies between them."""
    lows, highs = (
        [c for c in columns if c.numeric and words & c.words and value.words <= c.words]
        for words in (LOW_WORDS, HIGH_WORDS)
    )
    if len(lows) != 1 or len(highs) != 1:
        return []
    three = [(lows[0].figures[row], value.figures[row], highs[0].figures[row]) for row in rows]
    whole = [(low, at, high) for low, at, high in three if low is not None and at is not None and high is not None]
    if not whole or any(not low <= at <= high for low, at, high in whole):
        return []
    draft.note(
        f"{lows[0].name!r} and {highs[0].name!r} are ends of an interval about the figure: "
        "they say how sure it is, not what it lies between, and are left out."
    )
    return [lows[0], highs[0]]


def _unit(draft: Draft, value: Seen, fit: Fit | None) -> None:
    """Whether figures of 0 to 1 are shares: shown by counts or the header, else asked."""
    values = [
        figure
        for text, figure in zip(value.cells, value.figures, strict=True)
        if figure is not None and not text.endswith("%")
    ]
    if values and max(values) > LARGEST_PERCENT and value.percent is False and not fit:
        text = f"Figures in {value.name!r} are as large as {max(values):g}: they are no percents. Are they counts?"
        draft.ask("unit", text, ("count",))
        return
    if not values or (max(values) > 1 and not (fit and fit.share)):
        return
    if fit is not None:
        if fit.share:
            draft.say("unit", "proportion", "the counts give shares of 1")
    elif SHARE_WORDS & value.words:
        draft.say("unit", "proportion", f"no figure is above 1, and the column is called {value.name!r}")
    else:
        text = f"No figure in {value.name!r} is above 1 ({_shown(value)}). Are they shares of 1, or percents?"
        if draft.ask("unit", text, ("proportion", "percent")) == "proportion":
            draft.say("unit", "proportion", "as you said")


def _of_counts(draft: Draft, counts: Sequence[Seen]) -> tuple[Seen, ...]:
    """No printed figure: a share of two counts, which are asked for."""
    if not counts:
        draft.ask("columns.value", "No column reads as figures. Which column holds the figure?", ())
        return ()
    names = [column.name for column in counts]
    used = []
    for role, text in (("numerator", "are of those that are meant"), ("denominator", "were counted in all")):
        answer = draft.ask(f"columns.{role}", f"No column holds a percent. Which says how many {text}?", names)
        if answer is not None:
            draft.say(f"columns.{role}", answer, "as you said")
            used += [column for column in counts if column.name == answer]
    return tuple(used)


def _only(draft: Draft, name: str, found: Sequence[Seen], text: str) -> tuple[Seen, ...]:
    if len(found) == 1:
        draft.say(name, found[0].name, f"the only column of whole numbers; {_shown(found[0])}")
        return tuple(found)
    answer = draft.ask(name, text, [column.name for column in found])
    if answer is not None:
        draft.say(name, answer, "as you said")
    return tuple(column for column in found if column.name == answer)
