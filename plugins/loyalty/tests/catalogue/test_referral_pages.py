"""Referrals at a browser: who brought whom, why it was refused, and the terms."""

from collections.abc import Callable
from typing import Any

from plugins.loyalty.tests.admin.sheets import changed, errors, fields, value_of
from plugins.loyalty.tests.pages.desk import Desk, told
from plugins.loyalty.tests.referrals.friends import Friends
from sqlalchemy import text

from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi.testkit.people import Person, allow

LIST = "/loyalty/referrals"
TERMS = "/loyalty/programmes/club/referral-terms"
Somebody = Callable[..., Person]


def bring(desk: Desk) -> None:
    """Let Ann bring Bo, who buys something."""
    ann, bo = desk.member(name="Ann"), desk.member(name="Bo")
    with desk.writing() as session:
        friends = Friends(session, desk.now)
        friends.come(friends.code(ann), bo)
        friends.buy(bo, 2000, "o1")


def stored(desk: Desk) -> dict[str, Any]:
    """Return the terms in force."""
    with desk.writing() as session:
        row = session.execute(text("SELECT * FROM loyalty_referral_terms")).mappings().one()
        return dict(row)


def test_the_list_tells_who_brought_whom_in_both_languages(desk: Desk, admin: Person) -> None:
    bring(desk)

    english, chinese = told(admin.get(LIST)), told(admin.speaks("zh").get(LIST))

    assert "100 Points for who recommends, 50 for the friend, 14 days after" in english
    assert all(one in english for one in ("Ann", "Bo", "Waits for the end of the return window"))
    assert "Ann" in chinese
    assert "Waits for the end" not in chinese
    assert ">Bo</a>" not in admin.read(f"{LIST}?state=refused")


def test_a_refused_one_says_why(desk: Desk, admin: Person, factories: Factories, site: Any) -> None:
    ann, bo = desk.member(name="Ann"), desk.member(name="Bo")
    with desk.writing() as session:
        code = Friends(session, desk.now).code(ann)
    till = ApiClient(site, factories.token("admin"))
    seen = f"/loyalty/programmes/club/members/{ann}/evidence"
    assert till.post(seen, {"device": "phone-7", "payment": "card-1"}).status_code == 204

    answer = till.post(
        "/loyalty/programmes/club/referrals",
        {"code": code, "customer_id": str(bo), "payment": "card-1"},
    )

    assert answer.json["state"] == "refused"
    assert "both paid with the same card or account" in told(admin.get(f"{LIST}?cause=payment"))
    assert ">Bo</a>" not in admin.read(f"{LIST}?cause=device")


def test_terms_are_made_and_changed_by_who_saw_the_latest(desk: Desk, admin: Person) -> None:
    assert "not rewarded now" in admin.read(LIST)
    new = changed(
        fields(admin.read(TERMS)),
        referrer_points="1,000", referred_points="500", min_order="9.99", window_days="30",
        most="10",
    )  # fmt: skip

    first, stale = admin.send(TERMS, new), admin.send(TERMS, changed(new, most="11"))

    found = stored(desk)
    assert (first.status_code, stale.status_code) == (302, 412)
    assert value_of(stale.text, "most") == "11"
    assert (found["referrer_points"], found["referred_points"], found["min_order"]) == (
        1000, 500, 999,
    )  # fmt: skip
    assert (found["window_days"], found["most"], found["active"]) == (30, 10, True)
    latest = changed(fields(admin.read(TERMS)), active=None, most="")
    assert admin.send(TERMS, latest).status_code == 302
    assert (stored(desk)["most"], stored(desk)["active"]) == (None, False)
    assert "not rewarded now" in admin.read(LIST)


def test_wrong_values_are_told_at_their_fields(desk: Desk, admin: Person) -> None:
    form = changed(fields(admin.read(TERMS)), referrer_points="100", referred_points="50")
    wrong = (
        ("referrer_points", "-1"), ("referred_points", "1.5"), ("referrer_points", "9" * 12),
        ("min_order", "1.005"), ("window_days", ""), ("window_days", "3651"), ("most", "0"),
        ("unit", "gold"),
    )  # fmt: skip

    for name, typed in wrong:
        answer = admin.send(TERMS, changed(form, **{name: typed}))
        assert (answer.status_code, f"#field-{name}" in answer.text) == (422, True), (name, typed)
        assert value_of(answer.text, "version") == "0"
    nothing = admin.send(TERMS, changed(form, referrer_points="", referred_points="0"))
    assert errors(nothing.text) == ["Say how many points at least one of the two gets."]
    assert admin.send(TERMS, changed(form, version="")).status_code == 412
    assert desk.rows("referral_terms") == 0


def test_a_seller_sees_referrals_between_own_customers_only(
    desk: Desk, somebody: Somebody, factories: Factories
) -> None:
    allow(factories, "staff", "loyalty.view")
    seller = somebody("staff")
    bring(desk)

    answer = seller.get(LIST)
    page = answer.text

    assert (">Ann<" in page, ">Bo<" in page, "Bought 0" in told(answer)) == (False, False, True)
    assert (seller.get(TERMS).status_code, seller.send(TERMS, {}).status_code) == (403, 403)


def test_evidence_of_a_customer_out_of_sight_is_not_taken(
    desk: Desk, site: Any, factories: Factories
) -> None:
    allow(factories, "staff", "loyalty.view", "loyalty.grant")
    ann = desk.member(name="Ann")
    path = f"/loyalty/programmes/club/members/{ann}/evidence"

    answers = [
        ApiClient(site, factories.token("staff")).post(path, {"device": "x"}),
        ApiClient(site, factories.token("admin")).post(path, {"device": "a\0b"}),
        ApiClient(site, factories.token("admin")).post(path.replace("club", "no"), {}),
    ]

    assert [one.status_code for one in answers] == [404, 422, 404]
    assert desk.rows("fingerprints") == 0
