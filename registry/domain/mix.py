"""How much of a change of everybody's rate happened within the groups, and how much because the groups' sizes shifted.

Every group can improve while the whole gets worse, when the groups that are worse off grow (Simpson 1951, Journal of the
Royal Statistical Society B 13). The change is split without remainder and without favouring either end: changes within
groups at their average size, changes of size at their average rate (Kitagawa 1955, Journal of the American Statistical
Association 50, 1168-1194; Das Gupta 1993, U.S. Bureau of the Census P23-186). Tests: ``tests/domain/test_mix.py``.

What the text leaves open is decided so:

- a group's change of size counts by how far its average rate lies from the average rate of everybody: a growing group adds
  to the rate only where it is above. The sum over groups is the same as with plain rates, since sizes add to 1;
- a group of nobody at one end (absent, or a denominator of 0) has size 0 there, and there the rate of the other end: no
  change within it, all of it mix;
- a group of nobody at both ends is left out.

>>> then, now = {"a": (40, 50), "b": (20, 50)}, {"a": (17, 20), "b": (36, 80)}
>>> split = split_change(then, now, 100)
>>> split.total, split.within, split.mix
(-7.0, 5.0, -12.0)
"""

from collections.abc import Mapping
from fractions import Fraction

import msgspec

Counts = tuple[int, int]
"""Numerator and denominator."""


class GroupPart(msgspec.Struct, frozen=True, kw_only=True):
    """One group's part: its share of everybody (0 to 1) and its figure at both ends, and what it adds to the change."""

    group: str
    share_baseline: float
    share_latest: float
    figure_baseline: float | None
    figure_latest: float | None
    within: float
    mix: float


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """The change of everybody's rate, ``total = within + mix``, in the unit; each worked out exactly and rounded once."""

    within: float
    mix: float
    total: float
    groups: tuple[GroupPart, ...]


def split_change(baseline: Mapping[str, Counts], latest: Mapping[str, Counts], scale: float) -> Split:
    """Split the change of a rate, ``scale`` times numerator over denominator (100 for percent), into its two parts.

    The groups of one end share nobody and together are everybody; parts come in the order of their names. Raises
    ``ValueError`` for a count below 0, a numerator without anybody behind it, and an end that has nobody at all.
    """
    before, now = _end(baseline, "baseline"), _end(latest, "latest")
    factor = Fraction(str(scale))
    everybody = (_rate(before) + _rate(now)) / 2
    parts = tuple(_part(name, before, now, everybody) for name in sorted(before.keys() | now.keys()))
    return Split(
        within=float(factor * sum(within for _, within, _ in parts)),
        mix=float(factor * sum(mix for _, _, mix in parts)),
        total=float(factor * (_rate(now) - _rate(before))),
        groups=tuple(_shown(part, before, now, factor) for part in parts),
    )


_Part = tuple[str, Fraction, Fraction]
"""The group, its change within, its change of mix."""


def _end(counts: Mapping[str, Counts], name: str) -> dict[str, Counts]:
    """The groups that have anybody."""
    for group, (numerator, denominator) in counts.items():
        if numerator < 0 or denominator < 0 or (numerator > 0 and denominator == 0):
            raise ValueError(f"The {name} counts of {group!r} are no share: {numerator} of {denominator}.")
    there = {group: pair for group, pair in counts.items() if pair[1] > 0}
    if not there:
        raise ValueError(f"The {name} has nobody in any group, so that there is no rate to split.")
    return there


def _rate(counts: Mapping[str, Counts]) -> Fraction:
    """The rate of everybody: a ratio of sums."""
    return Fraction(sum(numerator for numerator, _ in counts.values()), _people(counts))


def _people(counts: Mapping[str, Counts]) -> int:
    return sum(denominator for _, denominator in counts.values())


def _part(name: str, before: Mapping[str, Counts], now: Mapping[str, Counts], everybody: Fraction) -> _Part:
    first, last = before.get(name), now.get(name)
    weight, weight_now = _weight(first, before), _weight(last, now)
    rate, rate_now = _share(first or last), _share(last or first)
    within = (rate_now - rate) * (weight + weight_now) / 2
    return name, within, (weight_now - weight) * ((rate + rate_now) / 2 - everybody)


def _share(pair: Counts | None) -> Fraction:
    return Fraction(0) if pair is None else Fraction(*pair)


def _weight(pair: Counts | None, counts: Mapping[str, Counts]) -> Fraction:
    return Fraction(0) if pair is None else Fraction(pair[1], _people(counts))


def _shown(part: _Part, before: Mapping[str, Counts], now: Mapping[str, Counts], factor: Fraction) -> GroupPart:
    name, within, mix = part
    first, last = before.get(name), now.get(name)
    return GroupPart(
        group=name,
        share_baseline=float(_weight(first, before)),
        share_latest=float(_weight(last, now)),
        figure_baseline=None if first is None else float(factor * Fraction(*first)),
        figure_latest=None if last is None else float(factor * Fraction(*last)),
        within=float(factor * within),
        mix=float(factor * mix),
    )
