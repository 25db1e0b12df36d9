"""Whether a limit in a schema moves outwards (what fitted still fits) or inwards: bounds of numbers, sizes, and the step of multiples.

Read by ``schema_change.py``. Tests: ``tests/domain/test_schema_change.py``.

>>> bound(("minimum", "exclusiveMinimum"), {"exclusiveMinimum": 0}, {"minimum": 0})
('minor', 'The numbers that are allowed were above 0 and are at least 0: more fits.')
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

from registry.domain.rule import number

Step = Literal["major", "minor", "patch"]
Moved = tuple[Step, str]
"""How large a step a moved limit is, and what was and is."""

AT_LEAST = frozenset({"minLength", "minItems", "minProperties"})
"""Smallest sizes, which narrow when they rise; left out, they are 0."""

AT_MOST = frozenset({"maxLength", "maxItems", "maxProperties"})
"""Largest sizes, which narrow when they fall."""

_LOWER, _UPPER = ("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")
ENDS: Mapping[str, tuple[str, str]] = {**dict.fromkeys(_LOWER, _LOWER), **dict.fromkeys(_UPPER, _UPPER)}
"""Bounds of numbers: the inclusive and the exclusive one of a side, of which the stricter holds."""

_MORE, _LESS = "more fits", "a measure that is registered may lie beyond"


def size(keyword: str, was: object, now: object) -> Moved:
    """A smallest or largest length or count; null where there is none."""
    least = keyword in AT_LEAST
    old, new = (number(limit) if limit is not None or not least else 0 for limit in (was, now))
    detail = f"{keyword} goes from {told(was)} to {told(now)}"
    if old == new:
        return "patch", f"{detail}: the same fits."
    if new is None or (old is not None and (new < old if least else new > old)):
        return "minor", f"{detail}: {_MORE}."
    return "major", f"{detail}: {_LESS}."


def bound(words: tuple[str, str], old: Mapping[str, object], new: Mapping[str, object]) -> Moved:
    """Where the numbers of one side end in two schemas; ``words`` are an entry of ``ENDS``."""
    was, now = _end(words, old), _end(words, new)
    detail = f"The numbers that are allowed were {_in_words(words, was)} and are {_in_words(words, now)}"
    if was == now:
        return "patch", f"{detail}: the same fits."
    if now is None or (was is not None and now < was):
        return "minor", f"{detail}: {_MORE}."
    return "major", f"{detail}: {_LESS}."


def multiple(old: Mapping[str, object], new: Mapping[str, object]) -> Moved:
    """Whether every multiple of the old step is one of the new, in decimals, as both are written: 0.3 is three times 0.1."""
    was, now = number(old.get("multipleOf")), number(new.get("multipleOf"))
    if now is None:
        return "minor", f"Figures need no longer be multiples of {told(was)}."
    if was is None or not now or (Fraction(str(was)) / Fraction(str(now))).denominator != 1:
        return (
            "major",
            f"Figures must be multiples of {told(now)} now: a measure that states another would no longer fit.",
        )
    return "minor", f"Figures may be multiples of {told(now)} now, not only of {told(was)}."


def told(value: object) -> str:
    """A value as a sentence shows it.

    >>> told([1.0, True, "fall", None])
    "[1, true, 'fall', nothing]"
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(told, value))}]"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.12g}" if isinstance(value, float) else repr(value)


def _end(words: tuple[str, str], schema: Mapping[str, object]) -> tuple[int | float, bool] | None:
    """The stricter bound, and whether it is exclusive; an upper one with its sign turned, so that the stricter is always the larger."""
    sign = 1 if words == _LOWER else -1
    given = [(number(schema.get(word)), word == words[1]) for word in words]
    return max(((sign * value, exclusive) for value, exclusive in given if value is not None), default=None)


def _in_words(words: tuple[str, str], end: tuple[int | float, bool] | None) -> str:
    if end is None:
        return "without end"
    inclusive, exclusive = ("at least", "above") if words == _LOWER else ("at most", "below")
    value = end[0] if words == _LOWER else 0 - end[0]
    return f"{exclusive if end[1] else inclusive} {told(value)}"
