"""The catalogue in ``seeds/instruments``: each entry sound, sourced, honest about what is not known, and typed in as published."""

from itertools import pairwise

import pytest
from seed_documents import SEEDS

from registry.check import check
from registry.domain.instrument import RULES_OF_AN_INSTRUMENT, Instrument, InstrumentVersion, outside_version
from registry.domain.period import period_of

FILES = sorted((SEEDS / "instruments").glob("*.json"))
CHECKED = {path.stem: check(path.read_bytes(), Instrument, RULES_OF_AN_INSTRUMENT) for path in FILES}
INSTRUMENTS = {stem: instrument for stem, (instrument, _) in CHECKED.items() if instrument is not None}
VERSIONS = {
    f"{instrument.id} {version.id}": version for instrument in INSTRUMENTS.values() for version in instrument.versions
}

KNOWN_SCORES = (
    (
        "naep-reading",
        "since-2009",
        "basic",
        4,
        208,
        "NAEP grade 4 reading, NAEP Basic (nces.ed.gov, achievement levels)",
    ),
    ("naep-reading", "since-2009", "proficient", 4, 238, "NAEP grade 4 reading, NAEP Proficient (nces.ed.gov)"),
    ("naep-reading", "since-2009", "basic", 8, 243, "NAEP grade 8 reading, NAEP Basic (nces.ed.gov)"),
    ("naep-reading", "since-2009", "proficient", 8, 281, "NAEP grade 8 reading, NAEP Proficient (nces.ed.gov)"),
    ("kra-l", "kra-l", "ready", None, 19, "KRA-L, ready at 19 of 29 (strivepartnership.org, goal 1)"),
    ("ost-ela", "700-scale", "proficient", 3, 700, "Ohio's State Test, grade 3 (seisummit.org, third-grade reading)"),
    ("mcas-ela", "legacy", "proficient", None, 240, "MCAS, 240 of 200 to 280 (somerville-teacher-tool, issue 172)"),
    ("mcas-ela", "next-generation", "meeting", None, 500, "Next-generation MCAS, 500 of 440 to 560 (assabet.org)"),
    ("smarter-balanced-ela", "2015", "level-3", 3, 2432, "Smarter Balanced, grade 3 (whiteriver.wednet.edu)"),
    ("va-sol-reading", "since-2012-13", "pass-proficient", None, 400, "Virginia SOL, pass (doe.virginia.gov)"),
)
KNOWN_SCALES = (
    ("kra-l", "kra-l", 0, 29),
    ("mcas-ela", "legacy", 200, 280),
    ("mcas-ela", "next-generation", 440, 560),
    ("naep-reading", "since-2009", 0, 500),
    ("va-sol-reading", "since-2012-13", 0, 600),
)
HONEST = ("not verified", "not read", "left open", "not stated", "not known", "not printed", "prints no score")


def version(instrument: str, name: str) -> InstrumentVersion:
    return VERSIONS[f"{instrument} {name}"]


@pytest.mark.parametrize("stem", CHECKED)
def test_catalogued_instrument_has_no_findings(stem: str) -> None:
    assert [(finding.pointer, finding.detail) for finding in CHECKED[stem][1]] == []


def test_catalogue_names_each_instrument_once_after_its_file() -> None:
    assert len(INSTRUMENTS) >= 12
    assert [instrument.id for instrument in INSTRUMENTS.values()] == list(INSTRUMENTS) == [path.stem for path in FILES]
    assert len({instrument.title for instrument in INSTRUMENTS.values()}) == len(INSTRUMENTS)


@pytest.mark.parametrize("stem", INSTRUMENTS)
def test_every_instrument_says_where_it_comes_from_and_what_changed(stem: str) -> None:
    instrument = INSTRUMENTS[stem]
    assert "https://" in instrument.source
    assert [entry.id for entry in instrument.versions if len(entry.change) < 20] == []


@pytest.mark.parametrize("stem", INSTRUMENTS)
def test_a_cut_without_a_score_is_admitted_in_words(stem: str) -> None:
    instrument = INSTRUMENTS[stem]
    cuts = [cut for entry in instrument.versions for cut in entry.cuts]
    said = " ".join((instrument.source, instrument.notes, *(entry.change for entry in instrument.versions)))
    assert all(cut.score is not None for cut in cuts) or any(word in said for word in HONEST) or "no score" in said


@pytest.mark.parametrize("name", VERSIONS)
def test_scores_lie_on_the_scale_and_rise_with_the_cut(name: str) -> None:
    entry = VERSIONS[name]
    for grade in {cut.grade_or_age for cut in entry.cuts}:
        scores = [cut.score for cut in entry.cuts if cut.grade_or_age == grade and cut.score is not None]
        assert scores == sorted(set(scores))
        assert entry.scale_minimum is None or not scores or entry.scale_minimum <= scores[0]
        assert entry.scale_maximum is None or not scores or scores[-1] <= entry.scale_maximum


@pytest.mark.parametrize("stem", INSTRUMENTS)
def test_years_of_the_versions_are_periods_and_follow_one_another(stem: str) -> None:
    versions = INSTRUMENTS[stem].versions
    for entry in versions:
        first, last = (None if code is None else period_of(code) for code in (entry.first_period, entry.last_period))
        assert first is None or last is None or first.ordinal <= last.ordinal
    for earlier, later in pairwise(versions):
        if earlier.last_period is not None and later.first_period is not None:
            assert period_of(earlier.last_period).ordinal < period_of(later.first_period).ordinal


@pytest.mark.parametrize(("instrument", "name", "cut", "grade", "score", "source"), KNOWN_SCORES)
def test_typed_in_score_is_the_published_one(
    instrument: str, name: str, cut: str, grade: int | None, score: float, source: str
) -> None:
    found = [entry.score for entry in version(instrument, name).cuts if (entry.id, entry.grade_or_age) == (cut, grade)]
    assert found == [score], source


@pytest.mark.parametrize(("instrument", "name", "low", "high"), KNOWN_SCALES)
def test_typed_in_scale_is_the_published_one(instrument: str, name: str, low: float, high: float) -> None:
    entry = version(instrument, name)
    assert (entry.scale_minimum, entry.scale_maximum) == (low, high)


def test_three_tests_of_one_city_share_no_year() -> None:
    three = (("wkce-reading", "until-2013-14"), ("badger-ela", "2014-15"), ("wi-forward-ela", "2015-16-to-2022-23"))
    for year, right in (("SY2013-14", 0), ("SY2014-15", 1), ("SY2015-16", 2)):
        taken = [outside_version(version(*names), year, ()) == "" for names in three]
        assert [place for place, here in enumerate(taken) if here] == [right]


def test_ohio_s_form_of_63_items_and_the_one_of_50_are_two_versions() -> None:
    assert [entry.id for entry in INSTRUMENTS["ohio-kra"].versions] == ["63-items", "50-items", "kra-r"]
    assert outside_version(version("ohio-kra", "63-items"), "SY2017-18", ()) != ""
    assert outside_version(version("ohio-kra", "50-items"), "SY2017-18", ()) == ""


def test_sources_of_counts_have_no_cuts() -> None:
    sources = ("nsc-studenttracker", "acs-5-year", "acs-1-year", "fsa-fafsa", "qcew", "mit-living-wage", "crdc")
    assert [cut for stem in sources for entry in INSTRUMENTS[stem].versions for cut in entry.cuts] == []
