"""The lifetime model on a shop's year: fitted, in force, everybody scored, and kept up to date."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from plugins.scoring.tests.features.histories import add, add_people, random_rows
from plugins.scoring.tests.shop import DAY, Shop, bought
from sqlalchemy import select

from guanxi_scoring.btyd.dropout import ModifiedBetaGeo
from guanxi_scoring.btyd.gamma_gamma import GammaGamma
from guanxi_scoring.btyd.lifetime_value import customer_lifetime_value
from guanxi_scoring.company import company
from guanxi_scoring.life.changing import change_model
from guanxi_scoring.life.finding import current_version, get_model
from guanxi_scoring.life.making import ensure_ready_made
from guanxi_scoring.life.ordering import order_fit
from guanxi_scoring.lifetime import histories
from guanxi_scoring.lifetime.scoring import score_some
from guanxi_scoring.models import LifetimeScore, Version

KEY = "lifetime"


def fit(shop: Shop, at: datetime | None = None, **options: Any) -> Version:
    """Fit the lifetime model with options and score everybody; return the version in force."""
    when = at or shop.now
    with shop.write(when) as session:
        ensure_ready_made(session, now=when)
        change_model(session, KEY, {"options": options}, now=when)
        order_fit(session, get_model(session, KEY), "asked", now=when)
    told = shop.run("fit", when)
    assert told["state"] == "current"
    shop.run("score", when)
    with shop.read() as session:
        version = current_version(session, get_model(session, KEY))
        assert version is not None
        return version


def score_of(shop: Shop, customer_id: UUID) -> LifetimeScore | None:
    """Return the stored score of a customer."""
    with shop.read() as session:
        return session.get(LifetimeScore, customer_id)


def figures(shop: Shop) -> dict[UUID, tuple[Any, ...]]:
    """Return what is stored of everybody, but for when."""
    names = ("x", "t_x", "t", "mean_spend", "p_alive", "expected_purchases_90d", "clv_12m")
    with shop.read() as session:
        found = session.scalars(select(LifetimeScore))
        return {one.customer_id: tuple(getattr(one, name) for name in names) for one in found}


def test_a_new_installation_fits_the_model_and_scores_everybody_who_bought(shop: Shop) -> None:
    buyers = shop.trade(300)
    shop.person("Never bought anything")

    shop.run("score")
    fitted = shop.run("fit")
    shop.run("score")

    assert fitted == {"model": KEY, "number": 1, "state": "current"}
    assert set(figures(shop)) == set(buyers)


def test_a_score_is_what_the_library_says_of_the_history(shop: Shop) -> None:
    """Bought 100, 60 and 40 days ago: x = 2, t_x = 60, T = 100."""
    shop.trade(200)
    ann = shop.person("Ann")
    bought(shop, ann, [100, 60, 40], "30")
    version = fit(shop, family="mbg_nbd", discount_percent=2.0)

    score = score_of(shop, ann)

    model = ModifiedBetaGeo.from_params(version.parameters)
    spend = GammaGamma.from_params(version.parameters).conditional_expected_spend(2, 30.0)
    value = customer_lifetime_value(model, spend, 2, 60, 100, monthly_rate=0.02)
    assert score is not None
    assert (score.x, score.t_x, score.t, score.mean_spend) == (2, 60, 100, 30)
    assert score.p_alive == pytest.approx(model.probability_alive(2, 60, 100), rel=1e-9)
    assert score.expected_purchases_90d == pytest.approx(
        model.expected_purchases(90, 2, 60, 100), rel=1e-9
    )
    assert score.expected_spend == round(Decimal(spend), 4)
    assert score.clv_12m == round(Decimal(float(value)), 4)
    assert (score.currency, score.model_version) == ("GBP", version.number)


def test_the_family_that_fits_best_is_chosen_and_told(shop: Shop) -> None:
    shop.trade(300)
    version = fit(shop)

    tried = version.fit["tried"]
    assert set(tried) == {"bg_nbd", "mbg_nbd", "pareto_nbd"}
    best = min(tried.values(), key=lambda one: one["bic"])["bic"]
    assert tried[version.fit["family"]]["bic"] <= best + 2
    assert version.fit["why"]["values"]["family"].startswith(("BG", "MBG", "Pareto"))


def test_the_hold_out_is_measured_on_purchases_that_the_model_did_not_know(shop: Shop) -> None:
    shop.trade(300)
    version = fit(shop, family="bg_nbd")
    before = dict(version.metrics)

    with shop.read() as session:
        found = histories.summed(session, shop.now, engine="postgres")
        days = company(session).day(shop.now)
    first = found.first_on.min().astype(object)
    held = round((days - first).days * 0.25)

    assert before["holdout_days"] == held
    assert before["holdout_from"] == (days - timedelta(days=held)).isoformat()
    assert before["rule"] == "last_25_percent"
    assert before["customers"] < version.sample == 300
    assert 0.5 < before["auc"] <= 1
    assert before["lift_top_decile"] > 1
    assert before["mae"] < before["mae_naive"]


def test_parameters_come_back_from_trade_drawn_with_them(shop: Shop) -> None:
    """The shop draws rates of 0.8 / 14 a day and leaves with 0.9 against 2.5, after each purchase
    the first one too: the story of MBG/NBD."""
    shop.trade(2000, days=365, seed=3)
    version = fit(shop, family="mbg_nbd")

    drawn = {"r": 0.8, "alpha": 14.0, "a": 0.9, "b": 2.5}
    for name, value in drawn.items():
        assert abs(version.parameters[name] - value) < 5 * version.standard_errors[name]


def test_whoever_buys_is_scored_at_once(shop: Shop) -> None:
    buyers = shop.trade(200)
    version = fit(shop)
    ann, before = shop.person("Ann"), figures(shop)

    shop.buy(ann, shop.now - DAY)
    shop.buy(buyers[0], shop.now - timedelta(hours=1))
    shop.deliver()

    after = figures(shop)
    assert {one for one in after if after[one] != before.get(one)} == {ann, buyers[0]}
    score = score_of(shop, ann)
    assert score is not None
    assert (score.x, score.t, score.model_version) == (0, 1, version.number)


def test_scores_of_a_few_equal_those_of_everybody(shop: Shop) -> None:
    """With returns, voided purchases, foreign money and changes of clocks among them."""
    with shop.write() as session:
        people = add_people(session, 150, shop.now)
        rows = random_rows(random.Random(5), people, shop.now)
        add(session, [row for row in rows if row["occurred_at"] > shop.now - DAY * 400])
    shop.trade(200)
    fit(shop)
    before = figures(shop)

    with shop.write() as session:
        session.execute(LifetimeScore.__table__.delete())
        for start in range(0, len(people), 40):
            score_some(session, people[start : start + 40], shop.now)

    assert figures(shop) == {one: before[one] for one in people if one in before}


@pytest.mark.parametrize("zone", ["Europe/London", "Pacific/Auckland"])
def test_histories_of_a_few_are_what_the_summary_says(
    shop: Shop, configure: Any, zone: str
) -> None:
    configure(time_zone=zone)
    with shop.write() as session:
        people = add_people(session, 120, shop.now)
        add(session, random_rows(random.Random(11), people, shop.now))
    as_of = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)

    with shop.read() as session:
        everybody = histories.of_summary(
            histories.summed(session, as_of, engine="postgres"), ids=True
        )
        few = histories.some(session, company(session), as_of, people)

    order = sorted(range(len(few)), key=lambda place: few.ids[place])
    assert [few.ids[place] for place in order] == list(everybody.ids)
    for name in ("x", "t_x", "t", "paid_days", "kept", "spend"):
        assert np.array_equal(
            getattr(few, name)[order], getattr(everybody, name), equal_nan=True
        ), name


def test_who_has_nothing_left_but_voided_purchases_is_unknown_again(shop: Shop) -> None:
    shop.trade(200)
    ann = shop.person("Ann")
    shop.buy(ann, shop.now - DAY * 3)
    fit(shop)
    assert score_of(shop, ann) is not None

    with shop.write() as session:
        session.execute(
            histories.text("UPDATE touchpoints SET state = 'voided' WHERE customer_id = :id"),
            {"id": ann},
        )
        score_some(session, [ann], shop.now)

    assert score_of(shop, ann) is None


def test_scores_move_to_the_new_day_by_themselves(shop: Shop) -> None:
    buyers = shop.trade(200)
    fit(shop)
    before = score_of(shop, buyers[0])
    later = shop.now + DAY

    same_day = shop.run("score", shop.now + timedelta(hours=3))
    next_day = shop.run("score", later)

    after = score_of(shop, buyers[0])
    assert before is not None
    assert after is not None
    assert same_day.get("model") != KEY
    assert next_day == {"model": KEY, "customers": 200}
    assert (after.t, after.as_of) == (before.t + 1, later)


def test_a_model_as_of_a_fixed_instant_knows_nothing_later_and_stays(shop: Shop) -> None:
    buyers = shop.trade(200)
    as_of = shop.now - DAY * 30
    fit(shop, as_of=as_of.isoformat())
    before = figures(shop)

    shop.buy(buyers[0], shop.now - DAY)
    shop.deliver()
    shop.run("score", shop.now + DAY * 3)

    assert figures(shop) == before
    assert len(before) < 200
    scores = [score_of(shop, one) for one in before]
    assert {one.as_of for one in scores if one is not None} == {as_of}
