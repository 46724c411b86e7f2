"""Sets changed afterwards, one code looked up and blocked."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from plugins.loyalty.tests.vouchers.shop import NOW, Shop, basket
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, PreconditionFailed, Refused, recorded
from guanxi_loyalty.models import CodeSet
from guanxi_loyalty.vouchers.changing import block_code, change_set
from guanxi_loyalty.vouchers.finding import find_code, uses_of
from guanxi_loyalty.vouchers.secrecy import NotUsable
from guanxi_loyalty.vouchers.sets import set_state


def change(shop: Shop, found: CodeSet, version: int | None = None, **changes: object) -> None:
    """Change a set as it is now, or as somebody saw it."""
    seen = found.version if version is None else version
    change_set(shop.session, found, changes, expected_version=seen, now=NOW, by="test")


def test_terms_count_from_the_next_order_on(shop: Shop) -> None:
    found = shop.set()

    change(shop, found, min_order=1001, title_en="More")

    assert shop.quote(basket(1000), "WELCOME").discount == 0
    assert shop.quote(basket(1001), "WELCOME").discount == 100
    assert (found.title_en, found.version) == ("More", 2)


def test_who_saw_an_older_version_changes_nothing(shop: Shop) -> None:
    found = shop.set()
    change(shop, found, priority=1)

    with pytest.raises(PreconditionFailed):
        change(shop, found, version=1, priority=2)
    assert found.priority == 1


def test_a_new_total_limit_counts_what_was_used_before(shop: Shop) -> None:
    found = shop.set()
    orders = [shop.redeem(basket(1000), "WELCOME").order_id for _ in range(2)]

    change(shop, found, total_limit=3)

    assert found.used == 2
    shop.redeem(basket(1000), "WELCOME")
    with pytest.raises(NotUsable):
        shop.redeem(basket(1000), "WELCOME")
    shop.reverse(orders[0])
    assert shop.redeem(basket(1000), "WELCOME").quote.discount == 100


def test_a_limit_below_what_was_used_is_refused(shop: Shop) -> None:
    found = shop.set()
    for _ in range(2):
        shop.redeem(basket(1000), "WELCOME")

    with pytest.raises(Invalid) as refused:
        change(shop, found, total_limit=1)
    assert list(refused.value.fields) == ["total_limit"]


def test_a_new_limit_per_customer_counts_what_each_used_before(shop: Shop) -> None:
    found, ann, bo = shop.set(), shop.member(), shop.member()
    shop.redeem(basket(1000, customer=ann), "WELCOME")

    change(shop, found, customer_limit=1)

    with pytest.raises(NotUsable):
        shop.redeem(basket(1000, customer=ann), "WELCOME")
    assert shop.redeem(basket(1000, customer=bo), "WELCOME").quote.discount == 100


def test_a_limit_taken_away_and_put_back_counts_each_use_once(shop: Shop) -> None:
    found = shop.set(total_limit=5)
    shop.redeem(basket(1000), "WELCOME")
    change(shop, found, total_limit=None)
    shop.redeem(basket(1000), "WELCOME")

    change(shop, found, total_limit=5)

    assert found.used == 2


def test_a_code_is_found_in_every_state(shop: Shop) -> None:
    found = shop.set(None, valid_to=NOW + timedelta(days=1))
    (code,) = shop.codes(found)
    states = [find_code(shop.session, shop.programme, code).state(NOW)]
    states.append(find_code(shop.session, shop.programme, code).state(NOW + timedelta(days=1)))
    set_state(shop.session, found, "paused", now=NOW, by="test")
    states.append(find_code(shop.session, shop.programme, code).state(NOW))
    set_state(shop.session, found, "active", now=NOW, by="test")
    shop.redeem(basket(1000), code)
    shop.session.expire_all()
    states.append(find_code(shop.session, shop.programme, code).state(NOW))

    assert states == ["active", "over", "paused", "used"]
    with pytest.raises(NotUsable):
        find_code(shop.session, shop.programme, "NOSUCHCODE")


def test_a_code_tells_in_which_orders_it_was_used(shop: Shop) -> None:
    shop.set()
    for amount in (1000, 500):
        shop.redeem(basket(amount), "WELCOME")
    code = find_code(shop.session, shop.programme, "WELCOME").code

    assert sorted(one.discount for one in uses_of(shop.session, code.id, 10)) == [50, 100]
    assert len(uses_of(shop.session, code.id, 1)) == 1


def test_a_blocked_code_works_again_when_it_is_unblocked(shop: Shop) -> None:
    found = shop.set(None)
    (code,) = shop.codes(found)
    one = find_code(shop.session, shop.programme, code).code

    block_code(shop.session, found, one, blocked=True, reason="lost")
    with pytest.raises(NotUsable):
        shop.redeem(basket(1000), code)
    with pytest.raises(Refused):
        block_code(shop.session, found, one, blocked=True, reason="lost")
    block_code(shop.session, found, one, blocked=False, reason="found")

    assert shop.redeem(basket(1000), code).quote.discount == 100


def test_a_change_of_terms_is_written_down(
    writing: Callable[..., AbstractContextManager[Session]],
) -> None:
    with writing(NOW) as session:
        shop = Shop(session)
        change(shop, shop.set(key="ten"), valid_to=NOW + timedelta(days=1))

    with writing(NOW) as session:
        latest, first = recorded(session, "loyalty_code_set", "ten")
        assert (first.action, latest.action) == (
            "loyalty.code_set_created", "loyalty.code_set_changed",
        )  # fmt: skip
        assert latest.after == {"valid_to": "2026-01-11T12:00:00+00:00"}
