"""Which events touch which inputs of rules: the one table of it.

What is said here too much costs a look; what is said too little is found by the nightly rebuild.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from guanxi.sdk import (
    CustomerChanged,
    CustomerCreated,
    CustomersMerged,
    Event,
    TouchpointCorrected,
    TouchpointRecorded,
)
from guanxi_segmentation.membership.book import Entry

COUNTED: Final = frozenset(
    f"customers.{name}"
    for name in (
        "touchpoints",
        "first_contact",
        "last_contact",
        "revenue",
        "purchases",
        "returns",
        "first_purchase",
        "last_purchase",
    )
)
"""Attributes that the core's own reader derives from touchpoints, perhaps a moment after us."""
ALWAYS: Final = frozenset({"customers.completeness"})
"""Attributes that any change of a customer may change."""
FIELDS: Final = {
    "owner_id": ("customers.owner",),
    "display_name": ("customers.display_name", "customers.name"),
    "closed_at": ("customers.status",),
}
"""Fields of the core whose attributes are called otherwise."""
CORE: Final = ("customers.", "custom.", "segmentation.")
"""Attributes that no other plugin contributes begin like this."""
OURS: Final = "segmentation."


@dataclass(frozen=True, slots=True)
class Touched:
    """What may have changed about some customers."""

    everything: bool = False
    attributes: frozenset[str] = frozenset()
    touchpoints: bool = False
    consents: bool = False
    plugins: bool = False
    """Attributes of other plugins."""

    def __or__(self, other: "Touched") -> "Touched":
        """Return what either of them says."""
        return Touched(
            everything=self.everything or other.everything,
            attributes=self.attributes | other.attributes,
            touchpoints=self.touchpoints or other.touchpoints,
            consents=self.consents or other.consents,
            plugins=self.plugins or other.plugins,
        )

    def concerns(self, entry: Entry) -> bool:
        """Say whether a segment looks at any of it."""
        looks = entry.mentions
        return (
            self.everything
            or bool(self.attributes & looks.attributes)
            or (self.touchpoints and (looks.touchpoints or counts(entry) or looks_at_ours(entry)))
            or (self.consents and looks.consents)
            or (self.plugins and not all(key.startswith(CORE) for key in looks.attributes))
        )


EVERYTHING: Final = Touched(everything=True)
OWN_ATTRIBUTES: Final = Touched(touchpoints=True)
NOTHING: Final = Touched()


def touched_by(events: Iterable[Event]) -> Touched:
    """Return what events may have changed."""
    found = Touched()
    for event in events:
        found |= _touched_by(event)
    return found


def _touched_by(event: Event) -> Touched:
    if isinstance(event, CustomerCreated | CustomersMerged):
        return EVERYTHING
    if isinstance(event, TouchpointRecorded | TouchpointCorrected):
        return Touched(touchpoints=True)
    if isinstance(event, CustomerChanged):
        return _of_fields(event.fields)
    return Touched(plugins=True)


def _of_fields(fields: Sequence[str]) -> Touched:
    attributes = set(ALWAYS)
    for name in fields:
        if "." in name:
            attributes.add(name)
        else:
            attributes.update(FIELDS.get(name, (f"customers.{name}",)))
    return Touched(
        attributes=frozenset(attributes),
        consents=any(name.startswith("consent.") for name in fields),
    )


def counts(entry: Entry) -> bool:
    """Say whether a segment looks at what the core's own reader counts."""
    return not entry.mentions.attributes.isdisjoint(COUNTED)


def looks_at_ours(entry: Entry) -> bool:
    """Say whether a segment looks at scores, values or classes of our own."""
    return any(key.startswith(OURS) for key in entry.mentions.attributes)
