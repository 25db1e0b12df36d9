"""One question to many networks at once, and each network's own answer out of the rows that come back."""

import re
from collections.abc import Sequence
from datetime import date

import msgspec
from expected_series import Asked
from networks import Net, code

from registry.domain.progress_rule import RULES, ProgressRule
from registry.domain.rollup_answer import RollupAnswer
from registry.domain.template import progress_rule_of
from registry.projection import read
from registry.projection.answer import answer_of
from registry.projection.files import Projection


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """One question to every network at once."""

    day: date
    dimension: str | None = "sex"
    rule: str | None = None
    period: int | None = None
    window: tuple[int, int] | None = None
    halfway: bool = False
    """Asked of the line at which half of the loads were known."""


def question_of(form: Form, line: int) -> read.Question:
    """The question as the roll-up asks it, of every outcome at once."""
    window = form.window and tuple(map(code, form.window))
    period = None if form.period is None else code(form.period)
    return read.Question(
        line=line,
        day=form.day.isoformat(),
        template=None,
        current=not form.halfway,
        rule=form.rule,
        dimensions=(form.dimension,) if form.dimension else (),
        periods=window or (period and (period,)),
        earlier=window and window[0],
        later=window[1] if window else period,
    )


def asked_of(form: Form, net: Net) -> Asked:
    """The same question to the model."""
    return Asked(
        rule=rule_of(form.rule, net), dimension=form.dimension, period=form.period, window=form.window, day=form.day
    )


def rule_of(rule: str | None, net: Net) -> ProgressRule:
    """The rule asked for, else the outcome's own."""
    return RULES[rule or progress_rule_of(net.template)]


def answers_of(projection: Projection, question: read.Question, nets: Sequence[Net]) -> dict[str, RollupAnswer]:
    """Every network's answer, made of the rows of one roll-up of all."""
    rows = read.rollup_rows(projection.rollup_cursor(), question)
    owners = {place.slug: net.template.id for net in nets for place in net.communities}
    found: dict[str, dict[str, list[object]]] = {net.template.id: {} for net in nets}
    for name in read.RollupRows.__struct_fields__:
        for own in found.values():
            own[name] = []
        for row in getattr(rows, name):
            found[owner_of(row, owners)][name].append(row)
    return {
        net.template.id: answer_of(
            read.RollupRows(**found[net.template.id]), question, net.template, rule_of(question.rule, net)
        )
        for net in nets
    }


def owner_of(row: msgspec.Struct, owners: dict[str, str]) -> str:
    """Whose row it is: it names its outcome, its community, or a key that begins with the outcome."""
    community = getattr(row, "community", None)
    if community is not None:
        return owners[community]
    named = re.search(
        r'"template":"(small-[0-9]+)@1"', getattr(row, "level_key", None) or getattr(row, "key", None) or ""
    )
    return named[1] if named else str(row.template_id)
