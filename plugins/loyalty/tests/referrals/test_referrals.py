"""Referrals: both rewarded once after the return window, and nobody for themselves."""

from datetime import UTC, date, datetime

import pytest
from plugins.loyalty.tests.referrals.friends import Friends
from sqlalchemy import text

from guanxi.sdk import Invalid, NotFound, Refused
from guanxi_loyalty.referrals import link_of
from guanxi_loyalty.referrals.codes import code_of
from guanxi_loyalty.referrals.identity import plain
from guanxi_loyalty.vouchers.secrecy import NotUsable


def test_both_are_rewarded_when_the_return_window_has_passed(friends: Friends) -> None:
    ann, bob = friends.person("Ann"), friends.person("Bob")

    assert friends.come(friends.code(ann), bob).state == "pending"
    assert friends.buy(bob, 1000, "sale-1") is not None
    assert (friends.wait(days=14), friends.balances(ann, bob)) == (0, [0, 0])
    assert (friends.wait(days=1), friends.balances(ann, bob)) == (1, [100, 50])
    assert (friends.wait(days=1), friends.balances(ann, bob)) == (0, [100, 50])
    assert friends.till.verify() == []


def test_the_window_ends_with_a_day_of_the_programme(friends: Friends) -> None:
    ann, bob = friends.person("Ann"), friends.person("Bob")
    friends.come(friends.code(ann), bob)
    friends.now = datetime(2026, 3, 20, 23, 30, tzinfo=UTC)

    referral = friends.buy(bob, 1000, "sale-1")

    assert referral is not None
    assert referral.due_at == datetime(2026, 4, 3, 23, tzinfo=UTC)  # midnight of summer time


def test_a_code_stays_the_members_own(friends: Friends) -> None:
    ann, bob = friends.person("Ann"), friends.person("Bob")

    code = friends.code(ann)

    assert friends.code(ann) == code
    assert friends.code(bob) != code
    assert len(code) == 10


def test_a_link_carries_the_code(friends: Friends) -> None:
    made = code_of(friends.session, friends.programme, friends.person("Ann"), now=friends.now)

    assert link_of(made, "https://shop.example/a?b=c#d") == (
        f"https://shop.example/a?b=c&ref={made.code}#d"
    )


def test_the_same_purchase_counts_once_and_a_second_one_does_not(friends: Friends) -> None:
    ann, bob = friends.person("Ann"), friends.person("Bob")
    friends.come(friends.code(ann), bob)

    found = [friends.buy(bob, 1000, document) for document in ("sale-1", "sale-1", "sale-2")]

    assert [one is not None for one in found] == [True, False, False]


def test_small_purchases_do_not_count(friends: Friends) -> None:
    ann, bob = friends.person("Ann"), friends.person("Bob")
    friends.come(friends.code(ann), bob)

    assert friends.buy(bob, 999, "sale-1") is None


def test_a_purchase_that_is_returned_in_time_rewards_nobody(friends: Friends) -> None:
    ann, bob = friends.person("Ann"), friends.person("Bob")
    friends.come(friends.code(ann), bob)
    friends.buy(bob, 1000, "sale-1")

    first, again = friends.give_back("sale-1"), friends.give_back("sale-1")

    assert (first is not None, again) == (True, None)
    assert (friends.wait(days=30), friends.balances(ann, bob)) == (0, [0, 0])
    friends.buy(bob, 1000, "sale-2")
    assert (friends.wait(days=15), friends.balances(ann, bob)) == (1, [100, 50])


def test_a_purchase_that_is_voided_later_takes_the_rewards_back_once(friends: Friends) -> None:
    ann, bob = friends.person("Ann"), friends.person("Bob")
    friends.come(friends.code(ann), bob)
    friends.buy(bob, 1000, "sale-1")
    friends.wait(days=15)

    for _ in range(2):
        friends.give_back("sale-1")

    assert friends.balances(ann, bob) == [0, 0]
    assert friends.till.verify() == []


def test_a_customer_is_referred_once(friends: Friends) -> None:
    ann, bob, eve = (friends.person(name) for name in ("Ann", "Bob", "Eve"))
    first = friends.come(friends.code(ann), bob)

    assert friends.come(friends.code(ann), bob).id == first.id
    with pytest.raises(Refused):
        friends.come(friends.code(eve), bob)


def test_nobody_refers_themselves(friends: Friends) -> None:
    ann = friends.person("Ann")

    assert friends.come(friends.code(ann), ann).cause == "same_person"


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("ann@example.com", "ann+shop@example.com"),
        ("a.nn@gmail.com", "ann+2@googlemail.com"),
    ],
)
def test_another_spelling_of_an_address_is_the_same_person(
    friends: Friends, mine: str, theirs: str
) -> None:
    ann, other = friends.person("Ann", mine), friends.person("Anna", theirs)

    assert friends.come(friends.code(ann), other).cause == "same_person"


def test_the_address_given_at_the_till_tells_too(friends: Friends) -> None:
    ann, other = friends.person("Ann", "ann@example.com"), friends.person("Anna")

    assert friends.come(friends.code(ann), other, email="Ann@Example.com").cause == "same_person"


def test_name_and_birthday_tell_too(friends: Friends) -> None:
    born = date(1990, 5, 1)
    ann, same = friends.person("Ann", birthday=born), friends.person("Ann", birthday=born)
    twin = friends.person("Bob", birthday=born)

    assert friends.come(friends.code(ann), same).cause == "same_person"
    assert friends.come(friends.code(ann), twin).state == "pending"


@pytest.mark.parametrize("kind", ["device", "payment"])
def test_the_same_device_or_payment_tells_too(friends: Friends, kind: str) -> None:
    ann, bob, eve = (friends.person(name) for name in ("Ann", "Bob", "Eve"))
    friends.buy(ann, 500, "sale-0", **{kind: "1234"})

    assert friends.come(friends.code(ann), bob, **{kind: "1234"}).cause == kind
    assert friends.come(friends.code(ann), eve, **{kind: "9999"}).state == "pending"
    stored = friends.session.execute(text("SELECT f.*::text FROM loyalty_fingerprints f"))
    assert [row for row in stored.scalars() if "1234," in row] == []


def test_what_is_seen_at_the_purchase_counts_as_well(friends: Friends) -> None:
    ann, bob = friends.person("Ann"), friends.person("Bob")
    friends.buy(ann, 500, "sale-0", payment="card-1")
    referral = friends.come(friends.code(ann), bob)
    friends.buy(bob, 1000, "sale-1", payment="card-1")

    assert (friends.wait(days=15), friends.balances(ann, bob)) == (1, [0, 0])
    assert (referral.state, referral.cause) == ("refused", "payment")


def test_those_who_became_one_customer_meanwhile_get_nothing(friends: Friends) -> None:
    ann, bob = friends.person("Ann"), friends.person("Bob")
    referral = friends.come(friends.code(ann), bob)
    friends.buy(bob, 1000, "sale-1")
    merged = text("UPDATE customers SET merged_into = :ann WHERE id = :bob")
    friends.session.execute(merged, {"ann": ann, "bob": bob})
    friends.session.expire_all()

    assert (friends.wait(days=15), friends.balances(ann)) == (1, [0])
    assert (referral.state, referral.cause) == ("refused", "same_person")


def test_a_member_is_rewarded_as_often_as_the_terms_say(friends: Friends) -> None:
    friends.terms(most=1)
    ann, bob, eve = (friends.person(name) for name in ("Ann", "Bob", "Eve"))
    for who in (bob, eve):
        friends.come(friends.code(ann), who)
        friends.buy(who, 1000, f"sale-{who}")

    assert (friends.wait(days=15), friends.balances(ann, bob, eve)) == (2, [100, 50, 0])


def test_a_refused_one_may_come_by_an_honest_code(friends: Friends) -> None:
    ann, bob = friends.person("Ann"), friends.person("Bob")
    friends.come(friends.code(bob), bob)

    assert friends.come(friends.code(ann), bob).state == "pending"


def test_what_there_is_not(friends: Friends) -> None:
    ann, bob = friends.person("Ann"), friends.person("Bob")
    with pytest.raises(NotUsable):
        friends.come("NOSUCHCODE", bob)
    with pytest.raises(Invalid):
        friends.terms(window_days=-1)
    with pytest.raises(NotFound):
        friends.terms(unit="gold")
    friends.terms(active=False)
    with pytest.raises(Refused):
        friends.come(friends.code(ann), bob)


def test_spellings_of_a_number_are_one() -> None:
    assert plain("+44 20 7946 0958") == plain("0044-2079460958")
