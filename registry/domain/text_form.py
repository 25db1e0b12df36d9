"""Whether bytes are a document at all: JSON or TOML of a sensible size and depth, whose numbers and texts can be kept as they are.

What cannot be taken apart has one finding. All else is taken apart and every fault of form is named at its place: a field said
twice, a number that would be changed by keeping it (RFC 7493: whole numbers up to 2**53 - 1), half a character.

>>> read_json(b'{"a": 1, "a": 1e999}').findings[0].detail
"The field 'a' stands twice."
"""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from math import isfinite, isnan

import msgspec

from registry.domain.finding import Finding
from registry.domain.rule import pointer_to

MAX_DEPTH = 64
MAX_BYTES = 5_000_000
LARGEST_WHOLE = 2**53 - 1
"""The largest whole number that every reader of JSON keeps exactly."""

_HALF = re.compile("[\ud800-\udfff]")
_LONGEST_NUMBER = 20
_MARKS = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """What the bytes hold, and what is wrong with their form; not ``readable``: they hold nothing that could be judged."""

    loaded: object = None
    readable: bool = True
    findings: tuple[Finding, ...] = ()


_STEERING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def read_json(raw: bytes) -> Read:
    """Take a JSON document apart. Never raises."""
    return _read(raw, _from_json)


def read_toml(raw: bytes) -> Read:
    """Take a TOML document apart. Never raises."""
    return _read(raw, _from_toml)


def unkeepable(loaded: object) -> Iterator[Finding]:
    """Every number, text and field name that could not be kept as it stands."""
    waiting: list[tuple[object, tuple[str | int, ...]]] = [(loaded, ())]
    while waiting:
        here, place = waiting.pop()
        if _halved(here) or (place and _halved(place[-1])):
            detail, hint = "The text holds half a character, which cannot be kept.", "Type the text again."
            yield Finding(rule="wrong-form", severity="error", pointer=pointer_to(*place), detail=detail, hint=hint)
        elif _invisible(here) or (place and _invisible(place[-1])):
            detail, hint = "The text holds a character that steers the screen.", "Type the text again, without it."
            yield Finding(rule="wrong-form", severity="error", pointer=pointer_to(*place), detail=detail, hint=hint)
        elif (fault := _unkept(here)) is not None:
            detail, hint = fault
            yield Finding(rule="out-of-range", severity="error", pointer=pointer_to(*place), detail=detail, hint=hint)
        waiting.extend((child, (*place, name)) for name, child in reversed(list(_children(here))))


def _invisible(here: object) -> bool:
    """Whether a text holds control characters (line ends and tabs aside) or marks that turn the reading direction around."""
    return isinstance(here, str) and _STEERING.search(here) is not None


def deeper_than(loaded: object, limit: int) -> bool:
    """Whether lists and mappings stand in one another more than ``limit`` deep."""
    level = [loaded]
    for _ in range(limit + 1):
        level = [child for here in level for _, child in _children(here)]
    return bool(level)


TOO_DEEP = Finding(
    rule="too-deep",
    severity="error",
    pointer="",
    detail=f"The document is nested more than {MAX_DEPTH} deep.",
    hint="Documents here are flat; look for a bracket that is never closed.",
)


def _read(raw: bytes, taken_apart: Callable[[str], Read]) -> Read:
    if len(raw) > MAX_BYTES:
        detail = f"The document has {len(raw):,} bytes; {MAX_BYTES:,} is the most."
        return _unread("too-large", detail, "Load figures as a data file; a document only describes.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _unread("not-utf-8", f"The file is not UTF-8 text (byte {error.start + 1}).", "Save it as UTF-8.")
    return taken_apart(text)


def _from_json(text: str) -> Read:
    if not text.strip():
        return _unread("not-json", "The file is empty.", "Check that it is the right file.")
    if _depth(text) > MAX_DEPTH:
        return Read(readable=False, findings=(TOO_DEEP,))
    repeated: list[tuple[dict[str, object], list[str]]] = []
    try:
        loaded: object = json.loads(
            text, object_pairs_hook=lambda pairs: _once(pairs, repeated), parse_int=_whole, parse_constant=float
        )
    except json.JSONDecodeError as error:
        detail = f"This is no JSON: {_lowered(error.msg)} (line {error.lineno}, column {error.colno})."
        return _unread("not-json", detail, "Look there for a comma, a bracket or a quotation mark too many or too few.")
    return Read(loaded=loaded, findings=tuple(_twice(loaded, repeated)))


def _from_toml(text: str) -> Read:
    try:
        return Read(loaded=tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        return _unread("not-toml", f"This is no TOML: {_lowered(str(error))}.", "See https://toml.io for the form.")
    except RecursionError:
        return Read(readable=False, findings=(TOO_DEEP,))
    except ValueError:
        return _unread("not-toml", "This is no TOML: a number in it has thousands of digits.", "Correct the number.")


def _unread(rule: str, detail: str, hint: str) -> Read:
    finding = Finding(rule=rule, severity="error", pointer="", detail=detail, hint=hint)
    return Read(readable=False, findings=(finding,))


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:]


def _whole(text: str) -> int:
    """A whole number; of one far too long only the start, which is too large as well."""
    return int(text[:_LONGEST_NUMBER])


def _once(pairs: list[tuple[str, object]], repeated: list[tuple[dict[str, object], list[str]]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        times = Counter(name for name, _ in pairs)
        repeated.append((found, sorted(name for name in times if times[name] > 1)))
    return found


def _twice(loaded: object, repeated: list[tuple[dict[str, object], list[str]]]) -> Iterator[Finding]:
    """A finding for every field said twice, at its place; an object that was itself said twice and dropped has none."""
    named = {id(found): names for found, names in repeated}
    waiting: list[tuple[object, tuple[str | int, ...]]] = [(loaded, ())] if named else []
    while waiting:
        here, place = waiting.pop()
        for name in named.get(id(here), ()):
            detail, hint = f"The field {name!r} stands twice.", "Keep one of the two."
            pointer = pointer_to(*place, name)
            yield Finding(rule="key-twice", severity="error", pointer=pointer, detail=detail, hint=hint)
        waiting.extend((child, (*place, name)) for name, child in _children(here))


def _unkept(value: object) -> tuple[str, str] | None:
    """Why a number cannot be kept, and the way out."""
    match value:
        case bool():
            return None
        case int() if abs(value) > LARGEST_WHOLE:
            hint = f"Whole numbers go up to {LARGEST_WHOLE:,}; an id is text, in quotation marks."
            return "The number is too large to be kept exactly.", hint
        case float() if isnan(value):
            return "NaN is no number that could be kept.", "Give the number, or leave the field out."
        case float() if not isfinite(value):
            return "The number is too large to be kept.", "Check the number."
        case _:
            return None


def _halved(value: object) -> bool:
    return isinstance(value, str) and _HALF.search(value) is not None


def _children(value: object) -> Iterator[tuple[str | int, object]]:
    if isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


def _depth(text: str) -> int:
    deepest = depth = 0
    for mark in _MARKS.finditer(text):
        if mark[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark[0] in "]}":
            depth -= 1
    return deepest
