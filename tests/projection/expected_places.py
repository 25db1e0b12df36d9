"""Whose people are counted with another place: what a network's documents say of it, day by day, without the product's codes.

Only what is counted together can count somebody twice: places of one level, of one count. Every place here has one code at a time.
"""

from collections.abc import Iterator, Mapping
from datetime import date

import msgspec
from networks import Net

from registry.domain.community import Geography
from registry.domain.variant import Variant

Name = tuple[str, str]
EVER = (date.min, date.max)


class Aside(msgspec.Struct, frozen=True):
    """One place's people are another's, from one day to another, both included."""

    other: str
    since: date
    until: date


def asides(
    net: Net, counted: Mapping[Name, Variant], keys: Mapping[Name, str | None], *, holding: set[Name]
) -> dict[Name, list[Aside]]:
    """Who steps aside among the measures of one key: whose place another's holds, or whose equal was registered before.

    Only those ``holding`` people hold anybody's: who has no figure counts for nobody.
    """
    order = {(entry.community, entry.id): place for place, entry in enumerate(net.variants)}
    found: dict[Name, list[Aside]] = {}
    for name, variant in counted.items():
        for other_name, other in counted.items():
            if other_name not in holding:
                continue
            if keys[name] is None or keys[name] != keys[other_name] or name[0] == other_name[0]:
                continue
            for own in places_of(net, variant):
                for wide in places_of(net, other):
                    since, until = max(_since(own), _since(wide)), min(_until(own), _until(wide))
                    first = wide.code != own.code or order[other_name] < order[name]
                    if wide.code in set(holders(net, own.code)) and first and since <= until:
                        found.setdefault(name, []).append(Aside(other_name[0], since, until))
    return {
        name: [aside for aside in spans if not any(_holds(other, aside) for other in out_of(found, aside.other))]
        for name, spans in found.items()
    }


def out_of(found: Mapping[Name, list[Aside]], community: str) -> list[Aside]:
    """When a community's people are another's; who is out holds nobody."""
    return [aside for name, spans in found.items() if name[0] == community for aside in spans]


def _holds(longer: Aside, shorter: Aside) -> bool:
    return longer.since <= shorter.since and longer.until >= shorter.until


def places_of(net: Net, variant: Variant) -> list[Geography]:
    """The places a measure is about: those it names, else its community's; dated as the community dates them."""
    place = next(entry for entry in net.communities if entry.slug == variant.community)
    declared = [entry if isinstance(entry, Geography) else Geography(code=entry) for entry in place.geographies]
    named = variant.population.geographies if variant.population else ()
    dated = {entry.code: entry for entry in reversed(declared)}
    return [dated.get(name, Geography(code=name)) for name in named] if named else declared


def holders(net: Net, code: str) -> Iterator[str]:
    """The place itself and every place that holds it: a county its state, a district its state, or as somebody declares."""
    yield code
    kind, _, number = code.partition(":")
    if kind in {"fips-county", "nces-lea"}:
        yield f"fips-state:{number[:2]}"
    for community in net.communities:
        for entry in community.geographies:
            if isinstance(entry, Geography) and entry.code == code:
                for above in entry.within:
                    yield from holders(net, above)


def on(found: Mapping[Name, list[Aside]], name: Name, span: tuple[date, date]) -> bool:
    """Whether somebody's people are another's on any day of a span."""
    return any(aside.since <= span[1] and aside.until >= span[0] for aside in found.get(name, []))


def _since(place: Geography) -> date:
    return place.since or EVER[0]


def _until(place: Geography) -> date:
    return place.until or EVER[1]
