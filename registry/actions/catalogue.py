"""What network staff keep: the catalogue of assessments and data sources, and the list of communities.

Both may be corrected: a changed document is a new revision, and what was said before stays in the ledger.
"""

from typing import TypeVar

import msgspec

from registry.actions.writing import Receipt, document_draft, receipt, writing
from registry.check import check
from registry.domain.actor import Actor
from registry.domain.community import RULES_OF_A_COMMUNITY, Community
from registry.domain.finding import Finding, has_errors
from registry.domain.instrument import RULES_OF_AN_INSTRUMENT, Instrument
from registry.domain.policy import require
from registry.domain.refusal import Invalid
from registry.ledger.entry import Draft
from registry.ledger.writer import Writer
from registry.projection.files import Projection

Document = TypeVar("Document", bound=msgspec.Struct)


def publish_instrument(projection: Projection, raw: bytes, *, actor: Actor) -> Receipt:
    """Catalogue an assessment or data source, or a new revision of it. Raises NotAllowed, and Invalid with every finding."""
    require(actor, "publish_instrument")
    instrument, findings = check(raw, Instrument, RULES_OF_AN_INSTRUMENT)
    document = _sound(instrument, findings, "The assessment or data source has faults; nothing was published.")
    draft = document_draft("instrument", f"instrument:{document.id}", document)
    with writing(projection) as writer:
        return append_revision(projection, writer, draft, findings, actor=actor)


def add_community(projection: Projection, raw: bytes, *, actor: Actor) -> Receipt:
    """Add a community, or a new revision of it. Raises NotAllowed, and Invalid with every finding."""
    require(actor, "add_community")
    community, findings = check(raw, Community, RULES_OF_A_COMMUNITY)
    document = _sound(community, findings, "The community has faults; nothing was added.")
    draft = document_draft("community", f"community:{document.slug}", document)
    with writing(projection) as writer:
        return append_revision(projection, writer, draft, findings, actor=actor)


def append_revision(
    projection: Projection, writer: Writer, draft: Draft, findings: tuple[Finding, ...], *, actor: Actor
) -> Receipt:
    """Append a document's next revision under a lock that is held; the same content as the newest one writes nothing."""
    newest = projection.ledger.newest(draft.subject)
    if newest is not None and projection.ledger.body(newest) == draft.body:
        return receipt(newest, written=False, findings=findings)
    (entry,) = writer.append((draft,), actor=actor.name)
    return receipt(entry, written=True, findings=findings)


def _sound(document: Document | None, findings: tuple[Finding, ...], detail: str) -> Document:
    if document is None or has_errors(findings):
        raise Invalid(detail, findings=findings)
    return document
