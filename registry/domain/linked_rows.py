"""What the queries of the linked tier return: each place's estimated mean on the common scale, and the mean over the places."""

from typing import Literal

import msgspec


class LinkedPart(msgspec.Struct, frozen=True):
    """One place's estimated mean on the common scale, or the reason why there is none. ``share`` from 0 to 1."""

    linked_key: str
    period: str
    ordinal: int
    community: str
    variant: str
    scale: str
    link: str | None
    instrument: str | None
    instrument_version: str | None
    cut: str | None
    grade_or_age: str | None
    share: float | None
    people: int | None
    score: float | None
    cut_se: float | None
    mean: float | None
    se: float | None
    reason: (
        Literal[
            "link_expired",
            "no_link",
            "bounds",
            "outside_tails",
            "no_error_known",
            "other_years",
            "counted_elsewhere",
            "not_in_panel",
        ]
        | None
    )


class LinkedLevel(msgspec.Struct, frozen=True):
    """The mean on the common scale over the places that links bring there, weighted by people, with its standard error."""

    linked_key: str
    period: str
    communities: list[str]
    people: int
    mean: float
    se: float
    ordinal: int
