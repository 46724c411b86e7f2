"""What is held about a customer: handed out, erased, merged and taken apart again."""

import json
from dataclasses import replace
from uuid import UUID

import pytest
from plugins.loyalty.tests.referrals.friends import Friends
from plugins.loyalty.tests.rewards.counter import Counter
from plugins.loyalty.tests.vouchers.shop import basket
from sqlalchemy import text

from guanxi_loyalty import gift_cards, rewards_data
from guanxi_loyalty.adjustments import Person, adjust_or_ask
from guanxi_loyalty.gift_cards import CardAsk
from guanxi_loyalty.members.links import make_link
from guanxi_loyalty.models import Base
from guanxi_loyalty.surprises.budgets import set_budget
from guanxi_loyalty.surprises.giving import give_surprise

MINE = (*rewards_data.KEPT, "loyalty_uses", "loyalty_fingerprints", "loyalty_codes")
MINE += ("loyalty_code_orders", "loyalty_code_uses", "loyalty_gift_cards")
MINE += ("loyalty_member_links",)


@pytest.fixture
def friends(counter: Counter) -> Friends:
    """Friends who also take rewards."""
    return Friends(counter.session)


def lives(counter: Counter, friends: Friends, who: UUID, friend: UUID) -> None:
    """Let somebody do everything that leaves a row."""
    session, programme = counter.session, counter.programme
    counter.till.earn(who, 1000)
    counter.take(who, counter.reward(customer_limit=3))
    key = f"set{who.hex[-6:]}"
    counter.shop.set(None, key=key)
    counter.take(who, counter.reward(gives="code", code_set=key))
    shared = counter.shop.set(f"C{who.hex[-8:]}", key=f"s{key}", customer_limit=2)
    counter.shop.redeem(basket(100, customer=who), f"C{who.hex[-8:]}", key=f"o{shared.id}")
    ask = CardAsk(programme, f"card-{who}", counter.now, "test")
    gift_cards.issue(session, ask, 500, customer_id=who)
    set_budget(session, programme, None, 10_000, now=counter.now, by="test")
    cake = counter.reward(surprise=True, cost=3)
    give_surprise(session, counter.ask(), friend, who, cake.key, reason="was ill")
    friends.come(friends.code(friend), who, device=f"phone of {who}")
    friends.code(who)
    asked = replace(counter.till.ask(f"much-{who.hex}"), remark="won a draw")
    adjust_or_ask(session, asked, who, 5000, Person(friend, "Wang"))
    make_link(session, who, now=counter.now, by="Wang")


def tables(counter: Counter) -> dict[str, list[str]]:
    """Return all rows of the tables at hand."""
    counter.session.flush()
    return {
        table: sorted(counter.session.execute(text(f"SELECT t.*::text FROM {table} t")).scalars())
        for table in MINE
    }


def about(counter: Counter, who: UUID) -> set[str]:
    """Return in which tables somebody is named."""
    return {name for name, rows in tables(counter).items() if any(str(who) in row for row in rows)}


def test_the_test_knows_all_tables_that_name_customers() -> None:
    naming = {
        key.parent.table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.target_fullname == "customers.id"
    }
    others = {"loyalty_accounts", "loyalty_standings", "loyalty_tier_changes"}

    assert {name for name in naming if name in MINE} == set(MINE)
    assert others <= naming


def test_everything_is_handed_out_as_plain_data(counter: Counter, friends: Friends) -> None:
    ann, bob = counter.member(), counter.member()
    lives(counter, friends, ann, bob)

    told = rewards_data.export(counter.session, ann)

    assert told is not None
    assert sorted(told) == [
        "adjustments", "codes", "discounts", "gift_cards", "own_page", "referral_codes",
        "referred", "rewards", "seen_with", "surprises",
    ]  # fmt: skip
    assert told["adjustments"][0]["reason"] == "won a draw"
    assert told["surprises"][0]["reason"] == "was ill"
    assert rewards_data.export(counter.session, counter.member()) is None


def test_nothing_personal_is_left_after_an_erasure(counter: Counter, friends: Friends) -> None:
    ann, bob = counter.member(), counter.member()
    lives(counter, friends, ann, bob)
    lives(counter, friends, bob, counter.member())
    of_bob = rewards_data.export(counter.session, bob)
    code = friends.code(ann)

    rewards_data.erase(counter.session, ann)
    counter.session.expire_all()

    assert about(counter, ann) == set(rewards_data.KEPT)
    told = rewards_data.export(counter.session, ann)
    assert "was ill" not in str(told)
    assert "won a draw" not in str(told)
    assert told is not None
    assert told["adjustments"][0]["state"] == "withdrawn"
    assert code not in str(tables(counter))
    after = rewards_data.export(counter.session, bob)
    assert of_bob is not None
    assert after is not None
    assert after | {"referrals_made": None} == of_bob | {"referrals_made": None}


@pytest.mark.parametrize("both", [True, False])
def test_a_merge_moves_everything_and_can_be_taken_back(
    counter: Counter, friends: Friends, both: bool
) -> None:
    ann, bob, eve = (counter.member() for _ in range(3))
    lives(counter, friends, bob, eve)
    if both:
        lives(counter, friends, ann, eve)
    shared = counter.shop.set("BOTH", key="both", customer_limit=9)
    for who in (ann, bob, bob) if both else (bob,):
        counter.shop.redeem(basket(100, customer=who), "BOTH")
        friends.buy(who, 1, "x", device="same")
    before = tables(counter)

    undo = rewards_data.merge(counter.session, ann, bob)
    counter.session.expire_all()
    assert about(counter, bob) == set()
    uses = text("SELECT used FROM loyalty_uses WHERE subject_id = :id")
    found = counter.session.execute(uses, {"id": shared.id}).scalars().all()
    assert found == ([3] if both else [1])

    rewards_data.unmerge(counter.session, ann, bob, json.loads(json.dumps(undo)))
    counter.session.expire_all()
    assert tables(counter) == before


def test_whoever_has_nothing_leaves_nothing_to_undo(counter: Counter) -> None:
    ann, bob = counter.member(), counter.member()

    assert rewards_data.merge(counter.session, ann, bob) is None
    rewards_data.unmerge(counter.session, ann, bob, None)
