"""How far from the middle of a few years' scatter an unusual year lies: Student's t for whole degrees of freedom.

The distribution has a closed form there (Abramowitz and Stegun 1964, Handbook of Mathematical Functions, 26.7.3 and 26.7.4), which is
inverted by bisection: no table, no approximation. Tests: ``tests/domain/test_student.py``, beside scipy.

>>> round(t_quantile(0.95, 3), 6)
2.353363
"""

import math


def t_probability(t: float, freedom: int) -> float:
    """How likely a t of ``freedom`` degrees (1 or more) lies below ``t``. Raises ``ValueError`` under 1 degree."""
    if freedom < 1:
        raise ValueError("Student's t has one degree of freedom or more.")
    angle = math.atan2(t, math.sqrt(freedom))
    inside = _odd(angle, freedom) if freedom % 2 else _even(angle, freedom)
    return (1 + inside) / 2


def t_quantile(probability: float, freedom: int) -> float:
    """The t below which ``probability`` (strictly between 0 and 1) lies. Raises ``ValueError`` outside."""
    if not 0 < probability < 1:
        raise ValueError("A quantile is asked for a probability between 0 and 1.")
    if probability < 0.5:
        return -t_quantile(1 - probability, freedom)
    low, high = 0.0, 1.0
    while t_probability(high, freedom) < probability:
        low, high = high, 2 * high
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if t_probability(middle, freedom) < probability else (low, middle)
    return high


def _odd(angle: float, freedom: int) -> float:
    """26.7.3: the share within ``t`` on either side, for an odd number of degrees; negative for a negative angle."""
    cosine = math.cos(angle)
    total, term = 0.0, cosine
    for step in range(3, freedom + 1, 2):
        total += term
        term *= cosine * cosine * (step - 1) / step
    return 2 / math.pi * (angle + math.sin(angle) * total)


def _even(angle: float, freedom: int) -> float:
    """26.7.4: the same for an even number of degrees."""
    cosine = math.cos(angle)
    total, term = 0.0, 1.0
    for step in range(2, freedom + 1, 2):
        total += term
        term *= cosine * cosine * (step - 1) / step
    return math.sin(angle) * total
