"""What network staff do with templates: check, publish. A published version never changes and its name never comes back."""

from collections.abc import Mapping
from hashlib import sha256

from registry.actions.writing import Receipt, document_draft, receipt, writing
from registry.check import check, check_schema
from registry.domain.finding import Finding, has_errors
from registry.domain.refusal import AlreadyPublished, Conflict, Invalid
from registry.domain.rule import Found, Rule
from registry.domain.template import RULES_OF_A_TEMPLATE, Template, resolved
from registry.ledger.entry import Draft
from registry.projection.files import Projection


def check_template(raw: bytes) -> tuple[Template | None, tuple[Finding, ...]]:
    """Every fault of a template document; the template where it has no errors."""

    def rules(document: Mapping[str, object]) -> tuple[Rule, ...]:
        unfit = check_schema(document.get("measure_schema"), "/measure_schema")

        def schema_is_valid(_: object) -> list[Found]:
            return [(finding.pointer or "", finding.detail, finding.hint) for finding in unfit]

        return (
            *RULES_OF_A_TEMPLATE,
            Rule(code="measure-schema-invalid", needs=("/measure_schema",), check=schema_is_valid),
        )

    return check(raw, Template, rules)


def publish_template(projection: Projection, raw: bytes, *, actor: str) -> Receipt:
    """Publish a template's first version.

    Raises Invalid with every finding; AlreadyPublished where the version exists with other content; Conflict for a second
    version, which is published only once versions are judged.
    """
    template, findings = check_template(raw)
    if template is None or has_errors(findings):
        raise Invalid("The template has faults; nothing was published.", findings=findings)
    draft = document_draft("template", f"template:{template.id}@{template.version}", resolved(template))
    digest = sha256(draft.body).hexdigest()
    with writing(projection) as writer:
        for known in projection.templates.values():
            if known.id == template.id and known.version != template.version:
                raise Conflict(
                    f"{template.id} is published as {known.version}, and this program does not yet judge what a new version changes.",
                    hint="Publishing a second version will come with `template diff`; until then the published one stands.",
                )
        if writer.revision_of(draft.subject):
            return _published_before(projection, draft, digest, findings)
        (entry,) = writer.append((draft,), actor=actor)
        return receipt(entry, written=True, findings=findings, content_sha256=digest)


def _published_before(projection: Projection, draft: Draft, digest: str, findings: tuple[Finding, ...]) -> Receipt:
    entry = projection.ledger.newest(draft.subject)
    if entry is not None and projection.ledger.body(entry) == draft.body:
        return receipt(entry, written=False, findings=findings, content_sha256=digest)
    raise AlreadyPublished(
        f"{draft.subject.removeprefix('template:')} is published and never changes; this document says something else.",
        hint="Give it a new version.",
    )
