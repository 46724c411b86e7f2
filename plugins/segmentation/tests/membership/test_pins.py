"""Decisions by hand win over rules, at once and as long as they stand."""

import pytest
from plugins.segmentation.tests.membership.town import DAY, lives_in, people

from guanxi.customers.domain.identities import normalise_email
from guanxi.customers.domain.identity_changes import add_identity
from guanxi.errors import Conflict, Invalid, NotFound
from guanxi.ids import new_id
from guanxi_segmentation.membership import pins, segments
from guanxi_segmentation.membership.drafts import SegmentDraft


def decide(town, customer_id, *, included, at=None, key="base", reason=None):
    """Pin a customer."""
    at = at or town.now
    with town.write(at) as session:
        pins.pin(session, key, customer_id, included=included, reason=reason, now=at)


def test_a_pin_puts_in_whom_the_rule_leaves_out_and_the_reverse(town, now):
    anna, bert = town.person(city="London"), town.person(city="York")
    town.built("base", lives_in("London"))

    decide(town, anna, included=False, at=now + DAY, reason="Moved away")
    decide(town, bert, included=True, at=now + DAY)

    assert town.members("base") == {bert}
    assert town.stays(anna, "base") == [(now, "built", now + DAY, "pinned")]
    assert town.stays(bert, "base") == [(now + DAY, "pinned", None, None)]
    assert town.told() == [("Left", anna, "base", "pinned"), ("Entered", bert, "base", "pinned")]


def test_pins_survive_events_rebuilds_and_edits(town, now):
    anna, bert = town.person(city="London"), town.person(city="York")
    town.built("base", lives_in("London"))
    decide(town, anna, included=False)
    decide(town, bert, included=True)

    town.change(anna, region="South")
    town.deliver()
    town.run("rebuild", now + DAY)
    with town.write() as session:
        segments.change(session, "base", {"rule": {"v": 1, "where": lives_in("Bath")}}, now=now)
    town.run("build", now + DAY)

    assert town.members("base") == {bert}


def test_without_the_pin_the_rule_counts_again(town, now):
    anna = town.person(city="London")
    town.built("base", lives_in("London"))
    decide(town, anna, included=False)
    with town.write(now + DAY) as session:
        taken = pins.unpin(session, "base", anna, now=now + DAY)
        again = pins.unpin(session, "base", anna, now=now + DAY)

    assert (taken, again) == (True, False)
    assert town.members("base") == {anna}


def test_what_mentions_the_segment_follows_the_pin(town, now):
    anna = town.person()
    town.built("base", lives_in("London"))
    town.built("others", {"segment": "base", "is": "not_member"})

    decide(town, anna, included=True, at=now + DAY)

    assert town.members("others") == set()
    assert town.stays(anna, "others") == [(now, "built", now + DAY, "changed")]


def test_a_list_is_made_of_ids_addresses_and_numbers(town, now):
    anna, bert, cleo = people(town, 3)
    with town.write() as session:
        add_identity(session, bert, normalise_email("bert@example.com"), now=now)
    town.built("base", None)
    decide(town, cleo, included=True)

    with town.write() as session:
        words = [str(anna), "bert@example.com ", str(cleo), "nobody@example.com", "", str(anna)]
        found = pins.include_listed(session, "base", words, reason="The fair", now=now)

    assert (found.added, found.already, found.unknown) == (2, 1, ("nobody@example.com",))
    assert town.members("base") == {anna, bert, cleo}
    with town.platform.database.read() as session:
        page = pins.pins_of(session, "base", limit=2)
        rest = pins.pins_of(session, "base", after=page[-1].customer_id)
        assert [pin.customer_id for pin in (*page, *rest)] == [anna, bert, cleo]
        assert {pin.reason for pin in page} == {"The fair"}


def test_a_long_list_takes_effect_as_a_whole(town, now):
    crowd = people(town, 130)
    town.built("base", None)

    with town.write() as session:
        pins.include_listed(session, "base", map(str, crowd), reason=None, now=now)

    assert town.members("base") == set(crowd)


def test_a_copied_list_has_its_customers(town, now):
    anna = town.person()
    town.built("base", None)
    decide(town, anna, included=True)

    with town.write() as session:
        segments.clone(session, "base", SegmentDraft("", key="copy"), now=now)
    town.run("build", now)

    assert town.members("copy") == {anna}


def test_decisions_need_somebody_and_something_to_decide_about(town, now):
    anna = town.person()
    town.built("base", None)

    with pytest.raises(NotFound):
        decide(town, new_id(), included=True)
    with pytest.raises(NotFound):
        decide(town, anna, included=True, key="nothing")
    with pytest.raises(Invalid):
        decide(town, anna, included=True, reason="x" * 501)
    with town.write() as session, pytest.raises(Invalid):
        pins.include_listed(session, "base", map(str, range(10_001)), reason=None, now=now)
    with town.write() as session:
        segments.archive(session, "base", now=now)
    with pytest.raises(Conflict):
        decide(town, anna, included=True)
