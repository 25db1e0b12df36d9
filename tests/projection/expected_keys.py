"""With whom each measure of a network is comparable, and who is a member: from the documents alone."""

import json
from datetime import date

import msgspec
from expected_series import Asked
from networks import Net

from registry.domain.community import Community
from registry.domain.variant import Variant


class Keys(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of one measure, as canonical JSON; none where nothing is comparable with it at that tier."""

    level: str | None = None
    progress: str | None = None
    direction: str | None = None

    @property
    def tier(self) -> str:
        """The strongest tier at which it is shown."""
        named = {"level": self.level, "progress": self.progress, "direction": self.direction}
        return next((tier for tier, key in named.items() if key), "none")


def keys(net: Net, variant: Variant) -> Keys:
    """With whom a measure is comparable: never with an undeclared departure, and a declared proxy by its direction alone."""
    if variant.measure is None:
        return Keys()
    schema = net.template.measure_schema["properties"]
    stated = {
        name: rule["const"] if "const" in rule else rule["default"]
        for name, rule in schema.items()
        if {"const", "default"} & set(rule)
    }
    declared = {entry.facet.removeprefix("/measure/") for entry in variant.context.adaptations}
    departing = {name for name, value in stated.items() if variant.measure.get(name, value) != value}
    if not departing <= declared:
        return Keys()
    whole = {"template": f"{net.template.id}@1"}
    if "construct" in departing:
        return Keys(direction=spelled(whole))
    facets = {**stated, **variant.measure}
    judgements = {rule.facet.removeprefix("/measure/"): rule for rule in net.template.comparability}

    def key(asked_for: set[str]) -> str | None:
        if not asked_for <= set(facets):
            return None
        measure = {name: facets[name] for name in asked_for}
        return spelled({"measure": measure, "unit": net.template.indicator.unit, **whole})

    shared = key({name for name, rule in judgements.items() if rule.progress == "equal"})
    level = key({name for name, rule in judgements.items() if rule.progress == "equal" or rule.level != "any"})
    return Keys(level=level, progress=shared, direction=spelled(whole) if shared else None)


def spelled(document: object) -> str:
    """Canonical JSON."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def is_member(community: Community, day: date) -> bool:
    """Whether a place is a member on a day; one without dates always is, a reference never."""
    spans = community.membership
    inside = [span for span in spans if span.joined <= day and (span.left is None or span.left >= day)]
    return community.kind == "member" and (not spans or bool(inside))


def of_dimension(group: str, asked: Asked) -> bool:
    """Whether a group is one of the dimension asked for, alone."""
    return asked.dimension is not None and group.split("=")[0] == asked.dimension and ";" not in group
