"""What the registry's one-word verdicts mean, for people: the same sentence on the screen, on a page and in a download."""

REASONS: dict[str, str] = {
    "within_noise": "the change is no larger than what the progress rule puts down to chance",
    "no_error_known": "no counts and no error are published, so nobody can say how much of the change is chance",
    "too_few_people": "fewer than 20 people stand behind one of the two figures",
    "participation": "under 95 % took part, or the share who took part moved by 5 points or more",
    "bounds": "the published ranges allow more than one verdict",
    "series_break": "the series is broken between the two figures, and nothing is compared across a break",
    "no_data": "there is no figure after the baseline",
    "no_baseline": "there is no figure to start from",
    "unequal_periods": "the two periods are not of the same length",
    "overlapping_periods": "the two periods overlap and their errors are not known",
    "cut_in_tail": "fewer than 5 people are on one side of the cut",
    "no_cut": "the indicator has no cut on a score scale",
    "benchmark_differs": "its benchmark measures in another way",
    "period_differs": "the benchmark has no figure in the same year",
    "segment_too_short": "a stretch between two breaks has fewer than two figures",
    "no_counts": "the people behind one of the figures are not published",
}
"""Why a trend or an effect is not told."""

CURVES: dict[str, str] = {
    "turned": "better than where it was heading",
    "within_forecast": "where it was heading",
    "worse_than_forecast": "worse than where it was heading",
}
"""A verdict on the forecast as pages and tables print it."""


def reason_in_words(code: str) -> str:
    """Why a figure is not told; a reason of the benchmark's says that it is the benchmark's.

    >>> reason_in_words("reference_no_data")
    'for its benchmark, there is no figure after the baseline'
    """
    of_reference = code.removeprefix("reference_")
    told = REASONS.get(of_reference, of_reference.replace("_", " "))
    return told if of_reference == code else f"for its benchmark, {told}"


UNCOUNTED: dict[str, str] = {
    "not_member": "the place is not a member on that day",
    "retired": "the measure was retired",
    "pending": "it stands on another major version of the outcome than the framework pins, and is pending until it moves",
    "proxy": "a declared proxy: its trend is counted by direction, apart from the others",
    "not_comparable": "it is comparable with no other measure; `outcomes variant show` says why",
    "not_rolled_up": "by the roll-up rule of this outcome nothing is counted over places; it stands in its own community's shares",
    "no_measure": "the community has registered no measure of it",
}
"""Why a community's trend on an outcome is in no count of the framework."""

UNLINKED: dict[str, str] = {
    "link_expired": "no link of its test to the scale is valid in that year",
    "no_link": "no link of its test to the scale is published",
    "bounds": "its share is known as a range only",
    "outside_tails": "its share is under 10 % or over 90 %, where a cut says too little of the mean",
    "no_error_known": "no counts and no error are published",
    "other_years": "that year was measured in another way than the measure says now",
    "counted_elsewhere": "its people are counted with another place here",
    "not_in_panel": "it has no mean at both ends of the window, so it is not in the panel",
    "sample": "it is a sample, so there are no people to weigh its mean by",
}
"""Why a place has no mean on the common scale."""

GAPS: dict[str, str] = {
    "opened": "opened",
    "not_behind": "was not behind",
    "reversed": "turned round",
    "narrowing": "narrowing",
    "widening": "widening",
    "unchanged": "unchanged",
    "indeterminate": "cannot be told",
}
"""What became of a gap, as pages and tables print it."""

TRENDS: dict[str, str] = {
    "improving": "improving",
    "maintaining": "maintaining",
    "declining": "declining",
    "indeterminate": "cannot be told",
}
"""A trend as pages and tables print it; design section 12: never by colour alone."""

PACES: dict[str, str] = {
    "met": "target met",
    "met_late": "target met, late",
    "missed": "target missed",
    "on_track": "on track",
    "off_track": "off track",
    "no_data": "no data yet",
}
"""A pace as pages and tables print it."""

CAUSE = "Describes change; does not show its cause."
UNMASKED = (
    "Small groups are shown as they are: this is for the operator and the owners of the figures. Do not pass it on."
)
PREVIEWED = "Small groups are masked, as a release made now would mask them."


def notice_of(*, masked: bool, release: str | None) -> str:
    """What stands beside every answer: whether small groups are masked in it, and by which release.

    >>> notice_of(masked=True, release="r284")
    'Release r284: small groups are masked.'
    """
    if not masked:
        return UNMASKED
    return PREVIEWED if release is None else f"Release {release}: small groups are masked."


PARTNER_STATUS: dict[str, str] = {
    "unsigned": "has not signed",
    "signed": "signed",
    "restated": "signed; the source has corrected the baseline since",
    "stale": "signed something that was changed since",
    "declined": "declined",
    "withdrawn": "took its signature back",
}
"""Where a partner stands, as pages and tables print it."""

SMART_LETTERS: dict[str, str] = {
    "P": "About everybody in the place",
    "S": "Specific",
    "M": "Measurable",
    "A": "Attainable",
    "R": "Relevant",
    "T": "Time-bound",
    "G": "Agreed",
    "C": "Of this place",
}
"""What each letter of an assessment asks, in the order in which they are told."""

COLLECTION: dict[str, str] = {
    "received": "received",
    "due": "due",
    "late": "late",
    "awaiting_release": "not released yet",
    "waived": "waived",
    "cannot_be_told": "due date not known",
}
"""How the collection of a year's result stands, as pages and tables print it."""
