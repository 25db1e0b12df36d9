"""Which year of a plain sentence belongs to which of its levels, where a milestone stands beside the target too.

A year that no word marks ("in 2019") goes with the figure nearest to it. Where a sentence has as many levels as deadlines, they belong
together in their order, and the last deadline's level is the target. What cannot be told stays unread.
Tests: ``tests/domain/test_sentence.py``.
"""

from collections.abc import Sequence

import msgspec

from registry.domain.sentence_amounts import Amounts
from registry.domain.sentence_numbers import Figure
from registry.domain.sentence_time import Mention


class Years(msgspec.Struct, frozen=True, kw_only=True):
    """The baseline's year, the target's, the level wanted then, and what was left over."""

    baseline: int | None
    target: int | None
    level: Figure | None
    unread: tuple[str, ...]
    placed: tuple[Figure, ...]
    """The levels that stand beside a deadline of their own; those of them that are no target are milestones."""


def settle(mentions: Sequence[Mention], amounts: Amounts) -> Years:
    """Give each year to the baseline or the target."""
    starts = [mention for mention in mentions if mention.role == "baseline"]
    ends = [mention for mention in mentions if mention.role == "deadline"]
    unread: list[str] = []
    for mention in (mention for mention in mentions if mention.role == "unsaid"):
        if _belongs_to_baseline(mention, amounts):
            starts.append(mention)
        elif any(end.role == "deadline" for end in ends):
            unread.append(mention.written)
        else:
            ends.append(mention)
    unread += [mention.written for mention in starts[1:]]
    baseline = starts[0].year if starts else None
    levels = amounts.levels
    if len(ends) > 1 and len(levels) == len(ends):
        pairs = sorted(zip(levels, sorted(ends, key=lambda end: end.start), strict=True), key=lambda pair: pair[1].year)
        unread += [f"{level.written} {end.written}" for level, end in pairs[:-1]]
        return Years(
            baseline=baseline, target=pairs[-1][1].year, level=pairs[-1][0], unread=tuple(unread), placed=levels
        )
    level = amounts.parts.get("target")
    end = _nearest(ends, level or amounts.parts.get("amount"))
    unread += [mention.written for mention in ends if mention is not end]
    target = end.year if end is not None else None
    return Years(baseline=baseline, target=target, level=level, unread=tuple(unread), placed=())


def _belongs_to_baseline(mention: Mention, amounts: Amounts) -> bool:
    baseline, target = amounts.parts.get("baseline"), amounts.parts.get("target")
    if baseline is None:
        return False
    return target is None or _apart(mention, baseline) <= _apart(mention, target)


def _nearest(ends: Sequence[Mention], figure: Figure | None) -> Mention | None:
    """The deadline nearest to what is promised; without a figure the last one."""
    if figure is None:
        return max(ends, key=lambda end: end.year, default=None)
    return min(ends, key=lambda end: _apart(end, figure), default=None)


def _apart(mention: Mention, figure: Figure) -> int:
    return mention.start - figure.end if mention.start >= figure.end else figure.start - mention.end + 1
