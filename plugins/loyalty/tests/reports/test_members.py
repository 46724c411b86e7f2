"""Members by month and tier, purchases in the books, what runs out by inactivity."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from plugins.loyalty.tests.earning.club import Club
from plugins.loyalty.tests.tiers.test_folding import TIERS

from guanxi.sdk import Invalid, NotFound
from guanxi_loyalty import ledger
from guanxi_loyalty.ledger import Ask, load_unit
from guanxi_loyalty.programmes import change_policies, find_programme
from guanxi_loyalty.reports.asking import Question, ask
from guanxi_loyalty.reports.expiring import expiring_soon
from guanxi_loyalty.reports.liability import Liability, liability
from guanxi_loyalty.reports.members import members, tiers
from guanxi_loyalty.reports.months import earn_and_burn, redemption_rate
from guanxi_loyalty.reports.tables import find_report

JUNE = datetime(2026, 6, 10, 12, tzinfo=UTC)
NEW_YEAR = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)


@pytest.fixture
def year(club: Club) -> dict[str, UUID]:
    """Ann buys in January and June and brings half of June back; Ben buys in June only."""
    club.now = datetime(2026, 6, 30, 12, tzinfo=UTC)
    policies(club, thousand_worth=8, breakage=2000)
    club.rule()
    club.rule("tier", unit="qualifying")
    club.tiers(tiers=TIERS, window="lifetime", downgrade="at_once")
    people = {name: club.person(name) for name in ("Ann", "Ben", "Cy")}
    club.buy(people["Ann"], "100", occurred_at=JUNE - timedelta(days=150))
    club.buy(people["Ann"], "300", occurred_at=JUNE)
    club.buy(people["Ben"], "50", occurred_at=JUNE)
    club.read()
    club.bring_back(people["Ann"], "150", occurred_at=JUNE + timedelta(days=1))
    club.read()
    return people


def policies(club: Club, **more: Any) -> None:
    with club.write() as session:
        programme = find_programme(session, "club")
        change_policies(session, programme, more, now=club.now, by="test")


def spend(club: Club, who: UUID, amount: int, at: datetime) -> None:
    with club.write() as session:
        unit = load_unit(session, "club", "points", fresh=True)
        ledger.redeem(session, Ask(unit, f"r{amount}", at, "test"), who, amount)


def told(club: Club, report: Callable[..., Any], *words: Any, **more: Any) -> Any:
    """Return what a report says of the club's question."""
    with club.platform.database.read() as session:
        return report(session, ask(session, "club", now=club.now, **more), *words)


def question_of(_session: object, question: Question) -> Question:
    return question


def test_members_by_month(club: Club, year: dict[str, UUID]) -> None:
    found = told(club, members, since=date(2026, 1, 5), until=date(2026, 6, 30))

    assert (found.enrolled, found.joined, found.active) == (2, 2, 2)
    shown = [(one.month.month, one.joined, one.enrolled, one.active) for one in found.months]
    assert shown == [
        (1, 1, 1, 1), (2, 0, 1, 0), (3, 0, 1, 0), (4, 0, 1, 0), (5, 0, 1, 0), (6, 1, 2, 2),
    ]  # fmt: skip


def test_months_are_those_of_the_programmes_zone(club: Club) -> None:
    """Half past eleven in the evening in London is last year, there and in winter in UTC too."""
    club.rule()
    ann = club.person()
    summer = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    club.now = datetime(2026, 8, 1, tzinfo=UTC)
    club.buy(ann, "10", occurred_at=NEW_YEAR)
    club.buy(ann, "20", occurred_at=summer)
    club.read()

    months = told(club, earn_and_burn, since=date(2025, 12, 1), until=date(2026, 7, 31))

    issued = {one.month: one.moved.issued for one in months if one.moved.issued}
    assert issued == {date(2025, 12, 1): 10, date(2026, 7, 1): 20}


def test_tiers_are_those_of_the_instant(club: Club, year: dict[str, UUID]) -> None:
    for as_of, expected in (
        (JUNE - timedelta(days=1), {"basic": 0, "silver": 1, "gold": 0}),
        (JUNE + timedelta(hours=1), {"basic": 1, "silver": 0, "gold": 1}),
        (None, {"basic": 1, "silver": 1, "gold": 0}),
    ):
        assert {one[0]: one[3] for one in told(club, tiers, as_of=as_of)} == expected


def test_the_price_of_points_is_a_part_of_what_was_paid(club: Club, year: dict[str, UUID]) -> None:
    """A thousand points are 8 pence, so of each pound 0.00008 / 1.00008 are for its point."""
    found = owed(club)

    assert (found.sold, found.free, found.price) == (300, 0, Decimal(300))
    assert (found.allocated, found.recognised, found.deferred) == (
        Decimal("0.02"),
        Decimal("0.00"),
        Decimal("0.02"),
    )


def owed(club: Club, **more: Any) -> Liability:
    found: Liability = told(club, liability, **more)
    return found


def test_revenue_follows_what_is_spent(club: Club, year: dict[str, UUID]) -> None:
    """A thousand points are 10 pounds: of 300 pounds 300 x 0.01 / 1.01 = 2.9703 are for points.

    240 of 300 are expected to be spent; 60 were, a quarter: 0.7426. Without breakage it would be
    a fifth, 0.5941.
    """
    policies(club, thousand_worth=1000, breakage=2000)
    spend(club, year["Ann"], 60, club.now)

    found = owed(club)

    assert (found.allocated, found.still_expected) == (Decimal("2.97"), 180)
    assert (found.recognised, found.breakage) == (Decimal("0.74"), Decimal("0.15"))
    assert found.deferred == Decimal("2.23")
    assert owed(club, as_of=JUNE).outstanding == 450


def test_points_without_a_purchase_stand_apart(club: Club, year: dict[str, UUID]) -> None:
    policies(club, thousand_worth=1000)
    before = owed(club)
    with club.write() as session:
        unit = load_unit(session, "club", "points", fresh=True)
        ledger.earn(session, Ask(unit, "till", club.now, "till"), year["Cy"], 200)

    after = owed(club)

    assert (after.sold, after.free) == (before.sold, 200)
    assert after.deferred == before.deferred
    assert after.deferred_free == Decimal("2.00")
    assert after.total == after.deferred + Decimal("2.00")


def test_without_a_price_the_money_is_unknown(club: Club, year: dict[str, UUID]) -> None:
    policies(club)

    found = owed(club)

    assert (found.outstanding, found.ties) == (300, True)
    assert (found.allocated, found.deferred, found.total) == (None, None, None)


def test_the_redemption_rate_is_of_what_was_issued(club: Club, year: dict[str, UUID]) -> None:
    spend(club, year["Ann"], 75, club.now)

    found = told(club, redemption_rate, since=date(2026, 6, 1), until=date(2026, 6, 30))
    june, ever = found.within, found.ever

    assert (june.issued, june.redeemed, june.rate) == (200, 75, Decimal("0.375"))
    assert (ever.issued, ever.redeemed, ever.rate) == (300, 75, Decimal("0.25"))


def test_points_that_run_out_by_inactivity(club: Club, year: dict[str, UUID]) -> None:
    """Both were last active on 10 June: all they have runs out with 9 August in London."""
    policies(club, expiry={"runs": "inactivity", "months": 1, "days": 30}, thousand_worth=1000)

    found = told(club, expiring_soon, (39, 40, 60))

    assert [(one.days, one.units, one.members) for one in found] == [
        (39, 0, 0),
        (40, 0, 0),
        (60, 300, 2),
    ]
    exact = datetime(2026, 8, 9, 23, tzinfo=UTC)
    club.now = exact - timedelta(days=30)
    assert [one.units for one in told(club, expiring_soon, (29, 30))] == [0, 300]


def test_without_days_it_is_the_last_year_in_which_something_happened(
    club: Club, year: dict[str, UUID]
) -> None:
    now = told(club, question_of)
    assert (now.since, now.until) == (date(2025, 7, 1), date(2026, 6, 30))

    club.now = datetime(2041, 5, 1, tzinfo=UTC)
    later = told(club, question_of)
    assert (later.since, later.until) == (date(2025, 7, 1), date(2026, 6, 11))


def test_questions_that_cannot_be_are_refused(club: Club) -> None:
    with pytest.raises(Invalid, match="end before they begin"):
        told(club, question_of, since=date(2026, 2, 1), until=date(2026, 1, 1))
    with pytest.raises(Invalid, match="240 months"):
        told(club, question_of, since=date(1990, 2, 1), until=date(2026, 1, 1))
    with pytest.raises(NotFound), club.platform.database.read() as session:
        ask(session, "none", now=club.now)
    with pytest.raises(NotFound):
        find_report("none")
