"""Time alone changes membership at its very instant, without any event, in order."""

from datetime import UTC, datetime, timedelta

from plugins.segmentation.tests.membership.town import DAY, TICK, bought, people

HOUR = timedelta(hours=1)


def test_a_window_that_runs_out_ends_membership_at_its_very_instant(town, now):
    anna = town.person()
    bought_at = now - 12 * DAY + timedelta(microseconds=1234)
    town.buy(anna, bought_at)
    town.built("buyers", bought(within="P30D"))
    expiry = bought_at + 30 * DAY + TICK

    town.run("sweep", expiry - TICK)
    before = town.members("buyers")
    town.run("sweep", expiry)

    assert before == {anna}
    assert town.stays(anna, "buyers") == [(now, "built", expiry, "time")]
    assert town.told() == [("Left", anna, "buyers", "time")]


def test_a_purchase_in_the_future_counts_from_its_instant_on(town, now):
    anna = town.person()
    town.built("buyers", bought())
    town.buy(anna, now + 3 * HOUR)
    town.deliver()

    town.run("sweep", now + DAY)

    assert town.stays(anna, "buyers") == [(now + 3 * HOUR + TICK, "time", None, None)]


def test_after_a_day_without_a_worker_every_instant_is_made_up_for_in_order(town, now):
    anna, bert = people(town, 2)
    for hours in (1, 5, 9):
        town.buy(anna, now - DAY + hours * HOUR)
    town.buy(bert, now - DAY + 3 * HOUR)
    town.built("one", bought(1, within="P1D"))
    town.built("two", bought(2, within="P1D"))
    town.built("three", bought(3, within="P1D"))
    town.deliver()

    town.run("sweep", now + 2 * DAY)

    left = [town.stays(anna, key)[0][2] for key in ("three", "two", "one")]
    assert left == [now + hours * HOUR + TICK for hours in (1, 5, 9)]
    assert town.stays(bert, "one")[0][2:] == (now + 3 * HOUR + TICK, "time")
    assert [(key, who) for kind, who, key, _ in town.told() if kind == "Left"] == [
        ("three", anna),
        ("one", bert),
        ("two", anna),
        ("one", anna),
    ]
    assert town.next_check(anna) is None


def test_an_event_after_such_a_day_finds_the_instants_made_up_for(town, now):
    anna = town.person()
    town.buy(anna, now - 29 * DAY)
    town.built("buyers", bought())
    town.deliver()
    town.buy(anna, now + 5 * DAY)

    town.deliver(now + 6 * DAY)

    gone = now + DAY + TICK
    assert town.stays(anna, "buyers") == [
        (now, "built", gone, "time"),
        (now + 5 * DAY + TICK, "time", None, None),
    ]


def test_many_with_one_instant_in_common_are_worked_out_together(town, now):
    crowd = people(town, 120)
    for one in crowd:
        town.buy(one, datetime(2026, 11, 1, 12, tzinfo=UTC))
    window = {"calendar": "month", "offset": 0, "count": 1}
    this_month = {
        "touchpoints": {"kind": ["purchase"]},
        "measure": "count",
        "window": window,
        "is": "gte",
        "value": 1,
    }
    town.built("this_month", this_month)
    december = datetime(2026, 12, 1, tzinfo=UTC)

    found = town.run("sweep", december + HOUR)

    assert town.members("this_month") == set()
    assert {town.stays(one, "this_month")[0] for one in crowd} == {(now, "built", december, "time")}
    assert found["due"] == 120


def test_held_for_a_time_begins_when_it_has_lasted_so_long(town, now):
    anna = town.person()
    quiet = bought(0, within="P30D", op="eq")
    town.built("long_quiet", {"held": quiet, "for": "P14D"})
    town.buy(anna, now - DAY)
    town.deliver()
    begins = now + 29 * DAY + TICK

    town.run("sweep", begins + 14 * DAY - TICK)
    early = town.members("long_quiet")
    town.run("sweep", begins + 15 * DAY)

    assert early == set()
    assert town.stays(anna, "long_quiet") == [(begins + 14 * DAY, "time", None, None)]


def test_held_starts_anew_after_an_interruption(town, now):
    anna = town.person()
    town.built("long_quiet", {"held": bought(0, within="P1D", op="eq"), "for": "P7D"})
    town.run("sweep", now + 8 * DAY)
    first = town.stays(anna, "long_quiet")

    town.buy(anna, now + 9 * DAY)
    town.deliver(now + 9 * DAY + HOUR)
    town.run("sweep", now + 30 * DAY)

    quiet_again = now + 10 * DAY + TICK
    assert first == [(now + 7 * DAY, "time", None, None)]
    assert town.stays(anna, "long_quiet") == [
        (now + 7 * DAY, "time", now + 9 * DAY + HOUR, "changed"),
        (quiet_again + 7 * DAY, "time", None, None),
    ]


def test_the_hidden_segment_of_held_comes_and_goes_with_its_rule(town, now):
    from sqlalchemy import select  # noqa: PLC0415

    from guanxi_segmentation.membership import segments  # noqa: PLC0415
    from guanxi_segmentation.models import Segment  # noqa: PLC0415

    def hidden():
        with town.platform.database.read() as session:
            return len(session.scalars(select(Segment).where(Segment.kind == "held")).all())

    town.person()
    town.built("a", {"held": bought(0, op="eq"), "for": "P14D"})
    town.built("b", {"held": bought(0, op="eq"), "for": "P30D"})
    both = hidden()
    with town.write() as session:
        segments.delete(session, "a", now=now)
    one = hidden()
    with town.write() as session:
        segments.archive(session, "b", now=now)

    assert (both, one, hidden()) == (1, 1, 0)
