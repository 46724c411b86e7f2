"""Key accounts: who is one and why, by the rule of the settings or by hand with a reason."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import Customer, Invalid, NotFound, attributes_of, current, customers, web
from guanxi_segmentation.company import company
from guanxi_segmentation.membership import segments
from guanxi_segmentation.models import KeyAccount
from guanxi_segmentation.pages.blueprint import MANAGE, VIEW, pages
from guanxi_segmentation.pages.builder.offers import titled
from guanxi_segmentation.pages.links import customer_url
from guanxi_segmentation.pages.ticking import ticked, ticked_hits
from guanxi_segmentation.schemes import domain
from guanxi_segmentation.schemes import key_accounts as accounts
from guanxi_segmentation.schemes.treatments import get_class
from guanxi_segmentation.setting_lines import parse_key_account
from guanxi_segmentation.texts import _

PAGE: Final = 50
SHOWN: Final = ("customers.display_name", "segmentation.total_value", "segmentation.net_value")


@pages.get("/key-accounts", permission=VIEW)
def key_accounts() -> str:
    """All key accounts in sight, the greatest net value first, and who is none by hand."""
    return _draw()


@pages.post("/key-accounts", permission=MANAGE)
def decide_key_accounts() -> Response | tuple[str, int]:
    """Decide about the customers that were ticked."""
    try:
        for one in ticked(current.tx()):
            mark_as_sent(one)
    except Invalid as error:
        return _draw(error), error.status
    flash(_("Saved."), "success")
    return redirect(url_for("segmentation.key_accounts"))


@pages.post("/key-accounts/<uuid:customer_id>/forget", permission=MANAGE)
def forget_key_account(customer_id: UUID) -> Response:
    """Forget what was said by hand; the rule decides again."""
    session = current.tx()
    accounts.unmark(session, customers.get(session, customer_id).id)
    flash(_("The rule decides again."), "success")
    return redirect(web.safe_path(request.form.get("back")))


def rule_in_words(session: Session) -> str | None:
    """Return what makes a key account by the settings; None where only a hand does."""
    text = company(session).settings["key_account_by"]
    rule = parse_key_account(text)
    try:
        if rule.segment is not None:
            found = segments.get(session, rule.segment)
            return _("in the segment %(title)s", title=titled(found, web.language()))
        if rule.scheme is not None and rule.member is not None:
            scheme = domain.get_scheme(session, rule.scheme)
            member = titled(get_class(session, scheme, rule.member), web.language())
            scheme_title = titled(scheme, web.language())
            return _("in class %(title)s of %(scheme)s", title=member, scheme=scheme_title)
    except NotFound:
        return _("%(text)s, which is not there now", text=text)
    return None


def mark_as_sent(customer_id: UUID) -> None:
    """Decide about a customer as the form says.

    :raises Invalid: it gives no reason.
    """
    session = current.tx()
    found = customers.get(session, customer_id).id
    is_key = request.form.get("decision", "yes") != "no"
    reason = request.form.get("reason", "")
    accounts.mark(session, found, is_key=is_key, reason=reason, now=current.now())


def form_again(error: Invalid | None) -> dict[str, Any]:
    """Return what the dialog shows: what was typed, and what is wrong with it at its field."""
    named = "reason" if error is not None and "reason" in error.fields else "customer_query"
    return {
        "errors": {named: web.sentence(error)} if error is not None else {},
        "typed": {
            name: request.form.get(name, "") for name in ("customer_query", "decision", "reason")
        },
    }


def _draw(error: Invalid | None = None) -> str:
    session = current.session()
    found = accounts.source(session, company(session).settings["key_account_by"])
    after = request.args.get("after")
    shown = [attributes_of(session)[key] for key in SHOWN]
    page = customers.page(
        session,
        shown,
        Customer.id.in_(select(found.c.customer_id).where(found.c.is_key)),
        limit=PAGE,
        sort="-segmentation.net_value",
        after=web.decode_cursor(after, 2) if after else None,
    )
    by_hand = _by_hand(session, [row[0] for row in page.rows])
    following = web.encode_cursor(page.next_values) if page.next_values else None
    return render_template(
        "segmentation/key_accounts.html",
        rows=[_row(row, by_hand) for row in page.rows],
        against=_against(session),
        rule=rule_in_words(session),
        currency=company(session).currency,
        may_configure=current.principal().may("settings.manage"),
        settings_url=url_for("settings.edit", scope="segmentation"),
        next_url=url_for("segmentation.key_accounts", after=following) if following else None,
        ticked=ticked_hits(session) if error is not None else [],
        **form_again(error),
    )


def _row(row: Any, by_hand: Mapping[UUID, KeyAccount]) -> dict[str, Any]:
    return {
        "id": row[0],
        "name": row[1],
        "total": row[2],
        "net": row[3],
        "url": customer_url(row[0]),
        "by_hand": by_hand.get(row[0]),
    }


def _by_hand(session: Session, ids: Sequence[UUID]) -> dict[UUID, KeyAccount]:
    found = session.scalars(select(KeyAccount).where(KeyAccount.customer_id.in_(ids)))
    return {one.customer_id: one for one in found}


def _against(session: Session) -> list[dict[str, Any]]:
    rows = session.execute(
        select(KeyAccount, Customer.display_name)
        .join(Customer, Customer.id == KeyAccount.customer_id)
        .where(KeyAccount.is_key.is_(False), Customer.erased_at.is_(None))
        .order_by(KeyAccount.at.desc())
        .limit(PAGE)
    )
    return [
        {"decision": one, "name": name, "id": one.customer_id, "url": customer_url(one.customer_id)}
        for one, name in rows
    ]
