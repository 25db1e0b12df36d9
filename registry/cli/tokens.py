"""Commands over tokens: make one, list them, take one back. Each one is arguments, one call, one print."""

from datetime import date
from typing import Annotated

import msgspec
from cyclopts import Parameter
from rich.text import Text

from registry.actions.tokens import Issued, create_token, revoke_token
from registry.cli.context import Context
from registry.cli.output import print_plain, say
from registry.cli.shown import done, listed
from registry.cli.wrong_use import WrongUse
from registry.domain.listing import TokenLine
from registry.domain.policy import reaches
from registry.domain.token import Token, TokenOrder, TokenRole
from registry.projection.access import list_tokens, token_of

Ctx = Annotated[Context, Parameter(parse=False)]


class TokenShown(msgspec.Struct, frozen=True, kw_only=True):
    """A token in a list: all of it but its secret and the hash of that, and how it stands."""

    id: str
    role: TokenRole
    community: str | None
    partner: str | None
    name: str
    scope: tuple[str, ...] | None
    expires: date | None
    created_by: str
    recorded_at: str
    status: str


def create(  # its options are a user's rather than a caller's
    *,
    role: TokenRole,
    community: str | None = None,
    partner: str | None = None,
    expires: str | None = None,
    scope: tuple[str, ...] = (),
    name: str = "",
    context: Ctx,
) -> int:
    """Make a token: whoever holds it acts and reads in its role. It is shown once, and nobody can show it again.

    Parameters
    ----------
    role
        network, editor, partner, analyst or public.
    community
        The community it speaks for, for an editor and a partner.
    partner
        The partner it speaks for, by its id.
    expires
        Its last day (UTC), such as 2027-06-30; else it holds until it is revoked.
    scope
        An act it is for, such as sign_variant, or read; may be given several times. Else all that its role may.
    name
        Whose it is, such as a person's name; it stands beside everything that is done with it.
    """
    order = TokenOrder(
        role=role, community=community, partner=partner, name=name, expires=day(expires), scope=scope or None
    )
    projection = context.projection()
    issued = create_token(projection, order, actor=context.actor(), today=context.today(projection))
    _print_once(context, issued)
    return 0


def list_(*, context: Ctx) -> int:
    """List the tokens within your reach, never their secrets."""
    projection, actor = context.reading("read_tokens"), context.actor()
    today = context.today(projection)
    lines = list_tokens(projection.cursor(), projection.catch_up().seq)
    shown = [_shown(line, token_of(line), today) for line in lines]
    shown = [token for token in shown if reaches(actor, "read_tokens", token.community)]
    rows = [
        (
            token.id,
            token.name,
            "/".join(filter(None, (token.role, token.community, token.partner))),
            "all of its role" if token.scope is None else ", ".join(token.scope),
            "-" if token.expires is None else str(token.expires),
            token.status,
            token.created_by,
        )
        for token in shown
    ]
    columns = ("token", "name", "for", "scope", "expires", "status", "made by")
    return listed(context, shown, "Tokens", columns, rows)


def revoke(token: str, /, *, context: Ctx) -> int:
    """Take a token back for good: it opens nothing from the next request on.

    Parameters
    ----------
    token
        The token's id, as the list shows it.
    """
    return done(context, revoke_token(context.projection(), token, actor=context.actor()), "revoked")


def day(words: str | None) -> date | None:
    """A day as people give it on the command line. Raises WrongUse."""
    try:
        return None if words is None else date.fromisoformat(words)
    except ValueError:
        raise WrongUse(f"{words!r} is no day.", hint="Write it as year, month and day: 2027-06-30.") from None


def _print_once(context: Context, issued: Issued) -> None:
    token = issued.token
    if context.json:
        known = {name: getattr(token, name) for name in token.__struct_fields__ if name != "secret_sha256"}
        say(context, {"token": issued.word, **known, "seq": issued.receipt.seq})
        return
    print_plain(issued.word)
    until = f"until {token.expires}" if token.expires else "until it is revoked"
    scope = "" if token.scope is None else f", only for {', '.join(token.scope)}"
    context.err.print(Text(f"This is shown once. It makes its holder {token.role} {until}{scope}."))
    context.err.print(
        Text(f"Keep it in OUTCOMES_TOKEN or a file of its own. Take it back: outcomes token revoke {token.id}")
    )


def _shown(line: TokenLine, token: Token, today: date) -> TokenShown:
    status = "open" if token.expires is None or today <= token.expires else "expired"
    status = "voided" if line.voided else status
    return TokenShown(
        **{name: getattr(token, name) for name in TokenShown.__struct_fields__ if hasattr(token, name)},
        recorded_at=line.recorded_at,
        status="revoked" if token.revoked else status,
    )
