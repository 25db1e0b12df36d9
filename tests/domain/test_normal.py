"""The normal distribution agrees with scipy, and the Wilson interval ends where the scale does."""

import pytest
from scipy import stats

from registry.domain.normal import Z90, Z95, quantile, two_sided_p, wilson95


def test_normal_distribution_agrees_with_scipy():
    assert stats.norm.ppf([0.975, 0.95]) == pytest.approx([Z95, Z90], rel=1e-15)
    for share in (1e-300, 1e-9, 0.02, 0.075, 0.3, 0.5, 0.9, 0.999999):
        assert quantile(share) == pytest.approx(stats.norm.ppf(share), rel=1e-12, abs=1e-15)
    for z in (0.0, 0.3, -1.96, 5.0, 8.0, 30.0):
        assert two_sided_p(z) == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-12)
    assert wilson95(1.0, 20, 100.0)[1] == 100.0
    assert wilson95(0.0, 20, 100.0)[0] == 0.0
