"""Build the demonstration registry: the seeds, loaded through the same actions as anybody's documents."""

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from registry.actions.catalogue import add_community, publish_instrument
from registry.actions.data import Order, load
from registry.actions.templates import publish_template
from registry.actions.variants import propose_variant
from registry.adapters.contract import Adapter
from registry.projection.files import Projection


class Load(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One load of the demonstration: files and mapping by their names under ``seeds/``."""

    variant: str
    files: tuple[str, ...]
    mapping: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``seeds/network/network.json``: what the demonstration network is made of, in loading order."""

    network: str
    templates: tuple[str, ...]
    instruments: tuple[str, ...]
    communities: tuple[str, ...]
    variants: tuple[str, ...]
    loads: tuple[Load, ...]


def build(
    path: Path,
    create: Callable[[Path, str], Projection],
    seed: Callable[[str], bytes],
    seed_path: Callable[[str], Path],
    adapters: Sequence[Adapter],
    *,
    actor: str,
) -> Projection:
    """Make the demonstration registry at ``path``. Raises what the actions raise."""
    manifest = msgspec.json.decode(seed("network/network.json"), type=Manifest)
    projection = create(path, manifest.network)
    for name in manifest.templates:
        publish_template(projection, seed(name), actor=actor)
    for name in manifest.instruments:
        publish_instrument(projection, seed(name), actor=actor)
    for name in manifest.communities:
        add_community(projection, seed(name), actor=actor)
    for name in manifest.variants:
        propose_variant(projection, seed(name), actor=actor)
    for entry in manifest.loads:
        files = tuple(seed_path(name) for name in entry.files)
        load(projection, adapters, Order(files=files, variant=entry.variant, mapping=seed(entry.mapping)), actor=actor)
    return projection
