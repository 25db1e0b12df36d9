"""An entry of the ledger becomes rows of the projection: one function per kind of entry, and no other way in.

A kind that this program does not know is refused: it was written by a newer program, and leaving it out would be a wrong answer.
Comparability keys are computed here, once per revision, by the pure rule of ``domain/comparability.py``.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from hashlib import sha256

import msgspec

from registry import duck
from registry.domain.agreement import Decision, Restatement, Signature
from registry.domain.community import Community, dated_geographies
from registry.domain.framework import Framework, pins_of
from registry.domain.geography import path_of
from registry.domain.group import group_key
from registry.domain.ids import major, template_reference, variant_reference
from registry.domain.instrument import Instrument, edges_of
from registry.domain.link import Link, months_of
from registry.domain.period import period_of
from registry.domain.progress_rule import ProgressRule
from registry.domain.refusal import NotARegistry
from registry.domain.release import Release
from registry.domain.template import Template, TemplateStatus, progress_rule_of, terms_of
from registry.ledger.entry import Entry
from registry.projection.apply_variant import variant_record
from registry.projection.bodies import Points

Templates = dict[str, Template]
Record = dict[str, object]
Bodies = Callable[[Entry], bytes | Points]

_NO_ROWS = frozenset({"registry", "redaction"})
"""Kinds that are known and that no question asks about; what a redaction keeps arrives with the entries that it redacts."""

BODIES_AT_ONCE = 256
"""How many loads are read together; a bound on memory, not on the ledger."""


def apply(connection: duck.Connection, entries: Iterable[Entry], body_of: Bodies, templates: Templates) -> bool:
    """Bring entries, in order, into the tables of ``tail``, and tell whether data points were among them.

    ``templates`` (by ``id@version``) grows as templates arrive.
    """
    records: dict[str, list[Record]] = {}
    loads: list[tuple[Entry, bytes]] = []
    masks: list[tuple[Entry, bytes]] = []
    owners: dict[str, str] = {}
    for entry in entries:
        if entry.kind in _NO_ROWS:
            continue
        body = body_of(entry)
        if isinstance(body, Points):
            records.setdefault("observation", []).extend(_redacted_points(entry, body))
        elif entry.kind == "observations":
            loads.append((entry, body))
        elif entry.kind == "masks":
            masks.append((entry, body))
        else:
            table, record = _record(entry, body, templates)
            records.setdefault(table, []).append(record)
            if table == "batch":
                owners[str(record["id"])] = f"{record['community']}/{record['variant']}"
    for table, found in records.items():
        duck.insert(connection, f"tail.{table}", found)
    for start in range(0, len(loads), BODIES_AT_ONCE):
        _arrive(connection, loads[start : start + BODIES_AT_ONCE], owners)
    if masks:
        _mask(connection, masks)
    return bool(loads or "observation" in records)


def _arrive(connection: duck.Connection, loads: list[tuple[Entry, bytes]], owners: dict[str, str]) -> None:
    duck.read_parquet(connection, "arrived", [body for _, body in loads])
    duck.run(connection, "apply/arrival")
    arrivals = []
    for place, (entry, _) in enumerate(loads):
        batch = entry.subject.removeprefix("observations:")
        community, variant = variant_reference(owners[batch])
        arrivals.append({"body": place, "seq": entry.seq, "batch": batch, "community": community, "variant": variant})
    duck.insert(connection, "arrival", arrivals)
    duck.run(connection, "apply/observations")


def _mask(connection: duck.Connection, masks: list[tuple[Entry, bytes]]) -> None:
    duck.read_parquet(connection, "arrived", [body for _, body in masks])
    duck.run(connection, "apply/mask_arrival")
    arrivals = [
        {"body": place, "release": entry.subject.removeprefix("masks:")} for place, (entry, _) in enumerate(masks)
    ]
    duck.insert(connection, "mask_arrival", arrivals)
    duck.run(connection, "apply/mask")


def _redacted_points(entry: Entry, points: Points) -> Iterator[Record]:
    """The data points of a redacted load, in their place and without a figure: nothing older shows through."""
    community, variant = variant_reference(points.kept.variant)
    for point in points.kept.points:
        period = period_of(point.period)
        yield {
            "community": community,
            "variant": variant,
            "group_key": point.group,
            "period": period.code,
            "ordinal": period.ordinal,
            "span": period.months,
            "seq": entry.seq,
            "batch": entry.subject.removeprefix("observations:"),
            "open": False,
            "missing": "not_available",
            "withdrawn": point.withdrawn,
            "file": f"(redacted by entry {points.by})",
            "row": 0,
            "cells": "{}",
            "redacted_by": points.by,
        }


def _record(entry: Entry, body: bytes, templates: Templates) -> tuple[str, Record]:
    """The table and the row of a document's entry."""
    made = _KINDS.get(entry.kind)
    if made is None:
        raise NotARegistry(
            f"Line {entry.seq} of the ledger is of the kind {entry.kind!r}, which this program does not know.",
            hint="It was written by a newer program: update outcome-registry.",
        )
    return entry.kind, {**made(entry, body, templates), "seq": entry.seq, "body": body.decode("utf-8")}


def _template(entry: Entry, body: bytes, templates: Templates) -> Record:
    template = msgspec.json.decode(body, type=Template)
    templates[f"{template.id}@{template.version}"] = template
    terms, indicator = terms_of(template), template.indicator
    return {
        "id": template.id,
        "version": template.version,
        "major": major(template.version),
        "recorded_at": entry.recorded_at,
        "title": template.title,
        "unit": indicator.unit,
        "per": indicator.per,
        "direction": indicator.direction,
        "meaningful_change": indicator.meaningful_change,
        "maintain_within": terms.maintain_within,
        "has_cut": indicator.has_cut,
        "kind": indicator.period,
        "rollup": indicator.rollup,
        "progress_rule": progress_rule_of(template),
        "scale": template.scale,
        "references": [
            {"dimension": dimension, "group_key": group_key({dimension: category})}
            for dimension, category in sorted(template.disaggregation.reference.items())
        ],
        "content_sha256": sha256(body).hexdigest(),
    }


def _instrument(entry: Entry, body: bytes, _: Templates) -> Record:
    instrument = msgspec.json.decode(body, type=Instrument)
    return {
        "id": instrument.id,
        "revision": entry.revision,
        "title": instrument.title,
        "publisher": instrument.publisher,
        "versions": [version.id for version in instrument.versions],
        "editions": [
            {
                "id": version.id,
                "edges": [{"ordinal": month, "period": code, "ends": ends} for month, code, ends in edges_of(version)],
            }
            for version in instrument.versions
        ],
    }


def _community(entry: Entry, body: bytes, _: Templates) -> Record:
    community = msgspec.json.decode(body, type=Community)
    return {
        "slug": community.slug,
        "revision": entry.revision,
        "name": community.name,
        "kind": community.kind,
        "state": community.state,
        "membership": [{"joined": span.joined, "left": span.left} for span in community.membership],
        "geographies": [
            {"code": place.code, "path": path_of(place.code, place.within), "since": place.since, "until": place.until}
            for place in dated_geographies(community)
        ],
    }


def _framework(entry: Entry, body: bytes, _: Templates) -> Record:
    framework = msgspec.json.decode(body, type=Framework)
    return {
        "id": framework.id,
        "version": framework.version,
        "recorded_at": entry.recorded_at,
        "title": framework.title,
        "reviews_departures": framework.reviews_departures,
        "pins": pins_of(framework),
        "content_sha256": sha256(body).hexdigest(),
    }


def _status(entry: Entry, body: bytes, _: Templates) -> Record:
    status = msgspec.json.decode(body, type=TemplateStatus)
    name, version = template_reference(status.template)
    return {
        "id": name,
        "version": version,
        "status": status.status,
        "successor": status.successor,
        "reason": status.reason,
        "recorded_at": entry.recorded_at,
    }


def _act(kind: type[Signature] | type[Decision] | type[Restatement], entry: Entry, body: bytes, _: Templates) -> Record:
    """What somebody did with a measure: the members of its document that are columns of its table, and who and when."""
    act = msgspec.to_builtins(msgspec.json.decode(body, type=kind))
    community, variant = variant_reference(act.pop("variant"))
    columns = ("partner", "act", "revision", "content_sha256", "period", "reason", "before_sha256", "after_sha256")
    return {
        **{name: act[name] for name in columns if name in act},
        "community": community,
        "variant": variant,
        "recorded_at": entry.recorded_at,
        "actor": entry.actor,
    }


def _link(entry: Entry, body: bytes, _: Templates) -> Record:
    link = msgspec.json.decode(body, type=Link)
    first, last = months_of(link)
    return {
        "id": link.id,
        "recorded_at": entry.recorded_at,
        "title": link.title,
        "scale": link.scale.id,
        "scale_title": link.scale.title,
        "sd": link.scale.sd,
        "u_sd": link.scale.spread_error,
        "u_m": link.scale.placing_error,
        "first_period": link.first_period,
        "first_ordinal": first,
        "last_period": link.last_period,
        "last_ordinal": last,
        "cuts": [
            {
                "instrument": cut.instrument,
                "instrument_version": cut.instrument_version,
                "cut": cut.cut,
                "grade_or_age": None if cut.grade_or_age is None else str(cut.grade_or_age),
                "score": cut.score,
                "standard_error": cut.standard_error,
            }
            for cut in link.cuts
        ],
        "content_sha256": sha256(body).hexdigest(),
    }


def _rule(entry: Entry, body: bytes, _: Templates) -> Record:
    rule = msgspec.json.decode(body, type=ProgressRule)
    return {
        **{name: getattr(rule, name) for name in ("id", "title", "method", "phi", "tau")},
        "recorded_at": entry.recorded_at,
        "content_sha256": sha256(body).hexdigest(),
    }


def _release(entry: Entry, body: bytes, _: Templates) -> Record:
    release = msgspec.json.decode(body, type=Release)
    return {"id": release.id, "upto": release.upto, "recorded_at": entry.recorded_at, "actor": entry.actor}


def _mapping(entry: Entry, _: bytes, __: Templates) -> Record:
    community, variant = variant_reference(entry.subject.removeprefix("mapping:"))
    return {"community": community, "variant": variant, "revision": entry.revision}


def _revised(entry: Entry, body: bytes, _: Templates) -> Record:
    """What has an id of its own and a second revision that ends it: a token, a grant."""
    return {
        "id": msgspec.json.decode(body, type=_Named).id,
        "revision": entry.revision,
        "recorded_at": entry.recorded_at,
        "actor": entry.actor,
    }


def _voided(entry: Entry, _: bytes, __: Templates) -> Record:
    return {"recorded_at": entry.recorded_at}


class _Named(msgspec.Struct, frozen=True):
    id: str


class _Owner(msgspec.Struct, frozen=True):
    variant: str


def _batch(entry: Entry, body: bytes, _: Templates) -> Record:
    community, variant = variant_reference(msgspec.json.decode(body, type=_Owner).variant)
    return {
        "id": entry.subject.removeprefix("batch:"),
        "recorded_at": entry.recorded_at,
        "actor": entry.actor,
        "community": community,
        "variant": variant,
    }


_KINDS: dict[str, Callable[[Entry, bytes, Templates], Record]] = {
    "template": _template,
    "template_status": _status,
    "framework": _framework,
    "link": _link,
    "rule": _rule,
    "signature": partial(_act, Signature),
    "decision": partial(_act, Decision),
    "restatement": partial(_act, Restatement),
    "instrument": _instrument,
    "community": _community,
    "variant": variant_record,
    "token": _revised,
    "tokens_voided": _voided,
    "grant": _revised,
    "mapping": _mapping,
    "release": _release,
    "batch": _batch,
}
