"""What the commands of agreement say: what was done, how that leaves the measure, and what is left to do."""

from pathlib import Path

import pytest

from registry.actions.agreement import waive_period
from registry.domain.actor import operator
from tests.actions.agreed import BASELINE, NAME, framework, measure, town
from tests.cli.documents import MAPPING, TABLE, Document, head, load_text, wrote
from tests.conftest import Run

DEPARTS: Document = {"context": {"adaptations": [{"facet": "/measure/cut", "why": "Our cut."}]}}
SCHOOLS = ("--partner", "schools", "--by", "Ana Ruiz", "--authority", "Director")
LIBRARY = ("--partner", "library", "--by", "Lee", "--authority", "Head")
RECOUNTED = {**BASELINE, "value": 40.5, "numerator": 81}


@pytest.fixture
def alder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the registry of one town, whose measure names two partners."""
    monkeypatch.setenv("COLUMNS", "200")
    with town(tmp_path):
        return tmp_path


@pytest.fixture
def reviewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, with departures that the network reviews."""
    monkeypatch.setenv("COLUMNS", "200")
    with town(tmp_path, framed=framework(reviews_departures=True), **DEPARTS):
        return tmp_path


def test_signing_says_who_has_not_signed_and_to_what_it_is_bound(alder: Path, run: Run):
    first = run("variant", "sign", NAME, *SCHOOLS)
    assert (
        first.out
        == "schools has signed alder/grade-3 (line 6 of the ledger). It is proposed. Not signed by: Library.\n"
    )
    assert first.err.startswith("Bound to the content ")
    again = run("variant", "sign", NAME, *SCHOOLS)
    assert again.status == 0
    assert again.out.startswith("schools has signed alder/grade-3 already (line 6 of the ledger); nothing was written.")
    last = run("variant", "sign", NAME, *LIBRARY)
    assert last.out == "library has signed alder/grade-3 (line 7 of the ledger). It is agreed.\n"


def test_who_declined_or_signed_something_else_is_told_apart_from_who_never_signed(alder: Path, run: Run):
    run("variant", "sign", NAME, *SCHOOLS)
    declined = run("variant", "decline", NAME, "--partner", "library", "--by", "Lee", "--reason", "In May.")
    assert declined.out == (
        "library has declined alder/grade-3 (line 7 of the ledger). It is proposed. Not signed by: Library (declined).\n"
    )
    run("variant", "propose", wrote(alder, "m.json", measure(title="Readers")))
    signed = run("variant", "sign", NAME, *LIBRARY)
    assert signed.out.endswith("Not signed by: Schools (signed something that was changed since).\n")
    words = ("--by", "Lee", "--reason", "Not this one.")
    taken = run("variant", "withdraw-signature", NAME, "--partner", "library", *words)
    assert taken.out.startswith("library has taken its signature on alder/grade-3 back (line 10 of the ledger).")
    assert "Library (took its signature back)" in taken.out


def test_a_departure_waits_for_the_network_until_it_is_accepted(reviewed: Path, run: Run):
    run("variant", "sign", NAME, *SCHOOLS)
    signed = run("variant", "sign", NAME, *LIBRARY)
    assert signed.out.endswith("It is proposed. Its departures wait for the network's acceptance.\n")
    accepted = run("variant", "accept", NAME, "--reason", "Fine.")
    assert accepted.out == "The departures of alder/grade-3 are accepted (line 9 of the ledger). It is agreed.\n"
    again = run("variant", "accept", NAME)
    assert (again.status != 0, "it is agreed already" in again.err) == (True, True)


def test_a_change_after_signing_is_told_before_and_after(alder: Path, run: Run):
    """User pain A68: sign, then 60 becomes 45."""
    run("variant", "sign", NAME, *SCHOOLS)
    path = wrote(alder, "m.json", measure(target={"period": "SY2024-25", "value": 45}))
    warning = "It changes /target/value, which voids the signatures of Schools."
    checked = run("variant", "check", path)
    assert (checked.status, warning in checked.err) == (0, True)
    assert warning in run("variant", "propose", path).err
    shown = run("variant", "show", NAME).out
    assert "State: proposed." in shown
    assert "signed something that was changed since" in shown
    assert "changed since: /target/value" in shown


def test_a_restatement_says_who_may_object_until_when_and_says_so_once(alder: Path, run: Run):
    run("variant", "sign", NAME, *SCHOOLS)
    path = wrote(alder, "m.json", measure(baseline=RECOUNTED))
    restated = run("variant", "propose", path, "--restatement", "The state recounted.")
    assert "alder/grade-3 is restated (revision 2" in restated.out
    assert "each may object by declining: Schools (until 20" in restated.out
    assert "may object until" in run("variant", "show", NAME).out
    again = run("variant", "propose", path, "--restatement", "The state recounted.")
    assert "nothing was written" in again.out
    assert "object" not in again.out
    wide = run("variant", "propose", wrote(alder, "w.json", measure(title="Readers")), "--restatement", "A new title.")
    assert wide.status != 0
    assert "/title: Only the baseline's value and counts can be restated" in wide.err


def test_nobody_is_asked_to_object_to_what_is_closed(alder: Path, run: Run):
    """A closed measure can no longer be declined, so nobody is told that it can."""
    for words in (SCHOOLS, LIBRARY):
        run("variant", "sign", NAME, *words)
    wrote(alder, "data.csv", TABLE + "001,2024-25,All Students,200,130,65.0\n")
    wrote(alder, "mapping.toml", MAPPING)
    loaded = run("data", "import", "data.csv", "--variant", NAME, "--mapping", "mapping.toml")
    assert loaded.status == 0
    restated = run(
        "variant",
        "propose",
        wrote(alder, "m.json", measure(baseline=RECOUNTED)),
        "--restatement",
        "The state recounted.",
    )
    assert (restated.status, "object" in restated.out) == (0, False)
    shown = run("variant", "show", NAME).out
    assert ("State: closed (met)." in shown, "may object" in shown) == (True, False)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("sign", NAME, "--partner", "libary", "--by", "A", "--authority", "B"), "Did you mean 'library'?"),
        (("sign", "alder/grade-4", *SCHOOLS), "There is no local measure 'alder/grade-4'."),
        (("sign", NAME, "--partner", "schools", "--by", "A", "--authority", ""), "Give --authority with a few words."),
        (("sign", NAME, *SCHOOLS, "--content", "1234"), "Read it again with `outcomes variant show`"),
        (
            ("withdraw-signature", NAME, "--partner", "schools", "--by", "A", "--reason", "B"),
            "schools has no signature on alder/grade-3 to take back: it is unsigned.",
        ),
        (("waive", NAME, "--period", "spring", "--reason", "B"), "The period 'spring' cannot be read"),
        (("retire", NAME, "--reason", " "), "Give --reason with a few words."),
        (("history", "alder/grade-4"), "There is no local measure 'alder/grade-4'."),
    ],
)
def test_a_refusal_says_how_to_mend_it_and_writes_nothing(
    alder: Path, run: Run, arguments: tuple[str, ...], words: str
):
    before = head(alder / "outcomes.db")
    refused = run("variant", *arguments)
    assert (refused.status != 0, refused.out, head(alder / "outcomes.db")) == (True, "", before)
    assert words in " ".join(refused.err.split())


def test_history_names_partner_person_authority_and_reason(alder: Path, run: Run):
    run("variant", "sign", NAME, *SCHOOLS)
    run("variant", "decline", NAME, "--partner", "library", "--by", "Lee", "--reason", "In May.")
    run("variant", "propose", wrote(alder, "m.json", measure(title="Readers")))
    run("variant", "waive", NAME, "--period", "2019-20", "--reason", "No tests.")
    told = run("variant", "history", NAME).out
    for words in (
        "schools, by Ana Ruiz (Director)",
        "library, by Lee; In May.",
        "revision 2; changed /title; voided the signatures of schools",
        "SY2019-20; No tests.",
    ):
        assert words in told
    lines = run("variant", "history", NAME, "--json").json
    assert isinstance(lines, dict)
    assert [line["act"] for line in lines["history"]] == ["proposed", "signed", "declined", "proposed", "waived"]
    past = run("variant", "history", NAME, "--as-of", "1999-01-01")
    assert (past.status != 0, "There was no registry yet" in past.err) == (True, True)


def test_list_show_and_rollup_agree_on_the_state(alder: Path, run: Run):
    for words in (SCHOOLS, LIBRARY):
        run("variant", "sign", NAME, *words)
    wrote(alder, "data.csv", TABLE)
    run("data", "import", "data.csv", "--variant", NAME, "--mapping", wrote(alder, "mapping.toml", MAPPING))
    for state in ("active", "retired"):
        if state == "retired":
            retired = run("variant", "retire", NAME, "--reason", "The test is gone.")
            assert retired.out == "alder/grade-3 is retired; its history stays (line 11 of the ledger).\n"
        (line,) = run("variant", "list", "--json").json
        shown = run("variant", "show", NAME, "--json").json
        assert (line["state"], shown["state"]) == (state, state)
    assert run("rollup", "reading", "--json").json["series"] == []


def test_nothing_is_checked_or_loaded_for_a_retired_measure(alder: Path, run: Run):
    wrote(alder, "data.csv", TABLE)
    wrote(alder, "mapping.toml", MAPPING)
    run("variant", "retire", NAME, "--reason", "The test is gone.")
    before = head(alder / "outcomes.db")
    for command in ("check", "import"):
        refused = run("data", command, "data.csv", "--variant", NAME, "--mapping", "mapping.toml")
        assert refused.status != 0
        assert "Nobody can load data for this local measure: it is retired." in " ".join(refused.err.split())
        assert "Register a new local measure under another id." in refused.err
    assert head(alder / "outcomes.db") == before


def test_framework_show_says_what_each_place_owes(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "200")
    source = {"name": "The state", "release_month": 8}
    with town(tmp_path, framed=framework(), source=source) as projection:
        load_text(projection, tmp_path, TABLE, mapping=MAPPING.encode())
        waive_period(projection, NAME, period="2028-29", reason="No tests.", actor=operator())
    late = run("framework", "show", "cradle", "--as-of", "2027-12-31").out
    assert "SY2018-19, proposed, SY2026-27 late" in late
    assert "1 late" in late
    assert "SY2028-29 waived" in run("framework", "show", "cradle", "--as-of", "2029-12-31").out
    unknown = run("framework", "show", "cradel")
    assert (unknown.status != 0, "Did you mean 'cradle'?" in unknown.err) == (True, True)


def test_framework_show_says_where_nobody_can_tell_what_is_due(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", "200")
    with town(tmp_path, framed=framework()):
        pass
    told = run("framework", "show", "cradle").out
    assert "no data, proposed, due date not known" in told
