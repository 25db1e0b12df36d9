"""Commands over data files: check them, load them, list the loads."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter
from rich.text import Text

from registry.actions.data import Order, RefusedLoad, check_files, check_load, one_variant
from registry.actions.data import load as load_files
from registry.adapters.marked.workbook import marked_workbook, writer_library
from registry.cli.context import Context
from registry.cli.output import counted, print_findings, print_words, say, table
from registry.cli.rollup_beside import group_in_words
from registry.cli.wrong_use import WrongUse, not_there, read_document, readable, write_new
from registry.domain.actor import Actor
from registry.domain.finding import Finding, has_errors
from registry.domain.ids import variant_reference
from registry.domain.listing import BatchLine
from registry.domain.policy import reaches
from registry.domain.refusal import Invalid, NotFound, meant
from registry.domain.report import Batch, Change, LoadReport
from registry.projection import read
from registry.projection.reading import Reading

Ctx = Annotated[Context, Parameter(parse=False)]
CHANGES_SHOWN = 20
"""How many changed figures are printed; as JSON all of them are there."""


def check(
    *files: Path, variant: str | None = None, mapping: Path | None = None, marked: Path | None = None, context: Ctx
) -> int:
    """Read files and name every fault, and write nothing.

    Parameters
    ----------
    files
        The data files: CSV, Excel, ODS, HTML, JSON or Parquet, also packed (gzip, zip).
    variant
        The local measure (community/id) whose rows are wanted; without it every place in the files is read.
    mapping
        How the files are read (TOML); without it the one kept with the local measure.
    marked
        Write the files back as a workbook (xlsx) with every cell at fault coloured and commented; it must not be there yet.
    """
    _can_mark(marked)
    named, given = _named(files), None if mapping is None else read_document(mapping)
    if variant is None and given is None:
        raise WrongUse(
            "Nobody can say how these files are read.", hint="Give --mapping FILE.toml, or --variant community/id."
        )
    try:
        if variant is not None:
            order = Order(files=named, variant=variant, mapping=given)
            report = check_load(context.projection(), context.adapters, order, actor=context.actor())
        else:
            report = check_files(context.adapters, named, given or b"")
    except Invalid as refusal:
        _mark(context, named, refusal.findings, marked)
        return _refused(context, refusal)
    _mark(context, named, report.findings, marked)
    _print(context, report, "Checked, nothing written")
    return 1 if has_errors(report.findings) else 0


def load(
    *files: Path,
    variant: str,
    mapping: Path | None = None,
    replace: str | None = None,
    reason: str = "",
    marked: Path | None = None,
    context: Ctx,
) -> int:
    """Load files into a local measure: all of it or nothing. The same rows again add nothing.

    Parameters
    ----------
    files
        The data files: CSV, Excel, ODS, HTML, JSON or Parquet, also packed (gzip, zip).
    variant
        The local measure (community/id).
    mapping
        How the files are read (TOML); it is kept, so that next year's file needs none.
    replace
        A period whose data points are withdrawn where the files no longer hold them.
    reason
        Why figures change; needed to go back to a figure that was corrected before.
    marked
        Write the files back as a workbook (xlsx) with every cell at fault coloured and commented; it must not be there yet.
    """
    _can_mark(marked)
    named = _named(files)
    given = None if mapping is None else read_document(mapping)
    order = Order(files=named, variant=variant, mapping=given, replace=replace, reason=reason.strip())
    try:
        report = load_files(context.projection(), context.adapters, order, actor=context.actor())
    except Invalid as refusal:
        _mark(context, named, refusal.findings, marked)
        return _refused(context, refusal)
    _mark(context, named, report.findings, marked)
    _print(
        context,
        report,
        f"Loaded as {report.batch}" if report.batch else "Nothing new: the registry already holds these figures",
    )
    return 0


def batches(variant: str | None = None, /, *, context: Ctx) -> int:
    """List the loads, all of them or one local measure's.

    Parameters
    ----------
    variant
        Only the loads of this local measure (community/id), or of all of a community's.
    """
    projection, actor = context.measures("read_batches"), context.actor()
    line = projection.catch_up().seq
    community, name = (None, None) if variant is None else _owner(projection, line, variant, actor)
    every = read.list_batches(projection.cursor(), line, community, name)
    lines = [entry for entry in every if reaches(actor, "read_batches", entry.community)]
    if context.json:
        told = read.list_batches(
            context.measures("read_batches").cursor(), line, community, name
        )  # hashes of small figures left out
        bodies = {entry.id: entry.body for entry in told}
        listed = [
            {
                "id": entry.id,
                "seq": entry.seq,
                "recorded_at": entry.recorded_at,
                "actor": entry.actor,
                **msgspec.json.decode(bodies[entry.id]),
            }
            for entry in lines
        ]
        say(context, listed)
        return 0
    rows = [_load_row(entry) for entry in lines]
    if not rows:
        context.out.print(Text("Nothing was loaded yet."))
        return 0
    context.out.print(
        table(
            "Loads",
            ("load", "recorded (UTC)", "local measure", "files", "new", "changed", "withdrawn", "reason"),
            rows,
            right=("new", "changed", "withdrawn"),
        )
    )
    return 0


def _can_mark(marked: Path | None) -> None:
    """Refuse what cannot be written before anything is read or loaded."""
    if marked is not None:
        not_there(marked)
        writer_library()


def _mark(context: Context, files: Sequence[Path], findings: Sequence[Finding], marked: Path | None) -> None:
    """Write the marked workbook where one is wanted."""
    if marked is not None:
        write_new(marked, marked_workbook(files, findings))
        context.err.print(Text(f"The files with {counted(len(findings), 'finding')} marked are written to {marked}."))


def _load_row(entry: BatchLine) -> tuple[str, ...]:
    batch = msgspec.json.decode(entry.body, type=Batch)
    recorded = entry.recorded_at[:19].replace("T", " ")
    names = ", ".join(file.name for file in batch.files)
    figures = (str(number) for number in (batch.new, batch.changed, batch.withdrawn))
    return entry.id, recorded, batch.variant, names, *figures, batch.reason


def _named(files: Sequence[Path]) -> tuple[Path, ...]:
    """The files, each once. Raises WrongUse where none is named, NotFound for those that cannot be read."""
    if not files:
        raise WrongUse(
            "No file is named.", hint="Name one file or several: outcomes data import FILE... --variant community/id"
        )
    readable(files)
    return tuple({file.resolve(): file for file in files}.values())


def _owner(projection: Reading, line: int, reference: str, actor: Actor) -> tuple[str, str | None]:
    """The community, and the variant where one is named, among those whose loads this actor may read. Raises NotFound for all others."""
    community, name = variant_reference(reference)
    if name:
        held = read.list_variants(projection.cursor(), line)
        one_variant([entry for entry in held if reaches(actor, "read_batches", entry.community)], reference)
        return community, name
    places = [entry.slug for entry in read.list_communities(projection.cursor(), line)]
    known = [slug for slug in places if reaches(actor, "read_batches", slug)]
    if community not in known:
        raise NotFound(f"There is no community {community!r}.", hint=meant(community, known))
    return community, None


def _refused(context: Context, refusal: Invalid) -> int:
    """Print a load that came to nothing: what became of every row, every finding, and the way out."""
    if not refusal.findings:
        raise refusal
    if context.json:
        say(context, _report_of(refusal))
    elif isinstance(refusal, RefusedLoad):
        _print_rows(context, refusal.report, "Nothing was loaded")
    print_words(context.err, refusal)
    return refusal.exit_code


def _report_of(refusal: Invalid) -> LoadReport:
    """What is said of a load that came to nothing: its own report, or that not even a row was read."""
    if isinstance(refusal, RefusedLoad):
        return refusal.report
    nothing = dict.fromkeys(("rows", "new", "changed", "same", "refused", "skipped"), 0)
    return msgspec.convert({"batch": None, "variant": None, **nothing, "findings": refusal.findings}, LoadReport)


def _print(context: Context, report: LoadReport, headline: str) -> None:
    if context.json:
        say(context, report)
        return
    print_findings(context.err, report.findings)
    _print_rows(context, report, headline)


def _print_rows(context: Context, report: LoadReport, headline: str) -> None:
    rows = [
        tuple(
            str(value)
            for value in (
                file.file,
                file.rows,
                file.read,
                file.skipped,
                file.refused,
                file.places,
                file.exact,
                file.bounded,
                file.suppressed,
                file.absent,
            )
        )
        for file in report.files
    ]
    columns = ("file", "rows", "read", "set aside", "refused", "places", "exact", "bounded", "suppressed", "absent")
    context.out.print(table(f"{headline}.", columns, rows, right=columns[1:]))
    context.out.print(
        Text(
            f"{counted(report.rows, 'row')}: {report.new} new, {report.changed} changed, {report.same} same, "
            f"{report.refused} refused, {report.skipped} set aside."
            + (f" {counted(report.withdrawn, 'data point')} withdrawn." if report.withdrawn else "")
        )
    )
    _print_changes(context, report.changes)


def _print_changes(context: Context, changes: Sequence[Change]) -> None:
    for change in changes[:CHANGES_SHOWN]:
        where = f"{change.period}, {group_in_words(change.group)}"
        context.out.print(Text(f"  {where}: {change.before} -> {change.after}"))
    if len(changes) > CHANGES_SHOWN:
        context.out.print(Text(f"  and {len(changes) - CHANGES_SHOWN} more (all of them with --json)"))
