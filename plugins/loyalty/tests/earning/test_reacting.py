"""Events of the log on the real database: earned once, taken back in proportion."""

from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plugins.loyalty.tests.earning.club import Club
from plugins.loyalty.tests.earning.examples import line

from guanxi.sdk import Invalid

DAY = timedelta(days=1)


def test_a_purchase_earns(club: Club) -> None:
    ann = club.person()
    club.rule()
    bought = club.buy(ann, "19.99")

    club.read()

    assert club.points(ann) == 19
    assert club.occasion(bought).posted == {"points": [19, 0, 1]}
    assert club.verify() == []


def test_it_counts_from_when_it_took_place(club: Club) -> None:
    ann = club.person()
    club.rule()
    club.buy(ann, "10", occurred_at=club.now - 30 * DAY)

    club.read()

    assert club.standing(ann).joined_at == club.now - 30 * DAY
    assert (
        club.number(
            "SELECT count(*) FROM loyalty_entries WHERE effective_at = :at",
            at=club.now - 30 * DAY,
        )
        == 2
    )


def test_rules_of_both_units_give_both(club: Club) -> None:
    ann = club.person()
    club.rule()
    club.rule("tier", unit="qualifying", reward={"units": "2"})

    club.buy(ann, "10")
    club.read()

    assert (club.points(ann), club.points(ann, "qualifying")) == (10, 20)


def test_a_return_takes_back_its_share_and_parts_add_up_to_the_whole(club: Club) -> None:
    ann = club.person()
    club.rule(reward={"units": "1.1"})
    club.buy(ann, None, line("A", "3", "33.33"))
    club.read()
    seen = [club.points(ann)]

    for _ in range(3):
        club.bring_back(ann, None, line("A", "-1", "33.33"))
        club.read()
        seen.append(club.points(ann))

    assert seen == [109, 73, 37, 0]
    assert club.verify() == []


def test_a_return_goes_to_the_latest_purchase_of_the_product(club: Club) -> None:
    ann = club.person()
    club.rule()
    first = club.buy(ann, None, line("A", "1", "10"), occurred_at=club.now - 3 * DAY)
    second = club.buy(ann, None, line("A", "1", "10"), occurred_at=club.now - 2 * DAY)
    other = club.buy(ann, None, line("B", "1", "10"), occurred_at=club.now - 1 * DAY)
    club.bring_back(ann, None, line("A", "-1", "10"))

    club.read()

    assert [club.occasion(one).returned for one in (first, second, other)] == [0, 10, 0]
    assert club.points(ann) == 20


def test_more_is_brought_back_than_was_bought(club: Club) -> None:
    ann = club.person()
    club.rule()
    club.buy(ann, "10")
    club.bring_back(ann, "25")

    club.read()

    assert club.points(ann) == 0
    assert club.verify() == []


def test_what_is_spent_already_is_not_taken_from_others(club: Club) -> None:
    ann, bob = club.person(), club.person("Bob")
    club.rule()
    club.buy(bob, "10")
    club.buy(ann, "10")
    club.bring_back(ann, "10")

    club.read()

    assert (club.points(ann), club.points(bob)) == (0, 10)


def test_a_purchase_that_never_was_is_undone(club: Club) -> None:
    ann = club.person()
    club.campaign(budget=100)
    club.rule(campaign="spring", limits=[{"period": "month", "times": 1}])
    wrong = club.buy(ann, "30")
    club.read()
    club.void(wrong)
    club.read()
    gone = (club.points(ann), club.spent())

    club.buy(ann, "40")
    club.read()

    assert gone == (0, 0)
    assert (club.points(ann), club.spent()) == (40, 40)
    assert club.verify() == []


def test_a_corrected_amount_is_judged_anew(club: Club) -> None:
    ann = club.person()
    club.rule()
    wrong = club.buy(ann, "30")
    club.read()
    club.amend(wrong, amount=Decimal(50))
    club.read()
    more = club.points(ann)
    club.amend(wrong, amount=Decimal(20))
    club.read()

    assert (more, club.points(ann)) == (50, 20)
    assert club.verify() == []


def test_a_purchase_given_to_another_earns_for_the_other(club: Club) -> None:
    ann, bob = club.person(), club.person("Bob")
    club.rule()
    bought = club.buy(ann, "30")
    club.read()
    club.amend(bought, customer_id=bob)
    club.read()

    assert (club.points(ann), club.points(bob)) == (0, 30)


def test_a_purchase_of_nobody_earns_when_it_is_given_to_somebody(club: Club) -> None:
    ann = club.person()
    club.rule()
    bought = club.buy(None, "30")
    club.read()
    club.amend(bought, customer_id=ann)
    club.read()

    assert club.points(ann) == 30


def test_a_return_that_never_was_gives_back(club: Club) -> None:
    ann = club.person()
    club.rule()
    club.buy(ann, "30")
    wrong = club.bring_back(ann, "30")
    club.read()
    gone = club.points(ann)
    club.void(wrong)
    club.read()

    assert (gone, club.points(ann)) == (0, 30)
    assert club.verify() == []


def test_first_and_each_third_purchase(club: Club) -> None:
    ann = club.person()
    club.rule("first", conditions={"nth": 1}, reward={"way": "fixed", "units": "1000"})
    club.rule("third", conditions={"every": 3}, reward={"way": "fixed", "units": "1"})
    for number in range(7):
        club.buy(ann, "1", occurred_at=club.now - (9 - number) * DAY)

    club.read()

    assert club.points(ann) == 1002


def test_other_contacts_earn_by_their_kind(club: Club) -> None:
    ann = club.person()
    club.rule("answered", trigger="survey", reward={"way": "fixed", "units": "50"})
    answered = club.contact(ann, "survey")
    club.contact(ann, "call")
    club.read()
    earned = club.points(ann)

    club.void(answered)
    club.read()

    assert (earned, club.points(ann)) == (50, 0)


def test_a_member_attribute_decides(club: Club) -> None:
    ann, bob = club.person(city="York"), club.person("Bob", city="Leeds")
    club.rule(conditions={"attributes": [{"key": "customers.city", "op": "is", "value": "York"}]})
    club.buy(ann, "10")
    club.buy(bob, "10")

    club.read()

    assert (club.points(ann), club.points(bob)) == (10, 0)


def test_a_rule_asks_only_for_attributes_that_there_are(club: Club) -> None:
    with pytest.raises(Invalid, match="There is no attribute"):
        club.rule(conditions={"attributes": [{"key": "customers.shoe", "op": "filled"}]})


def test_limits_hold_within_a_batch_and_over_batches(club: Club) -> None:
    ann = club.person()
    club.rule(limits=[{"period": "day", "units": 25}])
    for _ in range(4):
        club.buy(ann, "10")
    club.read()
    once = club.points(ann)
    club.buy(ann, "10")
    club.read()

    assert (once, club.points(ann)) == (25, 25)


def test_a_budget_holds_within_a_batch_and_over_batches(club: Club) -> None:
    people = [club.person(f"P{number}") for number in range(5)]
    club.campaign(budget=25)
    club.rule(campaign="spring")
    for one in people[:4]:
        club.buy(one, "10")
    club.read()
    club.buy(people[4], "10")
    club.read()

    assert sum(club.points(one) for one in people) == 25
    assert club.spent() == 25


@pytest.mark.parametrize("budget", [100, None])
def test_what_is_brought_back_frees_the_budget(club: Club, budget: int | None) -> None:
    ann = club.person()
    club.campaign(budget=budget)
    club.rule(campaign="spring")
    club.buy(ann, "100")
    club.bring_back(ann, "40")

    club.read()

    assert (club.points(ann), club.spent()) == (60, 60)


def test_ten_times_in_any_order_is_once(club: Club) -> None:
    ann = club.person()
    club.rule()
    club.rule("tier", unit="qualifying")
    club.buy(ann, None, line("A", "2", "10"), line("B", "1", "5"))
    club.bring_back(ann, None, line("A", "-1", "10"))
    second = club.buy(ann, "7")
    club.amend(second, amount=Decimal(9))
    events = club.news() * 10
    Random(7).shuffle(events)

    for event in events:
        club.deliver([event])

    assert (club.points(ann), club.points(ann, "qualifying")) == (24, 24)
    assert club.verify() == []


def test_a_crash_in_between_leaves_nothing_and_the_next_try_all(club: Club) -> None:
    ann = club.person()
    club.rule()
    club.buy(ann, "20")
    club.bring_back(ann, "5")
    events = club.news()

    with pytest.raises(RuntimeError):
        club.deliver([*events, "crash"])  # type: ignore[list-item]
    broken = (club.points(ann), club.transactions())
    club.deliver(events)

    assert broken == (0, 0)
    assert club.points(ann) == 15


def test_a_replay_of_everything_changes_nothing(club: Club) -> None:
    ann = club.person()
    club.rule()
    club.buy(ann, "20")
    club.bring_back(ann, "5")
    events = club.news()
    club.deliver(events)
    before = club.transactions()

    club.deliver(events)

    assert club.transactions() == before


@pytest.mark.timeout(120)
def test_however_trade_is_cut_and_mixed_the_outcome_is_the_same(club: Club) -> None:
    club.rule(reward={"units": "0.7"})

    @settings(
        max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
    )
    @given(
        st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 4)), min_size=1, max_size=4),
        st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 5)), max_size=4),
        st.randoms(use_true_random=False),
    )
    def check(bought: list[tuple[str, int]], back: list[tuple[str, int]], random: Random) -> None:
        ann, bob = club.person(), club.person("Bob")
        for who in (ann, bob):
            for n, (product, count) in enumerate(bought):
                at = club.now - (20 - n) * DAY
                club.buy(who, None, line(product, str(count), "9.99"), occurred_at=at)
            for n, (product, count) in enumerate(back):
                at = club.now - (5 - n) * DAY
                club.bring_back(who, None, line(product, f"-{count}", "9.99"), occurred_at=at)
        events = club.news()
        theirs = [one for one in events if one.customer_id == bob] * 2
        random.shuffle(theirs)

        club.deliver([one for one in events if one.customer_id == ann])
        for one in theirs:
            club.deliver([one])

        assert club.points(ann) == club.points(bob)
        assert club.points(ann) >= 0

    check()
    assert club.verify() == []
