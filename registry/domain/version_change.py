"""What a new version of a template changes, and how large a step that is: major, minor or patch.

- *major*: it can change a published number or verdict, or what is hidden, or make a registered measure invalid;
- *minor*: it newly permits, or only adds;
- *patch*: words only. What is counted (numerator, denominator, population) is never words only. The stage orders pages and is patch.

Every member of a template is classed in one of the tables below; one that none of them knows is major. The measure's schema is decided in
``schema_change.py``. Numbers follow Semantic Versioning 2.0.0. Tests: ``tests/domain/test_version_change.py``.

>>> [(entry.pointer, entry.class_) for entry in changes({"title": "Reading"}, {"title": "Early reading"})]
[('/title', 'patch')]
>>> next_version("1.4.2", "minor"), too_small("1.4.2", "1.4.3", "minor")
('1.5.0', True)
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec
import semver

from registry.domain.measure_schema import facet_schemas
from registry.domain.rule import fields, number, part, pointer_to
from registry.domain.schema_change import Bump, same, same_set, schema_changes
from registry.domain.schema_limits import told
from registry.domain.template import TYPED_FACETS

SIZES: tuple[Bump, ...] = ("none", "patch", "minor", "major")

WORDS = frozenset({"title", "result", "lay_definition", "stage", "powers", "references", "notes"})
"""Members of a template that no figure hangs on."""

DECIDING = frozenset({"id", "disclosure", "scale", "progress_rule"})
"""Members of a template of which every change is major."""

JUDGED = frozenset({"indicator", "disaggregation", "measure_schema", "comparability"})
"""Members of a template that are judged part by part."""

NUMBER = "version"
"""The member that is not compared."""

DECIDING_OF_AN_INDICATOR = frozenset(
    {
        "construct",
        "unit",
        "direction",
        "numerator",
        "denominator",
        "population",
        "period",
        "meaningful_change",
        "per",
        "maintain_within",
        "rollup",
        "has_cut",
    }
)
"""Members of an indicator of which every change is major; its bounds are judged by which way they move."""


class Change(msgspec.Struct, frozen=True):
    """One difference between two versions: where, how large a step, and what was and is said."""

    pointer: str
    class_: Bump = msgspec.field(name="class")
    detail: str


def changes(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[Change, ...]:
    """Every difference between two templates, given as documents with their defaults written out; the version is not compared."""
    found = tuple(_changes(before, after))
    compared = ({name: value for name, value in whole.items() if name != NUMBER} for whole in (before, after))
    if found or same(*compared):
        return found
    return (Change("", "patch", "The same is said in another way."),)


def bump_of(found: Sequence[Change]) -> Bump:
    """The largest class among the differences; ``none`` where there are none."""
    return max((change.class_ for change in found), key=SIZES.index, default="none")


def next_version(version: str, bump: Bump) -> str:
    """The least version that a step of this size leads to; without a suffix.

    >>> next_version("1.4.2", "major"), next_version("1.4.2", "none"), next_version("2.0.0-draft", "none")
    ('2.0.0', '1.4.2', '2.0.0')
    """
    known = semver.Version.parse(version).finalize_version()
    steps = {"major": known.bump_major, "minor": known.bump_minor, "patch": known.bump_patch}
    return str(steps[bump]() if bump in steps else known)


def too_small(before: str, after: str, bump: Bump) -> bool:
    """Whether a version is a smaller step from another than the size asks for; what is not above it always is.

    >>> too_small("1.4.2", "2.0.0", "patch"), too_small("1.4.2", "1.4.2", "none")
    (False, True)
    """
    old, new = semver.Version.parse(before), semver.Version.parse(after)
    return new <= old or new < semver.Version.parse(next_version(before, bump))


def _changes(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[Change]:
    for name in sorted({*before, *after} - JUDGED - {NUMBER}):
        if not same(before.get(name), after.get(name)):
            size: Bump = "patch" if name in WORDS else "major"
            yield from _inside(before.get(name), after.get(name), (name,), size)
    yield from _indicator(fields(before.get("indicator")), fields(after.get("indicator")))
    yield from _disaggregation(fields(before.get("disaggregation")), fields(after.get("disaggregation")))
    yield from _measure(fields(before.get("measure_schema")), fields(after.get("measure_schema")))
    yield from _comparability(_listed(before.get("comparability")), _listed(after.get("comparability")))


def _inside(before: object, after: object, place: tuple[str | int, ...], size: Bump) -> Iterator[Change]:
    """A difference at the smallest member that differs."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in sorted({*before, *after}):
            if not same(before.get(name), after.get(name)):
                yield from _inside(before.get(name), after.get(name), (*place, name), size)
    elif place in {("result",), ("lay_definition",), ("notes",), ("references",)}:
        yield Change(pointer_to(*place), size, "The words change.")
    else:
        yield Change(pointer_to(*place), size, f"It goes from {told(before)} to {told(after)}.")


def _indicator(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[Change]:
    for name in sorted({*before, *after} - {"bounds"}):
        yield from _inside_of(before, after, name, ("indicator",), "major")
    if not same(before.get("bounds"), after.get("bounds")):
        narrower = _narrower(before.get("bounds"), after.get("bounds"))
        way = "narrower, so a registered figure may lie outside" if narrower else "wider"
        detail = f"The bounds go from {told(before.get('bounds'))} to {told(after.get('bounds'))}: {way}."
        yield Change("/indicator/bounds", "major" if narrower else "minor", detail)


def _inside_of(
    before: Mapping[str, object], after: Mapping[str, object], name: str, place: tuple[str, ...], size: Bump
) -> Iterator[Change]:
    if not same(before.get(name), after.get(name)):
        yield from _inside(before.get(name), after.get(name), (*place, name), size)


def _narrower(before: object, after: object) -> bool:
    was, now = (*_listed(before), None, None), (*_listed(after), None, None)
    low, high = (number(was[0]), number(now[0])), (number(was[1]), number(now[1]))
    rises = low[1] is not None and (low[0] is None or low[1] > low[0])
    falls = high[1] is not None and (high[0] is None or high[1] < high[0])
    return rises or falls


def _disaggregation(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[Change]:
    required, required_now = _names(before.get("required")), _names(after.get("required"))
    wanted, wanted_now = _names(before.get("recommended")), _names(after.get("recommended"))
    for name in sorted(required_now - required):
        yield Change("/disaggregation/required", "major", f"The dimension {name!r} is required now.")
    for name in sorted(required - required_now):
        yield Change("/disaggregation/required", "minor", f"The dimension {name!r} is no longer required.")
    for name in sorted(wanted_now - wanted - required):
        yield Change("/disaggregation/recommended", "minor", f"The dimension {name!r} is recommended now.")
    for name in sorted(wanted - wanted_now - required_now):  # whoever has it keeps it; nothing is hidden or invalid
        yield Change("/disaggregation/recommended", "minor", f"The dimension {name!r} is no longer recommended.")
    for name in ("required", "recommended"):
        old, new = _listed(before.get(name)), _listed(after.get(name))
        if same_set(old, new) and not same(old, new):
            yield Change(f"/disaggregation/{name}", "patch", "The dimensions stand in another order.")
    yield from _references(fields(before.get("reference")), fields(after.get("reference")))
    for name in sorted({*before, *after} - {"required", "recommended", "reference"}):
        yield from _inside_of(before, after, name, ("disaggregation",), "major")


def _references(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[Change]:
    for dimension in sorted({*before, *after}):
        if same(before.get(dimension), after.get(dimension)):
            continue
        pointer = pointer_to("disaggregation", "reference", dimension)
        if dimension not in before:
            yield Change(pointer, "minor", f"Gaps by {dimension!r} are measured from {told(after[dimension])} now.")
        else:
            detail = f"Gaps by {dimension!r} were measured from {told(before[dimension])}, now from {told(after.get(dimension))}."
            yield Change(pointer, "major", detail)


def _measure(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[Change]:
    """The schema's differences. But for the typed facets, one can only be stated where it is described, also in an open schema."""
    gone = facet_schemas(before).keys() - facet_schemas(after).keys() - set(TYPED_FACETS)
    unknown = {pointer_to("measure_schema", "properties", facet): facet for facet in gone}
    for entry in schema_changes(before, after, ("measure_schema",)):
        if entry.pointer in unknown and entry.bump != "major":
            facet = unknown[entry.pointer]
            detail = f"The facet {facet!r} is no longer described: a measure that states it would name a facet that nobody knows."
            yield Change(entry.pointer, "major", detail)
        else:
            yield Change(entry.pointer, entry.bump, entry.detail)


def _comparability(before: Sequence[object], after: Sequence[object]) -> Iterator[Change]:
    """Facet by facet: the order of the list says nothing, because each facet is judged once."""
    old = {part(rule, "facet"): rule for rule in before}
    now = {part(rule, "facet"): (place, rule) for place, rule in enumerate(after)}
    for facet, rule in old.items():
        if facet not in now:
            yield Change("/comparability", "major", f"{told(facet)} no longer decides what is compared.")
            continue
        place, new = now[facet]
        for name in sorted({*fields(rule), *fields(new)}):
            size: Bump = "patch" if name == "why" else "major"
            yield from _inside_of(fields(rule), fields(new), name, ("comparability", str(place)), size)
    for facet, (place, _) in now.items():
        if facet not in old:
            yield Change(f"/comparability/{place}", "major", f"{told(facet)} decides now what is compared.")
    if old.keys() == now.keys() and list(old) != list(now):
        yield Change("/comparability", "patch", "The facets stand in another order.")


def _names(value: object) -> set[str]:
    return {str(name) for name in _listed(value)}


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []
