"""What cannot give an honest model: a sentence says what is wrong and what to do, and no score."""

from datetime import timedelta
from typing import Any

import pytest
from plugins.scoring.tests.features.histories import add, add_people, touch
from plugins.scoring.tests.shop import DAY, Shop
from sqlalchemy import func, select

from guanxi_scoring.cli_output import in_words
from guanxi_scoring.life.changing import change_model
from guanxi_scoring.life.finding import get_model
from guanxi_scoring.life.fitting import fit_version, request_for
from guanxi_scoring.life.making import ensure_ready_made
from guanxi_scoring.models import LifetimeScore, Version

KEY = "lifetime"


def fit(shop: Shop, engine: str = "", lake: str = "", **options: Any) -> Version:
    """Fit the lifetime model and return the version."""
    with shop.write() as session:
        ensure_ready_made(session, now=shop.now)
        model = change_model(session, KEY, {"options": options}, now=shop.now)
        request = request_for(session, model, engine=engine, location=lake, now=shop.now)
        return fit_version(session, model, request, "asked", now=shop.now)


def problem(version: Version) -> str:
    """Return why a version could not be fitted, in English."""
    assert (version.state, version.sample) == ("failed", 0)
    return in_words(version.problem)


def warnings(version: Version) -> list[str]:
    """Return what everybody who uses a version should read."""
    assert version.state == "current"
    return [in_words(one) for one in version.warnings]


def buyers(shop: Shop, count: int, days_ago: list[int], amount: str = "10", **more: Any) -> None:
    """Let new customers buy, all on the same days before now."""
    with shop.write() as session:
        people = add_people(session, count, shop.now)
        rows = [touch(one, shop.now - DAY * days, amount, **more) for one in people
                for days in days_ago]  # fmt: skip
        add(session, rows)


def test_nobody_has_bought(shop: Shop) -> None:
    shop.person()

    assert problem(fit(shop)) == (
        "Nobody had bought anything before 2026-11-02. Import purchases, or choose a later “as of”."
    )


def test_purchases_in_the_future_do_not_count(shop: Shop) -> None:
    buyers(shop, 100, [-10, -20])

    assert problem(fit(shop)).startswith("Nobody had bought anything before")


def test_too_few_customers(shop: Shop) -> None:
    buyers(shop, 49, [100, 50])

    assert problem(fit(shop)).startswith(
        "Only 49 customers have bought; at least 50 are needed. Wait until there are more"
    )


def test_too_few_come_back(shop: Shop) -> None:
    buyers(shop, 80, [100])
    buyers(shop, 19, [100, 50])

    assert problem(fit(shop)).startswith(
        "Only 19 customers bought on more than one day; at least 20 are needed"
    )


def test_too_short_a_time(shop: Shop) -> None:
    buyers(shop, 100, [20, 10, 3])

    assert problem(fit(shop)).startswith("All purchases lie within 20 days; at least 28 days")


def test_customers_who_are_all_alike(shop: Shop) -> None:
    buyers(shop, 100, [100, 50])

    told = problem(fit(shop))

    assert "alike" in told or "same" in told


def test_an_engine_without_its_lake_says_what_to_do(shop: Shop, tmp_path: Any) -> None:
    shop.trade(100)

    told = problem(fit(shop, "duckdb", str(tmp_path / "nowhere")))

    assert "export-lake" in told


def test_returns_above_purchases_are_left_out_and_counted(shop: Shop) -> None:
    shop.trade(200)
    with shop.write() as session:
        people = add_people(session, 3, shop.now)
        for one in people:
            days = (touch(one, shop.now - DAY * n, "10") for n in (90, 60, 30))
            back = touch(one, shop.now - DAY, "-40", kind="return")
            add(session, [*days, back])

    version = fit(shop)

    assert warnings(version)[0].startswith("3 customers gave back as much as they bought, or more.")
    assert version.fit["spend"]["excluded"] == 3


def test_repeat_days_that_cost_nothing_are_left_out_and_counted(shop: Shop) -> None:
    shop.trade(200)
    buyers(shop, 4, [90, 60, 30], "0")

    assert warnings(fit(shop))[0].startswith("4 customers came back, but paid nothing")


def test_a_company_that_is_never_paid_has_purchases_but_no_values(shop: Shop) -> None:
    ids = shop.trade(200)
    with shop.write() as session:
        free = "UPDATE touchpoints SET amount = 0 WHERE customer_id = ANY(:ids)"
        session.connection().exec_driver_sql(free.replace(":ids", "%(ids)s"), {"ids": ids})

    version = fit(shop)
    shop.run("score")

    assert "There is no model of spend, so values are unknown" in warnings(version)[-1]
    with shop.read() as session:
        known = select(func.count(LifetimeScore.p_alive), func.count(LifetimeScore.clv_12m))
        assert tuple(session.execute(known).one()) == (200, 0)


def test_spend_that_hangs_together_with_frequency_is_warned_of(shop: Shop) -> None:
    """Who comes more often pays more on each day."""
    shop.trade(60)
    with shop.write() as session:
        people = add_people(session, 200, shop.now)
        rows = [
            touch(one, shop.now - timedelta(days=200 - 9 * day), str(5 + 15 * often + day % 3))
            for place, one in enumerate(people)
            for often in [place % 10]
            for day in range(often + 1)
        ]
        add(session, rows)

    version = fit(shop)

    assert version.fit["spend"]["correlation"] > 0.3
    assert any("hangs together with how often" in one for one in warnings(version))


@pytest.mark.parametrize("family", ["bg_nbd", "mbg_nbd", "pareto_nbd"])
def test_nobody_who_leaves_is_told_and_everybody_counts_as_active(shop: Shop, family: str) -> None:
    """All come back again and again, each at a rhythm of their own."""
    with shop.write() as session:
        people = add_people(session, 120, shop.now)
        rows = [
            touch(one, shop.now - timedelta(days=day), str(10 + place % 7))
            for place, one in enumerate(people)
            for day in range(1 + place % 5, 200 + place % 90, 3 + 2 * (place % 12))
        ]
        add(session, rows)

    version = fit(shop, family=family)
    shop.run("score")

    assert (version.fit["nobody_leaves"], version.fit["converged"]) == (True, False)
    assert warnings(version)[0].startswith("In these data nobody seems to have stopped buying")
    with shop.read() as session:
        assert (session.scalar(select(func.min(LifetimeScore.p_alive))) or 0) > 0.99


def test_a_failed_fit_gives_no_scores(shop: Shop) -> None:
    buyers(shop, 49, [100, 50])
    fit(shop)
    shop.run("score")

    with shop.read() as session:
        assert session.scalar(select(func.count()).select_from(LifetimeScore)) == 0
        assert get_model(session, KEY).alarm is None
