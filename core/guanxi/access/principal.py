"""Who is asking: a person in a browser, a program with a token, the command line."""

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from guanxi.db.write import Actor
from guanxi.errors import Forbidden

Scope = Literal["own", "team", "all"]


@dataclass(frozen=True, slots=True)
class Principal:
    """What somebody may do and see. Built once per request from the session or token.

    ``scope`` is the row rule for customers: own, team's or all; ``team_ids`` are the person's.
    """

    user_id: UUID | None
    name: str
    email: str = ""
    kind: Literal["session", "token", "system"] = "session"
    permissions: frozenset[str] = frozenset()
    scope: Scope = "own"
    team_ids: tuple[UUID, ...] = ()
    language: str = "en"
    time_zone: str = "UTC"
    token_id: UUID | None = None
    roles: tuple[str, ...] = field(default=())

    def may(self, permission: str) -> bool:
        """Say whether this permission is granted."""
        return permission in self.permissions

    def require(self, permission: str) -> None:
        """Raise unless the permission is granted.

        :raises Forbidden: with the permission's name, so that an admin can grant it.
        """
        if not self.may(permission):
            raise Forbidden(
                "You need the permission %(permission)s for this. Ask an admin for it.",
                permission=permission,
            )

    @property
    def actor(self) -> Actor:
        """The same person as the log remembers them."""
        if self.kind == "system":
            return Actor("system", self.name)
        return Actor("token" if self.kind == "token" else "user", self.name, self.user_id)
