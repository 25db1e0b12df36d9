"""Which figures a release may not show as they stand, each looked at by itself: the primary rule, and the codes of extremes.

Real children stand behind small cells (design section 9). What a release shows of a data point is one of three *kinds*: open (as it
stands), coded (the number of people, and the numerator only as a range), hidden (nothing, under one mark). What must be hidden beside
that, so that nothing can be worked out, is chosen in ``disclosure_hide.py``. Tests: ``tests/domain/test_disclosure.py``.

What the sources leave open is decided so:

- A group of fewer than ``minimum_n`` people is hidden, everybody's figure too; so is one of whom fewer than that were ``eligible``. The
  commonest rule of the states is ten (NCES 2011-603); none is prescribed (IES 2017-147), so the template says it.
- An extreme share tells of everybody in the group. Where fewer than ``minimum_numerator`` people, or all but fewer, are in the numerator,
  the figure is coded. A code that only these cells carried would tell that they are under the minimum, so *every* cell whose numerator
  lies in the code's range carries it. The range by group size is that of the federal EDFacts files: 20 % of the group up to 30 people, 10 %
  up to 60, 5 % up to 300, 1 % beyond (domain.md 5.2), and never less than ``minimum_numerator``. Where the bottom and the top range
  touch, every group of that size is hidden.
- Only shares of people are coded. A mean, an index or an amount of money is shown or hidden by its number of people. A count is a number
  of people itself.
- A value without its numerator counts as the numerator that it stands for, since whoever knows n works that out.
- A group whose size nobody knows is taken as too small; everybody's figure is shown. A figure that the source itself keeps back is not
  ours to hide; it is one unknown in every sum that it belongs to.
- A group of nobody is hidden like one of too few: were these told apart, a hidden group would be known to hold somebody. That nobody at
  all was counted is shown, and nothing is owed to a figure of nobody.
- A numerator that is larger than its denominator is no share of people (arrests per 1,000 residents); it goes by the people.

>>> rule = MaskRule(unit="percent")
>>> primary(Cell(group="", numerator=1, denominator=40), rule)
Primary(kind='coded', low=0, high=4)
>>> primary(Cell(group="sex=female", numerator=5, denominator=9), rule).kind
'hidden'
"""

from typing import Literal

import msgspec

from registry.domain.progress_rule import LEAST_PARTICIPATION
from registry.domain.value import Unit

Kind = Literal["open", "coded", "hidden"]
"""What is shown of a cell: the figure; n and a range of the numerator; nothing."""

EXTREME_BANDS = ((30, 20), (60, 10), (300, 5))
"""Up to so many people, the outermost so many percent of the group are coded: EDFacts 2014-15 (domain.md 5.2)."""
EXTREME_BEYOND = 1
"""The percent of a larger group."""


class MaskRule(msgspec.Struct, frozen=True, kw_only=True):
    """What a template says about hiding: its unit, and the minimum of people and of numerators (or their complements)."""

    unit: Unit
    minimum_n: int = 10
    minimum_numerator: int = 3
    per: float = 100


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One data point's true figures: ``group`` is its key, everybody the empty text; ``eligible`` are those who could be measured.

    One that is not ``published`` stands in no file: the total minus the other categories tells it (``disclosure_tables.implied``). One that
    is not ``stated`` is kept back by its source: its figures here are supposed (``disclosure_supposed.py``), and nothing is owed to it.
    """

    group: str
    value: float | None = None
    numerator: int | None = None
    denominator: int | None = None
    eligible: int | None = None
    published: bool = True
    stated: bool = True


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """The cells of one measure and period."""

    community: str
    variant: str
    period: str
    rule: MaskRule
    cells: tuple[Cell, ...]


class Primary(msgspec.Struct, frozen=True):
    """What a cell may show by itself; ``low`` and ``high`` are the range of the numerator that a coded cell carries."""

    kind: Kind
    low: int | None = None
    high: int | None = None


OPEN, HIDDEN = Primary("open"), Primary("hidden")


def people(cell: Cell, rule: MaskRule) -> int | None:
    """How many people stand behind a cell; null where nobody knows. A count without a denominator is its own number of people."""
    if cell.denominator is not None or rule.unit != "count" or cell.value is None:
        return cell.denominator
    return max(0, round(cell.value))


def counted(cell: Cell, rule: MaskRule) -> int | None:
    """How many of a cell's people are in its numerator; null where the figure is no share of them, or is not known."""
    if rule.unit not in {"percent", "rate"} or cell.denominator is None:
        return None
    if cell.numerator is not None:
        return cell.numerator if 0 <= cell.numerator <= cell.denominator else None
    share = None if cell.value is None else cell.value / rule.per
    return None if share is None or not 0 <= share <= 1 else round(share * cell.denominator)


def code_width(people: int, minimum_numerator: int) -> int:
    """The largest numerator of the bottom code of a group of so many people; the top code mirrors it."""
    percent = next((share for most, share in EXTREME_BANDS if people <= most), EXTREME_BEYOND)
    return max(people * percent // 100, minimum_numerator)


def code_of(numerator: int, people: int, minimum_numerator: int) -> Primary:
    """Open, or coded with the range that a numerator falls into; hidden where no numerator lies between the two ranges."""
    if minimum_numerator <= 0:
        return OPEN
    width = code_width(people, minimum_numerator)
    if 2 * width + 1 >= people:
        return HIDDEN
    if numerator <= width:
        return Primary("coded", 0, width)
    return Primary("coded", people - width, people) if numerator >= people - width else OPEN


def eligible_told(cell: Cell, rule: MaskRule) -> int | None:
    """What is said of how many could have been counted where that number may not be shown beside the people.

    Nothing where enough took part; else the smallest number that may be shown, so that the figure still is one of too few.

    >>> rule = MaskRule(unit="percent")
    >>> eligible_told(Cell(group="", denominator=99, eligible=100), rule), eligible_told(Cell(group="", denominator=90, eligible=98), rule)
    (None, 100)
    """
    if cell.eligible is None or cell.denominator is None:
        return None
    return None if 100 * cell.denominator >= LEAST_PARTICIPATION * cell.eligible else cell.denominator + rule.minimum_n


def primary(cell: Cell, rule: MaskRule) -> Primary:
    """What a cell may show by itself."""
    size = people(cell, rule)
    if size is None:
        return HIDDEN if cell.group and cell.value is not None else OPEN
    if size == 0 and not cell.group:
        return OPEN
    if size < rule.minimum_n or (cell.eligible is not None and cell.eligible < rule.minimum_n):
        return HIDDEN
    inside = counted(cell, rule)
    return OPEN if inside is None else code_of(inside, size, rule.minimum_numerator)
