"""Roll-ups read only what is comparable, and lists only what the registry held at a line: shown on each query's parsed tree."""

import ast
import json
import re
from collections.abc import Iterator
from inspect import getsource

import pytest

from registry import duck
from registry.projection import read

AT = frozenset(re.findall(r"macro (\w+_at)\(", duck.text_of("views/at") + duck.text_of("views/series_at")))
"""The macros that give what the registry held at a line of its ledger."""

BESIDE_A_ROLLUP = {"lists/origins": frozenset({"comparable"}), "lists/dossiers": frozenset({"chosen_series"})}
"""Lists that speak of the series a roll-up has just laid out."""

AROUND_A_ROLLUP = {"rollup/linked_part": frozenset({"link_at()"})}
"""Roll-ups that also read what the network published, as it stood at the line asked for."""

UNJUDGED = frozenset({"chosen_series", "wanted_observation"})
"""Histories before comparability was judged: no roll-up reads them."""


def kept_relations() -> dict[str, str]:
    """Which relation ``projection/read.py`` keeps from which query file."""
    return {ast.literal_eval(call.args[1]): ast.literal_eval(call.args[2]) for call in calls_of("duck.keep")}


def laid_out_relations() -> dict[str, str]:
    """Which relation ``projection/read.py`` lays out for the roll-ups by running which view file."""
    written = [
        entry.value for call in calls_of("duck.run") for entry in ast.walk(call) if isinstance(entry, ast.Constant)
    ]
    views = [name for name in written if isinstance(name, str) and name.startswith("views/")]
    made = {name: re.findall(r"create or replace temp (?:table|view) (\w+)", duck.text_of(name)) for name in views}
    return {relation: name for name, found in made.items() for relation in found if relation not in UNJUDGED}


def calls_of(function: str) -> list[ast.Call]:
    """Every call of a function in ``projection/read.py``."""
    calls = [node for node in ast.walk(ast.parse(getsource(read))) if isinstance(node, ast.Call)]
    return [call for call in calls if ast.unparse(call.func) == function]


def sources_of(text: str) -> set[str]:
    """Every relation and table function that a query reads, its own common table expressions aside where they are in sight."""
    (serialized,) = duck.connect().execute("select json_serialize_sql($text)", {"text": text}).fetchone()
    tree = json.loads(serialized)
    assert not tree["error"], tree
    return {name for statement in tree["statements"] for name in _sources(statement["node"], frozenset())}


def _sources(node: object, own: frozenset[str]) -> Iterator[str]:
    if isinstance(node, list):
        for entry in node:
            yield from _sources(entry, own)
        return
    if not isinstance(node, dict):
        return
    tables = node.get("cte_map", {}).get("map", [])
    for table in tables:
        yield from _sources(table["value"], own)
        own = own | {table["key"]}
    if node.get("type") == "BASE_TABLE":
        path = [node[part] for part in ("catalog_name", "schema_name", "table_name") if node[part]]
        if len(path) > 1 or path[0] not in own:
            yield ".".join(path)
    if node.get("type") == "TABLE_FUNCTION":
        yield f"{node['function']['function_name']}()"
    yield from _sources([value for name, value in node.items() if name != "cte_map"], own)


def test_kept_relations_come_from_rollup_files():
    kept = kept_relations()
    assert {"picked_whole", "progressed", "judged", "level_part"} <= set(kept)
    assert all(name.startswith("rollup/") for name in kept.values())


def test_laid_out_relations_come_from_view_files():
    laid = laid_out_relations()
    judged = {"measured", "followed", "comparable", "picked", "known_rule", "gap_pair", "gap_ends"}
    assert judged | {"counted_place", "counted_elsewhere", "elsewhere_today"} == set(laid)
    assert not set(laid) & set(kept_relations())


@pytest.mark.parametrize("name", duck.names_under("rollup"))
def test_rollup_reads_only_comparable_series(name: str):
    allowed = {*kept_relations(), *laid_out_relations()} | AROUND_A_ROLLUP.get(name, frozenset())
    assert sources_of(duck.text_of(name)) <= allowed


@pytest.mark.parametrize("name", ["views/picked", "views/gap_pair", "views/gap_ends"])
def test_view_behind_a_rollup_reads_only_comparable_series(name: str):
    (query,) = re.findall(r"create or replace temp table \w+ as\n(.*);", duck.text_of(name), re.DOTALL)
    assert sources_of(query) <= {*kept_relations(), *laid_out_relations()}


@pytest.mark.parametrize("name", duck.names_under("lists"))
def test_list_reads_only_the_registry_at_a_line(name: str):
    allowed = {f"{macro}()" for macro in AT} | BESIDE_A_ROLLUP.get(name, frozenset())
    read_from = sources_of(duck.text_of(name))
    assert read_from
    assert {source for source in read_from if not source.startswith("registry.")} <= allowed


@pytest.mark.parametrize("name", duck.names_under("lists"))
def test_list_that_reads_a_table_says_up_to_which_line(name: str):
    """A table of the registry holds later lines too; ``batch`` by its id is the only one that may be joined without a bound."""
    text = duck.text_of(name)
    plain = {source for source in sources_of(text) if source.startswith("registry.")}
    assert not plain or "seq <= $line" in text or (plain == {"registry.batch"} and "b.id = h.batch" in text)


@pytest.mark.parametrize("name", duck.names_under("macros"))
def test_macro_reads_no_relation(name: str):
    code = re.sub(r"--.*", "", duck.text_of(name))
    assert not re.search(r"\b(from|join|table)\b", code, re.IGNORECASE)


def test_a_forbidden_source_is_noticed():
    text = (
        "with own as (select * from comparable) select * from own, registry.observation, (select * from read_csv('x'))"
    )
    assert sources_of(text) == {"comparable", "registry.observation", "read_csv()"}
    assert sources_of("select (select max(seq) from base.variant) from picked") == {"base.variant", "picked"}
    assert sources_of("with picked as (from picked) from picked") == {"picked"}
    assert sources_of(
        "select 1 where exists (with inner_one as (select 1) from inner_one) union all from inner_one"
    ) == {"inner_one"}
