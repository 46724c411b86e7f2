"""A goal learns from each outcome: counts follow the log, once each, and scores the counts."""

import pytest
from plugins.scoring.tests.propensity.shop import DAY, Shop
from sqlalchemy import select

from guanxi.touchpoints.domain.corrections import void
from guanxi_scoring.models.propensity import Case, Propensity
from guanxi_scoring.propensity.following import follow


@pytest.fixture
def called(shop: Shop) -> Shop:
    """A shop that called four customers some times: Ann answers, Bo does not."""
    shop.ann, shop.bo = shop.person("Ann"), shop.person("Bo")
    results = [(shop.ann, True), (shop.bo, False)] * 4 + [(shop.ann, False), (shop.bo, True)]
    end = shop.calls(results)
    shop.goal()
    shop.deliver(end)
    shop.fit(end)
    return shop


def test_an_outcome_is_counted_and_whoever_it_is_about_is_scored_with_it(called: Shop) -> None:
    before, at = called.p(called.ann), called.now + DAY

    called.touch(called.ann, at, outcome="reached")
    called.deliver(at + DAY)

    assert called.total() == (6, 5)
    assert called.p(called.ann) > before


def test_events_that_come_again_count_nothing_twice(called: Shop) -> None:
    at = called.now + DAY
    called.touch(called.ann, at, outcome="reached")
    called.deliver(at + DAY)
    once = called.counts()

    with called.write() as session:
        follow(session, [called.ann, called.bo], called.now)
        follow(session, [called.ann, called.bo], called.now)

    assert called.counts() == once


def test_what_was_counted_live_is_what_a_full_recount_gives(called: Shop) -> None:
    at = called.now + DAY
    called.touch(called.ann, at, outcome="reached")
    called.touch(called.bo, at, outcome="no_answer")
    called.deliver(at + 10 * DAY)
    live = called.counts()

    called.rescore(at + 10 * DAY)

    assert called.counts() == live


def test_a_voided_outcome_is_taken_out_again(called: Shop) -> None:
    before, at = called.counts(), called.now + DAY
    touchpoint = called.touch(called.ann, at, outcome="reached")
    called.deliver(at + DAY)

    with called.write(at + DAY) as session:
        void(session, touchpoint, "a slip", now=at + DAY)
    called.deliver(at + DAY)

    assert called.counts() == before


def test_a_case_is_open_until_its_time_is_over(called: Shop) -> None:
    at = called.now + DAY

    called.touch(called.bo, at)
    called.deliver(at + DAY)

    assert called.total() == (5, 5)
    with called.read() as session:
        assert session.scalars(select(Case.won).where(Case.at == at)).one() is None
    called.rescore(at + 8 * DAY)
    assert called.total() == (5, 6)


def test_whoever_calls_back_in_time_has_answered(called: Shop) -> None:
    at = called.now + DAY
    called.touch(called.bo, at)

    called.touch(called.bo, at + 2 * DAY, direction="in")
    called.deliver(at + 3 * DAY)

    assert called.total() == (5, 5)
    called.rescore(at + 8 * DAY)
    assert called.total() == (6, 5)


def test_scores_keep_the_version_and_the_instant_they_came_from(called: Shop) -> None:
    with called.read() as session:
        scores = session.scalars(select(Propensity)).all()

    assert {(one.version, one.scored_at) for one in scores} == {(1, called.now)}
