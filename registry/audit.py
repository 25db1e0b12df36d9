"""Solves the programs of the disclosure audit, by HiGHS; the only import of highspy, which is an extra (``disclosure``).

A linear program is solved again from where the last one ended. Where its answer is in whole numbers it is the integer program's too; else
it bounds that one. Tests: ``tests/test_audit.py``.

>>> model = highs(Program(((0, 9), (0, 9)), ((((0, 1), (1, 1)), (12, 12)),)))
>>> model.extreme({0: 1}, largest=False).values
(3, 9)
"""

import math
from collections.abc import Iterable, Mapping, Sequence

import highspy
import numpy
from highspy._core import _Highs as Core

from registry.domain.disclosure_audit import Span
from registry.domain.disclosure_part import WITHOUT_END, Extreme, Program

Numbers = numpy.ndarray[tuple[int, ...], numpy.dtype[numpy.float64]]
NEAR = 1e-6
"""How far from a whole number an answer may lie: HiGHS keeps limits to 1e-7."""
OPTIONS = (("output_flag", False), ("threads", 1), ("random_seed", 0), ("mip_rel_gap", 0.0))


class Highs:
    """One program, held ready between questions."""

    def __init__(self, program: Program) -> None:
        self._highs = Core()  # highspy.Highs prints a banner on standard output as it is made
        for option, value in OPTIONS:
            self._highs.setOptionValue(option, value)
        self._columns = numpy.arange(len(program.columns), dtype=numpy.int32)
        self._highs.passModel(_linear(program))

    def extreme(self, columns: Mapping[int, int], *, largest: bool) -> Extreme:
        """Where the sum of the columns by these factors is largest or smallest.

        Raises ``ArithmeticError`` where nothing fits the limits.
        """
        answer = self._solved(columns, largest=largest)
        prices = self._highs.getSolution()
        rounded = numpy.rint(answer)
        whole = numpy.abs(answer - rounded).max() <= NEAR
        total = sum(answer[column] * factor for column, factor in columns.items())
        return Extreme(
            math.floor(total + NEAR) if largest else math.ceil(total - NEAR),
            tuple(rounded.astype(int).tolist()) if whole else None,
            frozenset(_priced(prices.col_dual)),
            _priced(prices.row_dual),
        )

    def whole(self, columns: Mapping[int, int], *, largest: bool) -> tuple[int, ...]:
        """The same in whole numbers."""
        self._kind(highspy.HighsVarType.kInteger)
        answer = self._solved(columns, largest=largest)
        self._kind(highspy.HighsVarType.kContinuous)
        return tuple(numpy.rint(answer).astype(int).tolist())

    def _kind(self, kind: highspy.HighsVarType) -> None:
        kinds = numpy.full(len(self._columns), int(kind), dtype=numpy.uint8)
        self._highs.changeColsIntegrality(len(kinds), self._columns, kinds)

    def _solved(self, columns: Mapping[int, int], *, largest: bool) -> Numbers:
        costs = numpy.zeros(len(self._columns))
        costs[list(columns)] = [-factor if largest else factor for factor in columns.values()]
        self._highs.changeColsCost(len(costs), self._columns, costs)
        self._highs.run()
        status = self._highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(f"The audit of a release was not solved: {status}.")
        return numpy.array(self._highs.getSolution().col_value)


def _linear(program: Program) -> highspy.HighsLp:
    """The program as HiGHS takes it, row by row."""
    found = highspy.HighsLp()
    found.num_col_, found.num_row_ = len(program.columns), len(program.rows)
    found.col_cost_ = numpy.zeros(found.num_col_)
    found.col_lower_, found.col_upper_ = _ends(program.columns)
    found.row_lower_, found.row_upper_ = _ends(span for _, span in program.rows)
    terms = [term for row, _ in program.rows for term in row]
    found.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    found.a_matrix_.start_ = numpy.cumsum([0, *(len(row) for row, _ in program.rows)])
    found.a_matrix_.index_ = numpy.array([column for column, _ in terms])
    found.a_matrix_.value_ = numpy.array([float(factor) for _, factor in terms])
    return found


def _ends(spans: Iterable[Span]) -> tuple[Numbers, Numbers]:
    """The least and the greatest values, without end where they have none."""
    limits = numpy.array(list(spans), dtype=numpy.float64).reshape(-1, 2)
    limits[numpy.abs(limits) >= WITHOUT_END] *= numpy.inf
    return limits[:, 0], limits[:, 1]


def _priced(prices: Sequence[float]) -> dict[int, float]:
    """The columns or rows that bear a price: a limit without one could move and change nothing (linear programming duality)."""
    return {place: price for place, price in enumerate(prices) if abs(price) > NEAR}


def highs(program: Program) -> Highs:
    """A program, ready to be asked."""
    return Highs(program)
