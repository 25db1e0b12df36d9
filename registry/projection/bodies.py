"""What the projection reads of an entry: its body, or where that was redacted, what the redaction kept of it."""

import msgspec

from registry.domain.redaction import Kept, Redaction
from registry.domain.refusal import Damaged, Redacted
from registry.ledger.contract import Ledger
from registry.ledger.entry import Entry, canonical
from registry.ledger.store import VERIFY


class Points(msgspec.Struct, frozen=True):
    """The data points of a load whose figures were redacted, and the entry that did it."""

    kept: Kept
    by: int


class Bodies:
    """The bodies of one ledger, in the shape that their kinds have; each redaction is read once."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._kept: dict[int, dict[int, Kept]] = {}

    def __call__(self, entry: Entry) -> bytes | Points:
        """An entry's body; a document without its texts, or the points alone, where it was redacted. Raises Damaged."""
        try:
            return self._ledger.body(entry)
        except Redacted as gone:
            kept = self._of(gone.by).get(entry.seq)
            if kept is None:
                raise Damaged(f"Entry {gone.by} keeps nothing of entry {entry.seq}.", hint=VERIFY) from gone
            return Points(kept, gone.by) if entry.kind == "observations" else canonical(kept.document)

    def _of(self, by: int) -> dict[int, Kept]:
        if by not in self._kept:
            redaction = msgspec.json.decode(self._ledger.body(self._ledger.entry(by)), type=Redaction)
            self._kept[by] = {kept.seq: kept for kept in redaction.kept}
        return self._kept[by]
