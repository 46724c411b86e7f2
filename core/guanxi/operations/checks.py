"""The checks behind ``guanxi doctor`` and the health page: each a sentence and what to do."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.clock import utc_now
from guanxi.db.migrate import is_current
from guanxi.delivery.facts.verifying import verify_facts
from guanxi.delivery.overview import backlogs
from guanxi.i18n import N_
from guanxi.operations.findings import Finding
from guanxi.operations.surroundings import (
    check_backup,
    check_disk,
    check_https,
    check_secrets,
    check_worker,
)
from guanxi.platform import Platform
from guanxi.plugins.states import PluginState

_ORPHANS = text(
    """
    SELECT count(*) FROM touchpoints t LEFT JOIN customers c ON c.id = t.customer_id
    WHERE t.customer_id IS NOT NULL AND (c.id IS NULL OR c.merged_into IS NOT NULL)
      AND t.state = 'recorded'
    """
)
_PARKED = text("SELECT count(*) FROM delivery_parked WHERE state = 'parked'")
_LAST_JOB_FAILURES = text(
    "SELECT count(*) FROM job_runs WHERE state = 'failed' AND started_at > :since"
)


Check = Callable[[Platform, Session], Finding]


def run_checks(platform: Platform, *, deep: bool = False) -> Iterator[Finding]:
    """Yield one finding per check.

    :param deep: also recompute derived figures from the touchpoints, which reads whole tables.
    """
    with platform.database.read() as session:
        for check in (*_QUICK, *(_DEEP if deep else ())):
            yield check(platform, session)


def _schema(platform: Platform, _session: Session) -> Finding:
    with platform.database.autocommit.connect() as connection:
        current = is_current(connection)
    if current:
        return Finding("schema", "ok", N_("The database has the newest schema."))
    return Finding(
        "schema", "error", N_("The schema is older than the program: run guanxi migrate.")
    )


def _plugins(platform: Platform, _session: Session) -> Finding:
    bad = (PluginState.FAILED, PluginState.QUARANTINED, PluginState.WAITS_FOR_MIGRATION)
    troubled = [name for name, state in platform.host.selection.states.items() if state in bad]
    if not troubled:
        return Finding("plugins", "ok", N_("Every plugin works."))
    return Finding(
        "plugins",
        "error",
        N_("Look at these under Apps: %(names)s."),
        {"names": ", ".join(sorted(troubled))},
        fix="apps.list_apps",
    )


def _delivery(_platform: Platform, session: Session) -> Finding:
    parked = session.execute(_PARKED).scalar_one()
    if parked:
        return Finding(
            "delivery",
            "error",
            N_("%(n)s events are parked: see guanxi events parked, then retry or skip them."),
            {"n": parked},
            fix="health.page",
        )
    behind = sum(waiting.events for waiting in backlogs(session, now=utc_now()).values())
    if behind > 100_000:
        return Finding(
            "delivery", "warning", N_("%(n)s events wait; does the worker run?"), {"n": behind}
        )
    return Finding("delivery", "ok", N_("%(n)s events wait to be delivered."), {"n": behind})


def _jobs(_platform: Platform, session: Session) -> Finding:
    since = utc_now() - timedelta(days=1)
    failed = session.execute(_LAST_JOB_FAILURES, {"since": since}).scalar_one()
    if failed:
        return Finding(
            "jobs",
            "warning",
            N_("%(n)s jobs failed within a day: see why, mend it, and run them again."),
            {"n": failed},
            fix="health.page",
        )
    return Finding("jobs", "ok", N_("No job failed within a day."))


def _key(platform: Platform, _session: Session) -> Finding:
    path = platform.config.home / "secret.key"
    if path.exists() and path.stat().st_mode & 0o077:
        return Finding(
            "key", "error", N_("Others can read %(path)s: chmod 600 it."), {"path": str(path)}
        )
    return Finding("key", "ok", N_("The key to stored secrets is private."))


def _orphans(_platform: Platform, session: Session) -> Finding:
    number = session.execute(_ORPHANS).scalar_one()
    if number:
        return Finding(
            "orphans", "error", N_("%(n)s touchpoints hang on no living customer."), {"n": number}
        )
    return Finding(
        "orphans", "ok", N_("Every touchpoint hangs on a living customer or waits for one.")
    )


def _facts(_platform: Platform, session: Session) -> Finding:
    differences = verify_facts(session)
    if differences:
        return Finding(
            "facts",
            "error",
            N_("%(n)s derived figures differ: guanxi events replay core.facts"),
            {"n": len(differences)},
        )
    return Finding("facts", "ok", N_("Derived figures equal a recomputation."))


_QUICK: tuple[Check, ...] = (
    _schema,
    _plugins,
    _delivery,
    _jobs,
    check_worker,
    _key,
    check_secrets,
    check_backup,
    check_disk,
    check_https,
)
_DEEP: tuple[Check, ...] = (_orphans, _facts)
