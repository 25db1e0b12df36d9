"""The files of this repository as a person would list them: what is made by a tool, or kept by git, is left out."""

import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MADE = frozenset({"__pycache__", "build", "dist", "node_modules"})
KEPT_DOTS = frozenset({".ci", ".github", ".gitignore", ".gitattributes"})
MADE_SUFFIXES = (".db", ".db-wal", ".db-shm", ".db.lock", ".db.projection", ".pyc", ".egg-info")


def files(*folders: str) -> Iterator[Path]:
    """Every file under the folders named (else under the root), in order; links are not followed."""
    for start in folders or (".",):
        for folder, below, names in os.walk(ROOT / start):
            below[:] = sorted(name for name in below if _ours(name))
            yield from (Path(folder) / name for name in sorted(names) if _ours(name))


def modules() -> list[Path]:
    """Every Python module of the product, ``__init__`` aside: those of ``registry`` and those that it links to."""
    found = [path for path in files("registry", "adapters", "schemas", "seeds") if path.suffix == ".py"]
    return [path for path in found if path.name != "__init__.py"]


def module_name(path: Path) -> str:
    """The name under which a module is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts if parts[0] == "registry" else ("registry", *parts))


def named(path: Path) -> str:
    """A path as a person names it: from the root."""
    return path.relative_to(ROOT).as_posix()


def _ours(name: str) -> bool:
    return name not in MADE and not name.endswith(MADE_SUFFIXES) and (not name.startswith(".") or name in KEPT_DOTS)
