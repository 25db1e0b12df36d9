"""A network's office from the command line: documents published, files loaded, answers asked, as a person does it."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from registry.actions.catalogue import add_community, publish_instrument
from registry.actions.templates import publish_template
from registry.actions.variants import propose_variant
from registry.domain.actor import operator
from tests.cli.documents import Document, community, instrument, new_registry, opened, raw, template, variant, wrote
from tests.conftest import Result, Run

COUNTED = {"numerator": "met", "denominator": "tested"}
"""The columns of a file that gives counts."""


def mapping(columns: Mapping[str, str], *lines: str, groups: str = "") -> str:
    """How a file with the columns ``place`` and ``year`` is read; ``groups`` is a dimension whose column has its name."""
    named = ", ".join(f'{role} = "{column}"' for role, column in columns.items())
    told = [*lines, 'place = { column = "place", scheme = "town" }', f"columns = {{ {named} }}"]
    if not any(line.startswith("period") for line in lines):
        told.append('period = { column = "year" }')
    if groups:
        told.append(f'groups = [{{ dimension = "{groups}", column = "{groups}" }}]')
    return "\n".join((*told, ""))


@cache
def begun(outcome: bytes) -> bytes:
    """A registry in which this outcome and one test are published and nothing else is."""
    with TemporaryDirectory() as name:
        with new_registry(Path(name)) as projection:
            publish_template(projection, outcome, actor=operator())
            publish_instrument(projection, raw(instrument()), actor=operator())
        return (Path(name) / "outcomes.db").read_bytes()


class Office:
    """One registry in a folder of its own, with one outcome called ``reading``."""

    def __init__(self, run: Run, folder: Path, outcome: Document | None = None, **indicator: object) -> None:
        self.run, self.folder = run, folder
        document: Document = template(**(outcome or {}))
        document["indicator"] = {**document["indicator"], **indicator}
        wrote(folder, "outcomes.db", begun(raw(document)))

    def ask(self, *words: object) -> Result:
        """What a command answers; it must be done."""
        answered = self.run(*words)
        assert answered.status == 0, answered.err
        return answered

    def json(self, *words: object) -> Any:
        """What a command answers as JSON; it must be done."""
        return self.ask(*words, "--json").json

    def publish(self, kind: str, command: str, document: Document) -> Result:
        """Hand in a document."""
        return self.ask(kind, command, wrote(self.folder, f"{kind}.json", document))

    def place(self, name: str, **changes: object) -> None:
        """A member town of that name and code, with its headline measure."""
        with opened(self.folder / "outcomes.db") as projection:
            add_community(projection, raw(community(name, name)), actor=operator())
            propose_variant(projection, raw(variant(name, name, **changes)), actor=operator())

    def load(self, place: str, rows: Sequence[str], told: str, *words: object) -> Any:
        """The report of a load that is done: ``rows`` are the lines of the file, its header first."""
        result = self.try_load(place, rows, told, *words)
        assert result.status == 0, result.err
        return result.json

    def try_load(self, place: str, rows: Sequence[str], told: str, *words: object) -> Result:
        """What a load answers as JSON, done or refused."""
        file = wrote(self.folder, f"{place}.csv", "\n".join((*rows, "")))
        how = wrote(self.folder, f"{place}.toml", told)
        return self.run("data", "import", file, "--variant", f"{place}/grade-3", "--mapping", how, *words, "--json")

    def rollup(self, *words: object) -> Any:
        """The roll-up of the outcome."""
        return self.json("rollup", "reading", *words)
