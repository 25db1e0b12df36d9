"""Commands over links, progress rules and code lists. Each one is arguments, one call, one print."""

from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter
from rich.text import Text

from registry.actions.published import publish_link, publish_rule
from registry.cli.context import Context
from registry.cli.output import as_json, print_plain, table
from registry.cli.shown import done, listed, one, shown
from registry.cli.wrong_use import read_document
from registry.domain.group import CODE_LISTS
from registry.domain.progress_rule import RULES
from registry.projection import read

Ctx = Annotated[Context, Parameter(parse=False)]


def link_publish(file: Path, /, *, context: Ctx) -> int:
    """Publish a link: where cuts of tests stand on a common scale. It never changes after that.

    Parameters
    ----------
    file
        The link (JSON).
    """
    return done(context, publish_link(context.projection(), read_document(file), actor=context.actor()), "published")


def link_list(*, context: Ctx) -> int:
    """List the published links."""
    projection = context.reading("read_links")
    lines = read.list_links(projection.cursor(), projection.catch_up().seq)
    rows = [
        (line.id, line.title, line.scale, f"{line.first_period} to {line.last_period}", str(line.cuts))
        for line in lines
    ]
    columns = ("link", "title", "scale", "valid for", "cuts")
    return listed(context, lines, "Links to a common scale", columns, rows, ("cuts",))


def link_show(link: str, /, *, context: Ctx) -> int:
    """Show one link with its cuts, errors, years and source.

    Parameters
    ----------
    link
        The link, by its id.
    """
    projection = context.reading("read_links")
    lines = read.list_links(projection.cursor(), projection.catch_up().seq)
    return shown(one(link, {line.id: line for line in lines}, "link").body)


def rule_publish(file: Path, /, *, context: Ctx) -> int:
    """Publish a progress rule of the network's own. It never changes after that.

    Parameters
    ----------
    file
        The progress rule (JSON).
    """
    return done(context, publish_rule(context.projection(), read_document(file), actor=context.actor()), "published")


def rule_list(*, context: Ctx) -> int:
    """List the progress rules: those that ship, and those that the network published."""
    projection = context.reading("read_rules")
    rules = list(read.known_rules(projection.cursor(), projection.catch_up().seq).values())
    rows = [
        (
            rule.id,
            rule.title,
            rule.method,
            f"{rule.phi:g}",
            f"{rule.tau:g}",
            "ships" if rule.id in RULES else "published",
        )
        for rule in rules
    ]
    return listed(
        context, rules, "Progress rules", ("rule", "title", "method", "phi", "tau", "from"), rows, ("phi", "tau")
    )


def rule_show(rule: str, /, *, context: Ctx) -> int:
    """Show one progress rule with its source.

    Parameters
    ----------
    rule
        The rule, such as cohort@1.
    """
    projection = context.reading("read_rules")
    known = read.known_rules(projection.cursor(), projection.catch_up().seq)
    print_plain(as_json(one(rule, known, "progress rule")))
    return 0


def codelist_list(*, context: Ctx) -> int:
    """List the code lists by which groups are named."""
    if context.json:
        print_plain(
            as_json([{"id": entry.id, "version": entry.version, "title": entry.title} for entry in CODE_LISTS.values()])
        )
        return 0
    rows = [(entry.id, entry.version, entry.title, str(len(entry.categories))) for entry in CODE_LISTS.values()]
    context.out.print(table("Code lists", ("dimension", "version", "title", "categories"), rows, right=("categories",)))
    return 0


def codelist_show(dimension: str, /, *, context: Ctx) -> int:
    """Show one code list: its categories, and the labels under which files know them.

    Parameters
    ----------
    dimension
        The dimension, such as race_ethnicity.
    """
    found = one(dimension, CODE_LISTS, "code list")
    if context.json:
        print_plain(as_json(msgspec.to_builtins(found)))
        return 0
    rows = [(entry.code, entry.label, ", ".join(entry.aliases)) for entry in found.categories]
    context.out.print(
        table(f"{found.title} ({found.id}, version {found.version})", ("code", "category", "also read as"), rows)
    )
    context.out.print(Text(f"Source: {found.source}."))
    return 0
