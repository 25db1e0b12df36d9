"""What one cell or point of any series may say: counts, a printed value, a range, a sample; near a middle or anywhere."""

from hypothesis import strategies as st

SCALES = {"percent": 100, "rate": 1000, "count": 500, "mean": 800, "currency": 90_000, "index": 10}
PEOPLE = st.one_of(st.integers(15, 40), st.integers(100, 3_000), st.integers(1_000, 200_000))
SOURCES = {
    "counts": ("counts",),
    "sample": ("sample",),
    "ranges": ("range", "rounded", "counts", "value_of_n"),
    "values": ("value", "rounded"),
    "mixed": ("counts", "excess", "value", "value_of_n", "rounded", "range", "sample"),
}
ERRORS = st.sampled_from([0.0, 0.4, 1.25, 3.0])


def around(draw, middle, top):
    """A figure near the middle of the series or anywhere, as files print it: whole, in tenths, or in thousandths."""
    near = st.integers(-60, 60).map(lambda step: min(top, max(0, round(middle + step * top / 1000, 3))))
    anywhere = st.integers(0, 1000).map(lambda step: round(step * top / 1000, 3))
    return float(draw(st.one_of(near, near, anywhere, st.sampled_from([0, top]))))


def figures(draw, shape, middle, top):
    """What one point says: counts, a printed value with or without rounding, a range, a sample."""
    value, people = around(draw, middle, top), draw(PEOPLE)
    behind = {"denominator": people, "eligible": draw(st.sampled_from([None, None, people, people + people // 12]))}
    if shape in {"counts", "excess"}:
        numerator = round(people * value / top) * (2 if shape == "excess" else 1)
        return {"numerator": numerator, "value": 1.0, **behind}
    if shape == "value":
        return {"value": value}
    if shape == "value_of_n":
        return {"value": value, **behind}
    if draw(st.integers(0, 4)) == 0:
        behind = {}
    if shape == "rounded":
        return {"value": value, "low": round(value - 0.05, 9), "high": round(value + 0.05, 9), **behind}
    if shape == "range":
        low, high = sorted((value, around(draw, middle, top)))
        return draw(st.sampled_from([{"low": low, "high": high}] * 3 + [{"low": low}, {"high": high}])) | behind
    return {"value": value, "standard_error": draw(ERRORS), **behind, "numerator": people // 2}
