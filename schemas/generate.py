"""Which files are published as the registry's contract: every one follows from a type, a code list or a rule of the program.

``python -m registry.schemas.generate`` writes them under ``schemas/v1``; with ``--check`` it writes nothing, names each file that
differs and exits with 1. What v1 promises stands in ``schemas/README.md``. Documents are closed (an unknown field is a fault);
answers are open (more fields may come), so a reader of answers passes over what it does not know.

>>> urn_of("load-report")
'urn:outcome-registry:schemas:v1:load-report'
>>> sorted(generated())[0]
'assessment.schema.json'
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from registry.actions.impact import Impact
from registry.actions.templates import Difference
from registry.check import schema_of
from registry.domain.community import Community
from registry.domain.finding import Finding
from registry.domain.framework import Framework
from registry.domain.framework_answer import FrameworkRollup
from registry.domain.group import CODE_LISTS
from registry.domain.instrument import Instrument
from registry.domain.link import Link
from registry.domain.mapping import Mapping as MappingDocument
from registry.domain.progress_rule import RULES, ProgressRule
from registry.domain.report import LoadReport
from registry.domain.rollup_answer import RollupAnswer
from registry.domain.sentence import SentenceReading
from registry.domain.template import Template
from registry.domain.variant import Variant
from registry.projection.assess import AssessmentAnswer
from registry.projection.compare import Comparison
from registry.projection.coverage import Coverage

FOLDER = Path(__file__).parent / "v1"
"""Where the committed files stand, whatever folder the program is started in."""

DOCUMENTS: dict[str, type[msgspec.Struct]] = {
    "framework": Framework,
    "template": Template,
    "instrument": Instrument,
    "community": Community,
    "variant": Variant,
    "mapping": MappingDocument,
    "link": Link,
    "rule": ProgressRule,
}
"""What people send to the registry."""

ANSWERS: dict[str, type[msgspec.Struct]] = {
    "finding": Finding,
    "load-report": LoadReport,
    "rollup": RollupAnswer,
    "framework-rollup": FrameworkRollup,
    "comparison": Comparison,
    "difference": Difference,
    "impact": Impact,
    "assessment": AssessmentAnswer,
    "sentence": SentenceReading,
    "coverage": Coverage,
}
"""What the registry says, as JSON."""


def generated() -> dict[str, str]:
    """Every published file by its path below ``v1``, with its whole text."""
    files = {f"{name}.schema.json": _text(_named(schema_of(kind), name)) for name, kind in DOCUMENTS.items()}
    files |= {f"{name}.schema.json": _text(_named(opened(schema_of(kind)), name)) for name, kind in ANSWERS.items()}
    files |= {f"codelists/{name}.json": _text(msgspec.to_builtins(codes)) for name, codes in CODE_LISTS.items()}
    files["progress-rules.json"] = _text(msgspec.to_builtins(tuple(RULES.values())))
    return files


def differing(folder: Path = FOLDER) -> tuple[str, ...]:
    """Every file of the folder that is not as it would be generated, or that nothing generates, and in which way; sorted."""
    wanted = generated()
    there = {path.relative_to(folder).as_posix(): path for path in _published(folder)}
    return tuple(sorted(_differences(wanted, there)))


def write(folder: Path = FOLDER) -> tuple[str, ...]:
    """Write every file that differs, and return their paths. A file that nothing generates is left for a person to delete."""
    written = []
    for name, text in generated().items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != text.encode():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
            written.append(name)
    return tuple(written)


def opened(schema: object) -> object:
    """The same schema without the ban on further members: an answer of v1 may say more tomorrow than it says today."""
    if isinstance(schema, Mapping):
        kept = {name: value for name, value in schema.items() if (name, value) != ("additionalProperties", False)}
        return {name: opened(value) for name, value in kept.items()}
    return [opened(entry) for entry in schema] if isinstance(schema, list | tuple) else schema


def urn_of(name: str) -> str:
    """The ``$id`` of a schema: a name, not an address, so that nothing is ever fetched."""
    return f"urn:outcome-registry:schemas:v1:{name}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the files, or with ``--check`` name those that differ. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m registry.schemas.generate", description="Write schemas/v1.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 where a file differs")
    checking = parser.parse_args(arguments).check
    for name in () if checking else write():
        sys.stdout.write(f"written: {name}\n")
    wrong = differing()
    for line in wrong:
        sys.stderr.write(f"{line}\n")
    if wrong and checking:
        sys.stderr.write(
            "Run python -m registry.schemas.generate, and read schemas/README.md before you commit the change.\n"
        )
    return 1 if wrong else 0


def _named(schema: object, name: str) -> object:
    rest = dict(schema) if isinstance(schema, Mapping) else {}
    return {"$schema": rest.pop("$schema"), "$id": urn_of(name), **rest}


def _text(document: object) -> str:
    """JSON in the order of the fields, two blanks deep, with a line end: the same document always gives the same bytes."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _published(folder: Path) -> Iterable[Path]:
    """The files that ought to be generated: all but the suite, which people write."""
    return (path for path in folder.rglob("*") if path.is_file() and path.relative_to(folder).parts[0] != "suite")


def _differences(wanted: Mapping[str, str], there: Mapping[str, Path]) -> Iterator[str]:
    for name in wanted.keys() - there.keys():
        yield f"{name}: missing"
    for name in there.keys() - wanted.keys():
        yield f"{name}: nothing generates it; delete it, or say in schemas/generate.py what it follows from"
    for name in wanted.keys() & there.keys():
        if there[name].read_bytes() != wanted[name].encode():
            yield f"{name}: differs from the program"


if __name__ == "__main__":
    sys.exit(main())
