"""Commands over the catalogue and the places. Each one is arguments, one call, one print."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from registry.actions.catalogue import add_community, publish_instrument
from registry.cli.context import Context
from registry.cli.shown import done, listed, one, shown
from registry.cli.wrong_use import read_document
from registry.projection import read

Ctx = Annotated[Context, Parameter(parse=False)]


def instrument_publish(file: Path, /, *, context: Ctx) -> int:
    """Catalogue an assessment or data source, or correct it.

    Parameters
    ----------
    file
        The assessment or data source (JSON).
    """
    return done(
        context, publish_instrument(context.projection(), read_document(file), actor=context.actor()), "catalogued"
    )


def instrument_list(*, context: Ctx) -> int:
    """List the catalogue."""
    projection = context.reading("read_instruments")
    lines = read.list_instruments(projection.cursor(), projection.catch_up().seq)
    rows = [(line.id, line.title, line.publisher, ", ".join(line.versions)) for line in lines]
    return listed(
        context, lines, "Assessments and data sources", ("instrument", "title", "publisher", "versions"), rows
    )


def instrument_show(instrument: str, /, *, context: Ctx) -> int:
    """Show one assessment or data source with its versions and cuts.

    Parameters
    ----------
    instrument
        The assessment or data source, by its id in the catalogue.
    """
    projection = context.reading("read_instruments")
    lines = read.list_instruments(projection.cursor(), projection.catch_up().seq)
    return shown(one(instrument, {line.id: line for line in lines}, "assessment or data source").body)


def community_add(file: Path, /, *, context: Ctx) -> int:
    """Add a place, or correct it.

    Parameters
    ----------
    file
        The community (JSON).
    """
    return done(context, add_community(context.projection(), read_document(file), actor=context.actor()), "added")


def community_list(*, context: Ctx) -> int:
    """List the places."""
    projection = context.reading("read_communities")
    lines = read.list_communities(projection.cursor(), projection.catch_up().seq)
    rows = [(line.slug, line.name, line.state, line.kind, str(line.variants)) for line in lines]
    return listed(
        context,
        lines,
        "Communities",
        ("community", "name", "state", "kind", "local measures"),
        rows,
        ("local measures",),
    )


def community_show(community: str, /, *, context: Ctx) -> int:
    """Show one place, its codes, partners and membership.

    Parameters
    ----------
    community
        The community, such as hartford.
    """
    projection = context.reading("read_communities")
    lines = read.list_communities(projection.cursor(), projection.catch_up().seq)
    return shown(one(community, {line.slug: line for line in lines}, "community").body)
