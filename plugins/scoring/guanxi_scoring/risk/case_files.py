"""Files of past cases that scorecards may learn from; they name no customers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, NotFound, new_id, record, tables, write_context
from guanxi_scoring.life.own_models import LONGEST_TITLE
from guanxi_scoring.models import CaseFile
from guanxi_scoring.texts import N_, _

MOST_CASES: Final = 50_000
MOST_COLUMNS: Final = 200


def keep_cases(
    session: Session, title: str, name: str, table: tables.Table, *, now: datetime
) -> CaseFile:
    """Keep a table of past cases.

    :raises Invalid: it has no title, or too much of anything.
    """
    told = " ".join(title.split()) or " ".join(name.split())
    if not told or len(told) > LONGEST_TITLE or not told.isprintable():
        said = _("Write a title of at most %(most)s characters.", most=LONGEST_TITLE)
        raise Invalid(N_("The title does not fit."), fields={"title": [said]})
    if len(table.rows) > MOST_CASES or len(table.columns) > MOST_COLUMNS:
        raise Invalid(
            N_("Past cases have at most %(rows)s rows and %(columns)s columns."),
            rows=MOST_CASES,
            columns=MOST_COLUMNS,
        )
    made = CaseFile(
        id=new_id(),
        title=told,
        file_name=name[:LONGEST_TITLE],
        columns=table.columns,
        rows=[[number, *cells] for number, cells in table.rows],
        cases=len(table.rows),
        uploaded_at=now,
        uploaded_by=write_context(session).actor.name,
    )
    session.add(made)
    session.flush()
    after = {"title": told, "cases": made.cases}
    record(session, "scoring_cases.kept", ("scoring_cases", str(made.id)), after=after)
    return made


def list_cases(session: Session) -> Sequence[CaseFile]:
    """Return the files of past cases, the latest first; without their rows."""
    return session.scalars(
        select(CaseFile).order_by(CaseFile.uploaded_at.desc(), CaseFile.id.desc())
    ).all()


def remove_cases(session: Session, file_id: UUID) -> None:
    """Remove a file of past cases; cards that learnt from it stay as they are.

    :raises NotFound: there is none.
    """
    found = session.scalars(
        delete(CaseFile).where(CaseFile.id == file_id).returning(CaseFile.title)
    ).one_or_none()
    if found is None:
        raise NotFound(N_("There is no such file of past cases."))
    before = {"title": found}
    record(session, "scoring_cases.removed", ("scoring_cases", str(file_id)), before=before)
