"""Numbers as people write them."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.imports.files.values import guess_decimal_comma, parse_decimal
from guanxi.imports.files.values.errors import NotANumber


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12.50", "12.50"),
        ("-12.5", "-12.5"),
        ("+12.5", "12.5"),
        ("0012", "12"),
        ("1,234.50", "1234.50"),
        ("1,234,567", "1234567"),
        ("12,34,567.80", "1234567.80"),
        ("1 234.50", "1234.50"),
        ("1\u202f234.50", "1234.50"),
        ("1'234.50", "1234.50"),
        ("¥1,234", "1234"),
        ("￥１，２３４．５０", "1234.50"),
        ("1234元", "1234"),
        ("CNY 12", "12"),
        ("12.50 EUR", "12.50"),
        ("US$12", "12"),
        ("-¥12", "-12"),
        ("¥-12", "-12"),
        ("(12.50)", "-12.50"),
        ("(¥12.50)", "-12.50"),
        ("（12.50）", "-12.50"),
        ("12.50-", "-12.50"),
        ("\u221212.50", "-12.50"),
        (" 12.50\t", "12.50"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1.5E+3", "1500"),
        ("1E-5", "0.00001"),
        ("99999999999999999999", "99999999999999999999"),
    ],
)
def test_a_number_is_understood_exactly(text, number):
    assert str(parse_decimal(text)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("1.234,50", "1234.50"), ("12,5", "12.5"), ("1.234", "1234"), ("1 234,5", "1234.5"),
     ("-1.234.567,8 €", "-1234567.8"), ("1234", "1234")],
)  # fmt: skip
def test_where_the_comma_is_the_decimal_mark_the_full_stop_groups(text, number):
    assert str(parse_decimal(text, decimal_comma=True)) == number


@pytest.mark.parametrize(
    "text",
    ["", " ", "abc", "nan", "NaN", "inf", "-Infinity", "1e999", "1e-999", "1e20", "0x10", "1_0",
     "1.234,50", "1,2,3", "12,5", "1.2.3", "--1", "(-1)", "(1", "1)", "-1-", "12%", "1/2", "ABC 12",
     "12 ABC", "¥", "-", "()", ".", ",", "1" * 65, "9" * 21, "0." + "0" * 20 + "1", "一百"],
)  # fmt: skip
def test_what_is_no_number_is_refused(text):
    with pytest.raises(NotANumber):
        parse_decimal(text)


def test_the_sentence_quotes_the_cell_in_short():
    with pytest.raises(NotANumber) as refused:
        parse_decimal("x" * 10_000)

    assert len(str(refused.value)) < 150


@settings(deadline=None)
@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=4, min_value=-(10**14), max_value=10**14
    )
)
def test_every_amount_comes_back_in_every_notation(amount):
    plain, grouped = f"{amount:f}", f"{amount:,f}"
    german = grouped.translate(str.maketrans(",.", ".,"))

    assert parse_decimal(plain) == amount
    assert parse_decimal(grouped) == amount
    assert parse_decimal(german, decimal_comma=True) == amount


@settings(deadline=None)
@given(st.text(max_size=70), st.booleans())
def test_any_text_is_a_finite_number_or_refused(text, decimal_comma):
    try:
        number = parse_decimal(text, decimal_comma=decimal_comma)
    except NotANumber:
        return
    assert number.is_finite()
    assert abs(number) < Decimal(10) ** 20


@pytest.mark.parametrize(
    ("texts", "comma"),
    [
        (["1,234.50", "7"], False),
        (["1.234,50", "7"], True),
        (["12,5", ""], True),
        (["12.5"], False),
        (["1,234", "2,345"], None),
        (["7"], None),
        (["12.5", "12,5"], None),
        (["abc"], None),
    ],
)
def test_a_column_tells_its_decimal_mark(texts, comma):
    assert guess_decimal_comma(texts) is comma
