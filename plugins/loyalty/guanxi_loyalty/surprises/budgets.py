"""What each of the staff may give in a month of the programme's calendar (月度赠礼预算)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, Refused, new_id, record
from guanxi_loyalty.models import Programme
from guanxi_loyalty.moments import local_day
from guanxi_loyalty.texts import N_
from guanxi_loyalty.versions import require_version

MOST = 10**12
"""Minor units; nobody gives more in a month."""

_SET = text(
    """
    INSERT INTO loyalty_staff_budgets (id, programme_id, staff_id, monthly, changed_at, changed_by)
    VALUES (:id, :programme, :staff, :monthly, :now, :by)
    ON CONFLICT (programme_id, staff_id) DO UPDATE SET monthly = excluded.monthly,
        changed_at = excluded.changed_at, changed_by = excluded.changed_by,
        version = loyalty_staff_budgets.version + 1
    """
)
_VERSION = text(
    "SELECT version FROM loyalty_staff_budgets WHERE programme_id = :programme "
    "AND staff_id IS NOT DISTINCT FROM :staff FOR UPDATE"
)
_DROP = text(
    "DELETE FROM loyalty_staff_budgets WHERE programme_id = :programme AND staff_id = :staff "
    "RETURNING id"
)
_MONTHLY = """
    coalesce(
        (SELECT monthly FROM loyalty_staff_budgets
         WHERE programme_id = :programme AND staff_id = :staff),
        (SELECT monthly FROM loyalty_staff_budgets
         WHERE programme_id = :programme AND staff_id IS NULL),
        0)
    """
_LEFT = text(
    f"""
    SELECT {_MONTHLY} AS monthly, coalesce((SELECT spent FROM loyalty_staff_months
        WHERE programme_id = :programme AND staff_id = :staff AND month = :month), 0) AS spent
    """  # noqa: S608 -- a constant
)
_OPEN = text(
    """
    INSERT INTO loyalty_staff_months (programme_id, staff_id, month)
    VALUES (:programme, :staff, :month) ON CONFLICT DO NOTHING
    """
)
_SPEND = text(
    f"""
    UPDATE loyalty_staff_months SET spent = spent + :cost
    WHERE programme_id = :programme AND staff_id = :staff AND month = :month
      AND spent + :cost <= {_MONTHLY} RETURNING spent
    """  # noqa: S608 -- a constant
)
_GIVE_BACK = text(
    """
    UPDATE loyalty_staff_months SET spent = spent - :cost
    WHERE programme_id = :programme AND staff_id = :staff AND month = :month
    """
)


@dataclass(frozen=True, slots=True)
class Budget:
    """A person's month, in minor units of the programme's currency."""

    month: date
    monthly: int
    spent: int

    @property
    def left(self) -> int:
        """What can still be given."""
        return max(self.monthly - self.spent, 0)


def set_budget(
    session: Session,
    programme: Programme,
    staff_id: UUID | None,
    monthly: int,
    *,
    now: datetime,
    by: str,
    expected_version: int | None = None,
) -> None:
    """Say what somebody may give in a month; without a person: all who have no own budget.

    :param expected_version: the version that the person saw; 0: none yet.
    :raises Invalid: it is below zero, or more than can be.
    :raises PreconditionFailed: somebody changed it since.
    """
    if type(monthly) is not int or not 0 <= monthly <= MOST:
        raise Invalid(N_("A budget is a number from zero."), fields={"monthly": []})
    values = {"id": new_id(), "programme": programme.id, "staff": staff_id, "monthly": monthly}
    version = session.execute(_VERSION, values).scalar_one_or_none() or 0
    require_version(int(version), expected_version)
    session.execute(_SET, {**values, "now": now, "by": by})
    subject = ("loyalty_staff_budget", str(staff_id or "all"))
    record(session, "loyalty.staff_budget_set", subject, after={"monthly": monthly})


def drop_budget(
    session: Session, programme: Programme, staff_id: UUID, *, expected_version: int
) -> None:
    """Let somebody have what all have.

    :raises PreconditionFailed: somebody changed it since.
    """
    values = {"programme": programme.id, "staff": staff_id}
    version = session.execute(_VERSION, values).scalar_one_or_none() or 0
    require_version(int(version), expected_version)
    if session.execute(_DROP, values).first() is not None:
        record(session, "loyalty.staff_budget_dropped", ("loyalty_staff_budget", str(staff_id)))


def budget_of(session: Session, programme: Programme, staff_id: UUID, *, now: datetime) -> Budget:
    """Return what somebody may give in the month of ``now``, and gave."""
    month = month_of(programme, now)
    values = {"programme": programme.id, "staff": staff_id, "month": month}
    row = session.execute(_LEFT, values).one()
    return Budget(month, int(row.monthly), int(row.spent))


def spend(
    session: Session, programme: Programme, staff_id: UUID, cost: int, *, now: datetime
) -> date:
    """Take ``cost`` out of somebody's month, and return that month.

    :raises Refused: not that much is left of it.
    """
    month = month_of(programme, now)
    values = {"programme": programme.id, "staff": staff_id, "month": month}
    session.execute(_OPEN, values)
    if session.execute(_SPEND, {**values, "cost": cost}).scalar_one_or_none() is None:
        raise Refused(N_("Your budget for surprises is used up for this month."))
    return month


def give_back(session: Session, programme_id: UUID, staff_id: UUID, month: date, cost: int) -> None:
    """Put ``cost`` back into the month that it came from."""
    values = {"programme": programme_id, "staff": staff_id, "month": month, "cost": cost}
    session.execute(_GIVE_BACK, values)


def month_of(programme: Programme, now: datetime) -> date:
    """Return the first day of the month in which ``now`` lies in the programme's zone."""
    return local_day(now, ZoneInfo(programme.time_zone)).replace(day=1)
