"""What network staff publish once and for good beside templates: links to a common scale, and progress rules.

A published document never changes; the very same one again writes nothing. Whoever needs another publishes it under another id, so that an
answer that names the old one still says what it said.
"""

from collections.abc import Iterator
from hashlib import sha256

from registry.actions.writing import Receipt, document_draft, receipt, writing
from registry.check import check
from registry.domain.actor import Actor
from registry.domain.finding import Finding, has_errors
from registry.domain.link import RULES_OF_A_LINK, Link, overlapping, resolved_link
from registry.domain.policy import require
from registry.domain.progress_rule import RULES_OF_A_PROGRESS_RULE, ProgressRule
from registry.domain.refusal import AlreadyPublished, Invalid
from registry.ledger.entry import Draft
from registry.ledger.writer import Writer
from registry.projection import read
from registry.projection.files import Projection


def publish_link(projection: Projection, raw: bytes, *, actor: Actor) -> Receipt:
    """Publish a link. Raises NotAllowed, Invalid with every finding, also where another answers the same question, and AlreadyPublished."""
    require(actor, "publish_link")
    link, findings = check(raw, Link, RULES_OF_A_LINK)
    if link is None or has_errors(findings):
        raise Invalid("The link has faults; nothing was published.", findings=findings)
    draft = document_draft("link", f"link:{link.id}", resolved_link(link))
    with writing(projection) as writer:
        cursor, line = projection.cursor(), writer.head.seq
        if projection.ledger.newest(draft.subject) is None:
            held = [read.link_of(entry) for entry in read.list_links(cursor, line)]
            clashes = overlapping(link, held)
            if clashes:
                raise Invalid("The link contradicts one that is published; nothing was published.", findings=clashes)
            known = {entry.id: set(entry.versions) for entry in read.list_instruments(cursor, line)}
            findings = (*findings, *_uncatalogued(link, known))
        return keep_published(projection, writer, draft, findings, actor=actor)


def publish_rule(projection: Projection, raw: bytes, *, actor: Actor) -> Receipt:
    """Publish a progress rule. Raises NotAllowed, Invalid with every finding, and AlreadyPublished where its id says something else."""
    require(actor, "publish_rule")
    rule, findings = check(raw, ProgressRule, RULES_OF_A_PROGRESS_RULE)
    if rule is None or has_errors(findings):
        raise Invalid("The progress rule has faults; nothing was published.", findings=findings)
    with writing(projection) as writer:
        return keep_published(
            projection, writer, document_draft("rule", f"rule:{rule.id}", rule), findings, actor=actor
        )


def keep_published(
    projection: Projection, writer: Writer, draft: Draft, findings: tuple[Finding, ...], *, actor: Actor
) -> Receipt:
    """Append a document that never changes, under a lock that is held. The same content again writes nothing."""
    digest = sha256(draft.body).hexdigest()
    before = projection.ledger.newest(draft.subject)
    if before is None:
        (entry,) = writer.append((draft,), actor=actor.name)
        return receipt(entry, written=True, findings=findings, content_sha256=digest)
    if projection.ledger.body(before) != draft.body:
        name = draft.subject.partition(":")[2]
        raise AlreadyPublished(
            f"{name} is published and never changes; this document says something else.", hint="Give it another id."
        )
    return receipt(before, written=False, content_sha256=digest)


def _uncatalogued(link: Link, known: dict[str, set[str]]) -> Iterator[Finding]:
    """Tests that the catalogue does not know: no measure can name them yet."""
    for place, cut in enumerate(link.cuts):
        if cut.instrument_version not in known.get(cut.instrument, set()):
            yield Finding(
                rule="link-instrument-unknown",
                severity="warning",
                pointer=f"/cuts/{place}/instrument",
                detail=f"The catalogue has no version {cut.instrument_version!r} of {cut.instrument!r}.",
                hint="Catalogue it with `outcomes instrument publish FILE`, so that measures can name it.",
            )
