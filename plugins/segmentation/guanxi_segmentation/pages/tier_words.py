"""Attributes and thresholds of tiers in words."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from babel.numbers import format_currency, format_decimal
from flask_babel import get_locale
from sqlalchemy.orm import Session

from guanxi.sdk import Attribute, attributes_of, web
from guanxi_segmentation.schemes.options import OWN
from guanxi_segmentation.sight import visible_attributes
from guanxi_segmentation.texts import _


def attribute_title(session: Session, key: str) -> str:
    """Return what an attribute is called; its key where nobody offers it now."""
    found = attributes_of(session).get(key)
    return found.title.in_language(web.language()) if found else key


def limit_in_words(session: Session, key: str, limit: Decimal | None, currency: str) -> str:
    """Return a threshold as it is written: money in the company's currency, or a number."""
    if limit is None:
        return _("nobody")
    found = attributes_of(session).get(key)
    locale: Any = get_locale()
    if found is not None and found.type == "money":
        return str(format_currency(limit, found.unit or currency, locale=locale))
    return str(format_decimal(limit, locale=locale))


def comparable(session: Session) -> Mapping[str, Attribute]:
    """Return the attributes that tiers can be computed from and whoever asks may see."""
    return {
        key: one
        for key, one in visible_attributes(session).items()
        if one.type in ("number", "money") and (key in OWN or not key.startswith("segmentation."))
    }
