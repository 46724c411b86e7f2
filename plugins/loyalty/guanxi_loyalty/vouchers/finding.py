"""Look one code up for staff (查券): in whatever state it is, with the orders it was used in.

Unlike ``looking`` it tells used and blocked codes apart, so it is for people who manage codes. What
no code is gets the one answer, and counts as a guess.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from guanxi_loyalty.models import Code, CodeSet, Programme
from guanxi_loyalty.vouchers.secrecy import NotUsable, hash_code, pepper

_USES: Final = text(
    """
    SELECT u.customer_id, u.discount, u.state, o.at, o.document, o.actor_name
    FROM loyalty_code_uses u JOIN loyalty_code_orders o ON o.id = u.order_id
    WHERE u.code_id = :code ORDER BY o.at DESC, o.id LIMIT :limit
    """
)


@dataclass(frozen=True, slots=True)
class FoundCode:
    """A code with its set."""

    code: Code
    set: CodeSet

    def state(self, now: datetime) -> str:
        """Return how it stands: active, blocked, used, paused, early or over."""
        code, terms = self.code, self.set
        ends = [one for one in (code.valid_to, terms.valid_to) if one is not None]
        doubts = {
            "blocked": code.blocked,
            "used": code.use_limit is not None and code.used >= code.use_limit,
            "paused": terms.state != "active",
            "over": any(one <= now for one in ends),
            "early": terms.valid_from is not None and terms.valid_from > now,
            "used_up": terms.total_limit is not None and terms.used >= terms.total_limit,
        }
        return next((name for name, holds in doubts.items() if holds), "active")


def find_code(session: Session, programme: Programme, typed: str) -> FoundCode:
    """Return the code that was typed.

    :raises NotUsable: there is none; the same answer as for a code that cannot be used.
    """
    wanted = hash_code(pepper(session), typed)
    return _found(session, programme, Code.code_hash == wanted)


def find_code_by_id(session: Session, programme: Programme, code_id: UUID) -> FoundCode:
    """Return a code by its id.

    :raises NotUsable: there is none.
    """
    return _found(session, programme, Code.id == code_id)


def uses_of(session: Session, code_id: UUID, limit: int) -> Sequence[Row[tuple[object, ...]]]:
    """Return in which orders a code was used, the latest first."""
    return session.execute(_USES, {"code": code_id, "limit": limit}).all()


def _found(session: Session, programme: Programme, condition: object) -> FoundCode:
    row = session.execute(
        select(Code, CodeSet)
        .join(CodeSet, CodeSet.id == Code.set_id)
        .where(CodeSet.programme_id == programme.id, condition)  # type: ignore[arg-type]
    ).one_or_none()
    if row is None:
        raise NotUsable
    return FoundCode(row[0], row[1])
