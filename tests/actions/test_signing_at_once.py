"""Partners who sign at the same moment, each with a projection of its own: every word is recorded, bound to what stood under the lock."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from registry.actions.agreement import sign_variant
from registry.actions.variants import propose_variant
from registry.domain.actor import Actor
from registry.domain.refusal import Conflict
from registry.projection import read
from registry.projection.files import Projection
from registry.projection.standing import history_of
from tests.actions.agreed import EDITOR, NAME, measure, stands, town
from tests.cli.documents import opened, raw

NAMES = ("schools", "library", "clinic", "union", "college", "chamber")
PARTNERS = [{"id": name, "name": name.title(), "sector": "other"} for name in NAMES]


def at_once(path: Path, *works: Callable[[Projection], object]) -> list[object]:
    """Do all of it in threads that start together, each with the registry opened anew; what each gave, or how it was refused."""
    barrier = Barrier(len(works))

    def one(work: Callable[[Projection], object]) -> object:
        with opened(path) as projection:
            projection.catch_up()
            barrier.wait(timeout=60)
            try:
                return work(projection)
            except Conflict as refusal:
                return refusal

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def signing(name: str, content: str | None = None) -> Callable[[Projection], object]:
    actor = Actor(name=f"{name}-person", role="partner", community="alder", partner=name)
    words = {"by": name.title(), "authority": "Head", "actor": actor, "content": content}
    return lambda projection: sign_variant(projection, NAME, partner=name, **words)


def test_six_partners_who_sign_at_once_are_all_heard(tmp_path: Path):
    with town(tmp_path, partners=PARTNERS) as projection:
        at_once(tmp_path / "outcomes.db", *(signing(name) for name in NAMES))
        found = stands(projection)
        assert (found.state, {entry.status for entry in found.partners}) == ("agreed", {"signed"})
        assert [(entry.by, entry.revision) for entry in found.partners] == [(name.title(), 1) for name in NAMES]
        acts = [line.act for line in history_of(projection, projection.moment(None), NAME)]
        assert acts == ["proposed", *["signed"] * len(NAMES)]
        assert projection.ledger.verify().faults == ()


def test_one_partner_who_signs_six_times_at_once_is_recorded_once(tmp_path: Path):
    with town(tmp_path, partners=PARTNERS) as projection:
        receipts = at_once(tmp_path / "outcomes.db", *[signing("schools")] * 6)
        assert sorted(receipt.written for receipt in receipts) == [False] * 5 + [True]
        assert len({receipt.seq for receipt in receipts}) == 1
        acts = [line.act for line in history_of(projection, projection.moment(None), NAME)]
        assert acts == ["proposed", "signed"]


def test_whoever_signs_while_the_measure_changes_signs_what_was_read_or_nothing(tmp_path: Path):
    """A signature that names its content never lands on another one, whichever of the two comes first."""
    with town(tmp_path, partners=PARTNERS) as projection:
        line = read.revisions(projection.cursor(), projection.catch_up().seq, "alder", "grade-3")[-1]
        changed = raw(measure(partners=PARTNERS, target={"period": "SY2024-25", "value": 45}))
        outcomes = at_once(
            tmp_path / "outcomes.db",
            *(signing(name, line.content_sha256) for name in NAMES[:3]),
            lambda own: propose_variant(own, changed, actor=EDITOR),
        )
        found = stands(projection)
        for partner, outcome in zip(found.partners[:3], outcomes[:3], strict=True):
            if isinstance(outcome, Conflict):
                assert partner.status == "unsigned"
            else:
                assert (partner.status, partner.changed) == ("stale", ("/target/value",))
                assert outcome.content_sha256 == line.content_sha256
        assert found.state == "proposed"
        newest = read.revisions(projection.cursor(), projection.catch_up().seq, "alder", "grade-3")[-1]
        assert newest.content_sha256 != line.content_sha256
