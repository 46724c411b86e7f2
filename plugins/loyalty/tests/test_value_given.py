"""What members were given, in money: points at their price, and what codes took off."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from plugins.loyalty.tests.ledger.till import Till
from plugins.loyalty.tests.rewards.counter import Counter
from plugins.loyalty.tests.vouchers.shop import Shop, basket
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, attributes_of
from guanxi_loyalty.ledger import load_unit
from guanxi_loyalty.programmes import change_policies, find_programme

Writing = Callable[..., AbstractContextManager[Session]]


def priced(session: Session, now: datetime) -> None:
    """A thousand points are worth 5.00."""
    programme = find_programme(session, "club")
    change_policies(session, programme, {"thousand_worth": 500}, now=now, by="test")


def given(session: Session, customer: UUID) -> Decimal | None:
    attribute = attributes_of(session)["loyalty.value_given"]
    assert attribute.join is not None
    joined = Customer.__table__.outerjoin(attribute.join, attribute.on)
    wanted = select(attribute.sql()).select_from(joined).where(Customer.id == customer)
    found: Decimal | None = session.execute(wanted).scalar_one()
    return found


def test_points_count_at_their_price_when_they_are_spent(writing: Writing, now: datetime) -> None:
    with writing() as session:
        priced(session, now)
    with writing() as session:
        till = Till(session, load_unit(session, "club", "points"), now=now)
        ann = till.member()
        till.earn(ann, 1000)
        earned = given(session, ann)
        spent = till.redeem(ann, 600)
        after = given(session, ann)
        till.reverse(spent.transaction_id, 200)

        assert (earned, after, given(session, ann)) == (0, Decimal("3.00"), Decimal("2.00"))


def test_what_codes_take_off_counts_unless_it_is_reversed(writing: Writing) -> None:
    with writing() as session:
        shop = Shop(session)
        ann = shop.member()
        shop.set()
        kept = shop.redeem(basket(2000, customer=ann), "WELCOME")
        back = shop.redeem(basket(9000, customer=ann), "WELCOME")
        shop.reverse(back.order_id)

        assert kept.quote.discount == 200
        assert given(session, ann) == Decimal("2.00")


def test_points_without_a_price_have_an_unknown_value(writing: Writing, now: datetime) -> None:
    with writing() as session:
        till = Till(session, load_unit(session, "club", "points"), now=now)
        ann, nobody = till.member(), till.member()
        till.earn(ann, 100)
        till.redeem(ann, 10)

        assert (given(session, ann), given(session, nobody)) == (None, 0)


def test_a_code_that_points_paid_for_counts_as_the_points(writing: Writing, now: datetime) -> None:
    with writing() as session:
        priced(session, now)
    with writing() as session:
        counter = Counter(session)
        shop = Shop(session, counter.now)
        shop.set(None, key="ten")
        ann = counter.member(500)
        reward = counter.reward(points=100, gives="code", code_set="ten")
        taken = counter.take(ann, reward)
        shop.redeem(basket(5000, customer=ann), str(taken.code))

        assert given(session, ann) == Decimal("0.50")
