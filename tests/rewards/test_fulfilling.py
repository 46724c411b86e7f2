"""Granting, refusing, and what waits because no plugin answers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from tests.rewards.conftest import audited, logged, new_customer, points

from guanxi.access.rows import row_rules
from guanxi.customers.models import Customer
from guanxi.errors import GuanxiError, PreconditionFailed
from guanxi.events.vocabulary import RewardGranted
from guanxi.rewards.domain.faults import InvalidReward, NoSuchReward, WrongState
from guanxi.rewards.domain.fulfilling import fulfillers, grant, refuse, waiting
from guanxi.rewards.domain.requesting import request
from guanxi.rewards.domain.stepping import found
from guanxi.rewards.models import Reward
from guanxi.testkit.fixtures import NOW


def test_granted_reward_remembers_who_gave_it(write, session, requested):
    until = NOW + timedelta(days=30)

    with write() as tx:
        grant(tx, requested, now=NOW, fulfilled_by="loyalty", reference="L-1", expires_at=until)

    reward = found(session, requested)
    assert (reward.state, reward.fulfilled_by, reward.reference) == ("granted", "loyalty", "L-1")
    assert (reward.granted_at, reward.expires_at, reward.version) == (NOW, until, 2)
    assert isinstance(logged(session)[-1], RewardGranted)
    entry = audited(session, requested)[-1]
    assert (entry.before, entry.after["state"]) == ({"state": "requested"}, "granted")


def test_refused_reward_says_why(write, session, requested):
    with write() as tx:
        refuse(tx, requested, " budget is used up ", now=NOW)

    reward = found(session, requested)
    assert (reward.state, reward.state_reason) == ("refused", "budget is used up")


def test_refusing_needs_a_reason(write, requested):
    with pytest.raises(InvalidReward), write() as tx:
        refuse(tx, requested, "", now=NOW)


def test_reward_is_answered_once(write, granted):
    with pytest.raises(WrongState, match="granted"), write() as tx:
        grant(tx, granted, now=NOW)
    with pytest.raises(WrongState, match="granted"), write() as tx:
        refuse(tx, granted, "too late", now=NOW)


def test_two_who_answer_at_once_do_it_once(write, session, requested):
    together = Barrier(2)

    def answer(step):
        try:
            with write() as tx:
                together.wait()
                return step(tx)
        except GuanxiError as error:
            return error

    steps = (
        lambda tx: grant(tx, requested, now=NOW),
        lambda tx: refuse(tx, requested, "no", now=NOW),
    )
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(answer, steps))

    assert sum(isinstance(one, WrongState) for one in answers) == 1
    assert len(audited(session, requested)) == 2


def test_version_that_was_overtaken_is_refused(write, requested):
    with pytest.raises(PreconditionFailed), write() as tx:
        grant(tx, requested, now=NOW, expected_version=7)


def test_unknown_reward_is_not_found(write):
    with pytest.raises(NoSuchReward), write() as tx:
        grant(tx, uuid4(), now=NOW)


def test_waiting_rewards_name_the_plugin_that_will_answer(write, session, customer, requested):
    with write() as tx:
        nobodys = request(tx, points(customer, kind="voucher"), now=NOW + timedelta(hours=1)).id
        done = request(tx, points(customer), now=NOW).id
        grant(tx, done, now=NOW)

    found_waiting = waiting(session, fulfillers([("loyalty", "points")]), limit=10)

    assert [(one.reward.id, one.plugin) for one in found_waiting] == [
        (requested, "loyalty"),
        (nobodys, None),
    ]


def test_reward_out_of_sight_cannot_be_granted(database, write, factories, session):
    database.row_rules = row_rules(Customer, ((Reward, Reward.customer_id),))
    me, colleague = factories.user(), factories.user()
    theirs = new_customer(write, "Theirs", colleague)
    with write() as tx:
        foreign = request(tx, points(theirs), now=NOW).id

    with (
        pytest.raises(NoSuchReward),
        write(principal=factories.principal(me, scope="own")) as tx,
    ):
        grant(tx, foreign, now=NOW)

    assert found(session, foreign).state == "requested"
