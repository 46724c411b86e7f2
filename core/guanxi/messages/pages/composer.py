"""The composer (撰写消息): whom, on which channel, what; a preview with the real values; send."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from guanxi.customers.domain.consents import PURPOSES
from guanxi.customers.domain.lookup import get_customer
from guanxi.customers.models import Customer
from guanxi.errors import GuanxiError, Invalid
from guanxi.http import current
from guanxi.http.language import current_language
from guanxi.i18n import _
from guanxi.messages.domain.drafts import STAFF, MessageDraft, checked
from guanxi.messages.domain.merge_fields import FIELDS, MissingValue
from guanxi.messages.domain.queueing import queue_message
from guanxi.messages.domain.reasons import in_words
from guanxi.messages.domain.templates import list_templates
from guanxi.messages.domain.writing import Written, write
from guanxi.messages.models import WAITING
from guanxi.messages.pages.blueprint import SEND, pages
from guanxi.messages.pages.choices import choices

_FIELDS = ("channel", "purpose", "subject", "body", "key")


@pages.get("/new", permission=SEND)
def new() -> str | Response:
    """The composer for ``?customer=``; ``?template=`` fills it in."""
    try:
        customer = get_customer(current.session(), UUID(request.args.get("customer", "")))
    except ValueError:
        flash(_("Choose the customer first, then write from the customer's page."), "info")
        return redirect(url_for("messages.list_messages"))
    values = _start(request.args.get("template", ""))
    return _draw(customer, values | {"key": current.request_id()})


@pages.post("/new", permission=SEND)
def submit() -> str | Response | tuple[str, int]:
    """Preview or send."""
    try:
        customer_id = UUID(request.form.get("customer", ""))
    except ValueError:
        raise Invalid("Choose the customer first.") from None
    customer = get_customer(current.session(), customer_id)
    values = {name: request.form.get(name, "") for name in _FIELDS}
    draft = MessageDraft(
        customer_id=customer.id,
        channel=values["channel"],
        purpose=values["purpose"],
        subject=values["subject"],
        body=values["body"],
        source=STAFF,
        idempotency_key=values["key"] or None,
    )
    try:
        if request.form.get("action") == "preview":
            return _draw(customer, values, preview=_preview(customer, draft))
        return _send(draft)
    except GuanxiError as error:
        return _draw(customer, values, errors=_errors(error)), error.status


def _send(draft: MessageDraft) -> Response:
    message = queue_message(current.tx(), draft, now=current.now())
    if message.state in WAITING:
        flash(_("The message is on its way.") if message.state == "queued"
              else in_words(message.reason, message.reason_values), "success")  # fmt: skip
    else:
        flash(in_words(message.reason, message.reason_values), "warning")
    return redirect(url_for("messages.show", message_id=message.id))


def _preview(customer: Customer, draft: MessageDraft) -> Written:
    draft = checked(draft)
    try:
        return write(
            current.session(),
            customer,
            Written(draft.subject, draft.body),
            channel=draft.channel,
            purpose=draft.purpose,
            sender_name=current.principal().name,
        )
    except MissingValue as missing:
        raise Invalid(
            "The merge field %(field)s is empty for this customer; give it a default: "
            '| default("…").',
            field=missing.name,
        ) from None


def _errors(error: GuanxiError) -> dict[str, Any]:
    fields = dict(error.fields) if isinstance(error, Invalid) else {}
    return fields or {"": _(error.message, **error.params)}


def _start(template_id: str) -> dict[str, str]:
    chosen = next((t for t in list_templates(current.session()) if str(t.id) == template_id), None)
    if chosen is None:
        return {"purpose": _purpose(), "channel": "", "subject": "", "body": ""}
    names = ("channel", "purpose", "subject", "body")
    return {name: getattr(chosen, name) for name in names}


def _purpose() -> str:
    wanted = request.args.get("purpose", "")
    return wanted if wanted in PURPOSES else "service"


def _draw(
    customer: Customer,
    values: dict[str, str],
    *,
    preview: Written | None = None,
    errors: dict[str, Any] | None = None,
) -> str:
    language = current_language()
    purpose = values["purpose"] if values["purpose"] in PURPOSES else "service"
    ways = choices(current.session(), customer, purpose, language, now=current.now())
    first = next((way.key for way in ways if way.possible), "")
    return render_template(
        "messages/new.html",
        customer=customer,
        values=values | {"channel": values["channel"] or first, "purpose": purpose},
        ways=ways,
        purposes=[(key, title.in_language(language)) for key, title in PURPOSES.items()],
        fields=[(f"{{{{ {k} }}}}", title.in_language(language)) for k, title in FIELDS.items()],
        templates=list_templates(current.session()),
        preview=preview,
        errors=errors or {},
    )
