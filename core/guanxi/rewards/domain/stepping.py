"""Take one step in a reward's life: a conditional UPDATE, then its event and audit entry.

The condition is in the statement itself, so two people (or plugins) who act at once cannot both
succeed where only one may. What went wrong is found out only when no row was changed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.errors import PreconditionFailed
from guanxi.rewards.domain.faults import NoSuchReward, WrongState
from guanxi.rewards.domain.states import TRANSITIONS, Step
from guanxi.rewards.models import Reward


def take(
    session: Session,
    reward_id: UUID,
    step: Step,
    values: Mapping[str, Any],
    *,
    now: datetime,
    expected_version: int | None = None,
    only_if: tuple[ColumnElement[bool], ...] = (),
) -> Reward | None:
    """Take ``step`` if the reward's state, version and ``only_if`` allow it; return the reward.

    ``None`` means that nothing was changed; see :func:`explain`.
    """
    rule = TRANSITIONS[step]
    statement = (
        update(Reward)
        .where(Reward.id == reward_id, Reward.state.in_(rule.sources), *only_if)
        .values(
            {
                "state": rule.target,
                **values,
                "changed_at": now,
                "version": Reward.version + 1,
            }
        )
        .returning(Reward)
        .execution_options(populate_existing=True)
    )
    if expected_version is not None:
        statement = statement.where(Reward.version == expected_version)
    return session.scalars(statement).one_or_none()


def found(session: Session, reward_id: UUID, *, lock: bool = False) -> Reward:
    """Return a reward as it stands now; with ``lock`` nobody else can change it meanwhile.

    :raises NoSuchReward: nothing of that id in sight.
    """
    query = select(Reward).where(Reward.id == reward_id)
    if lock:
        query = query.with_for_update()
    reward = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if reward is None:
        raise NoSuchReward("There is no such reward, or you may not see it.")
    return reward


def explain(reward: Reward, expected_version: int | None = None) -> NoReturn:
    """Say why a step changed nothing.

    :raises PreconditionFailed: the version is another one by now.
    :raises WrongState: the reward has moved on.
    """
    if expected_version is not None and reward.version != expected_version:
        raise PreconditionFailed(
            "Somebody changed this reward meanwhile. Look at it again before you go on."
        )
    raise WrongState("This is not possible any more: the reward is %(state)s.", state=reward.state)


def note(
    session: Session, reward: Reward, action: str, before: Mapping[str, Any], *fields: str
) -> None:
    """Write the audit entry of a step; ``fields`` are those that it set."""
    after = {name: getattr(reward, name) for name in ("state", *fields)}
    audit.record(session, f"reward.{action}", ("reward", reward.id), before=before, after=after)
