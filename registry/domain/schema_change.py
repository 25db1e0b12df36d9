"""Whether what fitted a schema still fits it after a change: each difference widens, narrows, is words only, or cannot be decided.

Every keyword of JSON Schema (2020-12) asks something of its own, so a schema of which each keyword asks the same or less has widened.
Keywords that are read together are judged together: ``properties`` with ``additionalProperties``, an inclusive bound with the exclusive
one. What no rule decides says so and is taken for a narrowing, even if it happens to widen. References are taken to lead to ``$defs``
only, as ``measure_schema.py`` demands. Tests: ``tests/domain/test_schema_change.py``.

>>> [(found.pointer, found.effect) for found in differences({"enum": ["fall"]}, {"enum": ["fall", "spring"]})]
[('/enum', 'widened')]
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Literal

import msgspec

from registry.domain.measure_schema import DRAFT
from registry.domain.period import quoted
from registry.domain.rule import fields, number, pointer_to

Effect = Literal["words", "widened", "filled", "narrowed", "undecided"]
"""What one difference does. ``filled``: a measure that is silent is taken to say something else (const, default)."""

Schema = Mapping[str, object]

MOST_NAMED = 5
"""So many values a sentence names; of more it says how many."""

_WORDS = frozenset({"$comment", "deprecated", "description", "examples", "readOnly", "title", "writeOnly"})
_SEES_ALL = frozenset({"unevaluatedItems", "unevaluatedProperties"})
"""These look at what the keywords beside them did, so that beside them no keyword can be judged alone."""

_SETS = frozenset({"enum", "required", "type"})
_ONE = frozenset(
    {"additionalProperties", "contains", "else", "if", "items", "not", "propertyNames", "then", *_SEES_ALL}
)
_LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_NAMED = frozenset({"$defs", "dependentSchemas", "patternProperties", "properties"})
_TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})


class Difference(msgspec.Struct, frozen=True):
    """One difference between two schemas: the smallest place that differs, what it does, and why, in plain words."""

    pointer: str
    effect: Effect
    detail: str


def differences(before: object, after: object, pointer: str = "") -> tuple[Difference, ...]:
    """Every difference between two schemas, in the order of the keywords' names; none where they are the same JSON value.

    Where each is ``words`` the two accept the same values; where each is ``words`` or ``widened``, whatever fitted before still fits.
    """
    if same_json(before, after):
        return ()
    if after is False:
        return (Difference(pointer, "narrowed", "Nothing fits here any more; a measure that states it would not."),)
    if before is False:
        return (_opened(after, pointer),)
    was, now = _as_mapping(before), _as_mapping(after)
    if was is None or now is None:
        return (_undecided(pointer),)
    found = tuple(_of_keywords(was, now, pointer))
    return found or (Difference(pointer, "words", "The same is said in another way."),)


def same_json(ours: object, theirs: object) -> bool:
    """Whether two values are the same JSON value: 1 is 1.0, true is not 1, and the order of an object's members says nothing."""
    return json_key(ours) == json_key(theirs)


def json_key(value: object) -> object:
    """The same for equal JSON values and for no others; it can be hashed."""
    if isinstance(value, Mapping):
        return "object", frozenset((name, json_key(child)) for name, child in value.items())
    if isinstance(value, list | tuple):
        return "array", tuple(json_key(child) for child in value)
    return "number" if number(value) is not None else type(value).__name__, value


def entries(value: object) -> Sequence[object]:
    """The entries of a list, whether it was read from JSON or written from a Struct; none where this is no list."""
    return value if isinstance(value, list | tuple) else ()


def told(*values: object) -> str:
    """Values as a sentence shows them: texts in quotes, at most five of many."""
    named = [_told(value) for value in values[:MOST_NAMED]]
    more = len(values) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")


def _told(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:,.12g}"
    if isinstance(value, list | tuple):
        return f"[{told(*value)}]"
    return quoted(value) if isinstance(value, str) else quoted(msgspec.json.encode(value, order="sorted").decode())


def _opened(after: object, pointer: str) -> Difference:
    if _fills(after):
        return Difference(
            pointer, "filled", "Nothing could be stated here, and now a silent measure is taken to say it."
        )
    return Difference(pointer, "widened", "Nothing fitted here before.")


def _undecided(pointer: str) -> Difference:
    detail = "No rule can decide whether everything that fitted before still fits, so it is taken for a narrowing."
    return Difference(pointer, "undecided", detail)


def _as_mapping(schema: object) -> Schema | None:
    return {} if schema is True else schema if isinstance(schema, Mapping) else None


def _fills(schema: object) -> bool:
    return not {"const", "default"}.isdisjoint(fields(schema))


def _open(schema: object) -> bool:
    """Whether a schema plainly asks for nothing."""
    asked = _as_mapping(schema)
    return asked is not None and _WORDS.issuperset(asked)


def _of_keywords(before: Schema, after: Schema, pointer: str) -> Iterator[Difference]:
    changed = [
        word
        for word in sorted({*before, *after})
        if (word in before, json_key(before.get(word))) != (word in after, json_key(after.get(word)))
    ]
    blurred = not _SEES_ALL.isdisjoint({*before, *after})
    asked = []
    for word in changed:
        judge = _JUDGES.get(word)
        if judge is None or (blurred and word not in _WORDS):
            yield _unjudged(word, before, after, pointer)
        elif judge not in asked:
            asked.append(judge)
            yield from judge(before, after, pointer)


def _unjudged(word: str, before: Schema, after: Schema, pointer: str) -> Difference:
    """A keyword without a rule: unless its words or the order of a set are all that differs, nobody can tell."""
    here = pointer + pointer_to(word)
    if word in before and word in after and _meaning(word, before[word]) == _meaning(word, after[word]):
        return Difference(here, "words", "Only the wording differs, or the order of what has none.")
    return _undecided(here)


def _meaning(word: str, value: object) -> object:
    """The same for two values of a keyword that differ only in words and in the order of sets."""
    if word in _SETS:
        return frozenset(map(json_key, entries(value) or (value,)))
    if word in _ONE:
        return _plain(value)
    if word in _LISTS:
        return tuple(map(_plain, entries(value)))
    if word in _NAMED:
        return frozenset((name, _plain(schema)) for name, schema in fields(value).items())
    return json_key(value)


def _plain(schema: object) -> object:
    if not isinstance(schema, Mapping):
        return json_key(schema)
    return frozenset((word, _meaning(word, value)) for word, value in schema.items() if word not in _WORDS)


def _words(word: str, _: Schema, __: Schema, pointer: str) -> Iterator[Difference]:
    yield Difference(
        pointer + pointer_to(word), "words", f"The {word.lstrip('$')} only explains; what fits stays the same."
    )


def _edition(before: Schema, after: Schema, pointer: str) -> Iterator[Difference]:
    here = f"{pointer}/$schema"
    if {before.get("$schema", DRAFT), after.get("$schema", DRAFT)} == {DRAFT}:
        yield Difference(here, "words", "It is the same edition of JSON Schema, said or left out.")
    else:
        yield _undecided(here)


def _filled(word: str, before: Schema, after: Schema, pointer: str) -> Iterator[Difference]:
    was, now = (told(schema[word]) if word in schema else "not given" for schema in (before, after))
    detail = (
        f"The {word} was {was} and is {now}: what a silent measure is taken to say decides what it is compared with."
    )
    yield Difference(pointer + pointer_to(word), "filled", detail)


def _type(before: Schema, after: Schema, pointer: str) -> Iterator[Difference]:
    was, now = _types(before), _types(after)
    lost, gained = sorted(was - now), sorted(now - was)
    if lost:
        detail = f"The type {told(*lost)} is no longer allowed: a measure that states such a value would no longer fit."
        yield Difference(f"{pointer}/type", "narrowed", detail)
    if gained:
        yield Difference(f"{pointer}/type", "widened", f"The type {told(*gained)} is newly allowed.")
    if not lost and not gained:
        yield Difference(f"{pointer}/type", "words", "The same types are allowed.")


def _types(schema: Schema) -> frozenset[str]:
    """The types a schema allows; a whole number is a number too."""
    if "type" not in schema:
        return _TYPES
    named = frozenset(map(str, entries(schema["type"]) or (schema["type"],)))
    return named | {"integer"} if "number" in named else named


def _enum(before: Schema, after: Schema, pointer: str) -> Iterator[Difference]:
    here = f"{pointer}/enum"
    if "enum" not in after:
        yield Difference(here, "widened", "The list of allowed values is gone: others may be stated.")
    elif "enum" not in before:
        detail = f"Only {told(*entries(after['enum']))} may be stated now: a measure that states another value would no longer fit."
        yield Difference(here, "narrowed", detail)
    else:
        lost, gained = _apart(before["enum"], after["enum"])
        if lost:
            what = f"The {'values' if len(lost) > 1 else 'value'} {told(*lost)} {'are' if len(lost) > 1 else 'is'}"
            detail = f"{what} no longer allowed: a measure that states it would no longer fit."
            yield Difference(here, "narrowed", detail)
        if gained:
            yield Difference(here, "widened", f"Newly allowed: {told(*gained)}.")
        if not lost and not gained:
            yield Difference(here, "words", "The same values are allowed, in another order.")


def _required(before: Schema, after: Schema, pointer: str) -> Iterator[Difference]:
    here = f"{pointer}/required"
    lost, gained = _apart(before.get("required"), after.get("required"))
    if gained:
        detail = f"Now every measure must state {told(*gained)}: one that does not would no longer fit."
        yield Difference(here, "narrowed", detail)
    if lost:
        yield Difference(here, "widened", f"A measure need no longer state {told(*lost)}.")
    if not lost and not gained:
        yield Difference(here, "words", "The same must be stated, in another order.")


def _apart(before: object, after: object) -> tuple[list[object], list[object]]:
    """What only the first list holds, and what only the second."""
    was = {json_key(value): value for value in entries(before)}
    now = {json_key(value): value for value in entries(after)}
    return [was[key] for key in was if key not in now], [now[key] for key in now if key not in was]


def _facets(before: Schema, after: Schema, pointer: str) -> Iterator[Difference]:
    """``properties`` and ``additionalProperties``: what is described, and what becomes of the rest."""
    was, now = fields(before.get("properties")), fields(after.get("properties"))
    for name in sorted({*was, *now}):
        here = pointer + pointer_to("properties", name)
        if name in was and name in now:
            yield from differences(was[name], now[name], here)
        elif name in now:
            yield Difference(here, *_added(name, now[name], before))
        else:
            yield Difference(here, *_removed(name, was[name], after))
    if ("properties" in before) != ("properties" in after) and not was and not now:
        yield Difference(f"{pointer}/properties", "words", "Nothing is described there, said or left out.")
    yield from _rest(before, after, f"{pointer}/additionalProperties")


def _added(name: str, schema: object, before: Schema) -> tuple[Effect, str]:
    rest = before.get("additionalProperties", True)
    if rest is False and not before.get("patternProperties"):
        return "widened", f"{name!r} may be stated now; nobody could before."
    if _open(schema):
        return "widened", f"{name!r} is described now and may still be anything."
    if isinstance(schema, Mapping) and _WORDS.issuperset(set(schema) - {"default"}):
        return "filled", f"A measure that is silent on {name!r} is now taken to state {told(schema['default'])}."
    if _open(rest):
        return "narrowed", f"{name!r} could be stated with any value; a measure may state one that no longer fits."
    return "undecided", f"{name!r} was allowed by another rule; nobody can tell whether what it holds fits the new one."


def _removed(name: str, schema: object, after: Schema) -> tuple[Effect, str]:
    rest = after.get("additionalProperties", True)
    if schema is False:
        return "widened", f"{name!r} could not be stated before."
    if rest is False:
        return "narrowed", f"{name!r} can no longer be stated: a measure that states it would no longer fit."
    if _fills(schema):
        return "filled", f"A measure that is silent on {name!r} is no longer taken to state anything."
    if _open(rest):
        return "widened", f"{name!r} is no longer described and may be anything."
    return "undecided", f"{name!r} falls under another rule now; nobody can tell whether what it holds still fits."


def _rest(before: Schema, after: Schema, here: str) -> Iterator[Difference]:
    was, now = (schema.get("additionalProperties", True) for schema in (before, after))
    if same_json(was, now):
        if ("additionalProperties" in before) != ("additionalProperties" in after):
            yield Difference(here, "words", "More than what is described may be stated, said or left out.")
    elif now is False:
        yield Difference(
            here,
            "narrowed",
            "Only what is described may be stated now: a measure that states more would no longer fit.",
        )
    elif was is False:
        yield Difference(here, "widened", "More than what is described may be stated now.")
    else:
        yield from differences(was, now, here)


def _bound(words: tuple[str, str], sign: int, before: Schema, after: Schema, pointer: str) -> Iterator[Difference]:
    """An inclusive and an exclusive bound, the stricter of which holds; ``sign`` is -1 for upper bounds."""
    (was, was_word), (now, now_word) = (_end(words, sign, schema) for schema in (before, after))
    changed = [word for word in words if not same_json(before.get(word), after.get(word))]
    here = pointer + pointer_to(next(word for word in (now_word, was_word, *changed) if word in changed))
    said = f"{_end_in_words(words, was_word, before)} before and {_end_in_words(words, now_word, after)} now"
    if was == now:
        yield Difference(here, "words", f"It is {said}: the same numbers are allowed.")
    elif now is None or (was is not None and now < was):
        yield Difference(here, "widened", f"It was {said}: more numbers are allowed.")
    else:
        yield Difference(here, "narrowed", f"It was {said}: a measure that states a number beyond would no longer fit.")


def _end(words: tuple[str, str], sign: int, schema: Schema) -> tuple[tuple[float, bool] | None, str | None]:
    """The stricter bound, so that a larger one is stricter, and the keyword that sets it; null where there is none."""
    given = ((number(schema.get(word)), word) for word in words)
    ends = [((sign * value, word == words[1]), word) for value, word in given if value is not None]
    return max(ends) if ends else (None, None)


def _end_in_words(words: tuple[str, str], word: str | None, schema: Schema) -> str:
    if word is None:
        return "unbounded"
    at_all, beyond = ("at least", "above") if words[0] == "minimum" else ("at most", "below")
    return f"{at_all if word == words[0] else beyond} {told(schema[word])}"


def _size(word: str, before: Schema, after: Schema, pointer: str) -> Iterator[Difference]:
    """A smallest (absent: 0) or largest (absent: any) length or count."""
    none = 0.0 if word.startswith("min") else float("inf")
    was, now = (none if (size := number(schema.get(word))) is None else size for schema in (before, after))
    wider = now < was if word.startswith("min") else now > was
    effect: Effect = "words" if was == now else "widened" if wider else "narrowed"
    said = " and is ".join("any" if size == none else told(size) for size in (was, now))
    end = {"words": "the same fits", "widened": "more fits"}.get(effect, "what was within it may no longer fit")
    yield Difference(pointer + pointer_to(word), effect, f"{word} was {said}: {end}.")


def _multiple(before: Schema, after: Schema, pointer: str) -> Iterator[Difference]:
    """Whether every multiple of the old step is one of the new, in decimals as they are written: of 0.3 and 0.1 it is."""
    here = f"{pointer}/multipleOf"
    was, now = (number(schema.get("multipleOf")) for schema in (before, after))
    if now is None:
        yield Difference(here, "widened", f"Numbers need no longer be multiples of {told(was)}.")
    elif was is not None and now > 0 and (Fraction(repr(was)) / Fraction(repr(now))).denominator == 1:
        yield Difference(here, "widened", f"Multiples of {told(now)} are allowed; {told(was)} was the step before.")
    else:
        detail = f"Numbers must be multiples of {told(now)} now: a measure that states another would no longer fit."
        yield Difference(here, "narrowed", detail)


def _form(word: str, before: Schema, after: Schema, pointer: str) -> Iterator[Difference]:
    here = pointer + pointer_to(word)
    if word not in after:
        yield Difference(here, "widened", f"The {word} {told(before[word])} is no longer asked for.")
    elif word not in before:
        detail = (
            f"The {word} {told(after[word])} is asked for now: a measure that is written otherwise would no longer fit."
        )
        yield Difference(here, "narrowed", detail)
    else:
        detail = f"The {word} was {told(before[word])} and is {told(after[word])}: no rule can decide which of the two is wider."
        yield Difference(here, "undecided", detail)


def _items(before: Schema, after: Schema, pointer: str) -> Iterator[Difference]:
    was, now = (schema.get("items", True) for schema in (before, after))
    if same_json(was, now):
        yield Difference(f"{pointer}/items", "words", "Any entry is allowed, said or left out.")
    yield from differences(was, now, f"{pointer}/items")


def _unique(before: Schema, after: Schema, pointer: str) -> Iterator[Difference]:
    was, now = (schema.get("uniqueItems", False) is True for schema in (before, after))
    effect: Effect = "words" if was == now else "widened" if was else "narrowed"
    detail = "Entries must differ from each other now." if now else "Entries may be the same."
    yield Difference(f"{pointer}/uniqueItems", effect, detail)


Judge = Callable[[Schema, Schema, str], Iterator[Difference]]

_LOWER = partial(_bound, ("minimum", "exclusiveMinimum"), 1)
_UPPER = partial(_bound, ("maximum", "exclusiveMaximum"), -1)
_SIZES = ("maxItems", "maxLength", "maxProperties", "minItems", "minLength", "minProperties")

_JUDGES: Mapping[str, Judge] = {
    **{word: partial(_words, word) for word in _WORDS},
    **{word: partial(_filled, word) for word in ("const", "default")},
    **{word: partial(_size, word) for word in _SIZES},
    **{word: partial(_form, word) for word in ("format", "pattern")},
    **dict.fromkeys(("minimum", "exclusiveMinimum"), _LOWER),
    **dict.fromkeys(("maximum", "exclusiveMaximum"), _UPPER),
    **dict.fromkeys(("properties", "additionalProperties"), _facets),
    "$schema": _edition,
    "type": _type,
    "enum": _enum,
    "required": _required,
    "multipleOf": _multiple,
    "items": _items,
    "uniqueItems": _unique,
}
"""Who decides on which keyword; one that stands under several keywords looks at them together and is asked once."""
