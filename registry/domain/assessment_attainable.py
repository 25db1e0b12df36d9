"""Attainable: is the target on the wanted side, within reach, more than chance, and how does its pace stand to what was achieved?

Nothing here says that an ambitious target is wrong: a pace that nobody has kept yet is pointed out with the figures, for the partners
to judge. A target that only repeats the baseline is one to hold it (a *maintain* target).
"""

from collections.abc import Sequence
from fractions import Fraction

from registry.domain.assessment_ambition import (
    FEWEST_PEERS,
    PAST_YEARS,
    OwnPace,
    dip,
    forecast_of,
    noise,
    own_pace,
    peer_standing,
    required_pace,
)
from registry.domain.assessment_series import (
    Mark,
    change_in_words,
    declared_figures,
    horizon,
    in_words,
    mark_in_words,
    sign,
    start_of,
    target_period,
    target_value,
    years_before,
    years_in_words,
)
from registry.domain.curve import FEWEST_FOR_INTERVAL, FEWEST_FOR_VERDICT, Forecast
from registry.domain.evidence import Evidence, Told, failed, passed, untold, warned
from registry.domain.point import exact_text
from registry.domain.progress_rule import RULES
from registry.domain.template import progress_rule_of
from registry.domain.value import printed_rounding

TARGET = "/target/value"
TIMES_ITS_OWN = 2
"""A pace beyond this many times the place's own is pointed out."""
WRONG_SIDE = "The target is worse than the baseline, so no pace can be told."
MEND_SIDE = "Check baseline and target."
NEEDS_BOTH = "Give the baseline and the target, each with its period and value."


def target_on_wanted_side(evidence: Evidence) -> Told:
    """The target is at least as good as the baseline; a target that repeats the baseline holds it."""
    start, aim = start_of(evidence), target_value(evidence)
    if start is None or aim is None:
        return untold("Baseline and target cannot be set side by side.", NEEDS_BOTH, TARGET)
    beside = f"The target {in_words(evidence, aim, against=start.figure)} beside the baseline {mark_in_words(evidence, start)}"
    if _holds(evidence, start, aim):
        return passed(f"{beside}: to hold the level.", TARGET)
    wanted = "more" if sign(evidence) > 0 else "less"
    if sign(evidence) * (aim - start.figure) > 0:
        return passed(f"{beside}: {wanted} is wanted.", TARGET)
    return failed(
        f"{beside} is worse: {wanted} is wanted.",
        "Check both figures; to hold the level, give the baseline as the target.",
        TARGET,
    )


def target_in_bounds(evidence: Evidence) -> Told:
    """The target is a figure that the indicator can have."""
    aim, (low, high) = target_value(evidence), evidence.template.indicator.bounds
    if aim is None:
        return untold("There is no target to look at.", "Add the target.", TARGET)
    ends = " to ".join("no end" if end is None else f"{end:,.12g}" for end in (low, high))
    if (low is not None and aim < exact_text(low)) or (high is not None and aim > exact_text(high)):
        return failed(
            f"The target {float(aim):,.6g} is outside the indicator's bounds ({ends}).",
            "Check the figure and its unit.",
            TARGET,
        )
    return passed(f"{in_words(evidence, aim)} lies inside the bounds ({ends}).", TARGET)


def beyond_noise(evidence: Evidence) -> Told:
    """The change wanted is larger than two figures of so few people may differ by chance."""
    start, aim, band = start_of(evidence), target_value(evidence), noise(evidence)
    if start is None or aim is None:
        return untold("There is no change to be reached yet.", NEEDS_BOTH, TARGET)
    if _holds(evidence, start, aim):
        return passed("The target holds the level; no change is to be told from chance.", TARGET)
    change = abs(aim - start.figure)
    wanted = f"The change wanted is {change_in_words(evidence, change, against=band or 0.0)}"
    if band is None:
        way = "Give the baseline's numerator and denominator, or load a standard error."
        return untold(f"{wanted}; how much of that is chance nobody can say without the number of people.", way, TARGET)
    rule = progress_rule_of(evidence.template)
    known = evidence.rule or RULES.get(rule)
    cohorts = " and changing cohorts" if known is not None and known.tau else ""
    people = "" if start.people is None else f" (n = {start.people:,})"
    chance = f"chance{cohorts} alone may give {change_in_words(evidence, band, against=change)}{people}, by {rule}"
    if float(change) > band:
        return passed(f"{wanted}; {chance}.", TARGET)
    return warned(
        f"{wanted}, and {chance}: when it is reached, nobody will know whether anything improved.",
        "Aim further, take several years together, or count more people.",
        TARGET,
    )


def pace_beside_history(evidence: Evidence) -> Told:
    """The yearly pace that is asked, beside the place's own over the past five years."""
    required, own = required_pace(evidence), own_pace(evidence)
    if required is None:
        return untold("No yearly pace can be told.", NEEDS_BOTH, TARGET)
    if nothing_asked := _nothing_asked(evidence, required):
        return nothing_asked
    asked = _asked(evidence, required, TIMES_ITS_OWN * own.annual if own else Fraction(0))
    if own is None:
        way = f"Load the {PAST_YEARS} years before the baseline."
        return untold(f"{asked}; before the baseline no comparable year is loaded to set it beside.", way, TARGET)
    if required > TIMES_ITS_OWN * own.annual:
        times = f"more than {TIMES_ITS_OWN} times as fast" if own.annual > 0 else "while it has not improved"
        return warned(
            f"{asked}, {times}: {_achieved(evidence, own)}.",
            "Say in the story what will be done that was not done before, or take more years.",
            TARGET,
        )
    return passed(f"{asked}; {_achieved(evidence, own)}.", TARGET)


def pace_beside_peers(evidence: Evidence) -> Told:
    """The yearly pace that is asked, beside what other members achieved on this outcome."""
    required, peers, size = required_pace(evidence), peer_standing(evidence), len(evidence.peers)
    if required is None:
        return untold("No yearly pace can be told.", NEEDS_BOTH, TARGET)
    if nothing_asked := _nothing_asked(evidence, required):
        return nothing_asked
    asked = _asked(evidence, required, peers.ninetieth if peers else Fraction(0))
    if peers is None:
        way = "Nothing to do here: it shows once other members have figures."
        return untold(f"{asked}; no other member has achieved anything comparable yet.", way, TARGET)
    spans = [peer.years for peer in evidence.peers]
    over = (
        years_in_words(min(spans)) if min(spans) == max(spans) else f"{min(spans):.4g} to {years_in_words(max(spans))}"
    )
    median, ninetieth = (
        change_in_words(evidence, peers.median),
        change_in_words(evidence, peers.ninetieth, against=required),
    )
    others = (
        f"{size} other {'member' if size == 1 else 'members'} achieved, over {over}, a median of {median} a year "
        f"and {ninetieth} at the 90th percentile"
    )
    if size < FEWEST_PEERS:
        return untold(f"{asked}; {others}: too few to say more.", f"A percentile needs {FEWEST_PEERS} members.", TARGET)
    place = f"{asked}, at percentile {float(peers.percentile):.0f} of what members achieved: {others}"
    if required > peers.ninetieth:
        return warned(f"{place}.", "Say in the story what makes it possible here, or take more years.", TARGET)
    return passed(f"{place}.", TARGET)


def beats_forecast(evidence: Evidence) -> Told:
    """The target is better than where the years up to the baseline already point."""
    aim, due, ahead = target_value(evidence), target_period(evidence), forecast_of(evidence)
    if aim is None or due is None or start_of(evidence) is None:
        return untold("There is nothing to set beside a forecast yet.", NEEDS_BOTH, TARGET)
    if _wrong_side(evidence):
        return untold(WRONG_SIDE, MEND_SIDE, TARGET)
    before = years_before(evidence)
    if ahead is None:
        way = f"Load {FEWEST_FOR_VERDICT} years or more up to the baseline."
        return untold(
            f"Up to the baseline {len(before)} comparable {'year is' if len(before) == 1 else 'years are'} loaded; "
            f"a forecast needs {FEWEST_FOR_INTERVAL}, and {FEWEST_FOR_VERDICT} to be leaned on.",
            way,
            TARGET,
        )
    said = _foreseen(evidence, before, ahead, due.code)
    if not ahead.carries_verdict:
        why = _why_no_verdict(before, ahead)
        return untold(f"{said}; {why}.", "Lean on it with care; more years before the baseline help.", TARGET)
    beside = f"{said}; the target is {in_words(evidence, aim, against=ahead.value)}"
    if sign(evidence) * (float(aim) - ahead.value) > 0:
        return passed(f"{beside}.", TARGET)
    return warned(
        f"{beside}, which is no better than what comes if nothing changes.",
        "Aim beyond the forecast, or say in the story why it will not come true by itself.",
        TARGET,
    )


def baseline_not_a_dip(evidence: Evidence) -> Told:
    """The baseline is not far worse than the years before it, from where a part of the gain would come by itself."""
    start, fall, pointer = start_of(evidence), dip(evidence), "/baseline"
    if start is None:
        return untold("There is no baseline to look at.", "Add the baseline.", pointer)
    if fall is None:
        way = f"Load {FEWEST_FOR_INTERVAL} years before the baseline."
        return untold(
            f"Before the baseline fewer than {FEWEST_FOR_INTERVAL} comparable years are loaded, so nobody can say "
            "whether it was an unusual year.",
            way,
            pointer,
        )
    pointed = f"the {fall.years} years before it pointed to {in_words(evidence, fall.predicted.value)}"
    if not fall.clear:
        return passed(
            f"The baseline is {mark_in_words(evidence, start)}; {pointed}{_range(evidence, fall.predicted)}.", pointer
        )
    return warned(
        f"The baseline, {mark_in_words(evidence, start)}, is {change_in_words(evidence, fall.depth)} worse than {pointed}"
        f"{_range(evidence, fall.predicted)}. {_by_itself(evidence, start, fall.depth)}",
        "Take several years together as the baseline, or say in the story what happened in that year.",
        pointer,
    )


def _holds(evidence: Evidence, start: Mark, aim: Fraction) -> bool:
    """Whether the target is the baseline, as loaded, counted or printed."""
    figures = (start.figure, *declared_figures(evidence))
    half = exact_text(printed_rounding(repr(float(aim)))) / 2
    return aim in figures or (len(set(figures)) == 1 and abs(aim - start.figure) <= half)


def _wrong_side(evidence: Evidence) -> bool:
    """Whether the target is worse than the baseline: then no pace and no forecast says anything more of it."""
    start, aim = start_of(evidence), target_value(evidence)
    if start is None or aim is None or _holds(evidence, start, aim):
        return False
    return sign(evidence) * (aim - start.figure) < 0


def _nothing_asked(evidence: Evidence, required: Fraction) -> Told | None:
    """What there is to say of a pace where none is asked; null where one is."""
    if _wrong_side(evidence):
        return untold(WRONG_SIDE, MEND_SIDE, TARGET)
    return passed("The target asks no yearly pace: it is to hold the level.", TARGET) if required <= 0 else None


def _asked(evidence: Evidence, required: Fraction, against: Fraction = Fraction(0)) -> str:
    years = horizon(evidence)
    over = "" if years is None else f" for {years_in_words(years)}"
    return f"The target asks {change_in_words(evidence, required, against=against)} a year{over}"


def _achieved(evidence: Evidence, own: OwnPace) -> str:
    return (
        f"from {mark_in_words(evidence, own.first)} to {mark_in_words(evidence, own.last)} the place achieved "
        f"{change_in_words(evidence, own.annual)} a year over {years_in_words(own.years)}"
    )


def _foreseen(evidence: Evidence, before: Sequence[Mark], ahead: Forecast, code: str) -> str:
    since = f"{len(before)} years from {before[0].period.code} to {before[-1].period.code}"
    return f"The {since} point to {in_words(evidence, ahead.value)} in {code}{_range(evidence, ahead)}"


def _range(evidence: Evidence, forecast: Forecast) -> str:
    if forecast.low is None or forecast.high is None:
        return ""
    return f" (90 %: {in_words(evidence, forecast.low)} to {in_words(evidence, forecast.high)})"


def _why_no_verdict(before: Sequence[Mark], ahead: Forecast) -> str:
    if len(before) < FEWEST_FOR_VERDICT:
        return f"fewer than {FEWEST_FOR_VERDICT} years are too few to lean on"
    if ahead.out_of_bounds:
        return "the line leaves the indicator's bounds before then, so it says nothing of that year"
    return "that is further ahead than the history is long"


def _by_itself(evidence: Evidence, start: Mark, depth: Fraction) -> str:
    """What of the gain would come without anybody's doing, if the year was only an unlucky one."""
    aim = target_value(evidence)
    gain = None if aim is None else sign(evidence) * (aim - start.figure)
    if gain is None or gain <= 0:
        return "That much may come back by itself."
    comes = min(depth, gain)
    return (
        f"Of the {change_in_words(evidence, gain)} wanted, {change_in_words(evidence, comes)} "
        f"({float(100 * comes / gain):.0f} %) may come back by itself."
    )
