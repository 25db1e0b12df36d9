"""Which way a plain sentence wants its figure to go: up or down, by its verb or its comparison.

The first word that says a way decides: "Raise graduation by cutting chronic absence" wants more. "Improve" means more, or less of
what nobody wants ("improve infant mortality"). Where no word says a way there is none. Tests: ``tests/domain/test_sentence.py``.

>>> direction("cut chronic absence"), direction("improve infant mortality"), direction("third graders will read")
('decrease', 'decrease', None)
"""

import re
from typing import Literal

from registry.domain.sentence_numbers import any_of, listed

Way = Literal["increase", "decrease"]

_RAISING = listed(
    "increase increases increased increasing raise raises raised raising boost boosts boosting grow grows "
    "growing lift lifts lifting expand expands expanding rise rises rising climb climbs strengthen strengthens "
    "double(?!-digit) doubles doubling triple triples tripling quadruple quadruples"
)
_LOWERING = (
    r"cut(?! scores?\b)",
    r"drop(?![ -]out)",
    r"lower(?!-income| (?:income|elementary|secondary|grades)\b)",
    *listed(
        "reduce reduces reduced reducing decrease decreases decreasing cuts cutting lowers lowering shrink "
        "shrinks shrinking narrow narrows narrowing slash slashes fall falls falling drops dropping decline "
        "declines declining lessen curb curbs minimize minimise eliminate eliminates eliminating eradicate "
        "prevent prevents halve halves halving reduction"
    ),
)
_UNWANTED = listed(
    "unemployment absence absences absenteeism absent dropout dropouts mortality deaths poverty gap gaps "
    "disparity disparities crime violence homelessness homeless hunger insecurity suspension suspensions "
    "expulsion expulsions eviction evictions disconnection disconnected arrests recidivism obesity overdose "
    "overdoses injuries abuse neglect maltreatment truancy unemployed uninsured debt preterm bullying "
    "incarceration disproportionality inequity inequities"
)
"""Conditions of which less is wanted."""

_SEASON = r"(?<!the )(?<!in )(?<!each )(?<!every )(?<!this )"
_MORE: tuple[str, ...] = (
    rf"\b{any_of(_RAISING)}\b",
    r"\b(?:up|rising) +(?:from|to)\b",
    r"\b(?:bring|drive)(?:ing)? +(?:[a-z' -]{1,80}? )?up\b",
    r"\b(?:twice|three times|four times) +(?:as|the)\b",
    r"#+ +(?:more|additional|extra|higher|greater)\b",
    r"\b(?:additional|another|an extra) +#",
    r"(?<!or )\bmore +(?!than\b|or\b)[a-z]",
)
_LESS: tuple[str, ...] = (
    rf"\b{_SEASON}{any_of(_LOWERING)}\b",
    r"\bdown +(?:from|to)\b",
    r"\b(?:bring|drive|get)(?:ing)? +(?:[a-z' -]{1,80}? )?down\b",
    r"\bhalf +(?:as +(?:many|much)|the +(?:number|rate|share|level)|(?:of +)?(?:what|today's|its|the +current))\b",
    r"\bclos(?:e|es|ing) +(?:[a-z'-]+ +){0,6}?gaps?\b",
    r"(?:^ *|\bto |\band )end(?:ing)? +(?!of\b)",
    r"#+ +(?:fewer|less|lower)\b",
    r"(?<!or )\bfewer +(?!than\b)[a-z]",
)
_BETTER = re.compile(r"\bimprov(?:e|es|ed|ing|ement|ements)\b")
_NOT_WANTED = re.compile(rf"\b{any_of(_UNWANTED)}\b")
_AT_LEAST = re.compile(
    r"\b(?:at least|no fewer than|no less than|a minimum of|more than|higher than|above|over|exceed(?:s|ing)?|"
    r"surpass) +#|#+ +or +(?:more|higher|better|above)\b"
)
_AT_MOST = re.compile(
    r"\b(?:no more than|at most|fewer than|less than|lower than|under|below|a maximum of) +#|#+ +or +(?:fewer|less|"
    r"lower|below)\b"
)
_WAYS: tuple[tuple[re.Pattern[str], Way], ...] = (
    *((re.compile(pattern), "increase") for pattern in _MORE),
    *((re.compile(pattern), "decrease") for pattern in _LESS),
)
_WILL = re.compile(r"\b(?:will|shall|should) +")
_VERB = re.compile(
    rf"\b(?:(?:bring|drive)(?:ing)? +(?:up|down)|{any_of(_RAISING)}|{_SEASON}{any_of(_LOWERING)}|improv(?:e|es|ing)|"
    rf"clos(?:e|es|ing)|bring(?:ing)?|end)\b"
    rf" *(?:(?:the|a|an|our|its)\b *)?"
)
_ABOUT = "(?: +(?:at|least|about|no|more|than|fewer|less|functional|under|nearly|an?|additional|below|above))*"
_STOP = re.compile(
    r" +(?:from|above|below|under|through|via|using|so that|up from|down from|down|until)\b| +by [a-z]+ing\b"
    rf"| +(?:by|to|at|in|within|over){_ABOUT} *(?:#|half\b|$| {{2,}})"
    r"| {2,}|[;:#(]|,(?![0-9])"
)
_NO_CONDITION = re.compile(r"(?:in|of|at|for|and|by|to|with|from|through|via|above|below|under|over)\b")
_NOTHING_MORE = re.compile(
    r" *(?:(?:be|exceed|reach|surpass|hit|become|stay|remain) +)?(?:at|above|below|under|over|no more than|at least|"
    r"less than|more than|half\b|#|$|by\b|from\b)"
)


def direction(shape: str) -> Way | None:
    """The way that the first verb or comparison says; ``shape`` is lower case, with ``#`` in the place of every figure."""
    found = [(match.start(), way) for pattern, way in _WAYS if (match := pattern.search(shape)) is not None]
    better = _BETTER.search(shape)
    if better is not None:
        found.append((better.start(), "decrease" if _NOT_WANTED.search(shape) else "increase"))
    return min(found)[1] if found else None


def direction_of_bound(shape: str) -> Way | None:
    """The way that "at least #" or "no more than #" says, for a sentence whose verbs say none."""
    if _AT_LEAST.search(shape):
        return "increase"
    return "decrease" if _AT_MOST.search(shape) else None


def condition(shape: str, after: int) -> tuple[int, int] | None:
    """Where the condition stands that is to change: behind "will", or behind the verb, or behind the people (``after``).

    Where "will" is followed by a figure only ("chronic absence will be below 40%"), it is what stands before it.
    """
    will, verb = _WILL.search(shape), _VERB.search(shape)
    start = will.end() if will is not None else verb.end() if verb is not None else after
    if will is not None and verb is not None and verb.start() == will.end():
        start = verb.end()
    if will is not None and _NOTHING_MORE.match(shape, start):
        before = shape[: will.start()]
        start = max(
            (before.rfind(end) + len(end) for end in ("  ", ", ", "; ", ". ", "# of ") if end in before), default=0
        )
        shape = before
    start += len(shape[start:]) - len(shape[start:].lstrip())
    stop = _STOP.search(shape, start)
    end = start + len(shape[start : stop.start() if stop else len(shape)].rstrip())
    return (start, end) if start < end and (after or will or verb) and not _NO_CONDITION.match(shape, start) else None
