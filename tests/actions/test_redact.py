"""What a redaction takes and keeps: nothing older shows through, what was loaded after it stands, and every way of reading agrees."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from registry import duck
from registry.actions.agreement import sign_variant
from registry.actions.catalogue import add_community
from registry.actions.redacting import redact
from registry.actions.variants import propose_variant
from registry.app import copy_registry
from registry.domain.actor import Actor, operator
from registry.domain.redaction import Redaction
from registry.domain.refusal import Invalid, NotAllowed, NotFound
from registry.ledger.entry import Gone
from registry.projection import read
from registry.projection.answer import RollupRequest, rollup
from registry.projection.files import Projection
from registry.projection.standing import history_of, standing_at
from registry.version import __version__
from tests.cli.documents import community, lay_out, load_text, opened, raw, table, variant, wrote

ME = operator("tester")
CANARY = "CanaryGomez"
WRONG = table(["001,2018-19,All Students,999,777,77.8", "001,2019-20,All Students,200,180,90.0"])
RIGHT = table(["001,2018-19,All Students,220,110,50.0"])


on_both = pytest.mark.parametrize("name", ["sqlite", "postgres"], indirect=True)
"""What depends on the kind of ledger; the rest is the same projection over the same entries."""


@pytest.fixture
def name(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The filled registry's name, in a file or on a server."""
    path = lay_out(tmp_path, published=False)
    if getattr(request, "param", "sqlite") == "sqlite":
        return str(path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    url = request.getfixturevalue("postgres_url")
    copy_registry(str(path), url, False, ME)
    return url


@pytest.fixture
def network(name: str) -> Iterator[Projection]:
    with opened(name) as projection:
        yield projection


def kept(projection: Projection, entry: int) -> Redaction:
    return msgspec.json.decode(projection.ledger.body(projection.ledger.entry(entry)), type=Redaction)


def pooled(projection: Projection, **asked: str) -> list[tuple[str, int | None, int | None]]:
    answer = rollup(projection, RollupRequest(template="reading", **asked))
    return [(level.period, level.numerator, level.denominator) for level in answer.levels]


def gone(projection: Projection, **asked: str) -> list[tuple[str, str, str]]:
    answer = rollup(projection, RollupRequest(template="reading", **asked))
    return [(f"{row.community}/{row.variant}", row.period, row.status) for row in answer.redacted]


def said(projection: Projection, *moments: str | None) -> list[bytes]:
    return [
        msgspec.json.encode(rollup(projection, RollupRequest(template="reading", as_of=moment, explain=True)))
        for moment in moments
    ]


@on_both
def test_nothing_older_shows_through_a_redacted_load(network: Projection, tmp_path: Path):
    assert pooled(network) == [("SY2018-19", 130, 320)]
    batch = load_text(network, tmp_path, WRONG).batch
    done = redact(network, [int(batch[1:])], "A wrong upload.", actor=ME)
    assert (done.seqs, done.by, done.points) == ((14, 15), 16, 2)
    assert pooled(network) == [("SY2018-19", 31, 100)]
    assert gone(network) == [
        ("alder/grade-3", "SY2018-19", "not_available (redacted)"),
        ("alder/grade-3", "SY2019-20", "not_available (redacted)"),
    ]


def test_what_was_loaded_after_it_stands_and_is_not_told_as_redacted(network: Projection, tmp_path: Path):
    batch = load_text(network, tmp_path, WRONG).batch
    load_text(network, tmp_path, RIGHT)
    redact(network, [int(batch[1:])], "A wrong upload.", actor=ME)
    assert pooled(network) == [("SY2018-19", 141, 320)]
    assert gone(network) == [("alder/grade-3", "SY2019-20", "not_available (redacted)")]


def test_the_right_file_can_be_loaded_afterwards(network: Projection, tmp_path: Path):
    batch = load_text(network, tmp_path, WRONG).batch
    redact(network, [int(batch[1:])], "A wrong upload.", actor=ME)
    report = load_text(network, tmp_path, RIGHT)
    assert [(change.before, change.after) for change in report.changes] == [("not available", "110 of 220")]
    assert pooled(network) == [("SY2018-19", 141, 320)]


def test_the_past_says_redacted_where_the_figure_stood_and_is_otherwise_as_it_was(network: Projection, tmp_path: Path):
    first = network.ledger.head().recorded_at
    untouched = pooled(network, as_of=first)
    batch = load_text(network, tmp_path, WRONG).batch
    wrong = network.ledger.head().recorded_at
    load_text(network, tmp_path, RIGHT)
    redact(network, [int(batch[1:])], "A wrong upload.", actor=ME)
    assert (pooled(network, as_of=first), gone(network, as_of=first)) == (untouched, [])
    assert pooled(network, as_of=wrong) == [("SY2018-19", 31, 100)]
    assert [period for _, period, _ in gone(network, as_of=wrong)] == ["SY2018-19", "SY2019-20"]


@on_both
def test_every_way_of_reading_agrees_to_the_byte(network: Projection, name: str, tmp_path: Path):
    batch = load_text(network, tmp_path, WRONG).batch
    before = network.ledger.head().recorded_at
    with opened(name) as bystander:
        assert pooled(bystander) == pooled(network)  # it holds the wrong figures in memory
        redact(network, [int(batch[1:])], "A wrong upload.", actor=ME)
        truth = said(network, None, before)
        assert said(bystander, None, before) == truth
    network.publish()
    for _ in range(2):
        with opened(name) as afresh:
            assert said(afresh, None, before) == truth
            assert b"777" not in b"".join(truth)


def test_withdrawn_points_stay_withdrawn(network: Projection, tmp_path: Path):
    batch = load_text(network, tmp_path, WRONG, replace="2018-19").batch
    redact(network, [int(batch[1:])], "A wrong upload.", actor=ME)
    held = read.points(network.cursor(), network.seq, "alder", "grade-3")
    assert [(point.group_key, point.period, point.missing) for point in held] == [
        ("", "SY2017-18", None),
        ("", "SY2018-19", "not_available"),
        ("", "SY2019-20", "not_available"),
    ]


def test_a_redaction_keeps_points_and_no_figure_no_file_and_no_cell(network: Projection, tmp_path: Path):
    batch = load_text(network, tmp_path, WRONG, reason=CANARY).batch
    by = redact(network, [int(batch[1:])], "A wrong upload.", actor=ME).by
    body = network.ledger.body(network.ledger.entry(by))
    assert not any(text in body for text in (CANARY.encode(), b"777", b"999", b"data.csv"))
    document = kept(network, by)
    assert (document.seqs, document.reason) == ((14, 15), "A wrong upload.")
    assert [(point.period, point.group) for point in document.kept[1].points] == [("SY2018-19", ""), ("SY2019-20", "")]
    assert network.ledger.entry(by).actor == "tester"


def test_a_story_with_a_name_is_corrected_and_its_revision_redacted(network: Projection):
    network.catch_up()
    revised = propose_variant(network, raw(variant(story=f"{CANARY} reads now.")), actor=ME)
    with pytest.raises(Invalid) as refusal:
        redact(network, [revised.seq], "A name.", actor=ME)
    assert [finding.rule for finding in refusal.value.findings] == ["redacts-newest"]
    propose_variant(network, raw(variant(story="A child reads now.")), actor=ME)
    before = pooled(network)
    redact(network, [revised.seq], "A name.", actor=ME)
    assert pooled(network) == before
    answer = rollup(network, RollupRequest(template="reading", as_of=revised.recorded_at))
    assert [(row.community, row.reason) for row in answer.excluded if row.out_of == "everything"] == [
        ("alder", "this revision of it was redacted")
    ]


def test_a_signature_keeps_what_was_signed_and_loses_who_wrote_it(network: Projection):
    partners = [{"id": "library", "name": "The library"}]
    propose_variant(network, raw(variant(partners=partners)), actor=ME)
    signed = sign_variant(network, "alder/grade-3", partner="library", by=CANARY, authority=CANARY, actor=ME)
    redact(network, [signed.seq], "A name.", actor=ME)
    line = read.dossiers(network.cursor(), network.catch_up().seq, current=True, community="alder", variant="grade-3")[
        0
    ]
    assert CANARY not in str(line)
    assert "signed" in str(line.signatures)


def test_history_says_that_a_revision_was_redacted_and_makes_nothing_up(network: Projection):
    partners = [{"id": "library", "name": "The library"}]
    first = propose_variant(network, raw(variant(partners=partners)), actor=ME)
    sign_variant(network, "alder/grade-3", partner="library", by="A librarian", authority="Director", actor=ME)
    wrong = propose_variant(network, raw(variant(partners=partners, story=CANARY)), actor=ME)
    propose_variant(network, raw(variant(partners=partners, story="Fine.")), actor=ME)
    before = standing_at(network, network.moment(None), "alder/grade-3")
    redact(network, [wrong.seq], "A name.", actor=ME)
    lines = [line for line in history_of(network, network.moment(None), "alder/grade-3") if line.seq > first.seq]
    assert [(line.act, line.reason, line.changed, line.voided) for line in lines] == [
        ("signed", "", (), ()),
        ("proposed", "(redacted)", (), ()),
        ("proposed", "", (), ()),
    ]
    assert standing_at(network, network.moment(None), "alder/grade-3") == before


def test_a_community_is_redacted_behind_its_correction(network: Projection):
    wrong = add_community(network, raw(community(notes=CANARY, partners=[{"id": "p", "name": CANARY}])), actor=ME)
    add_community(network, raw(community()), actor=ME)
    redact(network, [wrong.seq], "A name.", actor=ME)
    then = read.list_communities(network.cursor(), wrong.seq)
    assert [(line.slug, CANARY in line.body) for line in then] == [("alder", False), ("birch", False)]


@on_both
def test_what_may_not_be_redacted_is_named_all_at_once_and_nothing_goes(network: Projection):
    before = network.ledger.head()
    with pytest.raises(Invalid) as refusal:
        redact(network, [1, 2, 3, 8], "Why not.", actor=ME)
    assert [finding.rule for finding in refusal.value.findings] == ["not-redactable"] * 3
    assert network.ledger.head() == before
    assert network.ledger.verify().redacted == ()


@pytest.mark.parametrize(
    ("seqs", "reason", "actor", "kind"),
    [
        ([8], "A wrong upload.", Actor(name="ned", role="network"), NotAllowed),
        ([8], "A wrong upload.", Actor(name="eve", role="editor", community="alder"), NotAllowed),
        ([8], " ", ME, Invalid),
        ([99], "A wrong upload.", ME, NotFound),
        ([0], "A wrong upload.", ME, NotFound),
    ],
)
def test_only_an_operator_with_a_reason_redacts_what_is_there(network: Projection, seqs, reason, actor, kind):
    with pytest.raises(kind):
        redact(network, seqs, reason, actor=actor)
    assert network.ledger.verify().redacted == ()


@on_both
def test_the_same_again_writes_nothing_and_finishes_what_is_left(network: Projection):
    first = redact(network, [8], "A wrong upload.", actor=ME)
    folder = network.folder
    for mark in folder.glob("redacted-*"):
        mark.unlink()
    left = wrote(folder, f"projection-{__version__}-9.duckdb", CANARY)
    again = redact(network, [7, 8], "A wrong upload.", actor=ME)
    assert (first.seqs, first.by, again.seqs, again.by, again.points) == ((7, 8), 14, (7, 8), None, 0)
    assert not left.exists()
    assert network.ledger.verify().redacted == (Gone(7, 14), Gone(8, 14))


@on_both
def test_a_computer_that_stopped_in_between_drops_its_files_at_the_next_start(network: Projection, name: str):
    redact(network, [8], "A wrong upload.", actor=ME)
    folder = network.folder
    for mark in folder.glob("redacted-*"):
        mark.unlink()
    names = (
        f"projection-{__version__}-9.duckdb",
        "projection-0.0.1-9.duckdb",
        "disclosed-9.duckdb",
        "next-x/half.duckdb.wal",
    )
    old = [wrote(folder, name, CANARY) for name in names]
    with opened(name):
        assert not any(path.exists() for path in old)
    later = wrote(folder, "disclosed-15.duckdb", "made after it")
    with opened(name):
        assert later.exists()


def test_a_file_put_in_place_by_somebody_who_had_not_heard_of_it_is_never_used(
    network: Projection, name: str, tmp_path: Path
):
    batch = load_text(network, tmp_path, WRONG).batch
    network.catch_up()
    stale = network.publish()
    bytes_before = stale.read_bytes()
    redact(network, [int(batch[1:])], "A wrong upload.", actor=ME)
    assert not stale.exists()
    stale.write_bytes(bytes_before)
    with opened(name) as afresh:
        assert afresh.seq == 16
        assert pooled(afresh) == [("SY2018-19", 31, 100)]


def test_a_publisher_that_is_overtaken_by_a_redaction_leaves_no_file(network: Projection, name: str, tmp_path: Path):
    batch = load_text(network, tmp_path, WRONG).batch
    with opened(name) as slow:
        slow.catch_up()
        redact(network, [int(batch[1:])], "A wrong upload.", actor=ME)
        assert slow.publish() is None
        assert [path.name for path in slow.folder.glob("*.duckdb")] == [f"projection-{__version__}-16.duckdb"]
        assert pooled(slow) == [("SY2018-19", 31, 100)]


def test_no_piece_of_the_rows_stays_in_the_ledger_s_files(network: Projection, tmp_path: Path):
    """The rows are kept compressed, so that a name cannot be searched for; pieces of the stored bytes themselves can."""
    rows = [
        f"001,{year}-{(year + 1) % 100:02},All Students,{300 + 7 * year},{100 + year % 89},"
        for year in range(2000, 2017)
    ]
    batch = load_text(network, tmp_path, table(rows)).batch
    body = network.ledger.body(network.ledger.entry(int(batch[1:]) + 1))
    others = [network.ledger.body(network.ledger.entry(seq)) for seq in (8, 13)]
    pieces = [body[start : start + 24] for start in range(0, len(body) - 24, 24)]
    pieces = [piece for piece in pieces if not any(piece in other for other in others)]

    def found() -> int:
        files = b"".join(path.read_bytes() for path in tmp_path.glob("outcomes.db*") if path.is_file())
        return sum(piece in files for piece in pieces)

    assert found() > 20
    redact(network, [int(batch[1:])], "A wrong upload.", actor=ME)
    assert found() == 0


def test_a_projection_file_from_before_redactions_is_passed_over(network: Projection, name: str):
    network.catch_up()
    file = network.publish()
    network.close()
    connection = duck.connect()
    duck.attach(connection, file, "old", read_only=False)
    connection.execute("alter table old.observation drop column redacted_by")
    connection.close()
    with opened(name) as afresh:
        assert afresh.seq == 0
        assert pooled(afresh) == [("SY2018-19", 130, 320)]
