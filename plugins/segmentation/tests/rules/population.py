"""Writes random people into the tables, and makes their facts without a database."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from plugins.segmentation.tests.rules.strategies import HELD, SEGMENTS, Person
from sqlalchemy import insert
from sqlalchemy.orm import Session

from guanxi.customers.models import (
    Customer,
    CustomerActivity,
    CustomerConsent,
    CustomerTrade,
)
from guanxi.ids import new_id
from guanxi.touchpoints.models import Touchpoint, TouchpointLine
from guanxi_segmentation.models import Membership, Segment
from guanxi_segmentation.rules import read
from guanxi_segmentation.rules.mentions import mentions

AT = datetime(2026, 1, 1, tzinfo=UTC)
HELD_KEY = mentions(read({"v": 1, "where": {"held": HELD, "for": "P1D"}})).held[0].key


def key_of(name: str) -> str:
    return HELD_KEY if name == "held" else name


def fill(session: Session, people: Sequence[Person]) -> None:
    """Insert all rows of ``people``; the session's transaction is not ended."""
    segments = {name: new_id() for name in (*SEGMENTS, "held")}
    _add(session, Segment, (_segment(name, id_) for name, id_ in segments.items()))
    _add(session, Customer, (_customer(one, people) for one in people))
    lines: list[dict[str, Any]] = []
    _add(session, Touchpoint, (row for one in people for row in _touchpoints(one, lines)))
    _add(session, TouchpointLine, lines)
    _add(
        session,
        CustomerConsent,
        (
            {"id": new_id(), "customer_id": one.id, "actor_name": "test", **decision}
            for one in people
            for decision in one.decisions
        ),
    )
    _add(session, CustomerTrade, (_trade(one) for one in people if one.trade))
    _add(session, CustomerActivity, (_activity(one) for one in people if one.activity))
    _add(
        session,
        Membership,
        (
            {
                "segment_id": segments[name],
                "customer_id": one.id,
                "entered_at": at,
                "entered_cause": "built",
                "rule_version": 1,
            }
            for one in people
            for name, at in one.stays.items()
        ),
    )


def _add(session: Session, model: Any, rows: Iterable[dict[str, Any]]) -> None:
    listed = list(rows)
    if listed:
        session.execute(insert(model.__table__), listed)


def _segment(name: str, id_: Any) -> dict[str, Any]:
    key = key_of(name)
    return {
        "id": id_, "key": key, "kind": "static", "title_en": key, "title_zh": key,
        "created_at": AT, "changed_at": AT, "changed_by": "test",
    }  # fmt: skip


def _customer(person: Person, people: Sequence[Person]) -> dict[str, Any]:
    values = {name: value for name, value in person.customer.items() if name != "merged"}
    merged = person.customer["merged"] and person is not people[0]
    return {
        "id": person.id, "display_name": "Somebody", "sort_name": "somebody", "updated_at": AT,
        "merged_into": people[0].id if merged else None, **values,
    }  # fmt: skip


def _touchpoints(person: Person, lines: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    for one in person.touchpoints:
        id_ = new_id()
        values = {name: value for name, value in one.items() if name != "products"}
        yield {"id": id_, "customer_id": person.id, "created_at": AT, "updated_at": AT, **values}
        lines += (
            {"touchpoint_id": id_, "number": i, "product": product, "quantity": 1, "unit_price": 1}
            for i, product in enumerate(one["products"])
        )


def _trade(person: Person) -> dict[str, Any]:
    return {
        "customer_id": person.id, "currency": "EUR", "purchases": 1, "returns": 0,
        **(person.trade or {}),
    }  # fmt: skip


def _activity(person: Person) -> dict[str, Any]:
    return {"customer_id": person.id, "first_at": AT, **(person.activity or {})}
