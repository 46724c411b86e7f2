"""What is owed for points (积分负债): outstanding units, and what they stand for in the books."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_loyalty.reports import ifrs15
from guanxi_loyalty.reports.asking import Question
from guanxi_loyalty.reports.months import outstanding, since_the_beginning

_UUID: Final = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
"""What a till writes as its document may be anything; a purchase's is the touchpoint's id."""
_SOLD = text(
    """
    WITH reversed AS (
        SELECT reverses_id, sum(amount) AS back FROM loyalty_transactions
        WHERE unit_id = :unit AND kind = 'reverse' AND effective_at <= :as_of GROUP BY 1
    ), kept AS (
        SELECT CAST(CASE WHEN t.document ~ :uuid THEN t.document END AS uuid) AS document,
            sum(t.amount - coalesce(r.back, 0)) AS kept
        FROM loyalty_transactions t LEFT JOIN reversed r ON r.reverses_id = t.id
        WHERE t.unit_id = :unit AND t.kind = 'earn' AND t.effective_at <= :as_of
          AND t.document ~ :uuid
        GROUP BY 1
    ), purchase AS (
        SELECT kept.kept, o.amount AS price, given.units
        FROM kept JOIN loyalty_occasions o ON o.programme_id = :programme AND o.id = kept.document
        CROSS JOIN LATERAL (
            SELECT sum(CAST(w.award ->> 2 AS numeric)) AS units
            FROM jsonb_array_elements(o.awards) AS w (award) WHERE w.award ->> 1 = :key
        ) given
        WHERE o.kind = 'purchase' AND o.amount > 0 AND kept.kept > 0
    )
    SELECT coalesce(sum(kept), 0) AS units, coalesce(sum(price * kept / units), 0) AS price,
        coalesce(sum(kept / units * price * (units * :worth) / (price + units * :worth)), 0)
            AS allocated
    FROM purchase WHERE units > 0
    """
)


@dataclass(frozen=True, slots=True)
class Liability:
    """Units and money as of an instant; money in the programme's currency, None without a price.

    :param issued: units issued, less those taken back; :param adjusted: added by hand.
    :param outstanding: what members have; ``ledger`` is the same from their accounts.
    :param still_expected: of these expected to be spent; the rest is expected to be breakage.
    :param sold: units given with purchases; :param free: all others (surveys, referrals, by hand).
    :param price: what was paid for the purchases; :param allocated: the part that is for points.
    :param recognised: of it revenue so far, ``breakage`` within it; :param deferred: the rest.
    :param deferred_free: what the free ones are expected to cost, at the same price.
    """

    issued: int
    adjusted: int
    redeemed: int
    gone: int
    outstanding: int
    ledger: int
    still_expected: int
    sold: int
    free: int
    price: Decimal | None
    allocated: Decimal | None
    recognised: Decimal | None
    breakage: Decimal | None
    deferred: Decimal | None
    deferred_free: Decimal | None

    @property
    def ties(self) -> bool:
        """Whether what was issued less what went is what members' accounts hold."""
        return self.outstanding == self.ledger

    @property
    def total(self) -> Decimal | None:
        """Both liabilities together."""
        if self.deferred is None or self.deferred_free is None:
            return None
        return self.deferred + self.deferred_free


def liability(session: Session, question: Question) -> Liability:
    """Return the outstanding liability with breakage after IFRS 15.

    Of each purchase that gave points, the part of its price that is for them, by relative
    stand-alone selling prices (:func:`ifrs15.allocated`, paragraphs 74, 76, B39 to B43); where a
    part of it came back, price and points shrink alike, and so does their share. Recognised in
    proportion to what was spent (:func:`ifrs15.recognise`, B44 to B47), for all points together,
    as they are alike (the portfolio of paragraph 4). The price of a unit and the expected breakage
    are policies of the programme.

    Points without a purchase have no price to allocate (they are outside of B39 to B43); what they
    are expected to cost stands apart, at the same price of a unit.

    Money is rounded at the end to the currency's minor unit. What ran out but was not settled yet
    is outstanding still; that is a minute's at the most.
    """
    moved = since_the_beginning(session, question)
    issued, redeemed, left = moved.net_issued, moved.net_redeemed, moved.total
    values = {
        "unit": question.unit.id,
        "key": question.unit.key,
        "programme": question.programme.id,
        "as_of": question.as_of,
        "worth": question.unit_worth,
        "uuid": _UUID,
    }
    row = session.execute(_SOLD, values).one()
    policies, total = question.unit.policies, issued + moved.adjusted
    sold = ifrs15.recognise(Decimal(row.allocated), total, redeemed, left, policies.breakage)
    free = total - int(row.units)
    others = ifrs15.recognise(
        max(free, 0) * question.unit_worth, total, redeemed, left, policies.breakage
    )
    known = bool(policies.thousand_worth)
    allocated, recognised = question.money(Decimal(row.allocated)), question.money(sold.recognised)
    return Liability(
        issued=issued,
        adjusted=moved.adjusted,
        redeemed=redeemed,
        gone=-(moved.expired + moved.written_off),
        outstanding=left,
        ledger=outstanding(session, question.unit.id, question.as_of),
        still_expected=round(sold.expected - redeemed),
        sold=int(row.units),
        free=free,
        price=question.money(Decimal(row.price)),
        allocated=allocated if known else None,
        recognised=recognised if known else None,
        breakage=question.money(sold.breakage) if known else None,
        deferred=allocated - recognised if known else None,
        deferred_free=question.money(others.deferred) if known else None,
    )
