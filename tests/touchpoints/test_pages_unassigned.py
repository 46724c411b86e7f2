"""Giving unassigned purchases to customers in the browser."""

from sqlalchemy import select
from tests.touchpoints.conftest import (
    purchase,
    recorded,
)

from guanxi.touchpoints.models import Touchpoint


def test_unassigned_purchases_are_assigned_by_name(browser, session, write, customer):
    recorded(write, *[purchase(customer_hint="card 9")] * 3, purchase())

    overview = browser.get("/touchpoints/unassigned").text
    page = browser.get("/touchpoints/unassigned/some?hint=card+9").text
    browser.send(
        "/touchpoints/unassigned/some",
        {"hint": "card 9", "customer_id": str(customer), "all": "1"},
    )

    assert "card 9" in overview
    assert "Nobody named" in overview
    assert page.count('name="ids"') == 3
    assigned = session.scalars(select(Touchpoint).where(Touchpoint.customer_id == customer)).all()
    assert len(assigned) == 3


def test_selected_purchases_are_assigned(browser, session, write, customer):
    one, two = recorded(write, purchase(), purchase())
    form = {"hint": "", "customer_id": str(customer), "ids": [str(one)]}

    nothing = browser.send("/touchpoints/unassigned/some", {**form, "ids": []})
    nobody = browser.send("/touchpoints/unassigned/some", {**form, "customer_id": ""})
    browser.send("/touchpoints/unassigned/some", form)

    assert (nothing.status_code, nobody.status_code) == (422, 422)
    found = {t.id: t.customer_id for t in session.scalars(select(Touchpoint))}
    assert found == {one: customer, two: None}
