"""Every rule code that a finding can carry is explained in ``registry/findings.md``, and no code there has gone."""

import re

import pytest
from rule_codes import rule_codes
from tree import ROOT, modules, named

PAGE = ROOT / "registry" / "findings.md"
LINES = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")]
CODES = rule_codes({named(path): path.read_text("utf-8") for path in modules()})


def documented() -> list[str]:
    return [re.match(r"\| `([^`]+)` \|", line)[1] for line in LINES]


def test_every_code_is_documented_and_every_documented_code_is_there():
    assert sorted(documented()) == sorted(CODES.known)


def test_no_place_hides_its_code():
    assert CODES.untold == ()


@pytest.mark.parametrize("code", CODES.known)
def test_code_is_a_phrase_in_kebab_case(code: str):
    assert re.fullmatch(r"[a-z]+[0-9]*(-[a-z0-9]+)*", code), CODES.known[code]


@pytest.mark.parametrize("line", LINES)
def test_line_says_severity_fault_and_way_out(line: str):
    code, severity, says, mend = (cell.strip() for cell in line.strip("|").split("|"))
    assert severity in {"error", "warning"}, code
    assert says, code
    assert mend, code


def test_codes_are_followed_through_helpers_and_never_across_modules():
    source = """
class Finding(Struct, kw_only=True):
    rule: str
class Misread(Struct):
    rule: str
    detail: str
class Keeper:
    def _doubt(self, line: int, rule: str): return Finding(rule=rule)
    def tell(self, low: bool):
        name = "first-code" if low else SECOND
        self._doubt(3, name)
SECOND = "second-code"
def _made(rule): return Misread(rule, "")
def use(why): return [_made("third-code"), Finding(rule=why.rule), Finding(rule=_pick(why))]
def _pick(why): return {"key": "fourth-code"}.get(why, "fifth-code")
def pair(low):
    rule, what = ("sixth-code", 1) if low else ("seventh-code", 2)
    return Finding(rule=rule)
"""
    other = "def _made(rule): return rule\n_made('no-code')\nFinding(rule=str(1) + 'x')\n"
    codes = rule_codes({"one.py": source, "other.py": other})
    numbers = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
    assert set(codes.known) == {f"{number}-code" for number in numbers}
    assert codes.untold == ("other.py:3",)
