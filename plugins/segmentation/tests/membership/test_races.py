"""Two at once, on a real PostgreSQL: deliveries, sweeps, rebuilds, edits. Nothing is doubled."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from time import sleep

import pytest
from plugins.segmentation.tests.membership.town import DAY, bought, lives_in, people, rule
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from guanxi.errors import Conflict, PreconditionFailed
from guanxi_segmentation import jobs, pipeline
from guanxi_segmentation.membership import backlog, segments
from guanxi_segmentation.membership.drafts import SegmentDraft
from guanxi_segmentation.models import Membership, State

WAITING = text(
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def side_by_side(*works):
    """Run functions at the same time; return what each gave, exceptions too."""
    barrier = Barrier(len(works))

    def started(work):
        barrier.wait()
        try:
            return work()
        except Exception as error:  # noqa: BLE001 -- it is what we want to see
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(started, works))


def until_somebody_waits(town):
    """Wait until a transaction waits for a lock."""
    with town.platform.database.read() as session:
        for _ in range(1000):
            if session.execute(WAITING).scalar_one():
                return
            sleep(0.005)
    raise AssertionError("Nobody waits for a lock.")


def open_stays(town):
    """Return how many stays are open, and by how many customers."""
    with town.platform.database.read() as session:
        counted = select(func.count(), func.count(Membership.customer_id.distinct()))
        return tuple(session.execute(counted.where(Membership.left_at.is_(None))).one())


def test_a_delivery_waits_for_a_rebuild_and_then_sees_what_it_did(town, now):
    anna = town.person()
    town.built("buyers", bought())
    town.deliver()
    town.buy(anna, now - DAY)
    with ThreadPoolExecutor(1) as pool:
        with town.write(now + DAY) as session:
            pipeline.refresh(session, None, as_of=now + DAY)
            delivered = pool.submit(town.deliver, now)
            until_somebody_waits(town)
            early = delivered.done()
        delivered.result(30)

    assert early is False
    assert town.stays(anna, "buyers") == [(now + DAY, "changed", None, None)]
    assert town.told() == [("Entered", anna, "buyers", "changed")]


def test_a_rebuild_waits_for_a_delivery(town, now):
    anna = town.person(city="London")
    town.built("london", lives_in("York"))
    town.deliver()
    town.change(anna, city="York")
    with ThreadPoolExecutor(1) as pool:
        with town.write(now) as session:
            pipeline.refresh(session, [anna], as_of=now)
            rebuilt = pool.submit(town.run, "rebuild", now + DAY)
            until_somebody_waits(town)
        assert rebuilt.result(30)["moved"] == 0

    assert town.stays(anna, "london") == [(now, "changed", None, None)]


def test_a_delivery_leaves_no_stay_in_a_segment_that_was_deleted_meanwhile(town, now):
    anna = town.person()
    town.built("base", lives_in("London"))
    town.deliver()
    town.change(anna, city="London")
    with ThreadPoolExecutor(1) as pool:
        with town.write() as session:
            segments.delete(session, "base", now=now)
            delivered = pool.submit(town.deliver)
            until_somebody_waits(town)
        error = delivered.exception(30)
    town.deliver()

    assert isinstance(error, IntegrityError)
    with town.platform.database.read() as session:
        assert session.scalars(select(Membership)).all() == []
        assert session.scalars(select(State.segments)).all() == [[]]


def test_nobody_is_looked_at_as_of_an_earlier_instant_than_before(town, now):
    """A delivery that began before a sweep, and waited for it, must not go back in time."""
    anna = town.person()
    town.buy(anna, now - 29 * DAY)
    town.built("buyers", bought())
    town.deliver()
    expired = town.next_check(anna)
    town.run("sweep", expired)

    with town.write(now) as session:
        pipeline.refresh(session, [anna], as_of=now)

    assert town.stays(anna, "buyers") == [(now, "built", expired, "time")]


def test_a_sweep_passes_by_whom_a_delivery_looks_at_and_loses_nobody(town, now):
    anna, bert = people(town, 2)
    for one in (anna, bert):
        town.buy(one, now - 29 * DAY)
    town.built("buyers", bought())
    town.deliver()
    expired = town.next_check(anna)
    with town.write(now + 3 * DAY) as session:
        pipeline.refresh(session, [anna], as_of=now)  # holds her state, does not catch up
        town.run("sweep", now + 3 * DAY)
        meanwhile = town.members("buyers")
    town.run("sweep", now + 3 * DAY)

    assert meanwhile == {anna}
    assert town.members("buyers") == set()
    assert town.stays(anna, "buyers") == [(now, "built", expired, "time")]


@pytest.mark.parametrize("job", ["sweep", "rebuild"])
def test_what_changes_while_a_backlog_is_worked_off_is_not_lost(town, now, job):
    anna = town.person()
    town.built("buyers", bought())
    town.deliver()
    (found,) = [one for one in jobs.JOBS if one.name == job]
    with town.write() as session:
        backlog.add(session, [anna])
    with town.write() as session:
        found.run(session, now)  # looks at her, and has not committed yet
        town.buy(anna, now - DAY)
        with town.write() as delivery:
            backlog.add(delivery, [anna])
    before = town.members("buyers")

    town.run("sweep", now)

    assert (before, town.members("buyers")) == (set(), {anna})


def test_deliveries_sweeps_and_rebuilds_side_by_side_give_each_stay_once(town, now):
    crowd = people(town, 40, city="London")
    for number, one in enumerate(crowd):
        town.buy(one, now - (20 + number % 10) * DAY)
    town.built("buyers", bought())
    town.built("london_buyers", {"op": "and", "args": [
        {"segment": "buyers", "is": "member"}, lives_in("London"),
    ]})  # fmt: skip
    town.deliver()
    stop = Event()

    def refresh(part):
        while not stop.is_set():
            with town.write(now + 2 * DAY) as session:
                pipeline.refresh(session, part, as_of=now + 2 * DAY)

    def sweep():
        for day in range(1, 6):
            town.run("sweep", now + day * DAY)

    def rebuild():
        try:
            for day in (2, 4, 6):
                town.run("rebuild", now + day * DAY)
        finally:
            stop.set()

    found = side_by_side(lambda: refresh(crowd[:20]), lambda: refresh(crowd[20:]), sweep, rebuild)
    town.run("sweep", now + 6 * DAY)

    assert found == [None, None, None, None]
    with town.platform.database.read() as session:
        assert session.scalars(select(func.count()).select_from(Membership)).one() == 80
    members = town.members("buyers")
    assert town.members("london_buyers") == members
    assert open_stays(town) == (2 * len(members), len(members))
    assert town.run("audit", now + 6 * DAY)["drift"] == 0


def test_of_two_edits_of_one_version_one_is_refused(town, now):
    town.segment("base", lives_in("London"))

    def edit(city):
        with town.write() as session:
            changes = {"rule": rule(lives_in(city))}
            segments.change(session, "base", changes, expected_version=1, now=now)

    found = side_by_side(lambda: edit("York"), lambda: edit("Bath"))

    assert sorted(type(one) for one in found if one) == [PreconditionFailed]


def test_two_edits_at_once_cannot_close_a_circle(town, now):
    town.segment("one", lives_in("London"))
    town.segment("two", lives_in("London"))

    def point(start, end):
        with town.write() as session:
            there = rule({"segment": end, "is": "member"})
            segments.change(session, start, {"rule": there}, now=now)

    found = side_by_side(lambda: point("one", "two"), lambda: point("two", "one"))

    assert [type(one) for one in found if one] == [Conflict]


def test_of_two_with_one_key_one_is_made(town, now):
    def make():
        with town.write() as session:
            segments.create(session, SegmentDraft("Base", key="base"), now=now)

    found = side_by_side(make, make, make)

    assert sorted(str(type(one)) for one in found) == sorted(
        str(kind) for kind in (type(None), Conflict, Conflict)
    )


@pytest.mark.parametrize("first", ["edit", "build"])
def test_an_edit_during_a_build_is_built_by_the_next(town, now, first):
    anna, bert = town.person(city="London"), town.person(city="York")
    town.segment("base", lives_in("London"))

    def edit():
        with town.write() as session:
            segments.change(session, "base", {"rule": rule(lives_in("York"))}, now=now)

    works = [edit, lambda: town.run("build", now)]
    side_by_side(*(works if first == "edit" else works[::-1]))
    town.run("build", now + DAY)

    assert town.members("base") == {bert}
    assert all(stay[2] is not None for stay in town.stays(anna, "base"))
