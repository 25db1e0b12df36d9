"""What a file's label of a place, a period or a group means: the code the registry knows, or a question to the person who loads.

The mapping's own dictionary comes first, then the published rules and code lists. Nothing is made up: ids stay text
(bug log B08 to B11), a bare year is not read (B13), an unknown group is not a new group (B22).

>>> place_of("0150011", PlaceColumn(column="Code", scheme="ct-district"))
'ct-district:0150011'
>>> category_in(GroupColumn(dimension="sex"), "Girls")
'female'
"""

import re
from collections.abc import Mapping

from registry.adapters.tables.header import folded
from registry.adapters.tables.rows import Misread
from registry.domain.group import (
    CODE_LISTS,
    EVERYBODY,
    category_of,
    dimensions_of,
    group_key,
    group_of,
    label_of,
    near_categories,
    near_groups,
)
from registry.domain.ids import GEOGRAPHY
from registry.domain.mapping import GroupColumn, PeriodSource, PlaceColumn, SubgroupColumn
from registry.domain.near import nearest
from registry.domain.period import PeriodKind, Unreadable, quoted, read_period

NO_PLACE = frozenset(("", "na", "n/a", "null", "none", "-", "."))
"""Texts by which a column of places says nothing."""

FORMULA = re.compile(r'="([^"]*)"')
"""Excel's way to keep a text that looks like a number: ``="0150011"``."""


def trimmed(cell: str) -> str:
    r"""A cell's text without blanks at its ends and without Excel's ``="..."`` around it.

    >>> trimmed(' ="0150011"\u00a0')
    '0150011'
    """
    text = cell.strip()
    formula = FORMULA.fullmatch(text) if text.startswith('="') else None
    return formula[1].strip() if formula else text


def place_of(label: str, rule: PlaceColumn) -> str | Misread:
    """The geography code of a trimmed label: by ``names``, else the scheme and the label padded to ``width``."""
    named = _said(rule.names, label)
    if named is not None:
        return named
    if folded(label) in NO_PLACE:
        return Misread(
            "place-blank", "The row names no place.", "Fill in the place, or name the row under skip in the mapping."
        )
    if rule.scheme is None:
        return Misread(
            "place-unknown", f"The mapping gives no code for the place {quoted(label)}.", _near_place(rule, label)
        )
    code = f"{rule.scheme}:{label.zfill(rule.width or 0)}"
    if re.fullmatch(GEOGRAPHY, code) is None:
        return Misread(
            "place-unknown",
            f"{quoted(label)} is no code of the list {rule.scheme!r}.",
            f"Correct it, or give its code: [place.names] {quoted(label)} = ...",
        )
    return code


def period_of(label: str, source: PeriodSource, kind: PeriodKind) -> str | Misread:
    """The code of the period that a trimmed label stands for: by ``labels``, else by the registry's rules for the kind of period."""
    if not label:
        return Misread(
            "period-blank", "The row names no period.", "Fill in the period, or name the row under skip in the mapping."
        )
    said = _said(source.labels, label)
    read = read_period(label if said is None else said, kind, year_means=source.year_means)
    if isinstance(read, Unreadable):
        return Misread("period-unreadable", read.detail, read.hint)
    return read.code


def category_in(rule: GroupColumn, label: str) -> str | Misread | None:
    """The category that a trimmed label stands for; null where it means everybody, so that the dimension is left out."""
    if folded(label) in {folded(entry) for entry in rule.everybody}:
        return None
    said = _said(rule.labels, label)
    if said is not None and rule.dimension not in CODE_LISTS:
        return said
    code = category_of(rule.dimension, label if said is None else said)
    if code is not None:
        return code
    if said is None and folded(label.replace("_", " ")) in EVERYBODY:
        return None
    return Misread(
        "group-unknown",
        f"The code list {rule.dimension} knows no {quoted(label if said is None else said)}.",
        _near_group(rule, label),
    )


def subgroup_in(rule: SubgroupColumn, label: str) -> str | Misread | None:
    """The group that a trimmed label stands for, of whatever dimension; null where it means everybody.

    >>> subgroup_in(SubgroupColumn(column="Subgroup"), "Girls")
    'sex=female'
    """
    if folded(label) in {folded(entry) for entry in rule.everybody}:
        return None
    said = _said(rule.labels, label)
    if said is not None:
        pairs = group_of(said).items()
        strange = next((pair for pair in pairs if category_of(*pair) is None), None)
        return said if strange is None else category_in(GroupColumn(dimension=strange[0]), strange[1])
    known = dimensions_of(label)
    if len(known) == 1:
        return group_key({known[0]: category_of(known[0], label) or ""})
    if folded(label.replace("_", " ")) in EVERYBODY:
        return None
    why = f"The code lists {', '.join(known)} all know" if known else "No code list knows"
    near = () if known else near_groups(label)
    meant = f"Did you mean {', '.join(near)}? " if near else ""
    hint = f"{meant}Say what it means: [subgroups.labels] {quoted(label)} = ..."
    return Misread("group-unknown", f"{why} {quoted(label)}.", hint)


def _said(dictionary: Mapping[str, str], label: str) -> str | None:
    """What the mapping's dictionary says of a label, case and blanks aside."""
    if label in dictionary or not dictionary:
        return dictionary.get(label)
    return next((meaning for name, meaning in dictionary.items() if folded(name) == folded(label)), None)


def _near_place(rule: PlaceColumn, label: str) -> str:
    known = {folded(name): name for name in rule.names}
    near = nearest(folded(label), known, least=0.8)
    meant = f"Did you mean {', '.join(repr(known[name]) for name in near)}? " if near else ""
    return f"{meant}Add it to [place.names], or name the row under skip in the mapping."


def _near_group(rule: GroupColumn, label: str) -> str:
    near = near_categories(rule.dimension, label)
    meant = (
        "Did you mean " + ", ".join(f"{code} ({label_of(rule.dimension, code)})" for code in near) + "? "
        if near
        else ""
    )
    return f"{meant}Say what it means under labels of the group {rule.dimension!r}, or name the row under skip in the mapping."
