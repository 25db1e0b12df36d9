"""How a roll-up's answer is put together from what the queries returned: what is shown, at which tier, and who is out and why.

No figure is computed here and none is left unexplained: a community that is not in a level or a count is named with the reason.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Literal

import msgspec

from registry.domain.agreement import State
from registry.domain.group import group_of
from registry.domain.path import Aim
from registry.domain.period import period_of
from registry.domain.point import Point
from registry.domain.progress import Progress
from registry.domain.rollup import LEFT_OUT, Count, LevelPart, Picked, Place, PooledLevel, Progressed, shown_figure
from registry.domain.rollup_answer import (
    Coverage,
    Excluded,
    Known,
    LeftOut,
    Network,
    OutOf,
    ShownLevel,
    ShownSeries,
)
from registry.domain.value import figure


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


def shown_series(
    places: Sequence[Place],
    picked: Sequence[Picked],
    progressed: Sequence[Progressed],
    states: Mapping[tuple[str, str], State],
) -> Iterator[tuple[Place, ShownSeries]]:
    """Every series with its place, in order of community, variant and group; one that can be shown nowhere is left to ``excluded``.

    ``states`` tells, by community and variant, how far each measure is agreed.
    """
    by_name = {(place.community, place.variant): place for place in places}
    judged = {(row.community, row.variant, row.group_key): row for row in progressed}
    for pick in picked:
        place = by_name[pick.community, pick.variant]
        if place.tier == "none" or place.left_out is not None:
            continue
        row = judged[pick.community, pick.variant, pick.group_key]
        yield (
            place,
            ShownSeries(
                community=pick.community,
                name=place.name,
                variant=pick.variant,
                group=group_of(pick.group_key),
                state=states[pick.community, pick.variant],
                tier=place.tier,
                key=place.level_key or place.progress_key,
                baseline=_end(pick, "b"),
                declared_baseline=_declared(pick),
                latest=_end(pick, "l"),
                target=None
                if pick.t_period is None or pick.t_value is None
                else Aim(pick.t_period, float(pick.t_value)),
                broken_at=pick.broken_at,
                baseline_declared=pick.b_declared,
                **{name: getattr(row.progress, name) for name in Progress.__struct_fields__},
            ),
        )


def network_of(counts: Sequence[Count]) -> Network:
    """The joint count of the progress key with most communities, and the others apart."""
    if not counts:
        return Network()
    first, *others = ({"key": count.progress_key, **msgspec.structs.asdict(count)} for count in counts)
    return msgspec.convert({**first, "apart": others}, Network)


def excluded_of(places: Iterable[Place], network: Network, parts: Iterable[LevelPart], day: str) -> Iterator[Excluded]:
    """Every local measure that is out of the joint count or of its level, and why, in words."""
    uncounted = {
        (part.community, part.variant): LEFT_OUT[part.status]
        for part in parts
        if part.status in {"no_counts", "sample"} and not part.group_key
    }
    for place in places:
        if place.place == "reference":
            continue
        reason, out_of = _why_out(place, network, day)
        tier = "none" if place.tier == "none" or place.left_out else place.tier
        if out_of is not None:
            yield Excluded(place.community, place.variant, tier, reason, out_of)
        elif place.level_key is None:
            why = "; ".join(place.reasons) or "its level is not comparable"
            yield Excluded(place.community, place.variant, "progress", why, "level")
        elif (place.community, place.variant) in uncounted:
            why = uncounted[place.community, place.variant]
            yield Excluded(place.community, place.variant, "progress", why, "level")


def coverage_of(network: Network, levels: Sequence[ShownLevel], excluded: Iterable[Excluded]) -> Coverage:
    """How much of the network the answer speaks of; people are those of each key's latest shown level, everybody only."""
    counted = {*network.communities, *(community for level in levels for community in level.communities)}
    everybody = [(_before_breaks(level.key), level) for level in levels if not level.group]
    latest: dict[str, int] = {}
    for key, level in everybody:
        latest[key] = max(latest.get(key, 0), period_of(level.period).ordinal)
    return Coverage(
        communities_in=len(counted),
        communities_out=len({row.community for row in excluded} - counted),
        people_in=sum(
            level.denominator or 0 for key, level in everybody if period_of(level.period).ordinal == latest[key]
        ),
        masked_share=0.0,
    )


def _before_breaks(key: str) -> str:
    """A level's key without the break that sets its years apart: the key is a JSON object, and what follows it names the break."""
    return key[: key.rindex("}") + 1]


def _why_out(place: Place, network: Network, day: str) -> tuple[str, OutOf | None]:
    if place.left_out is not None:
        reasons = {
            "not_member": f"{place.name} is not a member on {day}",
            "retired": "it was retired",
            "pending": f"it stands on version {place.template_version} of the outcome, and is pending until it moves to this one; "
            "ask for that version to see it",
        }
        return reasons[place.left_out], "everything"
    if place.tier == "none":
        return "; ".join(place.reasons), "everything"
    if not place.headline:
        return "it is not the community's headline measure, so it is not counted", "everything"
    if place.progress_key != network.key:
        return "its progress is counted apart: the facets that must agree for progress differ from the others'", "count"
    return "", None


def _end(pick: Picked, letter: Literal["b", "l"]) -> Point | None:
    """One end of a picked series: b the baseline, l the latest; null where there is none."""
    if getattr(pick, f"{letter}_period") is None:
        return None
    names = ("period", "n", "d", "eligible", "missing")
    period, numerator, denominator, eligible, missing = (getattr(pick, f"{letter}_{name}") for name in names)
    value, low, high, error = (
        shown_figure(getattr(pick, f"{letter}_{name}")) for name in ("value", "low", "high", "se")
    )
    return Point(
        period=period,
        value=value,
        numerator=numerator,
        denominator=denominator,
        low=low,
        high=high,
        standard_error=error,
        eligible=eligible,
        missing=missing,
    )


def _declared(pick: Picked) -> Point | None:
    """The baseline as the community declared it, where the loaded data say otherwise (or nothing)."""
    if pick.declared_period is None or pick.b_period != pick.declared_period:
        return None
    if pick.declared_value is None and pick.declared_n is None:
        return None
    declared = Point(
        period=pick.declared_period,
        value=shown_figure(pick.declared_value),
        numerator=pick.declared_n,
        denominator=pick.declared_d,
    )
    same_counts = declared.numerator in {None, pick.b_n} and declared.denominator in {None, pick.b_d}
    return None if same_counts and declared.value == shown_figure(pick.b_value) else declared
