"""Plugins follow a merge and its undoing, disabled ones too: they hold rows about customers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.db import write_context
from guanxi.errors import GuanxiError, Refused
from guanxi.plugins.dispatch import Dispatcher, Implementation


def ask_to_merge(
    session: Session, kept_id: UUID, merged_id: UUID, *, now: datetime
) -> dict[str, Any]:
    """Let every plugin move what it holds; return what each needs to take it back.

    :raises Refused: a plugin failed; then nothing may be merged.
    """
    offered = {"session": session, "kept_id": kept_id, "merged_id": merged_id, "now": now}
    return {
        impl.plugin: _call(session, impl, offered)
        for impl in _implementations(session, "customer_data_merge")
    }


def ask_to_unmerge(
    session: Session, kept_id: UUID, merged_id: UUID, undo: Mapping[str, Any], *, now: datetime
) -> None:
    """Let every plugin give back what it moved; one that was not there then has nothing to do.

    :raises Refused: a plugin failed; then the merge stands.
    """
    offered = {"session": session, "kept_id": kept_id, "merged_id": merged_id, "now": now}
    for impl in _implementations(session, "customer_data_unmerge"):
        if impl.plugin in undo:
            _call(session, impl, {**offered, "undo": undo[impl.plugin]})


def _implementations(session: Session, hook: str) -> tuple[Implementation, ...]:
    dispatcher = _dispatcher(session)
    return dispatcher.implementations(hook, everyone=True) if dispatcher else ()


def _dispatcher(session: Session) -> Dispatcher | None:
    found: Dispatcher | None = write_context(session).dispatcher
    return found


def _call(session: Session, impl: Implementation, offered: Mapping[str, Any]) -> Any:
    dispatcher = _dispatcher(session)
    if dispatcher is None:
        return None
    try:
        return dispatcher.call(impl, offered)
    except GuanxiError:
        raise
    except Exception as error:
        dispatcher.report(impl, error)
        raise Refused(
            "The plugin %(plugin)s could not follow (%(cause)s), so nothing was changed. "
            "An admin finds more under Apps.",
            plugin=impl.plugin,
            cause=type(error).__name__,
        ) from error
