"""Random tables whose parts add up: people drawn into the finest groups, and every published grouping counted from those."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations, product
from random import Random

from tests.attack.world import Cell, Figures, Stage, World, group_of

Micro = dict[tuple[tuple[str, str], ...], Figures]
"""The finest groups, each a category of every dimension, with their people."""


def micro_of(chance: Random, categories: Mapping[str, Sequence[str]], sizes: Sequence[int]) -> Micro:
    """People in every finest group: its size is one of ``sizes``, its share is of the place with some chance of all or none."""
    level = chance.uniform(0.25, 0.75)
    found: Micro = {}
    for key in product(*([(name, category) for category in chosen] for name, chosen in categories.items())):
        n = chance.choice(sizes)
        share = chance.choice((0.0, 1.0)) if chance.random() < 0.1 else min(1.0, max(0.0, chance.gauss(level, 0.15)))
        found[key] = Figures(n, sum(chance.random() < share for _ in range(n)))
    return found


def counted(micro: Micro, dimensions: Iterable[Sequence[str]]) -> dict[str, Figures]:
    """Every group of every grouping asked for, from the finest groups."""
    found: dict[str, Figures] = {}
    for names in dimensions:
        for key, figures in micro.items():
            group = group_of(pair for pair in key if pair[0] in names)
            held = found.get(group, Figures(0, 0))
            found[group] = Figures(held.n + figures.n, held.x + figures.x)
    return found


def groupings(names: Sequence[str], ways: int) -> Iterator[tuple[str, ...]]:
    """Everybody, every dimension alone, and their crossings up to so many at once."""
    return chain.from_iterable(combinations(names, count) for count in range(ways + 1))


def table(chance: Random, categories: Mapping[str, Sequence[str]], *, ways: int, sizes: Sequence[int]) -> World:
    """A world of one table at one release."""
    figures = counted(micro_of(chance, categories, sizes), groupings(tuple(categories), ways))
    return World((Stage({Cell("place", "measure", "SY2018-19", group): entry for group, entry in figures.items()}),))
