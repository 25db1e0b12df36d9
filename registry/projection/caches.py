"""What a projection's folder holds that can be made anew at any time, and how it is dropped: every figure in it stands in the ledger.

A file is taken away whole. Whoever has it open reads on from it until the next look at the ledger, and then begins anew; nobody opens
it again. After a redaction every file of the folder goes, whichever program wrote it; a small file ``redacted-<seq>`` remembers that it
was done, so that a computer that was switched off in the middle does it at the next start.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path


def cache_files(folder: Path | None) -> Iterator[Path]:
    """Every DuckDB file of a projection's folder and what lies beside it, also of older programs and of writers that were cut off."""
    if folder is None or not folder.is_dir():
        return
    for path in sorted(folder.rglob("*")):
        if ".duckdb" in path.name and not path.is_dir():
            yield path


def drop_caches(folder: Path | None) -> tuple[Path, ...]:
    """Take every such file away. Returns those that could not be."""
    for path in cache_files(folder):
        with contextlib.suppress(OSError):
            path.unlink()
    return tuple(cache_files(folder))


def drop_redacted(folder: Path | None, seq: int) -> tuple[Path, ...]:
    """Drop every file because entry ``seq`` redacted bodies (0: none did), once. Returns those that could not be dropped."""
    if folder is None or not seq or not folder.is_dir() or (folder / f"redacted-{seq}").exists():
        return ()
    left = drop_caches(folder)
    if not left:
        with contextlib.suppress(OSError):
            for mark in folder.glob("redacted-*"):
                mark.unlink()
            (folder / f"redacted-{seq}").touch(mode=0o600)
    return left
