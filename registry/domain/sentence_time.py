"""By when a plain sentence promises its result, and which of its years is the baseline's.

A deadline is a year with a word that makes it one ("by 2030", "by the class of 2028") or a span ("over ten years", "within a decade").
A school year or a class counts as the year in which it ends. "By the end of the decade" is no year: which decade depends on the day
of reading, and a promise is read for a long time. Students who "graduate within four years" are measured so; that is no deadline.
Tests: ``tests/domain/test_sentence.py``.

>>> read = read_time("cut it from 2019 levels within 4 years")
>>> read.span_years, [(mention.year, mention.role) for mention in read.mentions]
(4.0, [(2019, 'baseline')])
"""

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from registry.domain.sentence_numbers import NUMBER, Span, any_of, number_of, without
from registry.domain.sentence_people import PEOPLE

YearRole = Literal["deadline", "baseline", "unsaid"]


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    """One year that the sentence names; ``unsaid`` where no word beside it tells whether it is the deadline's or the baseline's."""

    start: int
    end: int
    year: int
    role: YearRole
    written: str


class TimeRead(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about time: the years, a span in years, what was too vague to read, and where all of it stands."""

    mentions: tuple[Mention, ...]
    span_years: float | None
    vague: tuple[str, ...]
    taken: tuple[Span, ...]


_YEAR = r"(?:19|20)[0-9]{2}"
_MONTH = any_of(
    [
        *("jan", "january", "feb", "february", "mar", "march", "apr", "april", "may", "jun", "june", "jul", "july"),
        *("aug", "august", "sep", "sept", "september", "oct", "october", "nov", "november", "dec", "december"),
    ]
)
_SEASON = "(?:spring|summer|fall|autumn|winter)(?: of)?"
_DAY = rf"(?:{_MONTH}\.?(?: [0-9]{{1,2}}(?:st|nd|rd|th)?,?)?|[0-9]{{1,2}}/(?:[0-9]{{1,2}}/)?|{_SEASON})"
_CLASS = "(?:high school |graduating |senior |freshman |entering |college )?(?:class|cohort)(?:es)? of"
_NAMED = f"(?:(?:calendar|school|academic|fiscal|program)[ -]year|{_CLASS}|year|early|mid|late|[sfac]y)"
_LEAD = f"(?:(?:the )?(?:end|start|beginning|close|middle) of )?(?:the (?:time the )?)?(?:{_NAMED}[ -]?)?(?:{_DAY} ?)?"
"""What may stand between "by" and the year."""

_SECOND = rf"(?: ?[-/] ?(?P<second>{_YEAR}|[0-9]{{2}})(?!-[0-9]))?"
_PERIOD = rf"(?P<year>{_YEAR}){_SECOND}(?:-[0-9]{{2}}-[0-9]{{2}})?(?![0-9%$]|[.,/-][0-9])"
_TAIL = r"(?: (?:(?:school|academic|fiscal|calendar) year|cohort))?"
_COUNTED = f"(?:{PEOPLE}|percent|points?|schools|homes|jobs|units|meals|hours|seats|slots|books)"
_NO_YEAR = rf"(?! (?:more |additional |new )?{_COUNTED}\b)"
_DEADLINE = (
    r"(?P<deadline>by(?: or before)?|before|until|till|no later than|not later than|on or before|prior to|through)"
)
_BASELINE = r"(?P<baseline>since|as of|compared (?:with|to)|relative to|(?:starting|beginning) in|versus|vs\.?|below|above|than(?: in)?)"
_OTHER = "(?P<other>in|during|for|on|around)"
_LOOSE = "(?P<loose>of|at|from)"
"""These stand before a count as well: "of 2000 children"."""

_LEVELS = r"(?P<levels> (?:baseline|levels?|rates?|figures?|values?|benchmark)\b)"
_MENTION = re.compile(
    rf"(?<![a-z0-9.,$])(?:{_DEADLINE} |{_BASELINE} |{_OTHER} |{_LOOSE} )?(?P<lead>{_LEAD}){_PERIOD}{_TAIL}{_NO_YEAR}{_LEVELS}?"
)
_PAIR = re.compile(
    rf"\b(?:from|between) (?:{_LEAD})(?P<first>{_YEAR}) (?:to|and|until|through) "
    rf"(?:{_LEAD})(?P<second>{_YEAR})(?![0-9%]|[.,/-][0-9]){_NO_YEAR}"
)
_FILL = (
    r"(?:(?:the|an?|its|our|next|coming|following|first|course of the|course of|about|around|just|only|period of|span "
    r"of|space of|"
    r"less than|no more than|at most) ){0,5}"
)
_UNIT = r"(?P<unit>years?|yrs?|months?|decades?)"
_SPAN = re.compile(
    rf"\b(?:in|over|within|during|inside|for(?= the (?:next|coming|following)))(?: of)? "
    rf"{_FILL}(?:(?P<number>{NUMBER})[ -](?:short )?(?:school |calendar |academic |fiscal )?)?"
    rf"{_UNIT}(?:'s?)?(?: time| period| span| window)?(?![a-z])(?! (?:olds?|of age))"
)
_FROM_NOW = re.compile(rf"\b(?P<number>{NUMBER}) {_UNIT} from (?:now|today)\b")
_HISTORY = re.compile(
    rf"\b(?:in|over|within|during|for) (?:the |these )?(?:past|last|previous)(?: {NUMBER})? (?:years?|decades?|"
    rf"months?)\b"
)
_VAGUE = re.compile(
    rf"\b(?:in|over|within) (?:the next )?{NUMBER}(?: to | or | ?- ?){NUMBER} years\b|"
    r"\b(?:by|before|until|within|in|over|during) (?:(?:the )?end of (?:the|this) (?:decade|century|year|school year)|"
    r"(?:this|the) decade(?:'s end)?|"
    r"decade's end|next (?:school )?year|(?:the )?(?:coming|next few|next several|following) years|the near future|"
    r"the (?:short|long) (?:run|term))\b"
    r"|\b(?:soon|as soon as possible|eventually|in due course|over time)\b"
)
_MEASURED = re.compile(
    r"\b(?:graduat(?:e|es|ing)|complet(?:e|es|ing)|finish(?:es|ing)?|earn(?:s|ing)?|obtain(?:s|ing)?|attain(?:s|ing)?|"
    r"enroll?(?:s|ing)?|"
    r"persist(?:s|ing)?|return(?:s|ing)?)\b[^,;.#%0-9]{0,45}$"
)
_MEASURED_AFTER = re.compile(
    r" of (?:(?:high school|college|first|on-time|their) ){0,2}(?:graduat|enroll?|start|enter|birth|complet|leaving|"
    r"exit)"
)
_LOOK_BACK = 70


def read_time(text: str) -> TimeRead:
    """Read the years and spans of a lower-case text."""
    history = [found.span() for found in _HISTORY.finditer(text)]
    vague = list(_VAGUE.finditer(without(text, history)))
    free = without(text, [*history, *(found.span() for found in vague)])
    mentions = tuple(_mentions(free))
    free = without(free, [(mention.start, mention.end) for mention in mentions])
    spans = [*_SPAN.finditer(free), *_FROM_NOW.finditer(free)]
    measured = [found for found in spans if _is_measured(free, found)]
    promised = [found for found in spans if found not in measured]
    taken = [
        *history,
        *(found.span() for found in (*vague, *spans)),
        *((mention.start, mention.end) for mention in mentions),
    ]
    dated = bool(promised) or any(mention.role != "baseline" for mention in mentions)
    return TimeRead(
        mentions=mentions,
        span_years=_years(promised[0]) if promised else None,
        vague=tuple(found[0] for found in (*vague, *promised[1:], *(() if dated else measured))),
        taken=tuple(sorted(taken)),
    )


def _mentions(text: str) -> Iterator[Mention]:
    pair = _PAIR.search(text)
    if pair is not None and not any(found["deadline"] for found in _MENTION.finditer(without(text, [pair.span()]))):
        middle = pair.end("first")
        yield _mention(pair[0][: middle - pair.start()], (pair.start(), middle), int(pair["first"]), "baseline")
        yield _mention(pair[0][middle - pair.start() :], (middle, pair.end()), int(pair["second"]), "deadline")
        text = without(text, [pair.span()])
    for found in _MENTION.finditer(text):
        year = _ending(found["year"], found["second"])
        if year is not None and _is_a_year(found):
            start = found.start("lead") if found["loose"] == "from" else found.start()
            yield _mention(found.string[start : found.end()], (start, found.end()), year, _role(found))


def _mention(written: str, span: Span, year: int, role: YearRole) -> Mention:
    return Mention(start=span[0], end=span[1], year=year, role=role, written=written.strip())


def _ending(year: str, second: str | None) -> int | None:
    """The year in which ``2018-19`` or ``2015-2019`` ends; null where the second is no later year of the next ten."""
    if second is None:
        return int(year)
    end = int(second) if len(second) == 4 else int(year[:2] + second) + 100 * (second < year[2:])
    return end if 1 <= end - int(year) <= 10 else None


def _is_a_year(found: re.Match[str]) -> bool:
    """Four digits may be a count, unless something beside them speaks of time; brackets do: "from 36% (2015)"."""
    if any(found[name] for name in ("deadline", "baseline", "other", "second", "levels")):
        return True
    bracketed = found.string[: found.start()].endswith("(") and found.string[found.end() :].startswith((")", ","))
    return bracketed or found["lead"] not in {"", "the "}


def _role(found: re.Match[str]) -> YearRole:
    if found["levels"] or found["baseline"] or found["loose"] == "from":
        return "baseline"
    return "deadline" if found["deadline"] else "unsaid"


def _is_measured(text: str, found: re.Match[str]) -> bool:
    """Whether the span belongs to the measure: "graduate within four years", "within six years of graduating"."""
    before = text[max(0, found.start() - _LOOK_BACK) : found.start()]
    return _MEASURED.search(before) is not None or _MEASURED_AFTER.match(text, found.end()) is not None


def _years(found: re.Match[str]) -> float:
    number = number_of(found["number"]) if found["number"] else 1.0
    unit = found["unit"].removesuffix("s")
    return number / 12 if unit == "month" else number * 10 if unit == "decade" else number
