"""What staff see of a member: panel, timeline, page, tier with its history, in both languages."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from plugins.loyalty.tests.earning.club import Club
from plugins.loyalty.tests.pages.desk import Desk, page_of, send
from sqlalchemy import update

from guanxi.clock import utc_now
from guanxi.platform import Platform
from guanxi.sdk import Customer
from guanxi.testkit.factories import Factories
from guanxi.testkit.people import Person, allow
from guanxi_loyalty.ledger import load_unit
from guanxi_loyalty.tiers.policies import set_tiers

Somebody = Callable[..., Person]
TIERS: dict[str, Any] = {
    "tiers": [
        {"key": "base", "title_en": "Member", "title_zh": "会员", "threshold": 0},
        {
            "key": "gold",
            "title_en": "Gold",
            "title_zh": "金卡",
            "threshold": 500,
            "multiplier": "2",
        },
        {"key": "jade", "title_en": "Jade", "title_zh": "玉卡", "threshold": 2000},
    ],
    "window": "calendar",
}


def tiers(desk: Desk) -> None:
    """Give the programme three tiers."""
    with desk.writing() as session:
        set_tiers(session, desk.counter(session).programme, TIERS, now=desk.now, by="test")


def qualify(desk: Desk, customer: UUID, amount: int) -> None:
    """Let a member earn what counts, this year."""
    now = utc_now()
    with desk.writing(now) as session:
        till = desk.till(session)
        till.unit, till.now = load_unit(session, "club", "qualifying"), now
        till.earn(customer, amount)


def test_the_panel_tells_balance_and_leads_to_the_forms(admin: Person, desk: Desk) -> None:
    ann = desk.member(1200)

    page = admin.read(f"/customers/{ann}")

    assert "<strong>1,200</strong>" in page
    assert f'href="{page_of(ann)}?programme=club&open=adjust"' in page
    opened = admin.read(f"{page_of(ann)}?programme=club&open=adjust")
    assert 'id="adjust" aria-labelledby="adjust-title" open' in opened


def test_whoever_may_not_see_points_sees_no_panel(somebody: Somebody, desk: Desk) -> None:
    staff = somebody("staff")
    ann = desk.member(1234, owner=staff.user_id)

    assert "1,234" not in staff.read(f"/customers/{ann}")
    assert staff.get(page_of(ann)).status_code == 403


def test_whoever_may_only_look_sees_the_panel_without_forms(
    somebody: Somebody, factories: Factories, desk: Desk
) -> None:
    allow(factories, "staff", "loyalty.view")
    staff = somebody("staff")
    ann = desk.member(1234, owner=staff.user_id)

    page = staff.read(f"/customers/{ann}")

    assert "1,234" in page
    assert "open=adjust" not in page


def test_the_tier_tells_how_much_is_missing_until_when(admin: Person, desk: Desk) -> None:
    tiers(desk)
    ann = desk.member(10)
    qualify(desk, ann, 620)
    year = utc_now().year

    for page in (admin.read(f"/customers/{ann}"), admin.read(page_of(ann))):
        assert "Gold" in page
        assert f"1,380 Tier points more until Dec 31, {year} for Jade" in page
    page = admin.read(page_of(ann))
    assert "Counts now: 620 Tier points" in page
    assert "Member → <strong>Gold</strong>" in page
    assert "enough was earned" in page
    chinese = admin.speaks("zh").read(page_of(ann))
    assert "金卡" in chinese
    assert "定级积分" in chinese


def test_what_runs_out_soon_is_told_with_its_last_day(admin: Person, desk: Desk) -> None:
    ann, now = desk.member(), utc_now()
    ends = datetime(now.year, now.month, now.day, tzinfo=UTC) + timedelta(days=10)
    with desk.writing(now) as session:
        till = desk.till(session)
        till.now = now
        till.earn(ann, 70, expires_at=ends)
        till.earn(ann, 30, activates_at=now + timedelta(days=3))

    page = admin.read(page_of(ann))

    assert "30 pending" in page
    assert "pending</span>" in page
    assert "the first on" in page
    assert "70" in page


def test_a_statement_is_read_page_by_page(admin: Person, desk: Desk) -> None:
    ann = desk.member()
    with desk.writing() as session:
        till = desk.till(session)
        for amount in range(1001, 1029):
            till.earn(ann, amount)

    first = admin.read(page_of(ann))
    rest = admin.read(first.partition('rel="next" href="')[2].partition('"')[0])

    assert "+1,028" in first
    assert "+1,003" not in first
    assert "+1,003" in rest
    assert "+1,028" not in rest


def test_lots_that_run_out_later_are_a_click_away(admin: Person, desk: Desk) -> None:
    ann = desk.member()
    for number in range(10):
        desk.earn(ann, 101 + number)

    page = admin.read(page_of(ann))
    first, _sep, rest = page.partition("2 more lots")

    left = re.compile(r'data-label="Left"><div class="cell">(\d+)<')
    assert left.findall(first) == [str(101 + number) for number in range(8)]
    assert left.findall(rest) == ["109", "110"]


def test_the_timeline_tells_what_was_earned_and_changes_of_tier(admin: Person, desk: Desk) -> None:
    tiers(desk)
    ann = desk.member(1200)
    qualify(desk, ann, 620)
    send(admin, ann, "redeem", amount="50")

    page = timeline(admin, ann)

    assert "1,200 Points earned" in page
    assert "50 Points redeemed" in page
    assert "Now in the tier Gold" in page
    assert "620" not in page


def test_the_timeline_leaves_out_what_rules_gave_for_a_purchase_that_stands_there(
    admin: Person, loyalty: Platform, now: datetime
) -> None:
    club = Club(loyalty, now)
    club.rule("base")
    ann = club.person("Ann")
    club.buy(ann, "41.00")
    club.read()

    page = timeline(admin, ann)

    assert "£41.00" in page
    assert "Points earned" not in page
    assert "41" in admin.read(f"/loyalty/customers/{ann}")


def timeline(person: Person, customer: UUID) -> str:
    """Return the timeline that the customer's page loads."""
    page = person.read(f"/customers/{customer}")
    before, _sep, _rest = page.partition('" hx-trigger="load" hx-swap="outerHTML"')
    return person.read(before.rpartition('hx-get="')[2])


def test_a_merged_customer_leads_to_the_kept_one_and_an_erased_one_takes_nothing(
    admin: Person, desk: Desk
) -> None:
    ann, bob = desk.member(10), desk.member(20, name="Bob")
    with desk.writing() as session:
        values = {"merged_into": bob}
        session.execute(update(Customer).where(Customer.id == ann).values(values))
    assert admin.get(page_of(ann)).headers["Location"] == page_of(bob)

    with desk.writing() as session:
        values = {"erased_at": desk.now}
        session.execute(update(Customer).where(Customer.id == bob).values(values))
    page = admin.read(page_of(bob))
    assert "This person's data was erased." in page
    assert 'name="amount"' not in page
    assert send(admin, bob, "redeem", amount="1").status_code == 404


def test_every_text_is_chinese_for_who_reads_chinese(admin: Person, desk: Desk) -> None:
    ann = desk.member(1200)

    page = admin.speaks("zh").read(page_of(ann))

    for english in ("Statement", "Rewards taken", "Take a reward", "Lots", "Earned", "own page"):
        assert english not in page
    assert "积分" in page
