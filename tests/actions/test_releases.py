"""What everybody but the owners of the figures reads: releases, each masked beside all earlier ones."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from registry.actions.catalogue import add_community, publish_instrument
from registry.actions.releases import publish_release
from registry.actions.templates import publish_template
from registry.actions.variants import propose_variant
from registry.domain.actor import operator
from registry.domain.refusal import NotFound
from registry.domain.release import ReleaseCounts
from registry.domain.rollup_answer import RollupAnswer
from registry.projection import read
from registry.projection.answer import RollupRequest, rollup
from registry.projection.files import Projection
from registry.projection.masking import masking_at
from registry.projection.readers import list_releases, preview, released
from registry.projection.reading import Reading
from tests.cli.documents import COLUMNS, MAPPING, community, instrument, load_text, new_registry, raw, template, variant

BY = operator()
WIDE = [
    "001,2017-18,All Students,200,80,40.0",
    "001,2018-19,All Students,220,99,45.0",
    "001,2018-19,Hispanic,100,40,40.0",
]
SMALL = [*WIDE, "001,2018-19,Asian,7,3,42.9", "001,2018-19,White,113,56,49.6"]


def points(reading: Reading) -> dict[str, str | None]:
    """Why the newest figure of each group is absent; null where it is not."""
    line = reading.catch_up().seq
    found = read.points(reading.cursor(), line, "alder", "grade-3")
    return {point.group_key.partition("=")[2]: point.missing for point in found if point.period == "SY2018-19"}


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Projection]:
    with new_registry(tmp_path) as projection:
        publish_template(projection, raw(template()), actor=BY)
        publish_instrument(projection, raw(instrument()), actor=BY)
        add_community(projection, raw(community("alder", "001")), actor=BY)
        propose_variant(projection, raw(variant("alder", "001")), actor=BY)
        yield projection


def loaded(projection: Projection, folder: Path, rows: list[str], **more: str) -> None:
    text = "\n".join((COLUMNS, *rows, ""))
    load_text(projection, folder, text, town="alder", mapping=MAPPING.encode(), **more)


def asked(reading: Reading, by: str | None = "race_ethnicity") -> RollupAnswer:
    return rollup(reading, RollupRequest(template="reading", by=by))


def figures(reading: Reading) -> dict[str, tuple[int | None, int | None]]:
    """The latest numerator and denominator of each group."""
    return {
        ",".join(series.group.values()): (series.latest.numerator, series.latest.denominator)
        for series in asked(reading).series
        if series.latest is not None
    }


def test_nothing_is_there_for_others_until_it_is_released(registry: Projection, tmp_path: Path):
    loaded(registry, tmp_path, WIDE)
    with pytest.raises(NotFound, match="Nothing has been released"):
        released(registry, None)
    publish_release(registry, actor=BY)
    assert figures(released(registry, None))[""] == (99, 220)


def test_a_release_shows_the_registry_as_it_stood_then_whatever_comes_later(registry: Projection, tmp_path: Path):
    loaded(registry, tmp_path, WIDE)
    first, _ = publish_release(registry, actor=BY)
    before = msgspec.json.encode(asked(released(registry, None)))
    then = list_releases(registry.cursor(), registry.catch_up().seq)[0].recorded_at
    loaded(registry, tmp_path, ["001,2018-19,All Students,320,199,62.2"], reason="Recounted")
    assert msgspec.json.encode(asked(released(registry, None))) == before
    second, _ = publish_release(registry, actor=BY)
    assert first.id != second.id
    assert figures(released(registry, None))[""] == (199, 320)
    assert figures(released(registry, then))[""] == (99, 220)
    assert asked(released(registry, then)).release == first.id


def test_the_same_registry_again_is_no_new_release(registry: Projection, tmp_path: Path):
    loaded(registry, tmp_path, WIDE)
    first, receipt = publish_release(registry, actor=BY)
    again, unwritten = publish_release(registry, actor=BY)
    assert (again, receipt.written, unwritten.written) == (first, True, False)
    assert len(list_releases(registry.cursor(), registry.catch_up().seq)) == 1


def test_a_small_group_is_hidden_with_another_so_that_nothing_is_left_over(registry: Projection, tmp_path: Path):
    loaded(registry, tmp_path, SMALL)
    release, _ = publish_release(registry, actor=BY)
    shown = figures(released(registry, None))
    assert shown["asian"] == (None, None)
    hidden = [group for group, found in shown.items() if found == (None, None)]
    assert len(hidden) == 2  # else 220 less the other two would give the seven
    assert release.counts.hidden == 2
    assert figures(registry)["asian"] == (3, 7)


def test_whoever_is_let_in_sees_the_figures_as_they_are_in_the_same_release(registry: Projection, tmp_path: Path):
    loaded(registry, tmp_path, SMALL)
    publish_release(registry, actor=BY)
    assert figures(released(registry, None, ["alder"])) == figures(registry)
    assert figures(released(registry, None, ["birch"]))["asian"] == (None, None)


def test_a_correction_of_one_child_waits(registry: Projection, tmp_path: Path):
    """Two releases that differ by one child would tell that child's result (reliability, T7.4)."""
    loaded(registry, tmp_path, WIDE)
    publish_release(registry, actor=BY)
    loaded(registry, tmp_path, ["001,2018-19,All Students,221,100,45.2"], reason="One child more")
    release, _ = publish_release(registry, actor=BY)
    assert release.counts.delayed == 1
    assert figures(released(registry, None))[""] == (99, 220)
    loaded(registry, tmp_path, ["001,2018-19,All Students,260,130,50.0"], reason="A school more")
    later, _ = publish_release(registry, actor=BY)
    assert later.counts.delayed == 0
    assert figures(released(registry, None))[""] == (130, 260)


def test_a_group_of_nobody_looks_like_one_of_too_few(registry: Projection, tmp_path: Path):
    """Were it told apart, whoever reads of a hidden group would know that somebody is in it."""
    loaded(registry, tmp_path, [*SMALL, "001,2018-19,Black or African American,0,0,"])
    release, _ = publish_release(registry, actor=BY)
    everybody = points(released(registry, None))
    assert {group for group, missing in everybody.items() if missing == "suppressed"} > {"asian", "black"}
    assert points(released(registry, None, ["alder"]))["black"] == "not_applicable"
    assert release.counts == ReleaseCounts(cells=5, open=3, coded=0, hidden=2)


def test_what_was_shown_under_a_laxer_rule_is_hidden_and_told_to_whoever_releases(registry: Projection, tmp_path: Path):
    """One figure that nothing can call back does not keep all others from being released."""
    rows = [*WIDE, "001,2018-19,Asian,15,7,46.7", "001,2018-19,White,105,52,49.5"]
    loaded(registry, tmp_path, rows)
    first, _ = publish_release(registry, actor=BY)
    assert first.counts.hidden == 0
    stricter = template(version="2.0.0", disclosure={"minimum_n": 20, "minimum_numerator": 3})
    publish_template(registry, raw(stricter), actor=BY)
    propose_variant(registry, raw(variant("alder", "001", template="reading@2.0.0")), actor=BY)
    loaded(registry, tmp_path, ["001,2018-19,All Students,221,100,45.2"], reason="One child more")
    second, receipt = publish_release(registry, actor=BY)
    assert (second.counts.hidden, second.counts.delayed) == (1, 1)
    assert figures(released(registry, None))["asian"] == (None, None)
    assert [(finding.rule, finding.severity, finding.pointer) for finding in receipt.findings] == [
        ("released-before", "warning", "/alder/grade-3/SY2018-19/race_ethnicity=asian")
    ]
    assert f"was shown as it stands by {first.id}" in receipt.findings[0].detail


def test_where_nothing_is_masked_a_release_answers_as_the_registry_does(registry: Projection, tmp_path: Path):
    loaded(registry, tmp_path, WIDE)
    assert masking_at(registry, registry.catch_up().seq).masks == ()
    plain = {"release": None, "masked": False, "notice": ""}
    live, shown = (msgspec.structs.replace(asked(reading), **plain) for reading in (registry, preview(registry, None)))
    assert shown == live


def test_what_is_masked_is_the_same_however_often_and_from_whatever_files(registry: Projection, tmp_path: Path):
    loaded(registry, tmp_path, SMALL)
    line = registry.catch_up().seq
    masks = masking_at(registry, line).masks
    assert masks
    publish_release(registry, actor=BY)
    before = msgspec.json.encode(asked(released(registry, None)))
    assert registry.folder is not None
    (kept,) = registry.folder.glob("disclosed-*-r*.duckdb")
    kept.write_bytes(kept.read_bytes()[:-4096])  # damaged: it is made anew
    assert msgspec.json.encode(asked(released(registry, None))) == before
    assert masking_at(registry, line).masks == masks


@pytest.mark.parametrize(
    ("numerator", "denominator", "shown"),
    [(40, 100, True), (4, 100, False), (2, 100, False), (97, 100, False), (5, 9, False)],
)
def test_a_declared_baseline_is_shown_where_such_a_figure_would_be(
    registry: Projection, numerator: int, denominator: int, shown: bool
):
    """Also one in the range of a code: were only those under the minimum left out, a gap would tell that it is one of them."""
    told = {
        "period": "SY2016-17",
        "value": 100 * numerator / denominator,
        "numerator": numerator,
        "denominator": denominator,
    }
    propose_variant(
        registry, raw(variant("alder", "001", baseline=told, target={"period": "SY2024-25", "value": 99})), actor=BY
    )
    publish_release(registry, actor=BY)
    for opened, seen in (((), shown), (("alder",), True)):
        reading = released(registry, None, opened)
        (line,) = read.list_variants(reading.cursor(), reading.catch_up().seq)
        baseline = read.variant_of(line).baseline
        assert baseline is not None
        assert baseline.period == "SY2016-17"
        assert (baseline.numerator, baseline.denominator) == ((numerator, denominator) if seen else (None, None))
        assert (baseline.value is not None) is seen


@pytest.mark.parametrize(("tested", "shown"), [(200, True), (201, False), (260, True)])
def test_a_declared_baseline_a_child_beside_a_figure_that_is_shown_is_left_out(
    registry: Projection, tmp_path: Path, tested: int, shown: bool
):
    """The difference would be that child's result, as between two releases."""
    loaded(registry, tmp_path, WIDE)
    told = {"period": "SY2017-18", "value": 100 * 80 / tested, "numerator": 80, "denominator": tested}
    propose_variant(registry, raw(variant("alder", "001", baseline=told)), actor=BY)
    publish_release(registry, actor=BY)
    reading = released(registry, None)
    (line,) = read.list_variants(reading.cursor(), reading.catch_up().seq)
    baseline = read.variant_of(line).baseline
    assert baseline is not None
    assert (baseline.denominator is not None) is shown
