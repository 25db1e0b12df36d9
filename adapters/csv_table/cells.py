"""How the cells of each role are read: counts as counts, the printed figure in the template's unit, errors without a unit of their own.

What a mapping says of a column wins over what it says of the file; both win over what needs no mapping
(``value.read_cell``).
"""

from registry.adapters.contract import Wanted
from registry.domain.mapping import Mapping, Role, Token
from registry.domain.value import CellRules, Code

COUNTS: frozenset[Role] = frozenset(("numerator", "denominator", "eligible"))
ERRORS: frozenset[Role] = frozenset(("standard_error", "margin_of_error"))


def rules_of_cells(role: Role, own_codes: dict[str, Token], mapping: Mapping, wanted: Wanted) -> CellRules:
    """The rules for one column. ``own_codes`` are what the mapping says of that column alone."""
    codes = {token: code_of(meaning) for token, meaning in {**mapping.codes, **own_codes}.items()}
    if role in COUNTS:
        return CellRules(
            unit="count", decimal_comma=mapping.decimal_comma, zeros_shown=mapping.zeros_shown, codes=codes
        )
    if role in ERRORS:
        return CellRules(unit="mean", decimal_comma=mapping.decimal_comma, low=0, codes=codes)
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


def code_of(meaning: Token) -> Code:
    """A mapping's word for what a text means as the code it stands for.

    >>> code_of("suppressed").missing
    'suppressed'
    """
    if isinstance(meaning, Code):
        return meaning
    return Code(skip=True) if meaning == "skip" else Code(missing=meaning)
