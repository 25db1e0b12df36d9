"""A place, its dated membership and its codes."""

from datetime import date

import msgspec
import pytest

from registry.check import check
from registry.domain.community import RULES_OF_A_COMMUNITY, Community, geography_codes, is_member
from tests.domain.documents import named, raw


def document(**changes: object) -> dict[str, object]:
    return {"slug": "bridgeport", "name": "Bridgeport"} | changes


def found(**changes: object) -> list[tuple[str, str]]:
    return named(check(raw(document(**changes)), Community, RULES_OF_A_COMMUNITY)[1])


def community(**changes: object) -> Community:
    return msgspec.convert(document(**changes), Community)


TWO_SPANS = [{"joined": "2012-07-01", "left": "2015-06-30"}, {"joined": "2018-07-01"}]


@pytest.mark.parametrize(
    ("day", "member"),
    [
        ("2012-06-30", False),
        ("2012-07-01", True),
        ("2015-06-30", True),
        ("2015-07-01", False),
        ("2018-07-01", True),
        ("2099-01-01", True),
    ],
)
def test_membership_holds_on_both_its_days_and_never_between_two_spans(day: str, member: bool):
    assert is_member(community(membership=TWO_SPANS), date.fromisoformat(day)) is member


def test_undated_member_always_was_one_and_a_reference_place_never_is():
    assert is_member(community(), date(1990, 1, 1))
    assert not is_member(community(kind="reference"), date(2020, 1, 1))
    assert not is_member(community(kind="reference", membership=TWO_SPANS), date(2013, 1, 1))


def test_geographies_are_read_with_and_without_dates():
    place = community(geographies=["nces-lea:0900450", {"code": "fips-place:0908000", "until": "2022-06-05"}])
    assert geography_codes(place) == ("nces-lea:0900450", "fips-place:0908000")


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        (TWO_SPANS, []),
        (TWO_SPANS[::-1], []),
        ([{"joined": "2012-07-01", "left": "2012-07-01"}], []),
        ([{"joined": "2012-07-01", "left": "2012-06-30"}], ["/membership/0/left"]),
        ([{"joined": "2012-07-01"}, {"joined": "2018-07-01"}], ["/membership/1/joined"]),
        ([{"joined": "2018-07-01"}, {"joined": "2012-07-01", "left": "2018-07-01"}], ["/membership/0/joined"]),
    ],
)
def test_spans_of_membership_end_before_the_next_begins(spans: list[dict[str, str]], expected: list[str]):
    assert found(membership=spans) == [(place, "membership-dates") for place in expected]


def test_place_code_does_not_end_before_it_begins():
    places = ["nces-lea:1", {"code": "nces-lea:2", "since": "2020-01-01", "until": "2019-12-31"}]
    assert found(geographies=places) == [("/geographies/1/until", "membership-dates")]


def test_partner_stands_once():
    library = {"id": "library", "name": "Library"}
    assert found(partners=[library, library, library]) == [
        ("/partners/1/id", "partner-twice"),
        ("/partners/2/id", "partner-twice"),
    ]


@pytest.mark.parametrize("code", ["48113", "FIPS:48113", "fips:", "fips: 48113", ":1", "fips-county:48113\n"])
def test_place_code_names_its_list(code: str):
    assert found(geographies=[code]) == [("/geographies/0", "wrong-form")]
