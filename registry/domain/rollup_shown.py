"""How a roll-up's answer is put together from what the queries returned: what is shown, at which tier, and who is out and why.

No figure is computed here and none is left unexplained: a community that is not in a level or a count is named with the reason.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from registry.domain.comparability import Tier, split_key
from registry.domain.network_answer import Apart, Network
from registry.domain.overlap import CountedElsewhere, held_on, in_words
from registry.domain.period import period_of
from registry.domain.rollup import LEFT_OUT
from registry.domain.rollup_answer import Coverage, Excluded, OutOf, ShownLevel
from registry.domain.rollup_rows import (
    Count,
    LevelPart,
    Place,
)


def network_of(counts: Sequence[Count]) -> Network:
    """The joint count of the progress key with most communities, the others apart, and everybody by direction where that is more."""
    keyed = [count for count in counts if count.tier == "progress"]
    directed = [count for count in counts if count.tier == "direction"]
    if not keyed:
        return Network(direction=None if not directed else msgspec.convert(msgspec.structs.asdict(directed[0]), Apart))
    first, *others = (msgspec.structs.asdict(count) for count in keyed)
    wider = [count for count in directed if count.n > keyed[0].n]
    return msgspec.convert(
        {**first, "apart": others, "direction": msgspec.structs.asdict(wider[0]) if wider else None}, Network
    )


def excluded_of(
    places: Iterable[Place],
    network: Network,
    parts: Iterable[LevelPart],
    day: str,
    elsewhere: Iterable[CountedElsewhere] = (),
) -> Iterator[Excluded]:
    """Every local measure that is out of the joint count or of its level, and why, in words."""
    uncounted = {
        (part.community, part.variant): LEFT_OUT[part.status]
        for part in parts
        if part.status in {"no_counts", "sample"} and not part.group_key
    }
    held = {name[1:]: in_words(entry) for name, entry in held_on(day, elsewhere, "progress").items()}
    for place in places:
        if place.place == "reference":
            continue
        reason, out_of = _why_out(place, network, day)
        tier: Tier = "none" if place.tier == "none" or place.left_out else place.tier
        name = (place.community, place.variant)
        if out_of is None and name in held:
            reason, out_of = held[name], "count"
        if out_of is not None:
            yield Excluded(place.community, place.variant, tier, reason, out_of)
        elif place.level_key is None:
            why = "; ".join(place.reasons) or "its level is not comparable"
            yield Excluded(place.community, place.variant, "progress", why, "level")
        elif name in uncounted:
            yield Excluded(place.community, place.variant, "progress", uncounted[name], "level")


def coverage_of(network: Network, levels: Sequence[ShownLevel], excluded: Iterable[Excluded]) -> Coverage:
    """How much of the network the answer speaks of; people are those of each key's latest shown level, everybody only."""
    counted = {
        *network.communities,
        *(community for level in levels for community in level.communities if level.tier == "level"),
    }
    everybody = [(split_key(level.key)[0], level) for level in levels if not level.group and level.tier == "level"]
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


def _why_out(place: Place, network: Network, day: str) -> tuple[str, OutOf | None]:
    if place.left_out is not None:
        reasons = {
            "not_member": f"{place.name} is not a member on {day}",
            "retired": "it was retired",
            "pending": f"it stands on version {place.template_version} of the outcome and not on the one asked for, so it is pending here; "
            "ask for that version to see it",
        }
        return reasons[place.left_out], "everything"
    if place.tier == "none":
        return "; ".join(place.reasons), "everything"
    if place.tier == "direction":
        return f"a declared proxy: {'; '.join(place.reasons)}", "count"
    if not place.headline:
        return "it is not the community's headline measure: it is shown, and neither counted nor pooled", "everything"
    if network.key is None:
        return "by the roll-up rule of this outcome nothing is counted, so it stands for itself", "count"
    if place.progress_key != network.key:
        return "its progress is counted apart: the facets that must agree for progress differ from the others'", "count"
    return "", None
