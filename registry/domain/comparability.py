"""Which results can be compared, and why not: a key per tier, computed from what the variants say, never typed in.

Two variants are comparable at a tier exactly where their keys of that tier are equal, so SQL groups by the key and never
compares pairs (design section 7). ``explain`` is for people: facet by facet what differs.

=========  =================================================================  ======================================
tier       holds when                                                         what may be shown
=========  =================================================================  ======================================
level      every facet the template judges for levels or progress agrees      pooled counts, points, and all below
linked     those that differ are *link* facets, and a link valid in the       the mean on the template's scale with
           year of the figure covers each                                     its error, and all below
progress   every facet the template judges for progress agrees                direction, trend, pace, own points
direction  the same construct, or a declared proxy for it                     counts of trends, shown apart
none       otherwise                                                          the reason
=========  =================================================================  ======================================

A facet that is missing on either side is not equal. Keys are bound to the template's major version and unit. A measure whose
construct departs and says why is a *declared proxy*: it may be counted by its direction, and nothing else of it is compared. Whether a
link is valid depends on the year of a figure, so the linked key says only who could be linked (``sql/rollup/linked_part.sql`` says who is).
Tests: ``tests/domain/test_comparability.py``.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec
import rfc8785

from registry.domain.ids import major
from registry.domain.template import TYPED_FACETS, FacetRule, Template, facets_of, stated_default
from registry.domain.variant import Facet, Variant, same_facet
from registry.domain.variant_rules import departures, facet_in_words

Tier = Literal["level", "linked", "progress", "direction", "none"]
KeyedTier = Literal["level", "linked", "progress"]
_TIERS: tuple[KeyedTier, ...] = ("level", "linked", "progress")


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """The facets by which variants are comparable, defaults filled in; ``extra`` holds what the template adds, sorted."""

    construct: Facet | None = None
    instrument: Facet | None = None
    instrument_version: Facet | None = None
    cut: Facet | None = None
    grade_or_age: Facet | None = None
    season: Facet | None = None
    universe: Facet | None = None
    denominator_rule: Facet | None = None
    sampling: Facet | None = None
    geography_vintage: Facet | None = None
    extra: tuple[tuple[str, Facet], ...] = ()


class Keys(msgspec.Struct, frozen=True, kw_only=True):
    """A variant's keys. A null key means that nothing is comparable with it at that tier; ``reasons`` says why, in words."""

    level: str | None
    progress: str | None
    linked: str | None = None
    direction: str | None = None
    reasons: tuple[str, ...] = ()

    @property
    def tier(self) -> Tier:
        """The strongest tier at which the variant can be shown by what its document says alone, without any link."""
        if self.level or self.progress:
            return "level" if self.level else "progress"
        return "direction" if self.direction else "none"


class Mismatch(msgspec.Struct, frozen=True):
    """One facet on which two measures differ, which tiers it hinders, and the template's reason."""

    facet: str
    ours: Facet | None
    theirs: Facet | None
    hinders: tuple[str, ...]
    why: str


def measure_of(variant: Variant, template: Template) -> Measure:
    """What the variant measures; a facet on which it is silent is the template's const or default, where it has one."""
    stated = variant.measure or {}

    def facet(name: str) -> Facet | None:
        value = stated.get(name, stated_default(template, name))
        return value if isinstance(value, str | int | float | bool) else None

    typed = {name: facet(name) for name in TYPED_FACETS}
    added = sorted(name for name in facets_of(template) if name not in TYPED_FACETS)
    extra = tuple((name, value) for name in added if (value := facet(name)) is not None)
    return Measure(**typed, extra=extra)


def keys_of(variant: Variant, template: Template) -> Keys:
    """The variant's keys under its template, or the reasons why it has none."""
    if variant.measure is None:
        return Keys(level=None, progress=None, reasons=("it has no agreed measure yet (data development agenda)",))
    measure = measure_of(variant, template)
    undeclared = tuple(_undeclared(variant, template))
    proxy = measure.construct != template.indicator.construct
    level, level_reasons = _key(template, measure, "level")
    progress, progress_reasons = _key(template, measure, "progress")
    linked, _ = _key(template, measure, "linked") if template.scale is not None else (None, ())
    reasons = tuple(
        dict.fromkeys((*_other_construct(measure, template), *undeclared, *progress_reasons, *level_reasons))
    )
    if undeclared:
        return Keys(level=None, progress=None, reasons=reasons)
    if proxy:
        return Keys(level=None, progress=None, direction=_direction_key(template), reasons=reasons)
    direction = _direction_key(template) if progress else None
    return Keys(level=level, progress=progress, linked=linked, direction=direction, reasons=reasons)


def explain(ours: Measure, theirs: Measure, template: Template) -> tuple[Mismatch, ...]:
    """Every facet that the template judges and on which the two differ; empty means comparable at the level."""
    found = []
    asked = tuple(tier for tier in _TIERS if tier != "linked" or template.scale is not None)
    for rule in template.comparability:
        name = rule.facet.removeprefix("/measure/")
        mine, yours = facet_value(ours, name), facet_value(theirs, name)
        hinders = tuple(tier for tier in asked if _judged(rule, tier))
        if hinders and (mine is None or not same_facet(mine, yours)):
            found.append(Mismatch(facet=name, ours=mine, theirs=yours, hinders=hinders, why=rule.why))
    return tuple(found)


def facet_value(measure: Measure, facet: str) -> Facet | None:
    """What a measure says on a facet, typed or added by the template."""
    if facet in TYPED_FACETS:
        value: Facet | None = getattr(measure, facet)
        return value
    return dict(measure.extra).get(facet)


def before_break(key: str, period: str) -> str:
    """The key of a series' years before a break: they are compared only with series that broke at the same period."""
    return f"{key}|before {period}"


def split_key(key: str) -> tuple[str, str]:
    """What agrees, as a JSON object, and the breaks before or from which its years are set apart; empty where there are none.

    >>> split_key('{"unit":"percent"}|from SY2016-17')
    ('{"unit":"percent"}', 'from SY2016-17')
    """
    end = key.rindex("}") + 1
    return key[:end], key[end:].strip("|").replace("|", ", ")


def facets_in_words(key: str) -> list[str]:
    """The facets that agree under a key, each with its value."""
    named = msgspec.json.decode(split_key(key)[0], type=_Agreed).measure
    return [f"{facet_in_words(facet)} {value}" for facet, value in named.items()]


def key_in_words(key: str, common: Sequence[str] = ()) -> str:
    """A key as people read it: the facets that agree, without those that are common to all that is shown.

    >>> key_in_words('{"measure":{"grade_or_age":3,"season":"spring"}}|before SY2016-17', ["season spring"])
    'grade or age 3 (before SY2016-17)'
    """
    _, breaks = split_key(key)
    facets = ", ".join(facet for facet in facets_in_words(key) if facet not in common) or "the same measure"
    return f"{facets} ({breaks})" if breaks else facets


class _Agreed(msgspec.Struct, frozen=True):
    """What is read of a key to say it in words."""

    measure: dict[str, Facet] = {}


def _other_construct(measure: Measure, template: Template) -> Iterator[str]:
    """In words, that it measures something else than the template means; declared, that makes it a proxy."""
    if measure.construct != template.indicator.construct:
        yield (
            f"it measures another construct ({measure.construct!s}, the template means {template.indicator.construct}), "
            "so at most its direction is counted, apart from the others"
        )


def _undeclared(variant: Variant, template: Template) -> Iterator[str]:
    declared = {entry.facet for entry in variant.context.adaptations}
    for facet in departures(template, variant.measure or {}):
        if f"/measure/{facet}" not in declared:
            yield f"its {facet_in_words(facet)} departs from the template and the departure is not declared"


def _direction_key(template: Template) -> str:
    """Who is counted by direction: everybody who measures the outcome's construct, or a declared proxy for it."""
    return rfc8785.dumps({"template": f"{template.id}@{major(template.version)}"}).decode()


def _key(template: Template, measure: Measure, tier: KeyedTier) -> tuple[str | None, tuple[str, ...]]:
    facets: dict[str, Facet] = {}
    missing = []
    for rule in template.comparability:
        if not _judged(rule, tier):
            continue
        name = rule.facet.removeprefix("/measure/")
        value = facet_value(measure, name)
        if value is None:
            missing.append(f"its measure does not say the {facet_in_words(name)} ({rule.why})")
        else:
            facets[name] = value
    if missing:
        return None, tuple(missing)
    named: dict[str, str | dict[str, Facet]] = {
        "template": f"{template.id}@{major(template.version)}",
        "unit": template.indicator.unit,
        "measure": facets,
    }
    if tier == "linked":
        named["scale"] = template.scale or ""
    return rfc8785.dumps(named).decode(), ()


def _judged(rule: FacetRule, tier: KeyedTier) -> bool:
    """Whether a tier asks for this facet. Levels ask for all that progress asks for: what may be pooled may also be followed.

    What a link may bridge is not asked at the linked tier.
    """
    if rule.progress == "equal":
        return True
    return rule.level != "any" if tier == "level" else tier == "linked" and rule.level == "equal"
