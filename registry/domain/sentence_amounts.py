"""What a plain sentence promises in figures: the level now, the level wanted, or by how much it is to change.

The grammar is a table of shapes, asked in order. In a shape ``#`` is one figure: ``from # to #`` is a baseline and a target, ``by #`` an
amount, ``up from #`` a baseline. A percent after "by" is relative; points must be said. A figure that fits no shape, or a part that is
already filled, stays unread; so do ranges ("by 10 to 15%") and amounts a year, for what they add up to would be a guess.
Tests: ``tests/domain/test_sentence.py``.

>>> read = read_amounts("bring it down from 8.6 to 6.0 deaths")
>>> read.level("baseline"), read.level("target"), read.direction
(8.6, 6.0, 'decrease')
"""

import re
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from registry.domain.sentence_direction import Way, direction, direction_of_bound
from registry.domain.sentence_numbers import Figure, Span, any_of, figures, listed, without
from registry.domain.sentence_people import A_PERSON, PEOPLE

Part = Literal["baseline", "target", "amount"]


class Amounts(msgspec.Struct, frozen=True, kw_only=True):
    """Every figure that was read, by its part, and those that were not; ``quantifier`` are the words for all or none of the people."""

    direction: Way | None
    parts: dict[Part, Figure]
    levels: tuple[Figure, ...]
    """The target and the figures left over that could be further levels, in the order of the sentence."""
    placed: tuple[Figure, ...]
    """Figures of the text that have a part or a reason to have none."""
    unread: tuple[Figure, ...]
    inexact: tuple[str, ...]
    """Amounts or levels that are said but cannot be placed as one figure: a range, so much a year, a bound as baseline."""
    said: bool
    """Whether an amount or a level is said at all, placed or not."""

    def figures(self) -> tuple[Figure, ...]:
        """Every figure that the sentence writes, whatever became of it."""
        return (*self.placed, *self.unread)

    def level(self, part: Part) -> float | None:
        """The value of a part; null where it is not said."""
        return self.parts[part].value if part in self.parts else None


_HEDGES = listed(
    "at least most no not more less fewer than over under above below about around roughly approximately nearly "
    "almost some up to only just an a the estimated current currently rate of level today's minimum maximum "
    "average reach its as another additional functional"
)
_H = rf"(?:{any_of(_HEDGES)} ){{0,5}}"
_BOUND = re.compile(r"\b(?:more than|less than|fewer than|over|under|above|below|at least|at most) +$")
_GROWTH = "(?:increase|decrease|reduction|rise|drop|gain|decline|improvement|cut|fall|growth|jump|boost)"
_F = "(#+)"


def _shape(pattern: str) -> re.Pattern[str]:
    """A shape, in which a blank stands for any number of blanks, as words that were read before leave them."""
    return re.compile(re.sub(r" (?![*-])", " +", pattern.replace(" ?", " *")))


_FROM_TO = _shape(rf"\bfrom {_H}{_F},?(?: [a-z'/-]+,?){{0,8}}? to {_H}{_F}")
_SHAPES: tuple[tuple[str, tuple[Part, ...]], ...] = (
    (rf"\bto {_H}{_F},?(?: [a-z'-]+){{0,6}}? from {_H}{_F}", ("target", "baseline")),
    (rf"\b(?:compared (?:with|to)|versus|vs\.?|instead of|against|relative to) {_H}{_F}", ("baseline",)),
    (rf"\b(?:baseline|current (?:level|rate))(?: of|:| is| was|,)? {_H}{_F}", ("baseline",)),
    (rf"\b(?:currently|now|today|presently)(?: at| is| stands at)?,? {_H}{_F}", ("baseline",)),
    (rf"{_F}(?: [a-z'-]+){{0,2}} (?:now|today|currently|at present)\b", ("baseline",)),
    (rf"\b(?:is|was|were|are|stood at|stands at)(?: currently| now| at)? {_H}{_F}", ("baseline",)),
    (rf"\bfrom {_H}{_F}", ("baseline",)),
    (rf"\bby {_H}{_F}", ("amount",)),
    (rf"{_F} (?:more|fewer|less|additional|extra|higher|lower|greater)\b", ("amount",)),
    (rf"\b(?:additional|another|extra|further) {_F}", ("amount",)),
    (rf"{_F}(?: relative)? {_GROWTH}\b", ("amount",)),
    (rf"\b{_GROWTH} of {_H}{_F}", ("amount",)),
    (rf"\b(?:to|reach|reaches|reaching|achieve|attain|hit|exceed|surpass|top|be|become) {_H}{_F}", ("target",)),
    (rf"\b(?:keep|hold|maintain)(?: [a-z'-]+){{1,8}} (?:at|above|below) {_H}{_F}", ("target",)),
    (
        rf"\b(?:at least|no fewer than|no less than|a minimum of|no more than|at most|a maximum of) {_F}",
        ("target",),
    ),
    (rf"\b(?:more|fewer|less|higher|lower|greater) than {_F}", ("target",)),
    (rf"\b(?:under|below|above|over|beyond) {_F}", ("target",)),
    (rf"\b(?:goal|target|average|benchmark) of {_F}", ("target",)),
    (rf"{_F} or (?:more|fewer|less|higher|lower|better|above|below)\b", ("target",)),
)
_SHARE_WILL = _shape(rf"{_F} of(?: [a-z'-]+,?){{1,9}} (?:will|shall|should)\b")
"""A share of people is the promise, whatever figures the measure itself has further on."""

_COMPILED = tuple((_shape(pattern), parts) for pattern, parts in _SHAPES)
_RANGE = _shape(rf"{_F}(?: ?- ?| (?:to|or) ){_F}|\bbetween {_F} and {_F}")
_YEARLY = _shape(
    rf"(?P<by>\bby {_H})?(?P<figure>#+)(?: [a-z]+){{0,2}} (?:(?:each|every|per|a) (?:school )?year|annually|yearly)\b"
)
_MULTIPLES = {
    "doubl": 100.0,
    "tripl": 200.0,
    "quadrupl": 300.0,
    "twice": 100.0,
    "three times": 200.0,
    "four times": 300.0,
    "halv": 50.0,
    "half": 50.0,
    "in half": 50.0,
}
_MULTIPLE = _shape(
    r"\b(?:(?P<verb>doubl|tripl|quadrupl|halv)(?:e|es|ing)(?![a-z]|[ -](?:digit|shift))|(?P<times>twice|three times|"
    r"four times) (?:as|the)\b|"
    r"(?P<half>half) (?:as (?:many|much)|the (?:number|rate|share|level)|(?:of )?(?:what|today's|its|the current))\b|"
    r"(?P<into>in half)\b)"
)
_EVERY = _shape(
    rf"\b(?:every|all|each)(?: of)?(?: the| our)?(?: [a-z'0-9-]+){{0,4}}? (?:{PEOPLE}|{A_PERSON}|-?years?[ -]?olds?|"
    rf"graders?)\b|\bevery(?:one|body)\b"
)
_NONE = _shape(rf"\bno (?:[a-z'-]+ ){{0,2}}?(?:{A_PERSON}|{PEOPLE})\b|\bnobody\b")
_ZERO = _shape(
    r"(?:\beliminat(?:e|es|ing)|\beradicate|(?:^|\bto |\band )end(?:ing)?(?! of)|\bclose(?: [a-z'-]+){1,8}? gaps?(?: "
    r"[a-z'-]+){0,9}? (?:completely|entirely|fully))\b"
)
_ONLY_SCOPE = re.compile(r"\b(?:for|of|among|to|with|in|across|from|by|between|not|nearly|almost|over) *$")
_WANTED = re.compile(r"\b(?:will|shall|should|must|can|ensure|ensuring|so that|have|see|to be)\b")
_FACT = re.compile(r"\b(?:today|currently|now|at present|was|were|are|is(?! that| to| for)|had)\b")
_CLAUSE_END = re.compile(r"[;:?!]|\. |, +(?:but|and|while|up|down|compared)\b|\bbut\b")
_OF_SOMETHING = re.compile(r"\b(?:of|the|with|in|among|between|those|these) *$")
_BESIDE_THE_POINT = re.compile(
    r"\b(?:in|across|between|among|of|the|for|with|at|on|both|these|those|all|within|over|than|or) *$"
)


def read_amounts(text: str, *, dated: bool = False) -> Amounts:
    """Read the figures of a lower-case text without years and ages; ``dated`` says whether the text had a deadline."""
    reader = _Reader(text, dated)
    reader.read()
    parts = reader.parts
    first = parts.get("target")
    alike = [figure for figure in reader.left() if first is not None and figure.unit == first.unit]
    way = direction(reader.shape) or direction_of_bound(reader.shape) if parts else direction(reader.shape)
    return Amounts(
        direction=way or reader.way or _compared(parts),
        parts=parts,
        levels=tuple(sorted((*alike, *([first] if first else [])), key=lambda figure: figure.start)),
        placed=tuple(figure for start, figure in reader.figures.items() if start in reader.used),
        unread=tuple(reader.left()),
        inexact=tuple(reader.inexact),
        said=bool(parts.keys() & {"target", "amount"}) or reader.said,
    )


def _compared(parts: dict[Part, Figure]) -> Way | None:
    """Two levels are a comparison too."""
    if not {"baseline", "target"} <= parts.keys() or parts["baseline"].value == parts["target"].value:
        return None
    return "increase" if parts["target"].value > parts["baseline"].value else "decrease"


def _leads(parts: dict[Part, Figure]) -> bool:
    """Whether the amount is the difference of the two levels, to the rounding of one unit."""
    amount, baseline, change = (
        parts["amount"],
        parts["baseline"].value,
        abs(parts["target"].value - parts["baseline"].value),
    )
    if amount.unit in {"percent", "share"}:
        return abs(change - abs(baseline) * amount.value / 100) <= max(abs(baseline) / 100, 0.5)
    return abs(change - amount.value) < 1


class _Reader:
    """Gives every figure its part, the surest shapes first."""

    def __init__(self, text: str, dated: bool) -> None:
        self.dated = dated
        plain = re.sub(r"[#()\[\]\"]", " ", text)
        multiple = _MULTIPLE.search(plain)
        taken: list[Span] = [multiple.span()] if multiple else []
        self.figures = {figure.start: figure for figure in figures(without(plain, taken))}
        self.shape = without(plain, ((figure.start, figure.end) for figure in self.figures.values()), "#")
        self.parts: dict[Part, Figure] = {}
        self.used: set[int] = set()
        self.inexact: list[str] = []
        self.said = False
        self.way: Way | None = None
        if multiple is not None:
            worth = next(value for value in multiple.groupdict().values() if value)
            self.parts["amount"] = _made(multiple, _MULTIPLES[" ".join(worth.split())], "share")

    def read(self) -> None:
        """Ask every shape, then what only the whole clause can tell."""
        self.ask(_FROM_TO, ("baseline", "target"))
        for found in _YEARLY.finditer(self.shape):
            if found["by"] or self.figures[found.start("figure")].unit in {"percent", "points"}:
                self.set_aside(found, [found.start("figure")])
        for found in _RANGE.finditer(self.shape):
            low, high = (found.start(group) for group in range(1, 5) if found[group])
            if self.figures[low].unit in {"number", self.figures[high].unit}:
                self.set_aside(found, [low, high])
        for found in _SHARE_WILL.finditer(self.shape):
            if self.figures[found.start(1)].unit in {"percent", "share"} and "target" not in self.parts:
                self.fill("target", self.figures[found.start(1)])
        for pattern, parts in _COMPILED:
            self.ask(pattern, parts)
        self.ask_clauses()
        self.ask_for_everybody()
        self.drop_another_amount()

    def drop_another_amount(self) -> None:
        """An amount that does not lead from the one level to the other belongs to something else, or is wrong: it stays unread."""
        if self.parts.keys() == {"baseline", "target", "amount"} and not _leads(self.parts):
            amount = self.parts.pop("amount")
            self.used.discard(amount.start)
            self.figures[amount.start] = amount

    def left(self) -> Iterator[Figure]:
        """The figures that have no part yet."""
        return (figure for start, figure in self.figures.items() if start not in self.used)

    def ask(self, pattern: re.Pattern[str], parts: tuple[Part, ...]) -> None:
        """Fill the parts of the first match whose figures and parts are all still free."""
        for found in pattern.finditer(self.shape):
            places = [found.start(group) for group in range(1, len(parts) + 1)]
            if any(place in self.used for place in places) or any(part in self.parts for part in parts):
                continue
            for part, place in zip(parts, places, strict=True):
                self.fill(part, self.figures[place])
            return

    def fill(self, part: Part, figure: Figure) -> None:
        """Give a figure its part; a baseline that is only bounded is said, and not placed."""
        self.used.add(figure.start)
        bound = _BOUND.search(self.shape[: figure.start]) if part == "baseline" else None
        if bound is None:
            self.parts[part] = figure
        else:
            self.inexact.append(f"{' '.join(bound[0].split())} {figure.written}")

    def set_aside(self, found: re.Match[str], places: list[int]) -> None:
        """A range, or so much a year: an amount or a level is said, but it is no single figure."""
        if any(place in self.used for place in places):
            return
        self.used.update(places)
        start, end = found.span()
        self.inexact.append(" ".join(_with_figures(self.shape, start, end, self.figures).split()))
        self.said = True

    def ask_clauses(self) -> None:
        """Place what is left by its clause: "60% of third graders will ...", "37% read at grade level today"."""
        for figure in [*self.left()]:
            before, after = self.shape[: figure.start], self.shape[figure.end :].lstrip()
            part = self.part_by_clause(figure)
            if part is not None:
                self.place(part, figure)
            elif not _BESIDE_THE_POINT.search(before) and after[:1].isalpha():
                self.said = True

    def part_by_clause(self, figure: Figure) -> Part | None:
        """Which part a share or a number of points has by the words of its clause; null where they do not tell."""
        clause = self.shape[slice(*_clause(self.shape, figure.start))]
        share, before = figure.unit in {"percent", "share"}, self.shape[: figure.start]
        if share and (_WANTED.search(clause) or _FACT.search(clause)):
            return "target" if _WANTED.search(clause) else "baseline"
        if _OF_SOMETHING.search(before):
            return None
        of_people = self.shape[figure.end :].lstrip().startswith("of ")
        if figure.unit in {"percent", "points"} and not of_people and direction(clause.partition("#")[0]):
            return "amount"
        return "target" if share and self.dated else None

    def place(self, part: Part, figure: Figure) -> None:
        """Fill a part that is still free; an amount is not looked for beside a level that is wanted."""
        if part not in self.parts and not (part == "amount" and "target" in self.parts):
            self.fill(part, figure)

    def ask_for_everybody(self) -> None:
        """Every and all are 100 percent, none and an end are 0, where no figure says otherwise."""
        if self.said or self.parts.keys() & {"target", "amount"}:
            return
        for pattern, value, way in ((_NONE, 0.0, "decrease"), (_ZERO, 0.0, "decrease"), (_EVERY, 100.0, "increase")):
            found = next(
                (
                    found
                    for found in pattern.finditer(self.shape)
                    if not _ONLY_SCOPE.search(self.shape[: found.start()])
                ),
                None,
            )
            if found is not None:
                self.parts["target"] = _made(found, value, "share" if value else "number")
                self.way = "increase" if way == "increase" else "decrease"
                return


def _made(found: re.Match[str], value: float, unit: Literal["share", "number"]) -> Figure:
    return Figure(start=found.start(), end=found.end(), value=value, unit=unit, written=" ".join(found[0].split()))


def _clause(shape: str, at: int) -> Span:
    """Where the clause around a place begins and ends."""
    ends = [found.start() for found in _CLAUSE_END.finditer(shape)]
    return max((end for end in ends if end <= at), default=0), min(
        (end for end in ends if end > at), default=len(shape)
    )


def _with_figures(shape: str, start: int, end: int, read: dict[int, Figure]) -> str:
    """A piece of the shape with the figures as they were written."""
    pieces: list[str] = []
    inside: Iterable[Figure] = sorted(
        (figure for figure in read.values() if start <= figure.start < end), key=lambda figure: figure.start
    )
    for figure in inside:
        pieces += [shape[start : figure.start], figure.written]
        start = figure.end
    return "".join([*pieces, shape[start:end]])
