"""What network staff do to let results out: publish a release. It shows the registry as it stands, with small cells masked.

The masks are worked out under the lock on the true figures and checked together with every earlier release
(``registry/projection/masking.py``); a release that would let anybody work a hidden figure out is refused. A release never changes and
is never taken back: who has read it has read it.
"""

import msgspec

from registry import duck
from registry.actions.writing import Receipt, document_draft, receipt, writing
from registry.domain.actor import Actor
from registry.domain.finding import Finding
from registry.domain.policy import require
from registry.domain.refusal import Conflict
from registry.domain.release import Release
from registry.ledger.entry import Draft
from registry.projection.files import Projection
from registry.projection.masking import Masking, masking_at
from registry.projection.readers import list_releases

SHOWN = 12
"""How many of the cells that stand in the way are named."""


def publish_release(projection: Projection, *, actor: Actor, note: str = "") -> tuple[Release, Receipt]:
    """Release the registry as it stands. Nothing new since the last release writes nothing.

    Raises NotAllowed, and Conflict with every figure that earlier releases would give away.
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
        _refuse_exposed(masking)
        name = f"r{line + 1}"
        release = Release(id=name, upto=line, counts=masking.counts, note=note)
        drafts = [
            document_draft("release", f"release:{name}", release),
            Draft(kind="masks", schema="masks/1", subject=f"masks:{name}", body=_parquet(projection, masking)),
        ]
        entry, *_ = writer.append(drafts, actor=actor.name)
    return release, receipt(entry, written=True)


def _parquet(projection: Projection, masking: Masking) -> bytes:
    cursor = projection.cursor()
    duck.run(cursor, "apply/mask_now")
    duck.insert(cursor, "mask_now", masking.masks)
    return duck.parquet_of(cursor, "mask_now")


def _refuse_exposed(masking: Masking) -> None:
    if not masking.exposed:
        return
    findings = tuple(
        Finding(
            rule="released-before",
            severity="error",
            pointer=f"/{cell.community}/{cell.variant}/{cell.period}/{cell.group or 'everybody'}",
            detail=f"It {cell.why} by {', '.join(cell.releases)}.",
            hint="Look whether the load that made this group so small is right; a wrong one can be corrected by another load.",
        )
        for cell in masking.exposed[:SHOWN]
    )
    more = len(masking.exposed) - len(findings)
    raise Conflict(
        f"Nothing was released: {len(masking.exposed)} small figures could be worked out from this release and earlier ones.",
        hint=f"{more} more are not named here." if more else "",
        findings=findings,
    )
