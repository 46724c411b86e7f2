"""Take back what an import recorded, so that the file can be corrected and imported again.

Unlike a single void, which a repeated import must not bring back to life, this frees the
external ids: whoever undoes an import means to run it anew. What somebody corrected by hand
since stays as it is.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import Boolean, func, literal_column, or_, select, update
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.touchpoints.domain.corrections import announce_correction
from guanxi.touchpoints.domain.facts import facts_of
from guanxi.touchpoints.domain.stored_lines import lines_of_many
from guanxi.touchpoints.models import Touchpoint

AT_ONCE: Final = 1_000
_AMENDED: Final = literal_column(
    "(touchpoints.version > 1 AND touchpoints.state = 'recorded' AND EXISTS ("
    "SELECT FROM audit_entries a WHERE a.subject_kind = 'touchpoint'"
    " AND a.subject_id = touchpoints.id::text AND a.action = 'touchpoint.amended'))",
    Boolean,
)


class Voided(NamedTuple):
    """How many touchpoints one step took back.

    When nothing is left to do, ``kept`` says how many stay because somebody corrected them.
    """

    voided: int = 0
    kept: int = 0


def undo_import(
    session: Session, import_id: UUID, reason: str, *, now: datetime, limit: int = AT_ONCE
) -> Voided:
    """Void up to ``limit`` touchpoints of an import and free their external ids.

    Call it, a transaction each time, until nothing was left to do. Those that somebody voided
    before stay as they are, except that their external ids are freed, too.
    """
    ids = session.scalars(
        select(Touchpoint.id)
        .where(
            Touchpoint.import_id == import_id,
            or_(Touchpoint.state == "recorded", Touchpoint.external_id.is_not(None)),
            ~_AMENDED,
        )
        .order_by(Touchpoint.id)
        .limit(limit)
        .with_for_update()
    ).all()
    if not ids:
        amended = select(func.count()).where(Touchpoint.import_id == import_id, _AMENDED)
        return Voided(kept=session.execute(amended).scalar_one())
    _void(session, ids, reason, now)
    return Voided(len(ids))


def _void(session: Session, ids: Sequence[UUID], reason: str, now: datetime) -> None:
    found = session.scalars(
        select(Touchpoint).where(Touchpoint.id.in_(ids), Touchpoint.state == "recorded")
    ).all()
    lines = lines_of_many(session, [touchpoint.id for touchpoint in found])
    for touchpoint in found:
        facts = facts_of(touchpoint, lines.get(touchpoint.id, ()))
        announce_correction(session, touchpoint.id, facts, None, reason)
        _audit(session, touchpoint, reason)
    session.execute(
        update(Touchpoint)
        .where(Touchpoint.id.in_(ids))
        .values(
            state="voided",
            state_reason=func.coalesce(Touchpoint.state_reason, reason),
            external_id=None,
            version=Touchpoint.version + 1,
            updated_at=now,
        ),
        execution_options={"synchronize_session": False},
    )


def _audit(session: Session, touchpoint: Touchpoint, reason: str) -> None:
    audit.record(
        session,
        "touchpoint.voided",
        ("touchpoint", touchpoint.id),
        before={
            "state": "recorded",
            "source": touchpoint.source,
            "external_id": touchpoint.external_id,
        },
        after={"state": "voided", "state_reason": reason, "external_id": None},
    )
