"""Merge fields: a tiny grammar, known fields only, and nothing that could compute."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.messages.domain.faults import InvalidMessage
from guanxi.messages.domain.merge_fields import FIELDS, MissingValue, fields_of, fill

VALUES = {"customer.name": "Ada", "customer.given_name": "", "company": "Tea & <Co>"}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Dear {{ customer.name }},", "Dear Ada,"),
        ("{{customer.name}}", "Ada"),
        ('Hi {{ customer.given_name | default("friend") }}!', "Hi friend!"),
        ('{{ customer.given_name|default("a \\"b\\" \\\\ c") }}', 'a "b" \\ c'),
        ('{{ customer.given_name | default("") }}.', "."),
        ('{{ customer.name | default("x") }}', "Ada"),
        ("{{ company }}", "Tea & <Co>"),
        ("50 % { off } a }b{", "50 % { off } a }b{"),
        ("", ""),
    ],
)
def test_values_are_put_in(text: str, filled: str) -> None:
    assert fill(text, VALUES, field="body") == filled


@pytest.mark.parametrize(
    "text",
    [
        "{{ customer.iban }}",
        "{{ customer.name.__class__ }}",
        "{{ 7*7 }}",
        "{{ customer }}",
        "{{ customer.name() }}",
        "{{ customer['name'] }}",
        "{{ customer.name | upper }}",
        "{{ customer.name | default(company) }}",
        '{{ customer.name | default("a" }}',
        '{{ customer.name default("a") }}',
        "{{ customer.name",
        "customer.name }}",
        "{% for x in y %}",
        "{{ {{ customer.name }} }}",
        "{{}}",
        "{{ CUSTOMER.NAME }}",
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidMessage):
        fill(text, VALUES, field="body")


def test_an_empty_value_without_a_default_is_told() -> None:
    with pytest.raises(MissingValue) as missing:
        fill("Hi {{ customer.given_name }}", VALUES, field="body")

    assert missing.value.name == "customer.given_name"


def test_a_value_that_looks_like_a_field_is_only_text() -> None:
    values = {"customer.name": "{{ company }}", "company": "secret"}

    assert fill("{{ customer.name }}", values, field="body") == "{{ company }}"


def test_all_fields_of_a_text_are_found() -> None:
    text = "".join(f"{{{{ {name} }}}}" for name in FIELDS)

    assert fields_of(text, field="body") == set(FIELDS)


@given(st.text(alphabet=st.sampled_from('{}%| ."()\\customernamedfault'), max_size=60))
def test_any_text_is_filled_or_refused(text: str) -> None:
    with suppress(InvalidMessage, MissingValue):
        fill(text, VALUES, field="body")
