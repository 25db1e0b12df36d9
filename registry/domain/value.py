"""What a cell of a file says: an exact figure, one between bounds, the reason why there is none, or nothing readable.

A cell is classified before it is converted (user pain A28): ``<5`` is never the number 5, ``*`` never 0, and 0 never
missing. What nobody declared is not guessed but handed back as ``Unreadable``, with the way out. Figures are read,
compared and rounded in exact arithmetic: 0.452 of one is 45.2 percent, and no verdict hangs on a float's last digit.

Tests: ``tests/domain/test_value.py``, known answers in ``tests/vectors/cells*.json``.

>>> read_cell(" 45.2 % ", CellRules(unit="percent")).value
45.2
>>> read_cell("<5%", CellRules(unit="percent")).high
5.0
>>> read_cell("45,2", CellRules(unit="percent")).detail
"'45,2' has a comma where no thousands are grouped."
"""

import re
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor, inf, isfinite
from typing import Literal

import msgspec

from registry.domain.period import Unreadable, flattened, quoted
from registry.domain.printed import WAY_OUT, Printed, read_printed, why_unread

Unit = Literal["percent", "rate", "count", "mean", "currency", "index"]
Missing = Literal["suppressed", "not_available", "not_applicable", "not_tested", "not_yet_observed"]
Bounds = tuple[float | None, float | None]


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a mapping says a token means: a reason, bounds, a value, or that the row is set aside (``skip``)."""

    missing: Missing | None = None
    low: float | None = None
    high: float | None = None
    value: float | None = None
    skip: bool = False


class CellRules(msgspec.Struct, frozen=True):
    """How one column is read; ``per`` is a rate's base, ``proportion`` says that shares of 1 are printed.

    ``zeros_shown``: the publisher prints 0, so that a hidden small count is at least 1. ``low`` and ``high`` bound the
    indicator; where they are silent, a percent is 0 to 100, and a count or rate is 0 or more.
    """

    unit: Unit
    per: float = 100
    proportion: bool = False
    decimal_comma: bool = False
    zeros_shown: bool = False
    low: float | None = None
    high: float | None = None
    codes: dict[str, Code] = {}


class Cell(msgspec.Struct, frozen=True):
    """What one cell says, and its text as it stood (``raw``): a value, bounds, a reason, or ``skip``.

    Bounds are as printed, without rounding: None where there is no end, ``open`` where the printed end is not included.
    ``doubt`` is a warning for the person who loads.
    """

    raw: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    open: bool = False
    missing: Missing | None = None
    skip: bool = False
    doubt: str = ""


_ABSENT: dict[str, Missing] = {
    **dict.fromkeys(("*", "ps", "ds", "tfs", "s", "<", "‡"), "suppressed"),
    "†": "not_applicable",
    **dict.fromkeys(("", "na", "n/a", "null", ".", "-", "--"), "not_available"),
}
_DOUBTED = frozenset(("n/a", "null", ".", "-", "--"))
_TOO_FEW = re.compile(r"n ?(?:<|<=|≤) ?[0-9]+", re.IGNORECASE)
_SENTINEL = re.compile(r"-([1-9])\1{2,}")
_WRAPPED = re.compile(r'="([^"]*)"')
_ZERO_WIDTH = str.maketrans(dict.fromkeys("\u200b\u2060\ufeff", " "))
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:e[+-]?[0-9]{1,2})?")
_LARGEST = 10**15
"""A float holds every whole number up to here, and no indicator is larger."""
_CORRECT = "Correct it, or tell in the mapping what it means."


def read_cell(text: str, rules: CellRules) -> Cell | Unreadable:
    """What a cell of a column says. Never raises.

    In this order: the mapping's codes (matched on the trimmed text), the tokens of absence that need no mapping, exact
    figures, bounds, ranges. Percents are per 100, rates per ``rules.per``.
    """
    trimmed = _trimmed(text)
    code = rules.codes.get(trimmed, rules.codes.get(text))
    if code is not None:
        read = _coded(text, code, rules)
    else:
        plain = flattened(trimmed)
        printed = read_printed(plain, decimal_comma=rules.decimal_comma)
        absent = _absent(text, plain)
        if absent is not None:
            read = absent
        elif printed is not None:
            read = _measured(text, plain, printed, rules)
        else:
            read = why_unread(plain, decimal_comma=rules.decimal_comma)
    return read if isinstance(read, Cell) else Unreadable(f"{quoted(trimmed)} {read.detail}", read.hint)


def bounds_of(rules: CellRules) -> Bounds:
    """The column's bounds as declared, or else as the unit has them; None where there is no end."""
    low = 0.0 if rules.unit in {"percent", "rate", "count"} else None
    high = 100.0 if rules.unit == "percent" else None
    return low if rules.low is None else rules.low, high if rules.high is None else rules.high


def widened(
    cell_low: float | None,
    cell_high: float | None,
    *,
    rounding: float,
    open: bool,  # noqa: A002  # the design's word for a strict bound, and the name of the field
    bounds: Bounds,
) -> Bounds:
    """The bounds of what was rounded to a printed figure, range or bound: half a unit more at each printed end.

    An exact figure is passed as both ends. A strict bound ends half a unit beyond the last figure that can be printed
    inside it: ``LT50`` in whole percents ends at 49.5. An end that is not printed (None, or the bound itself) is the
    indicator's own, so a suppressed cell is the whole range; None where the indicator has none. Clamped to ``bounds``
    (those of ``bounds_of``), and exact until the result is a float.
    """
    least, most = _end(bounds[0]), _end(bounds[1])
    low, high = _end(cell_low), _end(cell_high)
    low_printed, high_printed = low not in {None, least}, high not in {None, most}
    unit = exactly(rounding)
    below = _outward(low, least, unit, sign=-1, strict=open and not high_printed)
    above = _outward(high, most, unit, sign=1, strict=open and not low_printed)
    return None if below is None else float(below), None if above is None else float(above)


def share(
    numerator: int, denominator: int, *, eligible: int | None = None, per: float = 100
) -> Fraction | Missing | Unreadable:
    """``per`` times numerator over denominator, exact; 0 of 0 has a reason, and no share is refused (pain A10)."""
    if numerator < 0 or denominator < 0 or numerator > denominator:
        detail = f"{numerator} of {denominator} is no share."
        return Unreadable(detail, "Check the two counts: the numerator is part of the denominator.")
    if denominator == 0:
        return "not_tested" if eligible else "not_applicable"
    return Fraction(numerator, denominator) * exactly(per)


def agrees(printed: float, numerator: int, denominator: int, *, rounding: float, per: float = 100) -> bool:
    """Whether a printed value is within half a unit of its counts' share, ends included; exact. No share has n of 0."""
    if denominator == 0:
        return False
    return abs(exactly(printed) - Fraction(numerator, denominator) * exactly(per)) <= exactly(rounding) / 2


def printed_rounding(raw: str, *, decimal_comma: bool = False) -> float:
    """The unit of the last digit printed: 0.1 for ``21.3``, 1 for ``45``; of a range the coarser; 0 without a number.

    Past 12 significant digits a computer printed its own noise, so no more are believed.
    """
    plain = raw.replace(".", "").replace(",", ".") if decimal_comma else raw.replace(",", "")
    numbers = [Decimal(number) for number in _NUMBER.findall(plain)]
    last = [(number.adjusted() - 11, int(number.as_tuple().exponent)) for number in numbers]
    exponents = [exponent if exponent >= 0 else min(0, max(believed, exponent)) for believed, exponent in last]
    return float(f"1e{max(exponents)}") if exponents else 0.0


def shown(value: float | Fraction, *, decimals: int = 1, against: float | Fraction | None = None) -> str:
    """The value as text, halves rounded away from zero.

    Printed beside ``against`` at as many decimals, it stands on the side on which it exactly is: 59.95 beside 60 is not
    60.0 (pain A12). ``ValueError`` for an infinity or no number.
    """
    exact = exactly(value)
    if against is not None and exactly(against) != exact:
        while _rounded(exact, decimals) == _rounded(exactly(against), decimals):
            decimals += 1
    whole, part = divmod(abs(_rounded(exact, decimals)), 10**decimals)
    sign = "-" if _rounded(exact, decimals) < 0 else ""
    return f"{sign}{whole}.{part:0{decimals}d}" if decimals else f"{sign}{whole}"


def figure(value: float | Fraction | None) -> float | None:
    """A figure as it leaves: 12 significant digits, no -0.0, None kept. ``ValueError`` for an infinity or no number."""
    if value is None:
        return None
    try:
        rounded = float(f"{float(value):.12g}")
    except OverflowError:
        rounded = inf
    if not isfinite(rounded):
        raise ValueError("An infinity or no number is not a figure.")
    return rounded + 0.0


def exactly(value: float | Fraction) -> Fraction:
    """The number that is printed for a float (0.1 is one tenth). ``ValueError`` for an infinity or no number."""
    return value if isinstance(value, Fraction) else Fraction(repr(value))


def _trimmed(text: str) -> str:
    """Without blanks at the ends, and without the wrapper that keeps a spreadsheet from eating zeros (``="0123"``)."""
    bare = text.translate(_ZERO_WIDTH).strip()
    wrapped = _WRAPPED.fullmatch(bare)
    return wrapped[1].strip() if wrapped else bare


def _coded(text: str, code: Code, rules: CellRules) -> Cell | Unreadable:
    if code.skip or code.missing:
        return Cell(raw=text, skip=code.skip, missing=None if code.skip else code.missing)
    low, high = bounds_of(rules)
    low, high = low if code.low is None else code.low, high if code.high is None else code.high
    stated = [number for number in (code.value, code.low, code.high) if number is not None]
    backwards = low is not None and high is not None and low > high
    if not stated or not all(map(isfinite, stated)) or backwards:
        hint = "Say there what it means: missing, a value, low and high, or skip."
        return Unreadable("is named in the mapping without a meaning.", hint)
    if code.value is not None:
        return Cell(raw=text, value=float(code.value))
    return Cell(raw=text, low=low, high=high)


def _absent(text: str, plain: str) -> Cell | None:
    token = plain.lower()
    missing = "suppressed" if _TOO_FEW.fullmatch(plain) else _ABSENT.get(token)
    doubt = f"{quoted(_trimmed(text))} is read as not available; say in the mapping if it means more."
    return Cell(raw=text, missing=missing, doubt=doubt if token in _DOUBTED else "") if missing else None


def _measured(text: str, plain: str, printed: Printed, rules: CellRules) -> Cell | Unreadable:
    """What a printed figure, bound or range says in a column of this unit."""
    fault = _fault_of_unit(plain, printed, rules.unit)
    scale = _scale(plain, rules)
    values = [number * scale for number in printed.numbers]
    faults = [fault, *(_outside(value, scale, rules) for value in values)]
    found = next((fault for fault in faults if fault), None)
    if found is not None:
        return found
    if len(values) > 1:
        return _range(text, values[0], values[1])
    if printed.operator in {"", "-"}:
        return Cell(raw=text, value=float(values[0]), doubt=_doubt(plain, values[0], printed, rules))
    return _bounded(text, printed.operator, values[0], rules)


def _fault_of_unit(plain: str, printed: Printed, unit: Unit) -> Unreadable | None:
    """Why what is printed cannot stand in a column of this unit."""
    for mark, name, home in (("%", "percent", "percent"), ("$", "dollar", "currency")):
        if mark in plain and unit != home:
            detail = f"has a {name} sign, and the unit of the column is {unit}."
            return Unreadable(detail, "Check the column and the template's unit.")
    if unit == "count" and any(part.strip("0") or len(part) > 2 for part in printed.decimals):
        return Unreadable("is not a whole number, and the column holds counts.", "Correct it, or check the column.")
    return (
        Unreadable("looks like a code, not a figure.", WAY_OUT)
        if _SENTINEL.fullmatch(str(printed.numbers[0]))
        else None
    )


def _scale(plain: str, rules: CellRules) -> Fraction:
    """By what a printed number is multiplied; a cell with a percent sign is a percent, whatever its column holds."""
    if not rules.proportion or "%" in plain:
        return Fraction(1)
    return exactly({"percent": 100, "rate": rules.per}.get(rules.unit, 1))


def _outside(value: Fraction, scale: Fraction, rules: CellRules) -> Unreadable | None:
    low, high = bounds_of(rules)
    column = "" if scale == 1 else " (the mapping says that the column holds shares of 1)"
    if low is not None and value < exactly(low):
        return Unreadable(f"is below {low:,.12g}{column}.", _CORRECT)
    if high is not None and value > exactly(high):
        return Unreadable(f"is above {high:,.12g}{column}.", _CORRECT)
    return Unreadable("is too large for a figure.", _CORRECT) if abs(value) > _LARGEST else None


def _doubt(plain: str, value: Fraction, printed: Printed, rules: CellRules) -> str:
    """Whether a small percent may be a share of 1 (pain A19): asked, never multiplied by a guess."""
    asked = rules.unit == "percent" and not rules.proportion and "%" not in plain and printed.decimals[0]
    if not asked or not 0 < value < 1:
        return ""
    return f"{quoted(plain)} stands in a column of percents: did you mean {float(value * 100):.12g} %?"


def _bounded(text: str, operator: str, value: Fraction, rules: CellRules) -> Cell | Unreadable:
    least, most = bounds_of(rules)
    low, high = _end(least), _end(most)
    strict = len(operator) == 1
    step = 1 if strict and rules.unit == "count" else 0
    if operator[0] == ">":
        low = value + step
    else:
        high = value - step
        low = max(low or Fraction(0), Fraction(1)) if rules.unit == "count" and rules.zeros_shown else low
    strict = strict and not step
    if low is not None and high is not None and (low > high or (strict and low == high)):
        return Unreadable("leaves no possible figure.", _CORRECT)
    ends = [None if end is None else float(end) for end in (low, high)]
    return Cell(raw=text, low=ends[0], high=ends[1], open=strict)


def _range(text: str, low: Fraction, high: Fraction) -> Cell | Unreadable:
    if low > high:
        return Unreadable("is a range that runs backwards.", "Write the smaller figure first.")
    return Cell(raw=text, low=float(low), high=float(high))


def _outward(
    end: Fraction | None, edge: Fraction | None, unit: Fraction, *, sign: int, strict: bool
) -> Fraction | None:
    """One end of what was rounded: below with ``sign`` -1, above with 1."""
    if end is None or end == edge:
        return edge
    last = (ceil(sign * end / unit) - 1) * unit if strict and unit else sign * end
    moved = last + unit / 2
    return sign * (moved if edge is None else min(moved, sign * edge))


def _end(number: float | None) -> Fraction | None:
    return None if number is None else exactly(number)


def _rounded(value: Fraction, decimals: int) -> int:
    """The value in units of its last decimal, halves away from zero."""
    size: int = floor(abs(value) * 10**decimals + Fraction(1, 2))
    return -size if value < 0 else size
