"""What surveys add to the demo: one that can be answered at once, with answers that are made up.

The trade of the demo is real; nobody was ever asked about it. So the answers are drawn with a
fixed seed for real purchases of the year, some days after each, and the survey's title says that
they are made up. Asking and answering go the ways that they go for everybody else.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Touchpoint
from guanxi_surveys.answering.beginning import begin
from guanxi_surveys.answering.finishing import submit
from guanxi_surveys.answering.saving import save_page
from guanxi_surveys.life.changing import change_survey, set_public_link
from guanxi_surveys.life.making import make_from_kit
from guanxi_surveys.life.publishing import publish
from guanxi_surveys.models import Survey

KEY: Final = "post_purchase"
TITLE: Final = {
    "en": "After a purchase (demo: answers are made up)",
    "zh-cn": "购后调查（演示：答卷为虚构）",
}
SEED: Final = 20111209
ASKED: Final = 700
"""Purchases about which somebody is said to have answered, or begun to."""
_GIVEN_UP: Final = 0.12
_CHINESE: Final = 0.1
_MOODS: Final = (1, 2, 3, 4, 5)
_WEIGHTS: Final = (4, 8, 17, 42, 29)
_ASPECTS: Final = ("choice", "quality", "price", "ordering", "delivery")
_PROBLEMS: Final = ("damaged", "wrong", "late", "unlike")
_BETTER: Final = {
    "en": (
        "The delivery took far too long.", "Two of the cups were broken when they arrived.",
        "Please send all goods of an order together.", "The colours look different on the website.",
        "Your parcels could do with better packing.", "I had to call twice to get an answer.",
        "Postage is expensive for small orders.", "One item was missing and nobody told me.",
        "More choice of Christmas decorations, please.", "The invoice did not match the order.",
    ),
    "zh-cn": (
        "配送时间太长了。", "包装太简单，杯子到货时碎了两个。", "希望小额订单的运费便宜一些。",
        "客服回复太慢，打了两次电话。", "颜色和网站上的图片不一样。",
    ),
}  # fmt: skip
_LIKED: Final = {
    "en": (
        "Lovely things that you find nowhere else.", "Quick delivery and careful packing.",
        "My customers love the heart decorations.", "Friendly people on the phone.",
        "Good quality for the price.", "Ordering again is very easy.",
    ),
    "zh-cn": ("商品很有特色，别处买不到。", "发货快，包装仔细。", "性价比很高。", "客服很热情。"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase of the year, and who made it."""

    id: UUID
    customer_id: UUID | None
    at: datetime


def fill(session: Session, now: datetime) -> None:
    """Make, publish and link the survey, and have it answered; it may be called again."""
    if session.scalar(select(Survey.id).where(Survey.key == KEY)) is not None:
        return
    chosen = _chosen(session, now)
    since = chosen[0].at if chosen else now
    survey = make_from_kit(session, "post_purchase", key=KEY, title=TITLE, now=since)
    publish(session, survey, now=since)
    set_public_link(session, KEY, on=True, now=since)
    options = {"attributes": ["customers.country"], "follow_up": True}
    survey = change_survey(session, KEY, {"options": options}, now=since)
    draw = random.Random(SEED)  # noqa: S311 -- the same answers each time
    said = sorted(
        (one.at + timedelta(days=draw.randint(3, 12), minutes=draw.randint(0, 600)), number, one)
        for number, one in enumerate(chosen)
    )
    for at, number, purchase in said:
        if at < now:
            _answer(session, survey, purchase, draw, number=number, at=at)


def _chosen(session: Session, now: datetime) -> list[Purchase]:
    """Return purchases drawn from all, the first first; the same of the same trade."""
    query = (
        select(Touchpoint.id, Touchpoint.customer_id, Touchpoint.occurred_at)
        .where(
            Touchpoint.kind == "purchase",
            Touchpoint.state == "recorded",
            Touchpoint.customer_id.is_not(None),
            Touchpoint.occurred_at < now,
        )
        .order_by(Touchpoint.occurred_at, Touchpoint.external_id, Touchpoint.id)
    )
    rows = session.execute(query).all()
    draw = random.Random(SEED)  # noqa: S311 -- the same purchases each time
    places = sorted(draw.sample(range(len(rows)), min(ASKED, len(rows))))
    return [Purchase(*rows[place]) for place in places]


def _answer(
    session: Session,
    survey: Survey,
    purchase: Purchase,
    draw: random.Random,
    *,
    number: int,
    at: datetime,
) -> None:
    """Answer for a purchase, or begin and give up."""
    language = "zh-cn" if draw.random() < _CHINESE else "en"
    way = {
        "submission": uuid5(NAMESPACE_URL, f"guanxi-demo-answer-{number}"),
        "language": language,
        "channel": "event",
        "customer_id": purchase.customer_id,
        "about_id": purchase.id,
    }
    values = drawn(draw, language)
    if draw.random() < _GIVEN_UP:
        answer = begin(session, survey, now=at, **way)
        first: dict[str, Any] = {"csat": values["csat"], "aspects": values["aspects"]}
        save_page(session, answer, page=0, values=first, now=at)
    else:
        submit(session, survey, values, now=at, **way)


def drawn(draw: random.Random, language: str) -> dict[str, Any]:
    """Return the answers of somebody whose mood goes through all that they say."""
    mood = draw.choices(_MOODS, _WEIGHTS)[0]
    values: dict[str, Any] = {
        "csat": mood,
        "aspects": {name: _near(draw, mood, 1, 5) for name in _ASPECTS},
        "nps": _near(draw, 2 * mood, 0, 10),
    }
    if mood <= 2:
        values["problem"] = draw.sample(_PROBLEMS, draw.randint(1, 2))
    if mood <= 2 or values["nps"] <= 6:
        values["may_contact"] = draw.random() < 0.6
    if draw.random() < 0.55:
        values |= _words(draw, values["nps"], language)
    return values


def _words(draw: random.Random, nps: int, language: str) -> dict[str, str]:
    if nps >= 9:
        return {"liked": draw.choice(_LIKED[language])}
    return {"better": draw.choice(_BETTER[language])}


def _near(draw: random.Random, about: int, least: int, most: int) -> int:
    return min(max(about + draw.choice((-1, 0, 0, 0, 1)), least), most)
