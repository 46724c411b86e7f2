"""The policies of tiers of a programme: a new version for each change, none is ever edited."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, announce_change, record
from guanxi_loyalty.models import Programme, TierPolicy
from guanxi_loyalty.storing import check_storable
from guanxi_loyalty.texts import N_
from guanxi_loyalty.tiers.books import TierBook, open_tiers
from guanxi_loyalty.tiers.policy import read_tiers, write_tiers
from guanxi_loyalty.versions import require_version

_LOOK_AGAIN = text(
    "UPDATE loyalty_standings SET next_check_at = least(next_check_at, :at) "
    "WHERE programme_id = :programme"
)


def set_tiers(
    session: Session,
    programme: Programme,
    definition: Mapping[str, Any],
    *,
    now: datetime,
    by: str,
    since: datetime | None = None,
    expected_versions: int | None = None,
) -> TierPolicy:
    """Put other tiers in force, from ``since`` on; ``sweep`` then looks at all members.

    :param expected_versions: how many versions there were when the person looked.
    :raises Invalid: a value that does not do, or a version that would change the past.
    :raises PreconditionFailed: there are more by now.
    """
    check_storable(definition, "definition")
    session.refresh(programme, with_for_update=True)
    require_version(version_count(session, programme), expected_versions)
    policy, at = read_tiers(definition), since or now
    query = select(func.max(TierPolicy.in_force_from))
    last = session.scalar(query.where(TierPolicy.programme_id == programme.id))
    if last is not None and (at <= last or at < now):
        raise Invalid(N_("Tiers change from now on, after the last change."), fields={"since": []})
    version = TierPolicy(
        programme_id=programme.id,
        in_force_from=at,
        definition=write_tiers(policy),
        created_at=now,
        created_by=by,
    )
    session.add(version)
    session.flush()
    session.execute(_LOOK_AGAIN, {"programme": programme.id, "at": at})
    record(
        session,
        "loyalty.tiers_changed",
        ("loyalty_programme", programme.key),
        after={"since": at, "tiers": [tier.key for tier in policy.tiers]},
    )
    announce_change(session)
    return version


def version_count(session: Session, programme: Programme) -> int:
    """Return how often a programme's tiers were put in force, in the past or for the future."""
    query = select(func.count()).where(TierPolicy.programme_id == programme.id)
    return session.execute(query).scalar_one()


def tiers_of(session: Session, programme: Programme) -> TierBook | None:
    """Return a programme's tiers; None where it has none."""
    zone = ZoneInfo(programme.time_zone)
    return open_tiers(session, programme.id, programme.key, zone)
