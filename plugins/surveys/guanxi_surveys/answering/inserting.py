"""The few statements that every answer sends, by the shortest way to the database.

They are the ORM's own, written out: what it does besides for each costs more than the statement.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy.orm import Session

from guanxi.sdk import customers, send
from guanxi_surveys.models import Answer

_COLUMNS: Final = tuple(Answer.__table__.columns.keys())
_JSON: Final = frozenset({"attributes", "values"})
_USUAL: Final[Mapping[str, Any]] = {
    "trial": False, "attributes": {}, "values": {}, "page": 0, "seen": [], "counted": False,
}  # fmt: skip
_INSERT: Final = (
    "INSERT INTO surveys_answers ({}) VALUES ({}) ON CONFLICT (submission) DO NOTHING".format(  # noqa: S608 -- our own columns
        ", ".join(f'"{name}"' for name in _COLUMNS),
        ", ".join(f"%({name})s::jsonb" if name in _JSON else f"%({name})s" for name in _COLUMNS),
    )
)
_LOCK: Final = (
    "SELECT id, merged_into, erased_at IS NOT NULL FROM customers WHERE id = %s FOR NO KEY UPDATE"
)


def insert_answer(session: Session, row: Mapping[str, Any]) -> bool:
    """Insert an answer; False if its submission is there already.

    Where another transaction is inserting the same, its end is waited for.
    """
    values = {name: row.get(name, _USUAL.get(name)) for name in _COLUMNS}
    for name in _JSON:
        values[name] = orjson.dumps(values[name]).decode()
    done: int = send(session, _INSERT, values).rowcount
    return done == 1


def lock_customer(session: Session, customer_id: UUID) -> tuple[UUID, bool]:
    """Return whom a customer was merged into, or the same, locked; and whether they were erased.

    :raises NotFound: there is no such customer in sight.
    """
    if not session.info.get("criteria"):
        row = send(session, _LOCK, (customer_id,)).fetchone()
        if row is not None and row[1] is None:
            return row[0], row[2]
    found = customers.get(session, customer_id, lock=True)
    return found.id, found.erased_at is not None
