"""The least and greatest whole number that a variable can be, by linear program, and by integer program where that is not whole.

Every answer rests on points in whole numbers that were checked against every row, so what is called open is open. Of a variable only
as much is asked as a verdict needs (``Need``), and a point that was found for one variable serves all others.
"""

from collections.abc import Mapping, Sequence

import highspy
import msgspec
import numpy as np

from tests.attack.system import Component, Impossible


class Need(msgspec.Struct, frozen=True):
    """What must stay open of a variable: so many whole numbers, and one below and one above its true value where that is asked."""

    width: int
    truth: int
    below: bool = False
    above: bool = False

    def met(self, low: int, high: int) -> bool:
        """Whether a range leaves that much open."""
        return (
            high - low + 1 >= self.width
            and (low < self.truth or not self.below)
            and (high > self.truth or not self.above)
        )


class Range(msgspec.Struct, frozen=True):
    """The whole numbers found possible; ``exact`` where there are none beyond, else there is at least this much room."""

    low: int
    high: int
    exact: bool


class Program:
    """The linear program of one component, the integer one beside it, and the points found so far."""

    def __init__(self, component: Component, truth: Sequence[int] | None) -> None:
        self.component = component
        self.linear = _model(component, whole=False)
        self.whole: highspy.Highs | None = None
        self.points: list[tuple[int, ...]] = []
        self.solved = 0
        self.programs = 0
        if truth is not None:
            self.keep(truth)

    def keep(self, values: Sequence[float]) -> bool:
        """Take a point among those known, if it is one of whole numbers that fulfils every row exactly."""
        point = tuple(round(value) for value in values)
        if any(abs(value - whole) > 1e-6 for value, whole in zip(values, point, strict=True)) or not _fulfils(
            self.component, point
        ):
            return False
        self.points.append(point)
        return True

    def end(self, variable: int, sign: int) -> int:
        """The least (``sign`` 1) or greatest (-1) value of a variable. Raises Impossible where there is none at all."""
        self.solved += 1
        point = _solved(self.linear, variable, sign)
        if not self.keep(point):
            self.programs += 1
            if self.whole is None:
                self.whole = _model(self.component, whole=True)
            if not self.keep(_solved(self.whole, variable, sign)):
                raise ArithmeticError("The integer program's answer is not one of whole numbers that fulfils the rows.")
        return self.points[-1][variable]

    def range(self, variable: int, need: Need | None) -> Range:
        """What a variable can be, as far as the need asks; exactly where there is none."""
        low, high = self._seen(variable)
        if need is not None and need.met(low, high):
            return Range(low, high, exact=False)
        low = self.end(variable, 1)
        if need is not None and need.met(low, self._seen(variable)[1]):
            return Range(low, self._seen(variable)[1], exact=False)
        return Range(low, self.end(variable, -1), exact=True)

    def _seen(self, variable: int) -> tuple[int, int]:
        values = [point[variable] for point in self.points]
        return min(values, default=MANY_ABOVE), max(values, default=-MANY_ABOVE)


MANY_ABOVE = 1 << 40
"""Beyond any bound, for a variable of which no point is known."""


def ranges(
    component: Component, needs: Mapping[int, Need | None], truth: Sequence[int] | None = None
) -> dict[int, Range]:
    """What each variable asked for (by its place in the component) can be; ``truth`` is a point known to fulfil the rows."""
    program = Program(component, truth)
    return {variable: program.range(variable, need) for variable, need in needs.items()}


def _fulfils(component: Component, point: Sequence[int]) -> bool:
    within = all(low <= value <= high for low, value, high in zip(component.low, point, component.high, strict=True))
    return within and all(
        (row.low is None or total >= row.low) and (row.high is None or total <= row.high)
        for row in component.rows
        for total in (sum(factor * point[variable] for variable, factor in row.terms),)
    )


def _solved(model: highspy.Highs, variable: int, sign: int) -> Sequence[float]:
    """The point at which a variable is least or greatest."""
    model.changeColCost(variable, float(sign))
    model.run()
    status = model.getModelStatus()
    model.changeColCost(variable, 0.0)
    if status == highspy.HighsModelStatus.kInfeasible:
        raise Impossible
    if status != highspy.HighsModelStatus.kOptimal:
        raise ArithmeticError(f"The program ended with {status}.")
    values: Sequence[float] = model.getSolution().col_value
    return values


def _model(component: Component, *, whole: bool) -> highspy.Highs:
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(component.variables), len(component.rows)
    program.col_cost_ = np.zeros(program.num_col_)
    program.col_lower_, program.col_upper_ = np.array(component.low, float), np.array(component.high, float)
    program.row_lower_ = np.array([-np.inf if row.low is None else row.low for row in component.rows], float)
    program.row_upper_ = np.array([np.inf if row.high is None else row.high for row in component.rows], float)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lengths = [len(row.terms) for row in component.rows]
    program.a_matrix_.start_ = np.array([0, *np.cumsum(lengths)], dtype=np.int32)
    program.a_matrix_.index_ = np.array(
        [variable for row in component.rows for variable, _ in row.terms], dtype=np.int32
    )
    program.a_matrix_.value_ = np.array([factor for row in component.rows for _, factor in row.terms], float)
    if whole:
        program.integrality_ = [highspy.HighsVarType.kInteger] * program.num_col_
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    model.setOptionValue("mip_rel_gap", 0.0)
    model.setOptionValue("mip_abs_gap", 0.0)
    if not whole:
        model.setOptionValue("presolve", "off")
    model.passModel(program)
    return model
