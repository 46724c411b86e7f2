"""Many cases at once have the scores, reasons and refusals that each of them has alone."""

from decimal import Decimal
from math import inf, nan
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from plugins.scoring.tests.risk.loans import table
from plugins.scoring.tests.risk.test_card import AGE, card, characteristic

from guanxi_scoring.risk.card.bins import Bin, Bins
from guanxi_scoring.risk.card.card import Card, Refusal
from guanxi_scoring.risk.card.cases import Cases, Column
from guanxi_scoring.risk.card.fitting import Terms, fit_card
from guanxi_scoring.risk.card.many import score_many

NUMBERS = st.sampled_from(
    [None, nan, inf, True, 17, 18, 18.0, 29.99, 30, 30.0, 49.5, 50, 75, 75.01, -1, -1.0]
)
TEXTS = st.sampled_from(
    ["", " ", "25", "−1", "-1", "old", " 60 ", Decimal("50.00"), Decimal("NaN")]
)
HOMES = st.sampled_from(["own", " own", "free", "rent", "boat", "", None, 7, 7.0, True, "true"])


def told(card: Card, columns: dict[str, list[Any]]) -> list[Any]:
    """What bulk scoring says of each case, in the form of a single score."""
    found = score_many(card, columns)
    sets, which = found.reasons()
    refused = dict(found.refusals())
    points, probability = found.points.tolist(), found.probability.tolist()
    return [
        refused.get(case)
        or (
            points[case],
            probability[case],
            [(card.characteristics[one].key, place) for one, place in sets[which[case]]],
        )
        for case in range(len(points))
    ]


def one_by_one(card: Card, columns: dict[str, list[Any]]) -> list[Any]:
    """The same from single scores."""
    found = [
        card.score(dict(zip(columns, case, strict=True)))
        for case in zip(*columns.values(), strict=True)
    ]
    return [
        one
        if isinstance(one, Refusal)
        else (one.points, one.probability, [(part.key, part.place) for part in one.reasons])
        for one in found
    ]


@given(
    st.lists(st.tuples(NUMBERS, HOMES), min_size=1, max_size=30),
    st.sampled_from(["neutral", "maximum"]),
)
def test_plain_numbers_at_once_as_one_by_one(cases: list[tuple[Any, Any]], against: str) -> None:
    columns = {"age": [age for age, _ in cases], "home": [home for _, home in cases]}

    assert str(told(card(against), columns)) == str(one_by_one(card(against), columns))


@given(st.lists(st.tuples(NUMBERS | TEXTS, HOMES), min_size=1, max_size=30))
def test_numbers_written_as_text_at_once_as_one_by_one(cases: list[tuple[Any, Any]]) -> None:
    columns = {"age": [age for age, _ in cases], "home": [home for _, home in cases]}

    assert str(told(card(), columns)) == str(one_by_one(card(), columns))


def test_the_three_that_cost_most_of_many_that_cost_something() -> None:
    parts = [characteristic(key, AGE, [-0.5, 0.1, 0.6, 0.0, -0.2], 0.9, 5) for key in "edcba"]
    made = Card({"pdo": 20, "base_score": 600, "base_odds": 50, "reasons_against": "maximum",
                 "characteristics": parts})  # fmt: skip
    columns: dict[str, list[Any]] = {
        "e": [20, 60], "d": [40, 60], "c": [20, 60], "b": [60, 60], "a": [40, 60],
    }  # fmt: skip

    costly, none = told(made, columns)

    assert costly[2] == [("c", 0), ("e", 0), ("a", 1)]
    assert none[2] == []
    assert [costly, none] == one_by_one(made, columns)


def test_a_card_without_numbers_in_a_characteristic_refuses_numbers() -> None:
    asked = Bins("number", (Bin("special", values=("not asked",)), Bin("missing")), None, None)
    made = Card({"pdo": 20, "base_score": 600, "base_odds": 50, "reasons_against": "neutral",
                 "characteristics": [characteristic("n", asked, [0.1, 0.2], 1.0, 1)]})  # fmt: skip
    columns: dict[str, list[Any]] = {"n": [None, 3.0, "not asked", "asked"]}

    found = told(made, columns)

    assert found == one_by_one(made, columns)
    assert [isinstance(one, Refusal) for one in found] == [False, True, False, True]


def test_a_word_that_stands_for_something_else_among_numbers_has_a_bin_of_its_own() -> None:
    rows = table()
    ages: list[Any] = [float(row[12]) for row in rows]
    ages[::10] = ["not asked"] * 100
    bad = [row[-1] == "2" for row in rows]

    fit = fit_card(Cases([Column("age", ages, special=("not asked",))], bad), Terms(least_iv=0), 1)

    (age,) = fit.parameters["characteristics"]
    assert (age["type"], age["bins"][-1]["kind"]) == ("number", "special")
    told_of = Card(fit.parameters).score({"age": "not asked"})
    assert not isinstance(told_of, Refusal)
    assert told_of.points == age["bins"][-1]["points"]
