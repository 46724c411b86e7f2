"""The statements of insights, as hypotheses in plain words."""

from typing import Any, Final

from guanxi_scoring.life.contract import Sentence
from guanxi_scoring.texts import N_

ASSOCIATION: Final = N_(
    "Who buys “%(a)s” often buys “%(b)s”, too: %(confidence)s of them do, of all customers "
    "%(usual)s."
)
TRAIT: Final = N_(
    "Customers with %(trait)s “%(value)s” buy “%(b)s” more often: %(confidence)s of them do, of "
    "all customers %(usual)s."
)
SEQUENCE: Final = N_(
    "After “%(a)s” comes “%(b)s”: %(confidence)s of who bought the one first bought the other "
    "within %(days)s. Of who bought both, %(forward)s bought in this order; by the calendar alone "
    "it would be %(usual)s."
)
CLUSTER: Final = N_("A group of %(customers)s customers with something in common: %(words)s.")
TWO: Final = N_("%(one)s; %(two)s")
YES: Final = N_("yes")
NO: Final = N_("no")
NOTHING_SPECIAL: Final = N_("close to the average in everything")
WORDS: Final = {
    "recency": (N_("bought a short time ago"), N_("have not bought for long")),
    "purchases": (N_("buy rarely"), N_("buy often")),
    "amount": (N_("small purchases"), N_("large purchases")),
    "products": (N_("few different products"), N_("many different products")),
    "quantity": (N_("few pieces of each"), N_("many pieces of each")),
    "returns": (N_("hardly send anything back"), N_("send much back")),
}
"""What a group is called whose mean lies well below, and well above the average."""


def joined(parts: list[str]) -> dict[str, Any]:
    """Return msgids as one value of a sentence, each translated where it is shown."""
    told: dict[str, Any] = {"sentence": parts[0], "values": {}}
    for part in parts[1:]:
        told = {"sentence": TWO, "values": {"one": told, "two": {"sentence": part, "values": {}}}}
    return told


def pair(message: str, a: dict[str, Any], b: str, confidence: float, usual: float) -> Sentence:
    """Return the statement of an association."""
    values = {**a, "b": b, "confidence": {"share": confidence}, "usual": {"share": usual}}
    return Sentence(message, values)
