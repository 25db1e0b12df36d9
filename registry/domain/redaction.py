"""What a redaction takes out of the registry, and what it keeps so that no answer falls back in silence on something older.

A redaction is an entry that names other entries and the reason; their bodies are then deleted for good. Its own body keeps
what answers need and what says nothing of a person: of a load, which data points it brought (variant, period, group), never
a figure, a file's name or a cell; of a document, who and which it was about. A data point whose figure was redacted stays in
its place in the ledger as *not available (redacted)*: nothing older shows through, and what was loaded after it stands.
Tests: ``tests/actions/test_redact.py``.

>>> kept_document("signature", b'{"variant":"a/b","partner":"library","act":"signed","revision":1,"content_sha256":"c","by":"Maria"}')["by"]
'(redacted)'
"""

import msgspec

from registry.domain.community import Community, dated_geographies

TAKEN_OUT = "(redacted)"
"""Stands where a text was."""

REDACTABLE = {
    "batch": "a load",
    "observations": "a load's data points",
    "variant": "a revision of a local measure",
    "mapping": "a mapping",
    "signature": "a signature",
    "community": "a revision of a community",
}
"""The kinds of entry that may hold a person's name or small cells of children, in words."""

REVISED = frozenset({"variant", "mapping", "community"})
"""Kinds whose newest revision is in use: it is corrected first, and the one that is wrong redacted then."""


class RedactedPoint(msgspec.Struct, frozen=True, omit_defaults=True):
    """A data point whose figure is gone: its period's code and its group's key."""

    period: str
    group: str = ""
    withdrawn: bool = False


class Kept(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is kept of one entry: a document of its own kind without its texts and figures, or the points of a load."""

    seq: int
    document: dict[str, object] = {}
    variant: str = ""
    points: tuple[RedactedPoint, ...] = ()


class Redaction(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a redaction: which entries, why, and what is kept of each."""

    seqs: tuple[int, ...]
    reason: str
    kept: tuple[Kept, ...]


def kept_document(kind: str, body: bytes) -> dict[str, object]:
    """What is kept of a document's entry. Raises ValueError for a kind that cannot be redacted."""
    document = msgspec.json.decode(body, type=dict[str, object])
    match kind:
        case "variant":
            return {"title": TAKEN_OUT} | _members(document, "community", "id", "template", "headline")
        case "signature":
            return {"by": TAKEN_OUT} | _members(document, "variant", "partner", "act", "revision", "content_sha256")
        case "community":
            return _community(body)
        case "mapping":
            return {"period": {}}
        case "batch":
            numbers = dict.fromkeys(("new", "changed", "same", "skipped", "withdrawn"), 0)
            return {
                "variant": document["variant"],
                "files": [],
                "mapping_sha256": "",
                "rows_sha256": "",
                **numbers,
                "reason": TAKEN_OUT,
            }
    raise ValueError(f"Nothing says what is kept of the kind {kind!r}.")


def _members(document: dict[str, object], *names: str) -> dict[str, object]:
    return {name: document[name] for name in names if name in document}


def _community(body: bytes) -> dict[str, object]:
    community = msgspec.json.decode(body, type=Community)
    places = [msgspec.structs.replace(place, name="") for place in dated_geographies(community)]
    kept = Community(
        slug=community.slug,
        name=community.slug,
        kind=community.kind,
        state=community.state,
        geographies=tuple(places),
        membership=community.membership,
    )
    return dict(msgspec.to_builtins(kept))
