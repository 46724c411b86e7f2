"""Ready kits (问卷模板): one file each, with its exact wording, follow-up logic and measures."""

from typing import Final

from guanxi.sdk import NotFound
from guanxi_surveys.kits import (
    csat,
    customer_effort,
    employee_nps,
    exit_interview,
    needs,
    nps,
    onboarding,
    post_purchase,
    post_service,
    relationship,
)
from guanxi_surveys.kits.kit import Kit
from guanxi_surveys.texts import N_

KITS: Final[tuple[Kit, ...]] = (
    nps.KIT,
    csat.KIT,
    customer_effort.KIT,
    post_purchase.KIT,
    post_service.KIT,
    onboarding.KIT,
    relationship.KIT,
    needs.KIT,
    employee_nps.KIT,
    exit_interview.KIT,
)

__all__ = ["KITS", "Kit", "find_kit"]


def find_kit(key: str) -> Kit:
    """Return a kit by its key.

    :raises NotFound: there is none.
    """
    for kit in KITS:
        if kit.key == key:
            return kit
    raise NotFound(N_("There is no kit %(key)s."), key=key[:80])
