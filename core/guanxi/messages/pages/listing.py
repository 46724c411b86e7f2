"""The list of messages, one message with what became of it, and what staff decide about it."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from guanxi.customers.domain.consents import PURPOSES
from guanxi.customers.models import Customer
from guanxi.errors import GuanxiError
from guanxi.http import current
from guanxi.http.language import current_language
from guanxi.http.paging import encode_cursor, place_from
from guanxi.i18n import _
from guanxi.messages.domain import reading, settling
from guanxi.messages.domain.channels import ways
from guanxi.messages.domain.reasons import in_words
from guanxi.messages.domain.stepping import find_message
from guanxi.messages.mail import Mail, send_mail
from guanxi.messages.models import STATES, Message
from guanxi.messages.pages.blueprint import MANAGE, SEND, STATE_TITLES, pages

PAGE = 50


@pages.get("/", permission=SEND)
def list_messages() -> str:
    """Messages, newest first."""
    session = current.session()
    state, channel = request.args.get("state", ""), request.args.get("channel", "")
    wanted = reading.MessageFilter(
        state=state if state in STATES else None, channel=channel or None, customer_id=_customer()
    )
    cursor = request.args.get("before")
    found = reading.newest(session, wanted, before=place_from(cursor), limit=PAGE + 1)
    page = found[:PAGE]
    return render_template(
        "messages/list.html",
        messages=page,
        names=_names([message.customer_id for message in page]),
        titles=_titles(),
        states=STATE_TITLES,
        filters={"state": state, "channel": channel},
        in_words=in_words,
        next_url=_next_url(page[-1]) if len(found) > PAGE else None,
    )


@pages.get("/<uuid:message_id>", permission=SEND)
def show(message_id: UUID) -> str:
    """One message, and why it is where it is."""
    message = find_message(current.session(), message_id)
    return render_template(
        "messages/show.html",
        message=message,
        name=_names([message.customer_id]).get(message.customer_id, ""),
        titles=_titles(),
        purposes={k: v.in_language(current_language()) for k, v in PURPOSES.items()},
        states=STATE_TITLES,
        why=in_words(message.reason, message.reason_values),
    )


@pages.post("/<uuid:message_id>/settle", permission=SEND)
def settle(message_id: UUID) -> Response:
    """Decide about a message of unknown outcome."""
    went_out = request.form.get("went_out") == "1"
    settling.settle(current.tx(), message_id, went_out=went_out, now=current.now())
    flash(_("Noted.") if went_out else _("The message is sent again."), "success")
    return redirect(url_for("messages.show", message_id=message_id))


@pages.post("/<uuid:message_id>/cancel", permission=SEND)
def cancel(message_id: UUID) -> Response:
    """Keep a waiting message from going out."""
    settling.cancel(current.tx(), message_id)
    flash(_("Cancelled; it does not go out."), "success")
    return redirect(url_for("messages.show", message_id=message_id))


@pages.post("/test-mail", permission=MANAGE)
def test_mail() -> Response:
    """Send a mail to oneself, to see whether the mail server is set up right."""
    person = current.principal()
    mail = Mail(
        person.email,
        _("Test of the mail server"),
        _("If you read this, Guanxi can send mail."),
    )
    try:
        send_mail(current.platform().settings.get("core"), mail)
        flash(_("A test mail is on its way to %(address)s.", address=person.email), "success")
    except GuanxiError as error:
        flash(_(error.message, **error.params), "error")
    return redirect(url_for("settings.edit", scope="core"))


def _customer() -> UUID | None:
    try:
        return UUID(request.args.get("customer", ""))
    except ValueError:
        return None


def _names(customer_ids: list[UUID]) -> dict[UUID, str]:
    rows = current.session().execute(
        select(Customer.id, Customer.display_name).where(Customer.id.in_(customer_ids))
    )
    return dict(rows.all())


def _titles() -> dict[str, str]:
    language = current_language()
    found = ways(current.session())
    return {key: way.channel.title.in_language(language) for key, way in found.items()}


def _next_url(last: Message) -> str:
    args: dict[str, Any] = {k: v for k, v in request.args.items() if v}
    args["before"] = encode_cursor((last.created_at, last.id))
    return url_for("messages.list_messages", **args)
