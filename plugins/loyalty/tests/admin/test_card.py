"""The card on the home page: members, points of this month, what runs out soon."""

from datetime import datetime, timedelta
from html import unescape
from uuid import UUID

from flask import Flask, g, render_template
from plugins.loyalty.tests.earning.club import Club

from guanxi.access.principal import Principal
from guanxi.app import create_app
from guanxi.platform import Platform
from guanxi.testkit.conformance.base import switch_on
from guanxi.testkit.factories import Factories
from guanxi_loyalty.ledger import Ask, load_unit, redeem
from guanxi_loyalty.monthly import Movement, movement, running_out
from guanxi_loyalty.pages.card import dashboard_card
from guanxi_loyalty.programmes import change_policies, find_programme


def expiring(club: Club, days: int) -> None:
    with club.write() as session:
        programme = find_programme(session, "club")
        policies = {"expiry": {"runs": "age", "days": days}}
        change_policies(session, programme, policies, now=club.now, by="x")


def test_it_counts_what_was_earned_and_redeemed_since_an_instant(club: Club) -> None:
    club.rule()
    ann, bob = club.person(), club.person("Bob")
    club.buy(ann, "70", occurred_at=club.now - timedelta(days=40))
    club.buy(ann, "30")
    expiring(club, 20)  # so that the 70 are gone
    club.buy(bob, "500")
    club.read()
    with club.write() as session:
        unit = load_unit(session, "club", "points", fresh=True)
        redeem(session, Ask(unit, "a", club.now, "till", "x"), ann, 25)

    month = club.now - timedelta(days=1)
    with club.platform.database.read() as session:
        assert movement(session, unit.id, month) == Movement(530, 25)
        soon = [running_out(session, unit.id, club.now, club.now + timedelta(days=n))
                for n in (10, 30)]  # fmt: skip
    assert soon == [0, 505]


def drawn(site: Flask, club: Club, language: str, *permissions: str, user_id: UUID | None) -> str:
    """Return the card as somebody with permissions sees it; nothing where there is none."""
    person = Principal(user_id, "Ann", permissions=frozenset(permissions))
    with site.test_request_context(headers={"Cookie": f"guanxi_language={language}"}):
        g.principal = person
        with club.platform.database.read(person) as session:
            found = dashboard_card(session, club.now)
        if found is None:
            return ""
        title = found.title.in_language(language)
        return title + unescape(render_template(found.template, **found.values))


def test_the_card_tells_of_this_month_what_the_reader_may_see(
    club: Club, site: Flask, factories: Factories
) -> None:
    club.rule()
    seller = factories.user("staff")
    club.buy(club.person(), "1200")
    club.buy(club.person("Bob", owner_id=seller), "34")
    club.read()

    english = drawn(site, club, "en", "loyalty.view", user_id=seller)
    chinese = drawn(site, club, "zh", "loyalty.view", user_id=seller)

    assert [one in english for one in ("Loyalty", "Points earned this month", "34")] == [True] * 3
    assert "1,234" not in english
    assert [one in chinese for one in ("忠诚计划", "会员俱乐部", "本月获得积分")] == [True] * 3


def test_there_is_no_card_without_the_permission(club: Club, site: Flask) -> None:
    assert drawn(site, club, "en", "customers.view", user_id=None) == ""
    assert drawn(site, club, "en", "loyalty.view", user_id=None) != ""


def test_there_is_no_card_without_a_programme(platform: Platform, now: datetime) -> None:
    switch_on(platform, "loyalty")

    site = create_app(platform)

    assert drawn(site, Club(platform, now), "en", "loyalty.view", user_id=None) == ""
