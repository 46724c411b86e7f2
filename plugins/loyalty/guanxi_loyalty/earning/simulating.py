"""Try a purchase on a customer (试算): which rules fire, and why the others do not. Writes nothing.

The same judgement as the real run, on the same facts; so what it says is what then happens.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi_loyalty.earning import members
from guanxi_loyalty.earning.book import open_book
from guanxi_loyalty.earning.facts import Happening, Judgement, MemberFacts
from guanxi_loyalty.earning.judging import judge
from guanxi_loyalty.models import Programme
from guanxi_loyalty.tiers.following import Follower


def simulate(
    session: Session,
    programme: Programme,
    customer_id: UUID,
    happening: Happening,
    *,
    now: datetime,
    every: bool = True,
) -> Judgement:
    """Return what would come of an occasion.

    :param every: judge rules that are paused too, so that they say so.
    """
    book = open_book(session, programme, every=every)
    rules = book.every_rule
    keys = members.attribute_keys(rules)
    follower = Follower(session, book, [customer_id], now=now)
    multipliers = follower.multipliers(session, [customer_id])
    member = MemberFacts(
        customer_id=customer_id,
        attributes=members.attributes(session, keys, [customer_id]).get(customer_id, {}),
        purchases_before=members.count_before(session, customer_id, happening),
        used=members.uses(session, rules, [customer_id]).get(customer_id, {}),
        **({"multiplier": multipliers[customer_id]} if customer_id in multipliers else {}),
    )
    return judge(book.scheme, rules, happening, member)
