"""The rules of a document: each looks at the parts it needs and says what is wrong, and all of them are always asked.

A rule names the members it needs by pointer. It is asked unless one of those is itself wrong or lacking; what is wrong further
inside reaches it as ``FAULTY``, which is neither text, number, list nor mapping, so that a rule passes over it and still speaks
of the rest. One reading thus shows every fault at once, and none twice. Tests: ``tests/test_check.py``.

>>> def inverted(low, high):
...     return () if low <= high else [("/low", f"{low} is above {high}.", "Swap the two.")]
>>> low_before_high = Rule(code="inverted", needs=("/low", "/high"), check=inverted)
>>> [finding.pointer for finding in judge((low_before_high,), {"low": 3, "high": 1}, faulty=())]
['/low']
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy

import msgspec

from registry.domain.finding import Finding, Severity

Found = tuple[str, str, str]
"""Where (pointer), what is wrong, and how to mend it."""


class Faulty(msgspec.Struct, frozen=True):
    """Stands in a document for a member that is already known to be wrong."""


FAULTY = Faulty()


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule: its code, the members it needs (absent ones arrive as null), and what it finds in them.

    ``after`` names rules asked before it whose finding at the same place already says what this one would say.
    """

    code: str
    needs: tuple[str, ...]
    check: Callable[..., Iterable[Found]]
    severity: Severity = "error"
    after: tuple[str, ...] = ()


def member(document: object, pointer: str) -> object:
    """The value at a pointer (RFC 6901), or null where there is none."""
    here = document
    for raw in pointer.split("/")[1:]:
        name = _plain(raw)
        if isinstance(here, Mapping):
            here = here.get(name)
        elif isinstance(here, Sequence) and not isinstance(here, str) and name.isdecimal() and int(name) < len(here):
            here = here[int(name)]
        else:
            return None
    return here


def pointer_to(*parts: str | int) -> str:
    """The pointer (RFC 6901) to a member; half a character, which no text can hold, is spelled out.

    >>> pointer_to("codes", "met/exceeded", 0)
    '/codes/met~1exceeded/0'
    """
    escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in parts)
    return "".join(f"/{part}" for part in escaped).encode("utf-8", "backslashreplace").decode("utf-8")


def part(document: object, name: str) -> object:
    """A member of a mapping; null where there is none, or where this is no mapping."""
    return document.get(name) if isinstance(document, Mapping) else None


def fields(document: object) -> Mapping[str, object]:
    """The members of a mapping; none where this is no mapping."""
    return document if isinstance(document, Mapping) else {}


def items(document: object) -> Sequence[object]:
    """The entries of a list; none where this is no list."""
    return document if isinstance(document, list) else ()


def number(value: object) -> int | float | None:
    """The value where it is a number; true and false are none."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def judge(rules: Sequence[Rule], document: Mapping[str, object], *, faulty: Sequence[str]) -> Iterator[Finding]:
    """Ask every rule whose needs are sound. ``faulty`` are the pointers at which the structure already failed."""
    sound = _without(document, faulty)
    spoken: dict[str, set[str]] = {}
    for rule in rules:
        if any(need == fault or need.startswith(f"{fault}/") for need in rule.needs for fault in faulty):
            continue
        for pointer, detail, hint in rule.check(*(member(sound, need) for need in rule.needs)):
            said = spoken.setdefault(pointer, set())
            if said.isdisjoint(rule.after):
                yield Finding(rule=rule.code, severity=rule.severity, pointer=pointer, detail=detail, hint=hint)
            said.add(rule.code)


def _without(document: Mapping[str, object], faulty: Sequence[str]) -> Mapping[str, object]:
    """A copy in which every faulty member is ``FAULTY``; the document itself where nothing is."""
    if not faulty:
        return document
    copied = deepcopy(document)
    for pointer in faulty:
        above, _, raw = pointer.rpartition("/")
        here, name = member(copied, above), _plain(raw)
        if isinstance(here, dict) and name in here:
            here[name] = FAULTY
        elif isinstance(here, list) and name.isdecimal() and int(name) < len(here):
            here[int(name)] = FAULTY
    return copied


def _plain(raw: str) -> str:
    return raw.replace("~1", "/").replace("~0", "~")
