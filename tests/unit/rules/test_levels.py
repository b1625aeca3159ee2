"""Index levels from CAPM and implied volatility, against the formula in high precision."""

from __future__ import annotations

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import RulesError

WORKED = {"spot": 6000, "implied_volatility": 0.18, "horizon_days": 10, "risk_free_fraction": 0.045}


def exact(spot, volatility, days, risk_free, z, beta="1", premium=None):
    """S exp((mu - s^2 / 2) t - z s sqrt t) in fifty digits; without a premium 5 % scaled by (100 s / 19.5)^2."""
    with mpmath.workdps(50):
        s, t = mpmath.mpf(str(volatility)), mpmath.mpf(days) / 252
        scaled = mpmath.mpf("0.05") * (100 * s / mpmath.mpf("19.5")) ** 2 if premium is None else mpmath.mpf(str(premium))
        mean = mpmath.mpf(str(risk_free)) + mpmath.mpf(str(beta)) * scaled
        return float(mpmath.mpf(str(spot)) * mpmath.exp((mean - s**2 / 2) * t - mpmath.mpf(str(z)) * s * mpmath.sqrt(t)))


def test_without_distances_the_levels_at_one_and_two_deviations_are_given(calculate):
    result = calculate("capm-levels", WORKED).result
    assert [level["z"] for level in result["levels"]] == [1.0, 2.0]
    for level in result["levels"]:
        assert level["lower_index_points"] == pytest.approx(exact(6000, 0.18, 10, 0.045, level["z"]), rel=1e-13)
        assert level["upper_index_points"] == pytest.approx(exact(6000, 0.18, 10, 0.045, -level["z"]), rel=1e-13)
    assert result["lower_index_points"] == result["levels"][0]["lower_index_points"]
    assert result["upper_index_points"] == result["levels"][0]["upper_index_points"]


def test_a_premium_that_is_given_is_used_as_it_is_whatever_the_vix(calculate):
    result = calculate("capm-levels", WORKED | {"equity_risk_premium_fraction": 0.05, "z": 1.0}).result
    assert result["lower_index_points"] == pytest.approx(exact(6000, 0.18, 10, 0.045, 1, premium=0.05), rel=1e-13)
    assert result["lower_index_points"] != pytest.approx(exact(6000, 0.18, 10, 0.045, 1), rel=1e-7)


def test_at_the_reference_vix_a_given_premium_of_five_percent_changes_nothing(calculate):
    raw = WORKED | {"implied_volatility": 0.195}
    given_result = calculate("capm-levels", raw | {"equity_risk_premium_fraction": 0.05}).result
    assert calculate("capm-levels", raw).result["lower_index_points"] == pytest.approx(given_result["lower_index_points"], rel=1e-14)


def test_beta_scales_the_premium(calculate):
    result = calculate("capm-levels", WORKED | {"beta": 1.5, "z": 0.5}).result
    assert result["upper_index_points"] == pytest.approx(exact(6000, 0.18, 10, 0.045, -0.5, beta="1.5"), rel=1e-13)


def test_a_list_of_distances_keeps_its_order_and_the_first_names_the_levels(calculate):
    result = calculate("capm-levels", WORKED | {"z": [2, 0.5]}).result
    assert [level["z"] for level in result["levels"]] == [2, 0.5]
    assert result["lower_index_points"] == pytest.approx(exact(6000, 0.18, 10, 0.045, 2), rel=1e-13)


volatilities, rates = st.integers(3, 150).map(lambda n: n / 100), st.integers(-2, 15).map(lambda n: n / 100)


@given(st.integers(500, 9000), volatilities, st.integers(1, 252), rates, st.integers(1, 40).map(lambda n: n / 10))
def test_levels_follow_the_formula_and_widen_with_the_distance(calculate, spot, volatility, days, risk_free, z):
    raw = {"spot": spot, "implied_volatility": volatility, "horizon_days": days, "risk_free_fraction": risk_free, "z": [z, z + 1]}
    near, far = calculate("capm-levels", raw).result["levels"]
    assert near["lower_index_points"] == pytest.approx(exact(spot, volatility, days, risk_free, z), rel=1e-11)
    assert far["lower_index_points"] < near["lower_index_points"] < near["upper_index_points"] < far["upper_index_points"]


def test_the_answer_says_how_much_of_the_work_volatility_does(calculate):
    result = calculate("capm-levels", WORKED).result
    # s sqrt(t) = 0.0358569; drift (0.045 + 0.05 (18 / 19.5)^2 - 0.0162) 10 / 252 = 0.00283347
    assert result["volatility_fraction"] == pytest.approx(0.0358569, abs=5e-8) and result["drift_fraction"] == pytest.approx(0.00283347, abs=5e-9)
    assert result["volatility_share_fraction"] == pytest.approx(0.9268, abs=5e-5) and "volatility does 92.67" in result["note"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"implied_volatility": 18}, "implied_volatility"), ({"risk_free_fraction": 4.5}, "risk_free_fraction"), ({"z": [1, 1]}, "z"), ({"z": 0}, "z"),
        ({"horizon_days": 0}, "horizon_days"), ({"spot": -1}, "spot"), ({"z": []}, "z"), ({"equity_risk_premium_fraction": 5}, "equity_risk_premium_fraction"),
    ],
)  # fmt: skip
def test_impossible_terms_are_refused_by_name(calculate, change, field):
    with pytest.raises(RulesError) as caught:
        calculate("capm-levels", WORKED | change)
    assert caught.value.field.split(".")[0] == field
