"""A rebuild in batches: it gives what a rebuild at once gives, whatever happens in between."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from plugins.segmentation.tests.membership.test_races import until_somebody_waits
from plugins.segmentation.tests.membership.town import DAY, bought, lives_in, people, rule
from sqlalchemy import func, select, text

from guanxi_segmentation import gradual, pipeline
from guanxi_segmentation.membership import batches, pins, segments
from guanxi_segmentation.models import Membership, Rebuild, Segment


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch):
    """Batches of three customers."""
    monkeypatch.setattr(batches, "SIZE", 3)


def going_on(town):
    """Return whether a rebuild is going on."""
    with town.platform.database.read() as session:
        return session.scalar(select(func.count()).select_from(Rebuild)) == 1


def to_the_end(town, at):
    """Take all steps that are left; return how many there were."""
    steps = 0
    while going_on(town):
        town.run(gradual.GO_ON, at)
        steps += 1
    return steps


def open_stays(town):
    """Return all open stays, without their numbers."""
    with town.platform.database.read() as session:
        rows = session.execute(
            select(
                Membership.customer_id, Segment.key, Membership.entered_at, Membership.entered_cause
            )
            .join(Segment, Segment.id == Membership.segment_id)
            .where(Membership.left_at.is_(None))
        )
        return sorted(tuple(row) for row in rows)


def difficult(town):
    """Make segments that wait for each other, one by hand, and one that somebody decided about."""
    held = {"held": lives_in("London"), "for": "P14D"}
    town.segment("london", lives_in("London"))
    town.segment("buyers", bought())
    town.segment("both", {"op": "and", "args": [
        {"segment": "london", "is": "member"}, {"segment": "buyers", "is": "member"},
    ]})  # fmt: skip
    town.segment("neither", {"op": "not", "args": [{"segment": "both", "is": "member"}]})
    town.segment("settled", held)
    town.segment("list", None)
    town.segment("listed", {"op": "or", "args": [
        {"segment": "list", "is": "member"}, {"segment": "settled", "is": "member"},
    ]})  # fmt: skip


def crowd(town, now):
    """Make ten customers, every second of London, every third a buyer."""
    found = [town.person(f"P {n}", city="London" if n % 2 else "York") for n in range(10)]
    for one in found[::3]:
        town.buy(one, now - DAY)
    town.deliver()
    return found


def killed(town, at):
    """Take a step, and die before its commit."""
    with town.write(at) as session:
        gradual.go_on(session)
        raise KeyboardInterrupt


def test_batches_give_what_one_go_gives(town, now):
    ids = crowd(town, now)
    difficult(town)
    for key, customer, included in (("list", ids[4], True), ("buyers", ids[0], False)):
        with town.write() as session:
            pins.pin(session, key, customer, included=included, reason=None, now=now)

    town.run("build", now)
    steps = to_the_end(town, now)
    in_batches = open_stays(town)
    with town.write(now) as session:
        session.execute(text("TRUNCATE segmentation_states, segmentation_memberships"))
        pipeline.refresh(session, None, as_of=now, cause="built")

    assert steps == 5
    assert [stay[:3] for stay in in_batches] == [stay[:3] for stay in open_stays(town)]
    assert {stay[3] for stay in in_batches if stay[1] != "list"} == {"built"}
    assert town.members("list") == {ids[4]}
    assert ids[0] not in town.members("buyers")


def test_a_rebuild_that_was_killed_goes_on_where_it_was(town, now):
    ids = crowd(town, now)
    town.segment("london", lives_in("London"))
    town.run("build", now)
    town.run(gradual.GO_ON, now)
    early = town.members("london")
    with pytest.raises(KeyboardInterrupt):
        killed(town, now)
    kept = town.members("london")
    town.run("sweep", now + DAY)

    with town.platform.database.read() as session:
        query = "SELECT count(*) FROM procrastinate_jobs WHERE args->>'job' = :job"
        queued = session.scalar(text(query), {"job": gradual.GO_ON})
    steps = to_the_end(town, now + DAY)

    assert (early, kept) == ({ids[1]}, {ids[1]})
    assert (queued, steps) == (1, 4)
    assert open_stays(town) == sorted((one, "london", now, "built") for one in ids[1::2])
    assert town.run("audit", now + DAY)["drift"] == 0


def test_what_happens_between_batches_is_in_the_end_as_if_it_had_come_before(town, now):
    ids = crowd(town, now)
    town.segment("london", lives_in("London"))
    town.segment("others", {"segment": "london", "is": "not_member"})
    town.run("build", now)
    town.run(gradual.GO_ON, now)

    town.change(ids[1], city="Bath")
    town.change(ids[2], city="London")
    town.change(ids[9], city="Bath")
    town.change(ids[8], city="London")
    newcomer = town.person("New", city="London")
    town.deliver(now + DAY)
    between = town.members("london")
    to_the_end(town, now + 2 * DAY)

    inside = {ids[2], ids[3], ids[5], ids[7], ids[8], newcomer}
    assert between == {ids[2], ids[8], newcomer}
    assert town.members("london") == inside
    assert town.members("others") == {*ids} - inside
    assert town.told() == []
    assert town.run("audit", now + 2 * DAY)["drift"] == 0


def test_who_expires_between_batches_leaves_at_that_instant(town, now):
    ids = people(town, 5)
    for one in ids:
        town.buy(one, now - 29 * DAY)
    town.deliver()
    town.segment("buyers", bought())
    town.run("build", now)
    town.run(gradual.GO_ON, now)
    expired = town.next_check(ids[0])

    town.run("sweep", now + 2 * DAY)
    to_the_end(town, now + 2 * DAY)
    town.run("sweep", now + 2 * DAY)

    assert town.members("buyers") == set()
    assert [town.stays(one, "buyers") for one in ids] == [
        *[[(now, "built", expired, "built")]] * 3,
        *[[(now, "built", expired, "time")]] * 2,
    ]
    assert town.run("audit", now + 3 * DAY)["drift"] == 0


def test_a_segment_that_is_edited_between_batches_is_built_by_the_next_build(town, now):
    ids = crowd(town, now)
    town.segment("place", lives_in("London"))
    town.segment("other", lives_in("London"))
    town.run("build", now)
    town.run(gradual.GO_ON, now)

    with town.write() as session:
        segments.change(session, "place", {"rule": rule(lives_in("York"))}, now=now)
    to_the_end(town, now)
    early = town.members("place")
    town.run("build", now + DAY)
    to_the_end(town, now + DAY)

    assert early == {ids[1]}
    assert town.members("place") == {*ids[::2]}
    assert town.members("other") == {*ids[1::2]}


def test_a_delivery_does_not_wait_for_the_batch_of_others(town, now):
    ids = crowd(town, now)
    town.built("london", lives_in("London"))
    to_the_end(town, now)
    town.run("rebuild", now)
    town.change(ids[9], city="Bath")
    with ThreadPoolExecutor(1) as pool:
        with town.write(now) as session:
            gradual.go_on(session)
            town.deliver(now)
            between = town.members("london")
            town.change(ids[0], city="London")
            delivered = pool.submit(town.deliver, now)
            until_somebody_waits(town)
            early = delivered.done()
        delivered.result(30)
    to_the_end(town, now)

    assert (ids[9] in between, early) == (False, False)
    assert town.members("london") == {ids[0], *ids[1:9:2]}


def test_what_is_asked_for_meanwhile_comes_after_it(town, now):
    crowd(town, now)
    town.segment("london", lives_in("London"))
    town.run("build", now)

    waits = town.run("rebuild", now)
    to_the_end(town, now)
    with town.platform.database.read() as session:
        query = "SELECT args->>'job' FROM procrastinate_jobs ORDER BY id"
        asked = list(session.scalars(text(query)))

    assert waits == {"waits": "a rebuild is going on"}
    assert asked == ["build", gradual.GO_ON, "rebuild"]


def test_a_rebuild_in_batches_sorts_scores_and_classes_too(town, now):
    ids = crowd(town, now)
    worth = {"attribute": "segmentation.observed_value", "is": "gt", "value": 5, "missing": False}
    town.segment("worth", worth)
    town.run("rebuild", now)
    to_the_end(town, now)

    assert town.members("worth") == {*ids[::3]}
