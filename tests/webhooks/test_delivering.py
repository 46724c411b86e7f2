"""Webhooks reach a real receiver: signed, in order, under stable ids, tried again, never lost."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select, text
from tests.webhooks.conftest import (
    Receiver,
    customers,
    deliver,
    endpoint,
    log_of,
    state_of,
    writing,
)

from guanxi.clock import utc_now
from guanxi.delivery.webhook_reader import webhook_reader
from guanxi.events.vocabulary import Line, RewardRequested, TouchpointFacts, TouchpointRecorded
from guanxi.ids import new_id
from guanxi.platform import Platform
from guanxi.webhooks.domain import delivering, endpoints, log
from guanxi.webhooks.domain.enqueueing import MAX_BODY, body_of, enqueue, enqueue_test
from guanxi.webhooks.jobs import forget_old, send, sweep
from guanxi.webhooks.models import WebhookEndpoint


def test_events_arrive_signed_and_in_order(office: Platform, receiver: Receiver) -> None:
    target, secret = endpoint(office, receiver.url)
    made = customers(office, "Ada", "Bo", "Cy")
    deliver(office)

    tried = send(office, target)

    bodies = receiver.verified(secret)
    assert tried == 3
    assert {body["type"] for body in bodies} == {"CustomerCreated"}
    assert {body["data"]["customer_id"] for body in bodies} == {str(one) for one in made}
    assert receiver.ids == [one.message_id for one in log_of(office)]
    assert [one.state for one in log_of(office)] == ["delivered"] * 3


def test_no_names_leave_the_house(office: Platform, receiver: Receiver) -> None:
    target, _ = endpoint(office, receiver.url)
    customers(office, "Ada Lovelace")
    deliver(office)

    send(office, target)

    assert b"Lovelace" not in receiver.calls[0][1]


def test_only_chosen_events_since_the_making_are_told(office: Platform, receiver: Receiver) -> None:
    customers(office, "Before")
    wanted, _ = endpoint(office, receiver.url, "CustomerCreated")
    other, _ = endpoint(office, receiver.url, "CustomerErased")
    customers(office, "After")
    deliver(office)

    assert (send(office, wanted), send(office, other)) == (1, 0)


def test_reading_the_log_twice_tells_once(office: Platform, receiver: Receiver) -> None:
    endpoint(office, receiver.url)
    customers(office, "Ada", "Bo")
    deliver(office)
    with writing(office) as session:
        session.execute(text("UPDATE delivery_bookmarks SET position = 0"))

    deliver(office)

    assert len(log_of(office)) == 2


def test_every_kind_of_reward_is_told(office: Platform, receiver: Receiver) -> None:
    event = RewardRequested(
        customer_id=new_id(), reward_id=new_id(), reward_kind="anything", reason="r", source="s"
    )

    assert webhook_reader(office.vocabulary).handler_for(event) is enqueue


def test_a_receiver_that_was_down_gets_everything_once_and_in_order(
    office: Platform, receiver: Receiver
) -> None:
    target, secret = endpoint(office, receiver.url)
    customers(office, *[f"Customer {n}" for n in range(12)])
    deliver(office)
    receiver.status = 503
    down = send(office, target)
    while_down = [sweep(office) for _ in range(3)]
    receiver.status, receiver.calls = 200, []

    up = sweep(office, now=utc_now() + timedelta(seconds=10))

    assert (down, while_down, up) == (1, [0, 0, 0], 12)
    assert receiver.ids == [one.message_id for one in log_of(office)]
    assert len(set(receiver.ids)) == 12
    assert [one.tries for one in log_of(office)] == [2] + [1] * 11
    assert len(receiver.verified(secret)) == 12


def test_a_delivery_that_the_receiver_objects_to_does_not_hold_up_the_others(
    office: Platform, receiver: Receiver
) -> None:
    target, _ = endpoint(office, receiver.url)
    customers(office, "Ada", "Bo", "Cy")
    deliver(office)
    receiver.statuses = [200, 422]

    send(office, target)
    again = sweep(office, now=utc_now() + timedelta(seconds=10))

    first, second, third = [one.message_id for one in log_of(office)]
    assert receiver.ids == [first, second, third, second]
    assert again == 1
    assert [one.state for one in log_of(office)] == ["delivered"] * 3


def test_the_tries_spread_over_three_days_and_then_it_is_switched_off(
    office: Platform, receiver: Receiver
) -> None:
    target, _ = endpoint(office, receiver.url)
    customers(office, "Ada", "Bo")
    deliver(office)
    receiver.status = 500
    start = now = utc_now()
    for _ in range(30):
        send(office, target, now=now)
        paused = state_of(office, target).paused_until
        now = max(paused or now, now)

    assert timedelta(days=2.7) < now - start < timedelta(days=3.6)
    assert len(receiver.calls) == 10
    assert len(set(receiver.ids)) == 1
    assert [(one.state, one.tries) for one in log_of(office)] == [("failed", 10), ("pending", 0)]
    found = state_of(office, target)
    assert (found.active, found.disabled_reason) == (False, "unreachable")


def test_switching_it_on_again_sends_what_waited(office: Platform, receiver: Receiver) -> None:
    target, _ = endpoint(office, receiver.url)
    customers(office, "Ada")
    deliver(office)
    switch(office, target, receiver, active=False)
    off = send(office, target)

    switch(office, target, receiver, active=True)

    assert (off, send(office, target)) == (0, 1)


def switch(office: Platform, target: UUID, receiver: Receiver, *, active: bool) -> None:
    with writing(office) as session:
        draft = endpoints.EndpointDraft(url=receiver.url, active=active)
        endpoints.change_endpoint(session, target, draft, known=(), now=utc_now())


def test_gone_switches_the_endpoint_off_at_once(office: Platform, receiver: Receiver) -> None:
    target, _ = endpoint(office, receiver.url)
    customers(office, "Ada", "Bo")
    deliver(office)
    receiver.status = 410

    tried = send(office, target)

    assert (tried, len(receiver.calls)) == (1, 1)
    assert state_of(office, target).disabled_reason == "gone"


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 429, 500])
def test_nothing_but_2xx_counts_as_delivered(
    office: Platform, receiver: Receiver, status: int
) -> None:
    target, _ = endpoint(office, receiver.url)
    customers(office, "Ada")
    deliver(office)
    receiver.status = status

    send(office, target)

    [found] = log_of(office)
    assert (found.state, found.status, found.error) == ("pending", status, "saidso")


def test_an_internal_address_is_not_called(office: Platform, receiver: Receiver) -> None:
    target, _ = endpoint(office, f"https://localhost:{receiver.port}/")
    customers(office, "Ada")
    deliver(office)

    send(office, target)

    [found] = log_of(office)
    assert (found.state, receiver.calls) == ("pending", [])
    assert "network of its own" in (found.error or "")


def test_only_one_worker_sends_to_an_endpoint(office: Platform, receiver: Receiver) -> None:
    target, _ = endpoint(office, receiver.url)
    now = utc_now()
    with writing(office) as session:
        first = delivering.take_lease(session, target, now=now)
    with writing(office) as session:
        second = delivering.take_lease(session, target, now=now)
    with writing(office) as session:
        after_death = delivering.take_lease(session, target, now=now + delivering.LEASE)

    assert (first, second, after_death) == (True, False, True)


def test_sending_again_keeps_the_id(office: Platform, receiver: Receiver) -> None:
    target, _ = endpoint(office, receiver.url)
    customers(office, "Ada")
    deliver(office)
    send(office, target)
    [found] = log_of(office)

    with writing(office) as session:
        log.send_again(session, target, found.number, now=utc_now())
    send(office, target)

    assert receiver.ids == [found.message_id] * 2


def test_a_new_secret_and_the_old_one_both_verify_for_a_day(
    office: Platform, receiver: Receiver
) -> None:
    target, old = endpoint(office, receiver.url)
    with writing(office) as session:
        new = endpoints.renew_secret(session, target, office.secrets, now=utc_now())
    with writing(office) as session:
        enqueue_test(session, target, now=utc_now())

    send(office, target)

    assert old != new
    assert receiver.verified(new) == receiver.verified(old)
    assert receiver.verified(new)[0]["type"] == "webhook.test"


def test_the_secret_is_stored_encrypted(office: Platform, receiver: Receiver) -> None:
    target, secret = endpoint(office, receiver.url)

    with office.database.read() as session:
        stored = session.scalar(select(WebhookEndpoint.secret).where(WebhookEndpoint.id == target))

    assert stored is not None
    assert secret not in stored
    assert office.secrets.decrypt(stored) == secret


def test_a_touchpoint_with_very_many_lines_is_told_without_them() -> None:
    lines = tuple(Line(f"p{n}", "x" * 50, Decimal(1), Decimal(2)) for n in range(500))
    facts = TouchpointFacts(
        channel="store", kind="purchase", direction="in", occurred_at=utc_now(), lines=lines
    )
    event = TouchpointRecorded(touchpoint_id=new_id(), touchpoint=facts, recorded_at=utc_now())

    body = body_of(event)

    assert len(body) < MAX_BODY
    assert '"lines_omitted":500' in body


def test_old_settled_deliveries_are_forgotten(office: Platform, receiver: Receiver) -> None:
    target, _ = endpoint(office, receiver.url)
    customers(office, "Ada", "Bo")
    deliver(office)
    receiver.statuses = [200, 500]
    send(office, target)

    forget_old(office, now=utc_now() + timedelta(days=31))

    assert [one.state for one in log_of(office)] == ["pending"]
