"""The catalogue (奖励目录): rewards made, changed, taken off; what is on offer now."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Invalid, NotFound, new_id, record
from guanxi_loyalty.models import CatalogueReward, Programme, Unit
from guanxi_loyalty.models.rewards import GIVES
from guanxi_loyalty.storing import as_key
from guanxi_loyalty.texts import N_
from guanxi_loyalty.vouchers.sets import find_set

_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST: Final = 10**12
_NUMBERS: Final = ("points", "money", "cost", "value", "stock", "keep_days")

_ADD: Final = text(
    "UPDATE loyalty_rewards SET stock = coalesce(stock, 0) + :change, version = version + 1 "
    "WHERE id = :id AND coalesce(stock, 0) + :change >= 0 RETURNING stock"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardDraft:
    """A reward to be put into the catalogue; see :class:`CatalogueReward`.

    :param tier_prices: tier -> ``{"points": ..., "money": ...}``.
    :param code_set: the key of the set whose codes it gives.
    """

    key: str
    title_en: str
    title_zh: str = ""
    text_en: str = ""
    text_zh: str = ""
    image: str | None = None
    unit: str = "points"
    gives: str = "item"
    code_set: str | None = None
    points: int = 0
    money: int = 0
    tier_prices: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    cost: int = 0
    value: int = 0
    stock: int | None = None
    customer_limit: int | None = None
    keep_days: int = 30
    surprise: bool = False
    valid_from: datetime | None = None
    valid_to: datetime | None = None


def create_reward(
    session: Session, programme: Programme, draft: RewardDraft, *, now: datetime, by: str
) -> CatalogueReward:
    """Put a reward into the catalogue.

    :raises Invalid: a price, stock or limit below zero, and the like.
    :raises NotFound: there is no such unit or set of codes.
    :raises Conflict: the key is taken.
    """
    check_draft(draft)
    if session.scalar(_by_key(programme, draft.key)) is not None:
        raise Conflict(N_("There is a reward %(key)s already."), key=draft.key)
    values: dict[str, Any] = asdict(draft)
    unit, code_set = values.pop("unit"), values.pop("code_set")
    wanted = select(Unit.id).where(Unit.programme_id == programme.id, Unit.key == unit)
    unit_id = session.scalar(wanted)
    if unit_id is None:
        raise NotFound(N_("There is no unit %(unit)s."), unit=unit)
    reward = CatalogueReward(
        id=new_id(),
        programme_id=programme.id,
        unit_id=unit_id,
        code_set_id=find_set(session, programme, code_set).id if code_set else None,
        **values | {"title_zh": draft.title_zh or draft.title_en},
        created_at=now,
        changed_at=now,
        changed_by=by,
    )
    session.add(reward)
    session.flush()
    after = {"key": draft.key, "points": draft.points, "money": draft.money, "stock": draft.stock}
    record(session, "loyalty.reward_created", ("loyalty_reward", draft.key), after=after)
    return reward


def find_reward(session: Session, programme: Programme, key: str) -> CatalogueReward:
    """Return a reward by its key.

    :raises NotFound: there is none.
    """
    found: CatalogueReward | None = session.scalar(_by_key(programme, key))
    if found is None:
        raise NotFound(N_("There is no reward %(key)s."), key=key)
    return found


def on_offer(session: Session, programme: Programme, *, now: datetime) -> Sequence[CatalogueReward]:
    """Return what members can take now, the cheapest first; sold out ones are left out."""
    wanted = select(CatalogueReward).where(
        CatalogueReward.programme_id == programme.id,
        CatalogueReward.state == "active",
        CatalogueReward.gives != "points",
        or_(CatalogueReward.stock.is_(None), CatalogueReward.stock > 0),
        or_(CatalogueReward.valid_from.is_(None), CatalogueReward.valid_from <= now),
        or_(CatalogueReward.valid_to.is_(None), CatalogueReward.valid_to > now),
    )
    return session.scalars(wanted.order_by(CatalogueReward.points, CatalogueReward.key)).all()


def add_stock(session: Session, reward: CatalogueReward, change: int) -> int:
    """Put ``change`` more into stock, below zero: take them out; return what is there then.

    :raises Conflict: there are not so many.
    """
    left = session.execute(_ADD, {"id": reward.id, "change": change}).scalar_one_or_none()
    if left is None:
        raise Conflict(N_("There are not so many in stock."))
    session.refresh(reward)
    subject = ("loyalty_reward", reward.key)
    record(session, "loyalty.reward_stock_changed", subject, after={"change": change})
    return int(left)


def set_state(
    session: Session, reward: CatalogueReward, state: str, *, now: datetime, by: str
) -> None:
    """Offer a reward (``active``), or take it off the catalogue (``archived``)."""
    before, reward.state = {"state": reward.state}, state
    reward.changed_at, reward.changed_by, reward.version = now, by, reward.version + 1
    subject = ("loyalty_reward", reward.key)
    record(session, "loyalty.reward_changed", subject, before=before, after={"state": state})


def _by_key(programme: Programme, key: str) -> Any:
    return select(CatalogueReward).where(
        CatalogueReward.programme_id == programme.id, CatalogueReward.key == as_key(key)
    )


def check_draft(draft: RewardDraft) -> None:
    """Refuse a reward that cannot be.

    :raises Invalid: with the field that it is about.
    """
    if not _KEY.fullmatch(draft.key):
        raise Invalid(
            N_("A key begins with a letter and has small letters, digits and _ only."),
            fields={"key": []},
        )
    if not draft.title_en.strip():
        raise Invalid(N_("Give the reward a title."), fields={"title_en": []})
    for name in _NUMBERS:
        if not _whole(getattr(draft, name) or 0):
            raise _wrong(name)
    for name, is_wrong in _doubts(draft).items():
        if is_wrong:
            raise _wrong(name)


def _doubts(draft: RewardDraft) -> Mapping[str, bool]:
    """Return which fields do not do, beside those that are numbers."""
    valued, ends = draft.gives in ("card", "points"), draft.valid_to
    return {
        "customer_limit": draft.customer_limit is not None and draft.customer_limit <= 0,
        "gives": draft.gives not in GIVES,
        "code_set": (draft.gives == "code") != bool(draft.code_set),
        "value": valued != (draft.value > 0),
        "points": draft.gives == "points" and draft.points > 0,
        "valid_to": ends is not None and draft.valid_from is not None and ends <= draft.valid_from,
        "tier_prices": any(
            price.keys() - {"points", "money"} or not all(map(_whole, price.values()))
            for price in draft.tier_prices.values()
        ),
    }


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST


def _wrong(name: str) -> Invalid:
    return Invalid(N_("The field %(name)s has no valid value."), name=name, fields={name: []})
