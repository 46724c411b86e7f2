"""Lists of customers in a plugin's own pages and API: ``from guanxi.sdk import customers``.

Sessions of a request carry the row rule of whoever asks, so that nobody sees more here than in
the core's own list.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from guanxi.attributes.query import CustomerQuery, Page, Sort
from guanxi.customers.domain.consents import CHANNELS as CONSENT_CHANNELS
from guanxi.customers.domain.consents import PURPOSES as CONSENT_PURPOSES
from guanxi.customers.domain.lookup import get_customer as get
from guanxi.customers.domain.pinyin import in_latin
from guanxi.customers.domain.recognising import recognise
from guanxi.customers.domain.searching import Hit
from guanxi.customers.domain.searching import search_customers as search
from guanxi.customers.domain.tagging import all_tags
from guanxi.customers.domain.text import clean_text
from guanxi.customers.list_columns import default_columns
from guanxi.customers.models import Customer
from guanxi.customers.pages.cells import cell, cells
from guanxi.http import current
from guanxi.plugins.contract import Attribute

__all__ = [
    "CONSENT_CHANNELS",
    "CONSENT_PURPOSES",
    "Hit",
    "Page",
    "cell",
    "cells",
    "clean_text",
    "columns",
    "get",
    "in_latin",
    "in_sight",
    "page",
    "recognise",
    "search",
    "tags",
]


def columns(session: Session) -> list[Attribute]:
    """Return the columns that whoever asks has chosen for the list of customers."""
    known = session.info["attributes"]()
    wanted = default_columns(session, known, current.principal())
    return [known[key] for key in wanted if key in known]


def in_sight(session: Session, column: Any) -> ColumnElement[bool]:
    """Return the condition that ``column`` is the id of a customer whom whoever asks may see.

    For sums and counts over tables of your own, which carry no row rule. Where everybody is seen
    it costs nothing.
    """
    if not session.info.get("criteria"):
        return true()
    seen: ColumnElement[bool] = column.in_(select(Customer.id))
    return seen


def page(
    session: Session,
    shown: Sequence[Attribute],
    *conditions: ColumnElement[bool],
    limit: int,
    after: list[Any] | None = None,
    sort: str = "customers.name",
) -> Page:
    """Return a page of the customers who meet the conditions; each row: id, then the values.

    :param conditions: on ``sdk.Customer``; an index of yours finds those who meet them.
    :param after: the ``next_values`` of the page before, see ``web.encode_cursor``.
    :param sort: an attribute's key; ``-`` before it: falling.
    """
    attribute = session.info["attributes"]()[sort.removeprefix("-")]
    query = CustomerQuery(Customer, shown).where_sql(*conditions, gather=True)
    return query.page(session, Sort(attribute, sort.startswith("-")), limit, after)


def tags(session: Session) -> list[str]:
    """Return the names of all tags, in their order."""
    return [tag.name for tag in all_tags(session)]
