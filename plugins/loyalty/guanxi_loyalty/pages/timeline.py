"""On a customer's timeline: what was given and redeemed, and changes of tier.

What rules gave for a touchpoint is left out: the touchpoint itself stands there.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import TimelineEntry, current
from guanxi_loyalty.earning.keys import TOUCHPOINT
from guanxi_loyalty.models import Account, Programme, TierChange, TierPolicy, Transaction, Unit
from guanxi_loyalty.pages.blueprint import VIEW
from guanxi_loyalty.pages.words import CAUSES, source_of, titled
from guanxi_loyalty.texts import _
from guanxi_loyalty.tiers.policy import read_tiers

_SHOWN: Final = ("earn", "redeem", "capture")
_ICONS: Final = {"earn": "coins", "redeem": "gift", "capture": "gift"}


def timeline_entries(
    session: Session, customer_id: UUID, before: datetime, limit: int
) -> Sequence[TimelineEntry]:
    """Return what happened before an instant, the latest first."""
    person = current.principal_or_none()
    if person is not None and not person.may(VIEW):
        return ()
    found = [
        *_movements(session, customer_id, before, limit),
        *_tiers(session, customer_id, before, limit),
    ]
    return sorted(found, key=lambda entry: entry.at, reverse=True)[:limit]


def _movements(
    session: Session, customer_id: UUID, before: datetime, limit: int
) -> Iterator[TimelineEntry]:
    rows = session.execute(
        select(Transaction, Unit, Programme.key)
        .join(Account, Account.id == Transaction.account_id)
        .join(Unit, Unit.id == Transaction.unit_id)
        .join(Programme, Programme.id == Unit.programme_id)
        .where(
            Account.customer_id == customer_id,
            Unit.kind != "qualifying",
            Transaction.kind.in_(_SHOWN),
            ~Transaction.key.startswith(f"{TOUCHPOINT}:"),
            Transaction.effective_at < before,
        )
        .order_by(Transaction.effective_at.desc(), Transaction.id.desc())
        .limit(limit)
    )
    for moved, unit, programme in rows:
        said = (
            _("%(amount)s %(unit)s earned")
            if moved.kind == "earn"
            else _("%(amount)s %(unit)s redeemed")
        )
        yield TimelineEntry(
            moved.effective_at,
            said % {"amount": f"{moved.amount:,}", "unit": titled(unit)},
            source_of(moved.source),
            _ICONS[moved.kind],
            url_for("loyalty.customer", customer_id=customer_id, programme=programme),
        )


def _tiers(
    session: Session, customer_id: UUID, before: datetime, limit: int
) -> Iterator[TimelineEntry]:
    rows = session.execute(
        select(TierChange, Programme)
        .join(Programme, Programme.id == TierChange.programme_id)
        .where(TierChange.customer_id == customer_id, TierChange.at < before)
        .order_by(TierChange.at.desc(), TierChange.number.desc())
        .limit(limit)
    ).all()
    titles = tier_titles(session, {programme.id for _change, programme in rows})
    for change, programme in rows:
        title = titles.get((programme.id, change.after), change.after)
        yield TimelineEntry(
            change.at,
            _("Now in the tier %(title)s", title=title),
            str(CAUSES.get(change.cause, "")),
            "award",
            url_for("loyalty.customer", customer_id=customer_id, programme=programme.key),
        )


def tier_titles(session: Session, programme_ids: set[UUID]) -> dict[tuple[UUID, str], str]:
    """Return what tiers are called, of all versions; the last one names them."""
    if not programme_ids:
        return {}
    wanted = select(TierPolicy).where(TierPolicy.programme_id.in_(programme_ids))
    return {
        (version.programme_id, tier.key): titled(tier)
        for version in session.scalars(wanted.order_by(TierPolicy.in_force_from))
        for tier in read_tiers(version.definition).tiers
    }
