"""A load is all or nothing, and the same load twice is one: what it changes, what it leaves, and what stands against it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from registry.actions.data import Order, RefusedLoad, check_files, check_load, load
from registry.actions.variants import propose_variant
from registry.domain.actor import operator
from registry.domain.load_sorted import as_point, sort_rows
from registry.domain.observation import Observation, Origin
from registry.domain.refusal import Invalid, NotFound
from registry.domain.report import LoadReport
from registry.projection.answer import RollupRequest, rollup
from registry.projection.files import Projection
from tests.cli.documents import ADAPTERS, MAPPING, TABLE, lay_out, load_text, opened, raw, table, variant, wrote

OLD = "001,2018-19,All Students,220,99,45.0"
NEW = "001,2018-19,All Students,220,101,45.9"

Loader = Callable[..., LoadReport]


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Projection]:
    with opened(lay_out(tmp_path)) as projection:
        yield projection


@pytest.fixture
def again(network: Projection, tmp_path: Path) -> Loader:
    """Load text into alder's measure with the mapping that is kept."""
    return lambda text, **more: load_text(network, tmp_path, text, **more)


def adds_up(report: LoadReport) -> bool:
    return report.new + report.changed + report.same + report.refused + report.skipped == report.rows


def rules(report: LoadReport) -> list[str]:
    return [finding.rule for finding in report.findings if finding.severity == "error"]


def refused(loader: Loader, *arguments: object, **more: object) -> LoadReport:
    with pytest.raises(RefusedLoad) as caught:
        loader(*arguments, **more)
    assert adds_up(caught.value.report)
    return caught.value.report


def pooled(projection: Projection, **asked: str) -> list[tuple[int | None, int | None, list[str]]]:
    answer = rollup(projection, RollupRequest(template="reading", **asked))
    return [(level.numerator, level.denominator, level.communities) for level in answer.levels]


def test_the_same_rows_again_write_nothing(network: Projection, again: Loader):
    before = network.ledger.head().seq
    report = again(TABLE)
    assert (report.batch, report.new, report.changed, report.same, report.skipped) == (None, 0, 0, 3, 2)
    assert adds_up(report)
    shuffled = TABLE.splitlines()
    assert again("\r\n".join([shuffled[0], *reversed(shuffled[1:])])).same == 3
    assert network.ledger.head().seq == before


def test_a_load_names_its_batch_and_keeps_every_row(network: Projection, again: Loader):
    report = again(TABLE + "001,2019-20,All Students,200,100,50.0\n")
    assert (report.new, report.same, report.skipped, report.rows) == (1, 3, 2, 6)
    assert adds_up(report)
    assert report.batch == f"b{network.ledger.head().seq - 1}"
    assert report.seq == network.ledger.head().seq


def test_one_bad_row_and_nothing_is_loaded(network: Projection, again: Loader):
    before = network.ledger.head()
    report = refused(again, table([NEW, "001,2019-20,All Students,200,x,"]))
    assert (report.batch, report.refused, report.changed) == (None, 1, 1)
    assert network.ledger.head() == before
    assert pooled(network) == [(130, 320, ["alder", "birch"])]


def test_a_correction_needs_nothing_and_going_back_needs_a_reason(network: Projection, again: Loader):
    corrected = again(table([NEW]))
    assert (corrected.changed, corrected.new, corrected.same) == (1, 0, 0)
    assert pooled(network) == [(132, 320, ["alder", "birch"])]
    assert rules(refused(again, table([OLD]))) == ["returns-to-older-figure"]
    assert again(table([OLD]), reason="The correction was a slip.").changed == 1
    assert pooled(network) == [(130, 320, ["alder", "birch"])]
    assert rules(refused(again, table([NEW]))) == ["returns-to-older-figure"]


def changes(report: LoadReport) -> list[tuple[str, dict[str, str], str, str]]:
    return [(change.period, change.group, change.before, change.after) for change in report.changes]


def test_every_change_is_said_as_it_was_and_as_it_is(network: Projection, again: Loader):
    assert again(TABLE).changes == ()
    assert changes(again(table([NEW]))) == [("SY2018-19", {}, "99 of 220", "101 of 220")]
    hidden = again(table(["001,2018-19,All Students,220,*,*"]))
    assert changes(hidden) == [("SY2018-19", {}, "101 of 220", "suppressed")]
    bare = again(table(["001,2018-19,All Students,,,45.5"]))
    assert changes(bare) == [("SY2018-19", {}, "suppressed", "45.5")]
    group = {"race_ethnicity": "hispanic"}
    replaced = again(table(["001,2018-19,All Students,,,45.5"]), replace="2018-19")
    assert changes(replaced) == [("SY2018-19", group, "40 of 100", "withdrawn")]
    assert (replaced.changed, replaced.withdrawn) == (0, 1)


def test_a_change_behind_the_same_words_is_told_apart():
    origin = Origin(file="data.csv", row=2)
    told = {"period": "SY2018-19", "numerator": 99, "denominator": 220, "origin": origin}
    held = as_point(Observation(**told, eligible=230))
    (change,) = sort_rows([Observation(**told, eligible=240)], [held], ()).changes
    assert (change.before, change.after) == ("99 of 220 (eligible 230)", "99 of 220 (eligible 240)")
    (change,) = sort_rows([Observation(**told, standard_error=1.5, value=45.0)], [held], ()).changes
    assert change.before == "99 of 220 (value none, standard error none, eligible 230)"


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ({"value": 2_000_000.0}, "2000000"),
        ({"low": 0.0, "high": 5.5}, "0 to 5.5"),
        ({"low": 95.0}, "at least 95"),
        ({"high": 5.0}, "at most 5"),
        ({"missing": "not_tested", "denominator": 12}, "not tested"),
    ],
    ids=str,
)
def test_a_change_is_said_in_words(figures: dict[str, object], words: str):
    origin = Origin(file="data.csv", row=2)
    held = as_point(Observation(period="SY2018-19", value=1.0, origin=origin))
    (change,) = sort_rows([Observation(period="SY2018-19", origin=origin, **figures)], [held], ()).changes
    assert (change.before, change.after) == ("1", words)


def test_a_check_and_a_refusal_say_what_would_change(network: Projection, again: Loader, tmp_path: Path):
    order = Order(files=(wrote(tmp_path, "next.csv", table([NEW])),), variant="alder/grade-3")
    assert changes(check_load(network, ADAPTERS, order, actor=operator())) == [
        ("SY2018-19", {}, "99 of 220", "101 of 220")
    ]
    report = refused(again, table([NEW, "001,2019-20,All Students,200,x,"]))
    assert changes(report) == [("SY2018-19", {}, "99 of 220", "101 of 220")]


def test_the_mapping_is_kept_and_a_changed_one_is_kept_without_new_rows(network: Projection, again: Loader):
    before = network.ledger.head().seq
    report = again(TABLE, mapping=b"# the same, with a comment\n" + MAPPING.encode())
    assert (report.batch, network.ledger.head().seq) == (None, before)
    report = again(TABLE, mapping=MAPPING.replace("rounding = 0.1", "rounding = 1").encode())
    assert (report.batch, report.same, report.seq) == (None, 3, before + 1)
    assert network.ledger.head().subject == "mapping:alder/grade-3"


def test_replacing_a_period_withdraws_what_the_file_no_longer_holds(network: Projection, again: Loader):
    by = {"by": "race_ethnicity"}
    assert (40, 100, ["alder"]) in pooled(network, **by)
    kept = again(table([OLD]))
    assert (kept.same, kept.withdrawn) == (1, 0)
    assert (40, 100, ["alder"]) in pooled(network, **by)
    replaced = again(table([OLD]), replace="2018-2019")
    assert (replaced.same, replaced.withdrawn, replaced.changed) == (1, 1, 0)
    assert replaced.batch
    assert (40, 100, ["alder"]) not in pooled(network, **by)
    assert pooled(network) == [(130, 320, ["alder", "birch"])]
    nothing_left = again(table([OLD]), replace="SY2018-19")
    assert (nothing_left.batch, nothing_left.withdrawn) == (None, 0)
    back = again(TABLE)
    assert (back.new, back.same) == (1, 2)
    assert (40, 100, ["alder"]) in pooled(network, **by)


def test_a_period_that_is_not_held_cannot_be_replaced(network: Projection, again: Loader):
    report = refused(again, TABLE, replace="2010-11")
    assert rules(report) == ["nothing-to-replace"]
    assert "SY2018-19" in report.findings[0].hint
    with pytest.raises(Invalid, match="period to replace"):
        again(TABLE, replace="soon")


def test_a_file_of_other_places_is_no_load(network: Projection, again: Loader):
    report = refused(again, table(["003,2018-19,All Students,100,31,31.0"]))
    assert "no-rows" in rules(report)
    (finding,) = (finding for finding in report.findings if finding.rule == "no-rows")
    assert "alder/grade-3" in finding.detail
    assert "place codes" in finding.hint


def test_a_load_without_any_mapping_says_what_to_give(network: Projection, tmp_path: Path):
    propose_variant(network, raw(variant(id="grade-3b", headline=False)), actor=operator("tester"))
    order = Order(files=(tmp_path / "data.csv",), variant="alder/grade-3b")
    with pytest.raises(Invalid, match="No mapping is kept") as refusal:
        load(network, ADAPTERS, order, actor=operator("tester"))
    assert "--mapping" in refusal.value.hint


@pytest.mark.parametrize("name", ["elm/grade-3", "alder", "alder/", "/", "alder/grade-3/x"])
def test_a_measure_that_is_not_there_is_not_loaded(network: Projection, tmp_path: Path, name: str):
    with pytest.raises(NotFound) as refusal:
        load(network, ADAPTERS, Order(files=(tmp_path / "data.csv",), variant=name), actor=operator("tester"))
    assert "alder/grade-3" in refusal.value.hint


def test_several_files_are_one_load(network: Projection, tmp_path: Path):
    files = tuple(
        wrote(tmp_path, f"{year}.csv", table([f"001,{year},All Students,200,100,50.0"]))
        for year in ("2019-20", "2020-21")
    )
    report = load(network, ADAPTERS, Order(files=files, variant="alder/grade-3"), actor=operator("tester"))
    assert (report.new, report.rows, [file.file for file in report.files]) == (2, 2, ["2019-20.csv", "2020-21.csv"])
    assert len({file.sha256 for file in report.files}) == 2


def test_files_of_one_name_are_told_apart_or_refused(network: Projection, tmp_path: Path):
    files = tuple(
        wrote(tmp_path, f"{year}/rates.csv", table([f"001,{year},All Students,200,100,50.0"]))
        for year in ("2019-20", "2020-21")
    )
    before = network.ledger.head().seq
    with pytest.raises(Invalid, match=r"rates\.csv") as refusal:
        load(network, ADAPTERS, Order(files=files, variant="alder/grade-3"), actor=operator("tester"))
    assert "one after the other" in refusal.value.hint
    with pytest.raises(Invalid, match=r"rates\.csv"):
        check_files(ADAPTERS, files, MAPPING.encode())
    assert network.ledger.head().seq == before
    for file in files:
        load(network, ADAPTERS, Order(files=(file,), variant="alder/grade-3"), actor=operator("tester"))
    answer = rollup(network, RollupRequest(template="reading", window="2019-20..2020-21", explain=True))
    sources = {source.period: source for entry in answer.explain for source in entry.sources}
    assert sources.keys() >= {"SY2019-20", "SY2020-21"}
    assert sources["SY2019-20"].sha256 != sources["SY2020-21"].sha256


def test_a_check_says_what_a_load_would_do_and_does_not(network: Projection, tmp_path: Path):
    before = network.ledger.head()
    order = Order(
        files=(wrote(tmp_path, "next.csv", table([NEW, "001,2019-20,All Students,200,100,50.0"])),),
        variant="alder/grade-3",
    )
    checked = check_load(network, ADAPTERS, order, actor=operator())
    assert network.ledger.head() == before
    loaded = load(network, ADAPTERS, order, actor=operator("tester"))
    assert (checked.new, checked.changed, checked.rows) == (loaded.new, loaded.changed, loaded.rows) == (1, 1, 2)
