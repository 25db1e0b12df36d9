"""The documents and files of ``seeds/``, read as their types, and the rows that each variant's mapping takes."""

import csv
import json
import tomllib
from fractions import Fraction
from pathlib import Path

import msgspec

from registry.domain.community import Community
from registry.domain.group import category_of
from registry.domain.instrument import Instrument
from registry.domain.mapping import Mapping
from registry.domain.period import Period, read_period
from registry.domain.template import Template
from registry.domain.variant import Variant, reference_of

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"
DATA = SEEDS / "network/data"
MANIFEST = json.loads((SEEDS / "network/network.json").read_text(encoding="utf-8"))
AGREEMENT = json.loads((SEEDS / "network/agreement.json").read_text(encoding="utf-8"))
FRAMEWORK = json.loads((SEEDS / AGREEMENT["framework"]).read_text(encoding="utf-8"))
CITIES = frozenset({"bridgeport", "hartford", "new-haven", "stamford", "waterbury"})
DIVISIONS = frozenset({"charlottesville", "albemarle", "richmond", "norfolk", "roanoke-city"})

Row = dict[str, str]
Group = tuple[tuple[str, str], ...]
HIDDEN = {"*", "<", "NA"}


def document(path: str) -> dict[str, object]:
    read: dict[str, object] = json.loads((SEEDS / path).read_text(encoding="utf-8"))
    return read


def mapping_of(path: str) -> Mapping:
    return msgspec.convert(tomllib.loads((SEEDS / path).read_text(encoding="utf-8")), Mapping)


def rows(name: str) -> list[Row]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(cell: str) -> Fraction:
    return Fraction(cell.replace(",", ""))


def hidden(cell: str) -> bool:
    return cell in HIDDEN or cell.startswith(">")


TEMPLATES = {path: msgspec.convert(document(path), Template) for path in MANIFEST["templates"]}
INSTRUMENTS = {path: msgspec.convert(document(path), Instrument) for path in MANIFEST["instruments"]}
COMMUNITIES = {path: msgspec.convert(document(path), Community) for path in MANIFEST["communities"]}
VARIANTS = {path: msgspec.convert(document(path), Variant) for path in MANIFEST["variants"]}
LOADS = {load["variant"]: load for load in MANIFEST["loads"]}

BY_TEMPLATE = {f"{template.id}@{template.version}": template for template in TEMPLATES.values()}
BY_COMMUNITY = {community.slug: community for community in COMMUNITIES.values()}
BY_REFERENCE = {reference_of(variant): variant for variant in VARIANTS.values()}
MEMBERS = [reference for reference, variant in BY_REFERENCE.items() if BY_COMMUNITY[variant.community].kind == "member"]
BENCHMARKS = tuple(reference for reference in BY_REFERENCE if reference not in MEMBERS)
AGENDA = [reference for reference, variant in BY_REFERENCE.items() if variant.measure is None]
"""On the data development agenda: no measure yet, so neither figures nor a target."""

MEASURED = [reference for reference in MEMBERS if reference not in AGENDA]
PROXIES = {
    reference
    for reference, variant in BY_REFERENCE.items()
    if variant.measure and variant.measure["construct"] != BY_TEMPLATE[variant.template].indicator.construct
}
"""Variants that measure a stand-in for their template's construct."""


def template_of(variant: Variant) -> Template:
    return BY_TEMPLATE[variant.template]


def rows_of(reference: str) -> dict[str, Row]:
    """The rows of everybody that a variant's mapping takes for its place, by period code."""
    return {period: row for (period, group), row in group_rows_of(reference).items() if group == ()}


def group_rows_of(reference: str) -> dict[tuple[str, Group], Row]:
    """Every row that a variant's mapping takes for its place, by period code and group."""
    load = LOADS[reference]
    mapping = mapping_of(load["mapping"])
    variant = BY_REFERENCE[reference]
    places = {entry if isinstance(entry, str) else entry.code for entry in BY_COMMUNITY[variant.community].geographies}
    found: dict[tuple[str, Group], Row] = {}
    for file in load["files"]:
        for row in rows(Path(file).name):
            if taken(row, mapping) and place_of(row, mapping) in places:
                key = (period_of(row, mapping, template_of(variant)), group_in(row, mapping))
                assert key not in found, f"{reference} has two rows for {key}"
                found[key] = row
    return found


def group_in(row: Row, mapping: Mapping) -> Group:
    """Whom a row speaks of, as dimension and category; empty for everybody."""
    found = []
    for group in mapping.groups:
        label = row[str(group.column)]
        if label not in group.everybody:
            category = group.labels.get(label) or category_of(group.dimension, label)
            assert category is not None, f"no list knows {label!r}"
            found.append((group.dimension, category))
    return tuple(found)


def cell(row: Row, column: str | None) -> str | None:
    """What a row says in a column of the mapping; null where the mapping reads no such column."""
    return None if column is None else row[column]


def taken(row: Row, mapping: Mapping) -> bool:
    wanted = all(row[column] in cells for column, cells in mapping.filters.items())
    return wanted and not any(row[column] in cells for column, cells in mapping.skip.items())


def place_of(row: Row, mapping: Mapping) -> str:
    assert mapping.place is not None
    cell = row[mapping.place.column]
    if mapping.place.scheme is None:
        return mapping.place.names[cell]
    return f"{mapping.place.scheme}:{cell.zfill(mapping.place.width or 0)}"


def period_of(row: Row, mapping: Mapping, template: Template) -> str:
    assert mapping.period.column is not None
    read = read_period(row[mapping.period.column], template.indicator.period, year_means=mapping.period.year_means)
    assert isinstance(read, Period), read
    return read.code
