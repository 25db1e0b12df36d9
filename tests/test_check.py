"""One reading names every fault of a document once, nothing makes it stumble, and what it takes also converts."""

import copy
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.actions.templates import check_template
from registry.check import MAX_FINDINGS, check, check_against, check_members, check_toml, schema_of
from registry.domain.community import RULES_OF_A_COMMUNITY, Community
from registry.domain.instrument import RULES_OF_AN_INSTRUMENT, Instrument
from registry.domain.mapping import Mapping
from registry.domain.rule import FAULTY, Rule, judge, member, pointer_to
from registry.domain.template import RULES_OF_A_TEMPLATE, Template
from registry.domain.variant import Variant
from tests.domain.documents import (
    around,
    findings_of_template,
    findings_of_variant,
    named,
    raw,
    rules_beside,
    template_document,
    variant_document,
)

COMMUNITY = {
    "slug": "bridgeport",
    "name": "Bridgeport",
    "geographies": [
        "ct-district:0150011",
        {"code": "fips-place:0908000", "since": "2000-01-01", "until": "2020-12-31"},
    ],
    "partners": [{"id": "library", "name": "Public library"}],
    "membership": [{"joined": "2012-07-01", "left": "2015-06-30"}, {"joined": "2018-07-01"}],
}
INSTRUMENT = {
    "id": "state-test",
    "title": "State test",
    "publisher": "The state",
    "description": "A test of reading.",
    "versions": [
        {
            "id": "2015",
            "scale_minimum": 2000,
            "scale_maximum": 3000,
            "cuts": [{"id": "proficient", "title": "Proficient", "score": 2432, "grade_or_age": 3}],
        }
    ],
}


def test_six_faults_of_six_kinds_are_named_at_once():
    document = template_document()
    document["indicator"]["direction"] = "increas"
    document["indicator"]["bounds"] = [100, 0]
    del document["result"]
    document["tittle"] = "Reading"
    document["comparability"][0]["facet"] = "/measure/instrumnt"
    document["disclosure"]["minimum_n"] = 5
    findings = findings_of_template(document)
    assert named(findings) == [
        ("", "missing"),
        ("/comparability/0/facet", "facet-unknown"),
        ("/disclosure/minimum_n", "below-network-floor"),
        ("/indicator/bounds", "bounds-impossible"),
        ("/indicator/direction", "not-one-of"),
        ("/tittle", "unknown-field"),
    ]
    hints = {finding.rule: finding.hint for finding in findings}
    assert hints["unknown-field"] == "Did you mean 'title'?"
    assert hints["not-one-of"] == "Did you mean 'increase'?"
    assert hints["facet-unknown"].startswith("Did you mean 'instrument'?")
    assert all(finding.detail and finding.hint and finding.severity == "error" for finding in findings)


def test_unknown_facet_wrong_side_and_four_more_are_named_at_once():
    document = variant_document()
    document["measure"]["instrumnt_version"] = "2015"
    document["target"]["value"] = 12
    document["baseline"]["period"] = "2018-19"
    document["milestones"] = [{"period": "SY2030-31", "value": 30}]
    document["group_targets"][0]["group"] = {"sex": "femal"}
    document["headline"] = "yes"
    assert named(findings_of_variant(document)) == [
        ("/baseline/period", "period-unreadable"),
        ("/group_targets/0/group/sex", "group-unknown"),
        ("/headline", "wrong-type"),
        ("/measure/instrumnt_version", "measure-unfit"),
        ("/milestones/0/period", "period-order"),
        ("/target/value", "target-wrong-side"),
    ]


def test_a_fault_in_one_part_hides_no_fault_in_its_neighbour():
    document = variant_document()
    document["measure"] |= {"grade_or_age": [3], "colour": "blue"}
    document["milestones"] = [{"period": 2021, "value": 27}, {"period": "2024-25", "value": 35.5}]
    document["baseline"]["numerator"] = -1
    document["target"] = {"period": "SY2027-28", "value": 145}
    document["context"]["adaptations"] = [{"facet": "season", "why": "x"}]
    assert named(findings_of_variant(document)) == [
        ("/baseline/numerator", "out-of-range"),
        ("/context/adaptations/0/facet", "wrong-form"),
        ("/measure/colour", "measure-unfit"),
        ("/measure/grade_or_age", "wrong-type"),
        ("/milestones/0/period", "wrong-type"),
        ("/milestones/1/period", "period-unreadable"),
        ("/target/value", "value-out-of-bounds"),
    ]


def test_an_unfit_value_is_told_once_and_nothing_follows_from_it():
    document = variant_document()
    document["measure"] = {"instrument": "", "grade_or_age": 3, "cut": "profficient", "instrument_version": ""}
    findings = findings_of_variant(document)
    assert named(findings) == [
        ("/measure/cut", "measure-unfit"),
        ("/measure/instrument", "measure-unfit"),
        ("/measure/instrument_version", "measure-unfit"),
    ]
    assert {finding.hint for finding in findings if finding.pointer == "/measure/cut"} == {"Did you mean 'proficient'?"}


def test_empty_text_is_too_short_and_not_also_of_the_wrong_form():
    schema = {"properties": {"code": {"type": "string", "minLength": 2, "pattern": "^[a-z]+$"}}}
    assert named(check_against({"code": ""}, schema, "/measure")) == [("/measure/code", "out-of-range")]


def test_a_list_of_the_wrong_length_says_so_once():
    document = template_document()
    document["indicator"]["bounds"] = [0, 50, 100]
    assert named(findings_of_template(document)) == [("/indicator/bounds", "out-of-range")]


def test_required_names_with_quotation_marks_are_named_as_they_are():
    (finding,) = check_against({}, {"required": ["it's 'new'"]}, "/measure")
    assert (finding.pointer, finding.hint) == ("/measure", """Add "it's 'new'".""")


def test_a_pointer_escapes_what_a_pointer_must():
    document = COMMUNITY | {"a/b~c": 1}
    assert named(check(raw(document), Community)[1]) == [("/a~1b~0c", "unknown-field")]
    assert member({"a/b~c": [5]}, pointer_to("a/b~c", 0)) == 5


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (template_document(), Template),
        (variant_document(), Variant),
        (COMMUNITY, Community),
        (INSTRUMENT, Instrument),
    ],
    ids=["template", "variant", "community", "instrument"],
)
def test_sound_document_becomes_a_struct(document: dict[str, object], kind: type[msgspec.Struct]):
    read, findings = check(raw(document), kind)
    assert findings == ()
    assert isinstance(read, kind)
    assert msgspec.convert(document, kind) == read


@pytest.mark.parametrize("document", [[], "text", 3, True, None, 1.5])
def test_what_is_no_set_of_fields_is_refused_once(document: object):
    read, findings = check(raw(document), Template, RULES_OF_A_TEMPLATE)
    assert read is None
    assert named(findings) == [("", "wrong-type")]
    assert "a set of fields is wanted here" in findings[0].detail


@pytest.mark.parametrize(
    ("text", "rule", "pointer"),
    [
        (b"", "not-json", ""),
        (b" \n", "not-json", ""),
        (b"{", "not-json", ""),
        (b"\xff\xfe{\x00}\x00", "not-utf-8", ""),
        (b"[" * 100_000, "too-deep", ""),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "too-deep", ""),
        (b'["' + b"x" * 5_000_000 + b'"]', "too-large", ""),
        (b'{"title": NaN}', "out-of-range", "/title"),
        (b'{"title": -Infinity}', "out-of-range", "/title"),
        (b'{"title": 1e999}', "out-of-range", "/title"),
        (b'{"title": ' + b"9" * 5000 + b"}", "out-of-range", "/title"),
        (b'{"title": -9007199254740992}', "out-of-range", "/title"),
        (b'{"title": "\\ud800"}', "wrong-form", "/title"),
        (b'{"notes": "x", "title": "a", "title": "b"}', "key-twice", "/title"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_form_that_no_document_may_have(text: bytes, rule: str, pointer: str):
    read, findings = check(text, Template)
    assert read is None
    assert [finding.rule for finding in findings if finding.pointer == pointer and finding.rule != "missing"] == [rule]


def test_a_field_said_twice_hides_no_other_fault():
    text = raw(template_document() | {"stage": "two"}).replace(b'"notes": ""', b'"notes": "", "notes": "x"')
    text = text.replace(b'"minimum_n": 10', b'"minimum_n": 10, "minimum_n": 3')
    assert named(check_template(text)[1]) == [
        ("/disclosure/minimum_n", "key-twice"),
        ("/notes", "key-twice"),
        ("/stage", "wrong-type"),
    ]


def test_half_a_character_in_a_name_can_still_be_printed():
    _, findings = check(b'{"\\ud83d": "\\ud83d"}', Community)
    assert msgspec.json.encode(findings)
    assert ("/\\ud83d", "wrong-form") in named(findings)


def test_byte_order_mark_and_whole_numbers_written_as_decimals_are_read():
    text = b"\xef\xbb\xbf" + raw(template_document() | {"stage": 2.0})
    read, findings = check(text, Template)
    assert findings == ()
    assert read is not None
    assert (read.stage, type(read.stage)) == (2, int)


@pytest.mark.parametrize("day", ["2023-02-29", "20190101", "2019-W01-1", "2019-1-1", "2019-01-01\n", "٢٠١٩-٠١-٠١", ""])
def test_what_is_no_day_is_refused(day: str):
    document = COMMUNITY | {"membership": [{"joined": day}]}
    assert named(check(raw(document), Community, RULES_OF_A_COMMUNITY)[1]) == [("/membership/0/joined", "wrong-form")]


@pytest.mark.parametrize("slug", ["bridgeport\n", "Bridgeport", "", "bridge--port", "-b", "b" * 81])
def test_a_slug_is_lower_case_words_to_the_very_end(slug: str):
    read, findings = check(raw(COMMUNITY | {"slug": slug}), Community)
    assert read is None
    assert [finding.pointer for finding in findings] == ["/slug"]


def test_of_very_many_faults_the_first_are_told_and_that_there_are_more():
    document = COMMUNITY | {"partners": [{}] * 2000}
    _, findings = check(raw(document), Community, RULES_OF_A_COMMUNITY)
    assert len(findings) == MAX_FINDINGS + 1
    assert findings[-1].rule == "too-many"
    _, findings = check(raw(COMMUNITY | {f"f{n}": 1 for n in range(2000)}), Community)
    assert [finding.rule for finding in findings].count("unknown-field") == MAX_FINDINGS


@pytest.mark.parametrize(
    "text",
    [
        b"a = [" + b"[" * 20_000,
        b"a = " + b"{a=" * 20_000,
        b"[" + b".".join([b"a"] * 2000) + b"]",
        b"a = " + b"9" * 5000,
        b"a = inf",
        b"a = 1979-05-27T07:32:00",
        b"\xff",
        b"a = ",
        b"notes = 1979-05-27",
        b"rounding = nan",
    ],
    ids=lambda value: repr(value)[:30],
)
def test_toml_of_any_kind_is_refused_and_never_stumbles(text: bytes):
    read, findings = check_toml(text, Mapping)
    assert read is None
    assert findings
    assert msgspec.json.encode(findings)


def test_rule_is_asked_of_the_sound_parts_and_not_where_its_need_is_at_fault():
    seen: list[tuple[object, ...]] = []
    rule = Rule(code="any", needs=("/a", "/b"), check=lambda *parts: seen.append(parts) or ())
    assert list(judge((rule,), {"a": [1, {"x": 2}], "b": 3}, faulty=["/a/1/x", "/c"])) == []
    assert list(judge((rule,), {"a": [1], "b": 3}, faulty=["/b"])) == []
    assert list(judge((rule,), {"b": 3}, faulty=[""])) == []
    assert seen == [([1, {"x": FAULTY}], 3)]


def test_rule_keeps_silent_where_another_has_said_it():
    first = Rule(code="first", needs=("/a",), check=lambda _: [("/a", "wrong", "")])
    later = Rule(
        code="later", needs=("/a",), check=lambda _: [("/a", "so wrong", ""), ("/b", "new", "")], after=("first",)
    )
    found = judge((first, later), {"a": 1}, faulty=())
    assert [(finding.rule, finding.pointer) for finding in found] == [("first", "/a"), ("later", "/b")]


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
named_fields = st.sampled_from(["id", "period", "value", "group", "facet", "type", "$ref", "pattern", "a/b", "cuts"])
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(named_fields | st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def _places(document: object, place: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    children = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    return [place, *(inner for name, child in children for inner in _places(child, (*place, name)))]


@st.composite
def changed(draw: st.DrawFn, document: dict[str, object]) -> object:
    """The document with a few members replaced, taken out or added, anywhere."""
    whole: object = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.sampled_from(_places(whole)))
        what = draw(st.sampled_from(["replace", "remove", "add"]))
        here = whole
        for name in place[:-1]:
            here = here[name]
        if what == "add" or not place:
            target = here[place[-1]] if place else whole
            if isinstance(target, dict):
                target[draw(named_fields | st.text(max_size=6))] = draw(values)
            elif isinstance(target, list):
                target.append(draw(values))
        elif what == "remove":
            del here[place[-1]]
        else:
            here[place[-1]] = draw(values)
    return whole


def _sound(raw_document: object, kind: type[msgspec.Struct], rules: object) -> None:
    read, findings = check(raw(raw_document), kind, rules)
    errors = [finding for finding in findings if finding.severity == "error"]
    assert (read is None) == bool(errors)
    assert len({(finding.pointer, finding.rule, finding.detail) for finding in findings}) == len(findings)
    assert all(finding.pointer is not None and finding.detail for finding in findings)
    assert msgspec.json.encode(findings)
    if read is not None:
        assert isinstance(read, kind)
        again, _ = check(msgspec.json.encode(read), kind, rules)
        assert again == read


@given(changed(template_document()))
def test_any_change_to_a_template_gives_a_struct_or_errors(document: object):
    read, findings = check_template(raw(document))
    assert (read is None) == any(finding.severity == "error" for finding in findings)
    assert msgspec.json.encode(findings)
    if read is not None:
        check_against({"instrument": "x" * 300, "grade_or_age": 3}, read.measure_schema, "/measure")
    _sound(document, Template, RULES_OF_A_TEMPLATE)


@given(changed(variant_document()))
def test_any_change_to_a_variant_gives_a_struct_or_errors(document: object):
    _sound(document, Variant, rules_beside(around()))


@given(changed(COMMUNITY))
def test_any_change_to_a_community_gives_a_struct_or_errors(document: object):
    _sound(document, Community, RULES_OF_A_COMMUNITY)


@given(changed(INSTRUMENT))
def test_any_change_to_an_instrument_gives_a_struct_or_errors(document: object):
    _sound(document, Instrument, RULES_OF_AN_INSTRUMENT)


@given(values)
def test_any_value_gives_a_struct_or_errors(value: object):
    for kind in (Template, Variant, Community, Instrument, Mapping):
        read, findings = check_members(value, kind)
        assert (read is None) == bool(findings)


@given(st.binary(max_size=200) | st.text(alphabet='{}[]":,0123456789.eE+-\\u nul', max_size=60).map(str.encode))
def test_any_bytes_give_findings(text: bytes):
    for read, findings in (check(text, Template), check_toml(text, Mapping)):
        assert read is None
        assert findings
        assert msgspec.json.encode(findings)


def test_schema_of_every_kind_is_closed():
    for kind in (Template, Variant, Community, Instrument, Mapping):
        schema = schema_of(kind)
        for part in (schema, *schema["$defs"].values()):
            assert part.get("additionalProperties") is False or part.get("type") != "object", part.get("title")


def test_text_that_steers_the_screen_is_refused():
    for name in ("Al\u001b[2Jder", "Al\u202eder", "Al\u0007der"):
        found, findings = check(json.dumps({"slug": "alder", "name": name}).encode(), Community)
        assert found is None
        assert [(finding.rule, finding.pointer) for finding in findings] == [("wrong-form", "/name")]
    found, findings = check(json.dumps({"slug": "alder", "name": "Doña Ana\u2019s \u0410"}).encode(), Community)
    assert (found is not None, findings) == (True, ())


@pytest.mark.parametrize(
    ("figure", "step", "fits"),
    [(0.3, 0.1, True), (714, 0.7, True), (0.35, 0.1, False), (1.5, 0.5, True), (2, 1.0, True)],
)
def test_a_multiple_is_one_as_it_is_printed(figure: float, step: float, fits: bool):
    """Binary fractions say that 0.3 is no multiple of 0.1."""
    schema = {"type": "object", "properties": {"weight": {"multipleOf": step}}}
    assert (check_against({"weight": figure}, schema, "") == ()) is fits
