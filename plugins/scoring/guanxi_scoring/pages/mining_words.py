"""What kinds, states, figures, dimensions and values of mining are called."""

from collections.abc import Mapping, Sequence

from babel.dates import get_day_names
from flask_babel import get_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Channel, web
from guanxi_scoring.products.standing import descriptions
from guanxi_scoring.texts import _


def kind_words() -> dict[str, str]:
    """Return what kinds of insight are called."""
    return {
        "association": _("Bought together"),
        "trait": _("Trait and product"),
        "sequence": _("One after the other"),
        "cluster": _("Group of customers"),
    }


def state_words() -> dict[str, tuple[str, str]]:
    """Return what states are called, and their tone."""
    return {
        "new": (_("to confirm"), "info"),
        "inferred": (_("inferred"), "info"),
        "confirmed": (_("confirmed"), "success"),
        "rejected": (_("rejected"), "danger"),
        "expired": (_("expired"), "neutral"),
    }


def figure_words() -> dict[str, str]:
    """Return what figures of evidence are called, in the order in which they are shown."""
    return {
        "customers": _("Customers looked at"),
        "of_a": _("With the first"),
        "of_b": _("With the second"),
        "both": _("Customers behind it"),
        "either": _("Who bought both"),
        "support": _("Support"),
        "confidence": _("Confidence"),
        "usual": _("Usual share"),
        "lift": _("Lift"),
        "forward": _("In this order"),
        "days": _("Within days"),
        "p": _("Probability by chance (p)"),
        "q": _("False discovery rate (q)"),
        "silhouette": _("How clearly groups part (silhouette)"),
        "mean_recency": _("Days since the last purchase, mean"),
        "mean_purchases": _("Days with a purchase, mean"),
        "mean_amount": _("Amount of a purchase, mean"),
        "mean_products": _("Products bought, mean"),
        "mean_quantity": _("Pieces of a product, mean"),
        "mean_returns": _("Share of returns, mean"),
    }


SHARES = frozenset({"support", "confidence", "usual", "forward", "mean_returns"})


def dimension_words() -> dict[str, str]:
    """Return what dimensions of preferences are called."""
    return {
        "product": _("Product"),
        "word": _("In the name of products"),
        "channel": _("Channel"),
        "weekday": _("Day of the week"),
        "daytime": _("Time of day"),
        "price": _("Price level"),
    }


def value_words(
    session: Session, about: Sequence[tuple[str, str]]
) -> Mapping[tuple[str, str], str]:
    """Return what the values of preferences are called in the reader's language."""
    named = descriptions(session, [value for dimension, value in about if dimension == "product"])
    words = {**_fixed(), **{("channel", key): title for key, title in _channels(session)}}
    words |= {("product", key): title for key, title in named.items()}
    return {one: words.get(one, one[1]) for one in about}


def _fixed() -> dict[tuple[str, str], str]:
    days = get_day_names("wide", locale=get_locale() or "en")
    return {
        **{("weekday", str(number + 1)): str(days[number]) for number in range(7)},
        ("daytime", "night"): _("Night"),
        ("daytime", "morning"): _("Morning"),
        ("daytime", "afternoon"): _("Afternoon"),
        ("daytime", "evening"): _("Evening"),
        ("price", "low"): _("Low prices"),
        ("price", "middle"): _("Middle prices"),
        ("price", "high"): _("High prices"),
    }


def _channels(session: Session) -> list[tuple[str, str]]:
    zh = web.language() == "zh"
    return [
        (one.key, one.title_zh if zh else one.title_en) for one in session.scalars(select(Channel))
    ]
