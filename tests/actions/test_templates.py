"""Publishing under rule: the same again writes nothing, other content under a name is refused, a new version must be large enough."""

import json
from pathlib import Path

import pytest

from registry.actions.templates import check_template, publish_template, withdraw_template
from registry.actions.writing import Receipt
from registry.domain.actor import operator
from registry.domain.refusal import AlreadyPublished, Conflict, Invalid
from registry.projection import read
from registry.projection.files import Projection
from tests.cli.documents import new_registry, raw, template


def test_published_template_stands_with_the_hash_of_its_content(tmp_path: Path):
    with new_registry(tmp_path) as projection:
        receipt = publish_template(projection, raw(template()), actor=operator("maria"))
        assert (receipt.written, receipt.revision, receipt.seq) == (True, 1, 2)
        entry = projection.ledger.entry(2)
        assert (entry.actor, entry.subject) == ("maria", "template:reading@1.0.0")
        assert len(receipt.content_sha256 or "") == 64


def test_the_same_content_again_writes_nothing_whatever_its_spelling(tmp_path: Path):
    with new_registry(tmp_path) as projection:
        first = publish_template(projection, raw(template()), actor=operator("maria"))
        turned = dict(reversed(template().items()))
        again = publish_template(projection, b"\xef\xbb\xbf  " + raw(turned), actor=operator("juan"))
        assert (again.written, again.seq, again.content_sha256) == (False, first.seq, first.content_sha256)
        assert projection.ledger.head().seq == first.seq


def test_what_is_published_says_every_choice_of_the_program(tmp_path: Path):
    with new_registry(tmp_path) as projection:
        publish_template(projection, raw(template()), actor=operator("maria"))
        kept = json.loads(projection.ledger.body(projection.ledger.entry(2)))
        assert kept["progress_rule"] == "cohort@1"
        assert kept["indicator"]["maintain_within"] == 5 * kept["indicator"]["meaningful_change"]
        assert (kept["indicator"]["rollup"], kept["indicator"]["has_cut"], kept["indicator"]["per"]) == (
            "pooled_ratio",
            True,
            100,
        )
        assert kept["disclosure"] == {"minimum_n": 10, "minimum_numerator": 3}


def test_other_content_under_a_published_version_is_refused(tmp_path: Path):
    with new_registry(tmp_path) as projection:
        publish_template(projection, raw(template()), actor=operator("maria"))
        with pytest.raises(AlreadyPublished) as refused:
            publish_template(projection, raw(template(title="Reading well")), actor=operator("maria"))
        assert (refused.value.status, refused.value.exit_code) == (409, 1)
        assert "reading@1.0.0" in refused.value.detail
        assert projection.ledger.head().seq == 2


WORDS = {"title": "Reading well"}
WIDER = {"disaggregation": {"required": [], "recommended": ["race_ethnicity", "sex"]}}
OTHER = {"indicator": {**template()["indicator"], "meaningful_change": 2, "maintain_within": 5}}
STEPS = [
    (WORDS, [], ["1.0.1", "1.0.2", "1.1.0", "2.0.0"], "1.0.1"),
    (WIDER, ["1.0.1", "1.0.9"], ["1.1.0", "1.2.0", "2.0.0"], "1.1.0"),
    (OTHER, ["1.0.1", "1.1.0", "1.9.0"], ["2.0.0", "3.1.4"], "2.0.0"),
    ({**WORDS, **WIDER}, ["1.0.1"], ["1.1.0"], "1.1.0"),
    ({**WORDS, **WIDER, **OTHER}, ["1.0.1", "1.1.0", "1.1.0-draft"], ["2.0.0", "2.0.0-draft"], "2.0.0"),
]
TOO_SMALL = [(change, version, right) for change, small, _, right in STEPS for version in small]
LARGE_ENOUGH = [(change, version) for change, _, right, _ in STEPS for version in right]
DIFFERENCES = {
    "title": ("/title", "(patch)"),
    "disaggregation": ("/disaggregation/recommended", "(minor)"),
    "indicator": ("/indicator/meaningful_change", "(major)"),
}


def publish(projection: Projection, version: str, **changes: object) -> Receipt:
    return publish_template(projection, raw(template(version=version, **changes)), actor=operator("maria"))


@pytest.mark.parametrize(("change", "version", "right"), TOO_SMALL)
def test_too_small_a_step_is_refused_with_every_difference_and_the_right_version(
    tmp_path: Path, change: dict[str, object], version: str, right: str
):
    with new_registry(tmp_path) as projection:
        publish(projection, "1.0.0")
        with pytest.raises(Conflict) as refused:
            publish(projection, version, **change)
        said = refused.value
        assert f"{version} is too small a step from 1.0.0" in said.detail
        assert right in said.detail
        assert right in said.hint
        pointers = {finding.pointer: finding for finding in said.findings}
        assert sorted(pointers) == sorted(DIFFERENCES[member][0] for member in change)
        for member in change:
            pointer, size = DIFFERENCES[member]
            assert pointers[pointer].rule == "version-too-small"
            assert pointers[pointer].detail.endswith(size)
        assert projection.ledger.head().seq == 2
        assert publish(projection, right, **change).written


@pytest.mark.parametrize(("change", "version"), LARGE_ENOUGH)
def test_a_step_that_is_large_enough_is_published(tmp_path: Path, change: dict[str, object], version: str):
    with new_registry(tmp_path) as projection:
        publish(projection, "1.0.0")
        receipt = publish(projection, version, **change)
        assert (receipt.written, receipt.findings, receipt.subject) == (True, (), f"template:reading@{version}")


@pytest.mark.parametrize("version", ["0.0.1", "0.9.0", "1.0.0", "3.2.1", "2.0.0-draft"])
def test_the_first_version_may_have_any_number(tmp_path: Path, version: str):
    with new_registry(tmp_path) as projection:
        assert publish(projection, version).written


def test_a_version_that_says_nothing_new_is_published_with_a_warning(tmp_path: Path):
    with new_registry(tmp_path) as projection:
        publish(projection, "1.0.0")
        receipt = publish(projection, "1.0.1")
        (doubt,) = receipt.findings
        assert (receipt.written, doubt.rule, doubt.severity) == (True, "nothing-changed", "warning")
        assert "the same as 1.0.0" in doubt.detail


@pytest.mark.parametrize("behind", ["1.0.1", "1.1.9", "1.2.0-draft"])
def test_a_version_behind_a_newer_one_of_its_major_is_refused(tmp_path: Path, behind: str):
    with new_registry(tmp_path) as projection:
        for version in ("1.0.0", "1.2.0", "2.0.0"):
            publish(projection, version)
        with pytest.raises(Conflict, match=r"published as 1\.2\.0 already") as refused:
            publish(projection, behind, **WORDS)
        assert "above 1.2.0" in refused.value.hint
        assert projection.ledger.head().seq == 4


def test_an_older_major_gets_a_patch_that_is_judged_against_its_own_last_version(tmp_path: Path):
    """A community that stays on the old definition still gets its typing mistake mended."""
    with new_registry(tmp_path) as projection:
        publish(projection, "1.4.2")
        publish(projection, "2.0.0", **OTHER)
        assert publish(projection, "1.4.3", **WORDS).findings == ()
        with pytest.raises(Conflict, match=r"1\.4\.4 is too small a step from 1\.4\.3"):
            publish(projection, "1.4.4", **WORDS, **OTHER)
        with pytest.raises(Conflict, match=r"2\.0\.1 is too small a step from 2\.0\.0"):
            publish(projection, "2.0.1")  # what 1.4.2 said: taken back is changed too


def test_an_older_major_that_comes_later_starts_anew(tmp_path: Path):
    with new_registry(tmp_path) as projection:
        publish(projection, "1.0.0")
        assert publish(projection, "0.9.0", **OTHER).findings == ()


def test_a_withdrawn_version_is_still_what_the_next_one_is_judged_against(tmp_path: Path):
    """Measures stand on it, so taking its changes back changes what they report."""
    with new_registry(tmp_path) as projection:
        publish(projection, "1.0.0")
        publish(projection, "2.0.0", **OTHER)
        withdraw_template(projection, "reading@2.0.0", reason="Wrong", actor=operator("maria"))
        with pytest.raises(Conflict, match=r"takes 3\.0\.0"):
            publish(projection, "2.0.1")


def test_drafts_are_published_for_good_and_no_later_version_is_judged_against_them(tmp_path: Path):
    with new_registry(tmp_path) as projection:
        publish(projection, "1.0.0")
        publish(projection, "2.0.0-draft", **OTHER)
        with pytest.raises(AlreadyPublished):
            publish(projection, "2.0.0-draft", **WORDS)
        assert publish(projection, "2.0.0-draft.2", **WORDS).findings == ()
        assert publish(projection, "1.0.1", **WORDS).findings == ()
        assert publish(projection, "2.0.0", **OTHER).findings == ()
        with pytest.raises(Conflict, match=r"published as 2\.0\.0 already"):
            publish(projection, "2.0.0-draft.3", **OTHER)


@pytest.mark.parametrize(
    "version",
    ["1.0", "01.0.0", "1", "v1.0.0", "1.0.0+build", "1.0.0-", "1.0.0-Draft", "", "1.0.0-01", "1000000000.0.0"],
)
def test_a62_a_version_in_another_form_is_refused_with_the_form_stated(version: str):
    (fault,) = check_template(raw(template(version=version)))[1]
    assert (fault.severity, fault.pointer) == ("error", "/version")
    assert "1.2.0" in f"{fault.detail} {fault.hint}"


def test_the_largest_version_that_may_be_published_is_read_back(tmp_path: Path):
    with new_registry(tmp_path) as projection:
        publish(projection, "999999999.999999999.999999999")
        projection.catch_up()
        (line,) = read.list_templates(projection.cursor(), 2)
        assert line.version == "999999999.999999999.999999999"


def test_another_template_is_no_second_version(tmp_path: Path):
    with new_registry(tmp_path) as projection:
        publish_template(projection, raw(template()), actor=operator("maria"))
        assert publish_template(projection, raw(template(id="reading-well")), actor=operator("maria")).written


def test_faults_block_and_all_are_in_the_refusal(tmp_path: Path):
    faulty = template(version="1", stage="two", titel="x")
    with new_registry(tmp_path) as projection:
        with pytest.raises(Invalid) as refused:
            publish_template(projection, raw(faulty), actor=operator("maria"))
        assert projection.ledger.head().seq == 1
    _, findings = check_template(raw(faulty))
    assert refused.value.findings == findings
    assert {finding.pointer for finding in findings} == {"/version", "/stage", "/titel"}
