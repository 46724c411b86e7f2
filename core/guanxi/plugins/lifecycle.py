"""Switch plugins on and off. Domain functions: the Apps page, the API and the command line call
the same ones. Every process notices at its next request or job, by the generation.

Taking a plugin's data away is ``plugins.uninstall``'s; quarantine has a file of its own.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.db import Actor, Database
from guanxi.db.locks import wait_lock
from guanxi.errors import Conflict, NotFound
from guanxi.i18n import N_
from guanxi.plugins import migrations
from guanxi.plugins.host import PluginHost
from guanxi.plugins.loading import LoadedPlugin
from guanxi.plugins.migrations import MigrationFailed
from guanxi.plugins.models import PluginRecord
from guanxi.plugins.problems import Problem
from guanxi.plugins.records import Record, bump_generation, read_records

_BRIEFLY = text("SET LOCAL lock_timeout = '10s'")
_LOCK_NOT_AVAILABLE = "55P03"


def enable(database: Database, host: PluginHost, name: str, *, actor: Actor, now: datetime) -> None:
    """Migrate a plugin's tables and switch it on, in one transaction.

    Does nothing to one that is enabled already. A migration that fails changes nothing; the plugin
    then waits for migration and shows why.

    :raises NotFound: it is not installed.
    :raises Conflict: it cannot be used, needs others first, or claims what another plugin does.
    :raises MigrationFailed: with the cause.
    """
    plugin = _usable(host, name)
    try:
        with database.write(actor, now=now) as session:
            lock_lifecycle(session)
            records = read_records(session)
            _require_calm(name, records)
            _require_needed(plugin, records)
            _refuse_double_claims(plugin, host, records)
            _switch_on(session, plugin, records.get(name), now)
    except MigrationFailed as error:
        _remember_failure(database, plugin, error, actor, now)
        host.refresh_from(database)
        raise
    host.refresh_from(database)


def disable(
    database: Database,
    host: PluginHost,
    name: str,
    *,
    actor: Actor,
    now: datetime,
    cascade: bool = False,
) -> tuple[str, ...]:
    """Switch a plugin off and return the names of all that were switched off. Data is kept.

    :param cascade: also switch off the enabled plugins that need it; refused otherwise.
    :raises NotFound: nobody knows it.
    :raises Conflict: others need it.
    """
    with database.write(actor, now=now) as session:
        lock_lifecycle(session)
        names = switch_off(session, host, name, cascade=cascade)
        if names:
            bump_generation(session)
    host.refresh_from(database)
    return names


def switch_off(session: Session, host: PluginHost, name: str, *, cascade: bool) -> tuple[str, ...]:
    """Do what :func:`disable` does inside a transaction that holds the lifecycle lock."""
    records = read_records(session)
    if name not in records and name not in host.names:
        raise _unknown(name)
    others = dependants(host, records, name)
    if others and not cascade:
        raise Conflict(
            N_("%(others)s need %(plugin)s. Switch them off first, or all together."),
            others=", ".join(others),
            plugin=name,
        )
    names = [n for n in (*reversed(others), name) if n in records and records[n].enabled]
    for one in names:
        session.get_one(PluginRecord, one).enabled = False
        audit.record(session, "plugin.disabled", ("plugin", one), after={"enabled": False})
    return tuple(names)


def dependants(host: PluginHost, records: Mapping[str, Record], name: str) -> tuple[str, ...]:
    """Return the enabled plugins that need ``name``, directly or not, in the order of loading."""
    needed = {name}
    found = []
    for plugin in host.loaded:
        record = records.get(plugin.name)
        if record and record.enabled and needed.intersection(_needs(plugin)):
            needed.add(plugin.name)
            found.append(plugin.name)
    return tuple(found)


def lock_lifecycle(session: Session) -> None:
    """Let only one transaction at a time switch plugins.

    :raises Conflict: somebody else has been at it for a while.
    """
    session.execute(_BRIEFLY)
    try:
        wait_lock(session, "plugins")
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        raise Conflict(
            N_("Somebody else is switching plugins just now. Wait a moment and try again.")
        ) from error


def _usable(host: PluginHost, name: str) -> LoadedPlugin:
    plugin = host.plugin(name)
    if plugin is None:
        raise _unknown(name)
    if plugin.problem is not None:
        raise Conflict(
            N_("%(plugin)s cannot be enabled: %(problem)s"), plugin=name, problem=plugin.problem
        )
    if plugin.contribution is None:
        raise Conflict(
            N_("Guanxi runs in safe mode, without plugins. Start it without safe mode first.")
        )
    return plugin


def _unknown(name: str) -> NotFound:
    return NotFound(N_("There is no plugin %(plugin)s. Install its package first."), plugin=name)


def _require_calm(name: str, records: Mapping[str, Record]) -> None:
    record = records.get(name)
    if record is not None and record.quarantined_at is not None:
        raise Conflict(N_("%(plugin)s is in quarantine. Release it first."), plugin=name)


def _require_needed(plugin: LoadedPlugin, records: Mapping[str, Record]) -> None:
    missing = [n for n in _needs(plugin) if n not in records or not records[n].enabled]
    if missing:
        raise Conflict(
            N_("%(plugin)s needs %(missing)s. Enable that first."),
            plugin=plugin.name,
            missing=", ".join(missing),
        )


def _refuse_double_claims(
    plugin: LoadedPlugin, host: PluginHost, records: Mapping[str, Record]
) -> None:
    """Two enabled plugins may not fulfil the same kind of reward or bring the same channel."""
    mine = set(_claims(plugin))
    for other in host.loaded:
        record = records.get(other.name)
        if other.name == plugin.name or record is None or not record.enabled:
            continue
        for what, key in mine.intersection(_claims(other)):
            raise Conflict(
                N_(
                    "%(plugin)s and %(other)s both bring the %(what)s %(key)s. Disable one of them."
                ),
                plugin=plugin.name,
                other=other.name,
                what=what,
                key=key,
            )


def _claims(plugin: LoadedPlugin) -> Iterable[tuple[str, str]]:
    found = plugin.contribution
    if found is not None:
        yield from ((N_("reward kind"), kind.kind) for kind in found.reward_kinds)
        yield from ((N_("message channel"), channel.key) for channel in found.channels)


def _needs(plugin: LoadedPlugin) -> tuple[str, ...]:
    return plugin.manifest.requires if plugin.manifest else ()


def _switch_on(
    session: Session, plugin: LoadedPlugin, before: Record | None, now: datetime
) -> None:
    values = _facts(plugin) | {"enabled": True, "migration_problem": None}
    if plugin.migrations is not None:
        values["tables"] = list(
            migrations.upgrade(session.connection(), plugin.name, plugin.migrations)
        )
        values["migrated_to"] = plugin.migrations.head
    if before is not None and all(getattr(before, key) == values[key] for key in values):
        return
    _store(session, plugin.name, values | {"enabled_at": now}, now)
    audit.record(
        session,
        "plugin.enabled",
        ("plugin", plugin.name),
        before={"enabled": before.enabled, "version": before.version} if before else None,
        after={"enabled": True, "version": plugin.found.version},
    )
    bump_generation(session)


def _remember_failure(
    database: Database, plugin: LoadedPlugin, error: MigrationFailed, actor: Actor, now: datetime
) -> None:
    advice = N_("Nothing was changed. Install a version that migrates, then enable it again.")
    params = {key: str(value) for key, value in error.params.items()}
    problem = Problem(error.message, advice, params)
    with database.write(actor, now=now) as session:
        _store(session, plugin.name, _facts(plugin) | {"migration_problem": problem.as_json()}, now)
        audit.record(
            session, "plugin.migration_failed", ("plugin", plugin.name), after={"why": str(error)}
        )
        bump_generation(session)


def _facts(plugin: LoadedPlugin) -> dict[str, object]:
    assert plugin.manifest is not None  # noqa: S101 -- a usable plugin has one
    title = plugin.manifest.title
    return {"version": plugin.found.version, "title_en": title.en, "title_zh": title.zh}


def _store(session: Session, name: str, values: Mapping[str, object], now: datetime) -> None:
    statement = insert(PluginRecord).values(name=name, first_seen_at=now, **values)
    session.execute(
        statement.on_conflict_do_update(index_elements=["name"], set_=dict(values)),
        execution_options={"synchronize_session": False},
    )
