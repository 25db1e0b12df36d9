"""How levels leave a roll-up: pooled, with who is in none of them; means on a common scale; and how levels moved over a window."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from registry.domain.group import group_of
from registry.domain.linked_rows import LinkedLevel, LinkedPart
from registry.domain.normal import Z95
from registry.domain.rollup import LEFT_OUT, shown_figure
from registry.domain.rollup_answer import Known, LeftOut, LinkedEstimate, ShownChange, ShownLevel
from registry.domain.rollup_rows import LevelChange, LevelPart, PooledLevel
from registry.domain.value import figure
from registry.domain.words import UNLINKED


def shown_levels(levels: Iterable[PooledLevel], parts: Sequence[LevelPart]) -> tuple[ShownLevel, ...]:
    """The pooled levels with those named who measure alike and are in none of them."""
    per = {part.level_key: part.per for part in parts}
    return tuple(
        ShownLevel(
            key=level.level_key,
            period=level.period,
            group=group_of(level.group_key),
            communities=level.communities,
            numerator=level.numerator,
            denominator=level.denominator,
            value=shown_figure(level.value),
            low=shown_figure(level.low),
            high=shown_figure(level.high),
            unweighted=shown_figure(level.unweighted),
            known=_known(level, per[level.level_key]),
            left_out=tuple(
                LeftOut(part.community, part.variant, LEFT_OUT[part.status])
                for part in parts
                if part.status in LEFT_OUT and _named(part) == _named(level)
            ),
        )
        for level in levels
    )


def _named(row: PooledLevel | LevelPart) -> tuple[str, str, str]:
    return row.level_key, row.group_key, row.period


def _known(level: PooledLevel, per: float) -> Known | None:
    if level.value is not None or not level.known_denominator or level.known_numerator is None:
        return None
    value = figure(Fraction(repr(per)) * Fraction(level.known_numerator, level.known_denominator))
    return Known(level.known_communities, level.known_numerator, level.known_denominator, value or 0.0)


def linked_levels(levels: Iterable[LinkedLevel], parts: Sequence[LinkedPart]) -> tuple[ShownLevel, ...]:
    """The means on the common scale, with those named whom no link brings there."""
    return tuple(
        ShownLevel(
            key=level.linked_key,
            tier="linked",
            scale=next(part.scale for part in parts if part.linked_key == level.linked_key),
            links=sorted(
                {
                    part.link
                    for part in parts
                    if part.link
                    and part.community in level.communities
                    and (part.linked_key, part.period) == (level.linked_key, level.period)
                }
            ),
            period=level.period,
            group={},
            communities=level.communities,
            numerator=None,
            denominator=level.people,
            value=level.mean,
            low=shown_figure(level.mean - Z95 * level.se),
            high=shown_figure(level.mean + Z95 * level.se),
            unweighted=None,
            known=None,
            left_out=tuple(
                LeftOut(part.community, part.variant, UNLINKED[part.reason or "sample"])
                for part in parts
                if (part.linked_key, part.period) == (level.linked_key, level.period)
                and (part.reason is not None or not part.people)
            ),
        )
        for level in levels
    )


def linked_of(part: LinkedPart) -> LinkedEstimate:
    """One place's estimate as it is shown, always with its interval and its link."""
    known = part.mean is not None and part.se is not None
    return LinkedEstimate(
        key=part.linked_key,
        scale=part.scale,
        period=part.period,
        link=part.link,
        score=part.score,
        cut_se=part.cut_se,
        share=part.share,
        mean=part.mean if known else None,
        se=part.se,
        ci95=(figure(part.mean - Z95 * part.se) or 0.0, figure(part.mean + Z95 * part.se) or 0.0)
        if part.mean is not None and part.se is not None
        else None,
        reason=part.reason,
    )


def shown_changes(rows: Iterable[LevelChange]) -> tuple[ShownChange, ...]:
    """How far each pooled level moved, over a fixed panel."""
    return tuple(
        ShownChange(
            key=row.level_key,
            group=group_of(row.group_key),
            communities=row.communities,
            came=row.came,
            left=row.gone,
            change=shown_figure(row.change),
            low=shown_figure(row.low),
            high=shown_figure(row.high),
        )
        for row in rows
    )
