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
from registry.cli.context import Context
from registry.cli.output import say
from registry.domain.agreement import Standing
from registry.domain.words import PARTNER_STATUS
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
    receipt = accept_variant(context.projection(), variant, reason=reason, actor=context.actor())
    return _said(context, variant, receipt, f"The departures of {variant} are accepted")


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
        context.projection(),
        variant,
        partner=partner,
        by=by,
        authority=authority,
        content=content,
        actor=context.actor(),
    )
    return _said(context, variant, receipt, f"{partner} has signed {variant}")


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
    receipt = decline_variant(
        context.projection(), variant, partner=partner, by=by, reason=reason, actor=context.actor()
    )
    return _said(context, variant, receipt, f"{partner} has declined {variant}")


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
    receipt = withdraw_signature(
        context.projection(), variant, partner=partner, by=by, reason=reason, actor=context.actor()
    )
    return _said(context, variant, receipt, f"{partner} has taken its signature on {variant} back")


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
    receipt = waive_period(context.projection(), variant, period=period, reason=reason, actor=context.actor())
    return _said(context, variant, receipt, f"{period} of {variant} is waived")


def retire(variant: str, /, *, reason: str, context: Ctx) -> int:
    """Retire a local measure: its history stays, and it counts in no answer from now on.

    Parameters
    ----------
    variant
        The local measure, such as hartford/grade-3-ela.
    reason
        Why, in a few words.
    """
    receipt = retire_variant(context.projection(), variant, reason=reason, actor=context.actor())
    return _said(context, variant, receipt, f"{variant} is retired; its history stays")


def _said(context: Context, variant: str, receipt: Receipt, did: str) -> int:
    """What was done, in which state that leaves the measure, and what is left to do."""
    projection = context.projection()
    standing = standing_at(projection, projection.moment(None), variant)
    where = f"line {receipt.seq} of the ledger"
    text = f"{did} ({where})." if receipt.written else f"{did} already ({where}); nothing was written."
    if standing.state != "retired":
        text += f" It is {standing.state}.{_left(standing)}"
    say(
        context,
        {**{name: getattr(receipt, name) for name in receipt.__struct_fields__}, "state": standing.state},
        text=text,
    )
    if receipt.subject.startswith("signature:") and receipt.content_sha256 and not context.json:
        context.err.print(Text(f"Bound to the content {receipt.content_sha256}."))
    return 0


def _left(standing: Standing) -> str:
    """Who has not signed what stands, and why; and whether the network has its turn."""
    open_ = [
        entry.name if entry.status == "unsigned" else f"{entry.name} ({PARTNER_STATUS[entry.status]})"
        for entry in standing.partners
        if entry.status not in {"signed", "restated"}
    ]
    unsigned = f" Not signed by: {', '.join(open_)}." if open_ else ""
    review = " Its departures wait for the network's acceptance." if standing.review == "needed" else ""
    return f"{unsigned}{review}"
