"""Taking one transaction back: first told, then done, and only what was told."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from plugins.loyalty.tests.pages.desk import Desk, key, page_of, send, told

from guanxi.clock import utc_now
from guanxi.testkit.people import Person


def reverse(person: Person, who: UUID, what: UUID, **more: Any) -> Any:
    """Send the form of a reversal."""
    return send(person, who, f"transactions/{what}/reverse", **more)


def redeemed(desk: Desk, who: UUID, amount: int) -> UUID:
    """Let a member spend; return the transaction."""
    with desk.writing() as session:
        return desk.till(session).redeem(who, amount).transaction_id


def mark(page: str) -> str:
    """Return what a page says that was told."""
    return page.partition('name="seen" value="')[2].partition('"')[0]


def test_what_it_would_do_is_told_and_nothing_is_done(admin: Person, desk: Desk) -> None:
    ann = desk.member(100)
    spent = redeemed(desk, ann, 30)
    before = desk.rows("transactions")
    form = admin.read(f"{page_of(ann)}/club/transactions/{spent}/reverse?unit=points")
    assert 'value="30"' in form

    answer = reverse(admin, ann, spent, amount="20", reason="wrong size")

    assert answer.status_code == 200
    assert "Moved 20 Balance 70 → 90 +20 in a lot that does not run out" in told(answer)
    assert (desk.balance(ann), desk.rows("transactions")) == (70, before)


def test_it_does_what_was_told_once(admin: Person, desk: Desk) -> None:
    ann = desk.member(100)
    spent, once = redeemed(desk, ann, 30), key()
    seen = mark(reverse(admin, ann, spent, key=once, amount="20").text)

    done = [
        reverse(admin, ann, spent, key=once, amount="20", seen=seen).status_code for _ in range(2)
    ]

    assert done == [302, 302]
    assert desk.balance(ann) == 90
    assert 'value="10"' in admin.read(f"{page_of(ann)}/club/transactions/{spent}/reverse")


def test_where_something_happened_meanwhile_it_tells_again(admin: Person, desk: Desk) -> None:
    ann = desk.member(100)
    spent = redeemed(desk, ann, 30)
    seen = mark(reverse(admin, ann, spent, amount="").text)
    desk.earn(ann, 7)

    stale = reverse(admin, ann, spent, amount="", seen=seen)

    assert stale.status_code == 409
    assert "Something happened meanwhile." in told(stale)
    assert "Balance 77 → 107" in told(stale)
    assert desk.balance(ann) == 77
    assert reverse(admin, ann, spent, amount="", seen=mark(stale.text)).status_code == 302
    assert desk.balance(ann) == 107


def test_what_was_earned_and_is_spent_is_told_as_missing(admin: Person, desk: Desk) -> None:
    ann = desk.member()
    earned = desk.earn(ann, 100)
    redeemed(desk, ann, 80)

    answer = reverse(admin, ann, earned)

    assert "Moved 20 Cannot be taken back, it is spent 80 Balance 20 → 0" in told(answer)


def test_more_than_is_left_and_numbers_that_are_none_come_back(admin: Person, desk: Desk) -> None:
    ann = desk.member(100)
    spent = redeemed(desk, ann, 30)

    for amount in ("31", "0", "x", "9" * 30):
        assert reverse(admin, ann, spent, amount=amount, seen="1").status_code == 422, amount
    assert reverse(admin, ann, spent, key="", amount="1").status_code == 412
    assert desk.balance(ann) == 70


def test_what_was_paid_for_a_reward_goes_back_with_the_reward_only(
    admin: Person, desk: Desk
) -> None:
    ann = desk.member(200)
    with desk.writing() as session:
        counter = desk.counter(session)
        paid = counter.take(ann, counter.reward()).issue.transaction_id
    assert paid is not None

    answer = reverse(admin, ann, paid)

    assert answer.status_code == 422
    assert "Take the reward back instead." in told(answer)
    assert str(paid) not in admin.read(page_of(ann))


def test_transactions_of_others_and_those_that_are_none_are_not_found(
    admin: Person, desk: Desk
) -> None:
    ann, bob = desk.member(100), desk.member(name="Bob")
    of_bob = desk.earn(bob, 5)
    with desk.writing() as session:
        adjusted = desk.till(session).adjust(ann, 5, "x").transaction_id

    assert reverse(admin, ann, of_bob).status_code == 404
    assert reverse(admin, ann, adjusted).status_code == 404
    assert reverse(admin, ann, ann).status_code == 404
    assert reverse(admin, bob, of_bob, unit="qualifying").status_code == 404
    assert admin.get(f"{page_of(ann)}/club/transactions/{of_bob}/reverse").status_code == 404


def test_what_was_earned_and_has_not_begun_is_taken_back_from_its_lot(
    admin: Person, desk: Desk
) -> None:
    ann, later = desk.member(), utc_now() + timedelta(days=3)
    with desk.writing() as session:
        earned = desk.till(session).earn(ann, 40, activates_at=later).transaction_id
    assert f"/transactions/{earned}/reverse" in admin.read(page_of(ann))

    told_first = reverse(admin, ann, earned)

    assert "Moved 40 Balance 0 → 0 Pending 40 → 0" in told(told_first)
    assert reverse(admin, ann, earned, seen=mark(told_first.text)).status_code == 302
    assert f"/transactions/{earned}/reverse" not in admin.read(page_of(ann))
