"""The normal distribution and the Wilson interval, which DuckDB lacks, say in SQL what they say in Python."""

import math
from pathlib import Path

import duckdb
import pytest

from registry.domain.normal import density, quantile, two_sided_p, wilson95

MACROS = Path(__file__).parents[2] / "registry" / "sql" / "macros"


@pytest.fixture
def connection():
    with duckdb.connect() as opened:
        for name in ("normal", "wilson"):
            opened.execute((MACROS / f"{name}.sql").read_text())
        yield opened


def test_normal_macros_agree_with_the_twin(connection):
    zs = [step / 37 for step in range(-300, 1360)]
    found = connection.execute(
        "select normal_two_sided_p(z), normal_cdf(z), normal_density(z) from unnest(?::double[]) as t(z)", [zs]
    ).fetchall()
    for z, (p_value, below, dense) in zip(zs, found, strict=True):
        assert p_value == pytest.approx(two_sided_p(z), rel=1e-13 if abs(z) <= 8 else 1e-12, abs=0)
        assert below == pytest.approx(math.erfc(-z / math.sqrt(2)) / 2, rel=1e-12, abs=0)
        assert dense == pytest.approx(density(z), rel=1e-13, abs=0)
    shares = [10.0**-power for power in range(1, 300)] + [step / 997 for step in range(1, 997)]
    found = connection.execute("select normal_quantile(p) from unnest(?::double[]) as t(p)", [shares]).fetchall()
    for share, (z,) in zip(shares, found, strict=True):
        assert z == pytest.approx(quantile(share), rel=1e-15, abs=1e-15)
    ends = "select normal_quantile(0), normal_quantile(1), normal_quantile(null), normal_two_sided_p(null)"
    assert connection.execute(ends).fetchone() == (None,) * 4


def test_wilson_macro_agrees_with_the_twin(connection):
    for x, n, scale in ((0, 20, 100.0), (20, 20, 100.0), (7, 31, 1000.0), (123_456, 1_000_000, 100.0)):
        (found,) = connection.execute("select wilson95(?::double, ?, ?::double)", [x / n, n, scale]).fetchone()
        assert tuple(found) == pytest.approx(wilson95(x / n, n, scale), abs=1e-12)
    assert connection.execute("select wilson95(null, 20, 100e0)").fetchone() == (None,)
