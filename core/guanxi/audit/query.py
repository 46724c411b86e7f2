"""Read the audit log: newest first, by subject, person, action or time, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.audit.models import AuditEntry


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What to look for; empty fields do not limit."""

    subject_kind: str = ""
    subject_id: str = ""
    actor_name: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None


def entries(
    session: Session, wanted: AuditFilter, *, before_id: int | None = None, limit: int = 80
) -> tuple[Sequence[AuditEntry], int | None]:
    """Return a page of entries and the id to go on before, if there are more."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit + 1)
    for name in ("subject_kind", "subject_id", "actor_name", "action"):
        value = getattr(wanted, name)
        if value:
            query = query.where(getattr(AuditEntry, name) == value)
    if wanted.since is not None:
        query = query.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AuditEntry.at < wanted.until)
    if before_id is not None:
        query = query.where(AuditEntry.id < before_id)
    found = session.scalars(query).all()
    more = len(found) > limit
    return found[:limit], found[limit - 1].id if more else None


def recorded(session: Session, kind: str, name: str, *, limit: int = 50) -> Sequence[AuditEntry]:
    """Return what was recorded about a thing of your own, the latest first.

    Whoever may see the thing may see its history; the log as a whole needs ``audit.view``.
    """
    wanted = AuditFilter(subject_kind=kind, subject_id=name)
    return entries(session, wanted, limit=limit)[0]
