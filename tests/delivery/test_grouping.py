"""How a batch is divided among the handlers of a reader."""

from guanxi.delivery.reader import Reader, grouped
from guanxi.events.vocabulary import CustomerChanged, CustomerCreated, RewardRequested
from guanxi.ids import new_id


def created(customer_id):
    return CustomerCreated(customer_id=customer_id, customer_kind="person")


def changed(customer_id):
    return CustomerChanged(customer_id=customer_id, fields=("note",))


def on_created(session, events):
    """Stands for a handler; grouping never calls it."""


def on_changed(session, events):
    """Stands for another."""


def on_requested(session, events):
    """Stands for a third."""


def a_reader(**handlers):
    return Reader(name="r", handlers=handlers, kinds=(), reward_kinds=frozenset({"points"}))


READER = a_reader(on_customers_created=on_created, on_customers_changed=on_changed)


def test_events_of_different_customers_share_a_list():
    a, b = new_id(), new_id()
    events = [created(a), changed(a), created(b), changed(b)]

    assert grouped(READER, events) == [
        (on_created, [events[0], events[2]]),
        (on_changed, [events[1], events[3]]),
    ]


def test_one_customers_events_keep_their_order():
    a, b = new_id(), new_id()
    events = [changed(a), created(a), changed(a), changed(b)]

    groups = grouped(READER, events)

    assert [group for group in groups if a in {e.customer_id for e in group[1]}] == [
        (on_changed, [events[0]]),
        (on_created, [events[1]]),
        (on_changed, [events[2], events[3]]),
    ]


def test_events_without_customer_need_no_order():
    events = [changed(None), created(None), changed(None)]

    assert grouped(READER, events) == [
        (on_changed, [events[0], events[2]]),
        (on_created, [events[1]]),
    ]


def test_hooks_that_share_a_function_share_a_list():
    a = new_id()
    both = a_reader(on_customers_created=on_created, on_customers_changed=on_created)
    events = [created(a), changed(a), created(a)]

    assert grouped(both, events) == [(on_created, events)]


def test_events_without_a_handler_are_left_out():
    only_created = a_reader(on_customers_created=on_created)

    assert grouped(only_created, [changed(new_id())]) == []


def test_requests_of_kinds_that_somebody_else_fulfils_are_left_out():
    reader = a_reader(on_rewards_requested=on_requested)
    customer, reward = new_id(), new_id()
    points, coupon = (
        RewardRequested(
            customer_id=customer, reward_id=reward, reward_kind=kind, reason="birthday", source="s"
        )
        for kind in ("points", "coupon")
    )

    assert grouped(reader, [coupon, points]) == [(on_requested, [points])]
