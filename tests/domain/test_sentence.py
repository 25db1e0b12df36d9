"""What a plain sentence promises and whether it is SMART: known answers, what must not matter, and what must hold of any text."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.sentence import LETTERS, LONGEST, SentenceReading, read_sentence

VECTORS = Path(__file__).parents[1] / "vectors"
SHARED = Path(__file__).parents[2].parent / "shared" / "vectors"
HANDED_OVER = ("smart.json", "smart_more.json")
CASES: list[Any] = [
    case
    for name in (*HANDED_OVER, "smart_own.json")
    for case in json.loads((VECTORS / name).read_text(encoding="utf-8"))
]
SENTENCES = st.sampled_from([case["sentence"] for case in CASES])
any_sentence = settings(deadline=None)

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case["sentence"] or "empty")


def parsed(sentence: str) -> dict[str, Any]:
    """What was read, as it leaves in JSON."""
    read: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(read_sentence(sentence).parsed))
    return read


def told(reading: SentenceReading, letter: str) -> str:
    """Detail and hint of the finding about one letter."""
    return next(f"{found.detail} {found.hint}" for found in reading.findings if LETTERS[found.rule] == letter)


@pytest.mark.parametrize("name", HANDED_OVER)
def test_the_vectors_here_are_the_vectors_handed_over(name: str) -> None:
    if not (SHARED / name).exists():
        pytest.skip("the shared vectors are not beside this clone")
    assert (VECTORS / name).read_bytes() == (SHARED / name).read_bytes()


@every_case
def test_letters_are_the_known_ones(case: Any) -> None:
    reading = read_sentence(case["sentence"])
    assert (set(reading.fails), set(reading.warns)) == (set(case["fails"]), set(case["warns"]))


@every_case
def test_figures_and_places_are_the_known_ones(case: Any) -> None:
    found = parsed(case["sentence"])
    expected = case["parsed"]
    assert {name: found.get(name) for name in expected} == {
        name: pytest.approx(value, abs=1e-6) if isinstance(value, float) else value for name, value in expected.items()
    }


UNREAD = {
    "Raise graduation in Toledo by 10% within three to five years": ("within three to five years",),
    "Reduce chronic absence in Lowell by 5% each year through 2030": ("by 5% each year",),
    "Reduce unemployment in Anytown, USA by 50% by the end of the decade.": ("by the end of the decade",),
    "Reduce chronic absence in Wichita by 10 to 15 percent by 2028": ("10 to 15 percent",),
    "Raise reading proficiency in Macon by 2 points a year until 2030": ("by 2 points a year",),
    "Raise third grade reading in Akron from 40% in 2023 to 50% by 2027 and 60% by 2030": ("50% by 2027",),
    "Raise reading in Akron from 40% to 60% and math from 30% to 50% by 2030": ("30% to 50%",),
    "Raise reading in Akron from 60% by 10 points to 90% by 2030": ("10 points",),
    "Lower the dropout rate in Buffalo from 9 to 4.5 percent by '30": ("30",),
    "By 2027, 90% of third graders in Highland County will read well, up from more than 50%.": ("more than 50%",),
}


@pytest.mark.parametrize(("sentence", "unread"), UNREAD.items(), ids=UNREAD)
def test_what_cannot_be_placed_is_named_and_not_guessed(sentence: str, unread: tuple[str, ...]) -> None:
    assert read_sentence(sentence).unread == unread


COMPLETE = [
    case["sentence"]
    for case in CASES
    if {"baseline", "target", "target_year"} <= case["parsed"].keys() and case["sentence"] not in UNREAD
]


@pytest.mark.parametrize("sentence", COMPLETE)
def test_nothing_is_unread_in_a_sentence_that_says_it_all(sentence: str) -> None:
    assert read_sentence(sentence).unread == ()


WORDS = {
    "Reduce unemployment in Anytown, USA by 50% over ten years.": {"what": "unemployment"},
    "By 2030, 60% of third graders in Dallas County will read at grade level, up from 37% in 2018-19.": {
        "what": "read at grade level",
        "whom": "third graders",
        "baseline_year": 2019,
    },
    "Raise the share of adults aged 25-34 with a credential in Tulsa County from 41% to 55% by 2031": {
        "what": "share of adults aged 25-34 with a credential",
        "whom": "adults aged 25-34",
    },
    "Chronic absenteeism in Detroit Public Schools will be below 40% by 2027": {"what": "Chronic absenteeism"},
    "Close the gap between Black and white students in Milwaukee by 10 points by 2030": {
        "whom": "Black and white students"
    },
}


@pytest.mark.parametrize(("sentence", "expected"), WORDS.items(), ids=WORDS)
def test_condition_and_people_are_given_in_the_sentences_own_words(sentence: str, expected: dict[str, Any]) -> None:
    found = parsed(sentence)
    assert {name: found.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("place", "written"),
    [
        (place, f"Raise graduation {before}{place}{after} from 64% to 80% by 2030")
        for before, place, after in (
            ("in ", "Washington, D.C.", ""),
            ("in ", "St. Louis", ""),
            ("across ", "the Bronx", ""),
            ("in ", "Prince George's County", ""),
            ("in ", "Coeur d'Alene", ""),
            ("in ", "Winston-Salem", ""),
            ("in ", "High Point", ""),
            ("in ", "Isle of Wight County", ""),
            ("among ", "Toledo", " residents"),
            ("of ", "Hamilton County", " graduates"),
            ("in ", "King and Pierce Counties", ""),
            ("in ", "the City of Toledo", ""),
            ("in ", "Cañon City, Colorado", ""),
            ("in ", "Dallas ISD", ""),
        )
    ],
)
def test_place_is_found_by_its_name(place: str, written: str) -> None:
    assert parsed(written)["place"] == place


@pytest.mark.parametrize(
    "nowhere",
    [
        "Raise the pass rate in Algebra I from 40% to 55% by spring 2030",
        "Raise completion of the FAFSA from 40% to 55% in June 2030",
        "Raise graduation of Latino and English Learner students from 40% to 55% by 2030",
        "Raise enrollment in Head Start from 40% to 55% by 2030",
        "Raise the result on the state assessment from 40% to 55% by 2030",
        "Raise the share at the level their state calls proficient from 40% to 55% by 2030",
        "Raise graduation in our community from 40% to 55% by 2030",
        "Raise completion from 30% in SY2022-23 to 50% in SY2027-28",
    ],
)
def test_names_of_tests_groups_months_and_programmes_are_no_places(nowhere: str) -> None:
    assert "place" not in parsed(nowhere)


@pytest.mark.parametrize(
    ("deadline", "expected"),
    [
        ("by 2030", 2030),
        ("before the end of 2030", 2030),
        ("no later than December 31st, 2030", 2030),
        ("by 12/31/2030", 2030),
        ("by 2030-06-30", 2030),
        ("by SY2029-30", 2030),
        ("by the 2029-2030 school year", 2030),
        ("by FY2030", 2030),
        ("for the class of 2030", 2030),
        ("by the high school class of 2030", 2030),
        ("in fall 2030", 2030),
        ("by 1999-00", 2000),
    ],
)
def test_deadline_is_the_year_in_which_it_ends(deadline: str, expected: int) -> None:
    assert parsed(f"Raise graduation in Toledo to 90% {deadline}")["target_year"] == expected


@pytest.mark.parametrize(
    ("span", "years"),
    [
        ("in five years", 5),
        ("over the next ten years", 10),
        ("within 18 months", 1.5),
        ("within a decade", 10),
        ("over a five-year period", 5),
        ("in 10 years' time", 10),
        ("in 5 yrs", 5),
        ("three years from now", 3),
    ],
)
def test_span_is_given_in_years(span: str, years: float) -> None:
    assert parsed(f"Raise graduation in Toledo by 10% {span}")["years"] == years


@pytest.mark.parametrize(
    "vague", ["soon", "over time", "by next year", "in the past five years", "over the coming years"]
)
def test_what_depends_on_the_day_of_reading_is_no_deadline(vague: str) -> None:
    assert "T" in read_sentence(f"Raise graduation in Toledo by 10% {vague}").fails


@pytest.mark.parametrize(
    ("direction", "sentence"),
    [
        ("decrease", "Improve infant mortality in Gary from 12 to 6 per 1,000 live births by 2030"),
        ("increase", "Improve attendance in Gary from 80% to 90% by 2030"),
        ("increase", "Raise graduation in Gary by 5 points by 2030 by cutting chronic absence"),
        ("increase", "Raise cut scores in lower-income schools in Gary by 5% by 2030"),
        ("increase", "Graduation in Gary will go from 80% to 90% by 2030"),
        (None, "60% of third graders in Gary will read well by 2030"),
        (None, "Dropouts in Gary: 5% by the fall of 2030"),
    ],
)
def test_direction_is_the_first_that_a_word_or_a_comparison_says(direction: str | None, sentence: str) -> None:
    assert parsed(sentence).get("direction") == direction


@pytest.mark.parametrize(
    ("sentence", "levels"),
    [
        ("Raise reading in Lowell from 2018-19 (37%) to 2029-30 (60%)", (37, 2019, 60, 2030)),
        ("Raise reading in Lowell from 36% (2015) to 70% (2025)", (36, 2015, 70, 2025)),
        ("From 2015 to 2025, raise reading in Lowell from 36% to 70%", (36, 2015, 70, 2025)),
        ("In 2019, 46% of children in Lowell were ready. By 2028, 60% will be.", (46, 2019, 60, 2028)),
        ("By 2028 reading in Lowell will exceed 60%, compared to 46% in 2018-19", (46, 2019, 60, 2028)),
        ("Raise the rate in Lowell to 60% by 2028 from a 2019 baseline of 46%", (46, 2019, 60, 2028)),
        ("Raise reading in Lowell from 40% (2022) to 50% (2026) and 60% (2030)", (40, 2022, 60, 2030)),
    ],
)
def test_each_level_has_its_own_year(sentence: str, levels: tuple[int, int, int, int]) -> None:
    found = parsed(sentence)
    assert tuple(found.get(name) for name in ("baseline", "baseline_year", "target", "target_year")) == levels


@pytest.mark.parametrize(
    "sentence",
    [
        "Raise attendance in Gary from 95% to 101% by 2030",
        "Raise attendance in Gary to -5% by 2030",
        "Raise attendance in Gary from 80% to 80% by 2030",
        "Raise attendance in Gary from 60% by 80% by 2030",
        "Reduce poverty in Gary from 10% by 12 points by 2030",
        "Reduce poverty in Gary by 0% by 2030",
    ],
)
def test_impossible_aim_is_not_attainable(sentence: str) -> None:
    assert read_sentence(sentence).fails == ("A",)


def test_count_and_money_may_be_above_100() -> None:
    assert read_sentence("Raise the median wage in Gary from $90 to $120 a day by 2030").fails == ()
    assert read_sentence("Raise the number of graduates in Gary from 85 to 110 by 2030").fails == ()


def test_finding_names_what_was_found_and_shows_how_to_write_it() -> None:
    reading = read_sentence("Increase job referrals through our program")
    assert "'through our program'" in told(reading, "P")
    assert "'job referrals'" in told(reading, "R")
    assert "'Increase job referrals through our program by 2030'" in told(reading, "T")
    assert "70% does not lie above 80%" in told(read_sentence("Raise it in Gary from 80% to 70% by 2030"), "A")


def test_text_that_is_too_long_is_told_and_not_read() -> None:
    sentence = "Reduce unemployment in Anytown, USA by 50% over ten years. "
    reading = read_sentence(sentence * (LONGEST // len(sentence) + 1))
    assert (reading.fails, parsed(sentence * 50), reading.unread) == (
        ("S", "M", "T"),
        {},
        ("a text of more than 2,000 characters",),
    )


@any_sentence
@given(SENTENCES, st.sampled_from([".", " .", "!", "  ", " \n", "..."]))
def test_end_of_the_sentence_changes_nothing(sentence: str, end: str) -> None:
    assert read_sentence(sentence.rstrip(".") + end) == read_sentence(sentence)


@any_sentence
@given(SENTENCES, st.sampled_from(["  ", " \t ", "\n", "\u00a0", "\u2003 "]))
def test_kind_of_blank_changes_nothing(sentence: str, blank: str) -> None:
    assert read_sentence(blank + sentence.replace(" ", blank)) == read_sentence(sentence)


@any_sentence
@given(SENTENCES, st.sampled_from("\u2010\u2011\u2012\u2013\u2014\u2212"), st.sampled_from("\u2018\u2019\u02bc`"))
def test_kind_of_dash_and_quote_changes_nothing(sentence: str, dash: str, quote: str) -> None:
    assert read_sentence(sentence.replace("-", dash).replace("'", quote)) == read_sentence(sentence)


@any_sentence
@given(SENTENCES)
def test_case_of_the_first_letter_changes_nothing(sentence: str) -> None:
    assert read_sentence(sentence[:1].lower() + sentence[1:]) == read_sentence(sentence)


PIECES = (
    *(
        "from",
        "by",
        "to",
        "at",
        "least",
        "no",
        "more",
        "than",
        "of",
        "in",
        "within",
        "over",
        "up",
        "down",
        "every",
        "all",
        "half",
        "a",
    ),
    *(
        "60%",
        "37",
        "percent",
        "points",
        "third",
        "1",
        "4",
        "2030",
        "2018-19",
        "ten",
        "years",
        "1,000",
        "$5",
        "25-34",
        "aged",
        "class",
    ),
    *(
        "graders",
        "Dallas",
        "County,",
        "Toledo",
        "our",
        "program",
        "reduce",
        "raise",
        "will",
        "be",
        "hours",
        "tutoring",
        "(",
        ")",
        ".",
        ";",
    ),
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join))


@any_sentence
@given(TEXTS)
def test_any_text_has_one_answer_whose_letters_are_those_of_its_findings(text: str) -> None:
    reading = read_sentence(text)
    assert set(reading.fails).isdisjoint(reading.warns)
    by_severity = {"error": reading.fails, "warning": reading.warns}
    for severity, letters in by_severity.items():
        found = [LETTERS[finding.rule] for finding in reading.findings if finding.severity == severity]
        assert sorted(found) == sorted(letters)
        assert letters == tuple(letter for letter in "PSMART" if letter in letters)
    assert all(finding.detail and finding.hint and finding.pointer is None for finding in reading.findings)
    assert reading == read_sentence(text)


@any_sentence
@given(TEXTS)
def test_answer_comes_back_from_json_as_it_left(text: str) -> None:
    """So no answer holds an infinity or anything else that JSON loses."""
    reading = read_sentence(text)
    assert msgspec.json.decode(msgspec.json.encode(reading), type=SentenceReading) == reading


@pytest.mark.parametrize(
    "piece",
    [
        "from ",
        "5% ",
        "1 ",
        "1,",
        "one hundred and ",
        "D.",
        "A of ",
        "every a ",
        "close a ",
        "half the ",
        "(",
        " ",
        "to 5 a a a ",
    ],
)
def test_hostile_text_is_answered(piece: str) -> None:
    assert read_sentence((piece * LONGEST)[:LONGEST]).findings
