"""The state of a programme, a rule or a campaign in plain words, with its colour."""

from dataclasses import dataclass
from typing import Any, Final

from guanxi_loyalty.earning.facts import CampaignFacts
from guanxi_loyalty.models import Programme
from guanxi_loyalty.texts import N_, _, lazy_

TITLES: Final = {
    "active": lazy_("Active"),
    "paused": lazy_("Paused"),
    "read_only": lazy_("Read-only"),
    "archived": lazy_("Archived"),
}
TONES: Final = {
    "active": "success", "paused": "warning", "read_only": "danger", "archived": "neutral",
}  # fmt: skip
_FINDINGS: Final = (
    N_("entries of a transaction do not sum to zero"),
    N_("a balance is not the sum of its entries"),
    N_("a balance is not what its lots have left, less debt"),
    N_("a lot has not left what was not taken"),
    N_("pending units are not on the pending account"),
    N_("held units are not on the held account"),
    N_("an account holds other than its open holds"),
    N_("more was taken back than there was"),
    N_("a transaction put back more than it took"),
    N_("a spend is not what it took from lots"),
    N_("units were taken outside a lot's time"),
    N_("a card's balance is not what was loaded and paid"),
    N_("a tier is not what working it out from scratch gives"),
)
"""What the check may find; the texts stand where it is checked."""


@dataclass(frozen=True, slots=True)
class State:
    """A state as it is shown: its name, its colour, what it means."""

    key: str
    title: str
    tone: str
    text: str = ""


def state_of(key: str, text: str = "") -> State:
    """Return a state as it is shown."""
    return State(key, str(TITLES.get(key, key)), TONES.get(key, "neutral"), text)


def programme_state(programme: Programme) -> State:
    """Return whether a programme takes commands, why not, and what to do then."""
    if programme.state == "paused":
        reason = programme.state_reason or ""
        text = _("Nothing is earned or redeemed until it is resumed.")
        return state_of("paused", f"{reason} {text}".strip())
    if programme.state == "read_only":
        reason = _(programme.state_reason) if programme.state_reason else _("an admin said so")
        return state_of(
            "read_only",
            _(
                "Nothing is earned or redeemed, because the check found: %(reason)s. Check it "
                "now; when all fits, resume it. Otherwise ask for help before anything else.",
                reason=reason,
            ),
        )
    return state_of("active")


def campaign_state(campaign: CampaignFacts, now: Any) -> State:
    """Return whether a campaign runs now."""
    if campaign.state != "active":
        return state_of(campaign.state)
    if campaign.starts_at is not None and now < campaign.starts_at:
        return State("waits", _("Not begun yet"), "info")
    if campaign.ends_at is not None and now >= campaign.ends_at:
        return State("over", _("Over"), "neutral")
    if campaign.budget_left is not None and campaign.budget_left <= 0:
        return State("spent", _("Budget used up"), "warning")
    return State("active", _("Running"), "success")
