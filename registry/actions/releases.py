"""What network staff do to let results out: publish a release. It shows the registry as it stands, with small cells masked.

The masks are worked out under the lock on the true figures and checked together with every earlier release
(``registry/projection/masking.py``). What would let anybody work a hidden figure out waits; what earlier releases have given away by
themselves is told to whoever publishes. A release never changes and is never taken back: who has read it has read it.
"""

from collections.abc import Iterator

import msgspec

from registry import duck
from registry.actions.writing import Receipt, document_draft, receipt, writing
from registry.domain.actor import Actor
from registry.domain.finding import Finding
from registry.domain.policy import require
from registry.domain.release import Release
from registry.ledger.entry import Draft
from registry.projection.files import Projection
from registry.projection.masking import Masking, masking_at
from registry.projection.readers import list_releases

SHOWN = 12
"""How many of the figures that earlier releases have given away are named."""


def publish_release(projection: Projection, *, actor: Actor, note: str = "") -> tuple[Release, Receipt]:
    """Release the registry as it stands. Nothing new since the last release writes nothing.

    The receipt's findings name figures that are hidden now and that earlier releases have shown. Raises NotAllowed, and Conflict where a
    program would have to be solved and the extra for that is not installed.
    """
    require(actor, "publish_release")
    with writing(projection) as writer:
        line = writer.head.seq
        releases = list_releases(projection.cursor(), line)
        if releases and releases[-1].seq + 1 == line:  # its masks are the last entry
            last = releases[-1]
            kept = projection.ledger.entry(last.seq)
            return msgspec.json.decode(last.body, type=Release), receipt(kept, written=False)
        masking = masking_at(projection, line)
        name = f"r{line + 1}"
        release = Release(id=name, upto=line, counts=masking.counts, note=note)
        drafts = [
            document_draft("release", f"release:{name}", release),
            Draft(kind="masks", schema="masks/1", subject=f"masks:{name}", body=_parquet(projection, masking)),
        ]
        entry, *_ = writer.append(drafts, actor=actor.name)
    return release, receipt(entry, written=True, findings=tuple(_given_away(masking)))


def _parquet(projection: Projection, masking: Masking) -> bytes:
    cursor = projection.cursor()
    duck.run(cursor, "apply/mask_now")
    duck.insert(cursor, "mask_now", masking.masks)
    return duck.parquet_of(cursor, "mask_now")


def _given_away(masking: Masking) -> Iterator[Finding]:
    """What no release can take back, a finding each; of very many the last says how many more there are."""
    hint = "Nobody can call it back. See that the rule and the load that made the group so small are right."
    for number, cell in enumerate(masking.exposed):
        pointer = f"/{cell.community}/{cell.variant}/{cell.period}/{cell.group or 'everybody'}"
        detail = f"It is hidden now, and {cell.why} by {', '.join(cell.releases)}."
        if number == SHOWN:
            detail, pointer = f"{len(masking.exposed) - SHOWN} more figures were given away by earlier releases.", ""
        yield Finding(rule="released-before", severity="warning", pointer=pointer, detail=detail, hint=hint)
        if number == SHOWN:
            return
