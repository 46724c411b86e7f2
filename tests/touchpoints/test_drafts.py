"""What may be recorded at all, before the database is asked."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.touchpoints.conftest import YESTERDAY, call, line, purchase

from guanxi.customers.domain.text import InvalidText
from guanxi.events.vocabulary import Line
from guanxi.testkit.fixtures import NOW
from guanxi.touchpoints.domain.drafts import Draft, checked, in_zone
from guanxi.touchpoints.domain.faults import InvalidField
from guanxi.touchpoints.domain.lines import LIMIT, fits


def refused(draft: Draft) -> str:
    """Return the field for which ``draft`` is refused."""
    with pytest.raises(InvalidField) as caught:
        checked(draft, now=NOW)
    (field,) = caught.value.fields
    return field


def test_amount_is_the_sum_of_the_lines():
    assert checked(purchase(), now=NOW).amount == Decimal("21.00")


@pytest.mark.parametrize(
    ("currency", "amount", "is_taken"),
    [
        ("GBP", "21.01", True),
        ("GBP", "21.02", False),
        ("JPY", "22", True),
        ("JPY", "22.5", False),
        ("KWD", "21.001", True),
        ("KWD", "21.002", False),
    ],
)
def test_amount_may_differ_from_the_lines_by_one_smallest_coin(currency, amount, is_taken):
    draft = purchase(amount=Decimal(amount), currency=currency)

    if is_taken:
        assert checked(draft, now=NOW).amount == Decimal(amount)
    else:
        assert refused(draft) == "amount"


@given(
    st.lists(
        st.tuples(
            st.integers(1, 9_999).map(lambda n: Decimal(n).scaleb(-2)),
            st.integers(0, 999_999).map(lambda n: Decimal(n).scaleb(-2)),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_the_sum_of_the_lines_is_exact_to_the_last_digit(pairs):
    lines = [line("p", str(quantity), str(price)) for quantity, price in pairs]

    amount = checked(purchase(*lines), now=NOW).amount

    cents = sum(int(q.scaleb(2)) * int(p.scaleb(2)) for q, p in pairs)
    assert amount == Decimal(cents).scaleb(-4)


def test_return_is_worth_less_than_nothing():
    draft = purchase(line("mug", "-2", "4.50"), kind="return")

    assert checked(draft, now=NOW).amount == Decimal("-9.00")


@pytest.mark.parametrize(
    "draft",
    [
        purchase(line("mug", "-2", "4.50")),
        purchase(line("mug", "2", "4.50"), kind="return"),
        purchase(lines=()),
        call(amount=Decimal(5), currency="GBP"),
        call(lines=(line("mug", "1", "1"),)),
        purchase(amount=Decimal("NaN"), lines=()),
        purchase(amount=LIMIT, lines=()),
    ],
    ids=["negative", "positive return", "no amount", "call", "lines", "NaN", "too large"],
)
def test_amount_that_makes_no_sense_is_refused(draft):
    assert refused(draft) == "amount"


@pytest.mark.parametrize("currency", [None, "", "GB", "gbp", "XQQ", "POUND"])
def test_currency_is_an_iso_code(currency):
    assert refused(purchase(currency=currency)) == "currency"


@pytest.mark.parametrize(
    ("quantity", "price"),
    [("NaN", "1"), ("1", "Infinity"), ("1.00001", "1"), ("1", "100000000000000"), ("sNaN", "1")],
)
def test_line_keeps_what_the_column_can_hold(quantity, price):
    assert refused(purchase(line("mug", quantity, price))) == "lines"


def test_sum_that_no_column_holds_is_refused():
    assert refused(purchase(line("gold", "99999999999", "99999999999"))) == "lines"


def test_line_without_product_is_refused():
    assert refused(purchase(line(" ", "1", "1"))) == "lines"


def test_line_text_is_cleaned():
    draft = purchase(Line("  mug\u00a0", "blue\u202e", Decimal(1), Decimal(1)))

    assert checked(draft, now=NOW).lines == (Line("mug", "blue", Decimal(1), Decimal(1)),)


@pytest.mark.parametrize("product", ["mug\x00", "mug\ud800", "mug\nplate", "m" * 201])
def test_line_text_that_cannot_be_stored_is_refused(product):
    with pytest.raises(InvalidText):
        checked(purchase(Line(product, None, Decimal(1), Decimal(1))), now=NOW)


def test_instant_without_zone_is_refused():
    assert refused(call(occurred_at=YESTERDAY.replace(tzinfo=None))) == "occurred_at"


@pytest.mark.parametrize(
    "instant",
    [
        NOW + timedelta(days=1, seconds=1),
        datetime(1899, 12, 31, tzinfo=UTC),
        datetime.min.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
    ],
)
def test_instant_that_cannot_be_meant_is_refused(instant):
    assert refused(call(occurred_at=instant)) == "occurred_at"


def test_local_time_is_read_in_its_zone():
    local = datetime(2026, 7, 1, 12, 0)  # noqa: DTZ001 -- local on purpose

    assert in_zone(local, "Europe/London") == datetime(2026, 7, 1, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "../../etc/passwd", "/etc/passwd", "a\0b"])
def test_unknown_zone_is_refused(zone):
    with pytest.raises(InvalidField):
        in_zone(datetime(2026, 7, 1, 12, 0), zone)  # noqa: DTZ001 -- local on purpose


def test_direction_is_one_of_three():
    assert refused(call(direction="sideways")) == "direction"


def test_empty_texts_become_none():
    draft = checked(call(subject="  ", note="", outcome=""), now=NOW)

    assert (draft.subject, draft.note, draft.outcome) == (None, None, None)


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_fits_agrees_with_the_column(number):
    """A number fits if writing it with four places loses nothing and 14 digits hold the rest."""
    expected = number.is_finite() and abs(number) < LIMIT and Decimal(f"{number:.4f}") == number

    assert fits(number) == expected
