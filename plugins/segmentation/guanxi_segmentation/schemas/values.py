"""What the API and the command line give back about values."""

from collections.abc import Iterable
from typing import Any

from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from guanxi.sdk import Text
from guanxi_segmentation import value
from guanxi_segmentation.value.overview import SCORES, Overview


class ValueKnownSchema(Schema):
    """The mean of a score over the customers of whom it is known; null of nobody."""

    mean = fields.String(allow_none=True)
    customers = fields.Integer()


class ValueKnownScoresSchema(Schema):
    """Product, service and emotional value, and their weighted mean; each from 0 to 100."""

    product = fields.Nested(ValueKnownSchema)
    service = fields.Nested(ValueKnownSchema)
    emotional = fields.Nested(ValueKnownSchema)
    index = fields.Nested(ValueKnownSchema)


class TotalValueSchema(Schema):
    """The total value over the relationship: observed and expected.

    ``observed`` is over all customers; ``expected`` and ``total`` are over the ``expected_of``
    customers whose expected value is known, null where that is nobody.
    """

    total = fields.String(allow_none=True)
    observed = fields.String()
    purchased = fields.String()
    returned = fields.String()
    expected = fields.String(allow_none=True)
    expected_of = fields.Integer()


class NetValueSchema(Schema):
    """The net value: exactly margin less cost to serve less incentives."""

    net = fields.String()
    margin = fields.String()
    cost = fields.String()
    incentives = fields.String()


class ValuesSchema(Schema):
    """Sums over the customers within sight. Total and net value are two different things."""

    currency = fields.String()
    customers = fields.Integer()
    buyers = fields.Integer()
    orders = fields.Integer()
    total_value = fields.Nested(TotalValueSchema)
    net_value = fields.Nested(NetValueSchema)
    scores = fields.Nested(ValueKnownScoresSchema)


class ClassSumsSchema(Schema):
    """Sums over the customers of a class within sight.

    ``expected`` is over the ``expected_of`` customers of whom it is known, null of nobody.
    """

    key = fields.String()
    customers = fields.Integer()
    observed = fields.String()
    expected = fields.String(allow_none=True)
    expected_of = fields.Integer()
    margin = fields.String()
    cost = fields.String()
    incentives = fields.String()
    net = fields.String()


class ClassesSumsSchema(Schema):
    """The classes of a scheme that have customers with values, in their order."""

    items = fields.List(fields.Nested(ClassSumsSchema))


class PurchaseCohortSchema(Schema):
    """Customers by the month (its first day) of their first purchase, and who bought again."""

    month = fields.Date()
    customers = fields.Integer()
    repeated = fields.Integer()
    rate = fields.String()


class PurchaseCohortsSchema(Schema):
    """Cohorts, the earliest first."""

    items = fields.List(fields.Nested(PurchaseCohortSchema))


class ValuePartSchema(Schema):
    """A part of a value; the amounts of its parts sum to its own. ``amount`` null: unknown.

    The total value is unknown where its expected part is.
    """

    key = fields.String()
    title_en = fields.String()
    title_zh = fields.String()
    amount = fields.String(allow_none=True)
    count = fields.Integer(allow_none=True)
    of = fields.List(fields.String())
    note_en = fields.String(allow_none=True)
    note_zh = fields.String(allow_none=True)
    parts = fields.List(fields.Nested(lambda: ValuePartSchema()))  # noqa: PLW0108 -- its own name


class ValueEvidenceSchema(Schema):
    """What a score rests on."""

    title_en = fields.String()
    title_zh = fields.String()
    value = fields.String(allow_none=True)


class ValueSubScoreSchema(Schema):
    """Product, service or emotional value from 0 to 100; null: unknown."""

    key = fields.String()
    title_en = fields.String()
    title_zh = fields.String()
    value = fields.String(allow_none=True)
    weight = fields.Integer()
    why = fields.List(fields.Nested(ValueEvidenceSchema))


class ValueGivenSchema(Schema):
    """One thing that was given."""

    key = fields.String()
    title_en = fields.String()
    title_zh = fields.String()
    count = fields.Integer()
    amount = fields.String(allow_none=True)


class ValueExchangeSchema(Schema):
    """What the customer got, and what the customer gave."""

    got = fields.List(fields.Nested(ValueGivenSchema))
    gave = fields.List(fields.Nested(ValueGivenSchema))


class CustomerValueSchema(Schema):
    """Both values of one customer, itemised; they are two different things."""

    customer_id = fields.UUID()
    currency = fields.String()
    total_value = fields.Nested(ValuePartSchema)
    net_value = fields.Nested(ValuePartSchema)
    scores = fields.List(fields.Nested(ValueSubScoreSchema))
    index = fields.String(allow_none=True)
    exchange = fields.Nested(ValueExchangeSchema)


def shown_overview(found: Overview) -> dict[str, Any]:
    """Return the sums as they are given out."""
    total = ("total", "observed", "purchased", "returned", "expected", "expected_of")
    net = ("net", "margin", "cost", "incentives")
    return {
        "currency": found.currency,
        "customers": found.customers,
        "buyers": found.buyers,
        "orders": found.orders,
        "total_value": {name: getattr(found, name) for name in total},
        "net_value": {name: getattr(found, name) for name in net},
        "scores": {
            name: {"mean": found.scores[name].mean, "customers": found.scores[name].customers}
            for name in SCORES
        },
    }


def shown_classes(session: Session, scheme: str) -> list[dict[str, Any]]:
    """Return the sums by class of a scheme as they are given out."""
    names = (
        "customers", "observed", "expected", "expected_of", "margin", "cost", "incentives", "net",
    )  # fmt: skip
    found = value.sums_by_class(session, scheme)
    return [{"key": key, **{n: getattr(one, n) for n in names}} for key, one in found.items()]


def shown_cohorts(cohorts: Iterable[value.Cohort]) -> list[dict[str, Any]]:
    """Return cohorts as they are given out."""
    names = ("month", "customers", "repeated", "rate")
    return [{name: getattr(one, name) for name in names} for one in cohorts]


def shown_value(session: Session, customer_id: Any, now: Any) -> dict[str, Any]:
    """Return both values of one customer as they are given out."""
    found = value.itemised(session, customer_id, as_of=now)
    both = value.exchange(session, customer_id, as_of=now)
    return {
        "customer_id": customer_id,
        "currency": found.currency,
        "total_value": _part(found.total),
        "net_value": _part(found.net),
        "scores": [_score(one) for one in found.scores],
        "index": found.index,
        "exchange": {
            "got": [_given(one) for one in both.got],
            "gave": [_given(one) for one in both.gave],
        },
    }


def _part(part: value.Part) -> dict[str, Any]:
    note = part.note
    return {
        "key": part.key,
        **_titles(part.title),
        "amount": part.amount,
        "count": part.count,
        "of": list(part.of),
        "note_en": note.en if note else None,
        "note_zh": note.zh if note else None,
        "parts": [_part(one) for one in part.parts],
    }


def _score(score: value.Score) -> dict[str, Any]:
    why = [{**_titles(one.title), "value": one.value} for one in score.why]
    named = {"key": score.key, **_titles(score.title)}
    return {**named, "value": score.value, "weight": score.weight, "why": why}


def _given(one: Any) -> dict[str, Any]:
    return {"key": one.key, **_titles(one.title), "count": one.count, "amount": one.amount}


def _titles(title: Text) -> dict[str, str]:
    return {"title_en": title.en, "title_zh": title.zh}
