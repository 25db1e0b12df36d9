"""Solves the programs of the disclosure audit, by HiGHS; the only import of highspy, which is an extra (``disclosure``).

A linear program is solved again from where the last one ended. Where its answer is in whole numbers it is the integer program's too; else
it bounds that one. Tests: ``tests/test_audit.py``.

>>> model = highs(Program(2, (((0, 1), (1, 1)),)))
>>> model.limit([(0, 9), (0, 9)], [(12, 12)])
>>> model.extreme([0], largest=False).values
(3, 9)
"""

import math
from collections.abc import Sequence

import highspy
import numpy
from highspy._core import _Highs as Core

from registry.domain.disclosure_program import WITHOUT_END, Extreme, Program

Numbers = numpy.ndarray[tuple[int, ...], numpy.dtype[numpy.float64]]
NEAR = 1e-6
"""How far from a whole number an answer may lie: HiGHS keeps limits to 1e-7."""


class Highs:
    """One program, held ready between questions."""

    def __init__(self, program: Program) -> None:
        self._highs = Core()  # highspy.Highs prints a banner on standard output as it is made
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0), ("mip_rel_gap", 0.0)):
            self._highs.setOptionValue(option, value)
        none = numpy.array([], dtype=numpy.int32), numpy.array([], dtype=numpy.float64)
        for _ in range(program.columns):
            self._highs.addCol(0.0, 0.0, 0.0, 0, *none)
        for row in program.rows:
            places = numpy.array([column for column, _ in row], dtype=numpy.int32)
            self._highs.addRow(0.0, 0.0, len(row), places, numpy.array([float(factor) for _, factor in row]))
        self._columns = numpy.arange(program.columns, dtype=numpy.int32)
        self._rows = numpy.arange(len(program.rows), dtype=numpy.int32)

    def limit(self, columns: Sequence[tuple[int, int]], rows: Sequence[tuple[int, int]]) -> None:
        """Set the least and greatest value of every column and row."""
        for change, places, spans in (
            (self._highs.changeColsBounds, self._columns, columns),
            (self._highs.changeRowsBounds, self._rows, rows),  # type: ignore[attr-defined]  # its stub forgets it
        ):
            limits = numpy.array(spans, dtype=numpy.float64).reshape(-1, 2)
            limits[limits >= WITHOUT_END] = numpy.inf
            limits[limits <= -WITHOUT_END] = -numpy.inf
            change(len(places), places, numpy.ascontiguousarray(limits[:, 0]), numpy.ascontiguousarray(limits[:, 1]))

    def extreme(self, columns: Sequence[int], *, largest: bool) -> Extreme:
        """Where the sum of the columns is largest or smallest. Raises ``ArithmeticError`` where nothing fits the limits."""
        answer = self._solved(columns, largest=largest)
        prices = self._highs.getSolution()
        rounded = numpy.rint(answer)
        whole = numpy.abs(answer - rounded).max() <= NEAR
        total = float(answer[list(columns)].sum())
        return Extreme(
            math.floor(total + NEAR) if largest else math.ceil(total - NEAR),
            tuple(rounded.astype(int).tolist()) if whole else None,
            _priced(prices.col_dual),
            _priced(prices.row_dual),
        )

    def whole(self, columns: Sequence[int], *, largest: bool) -> tuple[int, ...]:
        """The same in whole numbers."""
        self._kind(highspy.HighsVarType.kInteger)
        answer = self._solved(columns, largest=largest)
        self._kind(highspy.HighsVarType.kContinuous)
        return tuple(numpy.rint(answer).astype(int).tolist())

    def _kind(self, kind: highspy.HighsVarType) -> None:
        for column in self._columns:
            self._highs.changeColIntegrality(int(column), kind)

    def _solved(self, columns: Sequence[int], *, largest: bool) -> Numbers:
        costs = numpy.zeros(len(self._columns))
        costs[list(columns)] = -1.0 if largest else 1.0
        self._highs.changeColsCost(len(costs), self._columns, costs)
        self._highs.run()
        status = self._highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(f"The audit of a release was not solved: {status}.")
        return numpy.array(self._highs.getSolution().col_value)


def _priced(prices: Sequence[float]) -> frozenset[int]:
    """The columns or rows that bear a price: a limit without one could move and change nothing (linear programming duality)."""
    return frozenset(numpy.flatnonzero(numpy.abs(numpy.array(prices)) > NEAR).tolist())


def highs(program: Program) -> Highs:
    """A program, ready to be asked."""
    return Highs(program)
