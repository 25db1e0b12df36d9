"""Whose people are counted once, where the places of two local measures of one outcome hold each other.

The wider place is counted, of two equal ones the one that was registered first; the other is shown, and named with the reason. Places
are dated, so a district that moved from one community to another is in each for its own years. Only what is added or counted together
can count somebody twice, so the choice is made tier by tier: a place that cannot be compared puts nobody out of a level. Twin of nothing
in SQL: the pairs come from ``registry/sql/rollup/overlap_pairs.sql`` (few, often none), and the choice among them is made here, in order.
Tests: ``tests/domain/test_overlap.py``.

>>> pair = OverlapPair("reading", "county", "m", 1, "district", "m", 2, "fips-county:48113", "nces-lea:4816230", None, None)
>>> [(entry.community, entry.counted_with) for entry in counted_once([pair])]
[('district', 'county')]
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations

import msgspec

from registry.domain.geography import Place, untold

Name = tuple[str, str, str]
"""A measure by its outcome, community and id."""
TIERS = ("level", "linked", "progress", "outcome", "direction")
"""What two measures can be in together: a level, a mean on a common scale, a count of progress, an outcome, or a count by direction."""
SUMS = ("level", "linked")
"""The tiers that add people, year by year; the others count places."""


class OverlapPair(msgspec.Struct, frozen=True):
    """Two measures of one outcome of which the first's place holds the second's, from and until when (null: open).

    ``wide_order`` and ``narrow_order`` are the ledger's lines at which the two were registered; ``tiers`` what they are in together
    (null: everything). ``years`` are the periods in which the holder has people to add (null: every one), ``reported`` whether it has a
    figure at all: who has none holds nobody's people.
    """

    template_id: str
    wide: str
    wide_variant: str
    wide_order: int
    narrow: str
    narrow_variant: str
    narrow_order: int
    wide_code: str
    narrow_code: str
    since: date | None
    until: date | None
    tiers: list[str] | None = None
    years: list[str] | None = None
    reported: bool = True


class CountedElsewhere(msgspec.Struct, frozen=True, kw_only=True):
    """A measure whose people are counted with another place's, from and until when; ``code`` and ``in_code`` are the places.

    ``tiers`` names the sums and counts that it is out of, ``periods`` in which years where those are sums (null: in every one).
    """

    template_id: str
    community: str
    variant: str
    counted_with: str
    code: str
    in_code: str
    since: date | None
    until: date | None
    tiers: tuple[str, ...] = TIERS
    periods: tuple[str, ...] | None = None


class CountedPlace(msgspec.Struct, frozen=True):
    """One headline measure with its places, each with ``code``, ``path`` (itself and what holds it), ``since`` and ``until``."""

    template_id: str
    community: str
    variant: str
    registered: int
    places: list[dict[str, object]]


class UntoldPair(msgspec.Struct, frozen=True):
    """Two communities of which nobody can tell whether their places overlap, and the two codes."""

    community: str
    other: str
    code: str
    other_code: str


def counted_once(pairs: Sequence[OverlapPair]) -> tuple[CountedElsewhere, ...]:
    """Who steps aside, tier by tier and for sums year by year, in order of outcome, community and id."""
    found: dict[CountedElsewhere, dict[str, list[str | None]]] = {}
    for tier in TIERS:
        own = [pair for pair in pairs if pair.tiers is None or tier in pair.tiers]
        for period in _periods(tier, own):
            holding = [pair for pair in own if _holds(pair, tier, period)]
            for entry in _counted_in(holding):
                found.setdefault(entry, {}).setdefault(tier, []).append(period)
    told = [row for entry, tiers in found.items() for row in _told(entry, tiers)]
    return tuple(sorted(told, key=lambda row: (row.template_id, row.community, row.variant, TIERS.index(row.tiers[0]))))


def _periods(tier: str, pairs: Sequence[OverlapPair]) -> list[str | None]:
    """The years for which a sum is settled, each by itself; null for every year, and for counts."""
    if tier not in SUMS or any(pair.years is None for pair in pairs):
        return [None]
    return list[str | None](sorted({year for pair in pairs for year in pair.years or ()}))


def _holds(pair: OverlapPair, tier: str, period: str | None) -> bool:
    """Whether the holder has people there whom the other would count again."""
    if period is None:
        return pair.reported or tier in SUMS
    return period in (pair.years or ())


def _told(entry: CountedElsewhere, tiers: Mapping[str, Sequence[str | None]]) -> Iterator[CountedElsewhere]:
    """One row for all that holds for every year, and one for each sum that is settled year by year."""
    whole = tuple(tier for tier, periods in tiers.items() if None in periods)
    if whole:
        yield msgspec.structs.replace(entry, tiers=whole)
    for tier, periods in tiers.items():
        if None not in periods:
            known = tuple(period for period in periods if period is not None)
            yield msgspec.structs.replace(entry, tiers=(tier,), periods=known)


def _counted_in(pairs: Sequence[OverlapPair]) -> tuple[CountedElsewhere, ...]:
    """Who steps aside in one tier. Measures are taken in order, each after those that hold it; one that is out puts nobody else out.

    Where the holder is out because of the very place that holds this one, the people are with whoever counts the holder's.
    """
    holders: dict[Name, list[OverlapPair]] = {}
    for pair in sorted(pairs, key=_order):
        holders.setdefault(_narrow(pair), []).append(pair)
    out: dict[Name, list[CountedElsewhere]] = {}
    for name in sorted(holders, key=lambda name: (holders[name][0].narrow_order, name)):
        _settle(name, holders, out)
    return tuple(entry for name in sorted(out) for entry in _once(out[name]))


def untold_pairs(rows: Sequence[CountedPlace]) -> tuple[UntoldPair, ...]:
    """Every two communities, in order of their names, with places of two kinds in one state that nobody has declared apart."""
    by_state: dict[str, list[tuple[str, Place]]] = {}
    for row in rows:
        for place in msgspec.convert(row.places, list[Place], strict=False):
            for state in (code for code in place.path if code.startswith("fips-state:")):
                by_state.setdefault(state, []).append((row.community, place))
    found: dict[tuple[str, str], UntoldPair] = {}
    for held in by_state.values():
        if len({place.code.partition(":")[0] for _, place in held}) == 1:
            continue
        for (name, one), (other_name, other) in combinations(
            sorted(held, key=lambda entry: (entry[0], entry[1].code)), 2
        ):
            if name != other_name and untold(one, other):
                found.setdefault((name, other_name), UntoldPair(name, other_name, one.code, other.code))
    return tuple(found[names] for names in sorted(found))


def in_words(entry: CountedElsewhere) -> str:
    """Why a measure is not counted, for people."""
    same = entry.code == entry.in_code
    where = f"the same place ({entry.code})" if same else f"a place that holds it ({entry.code} is in {entry.in_code})"
    since = "" if entry.since is None else f" from {entry.since}"
    until = "" if entry.until is None else f" until {entry.until}"
    return f"its people are counted with {entry.counted_with}{since}{until}, which measures {where}; nobody is counted twice"


def held_on(day: str, entries: Iterable[CountedElsewhere], tier: str) -> dict[Name, CountedElsewhere]:
    """The measures that are out of one count on a day (ISO), each with who counts its people. Twin: ``sql/views/elsewhere_today.sql``."""
    return {
        (entry.template_id, entry.community, entry.variant): entry
        for entry in entries
        if tier in entry.tiers
        and (entry.since is None or entry.since.isoformat() <= day)
        and (entry.until is None or day <= entry.until.isoformat())
    }


def _settle(name: Name, holders: Mapping[Name, Sequence[OverlapPair]], out: dict[Name, list[CountedElsewhere]]) -> None:
    """Put one measure aside where somebody else counts its people, after everybody who holds it has been settled."""
    if name in out:
        return
    out[name] = []
    for pair in holders.get(name, ()):
        _settle(_wide(pair), holders, out)
        asides = out[_wide(pair)]
        out[name].extend(_further(pair, asides))
        if not any(_spans(entry, pair) for entry in asides):
            out[name].append(_aside(pair))


def _further(pair: OverlapPair, asides: Sequence[CountedElsewhere]) -> Iterator[CountedElsewhere]:
    """Who counts these people while the holder's place is itself counted elsewhere; what the pairs do not say where it is declared."""
    for entry in asides:
        since, until = _latest(pair.since, entry.since), _earliest(pair.until, entry.until)
        meet = since is None or until is None or since <= until
        if meet and entry.code == pair.wide_code and entry.counted_with != pair.narrow:
            aside = _aside(pair)
            yield msgspec.structs.replace(
                aside, counted_with=entry.counted_with, in_code=entry.in_code, since=since, until=until
            )


def _once(entries: Sequence[CountedElsewhere]) -> Iterator[CountedElsewhere]:
    """Each entry that no other of the same places says already, for as long or longer."""
    for at, entry in enumerate(entries):
        same = [
            (place, other) for place, other in enumerate(entries) if place != at and _places(other) == _places(entry)
        ]
        if not any(_spans(other, entry) and (place < at or not _spans(entry, other)) for place, other in same):
            yield entry


def _order(pair: OverlapPair) -> tuple[object, ...]:
    days = pair.since or date.min, pair.until or date.max
    return pair.wide_order, pair.wide, pair.wide_variant, pair.wide_code, pair.narrow_code, *days


def _narrow(pair: OverlapPair) -> Name:
    return pair.template_id, pair.narrow, pair.narrow_variant


def _wide(pair: OverlapPair) -> Name:
    return pair.template_id, pair.wide, pair.wide_variant


def _places(entry: CountedElsewhere) -> tuple[str, str, str]:
    return entry.counted_with, entry.code, entry.in_code


def _spans(entry: CountedElsewhere, span: OverlapPair | CountedElsewhere) -> bool:
    """Whether an entry holds for the whole time of another: then what is out holds nobody's people."""
    begins = entry.since is None or (span.since is not None and entry.since <= span.since)
    ends = entry.until is None or (span.until is not None and span.until <= entry.until)
    return begins and ends


def _latest(one: date | None, other: date | None) -> date | None:
    return max((day for day in (one, other) if day is not None), default=None)


def _earliest(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)


def _aside(pair: OverlapPair) -> CountedElsewhere:
    return CountedElsewhere(
        template_id=pair.template_id,
        community=pair.narrow,
        variant=pair.narrow_variant,
        counted_with=pair.wide,
        code=pair.narrow_code,
        in_code=pair.wide_code,
        since=pair.since,
        until=pair.until,
    )
