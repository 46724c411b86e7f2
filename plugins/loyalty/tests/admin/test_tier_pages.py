"""Tiers as an admin makes and changes them at a browser, and what is foreseen of a change."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from plugins.loyalty.tests.admin.sheets import changed, errors, fields, value_of
from plugins.loyalty.tests.earning.club import Club

from guanxi.testkit.factories import Factories
from guanxi.testkit.people import Person, allow
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.tiers.foreseeing import Foreseen, foresee, members_by_tier
from guanxi_loyalty.tiers.policies import tiers_of
from guanxi_loyalty.tiers.policy import Policy, read_tiers
from guanxi_loyalty.tiers.standing import sweep

PAGE, EDIT = "/loyalty/tiers", "/loyalty/tiers/club/edit"
Somebody = Callable[..., Person]


def ladder(*thresholds: int, **more: Any) -> dict[str, Any]:
    names = ("basic", "silver", "gold")
    tiers = [
        {"key": key, "title_en": key.title(), "title_zh": key, "threshold": at}
        for key, at in zip(names, thresholds, strict=False)
    ]
    return {"tiers": tiers, **more}


def latest(club: Club) -> Policy:
    with club.platform.database.read() as session:
        book = tiers_of(session, find_programme(session, "club"))
        assert book is not None
        return book.versions[-1].policy


def spenders(club: Club, *amounts: str) -> None:
    club.rule("tier", unit="qualifying")
    for number, amount in enumerate(amounts):
        club.buy(club.person(f"P{number}"), amount)
    club.read()


def test_usual_tiers_are_made_and_listed_with_their_members(club: Club, admin: Person) -> None:
    empty = admin.read(PAGE)
    answer = admin.send(EDIT, fields(admin.read(EDIT)))
    spenders(club, "10", "1200", "1300")

    english, chinese = admin.read(PAGE), admin.speaks("zh").read(PAGE)

    assert "No tiers yet" in empty
    assert answer.status_code == 302
    assert "1.25 times the points" in english
    assert "2 <span" in english
    assert "66.7%" in english
    assert "计入：最近 12 个月的所得定级积分。" in chinese


def test_tiers_that_are_saved_as_they_were_stay_as_they_were(club: Club, admin: Person) -> None:
    club.tiers(**ladder(0, 150, 99950, basis="spend", window="calendar", grace_months=2))
    before = latest(club)

    answer = admin.send(EDIT, changed(fields(admin.read(EDIT)), since="2026-12-24"))

    assert answer.status_code == 302, errors(answer.text)
    assert latest(club) == before
    assert "not yet" in admin.read(PAGE)


def test_tiers_for_a_lifetime_are_told_and_stay_as_they_were(club: Club, admin: Person) -> None:
    club.tiers(**ladder(0, 150, basis="spend", window="lifetime", grace_months=2))
    before = latest(club)

    english, chinese = admin.read(PAGE), admin.speaks("zh").read(PAGE)
    answer = admin.send(EDIT, changed(fields(admin.read(EDIT)), since="2026-12-24"))

    assert "What counts: what was spent since joining." in english
    assert "A tier that was reached is kept for ever." in english
    assert "计入：入会以来的消费金额。" in chinese
    assert answer.status_code == 302, errors(answer.text)
    assert latest(club) == before


def test_a_tier_is_added_and_one_is_taken_away(club: Club, admin: Person) -> None:
    club.tiers(**ladder(0, 100, 1000), since=club.now - timedelta(days=1))
    row = {"tier-1-title_en": "", "tier-1-title_zh": "", "tier-1-threshold": ""}
    new = {"tier-3-title_zh": "黑卡", "tier-3-threshold": "500", "tier-3-multiplier": "2"}

    admin.send(EDIT, changed(fields(admin.read(EDIT)), **row, **new))

    found = [(one.key, one.threshold) for one in latest(club).tiers]
    assert found == [("basic", 0), ("hei_ka", 500), ("gold", 1000)]


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(club: Club, admin: Person) -> None:
    club.tiers(**ladder(0, 100, 1000), since=club.now - timedelta(days=1))
    sent = changed(fields(admin.read(EDIT)), **{"tier-2-title_en": "Mine"})
    wrong = [
        ("basis", "luck"), ("window", "x"), ("months", "0"), ("months", "x"), ("downgrade", "x"),
        ("grace_months", "25"), ("since", "soon"), ("tier-1-threshold", "lots"),
        ("tier-1-threshold", "1000"), ("tier-1-multiplier", "0.5"), ("tier-1-multiplier", "x"),
        ("tier-1-voucher", "none"), ("tier-1-title_en", "a\0"), ("tier-0-threshold", "5"),
    ]  # fmt: skip

    for name, typed in wrong:
        answer = admin.send(EDIT, changed(sent, **{name: typed}))
        place = "tier-2-threshold" if typed == "1000" else name
        assert (name, typed, answer.status_code) == (name, typed, 422)
        assert f'href="#field-{place}"' in answer.text
        assert value_of(answer.text, "tier-2-title_en") == "Mine"

    soft = admin.send(EDIT, changed(sent, downgrade="at_once", soft_landing="1"))
    past = admin.send(EDIT, changed(sent, since="2026-01-01"))
    assert errors(soft.text) == ["A soft landing needs a period."]
    assert errors(past.text) == ["Tiers change from now on, after the last change."]
    assert latest(club).tiers[2].title_en == "Gold"


def test_a_stale_form_changes_nothing(club: Club, admin: Person) -> None:
    sent = fields(admin.read(EDIT))
    club.tiers(**ladder(0, 100), since=club.now - timedelta(days=1))

    late = admin.send(EDIT, sent)

    assert late.status_code == 412
    assert "Somebody changed this since you read it." in late.text
    assert [one.key for one in latest(club).tiers] == ["basic", "silver"]


def test_what_is_foreseen_is_what_then_happens(club: Club) -> None:
    for downgrade in ("period_end", "at_once"):
        club_now, later = club.now, club.now + timedelta(minutes=5)
        if downgrade == "period_end":
            club.tiers(**ladder(0, 100, 1000), since=club_now - timedelta(days=9))
            spenders(club, "10", "60", "150", "300", "2000")
        wanted = ladder(0, 50, 200, downgrade=downgrade) if downgrade == "period_end" else ladder(
            0, 250, 5000, downgrade=downgrade
        )  # fmt: skip
        with club.write(later) as session:
            programme = find_programme(session, "club")
            told = foresee(session, programme, read_tiers(wanted), now=later)
        club.now = later
        club.tiers(**wanted)
        club.now = later + timedelta(minutes=1)
        with club.write(club.now) as session:
            programme = find_programme(session, "club")
            book = tiers_of(session, programme)
            assert book is not None
            before = members_by_tier(session, programme)
            sweep(session, book, now=club.now)
            after = members_by_tier(session, programme)

        keys = ("basic", "silver", "gold")
        assert sum(before.values()) == 5
        assert told.counts == tuple(after.get(key, 0) for key in keys)
        risen = {"period_end": (2, 0), "at_once": (0, 4)}
        assert (told.rising, told.falling) == risen[downgrade]


def test_what_counts_otherwise_cannot_be_foreseen(club: Club) -> None:
    club.tiers(**ladder(0, 100), since=club.now - timedelta(days=1))

    with club.write() as session:
        programme = find_programme(session, "club")
        other = read_tiers(ladder(0, 100, basis="spend"))
        assert foresee(session, programme, other, now=club.now) == Foreseen()


def test_the_form_foresees_as_one_types(club: Club, admin: Person) -> None:
    club.tiers(**ladder(0, 100), since=club.now - timedelta(days=1))
    spenders(club, "10", "150")
    sent = fields(admin.read(EDIT))

    told = admin.send("/loyalty/tiers/club/preview", changed(sent, **{"tier-1-threshold": "5"}))
    lacks = admin.send("/loyalty/tiers/club/preview", changed(sent, months="x"))
    other = admin.send("/loyalty/tiers/club/preview", changed(sent, window="calendar"))

    assert "1 would rise at once, 0 would fall at once." in told.text
    assert "It stands here once nothing is missing or wrong." in lacks.text
    assert "Something else would count" in other.text


def test_who_may_only_look_changes_nothing(
    club: Club, somebody: Somebody, factories: Factories
) -> None:
    club.tiers(**ladder(0, 100), since=club.now - timedelta(days=1))
    spenders(club, "10", "150")
    allow(factories, "staff", "loyalty.view")
    staff = somebody("staff")

    page = staff.read(PAGE)

    assert EDIT not in page
    assert "50%" not in page
    assert (staff.get(EDIT).status_code, staff.send(EDIT).status_code) == (403, 403)
    assert staff.send("/loyalty/tiers/club/preview").status_code == 403
