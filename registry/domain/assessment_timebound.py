"""Time-bound: is there a day by which, will anybody know then, are there steps on the way, and was the target set before its result?

The result of a period is taken to be known from the last day of its release month, or from the day on which it was loaded here, whichever
is earlier. A target entered before that day was set without knowing. Where the source names no release month, a target entered before
the period was over is taken as set without knowing, one entered after the result was loaded is not, and in between nobody can tell.
"""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from registry.domain.assessment_restated import restated
from registry.domain.assessment_series import (
    breaks_between,
    declared_figures,
    horizon,
    in_words,
    period_or_none,
    sign,
    start_of,
    start_period,
    stated,
    target_period,
    target_value,
    years_in_words,
)
from registry.domain.collection import released_on
from registry.domain.evidence import Evidence, Told, failed, passed, untold, warned
from registry.domain.instrument import outside_version, version_of
from registry.domain.period import Period
from registry.domain.point import exact_text

DUE = "/target/period"
SHORTEST, LONGEST = 1, 15
"""Years from baseline to target."""
WITHOUT_MILESTONE = 3
"""Years that a target may be away without a step on the way."""
LONGEST_WAIT = 24
"""Months after the target's period within which its result should be known."""
NEEDS_PERIODS = "Give the baseline's and the target's period."


def target_after_baseline(evidence: Evidence) -> Told:
    """The target's period ends after the baseline's."""
    first, last = start_period(evidence), target_period(evidence)
    if evidence.variant.target is None:
        return failed("There is no date by which anything is to be reached.", "Add the target's period.", DUE)
    if first is None or last is None:
        return untold("The two periods cannot be set in order.", NEEDS_PERIODS, DUE)
    if last.end <= first.end:
        return failed(
            f"The target's period {last.code} is not after the baseline's, {first.code}.", "Name a later period.", DUE
        )
    return passed(f"From {first.code} to {last.code}.", DUE)


def one_to_fifteen_years(evidence: Evidence) -> Told:
    """The target lies 1 to 15 years after the baseline."""
    years = horizon(evidence)
    if years is None or years <= 0:
        return untold("The years from baseline to target cannot be counted.", NEEDS_PERIODS, DUE)
    away = f"The target is {years_in_words(years)} after the baseline"
    if SHORTEST <= years <= LONGEST:
        return passed(f"{away}.", DUE)
    way = "Set a nearer target." if years > LONGEST else "Set a target a year away or more."
    return warned(f"{away}; a shared result has {SHORTEST} to {LONGEST} years.", way, DUE)


def release_in_time(evidence: Evidence) -> Told:
    """The result of the target's period is published, and that within two years."""
    due, pointer = target_period(evidence), "/source/release_month"
    if due is None:
        return untold("There is no target period whose result could be due.", "Add the target's period.", DUE)
    released = release_day(evidence)
    if released is None:
        way = "Add the month in which a year's result is released (1 to 12)."
        return untold(f"Nothing says when the result of {due.code} is released.", way, pointer)
    wait = 12 * (released.year - due.end.year) + released.month - due.end.month
    said = (
        f"The result of {due.code} (until {due.end.isoformat()}) is due by {released.isoformat()}, {wait} months later"
    )
    if wait > LONGEST_WAIT:
        return warned(
            f"{said}: nobody can say until then whether the target was met.",
            "Follow an earlier sign beside it, such as a milestone on a measure that is known sooner.",
            DUE,
        )
    return passed(f"{said}.", pointer)


def milestones_set(evidence: Evidence) -> Told:
    """A target more than three years away has a step on the way."""
    years, steps, pointer = horizon(evidence), len(evidence.variant.milestones), "/milestones"
    if years is None or years <= 0:
        return untold("The years from baseline to target cannot be counted.", NEEDS_PERIODS, pointer)
    said = f"{steps} {'milestone' if steps == 1 else 'milestones'} over {years_in_words(years)}"
    if years > WITHOUT_MILESTONE and not steps:
        way = "Add one milestone at least, with its period and value."
        return warned(f"{said}; more than {WITHOUT_MILESTONE} years need a step on the way.", way, pointer)
    return passed(f"{said}.", pointer)


def milestones_in_order(evidence: Evidence) -> Told:
    """Every milestone lies between baseline and target, in time and in value, and none goes back."""
    steps = evidence.variant.milestones
    if not steps:
        return passed("There are no milestones to be in order.", "/milestones")
    found = next(_disorder(evidence), None)
    if found is None:
        walk = ", ".join(f"{in_words(evidence, step.value)} in {step.period}" for step in steps)
        return passed(f"In order: {walk}.", "/milestones")
    pointer, detail = found
    return warned(detail, "Check periods and values: each step comes later and nearer to the target.", pointer)


def baseline_before_registration(evidence: Evidence) -> Told:
    """The baseline's period was over when the measure was registered."""
    first, pointer = start_period(evidence), "/baseline/period"
    if first is None:
        return untold("There is no baseline period to look at.", "Add the baseline.", pointer)
    said = f"The baseline's period {first.code} ended on {first.end.isoformat()}, the measure was registered on"
    if first.end <= evidence.registered:
        return passed(f"{said} {evidence.registered.isoformat()}.", pointer)
    return failed(
        f"{said} {evidence.registered.isoformat()}: nobody could know where it starts.",
        "Use a period that was over by then, or register a new revision once this one is.",
        pointer,
    )


def target_before_result(evidence: Evidence) -> Told:
    """The target was set before anybody knew its result."""
    entered, before = evidence.target_entered, registered_before_result(evidence)
    if entered is None or target_period(evidence) is None:
        return untold("There is no target of which to tell since when it stands.", "Add the target.", DUE)
    released, loaded = release_day(evidence), evidence.result_known
    due = "" if released is None else f"; its result is due by {released.isoformat()}"
    here = "" if loaded is None else f"; its result was loaded on {loaded.isoformat()}"
    said = f"The target stands as it is since {entered.isoformat()}{due}{here}"
    if before is None:
        way = "Add the month in which a year's result is released."
        return untold(f"{said}. Nobody can tell whether its result was known by then.", way, "/source/release_month")
    if before:
        return passed(f"{said}: set without knowing the result.", DUE)
    way = "It is shown as set afterwards, for good; set the next target ahead of its result."
    return warned(f"{said}: the result may have been known when it was set.", way, DUE)


def one_series(evidence: Evidence) -> Told:
    """Baseline and target are measured the same way, or a bridge says how one leads to the other."""
    first, last, pointer = start_period(evidence), target_period(evidence), "/breaks"
    if first is None or last is None:
        return untold("It takes a baseline and a target to be on one series.", NEEDS_PERIODS, pointer)
    broken = breaks_between(evidence)
    if broken:
        told = "; ".join(f"{period.code} ({entry.kind}): {entry.reason.rstrip('.')}" for period, entry in broken)
        times = "is broken" if len(broken) == 1 else f"is broken {len(broken)} times"
        way = "Say at each break how the old figures lead to the new (bridge), or set baseline and target anew on the new measure."
        return failed(
            f"Between {first.code} and {last.code} the series {times}: {told}. {restated(evidence)[1]}".rstrip(),
            way,
            pointer,
        )
    version = version_of(
        evidence.instruments, {name: stated(evidence, name) for name in ("instrument", "instrument_version")}
    )
    declared = [entry.period for entry in evidence.variant.breaks]
    for name, period in (("baseline", first), ("target", last)):
        reason = "" if version is None else outside_version(version, period.code, declared)
        if reason:
            way = "Declare a break where the version changes, with a bridge, or name the version of that year."
            return failed(f"The {name}'s period {period.code} {reason}.", way, pointer)
    bridged = [entry.period for entry in evidence.variant.breaks if entry.bridge and _inside(entry.period, first, last)]
    over = f", over a bridge at {', '.join(bridged)}" if bridged else ""
    return passed(f"{first.code} and {last.code} are on one series{over}.", pointer)


def registered_before_result(evidence: Evidence) -> bool | None:
    """Whether the target was entered before its result was known, as the head of this module says; null where nobody can tell."""
    entered, due = evidence.target_entered, target_period(evidence)
    if entered is None or due is None:
        return None
    released, loaded = release_day(evidence), evidence.result_known
    if loaded is not None and entered >= loaded:
        return False
    if released is not None:
        return entered < released
    return True if entered < due.end else None


def release_day(evidence: Evidence) -> date | None:
    """The last day of the release month that follows the target period; null without a release month.

    A cohort that the measure follows for several years (``cohort_years``) is known only after those.
    """
    due, source = target_period(evidence), evidence.variant.source
    if due is None or source is None or source.release_month is None:
        return None
    followed = stated(evidence, "cohort_years")
    years = followed if due.kind == "entering-cohort" and isinstance(followed, int) and followed > 1 else 1
    return released_on(due, source.release_month, years)


def _inside(code: str, first: Period, last: Period) -> bool:
    period = period_or_none(code)
    return period is not None and first.ordinal < period.ordinal <= last.ordinal


def _disorder(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Every milestone that is out of order, with its pointer."""
    first, last, wanted = start_period(evidence), target_period(evidence), sign(evidence)
    reached, end = _worst_start(evidence), target_value(evidence)
    before: Period | None = None
    for place, step in enumerate(evidence.variant.milestones):
        here, value = period_or_none(step.period), exact_text(step.value)
        pointer, said = f"/milestones/{place}", f"The milestone {in_words(evidence, value)} in {step.period}"
        if here is None:
            continue
        if (first and here.ordinal <= first.ordinal) or (last and here.ordinal >= last.ordinal):
            yield f"{pointer}/period", f"{said} does not lie between baseline and target."
        elif before is not None and here.ordinal <= before.ordinal:
            yield f"{pointer}/period", f"{said} does not come after the one before it."
        elif reached is not None and wanted * value < wanted * reached:
            yield f"{pointer}/value", f"{said} goes back behind {in_words(evidence, reached)}."
        elif end is not None and wanted * value > wanted * end:
            yield f"{pointer}/value", f"{said} goes beyond the target {in_words(evidence, end)}."
        before, reached = here, value


def _worst_start(evidence: Evidence) -> Fraction | None:
    """The baseline, of loaded, counted and printed the one that asks least of the first step."""
    start, wanted = start_of(evidence), sign(evidence)
    figures = (*declared_figures(evidence), *(() if start is None else (start.figure,)))
    return min(figures, key=lambda figure: wanted * figure, default=None)
