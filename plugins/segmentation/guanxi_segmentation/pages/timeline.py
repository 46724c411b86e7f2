"""On a customer's timeline: changes of class, and segments entered and left."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flask import url_for
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from guanxi.sdk import TimelineEntry, web
from guanxi_segmentation.models import ClassStay, Membership, Scheme, SchemeClass, Segment
from guanxi_segmentation.pages.builder.offers import titled
from guanxi_segmentation.pages.customer import class_causes
from guanxi_segmentation.pages.states import cause_words
from guanxi_segmentation.sight import may_look
from guanxi_segmentation.texts import _

UNTOLD: Final = ("built", "rule", "scheme", "archived", "audit")
"""Causes that are about a segment or a scheme, and not about the customer."""


def timeline_entries(
    session: Session, customer_id: UUID, before: datetime, limit: int
) -> Sequence[TimelineEntry]:
    """Return what happened before an instant, the latest first."""
    if not may_look():
        return ()
    found = [
        *_classes(session, customer_id, before, limit),
        *_moves(session, customer_id, before, limit, entered=True),
        *_moves(session, customer_id, before, limit, entered=False),
    ]
    return sorted(found, key=lambda entry: entry.at, reverse=True)[:limit]


def _classes(
    session: Session, customer_id: UUID, before: datetime, limit: int
) -> Iterator[TimelineEntry]:
    rows = session.execute(
        select(ClassStay, SchemeClass, Scheme)
        .join(SchemeClass, SchemeClass.id == ClassStay.class_id)
        .join(Scheme, Scheme.id == ClassStay.scheme_id)
        .where(
            ClassStay.customer_id == customer_id,
            ClassStay.entered_at < before,
            ClassStay.entered_cause.not_in(UNTOLD),
        )
        .order_by(ClassStay.entered_at.desc())
        .limit(limit)
    )
    causes, language = class_causes(), web.language()
    for stay, member, scheme in rows:
        yield TimelineEntry(
            stay.entered_at,
            _("%(scheme)s: now %(title)s", scheme=titled(scheme, language),
              title=titled(member, language)),
            causes.get(stay.entered_cause, ""),
            "stack-2",
            url_for("segmentation.customer", customer_id=customer_id),
        )  # fmt: skip


def _moves(
    session: Session, customer_id: UUID, before: datetime, limit: int, *, entered: bool
) -> Iterator[TimelineEntry]:
    at: Any = Membership.entered_at if entered else Membership.left_at
    cause: Any = Membership.entered_cause if entered else Membership.left_cause
    shown: ColumnElement[bool] = Segment.kind.in_(("rule", "static"))
    rows = session.execute(
        select(Segment, at, cause)
        .join(Membership, Membership.segment_id == Segment.id)
        .where(Membership.customer_id == customer_id, at < before, cause.not_in(UNTOLD), shown)
        .order_by(at.desc())
        .limit(limit)
    )
    causes, language = cause_words(), web.language()
    sentence = _("Entered the segment %(title)s") if entered else _("Left the segment %(title)s")
    for segment, instant, why in rows:
        yield TimelineEntry(
            instant,
            sentence % {"title": titled(segment, language)},
            causes.get(why, ""),
            "users-plus" if entered else "users-minus",
            url_for("segmentation.why", key=segment.key, customer_id=customer_id),
        )
