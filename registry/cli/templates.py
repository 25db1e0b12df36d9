"""Commands over templates. Each one is arguments, one call, one print."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.text import Text

from registry.actions.impact import Impact, impact_of
from registry.actions.templates import (
    Difference,
    check_template,
    check_template_beside,
    deprecate_template,
    difference,
    named_version,
    publish_template,
    sound_template,
    withdraw_template,
)
from registry.cli.context import Context
from registry.cli.output import counted, print_findings, print_plain, say, table
from registry.cli.shown import checked, done, listed, shown
from registry.cli.wrong_use import read_document
from registry.domain.ids import ordered
from registry.domain.listing import TemplateLine
from registry.domain.template import Template
from registry.projection import read

Ctx = Annotated[Context, Parameter(parse=False)]


def check(file: Path, /, *, context: Ctx) -> int:
    """Name every fault of a template, and write nothing. Where there is a registry, also whether its version is too small a step.

    Parameters
    ----------
    file
        The template (JSON).
    """
    raw, projection = read_document(file), context.found()
    if projection is not None:
        findings = check_template_beside(projection, raw, actor=context.actor())
    else:
        _, findings = check_template(raw)
    return checked(context, findings, "the template")


def publish(file: Path, /, *, context: Ctx) -> int:
    """Publish a template. It never changes after that.

    Parameters
    ----------
    file
        The template (JSON).
    """
    return done(
        context, publish_template(context.projection(), read_document(file), actor=context.actor()), "published"
    )


def list_(*, status: Literal["published", "deprecated", "withdrawn"] | None = None, context: Ctx) -> int:
    """List the published outcomes.

    Parameters
    ----------
    status
        Only versions of this status: published, deprecated or withdrawn.
    """
    lines = [line for line in sorted(_lines(context), key=lambda line: line.id) if status in {None, line.status}]
    rank = {(line.id, version): place for line in lines for place, version in enumerate(_versions(lines, line.id))}
    lines.sort(key=lambda line: (line.id, rank[line.id, line.version]))
    rows = [
        (
            line.id,
            line.version,
            line.title,
            line.unit,
            f"{line.direction} wanted",
            line.status,
            line.content_sha256[:12],
        )
        for line in lines
    ]
    columns = ("template", "version", "title", "unit", "direction", "status", "content")
    return listed(context, lines, "Outcomes", columns, rows)


def show(template: str, /, *, document: bool = False, context: Ctx) -> int:
    """Show one outcome's definition: the newest version, or the one named as id@version.

    Parameters
    ----------
    template
        The outcome, such as early-grade-reading, or early-grade-reading@1.0.0.
    document
        Print the published document alone, to the byte: its SHA-256 is the content hash.
    """
    lines = _lines(context)
    line = named_version(lines, template)
    if document:
        print_plain(line.body, newline=False)
        return 0
    known = {
        "status": line.status,
        "successor": line.successor,
        "reason": line.reason,
        "content_sha256": line.content_sha256,
    }
    if context.json:
        return shown(line.body, known)
    shown(line.body)
    context.err.print(Text(f"Content SHA-256: {line.content_sha256}"))
    if line.status != "published":
        because = f": {line.reason.rstrip('. ')}." if line.reason.strip() else "."
        instead = f" Use {line.successor}." if line.successor else ""
        context.err.print(Text(f"This version is {line.status}{because}{instead}"))
    return 0


def diff(before: str, after: str, /, *, context: Ctx) -> int:
    """What does one version say otherwise than another, and how large a step is that?

    Parameters
    ----------
    before
        A published version (id@version), or a file.
    after
        A published version (id@version), or a file.
    """
    found = difference(_named(context, before), _named(context, after))
    if context.json:
        say(context, found)
    else:
        _print_difference(context, found)
    return 0


def impact(file: Path, /, *, context: Ctx) -> int:
    """Which registered local measures would a new version make invalid, or compare otherwise? Nothing is written.

    Parameters
    ----------
    file
        The new version of a template (JSON).
    """
    template = _from_file(file)
    found = impact_of(context.projection(), template, actor=context.actor())
    if context.json:
        say(context, found)
    else:
        _print_impact(context, found)
    return 0


def deprecate(template: str, /, *, successor: str, reason: str = "", context: Ctx) -> int:
    """Say that another version is to be used from now on. What is registered under this one stays.

    Parameters
    ----------
    template
        The version (id@version).
    successor
        The version to use instead (id@version).
    reason
        Why, in a few words.
    """
    receipt = deprecate_template(
        context.projection(), template, successor=successor, reason=reason, actor=context.actor()
    )
    return done(context, receipt, "deprecated")


def withdraw(template: str, /, *, reason: str, successor: str | None = None, context: Ctx) -> int:
    """Withdraw a version for good. It is still shown by its name, which is never used again.

    Parameters
    ----------
    template
        The version (id@version).
    reason
        Why, in a few words.
    successor
        The version to use instead (id@version).
    """
    receipt = withdraw_template(
        context.projection(), template, reason=reason, successor=successor, actor=context.actor()
    )
    return done(context, receipt, "withdrawn")


def _lines(context: Context) -> list[TemplateLine]:
    projection = context.reading("read_templates")
    return read.list_templates(projection.cursor(), projection.catch_up().seq)


def _versions(lines: list[TemplateLine], name: str) -> list[str]:
    return ordered(line.version for line in lines if line.id == name)


def _named(context: Context, name: str) -> Template:
    """The template that a file holds, or that the registry has published under the name."""
    if Path(name).is_file() or "/" in name or name.endswith(".json"):  # no reference is written like that
        return _from_file(Path(name))
    return read.template_of(named_version(_lines(context), name))


def _from_file(file: Path) -> Template:
    return sound_template(read_document(file), faulty=f"{file} has faults, so it is compared with nothing.")[0]


def _print_difference(context: Context, found: Difference) -> None:
    if not found.changes:
        context.out.print(Text(f"{found.after} says the same as {found.before}, but for its number."))
        return
    rows = [(change.class_, change.pointer, change.detail) for change in found.changes]
    context.out.print(table(f"{found.before} to {found.after}", ("class", "where", "what"), rows))
    context.out.print(
        Text(
            f"\nTogether a {found.bump} change: after {found.before} it is published as {found.required_version} at least."
        )
    )


def _print_impact(context: Context, found: Impact) -> None:
    if found.difference is None:
        context.out.print(Text(f"No version stands before {found.template}, so no local measure is touched."))
        return
    _print_difference(context, found.difference)
    touched = [entry for entry in found.variants if entry.findings or entry.tier_before != entry.tier_after]
    for entry in touched:
        moved = (
            "" if entry.tier_before == entry.tier_after else f", from tier {entry.tier_before} to {entry.tier_after}"
        )
        state = "would become invalid" if entry.findings else "would stay valid"
        context.out.print(Text(f"\n{entry.variant} ({entry.template}) {state}{moved}", style="bold"))
        print_findings(context.out, entry.findings)
    measures = counted(len(found.variants), "local measure")
    context.out.print(Text(f"\n{measures} on earlier versions, {len(touched)} of them touched. {found.pending_words}"))
