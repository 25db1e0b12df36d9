"""A framework's roll-up as flat records, one a count, each complete in itself; what CSV and Parquet carry.

``record`` says what it is: outcome, apart, direction, community, indicator or network. Shares are 0 to 1 and have bounds.
"""

import msgspec

from registry.domain.export_beside import harmless
from registry.domain.framework_answer import (
    CommunityTold,
    FrameworkRollup,
    GapsShare,
    IndicatorTold,
    OutcomeTold,
    SharesTold,
    ShareTold,
)
from registry.domain.network_answer import Apart

Members = dict[str, object]


class FrameworkFlat(msgspec.Struct, frozen=True, kw_only=True):
    """One record; what does not apply is null."""

    record: str
    framework: str
    seq: int
    as_of: str
    progress_rule: str | None
    program: str
    release: str | None
    unmasked: bool
    template: str | None = None
    role: str | None = None
    key: str | None = None
    community: str | None = None
    name: str | None = None
    variant: str | None = None
    state: str | None = None
    trend: str | None = None
    reason: str | None = None
    pace: str | None = None
    n: int | None = None
    improving: int | None = None
    maintaining: int | None = None
    declining: int | None = None
    indeterminate: int | None = None
    share_improving_low: float | None = None
    share_improving_high: float | None = None
    share_held_low: float | None = None
    share_held_high: float | None = None
    proof_point_improving: str | None = None
    proof_point_improving_or_maintaining: str | None = None
    improving_by_chance: float | None = None
    gaps_measured: int | None = None
    gaps_closing: int | None = None
    gaps_share_low: float | None = None
    gaps_share_high: float | None = None


def flat_framework(answer: FrameworkRollup) -> tuple[FrameworkFlat, ...]:
    """Every count of a framework's roll-up as a record of its own, in the answer's order."""
    head: Members = {
        "framework": answer.framework,
        "seq": answer.seq,
        "as_of": answer.as_of,
        "progress_rule": answer.progress_rule,
        "program": answer.program,
        "release": answer.release,
        "unmasked": not answer.masked,
    }
    network = answer.network
    records: list[Members] = [
        *(record for outcome in answer.outcomes for record in _outcome(outcome)),
        *(record for place in answer.communities for record in _community(place)),
        {
            "record": "network",
            "improving_by_chance": network.by_chance.improving,
            **_shares(network.core),
            **_gaps(network.gaps),
        },
    ]
    return tuple(msgspec.convert({**head, **record}, FrameworkFlat) for record in records)


def _outcome(outcome: OutcomeTold) -> tuple[Members, ...]:
    named: Members = {"template": outcome.template, "role": outcome.role, "progress_rule": outcome.progress_rule}
    first: Members = {"record": "outcome", **named, **_count(outcome), **_gaps(outcome.gaps)}
    first["improving_by_chance"] = outcome.by_chance.improving
    apart = ({"record": "apart", **named, "key": entry.key, **_count(entry)} for entry in outcome.apart)
    found = outcome.direction
    directed = () if found is None else ({"record": "direction", **named, "key": found.key, **_count(found)},)
    return (first, *apart, *directed)


def _community(place: CommunityTold) -> tuple[Members, ...]:
    named: Members = {"community": place.community, "name": harmless(place.name)}
    proof = place.proof_point
    first: Members = {"record": "community", **named, **_shares(place.core), **_gaps(place.gaps)}
    if proof is not None:
        first["proof_point_improving"] = proof.improving
        first["proof_point_improving_or_maintaining"] = proof.improving_or_maintaining
    return (first, *({"record": "indicator", **named, **_indicator(cell)} for cell in place.indicators))


def _indicator(cell: IndicatorTold) -> Members:
    return {name: getattr(cell, name) for name in IndicatorTold.__struct_fields__}


def _count(count: OutcomeTold | Apart) -> Members:
    return {name: getattr(count, name) for name in ("n", "improving", "maintaining", "declining", "indeterminate")}


def _shares(told: SharesTold) -> Members:
    return {
        "n": told.n,
        "improving": told.improving,
        "maintaining": told.maintaining,
        "declining": told.declining,
        "indeterminate": told.undetermined,
        **_ends("share_improving", told.share_improving),
        **_ends("share_held", told.share_improving_or_maintaining),
    }


def _gaps(told: GapsShare) -> Members:
    return {"gaps_measured": told.measured, "gaps_closing": told.closing, **_ends("gaps_share", told.share)}


def _ends(name: str, found: ShareTold | None) -> Members:
    return {} if found is None else {f"{name}_low": found.low, f"{name}_high": found.high}
