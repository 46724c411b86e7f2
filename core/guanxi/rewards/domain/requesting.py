"""Ask that a reward be given (申请奖励). Asking twice with one key gives one reward."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi import audit, events
from guanxi.customers.domain.text import clean_text
from guanxi.db import json
from guanxi.events.vocabulary import RewardRequested
from guanxi.ids import new_id
from guanxi.plugins import dispatch
from guanxi.rewards.domain.faults import DifferentRequest, InvalidReward
from guanxi.rewards.models import Reward
from guanxi.touchpoints.domain.customers import resolve, resolve_one
from guanxi.touchpoints.domain.lines import fits

MAX_KIND: Final = 60
MAX_UNIT: Final = 20
MAX_REASON: Final = 500
MAX_SOURCE: Final = 60
MAX_KEY: Final = 200
MAX_DETAIL: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardDraft:
    """A reward that somebody asks for. ``amount`` counts ``unit``: points, pieces, a currency.

    :param source: who asks, for example a plugin's name.
    :param idempotency_key: the same for the same wish, however often it is sent.
    :param detail: values for the plugin that fulfils it; nothing personal.
    """

    customer_id: UUID
    kind: str
    reason: str
    source: str
    idempotency_key: str
    amount: Decimal | None = None
    unit: str | None = None
    expires_at: datetime | None = None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Requested:
    """Where the request is now. ``created`` is False where it had been made before."""

    id: UUID
    created: bool


def request(session: Session, draft: RewardDraft, *, now: datetime) -> Requested:
    """Ask for a reward, or return what was asked for with the same source and key before.

    :raises InvalidReward: a field that does not do.
    :raises InvalidField: no such customer in sight.
    :raises DifferentRequest: source and key stand for another request.
    :raises Refused: a plugin said no.
    """
    draft = _checked(draft, now)
    earlier = _earlier(session, draft)
    if earlier is not None:
        return _same(session, draft, earlier)
    customer_id = resolve_one(session, draft.customer_id)
    dispatch.check(session, "check_reward", reward=draft)
    reward_id = _insert(session, draft, customer_id, now)
    if reward_id is None:
        return request(session, draft, now=now)
    _announce(session, reward_id, draft, customer_id)
    return Requested(reward_id, created=True)


def _checked(draft: RewardDraft, now: datetime) -> RewardDraft:
    amount = draft.amount
    if amount is not None and (not fits(amount) or amount <= 0):
        raise InvalidReward(
            "An amount is above zero, with at most 14 digits before and 4 after the decimal point.",
            field="amount",
        )
    if draft.expires_at is not None and (
        draft.expires_at.tzinfo is None or draft.expires_at <= now
    ):
        raise InvalidReward(
            "A reward expires at an instant in the future, with its time zone.", field="expires_at"
        )
    return RewardDraft(
        customer_id=draft.customer_id,
        kind=_filled(draft.kind, MAX_KIND, "kind"),
        reason=_filled(draft.reason, MAX_REASON, "reason"),
        source=_filled(draft.source, MAX_SOURCE, "source"),
        idempotency_key=_filled(draft.idempotency_key, MAX_KEY, "idempotency_key"),
        amount=amount,
        unit=clean_text(draft.unit, MAX_UNIT) or None if draft.unit else None,
        expires_at=draft.expires_at,
        detail=_kept_detail(draft.detail),
    )


def _kept_detail(detail: dict[str, Any]) -> dict[str, Any]:
    """Return ``detail`` if JSON in PostgreSQL can hold it: no NUL, no half characters, not huge."""
    try:
        packed = json.dumps_bytes(detail)
    except (TypeError, ValueError, RecursionError):
        packed = b"\\u0000"
    if len(packed) > MAX_DETAIL or b"\\u0000" in packed:
        raise InvalidReward(
            "The detail is JSON of at most %(limit)s bytes, without invisible characters.",
            field="detail",
            limit=MAX_DETAIL,
        )
    return detail


def _filled(value: str, limit: int, name: str) -> str:
    cleaned = clean_text(value, limit)
    if not cleaned:
        raise InvalidReward("This cannot be empty.", field=name)
    return cleaned


_TABLE = Reward.__table__
_COMPARED: Final = ("kind", "amount", "unit")


def _earlier(session: Session, draft: RewardDraft) -> Any:
    """Return the row under the draft's key; the row rule does not apply, for the key is taken."""
    return session.execute(
        select(_TABLE.c.id, _TABLE.c.customer_id, *(_TABLE.c[name] for name in _COMPARED)).where(
            _TABLE.c.source == draft.source, _TABLE.c.idempotency_key == draft.idempotency_key
        )
    ).one_or_none()


def _same(session: Session, draft: RewardDraft, earlier: Any) -> Requested:
    differing = [name for name in _COMPARED if getattr(draft, name) != getattr(earlier, name)]
    meant = {draft.customer_id, *resolve(session, (draft.customer_id,)).values()}
    if earlier.customer_id not in meant:
        differing.insert(0, "customer_id")
    if differing:
        raise DifferentRequest(
            "The key %(key)s was used for another reward (%(fields)s differ). Use a new key.",
            key=draft.idempotency_key,
            fields=", ".join(differing),
        )
    return Requested(earlier.id, created=False)


def _insert(session: Session, draft: RewardDraft, customer_id: UUID, now: datetime) -> UUID | None:
    return session.execute(
        insert(Reward)
        .values(
            id=new_id(),
            customer_id=customer_id,
            kind=draft.kind,
            amount=draft.amount,
            unit=draft.unit,
            reason=draft.reason,
            source=draft.source,
            idempotency_key=draft.idempotency_key,
            detail=draft.detail,
            expires_at=draft.expires_at,
            requested_at=now,
            changed_at=now,
        )
        .on_conflict_do_nothing(index_elements=["source", "idempotency_key"])
        .returning(Reward.id)
    ).scalar_one_or_none()


def _announce(session: Session, reward_id: UUID, draft: RewardDraft, customer_id: UUID) -> None:
    events.append(
        session,
        RewardRequested(
            customer_id=customer_id,
            reward_id=reward_id,
            reward_kind=draft.kind,
            amount=draft.amount,
            unit=draft.unit,
            reason=draft.reason,
            source=draft.source,
        ),
    )
    after = {"customer_id": customer_id, "kind": draft.kind, "amount": draft.amount}
    after |= {"unit": draft.unit, "reason": draft.reason, "source": draft.source}
    audit.record(session, "reward.requested", ("reward", reward_id), after=after)
