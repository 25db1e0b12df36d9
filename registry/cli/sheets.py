"""The command that writes a workbook for a community to fill in."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from registry.actions.data import one_variant
from registry.adapters.fill_in.workbook import sheet_workbook
from registry.adapters.marked.workbook import writer_library
from registry.cli.context import Context
from registry.cli.output import counted, say
from registry.cli.wrong_use import WrongUse, not_there, write_new
from registry.domain.ids import owner_of
from registry.domain.period import Period, Unreadable, read_period
from registry.domain.sheet import following, sheet_of
from registry.domain.template import Template
from registry.domain.variant import Variant
from registry.projection import read

Ctx = Annotated[Context, Parameter(parse=False)]


def sheet(variant: str, /, *, out: Path, period: str | None = None, context: Ctx) -> int:
    """Write a workbook to fill in: a row for each group, reasons to choose from, last year's figures beside. It is loaded as it is.

    Parameters
    ----------
    variant
        The local measure (community/id).
    out
        The workbook (xlsx), which must not be there yet.
    period
        The period to fill in; without it the one after the newest that is held.
    """
    not_there(out)
    writer_library()
    reading = context.figures("read_sheet", community=owner_of(variant))
    line = reading.catch_up().seq
    held = one_variant(read.list_variants(reading.cursor(), line), variant)
    document = read.variant_of(held)
    template = reading.templates[f"{held.template_id}@{held.template_version}"]
    points = read.points(reading.cursor(), line, held.community, held.id)
    wanted = _period(period, template) or following(points, _baseline(document))
    if wanted is None:
        raise WrongUse("Nothing is loaded yet, and no baseline tells which period comes next.", hint="Say --period.")
    made = sheet_of(variant, document.title, template, points, wanted)
    write_new(out, sheet_workbook(made))
    beside = f" Figures of {made.before.code} stand beside." if made.before else ""
    say(
        context,
        {"file": str(out), "period": made.period.code, "rows": len(made.lines)},
        text=f"{out} is written: {counted(len(made.lines), 'row')} for {made.period.code}.{beside}\n"
        f"Load it with: outcomes data import {out} --variant {variant}",
    )
    return 0


def _period(text: str | None, template: Template) -> Period | None:
    if text is None:
        return None
    found = read_period(text, template.indicator.period)
    if isinstance(found, Unreadable):
        raise WrongUse(f"The period to fill in: {found.detail}", hint=found.hint)
    return found


def _baseline(document: Variant) -> str | None:
    if document.baseline is None:
        return None
    return document.baseline.period or max(document.baseline.periods, default=None)
