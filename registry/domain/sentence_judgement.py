"""Whether a plain sentence is a SMART result for a whole population, letter by letter, with what was found and how to write it.

P population level, S specific, M measurable, A attainable, R relevant, T time-bound. The letters are judged independently: an activity
counted for a whole city fails R and not P, an outcome of one programme's clients P and not R. Only what the sentence itself shows is
judged; whether a pace is realistic needs figures, and is asked of a registered measure. Tests: ``tests/domain/test_sentence.py``.
"""

from collections.abc import Iterator

import msgspec

from registry.domain.finding import Finding
from registry.domain.sentence_amounts import Amounts
from registry.domain.sentence_numbers import Figure

LONGEST_EXAMPLE = 160
"""A longer sentence is not repeated in a hint."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What was read of a sentence, as far as it is judged."""

    sentence: str
    somewhere: bool
    somebody: bool
    programme: tuple[str, ...]
    activities: tuple[str, ...]
    amounts: Amounts
    target: Figure | None
    baseline_year: int | None
    target_year: int | None
    years: float | None
    vague_time: tuple[str, ...]


def judge(facts: Facts) -> tuple[Finding, ...]:
    """Every fault (an error) and doubt (a warning), in the order of the letters; at most one for each letter."""
    return tuple(
        found
        for found in (
            _population(facts),
            _specific(facts),
            _measurable(facts),
            _attainable(facts),
            _relevant(facts),
            _time_bound(facts),
        )
        if found is not None
    )


def _population(facts: Facts) -> Finding | None:
    if not facts.programme:
        return None
    detail = f"The result is one programme's, not a whole population's: {_quoted(facts.programme)}."
    hint = (
        "Name everybody whom it concerns in a place, such as 'third graders in Hamilton County'; keep the programme for "
        "the strategies."
    )
    return Finding(rule="smart-population", severity="error", detail=detail, hint=hint)


def _specific(facts: Facts) -> Finding | None:
    if facts.somewhere or facts.somebody or facts.programme:
        return None
    detail = "It names neither a place nor people."
    hint = (
        f"Say for whom and where: {_example(facts, ' among young adults in Hamilton County')}. A place is known by its "
        f"capital letter."
    )
    return Finding(rule="smart-specific", severity="error", detail=detail, hint=hint)


def _measurable(facts: Facts) -> Finding | None:
    if facts.target is not None or facts.amounts.said:
        return None
    detail = "It says neither by how much nor to which level."
    hint = f"Say both levels: {_example(facts, ' from 40% to 55%')}; or an amount, such as 'by 15 percentage points'."
    return Finding(rule="smart-measurable", severity="error", detail=detail, hint=hint)


def _attainable(facts: Facts) -> Finding | None:
    wrong = next(_impossible(facts), None)
    if wrong is not None:
        hint = "Check both levels and the direction; a share lies between 0 and 100 percent."
        return Finding(rule="smart-attainable", severity="error", detail=wrong, hint=hint)
    if "baseline" in facts.amounts.parts or (facts.target is None and not facts.amounts.said):
        return None
    detail = f"It does not say where things stand now, so nobody can tell how far {_promise(facts)} is."
    hint = f"Add the baseline and its year: {_example(facts, ', from 40% in 2023')}."
    return Finding(rule="smart-attainable", severity="warning", detail=detail, hint=hint)


def _relevant(facts: Facts) -> Finding | None:
    if not facts.activities:
        return None
    detail = f"It counts an activity or an input, not what becomes of people: {_quoted(facts.activities)}."
    hint = (
        "Name the condition that this is to change, such as 'the share of adults with a job', and keep the activity for "
        "the strategies."
    )
    return Finding(rule="smart-relevant", severity="error", detail=detail, hint=hint)


def _time_bound(facts: Facts) -> Finding | None:
    if facts.target_year is not None and facts.baseline_year is not None and facts.target_year <= facts.baseline_year:
        detail = f"The target's year, {facts.target_year}, is not after the baseline's, {facts.baseline_year}."
        return Finding(
            rule="smart-time-bound", severity="error", detail=detail, hint="Name a later year for the target."
        )
    if facts.target_year is not None or (facts.years is not None and facts.years > 0):
        return None
    vague = f" {_quoted(facts.vague_time)} does not tell the year." if facts.vague_time else ""
    detail = f"It does not say by when.{vague}"
    hint = f"Add a year or a span: {_example(facts, ' by 2030')}."
    return Finding(rule="smart-time-bound", severity="error", detail=detail, hint=hint)


def _impossible(facts: Facts) -> Iterator[str]:
    """What cannot be: a share beyond its ends, a target on the wrong side, a change that leads out of bounds."""
    baseline, target, amount = facts.amounts.parts.get("baseline"), facts.target, facts.amounts.parts.get("amount")
    share = any(figure is not None and figure.unit in {"percent", "share"} for figure in (baseline, target))
    for name, figure in (("baseline", baseline), ("target", target)):
        if figure is not None and share and not 0 <= figure.value <= 100:
            yield f"The {name} {figure.written} cannot be: no share is under 0 or over 100 percent."
    way = facts.amounts.direction
    if baseline is not None and target is not None and way is not None:
        gained = target.value - baseline.value if way == "increase" else baseline.value - target.value
        if gained <= 0:
            wanted = "above" if way == "increase" else "below"
            yield f"To {way}, the target must lie {wanted} the baseline; {target.written} does not lie {wanted} {baseline.written}."
    if amount is not None:
        yield from _too_much(amount, baseline, way)


def _too_much(amount: Figure, baseline: Figure | None, way: str | None) -> Iterator[str]:
    relative = amount.unit in {"percent", "share"}
    if amount.value <= 0:
        yield f"A change of {amount.written} is none."
    elif way == "decrease" and relative and amount.value > 100:
        yield f"Nothing can fall by {amount.written}: by 100 percent it is gone."
    elif baseline is not None and baseline.unit in {"percent", "share"} and (relative or amount.unit == "points"):
        change = baseline.value * amount.value / 100 if relative else amount.value
        end = baseline.value - change if way == "decrease" else baseline.value + change
        if not -1e-9 <= end <= 100 + 1e-9:
            yield f"{baseline.written} changed by {amount.written} is {end:.6g} percent: no share is under 0 or over 100 percent."


def _promise(facts: Facts) -> str:
    """The amount or level as the sentence says it."""
    promised = facts.target or facts.amounts.parts.get("amount")
    return (
        repr(promised.written)
        if promised is not None
        else _quoted(facts.amounts.inexact)
        if facts.amounts.inexact
        else "the goal"
    )


def _example(facts: Facts, added: str) -> str:
    """The sentence itself with what is missing, where it is short enough to be read in a hint."""
    stem = facts.sentence or "Raise the high school graduation rate"
    return f"'{stem}{added}'" if len(stem) <= LONGEST_EXAMPLE else f"'...{added}'"


def _quoted(phrases: tuple[str, ...]) -> str:
    return ", ".join(repr(phrase) for phrase in phrases)
