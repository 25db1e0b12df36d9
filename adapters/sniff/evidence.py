"""What a column of a file looks like, and from how much evidence on that is believed: every threshold and word of ``data sniff``.

A column is described by what its cells read as (by the same rules that read them later), never by its position. Words of a header
only break ties or name what arithmetic cannot show; each use is said in the proposal.
"""

import re
from collections import Counter
from collections.abc import Sequence

import msgspec

from registry.adapters.tables.labels import trimmed
from registry.domain.group import CODE_LISTS, EVERYBODY, category_of
from registry.domain.period import Period, PeriodKind, read_period
from registry.domain.value import Cell, CellRules, read_cell

MOSTLY = 0.9
"""A column is of a kind where at least so much of its filled cells is."""
GROUPS_KNOWN, GROUPS_KNOWN_NAMED = 0.5, 0.25
"""A column holds groups where the code lists know so many of its different labels; fewer are enough where its header says groups."""
FITS = 0.95
"""Two counts are behind a percent where they give it in at least so many rows that have all three."""
FEWEST_FITS = 3
"""With fewer such rows, arithmetic shows nothing."""
ROWS_LOOKED_AT, CELLS_LOOKED_AT = 50_000, 4_000_000
"""So much of a table is looked at; what stands further down is read by the mapping, and its faults are findings."""
MOST_CATEGORIES = 40
"""A column of more different texts than this sorts nothing: it names."""
MOST_NAMES = 600
"""So many names of places are written out with stand-in codes."""

_WORDS = """
period: year yr period timeframe time date cohort month quarter term
id: code id ids number num no fips leaid leanum ncessch dbn geoid orgunit unitid cds nces state county place org unit
place: district division school county location place state jurisdiction organization locality area city town community lea dbn
place: agency name orgunit unit geoid fips leaid ncessch region municipality org
percent: percent percentage pct rate share proportion
share: share proportion fraction
count: count number n num total students tested enrolled enrollment cohort population size graduates graduated sum numerator
count: denominator applications children membership
denominator: denominator tested enrolled enrollment cohort population membership scored size
of_groups: race ethnicity group subgroup gender sex category population student
low: lb lower low lcl
high: ub upper high ucl
not_a_share: count numerator denominator score quality difference rank flag
"""


def _listed(name: str) -> frozenset[str]:
    lines = (line.split() for line in _WORDS.splitlines() if line.startswith(f"{name}:"))
    return frozenset(word for line in lines for word in line[1:])


PERIOD_WORDS, ID_WORDS, PLACE_WORDS = _listed("period"), _listed("id"), _listed("place")
PERCENT_WORDS, SHARE_WORDS, COUNT_WORDS = _listed("percent"), _listed("share"), _listed("count")
DENOMINATOR_WORDS, LOW_WORDS, HIGH_WORDS = _listed("denominator"), _listed("low"), _listed("high")
NOT_A_SHARE, GROUP_WORDS = _listed("not_a_share"), _listed("of_groups")
TOTAL = re.compile(
    r"(?:.*\b)?(?:grand |state |overall )?totals?\*?|statewide\*?|all (?:districts|schools|counties|places)",
    re.IGNORECASE,
)
BARE_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?:\.0)?")
SCHOOL_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}[-–](?:(?:19|20)[0-9]{2}|[0-9]{2})(?![0-9])")
KINDS: tuple[PeriodKind, ...] = ("school-year", "multi-year", "quarter", "month")
_LOOSE = CellRules(unit="percent", low=-1e12, high=1e12)


def words_of(name: str) -> list[str]:
    """The words of a header, taken apart at blanks, marks and changes of case.

    >>> words_of("pct_att_total"), words_of("DistrictName"), words_of("LEAID")
    (['pct', 'att', 'total'], ['district', 'name'], ['leaid'])
    """
    return [word.casefold() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", name)]


class Seen(msgspec.Struct, frozen=True, eq=False):
    """A column as it was seen: its name, the names above it, its trimmed cells row by row, and what those with figures say."""

    place: int
    name: str
    levels: tuple[str, ...]
    cells: list[str]
    figures: list[float | None]
    texts: Counter[str]
    exact: int
    bounded: int
    absent: int
    unread: Counter[str]

    @property
    def words(self) -> frozenset[str]:
        """The words of the column's names."""
        return frozenset(word for level in self.levels for word in words_of(level))

    @property
    def filled(self) -> int:
        """How many cells hold anything."""
        return sum(self.texts.values())

    @property
    def numeric(self) -> bool:
        """Whether the column holds figures: what is no reason for absence reads as one, and at least one does."""
        said = self.exact + self.bounded
        return said > 0 and said >= MOSTLY * (said + sum(self.unread.values()) - _codes(self.unread))

    @property
    def percent(self) -> bool:
        """Whether the figures are percents or shares, by their sign or their header."""
        signed = sum(count for text, count in self.texts.items() if text.endswith("%"))
        named = any(word.startswith(("percent", "pct")) or word in PERCENT_WORDS for word in self.words)
        named = named or any("%" in level for level in self.levels)
        return self.numeric and bool(signed >= MOSTLY * self.exact or named) and not NOT_A_SHARE & self.words

    @property
    def whole(self) -> bool:
        """Whether every figure is a whole number, 0 or more."""
        return self.exact > 0 and all(value is None or (value >= 0 and value == int(value)) for value in self.figures)

    @property
    def count(self) -> bool:
        """Whether the figures may be counts of people."""
        return self.numeric and self.whole and not self.percent and not any(text.endswith("%") for text in self.texts)


def seen(place: int, name: str, levels: tuple[str, ...], cells: Sequence[str]) -> Seen:
    """The column with those cells, each different text read once."""
    own = [trimmed(cell) for cell in cells]
    texts = Counter(text for text in own if text)
    read = {text: read_cell(text, _LOOSE) for text in texts}
    exact = bounded = absent = 0
    unread: Counter[str] = Counter()
    for text, cell in read.items():
        count = texts[text]
        if not isinstance(cell, Cell):
            unread[text] = count
        elif cell.value is not None:
            exact += count
        elif cell.missing is not None:
            absent += count
        else:
            bounded += count
    values = {text: cell.value for text, cell in read.items() if isinstance(cell, Cell)}
    return Seen(place, name, levels, own, [values.get(text) for text in own], texts, exact, bounded, absent, unread)


def figure_like(cell: str) -> bool:
    """Whether a cell holds a figure, or bounds of one."""
    read = read_cell(trimmed(cell), _LOOSE) if cell.strip() else None
    return isinstance(read, Cell) and (read.value is not None or read.low is not None or read.high is not None)


def kinds_of(column: Seen) -> tuple[PeriodKind, ...]:
    """The kinds of period as which nearly all cells read."""
    found = []
    for kind in KINDS:
        fit = sum(count for text, count in column.texts.items() if isinstance(read_period(text, kind), Period))
        if column.filled and fit >= MOSTLY * column.filled:
            found.append(kind)
    return tuple(found)


def bare_years(column: Seen) -> bool:
    """Whether nearly all cells are a year of four digits."""
    fit = sum(count for text, count in column.texts.items() if BARE_YEAR.fullmatch(text))
    said = column.filled - column.absent
    return said > 0 and fit >= MOSTLY * said


def dimension_of(label: str) -> str | None:
    """The first code list that knows a label, grades left out: a year and a code are grades by accident.

    >>> dimension_of("Female Students"), dimension_of("Hispanic")
    ('sex', 'race_ethnicity')
    """
    for dimension in CODE_LISTS:
        if dimension != "grade" and category_of(dimension, plain_label(dimension, label)) is not None:
            return dimension
    return None


def plain_label(dimension: str, label: str) -> str:
    """The label as the code list knows it: as it stands, or without the word students."""
    if category_of(dimension, label) is not None:
        return label
    return re.sub(r"\s+(?:students?|children)$", "", label, flags=re.IGNORECASE)


def is_everybody(label: str) -> bool:
    """Whether a label means everybody."""
    return " ".join(label.replace("_", " ").split()).casefold() in EVERYBODY | {"all"}


def _codes(unread: Counter[str]) -> int:
    """Cells of a short text that stands again and again: most likely a code for what is absent."""
    return sum(count for text, count in unread.items() if code_like(text, count))


def code_like(text: str, count: int) -> bool:
    """Whether an unreadable text is a code: no digit in it and short, an error of a spreadsheet, or words that repeat."""
    plain = not any(sign.isdigit() for sign in text)
    return text.startswith("#") or (plain and len(text) <= 4) or (plain and count >= 2 and "/" in text)
