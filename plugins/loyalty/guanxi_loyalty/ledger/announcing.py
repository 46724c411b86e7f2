"""Whose balance changed, told to the log: one event a member for all that a transaction moved.

Rules of segments, webhooks and other plugins hear of it by ``CustomerChanged``, which names the
attributes of :mod:`guanxi_loyalty.attributes` that may be others now.
"""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.sdk import CustomerChanged, append_alike, write_context
from guanxi_loyalty.ledger.units import UnitFacts

PREFIX: Final = "loyalty."
BALANCE: Final = ("loyalty.balance", "loyalty.expiring_30d")
MORE: Final[Mapping[str, tuple[str, ...]]] = {
    "earn": ("loyalty.lifetime_points",),
    "redeem": ("loyalty.last_redeemed_at",),
    "capture": ("loyalty.last_redeemed_at",),
}
"""What else a kind of transaction changes, of the member that it is about."""
UNTOLD: Final = ("merge", "erase")
"""The core itself tells of customers who are merged, taken apart or erased."""


def announce(session: Session, unit: UnitFacts, kind: str, customers: Iterable[UUID]) -> None:
    """Tell of members whose units moved, when the transaction commits."""
    if unit.kind == "spendable" and kind not in UNTOLD:
        fields = BALANCE + MORE.get(kind, ())
        write_context(session).defer("loyalty", (fields, customers), _tell)


def ours(fields: Iterable[str]) -> bool:
    """Return whether a change is one of loyalty's own alone."""
    return all(name.startswith(PREFIX) for name in fields)


def _tell(
    session: Session, _context: Any, items: list[tuple[tuple[str, ...], Iterable[UUID]]]
) -> None:
    changed: dict[UUID, tuple[str, ...]] = {}
    for fields, customers in items:
        for customer in customers:
            before = changed.get(customer, ())
            if before != fields:
                changed[customer] = tuple(dict.fromkeys(chain(before, fields)))
    alike: dict[tuple[str, ...], list[UUID]] = {}
    for customer, fields in changed.items():
        alike.setdefault(fields, []).append(customer)
    for fields, customers in alike.items():
        append_alike(session, CustomerChanged(fields=fields), customers)
