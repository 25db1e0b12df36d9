"""The pages under ``docs/`` that are made from the tables which the tests run, so that neither can say something else.

``python tests/spec/pages.py`` writes them; with ``--check`` it writes nothing, names each page that differs and exits with 1.
"""

import re
import sys
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from registry.domain.assessment import CHECKS
from registry.domain.words import CAUSE, SMART_LETTERS

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs"

WHICH = """# Which version must I publish?

A published outcome never changes. Whoever wants it otherwise publishes a new version, and its number tells everybody how large the step is:

- **patch** (1.0.0 to 1.0.1): only words. No figure, no verdict and no registered measure can be touched by it.
- **minor** (1.0.0 to 1.1.0): it newly allows something, or only adds. Measures on 1.0.0 stay as they are, and are compared with
  those on 1.1.0.
- **major** (1.0.0 to 2.0.0): it can change a published number or verdict, or what is hidden, or a registered measure would no longer
  fit. Measures on version 1 are *pending* until their community moves them, and are never mixed with those on version 2.

You need not decide it. `outcomes template diff early-grade-reading FILE` names every difference with its step,
`outcomes template impact FILE` which local measures it would touch, and
`outcomes template publish FILE` refuses a number that is too small and says which would be right.

The numerator, the denominator and the population are never "only words": what they say is what is counted. Whatever no rule can
decide counts as major. A larger step than needed is always allowed. A version with a suffix, such as `2.0.0-draft`, is
put up for comment: nobody can
register under it.

## Change by change

Each line is a test of this program. *Nothing* means that the member is not there.

"""

SMART = """# What SMART means here

A shared result is a promise of a whole community. It has four parts:

1. It is about everybody in a place, and not about one programme's clients (**P**).
2. It is SMART: specific, measurable, attainable, relevant and time-bound (**S M A R T**).
3. Partners agree to it and answer for it together (**G**).
4. It grew in its place (**C**).

`outcomes variant assess hartford/grade-3-ela` asks a local measure the questions below. Each answer says what was found, with the
figures, where in the document, and what to do:

| answer | on the screen | means |
|---|---|---|
| pass | ok | It holds. |
| warn | look | Nothing is wrong for certain, and somebody should look. |
| fail | mend | It does not hold. |
| unknown | open | Nobody can say yet. That is no pass. |

A letter has the worst answer of its questions. A result without an agreed measure stands on the *data development agenda*: what needs a
measure is unknown then, and never a failure.
A reference place, such as a state, promises nothing and is not assessed.

No answer judges the work, and none says that an ambitious target is wrong. A target that nobody has reached at that pace is pointed out,
with the figures, for the partners to judge. Each line below is a test of this program.

The letters follow Doran (1981, *There's a S.M.A.R.T. way to write management's goals and objectives*). Population before programme, the
three powers of an indicator, and the curve with its forecast follow Friedman (2005, *Trying Hard Is Not Good Enough*).

"""

SENTENCES = """## A plain sentence

`outcomes smart "SENTENCE"` reads a sentence and asks the six letters of it. Each letter is judged by itself:

- **P** fails where it is about a programme's clients.
- **S** fails where neither a place nor people are named. "Our city" is a place.
- **M** fails without an amount, a level, or every or all.
- **A** fails where the target cannot be or lies on the wrong side; it warns where the level now is not said.
- **R** fails where an activity or an input is counted.
- **T** fails without a year or a span, or where the year is not after that of the start.

"By 15%" is relative (of what there is now); points must be said: "by 15 percentage points". What cannot be understood is listed, and never
guessed. Each line is a test of this program.

"""


PROGRESS = (
    "tiers.md",
    "rollup.md",
    "trend.md",
    "effect.md",
    "pace.md",
    "curve.md",
    "breaks.md",
    "benchmark.md",
    "linking.md",
    "gaps.md",
    "mix.md",
    "network.md",
)
"""The files of tables behind the page on progress, in the order in which it tells them."""


def rows_of(name: str) -> list[list[str]]:
    """The rows of a table of this folder, cells as they stand."""
    lines = (HERE / name).read_text("utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:] if line.startswith("|")]


def which_version() -> str:
    """The page for network staff who publish an outcome anew."""
    text = (HERE / "which_version.md").read_text("utf-8").replace("`null`", "*nothing*")
    return WHICH + text


def what_smart_means() -> str:
    """The page for a community data lead: every question of an assessment, and what of a plain sentence."""
    rows = {row[0].strip("`"): row for row in rows_of("smart_checks.md")}
    parts = [SMART]
    for letter, checks in groupby(CHECKS, key=lambda check: check.letter):
        parts.append(f"## {letter}: {SMART_LETTERS[letter]}\n\n")
        parts.append(
            "| question | asks | holds where | otherwise | what to do | why it is asked |\n|---|---|---|---|---|---|\n"
        )
        parts += [f"| `{check.code}` | {' | '.join(rows[check.code][2:7])} |\n" for check in checks]
        parts.append("\n")
    return "".join(parts) + SENTENCES + (HERE / "smart_sentences.md").read_text("utf-8")


def how_progress_is_computed() -> str:
    """The page for an evaluator: what is counted and never added, then rule by rule why, its source, and its table."""
    titled = [section(name) for name in (*PROGRESS, "sources.md")]
    numbered = [f"## {place}. {title}\n\n{rest}" for place, (title, rest) in enumerate(titled, 1)]
    contents = "".join(f"{place}. {title}\n" for place, (title, _) in enumerate(titled, 1))
    introduction = (HERE / "introduction.md").read_text("utf-8").replace("CAUSE", CAUSE)
    return f"{introduction}\n## What is told where\n\n{contents}\n" + "\n".join(numbered)


def section(name: str) -> tuple[str, str]:
    """A file of tables as a section of a page: its title, and the rest one heading lower, without the name of its test."""
    title, _, rest = (HERE / name).read_text("utf-8").partition("\n\n")
    told = re.sub(r"Every line is run by `[^`]+`[^.]*\.\s*", "", rest, count=1)
    return title.removeprefix("# "), re.sub(r"^## ", "### ", told, flags=re.MULTILINE)


PAGES: dict[str, Callable[[], str]] = {
    "which-version.md": which_version,
    "what-smart-means.md": what_smart_means,
    "how-progress-is-computed.md": how_progress_is_computed,
}


def differing() -> list[str]:
    """The pages that do not stand as they would be made."""
    return [
        name
        for name, made in PAGES.items()
        if not (DOCS / name).is_file() or (DOCS / name).read_text("utf-8") != made()
    ]


def main(words: list[str]) -> int:
    """Write the pages, or with ``--check`` name those that differ."""
    found = differing()
    for name in found:
        if "--check" not in words:
            DOCS.mkdir(exist_ok=True)
            (DOCS / name).write_text(PAGES[name](), "utf-8")
        sys.stdout.write(f"{'differs' if '--check' in words else 'written'}: {name}\n")
    return 1 if found and "--check" in words else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
