"""The codes and gift cards that one member has (我的券, 礼品卡), without what opens them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

_CODES = text(
    """
    SELECT c.id, s.key, c.serial, s.title_en, s.title_zh, s.effect, s.value,
        least(c.valid_to, s.valid_to) AS valid_to, c.made_at,
        c.used >= coalesce(c.use_limit, c.used + 1) AS spent,
        NOT c.blocked AND s.state = 'active' AND c.used = 0
            AND (c.valid_to IS NULL OR c.valid_to > :now)
            AND (s.valid_from IS NULL OR s.valid_from <= :now)
            AND (s.valid_to IS NULL OR s.valid_to > :now) AS usable
    FROM loyalty_codes c JOIN loyalty_code_sets s ON s.id = c.set_id
    WHERE c.customer_id = :customer AND s.programme_id = :programme
      AND (CAST(:id AS uuid) IS NULL OR c.id = :id)
    ORDER BY c.made_at DESC, c.id DESC LIMIT :limit
    """
)
_CARDS = text(
    """
    SELECT g.id, g.serial, g.currency, g.balance, g.expires_at, g.issued_at,
        g.state = 'active' AND (g.expires_at IS NULL OR g.expires_at > :now) AS usable,
        EXISTS (SELECT 1 FROM loyalty_reward_issues i WHERE i.card_id = g.id) AS taken
    FROM loyalty_gift_cards g
    WHERE g.customer_id = :customer AND g.programme_id = :programme
      AND (CAST(:id AS uuid) IS NULL OR g.id = :id)
    ORDER BY g.issued_at DESC, g.id DESC LIMIT :limit
    """
)


@dataclass(frozen=True, slots=True)
class OwnCode:
    """A member's personal code. ``usable``: it works now; ``spent``: it was used up."""

    id: UUID
    set_key: str
    serial: int
    title_en: str
    title_zh: str
    effect: str
    value: int
    valid_to: datetime | None
    made_at: datetime
    spent: bool
    usable: bool


@dataclass(frozen=True, slots=True)
class OwnCard:
    """A gift card; the balance is in minor units. ``taken``: it came as a reward.

    Another card may have been bought for somebody else, who holds its code.
    """

    id: UUID
    serial: str
    currency: str
    balance: int
    expires_at: datetime | None
    issued_at: datetime
    usable: bool
    taken: bool


def codes_of(
    session: Session,
    programme_id: UUID,
    customer_id: UUID,
    *,
    now: datetime,
    code_id: UUID | None = None,
    limit: int = 50,
) -> Sequence[OwnCode]:
    """Return a member's personal codes, the latest first.

    :param code_id: only this one, if it is the member's.
    """
    values = {"programme": programme_id, "customer": customer_id, "now": now}
    found = session.execute(_CODES, {**values, "id": code_id, "limit": limit})
    return [OwnCode(*row) for row in found]


def cards_of(
    session: Session,
    programme_id: UUID,
    customer_id: UUID,
    *,
    now: datetime,
    card_id: UUID | None = None,
    limit: int = 50,
) -> Sequence[OwnCard]:
    """Return the gift cards that a member bought or got, the latest first.

    :param card_id: only this one, if it is the member's.
    """
    values = {"programme": programme_id, "customer": customer_id, "now": now}
    found = session.execute(_CARDS, {**values, "id": card_id, "limit": limit})
    return [OwnCard(*row) for row in found]
