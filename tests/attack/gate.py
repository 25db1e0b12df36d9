"""The product's own gate as the attacker meets it: how results are released, and how each reader reads what was.

``Released`` is what everybody reads but a community's own people, who also see the figures of the communities that are opened to them.
``PrimaryOnly`` is the same gate with complementary masking off: every data point under the rule alone, and no table kept back.
"""

from collections.abc import Iterable, Iterator, Sequence

from registry.actions.releases import publish_release
from registry.domain.actor import Actor
from registry.domain.disclosure import primary
from registry.domain.release import MaskRow
from registry.projection.answer import RollupRequest
from registry.projection.disclosed import Disclosed, Shown, disclose
from registry.projection.files import Projection
from registry.projection.masking import tables_at
from registry.projection.readers import released
from tests.attack.exits import Live

STAFF = Actor(name="ana", role="network")


def let_out(projection: Projection) -> None:
    """Publish a release as network staff do."""
    publish_release(projection, actor=STAFF)


class Released:
    """The reading of whoever may see the ``opened`` communities' true cells, and of everybody else what was released."""

    def __init__(self, projection: Projection, opened: Sequence[str] = ()) -> None:
        self.projection = projection
        self.opened = tuple(opened)
        self.held: dict[str | None, Disclosed] = {}

    def tables(self, as_of: str | None) -> Disclosed:
        """All that is shown as of a moment."""
        return released(self.projection, as_of, self.opened)

    def at(self, as_of: str | None) -> Live:
        """What can be read as of a moment."""
        if as_of not in self.held:
            self.held[as_of] = self.tables(as_of)
        return Live(self.held[as_of])

    def rollup(self, request: RollupRequest) -> object:
        """A roll-up's answer."""
        return self.at(request.as_of).rollup(request)

    def compare(self, communities: Sequence[str], template: str, as_of: str | None) -> object:
        """A comparison's answer."""
        return self.at(as_of).compare(communities, template, as_of)

    def cells(self, community: str, variant: str, as_of: str | None) -> Iterable[object]:
        """Every data point that is there."""
        return self.at(as_of).cells(community, variant, as_of)

    def document(self, community: str, variant: str, as_of: str | None) -> object:
        """The document as far as it is shown."""
        return self.at(as_of).document(community, variant, as_of)

    def beside(self, community: str, variant: str, as_of: str | None) -> object:
        """Loads, history and assessment."""
        return self.at(as_of).beside(community, variant, as_of)

    def releases(self, as_of: str | None) -> object:
        """The releases are listed from the registry as it is."""
        return Live(self.projection).releases(as_of)

    def close(self) -> None:
        """Let go of every release that was opened."""
        while self.held:
            self.held.popitem()[1].close()


class PrimaryOnly(Released):
    """The gate without complementary masking."""

    def tables(self, as_of: str | None) -> Disclosed:
        """Every data point as the rule by itself leaves it."""
        moment = self.projection.moment(as_of)
        shown = Shown(entry=moment.entry, as_of=moment.as_of, release=None)
        return disclose(self.projection, shown, lambda: list(by_rule(self.projection, moment.entry.seq)))


def by_rule(projection: Projection, line: int) -> Iterator[MaskRow]:
    """What the rule alone masks of the registry at a line."""
    for name, table in tables_at(projection.cursor(), line).items():
        for cell in table.cells:
            found = primary(cell, table.rule)
            if found.kind != "open":
                yield MaskRow(*name, cell.group, found.kind, found.low, found.high)
