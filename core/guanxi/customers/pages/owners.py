"""The names of colleagues who look after customers."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.access.models import User


def owner_names(session: Session, owner_ids: Collection[UUID | None]) -> Mapping[UUID | None, str]:
    """Return names by id; nobody has no name."""
    wanted = {one for one in owner_ids if one is not None}
    if not wanted:
        return {}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {user_id: name for user_id, name in rows}  # noqa: C416 -- typed keys


def owner_options(session: Session) -> list[tuple[str, str]]:
    """Return the active colleagues as options, by name."""
    rows = session.execute(select(User.id, User.name).where(User.active).order_by(User.name))
    return [(str(user_id), name) for user_id, name in rows]
