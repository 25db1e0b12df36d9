"""How a figure, a bound or a range stands in a cell, and what a text that is none of them looks like.

One mark groups thousands and another starts the decimals; which is which is declared, never guessed (user pain A39).
Digits are ASCII digits, and a blank inside a number is a fault. What the column's unit allows is ``value.py``'s to say.

Tests: ``tests/domain/test_value.py``.

>>> read_printed("<1,234.5", decimal_comma=False).numbers
(Fraction(2469, 2),)
"""

import re
from fractions import Fraction
from typing import Literal

import msgspec

from registry.domain.period import Unreadable

Operator = Literal["", "-", "<", ">", "<=", ">="]
WAY_OUT = "Leave it empty, or tell in the mapping what it means."


class Printed(msgspec.Struct, frozen=True):
    """What stands in a cell: a figure, a bound (by its ``operator``), or two ``numbers`` of a range.

    ``decimals`` are the digits printed behind each number's mark; they tell 1.000 from 1.
    """

    operator: Operator
    numbers: tuple[Fraction, ...]
    decimals: tuple[str, ...]


class _Grammar(msgspec.Struct, frozen=True):
    """The patterns of figures with one mark that groups thousands and one that starts the decimals."""

    exact: re.Pattern[str]
    bound: re.Pattern[str]
    span: re.Pattern[str]
    group: str
    point: str


def _grammar(group: str, point: str) -> _Grammar:
    number = rf"((?:[1-9][0-9]{{0,2}}(?:\{group}[0-9]{{3}})+|[0-9]+)(?:\{point}[0-9]+)?|\{point}[0-9]+)"
    figure = rf"\$? ?{number} ?%?"
    return _Grammar(
        exact=re.compile(rf"(-?) ?{figure}"),
        bound=re.compile(rf"(<=|>=|=<|=>|<|>|≤|≥|LE|LT|GE|GT) ?{figure}", re.IGNORECASE),
        span=re.compile(rf"{figure} ?- ?{figure}"),
        group=group,
        point=point,
    )


_POINT, _COMMA = _grammar(",", "."), _grammar(".", ",")
_LONGEST = 60
_OPERATORS: dict[str, Operator] = {
    "": "",
    "-": "-",
    **dict.fromkeys(("<", "LT"), "<"),
    **dict.fromkeys((">", "GT"), ">"),
    **dict.fromkeys(("<=", "=<", "≤", "LE"), "<="),
    **dict.fromkeys((">=", "=>", "≥", "GE"), ">="),
}
_DATE = r"[0-9]{1,2}-[a-z]{3}|[a-z]{3}-[0-9]{2}|[0-9]{4}-[0-9]{2}-[0-9]{2}.*|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}"
_NOTED = r"[<>≤≥$-]?[0-9][0-9.,]*%? ?(?:\*+|[†‡§¹²³^a-z]|[(\[][a-z0-9*]{1,2}[)\]])"
_LOOKS: tuple[tuple[str, str, str], ...] = (
    (r"#[A-Z][A-Z0-9/_]*[!?]?", "is a spreadsheet's error, not a figure.", f"Correct the formula. {WAY_OUT}"),
    (r"-?[0-9.]+e[+-]?[0-9]+", "is shortened: its last digits may be lost.", "Print the number in full."),
    (_NOTED, "has a note glued to the number.", "Take the note out, or tell in the mapping what the cell means."),
    (_DATE, "looks like a date.", "If a spreadsheet made it of a range such as 3-5, format the column as text."),
)


def read_printed(plain: str, *, decimal_comma: bool) -> Printed | None:
    """What a flattened text prints; None where it prints no figure, bound or range."""
    grammar = _COMMA if decimal_comma else _POINT
    if len(plain) > _LONGEST:
        return None
    operator: Operator = ""
    if found := grammar.exact.fullmatch(plain) or grammar.bound.fullmatch(plain):
        operator = _OPERATORS[found[1].upper()]
        numbers = [found[2]]
    elif found := grammar.span.fullmatch(plain):
        numbers = [found[1], found[2]]
    else:
        return None
    figures = [Fraction(number.replace(grammar.group, "").replace(grammar.point, ".")) for number in numbers]
    return Printed(
        operator=operator,
        numbers=tuple(-figure if operator == "-" else figure for figure in figures),
        decimals=tuple(number.partition(grammar.point)[2] for number in numbers),
    )


def why_unread(plain: str, *, decimal_comma: bool) -> Unreadable:
    """Why a flattened text prints no figure, as a person would say it; the detail goes on where the text ends."""
    for pattern, detail, hint in _LOOKS:
        if re.fullmatch(pattern, plain, re.IGNORECASE):
            return Unreadable(detail, hint)
    if re.fullmatch(r"[<>≤≥-]*\$?[0-9.,]+%?", plain):
        if decimal_comma and "." in plain:
            hint = "Correct it: the mapping says that a comma starts the decimals."
            return Unreadable("has a point where no thousands are grouped.", hint)
        if not decimal_comma and "," in plain:
            hint = "Correct it, or write decimal_comma = true in the mapping if the comma starts the decimals."
            return Unreadable("has a comma where no thousands are grouped.", hint)
    return Unreadable("is not a number.", WAY_OUT)
