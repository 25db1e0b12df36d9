"""A mapping as it is being proposed: each line with what shows it, each doubt with its candidates, and nothing else.

A question is answered by its key (``--answer KEY=VALUE``). What is not answered is not in the mapping: a line ``# ASK:`` stands there.
"""

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence

import msgspec

Value = str | int | float | bool | list[object] | dict[str, object]


class Question(msgspec.Struct, frozen=True):
    """What the file alone does not say. ``candidates`` are the answers that fit it; none: any text."""

    key: str
    text: str
    candidates: tuple[str, ...] = ()


class Choice(msgspec.Struct, frozen=True):
    """One thing that the mapping says: under which name (``place.column``), what, and what shows it."""

    name: str
    value: Value
    why: str


class Draft:
    """The proposal in the making."""

    def __init__(self, answers: Dictionary[str, str]) -> None:
        self.answers = dict(answers)
        self.choices: list[Choice] = []
        self.questions: list[Question] = []
        self.notes: list[str] = []
        self.used: set[str] = set()

    def say(self, name: str, value: Value, why: str) -> None:
        """Put a line into the mapping, with what shows it."""
        self.choices.append(Choice(name, value, why))

    def note(self, text: str) -> None:
        """Tell the person something that no line of the mapping says."""
        self.notes.append(text)

    def ask(self, key: str, text: str, candidates: Sequence[str]) -> str | None:
        """The answer that was given to a question; null where there is none yet, and the question then stands."""
        answer = self.answers.get(key)
        self.used.add(key)
        if answer is not None and (not candidates or answer in candidates):
            return answer
        wrong = "" if answer is None else f" {answer!r} is none of these."
        self.questions.append(Question(key, text + wrong, tuple(candidates)))
        return None
