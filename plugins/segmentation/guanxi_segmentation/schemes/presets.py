"""The two ready-made schemes (预设分级) of the theory, and how they map to each other.

Core, important and potential accounts (核心客户、重要客户、潜力客户) and the rest, computed; and
key, secondary, prospective and general customers (重要客户、次要客户、潜在客户、一般客户), after
the first by a mapping that can be edited.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi_segmentation.company import company
from guanxi_segmentation.models import Scheme
from guanxi_segmentation.schemes.domain import create_scheme
from guanxi_segmentation.schemes.drafts import ClassDraft, SchemeDraft
from guanxi_segmentation.schemes.treatments import at_hand
from guanxi_segmentation.value.sources import sources

_CORE: Final = {
    "service_level": "Personal adviser", "offer_band": "A", "cadence_days": 14,
    "preferred_channel": "meeting", "looked_after_by": "Key account manager",
}  # fmt: skip
_IMPORTANT: Final = {
    "service_level": "Priority", "offer_band": "B", "cadence_days": 30,
    "preferred_channel": "phone", "looked_after_by": "Account manager",
}  # fmt: skip
_POTENTIAL: Final = {
    "service_level": "Standard", "offer_band": "B", "cadence_days": 45,
    "preferred_channel": "email", "looked_after_by": "Sales team",
}  # fmt: skip
_GENERAL: Final = {
    "service_level": "Standard", "offer_band": "C", "cadence_days": 90,
    "preferred_channel": "email", "looked_after_by": "Service team",
}  # fmt: skip

LATELY: Final = "segmentation.rfm_r"
TIERS: Final = SchemeDraft(
    key="tiers",
    title_en="Tiers",
    title_zh="客户分级",
    kind="tiers",
    classes=(
        ClassDraft("core", "Core", "核心客户", treatment=_CORE),
        ClassDraft("important", "Important", "重要客户", treatment=_IMPORTANT),
        ClassDraft("potential", "Potential", "潜力客户", treatment=_POTENTIAL),
        ClassDraft("general", "General", "一般客户", treatment=_GENERAL),
    ),
)
FOUR: Final = SchemeDraft(
    key="four",
    title_en="Four classes",
    title_zh="四类客户",
    kind="mapped",
    classes=(
        ClassDraft("key", "Key", "重要客户", treatment=_CORE),
        ClassDraft("secondary", "Secondary", "次要客户", treatment=_IMPORTANT),
        ClassDraft("prospective", "Prospective", "潜在客户", treatment=_POTENTIAL),
        ClassDraft("general", "General", "一般客户", treatment=_GENERAL),
    ),
    options={
        "of": "tiers",
        "map": {
            "core": "key",
            "important": "secondary",
            "potential": "prospective",
            "general": "general",
        },
    },
)


def ensure_ready_made(
    session: Session, *, now: datetime, options: Mapping[str, Any] | None = None
) -> Sequence[Scheme]:
    """Make those of the two schemes that were never made; return the new ones.

    :param options: of the tiers, where they are not the usual ones.
    """
    there = set(session.scalars(select(Scheme.key)))
    drafts = (replace(TIERS, options=options or {}), FOUR)
    return [
        create_scheme(session, replace(draft, classes=at_hand(session, draft.classes)), now=now)
        for draft in drafts
        if draft.key not in there
    ]


def options_at_hand(session: Session) -> dict[str, Any]:
    """Return options of tiers that tell customers apart from the first day.

    While no app foretells what customers will bring, potential is how lately they bought.
    """
    foretold = sources(session, company(session)).expected is not None
    return {} if foretold else {"potential": LATELY}
