"""Whatever is done with a measure, in whatever order, it stands as a plain model of the agreement says; and nobody's word is lost.

The model keeps what people said as sets and does not look at hashes, revisions or the ledger.
"""

import os
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from registry.actions.agreement import (
    accept_variant,
    decline_variant,
    retire_variant,
    sign_variant,
    withdraw_signature,
)
from registry.actions.variants import propose_variant, restate_variant
from registry.domain.actor import operator
from registry.domain.refusal import Conflict, Invalid
from registry.projection.files import Projection
from tests.actions.agreed import BASELINE, NAME, framework, measure, stands, town
from tests.cli.documents import COLUMNS, MAPPING, Document, load_text, raw

BY = operator("holder")
PARTNERS = ("schools", "library")
DEPARTS: Document = {"context": {"adaptations": [{"facet": "/measure/cut", "why": "Our cut."}]}}
RUNS = 60 if os.environ.get("OUTCOMES_FULL") == "1" else 15

Content = tuple[int, int]
"""What can differ in what is signed: the target, and how many stood behind the baseline."""


class Model:
    """What everybody said so far, and what follows from it."""

    def __init__(self) -> None:
        self.content: Content = (60, 80)
        self.said: dict[str, tuple[str, Content]] = {}
        self.same: list[tuple[Content, Content]] = []
        self.accepted: set[Content] = set()
        self.result: int | None = None
        self.loaded = False
        self.retired = False

    def standing_for(self) -> set[Content]:
        """The contents that stand for the present one: itself, and those from which restatements lead to it."""
        known = {self.content}
        for before, after in reversed(self.same):
            if after in known:
                known.add(before)
        return known

    def partners(self) -> dict[str, str]:
        """Where each partner stands, a signature that a restatement carries over like any other."""
        told = dict.fromkeys(PARTNERS, "unsigned")
        for partner, (act, content) in self.said.items():
            told[partner] = act if act != "signed" or content in self.standing_for() else "stale"
        return told

    def state(self) -> str:
        """The state, by the words of the design."""
        reviewed = bool(self.accepted & self.standing_for())
        if self.retired:
            return "retired"
        if set(self.partners().values()) != {"signed"} or not reviewed:
            return "accepted" if reviewed else "proposed"
        if self.result is not None:
            return "closed"
        return "active" if self.loaded else "agreed"

    def outcome(self) -> str | None:
        """Whether the target was met, once everybody agreed to it."""
        agreed = set(self.partners().values()) == {"signed"} and bool(self.accepted & self.standing_for())
        if self.result is None or not agreed:
            return None
        return "met" if self.result >= self.content[0] else "missed"


class Agreement(RuleBasedStateMachine):
    """People act on one measure whose departures the network reviews."""

    @initialize()
    def begin(self) -> None:
        self.open = ExitStack()
        self.folder = Path(self.open.enter_context(TemporaryDirectory()))
        framed = framework(reviews_departures=True)
        self.projection: Projection = self.open.enter_context(town(self.folder, framed=framed, **DEPARTS))
        self.model = Model()

    def teardown(self) -> None:
        self.open.close()

    def head(self) -> int:
        return self.projection.ledger.head().seq

    def document(self, content: Content, **changes: object) -> bytes:
        target, counted = content
        baseline = {**BASELINE, "value": counted / 2, "numerator": counted}
        return raw(measure(**DEPARTS, target={"period": "SY2024-25", "value": target}, baseline=baseline, **changes))

    @precondition(lambda self: not self.model.retired)
    @rule(
        goal=st.sampled_from([45, 60, 75]),
        counted=st.sampled_from([80, 81]),
        story=st.sampled_from(["", "It went well."]),
    )
    def propose(self, goal: int, counted: int, story: str) -> None:
        propose_variant(self.projection, self.document((goal, counted), story=story), actor=BY)
        self.model.content = (goal, counted)

    @precondition(lambda self: not self.model.retired)
    @rule(counted=st.sampled_from([80, 81, 82]), goal=st.sampled_from([None, None, 45]))
    def restate(self, counted: int, goal: int | None) -> None:
        before = self.model.content
        after = (goal or before[0], counted)
        document, head = self.document(after), self.head()
        if after[0] != before[0]:
            with pytest.raises(Invalid):
                restate_variant(self.projection, document, reason="recounted", actor=BY)
            assert self.head() == head
            return
        restate_variant(self.projection, document, reason="recounted", actor=BY)
        if after != before:
            self.model.same.append((before, after))
        self.model.content = after

    def refused(self, allowed: bool, act: str, partner: str) -> bool:
        """Do what a partner says; tell whether it was refused, which it must be exactly where it is not allowed."""
        head = self.head()
        named = {"partner": partner, "by": "Ana", "actor": BY}
        acts = {
            "signed": lambda: sign_variant(self.projection, NAME, authority="Head", **named),
            "declined": lambda: decline_variant(self.projection, NAME, reason="no", **named),
            "withdrawn": lambda: withdraw_signature(self.projection, NAME, reason="no", **named),
        }
        if allowed:
            acts[act]()
            return False
        with pytest.raises(Conflict):
            acts[act]()
        assert self.head() == head
        return True

    @rule(
        act=st.sampled_from(["signed", "signed", "signed", "declined", "withdrawn"]), partner=st.sampled_from(PARTNERS)
    )
    def say(self, act: str, partner: str) -> None:
        allowed = self.model.state() not in {"closed", "retired"}
        if act == "withdrawn":
            allowed = allowed and self.model.partners()[partner] in {"signed", "stale"}
        if not self.refused(allowed, act, partner):
            self.model.said[partner] = (act, self.model.content)

    @rule()
    def accept(self) -> None:
        head = self.head()
        if self.model.state() == "proposed":
            accept_variant(self.projection, NAME, actor=BY)
            self.model.accepted.add(self.model.content)
            return
        with pytest.raises(Conflict):
            accept_variant(self.projection, NAME, actor=BY)
        assert self.head() == head

    @rule(result=st.sampled_from([None, None, 50, 65]))
    def load(self, result: int | None) -> None:
        line = "001,2018-19,All Students,200,99,49.5\n"
        if result is not None:
            line = f"001,2024-25,All Students,200,{2 * result},{result}.0\n"
        text, head = f"{COLUMNS}\n{line}", self.head()
        words = {"mapping": MAPPING.encode(), "reason": "The state says so."}
        if self.model.retired:
            with pytest.raises(Conflict):
                load_text(self.projection, self.folder, text, **words)
            assert self.head() == head
            return
        load_text(self.projection, self.folder, text, **words)
        self.model.loaded = True
        self.model.result = result if result is not None else self.model.result

    @precondition(lambda self: len(self.model.said) == len(PARTNERS))
    @rule(sure=st.sampled_from([False, False, False, True]))
    def retire(self, sure: bool) -> None:
        if not sure:
            return
        if self.model.retired:
            with pytest.raises(Conflict):
                retire_variant(self.projection, NAME, reason="gone", actor=BY)
            return
        retire_variant(self.projection, NAME, reason="gone", actor=BY)
        self.model.retired = True

    @invariant()
    def stands_as_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        found = stands(self.projection)
        told = {entry.partner: "signed" if entry.status == "restated" else entry.status for entry in found.partners}
        assert (found.state, told, found.outcome) == (self.model.state(), self.model.partners(), self.model.outcome())


TestAgreement = Agreement.TestCase
TestAgreement.settings = settings(max_examples=RUNS, stateful_step_count=14, deadline=None, derandomize=True)
