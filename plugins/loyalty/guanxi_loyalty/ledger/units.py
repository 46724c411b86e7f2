"""What commands need to know of a unit: its programme's rules and the unit's own accounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from guanxi.sdk import NotFound
from guanxi_loyalty.models import Account, Programme, Unit
from guanxi_loyalty.policies import Policies, read_policies
from guanxi_loyalty.texts import N_


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A unit, as commands see it. ``own`` are the unit's own accounts by purpose."""

    id: UUID
    key: str
    kind: str
    programme_id: UUID
    programme: str
    currency: str
    zone: ZoneInfo
    policies: Policies
    own: Mapping[str, UUID]
    version: int
    """The programme's; commands take the facts anew when it has grown."""


_KEPT: WeakKeyDictionary[Engine, dict[tuple[str, str], UnitFacts]] = WeakKeyDictionary()
"""Units by database, programme and unit; true as long as their version is."""


def load_unit(session: Session, programme: str, unit: str, *, fresh: bool = False) -> UnitFacts:
    """Return a unit by the keys of its programme and itself.

    :param fresh: read it again. Otherwise it may be as it was when this process last read it;
        each command looks whether it still is.
    :raises NotFound: there is none.
    """
    kept = _KEPT.setdefault(session.get_bind().engine, {})
    if fresh or (programme, unit) not in kept:
        kept[programme, unit] = _read(session, programme, unit)
    return kept[programme, unit]


def _read(session: Session, programme: str, unit: str) -> UnitFacts:
    row = session.execute(
        select(Unit, Programme)
        .join(Programme, Programme.id == Unit.programme_id)
        .where(Programme.key == programme, Unit.key == unit)
    ).one_or_none()
    if row is None:
        raise NotFound(
            N_("There is no unit %(unit)s in a programme %(programme)s."),
            unit=unit,
            programme=programme,
        )
    return _facts(session, *row)


def units_of(session: Session) -> list[UnitFacts]:
    """Return all units of all programmes, by the keys of programme and unit."""
    rows = session.execute(
        select(Unit, Programme)
        .join(Programme, Programme.id == Unit.programme_id)
        .order_by(Programme.key, Unit.key)
    )
    return [_facts(session, *row) for row in rows.all()]


def _facts(session: Session, unit: Unit, programme: Programme) -> UnitFacts:
    own = session.execute(
        select(Account.purpose, Account.id).where(
            Account.unit_id == unit.id, Account.purpose != "member"
        )
    )
    return UnitFacts(
        id=unit.id,
        key=unit.key,
        kind=unit.kind,
        programme_id=programme.id,
        programme=programme.key,
        currency=programme.currency,
        zone=ZoneInfo(programme.time_zone),
        policies=read_policies(programme.policies),
        own={row.purpose: row.id for row in own},
        version=programme.version,
    )
