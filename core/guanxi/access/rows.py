"""Row rules: which customers somebody sees, added to every ORM select of a request's session.

``own``: customers that one looks after. ``team``: also those of one's team members. ``all``: no
limit. Things that hang on a customer (touchpoints, rewards) follow their customer; a touchpoint
without a customer is seen by those who see all.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, with_loader_criteria

from guanxi.access.models import TeamMember
from guanxi.access.principal import Principal


def owner_rule(principal: Principal, owner_column: Any) -> ColumnElement[bool]:
    """Return the condition on a customer's owner for a principal whose scope is not ``all``."""
    mine: ColumnElement[bool] = owner_column == principal.user_id
    if principal.scope == "team" and principal.team_ids:
        colleagues = select(TeamMember.user_id).where(TeamMember.team_id.in_(principal.team_ids))
        return or_(mine, owner_column.in_(colleagues))
    return mine


def visible_owners(session: Session, principal: Principal) -> list[UUID] | None:
    """Return whose customers a principal sees, for statements written as text; None for all."""
    if principal.scope == "all":
        return None
    owners = {principal.user_id} if principal.user_id else set()
    if principal.scope == "team" and principal.team_ids:
        members = select(TeamMember.user_id).where(TeamMember.team_id.in_(principal.team_ids))
        owners |= set(session.scalars(members))
    return sorted(owners)


def row_rules(
    customer: Any, followers: tuple[tuple[Any, Any], ...]
) -> Callable[[Principal | None], tuple[Any, ...]]:
    """Return the function that ``Database.row_rules`` wants.

    :param customer: the customer model.
    :param followers: models that hang on a customer, each with its customer id column.
    """

    def rules(principal: Principal | None) -> tuple[Any, ...]:
        if principal is None or principal.scope == "all":
            return ()
        seen = owner_rule(principal, customer.owner_id)
        visible = select(customer.__table__.c.id).where(
            owner_rule(principal, customer.__table__.c.owner_id)
        )
        return (
            with_loader_criteria(customer, seen, include_aliases=True),
            *(
                with_loader_criteria(model, column.in_(visible), include_aliases=True)
                for model, column in followers
            ),
        )

    return rules
