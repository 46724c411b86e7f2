"""One activity on a card: the guarded change of its balance, and the row that tells of it."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Invalid, NotFound, new_id
from guanxi_loyalty.ledger.posting import hash_request
from guanxi_loyalty.models import Programme
from guanxi_loyalty.texts import N_
from guanxi_loyalty.vouchers.secrecy import NotUsable

MOST = 10**10
"""Minor units; more lies on no card."""

_LOCK = text(
    "SELECT currency FROM loyalty_gift_cards WHERE id = :card AND programme_id = :programme "
    "FOR UPDATE"
)
_FIRST = text(
    """
    SELECT id, card_id, kind, amount, balance_after, request_hash FROM loyalty_gift_activities
    WHERE programme_id = :programme AND key = :key
    """
)
_MOVE = text(
    """
    UPDATE loyalty_gift_cards SET balance = balance + :amount, changed_at = :now
    WHERE id = :card AND balance + :amount BETWEEN 0 AND :most
      AND (NOT :alive OR (state = 'active' AND (expires_at IS NULL OR expires_at > :now)))
    RETURNING balance
    """
)
_NOTE = text(
    """
    INSERT INTO loyalty_gift_activities (id, programme_id, card_id, kind, amount, balance_after,
        key, request_hash, refunds_id, document, at, actor_name)
    VALUES (:id, :programme, :card, :kind, :amount, :balance, :key, :hash, :refunds, :document,
        :now, :actor)
    """
)


@dataclass(frozen=True, slots=True)
class CardAsk:
    """What all commands on cards are told; ``key`` makes one happen once."""

    programme: Programme
    key: str
    now: datetime
    actor: str
    document: str | None = None


@dataclass(frozen=True, slots=True)
class CardReceipt:
    """The answer of a command; the same one however often it is sent. Minor units, unsigned."""

    activity_id: UUID
    card_id: UUID
    kind: str
    amount: int
    balance: int
    replayed: bool = field(default=False, compare=False)


def begin(
    session: Session, ask: CardAsk, kind: str, card_id: UUID, **request: object
) -> bytes | CardReceipt:
    """Lock the card; return the hash of the request, or the receipt of the first time.

    :raises NotFound: there is no such card in the programme.
    :raises Conflict: the key was used for another request.
    """
    values = {"card": card_id, "programme": ask.programme.id}
    if session.execute(_LOCK, values).scalar_one_or_none() is None:
        raise NotFound(N_("There is no such gift card."))
    asked = hash_request(kind, {"card": card_id, **request})
    row = session.execute(_FIRST, {"programme": ask.programme.id, "key": ask.key}).one_or_none()
    if row is None:
        return asked
    if bytes(row.request_hash) != asked:
        raise Conflict(
            N_("The key %(key)s was used for another request before. Take a new one."), key=ask.key
        )
    return CardReceipt(
        row.id, row.card_id, row.kind, abs(row.amount), row.balance_after, replayed=True
    )


def post(
    session: Session,
    ask: CardAsk,
    kind: str,
    card_id: UUID,
    amount: int,
    *,
    asked: bytes,
    alive: bool,
    refunds: UUID | None = None,
) -> CardReceipt:
    """Change the balance by ``amount`` and note it.

    :param alive: only on a card that is neither blocked nor run out.
    :raises NotUsable: it is, or there is not that much on it.
    """
    move = {"card": card_id, "amount": amount, "now": ask.now, "most": MOST, "alive": alive}
    balance = session.execute(_MOVE, move).scalar_one_or_none()
    if balance is None:
        raise NotUsable
    receipt = CardReceipt(new_id(), card_id, kind, abs(amount), balance)
    session.execute(
        _NOTE,
        {
            "id": receipt.activity_id,
            "programme": ask.programme.id,
            "card": card_id,
            "kind": kind,
            "amount": amount,
            "balance": balance,
            "key": ask.key,
            "hash": asked,
            "refunds": refunds,
            "document": ask.document,
            "now": ask.now,
            "actor": ask.actor,
        },
    )
    return receipt


def checked(amount: int) -> int:
    """Return ``amount`` if it is a number of minor units above zero.

    :raises Invalid: it is not, or more than lies on any card.
    """
    if type(amount) is not int or not 0 < amount <= MOST:
        raise Invalid(N_("Give a whole number of minor units above zero."), fields={"amount": []})
    return amount
