"""Somebody comes by a member's code: noted once, or refused with its cause."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi.sdk import Refused, Touchpoint, new_id
from guanxi_loyalty.models import Programme, Referral
from guanxi_loyalty.referrals.codes import find_code
from guanxi_loyalty.referrals.identity import remember, suspicion
from guanxi_loyalty.referrals.terms import terms_of
from guanxi_loyalty.texts import N_
from guanxi_loyalty.vouchers.secrecy import NotUsable


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a till knows of whoever it serves; none of it is kept but as a hash.

    :param device: something that tells one device from another.
    :param payment: likewise of a card or account that is paid with.
    """

    device: str | None = None
    payment: str | None = None
    email: str | None = None
    phone: str | None = None

    @property
    def fingerprints(self) -> list[tuple[str, str]]:
        """Device and payment, where they are known."""
        given: Mapping[str, str | None] = {"device": self.device, "payment": self.payment}
        return [(kind, value) for kind, value in given.items() if value]

    @property
    def claims(self) -> list[str]:
        """Address and number, where they are known."""
        return [value for value in (self.email, self.phone) if value]


NOTHING: Final = Evidence()


def register(
    session: Session,
    programme: Programme,
    typed: str,
    referred_id: UUID,
    *,
    evidence: Evidence = NOTHING,
    now: datetime,
) -> Referral:
    """Note that a customer came by the code ``typed``; the same again gives the first answer.

    A self-referral is noted too, as ``refused`` with its cause.

    :raises NotUsable: it is nobody's code.
    :raises Refused: the programme rewards no referrals, or the customer came by another code.
    """
    if terms_of(session, programme) is None:
        raise Refused(N_("Referrals are not rewarded now."))
    code = find_code(session, programme, typed)
    if code is None:
        raise NotUsable
    remember(session, referred_id, evidence.fingerprints, now=now)
    cause = _cause(session, code.customer_id, referred_id, evidence)
    values = {
        "id": new_id(),
        "programme_id": programme.id,
        "code_id": code.id,
        "referrer_id": code.customer_id,
        "referred_id": referred_id,
        "state": "pending" if cause is None else "refused",
        "cause": cause,
        "registered_at": now,
    }
    added = insert(Referral).values(values).on_conflict_do_nothing().returning(Referral)
    made = session.scalars(added).one_or_none()
    if made is not None:
        return made
    first = session.scalars(
        select(Referral).where(
            Referral.programme_id == programme.id,
            Referral.referred_id == referred_id,
            Referral.state.not_in(("refused", "superseded")),
        )
    ).one()
    if first.code_id != code.id:
        raise Refused(N_("This customer came by another member's code already."))
    return first


def _cause(
    session: Session, referrer_id: UUID, referred_id: UUID, evidence: Evidence
) -> str | None:
    cause = suspicion(session, referrer_id, referred_id, evidence.claims)
    bought = select(Touchpoint.id).where(
        Touchpoint.customer_id == referred_id,
        Touchpoint.kind == "purchase",
        Touchpoint.state == "recorded",
    )
    if cause is None and session.scalar(bought.limit(1)) is not None:
        return "not_new"
    return cause
