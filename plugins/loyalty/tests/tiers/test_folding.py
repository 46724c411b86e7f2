"""Tiers as a pure function: windows, downgrades, and the same step by step as from scratch."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.sdk import Invalid
from guanxi_loyalty.tiers.folding import Calendar, State, advance, tier_at
from guanxi_loyalty.tiers.policy import Version, read_tiers, write_tiers
from guanxi_loyalty.tiers.windows import leaves_at

LONDON = ZoneInfo("Europe/London")
TIERS = [
    {"key": "basic", "title_en": "Basic", "title_zh": "普通", "threshold": 0},
    {"key": "silver", "title_en": "Silver", "title_zh": "银卡", "threshold": 100},
    {"key": "gold", "title_en": "Gold", "title_zh": "金卡", "threshold": 300},
]
JOINED = Calendar(date(2024, 2, 29), LONDON)
START = datetime(2024, 3, 1, tzinfo=UTC)


def on(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def policy(**more):
    return read_tiers({"tiers": TIERS, **more})


def tier(one, earned, upto):
    """Return the tier at an instant, and the steps to it."""
    versions = [Version(START, one)]
    state, changes = tier_at(versions, earned, JOINED, on(upto))
    return one.tiers[state.level].key, [(c.at, c.after, c.cause) for c in changes]


def test_enough_lifts_at_once():
    one = policy()
    earned = [(on("2025-01-10"), 60), (on("2025-02-10"), 40), (on("2025-03-01"), 500)]

    assert tier(one, earned, "2025-02-09")[0] == "basic"
    assert tier(one, earned, "2025-02-10")[0] == "silver"
    assert tier(one, earned, "2025-03-01") == (
        "gold",
        [(on("2025-02-10"), "silver", "reached"), (on("2025-03-01"), "gold", "reached")],
    )


def test_a_rolling_window_at_once_forgets_day_by_day():
    one = policy(downgrade="at_once", months=6)
    earned = [(on("2025-08-31T15:00"), 60), (on("2025-10-01"), 60)]

    assert tier(one, earned, "2026-02-27T23:59")[0] == "silver"
    assert tier(one, earned, "2026-02-28") == (
        "basic",
        [(on("2025-10-01"), "silver", "reached"), (on("2026-02-28"), "basic", "fell")],
    )


def test_grace_keeps_the_tier_for_a_while_and_is_over_once_it_is_enough_again():
    one = policy(downgrade="at_once", months=6, grace_months=2)
    earned = [(on("2025-01-01"), 100)]
    again = [*earned, (on("2025-08-01"), 100)]

    assert tier(one, earned, "2025-08-31")[0] == "silver"
    assert tier(one, earned, "2025-09-01")[0] == "basic"
    assert tier(one, again, "2025-09-01")[0] == "silver"


def test_a_calendar_year_is_looked_at_before_the_new_one_begins():
    one = policy(window="calendar")
    earned = [(on("2024-06-01"), 300), (on("2025-06-01"), 120)]

    assert tier(one, earned, "2025-12-31T23:59")[0] == "gold"
    assert tier(one, earned, "2026-01-01") == (
        "silver",
        [(on("2024-06-01"), "gold", "reached"), (on("2026-01-01"), "silver", "lapsed")],
    )


def test_a_soft_landing_is_one_step_a_period():
    one = policy(window="calendar", soft_landing=True)
    earned = [(on("2024-06-01"), 300)]

    steps = [tier(one, earned, f"{year}-01-01")[0] for year in (2025, 2026, 2027)]

    assert steps == ["gold", "silver", "basic"]


def test_grace_after_a_year():
    one = policy(window="calendar", grace_months=2)
    earned = [(on("2024-06-01"), 100)]

    assert tier(one, earned, "2026-02-28T23:00")[0] == "silver"
    assert tier(one, earned, "2026-03-01")[0] == "basic"
    assert tier(one, [*earned, (on("2026-02-01"), 100)], "2026-03-01")[0] == "silver"


def test_years_of_membership_of_who_joined_on_29_february():
    one = policy(window="anniversary")

    assert leaves_at(one, on("2025-02-27"), JOINED.joined, LONDON) == on("2025-02-28")
    assert leaves_at(one, on("2025-02-28"), JOINED.joined, LONDON) == on("2026-02-28")
    assert leaves_at(one, on("2028-02-28"), JOINED.joined, LONDON) == on("2028-02-29")


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_days_are_those_of_the_programme(zone):
    there = ZoneInfo(zone)
    one = policy(window="calendar")
    last = datetime(2025, 12, 31, 23, 59, tzinfo=there)

    assert leaves_at(one, last, JOINED.joined, there) == datetime(2026, 1, 1, tzinfo=there)


def test_what_is_taken_back_lowers_the_tier_where_that_is_at_once():
    earned = [(on("2025-01-10"), 120), (on("2025-02-10"), -50)]

    assert tier(policy(downgrade="at_once"), earned, "2025-02-10") == (
        "basic",
        [(on("2025-01-10"), "silver", "reached"), (on("2025-02-10"), "basic", "taken_back")],
    )
    assert tier(policy(), earned, "2025-02-10")[0] == "silver"


def test_for_a_lifetime_only_what_is_taken_back_lowers_the_tier():
    one = policy(window="lifetime", downgrade="at_once")
    earned = [(on("2025-01-10"), 320), (on("2025-02-10"), -50)]

    assert tier(one, earned, "2190-01-01") == (
        "silver",
        [(on("2025-01-10"), "gold", "reached"), (on("2025-02-10"), "silver", "taken_back")],
    )
    assert tier(policy(window="lifetime"), earned, "2190-01-01")[0] == "gold"


def test_another_policy_counts_anew_from_when_it_is_in_force():
    cheap = [{**TIERS[0]}, {**TIERS[1], "threshold": 50}]
    versions = [
        Version(START, policy(downgrade="at_once")),
        Version(on("2025-06-01"), read_tiers({"tiers": cheap, "downgrade": "at_once"})),
    ]
    earned = [(on("2025-05-01"), 60)]

    before, _ = tier_at(versions, earned, JOINED, on("2025-05-31"))
    after, changes = tier_at(versions, earned, JOINED, on("2025-06-01"))

    assert (before.level, after.level) == (0, 1)
    assert [(one.after, one.cause) for one in changes] == [("silver", "policy")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"tiers": []},
        {"tiers": TIERS[1:]},
        {"tiers": [TIERS[0], TIERS[2], TIERS[1]]},
        {"tiers": [TIERS[0], {**TIERS[1], "key": "basic"}]},
        {"tiers": [{**TIERS[0], "multiplier": "0.5"}]},
        {"tiers": TIERS, "window": "moon"},
        {"tiers": TIERS, "months": 0},
        {"tiers": TIERS, "downgrade": "at_once", "soft_landing": True},
        {"tiers": TIERS, "colour": 1},
    ],
)
def test_a_policy_that_cannot_be_is_refused(wrong):
    with pytest.raises(Invalid):
        read_tiers(wrong)


def test_what_is_written_is_read_again():
    one = policy(window="calendar", grace_months=1)

    assert read_tiers(write_tiers(one)) == one


policies = st.builds(
    policy,
    window=st.sampled_from(["rolling", "calendar", "anniversary", "lifetime"]),
    months=st.integers(1, 14),
    downgrade=st.sampled_from(["at_once", "period_end"]),
    grace_months=st.integers(0, 3),
)
entries = st.lists(
    st.tuples(
        st.integers(0, 1400).map(lambda days: START + timedelta(days=days, hours=days % 24)),
        st.integers(-80, 200),
    ),
    max_size=25,
)


@settings(max_examples=300, deadline=None)
@given(policies, entries, st.lists(st.integers(0, 1500), min_size=1, max_size=8))
def test_step_by_step_is_the_same_as_from_scratch(one, earned, days):
    earned = sorted(dict(earned).items())
    state, changes = State(), []
    looked = [START + timedelta(days=day) for day in sorted(days)]

    for upto in looked:
        done = state.worked_to
        new = [e for e in earned if done is None or e[0] > done]
        old = [e for e in earned if done is not None and e[0] <= done]
        state = advance(one, state, new, old, JOINED, upto=upto, changes=changes)

    scratch, all_changes = tier_at([Version(START, one)], earned, JOINED, looked[-1])
    assert state == scratch
    assert changes == all_changes


@settings(max_examples=200, deadline=None)
@given(policies, entries, st.integers(0, 1400))
def test_what_comes_later_changes_nothing_before(one, earned, day):
    upto = START + timedelta(days=day)
    versions = [Version(START, one)]

    whole = tier_at(versions, earned, JOINED, upto)
    known = tier_at(versions, [e for e in earned if e[0] <= upto], JOINED, upto)

    assert whole == known
