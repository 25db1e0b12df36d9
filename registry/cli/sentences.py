"""The command that reads a plain sentence: is it a SMART result?"""

from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from registry.cli.context import Context
from registry.cli.output import print_findings, say, table
from registry.domain.sentence import Parsed, SentenceReading, read_sentence
from registry.domain.words import SMART_LETTERS

Ctx = Annotated[Context, Parameter(parse=False)]


def smart(sentence: str, /, *, context: Ctx) -> int:
    """Is a result written as a plain sentence SMART? Says what it read, what it could not, and what is missing.

    Parameters
    ----------
    sentence
        The sentence, in quotation marks.
    """
    found = read_sentence(sentence)
    if context.json:
        say(context, found)
    else:
        _print(context, found)
    return 1 if found.fails else 0


def _print(context: Context, found: SentenceReading) -> None:
    rows = [
        (name.replace("_", " "), f"{value:,.12g}" if isinstance(value, float) else str(value))
        for name in Parsed.__struct_fields__
        if (value := getattr(found.parsed, name)) is not None
    ]
    context.out.print(table("What the sentence says", ("part", "read as"), rows))
    for words in found.unread:
        context.out.print(Text(f"Not understood: {words!r}"))
    print_findings(context.err, found.findings)
    failed = ", ".join(SMART_LETTERS[letter].lower() for letter in found.fails)
    if found.fails:
        context.out.print(Text(f"\nIt does not pass yet: {failed}."))
    else:
        context.out.print(Text("\nIt passes." if not found.warns else "\nIt passes, with a word of caution."))
