"""Take one transaction back: first what that would do, then, if it still would, doing it."""

from typing import Any
from uuid import UUID

from flask import flash, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, NotFound, Refused, current, customers, web
from guanxi_loyalty.ledger import UnitFacts
from guanxi_loyalty.ledger.foreseeing import Foreseen, left_of_each, reverse_and_tell
from guanxi_loyalty.ledger.reversing import GIVEN, SPENT
from guanxi_loyalty.ledger.units import units_of
from guanxi_loyalty.models import Account, Programme, Transaction, Unit
from guanxi_loyalty.pages.blueprint import GRANT, pages
from guanxi_loyalty.pages.carrying_out import Answer, Work, back, living
from guanxi_loyalty.pages.commands import MEMBER
from guanxi_loyalty.pages.customer import errors_of, plain
from guanxi_loyalty.pages.forms import REFUSALS, kept_key, optional_whole, words
from guanxi_loyalty.pages.member_points import paid_for_rewards
from guanxi_loyalty.pages.words import kind_of, last_day, source_of, titled
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.texts import N_, _

ONE = f"{MEMBER}/transactions/<uuid:transaction_id>/reverse"


@pages.get(ONE, permission=GRANT)
def show_reversal(customer_id: UUID, programme: str, transaction_id: UUID) -> str:
    """The transaction, and how much of it is to be taken back."""
    session = current.session()
    customer = living(session, customer_id)
    return _draw(session, customer.id, find_programme(session, programme), transaction_id)


@pages.post(ONE, permission=GRANT)
def reverse(customer_id: UUID, programme: str, transaction_id: UUID) -> Answer:
    """Tell what it would do; or do it, if that is still what was told."""
    session = current.tx()
    customer, found = living(session, customer_id), find_programme(session, programme)
    at = Work(session, customer, found, f"reverse:{transaction_id}")
    who = at.customer.id
    unit = _found(session, who, at.programme, transaction_id)[1]
    foreseen: Foreseen | None = None
    try:
        amount = optional_whole("amount")
        _check_own(session, transaction_id)
        ask = at.ask(remark=words("reason", needed=False) or None)
        if ask.unit.id != unit.id:
            raise NotFound(N_("There is no such transaction."))
        foreseen = reverse_and_tell(session, ask, who, transaction_id, amount)
        _check_seen(foreseen)
    except REFUSALS as error:
        web.drop_transaction()
        errors = errors_of(plain(error))
        return _again(who, programme, transaction_id, foreseen, errors), error.status
    if request.form.get("seen") is None:
        web.drop_transaction()
        return _again(who, programme, transaction_id, foreseen, {})
    flash(_("%(amount)s taken back.", amount=f"{foreseen.moved:,}"), "success")
    return back(who, programme)


def _check_own(session: Session, transaction_id: UUID) -> None:
    moved = session.get_one(Transaction, transaction_id)
    if paid_for_rewards(session, [transaction_id]) or moved.source == "reward":
        raise Refused(N_("It belongs to a reward. Take the reward back instead."))


def _check_seen(foreseen: Foreseen) -> None:
    seen = request.form.get("seen")
    if seen is not None and seen != foreseen.mark and not foreseen.replayed:
        raise Conflict(N_("Something happened meanwhile. This is what it would do now."))


def _found(
    session: Session, customer_id: UUID, programme: Programme, transaction_id: UUID
) -> tuple[Transaction, UnitFacts]:
    """Return a transaction of the member.

    :raises NotFound: there is none, or it is none that is taken back.
    """
    moved = session.scalar(
        select(Transaction)
        .join(Account, Account.id == Transaction.account_id)
        .join(Unit, Unit.id == Transaction.unit_id)
        .where(
            Transaction.id == transaction_id,
            Account.customer_id == customer_id,
            Unit.programme_id == programme.id,
            Transaction.kind.in_((*GIVEN, *SPENT)),
        )
    )
    if moved is None:
        raise NotFound(N_("There is no such transaction."))
    return moved, next(unit for unit in units_of(session) if unit.id == moved.unit_id)


def _again(
    customer_id: UUID,
    programme: str,
    transaction_id: UUID,
    foreseen: Foreseen | None,
    errors: dict[str, str],
) -> str:
    session = current.session()
    at = find_programme(session, programme)
    return _draw(session, customer_id, at, transaction_id, foreseen=foreseen, errors=errors)


def _draw(
    session: Session,
    customer_id: UUID,
    programme: Programme,
    transaction_id: UUID,
    *,
    foreseen: Foreseen | None = None,
    errors: dict[str, str] | None = None,
) -> str:
    moved, unit = _found(session, customer_id, programme, transaction_id)
    customer = customers.get(session, customer_id)
    return render_template(
        "loyalty/reverse.html",
        customer=customer,
        name=customer.display_name,
        programme=programme,
        programme_title=titled(programme),
        moved=moved,
        kind=kind_of(moved.kind),
        source=source_of(moved.source),
        unit=unit.key,
        unit_title=titled(session.get_one(Unit, unit.id)),
        left=left_of_each(session, [moved.id])[moved.id],
        foreseen=foreseen,
        lots=_lots(foreseen, unit),
        errors=errors or {},
        typed=request.form,
        key=kept_key(),
    )


def _lots(foreseen: Foreseen | None, unit: UnitFacts) -> list[dict[str, Any]]:
    return [
        {"change": one.change, "last_day": last_day(one.expires_at, unit.zone)}
        for one in (foreseen.lots if foreseen else ())
    ]
