"""Which columns hold groups: where the code lists know their labels; one column may hold several dimensions."""

from collections.abc import Sequence

from registry.adapters.sniff.draft import Draft
from registry.adapters.sniff.evidence import (
    GROUP_WORDS,
    GROUPS_KNOWN,
    GROUPS_KNOWN_NAMED,
    MOST_CATEGORIES,
    Seen,
    dimension_of,
    is_everybody,
    plain_label,
)
from registry.domain.group import CODE_LISTS, category_of, label_of, near_categories

FEWEST_LABELS = 2
NEAR = 0.8
"""An unknown label as like to a known one as this may be the same, slipped or spelled anew."""
MEANINGS = ("everybody", "skip")


def say_groups(draft: Draft, columns: Sequence[Seen]) -> tuple[Seen, ...]:
    """Put the groups into the draft; the columns that hold them."""
    found = tuple(column for column in columns if _holds_groups(column))
    groups: list[object] = []
    for column in found:
        groups += _of_column(draft, column)
    if groups:
        known = ", ".join(f"{column.name!r}" for column in found)
        draft.say("groups", groups, f"the code lists know the labels of {known}")
    return found


def _holds_groups(column: Seen) -> bool:
    labels = list(column.texts)
    if column.numeric or not FEWEST_LABELS <= len(labels) <= MOST_CATEGORIES:
        return False
    known = [label for label in labels if dimension_of(label)]
    least = GROUPS_KNOWN_NAMED if GROUP_WORDS & column.words else GROUPS_KNOWN
    return len(known) >= FEWEST_LABELS and len(known) >= least * sum(not is_everybody(label) for label in labels)


def _of_column(draft: Draft, column: Seen) -> list[object]:
    """A rule for each dimension in the column; the labels of the other ones mean everybody in each."""
    labels = sorted(column.texts)
    by_dimension = {label: dimension for label in labels if (dimension := dimension_of(label))}
    everybody = [label for label in labels if is_everybody(label)]
    unknown = [label for label in labels if label not in by_dimension and label not in everybody]
    said = {label: _meaning(draft, column, label, sorted(set(by_dimension.values()))) for label in unknown}
    everybody += [label for label, meaning in said.items() if meaning == "everybody"]
    skipped = [label for label, meaning in said.items() if meaning == "skip"]
    if skipped:
        draft.say(
            f"skip.{column.name}",
            list(skipped),
            "no code list knows these labels: their rows are set aside, and counted",
        )
    given = {label: meaning.split("=", 1) for label, meaning in said.items() if meaning and "=" in meaning}
    by_dimension |= {label: dimension for label, (dimension, _) in given.items()}
    rules: list[object] = []
    for dimension in sorted(set(by_dimension.values())):
        others = sorted({*everybody, *(label for label, other in by_dimension.items() if other != dimension)})
        own = {label: given[label][1] for label in given if given[label][0] == dimension}
        own |= {
            label: category_of(dimension, plain_label(dimension, label)) or ""
            for label, entry in by_dimension.items()
            if entry == dimension and label not in own and category_of(dimension, label) is None
        }
        rule: dict[str, object] = {"dimension": dimension, "column": column.name}
        rules.append(rule | ({"labels": own} if own else {}) | ({"everybody": others} if others else {}))
    return rules


def _meaning(draft: Draft, column: Seen, label: str, dimensions: Sequence[str]) -> str | None:
    """What a label means that no list knows: asked where one is near, else its rows are set aside."""
    near = [f"{dimension}={code}" for dimension in dimensions for code in near_categories(dimension, label, least=NEAR)]
    if not near:
        return "skip"
    shown = ", ".join(f"{label_of(*entry.split('=', 1))} ({entry})" for entry in near)
    text = f"No code list knows {label!r} in {column.name!r}, which stands in {column.texts[label]} rows. Is it {shown}, or else?"
    own = [f"{dimension}={entry.code}" for dimension in dimensions for entry in CODE_LISTS[dimension].categories]
    return draft.ask(f"label.{label}", text, list(dict.fromkeys([*near, *MEANINGS, *own])))
