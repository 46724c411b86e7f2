"""Programmes as an admin makes, changes, pauses and checks them at a browser."""

from collections.abc import Callable

from plugins.loyalty.tests.admin.sheets import changed, errors, fields, value_of
from plugins.loyalty.tests.earning.club import Club
from sqlalchemy import text

from guanxi.testkit.factories import Factories
from guanxi.testkit.people import Person, allow, flashes
from guanxi_loyalty.models import Programme
from guanxi_loyalty.programmes import change_policies, find_programme, set_state

EDIT = "/loyalty/programmes/club/edit"
Somebody = Callable[..., Person]


def stored(club: Club, key: str = "club") -> Programme:
    with club.platform.database.read() as session:
        return find_programme(session, key)


def test_the_list_tells_members_balances_and_the_rules_in_both_languages(
    club: Club, admin: Person
) -> None:
    club.rule()
    club.buy(club.person(), "1200")
    club.buy(club.person("Bob"), "34")
    club.read()

    english, chinese = admin.read("/loyalty/"), admin.speaks("zh").read("/loyalty/")

    assert all(one in english for one in ("Members", "1,234", "Points can be spent at once."))
    assert all(one in chinese for one in ("会员俱乐部", "1,234", "积分立即生效。"))


def test_the_list_tells_what_is_pending(club: Club, admin: Person) -> None:
    admin.send(EDIT, changed(fields(admin.read(EDIT)), pending_days="14"))
    club.rule()
    club.buy(club.person(), "1200")
    club.read()

    assert "1,200 pending" in admin.read("/loyalty/")


def test_a_ready_club_is_made_in_the_currency_and_zone_of_the_company(
    club: Club, admin: Person
) -> None:
    assert "Retail club" in admin.read("/loyalty/programmes/ready")

    answer = admin.send("/loyalty/programmes/ready")

    made = stored(club, "club_2")
    with club.platform.database.read() as session:
        core = club.platform.settings.get("core")
        rules = session.execute(
            text("SELECT key FROM loyalty_rules WHERE programme_id = :id ORDER BY key"),
            {"id": made.id},
        ).scalars()
        assert list(rules) == ["birthday", "first_purchase", "spending", "tier_spending"]
    assert answer.location == "/loyalty/programmes/club_2/edit"
    assert (made.currency, made.time_zone) == (core["currency"], core["time_zone"])
    assert made.policies["expiry"]["months"] == 24
    assert "Gold" in admin.read("/loyalty/tiers?programme=club_2")


def test_a_programme_is_made_by_hand(club: Club, admin: Person) -> None:
    sent = changed(
        fields(admin.read("/loyalty/programmes/new")),
        title_zh="茶友会",
        currency="jpy",
        time_zone="Asia/Tokyo",
        expiry_runs="calendar",
        expiry_month="3",
        expiry_day="31",
        rounding="up",
        thousand_worth="500",
        breakage="12.5",
        after_rewards="0",
        debts="1",
        adjust_limit="",
    )

    answer = admin.send("/loyalty/programmes/new", sent)

    made = stored(club, "cha_you_hui")
    assert answer.location == "/loyalty/rules?programme=cha_you_hui"
    assert (made.title_en, made.title_zh, made.currency) == ("茶友会", "茶友会", "JPY")
    assert made.policies["expiry"]["runs"] == "calendar"
    assert (made.policies["rounding"], made.policies["after_rewards"]) == ("up", False)
    assert (made.policies["thousand_worth"], made.policies["breakage"]) == (500, 1250)
    assert (made.policies["debts"], made.policies["adjust_limit"]) == (True, None)


def test_a_programme_that_is_saved_as_it_was_stays_as_it_was(club: Club, admin: Person) -> None:
    given = {"thousand_worth": 505, "breakage": 1, "expiry": {"runs": "age", "days": 3}}
    with club.write() as session:
        programme = find_programme(session, "club")
        change_policies(session, programme, given, now=club.now, by="x")
    before = stored(club)

    admin.send(EDIT, fields(admin.read(EDIT)))

    after = stored(club)
    assert (after.policies, after.title_en, after.title_zh) == (
        before.policies, before.title_en, before.title_zh,
    )  # fmt: skip


def test_policies_are_changed_and_the_change_is_told(club: Club, admin: Person) -> None:
    sent = fields(admin.read(EDIT))

    years = {"expiry_runs": "age", "expiry_months": "24", "rounding": "up"}
    answer = admin.send(EDIT, changed(sent, pending_days="14", title_en="Tea", **years))

    assert answer.status_code == 302
    assert stored(club).policies["pending_days"] == 14
    history = admin.read("/loyalty/programmes/club/history")
    assert "Days before points can be spent: 0 → 14" in history
    assert "Title in English: Club → Tea" in history
    assert "They never run out. → They run out 24 months after they were earned" in history
    assert "Rounding: down → up" in history
    assert "subject_kind=loyalty_programme" in history


WRONG = [
    ("title_en", "a\0b"),
    ("pending_days", "soon"),
    ("pending_days", "99999"),
    ("pending_days", "9" * 5000),
    ("expiry_runs", "sometimes"),
    ("expiry_months", "-1"),
    ("expiry_days", "1.5"),
    ("expiry_month", "13"),
    ("expiry_day", "32"),
    ("rounding", "sideways"),
    ("after_rewards", "2"),
    ("grace_days", "x"),
    ("adjust_limit", "many"),
    ("hold_minutes", ""),
    ("hold_minutes", "0"),
    ("thousand_worth", "5.001"),
    ("breakage", "100.01"),
]


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(club: Club, admin: Person) -> None:
    sent = changed(fields(admin.read(EDIT)), title_zh="茶会")

    for name, typed in WRONG:
        answer = admin.send(EDIT, changed(sent, **{name: typed}))
        assert (name, typed, answer.status_code) == (name, typed, 422)
        assert f'href="#field-{name}"' in answer.text
        assert len(errors(answer.text)) == 1
        assert value_of(answer.text, "title_zh") == "茶会"

    assert stored(club).version == 1


def test_what_cannot_go_together_is_refused(club: Club, admin: Person) -> None:
    sent = fields(admin.read(EDIT))

    ageless = admin.send(EDIT, changed(sent, expiry_runs="age"))
    dayless = admin.send(
        EDIT, changed(sent, expiry_runs="calendar", expiry_month="2", expiry_day="30")
    )
    nameless = admin.send(EDIT, changed(sent, title_en="", title_zh=""))

    assert errors(ageless.text) == ["Say after how many months or days."]
    assert errors(dayless.text) == ["This month has no such day."]
    assert errors(nameless.text) == ["Give it a title, in one of the languages."]
    assert stored(club).version == 1


def test_a_new_programme_needs_a_currency_a_zone_and_a_key_that_can_be(
    club: Club, admin: Person
) -> None:
    sent = changed(fields(admin.read("/loyalty/programmes/new")), title_en="Tea")
    wrong = [
        ("currency", "pounds", 422), ("currency", "QQQ", 422), ("time_zone", "Moon/Base", 422),
        ("key", "Not a key", 422), ("key", "club", 409), ("key", "\0", 422),
    ]  # fmt: skip

    for name, typed, status in wrong:
        answer = admin.send("/loyalty/programmes/new", changed(sent, **{name: typed}))
        assert (typed, answer.status_code) == (typed, status)
        assert value_of(answer.text, "title_en") == "Tea"


def test_a_stale_form_changes_nothing(club: Club, admin: Person) -> None:
    sent = fields(admin.read(EDIT))
    admin.send(EDIT, changed(sent, title_en="First"))

    late = admin.send(EDIT, changed(sent, title_en="Second"))
    without = admin.send(EDIT, changed(sent, version=None, title_en="Third"))

    assert (late.status_code, without.status_code) == (412, 412)
    assert "Somebody changed this since you read it." in late.text
    assert value_of(late.text, "title_en") == "Second"
    assert stored(club).title_en == "First"


def test_a_programme_is_paused_and_resumed(club: Club, admin: Person) -> None:
    state = "/loyalty/programmes/club/state"

    admin.send(state, {"state": "paused", "version": "1"})
    paused = admin.read("/loyalty/")
    stale = admin.send(state, {"state": "active", "version": "1"})
    still = stored(club).state
    odd = admin.send(state, {"state": "read_only", "version": "2"})
    admin.send(state, {"state": "active", "version": "2"})

    assert "Nothing is earned or redeemed until it is resumed." in paused
    assert (stale.status_code, odd.status_code, still) == (302, 302, "paused")
    assert stored(club).state == "active"


def test_the_check_says_that_all_fits(club: Club, admin: Person) -> None:
    club.rule()
    club.buy(club.person(), "10")
    club.read()

    answer = admin.send("/loyalty/programmes/club/check")

    assert (answer.status_code, "All fits." in answer.text) == (200, True)
    assert stored(club).state == "active"


def test_what_the_check_finds_stops_the_programme_until_it_is_put_right(
    club: Club, admin: Person
) -> None:
    club.rule()
    club.buy(club.person(), "10")
    club.read()
    wrong = "UPDATE loyalty_accounts SET balance = balance + {} WHERE purpose = 'member'"
    with club.write() as session:
        session.execute(text(wrong.format(5)))

    found = admin.send("/loyalty/programmes/club/check")
    listed = admin.read("/loyalty/")
    state = "/loyalty/programmes/club/state"
    admin.send(state, {"state": "active", "version": stored(club).version})
    still, said = stored(club).state, flashes(admin.read("/loyalty/"))
    with club.write() as session:
        session.execute(text(wrong.format(-5)))
    admin.send(state, {"state": "active", "version": stored(club).version})

    assert "a balance is not the sum of its entries" in found.text
    assert "because the check found: a balance is not the sum of its entries" in listed
    assert (still, said) == (
        "read_only", ["It still does not fit. Check it, and see what was found."],
    )  # fmt: skip
    assert stored(club).state == "active"


def test_who_may_only_look_sees_the_list_and_changes_nothing(
    club: Club, somebody: Somebody, factories: Factories
) -> None:
    allow(factories, "staff", "loyalty.view")
    staff = somebody("staff")

    listed = staff.read("/loyalty/")

    assert EDIT not in listed
    assert "/loyalty/programmes/ready" not in listed
    for path in ("edit", "state", "check"):
        assert staff.send(f"/loyalty/programmes/club/{path}").status_code == 403
    assert staff.get(EDIT).status_code == 403


def test_a_seller_sees_the_sums_of_own_customers_only(
    club: Club, somebody: Somebody, factories: Factories
) -> None:
    club.rule()
    allow(factories, "staff", "loyalty.view")
    seller = somebody("staff")
    club.buy(club.person(), "1200")
    club.buy(club.person("Bob", owner_id=seller.user_id), "34")
    club.read()

    page = seller.read("/loyalty/")

    assert "1,234" not in page
    assert "34" in page


def test_without_the_permission_there_is_no_page(somebody: Somebody) -> None:
    assert somebody("staff").get("/loyalty/").status_code == 403


def test_a_state_can_be_set_by_a_command_meanwhile(club: Club, admin: Person) -> None:
    sent = fields(admin.read(EDIT))
    with club.write() as session:
        set_state(session, find_programme(session, "club"), "paused", now=club.now, by="x")

    assert admin.send(EDIT, sent).status_code == 412
