"""What became of the rows of one file: each is read, skipped or refused, and a doubt that many cells share is told once.

An error stands with its own row. A doubt becomes one warning for its column, which counts the rows and names the
first; a column of percents whose figures all lie between 0 and 1 is asked about as a whole (user pain A19, bug log
B15).
"""

import msgspec

from registry.adapters.contract import Tally
from registry.adapters.tables.points import Point
from registry.adapters.tables.records import Aside, Record
from registry.domain.finding import Finding
from registry.domain.observation import Observation
from registry.domain.value import Cell

SHOWN_TEXTS = 6
"""How many of a column's texts a warning lists."""
KEPT_TEXTS = 5000
"""How many different texts of a column are remembered."""

MOST_FINDINGS = 20_000
"""How many findings of one file are kept; of what more there are, the number is told."""

FRACTIONS = "percent-or-share"


class Account:
    """The running account of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.sheet = ""
        self._sheets: dict[str, int] = {"": 0}
        self._findings: list[Finding] = []
        self._more = 0
        self._kinds = {"exact": 0, "bounded": 0, "suppressed": 0, "absent": 0}
        self._refused = 0
        self._skipped = 0
        self._places: set[str] = set()
        self._doubts: dict[tuple[str, ...], Finding] = {}
        self._counts: dict[tuple[str, ...], int] = {}
        self._large: set[str] = set()
        self._aside: dict[tuple[str, str], dict[str, None]] = {}

    def open(self, sheet: str | None) -> None:
        """What follows is about a sheet of that name (null: the format has no names)."""
        self.sheet = sheet or ""
        self._sheets.setdefault(self.sheet, len(self._sheets))

    def tell(self, *findings: Finding) -> None:
        """Findings about the file, its header or the mapping."""
        room = MOST_FINDINGS - len(self._findings)
        self._findings.extend(self._here(finding) for finding in findings[:room])
        self._more += len(findings[room:])

    def refuse(self, findings: tuple[Finding, ...], place: str = "") -> None:
        """Count a refused row; ``place`` is empty where it is not known."""
        self.tell(*findings)
        self._refused += 1
        if place:
            self._places.add(place)

    def skip(self, aside: Aside) -> None:
        """Count a row that is set aside, and remember what stood there."""
        self._skipped += 1
        texts = self._aside.setdefault((aside.why, aside.column), {})
        if len(texts) < KEPT_TEXTS:
            texts[aside.text] = None

    def repeat(self, record: Record, first: str) -> None:
        """Count a row that says again what an earlier one said."""
        self._skipped += 1
        detail, hint = f"The row says again what {first} says.", "Nothing needs doing; it is read once."
        self._doubt(Finding(rule="row-repeated", severity="warning", row=record.line, detail=detail, hint=hint))

    def read(self, place: str, point: Point, record: Record) -> None:
        """Count a data point, and keep the doubts about its cells."""
        self._kinds[kind_of(point.observation)] += 1
        self._places.add(place)
        for doubt in record.doubts:
            self._doubt(doubt)
        for figure, text in record.figures:
            cell = point.cells[figure.role]
            if cell.doubt:
                self._doubt(_doubted(record.line, figure.column.name, text, cell))
            elif cell.value is not None and cell.value > 1:
                self._large.add(figure.column.name)

    def findings(self) -> tuple[Finding, ...]:
        """Every finding with the file's name, in the order of the rows; those without a row first."""
        shared = [self._shared(key) for key in self._doubts]
        in_order = sorted((*self._findings, *shared), key=self._place)
        if self._more:
            detail = f"There are {self._more} findings more than the {MOST_FINDINGS} that are listed."
            hint = "Mend the first ones and check again; most are likely to have one cause."
            in_order.append(Finding(rule="too-many", severity="error", detail=detail, hint=hint))
        return tuple(msgspec.structs.replace(finding, file=self.file) for finding in in_order)

    def tally(self) -> Tally:
        """The counts of the file."""
        read = sum(self._kinds.values())
        rows = read + self._skipped + self._refused
        return Tally(
            file=self.file,
            rows=rows,
            read=read,
            skipped=self._skipped,
            refused=self._refused,
            places=len(self._places),
            **self._kinds,
        )

    def nothing_read(self, places: frozenset[str] | None) -> None:
        """Where every row was set aside: warn, and say which column did it and what stands there."""
        if self._refused or not self._skipped or any(self._kinds.values()):
            return
        (why, column), texts = max(self._aside.items(), key=lambda entry: len(entry[1]))
        listed = ", ".join(repr(text) for text in list(texts)[:SHOWN_TEXTS])
        stands = f"; there stands {listed}" if any(texts) else ""
        detail = f"None of the {self._skipped} rows was read: {_REASONS[why].format(column=column)}{stands}."
        hint = padding(frozenset(texts), places or frozenset()) if why == "place" else ""
        self.tell(
            Finding(
                rule="nothing-read",
                severity="warning",
                column=column or None,
                detail=detail,
                hint=hint or "Check the mapping and the file.",
            )
        )

    def _here(self, finding: Finding) -> Finding:
        return msgspec.structs.replace(finding, sheet=self.sheet) if self.sheet else finding

    def _place(self, finding: Finding) -> tuple[int, int]:
        return self._sheets[finding.sheet or ""], finding.row or 0

    def _doubt(self, doubt: Finding) -> None:
        key = (doubt.rule, doubt.column or "", doubt.detail if doubt.rule == "read-as-missing" else "", self.sheet)
        self._counts[key] = self._counts.get(key, 0) + 1
        self._doubts.setdefault(key, self._here(doubt))

    def _shared(self, key: tuple[str, ...]) -> Finding:
        first, count = self._doubts[key], self._counts[key]
        if count == 1:
            return first
        rows = f"So in {count} rows, first in this one."
        if first.rule == FRACTIONS and first.column not in self._large:
            return msgspec.structs.replace(
                first,
                detail=f"All figures of this column of percents lie between 0 and 1: are they shares of 1? {rows}",
            )
        return msgspec.structs.replace(first, detail=f"{first.detail} {rows}")


_REASONS = {
    "filter": "the filter on {column!r} wants none of them",
    "skip": "the mapping skips them by {column!r}",
    "place": "they are about other places than ours (column {column!r})",
    "blank": "no column that the mapping names holds anything",
    "component": "the mapping names none of their components (column {column!r})",
    "repeated": "they say again what other rows say",
    "end": "the table ends before them (ends_before)",
}


def kind_of(observation: Observation) -> str:
    """Which count of the tally a data point belongs to.

    A value with bounds around it (its rounding) is exact.
    """
    if observation.value is not None:
        return "exact"
    if observation.low is not None or observation.high is not None:
        return "bounded"
    return "suppressed" if observation.missing == "suppressed" else "absent"


def padding(seen: frozenset[str], ours: frozenset[str]) -> str:
    """A hint where the file's place codes are ours but for leading zeros (bug log B08); else empty.

    >>> padding(frozenset({"nces-lea:10"}), frozenset({"nces-lea:0010"}))
    "The file writes 'nces-lea:10', the registry 'nces-lea:0010': write width = 4 under [place]."
    """
    bare = {_bare(code): code for code in sorted(seen)}
    for code in sorted(ours):
        other = bare.get(_bare(code), code)
        if len(other) < len(code):
            width = len(code.partition(":")[2])
            return f"The file writes {other!r}, the registry {code!r}: write width = {width} under [place]."
    return ""


def _bare(code: str) -> tuple[str, str]:
    scheme, _, own = code.partition(":")
    return scheme, own.lstrip("0")


def _doubted(line: int, column: str, text: str, cell: Cell) -> Finding:
    rule, hint = "read-as-missing", "Say under codes in the mapping what it means, if it means more."
    if not cell.missing:
        share = 'If they are shares of 1, write unit = "proportion" in the mapping'
        rule, hint = FRACTIONS, f"{share}; if the column mixes both, correct it; a true small percent needs nothing."
    return Finding(rule=rule, severity="warning", row=line, column=column, cell=text, detail=cell.doubt, hint=hint)
