"""A mapping's faults are found in the mapping, before a file is read, and no pattern of it can take for ever."""

from pathlib import Path

import pytest

from registry.actions.data import Order, check_files, load
from registry.actions.variants import propose_variant
from registry.app import ADAPTERS
from registry.domain.actor import operator
from registry.domain.refusal import Invalid
from tests.cli.documents import MAPPING, TABLE, fill, new_registry, raw, variant, wrote

PATTERNS = {
    '[wide]\ncolumns = "(a+)+$"': "/wide/columns",
    '[period]\nfile = "(a|a)*!(x)"': "/period/file",
}


@pytest.mark.parametrize("text", PATTERNS)
def test_a_pattern_that_may_take_for_ever_is_not_taken(tmp_path: Path, text: str) -> None:
    mapping = text if "[period]" in text else f'[period]\nfixed = "2018-19"\n{text}'
    file = wrote(tmp_path, "a" * 60 + "!.csv", "a" * 60 + "!,b\n1,2\n")
    with pytest.raises(Invalid) as refused:
        check_files(ADAPTERS, (file,), mapping.encode())
    assert [(finding.rule, finding.pointer) for finding in refused.value.findings] == [
        ("pattern-unsafe", PATTERNS[text])
    ]


def test_patterns_with_named_parts_are_taken(tmp_path: Path) -> None:
    wide = 'columns = "^(?P<role>RATE|COHORT)_(?P<period>[0-9]{4})$"\nroles = {RATE = "value", COHORT = "denominator"}'
    mapping = f"[wide]\n{wide}\n[period]\n"
    report = check_files(ADAPTERS, (wrote(tmp_path, "a.csv", "RATE_1415,COHORT_1415\n81.5,200\n"),), mapping.encode())
    assert (report.rows, report.new, report.refused) == (1, 1, 0)


def test_an_unknown_dimension_is_one_fault_of_the_mapping(tmp_path: Path) -> None:
    mapping = MAPPING.replace('"race_ethnicity"', '"race"')
    with pytest.raises(Invalid) as refused:
        check_files(ADAPTERS, (wrote(tmp_path, "data.csv", TABLE),), mapping.encode())
    (finding,) = refused.value.findings
    assert (finding.rule, finding.pointer) == ("dimension-unknown", "/groups/0/dimension")
    assert "race_ethnicity" in finding.hint


def test_a_place_without_a_measure_is_told_before_its_figures_go_nowhere(tmp_path: Path) -> None:
    with new_registry(tmp_path) as projection:
        fill(projection, tmp_path)
        agenda = {name: value for name, value in variant(id="agenda", headline=False).items() if name != "measure"}
        propose_variant(projection, raw(agenda), actor=operator("maria"))
        order = Order(files=(wrote(tmp_path, "data.csv", TABLE),), variant="alder/agenda", mapping=MAPPING.encode())
        with pytest.raises(Invalid, match="no agreed measure"):
            load(projection, ADAPTERS, order, actor=operator("maria"))
