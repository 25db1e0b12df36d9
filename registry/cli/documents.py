"""Commands over documents: templates, instruments, communities, variants. Each one is arguments, one call, one print."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
from cyclopts import Parameter
from rich.text import Text

from registry.actions.catalogue import add_community, publish_instrument
from registry.actions.data import one_variant
from registry.actions.templates import check_template, publish_template
from registry.actions.variants import check_variant, propose_variant
from registry.actions.writing import Receipt
from registry.cli.context import ACTOR, Context
from registry.cli.output import as_json, counted, print_findings, print_plain, say, table
from registry.cli.wrong_use import read_document
from registry.domain.finding import Finding, has_errors
from registry.domain.ids import newest, template_reference
from registry.domain.refusal import NotFound, meant
from registry.projection import read

Ctx = Annotated[Context, Parameter(parse=False)]
Line = TypeVar("Line", bound=msgspec.Struct)


class Checked(msgspec.Struct, frozen=True):
    """The answer of a check."""

    findings: tuple[Finding, ...]


def template_check(file: Path, /, *, context: Ctx) -> int:
    """Name every fault of a template, and write nothing.

    Parameters
    ----------
    file
        The template (JSON).
    """
    _, findings = check_template(read_document(file))
    return _checked(context, findings, "the template")


def template_publish(file: Path, /, *, context: Ctx) -> int:
    """Publish a template. It never changes after that.

    Parameters
    ----------
    file
        The template (JSON).
    """
    return _done(context, publish_template(context.projection(), read_document(file), actor=ACTOR), "published")


def template_list(*, context: Ctx) -> int:
    """List the published outcomes."""
    projection = context.projection()
    lines = read.list_templates(projection.cursor(), projection.catch_up().seq)
    rows = [
        (line.id, line.version, line.title, line.unit, f"{line.direction} wanted", line.content_sha256[:12])
        for line in lines
    ]
    return _listed(context, lines, "Outcomes", ("template", "version", "title", "unit", "direction", "content"), rows)


def template_show(template: str, /, *, context: Ctx) -> int:
    """Show one outcome's definition: the newest version, or the one named as id@version.

    Parameters
    ----------
    template
        The outcome, such as early-grade-reading, or early-grade-reading@1.0.0.
    """
    projection = context.projection()
    lines = read.list_templates(projection.cursor(), projection.catch_up().seq)
    wanted, version = template_reference(template)
    versions = [line.version for line in lines if line.id == wanted]
    if not versions:
        known = sorted({line.id for line in lines})
        raise NotFound(f"There is no published template {template!r}.", hint=meant(wanted, known))
    chosen = version or newest(versions)
    if chosen not in versions:
        raise NotFound(f"{wanted} is not published as {version!r}.", hint=meant(version, versions))
    line = next(line for line in lines if line.id == wanted and line.version == chosen)
    _shown(line.body)
    if not context.json:
        context.err.print(Text(f"Content SHA-256: {line.content_sha256}"))
    return 0


def instrument_publish(file: Path, /, *, context: Ctx) -> int:
    """Catalogue an assessment or data source, or correct it.

    Parameters
    ----------
    file
        The assessment or data source (JSON).
    """
    return _done(context, publish_instrument(context.projection(), read_document(file), actor=ACTOR), "catalogued")


def instrument_list(*, context: Ctx) -> int:
    """List the catalogue."""
    projection = context.projection()
    lines = read.list_instruments(projection.cursor(), projection.catch_up().seq)
    rows = [(line.id, line.title, line.publisher, ", ".join(line.versions)) for line in lines]
    return _listed(
        context, lines, "Assessments and data sources", ("instrument", "title", "publisher", "versions"), rows
    )


def instrument_show(instrument: str, /, *, context: Ctx) -> int:
    """Show one assessment or data source with its versions and cuts.

    Parameters
    ----------
    instrument
        The assessment or data source, by its id in the catalogue.
    """
    projection = context.projection()
    lines = read.list_instruments(projection.cursor(), projection.catch_up().seq)
    return _shown(_one(instrument, {line.id: line for line in lines}, "assessment or data source").body)


def community_add(file: Path, /, *, context: Ctx) -> int:
    """Add a place, or correct it.

    Parameters
    ----------
    file
        The community (JSON).
    """
    return _done(context, add_community(context.projection(), read_document(file), actor=ACTOR), "added")


def community_list(*, context: Ctx) -> int:
    """List the places."""
    projection = context.projection()
    lines = read.list_communities(projection.cursor(), projection.catch_up().seq)
    rows = [(line.slug, line.name, line.state, line.kind, str(line.variants)) for line in lines]
    return _listed(
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
    projection = context.projection()
    lines = read.list_communities(projection.cursor(), projection.catch_up().seq)
    return _shown(_one(community, {line.slug: line for line in lines}, "community").body)


def variant_check(file: Path, /, *, context: Ctx) -> int:
    """Name every fault of a local measure beside its template, and write nothing.

    Parameters
    ----------
    file
        The local measure (JSON).
    """
    _, findings = check_variant(context.projection(), read_document(file))
    return _checked(context, findings, "the local measure")


def variant_propose(file: Path, /, *, context: Ctx) -> int:
    """Register a local measure, or a new revision of it.

    Parameters
    ----------
    file
        The local measure (JSON).
    """
    return _done(context, propose_variant(context.projection(), read_document(file), actor=ACTOR), "proposed")


def variant_list(community: str | None = None, /, *, context: Ctx) -> int:
    """List the local measures, all of them or one community's.

    Parameters
    ----------
    community
        Only this community's, such as hartford.
    """
    projection = context.projection()
    line_of_ledger = projection.catch_up().seq
    cursor = projection.cursor()
    if community is not None:
        _one(community, {line.slug: line for line in read.list_communities(cursor, line_of_ledger)}, "community")
    lines = read.list_variants(cursor, line_of_ledger, community)
    rows = [
        (
            f"{line.community}/{line.id}",
            f"{line.template_id}@{line.template_version}",
            line.title,
            line.state,
            line.tier,
            "yes" if line.headline else "no",
        )
        for line in lines
    ]
    return _listed(
        context, lines, "Local measures", ("local measure", "outcome", "title", "state", "comparable", "headline"), rows
    )


def variant_show(variant: str, /, *, context: Ctx) -> int:
    """Show one local measure (community/id): what it says and with what it is comparable.

    Parameters
    ----------
    variant
        The local measure, such as hartford/grade-3-ela.
    """
    projection = context.projection()
    lines = read.list_variants(projection.cursor(), projection.catch_up().seq)
    line = one_variant(lines, variant)
    if context.json:
        return _shown(line.body)
    _shown(line.body)
    context.out.print(Text(f"\nState: {line.state}. Strongest tier: {line.tier}."))
    for reason in line.reasons:
        context.out.print(Text(f"- {reason}"))
    return 0


def _checked(context: Context, findings: tuple[Finding, ...], what: str) -> int:
    if context.json:
        say(context, Checked(findings))
    else:
        print_findings(context.err, findings)
        faults = sum(finding.severity == "error" for finding in findings)
        doubts = len(findings) - faults
        context.out.print(
            Text(
                f"{counted(faults, 'fault')} and {counted(doubts, 'doubt')} in {what}."
                if findings
                else f"No faults in {what}."
            )
        )
    return 1 if has_errors(findings) else 0


def _done(context: Context, receipt: Receipt, verb: str) -> int:
    if context.json:
        say(context, receipt)
        return 0
    print_findings(context.err, receipt.findings)
    kind, name = receipt.subject.split(":", 1)
    if receipt.written:
        context.out.print(Text(f"{name} is {verb} (revision {receipt.revision}, line {receipt.seq} of the ledger)."))
    else:
        context.out.print(
            Text(f"{name} already stands like this in the registry (line {receipt.seq}); nothing was written.")
        )
    if kind == "template" and receipt.content_sha256:
        context.out.print(Text(f"Content SHA-256: {receipt.content_sha256}"))
    return 0


def _listed(
    context: Context,
    lines: Sequence[msgspec.Struct],
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: Sequence[str] = (),
) -> int:
    if context.json:
        say(
            context,
            [{name: value for name, value in msgspec.to_builtins(line).items() if name != "body"} for line in lines],
        )
    elif rows:
        context.out.print(table(title, columns, rows, right=right))
    else:
        context.out.print(Text(f"{title}: there are none yet."))
    return 0


def _one(name: str, lines: dict[str, Line], what: str) -> Line:
    if name not in lines:
        raise NotFound(f"There is no {what} {name!r}.", hint=meant(name, list(lines)))
    return lines[name]


def _shown(body: str) -> int:
    print_plain(as_json(msgspec.json.decode(body)))
    return 0
