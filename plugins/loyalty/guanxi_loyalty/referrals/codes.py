"""A member's own code and link (推荐码): given to friends, so it is no secret."""

from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode, urlsplit, urlunsplit
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi.sdk import Refused, new_id
from guanxi_loyalty.models import Programme, ReferralCode
from guanxi_loyalty.texts import N_
from guanxi_loyalty.vouchers.secrecy import draw, normalise

LENGTH: Final = 10
_TRIES: Final = 20


def code_of(
    session: Session, programme: Programme, customer_id: UUID, *, now: datetime
) -> ReferralCode:
    """Return a member's own code; it is made when it is first asked for."""
    wanted = select(ReferralCode).where(
        ReferralCode.programme_id == programme.id,
        ReferralCode.customer_id == customer_id,
        ReferralCode.former.is_(False),
    )
    for _ in range(_TRIES):
        found: ReferralCode | None = session.scalar(wanted)
        if found is not None:
            return found
        values: dict[str, Any] = {
            "id": new_id(),
            "programme_id": programme.id,
            "customer_id": customer_id,
        }
        values |= {"code": draw(LENGTH), "made_at": now}
        session.execute(insert(ReferralCode).values(values).on_conflict_do_nothing())
    raise Refused(N_("No code could be made. Try again."))


def find_code(session: Session, programme: Programme, typed: str) -> ReferralCode | None:
    """Return whose code this is; None if nobody's."""
    return session.scalar(
        select(ReferralCode).where(
            ReferralCode.programme_id == programme.id, ReferralCode.code == normalise(typed)
        )
    )


def link_of(code: ReferralCode, address: str) -> str:
    """Return the link to a page of the shop that carries the code, as ``ref``."""
    parts = urlsplit(address)
    query = "&".join(part for part in (parts.query, urlencode({"ref": code.code})) if part)
    return urlunsplit(parts._replace(query=query))
