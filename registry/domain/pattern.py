"""Whether a pattern of an untrusted schema can be matched in time that grows with the text and not with its powers.

A pattern is taken only if the next character always decides how to go on: what may be repeated or left out never begins like what
may follow it, and choices never begin alike. Such expressions are called one-unambiguous (Brüggemann-Klein and Wood, Information
and Computation 142, 1998); a matcher that tries one way after the other has nothing to try there. Look-around, back-references,
flags and lazy repeats are refused, and so is what Python and ECMA-262 read differently. Tests: ``tests/domain/test_measure_schema.py``.

>>> why_unsafe("^[a-z0-9]+(-[a-z0-9]+)*$") is None
True
>>> why_unsafe("^([a-z]+)*$")
'a repeat begins like what may follow it, so that matching could take for ever'
"""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

import msgspec

LONGEST = 300
DEEPEST = 12
MOST_REPEATS = 1000

Letters = frozenset[str]


class Atom(msgspec.Struct, frozen=True):
    """One character: those of a fixed sample that it matches."""

    letters: Letters


class Row(msgspec.Struct, frozen=True):
    """Parts one after another."""

    parts: tuple["Atom | Row | Choice | Repeat", ...]


class Choice(msgspec.Struct, frozen=True):
    """One of several parts."""

    options: tuple[Row, ...]


class Repeat(msgspec.Struct, frozen=True):
    """A part at least ``least`` times and at most ``most`` times (null: without end)."""

    part: "Atom | Choice"
    least: int
    most: int | None


Node = Atom | Row | Choice | Repeat


class _RefusedError(Exception):
    """Why the pattern is not taken."""


_INTRICATE = "it uses more than characters, classes, groups, choices and repeats"
_AMBIGUOUS = "a repeat begins like what may follow it, so that matching could take for ever"
_ALIKE = "two choices begin alike, so that matching could take for ever"
_EMPTY_REPEAT = "what is repeated may be empty, so that matching could take for ever"

_CLASS = re.compile(r"\[\^?(?:[^\]\[\\]|\\.)(?:[^\]\[\\]|\\.)*\]", re.DOTALL)
_ESCAPE = re.compile(r"\\[dwsDWSnrtfv]|\\[^0-9A-Za-z]", re.DOTALL)
_COUNT = re.compile(r"\{([0-9]{1,4})(?:(,)([0-9]{1,4})?)?\}")
_NESTED = ("--", "&&", "~~", "||")
_SPECIAL = frozenset("*+?{}()[]|^$")
_BEYOND_ASCII = "éß٣\u2003☃\U0010ffff"
"""One of each kind that a class can single out beyond ASCII: letters, a digit, a blank, a sign, and the last character of all."""


def why_unsafe(pattern: str) -> str | None:
    """Why a pattern is not taken, to follow "because"; null where it is safe. Never raises."""
    if len(pattern) > LONGEST:
        return f"it is longer than {LONGEST} characters"
    try:
        reader = _Reader(pattern)
        _judge(reader.whole(), frozenset())
    except _RefusedError as refused:
        return str(refused)
    return None


def as_python(pattern: str) -> str:
    r"""The pattern for Python's ``re``: a ``$`` at the end is the end of the text there too, and lets no line end through.

    >>> as_python("^a$"), as_python(r"^a\$")
    ('^a\\Z', '^a\\$')
    """
    return f"{pattern[:-1]}\\Z" if _ends_anchored(pattern) else pattern


def _ends_anchored(pattern: str) -> bool:
    before = pattern[:-1]
    return pattern.endswith("$") and (len(before) - len(before.rstrip("\\"))) % 2 == 0


class _Reader:
    """Reads a pattern from left to right."""

    def __init__(self, pattern: str) -> None:
        start = 1 if pattern.startswith("^") else 0
        self.text = pattern[start:-1] if len(pattern) > start and _ends_anchored(pattern) else pattern[start:]
        self.sample = sorted({*map(chr, range(128)), *_BEYOND_ASCII, *pattern})
        self.at = 0

    def whole(self) -> Choice:
        """The whole pattern."""
        read = self.choice(0)
        if self.at < len(self.text):
            raise _RefusedError("a bracket is closed that was never opened")
        return read

    def choice(self, depth: int) -> Choice:
        """Options up to the end of the group."""
        if depth > DEEPEST:
            raise _RefusedError("its groups are nested too deep")
        options = [self.row(depth)]
        while self.ahead("|"):
            options.append(self.row(depth))
        return Choice(tuple(options))

    def row(self, depth: int) -> Row:
        """Parts up to the next choice or the end of the group."""
        parts: list[Node] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            part = self.group(depth) if self.ahead("(") else self.atom()
            parts.append(self.repeated(part))
        return Row(tuple(parts))

    def group(self, depth: int) -> Choice:
        """What stands in round brackets; the opening one is read."""
        if self.ahead("?") and not self.ahead(":"):
            raise _RefusedError(_INTRICATE)
        inside = self.choice(depth + 1)
        if not self.ahead(")"):
            raise _RefusedError("a bracket is opened and never closed")
        return inside

    def atom(self) -> Atom:
        """One character, class or escape."""
        found = _CLASS.match(self.text, self.at) or _ESCAPE.match(self.text, self.at)
        written = found[0] if found else self.text[self.at]
        if found is None and (written in _SPECIAL or written == "\\"):
            raise _RefusedError(_INTRICATE)
        if written.startswith("[") and any(twice in written for twice in _NESTED):
            raise _RefusedError(_INTRICATE)
        self.at += len(written)
        return Atom(frozenset(self.matched(written)))

    def matched(self, written: str) -> Iterator[str]:
        """The characters of the sample that are meant."""
        try:
            meant = re.compile(written)
        except re.error as error:
            raise _RefusedError(f"{written!r} in it cannot be read") from error
        return (letter for letter in self.sample if meant.fullmatch(letter))

    def repeated(self, part: "Atom | Choice") -> Node:
        """The part with the repeat that stands behind it."""
        counted = _COUNT.match(self.text, self.at)
        if counted:
            self.at += len(counted[0])
            least = int(counted[1])
            most = least if not counted[2] else int(counted[3]) if counted[3] else None
            if max(least, most or 0) > MOST_REPEATS or (most is not None and most < least):
                raise _RefusedError(f"{counted[0]} in it is no sensible number of repeats")
        else:
            sign = next((sign for sign in "*+?" if self.ahead(sign)), None)
            if sign is None:
                return part
            least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        if self.text[self.at : self.at + 1] in {"*", "+", "?", "{"}:
            raise _RefusedError(_INTRICATE)
        return Repeat(part, least, most)

    def ahead(self, sign: str) -> bool:
        """Whether this sign comes next; it is then read."""
        comes = self.text.startswith(sign, self.at)
        self.at += comes
        return comes


def _first(node: Node) -> Letters:
    """With which characters a match of the part can begin."""
    match node:
        case Atom(letters):
            return letters
        case Choice(options):
            return frozenset().union(*(_first(option) for option in options))
        case Repeat(inner, _, most):
            return frozenset() if most == 0 else _first(inner)
        case Row(parts):
            empty = list(takewhile(_may_be_empty, parts))
            return frozenset().union(*(_first(part) for part in parts[: len(empty) + 1]))


def _may_be_empty(node: Node) -> bool:
    match node:
        case Atom():
            return False
        case Choice(options):
            return any(_may_be_empty(option) for option in options)
        case Repeat(inner, least, _):
            return least == 0 or _may_be_empty(inner)
        case Row(parts):
            return all(_may_be_empty(inner) for inner in parts)


def _judge(node: Node, after: Letters) -> None:
    """Raise where the next character does not decide; ``after`` are the characters that may follow the part."""
    match node:
        case Choice(options):
            begun = [_first(option) | (after if _may_be_empty(option) else frozenset()) for option in options]
            if any(_overlap(begun)):
                raise _RefusedError(_ALIKE)
            for option in options:
                _judge(option, after)
        case Repeat(inner, least, most):
            begins = _first(inner)
            if _may_be_empty(inner):
                raise _RefusedError(_EMPTY_REPEAT)
            if least != most and begins & after:
                raise _RefusedError(_AMBIGUOUS)
            _judge(inner, after if most in {0, 1} else after | begins)
        case Row(parts):
            for place, part in enumerate(parts):
                rest = Row(parts[place + 1 :])
                _judge(part, _first(rest) | (after if _may_be_empty(rest) else frozenset()))


def _overlap(begun: Sequence[Letters]) -> Iterator[bool]:
    """For each two sets whether they share a character."""
    return (bool(first & second) for place, first in enumerate(begun) for second in begun[place + 1 :])
