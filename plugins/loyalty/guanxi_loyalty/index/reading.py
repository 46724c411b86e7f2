"""The index of one customer, itemised."""

from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, settings_of
from guanxi_loyalty.index.facts import columns, nps_attribute, tiers_that_count
from guanxi_loyalty.index.scoring import Facts, Index, index_from


def index_of(session: Session, customer_id: UUID, *, now: datetime) -> Index:
    """Return a customer's loyalty index with each of its parts, as of ``now``.

    Purchases and referrals are those until then; tier and answers are those of today. Whoever
    asks has made sure that the customer may be seen.
    """
    settings = settings_of(session, "loyalty")
    tiers = tiers_that_count(session, now)
    known = columns(now, tiers, nps_attribute(session, settings["index_nps_from"]))
    named = (getattr(known, one.name).label(one.name) for one in fields(known))
    found = session.execute(select(*named).where(Customer.id == customer_id))
    row: Any = found.mappings().one_or_none()
    facts = Facts() if row is None else Facts(**row, tiers=len(tiers.keys) if tiers else 0)
    return index_from(facts, settings)
