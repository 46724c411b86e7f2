"""What lies on gift cards: still to be paid with, run out, and written off (未兑付余额)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from guanxi.sdk import customers
from guanxi_loyalty.models import GiftCard, GiftCardActivity, Programme


@dataclass(frozen=True, slots=True)
class Outstanding:
    """Minor units of a programme's cards, of those that whoever asks may see.

    :param usable: can be paid with now; ``cards`` have something of it.
    :param blocked: lies on cards that are blocked; it can be paid with again once they are not.
    :param over: lies on cards that have run out: refunded since, or not yet written off.
    :param breakage: was written off so far.
    """

    cards: int
    usable: int
    blocked: int
    over: int
    breakage: int

    @property
    def liability(self) -> int:
        """What the company still owes: all that lies on cards."""
        return self.usable + self.blocked + self.over


def seen(session: Session) -> ColumnElement[bool]:
    """Return the condition that a card is in sight; one of nobody known is everybody's."""
    return or_(GiftCard.customer_id.is_(None), customers.in_sight(session, GiftCard.customer_id))


def outstanding(session: Session, programme: Programme, *, now: datetime) -> Outstanding:
    """Return what lies on a programme's cards."""
    over = and_(GiftCard.expires_at.is_not(None), GiftCard.expires_at <= now)
    usable = and_(GiftCard.state == "active", ~over)
    blocked = and_(GiftCard.state == "blocked", ~over)
    of = GiftCard.programme_id == programme.id
    row = session.execute(
        select(
            func.count().filter(and_(usable, GiftCard.balance > 0)),
            *(
                func.coalesce(func.sum(GiftCard.balance).filter(which), 0)
                for which in (usable, blocked, over)
            ),
        ).where(of, seen(session))
    ).one()
    breakage = session.scalar(
        select(func.coalesce(-func.sum(GiftCardActivity.amount), 0))
        .join(GiftCard, GiftCard.id == GiftCardActivity.card_id)
        .where(of, seen(session), GiftCardActivity.kind == "expire")
    )
    cards, *sums = (int(value) for value in row)
    return Outstanding(cards, sums[0], sums[1], sums[2], int(breakage or 0))
