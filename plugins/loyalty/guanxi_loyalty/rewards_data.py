"""What rewards, codes, cards, referrals, requests and links hold about a customer: handed out,
erased, moved when customers are merged, and given back.

What the books need stays after an erasure, without a word about the person.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_loyalty.vouchers.secrecy import draw

KEPT: Final = (
    "loyalty_adjustment_requests",
    "loyalty_fulfilments",
    "loyalty_referral_codes",
    "loyalty_referrals",
    "loyalty_reward_issues",
    "loyalty_surprises",
)
"""Tables that refer to a customer after the erasure."""

_MOVED: Final = {
    "loyalty_reward_issues": "id",
    "loyalty_fulfilments": "reward_id",
    "loyalty_codes": "id",
    "loyalty_code_orders": "id",
    "loyalty_code_uses": "order_id",
    "loyalty_gift_cards": "id",
    "loyalty_surprises": "id",
    "loyalty_adjustment_requests": "id",
    "loyalty_member_links": "id",
}
_TOLD: Final = {
    "rewards": "SELECT r.key AS reward, i.state, i.points, i.money, i.reserved_at AS at "
    "FROM loyalty_reward_issues i JOIN loyalty_rewards r ON r.id = i.reward_id "
    "WHERE i.customer_id = :id ORDER BY i.reserved_at, i.id",
    "codes": "SELECT s.key AS set, c.serial, c.used, c.made_at AS at FROM loyalty_codes c "
    "JOIN loyalty_code_sets s ON s.id = c.set_id WHERE c.customer_id = :id ORDER BY c.id",
    "discounts": "SELECT document, discount, at FROM loyalty_code_orders "
    "WHERE customer_id = :id ORDER BY at, id",
    "gift_cards": "SELECT serial, currency, balance, state, issued_at AS at "
    "FROM loyalty_gift_cards WHERE customer_id = :id ORDER BY id",
    "surprises": "SELECT reason, state, given_at AS at FROM loyalty_surprises "
    "WHERE customer_id = :id ORDER BY given_at, id",
    "referral_codes": "SELECT code, rewarded, made_at AS at FROM loyalty_referral_codes "
    "WHERE customer_id = :id ORDER BY id",
    "referrals_made": "SELECT state, registered_at AS at FROM loyalty_referrals "
    "WHERE referrer_id = :id ORDER BY registered_at, id",
    "referred": "SELECT state, registered_at AS at FROM loyalty_referrals "
    "WHERE referred_id = :id ORDER BY registered_at, id",
    "adjustments": "SELECT amount, reason, state, answer, asked_at AS at "
    "FROM loyalty_adjustment_requests WHERE customer_id = :id ORDER BY asked_at, id",
    "own_page": "SELECT expires_at, revoked_at, made_at AS at FROM loyalty_member_links "
    "WHERE customer_id = :id ORDER BY made_at, id",
    "seen_with": "SELECT kind, seen_at AS at FROM loyalty_fingerprints "
    "WHERE customer_id = :id ORDER BY kind, seen_at",
}
_ERASED: Final = (
    (
        "UPDATE loyalty_codes SET customer_id = NULL, blocked = blocked OR used = 0 "
        "WHERE customer_id = :id"
    ),
    "UPDATE loyalty_code_orders SET customer_id = NULL WHERE customer_id = :id",
    "UPDATE loyalty_code_uses SET customer_id = NULL WHERE customer_id = :id",
    "UPDATE loyalty_gift_cards SET customer_id = NULL WHERE customer_id = :id",
    "UPDATE loyalty_surprises SET reason = NULL WHERE customer_id = :id",
    "UPDATE loyalty_reward_issues SET reason = NULL WHERE customer_id = :id",
    (
        "UPDATE loyalty_adjustment_requests SET reason = NULL, answer = NULL, "
        "state = CASE state WHEN 'waiting' THEN 'withdrawn' ELSE state END WHERE customer_id = :id"
    ),
    "DELETE FROM loyalty_member_links WHERE customer_id = :id",
    "DELETE FROM loyalty_uses WHERE customer_id = :id",
    "DELETE FROM loyalty_fingerprints WHERE customer_id = :id",
    "UPDATE loyalty_referral_codes SET code = :code || id WHERE customer_id = :id",
    (
        "UPDATE loyalty_referrals SET state = 'refused', cause = 'gone' "
        "WHERE :id IN (referrer_id, referred_id) AND state IN ('pending', 'qualified')"
    ),
)
_USES: Final = text(
    """
    SELECT m.subject_id, m.used, k.used IS NOT NULL AS had FROM loyalty_uses m
    LEFT JOIN loyalty_uses k ON k.subject_id = m.subject_id AND k.customer_id = :kept
    WHERE m.customer_id = :merged
    """
)
_ADD_USE: Final = text(
    """
    INSERT INTO loyalty_uses (subject_id, customer_id, used) VALUES (:subject, :customer, :used)
    ON CONFLICT (subject_id, customer_id) DO UPDATE SET used = loyalty_uses.used + excluded.used
    """
)
_LESS_USE: Final = text(
    "UPDATE loyalty_uses SET used = greatest(used - :used, 0) "
    "WHERE subject_id = :subject AND customer_id = :customer"
)
_NO_USE: Final = text(
    "DELETE FROM loyalty_uses WHERE subject_id = :subject AND customer_id = :customer AND used = 0"
)
_SEEN: Final = text(
    """
    SELECT m.kind, encode(m.value_hash, 'hex') AS hash, m.seen_at, k.kind IS NOT NULL AS had
    FROM loyalty_fingerprints m LEFT JOIN loyalty_fingerprints k ON k.kind = m.kind
        AND k.value_hash = m.value_hash AND k.customer_id = :kept
    WHERE m.customer_id = :merged
    """
)
_ADD_SEEN: Final = text(
    "INSERT INTO loyalty_fingerprints (kind, value_hash, customer_id, seen_at) "
    "VALUES (:kind, decode(:hash, 'hex'), :customer, :seen_at) ON CONFLICT DO NOTHING"
)
_LESS_SEEN: Final = text(
    "DELETE FROM loyalty_fingerprints WHERE kind = :kind AND value_hash = decode(:hash, 'hex') "
    "AND customer_id = :customer"
)
_CODES: Final = text(
    """
    UPDATE loyalty_referral_codes m SET customer_id = :kept, former = former OR EXISTS (
        SELECT 1 FROM loyalty_referral_codes k WHERE k.customer_id = :kept
            AND k.programme_id = m.programme_id AND NOT k.former)
    WHERE m.customer_id = :merged RETURNING m.id, m.former
    """
)
_WAS_FORMER: Final = text(
    "SELECT id FROM loyalty_referral_codes WHERE customer_id = :merged AND former"
)
_SUPERSEDED: Final = text(
    """
    SELECT m.id, m.state FROM loyalty_referrals m JOIN loyalty_referrals k
        ON k.programme_id = m.programme_id AND k.referred_id = :kept
        AND k.state NOT IN ('refused', 'superseded')
    WHERE m.referred_id = :merged AND m.state NOT IN ('refused', 'superseded')
    """
)


def export(session: Session, customer_id: UUID) -> dict[str, Any] | None:
    """Return everything held about a customer, as plain values; None if nothing."""
    found = {
        name: [dict(row) for row in session.execute(text(sql), {"id": customer_id}).mappings()]
        for name, sql in _TOLD.items()
    }
    return {name: rows for name, rows in found.items() if rows} or None


def erase(session: Session, customer_id: UUID) -> None:
    """Forget what was said about a customer, and cut what refers to it where no book needs it."""
    for statement in _ERASED:
        values: dict[str, Any] = {"id": customer_id}
        if ":code" in statement:
            values["code"] = draw()
        session.execute(text(statement), values)


def merge(session: Session, kept_id: UUID, merged_id: UUID) -> dict[str, Any] | None:
    """Move everything of ``merged_id`` to ``kept_id``; return what :func:`unmerge` needs."""
    both = {"kept": kept_id, "merged": merged_id}
    undo: dict[str, Any] = {
        table: _ids(session, _move(table, "customer_id"), both) for table in _MOVED
    }
    undo["uses"] = [_plain(row) for row in session.execute(_USES, both).mappings()]
    for row in undo["uses"]:
        add = {"subject": row["subject_id"], "customer": kept_id, "used": row["used"]}
        session.execute(_ADD_USE, add)
    session.execute(text("DELETE FROM loyalty_uses WHERE customer_id = :merged"), both)
    undo["seen"] = [_plain(row) for row in session.execute(_SEEN, both).mappings()]
    session.execute(
        text(
            "UPDATE loyalty_fingerprints m SET customer_id = :kept WHERE customer_id = :merged "
            "AND NOT EXISTS (SELECT 1 FROM loyalty_fingerprints k WHERE k.kind = m.kind "
            "AND k.value_hash = m.value_hash AND k.customer_id = :kept)"
        ),
        both,
    )
    session.execute(text("DELETE FROM loyalty_fingerprints WHERE customer_id = :merged"), both)
    undo |= _merge_referrals(session, both)
    return undo if any(undo.values()) else None


def unmerge(
    session: Session, kept_id: UUID, merged_id: UUID, undo: Mapping[str, Any] | None
) -> None:
    """Give ``merged_id`` back what :func:`merge` moved."""
    undo = undo or {}
    for table in _MOVED:
        _give_back(session, table, "customer_id", merged_id, undo.get(table, ()))
    for row in undo.get("uses", ()):
        less = {"subject": row["subject_id"], "customer": kept_id, "used": row["used"]}
        session.execute(_LESS_USE, less)
        session.execute(_ADD_USE, {**less, "customer": merged_id})
        if not row["had"]:
            session.execute(_NO_USE, less)
    for row in undo.get("seen", ()):
        seen = {"kind": row["kind"], "hash": row["hash"]}
        at = datetime.fromisoformat(row["seen_at"])
        session.execute(_ADD_SEEN, {**seen, "customer": merged_id, "seen_at": at})
        if not row["had"]:
            session.execute(_LESS_SEEN, {**seen, "customer": kept_id})
    _unmerge_referrals(session, merged_id, undo)


def _merge_referrals(session: Session, both: Mapping[str, UUID]) -> dict[str, Any]:
    former = _ids(session, _WAS_FORMER, both)
    codes = [str(row.id) for row in session.execute(_CODES, both)]
    superseded = {str(row.id): row.state for row in session.execute(_SUPERSEDED, both)}
    _set_states(session, dict.fromkeys(superseded, "superseded"))
    return {
        "former": former,
        "referral_codes": codes,
        "superseded": superseded,
        "referrers": _ids(session, _move("loyalty_referrals", "referrer_id"), both),
        "referred": _ids(session, _move("loyalty_referrals", "referred_id"), both),
    }


def _unmerge_referrals(session: Session, merged_id: UUID, undo: Mapping[str, Any]) -> None:
    codes = undo.get("referral_codes", ())
    session.execute(
        text(
            "UPDATE loyalty_referral_codes SET customer_id = :merged, "
            "former = id = ANY(CAST(:former AS uuid[])) WHERE id = ANY(CAST(:codes AS uuid[]))"
        ),
        {"merged": merged_id, "codes": list(codes), "former": list(undo.get("former", ()))},
    )
    for column, name in (("referrer_id", "referrers"), ("referred_id", "referred")):
        _give_back(session, "loyalty_referrals", column, merged_id, undo.get(name, ()))
    _set_states(session, undo.get("superseded", {}))


def _set_states(session: Session, states: Mapping[str, str]) -> None:
    for id_, state in states.items():
        statement = text("UPDATE loyalty_referrals SET state = :state WHERE id = :id")
        session.execute(statement, {"id": UUID(id_), "state": state})


def _move(table: str, column: str) -> Any:
    id_ = _MOVED.get(table, "id")
    return text(
        f"UPDATE {table} SET {column} = :kept WHERE {column} = :merged RETURNING {id_}"  # noqa: S608 -- constants
    )


def _give_back(
    session: Session, table: str, column: str, merged_id: UUID, ids: Collection[str]
) -> None:
    id_ = _MOVED.get(table, "id")
    statement = f"UPDATE {table} SET {column} = :merged WHERE {id_} = ANY(CAST(:ids AS uuid[]))"  # noqa: S608 -- constants
    session.execute(text(statement), {"merged": merged_id, "ids": list(ids)})


def _ids(session: Session, statement: Any, values: Mapping[str, Any]) -> list[str]:
    return sorted(str(found) for found in session.execute(statement, values).scalars())


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {name: _as_json(value) for name, value in row.items()}


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
