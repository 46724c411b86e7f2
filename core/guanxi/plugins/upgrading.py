"""After packages were updated: migrate the tables of enabled plugins, when everything starts."""

from datetime import datetime

import structlog

from guanxi.db import Actor, Database
from guanxi.db.write import SYSTEM
from guanxi.errors import GuanxiError
from guanxi.plugins.host import PluginHost
from guanxi.plugins.lifecycle import enable
from guanxi.plugins.records import read_records

log = structlog.get_logger(__name__)


def upgrade_enabled(
    database: Database, host: PluginHost, *, now: datetime, actor: Actor = SYSTEM
) -> dict[str, GuanxiError]:
    """Migrate enabled plugins whose package is newer than their tables.

    Returns what failed, by plugin; such a plugin waits for migration and harms nobody else.
    """
    with database.read() as session:
        records = read_records(session)
    failed: dict[str, GuanxiError] = {}
    for plugin in host.loaded:
        record = records.get(plugin.name)
        if plugin.contribution is None or record is None or not record.enabled:
            continue
        if record.quarantined_at is not None:
            continue
        try:
            enable(database, host, plugin.name, actor=actor, now=now)
        except GuanxiError as error:
            log.exception("plugin.not_upgraded", plugin=plugin.name)
            failed[plugin.name] = error
    return failed
