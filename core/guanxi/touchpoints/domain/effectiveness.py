"""How well contacts work (接触成效): of those that went out, how many were answered or succeeded.

A contact is answered when the customer got in touch within the window after it, through any
channel. Purchases and returns are not contacts of ours and count only as answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from guanxi.touchpoints.domain.drafts import TRADE
from guanxi.touchpoints.domain.faults import InvalidField
from guanxi.touchpoints.models import Outcome, Touchpoint

By = Literal["channel", "kind", "staff_id"]
WINDOW: Final = timedelta(days=7)
LONGEST: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Effectiveness:
    """Contacts of one channel, kind or staff member; rates are None where nothing was counted."""

    group: str | UUID | None
    contacts: int
    answered: int
    judged: int
    """Contacts whose outcome counts as good or bad."""
    succeeded: int

    @property
    def response_rate(self) -> float | None:
        """Answered contacts among all."""
        return self.answered / self.contacts if self.contacts else None

    @property
    def success_rate(self) -> float | None:
        """Good outcomes among those that count as good or bad."""
        return self.succeeded / self.judged if self.judged else None


def effectiveness(
    session: Session, by: By, *, since: datetime, until: datetime, window: timedelta = WINDOW
) -> Sequence[Effectiveness]:
    """Return one row per channel, kind or staff member, the most contacts first.

    Contacts from ``since`` up to, not including, ``until`` count; at most 366 days.

    :raises InvalidField: the range is longer.
    """
    if until - since > LONGEST:
        raise InvalidField("Choose a range of at most 366 days.", field="since")
    group = getattr(Touchpoint, by)
    query = (
        select(
            group,
            func.count(),
            func.count().filter(_answered(window)),
            func.count(Outcome.success),
            func.count().filter(Outcome.success.is_(True)),
        )
        .outerjoin(Outcome, Outcome.key == Touchpoint.outcome)
        .where(
            Touchpoint.direction == "out",
            Touchpoint.state == "recorded",
            Touchpoint.kind.not_in(TRADE),
            Touchpoint.customer_id.is_not(None),
            Touchpoint.occurred_at >= since,
            Touchpoint.occurred_at < until,
        )
        .group_by(group)
        .order_by(func.count().desc())
    )
    return [Effectiveness(*row) for row in session.execute(query)]


def _answered(window: timedelta) -> ColumnElement[bool]:
    answer = aliased(Touchpoint)
    return exists().where(
        answer.customer_id == Touchpoint.customer_id,
        answer.direction == "in",
        answer.state == "recorded",
        answer.occurred_at > Touchpoint.occurred_at,
        answer.occurred_at <= Touchpoint.occurred_at + window,
    )
