"""A customer's timeline as a part of a page: filtered, older entries on demand."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask import render_template, request, url_for
from sqlalchemy.orm import Session

from guanxi.customers.domain.lookup import get_customer
from guanxi.customers.models import CustomerActivity
from guanxi.http import current
from guanxi.http.language import zone
from guanxi.http.paging import encode_cursor, place_from
from guanxi.touchpoints.domain import planning
from guanxi.touchpoints.domain.reading import Filters
from guanxi.touchpoints.domain.timeline import timeline_page
from guanxi.touchpoints.pages.blueprint import EDIT, VIEW, pages
from guanxi.touchpoints.pages.timeline_rows import timeline_rows
from guanxi.touchpoints.pages.words import words

ROWS: Final = 30
_FILTERS: Final = ("kind", "channel")


@pages.get("/of/<uuid:customer_id>", permission=VIEW)
def of_customer(customer_id: UUID) -> str:
    """The timeline for htmx; with a page around it where it is asked for by address."""
    session = current.session()
    customer = get_customer(session, customer_id)
    values = timeline_context(session, customer.id, request.args)
    if "before" in request.args and "HX-Request" in request.headers:
        return render_template("touchpoints/_timeline_rows.html", **values)
    if "HX-Request" in request.headers:
        return render_template("touchpoints/_timeline.html", **values)
    return render_template(
        "touchpoints/timeline.html", customer_name=customer.display_name, **values
    )


def timeline_context(
    session: Session, customer_id: UUID, args: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return what ``touchpoints/_timeline.html`` needs, for pages that include it.

    :param args: ``kind``, ``channel`` and ``before`` of the request, if they are wanted.
    """
    args = args or {}
    chosen = {name: args.get(name, "")[:60] for name in _FILTERS}
    before = place_from(args.get("before"))
    page = timeline_page(
        session,
        current.platform().dispatcher,
        customer_id,
        filters=_filters(customer_id, chosen),
        before=before,
        limit=ROWS,
    )
    found = words(session)
    after_day = before[0].astimezone(zone()).date() if before else None
    return {
        "customer_id": customer_id,
        "rows": timeline_rows(session, page.items, found, after_day=after_day),
        "failed": page.failed,
        "older_url": _url(customer_id, {**chosen, "before": encode_cursor(page.next)})
        if page.next
        else None,
        "timeline_values": chosen,
        "kinds": found.offered("kind", chosen["kind"]),
        "channels": found.offered("channel", chosen["channel"]),
        "plans": planning.planned(session, customer_id),
        "activity": session.get(CustomerActivity, customer_id),
        "may_record": current.principal().may(EDIT),
    }


def _filters(customer_id: UUID, chosen: Mapping[str, str]) -> Filters | None:
    if not any(chosen.values()):
        return None
    return Filters(
        customer_id=customer_id, kind=chosen["kind"] or None, channel=chosen["channel"] or None
    )


def _url(customer_id: UUID, values: Mapping[str, str]) -> str:
    given: dict[str, Any] = {name: value for name, value in values.items() if value}
    return url_for("touchpoints.of_customer", customer_id=customer_id, **given)
