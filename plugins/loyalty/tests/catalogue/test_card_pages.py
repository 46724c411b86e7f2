"""Gift cards at a browser: issued and shown once, found, loaded, blocked, made to work longer."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from plugins.loyalty.tests.admin.sheets import changed, errors, fields, value_of
from plugins.loyalty.tests.gift_cards.counter import Counter
from plugins.loyalty.tests.pages.desk import Desk, told
from sqlalchemy import update

from guanxi.testkit.factories import Factories
from guanxi.testkit.people import Person, allow
from guanxi_loyalty.models import GiftCard
from guanxi_loyalty.rewards_jobs import write_off_cards

LIST = "/loyalty/gift-cards"
NEW = "/loyalty/programmes/club/gift-cards/new"
LOOK = "/loyalty/programmes/club/gift-cards/look"
Somebody = Callable[..., Person]


def issue(desk: Desk, amount: int, customer: UUID | None = None, key: str = "sale") -> UUID:
    """Return a card that was sold at the till."""
    with desk.writing() as session:
        counter = Counter(session, desk.now)
        return counter.issue(amount, customer_id=customer, key=key).card_id


def page_of(card: UUID) -> str:
    """Return where a card is."""
    return f"/loyalty/programmes/club/gift-cards/{card}"


def key_of(page: str) -> dict[str, str]:
    """Return the key of the forms of a page."""
    return {"key": value_of(page, "key")}


def stored(desk: Desk) -> GiftCard:
    """Return the card made last."""
    found: GiftCard = desk.latest(GiftCard)
    return found


def test_a_card_is_issued_and_its_code_shown_once(desk: Desk, admin: Person) -> None:
    ann = desk.member(name="Ann Miller")
    form = changed(
        fields(admin.read(NEW)), amount="25.50", expires_at="2199-12-31", customer_query="Miller"
    )

    first, again = admin.send(NEW, form), admin.send(NEW, form)

    code = re.search(r'data-copy="([A-Z0-9-]+)"', first.text)
    assert code is not None
    card = stored(desk)
    assert (first.status_code, again.status_code, desk.rows("gift_cards")) == (200, 302, 1)
    assert (card.balance, card.customer_id) == (2550, ann)
    assert card.expires_at is not None
    assert card.expires_at.isoformat() == "2200-01-01T00:00:00+00:00"
    assert admin.send(LOOK, {"code": code[1].lower()}).location == page_of(card.id)
    assert code[1] not in admin.read(page_of(card.id))


def test_the_list_tells_what_is_outstanding_in_both_languages(desk: Desk, admin: Person) -> None:
    card = issue(desk, 5000)
    with desk.writing() as session:
        Counter(session, desk.now).pay(card, 2000, key="o1")

    english, chinese = admin.read(LIST), admin.speaks("zh").read(LIST)

    assert all(one in english for one in ("Outstanding", "£30.00", stored(desk).serial))
    assert "¥" not in chinese
    assert stored(desk).serial in chinese
    assert stored(desk).serial in admin.read(f"{LIST}?q={stored(desk).serial[:6].lower()}")
    assert stored(desk).serial not in admin.read(f"{LIST}?state=blocked")
    assert stored(desk).serial not in admin.read(f"{LIST}?q=%25%00")


def test_what_ran_out_is_breakage_and_no_longer_outstanding(desk: Desk, admin: Person) -> None:
    card = issue(desk, 5000)
    with desk.writing() as session:
        ends = desk.now + timedelta(hours=1)
        session.execute(update(GiftCard).values(expires_at=ends))
        write_off_cards(session, ends)

    page = told(admin.get(LIST))

    assert "Outstanding £0.00" in page
    assert "Breakage so far £50.00" in page
    assert "Run out: written off" in admin.read(page_of(card))


def test_a_card_is_loaded_once_by_its_form(desk: Desk, admin: Person) -> None:
    card = issue(desk, 5000)
    form = {**key_of(admin.read(page_of(card))), "amount": "10"}

    answers = [admin.send(f"{page_of(card)}/load", form) for _ in range(2)]

    assert [one.status_code for one in answers] == [302, 302]
    assert stored(desk).balance == 6000


def test_a_card_is_blocked_with_a_reason_and_works_again(desk: Desk, admin: Person) -> None:
    card = issue(desk, 5000)
    page = page_of(card)

    without = admin.send(f"{page}/block", {**key_of(admin.read(page)), "blocked": "1"})
    admin.send(f"{page}/block", {**key_of(admin.read(page)), "blocked": "1", "block_reason": "x"})
    blocked = admin.send(f"{page}/load", {**key_of(admin.read(page)), "amount": "1"})

    assert (without.status_code, errors(without.text)) == (422, ["Say why."])
    assert (stored(desk).state, blocked.status_code) == ("blocked", 422)
    admin.send(f"{page}/block", {**key_of(admin.read(page)), "blocked": "", "block_reason": "y"})
    assert stored(desk).state == "active"


def test_a_card_works_longer_to_the_end_of_a_day(desk: Desk, admin: Person) -> None:
    page = page_of(issue(desk, 5000))
    key = key_of(admin.read(page))

    past = admin.send(f"{page}/longer", {**key, "expires_at": "2001-01-01", "longer_reason": "x"})
    admin.send(f"{page}/longer", {**key, "expires_at": "2199-06-30", "longer_reason": "asked"})

    assert (past.status_code, value_of(past.text, "key")) == (422, key["key"])
    ends = stored(desk).expires_at
    assert ends is not None
    assert ends.isoformat() == "2199-06-30T23:00:00+00:00"
    admin.send(f"{page}/longer", {**key, "expires_at": "", "longer_reason": "for good"})
    assert stored(desk).expires_at is None


def test_wrong_values_are_told_at_their_fields_and_stay_typed(desk: Desk, admin: Person) -> None:
    form = changed(fields(admin.read(NEW)), amount="10", customer_query="")
    wrong = (
        ("amount", ""), ("amount", "0"), ("amount", "-1"), ("amount", "1.005"), ("amount", "x"),
        ("amount", "999999999"), ("expires_at", "2001-01-01"), ("expires_at", "never"),
        ("customer_query", "Nobody Atall"), ("customer_query", "a\0b"),
        ("customer_id", "x"),
    )  # fmt: skip

    for name, typed in wrong:
        answer = admin.send(NEW, changed(form, **{name: typed}))
        field = "customer_query" if name == "customer_id" else name
        assert (answer.status_code, f"#field-{field}" in answer.text) == (422, True), (name, typed)
    assert admin.send(NEW, changed(form, key="")).status_code == 412
    assert desk.rows("gift_cards") == 0


def test_who_is_meant_is_chosen_where_several_fit(desk: Desk, admin: Person) -> None:
    ann, _bo = desk.member(name="Ann Miller"), desk.member(name="Bo Miller")
    form = changed(fields(admin.read(NEW)), amount="10", customer_query="Miller")

    answer = admin.send(NEW, form)
    chosen = admin.send(NEW, changed(fields(answer.text), customer_id=str(ann)))

    assert "Choose who is meant." in answer.text
    assert (chosen.status_code, stored(desk).customer_id) == (200, ann)


def test_unknown_codes_of_cards_are_throttled(desk: Desk, admin: Person) -> None:
    issue(desk, 5000)

    answers = [admin.send(LOOK, {"code": f"WRONG{number}"}) for number in range(11)]

    assert [one.status_code for one in answers] == [422] * 10 + [429]
    assert errors(answers[0].text) == ["There is no such card."]
    assert admin.send(LOOK, {"code": stored(desk).serial}).status_code == 429


def test_a_seller_sees_and_sums_cards_of_own_customers_and_of_nobody(
    desk: Desk, somebody: Somebody, factories: Factories
) -> None:
    allow(factories, "staff", "loyalty.view", "loyalty.grant")
    seller = somebody("staff")
    issue(desk, 100, key="nobody's")
    issue(desk, 1000, desk.member(name="Own", owner=seller.user_id), key="own")
    foreign = issue(desk, 10_000, desk.member(name="Foreign"), key="foreign")

    page = told(seller.get(LIST))

    assert "Outstanding £11.00" in page
    assert ("Own" in page, "Foreign" in page) == (True, False)
    assert seller.get(page_of(foreign)).status_code == 404
    assert seller.send(f"{page_of(foreign)}/load", {"amount": "1"}).status_code == 404


def test_who_may_not_grant_or_manage_changes_nothing(
    desk: Desk, somebody: Somebody, factories: Factories
) -> None:
    card = issue(desk, 5000)
    assert somebody("staff").get(LIST).status_code == 403
    allow(factories, "staff", "loyalty.view")
    viewer = somebody("staff")

    assert [viewer.get(one).status_code for one in (LIST, page_of(card), NEW)] == [200, 200, 403]
    forms = (NEW, LOOK, *(f"{page_of(card)}/{one}" for one in ("load", "block", "longer")))
    assert [viewer.send(one, {}).status_code for one in forms] == [403] * 5
    assert "Load more" not in viewer.read(page_of(card))


def test_the_list_of_cards_goes_page_by_page(desk: Desk, admin: Person) -> None:
    with desk.writing() as session:
        for number in range(52):
            Counter(session, desk.now).issue(100, key=f"sale-{number}")

    first = admin.read(LIST)
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    second = admin.read(following[1])

    assert (first.count('role="row"') - 1, second.count('role="row"') - 1) == (50, 2)
    assert "£52.00" in second


@pytest.mark.parametrize("path", ["gift-cards/%00", f"gift-cards/{'0' * 32}"])
def test_what_is_unknown_is_not_found(admin: Person, path: str) -> None:
    assert admin.get(f"/loyalty/programmes/club/{path}").status_code == 404
