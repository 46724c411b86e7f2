"""The audit finds what should never be, mends it and says so; what has a reason is no drift."""

from plugins.segmentation.tests.membership.town import DAY, bought, lives_in, people
from sqlalchemy import delete, select, update

from guanxi.audit.models import AuditEntry
from guanxi.customers.models import Customer
from guanxi.testkit.conformance.base import switch_on
from guanxi_segmentation.membership import backlog, health
from guanxi_segmentation.membership.auditing import latest_audit
from guanxi_segmentation.models import Membership, Segment, State


def test_without_drift_the_audit_finds_nothing(town, now):
    anna, _bert = people(town, 2, city="London")
    town.built("london", lives_in("London"))
    town.built("buyers", bought())
    town.built("both", {"segment": "buyers", "is": "member"})
    town.buy(anna, now - DAY)
    town.deliver()
    town.change(anna, city="York")
    town.deliver()

    found = town.run("audit", now + 40 * DAY)

    assert (found["customers"], found["drift"]) == (2, 0)


def test_a_change_behind_our_back_is_drift_and_is_mended(town, now):
    anna, bert = town.person(city="London"), town.person()
    town.built("london", lives_in("London"))
    town.deliver()
    with town.write() as session:
        session.execute(update(Customer).where(Customer.id == anna).values(city="Bath"))
        session.execute(update(Customer).where(Customer.id == bert).values(city="London"))

    found = town.run("audit", now + DAY)

    assert found["drift"] == 2
    assert found["segments"]["segments"] == {"london": {"missing": 1, "too_many": 1}}
    assert town.members("london") == {bert}
    assert town.stays(anna, "london")[0][2:] == (now + DAY, "audit")
    with town.platform.database.read() as session:
        assert latest_audit(session).drift == 2
        assert health.health(session, now=now).drift == 2
        entries = select(AuditEntry).where(AuditEntry.action == "segmentation.drift")
        assert len(session.scalars(entries).all()) == 1
    assert town.run("audit", now + 2 * DAY)["drift"] == 0


def test_a_change_whose_event_is_on_its_way_is_no_drift(town, now):
    anna = town.person()
    town.built("london", lives_in("London"))
    town.deliver()
    town.change(anna, city="London")

    found = town.run("audit", now + DAY)

    assert found["drift"] == 0
    assert town.stays(anna, "london") == [(now + DAY, "changed", None, None)]


def test_attributes_of_other_plugins_may_change_without_an_event(town, now):
    switch_on(town.platform, "hello")
    town.refresh()
    anna = town.person(at=now)
    days = {"attribute": "hello.days", "is": "gte", "value": 100, "missing": False}
    town.built("known", days)
    town.deliver()
    with town.write() as session:
        session.execute(update(Customer).values(created_at=now - 500 * DAY))

    found = town.run("audit", now + DAY)

    assert (found["drift"], town.members("known")) == (0, {anna})


def test_states_and_counts_that_differ_from_the_stays_are_mended(town, now):
    anna, bert = people(town, 2, city="London")
    town.built("london", lives_in("London"))
    town.deliver()
    with town.write() as session:
        session.execute(update(State).where(State.customer_id == anna).values(segments=[]))
        session.execute(update(Segment).values(members=7))

    found = town.run("audit", now)

    assert found["segments"] == {"segments": {}, "states": 1, "counts": 1}
    assert town.members("london") == {anna, bert}


def test_a_lost_stay_is_drift(town, now):
    anna = town.person(city="London")
    town.built("london", lives_in("London"))
    town.deliver()
    with town.write() as session:
        session.execute(delete(Membership))

    found = town.run("audit", now + DAY)

    assert found["drift"] == 3
    assert town.stays(anna, "london") == [(now + DAY, "audit", None, None)]


def test_health_says_what_waits_and_what_is_late(town, now):
    anna = town.person()
    town.built("buyers", bought())
    town.buy(anna, now - DAY)
    town.deliver()
    town.segment("new", lives_in("London"))
    with town.write() as session:
        backlog.add(session, [anna, anna])

    with town.platform.database.read() as session:
        found = health.health(session, now=now + 40 * DAY)

    assert (found.overdue, found.waiting, found.building, found.problems) == (1, 1, ("new",), ())
    assert (found.drift, found.audited_at) == (None, None)
