"""A person's data: scores, values, classes and the key account; exported, erased, merged, unmerged.

Scores and values are derived, so a merge only keeps the merged customer's rows to give them back.
Stays in classes end at the merge and stay under the old id: the past days are as they were.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, delete, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from guanxi.sdk import write_context
from guanxi_segmentation.models import (
    ClassStay,
    CustomerValue,
    KeyAccount,
    RfmScore,
    Scheme,
    SchemeClass,
)

ROWS: Final = ("segmentation_rfm", "segmentation_values", "segmentation_key_accounts")
"""Tables with at most one row per customer."""
MERGED: Final = "merged"
_TINY: Final = timedelta(microseconds=1)

_TAKE: Final = {
    table: text(f"DELETE FROM {table} t WHERE customer_id = :id RETURNING to_jsonb(t)")  # noqa: S608 -- constants
    for table in ROWS
}
_GIVE: Final = {
    table: text(
        f"INSERT INTO {table} SELECT * FROM"  # noqa: S608 -- as above
        f" jsonb_populate_record(CAST(NULL AS {table}), :row) ON CONFLICT DO NOTHING"
    ).bindparams(bindparam("row", type_=JSONB))
    for table in ROWS
}
_RESUME: Final = text(
    """
    UPDATE segmentation_class_stays s SET left_at = NULL, left_cause = NULL
    FROM segmentation_schemes c
    WHERE c.id = s.scheme_id AND c.state = 'active' AND s.customer_id = :id
      AND s.left_cause = 'merged' AND (s.scheme_id, s.entered_at) IN (
          SELECT * FROM unnest(CAST(:schemes AS uuid[]), CAST(:entered AS timestamptz[])))
      AND NOT EXISTS (SELECT 1 FROM segmentation_class_stays o WHERE o.customer_id = s.customer_id
                      AND o.scheme_id = s.scheme_id AND o.left_at IS NULL)
    """
)
_SET_BACK: Final = text(
    """
    WITH ended AS (
        UPDATE segmentation_class_stays s
        SET left_at = greatest(CAST(:now AS timestamptz), entered_at + interval '1 microsecond'),
            left_cause = 'merged'
        FROM segmentation_schemes c
        WHERE c.id = s.scheme_id AND c.state = 'active'
          AND s.customer_id = :id AND s.scheme_id = CAST(:scheme AS uuid) AND s.left_at IS NULL
          AND s.class_id <> CAST(:class AS uuid)
          AND s.entered_at <> CAST(:entered AS timestamptz)
          AND EXISTS (SELECT 1 FROM segmentation_classes k
                      WHERE k.id = CAST(:class AS uuid) AND NOT k.archived)
        RETURNING s.customer_id, s.scheme_id, s.left_at
    )
    INSERT INTO segmentation_class_stays
        (customer_id, scheme_id, entered_at, class_id, entered_cause)
    SELECT customer_id, scheme_id, left_at, CAST(:class AS uuid), 'merged' FROM ended
    """
)


def export(session: Session, customer_id: UUID) -> dict[str, Any] | None:
    """Return scores, values, classes with their history, and the decision by hand."""
    found: dict[str, Any] = {}
    for name, model in (("rfm", RfmScore), ("value", CustomerValue), ("key_account", KeyAccount)):
        row = session.execute(select(model.__table__).where(model.customer_id == customer_id))
        for one in row.mappings():
            found[name] = {key: value for key, value in one.items() if key != "customer_id"}
    classes = [_told(*row) for row in session.execute(_stays(customer_id))]
    if classes:
        found["classes"] = classes
    return found or None


def erase(session: Session, customer_id: UUID) -> None:
    """Remove everything about a customer."""
    for model in (RfmScore, CustomerValue, KeyAccount, ClassStay):
        session.execute(delete(model).where(model.customer_id == customer_id))


def merge(session: Session, kept_id: UUID, merged_id: UUID, *, now: datetime) -> dict[str, Any]:
    """End the stays of the merged customer, and take their scores, values and key account.

    A key account that the kept customer is not decided on about goes over to them. Returns what
    :func:`unmerge` needs.
    """
    session.flush()
    taken = {table: _taken(session, table, merged_id) for table in ROWS}
    undo: dict[str, Any] = {"rows": taken, "handed_over": False}
    undo["stays"] = _end(session, merged_id, now)
    undo["kept"] = _standing(session, kept_id)
    account = taken["segmentation_key_accounts"]
    if account is not None and session.get(KeyAccount, kept_id) is None:
        _give(session, "segmentation_key_accounts", {**account, "customer_id": str(kept_id)})
        undo["handed_over"] = True
    session.expire_all()
    return undo


def unmerge(
    session: Session, kept_id: UUID, merged_id: UUID, undo: Mapping[str, Any] | None
) -> None:
    """Give back what :func:`merge` took; stays go on as if they had not ended.

    The kept customer goes back to the classes of before: a minimum stay would hold who was not
    there by themselves. Whether more is due is found out when the event comes.
    """
    if undo is None:
        return
    session.flush()
    account = undo["rows"]["segmentation_key_accounts"]
    if undo["handed_over"]:
        same = (KeyAccount.at == datetime.fromisoformat(account["at"]),)
        session.execute(delete(KeyAccount).where(KeyAccount.customer_id == kept_id, *same))
    for table, row in undo["rows"].items():
        if row is not None:
            _give(session, table, row)
    schemes, entered = zip(*undo["stays"], strict=True) if undo["stays"] else ((), ())
    values = {"id": merged_id, "schemes": list(schemes), "entered": list(entered)}
    session.execute(_RESUME, values)
    for scheme, member, began in undo.get("kept", ()):
        back = {"id": kept_id, "scheme": scheme, "class": member, "entered": began}
        session.execute(_SET_BACK, {**back, "now": write_context(session).now})
    session.expire_all()


def _taken(session: Session, table: str, customer_id: UUID) -> dict[str, Any] | None:
    row: dict[str, Any] | None = session.scalars(_TAKE[table], {"id": customer_id}).one_or_none()
    return row


def _give(session: Session, table: str, row: Mapping[str, Any]) -> None:
    session.execute(_GIVE[table], {"row": row})


def _end(session: Session, customer_id: UUID, now: datetime) -> list[tuple[str, str]]:
    """End the open stays; return scheme and beginning of each."""
    mine = ClassStay.customer_id == customer_id
    found = session.scalars(select(ClassStay).where(mine, ClassStay.left_at.is_(None))).all()
    for stay in found:
        session.execute(
            update(ClassStay)
            .where(
                mine,
                ClassStay.scheme_id == stay.scheme_id,
                ClassStay.left_at.is_(None),
            )
            .values(left_at=max(now, stay.entered_at + _TINY), left_cause=MERGED)
        )
    return [(str(stay.scheme_id), stay.entered_at.isoformat()) for stay in found]


def _standing(session: Session, customer_id: UUID) -> list[tuple[str, str, str]]:
    """Return scheme, class and beginning of each open stay."""
    open_ones = select(ClassStay.scheme_id, ClassStay.class_id, ClassStay.entered_at).where(
        ClassStay.customer_id == customer_id, ClassStay.left_at.is_(None)
    )
    return [(str(s), str(c), began.isoformat()) for s, c, began in session.execute(open_ones)]


def _stays(customer_id: UUID) -> Any:
    return (
        select(Scheme.key, SchemeClass.key, SchemeClass.title_en, SchemeClass.title_zh, ClassStay)
        .join(ClassStay, ClassStay.scheme_id == Scheme.id)
        .join(SchemeClass, SchemeClass.id == ClassStay.class_id)
        .where(ClassStay.customer_id == customer_id)
        .order_by(Scheme.key, ClassStay.entered_at)
    )


def _told(scheme: str, key: str, title_en: str, title_zh: str, stay: ClassStay) -> dict[str, Any]:
    return {
        "scheme": scheme,
        "class": key,
        "title_en": title_en,
        "title_zh": title_zh,
        "entered_at": stay.entered_at,
        "entered_cause": stay.entered_cause,
        "left_at": stay.left_at,
        "left_cause": stay.left_cause,
    }
