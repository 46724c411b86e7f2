"""Potential: expected less brought, ranked, kept up with scores; and the map of white space."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from plugins.scoring.tests.churn.trade import add, add_people, came
from sqlalchemy import insert
from sqlalchemy.orm import Session

from guanxi.platform import Platform
from guanxi.sdk import Touchpoint, TouchpointLine, new_id
from guanxi_scoring.insight import potential
from guanxi_scoring.insight.board.white_space import white_space
from guanxi_scoring.models import LifetimeScore

Writing = Callable[..., AbstractContextManager[Session]]


def score(session: Session, customer: UUID, value: str | None, now: datetime) -> None:
    session.add(
        LifetimeScore(
            customer_id=customer, model_version=1, as_of=now, x=3, t_x=100, t=150,
            mean_spend=Decimal(10), p_alive=0.8, expected_purchases_90d=1.5,
            expected_spend=Decimal(11), clv_12m=None if value is None else Decimal(value),
            currency="GBP", scored_at=now,
        )
    )  # fmt: skip
    session.flush()


def ranked(session: Session) -> list[tuple[UUID, Decimal]]:
    return [(one.customer_id, one.gap) for one in potential.ranked(session, limit=10)]


def test_it_is_what_is_expected_less_what_the_year_brought(
    scoring: Platform, writing: Writing, now: datetime
) -> None:
    with writing() as session:
        ann, ben, cai, dan = add_people(session, 4, at=now)
        for customer, value in ((ann, "100"), (ben, "500"), (cai, "5"), (dan, None)):
            score(session, customer, value, now)
        add(
            session,
            [
                came(ann, now - timedelta(days=300), amount=Decimal(40)),
                came(ann, now - timedelta(days=10), kind="return", amount=Decimal(-15)),
                came(ann, now - timedelta(days=400), amount=Decimal(1000)),
                came(ben, now - timedelta(days=5), amount=Decimal(70), currency="USD"),
                came(cai, now - timedelta(days=5), amount=Decimal(20)),
            ],
        )

        first, again = potential.refresh(session), potential.refresh(session)

        assert (first, again) == (3, 0)
        assert ranked(session) == [(ben, Decimal(500)), (ann, Decimal(75))]
        total = potential.total(session)
        assert (total.customers, total.above) == (3, 2)
        assert (total.expected, total.now, total.gap) == (Decimal(605), Decimal(45), Decimal(575))


def test_it_follows_one_customer_and_goes_with_the_score(
    scoring: Platform, writing: Writing, now: datetime
) -> None:
    with writing() as session:
        ann, ben = add_people(session, 2, at=now)
        score(session, ann, "100", now)
        score(session, ben, "50", now)
        potential.refresh(session)
        session.delete(session.get_one(LifetimeScore, ann))
        session.flush()

        potential.refresh(session, [ben])
        kept = potential.total(session).customers
        potential.refresh(session, [ann])

        assert (kept, potential.total(session).customers) == (2, 1)
        assert ranked(session) == [(ben, Decimal(50))]


def test_white_space_is_the_share_of_a_class_who_bought(
    scoring: Platform, writing: Writing, now: datetime
) -> None:
    with writing() as session:
        british = add_people(session, 4, at=now, country="GB")
        french = add_people(session, 2, at=now, country="FR")
        for customer, product in [
            (british[0], "tea"), (british[0], "tea"), (british[1], "tea"), (french[0], "jam"),
        ]:  # fmt: skip
            row = came(customer, now - timedelta(days=3), id=new_id())
            session.execute(insert(Touchpoint), [row])
            line = {
                "touchpoint_id": row["id"], "number": 1, "product": product,
                "description": product.upper(), "quantity": Decimal(1), "unit_price": Decimal(2),
            }  # fmt: skip
            session.execute(insert(TouchpointLine), [line])

        found = white_space(session, "customers.country", as_of=now)

        assert found.products == [("tea", "TEA"), ("jam", "JAM")]
        assert found.classes == [("GB", 4), ("FR", 2)]
        assert found.shares == [[0.5, 0.0], [0.0, 0.5]]
