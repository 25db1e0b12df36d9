"""What a plain sentence such as "Reduce unemployment in Anytown, USA by 50% over ten years." promises, and whether it is SMART.

The sentence is read by a small grammar, part by part: place (``sentence_place.py``), people (``sentence_people.py``), time
(``sentence_time.py``), figures (``sentence_numbers.py``, ``sentence_amounts.py``) and direction (``sentence_direction.py``). Each part
takes what it understands; what nobody understands is listed as unread, never guessed. ``sentence_judgement.py`` then judges the letters
P S M A R T. No list of places, no clock and no language model is asked, so the same sentence always has the same answer. A school year
counts as the year in which it ends. Known answers: ``tests/vectors/smart*.json``; tests: ``tests/domain/test_sentence.py``.

>>> reading = read_sentence("Reduce unemployment in Anytown, USA by 50% over ten years.")
>>> reading.fails, reading.warns, reading.parsed.place, reading.parsed.amount, reading.parsed.years
((), ('A',), 'Anytown, USA', 50.0, 10.0)
"""

import re
from collections.abc import Iterable
from typing import Literal

import msgspec

from registry.domain.finding import Finding, Severity
from registry.domain.programme_words import activity_at_the_head, activity_words, programme_words
from registry.domain.sentence_amounts import Amounts, read_amounts
from registry.domain.sentence_direction import Way, condition
from registry.domain.sentence_judgement import Facts, judge
from registry.domain.sentence_numbers import FigureUnit, lowered, one_form, without
from registry.domain.sentence_people import numbers_that_are_no_levels, whom, whom_ends
from registry.domain.sentence_place import Place, place
from registry.domain.sentence_time import TimeRead, read_time
from registry.domain.sentence_years import Years, settle

LONGEST = 2_000
"""No result is stated in more characters; a longer text is not read."""


class Parsed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the sentence says, as far as it could be read; ``what``, ``whom`` and ``place`` in its own words.

    ``amount`` is in percent of the baseline where relative, in percentage points where points, else in the measure's own unit; levels
    are in the measure's unit, shares in percent; ``years`` is a span.
    """

    direction: Way | None = None
    what: str | None = None
    whom: str | None = None
    place: str | None = None
    amount: float | None = None
    amount_kind: Literal["relative", "points"] | None = None
    baseline: float | None = None
    baseline_year: int | None = None
    target: float | None = None
    target_year: int | None = None
    years: float | None = None


class SentenceReading(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence as it was read: the letters it fails and those in doubt, what it says, and what could not be placed."""

    fails: tuple[str, ...]
    warns: tuple[str, ...]
    parsed: Parsed
    unread: tuple[str, ...]
    findings: tuple[Finding, ...]


LETTERS = {
    "smart-population": "P",
    "smart-specific": "S",
    "smart-measurable": "M",
    "smart-attainable": "A",
    "smart-relevant": "R",
    "smart-time-bound": "T",
}
"""The letter of each rule, in the order in which they are told."""

_MEANS = re.compile(r"\b(?:through|via|using|thanks to|with the help of|by [a-z]+ing)\b[^,;]*")
_LEFT_OVER = re.compile(r"[^\s,;:()]*[0-9][^\s,;:()]*")


def read_sentence(sentence: str) -> SentenceReading:
    """Read and judge one sentence; any text has an answer. One of more than ``LONGEST`` characters is not read, and says nothing."""
    if len(sentence) > LONGEST:
        return _read("", (f"a text of more than {LONGEST:,} characters",))
    return _read(one_form(sentence), ())


def _read(text: str, unread: tuple[str, ...]) -> SentenceReading:
    low = lowered(text)
    where = place(text)
    no_levels = numbers_that_are_no_levels(low)
    time = read_time(without(low, no_levels))
    named = [where.span] if where is not None and where.named else []
    free = without(low, [*no_levels, *time.taken, *named])
    amounts = read_amounts(free, dated=time.span_years is not None or bool(time.mentions))
    years = settle(time.mentions, amounts)
    people = whom(text)
    facts = Facts(
        sentence=text,
        somewhere=where is not None,
        somebody=people is not None,
        programme=programme_words(text),
        activities=_activities(text, without(low, time.taken)),
        amounts=amounts,
        target=years.level,
        baseline_year=years.baseline,
        target_year=years.target,
        years=time.span_years,
        vague_time=time.vague,
    )
    findings = judge(facts)
    return SentenceReading(
        fails=_letters(findings, "error"),
        warns=_letters(findings, "warning"),
        parsed=_parsed(facts, _what(text, time, where, amounts), people, where),
        unread=(*unread, *_unread(free, time, amounts, years)),
        findings=findings,
    )


def _letters(findings: Iterable[Finding], severity: Severity) -> tuple[str, ...]:
    found = {LETTERS[finding.rule] for finding in findings if finding.severity == severity}
    return tuple(letter for letter in LETTERS.values() if letter in found)


def _activities(text: str, low: str) -> tuple[str, ...]:
    """The activities that are counted; what is only the means ("through 12 workshops") is none of them."""
    counted = without(text, ((found.start(), found.end()) for found in _MEANS.finditer(low)))
    head = activity_at_the_head(counted)
    return activity_words(counted) or (() if head is None else (head,))


def _parsed(facts: Facts, what: str | None, people: str | None, where: Place | None) -> Parsed:
    amount = facts.amounts.parts.get("amount")
    kinds: dict[FigureUnit, Literal["relative", "points"]] = {
        "percent": "relative",
        "share": "relative",
        "points": "points",
    }
    return Parsed(
        direction=facts.amounts.direction,
        what=what,
        whom=people,
        place=None if where is None else where.name,
        amount=None if amount is None else amount.value,
        amount_kind=None if amount is None else kinds.get(amount.unit),
        baseline=facts.amounts.level("baseline"),
        baseline_year=facts.baseline_year,
        target=None if facts.target is None else facts.target.value,
        target_year=facts.target_year,
        years=facts.years,
    )


def _what(text: str, time: TimeRead, where: Place | None, amounts: Amounts) -> str | None:
    """The condition in the sentence's own words, without the place at its end."""
    shape = without(
        without(lowered(text), time.taken), ((figure.start, figure.end) for figure in amounts.figures()), "#"
    )
    if where is not None:
        shape = shape[: where.span[0]] + shape[slice(*where.span)].replace(",", "-") + shape[where.span[1] :]
    found = condition(shape, max(whom_ends(text), where.span[1] if where is not None else 0))
    if found is None:
        return None
    start, end = found
    if where is not None and start < where.span[0] and where.span[1] >= end:
        end = min(end, where.span[0])
    return text[start:end].strip(" ,") or None


def _unread(free: str, time: TimeRead, amounts: Amounts, years: Years) -> tuple[str, ...]:
    """What nobody could place: vague words of time, figures without a part, and digits in no form that is known."""
    figures = amounts.figures()
    odd = _LEFT_OVER.findall(without(free, ((figure.start, figure.end) for figure in figures)))
    left = (figure.written for figure in amounts.unread if figure not in years.placed)
    return tuple(dict.fromkeys((*time.vague, *years.unread, *amounts.inexact, *left, *odd)))
