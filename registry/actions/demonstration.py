"""Build the demonstration registry: the seeds, loaded through the same actions as anybody's documents.

It is built aside and put in place by a rename: a demonstration that was interrupted is not there at all, never half there.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import msgspec

from registry.actions.agreement import (
    accept_variant,
    decline_variant,
    retire_variant,
    sign_variant,
    waive_period,
    withdraw_signature,
)
from registry.actions.catalogue import add_community, publish_instrument
from registry.actions.data import Order, load
from registry.actions.frameworks import publish_framework
from registry.actions.published import publish_link
from registry.actions.templates import publish_template
from registry.actions.variants import propose_variant, restate_variant
from registry.actions.writing import Receipt
from registry.adapters.contract import Adapter
from registry.domain.actor import Actor
from registry.domain.policy import require
from registry.domain.refusal import Conflict, NotFound
from registry.ledger.lock import exclusive, lock_path
from registry.projection.files import Projection


class Load(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One load of the demonstration: files and mapping by their names under ``seeds/``."""

    variant: str
    files: tuple[str, ...]
    mapping: str


class Act(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step by which the demonstration's partners and network agree, or do not."""

    act: Literal["sign", "decline", "withdraw-signature", "accept", "waive", "retire", "propose", "restate"]
    variant: str = ""
    document: str = ""
    partner: str = ""
    by: str = ""
    authority: str = ""
    reason: str = ""
    period: str = ""


class Agreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``seeds/network/agreement.json``: the framework, and what is done with the local measures, in order, before data is loaded."""

    framework: str
    acts: tuple[Act, ...]


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``seeds/network/network.json``: what the demonstration network is made of, in loading order."""

    network: str
    templates: tuple[str, ...]
    instruments: tuple[str, ...]
    links: tuple[str, ...]
    communities: tuple[str, ...]
    variants: tuple[str, ...]
    loads: tuple[Load, ...]


def build(
    path: Path,
    create: Callable[[Path | str, str], Projection],
    seed: Callable[[str], bytes],
    seed_path: Callable[[str], Path],
    adapters: Sequence[Adapter],
    *,
    actor: Actor,
) -> Projection:
    """Make the demonstration registry at ``path``. Raises what the actions raise."""
    require(actor, "build")
    manifest = _manifest(seed)
    projection = create(path, manifest.network)
    for name in manifest.templates:
        publish_template(projection, seed(name), actor=actor)
    publish_framework(projection, seed(_agreement(seed).framework), actor=actor)
    for name in manifest.instruments:
        publish_instrument(projection, seed(name), actor=actor)
    for name in manifest.links:
        publish_link(projection, seed(name), actor=actor)
    for name in manifest.communities:
        add_community(projection, seed(name), actor=actor)
    for name in manifest.variants:
        propose_variant(projection, seed(name), actor=actor)
    for act in _agreement(seed).acts:
        _perform(projection, seed, act, actor)
    for entry in manifest.loads:
        files = tuple(seed_path(name) for name in entry.files)
        load(projection, adapters, Order(files=files, variant=entry.variant, mapping=seed(entry.mapping)), actor=actor)
    return projection


def require_demonstration(projection: Projection, seed: Callable[[str], bytes]) -> None:
    """Look at whose registry this is. Raises Conflict where it is not of the network that the seeds are of."""
    network = projection.ledger.network
    if network != _manifest(seed).network:
        raise Conflict(
            f"{projection.ledger.name} is a registry of {network} and not the demonstration; nothing was built.",
            hint="Name another file with --registry, or leave it out: the demonstration is then demo.db here.",
        )


def make_whole(path: Path, make: Callable[[Path], Projection]) -> None:
    """Let ``make`` build a registry in a folder of its own beside ``path``, then put it there, whole or not at all.

    Raises NotFound where there is no such folder, Conflict where something is there by then, and what ``make`` raises.
    """
    if not path.absolute().parent.is_dir():
        raise NotFound(
            f"There is no folder {path.absolute().parent}.", hint="Make the folder first, or name another one."
        )
    with TemporaryDirectory(prefix=f".{path.name}-", dir=path.absolute().parent) as room:
        aside = Path(room) / path.name
        projection = make(aside)
        projection.close()
        projection.ledger.close()  # the last connection: its write-ahead log goes into the one file that is moved
        with exclusive(lock_path(path)):
            _refuse_existing(path)
            aside.rename(path)


def _perform(projection: Projection, seed: Callable[[str], bytes], act: Act, actor: Actor) -> Receipt:
    """Do one act as anybody would."""
    match act.act:
        case "sign":
            return sign_variant(
                projection, act.variant, partner=act.partner, by=act.by, authority=act.authority, actor=actor
            )
        case "decline":
            return decline_variant(
                projection, act.variant, partner=act.partner, by=act.by, reason=act.reason, actor=actor
            )
        case "withdraw-signature":
            return withdraw_signature(
                projection, act.variant, partner=act.partner, by=act.by, reason=act.reason, actor=actor
            )
        case "accept":
            return accept_variant(projection, act.variant, reason=act.reason, actor=actor)
        case "waive":
            return waive_period(projection, act.variant, period=act.period, reason=act.reason, actor=actor)
        case "retire":
            return retire_variant(projection, act.variant, reason=act.reason, actor=actor)
        case "restate":
            return restate_variant(projection, seed(act.document), reason=act.reason, actor=actor)
        case "propose":
            return propose_variant(projection, seed(act.document), actor=actor)


def _agreement(seed: Callable[[str], bytes]) -> Agreement:
    return msgspec.json.decode(seed("network/agreement.json"), type=Agreement)


def _manifest(seed: Callable[[str], bytes]) -> Manifest:
    return msgspec.json.decode(seed("network/network.json"), type=Manifest)


def _refuse_existing(path: Path) -> None:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-journal"):
        if path.with_name(name).exists():
            raise Conflict(
                f"There is a file {name} already; nothing was built.", hint="Move it away or delete it, then try again."
            )
