"""Who is comparable with whom, targets on the wanted side, and nobody's word invented as a fact."""

import pytest
from seed_documents import (
    AGENDA,
    BENCHMARKS,
    BY_COMMUNITY,
    BY_REFERENCE,
    CITIES,
    DIVISIONS,
    LOADS,
    MEASURED,
    MEMBERS,
    PROXIES,
    VARIANTS,
    cell,
    hidden,
    mapping_of,
    number,
    rows_of,
    template_of,
)

from registry.domain.comparability import Keys, keys_of
from registry.domain.progress import RULES, Point, progress
from registry.domain.template import progress_rule_of, terms_of


def keys(reference: str) -> Keys:
    return keys_of(BY_REFERENCE[reference], template_of(BY_REFERENCE[reference]))


def groups(template: str, tier: str) -> set[frozenset[str]]:
    """The members of one template by equal key."""
    found: dict[str, set[str]] = {}
    for reference in MEASURED:
        variant = BY_REFERENCE[reference]
        if variant.template.startswith(f"{template}@"):
            found.setdefault(str(getattr(keys(reference), tier)), set()).add(variant.community)
    return {frozenset(places) for places in found.values()}


TWO = frozenset({"charlottesville", "albemarle"})


def test_only_a_proxy_and_a_place_on_the_agenda_have_no_key_and_each_says_why() -> None:
    without = {reference: keys(reference).reasons for reference in BY_REFERENCE if keys(reference).tier != "level"}
    assert set(without) == PROXIES | set(AGENDA)
    assert all(without.values())


def test_reading_has_two_levels_and_one_group_for_progress() -> None:
    connecticut, virginia = CITIES | {"andover"}, DIVISIONS | {"highland-county"}
    assert groups("early-grade-reading", "level") == {connecticut, virginia}
    assert groups("early-grade-reading", "progress") == {connecticut | virginia}


def test_mathematics_stays_apart_even_for_progress_because_other_students_are_counted() -> None:
    assert groups("middle-grade-math", "level") == groups("middle-grade-math", "progress") == {CITIES, TWO}


def test_graduation_and_enrollment_after_it_are_one_level_each() -> None:
    assert groups("hs-graduation", "level") == groups("postsecondary-enrollment", "level") == {TWO}


def test_attendance_has_two_levels_and_one_group_for_progress() -> None:
    connecticut, colorado = {"bridgeport", "hartford", "new-haven"}, {"denver", "greeley", "jefferson-county", "pueblo"}
    assert groups("consistent-attendance", "level") == {frozenset(connecticut), frozenset(colorado)}
    assert groups("consistent-attendance", "progress") == {frozenset(connecticut | colorado)}


@pytest.mark.parametrize("reference", MEASURED)
def test_benchmark_is_measured_as_the_place_is(reference: str) -> None:
    benchmark = BY_REFERENCE[reference].benchmark
    assert benchmark is not None
    assert keys(benchmark) == keys(reference)


def test_break_stands_in_every_virginia_reading_series_and_only_richmond_starts_before_it() -> None:
    reading = [variant for variant in VARIANTS.values() if variant.id == "grade-3-reading"]
    assert {tuple((gap.period, gap.kind, gap.bridge) for gap in variant.breaks) for variant in reading} == {
        (("SY2012-13", "instrument", None),)
    }
    assert [
        variant.community for variant in reading if variant.baseline and str(variant.baseline.period) < "SY2012-13"
    ] == ["richmond"]


@pytest.mark.parametrize("reference", MEASURED)
def test_target_and_milestones_lie_on_the_wanted_side_and_in_time(reference: str) -> None:
    variant = BY_REFERENCE[reference]
    assert variant.baseline is not None
    assert variant.target is not None
    start = variant.baseline.value if variant.baseline.value is not None else 50
    path = [start, *(stone.value for stone in variant.milestones), variant.target.value]
    assert template_of(variant).indicator.direction == "increase"
    assert path == sorted(set(path))
    years = int(variant.target.period[2:6]) - int(str(variant.baseline.period)[2:6])
    assert 1 <= years <= 15
    assert variant.milestones


@pytest.mark.parametrize("reference", MEASURED)
def test_target_that_nobody_published_says_so(reference: str) -> None:
    assert "The target is for demonstration; the place has not published it." in BY_REFERENCE[reference].notes


@pytest.mark.parametrize("reference", MEASURED)
def test_statement_gives_the_target_and_the_year_in_which_it_ends(reference: str) -> None:
    variant = BY_REFERENCE[reference]
    assert variant.target is not None
    assert variant.statement.startswith(f"By 20{variant.target.period[-2:]}, {variant.target.value:g}% of ")


@pytest.mark.parametrize("reference", MEMBERS)
def test_partners_are_of_two_sectors_and_named_by_kind(reference: str) -> None:
    variant = BY_REFERENCE[reference]
    assert len({partner.sector for partner in variant.partners}) >= 2
    assert all(partner.name.endswith("(for demonstration)") for partner in variant.partners)
    assert all(partner.commitment.startswith("For demonstration: ") for partner in variant.partners)
    known = {(partner.id, partner.name, partner.sector) for partner in BY_COMMUNITY[variant.community].partners}
    assert {(partner.id, partner.name, partner.sector) for partner in variant.partners} <= known
    assert "none has committed itself" in variant.notes


@pytest.mark.parametrize("reference", BENCHMARKS)
def test_reference_series_has_no_target_and_no_partners(reference: str) -> None:
    variant = BY_REFERENCE[reference]
    assert (variant.target, variant.milestones, variant.partners) == (None, (), ())


# What the README says of progress


def point(reference: str, period: str) -> Point:
    """The data point of one row; a hidden figure is the range in which it must lie."""
    columns = mapping_of(LOADS[reference]["mapping"]).columns
    row = rows_of(reference)[period]
    numerator, denominator = row[str(columns.numerator)], row[str(columns.denominator)]
    value = cell(row, columns.value) or numerator
    people = None if hidden(denominator) else int(number(denominator))
    eligible = int(row[columns.eligible]) if columns.eligible else None
    if hidden(value):
        low = float(value[1:]) if value.startswith(">") else 0.0
        return Point(period=period, low=low, high=100.0, denominator=people, eligible=eligible)
    return Point(period=period, numerator=int(number(numerator)), denominator=people, eligible=eligible)


@pytest.mark.parametrize(
    ("reference", "trend", "reason"),
    [
        ("bridgeport/grade-3-ela", "improving", None),
        ("new-haven/grade-3-ela", "improving", None),
        ("waterbury/grade-3-ela", "improving", None),
        ("stamford/grade-3-ela", "indeterminate", "within_noise"),
        ("hartford/grade-3-ela", "indeterminate", "within_noise"),
        ("andover/grade-3-ela", "indeterminate", "bounds"),
        ("richmond/grade-3-reading", "indeterminate", "series_break"),
        ("highland-county/grade-3-reading", "indeterminate", "no_error_known"),
        ("roanoke-city/grade-3-reading", "declining", None),
        ("albemarle/grade-3-reading", "indeterminate", "within_noise"),
        ("charlottesville/grade-3-reading", "indeterminate", "within_noise"),
        ("norfolk/grade-3-reading", "indeterminate", "within_noise"),
        ("hartford/grade-8-math", "indeterminate", "participation"),
        ("charlottesville/hs-graduation", "improving", None),
        ("albemarle/hs-graduation", "improving", None),
        ("albemarle/postsecondary-enrollment", "indeterminate", "within_noise"),
        ("charlottesville/postsecondary-enrollment", "indeterminate", "within_noise"),
        ("jefferson-county/consistent-attendance", "improving", None),
        ("greeley/consistent-attendance", "improving", None),
        ("denver/consistent-attendance", "declining", None),
        ("pueblo/consistent-attendance", "declining", None),
    ],
)
def test_trend_is_what_the_readme_says(reference: str, trend: str, reason: str | None) -> None:
    variant = BY_REFERENCE[reference]
    template = template_of(variant)
    assert variant.baseline is not None
    start, end = str(variant.baseline.period), max(rows_of(reference))
    broken = next((gap.period for gap in variant.breaks if start < gap.period <= end), None)
    rule = RULES[progress_rule_of(template)]
    answer = progress(
        point(reference, start), point(reference, end), None, (), terms_of(template), rule, broken_at=broken
    )
    assert (answer.trend, answer.reason) == (trend, reason)
    assert (answer.change is None) == (reason in {"bounds", "series_break", "no_error_known"})
