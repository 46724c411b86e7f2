"""Why a customer is in a segment, or is not: every condition with its value and verdict."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from guanxi.sdk import Attribute, current, customers, web
from guanxi_segmentation.company import company
from guanxi_segmentation.explained import Told, told
from guanxi_segmentation.membership.explaining import explain
from guanxi_segmentation.models import Membership
from guanxi_segmentation.pages.blueprint import VIEW, pages
from guanxi_segmentation.pages.segment_head import segment_head
from guanxi_segmentation.pages.states import cause_words
from guanxi_segmentation.rules import tree
from guanxi_segmentation.rules.operators import type_of_measure
from guanxi_segmentation.sentences import Wording
from guanxi_segmentation.sight import visible_attributes

STAYS = 50


@dataclass(frozen=True, slots=True)
class Reason:
    """A condition or group as the page draws it; ``kind`` says how the value is written."""

    told: Told
    kind: str
    value: Any
    currency: str
    parts: "list[Reason]"


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
        reason=_reason_of(found.tree),
        stays=_stays(head["segment"].id, customer.id),
        causes=cause_words(),
    )


@pages.get("/segments/<key>/why", permission=VIEW)
def ask_why(key: str) -> str | Response:
    """Choose the customer to be explained."""
    text = request.args.get("customer_query", "").strip()[:200]
    hits = customers.search(current.session(), text, limit=12) if text else []
    head = segment_head(key, "show_segment")
    return render_template("segmentation/ask_why.html", **head, hits=hits, query=text)


def _reason_of(explained: Any) -> Reason | None:
    if explained is None:
        return None
    session = current.session()
    seen = visible_attributes(session)
    whole = told(explained, Wording(session), seen.__contains__)
    return _reason(whole, seen, company(session).currency)


def _reason(one: Told, attributes: Mapping[str, Attribute], currency: str) -> Reason:
    parts = [_reason(part, attributes, currency) for part in one.parts]
    kind, value = _shown(one, attributes)
    named = one.node.currency if isinstance(one.node, tree.TouchpointsAre) else None
    return Reason(one, kind, value, named or currency, parts)


def _shown(one: Told, attributes: Mapping[str, Attribute]) -> tuple[str, Any]:
    """Return how a value is written, and the value for that."""
    node = one.node
    if one.match or one.hidden or not one.known:
        return "group" if one.match else "hidden" if one.hidden else "unknown", None
    if isinstance(node, tree.AttributeIs):
        shown = customers.cell(attributes[node.key], one.value, web.language())
        return "text", shown if isinstance(shown, str) else ", ".join(shown)
    if isinstance(node, tree.TouchpointsAre):
        return type_of_measure(node.measure), one.value
    kinds = {tree.Bucket: "percent", tree.ConsentIs: "consent"}
    return kinds.get(type(node), "instant"), one.value


def _stays(segment_id: UUID, customer_id: UUID) -> list[Membership]:
    found = (
        select(Membership)
        .where(Membership.segment_id == segment_id, Membership.customer_id == customer_id)
        .order_by(Membership.entered_at.desc(), Membership.id.desc())
        .limit(STAYS)
    )
    return list(current.session().scalars(found))
