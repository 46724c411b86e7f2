"""The bounds of nine cases in ten hold about nine cases in ten, and say how much is in doubt."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from plugins.scoring.tests.btyd import stories
from plugins.scoring.tests.made import lifetime_version, make_customer, make_model, make_score
from plugins.scoring.tests.shop import Shop

from guanxi.app import create_app
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi.testkit.people import Person
from guanxi_scoring.btyd import BetaGeo, GammaGamma, ParetoNBD
from guanxi_scoring.lifetime.intervals import Range, bounds_of, shortest
from guanxi_scoring.lifetime.predicting import Predictor
from guanxi_scoring.lifetime.spend import Spend
from guanxi_scoring.models import LifetimeScore

LIVELY = {"r": 3.0, "alpha": 6.0, "a": 0.6, "b": 8.0}
"""Whoever is there buys about every other week; half of them leave within a year."""
COINS = {"p": 6.25, "q": 3.74, "v": 154.4}


def covered(predictor: Predictor, drawn: tuple[Any, ...], customers: int) -> float:
    """The share of customers whose purchases within 52 lie within the bounds."""
    x, recency, age, later = (one[:customers] for one in drawn)
    hits = 0
    for one in range(customers):
        bounds = bounds_of(
            predictor, x=x[one], t_x=recency[one], t=age[one], days=52.0, seed=one
        ).purchases_soon
        hits += bounds.low <= later[one] <= bounds.high
    return hits / customers


@pytest.mark.slow
@pytest.mark.parametrize("params", [stories.BG, LIVELY], ids=["usual", "lively"])
@pytest.mark.parametrize("seed", [1, 2])
def test_purchases_of_nine_in_ten_lie_within(params: dict[str, float], seed: int) -> None:
    drawn = stories.dropouts(3_000, seed, params)
    predictor = Predictor(BetaGeo().fit(*drawn[:3]), None, 0.0)

    assert 0.85 <= covered(predictor, drawn, 600) <= 0.95


@pytest.mark.slow
def test_so_they_do_where_few_customers_taught_the_model() -> None:
    shares = []
    for seed in range(8):
        drawn = stories.dropouts(150, 40 + seed, LIVELY)
        predictor = Predictor(BetaGeo().fit(*drawn[:3]), None, 0.0)
        shares.append(covered(predictor, drawn, 100))

    assert 0.85 <= np.mean(shares) <= 0.95


@pytest.mark.slow
def test_so_they_do_where_leaving_has_nothing_to_do_with_buying() -> None:
    drawn = stories.deaths(3_000, 2)
    predictor = Predictor(ParetoNBD().fit(*drawn[:3]), None, 0.0)

    assert 0.85 <= covered(predictor, drawn, 600) <= 0.95


@pytest.mark.slow
def test_what_nine_in_ten_are_worth_lies_within() -> None:
    """A year of purchases, at 90 days of which nobody looks; each month's paid at its end."""
    draw, customers = np.random.default_rng(5), 400
    daily = {"r": 3.0, "alpha": 42.0, "a": 0.6, "b": 8.0}
    model, spend = BetaGeo.from_params(daily), GammaGamma.from_params(COINS)
    predictor = Predictor(model, Spend(spend), 0.01)
    months = np.arange(1.0, 13.0)
    hits = 0
    for one in range(customers):
        rows = model.drawn_purchases(months * 30.4375, (6, 150, 160), 1, draw)
        bought = np.diff(rows, axis=1, prepend=0.0)
        worth = float((spend.drawn_spend(bought, 6, 40.0, draw) @ 1.01**-months)[0])
        value = bounds_of(predictor, x=6, t_x=150, t=160, paid_days=6, spend=40.0, seed=one).value
        assert value is not None
        hits += value.low <= worth <= value.high

    assert 0.85 <= hits / customers <= 0.95


def test_doubt_about_the_parameters_makes_the_bounds_wider() -> None:
    certain, doubtful = (
        bounds_of(Predictor(model, None, 0.0), x=4, t_x=9, t=10, days=52.0).purchases_soon
        for model in (
            BetaGeo.from_params(LIVELY),
            BetaGeo.from_params(LIVELY, covariance=np.eye(4)),
        )
    )

    assert doubtful.high - doubtful.low > 1.2 * (certain.high - certain.low)


def test_the_shortest_range_is_taken_and_of_equal_ones_the_lowest() -> None:
    assert shortest(np.array([0.0] * 92 + [7.0] * 8)) == Range(0.0, 0.0)
    assert shortest(np.arange(100.0)) == Range(0.0, 89.0)
    assert shortest(np.append(np.arange(5.0) - 90, np.arange(95.0))) == Range(0.0, 89.0)


def test_the_same_history_gets_the_same_bounds_again() -> None:
    predictor = Predictor(BetaGeo.from_params(LIVELY), Spend(GammaGamma.from_params(COINS)), 0.0)
    history: dict[str, Any] = {"x": 5, "t_x": 20, "t": 21, "paid_days": 5, "spend": 40.0}

    assert bounds_of(predictor, **history) == bounds_of(predictor, **history)


def test_a_fitted_version_keeps_the_covariance_and_its_scores_have_bounds(
    shop: Shop, guanxi: Callable[..., str]
) -> None:
    shop.trade(300)
    shop.run("score")
    shop.run("fit")
    shop.run("score")
    with shop.read() as session:
        score = session.query(LifetimeScore).order_by(LifetimeScore.clv_12m.desc()).first()
        assert score is not None
        customer_id = score.customer_id

    told = guanxi("of", customer_id)
    explained = guanxi("explain", customer_id)

    assert "share" in told
    assert " to " in told
    assert explained.count("Nine times out of ten from") == 2


def test_bounds_stand_on_the_page_and_in_the_api(
    shop: Shop, scoring: Platform, factories: Factories
) -> None:
    site = create_app(scoring)
    api = ApiClient(site, factories.token("admin"))
    admin = Person(site, scoring.database, factories.user("admin"))
    with shop.write() as session:
        ann = make_customer(session, shop.now).id
        model = make_model(session, shop.now)
        lifetime_version(session, model, shop.now)
        make_score(session, ann, shop.now)

    shown = api.get(f"/scoring/customers/{ann}/lifetime").json
    reasons = api.get(f"/scoring/customers/{ann}/reasons").json["scores"]

    page = f"/scoring/customers/{ann}"
    assert reasons[1]["likely"]["text"] in admin.read(page)
    assert admin.speaks("zh").read(page).count("十有八九在") == 2
    assert shown["share"] == 0.9
    assert shown["purchases_90d"]["low"] == 0
    assert shown["purchases_90d"]["high"] >= 1
    assert 0 <= shown["value_12m"]["low"] < 300 < shown["value_12m"]["high"]
    (soon,) = [one for one in reasons if one["key"] == "expected_purchases_90d"]
    assert soon["likely"]["high"] == shown["purchases_90d"]["high"]
    assert soon["likely"]["text"].startswith("Nine times out of ten from 0 to")
