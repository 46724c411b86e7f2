"""Membership follows events: who is touched is looked at again, with what the tables say."""

from datetime import timedelta
from decimal import Decimal

import pytest
from plugins.segmentation.tests.membership.town import DAY, bought, lives_in, people
from sqlalchemy import select, text

from guanxi.customers.domain.consents import Decision, record_consent
from guanxi.delivery.plugin_readers import plugin_readers
from guanxi.delivery.replay import replay
from guanxi.touchpoints.domain.corrections import amend, void
from guanxi_segmentation.membership import backlog
from guanxi_segmentation.models import Waiting


def test_a_purchase_lets_a_customer_enter_and_tells_of_it(town, now):
    anna, bert = people(town, 2)
    town.built("buyers", bought(2))
    town.deliver()
    for customer, days in ((anna, 3), (anna, 2), (bert, 2)):
        town.buy(customer, now - days * DAY)

    town.deliver(now)

    assert town.members("buyers") == {anna}
    assert town.stays(anna, "buyers") == [(now, "changed", None, None)]
    assert town.told() == [("Entered", anna, "buyers", "changed")]


def test_a_change_of_a_field_lets_a_customer_enter_and_leave(town, now):
    anna = town.person(city="Bath")
    town.built("london", lives_in("London"))
    town.deliver()

    town.change(anna, city="London")
    town.deliver(now + DAY)
    entered = town.members("london")
    town.change(anna, city="York")
    town.deliver(now + 2 * DAY)

    assert entered == {anna}
    assert town.stays(anna, "london") == [(now + DAY, "changed", now + 2 * DAY, "changed")]
    assert [kind for kind, *_ in town.told()] == ["Entered", "Left"]


def test_a_new_customer_is_looked_at(town):
    town.built("londoners", lives_in("London"))

    anna = town.person(city="London")
    town.deliver()

    assert town.members("londoners") == {anna}


def test_a_purchase_that_comes_late_counts_when_it_took_place(town, now):
    anna, bert = people(town, 2)
    town.built("buyers", bought())
    town.deliver()

    town.buy(anna, now - 29 * DAY)
    town.buy(bert, now - 31 * DAY)
    town.deliver(now)
    town.run("sweep", now + 2 * DAY)

    left = now + DAY + timedelta(microseconds=1)
    assert town.stays(anna, "buyers") == [(now, "changed", left, "time")]
    assert town.stays(bert, "buyers") == []


def test_a_voided_purchase_lets_a_customer_leave(town, now):
    anna = town.person()
    town.built("buyers", bought())
    purchase = town.buy(anna, now - DAY)
    town.deliver()

    with town.write() as session:
        void(session, purchase, "A mistake", now=now)
    town.deliver(now + DAY)

    assert town.stays(anna, "buyers") == [(now, "changed", now + DAY, "changed")]


def test_an_amended_purchase_is_judged_by_what_it_says_now(town, now):
    anna = town.person()
    rich = {
        "touchpoints": {"kind": ["purchase"]},
        "measure": "sum",
        "is": "gte",
        "value": 100,
        "missing": False,
    }
    town.built("rich", rich)
    purchase = town.buy(anna, now - DAY, "10")
    town.deliver()

    with town.write() as session:
        amend(session, purchase, {"amount": Decimal(150)}, now=now)
    town.deliver()

    assert town.members("rich") == {anna}


def test_purchases_in_another_currency_do_not_count(town, now):
    anna = town.person()
    rich = {
        "touchpoints": {"kind": ["purchase"]},
        "measure": "sum",
        "is": "gte",
        "value": 100,
        "missing": False,
    }
    town.built("rich", rich)
    town.built("rich_abroad", {**rich, "currency": "EUR"})

    town.buy(anna, now - DAY, "150", "EUR")
    town.deliver()

    assert (town.members("rich"), town.members("rich_abroad")) == (set(), {anna})


def test_a_segment_of_segments_follows_in_the_same_moment(town, now):
    anna = town.person(city="London")
    town.built("buyers", bought())
    town.built("london_buyers", {"op": "and", "args": [
        {"segment": "buyers", "is": "member"}, lives_in("London"),
    ]})  # fmt: skip
    town.built("quiet_londoners", {"op": "and", "args": [
        {"segment": "london_buyers", "is": "not_member"}, lives_in("London"),
    ]})  # fmt: skip
    town.deliver()
    before = town.members("quiet_londoners")

    town.buy(anna, now - DAY)
    town.deliver(now + DAY)

    assert before == {anna}
    assert town.members("quiet_londoners") == set()
    assert town.stays(anna, "london_buyers") == [(now + DAY, "changed", None, None)]


@pytest.mark.parametrize("missing", [True, False])
def test_not_equal_says_itself_what_a_missing_value_means(town, missing):
    anna, bert, cleo = (town.person(city=city) for city in ("London", "York", None))
    town.built("elsewhere", lives_in("London", "ne", missing=missing))
    built = town.members("elsewhere")

    for customer in (anna, bert, cleo):
        town.change(customer, region="South")
    town.deliver()

    assert built == ({bert, cleo} if missing else {bert})
    assert town.members("elsewhere") == built


def test_consent_is_an_input(town, now):
    anna = town.person()
    consent = {"channel": "email", "purpose": "marketing", "is": "given"}
    town.built("reachable", {"consent": consent})
    town.deliver()

    with town.write() as session:
        record_consent(session, anna, [Decision("email", "marketing", given=True)], now=now)
    town.deliver(now + DAY)

    assert town.members("reachable") == {anna}


def test_what_the_core_counts_is_waited_for(town, now):
    anna = town.person()
    spent = {"attribute": "customers.revenue", "is": "gte", "value": 100, "missing": False}
    town.built("good", spent)
    town.deliver()

    town.buy(anna, now - DAY, "150")
    town.deliver(facts=False)
    early = town.members("good")
    town.run("sweep", now)
    still = town.members("good")
    town.deliver()
    town.run("sweep", now)

    assert (early, still, town.members("good")) == (set(), set(), {anna})


def test_a_large_batch_is_noted_and_worked_out_together(town, now):
    crowd = people(town, 101, city="London")
    town.deliver()
    town.run("sweep", now)
    town.built("buyers", bought())
    for one in crowd:
        town.buy(one, now - DAY)

    town.deliver()
    before = town.members("buyers")
    town.run("sweep", now)

    assert before == set()
    assert town.members("buyers") == set(crowd)
    with town.platform.database.read() as session:
        assert session.scalars(select(Waiting)).all() == []
        waiting = "SELECT count(*) FROM procrastinate_jobs WHERE args->>'job' = 'sweep'"
        assert session.execute(text(waiting)).scalar_one() == 1


def test_who_waits_as_one_of_many_still_does_after_an_event_of_their_own(town, now):
    crowd = people(town, 101, city="London")
    town.deliver()
    town.run("sweep", now)
    town.built("buyers", bought())
    town.built("york", lives_in("York"))
    for one in crowd:
        town.buy(one, now - DAY)
    town.deliver()

    town.change(crowd[0], city="York")
    town.deliver()
    between = town.members("buyers"), town.members("york")
    town.run("sweep", now)

    assert between == (set(), {crowd[0]})
    assert town.members("buyers") == set(crowd)


def test_who_waits_is_taken_in_turn_and_once(town):
    anna, bert = people(town, 2)
    with town.write() as session:
        backlog.add(session, [anna])
        backlog.add(session, [anna, bert])

    with town.write() as session:
        waiting = backlog.size(session)
        first = backlog.take(session, 2)
        second = backlog.take(session, 2)

    assert (waiting, first, second) == (2, ({anna}, True), ({bert}, False))


def test_what_a_large_batch_changes_is_told_of_everybody(town, now):
    crowd = people(town, 101, city="London")
    town.deliver()
    town.run("sweep", now)
    town.built("buyers", bought())
    town.built("quiet", {"op": "not", "args": [bought()]})
    town.deliver()
    for one in crowd:
        town.buy(one, now - DAY)
    town.deliver()

    town.run("sweep", now)

    told = town.told()
    assert sorted(told) == sorted(
        [("Entered", one, "buyers", "changed") for one in crowd]
        + [("Left", one, "quiet", "changed") for one in crowd]
    )
    assert [one[2] for one in told if one[1] == crowd[0]] == ["buyers", "quiet"]


def test_a_replay_doubles_nothing(town, now):
    anna = town.person(city="London")
    town.built("buyers", bought())
    town.buy(anna, now - DAY)
    town.deliver()
    before = town.stays(anna, "buyers"), town.told()

    readers = plugin_readers(town.platform.dispatcher, town.platform.vocabulary, {})
    with town.write() as session:
        replay(session, readers["segmentation"])
    again = town.deliver(now + DAY)

    assert again >= 2
    assert (town.stays(anna, "buyers"), town.told()) == before
