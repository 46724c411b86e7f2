"""Whether a class may have a rule: as a segment, and without looking at classes by rules."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from guanxi.sdk import Invalid
from guanxi_segmentation.membership.checking import checked_rule
from guanxi_segmentation.membership.usage import all_attributes
from guanxi_segmentation.membership.waiting import CLASS, require_no_circle
from guanxi_segmentation.models import Scheme
from guanxi_segmentation.rules import read
from guanxi_segmentation.schemes.drafts import ClassDraft
from guanxi_segmentation.texts import N_

AFTER_CLASSES: Final = frozenset(
    f"segmentation.{name}"
    for name in (
        "service_level", "offer_band", "cadence_days", "preferred_channel", "looked_after_by",
        "key_account",
    )
)  # fmt: skip
"""Attributes that follow from classes; a class cannot follow from them."""


def require_no_circle_of(session: Session, scheme: Scheme, rule: Mapping[str, Any]) -> None:
    """Refuse a rule that leads back to the scheme, of whose classes it would be one.

    What is saved is looked at as a whole, see ``domain``; this is for what is tried only.

    :raises Conflict: the sentence names the way.
    """
    require_no_circle(session, f"{CLASS}{scheme.key}", read(rule))


def checked_class_rule(session: Session, scheme: Scheme, draft: ClassDraft) -> dict[str, Any]:
    """Return the rule's document as it is stored.

    :raises Invalid: it cannot be, or it looks at what follows from classes.
    """
    stored = checked_rule(session, draft.rule)
    for key in all_attributes(read(stored)):
        if key in AFTER_CLASSES or key.startswith("segmentation.class_"):
            raise Invalid(
                N_("The rule of a class cannot look at %(key)s, which follows from classes."),
                key=key,
                fields={"classes": [f"{scheme.key}/{draft.key}"]},
            )
    return stored
