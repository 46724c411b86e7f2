"""Reasons of the lifetime scores: what would be if one thing about the customer were usual."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import pytest
from plugins.scoring.tests.made import (
    DAILY,
    USUAL,
    lifetime_version,
    make_customer,
    make_model,
    make_score,
)
from sqlalchemy.orm import Session

from guanxi_scoring.btyd import BetaGeo
from guanxi_scoring.explaining.gathering import document
from guanxi_scoring.explaining.lifetime import explain
from guanxi_scoring.explaining.registry import Explained
from guanxi_scoring.explaining.wording import said, share
from guanxi_scoring.life.changing import archive_model

Writing = Callable[..., AbstractContextManager[Session]]


@pytest.fixture
def told(writing: Writing, now: datetime) -> Callable[..., dict[str, Explained]]:
    """``told(x=3)``: what is said of a customer with such a history."""

    def explained(fit: object = None, **history: object) -> dict[str, Explained]:
        with writing() as session:
            more = {} if fit is None else {"fit": fit}
            lifetime_version(session, make_model(session, now), now, **more)
            customer = make_customer(session, now)
            make_score(session, customer.id, now, **history)
            return {one.key: one for one in explain(session, customer.id)}

    return explained


def sentences(one: Explained) -> list[str]:
    return [said(reason.sentence) for reason in one.strongest]


def test_a_long_silence_after_a_quick_rhythm_is_told_with_what_would_be(told) -> None:
    p_alive = BetaGeo.from_params(DAILY).probability_alive(12, 240, 305)
    usual = BetaGeo.from_params(DAILY).probability_alive(12, 305 - USUAL["silence"], 305)

    found = told(p_alive=float(p_alive))["p_alive"]

    assert (
        "The last purchase was 65 days ago, with 20 days between two on average; if it were the "
        f"usual 30 days ago, it would be {share(usual)}."
    ) in sentences(found)


def test_the_reason_that_moves_the_score_most_comes_first(told) -> None:
    found = told(x=40, t_x=240, t=305, p_alive=0.01)["p_alive"]

    weights = [reason.weight for reason in found.strongest]
    assert weights == sorted(weights, reverse=True)
    assert sentences(found)[0].startswith(("Came back 40 times", "The last purchase was 65 days"))


def test_value_knows_what_a_purchase_costs_and_chances_do_not(told) -> None:
    found = told(mean_spend="400.0000")

    spends = {key: [one for one in sentences(each) if "Pays" in one] for key, each in found.items()}
    assert spends["p_alive"] == spends["expected_purchases_90d"] == []
    assert spends["clv_12m"][0].startswith(
        "Pays £400.00 a purchase on average; with the usual £50.00 it would be £"
    )


def test_who_is_as_usual_has_no_reasons(told) -> None:
    exactly = {"x": USUAL["x"], "t": USUAL["t"], "t_x": USUAL["t"] - USUAL["silence"]}

    found = told(**exactly, mean_spend="50.0000")

    assert [sentences(one) for one in found.values()] == [[], [], []]


def test_of_who_never_came_back_bg_nbd_says_that_it_cannot_tell(told) -> None:
    found = told(x=0, t_x=0, t=305, mean_spend=None, p_alive=1.0)

    (blind,) = sentences(found["p_alive"])
    assert blind.startswith("Bought once, 305 days ago. BG/NBD takes everybody who never came back")
    lately, often = sentences(found["expected_purchases_90d"])
    assert often.startswith("Bought once only; having come back the usual 4 times, it would be ")
    assert lately.startswith("Bought once, 305 days ago; if it were the usual 30 days ago, it wo")


def test_a_value_that_is_unknown_says_why(told) -> None:
    found = told(clv_12m=None)["clv_12m"]

    assert document(found)["value"] is None
    assert document(found)["unknown_because"].startswith("There is no model of spend")
    assert document(found)["reasons"] == []


def test_a_version_that_does_not_tell_what_is_usual_compares_nothing(told) -> None:
    fit = {"family": "mbg_nbd", "options": {"discount_percent": 1.0}}

    assert [sentences(one) for one in told(fit=fit).values()] == [[], [], []]


def test_who_never_bought_is_unknown_with_a_reason(writing: Writing, now: datetime) -> None:
    with writing() as session:
        lifetime_version(session, make_model(session, now), now)
        customer = make_customer(session, now)

        found = explain(session, customer.id)

    assert [(one.value, said(one.unknown)) for one in found] == [
        (None, "Has never bought, so there is nothing to learn from yet.")
    ] * 3


def test_without_a_model_at_work_nothing_is_said(writing: Writing, now: datetime) -> None:
    with writing() as session:
        lifetime_version(session, make_model(session, now), now)
        customer = make_customer(session, now)
        archive_model(session, "lifetime", now=now)

        assert list(explain(session, customer.id)) == []
