"""Make what a test needs, through the same domain functions as everybody else."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import insert, select

from guanxi.access.models import Role, User, UserRole
from guanxi.access.principal import Principal
from guanxi.access.tokens import create_token
from guanxi.db import Actor, Database
from guanxi.ids import new_id

_SYSTEM = Actor("system", "test")


class Factories:
    """Factories on one database; each call makes something new."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.database = database
        self.now = now
        self._made = 0

    def user(
        self, role: str = "staff", *, name: str | None = None, email: str | None = None
    ) -> UUID:
        """Make an active user with one role and no password; return the id."""
        self._made += 1
        user_id = new_id()
        with self.database.write(_SYSTEM, now=self.now) as session:
            session.execute(
                insert(User).values(
                    id=user_id,
                    email=email or f"{role}{self._made}@example.com",
                    name=name or f"{role.title()} {self._made}",
                    created_at=self.now,
                )
            )
            role_id = session.execute(select(Role.id).where(Role.name == role)).scalar_one()
            session.execute(insert(UserRole).values(user_id=user_id, role_id=role_id))
        return user_id

    def token(
        self, role: str = "staff", *, user_id: UUID | None = None, scopes: tuple[str, ...] = ()
    ) -> str:
        """Make a token of a (new) user; it lives ten years, as tests fix the clock."""
        owner = user_id or self.user(role)
        with self.database.write(_SYSTEM, now=self.now) as session:
            return create_token(
                session, owner, "test", scopes=scopes, lifetime=timedelta(days=3650), now=self.now
            )

    def principal(self, user_id: UUID, *permissions: str, scope: str = "all") -> Principal:
        """Return a principal for domain functions that take one."""
        return Principal(
            user_id=user_id,
            name="Test",
            permissions=frozenset(permissions),
            scope=scope,  # type: ignore[arg-type]
        )
