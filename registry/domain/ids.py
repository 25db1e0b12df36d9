"""How things are named: slugs, versions, references such as ``early-grade-reading@1.2.0`` and geography codes.

The patterns stand in the published schemas; the functions take a name apart.

>>> template_reference("early-grade-reading@1.2.0")
('early-grade-reading', '1.2.0')
>>> variant_reference("bridgeport/grade-3-ela")
('bridgeport', 'grade-3-ela')
"""

from collections.abc import Iterable
from typing import Annotated

import semver
from msgspec import Meta

SLUG = "^[a-z0-9]+(-[a-z0-9]+)*$"
_NUMBER = "(0|[1-9][0-9]{0,8})"  # fits the 32 bits in which the projection keeps a major version
_DRAFT = r"(0|[1-9][0-9]*|[0-9]*[a-z][0-9a-z]*)"
VERSION = rf"^{_NUMBER}\.{_NUMBER}\.{_NUMBER}(-{_DRAFT}(\.{_DRAFT})*)?$"
TEMPLATE_REFERENCE = SLUG[:-1] + "@" + VERSION[1:]
GEOGRAPHY = "^[a-z0-9]+(-[a-z0-9]+)*:[0-9A-Za-z][0-9A-Za-z._-]*$"

Slug = Annotated[
    str, Meta(pattern=SLUG, max_length=80, description="lower-case words joined by hyphens: early-grade-reading")
]
Version = Annotated[str, Meta(pattern=VERSION, max_length=40, description="a semantic version: 1.2.0")]
TemplateReference = Annotated[
    str,
    Meta(
        pattern=TEMPLATE_REFERENCE, max_length=121, description="a template and its version: early-grade-reading@1.2.0"
    ),
]
GeographyCode = Annotated[
    str,
    Meta(pattern=GEOGRAPHY, max_length=80, description="a code list and a code: nces-lea:4816230, fips-county:48113"),
]
Dimension = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$", max_length=60, description="a dimension: race_ethnicity")]
FacetPointer = Annotated[
    str,
    Meta(
        pattern="^/measure/[a-z][a-z0-9_]*$",
        max_length=80,
        description="a facet of the measure: /measure/grade_or_age",
    ),
]
Line = Annotated[str, Meta(min_length=1, max_length=300)]
Text = Annotated[str, Meta(min_length=1, max_length=4000)]
Words = Annotated[str, Meta(max_length=20000)]
Json = Annotated[object, Meta(extra_json_schema={"description": "any JSON value"})]


def template_reference(reference: str) -> tuple[str, str]:
    """The id and the version in ``id@version``; the version is empty where none is named."""
    name, _, version = reference.partition("@")
    return name, version


def variant_reference(reference: str) -> tuple[str, str]:
    """The community and the variant in ``community/variant``; the second is empty where there is no slash."""
    community, _, variant = reference.partition("/")
    return community, variant


def owner_of(reference: str) -> str:
    """The community in ``community/variant``: whose measure is named, also where there is none of that name.

    >>> owner_of("bridgeport/grade-3-ela")
    'bridgeport'
    """
    return variant_reference(reference)[0]


def newest(versions: Iterable[str]) -> str:
    """The highest version in the order of Semantic Versioning 2.0.0 (1.10.0 stands above 1.9.0).

    >>> newest(["1.9.0", "1.10.0", "1.10.0-draft"])
    '1.10.0'
    """
    return max(versions, key=semver.Version.parse)


def major(version: str) -> int:
    """The first number of a version: what comparability keys are bound to."""
    return semver.Version.parse(version).major


def is_draft(version: str) -> bool:
    """Whether a version is put up for comment only (it has a suffix): it is published like any other, and nothing is registered under it.

    >>> is_draft("2.0.0-draft"), is_draft("2.0.0")
    (True, False)
    """
    return semver.Version.parse(version).prerelease is not None


def below(version: str, other: str) -> bool:
    """Whether a version stands below another in the order of Semantic Versioning 2.0.0.

    >>> below("1.9.0", "1.10.0"), below("2.0.0", "2.0.0-draft")
    (True, False)
    """
    return semver.Version.parse(version) < semver.Version.parse(other)


def ordered(versions: Iterable[str]) -> list[str]:
    """Versions in the order of Semantic Versioning 2.0.0, the lowest first.

    >>> ordered(["2.0.0", "2.0.0-draft", "1.10.0", "1.9.0"])
    ['1.9.0', '1.10.0', '2.0.0-draft', '2.0.0']
    """
    return sorted(versions, key=semver.Version.parse)
