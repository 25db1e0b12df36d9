"""A small registry, and for every row of the policy's table the call that does it to a thing of one's own, another's, or none."""

import io
from collections.abc import Callable
from contextlib import closing
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import msgspec
from rich.console import Console

from registry.actions import (
    agreement,
    catalogue,
    data,
    demonstration,
    frameworks,
    impact,
    published,
    templates,
    variants,
)
from registry.actions.grants import GrantOrder, add_grant, end_grant
from registry.actions.keeping import back_up, restore
from registry.actions.redacting import redact
from registry.actions.releases import publish_release
from registry.actions.tokens import create_token, revoke_token
from registry.app import ADAPTERS, copy_registry, create_registry, open_registry, seed, seed_path
from registry.cli import catalogue as catalogue_commands
from registry.cli import doctor as doctor_command
from registry.cli import files as file_commands
from registry.cli import frameworks as framework_commands
from registry.cli import grants as grant_commands
from registry.cli import ledgers as ledger_commands
from registry.cli import published as published_commands
from registry.cli import questions, registries
from registry.cli import releases as release_commands
from registry.cli import sheets as sheet_commands
from registry.cli import templates as template_commands
from registry.cli import tokens as token_commands
from registry.cli import variants as variant_commands
from registry.cli.context import Context
from registry.domain.actor import Actor, operator
from registry.domain.refusal import NotAllowed
from registry.domain.template import Template
from registry.domain.token import TokenOrder
from registry.ledger.instant import utc_now
from registry.projection.access import true_cells
from registry.projection.files import Projection
from tests.actions.agreed import BASELINE, framework
from tests.actions.test_published import link, rule
from tests.cli.documents import (
    MAPPING,
    TABLE,
    Document,
    community,
    instrument,
    load_text,
    new_registry,
    raw,
    template,
    variant,
    wrote,
)

TODAY = date(2026, 1, 5)
TOWN = {"own": "alder", "other": "birch", "neighbour": "alder", "missing": "cedar"}
MEASURE = {"own": "alder/grade-3", "other": "birch/grade-3", "neighbour": "alder/grade-3", "missing": "alder/none"}
SHARED = {"own": "reading@1.0.0", "other": "reading@1.0.0", "missing": "reading@9.0.0"}
PARTNERS = [{"id": name, "name": name.title(), "sector": "education"} for name in ("schools", "library", "clinic")]


class Begun(Exception):
    """The demonstration was not refused: it has begun to read its seeds."""


class Town(msgspec.Struct, frozen=True):
    """The registry at hand, and the ids of what each community has in it."""

    projection: Projection
    folder: Path
    tokens: dict[str, str]
    grants: dict[str, str]

    def context(self, actor: Actor) -> Context:
        """What a command of this actor has in its hands."""
        return Context(
            registry=str(self.folder / "outcomes.db"),
            path=self.folder / "outcomes.db",
            json=True,
            unmasked=False,
            open=lambda _: self.projection,
            create=create_registry,
            copy=copy_registry,
            identify=lambda: actor,
            today=lambda _: TODAY,
            adapters=ADAPTERS,
            seeds=seed,
            seed_path=seed_path,
            out=Console(file=io.StringIO()),
            err=Console(file=io.StringIO()),
        )


def measure(town: str, **changes: object) -> Document:
    code = {"alder": "001", "birch": "002"}.get(town, "009")
    return variant(town, code, partners=PARTNERS, baseline=BASELINE, **changes)


@cache
def filled() -> tuple[dict[str, bytes], dict[str, str], dict[str, str]]:
    """The registry's file and its projection, and the ids of the tokens and grants in it by community."""
    by = operator()
    with TemporaryDirectory() as name, new_registry(Path(name)) as projection:
        for version in ("1.0.0", "1.1.0"):
            templates.publish_template(projection, raw(template(version=version, notes=version)), actor=by)
        catalogue.publish_instrument(projection, raw(instrument()), actor=by)
        frameworks.publish_framework(projection, raw(framework()), actor=by)
        published.publish_link(projection, raw(link()), actor=by)
        tokens, grants = {}, {}
        for town, code in (("alder", "001"), ("birch", "002")):
            catalogue.add_community(projection, raw(community(town, code)), actor=by)
            variants.propose_variant(projection, raw(measure(town)), actor=by)
            load_text(projection, Path(name), TABLE, town=town, mapping=MAPPING.encode())
            for partner in ("schools", "library"):
                said = {"partner": partner, "by": "Ana", "authority": "Head", "actor": by}
                agreement.sign_variant(projection, f"{town}/grade-3", **said)
            order = TokenOrder(role="editor", community=town)
            if town == "birch":
                publish_release(projection, actor=by)
            tokens[town] = create_token(projection, order, actor=by, today=TODAY).token.id
            order = GrantOrder(community=town, role="analyst", reason="A study.")
            grants[town] = add_grant(projection, order, actor=by, today=TODAY).subject.removeprefix("grant:")
        projection.catch_up()
        published_file = projection.publish()
        projection.close()
        projection.ledger.close()
        kept = [Path(name) / "outcomes.db", *([published_file] if published_file else [])]
        return {str(path.relative_to(name)): path.read_bytes() for path in kept}, tokens, grants


def _demonstration(town: Town, actor: Actor) -> None:
    def begin(_: str) -> bytes:
        raise Begun

    try:
        demonstration.build(town.folder / "demo.db", create_registry, begin, seed_path, ADAPTERS, actor=actor)
    except Begun:
        return


def _fresh(folder: Path, name: str) -> Path:
    """The name of a file that is not there."""
    path = folder / name
    path.unlink(missing_ok=True)
    return path


def _restored(town: Town, actor: Actor) -> object:
    back_up(town.folder / "outcomes.db", _fresh(town.folder, "kept.db"), actor=operator())
    target = _fresh(town.folder, "restored.db")
    return restore(town.folder / "kept.db", target, town.folder / "none", actor=actor, now=utc_now, keep_tokens=True)


def _load_line(town: Town) -> int:
    """A line that may be redacted: the load of alder."""
    return next(entry.seq for entry in town.projection.ledger.entries() if entry.kind == "batch")


def _signing(target: str) -> dict[str, str]:
    return {"partner": "library" if target == "neighbour" else "schools", "by": "Lee"}


def _order(town: Town, target: str) -> data.Order:
    more = TABLE.replace("99,45.0", "110,50.0").replace("31,31.0", "35,35.0")
    return data.Order(files=(wrote(town.folder, "data.csv", more),), variant=MEASURE[target], mapping=MAPPING.encode())


def _restated(target: str) -> bytes:
    place = MEASURE[target].partition("/")
    document = measure(place[0], id=place[2], headline=place[2] != "none")
    return raw(document | {"baseline": BASELINE | {"value": 42.0, "numerator": 84}})


def _true_cells(town: Town, actor: Actor, target: str) -> None:
    line = town.projection.ledger.head().seq
    if TOWN[target] not in true_cells(town.projection, without_grants(actor), line=line, day=TODAY):
        raise NotAllowed("Its true cells are not open.")


def without_grants(actor: Actor) -> Actor:
    """The actor as it is where no grant speaks of its role: what the table alone opens."""
    return msgspec.structs.replace(actor, role="public") if actor.role == "analyst" else actor


Caller = Callable[[Town, Actor, str], object]

CALLERS: dict[str, Caller] = {
    "build": lambda t, a, _: _demonstration(t, a),
    "publish_framework": lambda t, a, _: frameworks.publish_framework(t.projection, raw(framework(id="new")), actor=a),
    "publish_template": lambda t, a, _: templates.publish_template(t.projection, raw(template(id="new")), actor=a),
    "deprecate_template": lambda t, a, n: templates.deprecate_template(
        t.projection, SHARED[n], successor="reading@1.1.0", actor=a
    ),
    "withdraw_template": lambda t, a, n: templates.withdraw_template(t.projection, SHARED[n], reason="Wrong.", actor=a),
    "publish_instrument": lambda t, a, _: catalogue.publish_instrument(
        t.projection, raw(instrument(id="new")), actor=a
    ),
    "publish_link": lambda t, a, _: published.publish_link(
        t.projection, raw(link(id="new", first_period="SY2020-21", last_period="SY2020-21")), actor=a
    ),
    "publish_rule": lambda t, a, _: published.publish_rule(t.projection, raw(rule()), actor=a),
    "add_community": lambda t, a, _: catalogue.add_community(t.projection, raw(community("dogwood", "4")), actor=a),
    "propose_variant": lambda t, a, n: variants.propose_variant(
        t.projection, raw(measure(TOWN[n], title="Anew")), actor=a
    ),
    "restate_variant": lambda t, a, n: variants.restate_variant(
        t.projection, _restated(n), reason="Recounted", actor=a
    ),
    "load": lambda t, a, n: data.load(t.projection, ADAPTERS, _order(t, n), actor=a),
    "accept_variant": lambda t, a, n: agreement.accept_variant(t.projection, MEASURE[n], actor=a),
    "sign_variant": lambda t, a, n: agreement.sign_variant(
        t.projection, MEASURE[n], authority="Board", actor=a, **_signing(n)
    ),
    "decline_variant": lambda t, a, n: agreement.decline_variant(
        t.projection, MEASURE[n], reason="No.", actor=a, **_signing(n)
    ),
    "withdraw_signature": lambda t, a, n: agreement.withdraw_signature(
        t.projection, MEASURE[n], reason="No.", actor=a, **_signing(n)
    ),
    "waive_period": lambda t, a, n: agreement.waive_period(
        t.projection, MEASURE[n], period="2019-20", reason="No test.", actor=a
    ),
    "retire_variant": lambda t, a, n: agreement.retire_variant(t.projection, MEASURE[n], reason="Gone.", actor=a),
    "publish_release": lambda t, a, _: publish_release(t.projection, actor=a),
    "copy_registry": lambda t, a, _: copy_registry(str(t.folder / "outcomes.db"), str(t.folder / "copied.db"), True, a),
    "redact": lambda t, a, _: redact(t.projection, [_load_line(t)], "A name.", actor=a),
    "back_up": lambda t, a, _: back_up(t.folder / "outcomes.db", _fresh(t.folder, "backup.db"), actor=a),
    "restore": lambda t, a, _: _restored(t, a),
    "create_token": lambda t, a, n: create_token(
        t.projection, TokenOrder(role="editor", community=TOWN[n]), actor=a, today=TODAY
    ),
    "revoke_token": lambda t, a, n: revoke_token(t.projection, t.tokens.get(TOWN[n], "0" * 12), actor=a),
    "add_grant": lambda t, a, n: add_grant(
        t.projection, GrantOrder(community=TOWN[n], role="network", reason="A pact."), actor=a, today=TODAY
    ),
    "end_grant": lambda t, a, n: end_grant(t.projection, t.grants.get(TOWN[n], "g0"), actor=a),
    "read_frameworks": lambda t, a, n: framework_commands.show(
        "none" if n == "missing" else "cradle", context=t.context(a)
    ),
    "read_templates": lambda t, a, n: template_commands.show(SHARED[n], context=t.context(a)),
    "read_instruments": lambda t, a, n: catalogue_commands.instrument_show(
        "none" if n == "missing" else "town-test", context=t.context(a)
    ),
    "read_links": lambda t, a, n: published_commands.link_show(
        "none" if n == "missing" else "towns-2018", context=t.context(a)
    ),
    "read_rules": lambda t, a, n: published_commands.rule_show(
        "none@1" if n == "missing" else "plain@1", context=t.context(a)
    ),
    "read_communities": lambda t, a, n: catalogue_commands.community_show(TOWN[n], context=t.context(a)),
    "read_variants": lambda t, a, n: variant_commands.show(MEASURE[n], context=t.context(a)),
    "read_releases": lambda t, a, _: release_commands.list_(context=t.context(a)),
    "read_ledger": lambda t, a, _: ledger_commands.log(context=t.context(a)),
    "read_rollup": lambda t, a, n: questions.rollup(
        "none" if n == "missing" else "reading", by=None, context=t.context(a)
    ),
    "read_comparison": lambda t, a, n: questions.compare(
        "alder", TOWN[n] if n == "missing" else "birch", template="reading", context=t.context(a)
    ),
    "read_assessment": lambda t, a, n: variant_commands.assess(MEASURE[n], context=t.context(a)),
    "read_signers": lambda t, a, n: variant_commands.history(MEASURE[n], context=t.context(a)),
    "read_batches": lambda t, a, n: file_commands.batches(MEASURE[n], context=t.context(a)),
    "read_sheet": lambda t, a, n: sheet_commands.sheet(
        MEASURE[n], out=t.folder / f"{uuid4().hex}.xlsx", context=t.context(a)
    ),
    "read_tokens": lambda t, a, _: token_commands.list_(context=t.context(a)),
    "read_grants": lambda t, a, _: grant_commands.list_(context=t.context(a)),
    "read_true_cells": _true_cells,
    "read_unmasked": lambda t, a, _: true_cells(t.projection, a, line=1, day=TODAY, unmasked=True),
    "check_template_beside": lambda t, a, _: templates.check_template_beside(t.projection, raw(template()), actor=a),
    "check_variant": lambda t, a, n: variants.check_variant(t.projection, raw(measure(TOWN[n])), actor=a),
    "check_load": lambda t, a, n: data.check_load(t.projection, ADAPTERS, _order(t, n), actor=a),
    "impact_of": lambda t, a, _: impact.impact_of(t.projection, msgspec.convert(template(), Template), actor=a),
    "verify": lambda t, a, _: registries.verify(context=t.context(a)),
    "doctor": lambda t, a, _: doctor_command.doctor(context=t.context(a)),
}
"""For every row: the very function that a person's command calls, or the command itself."""


def opened_town(folder: Path) -> Town:
    """The filled registry in a folder of its own. The caller closes it."""
    files, tokens, grants = filled()
    for name, body in files.items():
        wrote(folder, name, body)
    return Town(open_registry(folder / "outcomes.db"), folder, tokens, grants)


def close(town: Town) -> None:
    """Give the registry's files back."""
    with closing(town.projection.ledger), closing(town.projection):
        pass
