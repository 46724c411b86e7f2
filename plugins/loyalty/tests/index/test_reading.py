"""The index of customers: from what they did, the same in lists as on their page."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from plugins.loyalty.tests.earning.club import Club
from sqlalchemy import insert, select

from guanxi.platform import Platform
from guanxi.sdk import Customer, attributes_of, new_id
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.people import Person
from guanxi_loyalty.index import index_of
from guanxi_loyalty.models import Referral
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.referrals.codes import code_of

TIERS = [
    {"key": "basic", "title_en": "Basic", "title_zh": "普通", "threshold": 0},
    {"key": "silver", "title_en": "Silver", "title_zh": "银卡", "threshold": 100},
    {"key": "gold", "title_en": "Gold", "title_zh": "金卡", "threshold": 300},
]
FIRST = datetime(2024, 1, 10, 12, tzinfo=UTC)


@pytest.fixture
def town(club: Club) -> dict[str, UUID]:
    """Ann who keeps buying, Ben who bought once, Cy who never did, and Dan whom Ann brought."""
    club.tiers(tiers=TIERS, window="rolling", months=120)
    club.rule("base", unit="qualifying")
    people = {name: club.person(name) for name in ("Ann", "Ben", "Cy", "Dan")}
    for days, amount in ((0, "100"), (73, "60"), (146, "150")):
        club.buy(people["Ann"], amount, occurred_at=FIRST + timedelta(days=days))
    club.buy(people["Ben"], "20", occurred_at=FIRST)
    club.read()
    bring(club, people["Ann"], people["Dan"])
    return people


def bring(club: Club, referrer: UUID, referred: UUID) -> None:
    """Let ``referred`` have come by the code of ``referrer``, and have bought."""
    with club.write() as session:
        programme = find_programme(session, "club")
        code = code_of(session, programme, referrer, now=club.now)
        session.execute(
            insert(Referral).values(
                id=new_id(), programme_id=programme.id, code_id=code.id, referrer_id=referrer,
                referred_id=referred, state="rewarded", registered_at=FIRST, qualified_at=FIRST,
            )
        )  # fmt: skip


def scores(club: Club, who: UUID, now: datetime | None = None) -> dict[str, Decimal | None]:
    with club.platform.database.read() as session:
        found = index_of(session, who, now=now or club.now)
    return {"index": found.value, **{one.key: one.score for one in found.parts}}


def test_the_parts_are_what_a_customer_did(club: Club, town: dict[str, UUID]) -> None:
    assert scores(club, town["Ann"]) == {
        "index": Decimal("55.0"),
        "repeat": Decimal("66.7"),
        "tenure": Decimal("20.0"),
        "recommendation": Decimal("33.3"),
        "tier": Decimal("100.0"),
    }
    assert scores(club, town["Ben"]) == {
        "index": Decimal("0.0"),
        "repeat": Decimal("0.0"),
        "tenure": Decimal("0.0"),
        "recommendation": None,
        "tier": Decimal("0.0"),
    }
    assert set(scores(club, town["Cy"]).values()) == {None}


def test_without_tiers_that_part_is_left_out(club: Club) -> None:
    who = club.person()
    club.buy(who, "10")
    club.buy(who, "10")

    assert scores(club, who) == {
        "index": Decimal("25.0"),
        "repeat": Decimal("50.0"),
        "tenure": Decimal("0.0"),
        "recommendation": None,
        "tier": None,
    }
    with club.platform.database.read() as session:
        found = select(attributes_of(session)["loyalty.index"].sql())
        assert session.execute(found.where(Customer.id == who)).scalar_one() == Decimal("25.0")


def test_purchases_after_the_instant_do_not_count(club: Club, town: dict[str, UUID]) -> None:
    then = scores(club, town["Ann"], FIRST + timedelta(days=100))

    assert (then["repeat"], then["tenure"]) == (Decimal("50.0"), Decimal("10.0"))


def test_voided_purchases_do_not_count(club: Club, town: dict[str, UUID]) -> None:
    club.void(club.buy(town["Ben"], "30"))

    assert scores(club, town["Ben"])["repeat"] == Decimal("0.0")


def test_lists_have_the_same_index(club: Club, loyalty: Platform, town: dict[str, UUID]) -> None:
    with loyalty.database.read() as session:
        found = attributes_of(session)["loyalty.index"]
        rows = session.execute(select(Customer.id, found.sql()))
        listed = {row[0]: row[1] for row in rows}

    assert listed == {who: scores(club, who)["index"] for who in town.values()}
    assert len(set(listed.values())) == 3


def test_another_plugins_answers_count_where_it_offers_them(
    club: Club, loyalty: Platform, town: dict[str, UUID]
) -> None:
    """Any attribute with numbers will do; here the completeness of profiles stands in for it."""
    with club.write() as session:
        loyalty.settings.change(session, "loyalty", {"index_nps_from": "customers.completeness"})
        session.execute(Customer.__table__.update().values(country="GB", city="Leeds"))
    loyalty.host.refresh_from(loyalty.database)

    for name in ("Ann", "Cy"):
        with loyalty.database.read() as session:
            known = attributes_of(session)
            query = select(known["customers.completeness"].sql(), known["loyalty.index"].sql())
            answer, index = session.execute(query.where(Customer.id == town[name])).one()
        found = scores(club, town[name])

        assert found["recommendation"] == min(Decimal(answer) * 10, Decimal(100))
        assert index == found["index"]


def test_the_api_tells_the_index_with_its_sources(
    api: ApiClient, club: Club, town: dict[str, UUID]
) -> None:
    body = api.get(f"/loyalty/customers/{town['Ben']}/index").json

    assert body["value"] == "0.0"
    assert body["parts"][2] == {
        "key": "recommendation",
        "title": "Recommendation",
        "score": None,
        "weight": 1,
        "counted": False,
        "source": "referrals",
        "text": "No friend brought, and no answer on recommending us.",
    }
    assert body["parts"][0]["text"] == "0 of 1 purchases were repeat purchases."


def test_the_members_page_shows_each_part_and_what_is_left_out(
    admin: Person, town: dict[str, UUID]
) -> None:
    english = admin.speaks("en").read(f"/loyalty/customers/{town['Ben']}")
    chinese = admin.speaks("zh").read(f"/loyalty/customers/{town['Ann']}")

    assert "0 of 1 purchases were repeat purchases." in english
    assert "No friend brought, and no answer on recommending us." in english
    assert "left out" in english
    assert "3 次购买中有 2 次为复购。" in chinese
    assert "<td>55</td>" in chinese
