"""The member's own page behind a signed link (会员自助页): no sign-in, nothing of others.

A link that was never made, has expired or was revoked always gives the same calm page.
"""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import Customer, NotFound, current, customers, settings_of, web
from guanxi_loyalty.member_addresses import signer
from guanxi_loyalty.members.links import open_link
from guanxi_loyalty.models import Programme
from guanxi_loyalty.pages.blueprint import pages
from guanxi_loyalty.pages.forms import REFUSALS, form_key, new_key
from guanxi_loyalty.pages.own_values import history_values, own_values
from guanxi_loyalty.pages.showing_codes import revealed
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.referrals import code_of
from guanxi_loyalty.rewards import IssueAsk
from guanxi_loyalty.rewards.issuing import reserve
from guanxi_loyalty.rewards.offering import check_price, was_taken
from guanxi_loyalty.texts import _

OWN: Final = "/me/<token>"
SOURCE: Final = "member"
Answer = str | Response | tuple[str, int]


@pages.get(OWN, public=True)
def own(token: str) -> Answer:
    """What a member has, what is near, and what can be taken."""
    return _with_member(token, current.session, lambda member: _draw(token, member.id))


@pages.get(f"{OWN}/history/<programme>/<unit>", public=True)
def own_history(token: str, programme: str, unit: str) -> Answer:
    """All movements, page by page."""

    def view(member: Customer) -> str:
        session = current.session()
        at = find_programme(session, programme)
        values = history_values(session, at, member.id, unit, request.args.get("before"))
        return _page("loyalty/member/history.html", token, session, **values)

    return _with_member(token, current.session, view)


@pages.post(f"{OWN}/<programme>/rewards/<reward>", public=True)
def own_take(token: str, programme: str, reward: str) -> Answer:
    """Take a reward, which is paid with points at once."""

    def work(session: Session, member: Customer, at: Programme) -> str:
        ask = IssueAsk(at, f"member:{member.id}:{form_key()}", current.now(), SOURCE, SOURCE)
        if not was_taken(session, at.id, ask.key):
            check_price(session, at, member.id, reward, request.form.get("seen", ""))
        taken = reserve(session, ask, member.id, reward)
        if taken.issue.code_id or taken.issue.card_id:
            return _("It is yours. You find its code below.")
        return _("It is yours. Come and fetch it.")

    return _change(token, programme, work)


@pages.post(f"{OWN}/<programme>/referral-code", public=True)
def own_referral_code(token: str, programme: str) -> Answer:
    """Get one's own code for friends; asking again changes nothing."""

    def work(session: Session, member: Customer, at: Programme) -> None:
        code_of(session, at, member.id, now=current.now())

    return _change(token, programme, work)


@pages.post(f"{OWN}/<programme>/<any(code, card):kind>/<uuid:thing_id>", public=True)
def own_show(token: str, programme: str, kind: str, thing_id: UUID) -> Answer:
    """Show a code to be scanned at the till."""

    def view(member: Customer) -> Answer:
        session, member_id = current.tx(), member.id
        at = find_programme(session, programme)
        try:
            thing = revealed(session, at, member_id, kind, thing_id, taken_only=True)
        except REFUSALS as error:
            web.drop_transaction()
            return _draw(token, member_id, web.sentence(error)), error.status
        return _page("loyalty/member/code.html", token, session, thing=thing)

    return _with_member(token, current.tx, view)


def _with_member(
    token: str, session: Callable[[], Session], view: Callable[[Customer], Answer]
) -> Answer:
    """Show something of the member whose link it is; whatever is not there is the same page."""
    try:
        return view(open_link(session(), signer(), token, now=current.now()))
    except NotFound:
        return _gone()


def _change(
    token: str, programme: str, work: Callable[[Session, Customer, Programme], str | None]
) -> Answer:
    def view(member: Customer) -> Answer:
        session, member_id = current.tx(), member.id
        at = find_programme(session, programme)
        try:
            said = work(session, member, at)
        except REFUSALS as error:
            web.drop_transaction()
            return _draw(token, member_id, web.sentence(error)), error.status
        if said:
            flash(said, "success")
        return redirect(url_for("loyalty.own", token=token))

    return _with_member(token, current.tx, view)


def _draw(token: str, member_id: UUID, error: str = "") -> str:
    session = current.session()
    values = own_values(session, customers.get(session, member_id))
    return _page("loyalty/member/own.html", token, session, error=error, **values)


def _page(template: str, token: str, session: Session, **values: Any) -> str:
    company = settings_of(session, "core")["company"]
    return render_template(template, token=token, company=company, new_key=new_key, **values)


def _gone() -> Response:
    company = settings_of(current.session(), "core")["company"]
    return make_response(render_template("loyalty/member/gone.html", company=company), 404)
