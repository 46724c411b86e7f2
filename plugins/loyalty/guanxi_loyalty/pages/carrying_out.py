"""How every form about one member is carried out: in sight, once, and back with a sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import Customer, NotFound, current, customers, web
from guanxi_loyalty.ledger import Ask, load_unit
from guanxi_loyalty.models import Programme
from guanxi_loyalty.pages.customer import draw, returned
from guanxi_loyalty.pages.forms import REFUSALS, actor, form_key
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.rewards import IssueAsk
from guanxi_loyalty.texts import N_

Answer = str | Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Work:
    """A form at work: in its transaction, about one member of one programme."""

    session: Session
    customer: Customer
    programme: Programme
    form: str
    """What the form does, and to what; with the form's key it makes that happen once."""

    @property
    def key(self) -> str:
        """The key of what the form asks for."""
        return f"page:{self.form}:{form_key()}"

    def ask(self, *, remark: str | None = None) -> Ask:
        """Return what a command of the ledger is told, in the unit that the form names."""
        unit = request.form.get("unit", "points")
        return Ask(
            unit=load_unit(self.session, self.programme.key, unit, fresh=True),
            key=self.key,
            now=current.now(),
            source="staff",
            actor=actor(),
            remark=remark,
        )

    def issue_ask(self) -> IssueAsk:
        """Return what is told when a reward is taken."""
        return IssueAsk(self.programme, self.key, current.now(), "staff", actor())


def carry_out(
    customer_id: UUID,
    programme: str,
    form: str,
    work: Callable[[Work], str | None],
    *,
    about: UUID | None = None,
) -> Answer:
    """Do what a form asks for and go back to the member's page, which tells what was done.

    :param form: the name of the form, which stands open again where it was refused.
    :param about: which of several things of the page the form is about.
    :param work: returns what to tell, or None for nothing.
    :raises NotFound: the member is not in sight or was erased, or there is no such programme.
    """
    found = living(current.tx(), customer_id)
    who = found.id
    at = find_programme(current.tx(), programme)
    try:
        said = work(Work(current.tx(), found, at, f"{form}:{about}" if about else form))
    except REFUSALS as error:
        web.drop_transaction()
        again = customers.get(current.session(), who)
        return draw(again, programme, returned(form, error)), error.status
    if said:
        flash(said, "success")
    return back(who, programme)


def back(customer_id: UUID, programme: str) -> Response:
    """Return the way back to the member's page, in the unit that was shown."""
    unit = request.form.get("unit") or None
    return redirect(
        url_for("loyalty.customer", customer_id=customer_id, programme=programme, unit=unit)
    )


def living(session: Session, customer_id: UUID) -> Customer:
    """Return a member who is in sight.

    :raises NotFound: nobody is, or their data was erased.
    """
    found = customers.get(session, customer_id)
    if found.erased_at is not None:
        raise NotFound(N_("This customer's data was erased."))
    return found
