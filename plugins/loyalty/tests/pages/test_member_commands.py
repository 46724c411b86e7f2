"""Staff grant, redeem, hand over, hold and capture points of a member: each form does one thing."""

from collections.abc import Callable

import pytest
from plugins.loyalty.tests.pages.desk import Desk, key, page_of, send, told

from guanxi.testkit.factories import Factories
from guanxi.testkit.people import Person, allow, flashes

Somebody = Callable[..., Person]


def test_points_are_granted_with_the_reason_and_shown_in_the_statement(
    admin: Person, desk: Desk
) -> None:
    ann = desk.member(100)

    answer = send(admin, ann, "adjust", amount=" 1 0,5 ", reason="late parcel")

    assert answer.status_code == 302
    page = admin.read(page_of(ann))
    assert flashes(page) == ["Done: +105."]
    assert desk.balance(ann) == 205
    assert "late parcel" in page


def test_points_are_taken_away(admin: Person, desk: Desk) -> None:
    ann = desk.member(100)

    send(admin, ann, "adjust", amount="30", direction="less", reason="mistake")

    assert desk.balance(ann) == 70


def test_a_form_sent_twice_does_one_thing(admin: Person, desk: Desk) -> None:
    ann, bob, once = desk.member(100), desk.member(name="Bob"), key()

    for _ in range(2):
        assert send(admin, ann, "adjust", key=once, amount="5", reason="x").status_code == 302
        assert send(admin, ann, "redeem", key=once, amount="30").status_code == 302
        to = {"taker": str(bob), "amount": "20"}
        assert send(admin, ann, "transfer", key=once, **to).status_code == 302

    assert (desk.balance(ann), desk.balance(bob)) == (55, 20)


def test_a_form_sent_again_with_something_else_in_it_is_told_so(admin: Person, desk: Desk) -> None:
    ann, once = desk.member(100), key()
    send(admin, ann, "redeem", key=once, amount="30")

    again = send(admin, ann, "redeem", key=once, amount="40")

    assert again.status_code == 409
    assert "This form was sent before with something else in it." in told(again)
    assert once not in again.text
    assert desk.balance(ann) == 70


WRONG = ("", "0", "-5", "1.5", "many", "9" * 30, "\x00", "1e3")


@pytest.mark.parametrize("form", ["adjust", "redeem", "transfer"])
def test_an_amount_that_is_none_comes_back_with_what_was_typed(
    admin: Person, desk: Desk, form: str
) -> None:
    ann, bob = desk.member(100), desk.member(name="Bob")
    wrong = [one for one in WRONG if (form, one) != ("adjust", "-5")]  # that takes away

    for amount in wrong:
        answer = send(admin, ann, form, amount=amount, reason="because", taker=str(bob))

        assert answer.status_code == 422, amount
        assert f'id="{form}" aria-labelledby="{form}-title" open' in answer.text
        assert "because" in answer.text
    assert (desk.balance(ann), desk.balance(bob)) == (100, 0)


def test_a_reason_that_cannot_stand_is_refused(admin: Person, desk: Desk) -> None:
    ann = desk.member(100)

    for reason in ("", "   ", "x" * 501, "a\x00b"):
        assert send(admin, ann, "adjust", amount="5", reason=reason).status_code == 422, reason
    assert desk.balance(ann) == 100


def test_a_form_without_its_key_does_nothing(admin: Person, desk: Desk) -> None:
    ann = desk.member(100)

    for sent in ("", "x", "0" * 31, "g" * 32):
        answer = send(admin, ann, "redeem", key=sent, amount="10")
        assert answer.status_code == 412
        assert "This form is incomplete." in told(answer)
    assert desk.balance(ann) == 100


def test_more_than_there_is_is_refused_in_words_of_both_languages(
    admin: Person, desk: Desk
) -> None:
    ann = desk.member(100)

    assert "There are 100 to spend, and this takes 101." in told(
        send(admin, ann, "redeem", amount="101")
    )
    chinese = send(admin.speaks("zh"), ann, "redeem", amount="101")
    assert chinese.status_code == 422
    assert "可用 100" in told(chinese)


def test_points_are_handed_to_a_member_who_is_known_by_name(admin: Person, desk: Desk) -> None:
    ann, bob = desk.member(100), desk.member(name="Robert Brown")

    answer = send(admin, ann, "transfer", amount="40", taker="Robert Brown")

    assert answer.status_code == 302
    assert (desk.balance(ann), desk.balance(bob)) == (60, 40)


def test_who_is_meant_has_to_be_clear(admin: Person, desk: Desk) -> None:
    ann = desk.member(100)
    desk.member(name="Robert Brown")
    desk.member(name="Robert Brown")

    assert "Several customers are called like this" in told(
        send(admin, ann, "transfer", amount="40", taker="Robert Brown")
    )
    assert "Nobody is known by this." in told(
        send(admin, ann, "transfer", amount="40", taker="nobody@example.com")
    )
    assert "Say who gets them." in told(send(admin, ann, "transfer", amount="40"))
    assert "Giver and taker are the same." in told(
        send(admin, ann, "transfer", amount="40", taker=str(ann))
    )
    assert desk.balance(ann) == 100


def test_what_is_set_aside_is_captured_in_part_or_given_back(admin: Person, desk: Desk) -> None:
    ann = desk.member(100)
    with desk.writing() as session:
        till = desk.till(session)
        holds = [till.hold(ann, amount, minutes=44_000).transaction_id for amount in (30, 20)]
    assert "Set aside" in admin.read(page_of(ann))

    taken = send(admin, ann, f"holds/{holds[0]}/capture", amount="25")
    back = send(admin, ann, f"holds/{holds[1]}/release")

    assert (taken.status_code, back.status_code) == (302, 302)
    assert desk.balance(ann) == 75
    again = send(admin, ann, f"holds/{holds[1]}/release")
    assert again.status_code == 409
    assert "taken or given back already" in told(again)


def test_a_hold_of_somebody_else_is_not_found(admin: Person, desk: Desk) -> None:
    ann, bob = desk.member(100), desk.member(100, name="Bob")
    with desk.writing() as session:
        held = desk.till(session).hold(bob, 30, minutes=44_000).transaction_id

    assert send(admin, ann, f"holds/{held}/release").status_code == 404


def test_unknown_programmes_units_and_customers_are_not_found(admin: Person, desk: Desk) -> None:
    ann = desk.member(100)
    form = {"key": key(), "amount": "1"}

    assert admin.send(f"{page_of(ann)}/none/redeem", form).status_code == 404
    assert send(admin, ann, "redeem", unit="none", amount="1").status_code == 404
    assert admin.get(f"{page_of(ann)}?programme=none").status_code == 404
    assert admin.get(f"{page_of(ann)}?unit=none&before=x&open=none").status_code == 200


def test_who_may_only_look_finds_no_forms_and_can_send_none(
    somebody: Somebody, factories: Factories, desk: Desk
) -> None:
    allow(factories, "staff", "loyalty.view")
    staff = somebody("staff")
    ann = desk.member(100, owner=staff.user_id)

    page = staff.read(page_of(ann))

    assert "Statement" in page
    assert 'name="amount"' not in page
    assert "own page" not in page
    assert send(staff, ann, "redeem", amount="1").status_code == 403
    assert desk.balance(ann) == 100


def test_a_customer_out_of_sight_is_not_found_on_any_page(
    somebody: Somebody, factories: Factories, desk: Desk
) -> None:
    allow(factories, "staff", "loyalty.view", "loyalty.grant")
    staff, other = somebody("staff"), somebody("staff")
    ann = desk.member(100, owner=other.user_id)
    mine = desk.member(50, name="Mine", owner=staff.user_id)
    moved = desk.earn(ann, 7)

    assert staff.get(page_of(ann)).status_code == 404
    assert staff.get(f"{page_of(ann)}/club/transactions/{moved}/reverse").status_code == 404
    nobody = "00000000-0000-0000-0000-000000000000"
    for what in (
        "adjust", "redeem", "transfer", "rewards", "surprises", "referral-code", "link",
        "link/revoke", f"holds/{nobody}/release", f"holds/{nobody}/capture",
        f"rewards/{nobody}/cancel", f"rewards/{nobody}/hand-over", f"codes/{nobody}/show",
        f"cards/{nobody}/show", f"transactions/{moved}/reverse",
    ):  # fmt: skip
        assert send(staff, ann, what, amount="1", reason="x").status_code == 404, what
    assert "Nobody is known by this." in told(
        send(staff, mine, "transfer", amount="1", taker=str(ann))
    )
    assert other.get(page_of(ann)).status_code == 200
    assert (desk.balance(ann), desk.balance(mine)) == (107, 50)


def test_a_paused_programme_says_so(admin: Person, desk: Desk) -> None:
    ann = desk.member(100)
    with desk.writing() as session:
        desk.till(session).state("paused")

    assert "The programme takes no commands now." in admin.read(page_of(ann))
    refused = send(admin, ann, "redeem", amount="1")
    assert refused.status_code == 409
    assert "The programme is paused." in told(refused)
