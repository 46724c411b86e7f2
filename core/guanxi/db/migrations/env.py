"""Run by Alembic for every history of migrations, the core's and each plugin's alike.

Everything comes from ``guanxi.db.history``: the connection, which is already in a transaction,
and the history. There is no alembic.ini.
"""

from alembic import context

history = context.config.attributes["history"]

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=history.metadata,
    version_table=history.version_table,
    include_name=history.includes,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
