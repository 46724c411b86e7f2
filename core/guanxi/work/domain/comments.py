"""Comments on customers (内部评论), with mentions of colleagues, who are told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.customers.domain.lookup import get_customer, living_customer
from guanxi.customers.domain.text import clean_text
from guanxi.db import write_context
from guanxi.errors import Forbidden
from guanxi.ids import new_id
from guanxi.work.domain.faults import InvalidWork, NoSuchComment
from guanxi.work.domain.mentions import colleagues, mentioned
from guanxi.work.domain.notifications import tell
from guanxi.work.domain.sight import who_sees
from guanxi.work.models import CustomerComment

MAX_TEXT: Final = 5000


def add_comment(
    session: Session, customer_id: UUID, text: str, *, now: datetime
) -> CustomerComment:
    """Comment on a customer; mentioned colleagues who may see the customer are told.

    :raises NoSuchCustomer: it is not there, or out of sight.
    :raises InvalidWork: there is no text.
    """
    text = clean_text(text, MAX_TEXT, multiline=True)
    if not text:
        raise InvalidWork("Write something first.", field="text")
    customer = living_customer(session, customer_id)
    names = mentioned(text, colleagues(session))
    told = [one for one in names if one in who_sees(session, names, customer.id)]
    actor = write_context(session).actor
    comment = CustomerComment(
        id=new_id(),
        customer_id=customer.id,
        author_id=actor.id,
        author_name=actor.name,
        text=text,
        mentions=[str(one) for one in told],
        created_at=now,
    )
    session.add(comment)
    session.flush()
    tell(session, told, "mention", now=now, customer_id=customer.id, comment_id=comment.id)
    after = {"customer_id": customer.id, "mentions": comment.mentions}
    audit.record(session, "comment.added", ("comment", comment.id), after=after)
    return comment


def delete_comment(session: Session, comment_id: UUID) -> None:
    """Delete a comment of one's own, and the notifications of it.

    :raises NoSuchComment: it is not there, or out of sight.
    :raises Forbidden: somebody else wrote it.
    """
    comment = session.scalars(
        select(CustomerComment).where(CustomerComment.id == comment_id)
    ).one_or_none()
    if comment is None:
        raise NoSuchComment
    if comment.author_id != write_context(session).actor.id:
        raise Forbidden("Only who wrote a comment can delete it.")
    before = {"customer_id": comment.customer_id}
    audit.record(session, "comment.deleted", ("comment", comment.id), before=before)
    session.delete(comment)


def comments_of(
    session: Session, customer_id: UUID, *, limit: int = 100
) -> Sequence[CustomerComment]:
    """Return the latest comments on a customer, the newest first.

    :raises NoSuchCustomer: it is not there, or out of sight.
    """
    customer = get_customer(session, customer_id)
    return session.scalars(
        select(CustomerComment)
        .where(CustomerComment.customer_id == customer.id)
        .order_by(CustomerComment.created_at.desc(), CustomerComment.id.desc())
        .limit(limit)
    ).all()


def comments_context(session: Session, customer_id: UUID) -> dict[str, Any]:
    """Return the values of the partial ``messages/_comments.html``.

    :raises NoSuchCustomer: it is not there, or out of sight.
    """
    return {"comments_customer_id": customer_id, "comments": comments_of(session, customer_id)}
