"""What a community data lead does with files: check them, load them. A load is all or nothing, and loading twice adds nothing.

Files are read before the lock is taken; what they say is held against the registry under it (``domain/load_sorted.py``).
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from registry import duck
from registry.actions.agreement import open_variant
from registry.actions.load_drafts import batch_document, batch_drafts, mapping_drafts
from registry.actions.writing import writing
from registry.adapters.contract import Adapter, Reading, Wanted
from registry.adapters.fill_in.workbook import inside
from registry.check import check_toml
from registry.domain.actor import Actor, operator
from registry.domain.community import geography_codes
from registry.domain.finding import Finding, has_errors
from registry.domain.ids import owner_of, variant_reference
from registry.domain.instrument import InstrumentVersion, version_of
from registry.domain.listing import VariantLine
from registry.domain.load_beside import beside
from registry.domain.load_doubts import doubts
from registry.domain.load_sorted import Sorted, as_point, sort_rows
from registry.domain.mapping import RULES_OF_A_MAPPING, Mapping
from registry.domain.period import Unreadable, read_period
from registry.domain.policy import require
from registry.domain.refusal import Invalid, NotFound, meant
from registry.domain.report import FileReport, LoadReport
from registry.domain.template import Template
from registry.domain.variant import Variant
from registry.projection import read
from registry.projection.files import Projection

_NO_MAPPING = (
    "A mapping is a text file (TOML) that says which column of a data file holds what; it comes after --mapping, "
    "the data file before it."
)


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks to be loaded: files, the variant (``community/id``), a mapping (null: the one kept), and why.

    ``replace`` is a period, as people write it, whose data points are withdrawn where the files no longer hold them.
    """

    files: tuple[Path, ...]
    variant: str
    mapping: bytes | None = None
    replace: str | None = None
    reason: str = ""


class RefusedLoad(Invalid):
    """A load with refused rows: nothing was written, and the report says what became of every row."""

    def __init__(self, report: LoadReport) -> None:
        wrong = sum(finding.severity == "error" for finding in report.findings)
        faults = "1 fault" if wrong == 1 else f"{wrong} faults"
        super().__init__(f"Nothing was loaded: {faults} to mend first.", findings=report.findings)
        self.report = report


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A load after reading the files and before looking at what is held."""

    template: Template
    variant: Variant
    version: InstrumentVersion | None
    mapping: Mapping
    inside: bool
    replace: str | None
    reading: Reading
    findings: tuple[Finding, ...]

    def all_findings(self, found: Sorted) -> tuple[Finding, ...]:
        """The mapping's, the reader's and the comparison's findings, errors first."""
        every = (*self.findings, *self.reading.findings, *found.findings)
        return tuple(sorted(every, key=lambda finding: finding.severity))


def check_files(adapters: Sequence[Adapter], files: Sequence[Path], mapping: bytes) -> LoadReport:
    """Read files by a mapping, for every place in them, beside no registry. Raises Invalid where the mapping has faults."""
    document, findings = _given(mapping)
    reading = _adapter(adapters, document).read(files, document, Wanted())
    _told_apart(reading)
    return _report(reading, (*findings, *reading.findings))


def check_load(projection: Projection, adapters: Sequence[Adapter], order: Order, *, actor: Actor) -> LoadReport:
    """What loading would do, without doing it. Raises NotAllowed, NotFound, Invalid, and Conflict for a measure that was retired."""
    require(actor, "check_load", community=owner_of(order.variant))
    line = projection.catch_up().seq
    prepared = _prepare(projection, adapters, order, line)
    open_variant(projection, order.variant, "load", operator())  # its state alone: who may check was asked above
    found = _sort(projection, line, prepared, order)
    return _report(prepared.reading, prepared.all_findings(found), found, variant=order.variant)


def load(projection: Projection, adapters: Sequence[Adapter], order: Order, *, actor: Actor) -> LoadReport:
    """Load files into a variant's series. Raises RefusedLoad where anything blocks, NotFound, and Invalid for a faulty mapping.

    The same rows again write nothing (``batch`` is null); a changed mapping is kept all the same. Raises NotAllowed for who may not load,
    and Conflict for a measure that was retired.
    """
    require(actor, "load", community=owner_of(order.variant))
    prepared = _prepare(projection, adapters, order, projection.catch_up().seq)
    with writing(projection) as writer:
        open_variant(projection, order.variant, "load", actor)
        found = _sort(projection, writer.head.seq, prepared, order)
        findings = prepared.all_findings(found)
        if has_errors(findings):
            raise RefusedLoad(_report(prepared.reading, findings, found, variant=order.variant))
        drafts = [] if prepared.inside else mapping_drafts(projection, prepared.mapping, order.variant)
        batch = None
        if found.new or found.changed or found.withdrawn:
            batch = f"b{writer.head.seq + len(drafts) + 1}"
            document = batch_document(
                order.variant, prepared.reading.files, prepared.mapping, found, skipped=_skipped(prepared.reading)
            )
            warnings = sum(finding.severity == "warning" for finding in findings)
            document = msgspec.structs.replace(
                document, replaced=prepared.replace, reason=order.reason, warnings=warnings
            )
            drafts += batch_drafts(projection, batch, document, found)
        entries = writer.append(drafts, actor=actor.name) if drafts else ()
    seq = entries[-1].seq if entries else None
    return _report(prepared.reading, findings, found, variant=order.variant, batch=batch, seq=seq)


def one_variant(held: Sequence[VariantLine], reference: str) -> VariantLine:
    """The variant that ``community/id`` names. Raises NotFound with the nearest name, or those of the community."""
    known = {f"{entry.community}/{entry.id}": entry for entry in held}
    if reference in known:
        return known[reference]
    community, own = variant_reference(reference)
    near = [name for name in known if name.startswith(f"{community}/")]
    hint = meant(reference, near or list(known))
    raise NotFound(
        f"There is no local measure {reference!r}.", hint=hint if own else f"Name it as community/id. {hint}"
    )


def _prepare(projection: Projection, adapters: Sequence[Adapter], order: Order, line: int) -> Prepared:
    """Find the variant, its template and mapping, and read the files."""
    cursor = projection.cursor()
    held = one_variant(read.list_variants(cursor, line), order.variant)
    template = projection.templates[f"{held.template_id}@{held.template_version}"]
    variant = read.variant_of(held)
    if variant.measure is None:
        raise Invalid(
            f"{order.variant} has no agreed measure yet, so its figures could be compared with nothing.",
            hint="Propose it anew with a measure; then load.",
        )
    within = _inside(order)
    mapping, findings = _mapping(cursor, line, held, order) if within is None else _given(within)
    reading = _adapter(adapters, mapping).read(order.files, mapping, _wanted(cursor, line, held, template))
    _told_apart(reading)
    instruments = {entry.id: read.instrument_of(entry) for entry in read.list_instruments(cursor, line)}
    return Prepared(
        template=template,
        variant=variant,
        version=version_of(instruments, variant.measure),
        mapping=mapping,
        inside=within is not None,
        replace=_replaced(template, order),
        reading=reading,
        findings=findings,
    )


def _given(mapping: bytes) -> tuple[Mapping, tuple[Finding, ...]]:
    document, findings = check_toml(mapping, Mapping, RULES_OF_A_MAPPING)
    if document is None:
        hint = _NO_MAPPING if any(finding.rule in {"not-toml", "not-utf-8"} for finding in findings) else ""
        raise Invalid("The mapping has faults; nothing was read.", hint=hint, findings=findings)
    return document, findings


def _told_apart(reading: Reading) -> None:
    """A figure leads back to its file by the load and the file's name. Raises Invalid where two files share one and differ."""
    hashes: dict[str, str] = {}
    for file in reading.files:
        if hashes.setdefault(file.name, file.sha256) != file.sha256:
            raise Invalid(
                f"Two of the files are called {file.name} and are not the same, so nobody could tell later which figure is whose.",
                hint="Load them one after the other, or rename one of them.",
            )


def _mapping(
    cursor: duck.Connection, line: int, held: VariantLine, order: Order
) -> tuple[Mapping, tuple[Finding, ...]]:
    if order.mapping is not None:
        return _given(order.mapping)
    kept = read.kept_mapping(cursor, line, held.community, held.id)
    if kept is None:
        raise Invalid(
            f"No mapping is kept with {order.variant} yet, so nobody can say how this file is read.",
            hint="Give one with --mapping FILE.toml; it is kept, and next year the file alone is enough.",
        )
    return msgspec.json.decode(kept.body, type=Mapping), ()


def _inside(order: Order) -> bytes | None:
    """The mapping that a sheet made by the registry carries; null where one was given, or the files are no such sheets."""
    found = [inside(path) for path in order.files] if order.mapping is None else []
    made = [entry for entry in found if entry is not None]
    if not made:
        return None
    if other := next((entry.variant for entry in made if entry.variant != order.variant), None):
        raise Invalid(
            f"This sheet was made for {other}, not for {order.variant}.", hint=f"Load it with --variant {other}."
        )
    if len(made) < len(found):
        raise Invalid(
            "Some of the files are sheets made by the registry and some are not.", hint="Load them one after the other."
        )
    return made[0].mapping


def _adapter(adapters: Sequence[Adapter], mapping: Mapping) -> Adapter:
    return next(adapter for adapter in adapters if mapping.format in adapter.formats)


def _wanted(cursor: duck.Connection, line: int, held: VariantLine, template: Template) -> Wanted:
    variant = read.variant_of(held)
    places: Iterable[str] = variant.population.geographies if variant.population else ()
    if not places:
        community = next(entry for entry in read.list_communities(cursor, line) if entry.slug == held.community)
        places = geography_codes(read.community_of(community))
    indicator = template.indicator
    return Wanted(
        unit=indicator.unit,
        per=indicator.per,
        bounds=indicator.bounds,
        period_kind=indicator.period,
        places=frozenset(places),
    )


def _replaced(template: Template, order: Order) -> str | None:
    if order.replace is None:
        return None
    period = read_period(order.replace, template.indicator.period)
    if isinstance(period, Unreadable):
        raise Invalid(f"The period to replace: {period.detail}", hint=period.hint)
    return period.code


def _sort(projection: Projection, line: int, prepared: Prepared, order: Order) -> Sorted:
    community, variant = order.variant.split("/")
    cursor = projection.cursor()
    held = read.points(cursor, line, community, variant)
    superseded = read.superseded_points(cursor, line, community, variant)
    rows = [placed.observation for placed in prepared.reading.points]
    found = sort_rows(rows, held, superseded, replace=prepared.replace, reason=order.reason)
    loaded = [as_point(row) for row in (*found.new, *found.changed)]
    more = (
        *_nothing(prepared.reading, order),
        *doubts(held, loaded, prepared.template),
        *beside(loaded, prepared.variant, prepared.template, prepared.version),
    )
    if has_errors(prepared.reading.findings):  # where rows are refused, gaps and groups that are gone say nothing
        more = ()
    return msgspec.structs.replace(found, findings=(*found.findings, *more))


def _nothing(reading: Reading, order: Order) -> tuple[Finding, ...]:
    if reading.points or has_errors(reading.findings):
        return ()
    detail = f"No row of these files speaks of {order.variant}."
    hint = "Look at the mapping's filters and place column, and at the place codes of the local measure's population."
    return (Finding(rule="no-rows", severity="error", detail=detail, hint=hint),)


def _skipped(reading: Reading) -> int:
    return sum(tally.skipped for tally in reading.tallies)


def _report(
    reading: Reading,
    findings: Sequence[Finding],
    found: Sorted | None = None,
    *,
    variant: str | None = None,
    batch: str | None = None,
    seq: int | None = None,
) -> LoadReport:
    hashes = {file.name: file.sha256 for file in reading.files}
    files = tuple(
        FileReport(sha256=hashes.get(tally.file, ""), **msgspec.structs.asdict(tally)) for tally in reading.tallies
    )
    return LoadReport(
        batch=batch,
        variant=variant,
        rows=sum(tally.rows for tally in reading.tallies),
        new=len(found.new) if found else len(reading.points),
        changed=len(found.changed) if found else 0,
        same=len(found.same) if found else 0,
        refused=sum(tally.refused for tally in reading.tallies),
        skipped=_skipped(reading),
        withdrawn=len(found.withdrawn) if found else 0,
        changes=found.changes if found else (),
        files=files,
        findings=tuple(findings),
        seq=seq,
    )
