"""Make the sample registry of the program that is on the path: ``python tests/samples/make.py tests/samples/registry-VERSION.db``.

Only commands that every version has are asked, and those that a version lacks are left out and named; the documents stand below.
"""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

FACETS = ("instrument", "instrument_version", "cut", "grade_or_age")
TEMPLATE = {
    "id": "reading",
    "version": "1.0.0",
    "title": "Reading",
    "result": "Every child reads.",
    "stage": 2,
    "indicator": {
        "construct": "reading proficiency",
        "unit": "percent",
        "direction": "increase",
        "numerator": "Children at or above the cut",
        "denominator": "Children with a score",
        "population": "Children in grade 3 of the place's schools",
        "period": "school-year",
        "bounds": [0, 100],
        "meaningful_change": 1,
        "rollup": "pooled_ratio",
        "has_cut": True,
    },
    "disaggregation": {"required": [], "recommended": ["race_ethnicity"]},
    "disclosure": {"minimum_n": 10, "minimum_numerator": 3},
    "measure_schema": {
        "type": "object",
        "additionalProperties": False,
        "required": list(FACETS),
        "properties": {**{name: {"type": "string"} for name in FACETS}, "grade_or_age": {"type": "integer"}},
    },
    "comparability": [
        {"facet": "/measure/instrument", "level": "equal", "progress": "any", "why": "Two tests have two scales."},
        {"facet": "/measure/grade_or_age", "level": "equal", "progress": "equal", "why": "They are other children."},
    ],
}
INSTRUMENT = {
    "id": "town-test",
    "title": "The town's test",
    "publisher": "The state",
    "description": "A test of reading, given every spring.",
    "versions": [{"id": "1", "title": "The first", "cuts": [{"id": "level-3", "title": "Level 3"}]}],
}
MAPPING = """
rounding = 0.1
place = { column = "town", scheme = "town" }
period = { column = "year" }
groups = [{ dimension = "race_ethnicity", column = "group", everybody = ["All Students"] }]
columns = { value = "rate", numerator = "met", denominator = "tested" }
"""
TABLE = """town,year,group,tested,met,rate
001,2017-18,All Students,200,80,40.0
001,2018-19,All Students,220,99,45.0
001,2018-19,Hispanic,100,40,40.0
002,2017-18,All Students,100,30,30.0
002,2018-19,All Students,100,31,31.0
"""
CORRECTED = TABLE.replace("220,99,45.0", "220,110,50.0")


def community(slug: str, code: str) -> dict[str, object]:
    return {"slug": slug, "name": slug.title(), "geographies": [f"town:{code}"]}


def variant(slug: str, code: str) -> dict[str, object]:
    return {
        "community": slug,
        "id": "grade-3",
        "template": "reading@1.0.0",
        "title": "Third graders who read",
        "measure": {"instrument": "town-test", "instrument_version": "1", "cut": "level-3", "grade_or_age": 3},
        "population": {"description": "Grade 3", "kind": "enrolled", "geographies": [f"town:{code}"]},
        "baseline": {"period": "SY2017-18"},
        "target": {"period": "SY2024-25", "value": 60},
        "partners": [{"id": "library", "name": "The library"}],
    }


def outcomes(folder: Path, *words: str) -> None:
    """Run a command of the program on the path. What a version does not know is named and left out."""
    command = [sys.executable, "-c", "from registry.cli.main import main; main()", *words]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if ended.returncode == 2:
        sys.stdout.write(f"left out: {' '.join(words)}\n")
    elif ended.returncode:
        raise SystemExit(f"{' '.join(words)}: {ended.stderr}")


def make(target: Path) -> None:
    """A template, a test, two communities with a local measure and figures each, one corrected, and a signature."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        documents = {"template": TEMPLATE, "instrument": INSTRUMENT}
        for slug, code in (("alder", "001"), ("birch", "002")):
            documents |= {f"community-{slug}": community(slug, code), f"variant-{slug}": variant(slug, code)}
        for file, document in documents.items():
            (folder / f"{file}.json").write_text(json.dumps(document), "utf-8")
        for file, text in (("data.csv", TABLE), ("corrected.csv", CORRECTED), ("mapping.toml", MAPPING)):
            (folder / file).write_text(text, "utf-8")
        outcomes(folder, "init", "--network", "Two towns")
        outcomes(folder, "template", "publish", "template.json")
        outcomes(folder, "instrument", "publish", "instrument.json")
        for slug in ("alder", "birch"):
            outcomes(folder, "community", "add", f"community-{slug}.json")
            outcomes(folder, "variant", "propose", f"variant-{slug}.json")
            outcomes(folder, "data", "import", "data.csv", "--variant", f"{slug}/grade-3", "--mapping", "mapping.toml")
        outcomes(folder, "data", "import", "corrected.csv", "--variant", "alder/grade-3")
        outcomes(
            folder,
            "variant",
            "sign",
            "alder/grade-3",
            "--partner",
            "library",
            "--by",
            "A librarian",
            "--authority",
            "Director",
        )
        with closing(sqlite3.connect(folder / "outcomes.db")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        target.write_bytes((folder / "outcomes.db").read_bytes())


if __name__ == "__main__":
    make(Path(sys.argv[1]))
