"""Why a message is where it is, in words for staff."""

from collections.abc import Mapping
from typing import Any, Final

from guanxi.customers.domain.contact import REASONS as CONTACT_REASONS
from guanxi.i18n import _, lazy_

REASONS: Final = {
    **CONTACT_REASONS,
    "quiet": lazy_("Held until the quiet time ends."),
    "no_channel": lazy_("The app that sends on this channel is switched off."),
    "no_identity": lazy_("No address or number for this channel is known."),
    "retry": lazy_("The provider could not take it just now; it is tried again."),
    "gave_up": lazy_("The provider could not take it after several tries."),
    "died": lazy_(
        "The connection or the program ended in the middle of sending. It may have gone out or "
        "not, so it is not sent again by itself. Look it up at the provider, then decide."
    ),
    "settled_sent": lazy_("Somebody found out that it had gone out."),
    "settled_again": lazy_("Somebody found out that it had not gone out; it is sent again."),
    "cancelled": lazy_("Somebody cancelled it before it went out."),
}


def in_words(reason: str | None, values: Mapping[str, Any]) -> str:
    """Return the sentence for a stored reason in the reader's language; empty for none."""
    if not reason:
        return ""
    if reason in REASONS:
        return str(REASONS[reason])
    return _(reason, **values)
