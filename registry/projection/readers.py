"""Which reading is for whom: the figures as they are, what a release would show now, or what was released.

The operator who asks for it reads the registry as it is (``Projection``). A community's own people read their figures as they are, beside
those of others as they were released. Everybody else reads releases. Who opens the registry's file without a token reads it as a release
made now would show it.
"""

from collections.abc import Iterable

from registry import duck
from registry.domain.listing import ReleaseLine
from registry.domain.refusal import NotFound
from registry.domain.release import MaskRow
from registry.projection.disclosed import Disclosed, Shown, disclose
from registry.projection.files import Projection
from registry.projection.masking import masking_at, masks_as_released


def preview(projection: Projection, as_of: str | None, opened: Iterable[str] = ()) -> Disclosed:
    """The registry at a moment as a release made then would show it. Raises Invalid and NotFound for what is no moment of it."""
    moment = projection.moment(as_of)
    shown = Shown(entry=moment.entry, as_of=moment.as_of, release=None, opened=tuple(sorted(opened)))
    return disclose(projection, shown, lambda: masking_at(projection, moment.entry.seq).masks)


def beside_own(projection: Projection, as_of: str | None, opened: Iterable[str] = ()) -> Disclosed:
    """The registry at a moment: documents and the ``opened`` communities' own figures as they stood then, all others' as released.

    Two moments between releases say the same of others' figures, so that nothing can be subtracted. Raises Invalid and NotFound for what is
    no moment of it.
    """
    moment = projection.moment(as_of)
    shown = Shown(
        entry=moment.entry, as_of=moment.as_of, release=None, opened=tuple(sorted(opened)), figures="as_released"
    )
    return disclose(projection, shown, lambda: masks_as_released(projection, moment.entry.seq))


def released(projection: Projection, as_of: str | None, opened: Iterable[str] = ()) -> Disclosed:
    """The release that was current at a moment. ``opened``: communities whose own figures the reader may see as they stand.

    Raises NotFound where nothing had been released then.
    """
    last = current_release(projection, as_of)
    shown = Shown(
        entry=projection.ledger.entry(last.upto),
        as_of=last.recorded_at if as_of is None else projection.moment(as_of).as_of,
        release=last.id,
        opened=tuple(sorted(opened)),
    )
    return disclose(projection, shown, lambda: masks_of(projection.cursor(), last))


def current_release(projection: Projection, as_of: str | None) -> ReleaseLine:
    """The release that was current at a moment. Raises NotFound where nothing had been released then."""
    releases = list_releases(projection.cursor(), projection.moment(as_of).entry.seq)
    if releases:
        return releases[-1]
    hint = "Network staff release results with `outcomes release publish`."
    raise NotFound(
        "Nothing has been released yet." if as_of is None else f"Nothing had been released by {as_of}.", hint=hint
    )


def list_releases(cursor: duck.Connection, line: int) -> list[ReleaseLine]:
    """Give me every release, in order."""
    return duck.rows(cursor, "lists/releases", ReleaseLine, {"line": line})


def masks_of(cursor: duck.Connection, release: ReleaseLine) -> list[MaskRow]:
    """Give me what a release does not show as it stands."""
    return duck.rows(cursor, "lists/masks", MaskRow, {"line": release.seq, "release": release.id})
