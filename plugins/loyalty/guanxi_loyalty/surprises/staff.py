"""Who may give surprises, what each may give in a month, and gave (员工赠礼预算)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_loyalty.models import Programme

PERMISSION: Final = "loyalty.grant"
_MONTHS: Final = 24

_STAFF: Final = text(
    """
    SELECT u.id, u.name, b.monthly AS own, coalesce(b.version, 0) AS version,
        coalesce(m.spent, 0) AS spent
    FROM users u
    LEFT JOIN loyalty_staff_budgets b ON b.programme_id = :programme AND b.staff_id = u.id
    LEFT JOIN loyalty_staff_months m ON m.programme_id = :programme AND m.staff_id = u.id
        AND m.month = :month
    WHERE m.spent > 0 OR b.id IS NOT NULL OR (u.active AND EXISTS (
        SELECT 1 FROM user_roles ur JOIN roles r ON r.id = ur.role_id
        WHERE ur.user_id = u.id AND (r.name = 'admin' OR :permission = ANY(r.permissions))))
    ORDER BY u.name, u.id
    """
)
_SHARED: Final = text(
    "SELECT monthly, version FROM loyalty_staff_budgets "
    "WHERE programme_id = :programme AND staff_id IS NULL"
)
_KNOWN_MONTHS: Final = text(
    "SELECT DISTINCT month FROM loyalty_staff_months WHERE programme_id = :programme "
    "ORDER BY month DESC LIMIT :limit"
)


@dataclass(frozen=True, slots=True)
class SharedBudget:
    """What everybody may give who has no own budget; ``version`` 0: nothing was said yet."""

    monthly: int
    version: int


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One of the staff in one month. ``own``: None where what all may give counts."""

    id: UUID
    name: str
    own: int | None
    version: int
    spent: int


def shared_budget(session: Session, programme: Programme) -> SharedBudget:
    """Return the budget of everybody who has no own one."""
    row = session.execute(_SHARED, {"programme": programme.id}).one_or_none()
    return SharedBudget(0, 0) if row is None else SharedBudget(int(row.monthly), int(row.version))


def staff_of(session: Session, programme: Programme, month: date) -> Sequence[StaffRow]:
    """Return all who may give surprises, and who gave some in the month or has a budget."""
    values = {"programme": programme.id, "month": month, "permission": PERMISSION}
    return [StaffRow(*row) for row in session.execute(_STAFF, values)]


def months_of(session: Session, programme: Programme) -> Sequence[date]:
    """Return the months in which something was given, the latest first."""
    values = {"programme": programme.id, "limit": _MONTHS}
    return list(session.execute(_KNOWN_MONTHS, values).scalars())
