"""What the cells of one record say together: an exact value, bounds, or the reason why there is none.

Counts come first: where both are exact the value is their share, and the printed value only checks it. Then the
printed value, then bounds, then a hidden numerator over a known denominator. What is hidden stays hidden: nothing
here becomes zero (bug log B01 to B06). A known denominator is kept whatever becomes of the value.
"""

from collections.abc import Mapping as Dictionary
from fractions import Fraction
from functools import lru_cache

import msgspec

from registry.adapters.contract import Wanted
from registry.adapters.tables.cells import LIMITS, rules_of_cells
from registry.adapters.tables.rows import Misread
from registry.domain.mapping import Mapping, Role
from registry.domain.period import Unreadable, quoted
from registry.domain.value import (
    Bounds,
    Cell,
    Missing,
    Unit,
    agrees,
    bounds_of,
    exactly,
    printed_rounding,
    share,
    shown,
    widened,
)

Z = {90: 1.644854, 95: 1.959964, 99: 2.575829}
"""Half-widths of normal intervals in standard errors: 90 % is what the American Community Survey publishes."""

NOBODY: Cell = Cell(raw="", missing="not_available")
"""What a column that the mapping does not name says."""


class Terms(msgspec.Struct, frozen=True):
    """How figures combine: the template's unit and base, its range, how the file rounds, and in what its errors are given.

    ``scale`` turns a printed figure into the template's unit (100 for proportions of a percent). ``rounding`` is in
    that unit.
    """

    unit: Unit
    per: float
    bounds: Bounds
    scale: float
    rounding: float | None
    decimal_comma: bool
    z: float


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one data point (see ``Observation``)."""

    value: float | None = None
    numerator: int | None = None
    denominator: int | None = None
    low: float | None = None
    high: float | None = None
    open: bool = False
    missing: Missing | None = None


class Clash(msgspec.Struct, frozen=True):
    """Cells that contradict each other: the role of the cell to look at first, and why."""

    role: Role
    why: Misread


def terms_of(mapping: Mapping, wanted: Wanted) -> Terms:
    """How the figures of one mapping combine under one template."""
    scale = {"percent": 100.0, "rate": wanted.per}.get(wanted.unit, 1.0) if mapping.unit == "proportion" else 1.0
    return Terms(
        unit=wanted.unit,
        per=wanted.per,
        bounds=bounds_of(rules_of_cells("value", {}, mapping, wanted)),
        scale=scale,
        rounding=None if mapping.rounding is None else float(exactly(mapping.rounding) * exactly(scale)),
        decimal_comma=mapping.decimal_comma,
        z=Z[mapping.margin_confidence],
    )


def combined(cells: Dictionary[Role, Cell], terms: Terms) -> Figures | Clash:
    """The figures that a record's cells make, or the contradiction between them."""
    found = _clash_of_limits(cells, terms) or _figures(cells, terms)
    told = cells.get("reason")
    if told is None or told.missing is None or isinstance(found, Clash):
        return found
    return _clash_of_reason(told, found)


def _figures(cells: Dictionary[Role, Cell], terms: Terms) -> Figures | Clash:
    value, top, bottom = (cells.get(role, NOBODY) for role in ("value", "numerator", "denominator"))
    numerator, denominator = count_of(top), count_of(bottom)
    is_share = terms.unit in {"percent", "rate"}
    if is_share and numerator is not None and denominator is not None:
        return _from_counts(numerator, denominator, count_of(cells.get("eligible", NOBODY)), value, terms)
    if is_share and denominator == 0:
        return _of_nobody(value, top, cells)
    ends = (cells.get("low", NOBODY).value, cells.get("high", NOBODY).value)
    if ends != (None, None) and not _bounded(value):
        return _from_ends(value.value, ends, denominator, terms)
    if value.value is not None:
        return _from_value(value.value, denominator, terms)
    if _bounded(value):
        low, high = _widened(value.low, value.high, value.open, terms)
        return Figures(low=low, high=high, open=value.open, denominator=denominator)
    if is_share and denominator is not None and _bounded(top):
        return _from_bounded_count(top, denominator, terms)
    hidden = [cells[role] for role in ("low", "high", "reason") if role in cells]
    return Figures(missing=reason((value, top, bottom, *hidden)), denominator=denominator)


def count_of(cell: Cell) -> int | None:
    """An exact count; null where the cell holds none."""
    return None if cell.value is None else int(cell.value)


def error_of(cells: Dictionary[Role, Cell], terms: Terms) -> float | None:
    """The standard error in the template's unit: as given, else the margin of error, or half the width of a confidence

    interval, over the quantile of its confidence.
    """
    given, margin = cells.get("standard_error", NOBODY).value, cells.get("margin_of_error", NOBODY).value
    if given is not None:
        return given * terms.scale
    if margin is not None:
        return margin * terms.scale / terms.z
    lower, upper = _limits(cells)
    return None if lower is None or upper is None else float(upper - lower) * terms.scale / (2 * terms.z)


def reason(cells: tuple[Cell, ...]) -> Missing:
    """Why there is no value: hidden before anything else (a count shown as a range is hidden too), else the first reason given."""
    if any(cell.missing == "suppressed" or _bounded(cell) for cell in cells):
        return "suppressed"
    stated = [cell.missing for cell in cells if cell.missing is not None]
    return next((missing for missing in stated if missing != "not_available"), "not_available")


def _limits(cells: Dictionary[Role, Cell]) -> tuple[Fraction | None, Fraction | None]:
    """The ends of a confidence interval as printed."""
    lower, upper = (cells.get(role, NOBODY).value for role in LIMITS)
    return None if lower is None else exactly(lower), None if upper is None else exactly(upper)


def _clash_of_limits(cells: Dictionary[Role, Cell], terms: Terms) -> Clash | None:
    """Whether the ends of a confidence interval stand the wrong way round, or beside their own value."""
    lower, upper = _limits(cells)
    if lower is not None and upper is not None and lower > upper:
        detail = f"The lower limit {shown(lower)} is above the upper limit {shown(upper)}."
        return Clash("lower_limit", Misread("bounds-disagree", detail, "Swap the two cells or columns."))
    value = cells.get("value", NOBODY).value
    scale = exactly(terms.scale)
    ends = [None if end is None else float(end * scale) for end in (lower, upper)]
    if value is None or _fits(exactly(value), (ends[0], ends[1])):
        return None
    detail = f"The value {value:,.12g} lies outside its confidence interval."
    return Clash("value", Misread("bounds-disagree", detail, "Correct the value or its limits."))


def _clash_of_reason(told: Cell, found: Figures) -> Figures | Clash:
    """What a row says that gives a reason for having no figure: nothing else, or it contradicts itself."""
    if found.missing is not None:
        return found
    detail = f"The row says {quoted(told.raw.strip())} and prints a figure."
    hint = "Clear the figure or the words; if the words mean something else, correct column_codes."
    return Clash("reason", Misread("reason-beside-figure", detail, hint))


def _bounded(cell: Cell) -> bool:
    return cell.value is None and (cell.low is not None or cell.high is not None)


def _from_counts(
    numerator: int, denominator: int, eligible: int | None, printed: Cell, terms: Terms
) -> Figures | Clash:
    if denominator == 0 or terms.unit == "percent":
        checked = share(numerator, denominator, eligible=eligible, per=terms.per)
        if isinstance(checked, Unreadable):
            return Clash("numerator", Misread("counts-impossible", checked.detail, checked.hint))
        if not isinstance(checked, Fraction):
            clash = _disagreement(printed, "a share of 0 people") if printed.value else None
            return clash or Figures(missing=checked, numerator=numerator, denominator=denominator)
    exact = Fraction(numerator, denominator) * exactly(terms.per)
    if not _fits(exact, terms.bounds):
        detail = f"{numerator} of {denominator} is {shown(exact)}, out of the indicator's range."
        return Clash(
            "numerator", Misread("value-out-of-bounds", detail, "Check the two counts and the template's unit.")
        )
    if not _confirmed(exact, numerator, denominator, printed, terms):
        return _disagreement(
            printed, f"{numerator} of {denominator}, which is {shown(exact, decimals=2, against=printed.value)}"
        )
    return Figures(value=float(exact), numerator=numerator, denominator=denominator)


def _confirmed(exact: Fraction, numerator: int, denominator: int, printed: Cell, terms: Terms) -> bool:
    """Whether the printed value, if there is one, is the counts' share within its rounding."""
    if printed.value is not None:
        own = float(exactly(printed_rounding(printed.raw, decimal_comma=terms.decimal_comma)) * exactly(terms.scale))
        return agrees(printed.value, numerator, denominator, rounding=terms.rounding or own, per=terms.per)
    if not _bounded(printed):
        return True
    ends = _widened(printed.low, printed.high, printed.open, terms)
    return _fits(exact, ends)


def _disagreement(printed: Cell, counts: str) -> Clash:
    hint = "Correct the value or the counts; if the file rounds more coarsely than it prints, say so: rounding = 1."
    return Clash("value", Misread("counts-disagree", f"The printed value {printed.raw.strip()} is not {counts}.", hint))


def _of_nobody(value: Cell, top: Cell, cells: Dictionary[Role, Cell]) -> Figures | Clash:
    """No numerator and a denominator of 0: no share can be, so a printed figure other than 0 contradicts it."""
    if value.value or (value.low or 0) > 0 or (top.low or 0) > 0:
        detail = f"The value {value.raw.strip() or top.raw.strip()} speaks of 0 people."
        return Clash(
            "value" if "value" in cells else "numerator",
            Misread("counts-impossible", detail, "Correct the value or the denominator."),
        )
    if reason((value, top)) == "suppressed":
        return Figures(missing="suppressed", denominator=0)
    nobody = share(0, 0, eligible=count_of(cells.get("eligible", NOBODY)))
    return Figures(missing="not_tested" if nobody == "not_tested" else "not_applicable", denominator=0)


def _from_value(value: float, denominator: int | None, terms: Terms) -> Figures:
    if terms.rounding is None:
        return Figures(value=value, denominator=denominator)
    low, high = _widened(value, value, False, terms)
    return Figures(value=value, low=low, high=high, denominator=denominator)


def _from_ends(value: float | None, ends: Bounds, denominator: int | None, terms: Terms) -> Figures | Clash:
    """Bounds that stand in columns of their own, with or without a value between them."""
    first, last = ends
    if first is not None and last is not None and first > last:
        detail = f"The lower bound {first:,.12g} is above the upper bound {last:,.12g}."
        return Clash("low", Misread("bounds-disagree", detail, "Swap the two cells or columns."))
    if value is not None and not _fits(exactly(value), ends):
        detail = f"The value {value:,.12g} lies outside its bounds."
        return Clash("value", Misread("bounds-disagree", detail, "Correct the value or its bounds."))
    low, high = _widened(first, last, False, terms)
    return Figures(value=value, low=low, high=high, denominator=denominator)


def _from_bounded_count(top: Cell, denominator: int, terms: Terms) -> Figures | Clash:
    least, most = int(top.low or 0), denominator if top.high is None else min(int(top.high), denominator)
    if least > most:
        return Clash(
            "numerator",
            Misread("counts-impossible", f"{top.raw.strip()} of {denominator} is no share.", "Check the two counts."),
        )
    low, high = (float(Fraction(count, denominator) * exactly(terms.per)) for count in (least, most))
    return Figures(low=low, high=high, denominator=denominator)


def _fits(value: Fraction, bounds: Bounds) -> bool:
    low, high = bounds
    return (low is None or value >= exactly(low)) and (high is None or value <= exactly(high))


@lru_cache(maxsize=4096)
def _widened(low: float | None, high: float | None, strict: bool, terms: Terms) -> Bounds:
    """What was printed, half a unit of rounding wider. The same few ranges stand in most rows of a blurred file."""
    return widened(low, high, rounding=terms.rounding or 0, open=strict, bounds=terms.bounds)
