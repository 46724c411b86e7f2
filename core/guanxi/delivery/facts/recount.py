"""Count the touchpoints themselves: after merges and erasures, to rebuild, and to compare.

What the log has not delivered to the facts yet is taken out of the count again, because it will
come. So the result is exactly what the facts must hold at this point of the log, and a recount
may happen at any time.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.db.locks import lock_key
from guanxi.delivery.facts import counting
from guanxi.events import partition_of
from guanxi.events.models import PARTITIONS
from guanxi.events.vocabulary import Event

READER = "core.facts"

_LOCK_KEY = lock_key("delivery", READER)
_SHARE = text("SELECT pg_advisory_xact_lock_shared(:key)")
_OWN = text("SELECT pg_advisory_xact_lock(:key)")

EVERYONE: dict[str, object] = {
    "everyone": True,
    "ids": [],
    "last_partition": PARTITIONS - 1,
    "partitions": [],
    "upto": [],
    "current": [],
}
"""Parameters for counting all customers, from outside a delivery."""


def share_lock(session: Session) -> None:
    """Keep recounts away until the transaction ends; others may add up at the same time."""
    session.execute(_SHARE, {"key": _LOCK_KEY})


def own_lock(session: Session) -> None:
    """Wait until nobody adds up any more, and keep everybody away until the transaction ends."""
    session.execute(_OWN, {"key": _LOCK_KEY})


def recount_customers(
    session: Session, customers: Collection[UUID], *, handled: Sequence[Event]
) -> None:
    """Count these customers anew. The caller has the lock to itself (:func:`own_lock`).

    :param handled: the batch being delivered, which counts as delivered.
    """
    upto = {partition_of(event.customer_id): event.position for event in handled}
    parameters = EVERYONE | {
        "everyone": False,
        "ids": list(customers),
        "partitions": list(upto),
        "upto": list(upto.values()),
        "current": [event.position for event in handled],
    }
    _count_customers(session, parameters)


def rebuild_facts(session: Session) -> None:
    """Count everything anew; deliveries wait meanwhile, the bookmarks stay where they are."""
    own_lock(session)
    _count_customers(session, EVERYONE)
    session.execute(counting.FORGET_DAYS)
    session.execute(counting.INSERT_DAYS, EVERYONE)


def _count_customers(session: Session, parameters: dict[str, object]) -> None:
    session.execute(counting.FORGET_ACTIVITY, parameters)
    session.execute(counting.INSERT_ACTIVITY, parameters)
    session.execute(counting.FORGET_TRADE, parameters)
    session.execute(counting.INSERT_TRADE, parameters)
