"""Labels of files map to one code each, and an unknown one makes no new group."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.group import CODE_LISTS, EVERYBODY, category_of, group_key, group_of, label_of, near_categories

groups = st.fixed_dictionaries(
    {},
    optional={name: st.sampled_from([entry.code for entry in known.categories]) for name, known in CODE_LISTS.items()},
)


@pytest.mark.parametrize(
    "label",
    [
        "Economically Disadvantaged",
        "ECONOMICALLY DISADVANTAGED STUDENTS",
        "econ_disadv",
        "  economically   disadvantaged ",
        "economically_disadvantaged",
    ],
)
def test_every_spelling_of_one_group_is_one_group(label: str):
    assert category_of("economic_disadvantage", label) == "economically_disadvantaged"


@pytest.mark.parametrize(
    ("dimension", "label", "code"),
    [
        ("race_ethnicity", "Hispanic / Latino", "hispanic"),
        ("race_ethnicity", "Black, Not Hispanic", "black"),
        ("english_learner", "Non–EL", "not_english_learner"),
        ("sex", "Non‑Binary", "nonbinary"),
        ("grade", "3rd Grade", "3"),
        ("grade", "03", "3"),
        ("grade", "12th grade", "12"),
        ("grade", "00", "k"),
        ("grade", "−1", "pk"),
    ],
)
def test_case_blanks_and_dashes_are_no_difference(dimension: str, label: str, code: str):
    assert category_of(dimension, label) == code


@pytest.mark.parametrize(
    ("dimension", "label", "near"),
    [
        ("economic_disadvantage", "Econ. Disadvantaged", "economically_disadvantaged"),
        ("race_ethnicity", "Hispanics", "hispanic"),
        ("race_ethnicity", "Asain", "asian"),
        ("disability", "Student with disability", "with_disability"),
    ],
)
def test_unknown_label_is_no_group_and_the_nearest_are_named(dimension: str, label: str, near: str):
    assert category_of(dimension, label) is None
    suggested = near_categories(dimension, label)
    assert suggested[0] == near
    assert len(suggested) == len(set(suggested)) <= 3


def test_label_like_nothing_has_no_suggestion_and_an_unknown_dimension_no_categories():
    assert near_categories("sex", "qqqqqqqq") == ()
    assert category_of("colour", "blue") is None
    assert near_categories("colour", "blue") == ()
    assert label_of("colour", "blue") == "blue"
    assert label_of("sex", "female") == "Female"


@pytest.mark.parametrize("dimension", CODE_LISTS)
def test_no_label_stands_for_two_categories_or_for_everybody(dimension: str):
    categories = CODE_LISTS[dimension].categories
    for entry in categories:
        for label in (entry.code, entry.label, *entry.aliases):
            assert category_of(dimension, label) == entry.code
            assert label.casefold() not in EVERYBODY
    assert len({entry.code for entry in categories}) == len(categories)


@given(groups)
def test_group_reads_back_from_its_key_whatever_the_order(group: dict[str, str]):
    key = group_key(group)
    assert group_of(key) == group
    assert group_key(dict(reversed(group.items()))) == key
    assert (key == "") == (group == {})


@given(groups, groups)
def test_two_groups_have_two_keys(ours: dict[str, str], theirs: dict[str, str]):
    assert (group_key(ours) == group_key(theirs)) == (ours == theirs)
