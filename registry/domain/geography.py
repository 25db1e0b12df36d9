"""Which places hold which others, as far as their codes tell: a county its state, a school its district.

Children of one place are counted once. So two measures of one outcome may not both count where the place of one lies in the place of
the other: equal codes, a code that names what it lies in (``fips-county:48113`` is in ``fips-state:48``), or a ``within`` that the
community declares. Two kinds of places in one state, such as a county and a school district, may overlap or not: where nobody has
declared it, that cannot be told, and is said. Tests: ``tests/domain/test_geography.py``.

>>> path_of("nces-school:090156000235")
('nces-school:090156000235', 'nces-lea:0901560', 'fips-state:09', 'nation:us')
"""

from collections.abc import Iterable

import msgspec

STATES = {
    "al": "01", "ak": "02", "az": "04", "ar": "05", "ca": "06", "co": "08", "ct": "09", "de": "10", "dc": "11", "fl": "12", "ga": "13",
    "hi": "15", "id": "16", "il": "17", "in": "18", "ia": "19", "ks": "20", "ky": "21", "la": "22", "me": "23", "md": "24", "ma": "25",
    "mi": "26", "mn": "27", "ms": "28", "mo": "29", "mt": "30", "ne": "31", "nv": "32", "nh": "33", "nj": "34", "nm": "35", "ny": "36",
    "nc": "37", "nd": "38", "oh": "39", "ok": "40", "or": "41", "pa": "42", "ri": "44", "sc": "45", "sd": "46", "tn": "47", "tx": "48",
    "ut": "49", "vt": "50", "va": "51", "wa": "53", "wv": "54", "wi": "55", "wy": "56", "pr": "72",
}  # fmt: skip
"""FIPS 5-2 codes of the states by their postal letters, by which a state's own list of places begins: ``ct-district``."""

_STEPS = {
    "nces-school": (12, (("nces-lea", 7),)),
    "nces-lea": (7, (("fips-state", 2),)),
    "fips-tract": (11, (("fips-county", 5),)),
    "fips-county": (5, (("fips-state", 2),)),
    "fips-cousub": (10, (("fips-county", 5),)),
    "fips-place": (7, (("fips-state", 2),)),
    "census-puma": (7, (("fips-state", 2),)),
    "fips-state": (2, (("nation", 0),)),
}
"""Lists of places whose codes begin with the code of what they lie in: how long a code is, and how much of it names that.

Source: U.S. Census Bureau, Understanding Geographic Identifiers (GEOIDs); NCES, Common Core of Data, LEAID and NCESSCH.
"""


class Place(msgspec.Struct, frozen=True):
    """One place code of one local measure: the codes of every place that holds it, itself first, and whether others were declared."""

    code: str
    path: tuple[str, ...]


def path_of(code: str, within: Iterable[str] = ()) -> tuple[str, ...]:
    """The place itself and every place that holds it, nearest first: by the form of its code, and as ``within`` declares.

    A code whose length is not that of its list tells nothing of what it lies in.
    """
    found = [code]
    for place in (code, *within):
        _climb(place, found)
    return tuple(found)


def untold(one: Place, other: Place) -> bool:
    """Whether nobody can tell if two places overlap: of two kinds, in one state, and neither says how it lies to the other's kind.

    >>> untold(Place("fips-county:48113", path_of("fips-county:48113")), Place("nces-lea:4816230", path_of("nces-lea:4816230")))
    True
    """
    if one.code in other.path or other.code in one.path:
        return False
    kind, other_kind = _kind(one.code), _kind(other.code)
    if kind == other_kind or any(_kind(code) == other_kind for code in one.path):
        return False
    if any(_kind(code) == kind for code in other.path):
        return False
    states = {code for code in one.path if _kind(code) == "fips-state"}
    return bool(states.intersection(other.path))


def _climb(code: str, found: list[str]) -> None:
    if code not in found:
        found.append(code)
    kind, _, number = code.partition(":")
    above: list[str] = []
    if kind in _STEPS:
        length, steps = _STEPS[kind]
        if len(number) == length and number.isdecimal():
            above = [f"{name}:{number[:digits] or 'us'}" for name, digits in steps]
    elif kind.partition("-")[0] in STATES:
        above = [f"fips-state:{STATES[kind.partition('-')[0]]}"]
    for place in above:
        if place not in found:
            _climb(place, found)


def _kind(code: str) -> str:
    return code.partition(":")[0]
