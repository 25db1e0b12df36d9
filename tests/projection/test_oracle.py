"""Thousands of small networks in one projection, rolled up by one question, against a plain model of each: no difference at all."""

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date

import msgspec
import pytest
from asking import Form, answers_of, asked_of, question_of
from comparing import faults_of
from expected import expected
from networks import FIRST, Net, begin, give_back
from small_networks import NEWEST, halves, lay_out, small_net

from registry.domain.rollup_answer import RollupAnswer
from registry.projection.files import Projection

NETWORKS, ALL_NETWORKS = 400, 10_000


FORMS = {
    "today": Form(day=date(2020, 1, 15)),
    "a window": Form(day=date(2018, 2, 28), window=(FIRST + 1, NEWEST - 1), rule="plain@1"),
    "a period": Form(day=date(2017, 7, 1), period=NEWEST - 1, rule="cohort@1"),
    "long ago": Form(day=date(2016, 6, 30), dimension=None, halfway=True),
}


@pytest.fixture(scope="module")
def nets(full: bool) -> list[Net]:
    """400 networks, 10,000 in the long form."""
    return [small_net(seed) for seed in range(ALL_NETWORKS if full else NETWORKS)]


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory, nets: list[Net]) -> Iterator[tuple[Projection, int, int]]:
    projection = begin(tmp_path_factory.mktemp("oracle"))
    yield projection, *lay_out(projection, nets)
    give_back()


@pytest.mark.parametrize("name", FORMS)
def test_every_network_is_rolled_up_as_a_plain_model_says(
    laid_out: tuple[Projection, int, int],
    nets: list[Net],
    name: str,
    *,
    full: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Series, levels, changes, counts, targets, gaps, who is out and who is counted elsewhere: bounds included."""
    projection, halfway, head = laid_out
    form = FORMS[name]
    question = question_of(form, halfway if form.halfway else head)
    answers = answers_of(projection, question, nets)
    wrong, told = {}, Counter[str]()
    for net in nets:
        known = msgspec.structs.replace(net, loads=halves(net)[0]) if form.halfway else net
        wanted = expected(known, asked_of(form, net))
        faults = list(faults_of(answers[net.template.id], wanted))
        if faults:
            wrong[net.template.id] = faults
        told.update(figures_of(answers[net.template.id]))
    if full:
        sizes = ", ".join(f"{size:,} {what}" for what, size in sorted(told.items()))
        with capsys.disabled():
            sys.stdout.write(f"\n{name}: {len(nets):,} networks, {len(wrong)} differ; {sizes}\n")
    assert {template: faults[:3] for template, faults in list(wrong.items())[:3]} == {}
    assert all(told[what] for what in WANTED[name]), told


WANTED = {
    "today": (
        "series",
        "levels",
        "broken series judged by a segment",
        "counted elsewhere",
        "gaps",
        "proxies counted",
        "at target",
    ),
    "a window": ("series", "levels", "changes", "not in a panel", "gaps"),
    "a period": ("series", "levels", "broken series judged by a segment", "bounded levels", "gaps"),
    "long ago": ("series", "levels", "counted elsewhere", "bounded levels"),
}
"""What each question must bring up, or it would test nothing."""


def figures_of(answer: RollupAnswer) -> Counter[str]:
    """How much of what one answer holds."""
    return Counter(
        {
            "series": len(answer.series),
            "levels": len(answer.levels),
            "bounded levels": sum(level.known is not None for level in answer.levels),
            "changes": sum(change.change is not None for change in answer.changes),
            "not in a panel": sum(len(change.came) + len(change.left) for change in answer.changes),
            "broken series judged by a segment": sum(series.segment is not None for series in answer.series),
            "counted elsewhere": sum(entry.verdict == "counted_once" for entry in answer.overlaps),
            "gaps": len(answer.gaps),
            "proxies counted": int(answer.network.direction is not None),
            "at target": answer.network.meeting_target.n if answer.network.meeting_target else 0,
        }
    )
