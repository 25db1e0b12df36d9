"""What a command reads for an editor: her own figures as they stand, and those of other places masked, also where one answer needs both."""

from pathlib import Path

import pytest

from registry.domain.actor import Actor
from registry.projection import read
from tests.actions.policy_callers import close, opened_town
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
        context = town.context(Actor(name="ana", role="editor", community=own))
        reading = getattr(context, asked)("read_assessment", community=own)
        small = {
            place: next(
                (point.numerator, point.denominator, point.missing)
                for point in read.points(reading.cursor(), reading.catch_up().seq, place, "grade-3")
                if point.group_key == "race_ethnicity=asian"
            )
            for place in (own, other)
        }
        assert small == {own: (3, 7, None), other: (None, None, "suppressed")}
    finally:
        close(town)
