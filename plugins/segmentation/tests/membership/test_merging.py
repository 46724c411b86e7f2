"""Merged, unmerged, erased, asked for: what becomes of stays, pins and states."""

from plugins.segmentation.tests.membership.town import DAY, bought, lives_in
from sqlalchemy import select

from guanxi.customers.domain.merging import merge_customers
from guanxi.customers.domain.unmerging import unmerge_customers
from guanxi.privacy.domain.erasing import erase_person
from guanxi_segmentation.membership import counts, customer_data, pins
from guanxi_segmentation.models import Membership, Pin, Segment, State


def merge(town, kept, merged, at):
    """Merge two customers; return the merge."""
    with town.write(at) as session:
        return merge_customers(session, kept, merged, now=at).id


def number_of(town, key):
    """Return how many members are counted."""
    with town.platform.database.read() as session:
        segment_id = session.scalars(select(Segment.id).where(Segment.key == key)).one()
        return counts.members(session)[segment_id]


def test_the_kept_customer_is_judged_by_what_both_did(town, now):
    anna, double = town.person("Anna"), town.person("Ana")
    town.built("often", bought(3))
    town.built("once", bought(1))
    town.buy(anna, now - 2 * DAY)
    for days in (1, 3):
        town.buy(double, now - days * DAY)
    town.deliver()

    merge(town, anna, double, now + DAY)
    town.deliver(now + DAY)

    assert (town.members("often"), town.members("once")) == ({anna}, {anna})
    assert town.stays(double, "once") == [(now, "changed", now + DAY, "merged")]
    assert number_of(town, "once") == 1


def test_taken_back_both_stand_where_they_stood(town, now):
    anna, double = town.person("Anna"), town.person("Ana")
    town.built("often", bought(3))
    town.built("once", bought(1))
    for days in (1, 3, 4):
        town.buy(double, now - days * DAY)
    town.deliver()
    merge_id = merge(town, anna, double, now + DAY)
    town.deliver(now + DAY)

    with town.write(now + 2 * DAY) as session:
        unmerge_customers(session, merge_id, now=now + 2 * DAY)
    town.deliver(now + 2 * DAY)

    assert (town.members("often"), town.members("once")) == ({double}, {double})
    assert town.stays(double, "once") == [(now, "changed", None, None)]
    assert town.stays(anna, "once")[-1][2:] == (now + 2 * DAY, "changed")
    assert number_of(town, "once") == 1


def test_pins_go_over_and_come_back(town, now):
    anna, double = town.person("Anna"), town.person("Ana")
    for key in ("one", "both"):
        town.built(key, None)
    with town.write() as session:
        pins.pin(session, "one", double, included=True, reason="VIP", now=now)
        pins.pin(session, "both", double, included=True, reason="Hers", now=now)
        pins.pin(session, "both", anna, included=False, reason="Own", now=now)

    def decided():
        with town.platform.database.read() as session:
            rows = session.execute(
                select(Segment.key, Pin.customer_id, Pin.included, Pin.reason)
                .join(Segment, Segment.id == Pin.segment_id)
                .order_by(Segment.key, Pin.customer_id)
            )
            return [tuple(row) for row in rows]

    before = decided()
    merge_id = merge(town, anna, double, now + DAY)
    town.deliver(now + DAY)
    merged = decided(), town.members("one"), town.members("both")
    with town.write(now + 2 * DAY) as session:
        unmerge_customers(session, merge_id, now=now + 2 * DAY)
    town.deliver(now + 2 * DAY)

    assert merged == (
        [("both", anna, False, "Own"), ("one", anna, True, "VIP")],
        {anna},
        set(),
    )
    assert decided() == before
    assert (town.members("one"), town.members("both")) == ({double}, {double})


def test_a_merge_while_we_are_disabled_is_followed_when_we_are_back(town, now):
    from plugins.segmentation.tests.membership.town import ACTOR  # noqa: PLC0415

    from guanxi.plugins.lifecycle import disable, enable  # noqa: PLC0415

    anna, double = town.person("Anna"), town.person("Ana")
    town.built("once", bought(1))
    town.buy(double, now - DAY)
    town.deliver()
    platform = town.platform

    disable(platform.database, platform.host, "segmentation", actor=ACTOR, now=now)
    merge(town, anna, double, now + DAY)
    enable(platform.database, platform.host, "segmentation", actor=ACTOR, now=now)
    town.deliver(now + DAY)

    assert town.members("once") == {anna}


def test_nothing_is_left_of_an_erased_customer_and_the_count_follows(town, now):
    anna, bert = town.person(city="London"), town.person(city="London")
    town.built("london", lives_in("London"))
    town.deliver()
    with town.write() as session:
        pins.pin(session, "london", anna, included=True, reason="Friend", now=now)

    with town.write(now + DAY) as session:
        erase_person(session, anna, now=now + DAY)
    town.deliver(now + DAY)
    town.run("rebuild", now + DAY)

    assert town.members("london") == {bert}
    assert number_of(town, "london") == 1
    with town.platform.database.read() as session:
        for table in (Membership, Pin, State):
            about = select(table).where(table.customer_id == anna)
            assert session.scalars(about).all() == []


def test_a_person_gets_to_know_their_stays_and_decisions(town, now):
    anna, bert = town.person(city="London"), town.person()
    town.built("london", lives_in("London"))
    town.built("list", None)
    with town.write() as session:
        pins.pin(session, "list", anna, included=True, reason="The fair", now=now)

    with town.platform.database.read() as session:
        told = customer_data.export(session, anna)
        nothing = customer_data.export(session, bert)

    assert nothing is None
    assert [(one["segment"], one["entered_cause"]) for one in told["segments"]] == [
        ("london", "built"),
        ("list", "pinned"),
    ]
    assert told["decisions"] == [
        {"segment": "list", "included": True, "reason": "The fair", "at": now}
    ]
