"""Commands by which partners and the network agree to a local measure. Each one is arguments, one call, one print."""

from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from registry.actions.agreement import (
    accept_variant,
    decline_variant,
    retire_variant,
    sign_variant,
    waive_period,
    withdraw_signature,
)
from registry.actions.writing import Receipt
from registry.cli.context import ACTOR, Context
from registry.cli.output import say
from registry.projection.answer import moment_of
from registry.projection.standing import standing_at

Ctx = Annotated[Context, Parameter(parse=False)]


def accept(variant: str, /, *, reason: str = "", context: Ctx) -> int:
    """Accept, for the network, that a local measure departs from its template as it says.

    Parameters
    ----------
    variant
        The local measure, such as hartford/grade-3-ela.
    reason
        Why, in a few words.
    """
    return _said(context, variant, accept_variant(context.projection(), variant, reason=reason, actor=ACTOR))


def sign(variant: str, /, *, partner: str, by: str, authority: str, content: str | None = None, context: Ctx) -> int:
    """Sign a local measure for a partner: its target, measure, baseline and commitments as they stand now.

    Parameters
    ----------
    variant
        The local measure, such as hartford/grade-3-ela.
    partner
        The partner, by its id in the local measure.
    by
        Who signs: a person's name.
    authority
        By which right, such as "Director, board resolution of 2 March 2026".
    content
        The content SHA-256 that was read; if the measure has changed since, nothing is signed.
    """
    receipt = sign_variant(
        context.projection(), variant, partner=partner, by=by, authority=authority, content=content, actor=ACTOR
    )
    return _said(context, variant, receipt)


def decline(variant: str, /, *, partner: str, by: str, reason: str, context: Ctx) -> int:
    """Say for a partner that it does not sign, and why. After a restatement this is the objection.

    Parameters
    ----------
    variant
        The local measure, such as hartford/grade-3-ela.
    partner
        The partner, by its id in the local measure.
    by
        Who says so: a person's name.
    reason
        Why, in a few words.
    """
    receipt = decline_variant(context.projection(), variant, partner=partner, by=by, reason=reason, actor=ACTOR)
    return _said(context, variant, receipt)


def withdraw(variant: str, /, *, partner: str, by: str, reason: str, context: Ctx) -> int:
    """Take a partner's signature back.

    Parameters
    ----------
    variant
        The local measure, such as hartford/grade-3-ela.
    partner
        The partner, by its id in the local measure.
    by
        Who takes it back: a person's name.
    reason
        Why, in a few words.
    """
    receipt = withdraw_signature(context.projection(), variant, partner=partner, by=by, reason=reason, actor=ACTOR)
    return _said(context, variant, receipt)


def waive(variant: str, /, *, period: str, reason: str, context: Ctx) -> int:
    """Excuse a community from one period's result.

    Parameters
    ----------
    variant
        The local measure, such as hartford/grade-3-ela.
    period
        The period, such as SY2019-20.
    reason
        Why, in a few words.
    """
    receipt = waive_period(context.projection(), variant, period=period, reason=reason, actor=ACTOR)
    return _said(context, variant, receipt)


def retire(variant: str, /, *, reason: str, context: Ctx) -> int:
    """Retire a local measure: its history stays, and it counts in no answer from now on.

    Parameters
    ----------
    variant
        The local measure, such as hartford/grade-3-ela.
    reason
        Why, in a few words.
    """
    return _said(context, variant, retire_variant(context.projection(), variant, reason=reason, actor=ACTOR))


def _said(context: Context, variant: str, receipt: Receipt) -> int:
    """What was done, and in which state that leaves the measure."""
    projection = context.projection()
    standing = standing_at(projection, moment_of(projection, None), variant)
    done = "" if receipt.written else " It stood so already; nothing was written."
    text = f"{variant} is {standing.state} (line {receipt.seq} of the ledger).{done}"
    open_ = [entry.name for entry in standing.partners if entry.status not in {"signed", "restated"}]
    if open_ and standing.state != "retired":
        text += f" Not signed by: {', '.join(open_)}."
    if standing.review == "needed":
        text += " Its departures wait for the network's acceptance."
    say(
        context,
        {**{name: getattr(receipt, name) for name in receipt.__struct_fields__}, "state": standing.state},
        text=text,
    )
    if not context.json:
        context.err.print(Text(f"Bound to the content {receipt.content_sha256}.")) if receipt.content_sha256 else None
    return 0
