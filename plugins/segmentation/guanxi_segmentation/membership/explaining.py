"""Why a customer is in a segment, or is not: each condition with its value and verdict (原因)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import customers
from guanxi_segmentation.membership import segments
from guanxi_segmentation.models import Membership, Pin, Segment
from guanxi_segmentation.rules import Context, InvalidRule, load_facts, read
from guanxi_segmentation.rules.explaining import Explained
from guanxi_segmentation.rules.explaining import explain as explain_rule


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where a customer stands with a segment.

    ``tree`` says it condition by condition; it is None for a list by hand, and where the rule
    cannot be evaluated now (``segment.problem``). ``fits`` is its verdict, which a ``pin``
    overrules. ``stay`` is the open membership: since when, and by what cause. ``member`` and
    ``fits`` differ for the moment in which a change waits to be looked at.
    """

    segment: Segment
    member: bool
    stay: Membership | None
    pin: Pin | None
    fits: bool | None
    tree: Explained | None


def explain(session: Session, key: str, customer_id: UUID, *, now: datetime) -> Explanation:
    """Explain one customer and one segment.

    :raises NotFound: there is no such segment, or no such customer within sight.
    """
    segment = segments.get(session, key)
    customer = customers.get(session, customer_id)
    stay = session.scalars(
        select(Membership).where(
            Membership.segment_id == segment.id,
            Membership.customer_id == customer.id,
            Membership.left_at.is_(None),
        )
    ).one_or_none()
    pin = session.get(Pin, (segment.id, customer.id))
    tree = _tree(session, segment, customer.id, now)
    fits = None if tree is None else tree.holds
    return Explanation(segment, stay is not None, stay, pin, fits, tree)


def _tree(session: Session, segment: Segment, customer_id: UUID, now: datetime) -> Explained | None:
    """Return the conditions; None where there are none, or one of them cannot be asked."""
    if segment.rule is None:
        return None
    try:
        rule = read(segment.rule)
        facts = load_facts(session, [customer_id], [rule], context=Context.of(session))
        return explain_rule(rule, facts[customer_id], now) if customer_id in facts else None
    except InvalidRule:
        return None
