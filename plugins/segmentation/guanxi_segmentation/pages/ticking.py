"""Customers who are searched for in a form and ticked, for decisions by hand about them."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from flask import render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, Invalid, current, customers
from guanxi_segmentation.pages.blueprint import VIEW, pages
from guanxi_segmentation.texts import _

FIELD: Final = "customer_id"
MOST: Final = 100


@pages.get("/segments/customers", permission=VIEW)
def find_customers() -> str:
    """Customers that fit what is typed, to be ticked."""
    text = request.args.get("customer_query", "").strip()[:200]
    hits = customers.search(current.session(), text, limit=8) if text else []
    return render_template("segmentation/_hits.html", hits=hits, asked=bool(text))


def ticked(session: Session) -> list[UUID]:
    """Return the customers that were ticked, all of them within sight.

    :raises Invalid: nobody was, or one of them is not there.
    """
    asked = _ids()
    if not request.form.getlist(FIELD):
        raise Invalid(_("Search for a customer and tick who is meant."))
    there = set(session.scalars(select(Customer.id).where(Customer.id.in_(asked))))
    if None in asked or not there.issuperset(asked):
        raise Invalid(_("One of those you ticked is not there. Search and tick again."))
    return [one for one in asked if one is not None]


def ticked_hits(session: Session) -> list[dict[str, Any]]:
    """Return who was ticked, to be shown again when the form comes back."""
    found = session.execute(
        select(Customer.id, Customer.display_name, Customer.city).where(Customer.id.in_(_ids()))
    )
    return [
        {"id": row[0], "name": row[1], "city": row[2], "detail": "", "ticked": True}
        for row in found
    ]


def _ids() -> Sequence[UUID | None]:
    return list(dict.fromkeys(_id(text) for text in request.form.getlist(FIELD)[:MOST]))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
