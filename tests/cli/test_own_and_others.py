"""What a command reads for an editor: her own figures as they stand, and those of other places masked, also where one answer needs both."""

from pathlib import Path

import pytest

from registry.actions.releases import publish_release
from registry.domain.actor import Actor, operator
from registry.domain.listing import PointLine
from registry.projection import read
from tests.actions.policy_callers import Town, close, opened_town
from tests.cli.documents import COLUMNS, load_text

SMALL = "{code},2018-19,Asian,7,3,42.9"


@pytest.mark.parametrize(("own", "other"), [("alder", "birch"), ("birch", "alder")])
@pytest.mark.parametrize("asked", ["figures", "measures"])
def test_an_answer_about_the_own_measure_shows_no_small_figure_of_another_place(
    tmp_path: Path, own: str, other: str, asked: str
):
    town = opened_town(tmp_path)
    try:
        for place, code in (("alder", "001"), ("birch", "002")):
            load_text(town.projection, tmp_path, f"{COLUMNS}\n{SMALL.format(code=code)}\n", town=place)
        assert {place: asian(town, own, asked, place) for place in (own, other)} == {own: (3, 7, None), other: None}
        publish_release(town.projection, actor=operator())
        assert {place: asian(town, own, asked, place) for place in (own, other)} == {
            own: (3, 7, None),
            other: (None, None, "suppressed"),
        }
    finally:
        close(town)


@pytest.mark.parametrize("asked", ["figures", "measures"])
def test_between_releases_nothing_of_another_place_changes(tmp_path: Path, asked: str):
    """Two moments, each masked by itself, could be subtracted; two of one release cannot."""
    town = opened_town(tmp_path)
    try:
        publish_release(town.projection, actor=operator())
        before = everybody(town, "alder", asked, "birch")
        for tested in (300, 301):
            row = f"002,2018-19,All Students,{tested},100,{100 * 100 / tested:.1f}"
            load_text(town.projection, tmp_path, f"{COLUMNS}\n{row}\n", town="birch", reason="Counted again")
            assert everybody(town, "alder", asked, "birch") == before
            assert everybody(town, "birch", asked, "birch") == (100, tested)
        publish_release(town.projection, actor=operator())
        assert everybody(town, "alder", asked, "birch") == (100, 301)
    finally:
        close(town)


def points(town: Town, own: str, asked: str, place: str) -> dict[str, PointLine]:
    """What an editor reads of a place's last year, by group, when she asks about her own measure."""
    context = town.context(Actor(name="ana", role="editor", community=own))
    reading = getattr(context, asked)("read_assessment", community=own)
    found = read.points(reading.cursor(), reading.catch_up().seq, place, "grade-3")
    return {point.group_key: point for point in found if point.period == "SY2018-19"}


def asian(town: Town, own: str, asked: str, place: str) -> tuple[int | None, int | None, str | None] | None:
    point = points(town, own, asked, place).get("race_ethnicity=asian")
    return None if point is None else (point.numerator, point.denominator, point.missing)


def everybody(town: Town, own: str, asked: str, place: str) -> tuple[int | None, int | None]:
    point = points(town, own, asked, place)[""]
    return point.numerator, point.denominator
