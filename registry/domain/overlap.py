"""Whose people are counted once, where the places of two local measures of one outcome hold each other.

The wider place is counted, of two equal ones the one that was registered first; the other is shown, and named with the reason. Places
are dated, so a district that moved from one community to another is in each for its own years. Twin of nothing in SQL: the pairs come
from ``registry/sql/rollup/overlap_pairs.sql`` (few, often none), and the choice among them is made here, in order.
Tests: ``tests/domain/test_overlap.py``.

>>> pair = OverlapPair("reading", "county", "m", 1, "district", "m", 2, "fips-county:48113", "nces-lea:4816230", None, None)
>>> [(entry.community, entry.counted_with) for entry in counted_once([pair])]
[('district', 'county')]
"""

from collections.abc import Sequence
from datetime import date
from itertools import combinations

import msgspec

from registry.domain.geography import Place, untold


class OverlapPair(msgspec.Struct, frozen=True):
    """Two measures of one outcome of which the first's place holds the second's, from and until when (null: open).

    ``wide_order`` and ``narrow_order`` are the ledger's lines at which the two were registered.
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


class CountedElsewhere(msgspec.Struct, frozen=True, kw_only=True):
    """A measure whose people are counted with another place's, from and until when; ``code`` and ``in_code`` are the places."""

    template_id: str
    community: str
    variant: str
    counted_with: str
    code: str
    in_code: str
    since: date | None
    until: date | None


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
    """Who steps aside. Measures are taken in order, wider places first, then by registration; one that is out puts nobody else out."""
    holders: dict[tuple[str, str, str], list[OverlapPair]] = {}
    for pair in pairs:
        holders.setdefault(_narrow(pair), []).append(pair)
    out: dict[tuple[str, str, str], list[CountedElsewhere]] = {}
    for name in sorted(holders, key=lambda name: _rank(name, holders)):
        for pair in sorted(holders[name], key=lambda pair: (pair.wide_order, pair.wide)):
            if not _covered(out.get(_wide(pair), []), pair):
                out.setdefault(name, []).append(_aside(pair))
    return tuple(entry for name in sorted(out) for entry in out[name])


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
    return f"its people are counted with {entry.counted_with}, which measures {where}; nobody is counted twice"


def _narrow(pair: OverlapPair) -> tuple[str, str, str]:
    return pair.template_id, pair.narrow, pair.narrow_variant


def _wide(pair: OverlapPair) -> tuple[str, str, str]:
    return pair.template_id, pair.wide, pair.wide_variant


def _rank(name: tuple[str, str, str], holders: dict[tuple[str, str, str], list[OverlapPair]]) -> tuple[int, int, str]:
    """Who is held by fewest comes first; among equals who was registered first."""
    own = holders[name]
    return len({_wide(pair) for pair in own if pair.wide_code != pair.narrow_code}), own[0].narrow_order, name[1]


def _covered(asides: Sequence[CountedElsewhere], pair: OverlapPair) -> bool:
    """Whether the holder is itself counted elsewhere for the whole time of the pair: then it holds nobody's people."""
    return any(_spans(entry, pair) for entry in asides)


def _spans(entry: CountedElsewhere, pair: OverlapPair) -> bool:
    begins = entry.since is None or (pair.since is not None and entry.since <= pair.since)
    ends = entry.until is None or (pair.until is not None and pair.until <= entry.until)
    return begins and ends


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
