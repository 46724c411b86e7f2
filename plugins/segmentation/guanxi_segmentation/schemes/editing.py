"""What every edit of a scheme begins and ends with: locked as it was seen, counted up, settled."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg.errors import UniqueViolation
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from guanxi.sdk import (
    Conflict,
    PreconditionFailed,
    announce_change,
    record,
    run_job,
    write_context,
)
from guanxi_segmentation.company import PLUGIN
from guanxi_segmentation.membership.waiting import CLASS, require_no_circle
from guanxi_segmentation.models import Scheme
from guanxi_segmentation.schemes.class_segments import put_segments
from guanxi_segmentation.schemes.finding import get_scheme
from guanxi_segmentation.schemes.sorting import classes_of
from guanxi_segmentation.schemes.telling import difference, told
from guanxi_segmentation.texts import N_


def locked(session: Session, key: str, expected: int | None) -> Scheme:
    """Return a scheme that nobody else changes until the commit.

    :raises PreconditionFailed: it is not in the version that was ``expected``.
    """
    scheme = get_scheme(session, key, lock=True)
    if expected is not None and scheme.version != expected:
        raise PreconditionFailed(
            N_(
                "Somebody changed this scheme since you read it. "
                "Read it again and repeat your change."
            )
        )
    return scheme


def add(session: Session, scheme: Scheme) -> None:
    """Store a new scheme.

    :raises Conflict: the key is taken.
    """
    try:
        with session.begin_nested():
            session.add(scheme)
            session.flush()
    except IntegrityError as error:
        if isinstance(error.orig, UniqueViolation):
            raise Conflict(
                N_("There is a scheme %(key)s already. Choose another key."), key=scheme.key
            ) from error
        raise


def count_up(session: Session, scheme: Scheme, *, now: datetime) -> None:
    """Give a scheme its next version, by whoever acts now."""
    scheme.version += 1
    scheme.changed_at = now
    scheme.changed_by = write_context(session).actor.name
    session.flush()


def touch(
    session: Session, scheme: Scheme, action: str, *, before: Mapping[str, Any], now: datetime
) -> None:
    """Give a scheme its next version and write what differs into the audit."""
    count_up(session, scheme, now=now)
    was, became = difference(before, told(session, scheme))
    record(session, action, ("scheme", scheme.key), before=was, after=became)


def settle(session: Session, scheme: Scheme, *, now: datetime) -> None:
    """Do what every edit ends with: circles, hidden segments, what is offered, the rebuild."""
    session.flush()
    require_no_circle(session, f"{CLASS}{scheme.key}")
    put_segments(session, scheme, classes_of(session, scheme), now=now)
    announce_change(session)
    run_job(session, PLUGIN, "rebuild")
