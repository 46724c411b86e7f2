"""The short way to read a phone number finds what the library finds."""

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from guanxi.customers.domain import identities
from guanxi.customers.domain.plain_phones import plain_e164

CODES = st.sampled_from(sorted(COUNTRY_CODE_TO_REGION_CODE))
NATIONAL = st.from_regex(r"[0-9][0-9 -]{4,14}[0-9]", fullmatch=True)


@settings(max_examples=3000, deadline=None)
@given(CODES, NATIONAL)
def test_a_plain_number_is_what_the_library_makes_of_it(code: int, national: str) -> None:
    text = f"+{code} {national}"

    found = plain_e164(text)

    assert found is None or found == identities._parsed_e164(text, "CN")


@pytest.mark.parametrize("code", sorted(COUNTRY_CODE_TO_REGION_CODE))
def test_the_example_of_each_country_is_read_as_the_library_does(code: int) -> None:
    for region in COUNTRY_CODE_TO_REGION_CODE[code]:
        example = phonenumbers.example_number(region)
        if example is not None:
            whole = phonenumbers.PhoneNumberFormat.INTERNATIONAL
            text = phonenumbers.format_number(example, whole)
            assert plain_e164(text) in (None, identities._parsed_e164(text, "CN"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("+44 7400 123456", "+447400123456"),
        ("+1 212-555-0123", "+12125550123"),
        ("+44 07400 123456", None),
        ("+39 06 6988 4857", None),
        ("+86 12", None),
        ("0044 7400 123456", None),
        ("+44 7400 123456 x3", None),
    ],
)
def test_only_what_leaves_nothing_to_be_read_goes_the_short_way(
    text: str, value: str | None
) -> None:
    assert plain_e164(text) == value
