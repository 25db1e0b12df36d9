"""What a file says about how it is read: a proposal, tried on the file itself. Nothing is written, and no registry is needed."""

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from pathlib import Path

import msgspec

from registry.adapters.contract import Adapter, Placed, Wanted
from registry.adapters.sniff.draft import Question
from registry.adapters.sniff.propose import Hints, propose
from registry.check import check_toml
from registry.domain.finding import Finding
from registry.domain.group import group_of
from registry.domain.mapping import RULES_OF_A_MAPPING, Mapping
from registry.domain.value import Unit

SAMPLE = 8
"""How many of the data points it would yield are shown."""


class SampleRow(msgspec.Struct, frozen=True, kw_only=True):
    """A data point that the mapping would yield."""

    row: int
    place: str
    period: str
    group: dict[str, str]
    value: float | None
    numerator: int | None
    denominator: int | None
    low: float | None
    high: float | None
    missing: str | None


class Sniffed(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of ``data sniff``: the mapping as TOML, what is left to ask, a sample of what it yields, and its findings.

    ``points`` counts all it would yield. While questions are open the mapping is not whole, and nothing is read by it.
    """

    mapping: str
    questions: tuple[Question, ...]
    rows: tuple[SampleRow, ...]
    points: int
    findings: tuple[Finding, ...]


def sniff(
    adapters: Sequence[Adapter], path: Path, answers: Dictionary[str, str], hints: Hints, per: float = 100
) -> Sniffed:
    """Propose a mapping for a file and read the file by it. Raises OSError where it cannot be opened."""
    proposal = propose(path, answers, hints)
    findings = (*proposal.findings, *(_unused(key, proposal.questions) for key in proposal.unused))
    if proposal.questions or proposal.findings:
        return Sniffed(mapping=proposal.mapping, questions=proposal.questions, rows=(), points=0, findings=findings)
    document, faults = check_toml(proposal.mapping.encode(), Mapping, RULES_OF_A_MAPPING)
    if document is None:
        return Sniffed(mapping=proposal.mapping, questions=(), rows=(), points=0, findings=(*findings, *faults))
    unit: Unit = msgspec.convert(proposal.unit, Unit)
    wanted = Wanted(unit=unit, per=per, period_kind=hints.kind or proposal.kind or "school-year")
    reading = next(entry for entry in adapters if document.format in entry.formats).read((path,), document, wanted)
    rows = tuple(_row(placed) for placed in reading.points[:SAMPLE])
    return Sniffed(
        mapping=proposal.mapping,
        questions=(),
        rows=rows,
        points=len(reading.points),
        findings=(*findings, *reading.findings),
    )


def _row(placed: Placed) -> SampleRow:
    point = placed.observation
    return SampleRow(
        row=point.origin.row,
        place=placed.place,
        period=point.period,
        group=group_of(point.group),
        value=point.value,
        numerator=point.numerator,
        denominator=point.denominator,
        low=point.low,
        high=point.high,
        missing=point.missing,
    )


def _unused(key: str, questions: Sequence[Question]) -> Finding:
    open_ = ", ".join(question.key for question in questions) or "nothing"
    detail = f"Nothing was asked that {key!r} answers."
    return Finding(rule="answer-unasked", severity="warning", detail=detail, hint=f"What is asked: {open_}.")
