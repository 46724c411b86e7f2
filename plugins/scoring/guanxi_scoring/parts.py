"""The parts that store something about each customer, for the hooks of a person's data.

A part brings a module ``customer_data`` with a ``KEY`` and four functions, and stands in
``PARTS``. What is derived is only removed where two customers become one: whoever is left is
worked out anew when the event comes (``reacting``).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi_scoring.churn import customer_data as churn_data
from guanxi_scoring.features import customer_data as features_data
from guanxi_scoring.insight import customer_data as insight_data
from guanxi_scoring.lifetime import customer_data as lifetime_data
from guanxi_scoring.mining import customer_data as mining_data
from guanxi_scoring.products import customer_data as products_data
from guanxi_scoring.propensity import customer_data as propensity_data
from guanxi_scoring.risk import customer_data as risk_data


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
        """Do away with what is about ``merged_id``; return what ``unmerge`` needs."""

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


PARTS: Final[tuple[Part, ...]] = (
    features_data,
    lifetime_data,
    churn_data,
    products_data,
    mining_data,
    propensity_data,
    risk_data,
    insight_data,
)


def export(session: Session, customer_id: UUID) -> dict[str, Any] | None:
    """Return what all parts hold about a customer, or None."""
    found = ((part.KEY, part.export(session, customer_id)) for part in PARTS)
    return {key: told for key, told in found if told} or None


def erase(session: Session, customer_id: UUID) -> None:
    """Remove everything about a customer."""
    for part in PARTS:
        part.erase(session, customer_id)


def merge(session: Session, kept_id: UUID, merged_id: UUID, *, now: datetime) -> dict[str, Any]:
    """Let each part do away with what is about ``merged_id``."""
    return {part.KEY: part.merge(session, kept_id, merged_id, now=now) for part in PARTS}


def unmerge(
    session: Session,
    kept_id: UUID,
    merged_id: UUID,
    undo: Mapping[str, Any] | None,
    *,
    now: datetime,
) -> None:
    """Let each part give back what its merge took."""
    for part in PARTS:
        part.unmerge(session, kept_id, merged_id, (undo or {}).get(part.KEY), now=now)
