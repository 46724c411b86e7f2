"""Random rules, customers and instants, drawn so that they meet: few words, near boundaries."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from sqlalchemy import Double, cast

from guanxi.customers.attributes import core_attributes, custom_attribute
from guanxi.customers.models import Customer, CustomField
from guanxi.sdk import Attribute, Text
from guanxi_segmentation.rules import Context

TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)
PERIODS = ("P1D", "P7D", "P2W", "P30D", "PT36H", "P400D")
DELTAS = (0, 1, 7, 14, 30, 31, 1.5, 400)
ZONES = (
    "UTC",
    "Europe/London",
    "Asia/Shanghai",
    "America/Havana",
    "America/St_Johns",
    "Africa/Cairo",
    "Pacific/Apia",
)
CUSTOM = ("number", "money", "date", "boolean", "choice", "choices", "text")
WORDS = (
    "Bath",
    "bath spa",
    "İzmir",
    "izmir",
    "ÅRHUS",
    "århus",
    "Straße",
    "100%",
    "a_b",
    "ΣΊΣΥΦΟΣ",
    "上海",
)
SEGMENTS = ("vip", "staff")
KINDS = ("purchase", "return", "visit")
CHANNELS = ("store", "website")


def _custom(kind: str) -> Attribute:
    choices = ["red", "green"] if kind.startswith("choice") else []
    return custom_attribute(
        CustomField(key=kind, title_en=kind, title_zh=kind, type=kind, choices=choices)
    )


def _float() -> Any:
    return cast(Customer.custom["float"].astext, Double)


FLOAT = Attribute("sample.float", Text("Float", "浮点"), "number", _float)
CATALOGUE = {
    attribute.key: attribute
    for attribute in (*core_attributes("EUR"), *map(_custom, CUSTOM), FLOAT)
}


def context(zone: str) -> Context:
    return Context(CATALOGUE, "EUR", ZoneInfo(zone))


# Rules

numbers = st.sampled_from((-5, 0, 1, 2, 3, 10, 12.5, "99.99", 0.1, 100))
days_text = st.sampled_from(("2026-03-29", "2026-10-25", "2026-11-01", "2024-02-29", "2030-01-01"))
moments_text = days_text | st.sampled_from(("2026-10-25T01:00:00Z", "2026-11-01T05:30:00+08:00"))
periods = st.sampled_from(PERIODS)
day_periods = st.sampled_from([one for one in PERIODS if "T" not in one])


def _comparison(draw: Any, ops: dict[str, Any]) -> dict[str, Any]:
    op = draw(st.sampled_from(sorted(ops)))
    found = {"is": op, "value": draw(ops[op]), "missing": draw(st.booleans())}
    return found if found["value"] is not None else {"is": op}


def _size(number: Any) -> Decimal:
    return Decimal(str(number))


_known = {"known": st.none(), "unknown": st.none()}
_pairs = st.tuples(numbers, numbers).map(
    lambda pair: sorted(pair, key=lambda one: Decimal(str(one)))
)
_number_ops = {**dict.fromkeys(("eq", "ne", "lt", "lte", "gt", "gte"), numbers), "between": _pairs}
_past = {"before": moments_text, "after": moments_text, "on": days_text,
         "within_last": periods, "older_than": periods}  # fmt: skip


def _choices(words: tuple[str, ...]) -> dict[str, Any]:
    some = st.lists(st.sampled_from(words), min_size=1, max_size=3)
    return {"one": st.sampled_from(words), "some": some}


def _text_ops(words: tuple[str, ...]) -> dict[str, Any]:
    one, some = st.sampled_from(words), st.lists(st.sampled_from(words), min_size=1, max_size=3)
    return {"eq": one, "ne": one, "in": some, **_known}


_pieces = st.sampled_from((*WORDS, "BATH", "IZMIR", "å", "ß", "SS", "%", "_", "σίσυφοσ", "海"))
_text = {**_text_ops(WORDS), "contains": _pieces, "starts": _pieces}
_dates = {**_past, "before": days_text, "after": days_text, "within_last": day_periods,
          "older_than": day_periods, "within_next": day_periods,
          "anniversary_within": day_periods, **_known}  # fmt: skip
_colours = _choices(("red", "green"))
_tags = _choices(("a", "b", "ß"))
OPS: dict[str, dict[str, Any]] = {
    "customers.city": _text,
    "custom.text": _text,
    "customers.kind": _text_ops(("person", "organisation")),
    "customers.tags": {"has": _tags["one"], "has_any": _tags["some"], **_known},
    "customers.birthday": _dates,
    "custom.date": _dates,
    "customers.created_at": {**_past, "within_next": periods, **_known},
    "customers.last_contact": {**_past, "within_next": periods, **_known},
    "customers.revenue": {**_number_ops, **_known},
    "customers.touchpoints": {**_number_ops, **_known},
    "customers.completeness": _number_ops,
    "custom.number": {**_number_ops, **_known},
    "custom.money": {**_number_ops, **_known},
    "sample.float": {**_number_ops, **_known},
    "custom.boolean": {"eq": st.booleans(), **_known},
    "customers.invented": {"eq": st.booleans()},
    "custom.choice": _text_ops(("red", "green")),
    "custom.choices": {"has": _colours["one"], "has_any": _colours["some"], **_known},
}


@st.composite
def attribute_leaves(draw: Any) -> dict[str, Any]:
    key = draw(st.sampled_from(sorted(OPS)))
    return {"attribute": key, **_comparison(draw, OPS[key])}


@st.composite
def windows(draw: Any) -> dict[str, Any]:
    kind = draw(st.sampled_from(("last", "last", "fixed", "calendar")))
    if kind == "last":
        return {"last": draw(periods)}
    if kind == "fixed":
        ends = {"from": "2026-10-25T00:30:00Z", "to": "2026-11-02T00:00:00+08:00"}
        names = draw(st.sampled_from((("from",), ("to",), ("from", "to"))))
        return {name: ends[name] for name in names}
    offset = draw(st.integers(-4, 0))
    found = {
        "calendar": draw(st.sampled_from(("day", "week", "month", "quarter", "year"))),
        "offset": offset,
        "count": draw(st.integers(1, 1 - offset)),
    }
    return found | ({"zone": draw(st.sampled_from(ZONES))} if draw(st.booleans()) else {})


def _some(values: tuple[str, ...]) -> Any:
    return st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)


filters = st.fixed_dictionaries(
    {},
    optional={
        "kind": _some(KINDS),
        "channel": _some(CHANNELS),
        "direction": _some(("in", "out")),
        "outcome": _some(("agreed", "resolved")),
        "source": _some(("guanxi", "shop")),
        "product": _some(("A", "B")),
        "amount": st.dictionaries(st.sampled_from(("lt", "lte", "gt", "gte")), numbers, min_size=1),
    },
)


@st.composite
def touchpoint_leaves(draw: Any) -> dict[str, Any]:
    measure = draw(
        st.sampled_from(("count", "days", "sum", "avg", "min", "max", "last", "last", "first"))
    )
    times = measure in ("last", "first")
    ops = _past if times else _number_ops
    if measure not in ("count", "days"):
        ops = {**ops, **_known}
    compared = _comparison(draw, ops)
    if measure in ("count", "days"):
        compared.pop("missing")
    found = {"touchpoints": draw(filters), "measure": measure, **compared}
    if draw(st.booleans()):
        found["window"] = draw(windows())
    if draw(st.integers(0, 3)) == 0:
        found["currency"] = draw(st.sampled_from(("GBP", "EUR")))
    return found


@st.composite
def buckets(draw: Any) -> dict[str, Any]:
    low = draw(st.sampled_from((0, 0.29, 10, 33.33)))
    high = draw(st.sampled_from((50, 57.01, 100)))
    return {"bucket": {"salt": draw(st.sampled_from(("x", "ß海"))), "from": low, "to": high}}


segment_leaves = st.builds(
    lambda key, word: {"segment": key, "is": word},
    st.sampled_from(SEGMENTS),
    st.sampled_from(("member", "not_member")),
)
consent_leaves = st.builds(
    lambda channel, purpose, word: {
        "consent": {"channel": channel, "purpose": purpose, "is": word}
    },
    st.sampled_from(("email", "sms", "any")),
    st.sampled_from(("marketing", "service")),
    st.sampled_from(("given", "refused", "unasked")),
)
HELD = {"attribute": "customers.city", "is": "eq", "value": "Bath", "missing": False}
held_leaves = periods.map(lambda period: {"held": HELD, "for": period})
leaves = st.one_of(
    attribute_leaves(),
    attribute_leaves(),
    touchpoint_leaves(),
    touchpoint_leaves(),
    touchpoint_leaves(),
    buckets(),
    segment_leaves,
    consent_leaves,
    held_leaves,
)


def _groups(inner: Any) -> Any:
    some = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.builds(lambda op, args: {"op": op, "args": args}, st.sampled_from(("and", "or")), some),
        inner.map(lambda arg: {"op": "not", "args": [arg]}),
    )


nodes = st.recursive(leaves, _groups, max_leaves=6)
documents = nodes.map(lambda where: {"v": 1, "where": where})

# Instants

AS_OFS = (
    datetime(2026, 11, 2, 9, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 1, 0, tzinfo=UTC),
    datetime(2026, 11, 1, 5, 0, tzinfo=UTC),
    datetime(2026, 11, 1, 0, 0, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
    datetime(2026, 4, 23, 22, 0, tzinfo=UTC),
    datetime(2028, 2, 28, 23, 59, 59, 999999, tzinfo=UTC),
)
as_ofs = st.builds(
    lambda at, hours, ticks: at + timedelta(hours=hours) + ticks * TICK,
    st.sampled_from(AS_OFS),
    st.integers(-30, 30) | st.just(0),
    st.integers(-1, 1),
)


@lru_cache(maxsize=8)
def times_near(as_of: datetime) -> Any:
    """Instants at the edges of windows, and some anywhere."""
    edges = st.builds(
        lambda days, sign, ticks: as_of + sign * timedelta(days=days) + ticks * TICK,
        st.sampled_from(DELTAS),
        st.sampled_from((-1, -1, -1, 1)),
        st.integers(-1, 1),
    )
    midnights = st.builds(
        lambda days, hours: (
            (as_of + timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
            + timedelta(hours=hours)
        ),
        st.integers(-120, 40),
        st.integers(-12, 12),
    )
    return edges | edges | midnights


# Customers


@dataclass
class Person:
    """Rows of one customer, as plain values."""

    id: UUID
    customer: dict[str, Any]
    touchpoints: list[dict[str, Any]] = field(default_factory=list)
    decisions: list[dict[str, Any]] = field(default_factory=list)
    trade: dict[str, Any] | None = None
    activity: dict[str, Any] | None = None
    stays: dict[str, datetime] = field(default_factory=dict)


amounts = st.sampled_from((None, *map(Decimal, ("-5", "0", "1", "3.3333", "10", "99.99", "0.1"))))


def _optional(strategy: Any) -> Any:
    return st.none() | strategy


# Made once for an instant: to make strategies took more time than to draw from them.


def _touchpoint(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "currency": None if row["amount"] is None else row["currency"]}


@lru_cache(maxsize=8)
def touchpoints(as_of: datetime) -> Any:
    row = {
        "occurred_at": times_near(as_of),
        "kind": st.sampled_from(KINDS),
        "channel": st.sampled_from(CHANNELS),
        "direction": st.sampled_from(("in", "out", "none")),
        "outcome": st.sampled_from((None, "agreed", "resolved")),
        "source": st.sampled_from(("guanxi", "shop")),
        "amount": amounts,
        "currency": st.sampled_from(("EUR", "EUR", "GBP")),
        "state": st.sampled_from(("recorded", "recorded", "recorded", "voided")),
        "products": st.lists(st.sampled_from(("A", "B", "C")), max_size=2),
    }
    return st.fixed_dictionaries(row).map(_touchpoint)


def customs(as_of: datetime) -> Any:
    some = st.lists(st.sampled_from(("red", "green")), max_size=2, unique=True)
    near = st.integers(-35, 35).map(lambda days: str((as_of + days * DAY).date()))
    return st.fixed_dictionaries(
        {},
        optional={
            "number": st.sampled_from((0, 1, 2.5, 12.5, 100, -5)),
            "money": st.sampled_from(("10.00", "99.99", "0.1")),
            "date": near | st.sampled_from(("2024-02-29", "2027-02-28", "9999-12-31")),
            "boolean": st.booleans(),
            "choice": st.sampled_from(("red", "green")),
            "choices": some,
            "text": st.sampled_from(WORDS),
            "float": st.sampled_from((0.1, 12.5, 3, "NaN", "Infinity", "-Infinity")),
        },
    )


@lru_cache(maxsize=8)
def people(as_of: datetime) -> Any:
    past = st.integers(1, 90).map(lambda years: as_of.date() - timedelta(days=years * 365))
    birthdays = past | st.just(date(1996, 2, 29)) | st.just(as_of.date())
    customer = st.fixed_dictionaries(
        {
            "kind": st.sampled_from(("person", "organisation")),
            "city": _optional(st.sampled_from(WORDS)),
            "birthday": _optional(birthdays),
            "tags": st.lists(st.sampled_from(("a", "b", "ß")), max_size=2, unique=True),
            "invented": st.booleans(),
            "created_at": times_near(as_of),
            "custom": customs(as_of),
            "merged": st.integers(0, 9).map(lambda number: number == 0),
        }
    )
    decision = st.fixed_dictionaries(
        {
            "channel": st.sampled_from(("email", "sms", "any")),
            "purpose": st.sampled_from(("marketing", "service")),
            "given": st.booleans(),
            "at": times_near(as_of),
        }
    )
    numbers_of = st.sampled_from((0, 1, 2, 10, 100))
    activity = st.fixed_dictionaries({"touchpoints": numbers_of, "last_at": times_near(as_of)})
    return st.builds(
        Person,
        st.uuids(version=4),
        customer,
        st.lists(touchpoints(as_of), max_size=8),
        st.lists(decision, max_size=3),
        _optional(st.fixed_dictionaries({"revenue": amounts.filter(bool)})),
        _optional(activity),
        st.dictionaries(st.sampled_from((*SEGMENTS, "held")), times_near(as_of)),
    )


# Rules on which time has an influence

TIMED = ("customers.birthday", "custom.date", "customers.created_at", "customers.last_contact")


@st.composite
def timed_attributes(draw: Any) -> dict[str, Any]:
    key = draw(st.sampled_from(TIMED))
    return {"attribute": key, **_comparison(draw, OPS[key])}


_timed_leaves = st.one_of(
    timed_attributes(), touchpoint_leaves(), touchpoint_leaves(), consent_leaves, held_leaves
)
timed_documents = st.recursive(_timed_leaves, _groups, max_leaves=4).map(
    lambda where: {"v": 1, "where": where}
)
