"""How a class is treated, in words: service, offers, contact, channel, person."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Channel, web
from guanxi_segmentation.models import Treatment
from guanxi_segmentation.texts import _, lazy_, ngettext

TITLES: Final = {
    "service_level": lazy_("Service level"),
    "offer_band": lazy_("Offer band"),
    "cadence_days": lazy_("Days between contacts"),
    "preferred_channel": lazy_("Preferred channel"),
    "looked_after_by": lazy_("Looked after by"),
}
TONES: Final = ("accent", "info", "warning", "neutral")
"""Of the classes of a scheme, the best first."""


def tone_of(position: int) -> str:
    """Return the tone of a class by its place."""
    return TONES[min(position, len(TONES) - 1)]


def channel_titles(session: Session) -> Mapping[str, str]:
    """Return the titles of all channels in the reader's language."""
    chinese = web.language() == "zh"
    found = session.scalars(select(Channel))
    return {one.key: one.title_zh if chinese else one.title_en for one in found}


def channel_options(session: Session, chosen: str | None) -> list[tuple[str, str]]:
    """Return the channels in use by title, and the chosen one in any case."""
    used = {*session.scalars(select(Channel.key).where(Channel.archived.is_(False))), chosen}
    found = channel_titles(session).items()
    return sorted((one for one in found if one[0] in used), key=lambda one: one[1])


def facts_of(treatment: Treatment | None, channels: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return what is said of a treatment, as label and value."""
    if treatment is None:
        return []
    told = {name: getattr(treatment, name) for name in TITLES}
    if told["cadence_days"] is not None:
        days = told["cadence_days"]
        told["cadence_days"] = ngettext("every %(num)s day", "every %(num)s days", days)
    told["preferred_channel"] = channels.get(told["preferred_channel"], told["preferred_channel"])
    labels = {**TITLES, "cadence_days": _("Contact")}
    return [{"label": str(labels[name]), "value": told[name]} for name in TITLES if told[name]]
