"""The rules of a document: each looks at the parts it needs and says what is wrong, and all of them are always asked.

A rule names the members it needs by pointer. It is asked when those members are structurally sound, even where other parts
of the document are not, so that one reading shows every fault at once.

>>> low_before_high = Rule(needs=("/low", "/high"), check=lambda low, high: () if low <= high else ((("/low"), "high is below low", ""),), code="inverted")
>>> [finding.pointer for finding in judge((low_before_high,), {"low": 3, "high": 1}, faulty=())]
['/low']
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from registry.domain.finding import Finding, Severity

Found = tuple[str, str, str]
"""Where (pointer), what is wrong, and how to mend it."""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule: its code, the members it needs (absent ones arrive as null), and what it finds in them."""

    code: str
    needs: tuple[str, ...]
    check: Callable[..., Iterable[Found]]
    severity: Severity = "error"


def member(document: object, pointer: str) -> object:
    """The value at a pointer (RFC 6901), or null where there is none."""
    here = document
    for raw in pointer.split("/")[1:]:
        part = raw.replace("~1", "/").replace("~0", "~")
        if isinstance(here, Mapping):
            here = here.get(part)
        elif isinstance(here, Sequence) and not isinstance(here, str) and part.isdecimal() and int(part) < len(here):
            here = here[int(part)]
        else:
            return None
    return here


def judge(rules: Sequence[Rule], document: Mapping[str, object], *, faulty: Sequence[str]) -> Iterator[Finding]:
    """Ask every rule whose needs are sound. ``faulty`` are the pointers at which the structure already failed."""
    for rule in rules:
        if any(_touches(need, fault) for need in rule.needs for fault in faulty):
            continue
        for pointer, detail, hint in rule.check(*(member(document, need) for need in rule.needs)):
            yield Finding(rule=rule.code, severity=rule.severity, pointer=pointer, detail=detail, hint=hint)


def _touches(need: str, fault: str) -> bool:
    return need == fault or need.startswith(fault + "/") or fault.startswith(need + "/")
