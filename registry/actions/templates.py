"""What network staff do with templates: check, compare, publish, deprecate, withdraw. A published version never changes.

A new version is judged by what it changes (``registry/domain/version_change.py``): under too small a number it is refused, with the
differences and the number that would be right. A name is never used twice, also not after a version was withdrawn.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Literal

import msgspec
import semver

from registry.actions.writing import Receipt, document_draft, receipt, writing
from registry.check import check, check_schema
from registry.domain.actor import Actor
from registry.domain.finding import Finding, has_errors
from registry.domain.ids import below, is_draft, major, ordered, template_reference
from registry.domain.listing import TemplateLine
from registry.domain.policy import require
from registry.domain.progress_rule import RULES
from registry.domain.refusal import AlreadyPublished, Conflict, Invalid, NotFound, meant
from registry.domain.rule import Found, Rule
from registry.domain.schema_change import Bump
from registry.domain.template import Template, TemplateStatus, latest, resolved, rules_of_a_template
from registry.domain.version_change import Change, bump_of, changes, next_version, too_small
from registry.ledger.entry import Draft
from registry.ledger.writer import Writer
from registry.projection import read
from registry.projection.files import Projection


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What one template says otherwise than another, how large a step that is, and the least version it may stand under."""

    before: str
    after: str
    bump: Bump
    required_version: str
    changes: tuple[Change, ...]


def check_template(
    raw: bytes, progress_rules: Sequence[str] = tuple(RULES)
) -> tuple[Template | None, tuple[Finding, ...]]:
    """Every fault of a template document; the template where it has no errors. ``progress_rules`` are those it may name."""

    def rules(document: Mapping[str, object]) -> tuple[Rule, ...]:
        unfit = check_schema(document.get("measure_schema"), "/measure_schema")

        def schema_is_valid(_: object) -> list[Found]:
            return [(finding.pointer or "", finding.detail, finding.hint) for finding in unfit]

        return (
            *rules_of_a_template(progress_rules),
            Rule(code="measure-schema-invalid", needs=("/measure_schema",), check=schema_is_valid),
        )

    return check(raw, Template, rules)


def sound_template(
    raw: bytes,
    *,
    faulty: str = "The template has faults; nothing was published.",
    progress_rules: Sequence[str] = tuple(RULES),
) -> tuple[Template, tuple[Finding, ...]]:
    """A template without errors, and its warnings. Raises Invalid, in the words of ``faulty``, with every finding."""
    template, findings = check_template(raw, progress_rules)
    if template is None or has_errors(findings):
        raise Invalid(faulty, findings=findings)
    return template, findings


def difference(before: Template, after: Template) -> Difference:
    """What the second template says otherwise than the first; defaults written out on both sides."""
    documents = (msgspec.to_builtins(resolved(before)), msgspec.to_builtins(resolved(after)))
    found = changes(*documents)
    bump = bump_of(found)
    return Difference(
        before=f"{before.id}@{before.version}",
        after=f"{after.id}@{after.version}",
        bump=bump,
        required_version=next_version(before.version, bump),
        changes=found,
    )


def version_before(lines: list[TemplateLine], template: Template) -> TemplateLine | None:
    """The published version that a new one is judged against: the highest below it that is no draft; null for the first."""
    held = {line.version: line for line in lines if line.id == template.id and not is_draft(line.version)}
    earlier = ordered(version for version in held if below(version, template.version))
    return held[earlier[-1]] if earlier else None


def publish_template(projection: Projection, raw: bytes, *, actor: Actor) -> Receipt:
    """Publish a template, or a new version of one. The very same version again writes nothing.

    Raises NotAllowed, Invalid with every finding, AlreadyPublished where the name is taken, and Conflict, with the differences, where the
    version is too small a step or stands behind a newer one of its major.
    """
    require(actor, "publish_template")
    template, findings = sound_template(raw, progress_rules=rules_there(projection))
    draft = document_draft("template", f"template:{template.id}@{template.version}", resolved(template))
    digest = sha256(draft.body).hexdigest()
    with writing(projection) as writer:
        lines = read.list_templates(projection.cursor(), writer.head.seq)
        if writer.revision_of(draft.subject):
            return _published_before(projection, lines, draft, digest, findings)
        _refuse_behind(lines, template)
        before = version_before(lines, template)
        if before is not None:
            findings = (*findings, *_step(read.template_of(before), template))
        (entry,) = writer.append((draft,), actor=actor.name)
        return receipt(entry, written=True, findings=findings, content_sha256=digest)


def rules_there(projection: Projection) -> tuple[str, ...]:
    """The progress rules that a template may name: those that ship and those that the network has published."""
    return tuple(read.known_rules(projection.cursor(), projection.catch_up().seq))


def check_template_beside(projection: Projection, raw: bytes, *, actor: Actor) -> tuple[Finding, ...]:
    """Every fault of a template document, also whether its version is too small a step from those that are there. Raises NotAllowed."""
    require(actor, "check_template_beside")
    template, findings = check_template(raw, rules_there(projection))
    if template is None or has_errors(findings):
        return findings
    return (*findings, *_unfit_step(projection, template))


def _unfit_step(projection: Projection, template: Template) -> tuple[Finding, ...]:
    """What publishing this version would be told beside the versions that are there: every difference where its number is too small."""
    lines = read.list_templates(projection.cursor(), projection.catch_up().seq)
    before = version_before(lines, template)
    there = any((line.id, line.version) == (template.id, template.version) for line in lines)
    if before is None or there:
        return ()
    try:
        return _step(read.template_of(before), template)
    except Conflict as refusal:
        return refusal.findings


def deprecate_template(
    projection: Projection, reference: str, *, successor: str, reason: str = "", actor: Actor
) -> Receipt:
    """Say that another version is to be used from now on. What is registered under this one stays.

    Raises NotAllowed, Invalid where no version is named, NotFound for one that is not there, Conflict where the successor is no usable one
    or the version was withdrawn.
    """
    require(actor, "deprecate_template")
    with writing(projection) as writer:
        lines = read.list_templates(projection.cursor(), writer.head.seq)
        held, next_one = _one_version(lines, reference), named_version(lines, successor)
        _refuse_successor(lines, held, next_one)
        return _new_status(projection, writer, held, _status(held, "deprecated", next_one, reason), actor)


def withdraw_template(
    projection: Projection, reference: str, *, reason: str, successor: str | None = None, actor: Actor
) -> Receipt:
    """Withdraw a version: nothing new is registered under it, it is still there by its name, and the name is never used again.

    Raises NotAllowed, Invalid without a reason or where no version is named, NotFound for one that is not there, Conflict where it was
    withdrawn already or the successor is no usable one.
    """
    require(actor, "withdraw_template")
    if not reason.strip():
        raise Invalid("A version is withdrawn for a reason.", hint="Give --reason with a few words.")
    with writing(projection) as writer:
        lines = read.list_templates(projection.cursor(), writer.head.seq)
        held = _one_version(lines, reference)
        instead = None if successor is None else named_version(lines, successor)
        if instead is not None:
            _refuse_successor(lines, held, instead)
        return _new_status(projection, writer, held, _status(held, "withdrawn", instead, reason), actor)


def named_version(lines: list[TemplateLine], reference: str) -> TemplateLine:
    """The version that ``id@version``, or an id alone, names. Raises NotFound with the nearest name."""
    wanted, version = template_reference(reference)
    versions = {line.version: line for line in lines if line.id == wanted}
    if not versions:
        hint = meant(wanted, sorted({line.id for line in lines}))
        raise NotFound(f"There is no published template {reference!r}.", hint=hint)
    chosen = version or latest([(line.version, line.status) for line in versions.values()])
    if chosen not in versions:
        raise NotFound(f"{wanted} is not published as {version!r}.", hint=meant(version, ordered(versions)))
    return versions[chosen]


def _status(
    held: TemplateLine, status: Literal["deprecated", "withdrawn"], successor: TemplateLine | None, reason: str
) -> TemplateStatus:
    return TemplateStatus(
        template=f"{held.id}@{held.version}",
        status=status,
        successor=None if successor is None else f"{successor.id}@{successor.version}",
        reason=reason,
    )


def _new_status(
    projection: Projection, writer: Writer, held: TemplateLine, status: TemplateStatus, actor: Actor
) -> Receipt:
    if held.status == "withdrawn":
        raise Conflict(
            f"{status.template} was withdrawn already: {held.reason.rstrip('. ')}.",
            hint="That is for good. Publish a new version instead.",
        )
    draft = document_draft("template_status", f"template_status:{status.template}", status)
    newest = projection.ledger.newest(draft.subject)
    if newest is not None and projection.ledger.body(newest) == draft.body:
        return receipt(newest, written=False, content_sha256=held.content_sha256)
    (entry,) = writer.append((draft,), actor=actor.name)
    return receipt(entry, written=True, content_sha256=held.content_sha256)


def _step(before: Template, after: Template) -> tuple[Finding, ...]:
    """What is to be said of the step from one version to the next. Raises Conflict where the number is too small for it."""
    found = difference(before, after)
    if too_small(before.version, str(semver.Version.parse(after.version).finalize_version()), found.bump):
        listed = [
            Finding(
                rule="version-too-small",
                severity="error",
                pointer=change.pointer,
                detail=f"{change.detail} ({change.class_})",
                hint="",
            )
            for change in found.changes
        ]
        raise Conflict(
            f"{after.version} is too small a step from {before.version}: a {found.bump} change takes {found.required_version}.",
            hint=f"Publish it as {found.required_version}, or take the larger changes back.",
            findings=listed,
        )
    if found.changes:
        return ()
    detail = f"It says the same as {before.version}, but for its number."
    return (Finding(rule="nothing-changed", severity="warning", pointer="/version", detail=detail, hint=""),)


def _refuse_behind(lines: list[TemplateLine], template: Template) -> None:
    """Versions of one major come in order: what is behind a newer one would have been judged against the wrong one."""
    newer = ordered(
        line.version
        for line in lines
        if line.id == template.id
        and not is_draft(line.version)
        and major(line.version) == major(template.version)
        and not below(line.version, template.version)
    )
    if newer:
        raise Conflict(
            f"{template.id} is published as {newer[-1]} already; {template.version} would stand behind it.",
            hint=f"Give it a version above {newer[-1]}.",
        )


def _published_before(
    projection: Projection, lines: list[TemplateLine], draft: Draft, digest: str, findings: tuple[Finding, ...]
) -> Receipt:
    name = draft.subject.removeprefix("template:")
    entry, held = projection.ledger.newest(draft.subject), named_version(lines, name)
    if held.status == "withdrawn":
        raise AlreadyPublished(
            f"{name} was withdrawn, and its name is never used again.", hint="Give it a new version."
        )
    if entry is not None and projection.ledger.body(entry) == draft.body:
        return receipt(entry, written=False, findings=findings, content_sha256=digest)
    raise AlreadyPublished(
        f"{name} is published and never changes; this document says something else.", hint="Give it a new version."
    )


def _one_version(lines: list[TemplateLine], reference: str) -> TemplateLine:
    """The version that is named in full: what is done to it is done for good, so an id alone is not enough."""
    held = named_version(lines, reference)
    if not template_reference(reference)[1]:
        raise Invalid(f"{reference!r} does not say which version.", hint=f"Name it, such as {held.id}@{held.version}.")
    return held


def _refuse_successor(lines: list[TemplateLine], held: TemplateLine, successor: TemplateLine) -> None:
    """A successor is a version that a measure can be registered under, and the way on from it does not lead back."""
    named = {f"{line.id}@{line.version}": line for line in lines}
    why, line = "", successor
    if successor is held:
        why = "it is the same version"
    elif successor.status == "withdrawn":
        why = "it was withdrawn"
    elif is_draft(successor.version):
        why = "it is a draft"
    while not why and line.successor is not None:
        line = named[line.successor]
        why = "its own successor leads back there" if line is held else ""
    if why:
        before, after = (f"{entry.id}@{entry.version}" for entry in (held, successor))
        raise Conflict(f"{after} cannot follow {before}: {why}.", hint="Name another version as the successor.")
