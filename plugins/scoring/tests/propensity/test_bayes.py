"""Naive Bayes over counts: the formula by brute force, increments, faults of others."""

from datetime import UTC, datetime, timedelta
from math import exp, isfinite, log, prod
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi_scoring.models.propensity import COMPANY
from guanxi_scoring.propensity import bayes
from guanxi_scoring.propensity.binning import MISSING, OTHER, Feature, features_of
from guanxi_scoring.propensity.calibrating import calibrated, calibrator, clamped, sigmoid
from guanxi_scoring.propensity.goals import Goal
from guanxi_scoring.propensity.predicting import ByCounts, enough_for, probability
from guanxi_scoring.propensity.samples import Sample

AT = datetime(2026, 1, 1, tzinfo=UTC)
COLOUR = Feature("colour", is_number=False, words=("blue", "red"))
AGE = Feature("age", is_number=True, breaks=(20.0, 40.0))
BOTH = (AGE, COLOUR)
NORTH, SOUTH = UUID(int=1), UUID(int=2)

known = st.fixed_dictionaries(
    {},
    optional={
        "colour": st.sampled_from(["red", "blue", "green", None]),
        "age": st.one_of(st.none(), st.integers(0, 60)),
    },
)
outcomes = st.lists(
    st.builds(
        lambda facts, won, team: Sample(UUID(int=9), AT, AT, facts, won, team),
        known,
        st.booleans(),
        st.sampled_from([COMPANY, NORTH, SOUTH]),
    ),
    max_size=40,
)


def case(won: bool, team: UUID = COMPANY, **facts: object) -> Sample:
    """Return a closed case."""
    return Sample(UUID(int=9), AT, AT + timedelta(days=1), facts, won, team)


@given(outcomes, known)
def test_log_odds_are_those_of_the_formula_by_brute_force(
    samples: list[Sample], facts: dict[str, object]
) -> None:
    samples += [case(won=True), case(won=False)]
    table = bayes.tables_of(samples, BOTH)[COMPANY]

    told = bayes.log_odds(bayes.weights_of(table, BOTH), BOTH, facts)

    assert exp(told.log_odds) == pytest.approx(_odds_by_product(samples, facts))


def _odds_by_product(samples: list[Sample], facts: dict[str, object]) -> float:
    """Return the odds by counting cases again for each feature, as a product of ratios."""
    sides = {won: [one.known for one in samples if one.won == won] for won in (True, False)}
    ratios = [len(sides[True]) / len(sides[False])]
    for feature in BOTH:
        value = feature.bin(facts)
        if value is None:
            continue
        likelihood = {}
        for won, rows in sides.items():
            bins = [found for row in rows if (found := feature.bin(row)) is not None]
            likelihood[won] = (bins.count(value) + 1) / (len(bins) + len(feature.values))
        ratios.append(likelihood[True] / likelihood[False])
    return prod(ratios)


@given(outcomes, st.data())
def test_increments_in_any_order_give_what_a_recount_gives(
    samples: list[Sample], data: st.DataObject
) -> None:
    gone = data.draw(st.sets(st.integers(0, max(0, len(samples) - 1)), max_size=len(samples)))
    table = bayes.Table()
    for one in data.draw(st.permutations(samples)):
        table.add(bayes.keys_of(BOTH, one.known), won=one.won)
    for place in gone & set(range(len(samples))):
        one = samples[place]
        table.add(bayes.keys_of(BOTH, one.known), won=one.won, times=-1)

    left = [one for place, one in enumerate(samples) if place not in gone]
    counted = bayes.tables_of(left, BOTH)[COMPANY].counts
    assert {key: pair for key, pair in table.counts.items() if pair != (0, 0)} == counted


def test_what_was_not_known_counts_nowhere_and_what_was_empty_is_a_value() -> None:
    assert COLOUR.bin({}) is None
    assert COLOUR.bin({"colour": None}) == MISSING
    assert COLOUR.bin({"colour": "green"}) == OTHER
    assert bayes.keys_of(BOTH, {"colour": None}) == [bayes.TOTAL, ("colour", MISSING)]


def test_equal_numbers_fall_into_one_bin_wherever_the_quantiles_are() -> None:
    rows = [{"n": 1.0}] * 90 + [{"n": float(value)} for value in range(2, 12)]

    (feature,) = features_of(rows)

    assert feature.breaks == (2.0,)
    assert feature.bin({"n": 1.0}) != feature.bin({"n": 2.0})


def test_a_team_without_successes_goes_by_the_company_whatever_team_came_before() -> None:
    # A known system handed a team with 4 losses and no win the prior of the team before: 98.39 %.
    won = [case(won=True, team=NORTH, colour="red")] * 60
    lost = [case(won=False, team=NORTH, colour="blue")] * 2 + [case(won=False, team=SOUTH)] * 4
    goal = Goal(min_each=1, min_cases=2)
    tables = bayes.tables_of([*won, *lost], BOTH)
    predictor = ByCounts(BOTH, tables, goal)

    after_north = predictor.many([({}, NORTH), ({}, SOUTH)])
    alone = ByCounts(BOTH, tables, goal).many([({}, SOUTH)])

    assert after_north[1] == alone[0]
    assert alone[0] is not None
    assert alone[0].log_odds == pytest.approx(log(60 / 6))


def test_nothing_is_said_without_a_win_or_without_a_loss() -> None:
    # A known system showed 91.67 % after its only win was taken back.
    goal = Goal(min_each=1, min_cases=1)
    only_losses = bayes.tables_of([case(won=False, colour="red")] * 30, BOTH)
    only_wins = bayes.tables_of([case(won=True, colour="red")] * 30, BOTH)

    assert ByCounts(BOTH, only_losses, goal).many([({"colour": "red"}, COMPANY)]) == [None]
    assert ByCounts(BOTH, only_wins, goal).many([({"colour": "red"}, COMPANY)]) == [None]


@pytest.mark.parametrize(
    ("pair", "enough"), [((20, 80), True), ((19, 90), False), ((20, 79), False)]
)
def test_too_few_cases_are_not_learnt_from(pair: tuple[int, int], enough: bool) -> None:
    assert enough_for(Goal(min_each=20, min_cases=100))(pair) is enough


def test_two_hundred_features_neither_overflow_nor_vanish() -> None:
    features = tuple(Feature(f"f{n}", is_number=False, words=("a", "b")) for n in range(200))
    facts = {f"f{n}": "a" for n in range(200)}
    samples = [case(won=True, **facts)] * 1_000 + [case(won=False, f0="b")] * 1_000
    samples += [case(won=False, **dict.fromkeys(facts, "b"))] * 1_000
    table = bayes.tables_of(samples, features)[COMPANY]

    told = bayes.log_odds(bayes.weights_of(table, features), features, facts)

    assert isfinite(told.log_odds)
    assert told.log_odds > 700  # a product of these ratios is beyond a float


@given(st.floats(-800, 800), st.integers(2, 100_000))
def test_a_probability_is_never_nought_or_one(score: float, cases: int) -> None:
    told = bayes.Told(score, {}, cases)

    p = probability(told, {"method": "none"})

    assert p is not None
    assert 1 / (cases + 2) <= p <= 1 - 1 / (cases + 2)


def test_the_clamp_is_laplaces_rule_of_succession() -> None:
    assert clamped(0.0, 98) == 0.01
    assert clamped(1.0, 98) == 0.99
    assert clamped(0.3, 98) == 0.3
    assert sigmoid(-800) == 0.0


def test_steps_of_calibration_never_fall_and_say_less_where_few_cases_were_seen() -> None:
    scores = [float(place // 100) for place in range(2_000)] + [50.0] * 8
    won = [place % 100 < place // 100 * 5 for place in range(2_000)] + [True] * 8

    told = calibrator(scores, won)

    assert told["method"] == "isotonic"
    assert told["y"] == sorted(told["y"])
    assert calibrated(told, 10.0) == pytest.approx(0.5, abs=0.01)
    assert calibrated(told, 50.0) < 0.97
    assert calibrated(told, -1e9) == told["y"][0] > 0


def test_a_learner_that_told_the_wrong_way_round_says_the_share_of_all() -> None:
    scores = [float(place % 10) for place in range(200)]
    won = [score < 3 for score in scores]

    told = calibrator(scores, won)

    assert told["method"] == "platt"
    assert calibrated(told, 0.0) == calibrated(told, 9.0) == pytest.approx(0.3)
