"""Why a customer is in a segment, or is not: every condition with its value and verdict."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from guanxi.sdk import current, customers
from guanxi_segmentation.membership.explaining import explain
from guanxi_segmentation.models import Membership
from guanxi_segmentation.pages.blueprint import VIEW, pages
from guanxi_segmentation.pages.segment_head import segment_head
from guanxi_segmentation.pages.states import cause_words

STAYS = 50


@pages.get("/segments/<key>/why/<uuid:customer_id>", permission=VIEW)
def why(key: str, customer_id: UUID) -> str | Response:
    """One customer and one segment, with the stays of the past."""
    head = segment_head(key, "show_segment")
    session = current.session()
    customer = customers.get(session, customer_id)
    if customer.id != customer_id:
        return redirect(url_for("segmentation.why", key=key, customer_id=customer.id))
    found = explain(session, key, customer.id, now=current.now())
    return render_template(
        "segmentation/why.html",
        **head,
        customer=customer,
        found=found,
        tree=shown_tree(found.tree),
        stays=_stays(head["segment"].id, customer.id),
        causes=cause_words(),
    )


@pages.get("/segments/<key>/why", permission=VIEW)
def ask_why(key: str) -> str | Response:
    """Choose the customer to be explained."""
    chosen = request.args.get("customer_id", "")
    if chosen:
        try:
            return redirect(url_for("segmentation.why", key=key, customer_id=UUID(chosen)))
        except ValueError:
            pass
    text = request.args.get("customer_query", "").strip()[:200]
    hits = customers.search(current.session(), text, limit=12) if text else []
    head = segment_head(key, "show_segment")
    return render_template("segmentation/ask_why.html", **head, hits=hits, query=text)


def shown_tree(tree: Any) -> Any:
    """Return the explained tree as the page draws it."""
    return tree


def _stays(segment_id: UUID, customer_id: UUID) -> list[Membership]:
    found = (
        select(Membership)
        .where(Membership.segment_id == segment_id, Membership.customer_id == customer_id)
        .order_by(Membership.entered_at.desc(), Membership.id.desc())
        .limit(STAYS)
    )
    return list(current.session().scalars(found))
