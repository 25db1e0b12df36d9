"""Whom a plain sentence speaks of, and which of its numbers belong to people or to a measure's name and are no level at all.

``25-34`` in ``adults aged 25-34`` is an age, ``3`` in ``grade 3`` a grade, ``1,000`` in ``per 1,000 births`` what a rate counts by.
Such numbers are taken out before anything is read as an amount. Tests: ``tests/domain/test_sentence.py``.

>>> whom("Raise the share of adults aged 25-34 with a credential in Tulsa County")
'adults aged 25-34'
>>> whom("Improve early literacy") is None
True
"""

import re

from registry.domain.sentence_numbers import NUMBER, Span, any_of, listed, lowered

_ONE = listed(
    "child student kid infant baby toddler preschooler kindergartner kindergartener freshman sophomore junior "
    "senior graduate teen teenager adult resident family household parent mother father worker person learner "
    "boy girl woman man veteran renter homeowner caregiver newcomer immigrant refugee neighbor neighbour "
    "citizen newborn jobseeker"
)
_MANY = listed(
    "children students kids infants babies toddlers preschoolers kindergartners kindergarteners freshmen "
    "sophomores juniors seniors graduates teens teenagers adults residents families households parents mothers "
    "fathers workers people persons learners boys girls women men veterans renters homeowners caregivers "
    "newcomers immigrants refugees neighbors neighbours citizens newborns jobseekers youth youths pupils "
    "graders toddlers elders adolescents teachers"
)
PEOPLE = any_of(_MANY)
"""People in the plural."""

A_PERSON = any_of(_ONE)
"""One of the people; it names them only after "every", "each" or "no"."""

_ORDINALS = any_of(listed("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"))
_GRADE = rf"(?:[0-9]{{1,2}}(?:st|nd|rd|th)|{_ORDINALS})"
_TO = r" ?(?:-|to|and|through|or|-to-) ?"
_AND_OVER = r"(?: (?:and|or) (?:over|older|above|up|under|younger)|\+)"
_AGE = rf"(?![0-9]{{3}}){NUMBER}"
_AGES = rf"{_AGE}(?:{_TO}{_AGE})?"
_CONDITIONS_OF_YOUTH = r"(?! (?:un)?employment| homelessness| poverty| crime| violence| literacy| unemployed)"
_NUMBERED = any_of(
    listed("title algebra level tier part ward district tract zip route region goal step stage phase covid section")
)
_AT_LEAST = "(?:at least |more than |less than |above |over |under )?"
_PAID = "(?:earn(?:s|ing)?|pay(?:s|ing)?|paid|mak(?:es|e|ing)|wages? of)"
_OF_THE_DAYS = "(?: ?%| percent)?(?: or more)?(?: of)?(?: the)?(?: school)?(?: days?| year)?"
_INCOME = r"(?:(?:federal )?poverty|(?:area )?median|ami\b|fpl\b|(?:household )?income)"
_NOT_LEVELS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:ages?|aged)(?: of)? {_AGES}(?:{_AND_OVER})?",
        rf"\bbetween (?:the )?ages (?:of )?{_AGES}",
        rf"\b{NUMBER}(?:-? ?(?:-|to|and|or)(?:-| ){{0,2}}{NUMBER})?(?=[ -]years?[ -]?olds?\b)",
        rf"\b{NUMBER} years? of age(?: (?:and|or) (?:over|older|younger))?",
        rf"\b(?:under|over|below|above|past) (?:the )?age (?:of )?{NUMBER}",
        rf"(?<=[a-z]) {_AGES}{_AND_OVER}(?![0-9 ]*%)",
        rf"\b{_GRADE}(?:[ -](?:through|to|and) {_GRADE})?(?=[ -]?grade)",
        rf"\bgrades? (?:k|{NUMBER})(?:{_TO}(?:k|{NUMBER}))?(?![a-z0-9]| ?%)",
        r"\b(?:pre-?k|pk|p|k)-[0-9]{1,2}\b",
        rf"\bper (?:every )?{NUMBER}(?: (?:live )?[a-z]+)?",
        rf"\bfor every {NUMBER}(?! in)(?: (?:live )?[a-z]+)?",
        rf"\btop[ -]{NUMBER}(?: ?%| percent)?(?![a-z])",
        rf"\b{_NUMBERED} ?[-#]?{NUMBER}(?! ?%)",
        rf"\b{NUMBER}-(?:year|month|week|day|hour|credit|generation)s?\b(?![ -](?:period|span|window|horizon|plan))",
        rf"\b{_PAID} {_AT_LEAST}(?:\$ ?{NUMBER}(?: thousand|k)?|{NUMBER} dollars)(?: or more| and above)?(?: (?:an|a|per) (?:hour|year))?",
        rf"\b{NUMBER}(?: ?%| percent) of (?:the |their )?{_INCOME}",
        rf"\b(?:miss(?:es|ing)?|absent(?: for)?) {_AT_LEAST}{NUMBER}{_OF_THE_DAYS}",
        rf"\bscor(?:e|es|ed|ing)(?: of)?(?: at least| above)? {NUMBER}(?: or (?:higher|above|better|more))?(?! ?%| percent)",
        rf"\b{_AT_LEAST}{NUMBER} (?:out of|of|in)(?: every)? {NUMBER} (?:school )?days\b",
        rf"\b{NUMBER} (?:or more )?(?:school )?(?:days|hours|minutes|miles|credits|times)\b",
        r"\b24/7\b",
    )
)
_AGE_AFTER_PEOPLE = re.compile(
    rf"\b{PEOPLE},? \(?(?P<age>{_AGE} ?(?:-|to|-to-) ?{_AGE}|(?:under|over) {_AGE})\)?(?! ?%| percent| points?)"
)
_WHOM = re.compile(
    rf"(?P<every>\b(?:every|each|no) (?:[a-z'-]+ ){{0,2}}?{A_PERSON}\b)"
    rf"|(?P<old>\b{NUMBER}(?:-? ?(?:-|to|and|or)(?:-| ){{0,2}}{NUMBER})?[ -]year[ -]?olds\b)"
    rf"|(?P<many>\b{PEOPLE}\b){_CONDITIONS_OF_YOUTH}|(?P<one>\beveryone\b|\beverybody\b)"
)
_OF_AGE = rf"(?:ages?|aged|between the ages of) {_AGES}(?:{_AND_OVER})?"
_AGED = re.compile(
    rf",? \(?(?:{_OF_AGE}|{_AGES}{_AND_OVER}|(?:under|over) (?:age )?{_AGE}|{_AGE} ?- ?{_AGE})(?!,[0-9]| ?%| percent)"
)
_BESIDE = frozenset(
    listed(
        "third first second fourth fifth sixth seventh eighth ninth tenth eleventh twelfth black white latino "
        "latina latinx hispanic asian native american indigenous pacific islander multiracial young older low- "
        "income middle-income high english language foster homeless rural urban working single school high- "
        "school middle-school elementary college public preschool kindergarten immigrant male female all every "
        "each working-age prime-age school-age grade disabled disadvantaged economically full-time unemployed "
        "african first-time first-generation opportunity teen expectant pregnant new"
    )
)
_WORD_BEFORE = re.compile(r"([A-Za-z'-]+|[0-9]{1,2}(?:st|nd|rd|th)) $")


def numbers_that_are_no_levels(text: str) -> tuple[Span, ...]:
    """Where a lower-case text writes ages, grades, what a rate counts by, scores and the like."""
    spans = [found.span() for pattern in _NOT_LEVELS for found in pattern.finditer(text)]
    spans += [found.span("age") for found in _AGE_AFTER_PEOPLE.finditer(text)]
    return tuple(sorted(spans))


def whom(sentence: str) -> str | None:
    """The people in the sentence's own words, with their grade, group and age; null where none are named."""
    low = lowered(sentence)
    found = _WHOM.search(low)
    if found is None:
        return None
    start = _beginning(sentence, found.start()) if found["many"] else found.start()
    aged = _AGED.match(low, found.end())
    return sentence[start : aged.end() if aged else found.end()].strip(" (,")


def whom_ends(sentence: str) -> int:
    """Where the people end in the sentence; 0 where none are named."""
    found = _WHOM.search(lowered(sentence))
    return 0 if found is None else found.end()


def _beginning(sentence: str, start: int) -> int:
    """Where the words begin that say which people: ``Black and white children``, ``3rd graders``."""
    while (before := _WORD_BEFORE.search(sentence, max(0, start - 25), start)) is not None:
        word = before[1].lower()
        joined = word in {"and", "or"} and _describes(_word_before(sentence, before.start()))
        if not joined and not _describes(word):
            break
        start = before.start()
    return start


def _word_before(sentence: str, start: int) -> str:
    before = _WORD_BEFORE.search(sentence, max(0, start - 25), start)
    return "" if before is None else before[1].lower()


def _describes(word: str) -> bool:
    return word in _BESIDE or word[:1].isdigit()
