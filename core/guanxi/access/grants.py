"""What each user may do, looked up once per generation and kept in memory.

Roles, teams and users change rarely; whoever changes them bumps the generation, and every
process then asks the database again.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import Connection

from guanxi.access.principal import Scope
from guanxi.db import Database

_ROLES = text(
    """
    SELECT r.name, r.customer_scope, r.permissions FROM roles r
    JOIN user_roles ur ON ur.role_id = r.id WHERE ur.user_id = :user_id ORDER BY r.name
    """
)
_TEAMS = text("SELECT team_id FROM team_members WHERE user_id = :user_id")
_WIDTH: dict[str, int] = {"own": 0, "team": 1, "all": 2}
ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Grant:
    """The sum of a user's roles: all permissions, the widest row rule."""

    permissions: frozenset[str]
    scope: Scope
    team_ids: tuple[UUID, ...]
    roles: tuple[str, ...]


class Grants:
    """Grants by user for the current generation.

    :param known: returns every permission there is; the role ``admin`` has them all.
    """

    def __init__(self, known: Callable[[], Collection[str]]) -> None:
        self._known = known
        self._generation = -1
        self._by_user: dict[UUID, Grant] = {}

    def known(self) -> frozenset[str]:
        """Return every permission that there is, of plugins that are switched off, too."""
        return frozenset(self._known())

    def of(self, database: Database, user_id: UUID, generation: int) -> Grant:
        """Return what ``user_id`` may do as of ``generation``."""
        if generation != self._generation:
            self._by_user, self._generation = {}, generation
        grant = self._by_user.get(user_id)
        if grant is None:
            with database.autocommit.connect() as connection:
                grant = self._by_user[user_id] = self._load(connection, user_id)
        return grant

    def _load(self, connection: Connection, user_id: UUID) -> Grant:
        roles = connection.execute(_ROLES, {"user_id": user_id}).all()
        teams = connection.execute(_TEAMS, {"user_id": user_id}).scalars().all()
        permissions = {name for role in roles for name in role.permissions}
        if any(role.name == ADMIN for role in roles):
            permissions |= set(self._known())
        widest = max((role.customer_scope for role in roles), key=_WIDTH.__getitem__, default="own")
        return Grant(
            permissions=frozenset(permissions),
            scope=cast(Scope, widest),
            team_ids=tuple(teams),
            roles=tuple(role.name for role in roles),
        )
