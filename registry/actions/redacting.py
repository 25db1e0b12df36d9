"""How a wrong upload or a person's name is taken out of the registry for good, from the ledger to the last cache.

One entry names what is redacted and why; in the same action the bodies are deleted. Then every page of the ledger's file is written
anew and every projection dropped. A computer that stops in between leaves a redacted ledger: giving the same command again finishes it.
What lies elsewhere (backups, copies, files that were loaded) is out of reach; what is known of it is listed.
"""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import msgspec

from registry import duck
from registry.actions.writing import document_draft, writing
from registry.domain.actor import Actor
from registry.domain.finding import Finding
from registry.domain.ids import variant_reference
from registry.domain.policy import require
from registry.domain.redaction import REDACTABLE, REVISED, Kept, RedactedPoint, Redaction, kept_document
from registry.domain.refusal import Invalid, NotFound
from registry.ledger.copies import copies_beside, holds_body
from registry.ledger.entry import Entry
from registry.projection.caches import cache_files, drop_redacted
from registry.projection.files import Projection

_LOADS = ("batch", "observations")


class Redacted(msgspec.Struct, frozen=True, kw_only=True):
    """What a redaction did: the entries without a body, the entry that says so (null: all were redacted before), and what is left.

    ``points`` counts the data points that are not available now. ``copies`` are files beside the registry that still hold the bodies,
    ``caches`` files that could not be dropped.
    """

    seqs: tuple[int, ...]
    by: int | None
    points: int
    copies: tuple[str, ...]
    caches: tuple[str, ...]


def redact(projection: Projection, seqs: Sequence[int], reason: str, *, actor: Actor) -> Redacted:
    """Delete the bodies of entries for good; a load's two entries go together. Entries that are redacted already are let be.

    Raises NotAllowed for anybody but the operator, Invalid with a finding for each entry that may not be redacted, NotFound for one
    that is not there, and Busy where another program keeps traces of the bodies from being erased.
    """
    require(actor, "redact")
    if not reason.strip():
        raise Invalid("A redaction says why.", hint='Add --reason "...", without repeating what is to go.')
    ledger, by, points = projection.ledger, None, 0
    with writing(projection) as writer:
        entries = _together(projection, seqs)
        new = [entry for entry in entries if ledger.redacted_by(entry.seq) is None]
        faults = [fault for entry in new for fault in _faults(projection, entry)]
        if faults:
            raise Invalid("Nothing was redacted.", findings=faults)
        if new:
            kept = tuple(_kept(projection, entry) for entry in new)
            points = sum(len(entry.points) for entry in kept)
            document = Redaction(seqs=tuple(entry.seq for entry in new), reason=reason.strip(), kept=kept)
            draft = document_draft("redaction", f"redaction:r{writer.head.seq + 1}", document)
            (entry,) = writer.append([draft], actor=actor.name)
            writer.redact(entry, document.seqs)
            by = entry.seq
    caches = _erase(projection)
    digests = {entry.body_sha256 for entry in entries}
    beside = () if ledger.path is None else copies_beside(ledger.path)
    copies = tuple(str(path) for path in beside if holds_body(path, digests))
    return Redacted(
        seqs=tuple(entry.seq for entry in entries),
        by=by,
        points=points,
        copies=copies,
        caches=tuple(str(path) for path in caches),
    )


def _erase(projection: Projection) -> tuple[Path, ...]:
    """Drop every file that may hold the figures, then what the ledger's file keeps of them. Returns files that are still there."""
    projection.forget()
    left = drop_redacted(projection.folder, projection.ledger.last_redaction())
    projection.ledger.erase()
    projection.catch_up()
    return tuple(path for path in left if path in set(cache_files(projection.folder)))


def _together(projection: Projection, seqs: Sequence[int]) -> list[Entry]:
    """The entries named, in order, with the other half of each load. Raises NotFound."""
    ledger = projection.ledger
    found = {}
    head = ledger.head().seq
    for seq in seqs:
        if not 1 <= seq <= head:
            raise NotFound(
                f"The ledger has no entry {seq}; it has {head}.", hint="`outcomes data batches` lists the loads."
            )
        entry = ledger.entry(seq)
        found[seq] = entry
        if entry.kind in _LOADS:
            name = entry.subject.partition(":")[2]
            for kind in _LOADS:
                half = ledger.newest(f"{kind}:{name}")
                if half is not None:
                    found[half.seq] = half
    return [found[seq] for seq in sorted(found)]


def _faults(projection: Projection, entry: Entry) -> list[Finding]:
    """Why an entry may not be redacted, if it may not."""
    if entry.kind not in REDACTABLE:
        detail = (
            f"Entry {entry.seq} is of the kind {entry.kind}, which holds no person and no cell and is never redacted."
        )
        hint = "What may be redacted: " + ", ".join(sorted(set(REDACTABLE.values()))) + "."
        return [Finding(rule="not-redactable", severity="error", detail=detail, hint=hint)]
    newest = projection.ledger.newest(entry.subject)
    if entry.kind in REVISED and newest is not None and newest.seq == entry.seq:
        detail = f"Entry {entry.seq} is the newest revision of {entry.subject}, which answers are made from."
        hint = "Register a corrected revision first; then redact this one."
        return [Finding(rule="redacts-newest", severity="error", detail=detail, hint=hint)]
    return []


def _kept(projection: Projection, entry: Entry) -> Kept:
    if entry.kind != "observations":
        return Kept(seq=entry.seq, document=kept_document(entry.kind, projection.ledger.body(entry)))
    batch = projection.ledger.newest(f"batch:{entry.subject.partition(':')[2]}")
    owner = "" if batch is None else _owner(projection, batch)
    with closing(projection.cursor()) as cursor:
        points = tuple(
            duck.rows(cursor, "lists/load_points", RedactedPoint, {"line": projection.seq, "seq": entry.seq})
        )
    return Kept(seq=entry.seq, variant=owner, points=points)


def _owner(projection: Projection, batch: Entry) -> str:
    document = msgspec.json.decode(projection.ledger.body(batch), type=dict[str, object])
    return "/".join(variant_reference(str(document["variant"])))
