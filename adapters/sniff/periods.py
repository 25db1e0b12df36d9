"""Where the period stands: in a column, in the file's name, in a title; and what a bare year means is asked, never taken."""

from collections.abc import Sequence

from registry.adapters.sniff.draft import Draft
from registry.adapters.sniff.evidence import PERIOD_WORDS, SCHOOL_YEAR, Seen, bare_years, kinds_of
from registry.domain.period import Period, PeriodKind, read_period

MEANINGS = ("start", "end", "calendar-year")


def say_period(
    draft: Draft, columns: Sequence[Seen], kind: PeriodKind | None, file_name: str, titles: Sequence[str]
) -> tuple[tuple[Seen, ...], PeriodKind | None]:
    """Put the period into the draft: the columns that speak of it, and its kind where it is known now."""
    dated = [(column, kinds) for column in columns if (kinds := _fitting(column, kind))]
    years = [column for column in columns if _may_be_years(column)]
    about = tuple(dict.fromkeys([column for column, _ in dated] + years))
    if dated:
        column, kinds = _one(draft, dated)
        if column is None:
            return about, kind
        shown = kind or _kind(draft, column, kinds)
        draft.say(
            "period.column",
            column.name,
            f"{column.filled} cells read as {shown or kinds[0]}s, such as {_first(column)!r}",
        )
        return about, shown
    if years:
        name = (
            years[0].name
            if len(years) == 1
            else draft.ask("period.column", "Which column says the period?", [c.name for c in years])
        )
        return about, _bare(draft, next((c for c in years if c.name == name), None), kind)
    return about, _elsewhere(draft, kind, file_name, titles)


def _fitting(column: Seen, kind: PeriodKind | None) -> tuple[PeriodKind, ...]:
    """The kinds as which a column reads, without those the template does not mean."""
    if column.numeric and not PERIOD_WORDS & column.words:
        return ()
    return tuple(entry for entry in kinds_of(column) if kind in (None, entry))


def _may_be_years(column: Seen) -> bool:
    return bare_years(column) and (bool(PERIOD_WORDS & column.words) or (len(column.texts) > 1 and not column.percent))


def _one(
    draft: Draft, dated: Sequence[tuple[Seen, tuple[PeriodKind, ...]]]
) -> tuple[Seen | None, tuple[PeriodKind, ...]]:
    """The column that says the period: the first, where all say the same of every row; else it is asked."""
    first, kinds = dated[0]
    differing = [column for column, _ in dated[1:] if _codes(column, kinds[0]) != _codes(first, kinds[0])]
    if not differing:
        for column, _ in dated[1:]:
            draft.note(f"{column.name!r} says the same period as {first.name!r} in every row.")
        return first, kinds
    name = draft.ask(
        "period.column", "Several columns read as periods and differ. Which is meant?", [c.name for c, _ in dated]
    )
    return next(((column, kinds) for column, kinds in dated if column.name == name), (None, ()))


def _codes(column: Seen, kind: PeriodKind) -> list[str]:
    return [read.code if isinstance(read := read_period(cell, kind), Period) else "" for cell in column.cells]


def _kind(draft: Draft, column: Seen, kinds: Sequence[PeriodKind]) -> PeriodKind | None:
    if len(kinds) == 1 or ("school-year" in kinds and {"school", "academic", "sy"} & column.words):
        return kinds[0]
    text = (
        f"{_first(column)!r} and every other cell of {column.name!r} read as more than one kind of period. Which is it?"
    )
    answer = draft.ask("period.kind", text, kinds)
    return next((entry for entry in kinds if entry == answer), None)


def _bare(draft: Draft, column: Seen | None, kind: PeriodKind | None) -> PeriodKind | None:
    """Bare years: a calendar year where the template says so, else a question."""
    if column is None:
        return kind
    draft.say("period.column", column.name, f"{column.filled} cells are years, such as {_first(column)!r}")
    if kind in {"calendar-year", "multi-year"}:
        return kind
    choices = MEANINGS if kind is None else MEANINGS[:2]
    year = int(_first(column)[:4])
    text = (
        f"What does {year} in {column.name!r} mean: the school year that starts in it ({year}-{(year + 1) % 100:02}), "
        "the one that ends in it "
        f"({year - 1}-{year % 100:02}){', or the calendar year' if kind is None else ''}?"
    )
    answer = draft.ask("period.year_means", text, choices)
    if answer == "calendar-year":
        return "calendar-year"
    if answer is not None:
        draft.say("period.year_means", answer, "as you said")
    return kind or ("school-year" if answer else None)


def _elsewhere(draft: Draft, kind: PeriodKind | None, file_name: str, titles: Sequence[str]) -> PeriodKind | None:
    """No column says it: the file's name, then the titles above the table, then a question."""
    in_name = set(SCHOOL_YEAR.findall(file_name)) if kind in (None, "school-year") else set()
    if len(in_name) == 1:
        (found,) = in_name
        pattern = "([0-9]{4}-[0-9]{4})" if len(found) == len("2018-2019") else "([0-9]{4}-[0-9]{2})"
        also = " and so does the title above the table" if any(found in title for title in titles) else ""
        draft.say("period.file", pattern, f"no column says the period; the file's name says {found!r}{also}")
        return "school-year"
    said = sorted({entry for title in titles for entry in SCHOOL_YEAR.findall(title)})
    if len(said) == 1 and kind in (None, "school-year"):
        draft.say(
            "period.fixed", said[0], "no column and not the file's name says the period; the title above the table does"
        )
        return "school-year"
    seen = f" Above the table stand {', '.join(repr(entry) for entry in said)}." if said else ""
    answer = draft.ask(
        "period.fixed",
        f"Nothing in the file says for sure which period it speaks of: write it, such as 2018-19.{seen}",
        (),
    )
    if answer is None:
        return kind
    draft.say("period.fixed", answer, "as you said")
    kinds: tuple[PeriodKind, ...] = (
        (kind,) if kind else ("school-year", "multi-year", "quarter", "month", "calendar-year")
    )
    return next((entry for entry in kinds if isinstance(read_period(answer, entry), Period)), kind)


def _first(column: Seen) -> str:
    return next(cell for cell in column.cells if cell)
