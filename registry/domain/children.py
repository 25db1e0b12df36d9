"""Whether a file speaks of single children instead of counts of them. Such a file is refused before anything of it is kept.

The registry holds counts of people. A column headed like a person's name, a student's number or a day of birth is
enough; where the header says nothing, a column of nearly all different numbers, days or "Last, First" beside marks
such as 0 and 1 or scores, and no column that counts anything, is one row per child. A finding names the column by its
place and the words of this module, never by a cell: not even the refusal may repeat what stands in such a file.
Names of places, tests and groups are no names of persons. Tests: ``tests/domain/test_children.py`` and, over real
published files, ``tests/adapters/test_files_of_children.py``.

>>> [finding.rule for finding in children_in([(1, ["School Name", "StudentID"]), (2, ["Hill", "88"])], 1)]
['names-persons']
>>> children_in([(1, ["School Name", "Students tested"]), (2, ["Hill", "88"])], 1)
()
"""

import re
from collections.abc import Iterable, Sequence

from registry.domain.finding import Finding

Rows = Sequence[tuple[int, Sequence[str]]]
"""Rows as they stand, each with its line (counted from 1), those of the header too."""

SAMPLE = 2000
"""How many rows decide; one row per child shows in far fewer."""
FEWEST = 10
"""With fewer rows, what stands in them decides nothing; the header still does."""
TOP = 10
"""Among so many first rows a header may stand that the mapping does not know of."""
_SHORT = 5  # words; a longer cell that is not in the header row is a title or a note
_NEARLY_ALL = 0.95

_WORDS = """
who: student stu stud pupil child scholar learner participant client person youth kid
what: id ids identifier uid guid name names first last initials dob ssn email phone address
number: number no num nbr code key record
of_counts: count counts percent percentage pct rate share average mean median total with without valid missing
counting: count counts number n num students pupils children kids tested scored numerator denominator graduates graduated population
counting: rate rates share average avg mean median proportion membership members people persons value figure size pct absences
counting: residents households
counting_begins: cohort enroll total percent proficien
place_begins: district school division count lea agency geo fips nces zip tract block place state org building campus site region
place_begins: city town municip area dbn entity facil program provider institution unitid opeid local
scores: score scores scaled scale rit lexile raw percentile gpa level grade
"""


def _listed(name: str) -> tuple[str, ...]:
    lines = (line.split() for line in _WORDS.splitlines() if line.startswith(f"{name}:"))
    return tuple(word for line in lines for word in line[1:])


_WHO, _WHAT = _listed("who"), _listed("what")
_OF_PERSONS = """
first name, last name, middle name, given name, family name, full name, legal name, preferred name, maiden name, fname, lname, mname,
surname, forename, nickname, middle initial, parent name, guardian name, mother name, father name, teacher name,
ssid, sasid, lasid, ssn, unique student identifier, state testing identifier, local id,
social security, social security number, medicaid id, lunch number,
dob, date of birth, day of birth, birth date, birthdate, birthday, birth day, bdate, birthdt, birth dt,
home address, street address, home phone, apellido, apellidos, primer nombre, nombre del estudiante, fecha de nacimiento
"""
_PERSON = (
    *(" ".join(phrase.split()) for phrase in _OF_PERSONS.split(",")),
    *(f"{who} {what}" for who in _WHO for what in _WHAT),
    *(f"{what} of {who}" for who in _WHO for what in ("name", "names", "id", "initials")),
    *(f"{who} {name} name" for who in _WHO for name in ("first", "last", "middle", "full")),
    *(f"{who} id {number}" for who in _WHO for number in ("number", "no", "num", "nbr")),
)
_PHRASES = tuple(sorted((tuple(phrase.split()) for phrase in _PERSON), key=len, reverse=True))
_SQUEEZED = {"".join(phrase): " ".join(phrase) for phrase in _PHRASES}
_NUMBERS = {f"{who} {what}" for who in _WHO for what in _listed("number")} | {*_WHO}
"""Headings that may be a count or a group as well: what stands below decides."""

_OF_COUNTS = {*_listed("of_counts")}
"""A heading with one of these words speaks of persons, but counts them."""
_COUNTING, _COUNTING_BEGINS = {*_listed("counting")}, _listed("counting_begins")
_PLACE_BEGINS = _listed("place_begins")
_SCORES = {*_listed("scores")}
_PAIRS = "0 1, y n, yes no, true false, t f, p f, pass fail, passed failed, met not_met, x -"
_MARKS = tuple({*pair.split()} for pair in _PAIRS.split(","))
_ID = re.compile(r"[A-Za-z]{0,3}-?[0-9]{5,14}|[0-9]{3}-[0-9]{2}-[0-9]{4}")
_DAY = re.compile(
    r"(?:19|20)[0-9]{2}-[01]?[0-9]-[0-3]?[0-9]"
    r"|[01]?[0-9][/-][0-3]?[0-9][/-](?:19|20)?[0-9]{2}"
    r"|(?:19|20)[0-9]{2}[01][0-9][0-3][0-9]"
)
_NAMED = re.compile(r"[^\W\d_][\w'’-]+, ?([^\W\d_][\w'’-]*)(?: [^\W\d_]\.?)?")
_WHOLE = re.compile(r"[0-9]{1,4}")
_NOT_CHILDREN = (
    "Load counts, not children: how many there are in each group and how many of them meet the measure. "
    "If the column speaks of no person, give it a heading that says so."
)


def children_in(rows: Rows, header_line: int) -> tuple[Finding, ...]:
    """Why these rows speak of single children, each column once; nothing where they speak of counts.

    ``header_line`` is the line of the lowest header row; the first rows are looked at too, in case the mapping is wrong.
    """
    named = list(_headed(rows, header_line))
    return tuple(named) or tuple(_filled(rows, header_line))


def person_heading(cell: str) -> str | None:
    """The words for a person's name, number or day of birth that a heading uses; null for any other heading.

    >>> person_heading("STUDENTLASTNAME"), person_heading("Date_of-Birth"), person_heading("Race name")
    ('student last name', 'date of birth', None)
    """
    words = _words(cell)
    if not words or _OF_COUNTS.intersection(words):
        return None
    if (squeezed := _SQUEEZED.get("".join(words))) is not None:
        return squeezed
    for phrase in _PHRASES:
        for start in range(len(words) - len(phrase) + 1):
            if tuple(words[start : start + len(phrase)]) == phrase:
                return " ".join(phrase)
    return next((_SQUEEZED[word] for word in words if len(word) > 3 and word in _SQUEEZED), None)


def _headed(rows: Rows, header_line: int) -> Iterable[Finding]:
    seen: set[int] = set()
    for place, (line, cells) in enumerate(rows):
        if line > header_line and place >= TOP:
            return
        for column, cell in enumerate(cells):
            if column in seen or (line != header_line and len(_words(cell)) > _SHORT):
                continue
            if (phrase := person_heading(cell)) is not None:
                seen.add(column)
                detail = f"Column {column + 1} is headed like '{phrase}': the file speaks of single persons."
                yield _finding("names-persons", line, column, detail)


def _filled(rows: Rows, header_line: int) -> Iterable[Finding]:
    """The columns by whose content a file is one row per child."""
    heads = [cells for line, cells in rows if line <= header_line]
    below = [(line, cells) for line, cells in rows if line > header_line][:SAMPLE]
    width = max((len(cells) for _, cells in below), default=0)
    columns = [
        [cells[place].strip() for _, cells in below if place < len(cells) and cells[place].strip()]
        for place in range(width)
    ]
    words = [
        [word for cells in heads for word in _words(cells[place] if place < len(cells) else "")]
        for place in range(width)
    ]
    if any(_counts(head, values) for head, values in zip(words, columns, strict=True)):
        return
    marked = any(_marks(head, values) for head, values in zip(words, columns, strict=True))
    for place, (head, values) in enumerate(zip(words, columns, strict=True)):
        like = _like_a_person(head, values, marked=marked)
        if like:
            detail = f"Column {place + 1} holds {like}, nearly all different, and no column counts anything: this is one row per child."
            yield _finding("one-row-per-child", below[0][0], place, detail)


def _like_a_person(head: Sequence[str], values: Sequence[str], *, marked: bool) -> str:
    """What a column holds that tells one person from another; empty where it is no such column."""
    if len(values) < FEWEST:
        return ""
    distinct = len(set(values)) / len(values)
    if " ".join(head) in _NUMBERS and distinct >= _NEARLY_ALL:
        return "what tells students apart"
    if not marked:
        return ""
    if distinct >= 0.5 and _mostly(_DAY, values):
        return "days such as days of birth"
    if distinct < _NEARLY_ALL or any(word.startswith(_PLACE_BEGINS) for word in head):
        return ""
    if _mostly(_ID, values):
        return "numbers such as student numbers"
    given = {found[1] for value in values if (found := _NAMED.fullmatch(value))}
    return "what looks like names of persons" if _mostly(_NAMED, values) and len(given) >= len(values) / 4 else ""


def _counts(head: Sequence[str], values: Sequence[str]) -> bool:
    """Whether a column says how many, or which share: its heading does, and figures stand below."""
    if " ".join(head) in _NUMBERS or not any(any(sign.isdigit() for sign in value) for value in values):
        return False
    averaged = {"average", "avg", "mean", "median"}.intersection(head)
    if _SCORES.intersection(head) and not averaged:
        return False
    return any(word in _COUNTING or word.startswith(_COUNTING_BEGINS) for word in head)


def _marks(head: Sequence[str], values: Sequence[str]) -> bool:
    """Whether a column says something of one child: one of two marks, or a score."""
    if len(values) < FEWEST:
        return False
    found = {value.casefold().replace(" ", "_") for value in values}
    if any(found <= pair for pair in _MARKS):
        return True
    return bool(_SCORES.intersection(head)) and _mostly(_WHOLE, values)


def _mostly(pattern: re.Pattern[str], values: Sequence[str]) -> bool:
    return sum(pattern.fullmatch(value) is not None for value in values) >= _NEARLY_ALL * len(values)


def _words(cell: str) -> list[str]:
    """A heading's words: case, separators and ``'s`` ignored, ``StudentID`` taken apart."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", re.sub(r"['’]s?\b", "", cell))
    return re.findall(r"[^\W_]+", apart.casefold())


def _finding(rule: str, line: int, column: int, detail: str) -> Finding:
    return Finding(
        rule=rule, severity="error", row=line, column=f"column {column + 1}", detail=detail, hint=_NOT_CHILDREN
    )
