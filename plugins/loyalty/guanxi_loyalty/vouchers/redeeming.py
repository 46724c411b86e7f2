"""Use codes in an order, all of them or none, exactly once; take that back, once as well.

Every count is raised by a conditional UPDATE, so that of many who use the last one at the same
moment one succeeds, and the others get the answer that a used code gets.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, NotFound, Refused, new_id
from guanxi_loyalty.counting import count_use, uncount_use
from guanxi_loyalty.ledger.posting import hash_request
from guanxi_loyalty.models import Programme
from guanxi_loyalty.texts import N_
from guanxi_loyalty.vouchers.basket import Basket
from guanxi_loyalty.vouchers.discounts import Terms
from guanxi_loyalty.vouchers.marking import mark_redeemed
from guanxi_loyalty.vouchers.quoting import Quote, work_out
from guanxi_loyalty.vouchers.secrecy import NotUsable, hash_code, pepper

_CLAIM = text(
    """
    INSERT INTO loyalty_code_orders (id, programme_id, key, request_hash, customer_id, document,
        discount, answer, at, actor_name)
    VALUES (:id, :programme, :key, :hash, :customer, :document, 0, '{}', :now, :actor)
    ON CONFLICT (programme_id, key) DO NOTHING RETURNING id
    """
)
_FIRST = text(
    "SELECT id, request_hash, answer FROM loyalty_code_orders "
    "WHERE programme_id = :programme AND key = :key"
)
_ANSWER = text(
    "UPDATE loyalty_code_orders SET discount = :discount, answer = CAST(:answer AS jsonb) "
    "WHERE id = :id"
)
_USE_CODE = text(
    """
    UPDATE loyalty_codes SET used = used + 1
    WHERE id = :code AND NOT blocked AND (use_limit IS NULL OR used < use_limit) RETURNING id
    """
)
_USE_SET = text(
    """
    UPDATE loyalty_code_sets SET used = used + 1
    WHERE id = :set AND state = 'active' AND used < total_limit RETURNING id
    """
)
_USED = text(
    """
    INSERT INTO loyalty_code_uses (order_id, code_id, customer_id, discount, counted,
        counted_total)
    VALUES (:order, :code, :customer, :discount, :counted, :total)
    """
)
_REVERSE = text(
    """
    UPDATE loyalty_code_uses u SET state = 'reversed', reversed_at = :now
    FROM loyalty_code_orders o, loyalty_codes c
    WHERE o.id = u.order_id AND c.id = u.code_id AND u.order_id = :order
      AND o.programme_id = :programme AND u.state = 'redeemed'
    RETURNING u.code_id, c.set_id, u.customer_id, u.counted, u.counted_total
    """
)
_ORDER = text("SELECT 1 FROM loyalty_code_orders WHERE id = :order AND programme_id = :programme")
_FREE_CODE = text("UPDATE loyalty_codes SET used = used - 1 WHERE id = :code")
_FREE_SET = text("UPDATE loyalty_code_sets SET used = used - 1 WHERE id = :set")


@dataclass(frozen=True, slots=True)
class Redeemed:
    """An order in which codes were used; the same one however often it is sent."""

    order_id: UUID
    quote: Quote
    replayed: bool = field(default=False, compare=False)


def redeem(
    session: Session,
    programme: Programme,
    basket: Basket,
    codes: Sequence[str],
    *,
    key: str,
    document: str | None = None,
    now: datetime,
    by: str,
) -> Redeemed:
    """Use ``codes`` in an order (核销): all of them, or none.

    :param key: makes it happen once; the same key with another request is refused.
    :raises NotUsable: one of them cannot be used.
    :raises Refused: one of them does not fit the order, or the others.
    :raises Conflict: the key was used for another request.
    """
    order_id = new_id()
    request: dict[str, object] = {"basket": repr(basket), "document": document}
    request["codes"] = [hash_code(pepper(session), code).hex() for code in codes]
    request_hash = hash_request("codes", request)
    claim = {"id": order_id, "programme": programme.id, "key": key, "hash": request_hash}
    claim |= {"customer": basket.customer_id, "document": document, "now": now, "actor": by}
    if session.execute(_CLAIM, claim).scalar_one_or_none() is None:
        return _first(session, programme, key, request_hash)
    quote, found = work_out(session, programme, basket, codes, now=now)
    _refuse(quote)
    taken = [
        (terms, code.discount) for terms, code in zip(found, quote.codes, strict=True) if terms
    ]
    for terms, discount in sorted(taken, key=lambda one: one[0].code_id):
        _take(session, order_id, terms, basket.customer_id, discount)
    mark_redeemed(session, [terms.code_id for terms, _discount in taken], now=now)
    answer = {"id": order_id, "discount": quote.discount}
    session.execute(_ANSWER, {**answer, "answer": orjson.dumps(quote.as_json()).decode()})
    return Redeemed(order_id, quote)


def reverse(session: Session, programme: Programme, order_id: UUID, *, now: datetime) -> int:
    """Take the use of all codes of an order back; return how many became free by this call.

    :raises NotFound: there is no such order.
    """
    values = {"order": order_id, "programme": programme.id}
    if session.execute(_ORDER, values).scalar_one_or_none() is None:
        raise NotFound(N_("No codes were used in such an order."))
    rows = session.execute(_REVERSE, {**values, "now": now}).all()
    for row in sorted(rows, key=lambda one: one.code_id):
        session.execute(_FREE_CODE, {"code": row.code_id})
        if row.counted_total:
            session.execute(_FREE_SET, {"set": row.set_id})
        if row.counted and row.customer_id is not None:
            uncount_use(session, row.set_id, row.customer_id)
    return len(rows)


def _refuse(quote: Quote) -> None:
    if any(code.unknown for code in quote.codes):
        raise NotUsable
    for code in quote.codes:
        if code.refused is not None:
            raise Refused(code.refused)


def _first(session: Session, programme: Programme, key: str, request_hash: bytes) -> Redeemed:
    row = session.execute(_FIRST, {"programme": programme.id, "key": key}).one()
    if bytes(row.request_hash) != request_hash:
        raise Conflict(
            N_("The key %(key)s was used for another request before. Take a new one."), key=key
        )
    return Redeemed(row.id, Quote.from_json(row.answer), replayed=True)


def _take(
    session: Session, order_id: UUID, terms: Terms, customer_id: UUID | None, discount: int
) -> None:
    if session.execute(_USE_CODE, {"code": terms.code_id}).scalar_one_or_none() is None:
        raise NotUsable
    limited = terms.total_limit is not None
    if limited and session.execute(_USE_SET, {"set": terms.set_id}).scalar_one_or_none() is None:
        raise NotUsable
    counted = False
    if terms.customer_limit is not None and customer_id is not None:
        counted = count_use(session, terms.set_id, customer_id, terms.customer_limit)
        if not counted:
            raise NotUsable
    used = {"order": order_id, "code": terms.code_id, "customer": customer_id}
    session.execute(_USED, {**used, "discount": discount, "counted": counted, "total": limited})
