"""Sources of plugins that several tests use."""

from typing import Any

THINGS = """
from sqlalchemy.orm import Mapped, mapped_column
Base = model_base()

class Thing(Base):
    __tablename__ = "sample_things"
    id: Mapped[int] = mapped_column(primary_key=True)

@hookimpl
def register_models():
    return Base.metadata
"""
"""A plugin with the table ``sample_things``."""


def migration(
    body: str = "CREATE_THINGS",
    *,
    revision: str = "sample_0001",
    after: str = "None",
    file: str = "0001_things.py",
) -> dict[str, str]:
    """Return the file of one migration of ``sample``; CREATE_THINGS creates its table."""
    create = 'op.create_table("sample_things", sa.Column("id", sa.BigInteger, primary_key=True))'
    body = body.replace("CREATE_THINGS", create)
    source = (
        f"import sqlalchemy as sa\nfrom alembic import op\nrevision = {revision!r}\n"
        f"down_revision = {after}\n\ndef upgrade():\n    {body}\n\n"
        'def downgrade():\n    op.drop_table("sample_things")\n'
    )
    return {f"migrations/{file}": source}


WITH_THINGS: dict[str, Any] = {"manifest": "migrations='migrations'", "files": migration()}
"""What ``PluginFolder.add`` needs beside :data:`THINGS`."""
