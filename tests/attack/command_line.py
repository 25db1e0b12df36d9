"""Reading through the command line ``outcomes``, as whoever has a token does: every answer as it is printed."""

import json
from collections.abc import Iterable, Sequence

from registry.projection.answer import RollupRequest
from tests.conftest import Run


class CommandLine:
    """A reading through commands. ``options`` stand before each, such as the registry and a token's file."""

    def __init__(self, run: Run, options: Sequence[object]) -> None:
        self.run = run
        self.options = tuple(options)

    def rollup(self, request: RollupRequest) -> object:
        """``outcomes rollup --json``."""
        return json.loads(self.printed(*_words(request), "--json"))

    def csv(self, request: RollupRequest) -> str:
        """``outcomes rollup --format csv``."""
        return self.printed(*_words(request), "--format", "csv")

    def compare(self, communities: Sequence[str], template: str, as_of: str | None) -> object:
        """``outcomes compare``."""
        return json.loads(self.printed("compare", *communities, "--template", template, *_as_of(as_of), "--json"))

    def cells(self, community: str, variant: str, as_of: str | None) -> Iterable[object]:
        """No command tells a local measure's data points by themselves."""
        return ()

    def document(self, community: str, variant: str, as_of: str | None) -> object:
        """``outcomes variant show``, which tells the newest."""
        return json.loads(self.printed("variant", "show", f"{community}/{variant}", "--json"))

    def beside(self, community: str, variant: str, as_of: str | None) -> object:
        """Lists, loads, history and assessment."""
        name = f"{community}/{variant}"
        commands = (
            ("variant", "list", community),
            ("community", "show", community),
            ("data", "batches", name),
            ("variant", "history", name, *_as_of(as_of)),
            ("variant", "assess", name, *_as_of(as_of)),
        )
        return [self.printed(*words, "--json") for words in commands]

    def releases(self, as_of: str | None) -> object:
        """``outcomes release list``, and what ``release show`` says of each."""
        lines = json.loads(self.printed("release", "list", "--json"))
        return [lines, *(self.printed("release", "show", line["id"], "--json") for line in lines)]

    def close(self) -> None:
        """Every command closes what it opens."""

    def printed(self, *words: object) -> str:
        """What one command prints. Raises AssertionError where it is used wrongly; a refusal prints nothing."""
        result = self.run(*self.options, *words)
        assert result.status != 2, result.err
        return result.out


def _words(request: RollupRequest) -> list[object]:
    words: list[object] = ["rollup", request.template]
    for name in ("by", "period", "window"):
        value = getattr(request, name)
        words += [] if value is None else [f"--{name}", value]
    return [*words, *_as_of(request.as_of), *(["--explain"] if request.explain else [])]


def _as_of(as_of: str | None) -> list[object]:
    return [] if as_of is None else ["--as-of", as_of]
