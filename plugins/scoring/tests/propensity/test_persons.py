"""A person's data in goals: merged, unmerged, erased, exported; and what is known beside acts."""

from datetime import datetime
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plugins.scoring.tests.propensity.shop import DAY, START, Shop
from sqlalchemy import insert, select

from guanxi.access.models import Team, TeamMember
from guanxi.customers.domain.changing import change_customer
from guanxi.customers.domain.merging import merge_customers
from guanxi.customers.domain.unmerging import unmerge_customers
from guanxi.ids import new_id
from guanxi.testkit.factories import Factories
from guanxi_scoring import parts
from guanxi_scoring.life import reaction
from guanxi_scoring.life.finding import get_model
from guanxi_scoring.life.scoring import options_of
from guanxi_scoring.models.propensity import Case, Propensity
from guanxi_scoring.propensity import storing
from guanxi_scoring.propensity.bayes import tables_of
from guanxi_scoring.propensity.explaining import explain
from guanxi_scoring.propensity.following import follow
from guanxi_scoring.propensity.goals import KIND, goal_of
from guanxi_scoring.propensity.predicting import features_in


@pytest.fixture
def called(shop: Shop) -> Shop:
    """A shop with a goal in force: Ann answers, Bo does not, Ann2 is Ann once more."""
    shop.ann, shop.bo, shop.twin = (shop.person(name) for name in ("Ann", "Bo", "Ann2"))
    results = [(shop.ann, True), (shop.bo, False), (shop.twin, True)] * 4
    end = shop.calls(results)
    shop.goal()
    shop.deliver(end)
    shop.fit(end)
    return shop


def recounted(shop: Shop) -> dict[tuple[UUID, str, str], tuple[int, int]]:
    """Return the frequency table as a fit on the history of now would count it."""
    with shop.read() as session:
        ((model, version),) = reaction.of_kind(session, KIND)
        goal = goal_of(options_of(version))
        samples = storing.samples(session, model.id, goal, shop.now, now=shop.now)
        found = tables_of(samples, features_in(version.parameters))
    told = {
        (team, *key): pair for team, table in found.items() for key, pair in table.counts.items()
    }
    return {place: pair for place, pair in told.items() if pair != (0, 0)}


def test_a_merge_leaves_what_a_count_of_the_merged_history_gives(called: Shop) -> None:
    apart = called.counts()
    with called.write() as session:
        merge = merge_customers(session, called.ann, called.twin, now=called.now)
        merge_id = merge.id
    called.deliver(called.now)

    assert called.counts() == recounted(called) != apart
    assert called.p(called.twin) is None

    with called.write() as session:
        unmerge_customers(session, merge_id, now=called.now)
    called.deliver(called.now)
    assert called.counts() == recounted(called) == apart
    assert called.p(called.twin) is not None


def test_nothing_is_learnt_from_who_was_erased(called: Shop) -> None:
    with called.write() as session:
        parts.erase(session, called.bo)

    assert called.total() == (8, 0)
    assert called.p(called.bo) is None
    with called.read() as session:
        assert session.scalars(select(Case.at).where(Case.customer_id == called.bo)).all() == []


def test_nobody_has_a_score_when_nothing_was_lost_any_more(called: Shop) -> None:
    with called.write() as session:
        parts.erase(session, called.bo)

    called.touch(called.ann, called.now, outcome="reached")
    called.deliver(called.now + DAY)

    assert called.p(called.ann) is None


def test_a_person_gets_scores_and_cases(called: Shop) -> None:
    with called.read() as session:
        told = parts.export(session, called.ann)

    assert told is not None
    assert [one["key"] for one in told["propensity"]["scores"]] == ["propensity_answer"]
    assert [one["won"] for one in told["propensity"]["cases"]] == [True] * 4


def test_reasons_of_a_score_are_told_with_its_version(called: Shop) -> None:
    with called.read() as session:
        (told,) = explain(session, called.ann)

    assert (told.key, told.version, told.as_of) == ("propensity_answer", 1, called.now)
    assert told.value == called.p(called.ann)
    assert told.reasons


def test_a_team_learns_from_its_own_once_it_has_enough(shop: Shop, factories: Factories) -> None:
    north, south = _team(shop, "North", factories.user()), _team(shop, "South", factories.user())
    good = shop.person("Good", owner_id=north[1])
    bad = shop.person("Bad", owner_id=south[1])
    results = [(good, True)] * 3 + [(good, False)] * 3 + [(bad, False)] * 9
    shop.goal(history_days=900)
    end = shop.calls(results)
    shop.deliver(end)
    shop.fit(end)

    found = shop.counts()

    assert found[north[0], "", ""] == (3, 3)
    assert found[south[0], "", ""] == (0, 9)
    assert shop.total() == (3, 12)
    with shop.read() as session:
        scored = dict(session.execute(select(Propensity.customer_id, Propensity.p)).all())
    assert scored[good] > scored[bad] > 0


def _team(shop: Shop, name: str, user_id: UUID) -> tuple[UUID, UUID]:
    team_id = new_id()
    with shop.write() as session:
        session.execute(insert(Team).values(id=team_id, name=name))
        session.execute(insert(TeamMember).values(team_id=team_id, user_id=user_id))
    return team_id, user_id


def test_what_changes_with_what_a_customer_does_is_not_known_of_past_cases(shop: Shop) -> None:
    ann, bo = shop.person("Ann", country="GB"), shop.person("Bo", country="FR")
    end = shop.calls([(ann, True), (bo, False)] * 3)
    shop.goal(attributes=["customers.country", "customers.touchpoints"])
    shop.deliver(end)
    shop.fit(end)

    shop.touch(ann, end, outcome="reached")
    shop.deliver(end + DAY)

    with shop.read() as session:
        traits = dict(
            session.execute(select(Case.at, Case.traits).where(Case.customer_id == ann)).all()
        )
    assert traits[START] == {"customers.country": "GB"}
    assert traits[end] == {"customers.country": "GB", "customers.touchpoints": 4.0}


def test_a_case_keeps_what_was_known_when_it_began(shop: Shop) -> None:
    ann, bo = shop.person("Ann", country="GB"), shop.person("Bo", country="FR")
    end = shop.calls([(ann, True), (bo, False)] * 3)
    shop.goal(attributes=["customers.country"])
    shop.deliver(end)
    shop.fit(end)

    with shop.write() as session:
        change_customer(session, ann, {"country": "DE"}, now=end)
    shop.rescore(end + DAY)

    with shop.read() as session:
        traits = session.scalars(select(Case.traits).where(Case.customer_id == ann)).all()
    assert traits == [{"customers.country": "GB"}] * 3


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 2),
            st.integers(-40, 10),
            st.sampled_from(["reached", "no_answer", None]),
            st.sampled_from(["in", "out"]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_comes_in_whatever_order_live_counts_are_those_of_a_full_recount(
    called: Shop, told: list[tuple[int, int, str | None, str]]
) -> None:
    people = (called.ann, called.bo, called.twin)
    base: datetime = called.now
    for who, days, outcome, direction in told:
        at = base + days * DAY / 2
        called.touch(people[who], at, outcome=outcome, direction=direction)
    called.deliver(base + 12 * DAY)
    with called.write() as session:
        follow(session, people, called.now)
    live = called.counts()

    assert live == recounted(called)
    called.rescore(called.now)
    assert called.counts() == live


def test_the_attribute_of_a_goal_is_there_while_the_goal_is(called: Shop) -> None:
    called.refresh()
    with called.read() as session:
        known = session.info["attributes"]()
        attribute = known["scoring.propensity_answer"]
        query = select(attribute.sql()).select_from(attribute.join)
        assert len(session.scalars(query).all()) == 3
        assert get_model(session, "propensity_answer").title_en == str(attribute.title.en)
