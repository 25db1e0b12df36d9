"""Very small networks with everything in them that comparing goes wrong on, and how thousands of them share one projection.

Two to five places with one or two measures each; two tests of which the versions hold for some years only; breaks; places that hold
each other, for some time or always; dated membership; corrected documents and loads. Documents come in by ``projection.apply``, data
points in bulk, since ten thousand networks are to be quick.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from random import Random

import msgspec
from networks import (
    FIRST,
    GROUPS,
    Load,
    Net,
    Row,
    code,
    community_of,
    draft_of,
    random_cell,
    template_of,
    variant_of,
)

from registry import duck
from registry.actions.writing import document_draft
from registry.domain.agreement import Decision, Signature
from registry.domain.community import Community
from registry.domain.instrument import Instrument
from registry.domain.period import Period, period_of
from registry.domain.template import Template
from registry.domain.variant import Variant
from registry.ledger.entry import Draft, Entry
from registry.projection.apply import apply
from registry.projection.files import Projection

Act = Signature | Decision
NEWEST = FIRST + 4
DISTRICT = {"code": "nces-lea:4800001", "within": ["fips-county:48113"]}
PLACES = ("fips-county:48113", "fips-county:48113", "fips-county:48121", "fips-state:48", DISTRICT, "nces-lea:4899999")
SPANS = ({}, {}, {}, {"since": "2016-07-01"}, {"until": "2017-06-30"}, {"since": "2015-01-01", "until": "2018-12-31"})
MEMBERSHIPS = (
    [],
    [],
    [],
    [],
    [{"joined": "2000-01-01"}],
    [{"joined": "2000-01-01", "left": "2018-02-28"}],
    [{"joined": "2018-06-30"}],
)
TEST = {"instrument": "test", "instrument_version": "1", "cut": "proficient", "universe": "residents"}
KINDS = (*(["typical"] * 45), "other test", "other test", "newer version", "older version", "other cut", "other universe", "no test",
    "no universe", "autumn", "autumn declared", "proxy", "proxy declared", "agenda")  # fmt: skip


def small_template(chance: Random, name: str) -> Template:
    """An outcome whose levels also want the same version of the test, with girls beside boys."""
    unit = chance.choice(("percent", "percent", "percent", "rate"))
    per = 100.0 if unit == "percent" else 1000.0
    plain = template_of(
        name,
        unit=unit,
        per=per,
        bounds=[0, per],
        direction=chance.choice(("increase", "increase", "decrease")),
        rollup=chance.choice(("pooled_ratio",) * 8 + ("count_meeting_target", "count_meeting_target", "none")),
        has_cut=chance.choice((True, True, False)),
        meaningful_change=chance.choice((0.5, 1.0, 2.0)),
    )
    document = msgspec.to_builtins(plain)
    document["measure_schema"]["properties"]["instrument_version"] = {"type": "string"}
    version = {
        "facet": "/measure/instrument_version",
        "level": "equal",
        "progress": "any",
        "why": "the version must agree",
    }
    document["comparability"] = [*document["comparability"], version]
    document["disaggregation"]["reference"] = {"sex": "male"}
    document["progress_rule"] = chance.choice((None, None, "plain@1", "cohort@1", "threshold@1"))
    return msgspec.convert(document, Template)


def small_instruments(chance: Random, name: str) -> tuple[Instrument, ...]:
    """Two tests; the versions of the first hold for some years, where anybody knows."""
    years = [*([None] * 8), *(code(year) for year in range(FIRST, NEWEST + 1))]
    first, last = chance.choice(years[:11]), chance.choice(years)
    versions = [
        {
            "id": "1",
            "first_period": first,
            "last_period": last if first is None or last is None or first <= last else None,
        },
        {"id": "2", "first_period": chance.choice(years)},
    ]
    made = ({"id": f"test-{name}", "versions": versions}, {"id": f"other-{name}", "versions": [{"id": "1"}]})
    common = {"title": "A test", "publisher": "The state", "description": "Reading"}
    return tuple(msgspec.convert({**common, **document}, Instrument) for document in made)


def measure_of(kind: str, name: str) -> tuple[dict[str, object] | None, list[str]]:
    """What a measure of one kind says, and which departures it declares."""
    said: dict[str, object] = {**TEST, "instrument": f"test-{name}"}
    changed: dict[str, dict[str, object]] = {
        "other test": {"instrument": f"other-{name}"},
        "newer version": {"instrument_version": "2"},
        "older version": {"instrument_version": "0"},
        "other cut": {"cut": "basic"},
        "other universe": {"universe": "enrolled"},
        "no test": {"instrument": None},
        "no universe": {"universe": None},
        "autumn": {"season": "fall"},
        "autumn declared": {"season": "fall"},
        "proxy": {"construct": "books"},
        "proxy declared": {"construct": "books"},
    }
    facets = {**said, **changed.get(kind, {})}
    declared = {"autumn declared": ["season"], "proxy declared": ["construct"]}
    return None if kind == "agenda" else {key: value for key, value in facets.items() if value}, declared.get(kind, [])


def small_variant(chance: Random, template: Template, community: Community, number: int) -> Variant:
    """A local measure of any kind, most of them typical."""
    name, per = template.id.removeprefix("small-"), template.indicator.per
    measure, declared = measure_of(chance.choice(KINDS), name)
    start = chance.choice((FIRST, FIRST, FIRST, FIRST + 1))
    value = round(per * 0.4, 3)
    baseline = chance.choice((*([{"period": code(start)}] * 12), {"period": code(start), "numerator": 33, "denominator": 90},
        {"period": code(start), "value": value}, {"periods": [code(start), code(start + 1)], "value": value}, None))  # fmt: skip
    target = {
        "period": code(chance.randint(start + 2, NEWEST + 2)),
        "value": round(per * chance.choice((0.3, 0.5, 0.6)), 3),
    }
    breaks = [
        {"period": code(year), "kind": "cut", "reason": "A new cut", "bridge": chance.choice((None, None, "a study"))}
        for year in chance.sample(range(FIRST, NEWEST + 1), chance.choice((*([0] * 8), 1, 1, 2)))
    ]
    own = {
        "group": {"sex": chance.choice(("female", "male"))},
        "period": target["period"],
        "value": round(per * 0.45, 3),
    }
    named = chance.choice((None, None, None, None, None, "fips-county:48113", "fips-state:48"))
    place = {"population": {"description": "Children", "kind": "residents", "geographies": [named]}} if named else {}
    return variant_of(
        community.slug,
        template,
        f"measure-{number}",
        headline=number == 0 and chance.random() < 0.95,
        measure=measure,
        baseline=baseline,
        target=chance.choice((target, target, None)),
        milestones=chance.choice(((), ({"period": code(start + 1), "value": round(per * 0.45, 3)},))),
        group_targets=chance.choice(((), (), (own,))),
        breaks=breaks,
        context={"adaptations": [{"facet": f"/measure/{facet}", "why": "So it is here"} for facet in declared]},
        **(place if community.geographies else {}),
    )


def small_community(chance: Random, slug: str, *, placed: bool) -> Community:
    """A place, a member most of the time, with one place code at a time where places are known."""
    geography = chance.choice(PLACES)
    entry = {**(geography if isinstance(geography, dict) else {"code": geography}), **chance.choice(SPANS)}
    return community_of(
        slug,
        kind=chance.choice(("member",) * 15 + ("reference",)),
        membership=chance.choice(MEMBERSHIPS),
        geographies=[entry] if placed and chance.random() < 0.9 else [],
    )


def small_loads(chance: Random, variant: Variant, per: float) -> Iterator[Load]:
    """One load of some years and groups, and now and then others that correct it or take back what stood."""
    first = chance.choice((FIRST, FIRST, FIRST, FIRST + 1))
    spans = [range(first, chance.choice((first + 2, NEWEST, *([NEWEST + 1] * 5))))]
    spans += [range(start, start + 2) for start in chance.sample(range(FIRST, NEWEST), chance.choice((0, 0, 0, 1, 2)))]
    groups = GROUPS[: chance.choice((1, 3, 3, 4))] if chance.random() < 0.95 else GROUPS[1:3]
    for place, years in enumerate(spans):
        rows = [
            Row(year, group, None if place and chance.random() < 0.1 else random_cell(chance, per))
            for year in years
            for group in groups
            if chance.random() < 0.95
        ]
        if rows:
            yield Load(variant.community, variant.id, tuple(rows))


def small_net(seed: int) -> Net:
    """One very small network; the same one for the same seed. Places are registered in any order, never in that of their names."""
    chance, name = Random(f"small {seed}"), str(seed)
    template = small_template(chance, f"small-{name}")
    placed = chance.random() < 0.4
    communities: list[Community] = []
    variants: list[Variant] = []
    loads: list[Load] = []
    places = [f"place-{name}-{place}" for place in range(chance.randint(2, 5))]
    chance.shuffle(places)
    for slug in places:
        communities += [small_community(chance, slug, placed=placed) for _ in range(chance.choice((1, 1, 1, 1, 2)))]
        for number in range(chance.choice((1, 1, 1, 2))):
            own = [
                small_variant(chance, template, communities[-1], number) for _ in range(chance.choice((1, 1, 1, 1, 2)))
            ]
            variants += own
            loads += small_loads(chance, own[-1], template.indicator.per)
    chance.shuffle(loads)
    return Net(
        template=template,
        instruments=small_instruments(chance, name),
        communities=tuple(communities),
        variants=tuple(variants),
        loads=tuple(loads),
    )


def lay_out(projection: Projection, nets: Sequence[Net], acts: Sequence[Act] = ()) -> tuple[int, int]:
    """Put networks into an empty projection behind its ledger's first line: the lines at which half and all of the loads are known.

    ``acts`` is what was signed and decided before anything was loaded.
    """
    cursor = projection.cursor()
    first = projection.catch_up().seq + 1
    bodies: dict[int, bytes] = {}
    drafts = [*(draft_of(document) for net in nets for document in net.documents), *map(act_draft, acts)]
    entries = [entry_of(draft, seq, bodies) for seq, draft in enumerate(drafts, first)]
    apply(cursor, with_revisions(entries), lambda entry: bodies[entry.seq], projection.templates)
    last = first + len(entries)
    loads = [load for half in (0, 1) for net in nets for load in halves(net)[half]]
    rows = [row for seq, load in enumerate(loads, last) for row in observed(load, seq)]
    duck.insert(cursor, "tail.observation", rows)
    head = last + len(loads)
    duck.run(cursor, "apply/series", {"line": head})
    return last + sum(len(halves(net)[0]) for net in nets) - 1, head


def halves(net: Net) -> tuple[tuple[Load, ...], tuple[Load, ...]]:
    """The loads that are known first, and those that come after."""
    middle = (len(net.loads) + 1) // 2
    return net.loads[:middle], net.loads[middle:]


def act_draft(act: Act) -> Draft:
    """A signature or a decision as its action hands it to the ledger."""
    if isinstance(act, Signature):
        return document_draft("signature", f"signature:{act.variant}/{act.partner}", act)
    return document_draft("decision", f"decision:{act.variant}/{act.act}", act)


def entry_of(draft: Draft, seq: int, bodies: dict[int, bytes]) -> Entry:
    """A document's line of the ledger, its body aside."""
    bodies[seq] = draft.body
    return Entry(
        seq=seq,
        kind=draft.kind,
        schema=draft.schema,
        subject=draft.subject,
        revision=1,
        recorded_at="2015-01-01T12:00:00.000000Z",
        actor="test",
        action_id="test",
        idempotency_key=None,
        request_sha256=None,
        body_sha256="",
        chain="",
    )


def with_revisions(entries: Sequence[Entry]) -> Iterator[Entry]:
    """The same entries, each numbered among those of its subject."""
    seen: dict[str, int] = {}
    for entry in entries:
        seen[entry.subject] = seen.get(entry.subject, 0) + 1
        yield msgspec.structs.replace(entry, revision=seen[entry.subject])


def observed(load: Load, seq: int) -> Iterator[dict[str, object]]:
    """The data points of one load, as the projection keeps them."""
    for place, row in enumerate(load.rows, 2):
        period = school_year(row.year)
        yield {
            "community": load.community,
            "variant": load.variant,
            "group_key": row.group,
            "period": period.code,
            "ordinal": period.ordinal,
            "span": period.months,
            "seq": seq,
            "batch": f"b{seq}",
            "open": False,
            "withdrawn": row.figures is None,
            "file": "figures.csv",
            "row": place,
            "cells": "{}",
            **(row.figures or {"missing": "not_available"}),
        }


@cache
def school_year(year: int) -> Period:
    """The school year that begins in a year."""
    return period_of(code(year))
