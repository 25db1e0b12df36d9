"""Milwaukee's three tests as the seeds catalogue them: WKCE, then one year of Badger, then Forward. The figures are of our own making."""

from pathlib import Path
from statistics import NormalDist

import pytest

from tests.cli.documents import MAPPING, Document, community, table, variant, wrote
from tests.conftest import Run

SEEDS = Path(__file__).parents[2] / "seeds"
NAME = "milwaukee/grade-3-reading"
NORMAL = NormalDist()
SHARES = {
    "2009-10": 300, "2010-11": 310, "2011-12": 320, "2012-13": 325, "2013-14": 330,  # WKCE, in fall
    "2014-15": 250,  # Badger, once
    "2015-16": 180, "2016-17": 190, "2017-18": 205, "2018-19": 220,  # Forward
}  # fmt: skip
FILE = table([f"001,{year},All Students,1000,{met},{met / 10:.1f}" for year, met in SHARES.items()])
PARTNERS = [
    {"id": "schools", "name": "Schools", "sector": "education", "commitment": "For demonstration."},
    {"id": "library", "name": "Library", "sector": "libraries", "commitment": "For demonstration."},
]
COMMON = {
    "cut": "proficient",
    "content_area": "english-language-arts",
    "grade_or_age": 3,
    "universe": "district-schools",
    "denominator_rule": "valid-scores",
}
WKCE = {**COMMON, "instrument": "wkce-reading", "instrument_version": "until-2013-14", "season": "fall"}
FORWARD = {**COMMON, "instrument": "wi-forward-ela", "instrument_version": "2015-16-to-2022-23", "season": "spring"}
PROMISED = {
    "baseline": {"period": "SY2009-10", "value": 30.0, "numerator": 300, "denominator": 1000},
    "target": {"period": "SY2018-19", "value": 45},
}
REASON = "Another test; its makers say that the two cannot be compared."
BREAKS = [{"period": period, "kind": "instrument", "reason": REASON} for period in ("SY2014-15", "SY2015-16")]


def measure(facets: Document, **changes: object) -> Document:
    return variant(
        "milwaukee",
        "001",
        id="grade-3-reading",
        template="early-grade-reading@1.0.0",
        measure=facets,
        partners=PARTNERS,
        **changes,
    )


def propose(run: Run, folder: Path, document: Document) -> set[str]:
    """Propose a revision: the rules that had something to say."""
    result = run("variant", "propose", wrote(folder, "variant.json", document), "--json")
    assert result.status == 0, result.out + result.err
    return {finding["rule"] for finding in result.json["findings"]}


def shown(run: Run) -> dict[str, object]:
    (series,) = run("rollup", "early-grade-reading", "--json").json["series"]
    return series


def one_series(run: Run) -> dict[str, str]:
    checks = run("variant", "assess", NAME, "--json").json["checks"]
    return next(check for check in checks if check["code"] == "one-series")


@pytest.fixture
def milwaukee(run: Run, tmp_path: Path) -> Run:
    """The promise on the old test, signed by both; its revision on the newest test with two breaks; and ten years of figures."""
    run("init", "--network", "One city")
    run("template", "publish", SEEDS / "templates" / "early-grade-reading.json")
    for name in ("wkce-reading", "badger-ela", "wi-forward-ela"):
        assert run("instrument", "publish", SEEDS / "instruments" / f"{name}.json").status == 0
    run("community", "add", wrote(tmp_path, "place.json", community("milwaukee", "001")))
    assert propose(run, tmp_path, measure(WKCE, **PROMISED)) == set()
    for partner in ("schools", "library"):
        run("variant", "sign", NAME, "--partner", partner, "--by", "Ana", "--authority", "Head")
    assert propose(run, tmp_path, measure(FORWARD, **PROMISED, breaks=BREAKS)) == {"signatures-voided"}
    wrote(tmp_path, "data.csv", FILE)
    wrote(tmp_path, "mapping.toml", MAPPING)
    loaded = run("data", "import", "data.csv", "--variant", NAME, "--mapping", "mapping.toml", "--json")
    assert (loaded.status, loaded.json["new"]) == (0, 10), loaded.err
    return run


def test_ten_years_on_three_tests_stand_in_one_measure_and_are_not_compared(milwaukee: Run):
    series = shown(milwaukee)
    assert (series["trend"], series["reason"], series["broken_at"]) == ("indeterminate", "within_noise", "SY2014-15")
    assert (series["segment"]["since"], series["segment"]["baseline"]["numerator"]) == ("SY2015-16", 180)
    assert (series["change"], series["pace"], series["segment"]["change"]) == (None, None, pytest.approx(4.0))
    assert (series["segments"], series["chained_effect"], series["chained_effect_reason"]) == (
        3,
        None,
        "segment_too_short",
    )
    check = one_series(milwaukee)
    assert (check["verdict"], check["found"].count(REASON.rstrip("."))) == ("fail", 2)
    ambition = milwaukee("variant", "assess", NAME, "--json").json["ambition"]
    over_badger = NORMAL.inv_cdf(0.45) - NORMAL.inv_cdf(0.33) + NORMAL.inv_cdf(0.25)
    wanted = 100 * NORMAL.cdf(over_badger - NORMAL.inv_cdf(0.25) + NORMAL.inv_cdf(0.18))
    assert ambition["restated_target"] == pytest.approx(wanted, abs=1e-6)
    assert "27.4 %" in check["found"]


def test_every_level_is_of_the_years_after_the_last_break(milwaukee: Run):
    for period, pooled in (("SY2018-19", 220), ("SY2013-14", 330)):
        answer = milwaukee("rollup", "early-grade-reading", "--period", period, "--json").json
        (level,) = answer["levels"]
        assert level["numerator"] == pooled
        assert ("before" in level["key"]) is (period == "SY2013-14")


def test_the_restated_target_is_signed_anew_and_followed_on_the_new_test(milwaukee: Run, tmp_path: Path):
    anew = {
        "baseline": {"period": "SY2015-16", "value": 18.0, "numerator": 180, "denominator": 1000},
        "target": {"period": "SY2022-23", "value": 27.4},
        "notes": "45 percent on the WKCE, restated on the Forward Exam.",
    }
    assert propose(milwaukee, tmp_path, measure(FORWARD, **anew, breaks=BREAKS)) == set()  # nobody had signed since
    series = shown(milwaukee)
    assert (series["broken_at"], series["change"]) == (None, pytest.approx(4.0))
    assert one_series(milwaukee)["verdict"] == "pass"
    history = milwaukee("variant", "history", NAME, "--json").json["history"]
    revised = [line for line in history if line["act"] == "proposed"]
    assert [line["revision"] for line in revised] == [1, 2, 3]
    assert revised[1]["voided"] == ["schools", "library"]


def test_a_bridge_over_both_breaks_leads_from_the_first_test_to_the_last(milwaukee: Run, tmp_path: Path):
    bridged = [
        {**entry, "bridge": "For demonstration: both tests were given to the same children."} for entry in BREAKS
    ]
    propose(milwaukee, tmp_path, measure(FORWARD, **PROMISED, breaks=bridged))
    series = shown(milwaukee)
    assert (series["broken_at"], series["change"]) == (None, pytest.approx(-8.0))
    assert "over a bridge at SY2014-15, SY2015-16" in one_series(milwaukee)["found"]
    half = [bridged[0], BREAKS[1]]
    propose(milwaukee, tmp_path, measure(FORWARD, **PROMISED, breaks=half))
    assert shown(milwaukee)["broken_at"] == "SY2015-16"
