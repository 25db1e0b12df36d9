"""The arithmetic behind each figure that stands for the network as a whole, in one line: who is counted, and from what it is worked out.

The cells behind a place's own figures stand in the lines of that place (``registry/projection/explain.py``); here every place is named.
Tests: ``tests/journeys/test_network_figures.py``.
"""

from collections.abc import Iterator

from registry.domain.comparability import key_in_words
from registry.domain.group import group_key
from registry.domain.network_answer import GapsTold, Network
from registry.domain.network_mean import MeanChange
from registry.domain.rollup_answer import Explained, RollupAnswer, ShownSeries
from registry.domain.value import shown
from registry.domain.words import GAPS, TRENDS


def explained_network(answer: RollupAnswer) -> Iterator[Explained]:
    """The joint count and everything beside it, each with its arithmetic; what is not told has no line."""
    network = answer.network
    counted = [
        entry
        for entry in answer.series
        if entry.headline and not entry.group and entry.community in network.communities
    ]
    told = "; ".join(
        _named(TRENDS[trend], [entry.community for entry in counted if entry.trend == trend]) for trend in TRENDS
    )
    yield _line("network", f"of {network.n}: {told}")
    if network.direction is not None:
        tally = ", ".join(f"{TRENDS[trend]} {getattr(network.direction, trend)}" for trend in TRENDS)
        others = sorted(set(network.direction.communities) - set(network.communities))
        yield _line("network by direction", f"of {network.direction.n}: {tally}; beside the network {_names(others)}")
    yield from _chance(network, sum(entry.trend == "improving" and bool(entry.se) for entry in counted))
    yield from _effects(network, counted)
    yield from (_gaps(gaps, answer) for gaps in network.gaps)
    target = network.meeting_target
    if target is not None:
        met = f"met {target.met} ({_names(target.communities_met)})"
        rest = f"not met {target.not_met}, cannot be told {target.cannot_be_told}; without a target {_names(target.without_target)}"
        yield _line("network at their own targets", f"of {target.n}: {met}, {rest}")


def _chance(network: Network, improving: int) -> Iterator[Explained]:
    """What chance alone would give, and how likely it gives as many as are improving among those that were tested."""
    chance = network.by_chance
    if chance is None or not chance.tested:
        return
    expected = shown(chance.improving, decimals=2)
    told = f"if nothing had changed in {chance.tested} tested series, {expected} would be called improving"
    yield _line("network by chance", told)
    if network.improving_by_luck is not None:
        luck = f"{network.improving_by_luck:.3g}"
        yield _line("network improving by luck", f"then {improving} or more would be so with probability {luck}")


def _effects(network: Network, counted: list[ShownSeries]) -> Iterator[Explained]:
    """The spread of the effects and their mean, from the places' own."""
    for name, spread, own in (
        ("effect", network.effect, [(entry.community, entry.effect) for entry in counted]),
        ("effect per year", network.effect_per_year, [(entry.community, entry.effect_per_year) for entry in counted]),
    ):
        if spread is not None:
            places = ", ".join(f"{place} {value:.3f}" for place, value in own if value is not None)
            quarters = f"{spread.q1:.3f}, {spread.median:.3f}, {spread.q3:.3f}"
            yield _line(f"network {name}", f"quartiles {quarters} of {places}")
    if network.mean_effect_per_year is not None:
        yield _line("network mean effect per year", _mean(network.mean_effect_per_year))
    for points in network.points:
        quarters = f"{points.spread.q1:.2f}, {points.spread.median:.2f}, {points.spread.q3:.2f}"
        told = f"quartiles {quarters} of {points.spread.places} places of the level {key_in_words(points.key)}"
        yield _line("network points a year", f"{told}; {_mean(points.mean)}" if points.mean else told)


def _mean(mean: MeanChange) -> str:
    return (
        f"random effects over {mean.places} places, variance between them {mean.tau_squared:.3g}: {mean.mean:.3g}, "
        f"95 % interval {mean.ci95[0]:.3g} to {mean.ci95[1]:.3g}"
    )


def _gaps(gaps: GapsTold, answer: RollupAnswer) -> Explained:
    own = [gap for gap in answer.gaps if gap.group == gaps.group and gap.community in answer.network.communities]
    told = "; ".join(f"{gap.community} {GAPS[gap.verdict]}" for gap in own)
    most = gaps.closing + gaps.indeterminate
    return _line(
        f"network gaps closing {group_key(gaps.group)}",
        f"between {gaps.closing} / {gaps.measured} and {most} / {gaps.measured}: {told}",
    )


def _named(trend: str, names: list[str]) -> str:
    return f"{trend} {len(names)} ({', '.join(sorted(names))})" if names else f"{trend} 0"


def _names(names: list[str]) -> str:
    return ", ".join(names) or "nobody"


def _line(figure: str, arithmetic: str) -> Explained:
    return Explained(figure=figure, arithmetic=arithmetic, sources=())
