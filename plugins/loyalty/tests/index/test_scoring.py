"""The index never falls when a part of it grows, and leaves out what nobody knows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from guanxi_loyalty.index.scoring import PARTS, Facts, Part, index_from, mean
from guanxi_loyalty.settings import LoyaltySettings

DEFAULTS = LoyaltySettings().load({})
START = datetime(2020, 1, 1, tzinfo=UTC)
scores = st.none() | st.decimals(0, 100, places=4)
weights = st.integers(0, 100)


def part(key: str, score: Decimal | None, weight: int) -> Part:
    return Part(key, score, weight, "test", "")


def someone(**more: object) -> Facts:
    at = START + timedelta(days=365)
    return replace(Facts(5, START, at, 1, Decimal(7), "silver", 1, 3), **more)


@given(st.lists(st.tuples(scores, weights), min_size=4, max_size=4), st.data())
def test_the_index_never_falls_when_a_part_rises(drawn, data) -> None:
    parts = [part(key, *one) for key, one in zip(PARTS, drawn, strict=True)]
    known = [n for n, one in enumerate(parts) if one.score is not None]
    if not known:
        assert mean(parts) is None
        return
    place = data.draw(st.sampled_from(known))
    higher = data.draw(st.decimals(parts[place].score, 100, places=4))

    before = mean(parts)
    parts[place] = part(parts[place].key, higher, parts[place].weight)

    assert (before is None) == (mean(parts) is None)
    if before is not None:
        assert before <= mean(parts) <= 100


@given(
    st.builds(
        Facts,
        purchases=st.integers(1, 500),
        first_at=st.just(START),
        last_at=st.integers(0, 4000).map(lambda days: START + timedelta(days=days)),
        referrals=st.integers(0, 20),
        nps=st.none() | st.decimals(0, 10, places=1),
        place=st.integers(0, 2),
        tiers=st.just(3),
    ),
    st.integers(0, 50),
    st.data(),
)
def test_more_of_what_makes_a_part_never_lowers_the_index(less, more, data) -> None:
    changes = {
        "purchases": less.purchases + more,
        "last_at": less.last_at + timedelta(days=more),
        "place": data.draw(st.integers(less.place, 2)),
    }
    if less.referrals or less.nps is not None:
        changes["referrals"] = less.referrals + more
    if less.nps is not None:
        changes["nps"] = data.draw(st.decimals(less.nps, 10, places=1))
    for name, value in changes.items():
        greater = index_from(replace(less, **{name: value}), DEFAULTS)

        assert greater.value >= index_from(less, DEFAULTS).value, name


def test_each_part_moves_it_and_says_where_it_comes_from() -> None:
    before = index_from(someone(), DEFAULTS)

    assert [(one.key, one.score, one.source) for one in before.parts] == [
        ("repeat", Decimal("80.0"), "touchpoints"),
        ("tenure", Decimal("50.0"), "touchpoints"),
        ("recommendation", Decimal("70.0"), "surveys.nps_score"),
        ("tier", Decimal("50.0"), "loyalty.tier"),
    ]
    assert before.value == Decimal("62.5")
    for change in (
        {"purchases": 9},
        {"last_at": START + timedelta(days=600)},
        {"referrals": 3},
        {"nps": Decimal(9)},
        {"place": 2},
    ):
        assert index_from(someone(**change), DEFAULTS).value > before.value, change


def test_what_is_unknown_is_left_out_and_says_so() -> None:
    alone = index_from(Facts(purchases=2, first_at=START, last_at=START), DEFAULTS)

    assert alone.value == Decimal("25.0")
    assert [(one.key, one.counts) for one in alone.parts] == [
        ("repeat", True),
        ("tenure", True),
        ("recommendation", False),
        ("tier", False),
    ]
    assert index_from(Facts(), DEFAULTS).value is None


def test_a_part_without_weight_is_shown_and_does_not_count() -> None:
    settings = {**DEFAULTS, "index_weight_tenure": 0}

    found = index_from(someone(), settings)

    assert found.value == Decimal("66.7")
    assert [one.score for one in found.parts if not one.counts] == [Decimal("50.0")]


def test_at_least_one_part_has_a_weight() -> None:
    none = {f"index_weight_{key}": 0 for key in PARTS}

    assert LoyaltySettings().validate(none) == {
        "index_weight_repeat": ["Give at least one part a weight."]
    }
