"""Codes: made, quoted, used and given back, by example."""

from datetime import UTC, datetime, timedelta
from itertools import cycle

import pytest
from plugins.loyalty.tests.vouchers.shop import NOW, Shop, basket
from sqlalchemy import text

from guanxi.sdk import Conflict, Invalid, NotFound, Refused, new_id
from guanxi_loyalty.vouchers import make_bulk, make_personal
from guanxi_loyalty.vouchers.quoting import NOT_USABLE
from guanxi_loyalty.vouchers.secrecy import ALPHABET, NotUsable, draw, normalise, spaced
from guanxi_loyalty.vouchers.sets import set_state
from guanxi_loyalty.vouchers.stacking import SHUT_OUT


def test_a_code_has_sixteen_unambiguous_characters() -> None:
    code = draw()

    assert len(code) == 16
    assert set(code) <= set(ALPHABET)
    assert not set("01IO") & set(ALPHABET)


def test_a_code_may_be_typed_as_people_do() -> None:
    assert normalise(" ab cd-2345 ") == "ABCD2345"
    assert normalise("ＡＢｃｄ２") == "ABCD2"
    assert spaced("ABCD2345EF") == "ABCD-2345-EF"


def test_a_shared_code_takes_its_percentage_off(shop: Shop) -> None:
    shop.set("Welcome")

    quote = shop.quote(basket(1000, 500, shipping=300), "welcome")

    assert [line.pays for line in quote.lines] == [900, 450]
    assert (quote.discount, quote.total) == (150, 1650)
    assert quote.codes[0].title_zh == "Off"


def test_a_quote_uses_nothing_up(shop: Shop) -> None:
    shop.set(code_limit=1)

    quotes = [shop.quote(basket(1000), "WELCOME") for _ in range(2)]

    assert quotes[0] == quotes[1]
    assert shop.used() == [0]


def test_a_bulk_code_works_once(shop: Shop) -> None:
    (code,) = shop.codes(shop.set(None))

    assert shop.redeem(basket(1000), code).quote.discount == 100
    with pytest.raises(NotUsable):
        shop.redeem(basket(1000), code)
    assert shop.used() == [1]


def test_the_database_keeps_no_bulk_code(shop: Shop) -> None:
    (code,) = shop.codes(shop.set(None))

    rows = shop.session.execute(text("SELECT c.*::text FROM loyalty_codes c")).scalars()
    assert [code in row or code.lower() in row for row in rows] == [False]


def test_the_same_key_uses_a_code_once_and_gets_the_first_answer(shop: Shop) -> None:
    (code,) = shop.codes(shop.set(None))

    first = shop.redeem(basket(999, 1), code, key="o1")
    again = shop.redeem(basket(999, 1), code, key="o1")

    assert again == first
    assert (first.replayed, again.replayed) == (False, True)
    assert shop.used() == [1]


def test_a_key_of_another_order_is_refused(shop: Shop) -> None:
    shop.set()
    shop.redeem(basket(999), "WELCOME", key="o1")

    with pytest.raises(Conflict):
        shop.redeem(basket(998), "WELCOME", key="o1")


def test_a_refused_order_leaves_its_key_free(shop: Shop) -> None:
    shop.set(min_order=500)
    with pytest.raises(Refused):
        shop.redeem(basket(400), "WELCOME", key="o1")

    assert shop.redeem(basket(500), "WELCOME", key="o1").quote.discount == 50


def test_all_codes_of_an_order_work_or_none(shop: Shop) -> None:
    first, second = shop.codes(shop.set(None), 2)
    shop.redeem(basket(100), second)

    with pytest.raises(NotUsable):
        shop.redeem(basket(1000), first, second)

    assert sorted(shop.used()) == [0, 1]


def test_a_reversal_frees_a_code_once(shop: Shop) -> None:
    who = shop.member()
    shop.set(code_limit=1, customer_limit=1, total_limit=1)
    order = shop.redeem(basket(1000, customer=who), "WELCOME").order_id

    assert [shop.reverse(order), shop.reverse(order)] == [1, 0]
    assert shop.used() == [0]
    assert shop.redeem(basket(1000, customer=who), "WELCOME").quote.discount == 100
    with pytest.raises(NotUsable):
        shop.redeem(basket(1000, customer=who), "WELCOME")


def test_what_was_never_used_cannot_be_reversed(shop: Shop) -> None:
    with pytest.raises(NotFound):
        shop.reverse(new_id())


def test_a_member_uses_a_code_as_often_as_the_limit_says(shop: Shop) -> None:
    ann, bob = shop.member(), shop.member()
    shop.set(customer_limit=2)
    for who in (ann, ann, bob):
        shop.redeem(basket(1000, customer=who), "WELCOME")

    with pytest.raises(NotUsable):
        shop.redeem(basket(1000, customer=ann), "WELCOME")
    assert shop.redeem(basket(1000, customer=bob), "WELCOME").quote.discount == 100


def test_a_limit_per_member_needs_a_member(shop: Shop) -> None:
    shop.set(customer_limit=2)

    assert shop.refused(shop.quote(basket(1000), "WELCOME")) == [NOT_USABLE]


def test_a_set_works_as_often_as_its_total_says(shop: Shop) -> None:
    codes = shop.codes(shop.set(None, total_limit=2), 3)
    for code in codes[:2]:
        shop.redeem(basket(1000), code)

    with pytest.raises(NotUsable):
        shop.redeem(basket(1000), codes[2])


def test_a_code_works_from_its_first_to_its_last_instant(shop: Shop) -> None:
    start, end = NOW, NOW + timedelta(days=1)
    shop.set(valid_from=start, valid_to=end)
    seen = []
    for shop.now in (start - timedelta(seconds=1), start, end - timedelta(seconds=1), end):
        seen.append(shop.refused(shop.quote(basket(100), "WELCOME")) == [None])

    assert seen == [False, True, True, False]


def test_a_personal_code_is_for_nobody_else(shop: Shop) -> None:
    ann, bob = shop.member(), shop.member()
    code = make_personal(shop.session, shop.set(None), ann, now=shop.now).code

    answers = [shop.refused(shop.quote(basket(100, customer=who), code)) for who in (bob, None)]

    assert answers == [[NOT_USABLE], [NOT_USABLE]]
    assert shop.redeem(basket(100, customer=ann), code).quote.discount == 10


def test_unknown_expired_used_blocked_and_paused_codes_get_one_answer(shop: Shop) -> None:
    made = shop.set(None, valid_to=NOW + timedelta(days=1))
    expired, used, blocked = shop.codes(made, 3)
    paused = shop.set("PAUSED")
    shop.redeem(basket(100), used)
    shop.session.execute(
        text("UPDATE loyalty_codes SET blocked = true WHERE serial = 3 AND text IS NULL")
    )
    set_state(shop.session, paused, "paused", now=shop.now, by="test")
    shop.session.flush()
    answers = [shop.quote(basket(100), one).codes[0] for one in ("NOSUCH", used, blocked, "PAUSED")]
    shop.now = datetime(2027, 1, 1, tzinfo=UTC)
    answers.append(shop.quote(basket(100), expired).codes[0])

    assert answers == [answers[0]] * 5
    assert answers[0].refused == NOT_USABLE
    assert answers[0].set_key is None


def test_the_same_code_twice_works_once(shop: Shop) -> None:
    shop.set()

    assert shop.refused(shop.quote(basket(1000), "WELCOME", "welcome")) == [None, SHUT_OUT]


def test_a_bad_basket_is_refused(shop: Shop) -> None:
    shop.set()
    for bad in (
        basket(-1),
        basket(10**14),
        basket(1, shipping=-1),
        basket(*[1] * 1001),
    ):
        with pytest.raises(Invalid):
            shop.quote(bad, "WELCOME")


def test_a_programme_reckons_in_one_currency(shop: Shop) -> None:
    euros = basket(100)
    object.__setattr__(euros, "currency", "EUR")

    with pytest.raises(Invalid):
        shop.quote(euros)


@pytest.mark.parametrize(
    "terms",
    [
        {"effect": "gold"},
        {"value": 0},
        {"value": 10_001},
        {"key": "A b"},
        {"code": "abc"},
        {"customer_limit": 0},
        {"min_order": -1},
        {"conditions": {"shops": ["x"]}},
        {"conditions": {"products": "x"}},
        {"valid_from": NOW, "valid_to": NOW},
    ],
)
def test_terms_that_mean_nothing_are_refused(shop: Shop, terms: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        shop.set(**terms)


def test_a_key_and_a_shared_code_are_taken_once(shop: Shop) -> None:
    shop.set(key="a")
    for code, key in (("OTHER", "a"), ("wel-come", "b")):
        with pytest.raises(Conflict):
            shop.set(code, key=key)


def test_codes_are_made_though_the_same_are_drawn_again(shop: Shop) -> None:
    made = shop.set(None)
    few = cycle([f"{place:012d}" for place in range(30)])

    first = shop.codes(made, 20, drawing=lambda: next(few))
    second = shop.codes(made, 10, drawing=lambda: next(few))

    assert len({*first, *second}) == 30
    rows = shop.session.execute(text("SELECT serial FROM loyalty_codes ORDER BY serial"))
    assert list(rows.scalars()) == list(range(1, 31))


def test_codes_that_are_used_up_are_said_to_be(shop: Shop) -> None:
    few = cycle(["A" * 12, "B" * 12])

    with pytest.raises(Refused):
        shop.codes(shop.set(None), 3, drawing=lambda: next(few))


@pytest.mark.parametrize(("count", "length"), [(0, 16), (200_001, 16), (1, 11), (1, 41)])
def test_too_many_and_too_short_codes_are_refused(shop: Shop, count: int, length: int) -> None:
    made = shop.set(None)

    with pytest.raises(Invalid):
        make_bulk(shop.session, made, count, now=shop.now, length=length)


def test_a_shared_set_has_one_code(shop: Shop) -> None:
    with pytest.raises(Invalid):
        make_bulk(shop.session, shop.set(), 1, now=shop.now)


def test_a_hundred_thousand_codes_are_made_at_once(shop: Shop) -> None:
    codes = shop.codes(shop.set(None), 100_000)

    assert len(set(codes)) == 100_000
    assert shop.session.execute(text("SELECT count(*) FROM loyalty_codes")).scalar() == 100_000
    assert shop.redeem(basket(1000), codes[99_999]).quote.discount == 100
