"""The blueprint that all pages of messages share, and how states look."""

from typing import Final

from guanxi.http.routes import Pages
from guanxi.i18n import lazy_

SEND, MANAGE = "messages.send", "settings.manage"
pages = Pages("messages", __name__, url_prefix="/messages")

STATE_TITLES: Final = {
    "queued": (lazy_("Queued"), "info"),
    "held": (lazy_("Held"), "warning"),
    "sending": (lazy_("Sending"), "info"),
    "sent": (lazy_("Sent"), "success"),
    "failed": (lazy_("Failed"), "danger"),
    "refused": (lazy_("Refused"), "neutral"),
    "unknown": (lazy_("Outcome unknown"), "danger"),
}
"""Title and tone of each state."""
