"""What pages call the states of referrals, and why they were refused."""

from collections.abc import Mapping
from typing import Any, Final

from guanxi_loyalty.texts import lazy_

STATES: Final[Mapping[str, tuple[Any, str]]] = {
    "pending": (lazy_("Waits for a purchase"), "info"),
    "qualified": (lazy_("Waits for the end of the return window"), "warning"),
    "rewarded": (lazy_("Both rewarded"), "success"),
    "refused": (lazy_("Refused"), "danger"),
    "withdrawn": (lazy_("Taken back: the purchase was returned"), "neutral"),
    "superseded": (lazy_("The customer was merged with another"), "neutral"),
}
CAUSES: Final[Mapping[str, Any]] = {
    "same_person": lazy_("both are one person"),
    "device": lazy_("both came with the same device"),
    "payment": lazy_("both paid with the same card or account"),
    "not_new": lazy_("had bought before"),
    "most": lazy_("the member has as many rewarded as the terms allow"),
    "gone": lazy_("one of the two was erased"),
}
