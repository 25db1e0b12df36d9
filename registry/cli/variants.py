"""Commands over local measures: list, show, check, propose, look back, assess. Each one is arguments, one call, one print."""

from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter
from rich.text import Text

from registry.actions.data import one_variant
from registry.actions.variants import check_variant, propose_variant, restate_variant
from registry.cli.context import Context
from registry.cli.output import say, table
from registry.cli.shown import checked, done, listed, one, shown
from registry.cli.wrong_use import read_document
from registry.domain.agreement import PartnerStanding, Standing
from registry.domain.evidence import Check
from registry.domain.ids import owner_of
from registry.domain.listing import VariantLine
from registry.domain.policy import reaches
from registry.domain.words import PARTNER_STATUS, SMART_LETTERS
from registry.projection import read
from registry.projection.assess import AssessmentAnswer, assess_variant, set_before_result
from registry.projection.standing import HistoryLine, history_of, standing_at, states_at

Ctx = Annotated[Context, Parameter(parse=False)]


def check(file: Path, /, *, context: Ctx) -> int:
    """Name every fault of a local measure beside its template, and which signatures it would void. Nothing is written.

    Parameters
    ----------
    file
        The local measure (JSON).
    """
    _, findings = check_variant(context.projection(), read_document(file), actor=context.actor())
    return checked(context, findings, "the local measure")


def propose(file: Path, /, *, restatement: str | None = None, context: Ctx) -> int:
    """Register a local measure, or a new revision of it.

    Parameters
    ----------
    file
        The local measure (JSON).
    restatement
        What the source corrected in the baseline: signatures then stand, and each partner has 30 days to object.
    """
    projection, raw = context.projection(), read_document(file)
    if restatement is None:
        return done(context, propose_variant(projection, raw, actor=context.actor()), "proposed")
    receipt = restate_variant(projection, raw, reason=restatement, actor=context.actor())
    done(context, receipt, "restated")
    standing = standing_at(projection, projection.moment(None), receipt.subject.removeprefix("variant:"))
    told = [f"{entry.name} (until {entry.object_by})" for entry in standing.partners if _may_object(standing, entry)]
    if told and receipt.written and not context.json:
        context.out.print(
            Text(f"Tell the partners. Signatures stand, and each may object by declining: {', '.join(told)}.")
        )
    return 0


def list_(community: str | None = None, /, *, context: Ctx) -> int:
    """List the local measures, all of them or one community's.

    Parameters
    ----------
    community
        Only this community's, such as hartford.
    """
    projection = context.measures("read_variants")
    moment = projection.moment(None)
    cursor = projection.cursor()
    if community is not None:
        one(community, {line.slug: line for line in read.list_communities(cursor, moment.entry.seq)}, "community")
    lines = read.list_variants(cursor, moment.entry.seq, community)
    states = states_at(projection, moment)
    rows = [
        (
            f"{line.community}/{line.id}",
            f"{line.template_id}@{line.template_version}",
            line.title,
            states[line.community, line.id],
            line.tier,
            "yes" if line.headline else "no",
        )
        for line in lines
    ]
    columns = ("local measure", "outcome", "title", "state", "comparable", "headline")
    more = [{"state": states[line.community, line.id]} for line in lines]
    return listed(context, lines, "Local measures", columns, rows, more=more)


def show(variant: str, /, *, document: bool = False, context: Ctx) -> int:
    """Show one local measure (community/id): what it says, who agreed to it, and with what it is comparable.

    Parameters
    ----------
    variant
        The local measure, such as hartford/grade-3-ela.
    document
        Print the document alone: change it, and propose it anew.
    """
    projection = context.measures("read_variants")
    moment = projection.moment(None)
    line = one_variant(read.list_variants(projection.cursor(), moment.entry.seq), variant)
    if document:
        context.err.print(Text(moment.notice))
        return shown(line.body)
    standing = _seen_by(context, line, standing_at(projection, moment, variant))
    known = {
        "state": standing.state,
        "outcome": standing.outcome,
        "review": standing.review,
        "signatures": msgspec.to_builtins(standing.partners),
        "revision": line.revision,
        "content_sha256": line.content_sha256,
        "tier": line.tier,
        "reasons": line.reasons,
        "waived": standing.waived,
        "registered_before_result": set_before_result(projection, variant),
    }
    if context.json:
        return shown(line.body, known)
    shown(line.body)
    context.out.print(Text(f"\n{_state_in_words(standing)} Strongest tier: {line.tier}."))
    for reason in line.reasons:
        context.out.print(Text(f"- {reason}"))
    _print_partners(context, standing)
    context.out.print(Text(f"Revision {line.revision}, content SHA-256: {line.content_sha256}"))
    return 0


def history(variant: str, /, *, as_of: str | None = None, context: Ctx) -> int:
    """Who did what with a local measure, and when: revisions with what they changed, signatures, decisions.

    Parameters
    ----------
    variant
        The local measure, such as hartford/grade-3-ela.
    as_of
        Only what the registry knew then: a day (its end, UTC) or a moment.
    """
    projection = context.measures("read_signers", as_of=as_of, community=owner_of(variant))
    moment = projection.moment(as_of)
    lines = history_of(projection, moment, variant)
    if context.json:
        say(context, {"variant": variant, "seq": moment.entry.seq, "as_of": moment.as_of, "history": lines})
        return 0
    rows = [(line.recorded_at[:19].replace("T", " "), line.actor, line.act, _told(line)) for line in lines]
    context.out.print(table(variant, ("when (UTC)", "who", "what", "in detail"), rows))
    return 0


def assess(variant: str, /, *, as_of: str | None = None, context: Ctx) -> int:
    """Is a local measure SMART, agreed, and of its place? Every check says what was found and what to do.

    Parameters
    ----------
    variant
        The local measure, such as hartford/grade-3-ela.
    as_of
        Answer as the registry stood then: a day (its end, UTC) or a moment.
    """
    found = assess_variant(context.figures("read_assessment", as_of=as_of, community=owner_of(variant)), variant, as_of)
    if context.json:
        say(context, found)
    else:
        _print_assessment(context, found)
    return 0


def _seen_by(context: Context, line: VariantLine, standing: Standing) -> Standing:
    """The standing as whoever asks may read it: the persons who signed, their authority and reasons are for those it concerns."""
    if reaches(context.actor(), "read_signers", line.community):
        return standing
    unnamed = (msgspec.structs.replace(entry, by="", authority="", reason="") for entry in standing.partners)
    return msgspec.structs.replace(standing, partners=tuple(unnamed))


def _print_assessment(context: Context, found: AssessmentAnswer) -> None:
    verdicts = ("fail", "warn", "unknown", "pass")
    for letter, words in SMART_LETTERS.items():
        checks = [check for check in found.checks if check.letter == letter]
        worst = min((check.verdict for check in checks), key=verdicts.index, default="unknown")
        context.out.print(Text(f"\n{words}: {worst}", style="bold"))
        alike = groupby(sorted(checks, key=_found_first(checks)), key=lambda check: (check.found, check.fix))
        for _, same in alike:
            context.out.print(Text(_checks_in_words(tuple(same))))
    context.out.print(Text(f"\n{_target_set(found)} State: {found.state}."))
    if found.agenda:
        context.out.print(Text("This result is on the data development agenda: there is no agreed measure of it yet."))


def _found_first(checks: Sequence[Check]) -> Callable[[Check], int]:
    """Sorts together what says the same, each where it was said first: a measure that is missing answers many checks alike."""
    said = [(check.found, check.fix) for check in checks]
    return lambda check: said.index((check.found, check.fix))


def _checks_in_words(checks: Sequence[Check]) -> str:
    """One line for the checks that say the same."""
    mark = {"pass": "ok", "warn": "look", "fail": "mend", "unknown": "open"}[checks[0].verdict]
    codes = " ".join(f"[{check.code}]" for check in checks)
    return f"  {mark:<5} {' '.join(filter(None, (checks[0].found, checks[0].fix)))}  {codes}"


def _target_set(found: AssessmentAnswer) -> str:
    if not any(check.code == "target-stated" and check.verdict == "pass" for check in found.checks):
        return "No target is set yet."
    told = {
        True: "before its result was known",
        False: "when its result could be known already",
        None: "at a time that nobody can tell",
    }
    return f"The target was set {told[found.registered_before_result]}."


def _state_in_words(standing: Standing) -> str:
    outcome = f" ({standing.outcome})" if standing.outcome else ""
    review = " Its departures wait for the network's acceptance." if standing.review == "needed" else ""
    return f"State: {standing.state}{outcome}.{review}"


def _print_partners(context: Context, standing: Standing) -> None:
    rows = [(entry.name, PARTNER_STATUS[entry.status], _detail(standing, entry)) for entry in standing.partners]
    if rows:
        context.out.print(table("\nPartners", ("partner", "stands", "in detail"), rows))


def _may_object(standing: Standing, partner: PartnerStanding) -> bool:
    """Whether a partner may still decline what the source corrected: nobody declines a closed or retired measure."""
    return partner.status == "restated" and standing.state not in {"closed", "retired"}


def _detail(standing: Standing, partner: PartnerStanding) -> str:
    said = []
    if partner.recorded_at:
        said.append(f"{partner.by} on {partner.recorded_at[:10]}, revision {partner.revision}".strip())
    said += [words for words in (partner.authority, partner.reason) if words]
    if partner.changed:
        said.append(f"changed since: {', '.join(partner.changed)}")
    if _may_object(standing, partner):
        said.append(f"may object until {partner.object_by}")
    return "; ".join(said)


def _told(line: HistoryLine) -> str:
    said = [f"revision {line.revision}"] if line.act in {"proposed", "restated"} else []
    if line.partner:
        said.append(f"{line.partner}, by {line.by}{f' ({line.authority})' if line.authority else ''}")
    said += [words for words in (line.period, line.reason) if words]
    said += [f"changed {', '.join(line.changed)}"] if line.changed else []
    said += [f"voided the signatures of {', '.join(line.voided)}"] if line.voided else []
    return "; ".join(said)
