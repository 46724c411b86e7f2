"""The pages of webhooks, for admins: endpoints, their secrets, the log of deliveries."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from guanxi.errors import Invalid
from guanxi.http import current
from guanxi.http.routes import Pages
from guanxi.i18n import _, lazy_
from guanxi.webhooks.checking import checked_draft, known_events
from guanxi.webhooks.domain import endpoints, log
from guanxi.webhooks.domain.enqueueing import enqueue_test
from guanxi.webhooks.models import STATES

MANAGE = "webhooks.manage"
PAGE = 50
REASONS = {
    "gone": lazy_("The receiver said that this address is gone for good (410)."),
    "unreachable": lazy_("The receiver could not be reached for three days. What waits is kept."),
}
STATE_TITLES = {
    "pending": (lazy_("Waiting"), "info"),
    "delivered": (lazy_("Delivered"), "success"),
    "failed": (lazy_("Failed"), "danger"),
}

pages = Pages("webhooks", __name__, url_prefix="/webhooks")


@pages.get("/", permission=MANAGE)
def list_endpoints() -> str:
    """All endpoints with what waits for them."""
    session = current.session()
    return render_template(
        "webhooks/list.html",
        endpoints=endpoints.list_endpoints(session),
        counts=log.counts(session),
        now=current.now(),
    )


@pages.get("/new", permission=MANAGE)
def new() -> str:
    """The form of a new endpoint."""
    return _form(None, {"events": [endpoints.ALL], "active": "1"})


@pages.post("/new", permission=MANAGE)
def create() -> str | tuple[str, int]:
    """Make an endpoint and show its secret once."""
    try:
        endpoint, secret = endpoints.create_endpoint(
            current.tx(),
            checked_draft(_draft()),
            current.platform().secrets,
            known=known_events(),
            now=current.now(),
        )
    except Invalid as error:
        return _form(None, _sent(), error), error.status
    return render_template("webhooks/secret.html", endpoint=endpoint, secret=secret)


@pages.get("/<uuid:endpoint_id>", permission=MANAGE)
def show(endpoint_id: UUID) -> str:
    """One endpoint with its log."""
    session = current.session()
    endpoint = endpoints.find_endpoint(session, endpoint_id)
    state, before = request.args.get("state", ""), request.args.get("before", "")
    found = log.newest(
        session,
        endpoint_id,
        state=state if state in STATES else None,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
        limit=PAGE + 1,
    )
    following = None
    if len(found) > PAGE:
        following = url_for(
            "webhooks.show", endpoint_id=endpoint_id, state=state, before=found[PAGE - 1].number
        )
    return render_template(
        "webhooks/show.html",
        endpoint=endpoint,
        deliveries=found[:PAGE],
        state=state,
        states=STATE_TITLES,
        reason=REASONS.get(endpoint.disabled_reason or ""),
        now=current.now(),
        next_url=following,
    )


@pages.get("/<uuid:endpoint_id>/edit", permission=MANAGE)
def edit(endpoint_id: UUID) -> str:
    """The form of an endpoint."""
    found = endpoints.find_endpoint(current.session(), endpoint_id)
    values = {"url": found.url, "title": found.title, "events": found.events,
              "active": "1" if found.active else ""}  # fmt: skip
    return _form(endpoint_id, values)


@pages.post("/<uuid:endpoint_id>/edit", permission=MANAGE)
def save(endpoint_id: UUID) -> Response | tuple[str, int]:
    """Change an endpoint."""
    try:
        endpoints.change_endpoint(
            current.tx(),
            endpoint_id,
            checked_draft(_draft()),
            known=known_events(),
            now=current.now(),
        )
    except Invalid as error:
        return _form(endpoint_id, _sent(), error), error.status
    flash(_("Saved."), "success")
    return redirect(url_for("webhooks.show", endpoint_id=endpoint_id))


@pages.post("/<uuid:endpoint_id>/secret", permission=MANAGE)
def renew_secret(endpoint_id: UUID) -> str:
    """Make a new secret and show it once."""
    box = current.platform().secrets
    secret = endpoints.renew_secret(current.tx(), endpoint_id, box, now=current.now())
    endpoint = endpoints.find_endpoint(current.tx(), endpoint_id)
    return render_template("webhooks/secret.html", endpoint=endpoint, secret=secret)


@pages.post("/<uuid:endpoint_id>/test", permission=MANAGE)
def send_test(endpoint_id: UUID) -> Response:
    """Send a test."""
    enqueue_test(current.tx(), endpoint_id, now=current.now())
    flash(_("A test is on its way. Reload this page to see what came of it."), "success")
    return redirect(url_for("webhooks.show", endpoint_id=endpoint_id))


@pages.post("/<uuid:endpoint_id>/deliveries/<int:number>/replay", permission=MANAGE)
def replay(endpoint_id: UUID, number: int) -> Response:
    """Send one delivery again."""
    log.send_again(current.tx(), endpoint_id, number, now=current.now())
    flash(_("It is sent again, under the same id."), "success")
    return redirect(url_for("webhooks.show", endpoint_id=endpoint_id))


@pages.post("/<uuid:endpoint_id>/delete", permission=MANAGE)
def delete(endpoint_id: UUID) -> Response:
    """Remove an endpoint."""
    endpoints.delete_endpoint(current.tx(), endpoint_id)
    flash(_("Deleted."), "success")
    return redirect(url_for("webhooks.list_endpoints"))


def _draft() -> endpoints.EndpointDraft:
    return endpoints.EndpointDraft(
        url=request.form.get("url", ""),
        title=request.form.get("title", ""),
        events=tuple(request.form.getlist("events")),
        active=request.form.get("active") == "1",
    )


def _sent() -> dict[str, Any]:
    form = request.form
    values: dict[str, Any] = {name: form.get(name, "") for name in ("url", "title", "active")}
    return values | {"events": form.getlist("events")}


def _form(endpoint_id: UUID | None, values: dict[str, Any], error: Invalid | None = None) -> str:
    errors = dict(error.fields) or {"": _(error.message, **error.params)} if error else {}
    options = [(endpoints.ALL, _("All events")), *((name, name) for name in sorted(known_events()))]
    return render_template(
        "webhooks/edit.html",
        endpoint_id=endpoint_id,
        values=values,
        event_options=options,
        errors=errors,
    )
