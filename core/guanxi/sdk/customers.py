"""Lists of customers in a plugin's own pages and API: ``from guanxi.sdk import customers``.

Sessions of a request carry the row rule of whoever asks, so that nobody sees more here than in
the core's own list.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import Session

from guanxi.attributes.catalogue import known as known_attribute
from guanxi.attributes.conditions import OPERATORS, parse
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
    "OPERATORS",
    "Hit",
    "Page",
    "attributes_in_sight",
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
    "selection",
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


def attributes_in_sight(session: Session) -> Mapping[str, Attribute]:
    """Return the attribute catalogue by key, without what whoever asks may not see."""
    person = current.principal_or_none()
    return {
        key: attribute
        for key, attribute in session.info["attributes"]().items()
        if attribute.permission is None or person is None or person.may(attribute.permission)
    }


def selection(
    session: Session,
    shown: Sequence[str],
    conditions: Iterable[tuple[str, str, str]] = (),
) -> Select[Any]:
    """Return the select of all customers in sight who meet the conditions: id, then the values.

    For counts and sums over them, as a subquery; its columns are ``id``, ``a0``, ``a1``…

    :param shown: keys of attributes.
    :param conditions: key, operator (see :data:`OPERATORS`), and value as text, as an address of
        the list of customers has them.
    :raises Invalid: there is no such attribute within sight, or the value does not fit.
    """
    known = attributes_in_sight(session)
    wanted = [parse(known_attribute(known, key), operator, value)
              for key, operator, value in conditions]  # fmt: skip
    columns = [known_attribute(known, key) for key in shown]
    return CustomerQuery(Customer, columns).where(wanted).statement()


def tags(session: Session) -> list[str]:
    """Return the names of all tags, in their order."""
    return [tag.name for tag in all_tags(session)]
