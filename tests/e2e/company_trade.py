"""What the company sold, said and gave: touchpoints of all kinds, plans, rewards in each state."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from tests.e2e.company import Company

from guanxi.events.vocabulary import Line
from guanxi.ids import new_id
from guanxi.rewards.domain.fulfilling import grant, refuse
from guanxi.rewards.domain.requesting import RewardDraft, request
from guanxi.rewards.domain.using import expire_due, redeem, reverse
from guanxi.touchpoints.domain.corrections import amend, void
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.planning import Plan, plan_contact
from guanxi.touchpoints.domain.recording import record

GOODS = (
    ("tea-01", "西湖龙井 West Lake Longjing", "68.00"),
    ("lan-07", "Paper lantern, red", "5.50"),
    ("mug-02", "Mug with willow pattern", "12.25"),
)


def trade(company: Company) -> None:
    """A year of it, thinly."""
    many = [one for name, one in company.ids.items() if name.startswith("many")]
    for number, customer in enumerate(many):
        _contacts_of(company, customer, number)
    _of_the_known(company)
    _unassigned(company)
    _corrected(company)
    _rewards(company)


def purchase(number: int, **more: Any) -> Draft:
    """A purchase of one to three goods."""
    lines = tuple(
        Line(key, title, Decimal(1 + number % 3), Decimal(price))
        for key, title, price in GOODS[: 1 + number % len(GOODS)]
    )
    return Draft(
        **{"channel": "website", "kind": "purchase", "currency": "GBP", "lines": lines} | more
    )


def _contacts_of(company: Company, customer: UUID, number: int) -> None:
    for days in range(3 + number % 5, 330, 60 + number):
        with company.write(days) as session:
            note(company, session, days, purchase(number + days, **at(company, days, customer)))
    with company.write(2 + number % 9) as session:
        channel = ("phone", "wechat", "email", "store")[number % 4]
        kind = ("call", "message", "message", "visit")[number % 4]
        more = at(company, 2 + number % 9, customer)
        note(company, session, 2, Draft(channel=channel, kind=kind, direction="out", **more))


def _of_the_known(company: Company) -> None:
    customer = company.ids["person"]
    with company.write(30) as session:
        bought = purchase(5, external_id="A-1001", source="shop", **at(company, 30, customer))
        company.ids["touchpoint"] = note(company, session, 30, bought)
        back = Draft(
            channel="store", kind="return", currency="GBP", subject="杯子有裂纹",
            lines=(Line("mug-02", "Mug with willow pattern", Decimal(-1), Decimal("12.25")),),
            **at(company, 25, customer),
        )  # fmt: skip
        company.ids["return"] = note(company, session, 25, back)
        note(company, session, 6, Draft(
            channel="phone", kind="call", direction="out", staff_id=company.ids["staff"],
            subject="回访", note="对龙井很满意，想了解春茶预订。\n下周再联系。", outcome="reached",
            **at(company, 6, customer),
        ))  # fmt: skip
        due = (company.now + timedelta(days=2)).date()
        late = company.at(3).date()
        for day, text in ((due, "春茶预订"), (late, "确认退货")):
            plan = Plan(
                customer_id=customer,
                due_on=day,
                staff_id=company.ids["admin"],
                channel="phone",
                note=text,
            )
            plan_contact(session, plan, now=company.at(6))


def _unassigned(company: Company) -> None:
    for number, hint in enumerate(("shop:7781", "walk-in", "shop:7781", "ghost@example.com")):
        with company.write(12) as session:
            more = {"customer_hint": hint, **at(company, 12 + number, None)}
            company.ids["unassigned"] = note(company, session, 12, purchase(number, **more))


def _corrected(company: Company) -> None:
    ada = company.ids["ada"]
    with company.write(15) as session:
        wrong = note(company, session, 15, purchase(1, **at(company, 15, ada)))
        company.ids["voided"] = note(company, session, 15, purchase(2, **at(company, 15, ada)))
        amend(
            session, wrong, {"subject": "Phone order"}, reason="Typed wrongly", now=company.at(14)
        )
        void(session, company.ids["voided"], "Entered twice", now=company.at(14))


def _rewards(company: Company) -> None:
    """One in each state; the one in ``ids`` was granted and partly used."""
    with company.write(20) as session:
        made = {
            state: request(session, _wish(company, state), now=company.at(20)).id
            for state in ("requested", "granted", "redeemed", "reversed", "expired", "refused")
        }
        for state in ("granted", "redeemed", "reversed"):
            grant(session, made[state], now=company.at(19))
        grant(session, made["expired"], now=company.at(19), expires_at=company.at(5))
        redeem(session, made["granted"], Decimal(40), now=company.at(8))
        redeem(session, made["redeemed"], now=company.at(8))
        reverse(session, made["reversed"], "Order returned", now=company.at(8))
        refuse(session, made["refused"], "Not a member yet", now=company.at(8))
    with company.write(4) as session:
        expire_due(session, company.at(4))
    company.ids["reward"] = made["granted"]
    company.ids["waiting"] = made["requested"]


def _wish(company: Company, reason: str) -> RewardDraft:
    return RewardDraft(
        customer_id=company.ids["person"], kind="points", amount=Decimal(100), unit="points",
        reason=f"Birthday ({reason})", source="guanxi", idempotency_key=new_id().hex,
    )  # fmt: skip


def at(company: Company, days_ago: float, customer: UUID | None) -> dict[str, Any]:
    """When, and with whom."""
    return {"occurred_at": company.at(days_ago), "customer_id": customer}


def note(company: Company, session: Session, days_ago: float, draft: Draft) -> UUID:
    """Record a touchpoint and return its id."""
    return record(session, draft, now=company.at(0)).id
