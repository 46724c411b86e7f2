"""Requests of persons about their data: made by staff, carried out by a job, seen until done."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.customers.domain.drafts import MAX_TEXT
from guanxi.customers.domain.faults import ChangedMeanwhile
from guanxi.customers.domain.lookup import get_customer
from guanxi.customers.domain.text import clean_text
from guanxi.customers.models import Customer
from guanxi.db import write_context
from guanxi.errors import Invalid, NotFound
from guanxi.ids import new_id
from guanxi.privacy.models import PrivacyRequest

Kind = Literal["export", "erase"]
KINDS: Final[tuple[Kind, ...]] = ("export", "erase")
RUN: Final = "privacy.run"
KEPT: Final = timedelta(days=30)
"""How long the archive of an export can be fetched."""


def make_request(
    session: Session, customer_id: UUID, kind: str, note: str | None, *, now: datetime
) -> PrivacyRequest:
    """Note what a person asked for, and queue the job that does it.

    :raises NoSuchCustomer: there is none that the session may see.
    :raises ChangedMeanwhile: the data was erased already.
    :raises Invalid: an unknown kind.
    """
    if kind not in KINDS:
        raise Invalid("A request is for an export or for erasure.")
    customer = get_customer(session, customer_id, lock=True)
    if customer.erased_at is not None:
        raise ChangedMeanwhile("This person's data was erased already.")
    made = PrivacyRequest(
        id=new_id(),
        customer_id=customer.id,
        kind=kind,
        state="open",
        note=clean_text(note or "", MAX_TEXT) or None,
        tries=0,
        actor_name=write_context(session).actor.name,
        created_at=now,
    )
    session.add(made)
    session.flush()
    audit.record(
        session, f"privacy.{kind}_requested", ("customer", customer.id), after={"request": made.id}
    )
    run_later(session, made.id)
    return made


def run_later(session: Session, request_id: UUID) -> None:
    """Queue the job for a request when the transaction commits."""
    session.info["defer_job"](session, RUN, {"request_id": str(request_id)}, None)


def get_request(session: Session, request_id: UUID) -> PrivacyRequest:
    """Return a request about a customer within sight.

    :raises NotFound: there is none.
    """
    found = session.scalars(
        select(PrivacyRequest).where(PrivacyRequest.id == request_id, _visible())
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such request.")
    return found


def latest_requests(
    session: Session,
    *,
    limit: int,
    before: tuple[datetime, UUID] | None = None,
    customer_id: UUID | None = None,
) -> Sequence[PrivacyRequest]:
    """Return requests about customers within sight, the latest first."""
    r = PrivacyRequest
    query = select(r).where(_visible()).order_by(r.created_at.desc(), r.id.desc()).limit(limit)
    if before is not None:
        query = query.where(tuple_(r.created_at, r.id) < tuple_(*before))
    if customer_id is not None:
        query = query.where(r.customer_id == customer_id)
    return session.scalars(query).all()


def open_requests(session: Session) -> Sequence[UUID]:
    """Return the requests that wait, the oldest first."""
    r = PrivacyRequest
    return session.scalars(select(r.id).where(r.state == "open").order_by(r.created_at)).all()


def expired_files(session: Session, *, now: datetime) -> Sequence[PrivacyRequest]:
    """Return exports whose archive is to be removed."""
    r = PrivacyRequest
    return session.scalars(
        select(r).where(r.file_name.is_not(None), r.finished_at < now - KEPT)
    ).all()


def _visible() -> ColumnElement[bool]:
    return PrivacyRequest.customer_id.in_(select(Customer.id))
