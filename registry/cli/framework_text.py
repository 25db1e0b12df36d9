"""A framework's roll-up on a terminal: the network first, then outcomes, then communities, then who is out and why."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from registry.cli.output import table
from registry.domain.framework_answer import (
    CommunityTold,
    FrameworkRollup,
    GapsShare,
    OutcomeTold,
    ProofPoints,
    SharesTold,
    ShareTold,
)
from registry.domain.proof_point import Answer
from registry.domain.value import shown
from registry.domain.words import CAUSE, COLLECTION

ANSWERS: dict[Answer, str] = {"yes": "yes", "no": "no", "cannot_be_told": "cannot be told"}


def print_framework_rollup(console: Console, answer: FrameworkRollup) -> None:
    """Print the whole answer, the most useful first."""
    console.print(Text(f"{answer.title} ({answer.framework}): network results", style="bold"))
    rule = answer.progress_rule or "each outcome's own"
    window = f", from {answer.window.replace('..', ' to ')}" if answer.window else ""
    console.print(
        Text(
            f"As of {answer.as_of[:10]} (line {answer.seq} of the ledger), progress rule {rule}{window}, program {answer.program}."
        )
    )
    console.print(Text(answer.notice, style="italic"))
    _print_network(console, answer)
    _print_outcomes(console, answer.outcomes)
    _print_communities(console, answer.communities)
    _print_out(console, answer)


def _print_network(console: Console, answer: FrameworkRollup) -> None:
    network = answer.network
    console.print()
    console.print(
        Text(
            f"Core outcomes of {network.communities} communities, {network.core.n} in all: {_trends(network.core)}.",
            style="bold",
        )
    )
    console.print(
        Text(
            f"  Improving: {_share(network.core.share_improving)}; improving or maintaining: "
            f"{_share(network.core.share_improving_or_maintaining)}; target met or on track: {_share(network.pace.share_met_or_on_track)}."
        )
    )
    chance = network.by_chance
    console.print(
        Text(
            f"  By chance alone {shown(chance.improving, decimals=1)} of the {chance.tested} tested would be called improving."
        )
    )
    console.print(Text(f"  Proof point (60 % improving): {_points(network.proof_point_improving)}."))
    console.print(
        Text(f"  Proof point (60 % improving or maintaining): {_points(network.proof_point_improving_or_maintaining)}.")
    )
    console.print(Text(f"  Gaps closing: {_gaps(network.gaps)}."))
    console.print(Text(f"  {CAUSE}"))


def _print_outcomes(console: Console, outcomes: Sequence[OutcomeTold]) -> None:
    rows = [
        (
            outcome.template,
            outcome.role,
            str(outcome.n),
            str(outcome.improving),
            str(outcome.maintaining),
            str(outcome.declining),
            str(outcome.indeterminate),
            _gaps(outcome.gaps),
            _beside(outcome),
        )
        for outcome in outcomes
        if outcome.n or outcome.apart or outcome.direction
    ]
    columns = (
        "outcome",
        "role",
        "places",
        "improving",
        "maintaining",
        "declining",
        "cannot be told",
        "gaps closing",
        "counted apart",
    )
    console.print()
    console.print(
        table("Outcomes, each over the places whose progress can be compared", columns, rows, right=columns[2:7])
    )
    silent = [outcome.template for outcome in outcomes if not (outcome.n or outcome.apart or outcome.direction)]
    if silent:
        console.print(Text(f"  Nobody can be counted on: {', '.join(silent)}."))


def _print_communities(console: Console, communities: Sequence[CommunityTold]) -> None:
    rows = [
        (
            place.name,
            f"{place.core.improving} of {place.core.n}",
            _share(place.core.share_improving),
            _share(place.core.share_improving_or_maintaining),
            "-" if place.proof_point is None else ANSWERS[place.proof_point.improving],
            "-" if place.proof_point is None else ANSWERS[place.proof_point.improving_or_maintaining],
            _gaps(place.gaps),
        )
        for place in communities
    ]
    columns = ("community", "improving", "share", "or maintaining", "60 % improving", "or maintaining", "gaps closing")
    console.print()
    console.print(table("Communities, over the core outcomes of the framework", columns, rows))


def _print_out(console: Console, answer: FrameworkRollup) -> None:
    coverage = answer.coverage
    console.print()
    console.print(
        Text(
            f"Coverage: of {coverage.communities} communities x {coverage.outcomes} outcomes, {coverage.measured} are measured, "
            f"{coverage.no_data} have no data yet, {coverage.pending} are pending, {coverage.agenda} on the data development agenda."
        )
    )
    owed = ", ".join(f"{count} {COLLECTION[status]}" for status, count in answer.collection.items())
    console.print(Text(f"Collection: {owed or 'nothing is owed yet'}."))
    for row in answer.excluded:
        console.print(Text(f"  {row.community}/{row.variant} ({row.template}): {row.reason}."))


def _trends(told: SharesTold) -> str:
    return (
        f"{told.improving} improving, {told.maintaining} maintaining, {told.declining} declining, "
        f"{told.undetermined} cannot be told"
    )


def _beside(outcome: OutcomeTold) -> str:
    parts = [f"{apart.improving} of {apart.n}" for apart in outcome.apart]
    if outcome.direction is not None:
        parts.append(f"by direction {outcome.direction.improving} of {outcome.direction.n}")
    return "; ".join(parts) or "-"


def _share(found: ShareTold | None) -> str:
    """A share with its bounds, in percent.

    >>> _share(ShareTold(1 / 7, 6 / 7))
    '14 to 86 %'
    """
    if found is None:
        return "-"
    low, high = shown(100 * found.low, decimals=0), shown(100 * found.high, decimals=0)
    return f"{low} %" if found.low == found.high else f"{low} to {high} %"


def _gaps(found: GapsShare) -> str:
    return f"{found.closing} of {found.measured} ({_share(found.share)})" if found.measured else "-"


def _points(found: ProofPoints) -> str:
    return f"{found.yes} yes, {found.no} no, {found.cannot_be_told} cannot be told"
