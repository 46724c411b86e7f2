"""The form of a reward: what it is called and shows, what it costs whom, how long it is offered."""

from collections.abc import Mapping
from contextlib import closing
from typing import Any, Final
from urllib.parse import urlsplit

from flask import render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, current, web
from guanxi_loyalty.models import CatalogueReward, CodeSet, Programme, Unit
from guanxi_loyalty.models.rewards import GIVES
from guanxi_loyalty.pages.amounts import (
    amount_text,
    first_day_text,
    last_day_text,
    read_amount,
    read_first_day,
    read_last_day,
    required_amount,
)
from guanxi_loyalty.pages.forms import actor
from guanxi_loyalty.pages.typed import Typed, plain
from guanxi_loyalty.picture_addresses import picture_url
from guanxi_loyalty.rewards.pictures import MOST_BYTES, keep_picture, picture_id
from guanxi_loyalty.texts import _, lazy_
from guanxi_loyalty.tiers.policies import tiers_of
from guanxi_loyalty.wording import title_of

GIVEN: Final = {
    "item": lazy_("A thing or service, handed over"),
    "code": lazy_("A voucher of a set of codes"),
    "card": lazy_("A gift card"),
    "points": lazy_("Points; a surprise of staff only"),
}
MOST_POINTS: Final = 10**12
_MOST_STOCK: Final = 10**9
_MOST_DAYS: Final = 3650
_LONGEST_TEXT: Final = 2000
_LONGEST_ADDRESS: Final = 500


def new_form() -> Typed:
    """Return the form of a new reward."""
    return Typed({"gives": "item", "keep_days": "30", "points": "", "unit": "points"})


def form_of(reward: CatalogueReward, programme: Programme) -> Typed:
    """Return the form filled with what a reward is now."""
    currency = programme.currency
    values = {
        name: getattr(reward, name) for name in ("title_en", "title_zh", "text_en", "text_zh")
    }
    values |= {name: plain(getattr(reward, name)) for name in ("points", "keep_days", "version")}
    values |= {
        "image": "" if picture_id(reward.image) else reward.image or "",
        "money": amount_text(reward.money or None, currency),
        "cost": amount_text(reward.cost or None, currency),
        "value": _value_text(reward, currency),
        "customer_limit": plain(reward.customer_limit),
        "surprise": "1" if reward.surprise else "",
        "valid_from": first_day_text(reward.valid_from, programme),
        "valid_to": last_day_text(reward.valid_to, programme),
    }
    for tier, price in reward.tier_prices.items():
        values[f"tier-{tier}-points"] = plain(price.get("points"))
        values[f"tier-{tier}-money"] = amount_text(price.get("money"), currency)
    return Typed(values)


def read_new(session: Session, form: Typed, programme: Programme) -> dict[str, Any]:
    """Return what only a new reward is told; what is wrong is noted at its field."""
    gives = form.choice("gives", GIVES, "item")
    sets = [key for key, _title in set_options(session, programme)]
    code_set = form.choice("code_set", sets) if gives == "code" else ""
    if gives == "code" and not code_set:
        form.wrong("code_set", _("Choose the set whose codes it gives."))
    units = [key for key, _title in unit_options(session, programme)]
    return {
        "gives": gives,
        "code_set": code_set or None,
        "unit": form.choice("unit", units, "points"),
        "stock": form.whole("stock", 0, _MOST_STOCK),
    }


def read_changes(
    session: Session,
    form: Typed,
    programme: Programme,
    gives: str,
    reward: CatalogueReward | None = None,
) -> dict[str, Any]:
    """Return all that can be changed of a reward; what is wrong is noted at its field."""
    title_en, title_zh = form.text("title_en"), form.text("title_zh")
    if not title_en and not title_zh:
        form.wrong("title_en", _("Give it a title, in one of the languages."))
    starts, ends = (reward.valid_from, reward.valid_to) if reward else (None, None)
    changes = {
        "title_en": title_en or title_zh,
        "title_zh": title_zh or title_en,
        "text_en": form.text("text_en", most=_LONGEST_TEXT, lines=True),
        "text_zh": form.text("text_zh", most=_LONGEST_TEXT, lines=True),
        "points": form.whole("points", 0, MOST_POINTS) or 0,
        "money": read_amount(form, "money", programme.currency) or 0,
        "tier_prices": _tier_prices(session, form, programme, reward),
        "cost": read_amount(form, "cost", programme.currency) or 0,
        "value": _value(form, gives, programme.currency),
        "customer_limit": form.whole("customer_limit", 1, _MOST_STOCK),
        "keep_days": form.whole("keep_days", 1, _MOST_DAYS) or 30,
        "surprise": form.flag("surprise"),
        "valid_from": read_first_day(form, "valid_from", programme, starts),
        "valid_to": read_last_day(form, "valid_to", programme, ends),
    }
    changes["image"] = _image(form, reward)
    if gives == "points":
        changes |= {"points": 0, "money": 0, "tier_prices": {}}
    return changes


def keep_upload(session: Session, form: Typed, changes: dict[str, Any]) -> None:
    """Keep the picture that was uploaded, if one was; call it once nothing else is wrong."""
    file = request.files.get("picture")
    if file is None or not file.filename:
        return
    try:
        with closing(file):
            content = file.stream.read(MOST_BYTES + 1)
        changes["image"] = keep_picture(session, content, now=current.now(), by=actor())
    except Invalid as error:
        form.wrong("picture", web.sentence(error))


def draw_form(
    session: Session, form: Typed, programme: Programme, reward: CatalogueReward | None
) -> str:
    """Draw the page."""
    return render_template(
        "loyalty/reward_edit.html",
        form=form,
        programme=programme,
        reward=reward,
        title=title_of(reward, web.language()) if reward else None,
        gives=list(GIVEN.items()),
        given=GIVEN.get(reward.gives) if reward else None,
        picture=picture_url(reward.image) if reward else None,
        sets=set_options(session, programme) if reward is None else [],
        units=unit_options(session, programme) if reward is None else [],
        tiers=tier_titles(session, programme),
        most_kb=MOST_BYTES >> 10,
    )


def tier_titles(session: Session, programme: Programme) -> Mapping[str, str]:
    """Return the titles of the programme's tiers as they are now, by key."""
    book = tiers_of(session, programme)
    if book is None:
        return {}
    found = book.in_force(current.now()).tiers
    return {one.key: title_of(one, web.language()) for one in found}


def set_options(session: Session, programme: Programme) -> list[tuple[str, str]]:
    """Return the sets of which each member can get a code of the own."""
    found = session.scalars(
        select(CodeSet)
        .where(CodeSet.programme_id == programme.id, CodeSet.kind == "bulk")
        .order_by(CodeSet.key)
    )
    return [(one.key, title_of(one, web.language())) for one in found]


def unit_options(session: Session, programme: Programme) -> list[tuple[str, str]]:
    """Return the units that can be spent."""
    found = session.scalars(
        select(Unit)
        .where(Unit.programme_id == programme.id, Unit.kind != "qualifying")
        .order_by(Unit.key)
    )
    return [(one.key, title_of(one, web.language())) for one in found]


def _value_text(reward: CatalogueReward, currency: str) -> str:
    if reward.gives == "card":
        return amount_text(reward.value, currency)
    return plain(reward.value or None)


def _value(form: Typed, gives: str, currency: str) -> int:
    if gives == "card":
        return required_amount(form, "value", currency)
    if gives == "points":
        found = form.whole("value", 1, MOST_POINTS)
        if found is None:
            form.wrong("value", _("Say how many points it gives."))
        return found or 0
    return 0


def _tier_prices(
    session: Session, form: Typed, programme: Programme, reward: CatalogueReward | None
) -> dict[str, dict[str, int]]:
    """Return prices of tiers; those of tiers that are no more stay as they are."""
    shown = tier_titles(session, programme)
    before = reward.tier_prices if reward else {}
    prices = {tier: price for tier, price in before.items() if tier not in shown}
    for tier in shown:
        points = form.whole(f"tier-{tier}-points", 0, MOST_POINTS)
        money = read_amount(form, f"tier-{tier}-money", programme.currency)
        found = {"points": points, "money": money}
        price = {name: value for name, value in found.items() if value is not None}
        if price:
            prices[tier] = price
    return prices


def _image(form: Typed, reward: CatalogueReward | None) -> str | None:
    """Return the address that was typed; without one the picture of before, unless it goes."""
    address = form.text("image", most=_LONGEST_ADDRESS)
    if address and not _is_address(address):
        form.wrong("image", _("Write an address that begins with https://."))
    if address:
        return address
    kept = reward is not None and picture_id(reward.image) and not form.flag("remove_picture")
    return reward.image if kept and reward is not None else None


def _is_address(typed: str) -> bool:
    try:
        parts = urlsplit(typed)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and " " not in typed
