"""The rows of one local measure become its standing: the state, what was decided, where each partner stands.

The rules are those of ``agreement.py``; here stands only how a row of ``registry/sql/lists/dossiers.sql`` is read, and what the target
period's own result decides. Tests: ``tests/actions/test_agreement_acts.py``.
"""

from collections.abc import Mapping
from datetime import date

import msgspec

from registry.domain.agreement import (
    Dossier,
    Outcome,
    Restatement,
    Signature,
    SignatureLine,
    Standing,
    standing,
)
from registry.domain.collection import Collected, collected
from registry.domain.community import Partner
from registry.domain.listing import DossierLine
from registry.domain.period import period_of
from registry.domain.point import Point, Terms, exact_text, reading_of, sign_of


def standing_of(line: DossierLine, day: date, changed: Mapping[str, tuple[str, ...]] | None = None) -> Standing:
    """How a measure stands on a day; ``changed`` names, per earlier content, the members that differ now."""
    return standing(
        Dossier(
            contents=tuple(line.contents),
            partners=tuple(msgspec.convert(entry, Partner) for entry in line.partners),
            signatures=tuple(_signed(entry) for entry in line.signatures),
            restatements=tuple(
                (entry["recorded_at"], msgspec.json.decode(entry["body"], type=Restatement))
                for entry in line.restatements
            ),
            accepted=tuple(line.accepted),
            changed=changed or {},
            waived=tuple(line.waived),
            retired=line.retired,
            reviewed=line.reviewed,
            has_data=line.latest is not None,
            settled=_settled(line),
        ),
        day,
    )


def collection_of(line: DossierLine, day: date, due_after_days: int) -> Collected:
    """How the collection of a measure's yearly result stands on a day."""
    return collected(
        line.kind,
        None if line.latest is None else period_of(line.latest),
        release_month=line.release_month,
        waived=line.waived,
        day=day,
        due_after_days=due_after_days,
        years_followed=max(1, line.cohort_years or 1) if line.kind == "entering-cohort" else 1,
    )


def _signed(entry: Mapping[str, object]) -> SignatureLine:
    return SignatureLine(
        seq=int(str(entry["seq"])),
        recorded_at=str(entry["recorded_at"]),
        signature=msgspec.json.decode(str(entry["body"]), type=Signature),
    )


def _settled(line: DossierLine) -> Outcome | None:
    """What the target period's own result says, exactly; null where it is not there, or a range that says both."""
    if line.at_target is None or line.target_value is None:
        return None
    terms = Terms(unit=line.unit, per=line.per, direction=line.direction, meaningful_change=1)
    reading = reading_of(msgspec.convert(line.at_target, Point), terms)
    if reading is None or reading.low is None or reading.high is None:
        return None
    target = exact_text(line.target_value)
    ends = {sign_of(terms) * (end - target) >= 0 for end in (reading.low, reading.high)}
    return None if len(ends) > 1 else "met" if True in ends else "missed"
