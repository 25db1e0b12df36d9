"""How a framework's roll-up is put together from what the queries returned: shares with their bounds, proof points, and who is out.

No trend is judged here. A community's share is over all the core outcomes that the framework pins, also those it does not measure: what
nobody knows stays open at the upper end (StriveTogether, Getting to Proof Point: 60 % of the indicators improving; a member's wording
has maintaining or improving). Tests: ``tests/domain/test_framework_shown.py``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from registry.domain.chance import expected_by_chance
from registry.domain.framework_answer import (
    FrameworkNetwork,
    FrameworkRollup,
    GapsShare,
    IndicatorTold,
    PacesTold,
    ProofPoints,
    SharesTold,
    ShareTold,
)
from registry.domain.network_answer import Spread
from registry.domain.network_mean import MeanChange
from registry.domain.path import Pace
from registry.domain.proof_point import Answer, ProofPoint, gaps_closing, proof_point, shares
from registry.domain.rollup import rounded
from registry.domain.rollup_answer import Explained
from registry.domain.rollup_network import mean_of, spread_of
from registry.domain.rollup_rows import TrendLine
from registry.domain.value import figure
from registry.domain.words import REASONS, TRENDS, UNCOUNTED

COUNTED = ("level", "progress")
"""The tiers whose trend is the outcome's own; a proxy's is counted by direction and apart."""


def shares_told(indicators: int, trends: Iterable[str | None]) -> SharesTold:
    """The shares over ``indicators``, of which ``trends`` are known (null or indeterminate: cannot be told)."""
    told = list(trends)
    improving, maintaining, declining = (told.count(name) for name in ("improving", "maintaining", "declining"))
    undetermined = indicators - improving - maintaining - declining
    found = shares(indicators, improving=improving, maintaining=maintaining, undetermined=undetermined)
    return SharesTold(
        n=indicators,
        improving=improving,
        maintaining=maintaining,
        declining=declining,
        undetermined=undetermined,
        share_improving=None if found is None else _told(found.improving),
        share_improving_or_maintaining=None if found is None else _told(found.improving_or_maintaining),
    )


def proof_of(told: SharesTold) -> ProofPoint | None:
    """Whether the proof point is reached by either wording; null without indicators."""
    return proof_point(
        shares(told.n, improving=told.improving, maintaining=told.maintaining, undetermined=told.undetermined)
    )


def paces_told(indicators: int, paces: Iterable[Pace | None]) -> PacesTold:
    """The share of ``indicators`` that met its target, late or not, or is on track."""
    known = list(paces)
    met = known.count("met") + known.count("met_late")
    on_track, off_track, missed = (known.count(name) for name in ("on_track", "off_track", "missed"))
    unknown = indicators - met - on_track - off_track - missed
    found = gaps_closing(indicators, closing=met + on_track, undetermined=unknown)
    return PacesTold(
        n=indicators,
        met=met,
        on_track=on_track,
        off_track=off_track,
        missed=missed,
        unknown=unknown,
        share_met_or_on_track=None if found is None else _told(found),
    )


def gaps_share(measured: int, closing: int, undetermined: int) -> GapsShare:
    """The gaps that are closing among those measured."""
    found = gaps_closing(measured, closing=closing, undetermined=undetermined)
    return GapsShare(
        measured=measured, closing=closing, undetermined=undetermined, share=None if found is None else _told(found)
    )


def counted(line: TrendLine) -> bool:
    """Whether a headline measure's trend counts for its community."""
    return line.left_out is None and line.tier in COUNTED


def why_uncounted(line: TrendLine) -> str | None:
    """Why a headline measure's trend does not count for its community, as a code; null where it counts."""
    if line.left_out is not None:
        return line.left_out
    return {"direction": "proxy", "none": "not_comparable"}.get(line.tier)


def network_told(
    places: int,
    cells: Sequence[IndicatorTold],
    proofs: Sequence[ProofPoint | None],
    lines: Sequence[TrendLine],
    gaps: GapsShare,
) -> FrameworkNetwork:
    """All core indicators of all communities; ``lines`` are those that are counted, for what chance alone would give."""
    return FrameworkNetwork(
        communities=places,
        core=shares_told(len(cells), (cell.trend for cell in cells)),
        pace=paces_told(len(cells), (cell.pace for cell in cells)),
        by_chance=rounded(expected_by_chance((line.se, line.meaningful_change) for line in lines)),
        proof_point_improving=_points([proof.improving for proof in proofs if proof]),
        proof_point_improving_or_maintaining=_points([proof.improving_or_maintaining for proof in proofs if proof]),
        gaps=gaps,
    )


def effects_told(lines: Sequence[TrendLine]) -> tuple[Spread | None, MeanChange | None]:
    """Quartiles and mean of the effects per year of the measures that are counted together."""
    known = [(line.effect_per_year, line.effect_per_year_se) for line in lines if line.effect_per_year is not None]
    return spread_of([effect for effect, _ in known]), mean_of([(effect, error) for effect, error in known if error])


def by_place(lines: Iterable[TrendLine]) -> Mapping[tuple[str, str], TrendLine]:
    """Each community's headline measure of each outcome; a retired one only where there is no other."""
    found: dict[tuple[str, str], TrendLine] = {}
    for line in lines:
        name = (line.community, line.template_id)
        if name not in found or found[name].left_out == "retired":
            found[name] = line
    return found


def explained_shares(answer: FrameworkRollup) -> Iterator[Explained]:
    """Every share's arithmetic in one line; the figures behind a trend are explained by the roll-up of its outcome."""
    yield from _lines("network", answer.network.core, answer.network.gaps, "")
    for place in answer.communities:
        told = "; ".join(
            f"{cell.template.partition('@')[0]} {TRENDS[cell.trend] if cell.trend else f'not told ({_why(cell)})'}"
            for cell in place.indicators
            if cell.role == "core"
        )
        yield from _lines(place.community, place.core, place.gaps, f": {told}")


def _why(cell: IndicatorTold) -> str:
    return UNCOUNTED.get(cell.reason or "", REASONS.get(cell.reason or "", "for no reason that is known"))


def _lines(name: str, core: SharesTold, gaps: GapsShare, behind: str) -> Iterator[Explained]:
    certain, held = core.improving, core.improving + core.maintaining
    if core.n:
        most = f"{certain + core.undetermined} / {core.n}, as {core.undetermined} cannot be told"
        yield Explained(
            figure=f"{name}: improving",
            arithmetic=f"between {certain} / {core.n} and {most}{behind}",
            sources=(),
        )
        yield Explained(
            figure=f"{name}: improving or maintaining",
            arithmetic=f"between ({certain} + {core.maintaining}) / {core.n} and {held + core.undetermined} / {core.n}",
            sources=(),
        )
    if gaps.measured:
        yield Explained(
            figure=f"{name}: gaps closing",
            arithmetic=f"between {gaps.closing} / {gaps.measured} and {gaps.closing + gaps.undetermined} / {gaps.measured}",
            sources=(),
        )


def _points(answers: Sequence[Answer]) -> ProofPoints:
    return ProofPoints(yes=answers.count("yes"), no=answers.count("no"), cannot_be_told=answers.count("cannot_be_told"))


def _told(found: tuple[Fraction, Fraction]) -> ShareTold:
    return ShareTold(figure(found[0]) or 0.0, figure(found[1]) or 0.0)
