"""What a worker remembers of rules, schemes, settings counts only while nobody changed it."""

from datetime import timedelta
from typing import Any

import pytest
from plugins.segmentation.tests.membership.town import ACTOR, Town, bought, lives_in, rule
from plugins.segmentation.tests.worth import trading
from sqlalchemy import event, select

from guanxi.db import Database
from guanxi_segmentation import pipeline, rfm
from guanxi_segmentation.membership import rebuilding, segments
from guanxi_segmentation.membership.inputs import Touched
from guanxi_segmentation.membership.segments import change
from guanxi_segmentation.models import RfmScore, Segment
from guanxi_segmentation.schemes import history
from guanxi_segmentation.schemes.domain import change_scheme

TOUCHED = Touched(touchpoints=True)


@pytest.fixture
def other_worker(town: Town) -> Any:
    """A town on connections of its own, as another process has them."""
    database = town.platform.database
    second = Database(database.url)
    for name in ("settings", "attributes", "channels", "row_rules", "defer_job"):
        setattr(second, name, getattr(database, name))
    yield second
    second.dispose()


def edited(town: Town, database: Database, key: str, where: dict) -> None:
    """Give a segment another rule and build it, through some database's connections."""
    with database.write(ACTOR, now=town.now) as session:
        change(session, key, {"rule": rule(where)}, now=town.now)
    with database.write(ACTOR, now=town.now) as session:
        rebuilding.build(session, as_of=town.now)


def test_a_rule_that_another_worker_changed_counts_for_the_next_event(town, now, other_worker):
    anna, bob = town.person("Anna"), town.person("Bob")
    town.built("buyers", bought(1))
    town.buy(anna, now - timedelta(days=1))
    town.deliver()
    before = town.members("buyers")

    edited(town, other_worker, "buyers", bought(2))
    town.buy(bob, now - timedelta(days=1))
    town.deliver()

    assert (before, town.members("buyers")) == ({anna}, set())


def test_a_segment_that_another_worker_made_is_known_to_the_next_event(town, now, other_worker):
    anna = town.person("Anna")
    town.built("buyers", bought(1))
    town.buy(anna, now - timedelta(days=1))
    town.deliver()

    with other_worker.write(ACTOR, now=now) as session:
        draft = segments.SegmentDraft(title_en="Twice", key="twice", rule=rule(bought(2)))
        segments.create(session, draft, now=now)
        rebuilding.build(session, as_of=now)
    town.buy(anna, now - timedelta(days=2))
    town.deliver()

    assert town.members("twice") == {anna}


def test_a_rule_that_was_rolled_back_is_forgotten(town, now):
    anna = town.person("Anna")
    town.built("buyers", bought(1))
    town.deliver()

    with pytest.raises(ZeroDivisionError):
        _edited_in_vain(town, anna)
    town.buy(anna, now - timedelta(days=1))
    town.deliver()

    assert town.members("buyers") == {anna}


def test_what_the_same_transaction_changed_counts_in_it(town, now):
    anna = town.person("Anna")
    town.built("buyers", bought(2))
    town.buy(anna, now - timedelta(days=1))
    town.deliver()

    with town.write() as session:
        found = session.scalars(select(Segment).where(Segment.key == "buyers")).one()
        found.rule, found.rule_version = rule(bought(1)), 2
        session.flush()
        moved = pipeline.refresh(session, [anna], as_of=now, touched=TOUCHED)

    assert (moved, town.members("buyers")) == (1, {anna})


def test_the_company_s_new_currency_counts_for_the_next_event(town, now, configure):
    anna = town.person("Anna")
    spent = {
        "touchpoints": {"kind": ["purchase"]},
        "measure": "sum",
        "is": "gte",
        "value": 5,
        "missing": False,
    }
    town.built("spenders", spent)
    town.buy(anna, now - timedelta(days=2), currency="USD")
    town.deliver()
    before = town.members("spenders")

    configure("core", currency="USD")
    town.buy(anna, now - timedelta(days=1), "1", currency="USD")
    town.deliver()

    assert (before, town.members("spenders")) == (set(), {anna})


def test_an_event_is_scored_by_the_break_points_that_another_worker_cut(town, now, other_worker):
    ids = trading(town)
    town.deliver()
    town.buy(ids["Cy"], now - timedelta(days=1))
    town.deliver()

    with other_worker.write(ACTOR, now=now) as session:
        found = rfm.cut(session, as_of=now)
        cut = found.version
    town.buy(ids["Cy"], now - timedelta(hours=1))
    town.deliver()

    with town.platform.database.read() as session:
        assert session.get(RfmScore, ids["Cy"]).cut == cut


def test_a_class_follows_the_thresholds_that_another_worker_set(town, now, other_worker):
    ids = trading(town)
    town.deliver()
    town.buy(ids["Di"], now - timedelta(days=1), "20")
    town.deliver()
    before = class_of(town, ids["Di"])

    options = {
        "present": "segmentation.observed_value", "potential": "segmentation.observed_value",
        "by": "value", "present_at": "31", "potential_at": "31", "minimum_stay_days": 0,
    }  # fmt: skip
    with other_worker.write(ACTOR, now=now) as session:
        change_scheme(session, "tiers", {"options": options}, now=now)
    town.run("rebuild", now)
    town.buy(ids["Di"], now - timedelta(hours=1), "20")
    town.deliver()

    assert (before == "core", class_of(town, ids["Di"])) == (False, "core")


def _edited_in_vain(town: Town, anna: Any) -> None:
    with town.write() as session:
        found = session.scalars(select(Segment).where(Segment.key == "buyers")).one()
        found.rule, found.rule_version = rule(bought(2)), 2
        pipeline.refresh(session, [anna], as_of=town.now, touched=TOUCHED)
        raise ZeroDivisionError


def class_of(town: Town, customer: Any) -> str:
    with town.platform.database.read() as session:
        return history.class_at(session, "tiers", customer, town.now).key


def test_an_ordinary_event_costs_few_statements_however_many_segments_there_are(town, now):
    anna = town.person("Anna", city="Leeds")
    for number in range(12):
        town.segment(f"buyers{number}", bought(number + 1))
        town.segment(f"leeds{number}", {"op": "and", "args": [lives_in("Leeds"), bought(number)]})
    town.run("build", now)
    for _ in range(2):
        town.buy(anna, now - timedelta(days=1))
        town.deliver()
    sent = []
    event.listen(
        town.platform.database.engine, "before_cursor_execute", lambda *a: sent.append(a[2])
    )

    with town.write() as session:
        pipeline.refresh(session, [anna], as_of=now, touched=TOUCHED)

    assert len(sent) == 8
