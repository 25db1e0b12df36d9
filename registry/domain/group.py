"""Which children, students or residents a figure speaks of: sets of ``dimension=category`` from versioned code lists.

The empty set is everybody. A label of a file that no list knows makes no new group: it is a question to the person who loads
(bug log B22: one group under three spellings).

>>> category_of("race_ethnicity", "Hispanic/Latino of any race")
'hispanic'
>>> group_key({"sex": "female", "grade": "3"})
'grade=3;sex=female'
"""

import re
from collections.abc import Mapping

import msgspec

from registry.domain.near import nearest
from registry.domain.period import flattened


class Category(msgspec.Struct, frozen=True):
    """One category of a dimension: its code, how pages name it, and the labels under which files know it."""

    code: str
    label: str
    aliases: tuple[str, ...] = ()


class CodeList(msgspec.Struct, frozen=True):
    """The categories of one dimension, in the order in which they are shown. ``disjoint``: nobody is in two of them."""

    id: str
    version: str
    title: str
    source: str
    disjoint: bool
    categories: tuple[Category, ...]


def _pair(dimension: str, title: str, source: str, yes: Category, no: Category) -> CodeList:
    return CodeList(id=dimension, version="1", title=title, source=source, disjoint=True, categories=(yes, no))


RACE_ETHNICITY = CodeList(
    id="race_ethnicity",
    version="2007",
    title="Race and ethnicity",
    source="U.S. Department of Education, Final Guidance on Maintaining, Collecting and Reporting Racial and Ethnic Data, "
    "72 FR 59266 (19 October 2007): seven categories, each person in one",
    disjoint=True,
    categories=(
        Category(
            "american_indian_alaska_native",
            "American Indian or Alaska Native",
            ("American Indian", "Native American", "AI/AN", "American Indian/Alaska Native", "AM"),
        ),
        Category("asian", "Asian", ("AS",)),
        Category(
            "black",
            "Black or African American",
            ("Black", "African American", "Black/African American", "Black, not Hispanic", "BL"),
        ),
        Category(
            "hispanic",
            "Hispanic or Latino",
            ("Hispanic", "Latino", "Hispanic/Latino", "Hispanic/Latino of any race", "Hispanic of any race", "HI"),
        ),
        Category(
            "native_hawaiian_pacific_islander",
            "Native Hawaiian or Other Pacific Islander",
            (
                "Native Hawaiian",
                "Pacific Islander",
                "Native Hawaiian/Pacific Islander",
                "Native Hawaiian or Pacific Islander",
                "Hawaiian/Pacific Islander",
                "NH/PI",
            ),
        ),
        Category("two_or_more", "Two or more races", ("Multiracial", "Two or More", "Multiple races", "MR")),
        Category("white", "White", ("White, not Hispanic", "Caucasian", "WH")),
    ),
)

ECONOMIC_DISADVANTAGE = _pair(
    "economic_disadvantage",
    "Economic disadvantage",
    "ESEA section 1111(c)(2)(A), 20 U.S.C. 6311; each state's own definition",
    Category(
        "economically_disadvantaged",
        "Economically disadvantaged",
        (
            "Economically Disadvantaged Students",
            "econ_disadv",
            "Low income",
            "ECD",
            "Eligible for free or reduced-price meals",
        ),
    ),
    Category(
        "not_economically_disadvantaged",
        "Not economically disadvantaged",
        ("Not low income", "Non-economically disadvantaged", "Not eligible for free or reduced-price meals"),
    ),
)

ENGLISH_LEARNER = _pair(
    "english_learner",
    "English learner status",
    "ESEA section 8101(20), 20 U.S.C. 7801",
    Category(
        "english_learner", "English learner", ("English Learners", "EL", "ELL", "LEP", "Limited English proficient")
    ),
    Category("not_english_learner", "Not an English learner", ("Non-EL", "Not English learners", "Not LEP")),
)

DISABILITY = _pair(
    "disability",
    "Disability status",
    "IDEA section 602(3), 20 U.S.C. 1401",
    Category("with_disability", "With a disability", ("Students with disabilities", "SWD", "CWD", "Special education")),
    Category("without_disability", "Without a disability", ("Students without disabilities", "Not special education")),
)

SEX = CodeList(
    id="sex",
    version="1",
    title="Sex",
    source="CEDS element Sex, with the third category that states report",
    disjoint=True,
    categories=(
        Category("female", "Female", ("F", "Girls", "Women")),
        Category("male", "Male", ("M", "Boys", "Men")),
        Category("nonbinary", "Nonbinary or another", ("X", "Non-binary", "Another gender")),
    ),
)

HOMELESSNESS = _pair(
    "homelessness",
    "Homelessness",
    "McKinney-Vento Homeless Assistance Act section 725(2), 42 U.S.C. 11434a; ESEA section 1111(h)(1)(C)(ii)",
    Category("homeless", "Homeless", ("Homeless students", "Experiencing homelessness")),
    Category("not_homeless", "Not homeless", ()),
)

FOSTER_CARE = _pair(
    "foster_care",
    "Foster care",
    "ESEA section 1111(h)(1)(C)(ii), 20 U.S.C. 6311; 45 CFR 1355.20",
    Category("in_foster_care", "In foster care", ("Foster care", "Foster youth", "Foster students")),
    Category("not_in_foster_care", "Not in foster care", ("Not foster care",)),
)

MILITARY_FAMILY = _pair(
    "military_family",
    "Parent in the armed forces",
    "ESEA section 1111(h)(1)(C)(ii), 20 U.S.C. 6311",
    Category("military_family", "Parent in the armed forces", ("Military", "Military connected", "Military family")),
    Category("not_military_family", "No parent in the armed forces", ("Not military", "Not military connected")),
)

MIGRANT = _pair(
    "migrant",
    "Migratory children",
    "ESEA section 1309(3), 20 U.S.C. 6399",
    Category("migrant", "Migratory", ("Migrant", "Migrant students", "Migratory children")),
    Category("not_migrant", "Not migratory", ("Not migrant", "Non-migrant")),
)

_ORDINALS = ("1st", "2nd", "3rd", *(f"{n}th" for n in range(4, 13)))
GRADE = CodeList(
    id="grade",
    version="1",
    title="Grade",
    source="CEDS element Grade Level",
    disjoint=True,
    categories=(
        Category("pk", "Prekindergarten", ("Pre-K", "PreK", "-1")),
        Category("k", "Kindergarten", ("KG", "0", "00", "Grade K")),
        *(
            Category(str(n), f"Grade {n}", (f"{n:02d}", f"G{n}", f"{_ORDINALS[n - 1]} grade", f"Gr {n}"))
            for n in range(1, 13)
        ),
    ),
)

CODE_LISTS: dict[str, CodeList] = {
    code_list.id: code_list
    for code_list in (
        RACE_ETHNICITY,
        ECONOMIC_DISADVANTAGE,
        ENGLISH_LEARNER,
        DISABILITY,
        SEX,
        GRADE,
        HOMELESSNESS,
        FOSTER_CARE,
        MILITARY_FAMILY,
        MIGRANT,
    )
}

EVERYBODY = frozenset({"all", "all students", "total", "everybody", "all groups", "all children", "allstudents"})


def _plain(label: str) -> str:
    """A label without what publishers vary: case, kinds of dash, underscores, blanks, also those beside a slash or dash."""
    return _BESIDE.sub(r"\1", flattened(label.replace("_", " ")).casefold())


_BESIDE = re.compile(r" ?([/-]) ?")


_KNOWN: dict[str, dict[str, str]] = {
    dimension: {
        _plain(name): category.code
        for category in code_list.categories
        for name in (category.code, category.label, *category.aliases)
    }
    for dimension, code_list in CODE_LISTS.items()
}


def category_of(dimension: str, label: str) -> str | None:
    """The code that a file's label stands for, blanks, dashes and case aside; null where the list knows no such label."""
    return _KNOWN.get(dimension, {}).get(_plain(label))


def dimensions_of(label: str) -> tuple[str, ...]:
    """The dimensions whose list knows a label: several where lists share it.

    >>> dimensions_of("Girls")
    ('sex',)
    """
    return tuple(dimension for dimension in CODE_LISTS if category_of(dimension, label) is not None)


def near_categories(dimension: str, label: str, *, least: float = 0.5) -> tuple[str, ...]:
    """Up to three codes whose labels look most like an unknown one (``least``: from 0 to 1), best first."""
    known = _KNOWN.get(dimension, {})
    return tuple(dict.fromkeys(known[name] for name in nearest(_plain(label), known, least=least)))


def near_groups(label: str) -> tuple[str, ...]:
    """Up to three groups of one category whose labels, in any list, look most like an unknown one, best first.

    >>> near_groups("Homelss")
    ('homelessness=homeless', 'homelessness=not_homeless')
    """
    known = {name: f"{dimension}={code}" for dimension, names in _KNOWN.items() for name, code in names.items()}
    return tuple(dict.fromkeys(known[name] for name in nearest(_plain(label), known, least=0.7)))


def label_of(dimension: str, category: str) -> str:
    """How pages and tables name a category; as it stands where no list knows it."""
    categories = CODE_LISTS[dimension].categories if dimension in CODE_LISTS else ()
    return next((entry.label for entry in categories if entry.code == category), category)


def group_key(group: Mapping[str, str]) -> str:
    """A group as one text, the same for the same group whatever the order; everybody is the empty text."""
    return ";".join(f"{dimension}={group[dimension]}" for dimension in sorted(group))


def group_of(key: str) -> dict[str, str]:
    """The group that a key stands for.

    >>> group_of("grade=3;sex=female")
    {'grade': '3', 'sex': 'female'}
    """
    return dict(part.split("=", 1) for part in key.split(";")) if key else {}
