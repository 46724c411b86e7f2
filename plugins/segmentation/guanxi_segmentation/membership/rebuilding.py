"""Work out membership of everybody in SQL: one statement per level of segments."""

from datetime import datetime

from sqlalchemy.orm import Session


def ask_rebuild(session: Session) -> bool:
    """Queue a rebuild of everything; False where one waits already."""
    raise NotImplementedError


def rebuild(session: Session, *, as_of: datetime) -> int:
    """Work out everybody's membership anew; return how many memberships changed."""
    raise NotImplementedError
