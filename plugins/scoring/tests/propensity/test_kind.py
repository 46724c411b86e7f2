"""Versions of a goal: which one is kept, when there is an alarm, what a fit needs."""

import pytest
from plugins.scoring.tests.propensity.shop import DAY, Shop
from sqlalchemy import insert, select

from guanxi_scoring.life.finding import current_version, get_model
from guanxi_scoring.models.propensity import COMPANY, Case
from guanxi_scoring.propensity.kind import PROPENSITY


@pytest.fixture
def called(shop: Shop) -> Shop:
    """A shop with a goal in force: Ann answers, Bo does not."""
    shop.ann, shop.bo = shop.person("Ann"), shop.person("Bo")
    end = shop.calls([(shop.ann, True), (shop.bo, False)] * 6)
    shop.goal()
    shop.deliver(end)
    shop.fit(end)
    return shop


def _later(shop: Shop, share: float) -> None:
    """Let 120 cases begin since and be over, of which a share was won."""
    rows = [
        {
            "model_id": _model_id(shop),
            "customer_id": shop.ann,
            "at": shop.now + place * DAY / 200,
            "due": shop.now + place * DAY / 200,
            "team_id": COMPANY,
            "facts": {},
            "traits": {},
            "won": place < 120 * share,
            "closed_at": shop.now + place * DAY / 200,
        }
        for place in range(120)
    ]
    with shop.write() as session:
        session.execute(insert(Case), rows)


def _model_id(shop: Shop) -> object:
    with shop.read() as session:
        return get_model(session, "propensity_answer").id


def _drift(shop: Shop) -> object:
    with shop.read() as session:
        model = get_model(session, "propensity_answer")
        version = current_version(session, model)
        assert version is not None
        assert PROPENSITY.drift is not None
        return PROPENSITY.drift(session, model, version, shop.now + 2 * DAY)


def test_there_is_an_alarm_when_far_more_succeed_than_were_expected(called: Shop) -> None:
    _later(called, 0.95)

    told = _drift(called)

    assert told is not None
    assert told.values == {"cases": 120, "observed": 114, "expected": 60.0}


def test_there_is_none_while_as_many_succeed_as_were_expected(called: Shop) -> None:
    _later(called, 0.5)

    assert _drift(called) is None


def test_a_candidate_that_explains_less_is_kept_back_and_one_as_good_is_not() -> None:
    good = {"log_loss": 0.4, "log_loss_base": 0.5, "errors": {"explained": 0.05}}
    bad = {"log_loss": 0.48, "log_loss_base": 0.5, "errors": {"explained": 0.05}}
    chance = {**bad, "log_loss": 0.45}

    told = PROPENSITY.worse(bad, good, 1.645)

    assert told is not None
    assert told.values == {"new": {"share": 0.04}, "old": {"share": 0.2}}
    assert PROPENSITY.worse(chance, good, 1.645) is None
    assert PROPENSITY.worse(good, bad, 1.645) is None
    assert PROPENSITY.worse(good, good, 1.645) is None
    assert PROPENSITY.worse(good, {}, 1.645) is None
    assert PROPENSITY.worse({}, good, 1.645) is not None


def test_a_goal_with_too_few_cases_says_what_is_missing_and_scores_nobody(shop: Shop) -> None:
    ann = shop.person("Ann")
    end = shop.calls([(ann, True)] * 6)
    shop.goal()
    shop.deliver(end)

    version = shop.fit(end)

    assert version.state == "failed"
    assert version.problem is not None
    assert version.problem["values"] == {"won": 6, "lost": 0, "each": 2, "cases": 6}
    with shop.read() as session:
        assert session.scalars(select(Case.at)).all() == []
    assert shop.p(ann) is None


def test_the_same_history_gives_the_same_fingerprint(called: Shop) -> None:
    again = called.fit(called.now)

    with called.read() as session:
        model = get_model(session, "propensity_answer")
        first = session.get_one(type(again), (model.id, 1))
    assert (again.number, again.fingerprint) == (2, first.fingerprint)
    assert again.parameters == first.parameters
