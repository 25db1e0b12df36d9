"""How the cells of each role are read: counts as counts, the printed figure in the template's unit, errors without a unit of their own.

What a mapping says of a column wins over what it says of the file; both win over what needs no mapping
(``value.read_cell``).
"""

import re
from collections.abc import Callable

import msgspec

from registry.adapters.contract import Wanted
from registry.domain.mapping import Mapping, Role, Token
from registry.domain.period import Unreadable
from registry.domain.value import Cell, CellRules, Code

_GROUPED = (
    re.compile(r"(?<=[0-9])[ \u00a0\u202f\u2009](?=[0-9]{3}(?![0-9]))"),
    re.compile(r"(?<=[0-9])['\u2019](?=[0-9]{3}(?![0-9]))"),
)
"""A blank (also one that does not break a line) or an apostrophe between a digit and three more."""

COUNTS: frozenset[Role] = frozenset(("numerator", "denominator", "eligible"))
ERRORS: frozenset[Role] = frozenset(("standard_error", "margin_of_error"))
LIMITS: tuple[Role, Role] = ("lower_limit", "upper_limit")


def rules_of_cells(role: Role, own_codes: dict[str, Token], mapping: Mapping, wanted: Wanted) -> CellRules:
    """The rules for one column. ``own_codes`` are what the mapping says of that column alone."""
    codes = {token: code_of(meaning) for token, meaning in {**mapping.codes, **own_codes}.items()}
    if role in COUNTS:
        return CellRules(
            unit="count", decimal_comma=mapping.decimal_comma, zeros_shown=mapping.zeros_shown, codes=codes
        )
    if role in ERRORS or role in LIMITS:
        least = 0 if role in ERRORS else None
        return CellRules(unit="mean", decimal_comma=mapping.decimal_comma, low=least, codes=codes)
    low, high = wanted.bounds
    return CellRules(
        unit=wanted.unit,
        per=wanted.per,
        proportion=mapping.unit == "proportion",
        decimal_comma=mapping.decimal_comma,
        zeros_shown=mapping.zeros_shown,
        low=low,
        high=high,
        codes=codes,
    )


def ungrouped(read: Callable[[str], Cell | Unreadable], mapping: Mapping) -> Callable[[str], Cell | Unreadable]:
    """The same reader where a blank or an apostrophe groups thousands: ``1 234`` is 1,234. ``raw`` stays as it stood."""
    blank, apostrophe = _GROUPED
    mark = blank if mapping.thousands == " " else apostrophe
    usual = "." if mapping.decimal_comma else ","

    def reader(text: str) -> Cell | Unreadable:
        cell = read(mark.sub(usual, text))
        return msgspec.structs.replace(cell, raw=text) if isinstance(cell, Cell) else cell

    return reader


def reason_in(own_codes: dict[str, Token], mapping: Mapping) -> Callable[[str], Cell]:
    """The reader of a column of words: a text that has a code is a reason or sets the row aside, any other says nothing."""
    codes = {token: code_of(meaning) for token, meaning in {**mapping.codes, **own_codes}.items()}

    def reader(text: str) -> Cell:
        code = codes.get(text.strip(), Code())
        return Cell(raw=text, missing=code.missing, skip=code.skip)

    return reader


def code_of(meaning: Token) -> Code:
    """A mapping's word for what a text means as the code it stands for.

    >>> code_of("suppressed").missing
    'suppressed'
    """
    if isinstance(meaning, Code):
        return meaning
    return Code(skip=True) if meaning == "skip" else Code(missing=meaning)
