"""Commands over data files: check them, load them, list the loads."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter
from rich.text import Text

from registry.actions.data import Order, RefusedLoad, check_files, check_load
from registry.actions.data import load as load_files
from registry.cli.context import ACTOR, Context
from registry.cli.output import print_findings, say, table
from registry.domain.finding import has_errors
from registry.domain.ids import variant_reference
from registry.domain.refusal import Invalid, NotFound
from registry.domain.report import Batch, LoadReport
from registry.projection import read

Ctx = Annotated[Context, Parameter(parse=False)]


def check(*files: Path, variant: str | None = None, mapping: Path | None = None, context: Ctx) -> int:
    """Read files and name every fault, and write nothing.

    Parameters
    ----------
    variant
        The local measure (community/id) whose rows are wanted; without it every place in the files is read.
    mapping
        How the files are read (TOML); without it the one kept with the local measure.
    """
    _some(files)
    if variant is None:
        if mapping is None:
            raise Invalid(
                "Nobody can say how these files are read.", hint="Give --mapping FILE.toml, or --variant community/id."
            )
        report = check_files(context.adapters, files, _bytes(mapping))
    else:
        order = Order(files=files, variant=variant, mapping=None if mapping is None else _bytes(mapping))
        report = check_load(context.projection(), context.adapters, order)
    _print(context, report, "Checked, nothing written")
    return 1 if has_errors(report.findings) else 0


def load(
    *files: Path,
    variant: str,
    mapping: Path | None = None,
    replace: str | None = None,
    reason: str = "",
    context: Ctx,
) -> int:
    """Load files into a local measure: all of it or nothing. The same rows again add nothing.

    Parameters
    ----------
    variant
        The local measure (community/id).
    mapping
        How the files are read (TOML); it is kept, so that next year's file needs none.
    replace
        A period whose data points are withdrawn where the files no longer hold them.
    reason
        Why figures change; needed to go back to a figure that was corrected before.
    """
    _some(files)
    order = Order(
        files=files,
        variant=variant,
        mapping=None if mapping is None else _bytes(mapping),
        replace=replace,
        reason=reason,
    )
    try:
        report = load_files(context.projection(), context.adapters, order, actor=ACTOR)
    except RefusedLoad as refusal:
        if context.json:
            say(context, refusal.report)
            return refusal.exit_code
        _print(context, refusal.report, "Nothing was loaded")
        context.err.print(Text(refusal.detail, style="bold"))
        return refusal.exit_code
    _print(
        context,
        report,
        f"Loaded as {report.batch}" if report.batch else "Nothing new: the registry already holds these figures",
    )
    return 0


def batches(variant: str | None = None, /, *, context: Ctx) -> int:
    """List the loads, all of them or one local measure's (community/id)."""
    projection = context.projection()
    line = projection.catch_up().seq
    community, name = variant_reference(variant) if variant else (None, None)
    lines = read.list_batches(projection.cursor(), line, community or None, name or None)
    if context.json:
        listed = [
            {
                "id": entry.id,
                "seq": entry.seq,
                "recorded_at": entry.recorded_at,
                "actor": entry.actor,
                **msgspec.json.decode(entry.body),
            }
            for entry in lines
        ]
        say(context, listed)
        return 0
    rows = []
    for entry in lines:
        batch = msgspec.json.decode(entry.body, type=Batch)
        names = ", ".join(file.name for file in batch.files)
        rows.append(
            (
                entry.id,
                entry.recorded_at[:19].replace("T", " "),
                batch.variant,
                names,
                str(batch.new),
                str(batch.changed),
                batch.reason,
            )
        )
    if not rows:
        context.out.print(Text("Nothing was loaded yet."))
        return 0
    context.out.print(
        table(
            "Loads",
            ("load", "recorded (UTC)", "local measure", "files", "new", "changed", "reason"),
            rows,
            right=("new", "changed"),
        )
    )
    return 0


def _some(files: Sequence[Path]) -> None:
    if not files:
        raise Invalid(
            "No file is named.", hint="Name one file or several: outcomes data import FILE... --variant community/id"
        )


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise NotFound(
            f"The mapping {str(file)!r} cannot be read: {error.strerror}.", hint="Check its name and folder."
        ) from error


def _print(context: Context, report: LoadReport, headline: str) -> None:
    if context.json:
        say(context, report)
        return
    print_findings(context.err, report.findings)
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
            f"{report.rows} rows: {report.new} new, {report.changed} changed, {report.same} same, "
            f"{report.refused} refused, {report.skipped} set aside."
        )
    )
