"""The form of a set of codes: what they take off, when they work, how often, with which others."""

from typing import Any, Final

from flask import render_template
from sqlalchemy.orm import Session

from guanxi.sdk import web
from guanxi_loyalty.models import CodeSet, Programme
from guanxi_loyalty.models.vouchers import EFFECTS
from guanxi_loyalty.pages.amounts import (
    amount_text,
    first_day_text,
    last_day_text,
    read_amount,
    read_first_day,
    read_last_day,
    read_percent,
    required_amount,
)
from guanxi_loyalty.pages.code_words import EFFECTS as EFFECT_WORDS
from guanxi_loyalty.pages.code_words import effect_in_words
from guanxi_loyalty.pages.typed import Typed, plain
from guanxi_loyalty.texts import _
from guanxi_loyalty.wording import title_of

_MOST_USES: Final = 10**9
_MOST_PIECES: Final = 1000
_MOST_PRIORITY: Final = 10_000
_CONDITIONS: Final = ("products", "categories", "except")


def new_form() -> Typed:
    """Return the form of a new set."""
    return Typed({"kind": "bulk", "effect": "percent", "priority": "100"})


def form_of(found: CodeSet, programme: Programme) -> Typed:
    """Return the form filled with what a set is now."""
    currency = programme.currency
    values = {name: getattr(found, name) or "" for name in ("title_en", "title_zh", "family")}
    limits = ("customer_limit", "total_limit", "priority", "version")
    values |= {name: plain(getattr(found, name)) for name in limits}
    values |= {
        "most": amount_text(found.most, currency),
        "min_order": amount_text(found.min_order or None, currency),
        "alone": "1" if found.alone else "",
        "valid_from": first_day_text(found.valid_from, programme),
        "valid_to": last_day_text(found.valid_to, programme),
    }
    values |= {name: "\n".join(found.conditions.get(name, [])) for name in _CONDITIONS}
    return Typed(values)


def read_new(form: Typed, programme: Programme) -> dict[str, Any]:
    """Return what only a new set is told; what is wrong is noted at its field."""
    kind = form.choice("kind", ("bulk", "shared"), "bulk")
    effect = form.choice("effect", EFFECTS, "percent")
    code = form.text("code", most=60) if kind == "shared" else None
    if kind == "shared" and not code:
        form.wrong("code", _("Write the word that all customers use."))
    return {
        "code": code,
        "effect": effect,
        "value": _value(form, effect, programme),
        "code_limit": form.whole("code_limit", 1, _MOST_USES),
    }


def read_changes(form: Typed, programme: Programme, found: CodeSet | None = None) -> dict[str, Any]:
    """Return all that can be changed of a set; what is wrong is noted at its field."""
    title_en, title_zh = form.text("title_en"), form.text("title_zh")
    if not title_en and not title_zh:
        form.wrong("title_en", _("Give it a title, in one of the languages."))
    starts, ends = (found.valid_from, found.valid_to) if found else (None, None)
    most = read_amount(form, "most", programme.currency)
    if most == 0:
        form.wrong("most", _("Write an amount above zero, such as 12.50."))
    priority = form.whole("priority", 0, _MOST_PRIORITY)
    conditions = {name: form.words(name, most=100) for name in _CONDITIONS}
    return {
        "title_en": title_en or title_zh,
        "title_zh": title_zh or title_en,
        "most": most,
        "min_order": read_amount(form, "min_order", programme.currency) or 0,
        "conditions": {name: values for name, values in conditions.items() if values},
        "family": form.text("family", most=40) or None,
        "alone": form.flag("alone"),
        "priority": 100 if priority is None else priority,
        "customer_limit": form.whole("customer_limit", 1, _MOST_USES),
        "total_limit": form.whole("total_limit", 1, _MOST_USES),
        "valid_from": read_first_day(form, "valid_from", programme, starts),
        "valid_to": read_last_day(form, "valid_to", programme, ends),
    }


def draw_form(_session: Session, form: Typed, programme: Programme, found: CodeSet | None) -> str:
    """Draw the page."""
    return render_template(
        "loyalty/code_set_edit.html",
        form=form,
        programme=programme,
        found=found,
        title=title_of(found, web.language()) if found else None,
        effect=effect_in_words(found, programme) if found else None,
        effects=list(EFFECT_WORDS.items()),
    )


def _value(form: Typed, effect: str, programme: Programme) -> int:
    if effect == "percent":
        return read_percent(form, "value")
    if effect == "amount":
        return required_amount(form, "value", programme.currency)
    if effect == "shipping":
        return 0
    found = form.whole("value", 1, _MOST_PIECES)
    if found is None:
        form.wrong("value", _("Say how many pieces are for nothing."))
    return found or 0
