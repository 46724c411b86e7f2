"""A code that nobody has seen, such as one the core asked for: shown by making it anew (查看券码).

Only hashes are kept, so the row gets another code; the one before stops working. The code follows
from the key of who asks, so that a form sent twice shows the same code twice.
"""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import Refused
from guanxi_loyalty.texts import N_
from guanxi_loyalty.vouchers.secrecy import derive, hash_code, pepper

_CODE = text(
    """
    UPDATE loyalty_codes SET code_hash = :hash
    WHERE id = :id AND customer_id IS NOT NULL AND text IS NULL AND used = 0 AND NOT blocked
    RETURNING id
    """
)
_CARD = text(
    "UPDATE loyalty_gift_cards SET code_hash = :hash WHERE id = :id AND state = 'active' "
    "RETURNING id"
)


def reveal_code(session: Session, code_id: UUID, key: str) -> str:
    """Return a new code in place of a personal one that was not used yet.

    :param key: the same key gives the same code.
    :raises Refused: it was used or blocked, or belongs to nobody.
    """
    return _renew(session, _CODE, code_id, key)


def reveal_card(session: Session, card_id: UUID, key: str) -> str:
    """Return a new code in place of a gift card's; its money stays.

    :param key: as for :func:`reveal_code`.
    :raises Refused: it is blocked.
    """
    return _renew(session, _CARD, card_id, key)


def _renew(session: Session, statement: object, id_: UUID, key: str) -> str:
    secret = pepper(session, make=True)
    code = derive(secret, f"{id_}:{key}")
    values = {"id": id_, "hash": hash_code(secret, code)}
    if session.execute(statement, values).scalar_one_or_none() is None:  # type: ignore[call-overload]
        raise Refused(N_("It was used or blocked, so it is not shown again."))
    return code
