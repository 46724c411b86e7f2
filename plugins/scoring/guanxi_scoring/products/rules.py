"""What an admin says of products: bought once only, unavailable, available after all, no product.

A pattern is a product code in which ``*`` stands for anything. A mark counts at once: what may
not be offered any more is gone in the same transaction, and a job fills up what that leaves.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, NotFound, customers, new_id, record, run_job, write_context
from guanxi_scoring.company import PLUGIN
from guanxi_scoring.models import ProductRule
from guanxi_scoring.products import catalogue
from guanxi_scoring.products.standing import at_work
from guanxi_scoring.texts import N_

MARKS: Final = ("once_only", "unavailable", "available", "ignored")
RECOMMEND: Final = "recommend"
"""The job that works out anew what to offer everybody."""
_LONGEST: Final = 200
_MOST: Final = 500
_TAKE_OUT: Final = text(
    """
    DELETE FROM scoring_next_products n USING scoring_products p
    WHERE p.product = n.product AND (NOT p.available OR (p.once_only AND EXISTS (
        SELECT 1 FROM touchpoints t JOIN touchpoint_lines l ON l.touchpoint_id = t.id
        WHERE t.customer_id = n.customer_id AND l.product = n.product
            AND t.state = 'recorded' AND t.kind = 'purchase')))
    """
)


def rules(session: Session) -> Sequence[ProductRule]:
    """Return all marks, by pattern."""
    return session.scalars(select(ProductRule).order_by(ProductRule.pattern)).all()


def mark_products(
    session: Session, pattern: str, mark: str, *, reason: str | None = None, now: datetime
) -> ProductRule:
    """Mark the products whose code fits a pattern; what was said of that pattern before goes.

    :raises Invalid: the pattern is empty or too long, the mark none of ``MARKS``, or there are
        too many marks.
    """
    clean = customers.clean_text(pattern, _LONGEST)
    if not clean:
        raise Invalid(N_("Write the code of a product."), fields={"pattern": []})
    if mark not in MARKS:
        raise Invalid(N_("Choose one of the marks."), fields={"mark": []})
    why = customers.clean_text(reason or "", _LONGEST) or None
    found = session.scalar(select(ProductRule).where(ProductRule.pattern == clean))
    before = {"mark": found.mark} if found is not None else None
    if found is None:
        if len(rules(session)) >= _MOST:
            raise Invalid(
                N_("There are %(most)s marks already. Use * for many products at once."),
                fields={"pattern": []},
                most=_MOST,
            )
        found = ProductRule(id=new_id(), pattern=clean)
        session.add(found)
    found.mark, found.reason, found.at = mark, why, now
    found.actor_name = write_context(session).actor.name
    session.flush()
    record(
        session, "scoring_products.marked", ("scoring_product", clean), before=before,
        after={"mark": mark},
    )  # fmt: skip
    _apply(session)
    return found


def unmark_products(session: Session, rule_id: UUID) -> None:
    """Take a mark back.

    :raises NotFound: it is not there.
    """
    found = session.get(ProductRule, rule_id)
    if found is None:
        raise NotFound(N_("This mark is not there any more."))
    session.delete(found)
    session.flush()
    record(
        session, "scoring_products.unmarked", ("scoring_product", found.pattern),
        before={"mark": found.mark},
    )  # fmt: skip
    _apply(session)


def _apply(session: Session) -> None:
    found = at_work(session)
    if found is None:
        return
    catalogue.mark(session, found.as_of, found.options)
    catalogue.fill_popular(session, found.as_of, found.options)
    session.execute(_TAKE_OUT)
    run_job(session, PLUGIN, RECOMMEND)
