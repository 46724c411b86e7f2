"""Drafts of customers: how names are put together, and what is refused before any statement."""

from datetime import date, timedelta

import pytest
from tests.customers.conftest import email

from guanxi.customers.domain.drafts import CustomerDraft, name_of
from guanxi.customers.domain.faults import InvalidCustomer
from guanxi.customers.domain.rows import prepare
from guanxi.customers.domain.text import InvalidText
from guanxi.testkit.fixtures import NOW


@pytest.mark.parametrize(
    ("draft", "shown", "order"),
    [
        (CustomerDraft(name="Smith, John"), "John Smith", "western"),
        (CustomerDraft(family_name="Smith", given_name="John"), "John Smith", "western"),
        (CustomerDraft(family_name="诸葛", given_name="亮"), "诸葛亮", "eastern"),
        (
            CustomerDraft(family_name="Nguyễn", given_name="Văn An", language="vi"),
            "Nguyễn Văn An",
            "eastern",
        ),
        (
            CustomerDraft(family_name="Zhang", given_name="Wei", name_order="eastern"),
            "Zhang Wei",
            "eastern",
        ),
        (
            CustomerDraft(kind="organisation", name="Smith, Jones & Co"),
            "Smith, Jones & Co",
            "western",
        ),
        (CustomerDraft(identities=(email("ann@example.com"),)), "ann@example.com", "western"),
    ],
)
def test_a_name_is_shown_as_its_bearer_would(draft: CustomerDraft, shown: str, order: str) -> None:
    name = name_of(draft)

    assert (name.display_name, name.name_order) == (shown, order)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "robot", "name": "R2"}, "kind"),
        ({}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "A", "birthday": NOW.date() + timedelta(days=1)}, "birthday"),
        ({"name": "A", "birthday": date(1700, 1, 1)}, "birthday"),
        ({"name": "A", "language": "Klingon!"}, "language"),
        ({"family_name": "A", "name_order": "upwards"}, "name_order"),
        ({"name": "A", "tags": tuple(map(str, range(51)))}, "tags"),
        (
            {"name": "A", "identities": tuple(email(f"a{i}@example.com") for i in range(51))},
            "identities",
        ),
    ],
)
def test_a_field_that_does_not_do_is_named(values: dict[str, object], field: str) -> None:
    draft = CustomerDraft(**values)  # type: ignore[arg-type]

    with pytest.raises(InvalidCustomer) as refusal:
        prepare(draft, now=NOW)

    assert list(refusal.value.fields) == [field]


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "x" * 201, "two\nlines"])
def test_text_that_cannot_be_stored_is_refused(text: str) -> None:
    with pytest.raises(InvalidText):
        prepare(CustomerDraft(name=text), now=NOW)


def test_a_country_code_becomes_capitals_and_a_country_name_stays() -> None:
    code = prepare(CustomerDraft(name="A", country="gb"), now=NOW).values()["country"]
    name = prepare(CustomerDraft(name="A", country="Channel Islands"), now=NOW).values()["country"]

    assert (code, name) == ("GB", "Channel Islands")


def test_an_identity_given_twice_counts_once() -> None:
    twice = CustomerDraft(identities=(email("Ann@example.com"), email("ann@EXAMPLE.com")))

    prepared = prepare(twice, now=NOW)

    assert [one.value for one in prepared.identity_values] == ["ann@example.com"]
