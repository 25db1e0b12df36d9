"""The macros of a linked mean say in SQL what the rule says in Python, also where there is none."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from registry import duck
from registry.domain.link import Link, LinkedCut, Scale
from registry.domain.linking import LinkedMean, error_of_share, linked_mean

KNOWN = json.loads((Path(__file__).parents[1] / "vectors" / "linking.json").read_text())

Errors = tuple[float | None, float, float, float | None, float | None]
"""Of the share, of the cut, the spread of the scale, and the two errors that it may leave open."""

errors = st.tuples(
    st.none() | st.floats(0, 0.2),
    st.floats(0, 10),
    st.floats(0.1, 100),
    st.none() | st.floats(0, 10),
    st.none() | st.floats(0, 10),
)


@pytest.fixture(scope="module")
def connection():
    opened = duck.connect()
    for name in duck.names_under("macros"):
        duck.run(opened, name)
    yield opened
    opened.close()


def in_sql(connection: duck.Connection, share: float | None, score: float, given: Errors):
    return connection.execute(
        "select linked_mean_at($share, $score, $sd), linked_se_at($share, $se_share, $cut_se, $sd, $u_sd, $u_m)",
        {"share": share, "score": score} | dict(zip(("se_share", "cut_se", "sd", "u_sd", "u_m"), given, strict=True)),
    ).fetchone()


def in_python(share: float, score: float, given: Errors) -> LinkedMean | None:
    se_share, cut_se, sd, u_sd, u_m = given
    cut = LinkedCut(instrument="test", instrument_version="1", cut="proficient", score=score, standard_error=cut_se)
    link = Link(
        id="link",
        title="A link",
        scale=Scale(id="scale", title="A scale", unit="points", sd=sd, u_sd=u_sd, u_m=u_m),
        first_period="SY2004-05",
        last_period="SY2004-05",
        cuts=(cut,),
        method="Equal shares.",
        source="A report",
        url="https://example.org",
    )
    return linked_mean(share, se_share, link=link, cut=cut)


@pytest.mark.parametrize("case", KNOWN, ids=lambda case: case["state"])
def test_known_answers_in_sql(connection: duck.Connection, case):
    errors_of = (error_of_share(case["share"], case["n"]), case["cut_se"], case["scale_sd"], case["u_sd"], case["u_m"])
    found = in_sql(connection, case["share"], case["cut"], errors_of)
    assert found == pytest.approx((case["expect"]["mean"], case["expect"]["se"]), abs=1e-6)


@settings(deadline=None)
@given(share=st.floats(0, 1), score=st.floats(0, 500), given_errors=errors)
@example(share=0.1, score=200.0, given_errors=(0.01, 1.0, 36.0, None, None))
@example(share=0.9, score=200.0, given_errors=(0.01, 1.0, 36.0, None, 0.0))
@example(share=0.5, score=200.0, given_errors=(None, 1.0, 36.0, 2.5, 3.6))
def test_macros_agree_with_the_twin(connection: duck.Connection, share: float, score: float, given_errors: Errors):
    mean, se = in_sql(connection, share, score, given_errors)
    twin = in_python(share, score, given_errors)
    if twin is None:
        assert se is None
        assert (mean is None) == (not 0.1 <= share <= 0.9)
    else:
        assert (mean, se) == pytest.approx((twin.mean, twin.se), rel=1e-12, abs=1e-9)


def test_a_share_that_is_absent_has_neither_mean_nor_error(connection: duck.Connection):
    assert in_sql(connection, None, 200.0, (0.01, 1.0, 36.0, 2.5, 3.6)) == (None, None)


def test_whole_numbers_and_decimals_are_read_as_they_are(connection: duck.Connection):
    text = "select linked_mean_at(0.79, 179, 36), linked_se_at(0.79, 0.0018215, 2, 36, 2.5, 3.6)"
    assert connection.execute(text).fetchone() == pytest.approx((208.031164893, 4.590886791), abs=1e-5)
