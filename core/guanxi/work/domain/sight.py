"""Which colleagues may see a customer; asked before they are told something about one."""

from collections.abc import Collection
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, select, true
from sqlalchemy.orm import Session

from guanxi.access.models import Role, TeamMember, UserRole
from guanxi.access.principal import Principal, Scope
from guanxi.access.rows import owner_rule
from guanxi.customers.models import Customer

_CUSTOMERS = cast(Table, Customer.__table__)


def who_sees(session: Session, user_ids: Collection[UUID], customer_id: UUID) -> set[UUID]:
    """Return those of ``user_ids`` whose row rule lets them see the customer."""
    return {one for one in user_ids if _sees(session, one, customer_id)}


def _sees(session: Session, user_id: UUID, customer_id: UUID) -> bool:
    c = _CUSTOMERS.c
    found = session.execute(
        select(c.id).where(c.id == customer_id, _rule(session, user_id, c.owner_id))
    )
    return found.first() is not None


def _rule(session: Session, user_id: UUID, owner: ColumnElement[UUID]) -> ColumnElement[bool]:
    scopes = set(
        session.scalars(
            select(Role.customer_scope)
            .join(UserRole, UserRole.role_id == Role.id)
            .where(UserRole.user_id == user_id)
        )
    )
    if "all" in scopes:
        return true()
    teams = session.scalars(select(TeamMember.team_id).where(TeamMember.user_id == user_id)).all()
    scope: Scope = "team" if "team" in scopes else "own"
    return owner_rule(Principal(user_id, "", scope=scope, team_ids=tuple(teams)), owner)
