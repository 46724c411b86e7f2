"""Rewards, surprises, codes, cards and referral codes of a member, from the desk of the staff."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from plugins.loyalty.tests.pages.desk import Desk, key, page_of, send, told
from sqlalchemy import update

from guanxi.clock import utc_now
from guanxi.testkit.people import Person, flashes
from guanxi_loyalty import gift_cards
from guanxi_loyalty.gift_cards import CardAsk
from guanxi_loyalty.models import CatalogueReward, RewardIssue
from guanxi_loyalty.referrals import TermsDraft, set_terms
from guanxi_loyalty.surprises.budgets import budget_of, set_budget
from guanxi_loyalty.vouchers.looking import look_up

Somebody = Callable[..., Person]


def reward(desk: Desk, **more: Any) -> str:
    """Make a reward for 100 points, and return its key."""
    with desk.writing() as session:
        counter = desk.counter(session)
        if more.get("gives") == "code":
            counter.shop.set(None, key=more["code_set"])
        return counter.reward(**more).key


def test_a_reward_is_taken_once_handed_over_and_taken_back(admin: Person, desk: Desk) -> None:
    ann, mug, once = desk.member(150), reward(desk, stock=5), key()
    assert f'value="{mug}@100.0"' in admin.read(page_of(ann))

    for _ in range(2):
        taken = send(admin, ann, "rewards", key=once, reward=f"{mug}@100.0")
        assert taken.status_code == 302
    issue = desk.latest(RewardIssue)
    assert (desk.balance(ann), desk.latest(CatalogueReward).stock) == (50, 4)
    assert "Taken. It waits to be handed over." in flashes(admin.read(page_of(ann)))

    assert send(admin, ann, f"rewards/{issue.id}/hand-over").status_code == 302
    assert desk.latest(RewardIssue).state == "redeemed"
    assert send(admin, ann, f"rewards/{issue.id}/cancel").status_code == 302
    assert (desk.balance(ann), desk.latest(CatalogueReward).stock) == (150, 5)
    late = send(admin, ann, f"rewards/{issue.id}/hand-over")
    assert (late.status_code, "This reward was cancelled" in told(late)) == (409, True)


def test_a_price_that_changed_meanwhile_is_shown_again(admin: Person, desk: Desk) -> None:
    ann, mug = desk.member(500), reward(desk)
    with desk.writing() as session:
        session.execute(update(CatalogueReward).values(points=300))

    stale = send(admin, ann, "rewards", reward=f"{mug}@100.0")

    assert stale.status_code == 409
    assert "The price has changed meanwhile." in told(stale)
    assert desk.balance(ann) == 500


def test_a_reward_beyond_reach_is_shown_as_such_and_refused(admin: Person, desk: Desk) -> None:
    ann, mug = desk.member(30), reward(desk)

    assert "70 are missing" in admin.read(page_of(ann))
    assert send(admin, ann, "rewards", reward=f"{mug}@100.0").status_code == 422
    assert send(admin, ann, "rewards", reward="").status_code == 422
    assert send(admin, ann, "rewards", reward="none@1.0").status_code == 404
    assert desk.balance(ann) == 30


def test_rewards_of_others_are_not_found(admin: Person, desk: Desk) -> None:
    ann, bob, mug = desk.member(), desk.member(100, name="Bob"), reward(desk)
    send(admin, bob, "rewards", reward=f"{mug}@100.0")
    issue = desk.latest(RewardIssue).id

    assert send(admin, ann, f"rewards/{issue}/cancel").status_code == 404
    assert send(admin, ann, f"rewards/{issue}/hand-over").status_code == 404


def left(desk: Desk, person: Person) -> int:
    """Return what is left of somebody's budget this month."""
    with desk.writing() as session:
        programme = desk.counter(session).programme
        return budget_of(session, programme, person.user_id, now=utc_now()).left


def test_a_surprise_comes_out_of_the_givers_own_budget(
    admin: Person, somebody: Somebody, desk: Desk
) -> None:
    ann, cake, once = desk.member(), reward(desk, surprise=True, cost=400), key()
    with desk.writing() as session:
        programme = desk.counter(session).programme
        set_budget(session, programme, admin.user_id, 1000, now=desk.now, by="test")
    assert "Left of your budget this month: £10.00 of £10.00." in admin.read(page_of(ann))

    for _ in range(2):
        given = send(admin, ann, "surprises", key=once, gift=cake, reason="was ill")
        assert given.status_code == 302
    assert left(desk, admin) == 600
    assert "£6.00" in admin.read(page_of(ann))
    other = send(somebody("admin"), ann, "surprises", gift=cake, reason="x")
    assert (other.status_code, "used up for this month" in told(other)) == (422, True)

    back = send(admin, ann, f"rewards/{desk.latest(RewardIssue).id}/cancel", reason="mistake")
    assert (back.status_code, left(desk, admin)) == (302, 1000)


def test_a_surprise_needs_a_reason_and_something_meant_as_one(admin: Person, desk: Desk) -> None:
    ann, mug = desk.member(), reward(desk)
    reward(desk, surprise=True)

    assert send(admin, ann, "surprises", gift=mug, reason="x").status_code == 422
    assert send(admin, ann, "surprises", gift="", reason="x").status_code == 422
    assert desk.rows("surprises") == 0


def works(desk: Desk, customer: UUID, code: str) -> bool:
    """Return whether a till takes a code of the member."""
    with desk.writing() as session:
        programme = desk.counter(session).programme
        found = look_up(session, programme.id, [code], customer, now=desk.now)
    return found != [None]


def shown(page: str) -> str:
    """Return the code that a page shows."""
    return page.partition("<code>")[2].partition("</code>")[0]


def test_a_code_is_shown_for_the_till_and_the_one_before_ends(admin: Person, desk: Desk) -> None:
    ann, key_ = desk.member(100), reward(desk, gives="code", code_set="ten")
    send(admin, ann, "rewards", reward=f"{key_}@100.0")
    id_, once = desk.latest(RewardIssue).code_id, key()
    assert "Code for the till" in admin.read(page_of(ann))

    pages = [send(admin, ann, f"codes/{id_}/show", key=once) for _ in range(2)]
    first, again = (shown(page.text) for page in pages)

    assert [page.status_code for page in pages] == [200, 200]
    assert first == again
    assert pages[0].text.count("<svg") >= 2
    assert works(desk, ann, first)
    other = shown(send(admin, ann, f"codes/{id_}/show").text)
    assert (works(desk, ann, first), works(desk, ann, other)) == (False, True)


def test_a_card_is_shown_and_a_blocked_one_is_not(admin: Person, desk: Desk) -> None:
    ann, bob = desk.member(), desk.member(name="Bob")
    with desk.writing() as session:
        ask = CardAsk(desk.counter(session).programme, "card", desk.now, "test")
        card = gift_cards.issue(session, ask, 2500, customer_id=ann)
    page = admin.read(page_of(ann))
    assert card.serial in page
    assert "£25.00" in page

    assert send(admin, ann, f"cards/{card.card_id}/show").status_code == 200
    assert send(admin, bob, f"cards/{card.card_id}/show").status_code == 404
    assert send(admin, ann, f"codes/{card.card_id}/show").status_code == 404
    with desk.writing() as session:
        ask = CardAsk(desk.counter(session).programme, "block", desk.now, "test")
        gift_cards.block(session, ask, card.card_id, "lost")
    blocked = send(admin, ann, f"cards/{card.card_id}/show")
    assert (blocked.status_code, "so it is not shown again" in told(blocked)) == (422, True)


def test_a_referral_code_is_made_once_and_drawn(admin: Person, desk: Desk) -> None:
    ann = desk.member()
    with desk.writing() as session:
        terms = TermsDraft(referrer_points=50, referred_points=20)
        set_terms(session, desk.counter(session).programme, terms, now=desk.now, by="test")
    assert "Make the code" in admin.read(page_of(ann))

    for _ in range(2):
        assert send(admin, ann, "referral-code").status_code == 302

    assert desk.rows("referral_codes") == 1
    assert "QR code of the referral" in admin.read(page_of(ann))
