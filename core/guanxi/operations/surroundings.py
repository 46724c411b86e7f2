"""Checks of what an installation stands on: its disk, its configuration, its backups, a worker."""

import shutil
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.clock import utc_now
from guanxi.delivery.overview import live_workers
from guanxi.i18n import N_
from guanxi.operations.findings import Finding
from guanxi.platform import Platform

BACKUP_EVERY = timedelta(days=7)
SCARCE = 1_000_000_000
"""Bytes that should be free on the disk of the data folder; with a fifth of them writing fails."""

_LAST_BACKUP = text(
    """
    SELECT max(at) FROM audit_entries
    WHERE subject_kind = 'installation' AND subject_id = 'backup' AND action = 'backup.made'
    """
)
_ANYTHING = text("SELECT EXISTS (SELECT FROM customers)")
_WAITING_JOBS = text(
    """
    SELECT count(*) FROM procrastinate_jobs j
    WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at < now())
    """
)


def check_backup(_platform: Platform, session: Session) -> Finding:
    """Is there a backup, and is it young enough?"""
    last = session.execute(_LAST_BACKUP).scalar_one()
    if last is None:
        if session.execute(_ANYTHING).scalar_one():
            return Finding(
                "backup", "warning", N_("There is no backup yet: run guanxi backup FILE.")
            )
        return Finding("backup", "ok", N_("There is nothing to back up yet."))
    days = (utc_now() - last).days
    values = {"days": days, "file": "FILE"}
    if utc_now() - last > BACKUP_EVERY:
        return Finding(
            "backup",
            "warning",
            N_("The last backup is %(days)s days old: run guanxi backup %(file)s."),
            values,
        )
    return Finding("backup", "ok", N_("The last backup is %(days)s days old."), values)


def check_worker(_platform: Platform, session: Session) -> Finding:
    """Does somebody do the background work that waits?"""
    workers, waiting = live_workers(session), session.execute(_WAITING_JOBS).scalar_one()
    if waiting and not workers:
        return Finding(
            "worker",
            "error",
            N_("%(n)s jobs wait and no worker runs: start guanxi worker, or guanxi run."),
            {"n": waiting},
        )
    return Finding("worker", "ok", N_("Workers at work: %(n)s."), {"n": workers})


def check_disk(platform: Platform, _session: Session) -> Finding:
    """Is there room for files, exports and the embedded database?"""
    home = platform.config.home
    free = shutil.disk_usage(home).free
    values = {"free": f"{free / 1e9:.1f} GB", "path": str(home)}
    if free < SCARCE:
        return Finding(
            "disk",
            "error" if free < SCARCE / 5 else "warning",
            N_("Only %(free)s are free on the disk of %(path)s: make room, or move the folder."),
            values,
        )
    return Finding("disk", "ok", N_("%(free)s are free on the disk of %(path)s."), values)


def check_secrets(platform: Platform, session: Session) -> Finding:
    """Can all stored secrets be read with the present key?"""
    lost = platform.settings.unreadable(session)
    if lost:
        return Finding(
            "secrets",
            "error",
            N_(
                "These secrets cannot be read, their key is lost: %(names)s. "
                "Enter them again under Settings, or put the old secret.key back."
            ),
            {"names": ", ".join(lost)},
            fix="settings.index",
        )
    return Finding("secrets", "ok", N_("Every stored secret can be read."))


def check_https(platform: Platform, _session: Session) -> Finding:
    """Does the sign-in cookie travel as safely as the pages?"""
    config = platform.config
    if config.public_url.startswith("https://") and not config.secure_cookies:
        return Finding(
            "https",
            "warning",
            N_("People come through HTTPS, but the sign-in cookie would go without it, too: "
               "set secure_cookies = true."),
        )  # fmt: skip
    return Finding("https", "ok", N_("The sign-in cookie goes where the pages go."))
