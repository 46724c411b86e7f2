"""What a new installation starts with: roles, channels, kinds, the one row of platform state."""

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from guanxi.access.models import Role
from guanxi.access.permissions import BUILT_IN_ROLES
from guanxi.ids import new_id
from guanxi.touchpoints.domain.vocabulary_seed import seed_vocabulary


def seed(connection: Connection) -> None:
    """Insert what is missing; what an admin changed stays."""
    connection.execute(text("INSERT INTO platform_state (id) VALUES (1) ON CONFLICT DO NOTHING"))
    _roles(connection)
    seed_vocabulary(connection)


def _roles(connection: Connection) -> None:
    for role in BUILT_IN_ROLES:
        connection.execute(
            insert(Role)
            .values(
                id=new_id(),
                name=role.name,
                title_en=role.title.en,
                title_zh=role.title.zh,
                customer_scope=role.scope,
                permissions=list(role.permissions),
                built_in=True,
            )
            .on_conflict_do_nothing(index_elements=["name"])
        )
