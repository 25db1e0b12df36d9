"""What a projection's folder holds that can be made anew at any time, and how it is dropped: every figure in it stands in the ledger.

A file is taken away whole. Whoever has it open reads on from it and starts from the ledger the next time; nobody opens it again.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

ENDINGS = (".duckdb", ".duckdb.wal", ".duckdb.tmp")
"""How projections, released files and what DuckDB keeps beside them are called, whichever program wrote them."""


def cache_files(folder: Path | None) -> Iterator[Path]:
    """Every file of a projection's folder, also those of older programs and of writers that were cut off."""
    if folder is None or not folder.is_dir():
        return
    for path in sorted(folder.rglob("*")):
        if path.is_file() and (path.name.endswith(ENDINGS) or ".duckdb" in path.name):
            yield path


def drop_caches(folder: Path | None) -> tuple[Path, ...]:
    """Take every such file away. Returns those that could not be."""
    for path in cache_files(folder):
        with contextlib.suppress(OSError):
            path.unlink()
    return tuple(cache_files(folder))
