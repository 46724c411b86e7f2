"""Friends who recommend a shop to each other, in a transaction, at an instant set."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from plugins.loyalty.tests.ledger.till import Till
from plugins.loyalty.tests.vouchers.shop import NOW
from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.sdk import Customer, new_id
from guanxi_loyalty import referrals
from guanxi_loyalty.ledger import load_unit
from guanxi_loyalty.models import Programme, Referral
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.referrals import Evidence, TermsDraft


@dataclass
class Friends:
    """What the tests of referrals do."""

    session: Session
    now: datetime = NOW

    def __post_init__(self) -> None:
        self.till = Till(self.session, load_unit(self.session, "club", "points"), self.now)
        self.terms()

    @property
    def programme(self) -> Programme:
        return find_programme(self.session, "club")

    def terms(self, **more: Any) -> None:
        """Put terms in force: 100 for the one, 50 for the other, fourteen days, from 10.00 on."""
        usual = {"referrer_points": 100, "referred_points": 50, "min_order": 1000, **more}
        draft = TermsDraft(**usual)
        referrals.set_terms(self.session, self.programme, draft, now=self.now, by="test")
        self.session.expire_all()

    def person(self, name: str, email: str | None = None, birthday: date | None = None) -> UUID:
        """Return a new customer."""
        customer = Customer(
            id=new_id(),
            kind="person",
            display_name=name,
            sort_name=name.lower(),
            birthday=birthday,
            created_at=self.now,
            updated_at=self.now,
        )
        self.session.add(customer)
        self.session.flush()
        if email:
            self.session.execute(
                text(
                    "INSERT INTO customer_identities (id, customer_id, kind, value, display, "
                    "created_at) VALUES (:id, :customer, 'email', :email, :email, :now)"
                ),
                {"id": new_id(), "customer": customer.id, "email": email, "now": self.now},
            )
        return customer.id

    def code(self, who: UUID) -> str:
        return referrals.code_of(self.session, self.programme, who, now=self.now).code

    def come(self, code: str, who: UUID, **evidence: str) -> Referral:
        """Let somebody come by a code."""
        with self.session.begin_nested():
            return referrals.register(
                self.session,
                self.programme,
                code,
                who,
                evidence=Evidence(**evidence),
                now=self.now,
            )

    def buy(self, who: UUID, amount: int, document: str, **evidence: str) -> Referral | None:
        return referrals.bought(
            self.session,
            self.programme,
            who,
            document,
            amount,
            at=self.now,
            evidence=Evidence(**evidence),
        )

    def give_back(self, document: str) -> Referral | None:
        return referrals.returned(self.session, self.programme, document, now=self.now)

    def wait(self, **time: float) -> int:
        """Let time pass and the job run; return how many referrals it looked at."""
        self.now += timedelta(**time)
        self.till.now = self.now
        return referrals.reward_due(self.session, now=self.now)

    def balances(self, *who: UUID) -> list[int]:
        """Return what each has; an account is opened by the first points."""
        wanted = text(
            "SELECT coalesce(sum(balance), 0) FROM loyalty_accounts "
            "WHERE customer_id = :id AND unit_id = :unit"
        )
        unit = self.till.unit.id
        return [
            int(self.session.execute(wanted, {"id": one, "unit": unit}).scalar_one()) for one in who
        ]
