"""The core's own readers, too, miss nothing when transactions commit in the other order.

Neither do they wait for ever for a transaction whose connection was cut off: its lock goes with it.
"""

import json
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from tests.delivery.notebook import changed, neighbours, readers_of
from tests.delivery.test_log_order import OpenTransaction, horizon_of
from tests.delivery.trade import OPENED, Shop

from guanxi.db import Actor
from guanxi.delivery.facts import facts_reader, verify_facts
from guanxi.delivery.webhook_reader import webhook_reader
from guanxi.events import Vocabulary
from guanxi.platform import Platform
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.recording import record
from guanxi.webhooks.domain.endpoints import EndpointDraft, create_endpoint


def open_sale(database, customer):
    """Record a purchase and take its position, without committing."""
    transaction = OpenTransaction(database)
    draft = Draft(customer_id=customer, occurred_at=OPENED, channel="store", kind="purchase",
                  direction="in", currency="EUR", amount=Decimal(10))  # fmt: skip
    record(transaction.session, draft, now=OPENED)
    transaction.session.flush()
    transaction.append()
    return transaction


def test_the_facts_hold_what_committed_late(database, session, delivery):
    shop = Shop(database)
    customer = shop.customer()
    readers = readers_of(facts_reader(Vocabulary()))
    late = open_sale(database, customer)
    shop.sale(customer, "5")

    delivery.drain(readers)
    late.commit()
    delivery.drain(readers)

    assert verify_facts(session) == []
    revenue = session.scalar(text("SELECT revenue FROM customer_trade"))
    assert revenue == 15


def test_webhooks_tell_of_what_committed_late_and_in_the_order_of_the_log(
    platform: Platform, database, session, delivery
):
    with database.write(Actor("system", "test"), now=OPENED) as writing:
        create_endpoint(
            writing,
            EndpointDraft(url="http://shop.example/hook", events=("TouchpointRecorded",)),
            platform.secrets,
            known=platform.vocabulary.classes,
            now=OPENED,
        )
    shop = Shop(database)
    customer = shop.customer()
    readers = readers_of(webhook_reader(Vocabulary()))
    late = open_sale(database, customer)
    shop.sale(customer, "5")

    delivery.drain(readers)
    before = told(session)
    late.commit()
    delivery.drain(readers)

    assert before == []
    assert told(session) == [10, 5]


def told(session):
    """The amounts in the order in which the receiver will hear of them."""
    bodies = session.scalars(text("SELECT body FROM webhook_deliveries ORDER BY number"))
    return [Decimal(json.loads(body)["data"]["touchpoint"]["amount"]) for body in bodies]


def test_a_transaction_whose_connection_is_cut_off_holds_nobody_up(
    database, second, append, delivery, notebook
):
    lost, kept = neighbours(2)
    dying = OpenTransaction(database, changed(lost, "lost"))
    append(changed(kept, "kept"))
    held_up_at = horizon_of(second)
    pid = dying.session.execute(text("SELECT pg_backend_pid()")).scalar_one()

    with second.read() as killer:
        killer.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})

    assert horizon_of(second) == held_up_at + 2
    delivery.drain(readers_of(notebook.reader()))
    assert notebook.notes() == ["kept"]
    with pytest.raises(DBAPIError):
        dying.commit()
