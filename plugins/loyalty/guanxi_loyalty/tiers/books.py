"""A programme's tiers (会员等级), as working out needs them: read once, asked by instant."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_loyalty.tiers.policy import Policy, Version, read_tiers

_VERSIONS = text(
    """
    SELECT v.in_force_from, v.definition FROM loyalty_tier_policies v
    WHERE v.programme_id = :programme ORDER BY v.in_force_from
    """
)
_UNITS = text("SELECT id, kind FROM loyalty_units WHERE programme_id = :programme")


@dataclass(frozen=True, slots=True)
class TierBook:
    """A programme's tiers, as working out needs them; ``versions`` in the order of time."""

    programme_id: UUID
    programme: str
    zone: ZoneInfo
    versions: tuple[Version, ...]
    units: tuple[UUID, ...]

    def in_force(self, at: datetime) -> Policy:
        """Return the policy in force; the first one also before it was made."""
        found = [one.policy for one in self.versions if one.since <= at]
        return found[-1] if found else self.versions[0].policy


def open_tiers(
    session: Session, programme_id: UUID, programme: str, zone: ZoneInfo
) -> TierBook | None:
    """Return a programme's tiers; None where it has none."""
    values = {"programme": programme_id}
    versions = tuple(
        Version(since, read_tiers(definition))
        for since, definition in session.execute(_VERSIONS, values)
    )
    if not versions:
        return None
    units = session.execute(_UNITS, values)
    return TierBook(
        programme_id=programme_id,
        programme=programme,
        zone=zone,
        versions=versions,
        units=tuple(id_ for id_, kind in units if kind == "qualifying"),
    )
