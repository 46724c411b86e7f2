"""Imports in the background."""

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

import structlog
from sqlalchemy.exc import OperationalError

from guanxi.clock import utc_now
from guanxi.db import Actor
from guanxi.imports.domain import Run, TakenOver, note_failure, undo
from guanxi.platform import Platform

log = structlog.get_logger(__name__)


class Control(Protocol):
    """Tells a job whether the worker stops; ``check`` leaves the job then."""

    is_stopping: Callable[[], bool]

    def check(self) -> None:
        """Leave the job if the worker stops."""


def run(platform: Platform, import_id: UUID, control: Control) -> None:
    """Run an import from where it stands; the job ``imports.run``."""
    finished = True
    try:
        work = Run(platform, import_id, now=utc_now())
        finished = work.execute(stopping=control.is_stopping)
    except TakenOver:
        log.info("import.taken_over", import_id=str(import_id))
    except OperationalError:  # the database went away: the queue tries again in a while
        log.warning("import.database_away", import_id=str(import_id))
        raise
    except Exception as error:
        log.exception("import.failed", import_id=str(import_id))
        note_failure(platform, import_id, error, now=utc_now())
    if not finished:
        control.check()


def check(platform: Platform, import_id: UUID) -> None:
    """Say what an import would do, without doing it; the job ``imports.check``."""
    try:
        work = Run(platform, import_id, now=utc_now())
        work.note_check(work.check())
    except Exception as error:
        log.exception("import.check_failed", import_id=str(import_id))
        note_failure(platform, import_id, error, now=utc_now())


def take_back(platform: Platform, import_id: UUID, actor_id: UUID | None, actor_name: str) -> None:
    """Undo an import on behalf of somebody; the job ``imports.undo``."""
    undo(platform, import_id, now=utc_now(), actor=Actor("user", actor_name, actor_id))
