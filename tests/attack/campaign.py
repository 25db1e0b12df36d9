"""A campaign: many random networks, each released several times, read through the exits, attacked by every reader in turn.

Readers read the same; what they know beside it differs. The public knows nothing, an editor her own community's cells. What was read at
all releases counts together.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from random import Random

import msgspec

from registry.projection.answer import rollup
from registry.projection.files import Projection
from tests.attack.alignment import aligned
from tests.attack.attacker import Attack, Breach, Seen, attack
from tests.attack.exits import EXITS, Exit, Reading, asked, facts_of, requests
from tests.attack.leaks import Leak, hash_leaks, leaks
from tests.attack.random_networks import Made, random_network, record, record_loads
from tests.attack.reader import Facts
from tests.attack.shown_only import said_beyond, shown_registry
from tests.attack.world import Said
from tests.projection.networks import begin, give_back

Release = Callable[[Projection], None]
"""Publish a release of everything that is loaded."""
Moments = Sequence[str]
"""The moment as of which each release is read."""
Reader = Callable[[Projection], Reading]
"""How somebody who owns nothing reads the registry."""


class Office(msgspec.Struct, frozen=True):
    """Whoever hides: how it releases, how others read what it released, and through which exits."""

    release: Release
    reader: Reader
    exits: tuple[Exit, ...] = EXITS
    asks: int = 1
    """Of so many networks one is also asked, at one release, what works much out, and a roll-up, both drawn at random; 0 for none."""


class Held(msgspec.Struct, frozen=True):
    """One breach or leak with the network and the reader that it was found by."""

    seed: int
    knows: tuple[str, ...]
    what: Breach | Leak


class Outcome(msgspec.Struct, frozen=True):
    """What came of a campaign: counts by name, and everything that was found."""

    counts: Mapping[str, int]
    found: tuple[Held, ...]

    def __str__(self) -> str:
        """The counts in a line."""
        return ", ".join(f"{name} {count:,}" for name, count in sorted(self.counts.items()))


def campaign(seeds: Iterable[int], folder: Path, office: Office) -> Outcome:
    """Make the network of each seed in a new registry of its own, release, read and attack."""
    return together(_attempt(random_network(seed), _folder(folder, str(seed)), office) for seed in seeds)


def _attempt(made: Made, folder: Path, office: Office) -> Outcome:
    projection = begin(folder)
    moments = list(let_out_in_turn(projection, [made], office.release))
    with closing(office.reader(projection)) as reading:
        facts = read(reading, made, moments, office)
    give_back()
    return attacked(made, facts)


def let_out_in_turn(projection: Projection, networks: Sequence[Made], release: Release) -> Iterator[str]:
    """Record the networks and let out a release after each round of loads; the moment of each."""
    record(projection, networks)
    for stage in range(max(len(made.loads) for made in networks)):
        record_loads(projection, networks, stage)
        release(projection)
        yield projection.moment(None).as_of


def together(outcomes: Iterable[Outcome]) -> Outcome:
    """Several outcomes as one."""
    counts: Counter[str] = Counter()
    found: list[Held] = []
    for outcome in outcomes:
        counts.update(outcome.counts)
        found += outcome.found
    return Outcome(dict(counts), tuple(found))


def _folder(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir()
    return folder


def read(reading: Reading, made: Made, moments: Moments, office: Office) -> Facts:
    """Every data point and document of a network at every release, and of some networks what else is said at one of them."""
    exits = [way_out for way_out in office.exits if way_out.every]
    facts = Facts()
    for stage, moment in enumerate(moments):
        facts |= facts_of(reading, made, stage, moment, exits)
    if office.asks and made.seed % office.asks == 0:
        chance = Random(made.seed)
        stage, moment = chance.choice(list(enumerate(moments)))
        others = [way_out for way_out in office.exits if not way_out.every and way_out.name != "rollup"]
        facts |= facts_of(reading, made, stage, moment, others)
        facts |= asked(reading, chance.choice(list(requests(made, moment))), stage)
    return facts


def told_apart(one: Reading, other: Reading, made: Made, as_of: str, exits: Sequence[Exit] = EXITS) -> list[str]:
    """The exits that do not say the same to two readers; a roll-up drawn at random stands for all."""
    request = Random(made.seed).choice(list(requests(made, as_of)))
    return [
        way_out.name
        for way_out in exits
        if (
            asked(one, request, 0) != asked(other, request, 0)
            if way_out.name == "rollup"
            else way_out.facts(one, made, 0, as_of) != way_out.facts(other, made, 0, as_of)
        )
    ]


def beyond(reading: Reading, networks: Sequence[Made], as_of: str, folder: Path) -> dict[int, list[str]]:
    """What a roll-up of each network, drawn at random, says beyond the data points that are shown as of the last release, by seed."""
    again = begin(folder)
    shown_registry(again, reading, networks, as_of)
    found = {}
    for made in networks:
        request = Random(made.seed).choice(list(requests(made, as_of)))
        request = msgspec.structs.replace(request, explain=False)
        first = msgspec.to_builtins(reading.rollup(request))
        second = msgspec.to_builtins(rollup(again, msgspec.structs.replace(request, as_of=None)))
        found[made.seed] = list(said_beyond(first, second))
    return found


def attacked(made: Made, facts: Facts) -> Outcome:
    """Every reader's attack on one network."""
    seen: Seen = {}
    counts: Counter[str] = Counter(
        networks=1, releases=len(made.world.stages), cells=sum(len(stage.figures) for stage in made.world.stages)
    )
    found: list[Held] = []
    said = aligned(made.world, tuple(dict.fromkeys(facts.said)))
    given_away = [*leaks(facts), *hash_leaks(made, facts)]
    for knows in readers(made):
        result = attack(made.world, said, knows, seen=seen)
        breaches = list(_by_releases(made, said, knows, result, seen))
        counts["attacks"] += 1
        counts["hidden cells attacked"] += result.hidden
        counts["hidden cells found"] += sum(breach.owed in ("size", "numerator") for breach in breaches)
        counts["known before anything was said"] += len(result.breaches) - len(breaches)
        counts.update(f"breaches of {breach.owed}" for breach in breaches)
        found += [Held(made.seed, knows, breach) for breach in breaches]
        found += [Held(made.seed, knows, leak) for leak in given_away if leak.cell.community not in knows]
    return Outcome(dict(counts), tuple(found))


def _by_releases(
    made: Made, said: Sequence[Said], knows: tuple[str, ...], result: Attack, seen: Seen
) -> Iterator[Breach]:
    """The breaches that are a release's doing: not known to the reader, from the releases before and her own cells, when it came.

    A county of five people leaves each of its districts five at most. And whoever corrects her own figures, or sees them corrected, knows
    by how much the sum has changed of which an earlier release told the rest: no later release can take that back. Nor can it where an
    earlier one told how many people a group has, and only its numerator is corrected.
    """
    stages = made.world.stages if result.breaches else ()
    found: list[Breach] = []
    for number in range(len(stages)):
        world = msgspec.structs.replace(made.world, stages=stages[: number + 1])
        before = attack(world, [entry for entry in said if entry.stage < number], knows, seen=seen).breaches
        now = attack(world, [entry for entry in said if entry.stage <= number], knows, seen=seen).breaches
        found += (breach for breach in now if breach not in before and breach not in found)
    yield from found


def readers(made: Made) -> Iterator[tuple[str, ...]]:
    """The public, and every community's editor. No grant is recorded in these networks, so nobody knows two communities' cells."""
    yield ()
    yield from ((community.slug,) for community in made.communities)


def chunks(seeds: Iterable[int], size: int) -> Iterator[tuple[int, ...]]:
    """The seeds in registries of so many networks."""
    held = tuple(seeds)
    yield from (held[start : start + size] for start in range(0, len(held), size))
