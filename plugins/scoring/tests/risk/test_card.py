"""Points say exactly what the regression says; who is outside the training has no score."""

from decimal import Decimal
from math import exp, isclose, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi_scoring.risk.card.bins import Bin, Bins, OutsideTraining
from guanxi_scoring.risk.card.card import Card, Refusal, Scored
from guanxi_scoring.risk.card.points import Scale, probability_of_bad

SCALE = Scale(pdo=20, base_score=600, base_odds=50)
AGE = Bins(
    "number",
    (
        Bin("interval", None, 30.0),
        Bin("interval", 30.0, 50.0),
        Bin("interval", 50.0, None),
        Bin("special", values=(-1.0,)),
        Bin("missing"),
    ),
    low=18.0,
    high=75.0,
)


def characteristic(key: str, bins: Bins, woe: list[float], coefficient: float, parts: int) -> dict:
    """A characteristic as a card stores it, with an intercept of 0.4."""
    return {
        "key": key,
        "type": bins.kind,
        "low": bins.low,
        "high": bins.high,
        "neutral": SCALE.part(0.0, coefficient, 0.4, parts),
        "bins": [
            {**one.stored, "woe": w, "points": SCALE.part(w, coefficient, 0.4, parts)}
            for one, w in zip(bins.bins, woe, strict=True)
        ],
    }


def card(against: str = "neutral") -> Card:
    """A card of age and home."""
    home = Bins(
        "category", (Bin("categories", values=("own", "free")), Bin("categories", values=("rent",)))
    )
    return Card(
        {
            "pdo": 20, "base_score": 600, "base_odds": 50, "reasons_against": against,
            "characteristics": [
                characteristic("age", AGE, [-0.5, 0.1, 0.6, 0.0, -0.2], 0.9, 2),
                characteristic("home", home, [0.3, -0.4], 0.7, 2),
            ],
        }
    )  # fmt: skip


def scored(values: dict, against: str = "neutral") -> Scored:
    """The score of somebody who has one."""
    found = card(against).score(values)
    assert isinstance(found, Scored)
    return found


def test_points_add_up_to_the_log_odds() -> None:
    found = scored({"age": 25, "home": "rent"})

    log_odds = 0.4 + 0.9 * -0.5 + 0.7 * -0.4
    assert isclose(SCALE.log_odds(found.points), log_odds, abs_tol=1e-12)
    assert isclose(found.probability, 1 / (1 + exp(log_odds)), rel_tol=1e-12)


@given(st.floats(-30, 30))
def test_twenty_points_more_double_the_odds(log_odds: float) -> None:
    more = SCALE.log_odds(SCALE.points(log_odds) + 20)

    assert isclose(exp(more), 2 * exp(log_odds), rel_tol=1e-9)


def test_the_base_score_has_the_base_odds() -> None:
    assert isclose(SCALE.points(log(50)), 600)
    assert isclose(SCALE.probability_of_bad(600), 1 / 51)


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(0.01, 5))
def test_more_evidence_never_gives_fewer_points(a: float, b: float, coefficient: float) -> None:
    low, high = sorted((a, b))

    assert SCALE.part(low, coefficient, 0.4, 3) <= SCALE.part(high, coefficient, 0.4, 3)


@pytest.mark.parametrize("log_odds", [-1e4, -745.0, 0.0, 745.0, 1e4])
def test_a_probability_is_finite_however_long_the_odds(log_odds: float) -> None:
    assert 0 <= probability_of_bad(log_odds) <= 1


@pytest.mark.parametrize(
    ("value", "place"),
    [(18, 0), (29.99, 0), (30, 1), (Decimal(50), 2), ("75", 2), (-1, 3), (None, 4), ("", 4)],
)
def test_a_value_falls_into_its_bin(value: object, place: int) -> None:
    assert AGE.finder()(value) == place


@pytest.mark.parametrize(
    ("values", "key", "why"),
    [
        ({"age": 17, "home": "own"}, "age", "below"),
        ({"age": 80, "home": "own"}, "age", "above"),
        ({"age": "old", "home": "own"}, "age", "no_number"),
        ({"age": 40, "home": "boat"}, "home", "unknown"),
        ({"age": 40}, "home", "missing"),
        ({"age": float("inf"), "home": "own"}, "age", "no_number"),
    ],
)
def test_who_is_outside_the_training_has_no_score(values: dict, key: str, why: str) -> None:
    found = card().score(values)

    assert isinstance(found, Refusal)
    assert (found.key, found.why, found.value) == (key, why, values.get(key))


def test_a_bin_without_missing_values_refuses_them() -> None:
    bins = Bins("number", (Bin("interval"),), 0.0, 1.0)

    with pytest.raises(OutsideTraining) as caught:
        bins.finder()(float("nan"))
    assert caught.value.why == "missing"


def test_reasons_are_what_cost_most() -> None:
    found = scored({"age": 25, "home": "rent"})

    assert [one.key for one in found.reasons] == ["age", "home"]
    assert isclose(found.reasons[0].cost, 0.9 * 0.5 * SCALE.factor)
    assert scored({"age": 60, "home": "own"}).reasons == ()


def test_against_the_maximum_a_middling_value_costs_too() -> None:
    found = scored({"age": 40, "home": "own"}, against="maximum")

    assert [(one.key, round(one.cost, 6)) for one in found.reasons] == [
        ("age", round(0.9 * 0.5 * SCALE.factor, 6))
    ]
