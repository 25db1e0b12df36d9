"""Cells that are more than text (numbers, percents, dates) as the text a person sees, without digits lost or made up.

A spreadsheet holds 45.3 % as 0.453 with a format and 0.3 as 0.29999999999999999; it shows 15 digits. What it made a date of
stays a question wherever no period stands (user pains A43, A45). Tests: ``tests/adapters/test_typed_cells.py``.

>>> number_text(0.30000000000000004), percent_text(0.153), number_text(1e-05)
('0.3', '15.3%', '0.00001')
>>> as_shown(150011, "0000000")
'0150011'
"""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from registry.adapters.tables.rows import Misread, Odd

DIGITS = 15
"""How many digits a spreadsheet keeps and shows of a number."""
LARGEST = 40
"""Numbers of more digits before or behind the point than any figure has are left as they were written."""
_ASIDE = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]')
"""What a number format prints as it stands, or says of colours and conditions."""


def number_text(number: float | Decimal, *, decimal_comma: bool = False) -> str:
    """A number in plain digits; a float as a spreadsheet shows it, a Decimal as it is. ``decimal_comma``: as the mapping has texts."""
    exact = number if isinstance(number, Decimal) else Decimal(f"{number:.{DIGITS}g}")
    plain = format(exact, "f") if exact.is_finite() and abs(exact.adjusted()) < LARGEST else str(number)
    return plain.replace(".", ",") if decimal_comma else plain


def percent_text(number: float, *, decimal_comma: bool = False) -> str:
    """A share that is shown as a percent: 0.153 is 15.3%."""
    shifted = Decimal(f"{number:.{DIGITS}g}").scaleb(2)
    whole = shifted.quantize(Decimal(1)) if shifted == shifted.to_integral_value() else shifted.normalize()
    return f"{number_text(whole, decimal_comma=decimal_comma)}%"


def as_shown(number: float, shown_as: str, *, decimal_comma: bool = False) -> str:
    """A number under a spreadsheet's number format: as a percent, with leading zeros, or as it is; never rounded by the format."""
    literal, bare = _format(shown_as)
    if "%" in bare:
        return percent_text(number, decimal_comma=decimal_comma)
    text = number_text(number, decimal_comma=decimal_comma)
    if re.fullmatch(r"0{2,}", bare) and text.isdigit():
        return text.zfill(len(bare))
    return f"{text}%" if "%" in literal else text


@lru_cache(maxsize=1024)
def shows_date(shown_as: str) -> bool:
    """Whether a number format prints a date or a time."""
    _, bare = _format(shown_as)
    return (
        bare.casefold() not in {"general", ""}
        and re.search(r"[dmyhs]", bare.replace("General", ""), re.IGNORECASE) is not None
    )


def date_text(serial: float, shown_as: str, *, since_1904: bool = False) -> str:
    """The day of a spreadsheet's date: a year or month alone where the format shows no more; the serial number where it is none."""
    start = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)  # noqa: DTZ001  # a day has no zone
    try:
        day = start + timedelta(days=serial)
    except OverflowError:
        return number_text(serial)
    _, bare = _format(shown_as)
    return day_text(day, has_month="m" in bare.casefold(), has_day="d" in bare.casefold())


def day_text(day: date, *, has_month: bool = True, has_day: bool = True) -> str:
    """A day as it is written here: ``2025-03-05``, or its month or year alone."""
    if has_day:
        return f"{day:%Y-%m-%d}"
    return f"{day:%Y-%m}" if has_month else f"{day:%Y}"


def odd_date(text: str) -> Odd | None:
    """The question that a date asks where no period stands; null for a year alone, which is as good as a number."""
    if len(text) <= len("2025"):
        return None
    detail = f"The cell holds a date ({text})."
    hint = "If a spreadsheet made it of a range such as 3-5, format the column as text and type it again."
    return Odd(Misread("cell-is-date", detail, hint), fits="period")


def odd_formula(formula: str, *, worked_out: bool) -> Odd:
    """The question that a formula asks: one nobody worked out, or one that may not be (its stored result is 0)."""
    hint = "Open the file in a spreadsheet, let it calculate, and save it; then load it."
    if worked_out:
        detail = "A formula's stored result is 0; a program that does not calculate writes that."
        return Odd(Misread("formula-nought", detail, hint), fits="all")
    return Odd(Misread("formula-unknown", f"The formula ={formula} has no stored result.", hint))


@lru_cache(maxsize=1024)
def _format(shown_as: str) -> tuple[str, str]:
    """What a format prints as it stands, and its signs, both of its part for positive numbers."""
    first = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', shown_as)[0]
    literal = "".join(found[1] or found[2] or "" for found in _ASIDE.finditer(first))
    return literal, _ASIDE.sub("", first).strip()
