"""Lifetime value: month by month, in any unit of time, and as the peer has it."""

import numpy as np
import pytest
from plugins.scoring.tests.btyd import stories
from plugins.scoring.tests.btyd.published import cdnow, peer

from guanxi_scoring.btyd import (
    BadHistory,
    BetaGeo,
    GammaGamma,
    ModifiedBetaGeo,
    ParetoNBD,
    customer_lifetime_value,
    monthly_rate_of,
)


@pytest.mark.filterwarnings("ignore")
def test_it_is_the_value_that_the_peer_computes() -> None:
    x, recency, T, spend = cdnow()
    fitters = peer()
    bought = fitters.BetaGeoFitter().fit(x, recency, T)
    spent = fitters.GammaGammaFitter().fit(x[x > 0], spend[x > 0])
    columns = {"frequency": x, "recency": recency, "T": T, "monetary_value": spend}
    from pandas import Series  # noqa: PLC0415 -- slow

    wanted = spent.customer_lifetime_value(
        bought, *map(Series, columns.values()), time=12, discount_rate=0.01, freq="M"
    )

    model = BetaGeo.from_params(bought.params_.to_dict())
    money = GammaGamma.from_params(spent.params_.to_dict()).conditional_expected_spend(x, spend)
    found = customer_lifetime_value(
        model, money, x, recency, T, months=12, time_unit="months", monthly_rate=0.01
    )

    assert found == pytest.approx(wanted.to_numpy(), rel=1e-9)


@pytest.mark.parametrize("model", [BetaGeo, ModifiedBetaGeo, ParetoNBD])
def test_months_are_added_up_one_by_one(model: type[BetaGeo | ParetoNBD]) -> None:
    fitted = model.from_params(dict(zip(model.NAMES, (0.4, 150.0, 0.7, 90.0), strict=True)))
    history = (3, 200.0, 240.0)

    found = customer_lifetime_value(fitted, 20.0, *history, months=3, monthly_rate=0.02)

    until = [fitted.expected_purchases(30.4375 * month, *history) for month in range(4)]
    by_hand = sum(20.0 * (until[m] - until[m - 1]) / 1.02**m for m in (1, 2, 3))
    assert found == pytest.approx(by_hand, rel=1e-12)


def test_without_discount_it_is_spend_times_purchases() -> None:
    fitted = BetaGeo.from_params(stories.BG)
    x, recency, T, _ = stories.dropouts(50, seed=41)

    found = customer_lifetime_value(fitted, 5.0, x, recency, T, months=6, time_unit="weeks")

    expected = fitted.expected_purchases(6 * 30.4375 / 7, x, recency, T)
    assert found == pytest.approx(5.0 * expected, rel=1e-12)


def test_a_life_without_end_is_worth_what_ever_longer_horizons_approach() -> None:
    fitted = ParetoNBD.from_params({"r": 0.55, "alpha": 10.6, "s": 1.6, "beta": 11.7})
    rate = monthly_rate_of(0.15)

    endless = fitted.discounted_residual_purchases(4, 30.0, 38.0, float(np.log1p(rate)))

    months = customer_lifetime_value(
        fitted, 1.0, 4, 30.0, 38.0, months=900, time_unit="months", monthly_rate=rate
    )
    # Paid at the end of each month instead of as it comes: half a month later.
    assert months * (1 + rate) ** 0.5 == pytest.approx(endless, rel=1e-3)


def test_a_yearly_rate_compounds_of_monthly_ones() -> None:
    assert (1 + monthly_rate_of(0.15)) ** 12 == pytest.approx(1.15)


def test_horizons_units_and_rates_that_cannot_be_are_refused() -> None:
    fitted = BetaGeo.from_params(stories.BG)

    with pytest.raises(BadHistory, match="a month or more"):
        customer_lifetime_value(fitted, 1.0, 1, 1.0, 2.0, months=0)
    with pytest.raises(BadHistory, match="no unit of time fortnights"):
        customer_lifetime_value(fitted, 1.0, 1, 1.0, 2.0, time_unit="fortnights")
    with pytest.raises(BadHistory, match="must be above 0"):
        ParetoNBD.from_params(stories.PARETO).discounted_residual_purchases(1, 1.0, 2.0, 0.0)


def test_spend_is_a_mean_of_what_one_paid_and_what_all_pay() -> None:
    money = GammaGamma.from_params({"p": 6.25, "q": 3.74, "v": 15.44})

    everybody, once, often = money.conditional_expected_spend([0, 1, 100], [0.0, 80.0, 80.0])

    assert everybody == pytest.approx(6.25 * 15.44 / 2.74)
    assert everybody < once < often < 80.0
    assert often == pytest.approx(80.0, rel=0.02)


def test_where_there_is_no_mean_of_all_there_is_no_number() -> None:
    money = GammaGamma.from_params({"p": 2.0, "q": 0.8, "v": 15.0})

    unknown, known = money.conditional_expected_spend([0, 3], [0.0, 20.0])

    assert np.isnan(unknown)
    assert known == pytest.approx(2.0 * (15.0 + 60.0) / 5.8)
