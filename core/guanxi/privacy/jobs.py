"""Background work of privacy: carry out requests, remove old archives, complete the journal."""

from pathlib import Path
from typing import Protocol
from uuid import UUID

from guanxi.clock import utc_now
from guanxi.db.write import SYSTEM
from guanxi.errors import GuanxiError
from guanxi.platform import Platform
from guanxi.privacy import journal
from guanxi.privacy.domain import requests, retention
from guanxi.privacy.domain.archive import write_archive
from guanxi.privacy.domain.collecting import collect
from guanxi.privacy.domain.erasing import erase_person
from guanxi.privacy.files import privacy_folder, remove_files
from guanxi.privacy.models import PrivacyRequest


class Control(Protocol):
    """What a long job looks at now and then."""

    def check(self) -> None:
        """Leave the job if the worker is stopping."""


def run(platform: Platform, request_id: UUID) -> bool:
    """Carry out one request; return whether it is done. What went wrong stands in the request.

    The job ``privacy.run``; a request that is done already stays as it is.
    """
    with platform.database.read() as session:
        request = session.get(PrivacyRequest, request_id)
    if request is None or request.state == "done":
        return request is not None
    try:
        if request.kind == "export":
            _export(platform, request)
        else:
            _erase(platform, request)
    except GuanxiError as error:
        _note_failure(platform, request_id, str(error))
        return False
    return True


def sweep(platform: Platform) -> int:
    """Try open requests again, remove archives whose time is over; return how many were done."""
    with platform.database.read() as session:
        waiting = requests.open_requests(session)
        journal.complete(journal_path(platform), session)
    done = sum(run(platform, request_id) for request_id in waiting)
    now = utc_now()
    with platform.database.write(SYSTEM, now=now) as session:
        expired = requests.expired_files(session, now=now)
        names = [request.file_name for request in expired if request.file_name]
        for request in expired:
            request.file_name = None
    remove_files(platform, names)
    return done


def retain(platform: Platform, control: Control | None = None) -> dict[str, int]:
    """Clear what is kept no longer, domain by domain; return how much that was.

    The job ``privacy.retain``. Stopped in between, it goes on at its next run.
    """
    settings = platform.settings.get("core")
    cleared: dict[str, int] = {}
    for domain in retention.DOMAINS:
        rule = retention.rule_of(domain, settings)
        cleared[domain.key] = 0
        done = 1
        while done:
            if control is not None:
                control.check()
            now = utc_now()
            with platform.database.write(
                SYSTEM, now=now, dispatcher=platform.dispatcher
            ) as session:
                done = retention.clear_due(session, domain, rule, now=now)
            cleared[domain.key] += done
    with platform.database.write(SYSTEM, now=utc_now()) as session:
        retention.note_run(session, cleared)
    return cleared


def journal_path(platform: Platform) -> Path:
    """Return where the journal of erasures lies: beside the files, not among them."""
    return platform.config.home / journal.FILE


def _export(platform: Platform, request: PrivacyRequest) -> None:
    now = utc_now()
    name = f"{request.id}.zip"
    with platform.database.write(SYSTEM, now=now, dispatcher=platform.dispatcher) as session:
        write_archive(privacy_folder(platform) / name, collect(session, request.customer_id))
        made = session.get_one(PrivacyRequest, request.id, with_for_update=True)
        made.state, made.finished_at, made.file_name, made.error = "done", now, name, None


def _erase(platform: Platform, request: PrivacyRequest) -> None:
    now = utc_now()
    with platform.database.write(SYSTEM, now=now, dispatcher=platform.dispatcher) as session:
        files = erase_person(session, request.customer_id, now=now)
        session.expire_all()
        made = session.get_one(PrivacyRequest, request.id)
        made.state, made.finished_at = "done", now
    remove_files(platform, files)
    with platform.database.read() as session:
        journal.complete(journal_path(platform), session)


def _note_failure(platform: Platform, request_id: UUID, error: str) -> None:
    with platform.database.write(SYSTEM, now=utc_now()) as session:
        request = session.get_one(PrivacyRequest, request_id, with_for_update=True)
        request.error = error[:1000]
        request.tries += 1
