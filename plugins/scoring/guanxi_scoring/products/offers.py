"""Recommendations that were made, and as many as wanted held back to compare with (对照组).

Who is held back is decided by a hash of the customer's id, so it is the same person each time and
nobody can choose. An offer counts as taken up if the product is bought within its days.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from math import sqrt
from typing import Final
from uuid import UUID

from sqlalchemy import and_, case, exists, func, select
from sqlalchemy.orm import Session

from guanxi.sdk import (
    Invalid,
    Touchpoint,
    TouchpointLine,
    append,
    customers,
    new_id,
    write_context,
)
from guanxi_scoring.company import company
from guanxi_scoring.models import NextProduct, Offer, Product
from guanxi_scoring.products.events import ProductOffered
from guanxi_scoring.products.intervals import wilson
from guanxi_scoring.texts import N_

ENOUGH: Final = 30
"""Fewer customers in either group say nothing."""
_BUCKETS: Final = 10_000


def arm_of(customer_id: UUID, control_percent: int) -> str:
    """Return ``control`` for so many customers in a hundred, always the same ones."""
    digest = sha256(b"next product" + customer_id.bytes).digest()
    bucket = int.from_bytes(digest[:8], "big") % _BUCKETS
    return "control" if bucket < control_percent * _BUCKETS // 100 else "offered"


def offer(session: Session, customer_id: UUID, product: str, *, now: datetime) -> Offer:
    """Note that a product is offered to a customer, or held back from them; see ``Offer.arm``.

    While an offer of the same product is open, it is that one.

    :raises Invalid: nobody has bought such a product yet, or it is not to be offered.
    """
    clean = customers.clean_text(product, 200)
    found = session.get(Product, clean)
    if found is None or not found.available:
        raise Invalid(
            N_("“%(product)s” is no product that can be offered now."),
            fields={"product": []},
            product=clean,
        )
    chosen = company(session).settings
    still_open = session.scalar(
        select(Offer)
        .where(Offer.customer_id == customer_id, Offer.product == clean)
        .where(Offer.at > now - timedelta(days=chosen["next_offer_days"]))
        .order_by(Offer.at.desc())
        .limit(1)
    )
    if still_open is not None:
        return still_open
    made = Offer(
        id=new_id(),
        customer_id=customer_id,
        product=clean,
        rank=session.scalar(
            select(NextProduct.rank).where(
                NextProduct.customer_id == customer_id, NextProduct.product == clean
            )
        ),
        arm=arm_of(customer_id, chosen["next_control_percent"]),
        days=chosen["next_offer_days"],
        at=now,
        actor_name=write_context(session).actor.name,
    )
    session.add(made)
    session.flush()
    append(session, ProductOffered(customer_id=customer_id, product=clean, arm=made.arm))
    return made


@dataclass(frozen=True, slots=True)
class Conversion:
    """What came of offers whose days are over: how many customers there were, and bought.

    :param waiting: offers whose days are not over yet.
    """

    offered: int
    offered_bought: int
    control: int
    control_bought: int
    waiting: int

    @property
    def too_small(self) -> bool:
        """Either group is too small to say anything."""
        return min(self.offered, self.control) < ENOUGH

    @property
    def difference(self) -> tuple[float, float, float] | None:
        """How much likelier who was offered it is to buy, with the 95 % interval; None: unknown."""
        if self.too_small:
            return None
        return newcombe(self.offered_bought, self.offered, self.control_bought, self.control)


def conversion(session: Session, now: datetime) -> Conversion:
    """Count, of the customers within sight, who bought what was offered or held back.

    Each customer counts once per arm: as one who bought if any of the products was bought.
    """
    over = Offer.at + func.make_interval(0, 0, 0, Offer.days)
    seen = customers.in_sight(session, Offer.customer_id)
    bought = exists(
        select(Touchpoint.id)
        .join(TouchpointLine, TouchpointLine.touchpoint_id == Touchpoint.id)
        .where(
            Touchpoint.customer_id == Offer.customer_id,
            Touchpoint.state == "recorded",
            Touchpoint.kind == "purchase",
            TouchpointLine.product == Offer.product,
            TouchpointLine.quantity > 0,
            Touchpoint.occurred_at > Offer.at,
            Touchpoint.occurred_at <= over,
        )
    )
    each = (
        select(Offer.arm, Offer.customer_id, func.bool_or(bought).label("bought"))
        .where(over <= now, seen)
        .group_by(Offer.arm, Offer.customer_id)
        .subquery()
    )
    rows = session.execute(
        select(each.c.arm, func.count(), func.sum(case((each.c.bought, 1), else_=0))).group_by(
            each.c.arm
        )
    )
    found = {arm: (int(number), int(hits)) for arm, number, hits in rows}
    waiting = session.scalar(select(func.count(Offer.id)).where(and_(over > now, seen))) or 0
    offered, control = found.get("offered", (0, 0)), found.get("control", (0, 0))
    return Conversion(offered[0], offered[1], control[0], control[1], waiting)


def newcombe(
    hits: int, of: int, other_hits: int, other_of: int, z: float = 1.959964
) -> tuple[float, float, float]:
    """Return the difference of two shares and its interval.

    Newcombe (1998), Interval estimation for the difference between independent proportions,
    Statistics in Medicine 17, method 10.
    """
    one, other = hits / of, other_hits / other_of
    low, high = wilson(hits, of, z)
    other_low, other_high = wilson(other_hits, other_of, z)
    difference = one - other
    return (
        difference,
        difference - sqrt((one - low) ** 2 + (other_high - other) ** 2),
        difference + sqrt((high - one) ** 2 + (other - other_low) ** 2),
    )
