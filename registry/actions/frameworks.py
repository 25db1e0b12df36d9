"""What network staff do with frameworks: publish one, or a new version of it. A published version never changes."""

from collections.abc import Iterator, Mapping
from hashlib import sha256

import semver

from registry.actions.writing import Receipt, document_draft, receipt, writing
from registry.check import check
from registry.domain.actor import Actor
from registry.domain.finding import Finding, Severity, has_errors
from registry.domain.framework import RULES_OF_A_FRAMEWORK, Framework
from registry.domain.ids import is_draft, newest, template_reference
from registry.domain.listing import TemplateLine
from registry.domain.policy import require
from registry.domain.refusal import AlreadyPublished, Conflict, Invalid, meant
from registry.domain.rule import Found, Rule, items, part
from registry.ledger.entry import Draft, Entry
from registry.projection import read
from registry.projection.files import Projection


def publish_framework(projection: Projection, raw: bytes, *, actor: Actor) -> Receipt:
    """Publish a framework version. The very same version again writes nothing.

    Raises NotAllowed, Invalid with every finding, AlreadyPublished where the version says something else already, and Conflict where it is
    not above the newest one.
    """
    require(actor, "publish_framework")
    with writing(projection) as writer:
        cursor, line = projection.cursor(), writer.head.seq
        templates = {f"{entry.id}@{entry.version}": entry for entry in read.list_templates(cursor, line)}
        alone, _ = check(raw, Framework, RULES_OF_A_FRAMEWORK)
        before = None if alone is None else projection.ledger.newest(_draft(alone).subject)
        if (
            alone is not None and before is not None
        ):  # what became of its templates since is no fault of what was published
            return _again(projection, alone, before)
        framework, findings = check_framework(raw, templates)
        if framework is None or has_errors(findings):
            raise Invalid("The framework has faults; nothing was published.", findings=findings)
        held = [entry.version for entry in read.list_frameworks(cursor, line) if entry.id == framework.id]
        if held and semver.Version.parse(framework.version) < semver.Version.parse(newest(held)):
            raise Conflict(
                f"{framework.id} is published as {newest(held)} already.", hint="Give it a version above that one."
            )
        draft = _draft(framework)
        (entry,) = writer.append((draft,), actor=actor.name)
        return receipt(entry, written=True, findings=findings, content_sha256=sha256(draft.body).hexdigest())


def _draft(framework: Framework) -> Draft:
    return document_draft("framework", f"framework:{framework.id}@{framework.version}", framework)


def _again(projection: Projection, framework: Framework, before: Entry) -> Receipt:
    """A version that is published: the same content writes nothing, another is refused."""
    draft = _draft(framework)
    if projection.ledger.body(before) != draft.body:
        raise AlreadyPublished(
            f"{framework.id}@{framework.version} is published and never changes; this document says something else.",
            hint="Give it a new version.",
        )
    return receipt(before, written=False, content_sha256=sha256(draft.body).hexdigest())


def check_framework(raw: bytes, templates: Mapping[str, TemplateLine]) -> tuple[Framework | None, tuple[Finding, ...]]:
    """Every fault of a framework document beside the published templates (by ``id@version``)."""

    def pinned(severity: Severity) -> Rule:
        def asked(outcomes: object) -> Iterator[Found]:
            for place, outcome in enumerate(items(outcomes)):
                reference = part(outcome, "template")
                if isinstance(reference, str):
                    yield from _pin(reference, templates, severity, f"/outcomes/{place}/template")

        return Rule(code="template-unfit", needs=("/outcomes",), check=asked, severity=severity)

    return check(raw, Framework, (*RULES_OF_A_FRAMEWORK, pinned("error"), pinned("warning")))


def _pin(reference: str, templates: Mapping[str, TemplateLine], severity: Severity, pointer: str) -> Iterator[Found]:
    line = templates.get(reference)
    if line is None:
        if severity == "error":
            yield pointer, f"There is no published template {reference!r}.", meant(reference, sorted(templates))
        return
    successor = templates.get(line.successor or "")
    usable = successor is not None and successor.status != "withdrawn"
    instead = f"Pin {line.successor} instead." if usable else "Pin another version."
    because = f": {line.reason.rstrip('. ')}" if line.reason.strip() else ""
    _, version = template_reference(reference)
    if severity == "error" and line.status == "withdrawn":
        yield pointer, f"{reference} was withdrawn{because}.", instead
    elif severity == "error" and is_draft(version):
        yield pointer, f"{reference} is a draft, put up for comment.", "Pin a version without a suffix."
    elif severity == "warning" and line.status == "deprecated":
        yield pointer, f"{reference} is deprecated{because}.", instead
