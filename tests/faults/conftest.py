"""What tests of faults share: children that start at once, and a small disk of one's own."""

import multiprocessing
import subprocess
from collections.abc import Callable, Iterator
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from tests.faults.acts import Said, command

DISK = 640 * 1024  # bytes: a registry of two towns, and room for about ten more documents


@pytest.fixture(scope="session")
def server() -> ForkServerContext:
    """Where children are forked: a process that has imported what they need, and opened nothing."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.acts"])
    return context


@pytest.fixture
def outcomes(server: ForkServerContext, tmp_path: Path) -> Callable[..., Said]:
    """Run ``outcomes`` in a process of its own that may write no file longer than ``most_bytes``."""
    printed = tmp_path / "printed"
    printed.mkdir()

    def once(*words: object, most_bytes: int | None = None) -> Said:
        child = server.Process(target=command, args=([str(word) for word in words], printed, most_bytes), daemon=True)
        child.start()
        child.join(timeout=120)
        assert child.exitcode is not None, "the command hangs"
        return Said(child.exitcode, (printed / "out").read_text("utf-8"), (printed / "err").read_text("utf-8"))

    return once


@pytest.fixture
def disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A disk of so many bytes that can be filled, or a skip that says why there is none."""
    size = getattr(request, "param", DISK)
    here = tmp_path / "disk"
    here.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(here)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield here
    finally:
        subprocess.run(["umount", "--lazy", str(here)], check=True)
