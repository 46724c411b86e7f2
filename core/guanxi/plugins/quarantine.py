"""Switch a plugin off for safety, and back on. Visible, reversible, and nothing is lost: its
events wait in the log.
"""

from datetime import datetime

from sqlalchemy import text, update

from guanxi import audit
from guanxi.db import Actor, Database
from guanxi.db.write import SYSTEM
from guanxi.errors import NotFound
from guanxi.i18n import N_
from guanxi.plugins.models import PluginRecord
from guanxi.plugins.problems import Problem
from guanxi.plugins.records import bump_generation

_LIMITS = text("SET LOCAL lock_timeout = '3s'; SET LOCAL statement_timeout = '5s'")
"""The plugin that is to be stopped may itself hold locks; whoever stops it must not hang too."""


def quarantine(
    database: Database, name: str, problem: Problem, *, now: datetime, actor: Actor = SYSTEM
) -> bool:
    """Put a plugin in quarantine; False if it was there already."""
    problem = problem.about(plugin=name, distribution=name)
    with database.write(actor, now=now) as session:
        session.execute(_LIMITS)
        changed = session.execute(
            update(PluginRecord)
            .where(PluginRecord.name == name, PluginRecord.quarantined_at.is_(None))
            .values(quarantined_at=now, quarantine_problem=problem.as_json())
            .returning(PluginRecord.name)
        ).scalar_one_or_none()
        if changed is None:
            return False
        audit.record(
            session, "plugin.quarantined", ("plugin", name), after={"reason": str(problem)}
        )
        bump_generation(session)
        return True


def release(database: Database, name: str, *, now: datetime, actor: Actor) -> None:
    """Take a plugin out of quarantine; if it was enabled before, it works again.

    :raises NotFound: it is not in quarantine.
    """
    with database.write(actor, now=now) as session:
        released = session.execute(
            update(PluginRecord)
            .where(PluginRecord.name == name, PluginRecord.quarantined_at.is_not(None))
            .values(quarantined_at=None)
            .returning(PluginRecord.name)
        ).scalar_one_or_none()
        if released is None:
            raise NotFound(N_("The plugin %(plugin)s is not in quarantine."), plugin=name)
        audit.record(session, "plugin.released", ("plugin", name))
        bump_generation(session)
