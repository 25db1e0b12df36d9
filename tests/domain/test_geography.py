"""Which places hold which: by the form of their codes, as somebody declares it, or nobody can tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.geography import STATES, Place, path_of, untold

PATHS = {
    "fips-county:48113": ("fips-state:48", "nation:us"),
    "fips-place:4819000": ("fips-state:48", "nation:us"),
    "fips-tract:48113020500": ("fips-county:48113", "fips-state:48", "nation:us"),
    "fips-cousub:0900937070": ("fips-county:09009", "fips-state:09", "nation:us"),
    "census-puma:4802301": ("fips-state:48", "nation:us"),
    "nces-lea:4816230": ("fips-state:48", "nation:us"),
    "nces-school:481623001234": ("nces-lea:4816230", "fips-state:48", "nation:us"),
    "fips-state:48": ("nation:us",),
    "ct-district:0150011": ("fips-state:09", "nation:us"),
    "va-division:104": ("fips-state:51", "nation:us"),
    "nation:us": (),
    "town:001": (),
}
"""Dallas and its county, a tract of it, New Haven, a school; a state's own lists begin with its postal letters."""


@pytest.mark.parametrize("code", PATHS)
def test_a_code_names_what_it_lies_in(code: str):
    assert path_of(code) == (code, *PATHS[code])


@pytest.mark.parametrize(
    "code",
    [
        "fips-county:4811",
        "fips-county:481134",
        "fips-county:4811a",
        "nces-school:48162300123",
        "fips-state:tx",
        "cto-x:1",
    ],
)
def test_a_code_of_another_length_or_form_tells_nothing(code: str):
    assert path_of(code) == (code,)


def test_leading_zeros_are_part_of_a_code():
    assert "fips-state:09" in path_of("fips-county:09009")
    assert path_of("fips-county:9009") == ("fips-county:9009",)


def test_the_states_are_those_of_the_standard():
    never_given = {
        3,
        7,
        14,
        43,
        52,
    }  # held back for American Samoa, the Canal Zone, Guam, Puerto Rico and the Virgin Islands
    assert sorted(map(int, STATES.values())) == [*sorted(set(range(1, 57)) - never_given), 72]
    assert {STATES[letters] for letters in ("al", "ak", "ct", "dc", "tx", "va", "wy", "pr")} == {
        "01", "02", "09", "11", "48", "51", "56", "72",
    }  # fmt: skip


def test_what_somebody_declares_holds_the_place_and_so_does_all_that_holds_that():
    assert path_of("town:001", ["fips-county:09001"]) == (
        "town:001", "fips-county:09001", "fips-state:09", "nation:us",
    )  # fmt: skip
    assert path_of("town:001", ["town:001", "region:east"]) == ("town:001", "region:east")


codes = st.sampled_from(sorted(PATHS))


@given(codes, st.lists(codes, max_size=3))
def test_a_path_begins_with_the_place_and_names_nobody_twice(code: str, within: list[str]):
    path = path_of(code, within)
    assert path[0] == code
    assert len(set(path)) == len(path)
    for place in (code, *within):
        assert set(path_of(place)) <= set(path)


def place(code: str, *within: str) -> Place:
    return Place(code, path_of(code, within))


APART = [
    ("a county and a district of one state", place("fips-county:48113"), place("nces-lea:4816230"), True),
    ("two counties", place("fips-county:48113"), place("fips-county:48085"), False),
    ("the same county", place("fips-county:48113"), place("fips-county:48113"), False),
    ("a county and its state", place("fips-county:48113"), place("fips-state:48"), False),
    ("two states' places", place("fips-county:48113"), place("nces-lea:0901560"), False),
    ("a tract and a county that is not its own", place("fips-tract:48113020500"), place("fips-county:48085"), False),
    ("a tract and a district", place("fips-tract:48113020500"), place("nces-lea:4816230"), True),
    ("a district that says which county", place("nces-lea:4816230", "fips-county:48113"), place("fips-county:48085"), False),
    ("a place of no known list", place("town:001"), place("fips-county:48113"), False),
    ("a place declared in a state", place("town:001", "fips-state:48"), place("fips-county:48113"), True),
    ("two lists of one state", place("ct-district:0150011"), place("nces-lea:0900450"), True),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "nobody_knows"), [row[1:] for row in APART], ids=[row[0] for row in APART])
def test_whether_two_places_overlap_is_open_only_between_kinds_in_one_state(
    one: Place, other: Place, nobody_knows: bool
):
    assert untold(one, other) is nobody_knows
    assert untold(other, one) is nobody_knows


@given(codes, codes)
def test_what_one_place_holds_is_never_open(code: str, other: str):
    one, two = place(code), place(other)
    if code in two.path or other in one.path:
        assert not untold(one, two)
    assert untold(one, two) == untold(two, one)
