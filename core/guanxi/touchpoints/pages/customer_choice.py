"""Choosing the customer inside a form: a search whose hits are radio buttons.

With JavaScript the hits appear while one types; without it the Find button sends the form and
it comes back with them.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from flask import render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.customers.domain.searching import Hit, search_customers
from guanxi.customers.models import Customer
from guanxi.http import current
from guanxi.touchpoints.pages.blueprint import EDIT, pages

HITS: Final = 8


@pages.get("/customers", permission=EDIT)
def customer_hits() -> str:
    """The radio buttons for what is typed."""
    hits = found_customers(current.session(), request.args.get("customer_query", ""))
    return render_template("touchpoints/_customer_hits.html", hits=hits, customer_id="")


def found_customers(session: Session, typed: str) -> Sequence[Hit]:
    """Return the customers that fit what is typed, the best first."""
    return search_customers(session, typed[:200], limit=HITS) if typed.strip() else ()


def chosen_customer(session: Session, customer_id: UUID | None) -> Customer | None:
    """Return the customer that the form is about, if it is in sight."""
    if customer_id is None:
        return None
    return session.scalars(select(Customer).where(Customer.id == customer_id)).one_or_none()
