"""Agreed and local: who commits to what, who signed which content when, why the result matters here, and who was asked.

A signature holds for one content. One on an earlier content is told apart from one that was never given, with what has changed since.
"""

import re

from registry.domain.agreement import PartnerStanding
from registry.domain.evidence import Evidence, Told, failed, passed, untold, warned

_YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")
_NO_PARTNERS = "No partner is named."
_NAME_THEM = "Name the partners, each with its sector and what it commits to."


def partners_committed(evidence: Evidence) -> Told:
    """Each partner says in words what it will do."""
    partners, pointer = evidence.variant.partners, "/partners"
    if not partners:
        return untold(_NO_PARTNERS, _NAME_THEM, pointer)
    silent = [place for place, partner in enumerate(partners) if not partner.commitment.strip()]
    if silent:
        names = ", ".join(partners[place].name for place in silent)
        return failed(
            f"{names}: nothing says what {'it commits' if len(silent) == 1 else 'they commit'} to.",
            "Write one sentence for each: what it will do, and by when.",
            f"/partners/{silent[0]}/commitment",
        )
    return passed("; ".join(f"{partner.name}: {partner.commitment}" for partner in partners), pointer)


def partners_signed(evidence: Evidence) -> Told:
    """Each partner has signed, with a day; none has declined or taken its signature back."""
    standings, pointer = _standings(evidence), "/partners"
    if not standings:
        return untold(_NO_PARTNERS, _NAME_THEM, pointer)
    refused = [partner for partner in standings if partner.status in {"declined", "withdrawn"}]
    open_ = [partner for partner in standings if partner.status == "unsigned"]
    if refused or open_:
        said = "; ".join(_said(partner) for partner in standings)
        way = "Talk with the partner, and propose what it can sign." if refused else "Ask the partners to sign."
        return failed(
            f"{len(standings) - len(refused) - len(open_)} of {len(standings)} have signed. {said}", way, pointer
        )
    return passed("; ".join(_said(partner) for partner in standings), pointer)


def signatures_current(evidence: Evidence) -> Told:
    """Every signature is on the very content that stands now."""
    pointer = "/partners"
    signed = [partner for partner in _standings(evidence) if partner.status in {"signed", "restated", "stale"}]
    if not signed:
        return untold("Nobody has signed yet.", "Ask the partners to sign.", pointer)
    stale = [partner for partner in signed if partner.status == "stale"]
    if stale:
        return failed(
            f"{len(stale)} of {len(signed)} signatures are on an earlier content. {'; '.join(_said(one) for one in stale)}",
            "Ask them to sign what stands now.",
            pointer,
        )
    restated = [partner for partner in signed if partner.status == "restated"]
    if restated:
        until = max(partner.object_by.isoformat() for partner in restated if partner.object_by is not None)
        return passed(
            f"The source restated the baseline; the signatures stand, and a partner may object until {until}.", pointer
        )
    return passed(f"{len(signed)} of {len(signed)} signatures are on what stands now.", pointer)


def review_accepted(evidence: Evidence) -> Told:
    """Where the network reviews departures, it has accepted these."""
    pointer = "/context/adaptations"
    if evidence.review == "needed":
        return warned("The network has not yet accepted the departures.", "Ask the network to review them.", pointer)
    if evidence.review == "accepted":
        return passed("The network has accepted the departures.", pointer)
    return passed("The network reviews nothing here.", pointer)


def reason_given(evidence: Evidence) -> Told:
    """It is told why the result matters in this place, and since when that stands."""
    why, pointer = evidence.variant.context.why.strip(), "/context/why"
    if not why:
        return warned(
            "Nothing says why this result matters here.",
            "Write it in a sentence or two, in the place's own words.",
            pointer,
        )
    return passed(f"{why} (registered on {evidence.registered.isoformat()})", pointer)


def people_asked(evidence: Evidence) -> Told:
    """It is told who was asked, how and when."""
    engagement, pointer = evidence.variant.context.engagement, "/context/engagement"
    parts = {"": engagement} if isinstance(engagement, str) else dict(engagement)
    said = [f"{name}: {text.strip()}" if name else text.strip() for name, text in parts.items() if text.strip()]
    if not said:
        return warned("Nothing says who was asked.", "Write who was asked, how and when.", pointer)
    told = "; ".join(said)
    dated = bool(parts.get("when", "").strip()) or _YEAR.search(told) is not None
    if not dated:
        return warned(f"{told} It is not told when.", "Add the month or year in which they were asked.", pointer)
    return passed(told, pointer)


def _standings(evidence: Evidence) -> tuple[PartnerStanding, ...]:
    """Where each named partner stands; one of whom nothing is known has not signed."""
    known = {standing.partner: standing for standing in evidence.partners}
    return tuple(
        known.get(
            partner.id,
            PartnerStanding(
                partner=partner.id,
                name=partner.name,
                sector=partner.sector,
                commitment=partner.commitment,
                status="unsigned",
            ),
        )
        for partner in evidence.variant.partners
    )


def _said(partner: PartnerStanding) -> str:
    """One partner's standing in words: who, for which right, when, and what has changed since."""
    day = "" if partner.recorded_at is None else f" on {partner.recorded_at[:10]}"
    revision = "" if partner.revision is None else f", revision {partner.revision}"
    by = f" by {partner.by}" if partner.by else ""
    right = f" ({partner.authority})" if partner.authority else ""
    reason = f": {partner.reason}" if partner.reason else ""
    changed = f", since when {', '.join(partner.changed)} changed" if partner.changed else ""
    verb = {
        "unsigned": "has not signed",
        "signed": "signed",
        "restated": "signed, before the source restated the baseline,",
        "stale": "signed an earlier content",
        "declined": "declined",
        "withdrawn": "took its signature back",
    }[partner.status]
    return f"{partner.name} {verb}{by}{right}{day}{revision}{changed}{reason}"
