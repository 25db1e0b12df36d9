"""Who carries a framework: each cell one place and one outcome, never two versions in one, and what is owed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from registry.actions.agreement import retire_variant, waive_period
from registry.actions.catalogue import add_community
from registry.actions.data import Order, load
from registry.actions.templates import publish_template
from registry.app import ADAPTERS
from registry.domain.refusal import NotFound
from registry.projection.answer import RollupRequest, rollup
from registry.projection.coverage import Cell, coverage_of
from registry.projection.files import Projection
from tests.actions.agreed import NAME, PARTNERS, sign
from tests.cli.documents import COLUMNS, MAPPING, TABLE, Document, community, load_text, raw, template, wrote
from tests.projection.dated import BY, Calendar, dated, frame, propose

SOURCE = {"name": "The state", "release_month": 8}
TOWNS = {"birch": "002", "cedar": "003", "dogwood": "004", "elm": "005", "fir": "006"}
NEW = "reading@2.0.0"


def cohorts() -> Document:
    """An outcome whose periods are the years of entry."""
    base = template(id="leaving")
    indicator, schema = base["indicator"], base["measure_schema"]
    assert isinstance(indicator, dict)
    assert isinstance(schema, dict)
    facets = {**schema["properties"], "cohort_years": {"type": "integer"}}
    return {
        **base,
        "indicator": {**indicator, "period": "entering-cohort"},
        "measure_schema": {**schema, "properties": facets},
    }


def cell(projection: Projection, place: str = "alder", as_of: str | None = None, name: str = "cradle") -> Cell:
    """The cell of a place in the framework's first outcome."""
    found = coverage_of(projection, name, as_of)
    return next(cell for cell in found.cells if cell.community == place)


def owed(projection: Projection, as_of: str | None = None) -> tuple[str, str | None] | None:
    """What alder owes: how the collection stands, and for which period."""
    collection = cell(projection, as_of=as_of).collection
    return None if collection is None else (collection.status, collection.period)


@contextmanager
def alder(folder: Path, calendar: Calendar, **changes: object) -> Iterator[Projection]:
    """Alder's measure, released every August, in a framework that wants results 90 days after that."""
    with dated(folder, calendar) as projection:
        frame(projection, "reading@1.0.0")
        propose(projection, source=SOURCE, **changes)
        yield projection


@pytest.fixture
def matrix(tmp_path: Path) -> Iterator[Projection]:
    """Six towns, of which each stands otherwise to an outcome that is pinned in its second major version; and a state."""
    with dated(tmp_path, Calendar("2019-10-01"), "1.0.0", "2.0.0") as projection:
        frame(projection, NEW)
        for town, code in TOWNS.items():
            add_community(projection, raw(community(town, code)), actor=BY)
        add_community(projection, raw(community("state", "state", kind="reference")), actor=BY)
        for town, code in {"alder": "001", **TOWNS}.items():
            if town == "fir":
                continue
            place = {"description": "Grade 3", "kind": "enrolled", "geographies": [f"town:{code}"]}
            more: dict[str, object] = {"community": town, "population": place, "source": SOURCE, "template": NEW}
            if town == "cedar":
                more |= {"measure": None, "baseline": None, "target": None}
            if town == "dogwood":
                more["template"] = "reading@1.0.0"
            propose(projection, **more)
        load_text(projection, tmp_path, TABLE, mapping=MAPPING.encode())
        figures = wrote(tmp_path, "dogwood.csv", f"{COLUMNS}\n004,2018-19,All Students,100,50,50.0\n")
        order = Order(files=(figures,), variant="dogwood/grade-3", mapping=MAPPING.encode())
        load(projection, ADAPTERS, order, actor=BY)
        retire_variant(projection, "elm/grade-3", reason="The test is gone.", actor=BY)
        yield projection


def test_each_cell_says_how_the_place_stands_to_the_outcome(matrix: Projection):
    found = coverage_of(matrix, "cradle")
    assert {cell.community: (cell.status, cell.state, cell.latest) for cell in found.cells} == {
        "alder": ("measured", "proposed", "SY2018-19"),
        "birch": ("no_data", "proposed", None),
        "cedar": ("agenda", "proposed", None),
        "dogwood": ("pending", "proposed", "SY2018-19"),
        "elm": ("retired", "retired", None),
        "fir": ("none", None, None),
    }
    (outcome,) = found.outcomes
    assert (outcome.template, outcome.measured, outcome.agenda, outcome.pending) == (NEW, 1, 1, 1)


def test_a_place_of_reference_has_no_row(matrix: Projection):
    assert "state" not in coverage_of(matrix, "cradle").communities


def test_only_what_is_measured_on_the_pinned_version_owes_a_result(matrix: Projection):
    found = coverage_of(matrix, "cradle")
    assert {cell.community: cell.collection and cell.collection.status for cell in found.cells} == {
        "alder": "received",
        "birch": "due",
        "cedar": None,
        "dogwood": None,
        "elm": None,
        "fir": None,
    }
    assert found.owed == {"due": 1, "received": 1}


def test_a_pending_measure_is_never_mixed_with_the_pinned_version(matrix: Projection):
    answer = rollup(matrix, RollupRequest(template=NEW))
    assert [entry.community for entry in answer.series if entry.latest is not None] == ["alder"]
    ((reason, out_of),) = [(row.reason, row.out_of) for row in answer.excluded if row.community == "dogwood"]
    assert "stands on version 1.0.0" in reason
    assert "pending" in reason
    assert out_of == "everything"
    assert {place for level in answer.levels for place in level.communities} == {"alder"}
    old = rollup(matrix, RollupRequest(template="reading@1.0.0"))
    assert [entry.community for entry in old.series if entry.latest is not None] == ["dogwood"]


def test_a_pending_measure_that_moves_to_the_pinned_version_is_measured(matrix: Projection):
    place = {"description": "Grade 3", "kind": "enrolled", "geographies": ["town:004"]}
    propose(matrix, community="dogwood", population=place, source=SOURCE, template=NEW)
    assert cell(matrix, "dogwood").status == "measured"
    assert coverage_of(matrix, "cradle").outcomes[0].pending == 0


def test_a_minor_version_of_the_pinned_outcome_is_not_pending(tmp_path: Path):
    with dated(tmp_path, Calendar("2019-10-01"), "1.0.0", "1.1.0") as projection:
        frame(projection, "reading@1.1.0")
        propose(projection)
        assert cell(projection).status == "no_data"


def test_a_retired_measure_gives_its_cell_to_the_one_that_follows_it(matrix: Projection):
    place = {"description": "Grade 3", "kind": "enrolled", "geographies": ["town:005"]}
    propose(matrix, community="elm", id="grade-3-new", population=place, template=NEW)
    found = cell(matrix, "elm")
    assert (found.status, found.variant) == ("no_data", "elm/grade-3-new")


def test_a_measure_that_is_no_headline_fills_no_cell(matrix: Projection):
    place = {"description": "Grade 3", "kind": "enrolled", "geographies": ["town:006"]}
    propose(matrix, community="fir", headline=False, population=place, template=NEW)
    assert cell(matrix, "fir").status == "none"


def test_places_are_those_that_were_members_at_the_moment_asked_for(tmp_path: Path):
    calendar = Calendar("2019-10-01")
    with alder(tmp_path, calendar) as projection:
        calendar.to("2019-11-01")
        span = [{"joined": "2019-01-01", "left": "2020-06-30"}]
        add_community(projection, raw(community("birch", "002", membership=span)), actor=BY)
        assert coverage_of(projection, "cradle", "2019-10-31").communities == ("alder",)
        assert coverage_of(projection, "cradle", "2020-06-30").communities == ("alder", "birch")
        assert coverage_of(projection, "cradle", "2020-07-01").communities == ("alder",)


def test_a_framework_is_answered_in_its_newest_version_of_the_moment_asked_for(tmp_path: Path):
    calendar = Calendar("2019-10-01")
    with alder(tmp_path, calendar) as projection:
        calendar.to("2019-12-01")
        frame(projection, "reading@1.0.0", version="1.1.0", title="Cradle to career")
        assert coverage_of(projection, "cradle").framework == "cradle@1.1.0"
        assert coverage_of(projection, "cradle", "2019-11-30").framework == "cradle@1.0.0"
        assert coverage_of(projection, "cradle@1.0.0").title == "Cradle"
        with pytest.raises(NotFound):
            coverage_of(projection, "cradle@1.1.0", "2019-11-30")


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2019-11-29", ("received", "SY2018-19")),
        ("2020-06-29", ("received", "SY2018-19")),
        ("2020-06-30", ("awaiting_release", "SY2019-20")),
        ("2020-08-30", ("awaiting_release", "SY2019-20")),
        ("2020-08-31", ("due", "SY2019-20")),
        ("2020-11-29", ("due", "SY2019-20")),
        ("2020-11-30", ("late", "SY2019-20")),
        ("2021-07-31", ("late", "SY2019-20")),
        ("2021-08-31", ("due", "SY2020-21")),
    ],
)
def test_what_a_place_owes_follows_the_day_asked_for(tmp_path: Path, as_of: str, expected: tuple[str, str]):
    with alder(tmp_path, Calendar("2019-10-01")) as projection:
        load_text(projection, tmp_path, TABLE, mapping=MAPPING.encode())
        assert owed(projection, as_of) == expected


def test_a_waived_year_is_not_owed(tmp_path: Path):
    calendar = Calendar("2019-10-01")
    with alder(tmp_path, calendar) as projection:
        load_text(projection, tmp_path, TABLE, mapping=MAPPING.encode())
        calendar.to("2020-05-01")
        waive_period(projection, NAME, period="2019-20", reason="No tests were given.", actor=BY)
        assert owed(projection, "2020-07-15") == ("waived", "SY2019-20")
        assert owed(projection, "2020-12-31") == ("waived", "SY2019-20")
        assert owed(projection, "2021-08-31") == ("due", "SY2020-21")


def test_without_a_release_month_nobody_can_tell_what_is_owed(tmp_path: Path):
    with dated(tmp_path, Calendar("2019-10-01")) as projection:
        frame(projection, "reading@1.0.0")
        propose(projection)
        assert owed(projection) == ("cannot_be_told", None)
        assert coverage_of(projection, "cradle").owed == {"cannot_be_told": 1}


def test_a_framework_says_after_how_many_days_a_result_is_late(tmp_path: Path):
    with dated(tmp_path, Calendar("2019-10-01")) as projection:
        frame(projection, "reading@1.0.0", collection={"due_after_days": 31})
        propose(projection, source=SOURCE)
        assert owed(projection) == ("due", "SY2018-19")
        assert owed(projection, "2019-10-02") == ("late", "SY2018-19")


def test_a_closed_and_a_retired_measure_owe_nothing(tmp_path: Path):
    calendar = Calendar("2019-10-01")
    with alder(tmp_path, calendar, target={"period": "SY2018-19", "value": 45}) as projection:
        sign(projection, "schools", "library")
        assert owed(projection) == ("due", "SY2018-19")
        load_text(projection, tmp_path, TABLE, mapping=MAPPING.encode())
        found = cell(projection)
        assert (found.status, found.state, found.outcome, found.collection) == ("measured", "closed", "met", None)
        assert coverage_of(projection, "cradle", "2022-12-31").owed == {}
        calendar.to("2019-12-01")
        retire_variant(projection, NAME, reason="The test is gone.", actor=BY)
        assert (cell(projection).status, owed(projection)) == ("retired", None)
        assert cell(projection, as_of="2019-11-30").state == "closed"


@pytest.mark.parametrize(
    ("stated", "expected"), [({}, ("late", "COHORT2017")), ({"cohort_years": 4}, ("received", "COHORT2014"))]
)
def test_a_cohort_is_owed_after_the_years_for_which_the_measure_follows_it(
    tmp_path: Path, stated: dict[str, object], expected: tuple[str, str]
):
    """Whoever entered in the fall of 2014 and is followed for four years is known in August 2018, the next in August 2019."""
    with dated(tmp_path, Calendar("2019-05-01")) as projection:
        publish_template(projection, raw(cohorts()), actor=BY)
        frame(projection, "leaving@1.0.0")
        facets = {"instrument": "town-test", "instrument_version": "1", "cut": "level-3", "grade_or_age": 12, **stated}
        goal = {"period": "COHORT2020", "value": 60}
        propose(
            projection,
            template="leaving@1.0.0",
            measure=facets,
            baseline={"period": "COHORT2012"},
            target=goal,
            source=SOURCE,
            partners=PARTNERS,
        )
        text = f"{COLUMNS}\n001,Fall 2014,All Students,200,80,40.0\n"
        load_text(projection, tmp_path, text, mapping=MAPPING.encode())
        assert owed(projection) == expected
