"""Which words show a programme's clients or an activity, and above all which do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.programme_words import activity_words, programme_words

OF_ONE_PROGRAMME = [
    "through our program",
    "our clients",
    "participants served",
    "enrollees of the Bright Futures program",
    "children we serve",
    "clients of the agency",
    "Program participants who complete the course",
    "children enrolled in our pre-K classes",
    "graduates of our academy",
    "alumni of the program",
    "youth in the XYZ mentoring program",
    "third graders in our after-school program",
    "students who completed the bootcamp",
    "adults trained by the center",
    "people in one programme",
    "through the Early Start program",
    "individuals helped by our nonprofit",
    "children on our caseload",
    "Students enrolled in the Bright Futures program",
    "the program\u2019s clients",
]
OF_EVERYBODY = [
    "enrolled students",
    "child care programs in the county",
    "students served by the district",
    "students enrolled in the grade",
    "children served under IDEA Part B",
    "labor force participants",
    "participants in the survey",
    "students in the free lunch program",
    "students in special education programs",
    "students enrolled in a degree program",
    "3- and 4-year-olds enrolled in a preschool program",
    "children in a formal early learning program",
    "adults who complete an apprenticeship program",
    "children attending a licensed child care center",
    "high school program of study",
    "our students",
    "our schools",
    "our community",
    "members of a household",
    "through the school year",
    "never the clients of one programme",
    "all residents, not only our clients",
    "every child rather than participants served",
    "Members of the cohort who earned a diploma, of the kinds that the measure names, within four years of starting grade 9.",
    "Students in the tested grade with a valid score on the named test in the same school year",
]
ACTIVITIES = [
    "job referrals",
    "workshops held",
    "number of trainings",
    "meals distributed",
    "serve 500 more children",
    "hire 12 tutors",
    "preschool seats",
    "child care slots",
    "hours of tutoring",
    "tutoring sessions",
    "Number of home visits",
    "books given to families",
    "teachers trained",
    "Number of tutors",
    "children served",
    "number of children served by our program",
    "people reached",
    "dollars invested",
    "Provide 300 scholarships",
    "number of parent meetings",
    "open three new centers",
    "volunteers recruited",
    "train 200 teachers",
    "funding for pre-K",
    "referrals made",
]
OUTCOMES = [
    "disciplinary referrals",
    "office discipline referrals",
    "students served by the district",
    "children served under IDEA",
    "number of students served by the district",
    "courses completed",
    "number of classes passed",
    "students in state-funded pre-K",
    "diplomas awarded",
    "degrees awarded",
    "credentials earned",
    "hours worked per week",
    "infants in car seats",
    "school board seats",
    "babies delivered preterm",
    "per capita income",
    "students who attend class",
    "children who receive a meal",
    "students who received instruction",
    "days of instruction missed",
    "share of teachers who stay",
    "juvenile court referrals",
    "number of graduates",
    "number of schools",
    "eligible children served by Head Start",
    "service members",
    "students with a score at or above the cut",
]


@pytest.mark.parametrize("text", OF_ONE_PROGRAMME)
def test_words_of_one_programme_are_caught(text: str) -> None:
    assert programme_words(text)


@pytest.mark.parametrize("text", OF_EVERYBODY)
def test_words_that_speak_of_everybody_are_not_caught(text: str) -> None:
    assert programme_words(text) == ()


@pytest.mark.parametrize("text", ACTIVITIES)
def test_activities_are_caught(text: str) -> None:
    assert activity_words(text)


@pytest.mark.parametrize("text", OUTCOMES)
def test_outcomes_are_not_caught(text: str) -> None:
    assert activity_words(text) == ()


def test_phrases_are_given_in_the_texts_own_words_and_order() -> None:
    text = "Meals Distributed to Our Clients, and Workshops held"
    assert (programme_words(text), activity_words(text)) == (("Our Clients",), ("Meals Distributed", "Workshops held"))


@given(st.text(max_size=300), st.sampled_from([*OF_ONE_PROGRAMME, *ACTIVITIES]), st.text(max_size=50))
def test_every_phrase_stands_in_the_text(before: str, piece: str, after: str) -> None:
    text = f"{before} {piece} {after}"
    for phrase in (*programme_words(text), *activity_words(text)):
        assert phrase in text
