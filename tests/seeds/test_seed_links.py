"""The links in ``seeds/links``: sound, as published, of cuts that are catalogued, and two that never stand for each other."""

import json
from pathlib import Path

import pytest
from seed_documents import SEEDS

from registry.check import check
from registry.domain.instrument import RULES_OF_AN_INSTRUMENT, Instrument, version_of
from registry.domain.link import RULES_OF_A_LINK, Link, cut_of, overlapping, resolved_link
from registry.domain.period import period_of

FILES = sorted((SEEDS / "links").glob("*.json"))
CHECKED = {path.stem: check(path.read_bytes(), Link, RULES_OF_A_LINK) for path in FILES}
LINKS = {stem: link for stem, (link, _) in CHECKED.items() if link is not None}
OFFICIAL = "nces-2005-grade-4-reading-official"
FULL = "nces-2005-grade-4-reading-full-population"
TESTS = check((SEEDS / "instruments" / "state-reading-2005.json").read_bytes(), Instrument, RULES_OF_AN_INSTRUMENT)
KNOWN = json.loads((Path(__file__).parents[1] / "vectors" / "linking.json").read_text())

PUBLISHED = {
    # nces.ed.gov/nationsreportcard/studies/statemapping/findings_table3.asp, table 3a, grade 4
    OFFICIAL: """
        al 172 2.1  ak 182 2.8  ar 217 1.4  ca 210 0.7  co 186 1.5  ct 212 1.1  fl 202 0.9  ga 174 1.6  hi 205 0.8  id 185 3.2
        in 199 1.2  ia 197 1.4  ky 206 1.6  la 198 1.4  me 224 1.1  md 187 1.5  ma 234 0.9  mi 182 3.8  ms 161 2.1  mt 197 1.5
        nj 191 1.7  nm 208 1.0  ny 207 1.2  nc 183 1.3  nd 204 0.7  oh 199 1.8  ok 182 2.3  sc 228 1.1  tn 170 1.5  tx 190 1.0
        wa 197 1.9  wv 186 1.3  wi 189 1.7  wy 228 0.6
    """,
    # nces.ed.gov/nationsreportcard/studies/statemapping/statemappingfpe3.asp
    FULL: """
        ak 179 2.0  ar 214 1.3  ca 209 1.0  co 182 1.9  ct 211 1.3  fl 199 1.2  ga 169 2.6  hi 204 1.3  ia 192 1.3  id 181 2.2
        in 197 1.2  ky 202 1.7  la 192 1.4  ma 232 0.9  md 182 1.9  ms 157 1.9  mt 193 1.7  nc 180 1.8  nd 200 2.2  nj 187 2.5
        nm 204 1.6  nv 210 1.4  ny 205 1.5  oh 194 1.5  ok 177 1.5  sc 226 1.8  tn 161 3.1  tx 183 1.3  wa 194 1.4  wi 185 2.0
        wv 182 1.4  wy 227 0.7
    """,
}


def published(stem: str) -> dict[str, tuple[float, float]]:
    words = PUBLISHED[stem].split()
    return {words[at]: (float(words[at + 1]), float(words[at + 2])) for at in range(0, len(words), 3)}


def by_state(stem: str) -> dict[str, tuple[float, float]]:
    return {cut.instrument_version[:2]: (cut.score, cut.standard_error) for cut in LINKS[stem].cuts}


@pytest.mark.parametrize("stem", CHECKED)
def test_link_has_no_finding_and_is_named_after_its_file(stem: str) -> None:
    assert [(finding.pointer, finding.detail) for finding in CHECKED[stem][1]] == []
    assert LINKS[stem].id == stem


@pytest.mark.parametrize("stem", PUBLISHED)
def test_every_cut_and_error_is_the_published_one(stem: str) -> None:
    assert by_state(stem) == published(stem)


def test_every_file_has_its_published_table() -> None:
    assert sorted(LINKS) == sorted(PUBLISHED)
    assert (len(published(OFFICIAL)), len(published(FULL))) == (34, 32)


def test_known_answers_rest_on_the_full_population_table() -> None:
    cuts, scale = by_state(FULL), LINKS[FULL].scale
    assert len(KNOWN) == 17
    for case in KNOWN:
        assert cuts[case["state"].lower()] == (case["cut"], case["cut_se"])
        assert (scale.sd, scale.u_sd, scale.u_m) == (case["scale_sd"], case["u_sd"], case["u_m"])


@pytest.mark.parametrize("stem", LINKS)
def test_every_cut_is_one_that_the_catalogue_knows(stem: str) -> None:
    tests, findings = TESTS
    assert findings == ()
    assert tests is not None
    for cut in LINKS[stem].cuts:
        facets = {"instrument": cut.instrument, "instrument_version": cut.instrument_version}
        version = version_of({tests.id: tests}, facets)
        assert version is not None, facets
        assert [(known.id, known.grade_or_age) for known in version.cuts] == [(cut.cut, cut.grade_or_age)]
        assert cut.place in version.title


def test_every_catalogued_version_is_linked_somewhere() -> None:
    tests, _ = TESTS
    assert tests is not None
    linked = {cut.instrument_version for link in LINKS.values() for cut in link.cuts}
    assert {version.id for version in tests.versions} == linked


def test_two_tables_of_one_year_are_two_scales_and_neither_stands_for_the_other() -> None:
    official, full = LINKS[OFFICIAL], LINKS[FULL]
    assert official.scale.id == "naep-grade-4-reading"
    assert full.scale.id == "naep-grade-4-reading-full-population"
    assert overlapping(official, [full]) == overlapping(full, [official]) == ()
    assert all("neither stands for the other" in link.notes for link in LINKS.values())


def test_the_notes_say_by_how_much_the_two_tables_differ() -> None:
    ours, theirs = by_state(OFFICIAL), by_state(FULL)
    apart = [ours[state][0] - theirs[state][0] for state in ours if state in theirs]
    assert (len(apart), min(apart), max(apart)) == (31, 1, 9)
    assert all("1 to 9 points above" in link.notes for link in LINKS.values())


def test_most_of_the_standards_lie_below_naep_basic() -> None:
    scores = [score for score, _ in by_state(OFFICIAL).values()]
    assert (sum(score < 208 for score in scores), min(scores), max(scores)) == (26, 161, 234)
    assert "26 of these 34 standards lie below Basic" in LINKS[OFFICIAL].notes


def test_what_the_publisher_flags_is_passed_on() -> None:
    flagged = {cut.place for cut in LINKS[OFFICIAL].cuts if "relative error" in cut.notes}
    fall = {cut.place for cut in LINKS[OFFICIAL].cuts if "in fall" in cut.notes}
    assert flagged == {"Georgia", "Michigan", "West Virginia"}
    assert fall == {"Indiana", "Iowa", "Michigan", "North Dakota", "Wisconsin"}


@pytest.mark.parametrize("stem", LINKS)
def test_the_link_holds_for_one_school_year_and_ends_with_it(stem: str) -> None:
    alaska = {
        "instrument": "state-reading-2005",
        "instrument_version": "ak-2005",
        "cut": "proficient",
        "grade_or_age": 4,
    }
    years = ("SY2003-04", "SY2004-05", "SY2005-06")
    covered = [cut_of(LINKS[stem], alaska, period_of(code).ordinal) is not None for code in years]
    assert covered == [False, True, False]


@pytest.mark.parametrize("stem", LINKS)
def test_the_link_says_everything_that_a_later_program_might_choose_otherwise(stem: str) -> None:
    assert resolved_link(LINKS[stem]) == LINKS[stem]
