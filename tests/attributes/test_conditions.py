"""Filters over attributes: each type has its operators, values are bound, the rest is refused."""

from decimal import Decimal
from itertools import product

import pytest
from sqlalchemy import BigInteger, Numeric, column
from sqlalchemy.dialects import postgresql

from guanxi.attributes.conditions import OPERATORS, parse, to_sql
from guanxi.errors import Invalid
from guanxi.i18n import Text
from guanxi.plugins.contract import Attribute, AttributeType
from guanxi.testkit.clients import ApiClient

VALUES = {
    "text": "tea", "number": "3", "money": "9.50", "date": "2026-11-02",
    "instant": "2026-11-02T09:30:00Z", "boolean": "true", "choice": "a", "choices": "a",
}  # fmt: skip
EVERY = sorted({operator for offered in OPERATORS.values() for operator in offered})
CHOICES = (("a", Text("A", "甲")), ("b", Text("B", "乙")))


def attribute(kind: AttributeType) -> Attribute:
    return Attribute(
        "shop.thing", Text("Thing", "东西"), kind, sql=lambda: column("thing"), choices=CHOICES
    )


@pytest.mark.parametrize(("kind", "operator"), list(product(sorted(OPERATORS), EVERY)))
def test_each_type_offers_its_operators_and_refuses_the_others(
    kind: AttributeType, operator: str
) -> None:
    value = "true" if operator == "missing" else VALUES[kind]
    if operator not in OPERATORS[kind]:
        with pytest.raises(Invalid, match=r"it offers "):
            parse(attribute(kind), operator, value)
        return

    condition = to_sql(parse(attribute(kind), operator, value), column("thing"))

    assert "thing" in str(condition.compile(dialect=postgresql.dialect()))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", "three"), ("money", "1e999"), ("money", "NaN"), ("date", "2026-13-01"),
        ("instant", "yesterday"), ("boolean", "perhaps"), ("text", "x" * 201), ("text", "a\0b"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_refused_with_a_sentence(
    kind: AttributeType, value: str
) -> None:
    with pytest.raises(Invalid) as told:
        parse(attribute(kind), "eq", value)

    assert "shop.thing" in str(told.value)


def test_values_are_bound_and_never_written_into_the_statement() -> None:
    hostile = "'; DROP TABLE customers; --"

    condition = to_sql(parse(attribute("text"), "eq", hostile), column("thing"))

    assert "DROP" not in str(condition.compile(dialect=postgresql.dialect()))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("customers.name__contains=ADA", ["Ada Lovelace"]),
        ("customers.display_name__starts=ad", ["Ada Lovelace"]),
        ("customers.name__contains=100%25", ["100% Tea"]),
        ("customers.name__contains=_", []),
        ("customers.city__missing=true", ["100% Tea", "Ada Lovelace"]),
        ("customers.city__eq=York", ["Bo"]),
        ("customers.city__ne=York", ["100% Tea", "Ada Lovelace"]),
        ("customers.city__in=York,Bath", ["Bo"]),
    ],
)
def test_a_list_is_narrowed_as_its_conditions_say(
    api: ApiClient, query: str, names: list[str]
) -> None:
    api.post("/customers", {"kind": "person", "name": "Ada Lovelace"})
    api.post("/customers", {"kind": "person", "name": "Bo", "city": "York"})
    api.post("/customers", {"kind": "organisation", "name": "100% Tea"})

    answer = api.get(f"/customers?{query}")

    assert answer.status_code == 200, answer.text
    assert sorted(item["name"] for item in answer.json["items"]) == names


@pytest.mark.parametrize(
    ("given", "bound"),
    [("3", 3), ("3.0", 3), ("-2", -2), ("2.5", Decimal("2.5")), ("1e18", 10**18)],
)
def test_whole_numbers_are_compared_as_such_where_the_column_has_only_those(
    given: str, bound: Decimal | int
) -> None:
    of_whole_numbers = to_sql(parse(attribute("number"), "gte", given), column("n", BigInteger()))
    of_any = to_sql(parse(attribute("number"), "gte", given), column("n", Numeric()))

    values = [
        next(iter(condition.compile(dialect=postgresql.dialect()).params.values()))
        for condition in (of_whole_numbers, of_any)
    ]
    assert values == [bound, Decimal(given)]
    assert type(values[0]) is type(bound)
    assert type(values[1]) is Decimal
