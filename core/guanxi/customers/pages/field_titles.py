"""The names of a customer's fields, and of what is done to customers, in words."""

from collections.abc import Sequence
from typing import Final

from guanxi.customers.models import CustomField
from guanxi.http.language import current_language
from guanxi.i18n import lazy_

_FIELDS: Final = {
    "kind": lazy_("Kind"),
    "display_name": lazy_("Full name"),
    "family_name": lazy_("Family name"),
    "given_name": lazy_("Given name"),
    "name_order": lazy_("Order of the name"),
    "language": lazy_("Language"),
    "country": lazy_("Country"),
    "region": lazy_("Region"),
    "city": lazy_("City"),
    "street": lazy_("Street"),
    "postcode": lazy_("Postcode"),
    "birthday": lazy_("Birthday"),
    "note": lazy_("Note"),
    "owner_id": lazy_("Looked after by"),
    "tags": lazy_("Tags"),
    "source": lazy_("Source"),
    "invented": lazy_("Invented name"),
    "identities": lazy_("How to reach them"),
    "status": lazy_("Status"),
    "closed_at": lazy_("Closed"),
    "closed_reason": lazy_("Reason"),
    "role": lazy_("Role"),
    "customer": lazy_("Customer"),
    "occasion": lazy_("Occasion"),
    "into": lazy_("Into"),
    "from": lazy_("From"),
    "merged": lazy_("Merged"),
    "unmerged": lazy_("Parted"),
    "merged_name": lazy_("Name of the other"),
    "not_the_same_as": lazy_("Not the same as"),
    "request": lazy_("Request"),
}
_EVENTS: Final = frozenset(
    {
        "role", "customer", "occasion", "into", "from", "merged", "unmerged", "merged_name",
        "not_the_same_as", "request", "kind", "name_order", "display_name",
    }
)  # fmt: skip
"""What tells of an event rather than of the customer."""
NUMBERS: Final = frozenset({"request"})
"""Ids of things that have no name; they say nothing to a person that the step does not."""
_ACTIONS: Final = {
    "customer.created": lazy_("Created"),
    "customer.changed": lazy_("Changed"),
    "customer.consent": lazy_("Consent noted"),
    "customer.closed": lazy_("Relation ended"),
    "customer.reopened": lazy_("Relation taken up again"),
    "customer.member_added": lazy_("Joined"),
    "customer.member_removed": lazy_("Left"),
    "customer.identity_verified": lazy_("Identity checked"),
    "customer.merged": lazy_("Merged"),
    "customer.unmerged": lazy_("Merge taken back"),
    "customer.erased": lazy_("Data erased"),
    "duplicate.dismissed": lazy_("Not the same as another"),
    "privacy.export_requested": lazy_("Copy of the data asked for"),
    "privacy.erase_requested": lazy_("Erasure asked for"),
}


def field_title(name: str, fields: Sequence[CustomField]) -> str:
    """Return what a field is called; a name of its own where it has no other."""
    if name.startswith("custom."):
        for field in fields:
            if field.key == name.removeprefix("custom."):
                return field.title_zh if current_language() == "zh" else field.title_en
    return str(_FIELDS.get(name, name))


def is_profile(name: str) -> bool:
    """Say whether a field tells about the customer, rather than of something that happened."""
    return name.startswith("custom.") or (name in _FIELDS and name not in _EVENTS)


def action_title(action: str) -> str:
    """Return what was done, in words."""
    return str(_ACTIONS.get(action, action))
