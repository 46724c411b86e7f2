"""How far members are from the next tier: how much of what, until when."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from plugins.loyalty.tests.earning.club import Club
from plugins.loyalty.tests.ledger.till import Till

from guanxi_loyalty.ledger import load_unit
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.tiers.policies import tiers_of
from guanxi_loyalty.tiers.progress import Progress, progress_of

TIERS = [
    {"key": "basic", "title_en": "Basic", "title_zh": "普卡", "threshold": 0},
    {"key": "silver", "title_en": "Silver", "title_zh": "银卡", "threshold": 100},
    {"key": "gold", "title_en": "Gold", "title_zh": "金卡", "threshold": 500},
]


def on(day: str) -> datetime:
    """Return the noon of a day."""
    return datetime.fromisoformat(f"{day}T12:00:00+00:00")


def midnight(day: str) -> datetime:
    """Return the first instant of a day."""
    return datetime.fromisoformat(f"{day}T00:00:00+00:00")


def counts(club: Club, who: UUID, amount: int, at: datetime) -> None:
    """Let something count towards tiers."""
    with club.write(at) as session:
        Till(session, load_unit(session, "club", "qualifying"), at).earn(who, amount, key=f"{at}")


def progress(club: Club, who: UUID, at: datetime) -> Progress:
    """Return how far a member is."""
    with club.write(at) as session:
        book = tiers_of(session, find_programme(session, "club"))
        assert book is not None
        return progress_of(session, book, who, now=at)


def told(found: Progress) -> tuple[str, int, int, datetime | None]:
    """Return the tier, what counts, what is missing, and until when."""
    return found.tier.key, found.counted, found.missing, found.until


def test_in_a_calendar_year_all_counts_until_its_end(club: Club) -> None:
    club.tiers(tiers=TIERS, window="calendar", since=on("2024-01-01"))
    ann = club.person()
    counts(club, ann, 60, on("2025-11-05"))
    counts(club, ann, 130, on("2026-02-01"))

    found = progress(club, ann, on("2026-03-01"))

    assert told(found) == ("silver", 130, 370, midnight("2027-01-01"))
    assert (found.following.key if found.following else None, found.share) == ("gold", 7)
    assert (found.kept_until, found.to_keep) == (midnight("2027-01-01"), 0)
    later = progress(club, ann, on("2027-02-01"))
    assert told(later) == ("silver", 0, 500, midnight("2028-01-01"))
    assert (later.kept_until, later.to_keep) == (midnight("2028-01-01"), 100)


def test_in_a_rolling_window_the_oldest_leaves_first(club: Club) -> None:
    club.tiers(tiers=TIERS, months=12, since=on("2024-01-01"))
    ann = club.person()
    counts(club, ann, 60, on("2025-06-10"))
    counts(club, ann, 130, on("2026-02-01"))

    assert told(progress(club, ann, on("2026-03-01"))) == (
        "silver", 190, 310, datetime(2026, 6, 9, 23, tzinfo=UTC),
    )  # fmt: skip
    assert progress(club, ann, on("2026-07-01")).counted == 130


def test_for_a_lifetime_nothing_leaves(club: Club) -> None:
    club.tiers(tiers=TIERS, window="lifetime", since=on("2024-01-01"))
    ann = club.person()
    counts(club, ann, 700, on("2025-06-10"))

    found = progress(club, ann, on("2029-03-01"))

    assert told(found) == ("gold", 700, 0, None)
    assert (found.following, found.share) == (None, 100)


def test_a_tier_that_was_not_kept_is_gone_though_nobody_worked_it_out(club: Club) -> None:
    club.tiers(tiers=TIERS, window="calendar", since=on("2024-01-01"))
    ann = club.person()
    counts(club, ann, 130, on("2024-12-20"))

    found = progress(club, ann, on("2026-03-01"))

    assert told(found) == ("basic", 0, 100, midnight("2027-01-01"))
    assert found.kept_until is None


@pytest.mark.parametrize("amount", [0, 99])
def test_who_has_earned_little_or_nothing_starts_in_the_first_tier(club: Club, amount: int) -> None:
    club.tiers(tiers=TIERS, window="calendar", since=on("2024-01-01"))
    ann = club.person()
    if amount:
        counts(club, ann, amount, on("2026-02-01"))

    found = progress(club, ann, on("2026-02-01") + timedelta(days=1))

    assert (found.tier.key, found.missing, found.share) == ("basic", 100 - amount, amount)
    assert found.kept_until is None
