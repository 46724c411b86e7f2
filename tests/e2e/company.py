"""A small company with something of everything, made through the domain's own functions.

Everybody in it is invented. The ids that a page's address needs are in :class:`Company`.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.access.links import create_link
from guanxi.access.models import Role
from guanxi.access.tokens import create_token
from guanxi.access.users import choose_password, invite
from guanxi.db import Actor
from guanxi.delivery.at_work import CORE_READERS, ReadersAtWork
from guanxi.delivery.delivery import Delivery
from guanxi.messages.domain.unsubscribing import Subscription, UnsubscribeLinks
from guanxi.platform import Platform
from guanxi.plugins.lifecycle import enable

PASSWORD = "seven small lanterns over the lake"
ADMIN = "grace@lantern.example"
STAFF = "wei@lantern.example"
Write = Callable[..., AbstractContextManager[Session]]


class Company:
    """What was made: ``ids`` by a short name, and how to write more of it."""

    def __init__(self, platform: Platform, now: datetime) -> None:
        self.platform = platform
        self.now = now
        self.ids: dict[str, UUID] = {}
        self.tokens: dict[str, str] = {}
        self.actor = Actor("system", "test")

    def write(
        self, days_ago: float = 0, actor: Actor | None = None
    ) -> AbstractContextManager[Session]:
        """Open a transaction as the running installation would, some days ago."""
        return self.platform.database.write(
            actor or self.actor,
            now=self.at(days_ago),
            dispatcher=self.platform.dispatcher,
        )

    def at(self, days_ago: float) -> datetime:
        """An instant before now."""
        return self.now - timedelta(days=days_ago)

    def deliver(self) -> None:
        """Let all plugins and webhooks read the log."""
        self.platform.host.refresh_from(self.platform.database)
        readers = ReadersAtWork(self.platform, CORE_READERS)()
        work = Delivery(
            self.platform.database,
            self.platform.vocabulary,
            dispatcher=self.platform.dispatcher,
        )
        work.prepare(readers)
        work.drain(readers)


class Colleague(NamedTuple):
    """Somebody who works here."""

    key: str
    email: str
    name: str
    role: str


COLLEAGUES = (
    Colleague("admin", ADMIN, "Grace Wong", "admin"),
    Colleague("staff", STAFF, "陈伟", "staff"),
    Colleague("lead", "harriet@lantern.example", "Harriet Baker", "team_lead"),
)


def hire(company: Company) -> None:
    """Make the colleagues; they have passwords, one more was invited and has not come yet."""
    with company.write(300) as session:
        roles = {role.name: role.id for role in session.scalars(select(Role))}
        company.ids["role"] = roles["staff"]
        for one in COLLEAGUES:
            made, _ = invite(
                session, email=one.email, name=one.name, role_ids=[roles[one.role]], now=company.now
            )
            company.ids[one.key] = made
            choose_password(session, made, PASSWORD, keep_session=None, now=company.now)
        _, company.tokens["invite"] = invite(
            session, email="new@lantern.example", name="Noor Haddad", role_ids=[roles["staff"]],
            now=company.now,
        )  # fmt: skip
        create_token(session, company.ids["admin"], "Shop", now=company.now)
        company.actor = Actor("user", "Grace Wong", company.ids["admin"])


def sign_in_link(company: Company, email: str = ADMIN) -> str:
    """Return the token of a link that signs somebody in once."""
    who = next(one.key for one in COLLEAGUES if one.email == email)
    with company.write() as session:
        return create_link(session, company.ids[who], "sign_in", now=company.now)


def furnish(company: Company) -> None:
    """Set what the company is called, and put the example plugin to use."""
    with company.write(290) as session:
        company.platform.settings.change(
            session, "core", {"company": "Lantern & Lake 灯湖商行", "time_zone": "Asia/Shanghai"}
        )
    enable(
        company.platform.database, company.platform.host, "hello",
        actor=company.actor, now=company.now,
    )  # fmt: skip


def found(platform: Platform, now: datetime) -> Company:
    """Make the whole company."""
    from tests.e2e import company_people, company_trade, company_work  # noqa: PLC0415 -- build on this module

    company = Company(platform, now)
    hire(company)
    furnish(company)
    company_people.meet(company)
    company_trade.trade(company)
    company_work.work(company)
    company.deliver()
    company.tokens["access.link"] = sign_in_link(company, STAFF)
    links = UnsubscribeLinks(platform.secrets.signing_key, "")
    url = links.url(Subscription(company.ids["person"], "email", "marketing"))
    company.tokens["messages.unsubscribe"] = url.rpartition("/")[2]
    return company
