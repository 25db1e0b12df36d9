"""The same network, changed in a way that must leave its pooled figures alone, or that adds who cannot be compared."""

from collections.abc import Iterator, Mapping
from random import Random

import msgspec
from networks import FACETS, FIRST, GROUPS, LAST, Load, Net, Row, community_of, counts, loaded, variant_of

from registry.domain.agreement import Decision, Signature
from registry.domain.community import Partner

WORDS = {"story": "Why it is so.", "notes": "reading, tagged", "strategies": ("Read aloud", "Tutor")}
PARTNERS = tuple(Partner(id=f"partner-{number}", name=f"Partner {number}", sector="schools") for number in range(3))


def split(net: Net, place: str, halves: tuple[str, str]) -> Net:
    """The same network with one place as two: their counts are its counts, and what only it says both say."""

    def own(document: str) -> tuple[str, ...]:
        return halves if document == place else (document,)

    def half(row: Row, number: int) -> Row:
        figures = dict(row.figures or {})
        for name in ("numerator", "denominator", "eligible"):
            if name in figures:
                whole = int(str(figures[name]))
                figures[name] = whole // 2 if number else whole - whole // 2
        if figures.get("denominator") == 0 and "missing" not in figures:
            figures = {"missing": "not_applicable", "numerator": 0, "denominator": 0}
        return row if row.figures is None else Row(row.year, row.group, figures)

    renamed = msgspec.structs.replace
    return msgspec.structs.replace(
        net,
        communities=tuple(renamed(entry, slug=slug) for entry in net.communities for slug in own(entry.slug)),
        variants=tuple(renamed(entry, community=slug) for entry in net.variants for slug in own(entry.community)),
        loads=tuple(
            Load(slug, entry.variant, tuple(half(row, number) for row in entry.rows) if slug in halves else entry.rows)
            for entry in net.loads
            for number, slug in enumerate(own(entry.community))
        ),
    )


def in_another_order(net: Net, seed: int) -> Net:
    """The loads in another order; what corrects a measure stays after what it corrects."""
    queues: dict[tuple[str, str], list[Load]] = {}
    for entry in net.loads:
        queues.setdefault((entry.community, entry.variant), []).append(entry)
    chance, order = Random(seed), []
    while any(queues.values()):
        order.append(chance.choice([queue for queue in queues.values() if queue]).pop(0))
    return msgspec.structs.replace(net, loads=tuple(order))


def loaded_twice(net: Net) -> Net:
    """The newest load of each measure once more."""
    newest = {(entry.community, entry.variant): entry for entry in net.loads}
    return msgspec.structs.replace(net, loads=(*net.loads, *newest.values()))


def with_words(net: Net) -> Net:
    """Every measure revised twice: first a story, notes and strategies, then partners."""
    newest = {(entry.community, entry.id): entry for entry in net.variants}.values()
    told = [msgspec.structs.replace(entry, **WORDS) for entry in newest]
    joined = [msgspec.structs.replace(entry, partners=PARTNERS) for entry in told]
    return msgspec.structs.replace(net, variants=(*net.variants, *told, *joined))


def acts_on(net: Net) -> Iterator[Signature | Decision]:
    """Every partner signs, declines or takes it back on every measure; departures are accepted and a year's result is waived."""
    for community, variant in dict.fromkeys((entry.community, entry.id) for entry in net.variants):
        on = {"variant": f"{community}/{variant}", "revision": 1, "content_sha256": "0" * 64}
        for partner, act in zip(PARTNERS, ("signed", "declined", "withdrawn"), strict=True):
            yield msgspec.convert({**on, "partner": partner.id, "act": act, "by": "Maria"}, Signature)
        yield msgspec.convert({**on, "act": "accepted"}, Decision)
        yield msgspec.convert({**on, "act": "waived", "period": "SY2017-18", "reason": "No test was given"}, Decision)


def without_other_measures(net: Net) -> Net:
    """Only the headline measures, with what is loaded for them."""
    headline = {(entry.community, entry.id): entry.headline for entry in net.variants}
    return msgspec.structs.replace(
        net,
        variants=tuple(entry for entry in net.variants if headline[entry.community, entry.id]),
        loads=tuple(entry for entry in net.loads if headline[entry.community, entry.variant]),
    )


def joined_by(net: Net, facets: Mapping[str, object] | None, *, declared: bool = False) -> Net:
    """One member more, whose place is the whole state, with figures for every year and group, measured as the facets say."""
    name = net.template.id.removeprefix("small-")
    measure = None if facets is None else {**FACETS, "instrument": f"test-{name}", "instrument_version": "1", **facets}
    why = [{"facet": f"/measure/{facet}", "why": "So it is here"} for facet in facets or {}] if declared else []
    variant = variant_of(
        f"stranger-{name}",
        net.template,
        measure=measure,
        baseline={"period": f"SY{FIRST}-{(FIRST + 1) % 100:02}"},
        context={"adaptations": why},
    )
    cells = {year: counts(year - FIRST + 1, 90, net.template.indicator.per) for year in range(FIRST, LAST + 1)}
    return msgspec.structs.replace(
        net,
        communities=(*net.communities, community_of(variant.community, geographies=["fips-state:48"])),
        variants=(*net.variants, variant),
        loads=(*net.loads, *(loaded(variant, cells, group) for group in GROUPS[:3])),
    )
