"""What a roll-up must say, worked out from the documents and loads alone: plain Python, exact fractions, no SQL and no projection.

Only the progress between two points, and the verdict on a gap of four cells, are taken from the domain, where each has a twin test.
"""

from collections.abc import Iterator, Mapping

import msgspec
from expected_counts import Tallies, at_targets, gap_counts, gaps_of, joint_of, tally
from expected_keys import Keys, is_member, keys, of_dimension
from expected_levels import Change, Level, asides_in, changes_of, levels_of, people_in
from expected_places import Aside, asides, on
from expected_series import Asked, Name, Series, histories, is_told, series_of
from networks import FIRST, LAST, Net

from registry.domain.disparity import Disparity
from registry.domain.variant import Variant


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer: series by (community, variant, group), levels by (key, group, period), tallies by key, who is out by variant."""

    series: dict[tuple[str, str, str], Series]
    levels: dict[tuple[str, str, str], Level]
    changes: dict[tuple[str, str], Change]
    tallies: Tallies
    directed: Tallies
    meeting_target: dict[str, str]
    gaps: dict[tuple[str, str, str], Disparity]
    gap_counts: dict[str, dict[str, int]]
    excluded: dict[Name, tuple[str, str]]
    overlaps: set[tuple[str, str]]
    communities_in: set[str]
    people_in: int

    @property
    def joint(self) -> str | None:
        """The progress key with most communities, of equal ones the first by its letters."""
        return joint_of(self.tallies)


def expected(net: Net, asked: Asked) -> Expected:
    """Everything the roll-up of one network must say."""
    net = current(net)
    standing = histories(net)
    members = {place.slug for place in net.communities if is_member(place, asked.day)}
    known = {(entry.community, entry.id): keys(net, entry) for entry in net.variants}
    counted = {
        (entry.community, entry.id): entry
        for entry in net.variants
        if entry.headline and entry.community in members and known[entry.community, entry.id].direction
    }
    series = dict(series_by_name(net, known, asked))
    tallied = net.template.indicator.rollup != "none"
    followed = {name: entry for name, entry in counted.items() if known[name].progress}
    apart = asides_by_count(net, counted, known)
    tallies, directed = (
        tally(series, counted, known, tier, apart[tier], asked.day) if tallied else {}
        for tier in ("progress", "direction")
    )
    levels = dict(levels_of(net, counted, known, asked))
    gaps = {
        name: found for name, found in gaps_of(net, standing, asked) if name[0] in members and known[name[:2]].progress
    }
    shown = {
        name: found
        for name, found in series.items()
        if found.tier in {"level", "progress"} and (name[0] in members or found.place == "reference")
    }
    aside_now = {
        name: spans for name, spans in apart["progress"].items() if on(apart["progress"], name, (asked.day, asked.day))
    }
    inside = {place for places in tallies.get(joint_of(tallies) or "", {}).values() for place in places}
    return Expected(
        series=shown,
        levels=levels,
        changes=dict(changes_of(levels, asked)) if asked.window else {},
        tallies=tallies,
        directed=directed,
        meeting_target=dict(at_targets(net, series, followed, apart["outcome"], asked)),
        gaps=gaps,
        gap_counts=gap_counts(gaps, counted, known, apart["progress"], asked, joint_of(tallies)),
        excluded={
            **dict(out_of_level(known, counted, levels)),
            **dict(out_of(net, members, known, tallies, aside_now)),
        },
        overlaps={
            (name[0], aside.other)
            for found in (*apart.values(), *(asides_in(net, counted, known, year) for year in range(FIRST, LAST + 1)))
            for name, spans in found.items()
            for aside in spans
        },
        communities_in=inside | {place for level in levels.values() for place in level.communities},
        people_in=people_in(levels),
    )


def asides_by_count(
    net: Net, counted: Mapping[Name, Variant], known: Mapping[Name, Keys]
) -> dict[str, dict[Name, list[Aside]]]:
    """Who is counted elsewhere in each of the counts, where who holds their place has any figure."""
    standing = histories(net)
    reported = {name for name in counted if any(map(is_told, standing.get((*name, ""), {}).values()))}
    followed = {name: "all" if known[name].progress else None for name in counted}
    keyed = {tier: {name: getattr(known[name], tier) for name in counted} for tier in ("progress", "direction")}
    return {tier: asides(net, counted, own, holding=reported) for tier, own in {**keyed, "outcome": followed}.items()}


def current(net: Net) -> Net:
    """The network with the newest revision of each document, in the order in which they were first registered."""
    places = {entry.slug: entry for entry in net.communities}
    variants = {(entry.community, entry.id): entry for entry in net.variants}
    return msgspec.structs.replace(net, communities=tuple(places.values()), variants=tuple(variants.values()))


def series_by_name(net: Net, known: Mapping[Name, Keys], asked: Asked) -> Iterator[tuple[tuple[str, str, str], Series]]:
    """Every series: everybody of each measure, and each group of the dimension asked for that has ever been told of."""
    standing = histories(net)
    for variant in net.variants:
        name = (variant.community, variant.id)
        groups = [group for *owner, group in standing if tuple(owner) == name and of_dimension(group, asked)]
        for group in ("", *groups):
            found = series_of(net, variant, group, standing.get((*name, group), {}), asked)
            yield (
                (*name, group),
                msgspec.structs.replace(
                    found, tier=known[name].tier, key=known[name].level or known[name].progress or ""
                ),
            )


def out_of(
    net: Net, members: set[str], known: Mapping[Name, Keys], tallies: Tallies, apart: Mapping[Name, list[Aside]]
) -> Iterator[tuple[Name, tuple[str, str]]]:
    """Who is out of the joint count, the strongest tier that is left, and a word of the reason."""
    references = {place.slug for place in net.communities if place.kind == "reference"}
    joint = joint_of(tallies)
    for variant in net.variants:
        name, own = (variant.community, variant.id), known[variant.community, variant.id]
        reasons = (
            ("is not a member", variant.community not in members),
            ("", own.tier == "none"),
            ("a declared proxy", own.tier == "direction"),
            ("not the community's headline", not variant.headline),
            ("by the roll-up rule of this outcome nothing is counted", joint is None),
            ("counted apart", own.progress != joint),
            ("its people are counted with", name in apart),
        )
        why = next((word for word, holds in reasons if holds), None)
        if variant.community not in references and why is not None:
            yield name, ("none" if variant.community not in members else own.tier, why)


def out_of_level(
    known: Mapping[Name, Keys], counted: Mapping[Name, Variant], levels: Mapping[tuple[str, str, str], Level]
) -> Iterator[tuple[Name, tuple[str, str]]]:
    """Who is in the joint count and still in no level."""
    uncounted = {
        name
        for (_, group, _), level in levels.items()
        for name, status in level.left_out.items()
        if status in {"no_counts", "sample"} and not group
    }
    for name in counted:
        if known[name].level is None:
            yield name, ("progress", "does not say the instrument")
        elif name in uncounted:
            yield name, ("progress", "cannot be pooled")
