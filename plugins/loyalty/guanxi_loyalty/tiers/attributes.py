"""The attribute ``loyalty.tier`` (会员等级), of the programme that is first by its key."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Attribute, Customer, Text
from guanxi_loyalty.models import Programme, Standing, TierPolicy
from guanxi_loyalty.tiers.policy import read_tiers
from guanxi_loyalty.tiers.storing import ATTRIBUTE


def tier_attributes(session: Session) -> Iterable[Attribute]:
    """Return the attribute with the tiers of all versions as its choices, if there are any."""
    programme_id = session.scalar(
        select(Programme.id)
        .where(Programme.id.in_(select(TierPolicy.programme_id)))
        .order_by(Programme.key)
        .limit(1)
    )
    if programme_id is None:
        return
    versions = session.scalars(
        select(TierPolicy.definition)
        .where(TierPolicy.programme_id == programme_id)
        .order_by(TierPolicy.in_force_from)
    )
    tiers = {tier.key: tier for stored in versions for tier in read_tiers(stored).tiers}
    table = Standing.__table__.alias("loyalty_tier")
    yield Attribute(
        ATTRIBUTE,
        Text("Tier", "会员等级"),
        "choice",
        lambda: table.c.tier,
        join=table,
        on=(table.c.customer_id == Customer.id) & (table.c.programme_id == programme_id),
        choices=tuple((one.key, Text(one.title_en, one.title_zh)) for one in tiers.values()),
        permission="loyalty.view",
    )
