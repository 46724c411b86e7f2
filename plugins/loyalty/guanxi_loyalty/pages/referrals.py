"""Referrals: who brought whom, how it stands, why it was refused; and the terms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import (
    Conflict,
    Customer,
    Invalid,
    NotFound,
    PreconditionFailed,
    Refused,
    current,
    web,
)
from guanxi.sdk import customers as sight
from guanxi_loyalty.models import Programme, Referral, ReferralTerms, Unit
from guanxi_loyalty.pages.amounts import amount_text, read_amount
from guanxi_loyalty.pages.blueprint import MANAGE, VIEW, pages
from guanxi_loyalty.pages.forms import actor
from guanxi_loyalty.pages.naming import asked_programme, programme_options
from guanxi_loyalty.pages.paging import PAGE, cursor_after, paged
from guanxi_loyalty.pages.referral_words import CAUSES, STATES
from guanxi_loyalty.pages.reward_form import unit_options
from guanxi_loyalty.pages.typed import Typed, plain
from guanxi_loyalty.pages.words import money_of, state_of
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.referrals.terms import MOST, TermsDraft, set_terms
from guanxi_loyalty.texts import _, ngettext
from guanxi_loyalty.wording import Wording, title_of

Answer = str | tuple[str, int] | Response
_REFUSALS: Final = (Invalid, Conflict, NotFound, PreconditionFailed, Refused)
_MOST_DAYS: Final = 3650
_USUAL: Final = {"window_days": "14", "active": "1", "unit": "points", "version": "0"}


@pages.get("/referrals", permission=VIEW)
def referrals() -> str:
    """Who brought whom, the latest first; both have to be in sight."""
    session = current.session()
    programme = asked_programme(session)
    if programme is None:
        return render_template("loyalty/referrals.html", programme=None)
    filters = {name: request.args.get(name, "") for name in ("state", "cause")}
    wanted = paged(_Wanted(session, programme).rows(filters), Referral.registered_at, Referral.id)
    found = session.scalars(wanted).all()
    rows, more = found[:PAGE], len(found) > PAGE
    people = _people(session, rows)
    here: dict[str, Any] = {
        "programme": programme.key,
        **{name: one for name, one in filters.items() if one},
    }
    terms = session.get(ReferralTerms, programme.id)
    return render_template(
        "loyalty/referrals.html",
        programme=programme,
        title=title_of(programme, web.language()),
        choices=programme_options(session),
        filters=filters,
        states=[(name, text) for name, (text, _tone) in STATES.items()],
        causes=list(CAUSES.items()),
        counts=_Wanted(session, programme).counts(),
        terms=terms,
        sentence=_terms_in_words(session, programme, terms) if terms else "",
        rows=[_row(one, people) for one in rows],
        next_url=url_for(
            "loyalty.referrals",
            after=cursor_after(rows[-1].registered_at, rows[-1].id),
            **here,
        )
        if more
        else None,
        first_url=url_for("loyalty.referrals", **here) if "after" in request.args else None,
    )


@pages.get("/programmes/<key>/referral-terms", permission=MANAGE)
def edit_referral_terms(key: str) -> str:
    """The form of what a referral brings to both."""
    session = current.session()
    programme = find_programme(session, key)
    terms = session.get(ReferralTerms, programme.id)
    return _draw_terms(session, programme, _form_of(session, programme, terms))


@pages.post("/programmes/<key>/referral-terms", permission=MANAGE)
def change_referral_terms(key: str) -> Answer:
    """Put terms in force, unless somebody else changed them meanwhile."""
    session, form = current.tx(), Typed.sent()
    programme = find_programme(session, key)
    draft = _draft(session, form, programme)
    status = 422
    if not form.errors:
        try:
            set_terms(
                session,
                programme,
                draft,
                now=current.now(),
                by=actor(),
                expected_version=web.form_version(),
            )
        except _REFUSALS as error:
            form.complain(error)
            status = error.status
    if form.errors:
        web.drop_transaction()
        session = current.session()
        return _draw_terms(session, find_programme(session, key), form), status
    flash(_("Saved. It counts for purchases from now on."), "success")
    return redirect(url_for("loyalty.referrals", programme=key))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is asked of the referrals of a programme, of customers in sight only."""

    session: Session
    programme: Programme

    def rows(self, filters: Mapping[str, str]) -> Select[Any]:
        """Return referrals in a state and with a cause."""
        wanted = select(Referral).where(*self._seen())
        if filters["state"] in STATES:
            wanted = wanted.where(Referral.state == filters["state"])
        if filters["cause"] in CAUSES:
            wanted = wanted.where(Referral.cause == filters["cause"])
        return wanted

    def counts(self) -> Mapping[str, int]:
        """Return how many there are in each state."""
        wanted = select(Referral.state, func.count()).where(*self._seen())
        return {row[0]: row[1] for row in self.session.execute(wanted.group_by(Referral.state))}

    def _seen(self) -> tuple[Any, ...]:
        return (
            Referral.programme_id == self.programme.id,
            sight.in_sight(self.session, Referral.referrer_id),
            sight.in_sight(self.session, Referral.referred_id),
        )


def _people(session: Session, rows: Sequence[Referral]) -> Mapping[UUID, Customer]:
    ids = {one for row in rows for one in (row.referrer_id, row.referred_id)}
    return {one.id: one for one in session.scalars(select(Customer).where(Customer.id.in_(ids)))}


def _row(referral: Referral, people: Mapping[UUID, Customer]) -> dict[str, Any]:
    return {
        "one": referral,
        "referrer": _person(people.get(referral.referrer_id)),
        "referred": _person(people.get(referral.referred_id)),
        "cause": CAUSES.get(referral.cause) if referral.cause else None,
        **state_of(STATES, referral.state),
    }


def _person(customer: Customer | None) -> dict[str, str] | None:
    if customer is None or customer.erased_at is not None:
        return None
    url = url_for("customers.show", customer_id=customer.merged_into or customer.id)
    return {"name": customer.display_name, "url": url}


def _terms_in_words(session: Session, programme: Programme, terms: ReferralTerms) -> str:
    unit = session.get_one(Unit, terms.unit_id)
    least = _(
        "from %(amount)s on",
        amount=Wording(web.language()).money(
            money_of(terms.min_order, programme.currency), programme.currency
        ),
    )
    said = _(
        "%(one)s %(unit)s for who recommends, %(other)s for the friend, %(days)s after the "
        "friend's first purchase",
        one=terms.referrer_points,
        other=terms.referred_points,
        unit=title_of(unit, web.language()),
        days=ngettext("%(num)s day", "%(num)s days", terms.window_days),
    )
    return f"{said} {least}" if terms.min_order else str(said)


def _form_of(session: Session, programme: Programme, terms: ReferralTerms | None) -> Typed:
    if terms is None:
        return Typed(dict(_USUAL))
    names = ("referrer_points", "referred_points", "window_days", "most", "version")
    values = {name: plain(getattr(terms, name)) for name in names}
    values |= {
        "unit": session.get_one(Unit, terms.unit_id).key,
        "min_order": amount_text(terms.min_order or None, programme.currency),
        "active": "1" if terms.active else "",
    }
    return Typed(values)


def _draft(session: Session, form: Typed, programme: Programme) -> TermsDraft:
    units = [key for key, _title in unit_options(session, programme)]
    given = [form.whole(name, 0, MOST) for name in ("referrer_points", "referred_points")]
    days = form.whole("window_days", 0, _MOST_DAYS)
    if days is None:
        form.wrong("window_days", _("Say for how many days goods can be returned; 0: not at all."))
    if not any(given):
        form.wrong("referrer_points", _("Say how many points at least one of the two gets."))
    return TermsDraft(
        referrer_points=given[0] or 0,
        referred_points=given[1] or 0,
        unit=form.choice("unit", units, "points"),
        min_order=read_amount(form, "min_order", programme.currency) or 0,
        window_days=days or 0,
        most=form.whole("most", 1, MOST),
        active=form.flag("active"),
    )


def _draw_terms(session: Session, programme: Programme, form: Typed) -> str:
    return render_template(
        "loyalty/referral_terms.html",
        programme=programme,
        form=form,
        units=unit_options(session, programme),
    )
