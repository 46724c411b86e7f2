"""Answer a request: grant it or refuse it. Plugins do, for the kinds that they registered;
staff may, for what no enabled plugin fulfils.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from guanxi import events
from guanxi.customers.domain.text import clean_text
from guanxi.events.vocabulary import RewardGranted
from guanxi.rewards.domain.faults import InvalidReward
from guanxi.rewards.domain.reading import Place
from guanxi.rewards.domain.stepping import explain, found, note, take
from guanxi.rewards.models import Reward

MAX_REASON: Final = 500
MAX_REFERENCE: Final = 200

Fulfillers = Mapping[str, str]
"""Kind of reward -> the enabled plugin that fulfils it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request and the plugin that will answer it; None where nobody does."""

    reward: Reward
    plugin: str | None


def grant(
    session: Session,
    reward_id: UUID,
    *,
    now: datetime,
    fulfilled_by: str | None = None,
    reference: str | None = None,
    expires_at: datetime | None = None,
    expected_version: int | None = None,
) -> Reward:
    """Give a requested reward.

    :param fulfilled_by: the plugin that gives it; None if a person does by hand.
    :param reference: the plugin's own id of what it gave.
    :param expires_at: replaces what the request asked for.
    :raises NoSuchReward, PreconditionFailed: as in ``stepping``.
    :raises WrongState: it is not requested any more.
    """
    values: dict[str, object] = {"granted_at": now, "fulfilled_by": fulfilled_by}
    if reference is not None:
        values["reference"] = clean_text(reference, MAX_REFERENCE)
    if expires_at is not None:
        values["expires_at"] = _future(expires_at, now)
    reward = take(session, reward_id, "grant", values, now=now, expected_version=expected_version)
    if reward is None:
        explain(found(session, reward_id), expected_version)
    events.append(
        session,
        RewardGranted(
            customer_id=reward.customer_id,
            reward_id=reward.id,
            reward_kind=reward.kind,
            amount=reward.amount,
            unit=reward.unit,
        ),
    )
    note(session, reward, "granted", {"state": "requested"}, "fulfilled_by", "reference")
    return reward


def refuse(
    session: Session,
    reward_id: UUID,
    reason: str,
    *,
    now: datetime,
    expected_version: int | None = None,
) -> Reward:
    """Turn a request down, with the reason that whoever asked will read.

    :raises NoSuchReward, PreconditionFailed: as in ``stepping``.
    :raises WrongState: it is not requested any more.
    """
    values = {"state_reason": checked_reason(reason)}
    reward = take(session, reward_id, "refuse", values, now=now, expected_version=expected_version)
    if reward is None:
        explain(found(session, reward_id), expected_version)
    note(session, reward, "refused", {"state": "requested"}, "state_reason")
    return reward


def fulfillers(registered: Collection[tuple[str, str]]) -> Fulfillers:
    """Return which plugin fulfils which kind, from (plugin, kind) pairs of the enabled ones."""
    return {kind: plugin for plugin, kind in registered}


def waiting(
    session: Session, by_kind: Fulfillers, *, after: Place | None = None, limit: int
) -> Sequence[Waiting]:
    """Return open requests, the oldest first, each with the plugin that will answer it."""
    query = (
        select(Reward)
        .where(Reward.state == "requested")
        .order_by(Reward.requested_at, Reward.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(Reward.requested_at, Reward.id) > after)
    return [Waiting(reward, by_kind.get(reward.kind)) for reward in session.scalars(query)]


def checked_reason(reason: str) -> str:
    """Return the clean reason of a step.

    :raises InvalidReward: it is empty.
    """
    cleaned = clean_text(reason, MAX_REASON)
    if not cleaned:
        raise InvalidReward("Say why, so that others understand it later.", field="reason")
    return cleaned


def _future(instant: datetime, now: datetime) -> datetime:
    if instant.tzinfo is None or instant <= now:
        raise InvalidReward(
            "A reward expires at an instant in the future, with its time zone.", field="expires_at"
        )
    return instant
