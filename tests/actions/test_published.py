"""Links and progress rules are published once and for good: again writes nothing, anything else under the name is refused."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from registry.actions.catalogue import publish_instrument
from registry.actions.published import publish_link, publish_rule
from registry.actions.templates import publish_template
from registry.actions.variants import propose_variant
from registry.actions.writing import Receipt
from registry.domain.actor import operator
from registry.domain.refusal import AlreadyPublished, Invalid, NotFound
from registry.projection import read
from registry.projection.answer import RollupRequest, rollup
from registry.projection.files import Projection
from tests.cli.documents import (
    MAPPING,
    Document,
    fill,
    instrument,
    load_text,
    new_registry,
    raw,
    table,
    template,
    variant,
)
from tests.projection.dated import Calendar, dated

BY = operator("maria")
SCALE = {"id": "naep-4", "title": "NAEP reading, grade 4", "unit": "points of the scale", "sd": 36}
CUT = {
    "instrument": "town-test",
    "instrument_version": "1",
    "cut": "level-3",
    "grade_or_age": 3,
    "score": 200,
    "standard_error": 1.5,
}
CUTS = [CUT, CUT | {"instrument_version": "2", "score": 208}]


def link(**changes: object) -> Document:
    return {
        "id": "towns-2018",
        "title": "The town's test on NAEP",
        "scale": SCALE,
        "first_period": "SY2017-18",
        "last_period": "SY2018-19",
        "cuts": [CUT],
        "method": "Equal shares.",
        "source": "A report",
        "url": "https://example.org/report",
    } | changes


def rule(**changes: object) -> Document:
    return {
        "id": "towns@1",
        "method": "tested",
        "phi": 1.0,
        "tau": 5.0,
        "title": "Changes of towns as they are",
        "source": "Fitted on our own towns.",
    } | changes


def seq(projection: Projection) -> int:
    return projection.ledger.head().seq


def refused_with(action: Callable[[], Receipt]) -> list[tuple[str, str]]:
    """Which faults an action is refused for."""
    with pytest.raises(Invalid) as refused:
        action()
    return sorted((fault.pointer or "", fault.rule) for fault in refused.value.findings if fault.severity == "error")


KINDS = pytest.mark.parametrize(
    ("action", "document", "subject"),
    [(publish_link, link, "link:towns-2018"), (publish_rule, rule, "rule:towns@1")],
    ids=["link", "rule"],
)
Action = Callable[..., Receipt]
Make = Callable[..., Document]


@KINDS
def test_it_is_kept_with_the_hash_of_its_content_under_who_published_it(
    tmp_path: Path, action: Action, document: Make, subject: str
):
    with new_registry(tmp_path) as projection:
        receipt = action(projection, raw(document()), actor=BY)
        assert (receipt.written, receipt.subject, receipt.revision, receipt.seq) == (True, subject, 1, 2)
        entry = projection.ledger.entry(2)
        body = projection.ledger.body(entry)
        assert (entry.actor, sha256(body).hexdigest()) == ("maria", receipt.content_sha256)
        kept = json.loads(body)
        assert {name: kept[name] for name in document() if name not in {"scale", "cuts"}} == {
            name: value for name, value in document().items() if name not in {"scale", "cuts"}
        }


@KINDS
def test_the_very_same_again_writes_nothing_whatever_its_spelling(
    tmp_path: Path, action: Action, document: Make, subject: str
):
    with new_registry(tmp_path) as projection:
        first = action(projection, raw(document()), actor=BY)
        turned = dict(reversed(document().items()))
        again = action(projection, b"\xef\xbb\xbf " + raw(turned), actor=operator("juan"))
        assert (again.written, again.seq, again.content_sha256) == (False, first.seq, first.content_sha256)
        assert seq(projection) == first.seq


@KINDS
def test_other_content_under_the_same_id_is_refused_and_another_id_is_the_way_out(
    tmp_path: Path, action: Action, document: Make, subject: str
):
    with new_registry(tmp_path) as projection:
        action(projection, raw(document()), actor=BY)
        with pytest.raises(AlreadyPublished) as refused:
            action(projection, raw(document(title="Something else")), actor=BY)
        name = subject.partition(":")[2]
        assert (refused.value.status, refused.value.exit_code) == (409, 1)
        assert refused.value.detail.startswith(f"{name} is published and never changes")
        assert refused.value.hint == "Give it another id."
        assert seq(projection) == 2


def test_a_link_that_leaves_its_errors_open_is_kept_with_them_and_is_the_same_as_one_that_states_them(tmp_path: Path):
    with new_registry(tmp_path) as projection:
        publish_link(projection, raw(link()), actor=BY)
        kept = json.loads(projection.ledger.body(projection.ledger.entry(2)))
        assert (kept["scale"]["u_sd"], kept["scale"]["u_m"]) == (2.5, 3.6)
        stated = link(scale=SCALE | {"u_sd": 2.5, "u_m": 3.6})
        assert publish_link(projection, raw(stated), actor=BY).written is False


FAULTS = [
    (
        publish_link,
        link(first_period="2018", last_period="SY2018-19", cuts=[CUT, CUT, CUT | {"score": "high"}], colour="red"),
        [
            ("/colour", "unknown-field"),
            ("/cuts/1", "link-cut-twice"),
            ("/cuts/2", "link-cut-twice"),
            ("/cuts/2/score", "wrong-type"),
            ("/first_period", "period-unreadable"),
        ],
    ),
    (
        publish_rule,
        rule(id="plain@1", method="threshold", phi=0.5, colour="red"),
        [("/colour", "unknown-field"), ("/id", "rule-shipped"), ("/phi", "out-of-range")],
    ),
    (
        publish_rule,
        rule(id="plain@1", method="threshold"),
        [("/id", "rule-shipped"), ("/phi", "rule-untested")],
    ),
]


@pytest.mark.parametrize(("action", "document", "faults"), FAULTS, ids=["link", "rule", "rule's own"])
def test_every_fault_is_told_at_once_and_nothing_is_written(
    tmp_path: Path, action: Action, document: Document, faults: list[tuple[str, str]]
):
    with new_registry(tmp_path) as projection:
        assert refused_with(lambda: action(projection, raw(document), actor=BY)) == faults
        assert seq(projection) == 1


def test_a_link_that_contradicts_another_is_refused_with_both_scores(tmp_path: Path):
    with new_registry(tmp_path) as projection:
        publish_link(projection, raw(link(cuts=CUTS)), actor=BY)
        other = link(id="other", last_period="SY2017-18", cuts=[CUTS[1] | {"score": 210}])
        with pytest.raises(Invalid) as refused:
            publish_link(projection, raw(other), actor=BY)
        (fault,) = refused.value.findings
        assert (fault.rule, fault.pointer) == ("link-overlaps", "/cuts/0")
        assert "'towns-2018'" in fault.detail
        assert "208" in fault.detail
        assert seq(projection) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"first_period": "SY2019-20", "last_period": "SY2020-21"},
        {"scale": SCALE | {"id": "another-scale"}},
        {"cuts": [CUT | {"grade_or_age": 4}]},
        {"cuts": [CUT | {"instrument_version": "9"}]},
    ],
    ids=["other years", "other scale", "other grade", "other version"],
)
def test_a_link_that_answers_another_question_stands_beside(tmp_path: Path, changes: Document):
    with new_registry(tmp_path) as projection:
        publish_link(projection, raw(link()), actor=BY)
        assert publish_link(projection, raw(link(id="other", **changes)), actor=BY).written
        lines = read.list_links(projection.cursor(), projection.catch_up().seq)
        assert {line.id for line in lines} == {"other", "towns-2018"}


def test_a_test_that_nobody_catalogued_is_a_doubt_and_no_fault(tmp_path: Path):
    with new_registry(tmp_path) as projection:
        publish_instrument(projection, raw(instrument()), actor=BY)
        unknown = CUT | {"instrument": "county-test"}
        receipt = publish_link(projection, raw(link(cuts=[*CUTS, unknown])), actor=BY)
        assert receipt.written
        assert [(doubt.severity, doubt.rule, doubt.pointer) for doubt in receipt.findings] == [
            ("warning", "link-instrument-unknown", "/cuts/1/instrument"),
            ("warning", "link-instrument-unknown", "/cuts/2/instrument"),
        ]
        assert "'2' of 'town-test'" in receipt.findings[0].detail


def test_a_template_may_name_a_rule_once_it_is_published(tmp_path: Path):
    with new_registry(tmp_path) as projection:
        document = raw(template(progress_rule="towns@1"))
        assert refused_with(lambda: publish_template(projection, document, actor=BY)) == [
            ("/progress_rule", "progress-rule-unknown")
        ]
        publish_rule(projection, raw(rule()), actor=BY)
        assert publish_template(projection, document, actor=BY).written
        assert refused_with(
            lambda: publish_template(projection, raw(template(version="1.0.1", progress_rule="towns@2")), actor=BY)
        ) == [("/progress_rule", "progress-rule-unknown")]


ALDER = table(["001,2017-18,All Students,200,80,40.0", "001,2018-19,All Students,220,121,55.0"])


def test_a_published_rule_judges_where_it_is_asked_for_and_where_the_template_names_it(tmp_path: Path):
    """80 of 200, then 121 of 220: 15 points, by chance alone 4.88 of error, and with tau 5 the error of the two ends is 8.60."""
    pooled = (80 + 121) / (200 + 220)
    chance = 1e4 * pooled * (1 - pooled) * (1 / 200 + 1 / 220)
    with new_registry(tmp_path) as projection:
        fill(projection, tmp_path)
        load_text(projection, tmp_path, ALDER, mapping=MAPPING.encode())
        publish_rule(projection, raw(rule()), actor=BY)
        found = {}
        for name in ("plain@1", "towns@1"):
            answer = rollup(projection, RollupRequest(template="reading", rule=name))
            (alder,) = [entry for entry in answer.series if entry.community == "alder" and not entry.group]
            assert answer.progress_rule == name
            found[name] = (alder.trend, alder.se)
        assert found["plain@1"] == ("improving", pytest.approx(chance**0.5))
        assert found["towns@1"] == ("indeterminate", pytest.approx((chance + 2 * 5**2) ** 0.5))
        publish_template(projection, raw(template(version="2.0.0", progress_rule="towns@1")), actor=BY)
        propose_variant(projection, raw(variant(template="reading@2.0.0")), actor=BY)
        (alder,) = [
            entry
            for entry in rollup(projection, RollupRequest(template="reading")).series
            if entry.community == "alder" and not entry.group
        ]
        assert (alder.trend, alder.se) == found["towns@1"]


def test_before_it_was_published_nobody_knew_it(tmp_path: Path):
    calendar = Calendar("2020-01-01")
    with dated(tmp_path, calendar) as projection:
        calendar.to("2020-03-01")
        publish_rule(projection, raw(rule()), actor=BY)
        publish_link(projection, raw(link()), actor=BY)
        for day, known in (("2020-02-01", False), ("2020-04-01", True)):
            request = RollupRequest(template="reading", rule="towns@1", as_of=day)
            if known:
                assert rollup(projection, request).progress_rule == "towns@1"
                continue
            with pytest.raises(NotFound, match="There is no progress rule 'towns@1'"):
                rollup(projection, request)
        lines = [read.list_links(projection.cursor(), line) for line in (seq(projection) - 1, seq(projection))]
        assert [len(found) for found in lines] == [0, 1]
