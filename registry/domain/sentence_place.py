"""Where a plain sentence says that its result will hold: a place by its name, or at least a kind of place ("our city").

A name is read after a word such as "in" or "across", before a possessive, or with its own ending ("Salt Lake County"), and only with
capitals. Names of groups, tests, subjects, months and programmes are no places. "Our community" is none either: it may be any circle of
people. Tests: ``tests/domain/test_sentence.py``.

>>> place("Cut poverty in Anytown, USA by half").name, place("Raise it across the Rio Grande Valley").name
('Anytown, USA', 'the Rio Grande Valley')
>>> place("Cut it in our community") is None
True
"""

import re
from collections.abc import Iterator

import msgspec

from registry.domain.sentence_numbers import Span, any_of, listed, lowered


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A place in the sentence's own words; ``span`` also covers the "in" or "of" before it."""

    name: str
    span: Span
    named: bool = True
    """False for a kind of place, such as "our city"."""


class _Token(msgspec.Struct, frozen=True):
    """One word of the sentence, without a possessive ``'s``."""

    text: str
    start: int
    end: int
    owner: bool = False

    @property
    def low(self) -> str:
        return self.text.lower()


_KINDS = listed(
    "city town county state district region village borough parish township neighborhood neighbourhood valley "
    "metro area municipality territory tribe reservation island province country nation"
)
_ENDINGS = frozenset(
    listed(
        "county counties city town township parish borough valley region district isd csd usd schools peninsula "
        "islands heights neighborhood reservation metro area village delta basin"
    )
)
"""With these a name is a place wherever it stands."""

_INSIDE = frozenset(
    listed("high middle elementary school public college university community independent unified early head")
)
"""Words of the next list that may stand inside a name: "Toledo Public Schools"."""

_NOT_NAMES = frozenset(
    listed(
        # months, seasons and days
        "january february march april may june july august september october november december spring summer fall autumn "
        "winter "
        # groups of people
        "black white african latino latina latinx latinos latinas hispanics hispanic asian asians native american "
        "indigenous pacific islander english pell medicaid christian "
        "muslim jewish spanish multiracial alaskan chicano hmong somali "
        # subjects, tests, programmes and papers
        "algebra reading math mathematics science stem ela literacy fafsa sat act ap ib naep staar mcas nwea map dibels "
        "kra wakids snap wic "
        "tanf head start early pre-k prek k kindergarten grade grades grader graders title cte ged psat ela/math nsc acs "
        "census covid covid-19 "
        # words that begin a sentence or a clause
        "i the a an our we their its this that these those all every each no by in of for to from at on and or but with "
        "within over among "
        "across throughout reduce increase raise improve cut lower decrease double triple halve ensure close narrow "
        "eliminate end boost grow bring "
        "lift expand serve help make provide train hire more fewer at least today currently now as up down it there "
        "smart goal result target "
        "outcome children students residents adults youth families people college university high middle elementary "
        "school program programme "
        "percent rate chronic infant child early-grade postsecondary graduation readiness employment unemployment "
        "on-time third first second "
        "americans proficiency scores score rates gap gaps homelessness poverty absence absenteeism mortality dropout "
        "enrollment enrolment completion "
        "attainment credential credentials readers today's tomorrow's everyone everybody nobody people's women men "
        "parents families workers "
        "fourth fifth sixth seventh eighth ninth tenth eleventh twelfth keep hold maintain get move reach achieve see "
        "half two-thirds one two "
        "three four shrink drop strengthen support offer launch open enroll slash decline start what who when where be "
        "will should share number"
    )
)
_TOKEN = re.compile(r"[^\W\d_](?:[\w&]|[.'-](?=[\w&]))*")
_WITH_A_POINT = re.compile(r"(?:St|Ste|Mt|Ft|Mts)\.|(?:[A-Z]\.)+[A-Z]?\.?")
_BEFORE = frozenset(listed("in across throughout within of for at among around near from serving inside"))
_BETWEEN = frozenset(listed("the all both greater metropolitan metro downtown rural central"))
_LINKS = frozenset(listed("of and de del la las los du the upon"))
_LITTLE = (
    _BEFORE
    | _LINKS
    | frozenset(listed("a an by to on or but with all both every each no our their its this that these those over"))
)
_OURS = f"(?:whole |entire |own )?{any_of(_KINDS)}"
_WITHIN = re.compile(
    rf"(?:\b(?:in|across|throughout|within|around|of|for) (?P<kind>(?:our|the|this) {_OURS})\b|\b(?P<ours>our {_OURS})\b"
    r"|\b(?P<wide>(?:city|county|state|district|region|nation|town)-?wide)\b)"
    r"(?!(?<=state) of\b)(?! (?:tests?|assessments?|standards?|exams?|average|mean|goal|level|report)\b)"
)


def place(sentence: str) -> Place | None:
    """The first place that the sentence names, or else the first kind of place; null where there is neither."""
    tokens = tuple(_tokens(sentence))
    named = next(_names(sentence, tokens), None)
    if named is not None:
        return named
    found = _WITHIN.search(lowered(sentence))
    if found is None:
        return None
    start, end = found.span(found.lastgroup or 0)
    return Place(name=sentence[start:end], span=found.span(), named=False)


def _tokens(sentence: str) -> Iterator[_Token]:
    at = 0
    while (found := _TOKEN.search(sentence, at)) is not None:
        pointed = _WITH_A_POINT.match(sentence, found.start())
        end = pointed.end() if pointed is not None and pointed.end() > found.end() else found.end()
        text = sentence[found.start() : end]
        owner = text.endswith("'s") and len(text) > 2
        yield _Token(text.removesuffix("'s"), found.start(), end - 2 * owner, owner)
        at = end


def _names(sentence: str, tokens: tuple[_Token, ...]) -> Iterator[Place]:
    """Every run of capitals that something beside it or at its end shows to be a place."""
    at = 0
    while at < len(tokens):
        run = _run(sentence, tokens, at)
        if not run:
            at += 1
            continue
        first = _before(tokens, at)
        if first is not None or run[-1].owner or any(token.low in _ENDINGS for token in run[1:]):
            begin = (
                next((token for token in tokens[first + 1 : at] if token.low == "the"), run[0])
                if first is not None
                else run[0]
            )
            start = run[0].start if first is None else tokens[first].start
            yield Place(name=sentence[begin.start : run[-1].end], span=(start, run[-1].end))
        at += len(run)


def _before(tokens: tuple[_Token, ...], at: int) -> int | None:
    """The token of the "in", "of" or "across" that leads to the name at ``at``; null where there is none."""
    here = at - 1
    while here >= 0 and at - here <= 3 and tokens[here].low in _BETWEEN:
        here -= 1
    if (
        here >= 1
        and tokens[here].low == "of"
        and tokens[here - 1].low in {"city", "county", "town", "state", "village", "parts", "part"}
    ):
        wider = _before(tokens, here - 1)
        return here if wider is None else wider
    return here if here >= 0 and tokens[here].low in _BEFORE else None


def _run(sentence: str, tokens: tuple[_Token, ...], at: int) -> tuple[_Token, ...]:
    """The words of the name that begins at ``at``; none where no name begins there."""
    if not _begins(sentence, tokens, at):
        return ()
    end = at + 1
    while end < len(tokens) and _owner_goes_on(tokens, end) and _goes_on(sentence, tokens, end):
        end += 1
    while end > at and tokens[end - 1].low in _LINKS:
        end -= 1
    return tokens[at:end]


def _owner_goes_on(tokens: tuple[_Token, ...], end: int) -> bool:
    """A possessive ends a name, but for "Prince George's County"."""
    return not tokens[end - 1].owner or (tokens[end].low in _ENDINGS and tokens[end].text[:1].isupper())


def _begins(sentence: str, tokens: tuple[_Token, ...], at: int) -> bool:
    """A capital, and no word that means something else, unless the name plainly goes on: "High Point", "Black Hills"."""
    token = tokens[at]
    if not _capital(token):
        return False
    if token.low not in _NOT_NAMES and token.low not in _ENDINGS:
        return True
    goes_on = (
        at + 1 < len(tokens) and sentence[token.end : tokens[at + 1].start] == " " and tokens[at + 1].text[:1].isupper()
    )
    return goes_on and at > 0 and token.low not in _LITTLE and tokens[at + 1].low not in _NOT_NAMES


def _capital(token: _Token) -> bool:
    """Whether the word is written as a name: "Toledo", "d'Alene", and neither "Pell-eligible" nor "poverty"."""
    first, _, rest = token.low.partition("-")
    letters = token.text.removeprefix("d'")
    numbered = any(letter.isdigit() for letter in letters)
    return (
        letters[:1].isupper()
        and not numbered
        and not (rest and first in _NOT_NAMES and token.text.rpartition("-")[2][:1].islower())
    )


def _goes_on(sentence: str, tokens: tuple[_Token, ...], at: int) -> bool:
    gap, token = sentence[tokens[at - 1].end : tokens[at].start].removeprefix("'s"), tokens[at]
    if gap not in {" ", ", "}:
        return False
    if token.low in _LINKS and gap == " " and not token.text.isupper():
        return (
            at + 1 < len(tokens)
            and sentence[token.end : tokens[at + 1].start] == " "
            and _goes_on(sentence, tokens, at + 1)
        )
    return _capital(token) and (token.low not in _NOT_NAMES or (gap == " " and token.low in _INSIDE))
