"""Which rules fire, with how much, and why the others do not: by example and as properties."""

from datetime import UTC, date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plugins.loyalty.tests.earning.examples import (
    campaign,
    line,
    member,
    purchase,
    rule,
    scheme,
)

from guanxi.sdk import Invalid
from guanxi_loyalty.earning.definitions import read_definition, write_definition
from guanxi_loyalty.earning.judging import in_control, judge, rounded, shared


def units(judgement):
    """Return what was given by rule; the tier's part under None."""
    return {award.rule.key if award.rule else None: award.units for award in judgement.awards}


def reasons(judgement):
    return {rule.key: str(reason) for rule, reason in judgement.others}


def why(one, happening=None, who=None):
    """Return why a rule does not fire, alone."""
    judgement = judge(scheme(), [one], happening or purchase(), who or member())
    return reasons(judgement).get(one.key)


def test_a_point_for_each_pound_drops_the_pence():
    judgement = judge(scheme(), [rule()], purchase("19.99"), member())

    assert units(judgement) == {"base": 19}
    assert judgement.awards[0].exact == Decimal("19.99")


@pytest.mark.parametrize(("rounding", "expected"), [("down", 19), ("half_up", 20), ("up", 20)])
def test_the_programme_says_how_fractions_are_rounded(rounding, expected):
    judgement = judge(scheme(rounding=rounding), [rule()], purchase("19.50"), member())

    assert units(judgement) == {"base": expected}


def test_fractions_of_two_rules_are_added_up_before_they_are_rounded():
    rules = [rule("a"), rule("b", priority=200)]

    judgement = judge(scheme(), rules, purchase("0.60"), member())

    assert units(judgement) == {"a": 1, "b": 0}


def test_ways_to_reward():
    lines = (line("A1", "3", "10"), line("A2", "1", "5"), line("B1", "2", "7.50"))
    rules = [
        rule("steps", reward={"way": "per_amount", "units": "5", "per": "20", "whole": True}),
        rule("items", reward={"way": "per_item", "units": "2"}),
        rule("lines", reward={"way": "per_line", "units": "10"}),
        rule("once", reward={"way": "fixed", "units": "100"}),
        rule(
            "category", conditions={"products": ["A*"]}, reward={"way": "per_amount", "units": "1"}
        ),
    ]

    judgement = judge(scheme(), rules, purchase("50", *lines), member())

    assert units(judgement) == {
        "category": 35,
        "items": 12,
        "lines": 30,
        "once": 100,
        "steps": 10,
    }


def test_what_a_voucher_paid_earns_nothing_unless_the_programme_says_so():
    lines = (line("A", "1", "60"), line("B", "1", "40"))
    rules = [rule("all"), rule("a", conditions={"products": ["A"]})]
    paid = purchase("50", *lines)

    after = judge(scheme(), rules, paid, member())
    before = judge(scheme(after_rewards=False), rules, paid, member())

    assert units(after) == {"a": 30, "all": 50}
    assert units(before) == {"a": 60, "all": 100}


def test_a_multiplier_multiplies_what_the_other_rules_give_whatever_its_priority():
    rules = [
        rule("double", priority=1, reward={"way": "multiplier", "units": "2"}),
        rule("base"),
        rule("extra", reward={"way": "fixed", "units": "10"}),
        rule("stamp", unit="stamps", reward={"way": "fixed", "units": "1"}),
    ]

    judgement = judge(scheme(), rules, purchase("30"), member())

    assert units(judgement) == {"base": 30, "extra": 10, "stamp": 1, "double": 40}


def test_a_tier_multiplies_points_to_spend_only():
    rules = [rule("base"), rule("tier", unit="qualifying")]

    judgement = judge(scheme(), rules, purchase("10"), member(multiplier=Decimal("1.5")))

    assert judgement.total("points") == 15
    assert judgement.total("qualifying") == 10


def test_an_exclusive_rule_goes_together_with_no_other_of_its_unit():
    rules = [
        rule("first", priority=1, stacking="exclusive"),
        rule("second", priority=2),
        rule("stamp", priority=3, unit="stamps"),
    ]

    judgement = judge(scheme(), rules, purchase("10"), member())

    assert units(judgement) == {"first": 10, "stamp": 10}
    assert reasons(judgement) == {"second": "It does not go together with the rule first."}


def test_an_exclusive_rule_does_not_fire_after_another():
    rules = [rule("first", priority=1), rule("second", priority=2, stacking="exclusive")]

    assert units(judge(scheme(), rules, purchase("10"), member())) == {"first": 10}


def test_stop_ends_the_looking():
    rules = [rule("first", priority=1, stop=True), rule("second", priority=2)]

    judgement = judge(scheme(), rules, purchase("10"), member())

    assert reasons(judgement) == {"second": "The rule first has fired, and no other after it."}


def test_a_rule_that_does_not_fire_stops_nothing():
    rules = [
        rule("first", priority=1, stop=True, conditions={"minimum": "11"}),
        rule("second", priority=2),
    ]

    assert units(judge(scheme(), rules, purchase("10"), member())) == {"second": 10}


@pytest.mark.parametrize(
    ("conditions", "reason"),
    [
        ({"channels": ["website"]}, "It was by another channel: store."),
        ({"outcomes": ["agreed"]}, "It had another outcome: None."),
        ({"minimum": "100.01"}, "The amount 100 is below 100.01."),
        ({"products": ["A"]}, "None of its products was bought."),
        ({"since": "2026-03-05"}, "It applies from 2026-03-05 on."),
        ({"until": "2026-03-03"}, "It applied until 2026-03-03."),
        ({"weekdays": [1, 2, 4]}, "It does not apply on this day of the week."),
        ({"hours": [13, 18]}, "It does not apply at this hour."),
        ({"nth": 2}, "It is purchase number 1 of the member, not 2."),
        ({"every": 3}, "It is purchase number 1 of the member, and only one in 3 counts."),
        (
            {"attributes": [{"key": "customers.city", "op": "is", "value": "York"}]},
            "The member is not as customers.city asks.",
        ),
    ],
)
def test_each_condition_says_why_it_does_not_hold(conditions, reason):
    assert why(rule(conditions=conditions)) == reason


@pytest.mark.parametrize(
    "conditions",
    [
        {"channels": ["website", "store"]},
        {"minimum": "100"},
        {"since": "2026-03-04", "until": "2026-03-04"},
        {"weekdays": [3]},
        {"hours": [12, 13]},
        {"hours": [22, 13]},
        {"nth": 1},
        {"attributes": [{"key": "segmentation.segments", "op": "has", "value": ["vip", "new"]}]},
        {"attributes": [{"key": "customers.city", "op": "filled"}]},
        {"attributes": [{"key": "customers.spent", "op": "at_least", "value": "99.5"}]},
        {"attributes": [{"key": "customers.birthday", "op": "at_most", "value": "2000-01-01"}]},
        {"attributes": [{"key": "customers.unknown", "op": "empty"}]},
    ],
)
def test_each_condition_can_hold(conditions):
    attributes = {
        "segmentation.segments": ["vip"],
        "customers.city": "York",
        "customers.spent": Decimal("99.50"),
        "customers.birthday": date(1999, 5, 1),
    }

    assert why(rule(conditions=conditions), who=member(attributes=attributes)) is None


def test_days_and_hours_are_those_of_the_programme():
    late = purchase(at=datetime(2026, 7, 1, 23, 30, tzinfo=UTC))  # 00:30 on the 2nd in London

    assert why(rule(conditions={"since": "2026-07-02", "hours": [0, 1]}), late) is None


def test_another_currency_or_occasion_earns_nothing():
    assert why(rule(), purchase(currency="EUR")) == (
        "The purchase is in EUR, the programme in GBP."
    )
    assert why(rule(trigger="survey")) == "It is for another occasion: survey."
    assert why(rule(state="paused")) == "The rule is not active."
    assert why(rule(), purchase("0")) == "It comes to nothing."


def test_a_campaign_has_a_time_and_a_budget():
    day = datetime(2026, 3, 4, 12, tzinfo=UTC)

    assert why(rule(campaign=campaign(starts_at=day.replace(hour=13)))) == (
        "Its campaign spring had not begun."
    )
    assert why(rule(campaign=campaign(ends_at=day))) == "Its campaign spring was over."
    assert why(rule(campaign=campaign(state="paused"))) == "Its campaign spring is not active."
    assert why(rule(campaign=campaign(budget_left=0))) == "The budget of spring is used up."
    assert why(rule(campaign=campaign(starts_at=day, budget_left=1))) is None


def test_two_rules_of_a_campaign_share_what_is_left_of_its_budget():
    spring = campaign(budget_left=120)
    rules = [rule("a", campaign=spring), rule("b", campaign=spring)]

    assert units(judge(scheme(), rules, purchase("100"), member())) == {"a": 100, "b": 20}


def test_a_limit_leaves_what_is_left_of_the_period():
    limited = rule(limits=[{"period": "month", "units": 150}])
    used = {
        (limited.id, "month", date(2026, 3, 1)): (1, 100),
        (limited.id, "month", date(2026, 2, 1)): (9, 150),
        (limited.id, "year", date(2026, 3, 1)): (9, 150),
    }

    judgement = judge(scheme(), [limited], purchase("100"), member(used=used))

    assert units(judgement) == {"base": 50}


@pytest.mark.parametrize(
    ("period", "first"),
    [
        ("day", date(2026, 3, 4)),
        ("week", date(2026, 3, 2)),
        ("month", date(2026, 3, 1)),
        ("year", date(2026, 1, 1)),
        ("ever", date.min),
    ],
)
def test_a_limit_counts_times_by_period(period, first):
    limited = rule(limits=[{"period": period, "times": 2}])

    assert why(limited, who=member(used={(limited.id, period, first): (1, 5)})) is None
    assert why(limited, who=member(used={(limited.id, period, first): (2, 5)})) == (
        "The member has had it 2 times in this period, which is the most."
    )


def test_the_held_back_group_is_always_the_same_and_as_large_as_asked():
    people = [UUID(int=number) for number in range(4000)]
    group = {one for one in people if in_control("salt", 1000, one)}
    other = {one for one in people if in_control("pepper", 1000, one)}

    assert 320 <= len(group) <= 480
    assert group == {one for one in people if in_control("salt", 1000, one)}
    assert group != other
    who = next(iter(group))
    held = rule(campaign=campaign(salt="salt", held_back=1000))
    assert why(held, who=member(customer_id=who)) == (
        "The member is in the group that spring is compared with."
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"colour": 1},
        {"conditions": {"minimum": 1.5}},
        {"conditions": {"minimum": "NaN"}},
        {"conditions": {"weekdays": [0]}},
        {"conditions": {"hours": [5, 5]}},
        {"conditions": {"nth": True}},
        {"conditions": {"attributes": [{"key": "a.b", "op": "like", "value": "x"}]}},
        {"conditions": {"products": "A"}},
        {"reward": {"way": "some"}},
        {"reward": {"units": "-1"}},
        {"reward": {"units": "1e99"}},
        {"reward": {"units": "0"}},
        {"reward": {"per": "0"}},
        {"reward": {"way": "multiplier", "units": "1"}},
        {"reward": {"way": "multiplier", "units": "2"}, "stacking": "exclusive"},
        {"limits": [{"period": "day"}]},
        {"limits": [{"period": "hour", "times": 1}]},
        {"stop": "yes"},
    ],
)
def test_a_definition_that_cannot_be_is_refused(wrong):
    with pytest.raises(Invalid):
        read_definition(wrong)


def test_what_is_written_is_read_again():
    stored = {
        "conditions": {
            "channels": ["store"],
            "minimum": "10.50",
            "since": "2026-01-01",
            "hours": [9, 17],
            "attributes": [{"key": "customers.city", "op": "is", "value": "York"}],
        },
        "reward": {"way": "fixed", "units": "7"},
        "limits": [{"period": "day", "times": 1, "units": None}],
        "stop": True,
    }

    once = read_definition(stored)

    assert read_definition(write_definition(once)) == once
    assert write_definition(read_definition({})) == {}


amounts = st.decimals("0", "5000", places=2)
parts = st.lists(st.decimals("0", "500", places=4), min_size=1, max_size=8)


@given(parts, st.sampled_from(["down", "half_up", "up"]))
def test_shares_add_up_and_none_is_further_than_one_from_its_part(fractions, rounding):
    total = rounded(sum(fractions), rounding)

    whole = shared(total, fractions)

    assert sum(whole) == total
    for units_, exact in zip(whole, fractions, strict=True):
        assert exact.to_integral_value(ROUND_FLOOR) <= units_
        assert units_ <= exact.to_integral_value(ROUND_CEILING)


@settings(max_examples=200)
@given(
    amounts,
    st.lists(
        st.tuples(
            st.sampled_from(["per_amount", "fixed"]),
            st.decimals("0.01", "3", places=2),
            st.integers(1, 3),
            st.booleans(),
            st.one_of(st.none(), st.integers(1, 50)),
        ),
        max_size=6,
    ),
    st.one_of(st.none(), st.integers(0, 200)),
)
def test_no_order_of_rules_and_no_limit_is_overstepped(amount, drafts, budget):
    spring = campaign(budget_left=budget)
    rules = [
        rule(
            f"r{number}",
            campaign=spring,
            priority=priority,
            stop=stop,
            reward={"way": way, "units": str(each)},
            limits=[] if limit is None else [{"period": "day", "units": limit}],
        )
        for number, (way, each, priority, stop, limit) in enumerate(drafts)
    ]
    customer = uuid4()

    judgement = judge(scheme(), rules, purchase(str(amount)), member(customer_id=customer))
    again = judge(scheme(), rules[::-1], purchase(str(amount)), member(customer_id=customer))

    assert again == judgement
    assert {a.rule.key for a in judgement.awards}.isdisjoint(reasons(judgement))
    assert len(judgement.awards) + len(judgement.others) == len(rules)
    if budget is not None:
        assert judgement.total("points") <= budget
    for award in judgement.awards:
        for limit in award.rule.definition.limits:
            assert award.units <= limit.units
