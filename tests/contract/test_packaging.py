"""The package is the same from a checkout, a wheel and an sdist: adapters, schemas and seeds are reached through ``registry``.

Everything is built with the hatchling that is installed, without network.
"""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASK = """
from registry.app import ADAPTERS, seed
from registry import duck
import registry.schemas, registry.adapters.csv_table, sys
assert b"early-grade-reading" in seed("network/network.json")
assert duck.text_of("rollup/level").startswith("--")
assert ADAPTERS
print(registry.schemas.__file__)
try:
    import adapters, seeds, schemas
except ModuleNotFoundError:
    print("no generic top-level name")
"""


def build(target: str, source: Path, folder: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)],
        cwd=source,
        check=True,
        capture_output=True,
    )
    (made,) = folder.glob("*.whl" if target == "wheel" else "*.tar.gz")
    return made


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A wheel from the checkout, and a wheel from the sdist."""
    direct = build("wheel", ROOT, tmp_path_factory.mktemp("direct"))
    sdist = build("sdist", ROOT, tmp_path_factory.mktemp("sdist"))
    unpacked = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(unpacked, filter="data")
    (source,) = unpacked.iterdir()
    return direct, build("wheel", source, tmp_path_factory.mktemp("indirect"))


def test_both_wheels_hold_the_same_files(built: tuple[Path, Path]) -> None:
    direct, indirect = (
        {name: zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist()} for path in built
    )
    own = {name: body for name, body in direct.items() if name.startswith("registry/")}
    assert own == {name: body for name, body in indirect.items() if name.startswith("registry/")}
    assert {
        "registry/py.typed",
        "registry/adapters/csv_table/adapter.py",
        "registry/seeds/network/network.json",
    } <= set(own)
    assert "registry/schemas/v1/template.schema.json" in own
    assert {name.split("/")[0].partition("-")[0] for name in direct} == {"registry", "outcome_registry"}
    assert not [name for name in own if "__pycache__" in name]


def test_an_installed_wheel_works_from_any_folder(built: tuple[Path, Path], tmp_path: Path) -> None:
    site = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--disable-pip-version-check"]
    subprocess.run([*pip, "--target", str(site), str(built[1])], check=True, capture_output=True)
    asked = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=tmp_path,
        env={"PYTHONPATH": str(site), "PATH": ""},
        check=True,
        capture_output=True,
        text=True,
    )
    where, generic = asked.stdout.splitlines()
    assert where.startswith(str(site))
    assert generic == "no generic top-level name"


def test_the_editable_install_works_from_any_folder(tmp_path: Path) -> None:
    asked = subprocess.run([sys.executable, "-c", ASK], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert asked.stdout.splitlines()[-1] == "no generic top-level name"
