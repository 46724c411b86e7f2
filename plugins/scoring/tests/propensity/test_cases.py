"""Past cases as touchpoints tell them: who, when, how it went, and nothing of the future."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from guanxi_scoring.propensity.cases import GRID, chance, derive
from guanxi_scoring.propensity.conditions import Condition, Touch
from guanxi_scoring.propensity.goals import ANSWER, Goal

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)
BUY = Goal(within_days=30, every_days=10)
MAIL = Goal(
    "convert",
    Condition(kinds=("email",), directions=("out",)),
    Condition(kinds=("purchase",), channels=("website",)),
    within_days=5,
)
kinds = st.sampled_from(["purchase", "call", "email"])


def bought(at: datetime, channel: str = "store") -> Touch:
    """Return a purchase."""
    return Touch(at, "purchase", channel, "in")


def called(at: datetime, good: bool | None = None) -> Touch:
    """Return a call of ours."""
    return Touch(at, "call", "phone", "out", good=good)


def mailed(at: datetime) -> Touch:
    """Return a letter of ours."""
    return Touch(at, "email", "email", "out")


touches = st.lists(
    st.builds(
        lambda hours, kind, good: Touch(
            START + timedelta(hours=hours), kind, "store", "out", good=good
        ),
        st.integers(0, 4_000),
        kinds,
        st.sampled_from([True, False, None]),
    ),
    max_size=25,
).map(lambda found: sorted(found, key=lambda one: one.at))


@given(touches, st.integers(0, 5_000), st.sampled_from([BUY, MAIL, ANSWER]))
def test_what_is_known_of_a_case_does_not_depend_on_what_came_after_it(
    history: list[Touch], hours: int, goal: Goal
) -> None:
    until = START + timedelta(hours=hours)
    whole = derive(goal, history, START + 10_000 * DAY / 24, "UTC")

    for one in derive(goal, history, until, "UTC"):
        before = [touch for touch in history if touch.at < one.at]
        assert chance(goal, before, one.at, "UTC").facts == one.facts
        (later,) = [other for other in whole if other.at == one.at]
        assert later.facts == one.facts
        assert one.won in (None, later.won)


@given(touches, st.sampled_from([BUY, MAIL, ANSWER]))
def test_each_case_begins_at_an_instant_of_its_own(history: list[Touch], goal: Goal) -> None:
    found = [one.at for one in derive(goal, history, START + 400 * DAY, "UTC")]

    assert found == sorted(set(found))


def test_a_purchase_within_the_horizon_wins_and_one_after_it_does_not() -> None:
    at = GRID + (START - GRID) // (10 * DAY) * 10 * DAY + 10 * DAY
    history = [bought(at - DAY), bought(at + 30 * DAY)]

    first, *_, last = derive(BUY, history, at + 60 * DAY, "UTC")

    assert (first.at, first.won, first.closed_at) == (at, False, at + 30 * DAY)
    assert derive(BUY, [bought(at - DAY), bought(at)], at + 60 * DAY, "UTC")[0].won is True
    assert last.won is None


def test_a_case_is_open_until_its_time_is_over() -> None:
    history = [mailed(START)]

    assert [one.won for one in derive(MAIL, history, START + 4 * DAY, "UTC")] == [None]
    assert [one.won for one in derive(MAIL, history, START + 5 * DAY, "UTC")] == [False]
    history.append(bought(START + 4 * DAY, "website"))
    assert [one.won for one in derive(MAIL, history, START + 5 * DAY, "UTC")] == [True]


def test_an_early_success_counts_no_sooner_than_a_failure_would() -> None:
    history = [mailed(START), bought(START + DAY, "website")]

    (young,) = derive(MAIL, history, START + 2 * DAY, "UTC")

    assert (young.won, young.succeeded, young.closed_at) == (None, True, START + DAY)


def test_conversion_looks_at_kind_and_channel_of_both_touchpoints() -> None:
    elsewhere = [mailed(START), bought(START + DAY, "store")]
    before = [bought(START - DAY, "website"), mailed(START)]
    at_once = [mailed(START), bought(START, "website")]

    for history in (elsewhere, before, at_once):
        assert [one.won for one in derive(MAIL, history, START + 9 * DAY, "UTC")] == [False]


def test_an_answer_is_decided_by_the_outcome_or_else_by_contact_from_the_customer() -> None:
    back = Touch(START + 3 * DAY, "call", "phone", "in")

    def results(*history: Touch, days: int = 30) -> list[bool | None]:
        return [one.won for one in derive(ANSWER, history, START + days * DAY, "UTC")]

    assert results(called(START, good=True), days=1) == [True]
    assert results(called(START, good=False), back, days=4) == [False]
    assert results(called(START), back) == [True]
    assert results(called(START)) == [False]
    assert results(called(START, good=False), called(START, good=True)) == [True]


def test_how_it_went_before_is_known_only_of_cases_that_were_closed_by_then() -> None:
    history = [called(START), called(START + 3 * DAY), called(START + 20 * DAY)]

    found = derive(ANSWER, history, START + 60 * DAY, "UTC")

    assert [one.facts["earlier"] for one in found] == ["none", "none", "lost"]


def test_several_purchases_of_one_day_are_one() -> None:
    history = [bought(START), bought(START + timedelta(hours=3)), bought(START + 4 * DAY)]

    facts = chance(BUY, history, START + 10 * DAY, "UTC").facts

    assert facts["purchases"] == 2
    assert facts["recency"] == 6.0
    assert facts["rhythm"] == 1.5


def test_who_never_bought_is_not_predicted_to_buy() -> None:
    assert not chance(BUY, [called(START)], START + DAY, "UTC").is_known
    assert chance(ANSWER, [], START + DAY, "UTC").is_known
