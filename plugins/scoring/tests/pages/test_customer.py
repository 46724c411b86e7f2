"""Scores of one customer: on a page of their own, in the panel, on the card; sight everywhere."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from plugins.scoring.tests.made import (
    lifetime_version,
    make_customer,
    make_model,
    make_score,
)
from plugins.scoring.tests.shop import Shop as Till
from sqlalchemy.orm import Session

from guanxi.platform import Platform
from guanxi.privacy.domain.erasing import erase_person
from guanxi.testkit.people import Person
from guanxi_scoring.models import Model, ThresholdSide

Writing = Callable[..., AbstractContextManager[Session]]
Shop = dict[str, UUID]


@pytest.fixture
def people(scoring: Platform, writing: Writing, now: datetime) -> Shop:
    """Ann with scores; Bo, of somebody else, with others; Cy, who never bought."""
    till = Till(scoring, now)
    made = {name: till.person(name) for name in ("Ann", "Bo", "Cy")}
    till.buy(made["Ann"], now - timedelta(days=65))
    till.deliver()
    with writing() as session:
        lifetime_version(session, make_model(session, now), now)
        make_score(session, made["Ann"], now)
        make_score(session, made["Bo"], now, clv_12m="700.0000", expected_purchases_90d=4.0)
    return made


def alarm(writing: Writing, now: datetime) -> None:
    with writing() as session:
        model = session.query(Model).one()
        model.alarm = {"message": "%(what)s drifted.", "values": {"what": "Everything"}}


def test_the_page_shows_scores_with_reasons_and_where_they_came_from(
    admin: Person, people: Shop
) -> None:
    page = admin.read(f"/scoring/customers/{people['Ann']}")

    assert "50%" in page
    assert "£300.00" in page
    assert "The last purchase was 65 days ago" in page
    assert "/scoring/models/lifetime/versions/1" in page


def test_what_is_unknown_is_called_unknown(admin: Person, people: Shop) -> None:
    page = admin.read(f"/scoring/customers/{people['Cy']}")

    assert "unknown" in page
    assert "Has never bought, so there is nothing to learn from yet." in page
    assert "0%" not in page


def test_the_panel_has_each_score_with_its_strongest_reason(admin: Person, people: Shop) -> None:
    page = admin.read(f"/customers/{people['Ann']}")

    assert "Still active" in page
    assert f"/scoring/customers/{people['Ann']}" in page
    assert "The last purchase was 65 days ago" in page
    assert "As of" in page


def test_an_alarm_of_the_model_stands_beside_the_scores(
    admin: Person, people: Shop, writing: Writing, now: datetime
) -> None:
    alarm(writing, now)

    for address in (f"/scoring/customers/{people['Ann']}", f"/customers/{people['Ann']}", "/"):
        assert admin.read(address).count("Everything drifted.") == 1


def test_thresholds_tell_on_which_side_a_customer_is(
    admin: Person, people: Shop, writing: Writing, now: datetime
) -> None:
    with writing() as session:
        for line, is_met in (("scoring.clv_12m > 1000", False), ("scoring.p_alive <= 0.5", True)):
            customer_id = people["Ann"]
            side = ThresholdSide(threshold=line, customer_id=customer_id, is_met=is_met, since=now)
            session.add(side)

    page = admin.read(f"/scoring/customers/{people['Ann']}")

    assert "Still active ≤ 0.5" in page
    assert "Lifetime value, 12 months > £1,000.00" in page


def test_the_card_sums_what_is_expected(admin: Person, people: Shop) -> None:
    page = admin.read("/")

    assert "£1,000.00" in page
    assert page.index(">Bo<") < page.index(">Ann<")


def test_without_scores_there_is_no_card_and_no_panel(
    admin: Person, writing: Writing, now: datetime
) -> None:
    with writing() as session:
        customer_id = make_customer(session, now).id

    assert "Purchases expected in 90 days" not in admin.read("/")
    assert "/scoring/customers/" not in admin.read(f"/customers/{customer_id}")
    assert "No scores yet" in admin.read(f"/scoring/customers/{customer_id}")


def test_who_sees_some_customers_sees_and_sums_those_only(
    somebody: Callable[..., Person],
    scoring: Platform,
    writing: Writing,
    people: Shop,
    now: datetime,
) -> None:
    person, till = somebody("staff", "scoring.view"), Till(scoring, now)
    mine = till.person("Dee", owner_id=person.user_id)
    till.buy(mine, now - timedelta(days=3))
    till.deliver()
    with writing() as session:
        make_score(session, mine, now, clv_12m="5.0000")

    assert person.get(f"/scoring/customers/{people['Ann']}").status_code == 404
    home = person.read("/")
    assert "£5.00" in home
    assert ">Dee<" in home
    assert ">Bo<" not in home
    page = person.read(f"/scoring/customers/{mine}")
    assert "£5.00" in page
    assert "/scoring/models/lifetime/versions/1" not in page


def test_who_may_not_see_scores_sees_none_anywhere(
    somebody: Callable[..., Person], people: Shop
) -> None:
    person = somebody("owner")

    assert person.get(f"/scoring/customers/{people['Ann']}").status_code == 403
    assert "£300.00" not in person.read(f"/customers/{people['Ann']}")
    assert "£1,000.00" not in person.read("/")


def test_an_erased_customer_has_no_scores(
    admin: Person, people: Shop, writing: Writing, now: datetime
) -> None:
    with writing() as session:
        erase_person(session, people["Ann"], now=now)

    assert "£300.00" not in admin.get(f"/scoring/customers/{people['Ann']}").text


def test_the_timeline_tells_what_was_crossed_and_no_first_look(
    admin: Person, people: Shop, writing: Writing, now: datetime
) -> None:
    lines = {"scoring.p_alive <= 0.5": True, "scoring.p_alive < 0.9": False}
    with writing() as session:
        for line, is_crossed in lines.items():
            side = {"customer_id": people["Ann"], "is_met": True, "since": now}
            session.add(ThresholdSide(threshold=line, is_crossed=is_crossed, **side))

    page = admin.read(f"/touchpoints/of/{people['Ann']}")

    assert "Now Still active ≤ 0.5" in page
    assert "Still active < 0.9" not in page
