"""Analyses made, changed, run and thrown away; each belongs to somebody, all may read them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Forbidden, Invalid, NotFound, PreconditionFailed, customers, new_id, record
from guanxi_scoring.insight.analyses import definition, running
from guanxi_scoring.mining.insights import Decider
from guanxi_scoring.models import Analysis
from guanxi_scoring.texts import N_

LONGEST: Final = 120
MOST: Final = 500


def analyses(session: Session) -> Sequence[Analysis]:
    """Return all analyses by their titles."""
    return session.scalars(select(Analysis).order_by(Analysis.title, Analysis.id).limit(MOST)).all()


def find_analysis(session: Session, analysis_id: UUID) -> Analysis:
    """Return one analysis.

    :raises NotFound: there is none.
    """
    found = session.get(Analysis, analysis_id, populate_existing=True)
    if found is None:
        raise NotFound(N_("There is no such analysis."))
    return found


def make(
    session: Session, title: str, document: Mapping[str, Any], owner: Decider, *, now: datetime
) -> Analysis:
    """Keep a question.

    :raises Invalid: it has no title, or cannot be asked.
    """
    found = Analysis(
        id=new_id(),
        title=_title(title),
        definition=definition.read(session, document).stored,
        owner_id=owner.user_id,
        owner_name=owner.name,
        created_at=now,
        changed_at=now,
        version=1,
    )
    session.add(found)
    session.flush()
    record(session, "scoring.analysis_made", _subject(found), after=_told(found))
    return found


def change(
    session: Session,
    analysis_id: UUID,
    title: str,
    document: Mapping[str, Any],
    who: Decider,
    *,
    now: datetime,
    expected_version: int | None = None,
) -> Analysis:
    """Change a question; its last answer goes, as it answered another one.

    :raises NotFound: there is none.
    :raises Forbidden: it is somebody else's.
    :raises Invalid: it has no title, or cannot be asked.
    :raises PreconditionFailed: it was changed since ``expected_version``.
    """
    found = _own(session, analysis_id, who, expected_version)
    before = _told(found)
    found.title, found.definition = _title(title), definition.read(session, document).stored
    found.changed_at, found.version = now, found.version + 1
    found.last_run_at = found.last_run_by = found.last_rows = found.last_scope = None
    session.flush()
    record(session, "scoring.analysis_changed", _subject(found), before=before, after=_told(found))
    return found


def run(
    session: Session, analysis_id: UUID, who: Decider, *, scope: str, now: datetime
) -> tuple[Analysis, Sequence[running.Row]]:
    """Ask it now, of the customers whom whoever asks may see, and keep the answer.

    :param scope: ``all``, or the id of the person whose customers alone are counted.
    :raises NotFound: there is none.
    :raises Invalid: an attribute of it is gone, or out of sight.
    """
    found = find_analysis(session, analysis_id)
    rows = running.run(session, definition.read(session, found.definition))
    found.last_run_at, found.last_run_by, found.last_scope = now, who.name, scope
    found.last_rows = [row.stored for row in rows]
    session.flush()
    return found, rows


def throw_away(
    session: Session, analysis_id: UUID, who: Decider, *, expected_version: int | None = None
) -> None:
    """Throw an analysis away.

    :raises NotFound, Forbidden, PreconditionFailed: as :func:`change`.
    """
    found = _own(session, analysis_id, who, expected_version)
    record(session, "scoring.analysis_deleted", _subject(found), before=_told(found))
    session.delete(found)
    session.flush()


def _own(session: Session, analysis_id: UUID, who: Decider, version: int | None) -> Analysis:
    found = find_analysis(session, analysis_id)
    if found.owner_id is not None and found.owner_id != who.user_id:
        raise Forbidden(N_("This analysis is somebody else's. Make one of your own."))
    if version not in (None, found.version):
        raise PreconditionFailed(N_("Somebody changed this meanwhile. Look at it again."))
    return found


def _title(title: str) -> str:
    said = customers.clean_text(title, LONGEST)
    if not said:
        raise Invalid(N_("Give it a title."), fields={"title": []})
    return said


def _told(found: Analysis) -> dict[str, Any]:
    return {"title": found.title, "definition": found.definition}


def _subject(found: Analysis) -> tuple[str, UUID]:
    return "scoring_analysis", found.id
