"""Fields that the admin makes, and the values that they take."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session
from tests.customers.conftest import Write

from guanxi.customers.domain.custom_fields import all_fields, change_field, create_field
from guanxi.customers.domain.custom_values import check_values, fields_by_key
from guanxi.customers.domain.faults import InvalidCustomer
from guanxi.customers.models import CustomField
from guanxi.errors import Conflict, NotFound

TITLES = {"title_en": "Title", "title_zh": "标题"}


def field(type_: str, **more: Any) -> CustomField:
    """A field ``f`` that is not in the database."""
    return CustomField(key="f", type=type_, **{"choices": [], "applies_to": "both", **more})


def check(type_: str, value: Any, **more: Any) -> Any:
    """Return how a field of this type stores the value."""
    return check_values({"f": field(type_, **more)}, {"f": value}, "person").get("f")


@pytest.mark.parametrize(
    ("type_", "value", "stored"),
    [
        ("text", "  Tea\nand cats ", "Tea\nand cats"),
        ("number", 12, "12"),
        ("number", "1.50", "1.5"),
        ("number", -0.25, "-0.25"),
        ("number", 0, "0"),
        ("number", 100000, "100000"),
        ("money", Decimal("19.9900"), "19.99"),
        ("date", "2026-02-28", "2026-02-28"),
        ("date", date(2026, 2, 28), "2026-02-28"),
        ("boolean", False, False),
        ("choice", "b", "b"),
        ("choices", ["b", "a", "b"], ["a", "b"]),
        ("text", "", None),
        ("number", None, None),
        ("choices", [], None),
    ],
)
def test_a_value_is_stored_in_one_form(type_: str, value: Any, stored: Any) -> None:
    assert check(type_, value, choices=["a", "b"]) == stored


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("text", 7),
        ("number", "seven"),
        ("number", True),
        ("number", float("nan")),
        ("number", 10**14),
        ("number", "0.00001"),
        ("number", "9" * 5000),
        ("money", [1]),
        ("date", "2026-02-30"),
        ("date", 20260228),
        ("boolean", "true"),
        ("choice", "c"),
        ("choice", {"a": 1}),
        ("choices", ["a", "c"]),
        ("choices", "a"),
    ],
)
def test_a_value_that_does_not_fit_its_type_is_refused(type_: str, value: Any) -> None:
    with pytest.raises(InvalidCustomer) as refusal:
        check(type_, value, choices=["a", "b"])

    assert list(refusal.value.fields) == ["custom.f"]


def test_a_field_for_organisations_is_none_for_persons() -> None:
    with pytest.raises(InvalidCustomer):
        check("text", "x", applies_to="organisation")


def test_a_field_is_made_changed_and_archived(write: Write, session: Session) -> None:
    with write() as tx:
        create_field(tx, "size", "choice", {**TITLES, "choices": ["S", " M ", "S"]})

    with write() as tx:
        change_field(tx, "size", {"choices": ["S", "M", "L"], "sensitive": True})

    (made,) = all_fields(session)
    assert (made.type, made.choices, made.sensitive) == ("choice", ["S", "M", "L"], True)
    with write() as tx:
        change_field(tx, "size", {"archived": True})
    assert fields_by_key(session) == {}
    assert len(all_fields(session)) == 1


@pytest.mark.parametrize(
    ("key", "type_", "values", "named"),
    [
        ("Size", "text", TITLES, "key"),
        ("1st", "text", TITLES, "key"),
        ("size", "colour", TITLES, "type"),
        ("size", "text", {"title_en": "Size"}, "title_zh"),
        ("size", "choice", TITLES, "choices"),
        ("size", "text", {**TITLES, "applies_to": "robots"}, "applies_to"),
    ],
)
def test_a_field_that_does_not_do_is_refused(
    write: Write, key: str, type_: str, values: dict[str, Any], named: str
) -> None:
    with pytest.raises(InvalidCustomer) as refusal, write() as tx:
        create_field(tx, key, type_, values)

    assert list(refusal.value.fields) == [named]


def test_a_key_is_used_once_and_must_exist_to_be_changed(write: Write) -> None:
    with write() as tx:
        create_field(tx, "size", "text", TITLES)

    with pytest.raises(Conflict), write() as tx:
        create_field(tx, "size", "number", TITLES)
    with pytest.raises(NotFound), write() as tx:
        change_field(tx, "weight", TITLES)
