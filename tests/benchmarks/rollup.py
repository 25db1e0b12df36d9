"""How long does a roll-up take beside the best hand-written SQL for the same question, and what does it grow with?

``python -m tests.benchmarks.rollup`` builds a network of a million observations and prints two tables; ``--observations N`` another
size. Projection warm, medians of five, product and hand-written SQL in turn, so that a busy machine slows both.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

import msgspec

from registry.projection.files import Projection
from tests.benchmarks.asked import Ask, asks, run_by_hand, told_by_hand, told_by_product, unlike
from tests.benchmarks.network_of import Size, network_of, size_of

RUNS = 5
PERIODS = (10, 20, 40)
MILLION = 1_000_000


class Timed(msgspec.Struct, frozen=True):
    """One question's medians in milliseconds; ``whole`` null where the product never answers it by itself."""

    title: str
    whole: float | None
    queries: float
    by_hand: float


def measured(projection: Projection, ask: Ask, runs: int = RUNS) -> Timed:
    """Ask one question of both sides in turn. Raises AssertionError where they say different things: then no ratio means anything."""
    cursor = projection.rollup_cursor()
    found = list(unlike(told_by_product(projection, ask), told_by_hand(cursor, ask)))
    if found:
        raise AssertionError(f"{ask.title}: {len(found)} lines differ, first {found[0]}")
    sides: list[Callable[[], object]] = [lambda: ask.queries(projection), lambda: run_by_hand(cursor, ask)]
    if ask.whole is not None:
        whole = ask.whole
        sides.append(lambda: whole(projection))
    times = _in_turn(sides, runs)
    return Timed(ask.title, times[2] if ask.whole is not None else None, times[0], times[1])


def tables(observations: int, folder: Path) -> Iterator[str]:
    """The lines of both tables, as they become known."""
    size = size_of(observations)
    yield f"{size.observations:,} observations, {size.series:,} series, {size.templates} outcomes, {size.places} places"
    yield from _table(network_of(size, folder / "network"), asks(size.templates))
    yield ""
    fewer = max(1, size.templates // 4)
    yield f"Cost against observations: {fewer} outcomes, the same series with more and more periods"
    for periods in PERIODS:
        same = Size(templates=fewer, places=size.places, periods=periods)
        yield f"{periods} periods, {same.observations:,} observations, {same.series:,} series"
        some = [ask for ask in asks(fewer) if ask.title in {"one outcome, everybody", "framework of every outcome"}]
        yield from _table(network_of(same, folder / f"periods-{periods}"), some)


def _table(projection: Projection, wanted: Sequence[Ask]) -> Iterator[str]:
    yield f"{'question':36} {'answer ms':>10} {'queries ms':>11} {'by hand ms':>11} {'answer/hand':>12} {'queries/hand':>13}"
    for ask in wanted:
        yield _row(measured(projection, ask))
    projection.close()
    projection.ledger.close()


def _row(timed: Timed) -> str:
    whole = "" if timed.whole is None else f"{timed.whole:.1f}"
    ratio = "" if timed.whole is None else f"{timed.whole / timed.by_hand:.2f}"
    alone = f"{timed.queries / timed.by_hand:.2f}"
    return f"{timed.title:36} {whole:>10} {timed.queries:>11.1f} {timed.by_hand:>11.1f} {ratio:>12} {alone:>13}"


def _in_turn(sides: Sequence[Callable[[], object]], runs: int) -> list[float]:
    """The median of each side in milliseconds, after one run that is not counted."""
    times: list[list[float]] = [[] for _ in sides]
    for _ in range(runs + 1):
        for side, spent in zip(sides, times, strict=True):
            began = perf_counter()
            side()
            spent.append(1000 * (perf_counter() - began))
    return [median(spent[1:]) for spent in times]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--observations", type=int, default=MILLION, help="about how many figures the network has")
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        for line in tables(wanted.observations, Path(folder)):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
