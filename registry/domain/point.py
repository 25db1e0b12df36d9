"""What one data point of a series says exactly: its figure, the range it may lie in, and the share of people behind.

Nothing is rounded here: a decimal is read as it is printed, and a share is numerator over denominator. What this
reading decides, where a data point says more than one thing:

- counts win over the printed value (percent and rate), unless the point is a sample, whose counts are weighted;
- a value with ``low`` and ``high`` is a printed, rounded one: the value is its figure, the two ends are its range;
- a percent with one bound only lies between that and 0 or 100; for other units the other end stays open;
- a point that names a reason for its absence, or says nothing, is no point.

Twin: ``registry/sql/macros/reading.sql``.

>>> percent = Terms(unit="percent", direction="increase", meaningful_change=1.0)
>>> reading_of(Point(period="SY2018-19", numerator=1, denominator=3), percent).figure
Fraction(100, 3)
"""

from fractions import Fraction
from typing import Literal

import msgspec

from registry.domain.period import Period, period_of
from registry.domain.value import Unit

Direction = Literal["increase", "decrease"]


class Point(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One data point as progress reads it; ``low`` and ``high`` already hold half a unit of rounding."""

    period: str
    value: float | None = None
    numerator: int | None = None
    denominator: int | None = None
    low: float | None = None
    high: float | None = None
    standard_error: float | None = None
    eligible: int | None = None
    missing: str | None = None


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What a template says about judging progress; changes and ``maintain_within`` are in the indicator's own unit."""

    unit: Unit
    direction: Direction
    meaningful_change: float
    per: float = 100
    maintain_within: float | None = None
    has_cut: bool = True


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One data point, exactly: ``figure`` in the unit, its range, and the least and greatest share of ``people``."""

    period: Period
    figure: Fraction | None
    low: Fraction | None
    high: Fraction | None
    people: int | None
    share_low: Fraction | None
    share_high: Fraction | None
    standard_error: float | None
    eligible: int | None

    @property
    def bounded(self) -> bool:
        """Whether only a range is certain."""
        return self.low is None or self.low != self.high

    @property
    def share(self) -> Fraction | None:
        """The share of people, where it is known exactly and for all of them: not in a range, not in a sample."""
        return None if self.bounded or self.standard_error is not None else self.share_low


def sign_of(terms: Terms) -> int:
    """+1 where an increase is wanted, else -1."""
    return 1 if terms.direction == "increase" else -1


def meaningful(terms: Terms) -> Fraction:
    """The smallest change that counts."""
    return exact_text(terms.meaningful_change)


def within(terms: Terms) -> float:
    """Inside what change, either way, a series is maintained: five meaningful changes unless the template says."""
    return float(5 * meaningful(terms)) if terms.maintain_within is None else terms.maintain_within


def scale_of(terms: Terms) -> Fraction | None:
    """What a share of 1 amounts to in the unit: 100 percent, ``per`` for a rate; null for other units."""
    if terms.unit == "percent":
        return Fraction(100)
    return exact_text(terms.per) if terms.unit == "rate" else None


def exact_text(value: float) -> Fraction:
    """The number as it is printed: 0.1 is a tenth."""
    return Fraction(str(value))


def reading_of(point: Point | None, terms: Terms) -> Reading | None:
    """What the point says; null where it says nothing. Raises ``ValueError`` for a period that is no code."""
    if point is None or point.missing is not None:
        return None
    scale = scale_of(terms)
    counted = _counted(point, scale)
    figure = _figure(point, terms.unit) if counted is None else counted
    low, high = _range(point, terms.unit, figure, counted is not None)
    if figure is None and low is not None and low == high:
        figure = low
    if low is None and high is None:
        return None
    share_low, share_high = _shares(point.denominator, scale, low, high)
    return Reading(
        period=period_of(point.period),
        figure=figure,
        low=low,
        high=high,
        people=None if share_low is None else point.denominator,
        share_low=share_low,
        share_high=share_high,
        standard_error=point.standard_error,
        eligible=point.eligible,
    )


def _exact(value: float | None) -> Fraction | None:
    return None if value is None else exact_text(value)


def _counted(point: Point, scale: Fraction | None) -> Fraction | None:
    """The figure that counts give: scale times numerator over denominator."""
    printed_sample = point.standard_error is not None and point.value is not None
    if scale is None or point.numerator is None or not point.denominator or point.denominator < 0 or printed_sample:
        return None
    return scale * Fraction(point.numerator, point.denominator)


def _figure(point: Point, unit: str) -> Fraction | None:
    if point.value is None and unit == "count" and point.numerator is not None:
        return Fraction(point.numerator)
    return _exact(point.value)


def _range(point: Point, unit: str, figure: Fraction | None, counted: bool) -> tuple[Fraction | None, Fraction | None]:
    if counted or (point.low is None and point.high is None):
        return figure, figure
    floor, ceiling = (Fraction(0), Fraction(100)) if unit == "percent" else (None, None)
    low, high = _exact(point.low), _exact(point.high)
    return floor if low is None else low, ceiling if high is None else high


def _shares(
    people: int | None, scale: Fraction | None, low: Fraction | None, high: Fraction | None
) -> tuple[Fraction | None, Fraction | None]:
    """The share at each end, where the figure can be a share of its denominator at all: not 12 of 10."""
    if people is None or people <= 0 or scale is None or low is None or high is None or low > scale or high < 0:
        return None, None
    return max(Fraction(0), low / scale), min(Fraction(1), high / scale)


def hidden_range(
    missing: str | None, terms: Terms, low: float | None, high: float | None
) -> tuple[float | None, float | None]:
    """Between what a figure lies that its publisher hides: anything for a share of people; other points keep their ends.

    Twin: ``registry/sql/macros/hidden.sql``.

    >>> hidden_range("suppressed", Terms(unit="percent", direction="increase", meaningful_change=1.0), None, None)
    (0.0, 100.0)
    """
    scale = scale_of(terms)
    return (low, high) if missing != "suppressed" or scale is None else (0.0, float(scale))
