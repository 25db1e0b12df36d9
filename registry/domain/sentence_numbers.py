"""Which figures a plain sentence writes: digits, words, fractions, "one in four", and whether they are percents, points or money.

A sentence is first brought to one form, so that blanks, the kind of dash or quote, a full stop at the end and the case of the first
letter change nothing. Readers then take what they understand out of the text (``without`` leaves blanks, so that places stay where
they were); what is left over at the end is reported as unread. Tests: ``tests/domain/test_sentence.py``.

>>> [(figure.value, figure.unit) for figure in figures("from one in four to 12.5 percent, or 8 points")]
[(25.0, 'share'), (12.5, 'percent'), (8.0, 'points')]
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal

import msgspec

FigureUnit = Literal["percent", "share", "points", "money", "number"]
Span = tuple[int, int]
"""Where something stands in the sentence: first character, and the one after the last."""


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure as it stands in the sentence. A share (``half``, ``1 in 4``) has its value in percent."""

    start: int
    end: int
    value: float
    unit: FigureUnit
    written: str


def listed(text: str) -> tuple[str, ...]:
    """The words of a text, for the tables of the grammar."""
    return tuple(text.split())


_UNITS = {word: place + 1 for place, word in enumerate(listed("one two three four five six seven eight nine"))}
_TEENS = {
    word: place + 10
    for place, word in enumerate(
        listed("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
    )
}
_TENS = {
    word: 10 * (place + 2) for place, word in enumerate(listed("twenty thirty forty fifty sixty seventy eighty ninety"))
}
_LARGE = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_PARTS = {
    "half": 2,
    "halves": 2,
    "third": 3,
    "quarter": 4,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "eighth": 8,
    "tenth": 10,
}


def any_of(words: Iterable[str]) -> str:
    """A group that matches any of the words, the longest first."""
    return f"(?:{'|'.join(sorted(words, key=lambda word: (-len(word), word)))})"


_SMALL = f"(?:{any_of(_TENS)}(?:[ -]{any_of(_UNITS)})?|{any_of(_TEENS)}|{any_of(_UNITS)})"
_SPOKEN = (
    rf"(?:zero|(?:{_SMALL}|an?(?= (?:hundred|thousand|million)))"
    rf"(?: hundred(?: (?:and )?{_SMALL})?)?(?: (?:thousand|million|billion))?)\b"
)
_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,12})(?:\.[0-9]{1,6})?"
NUMBER = f"(?>{_DIGITS}|{_SPOKEN})(?![0-9])"
"""A number in digits or in words, never a piece of one."""

_POINTS = (
    r"(?: ?%[ -]?(?:points?|pts?)|[ -]?(?:percentage|percent|per cent)[ -]points?|[ -]points?|"
    r" ?(?:percentage-pts?|pp|ppts?|pts?|p\.p\.))(?![a-z])"
)
_PERCENT = r"(?: ?%|[ -]?(?:percent|per cent|pct)(?![a-z]))"
_FREE_BEFORE = r"(?<![a-z0-9.,/#])(?<![a-z0-9]-)"
_FREE_AFTER = r"(?![a-z0-9]|[.,/-][0-9])"
_FIGURE = re.compile(
    rf"{_FREE_BEFORE}(?:"
    rf"(?P<part>{NUMBER}) (?:in|out of)(?: every)? (?P<whole>{NUMBER})(?! ?%| (?:more )?(?:school |calendar )?(?:year|"
    rf"month|week|percent|point))|"
    rf"(?:(?P<top>an?|{any_of(_UNITS)}|[1-9])[ -])?(?P<bottom>half|"
    rf"(?<=[ -]){any_of(set(_PARTS) - {'half'})}s?)(?![ -](?:grade|day|year|hour|time))|"
    r"(?P<over>[1-9])/(?P<under>[1-9][0-9]?)(?!/)|"
    rf"(?P<money>[$€£] ?)?(?P<number>-?(?>{_DIGITS})|(?>{_SPOKEN}))(?P<large>(?: (?:thousand|million|billion)|"
    rf"k)(?![a-z]))?"
    rf"(?:(?P<points>{_POINTS})|(?P<percent>{_PERCENT})|(?:st|nd|rd|th) percentiles?(?![a-z])|(?P<coins> (?:dollars|"
    rf"cents|euros|pounds)(?![a-z])))?"
    rf"){_FREE_AFTER}"
)
_LIKE_A_YEAR = range(1900, 2101)
_DASHES = re.compile("[\u2010-\u2015\u2212\u2043\ufe58\ufe63\uff0d]")
_SINGLE_QUOTES = re.compile("[\u2018\u2019\u201a\u201b\u2032\u02bc`\u00b4]")
_DOUBLE_QUOTES = re.compile("[\u201c-\u201f\u2033\u00ab\u00bb]")
_INITIALS_AT_THE_END = re.compile(r"(?:\b[A-Z]\.)+[A-Z]$")


def one_form(sentence: str) -> str:
    """The sentence in its one form: plain blanks, dashes and quotes, a capital first, no full stop at the end (but in ``D.C.``)."""
    plain = _DASHES.sub("-", _SINGLE_QUOTES.sub("'", _DOUBLE_QUOTES.sub('"', sentence)))
    plain = unicodedata.normalize("NFKC", plain).replace("\u2044", "/")
    plain = "".join(
        letter if unicodedata.category(letter) not in {"Cc", "Cf"} else " " * letter.isspace() for letter in plain
    )
    plain = " ".join(plain.split()).strip(" .,;:!?\"'")
    if _INITIALS_AT_THE_END.search(plain):
        plain += "."
    return plain[:1].upper() + plain[1:]


def lowered(text: str) -> str:
    """The text in lower case, every character in its old place."""
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


def without(text: str, spans: Iterable[Span], filler: str = " ") -> str:
    """The text with these spans blanked out; everything else stays where it was."""
    letters = list(text)
    for start, end in spans:
        letters[start:end] = filler * (end - start)
    return "".join(letters)


def number_of(written: str) -> float:
    """What a number in digits or words is worth.

    >>> number_of("1,250.5"), number_of("one hundred and twenty-five"), number_of("two thousand")
    (1250.5, 125.0, 2000.0)
    """
    if written.lstrip("-")[:1].isdigit():
        return float(written.replace(",", ""))
    whole = here = 0
    for word in re.split("[ -]", written):
        if word == "hundred":
            here = max(here, 1) * 100
        elif word in _LARGE:
            whole, here = whole + max(here, 1) * _LARGE[word], 0
        else:
            here += _UNITS.get(word, 0) + _TEENS.get(word, 0) + _TENS.get(word, 0) + (word in {"a", "an"})
    return float(whole + here)


def figures(text: str) -> tuple[Figure, ...]:
    """Every figure of a lower-case text, in order. "One" without a unit is a pronoun more often than a figure, and left out."""
    read = (_figure(found) for found in _FIGURE.finditer(text))
    return tuple(figure for figure in read if figure is not None)


def _figure(found: re.Match[str]) -> Figure | None:
    value, unit = _meant(found)
    if unit == "number" and found["number"] in {"one", "a", "an"}:
        return None
    return Figure(start=found.start(), end=found.end(), value=value, unit=unit, written=found[0].strip())


def _meant(found: re.Match[str]) -> tuple[float, FigureUnit]:
    if found["whole"]:
        part, whole = number_of(found["part"]), number_of(found["whole"])
        if part <= whole and whole not in _LIKE_A_YEAR and whole > 0:
            return 100 * part / whole, "share"
        return part, "number"
    if found["bottom"]:
        top = found["top"] or "one"
        return 100 * (1.0 if top in {"a", "an"} else number_of(top)) / _PARTS[
            found["bottom"].removesuffix("s")
        ], "share"
    if found["under"]:
        return 100 * float(found["over"]) / float(found["under"]), "share"
    value = number_of(found["number"]) * _magnitude(found["large"])
    if found["points"]:
        return value, "points"
    if found["percent"]:
        return value, "percent"
    return value, "money" if found["money"] or found["coins"] else "number"


def _magnitude(written: str | None) -> float:
    return 1.0 if written is None else 1_000.0 if written == "k" else float(_LARGE[written.strip()])
