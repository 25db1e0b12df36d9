"""Which known names a name most likely meant: the one way in which the project finds what is near.

Likeness is the share of letters in the same order (Indel similarity, as rapidfuzz computes it), or that of the words in alphabetical
order where it is larger: ``Latino or Hispanic`` is near to ``Hispanic or Latino``. Order decides between equals, so the same
question has the same answer.

>>> nearest("Hispanc", ["Asian", "Hispanic", "White"])
('Hispanic',)
>>> nearest("Latino or Hispanic", ["Asian", "Hispanic or Latino"])
('Hispanic or Latino',)
"""

from collections.abc import Iterable

from rapidfuzz import fuzz


def nearest(name: str, known: Iterable[str], *, most: int = 3, least: float = 0.6) -> tuple[str, ...]:
    """Up to ``most`` of the known names that are alike by ``least`` (0 to 1) at least, best first. Case counts."""
    scored = ((likeness(name, entry), entry) for entry in dict.fromkeys(known))
    found = sorted((entry for entry in scored if entry[0] >= least), key=lambda entry: -entry[0])
    return tuple(entry for _, entry in found[:most])


def likeness(one: str, other: str) -> float:
    """How alike two names are, from 0 to 1."""
    return max(fuzz.ratio(one, other), fuzz.token_sort_ratio(one, other)) / 100
