"""The normal distribution as progress needs it: quantiles, two-sided p values, and the interval around one share.

Twin: ``registry/sql/macros/normal.sql`` and ``wilson.sql``. Tests: ``tests/domain/test_normal.py``.

>>> round(quantile(0.975), 6), round(two_sided_p(1.959963984540054), 6)
(1.959964, 0.05)
"""

import math
from statistics import NormalDist

STANDARD = NormalDist()
Z95 = 1.959963984540054
"""Beyond this a difference is clear: 5 % two-sided, exact and not 1.96."""
Z90 = 1.6448536269514722
"""Half the width, in standard errors, of a 90 % interval."""


def quantile(probability: float) -> float:
    """The z below which ``probability`` (strictly between 0 and 1) of a standard normal lies.

    Raises ``statistics.StatisticsError`` outside. Source: Wichura 1988, Algorithm AS 241, Applied Statistics 37(3).
    """
    return STANDARD.inv_cdf(probability)


def density(z: float) -> float:
    """The standard normal density at ``z``."""
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def two_sided_p(z: float) -> float:
    """How likely a standard normal is at least this far from 0 on either side."""
    return math.erfc(abs(z) / math.sqrt(2))


def wilson95(share: float, people: int, scale: float) -> tuple[float, float]:
    """The 95 % interval of a share among ``people``, times ``scale`` (100 for percent) and never beyond it or 0.

    Source: Wilson 1927, Journal of the American Statistical Association 22, 209-212; no continuity correction.
    """
    squared = Z95 * Z95
    centre = (share + squared / (2 * people)) / (1 + squared / people)
    half = Z95 / (1 + squared / people) * math.sqrt(share * (1 - share) / people + squared / (4 * people * people))
    return max(0.0, scale * (centre - half)), min(scale, scale * (centre + half))
