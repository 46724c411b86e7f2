"""The parts that store something about each customer, for the hooks of a person's data.

A part brings a module ``customer_data`` with a ``KEY`` and four functions, and stands in ``PARTS``.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi_surveys.answering import customer_data


class Part(Protocol):
    """What a module ``customer_data`` has; see the hooks of these names."""

    @property
    def KEY(self) -> str:  # noqa: N802 -- a constant of the module
        """Return under which name its data stand in an export."""

    def export(self, session: Session, customer_id: UUID) -> Any:
        """Return what is held about a customer, or None."""

    def erase(self, session: Session, customer_id: UUID) -> None:
        """Remove everything about a customer."""

    def merge(
        self, session: Session, kept_id: UUID, merged_id: UUID, *, now: datetime
    ) -> dict[str, Any] | None:
        """Bring what is about ``merged_id`` to ``kept_id``; return what ``unmerge`` needs."""

    def unmerge(
        self,
        session: Session,
        kept_id: UUID,
        merged_id: UUID,
        undo: Mapping[str, Any] | None,
        *,
        now: datetime,
    ) -> None:
        """Give back what ``merge`` took."""


PARTS: Final[tuple[Part, ...]] = (customer_data,)


def export(session: Session, customer_id: UUID) -> dict[str, Any] | None:
    """Return what all parts hold about a customer, or None."""
    found = {part.KEY: part.export(session, customer_id) for part in PARTS}
    held = {key: value for key, value in found.items() if value}
    return held or None


def erase(session: Session, customer_id: UUID) -> None:
    """Remove everything about a customer."""
    for part in PARTS:
        part.erase(session, customer_id)


def merge(session: Session, kept_id: UUID, merged_id: UUID, *, now: datetime) -> dict[str, Any]:
    """Bring everything to the customer who is kept; return what each part needs to undo it."""
    return {part.KEY: part.merge(session, kept_id, merged_id, now=now) for part in PARTS}


def unmerge(
    session: Session,
    kept_id: UUID,
    merged_id: UUID,
    undo: Mapping[str, Any] | None,
    *,
    now: datetime,
) -> None:
    """Give back what is left of it."""
    for part in PARTS:
        part.unmerge(session, kept_id, merged_id, (undo or {}).get(part.KEY), now=now)
