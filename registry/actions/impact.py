"""What a new version of a template would mean for the measures that stand on earlier ones: shown before it is published.

Nothing is written, and nothing moves by itself: a measure stays on its version until it is proposed anew under another one.
"""

import msgspec

from registry.actions.templates import Difference, difference, version_before
from registry.actions.variants import Known, faults_under, known_now
from registry.domain.actor import Actor
from registry.domain.comparability import Tier, keys_of
from registry.domain.finding import Finding
from registry.domain.ids import below, major
from registry.domain.listing import TemplateLine, VariantLine
from registry.domain.policy import require
from registry.domain.template import Template
from registry.projection import read
from registry.projection.files import Projection


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """One measure: the version it stands on, what would be wrong with it under the new one, and its tier before and after."""

    variant: str
    template: str
    state: str
    valid: bool
    findings: tuple[Finding, ...]
    tier_before: Tier
    tier_after: Tier


class Impact(msgspec.Struct, frozen=True, kw_only=True):
    """What a new version changes, and every measure on an earlier version of its outcome; ``difference`` is null for the first version."""

    template: str
    difference: Difference | None
    variants: tuple[Touched, ...]
    invalid: int
    tier_changed: int
    pending_words: str = ""


def impact_of(projection: Projection, template: Template, *, actor: Actor) -> Impact:
    """What publishing this version would mean for every registered measure of the outcome that was not retired. Raises NotAllowed."""
    require(actor, "impact_of")
    head = projection.catch_up()
    cursor = projection.cursor()
    known = known_now(projection, cursor, head)
    before = version_before(read.list_templates(cursor, head.seq), template)
    found = tuple(
        _touched(known, line, template)
        for line in known.variants
        if line.template_id == template.id
        and below(line.template_version, template.version)
        and not known.retired(line)
    )
    step = None if before is None else difference(read.template_of(before), template)
    return Impact(
        template=f"{template.id}@{template.version}",
        difference=step,
        variants=found,
        invalid=sum(not entry.valid for entry in found),
        tier_changed=sum(entry.tier_before != entry.tier_after for entry in found),
        pending_words=_pending_words(step, before, template),
    )


def _pending_words(step: Difference | None, before: TemplateLine | None, template: Template) -> str:
    """What becomes of measures that nobody moves; nothing is said where there can be none."""
    if step is None or before is None:
        return ""
    if step.bump == "major" or major(before.version) != major(template.version):
        return "They stay where they are, pending in a framework that pins the new major version, until they move."
    return "They stay valid where they are."


def _touched(known: Known, line: VariantLine, template: Template) -> Touched:
    variant = read.variant_of(line)
    now = known.templates[variant.template]
    old = {_named(finding) for finding in faults_under(known, variant, now)}
    faults = tuple(finding for finding in faults_under(known, variant, template) if _named(finding) not in old)
    return Touched(
        variant=f"{line.community}/{line.id}",
        template=variant.template,
        state=known.standings[line.community, line.id].state,
        valid=not faults,
        findings=faults,
        tier_before=keys_of(variant, now).tier,
        tier_after=keys_of(variant, template).tier,
    )


def _named(finding: Finding) -> tuple[str, str | None]:
    return finding.rule, finding.pointer
