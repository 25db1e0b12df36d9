"""A proposal as a TOML document that a person can read: each line with its evidence beside it, each question where it is open."""

import json
import re
from collections.abc import Sequence

from registry.adapters.sniff.draft import Choice, Question

TOP = ("format", "encoding", "delimiter", "member", "sheet", "table", "records", "header_rows", "ends_before")
LAST = ("unit", "rounding", "decimal_comma")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
SHOWN = 100


def toml_of(choices: Sequence[Choice], questions: Sequence[Question], notes: Sequence[str], file_name: str) -> str:
    """The document. Lines stand above tables, tables in the order of a mapping's members; every question is a comment ``# ASK:``."""
    lines = [
        _comment(f"How {file_name} could be read, from the file alone. Read every line before you load by it."),
        "",
    ]
    lines += [_comment(note) for note in notes]
    for question in questions:
        lines += [
            _comment(f"ASK: {question.text}"),
            _comment(f"     answer with {question.key} = {_candidates(question)}"),
        ]
    by_name = {choice.name: choice for choice in choices}
    plain = [choice for choice in choices if "." not in choice.name and choice.name not in {"groups", "codes"}]
    lines += [""] if len(lines) > 2 else []
    lines += [line for choice in sorted(plain, key=_rank) for line in _line(choice.name, choice)]
    tables = dict.fromkeys(choice.name.partition(".")[0] for choice in choices if "." in choice.name)
    for table in sorted({*tables, "period"}, key=_order):
        lines += ["", f"[{table}]"]
        own = [choice for choice in choices if choice.name.startswith(f"{table}.")]
        nested = [choice for choice in own if isinstance(choice.value, dict)]
        lines += [
            line for choice in own if choice not in nested for line in _line(choice.name.partition(".")[2], choice)
        ]
        for choice in nested:
            lines += ["", _comment(choice.why), f"[{choice.name}]", *_entries(choice.value)]
    if "codes" in by_name:
        lines += ["", "[codes]", *_entries(by_name["codes"].value)]
    if "groups" in by_name:
        lines += _groups(by_name["groups"])
    return "\n".join(lines).strip() + "\n"


def _rank(choice: Choice) -> int:
    return TOP.index(choice.name) if choice.name in TOP else len(TOP)


def _order(table: str) -> int:
    return ("filters", "skip", "place", "period", "columns", "wide", "codes").index(table)


def _candidates(question: Question) -> str:
    listed = ", ".join(question.candidates[:12])
    return (
        listed + (f" and {len(question.candidates) - 12} more" if len(question.candidates) > 12 else "")
    ) or "any text"


def _comment(text: str) -> str:
    return "# " + " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _line(name: str, choice: Choice) -> list[str]:
    return [_comment(choice.why), f"{_key(name)} = {_value(choice.value)}"]


def _entries(value: object) -> list[str]:
    return [f"{_key(name)} = {_value(entry)}" for name, entry in value.items()] if isinstance(value, dict) else []


def _groups(choice: Choice) -> list[str]:
    lines: list[str] = ["", _comment(choice.why)]
    for rule in choice.value if isinstance(choice.value, list) else []:
        lines += ["[[groups]]", *_entries(rule), ""]
    return lines


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(name)} = {_value(entry)}" for name, entry in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(entry) for entry in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _text(value) if isinstance(value, str) else str(value)


def _text(value: str) -> str:
    """A basic string of TOML: JSON's escapes are its own, but for the one it does not know."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
