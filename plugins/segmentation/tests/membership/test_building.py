"""Building: first and later builds, what is told of them, what stands in the way of one."""

import pytest
from plugins.segmentation.tests.membership.town import ACTOR, DAY, bought, lives_in, people, rule
from sqlalchemy import select, update

from guanxi.delivery.jobs import PLUGIN_JOB
from guanxi.plugins.lifecycle import disable, enable
from guanxi.testkit.conformance.base import switch_on
from guanxi_segmentation.membership import counts, segments
from guanxi_segmentation.models import Segment


def stored(town, key):
    """Return a segment as it is stored."""
    with town.platform.database.read() as session:
        return session.scalars(select(Segment).where(Segment.key == key)).one()


def test_a_new_segment_is_being_built_until_all_customers_were_looked_at(town, now):
    anna = town.person(city="London")
    town.segment("london", lives_in("London"))
    waiting = stored(town, "london").building
    town.deliver()
    early = town.members("london")

    town.run("build", now)

    assert (waiting, early) == ("quiet", set())
    assert (stored(town, "london").building, stored(town, "london").evaluated_at) == (None, now)
    assert town.stays(anna, "london") == [(now, "built", None, None)]
    assert town.told() == []


def test_a_first_build_is_told_of_when_asked_for(town):
    anna = town.person(city="London")

    town.built("london", lives_in("London"), announce_build=True)

    assert town.told() == [("Entered", anna, "london", "built")]


def test_nothing_is_told_of_a_segment_that_is_not_announced(town):
    anna = town.person()
    town.built("london", lives_in("London"), announce=False)
    town.deliver()

    town.change(anna, city="London")
    town.deliver()

    assert (town.members("london"), town.told()) == ({anna}, [])


def test_an_edited_rule_moves_members_and_names_its_version(town, now):
    anna, bert = town.person(city="London"), town.person(city="York")
    town.built("place", lives_in("London"))

    with town.write() as session:
        segments.change(session, "place", {"rule": rule(lives_in("York"))}, now=now)
    kept = town.members("place")
    town.run("build", now + DAY)

    assert kept == {anna}
    assert town.stays(anna, "place") == [(now, "built", now + DAY, "rule")]
    assert town.stays(bert, "place") == [(now + DAY, "rule", None, None)]
    assert town.told() == []


def test_an_edit_is_asked_for_with_its_own_news(town, now):
    anna = town.person(city="London")
    town.built("place", lives_in("York"))

    with town.write() as session:
        changes = {"rule": rule(lives_in("London"))}
        segments.change(session, "place", changes, announce_build=True, now=now)
    town.run("build", now + DAY)

    assert town.told() == [("Entered", anna, "place", "rule")]


def test_a_build_is_queued_once(town):
    from sqlalchemy import text  # noqa: PLC0415

    town.segment("one", lives_in("London"))
    town.segment("two", lives_in("York"))

    with town.platform.database.read() as session:
        query = "SELECT args->>'job' FROM procrastinate_jobs WHERE task_name = :name"
        assert list(session.scalars(text(query), {"name": PLUGIN_JOB})) == ["build"]


def test_all_of_very_many_segments_are_evaluated(town, now):
    anna = town.person(city="City 119")
    with town.write() as session:
        for number in range(120):
            draft = segments.SegmentDraft(
                title_en=f"S {number}", key=f"s{number}", rule=rule(lives_in(f"City {number}"))
            )
            segments.create(session, draft, now=now)
    town.run("build", now)
    built = town.members("s119")

    town.change(anna, city="City 118")
    town.deliver()

    assert built == {anna}
    assert (town.members("s119"), town.members("s118")) == (set(), {anna})


@pytest.fixture
def broken(town):
    """A segment whose rule cannot be read, beside good ones."""
    town.person(city="London")
    for key in ("a_good", "m_bad", "z_good"):
        town.segment(key, lives_in("London"))
    with town.write() as session:
        bad = {"v": 1, "where": {"nonsense": True}}
        session.execute(update(Segment).where(Segment.key == "m_bad").values(rule=bad))


@pytest.mark.usefixtures("broken")
def test_one_bad_segment_never_stops_the_others(town, now):
    town.run("build", now)
    built = [len(town.members(key)) for key in ("a_good", "m_bad", "z_good")]

    anna = town.person(city="London")
    town.deliver()

    assert built == [1, 0, 1]
    assert anna in town.members("a_good") & town.members("z_good")
    assert stored(town, "m_bad").problem["message"].startswith("Its rule cannot be read")


def test_a_rule_that_the_database_cannot_answer_stops_only_itself(town, now):
    """As a custom field whose stored values do not fit its type any more."""
    from guanxi.customers.models import Customer, CustomField  # noqa: PLC0415

    anna = town.person(city="London")
    with town.write() as session:
        field = CustomField(key="size", title_en="Size", title_zh="Size", type="number")
        session.add(field)
        session.execute(update(Customer).values(custom={"size": "large"}))
        session.flush()
        town.platform.host.refresh_from(town.platform.database)
    with town.write() as session:
        from guanxi.plugins.records import bump_generation  # noqa: PLC0415

        bump_generation(session)
    town.refresh()
    size = {"attribute": "custom.size", "is": "gte", "value": 3, "missing": False}
    town.segment("bad", size)
    town.segment("good", lives_in("London"))

    town.run("build", now)

    assert town.members("good") == {anna}
    assert stored(town, "bad").problem["failed"] is True


def test_an_attribute_that_goes_keeps_the_members_and_comes_back(town, now):
    switch_on(town.platform, "hello")
    town.refresh()
    anna = town.person(at=now - 10 * DAY)
    days = {"attribute": "hello.days", "is": "gte", "value": 1, "missing": False}
    town.built("known", days)
    platform = town.platform

    disable(platform.database, platform.host, "hello", actor=ACTOR, now=now)
    town.run("sweep", now)
    bert = town.person(at=now - 10 * DAY)
    town.deliver()
    town.run("rebuild", now)
    kept, problem = town.members("known"), stored(town, "known").problem
    enable(platform.database, platform.host, "hello", actor=ACTOR, now=now)
    town.run("sweep", now + DAY)
    town.run("build", now + DAY)

    assert kept == {anna}
    assert problem["values"] == {"key": "hello.days"}
    assert town.members("known") == {anna, bert}
    assert stored(town, "known").problem is None
    assert town.stays(anna, "known") == [(now, "built", None, None)]


def test_counts_are_what_counting_gives(town, now):
    anna, bert, _ = people(town, 3, city="London")
    town.built("london", lives_in("London"))
    town.deliver()
    town.change(anna, city="York")
    town.change(bert, city="York")
    town.deliver()
    with town.platform.database.read() as session:
        noted = counts.members(session)[stored(town, "london").id]

    town.run("sweep", now)

    assert (noted, stored(town, "london").members) == (1, 1)


def test_a_rebuild_picks_up_what_no_event_told(town, now):
    from guanxi.customers.models import Customer  # noqa: PLC0415

    anna = town.person()
    town.built("london", lives_in("London"))
    with town.write() as session:
        session.execute(update(Customer).values(city="London"))

    town.run("rebuild", now + DAY)
    town.run("rebuild", now + 2 * DAY)

    assert town.stays(anna, "london") == [(now + DAY, "changed", None, None)]


def test_a_window_count_is_zero_again_when_the_window_moves_on(town, now):
    anna = town.person()
    town.buy(anna, now - DAY)
    town.built("buyers", bought())

    town.run("rebuild", now + 60 * DAY)

    left = now + 29 * DAY + (now - now.replace(microsecond=0))
    assert town.members("buyers") == set()
    assert town.stays(anna, "buyers")[0][2].date() == left.date()
