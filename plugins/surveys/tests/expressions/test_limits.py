"""Rubbish, depth, length, and what is made to be slow: a clear error, or done within the limits."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi_surveys.expressions import ExpressionError, evaluate, parse
from guanxi_surveys.expressions.faults import DEPTH, LENGTH


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 1_000 + "1" + ")" * 1_000,
        "!" * 1_000 + "{a}",
        "[" * 1_000 + "1" + "]" * 1_000,
        "iif({a}, 1, " * 1_000 + "2" + ")" * 1_000,
        "1 + (" * 1_000 + "1" + ")" * 1_000,
        "{a} = " + "negate " * 1_000 + "5",
        "(" * 1_000,
    ],
    ids=["brackets", "not", "lists", "calls", "sums", "negations", "open brackets"],
)
def test_a_thousand_levels_are_refused(expression: str) -> None:
    with pytest.raises(ExpressionError):
        parse(expression)


def test_as_many_levels_as_are_allowed_are_evaluated() -> None:
    levels = DEPTH - 1

    assert evaluate("(" * levels + "1" + ")" * levels, {}) == 1
    assert evaluate("iif({a}, 1, " * levels + "2" + ")" * levels, {}) == 2


def test_an_expression_that_is_too_long_is_refused() -> None:
    with pytest.raises(ExpressionError, match=f"longer than {LENGTH} characters"):
        parse("1" + " " * LENGTH)


def test_the_longest_chains_are_evaluated() -> None:
    many = LENGTH // 2 - 1

    assert evaluate("+".join(["1"] * many), {}) == many
    assert evaluate("{a}or" * (LENGTH // 5 - 1) + "{a}", {"a": False}) is False
    assert evaluate("<".join(["1"] * 90), {}) is False


@pytest.mark.parametrize(
    ("expression", "place"),
    [("{a} == == 5", 8), ("{a} > 5 nonsense", 9), ("sum(1, 2))", 10), ("{a} = 'x", 7)],
)
def test_an_error_names_the_place(expression: str, place: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(expression)

    assert caught.value.params["position"] == place


def test_an_expression_that_ends_too_early_says_so() -> None:
    with pytest.raises(ExpressionError, match="is not complete"):
        parse("{a} > ")


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        result = evaluate(text, {"a": 1})
    except ExpressionError:
        result = "refused"

    assert json.dumps(result)


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("{a} + " * 1_000 + "{a}", {"a": "x" * 100_000}),
        ("{a} + " * 1_000 + "{a}", {"a": [0] * 10_000}),
        ("{a} anyof {b}", {"a": list(range(5_000)), "b": [-1.5] * 5_000}),
        ("{a} = {b} and " * 1_000 + "1", {"a": list(range(5_000)), "b": list(range(5_000))}),
        ("{a} contains 'y' or " * 900 + "1", {"a": "x" * 1_000_000}),
        ("sumInArray({a}, 'v', sumInArray({a}, 'v') > 0)", {"a": [{"v": 1}] * 2_000}),
        ("sum({a}) + " * 1_000 + "1", {"a": [1] * 10_000}),
        ("sum({a})", {"a": ["x"] * 10_000}),
    ],
    ids=["texts", "lists", "pairs", "equal lists", "parts", "rows of rows", "sums", "joined"],
)
def test_too_much_to_do_is_refused(expression: str, values: dict[str, Any]) -> None:
    with pytest.raises(ExpressionError):
        evaluate(expression, values)


def test_long_lists_of_texts_are_compared_in_one_go() -> None:
    values = {"a": [f"a{n}" for n in range(20_000)], "b": [f"b{n}" for n in range(20_000)]}

    assert evaluate("{a} anyof {b}", values) is False
    assert evaluate("{a} allof {a}", values) is True
    assert evaluate("{a} contains {b}", values) is False


@pytest.mark.parametrize(
    ("expression", "result"),
    [("10 ^ 10 ^ 10", 1e100), ("10 ^ 400", None), ("2 ^ 0.5 ^ 1000000", None), ("0 ^ -1", None)],
)
def test_powers_stay_numbers(expression: str, result: Any) -> None:
    assert evaluate(expression, {}) == result


def test_numbers_as_long_as_a_text_may_be_are_no_numbers() -> None:
    assert evaluate("{a} + 1", {"a": "9" * 100_000}) == "9" * 100_000 + "1"
    assert evaluate("{a} > 5", {"a": 10**4_000}) is True
    assert evaluate("1" + "0" * 5_000, {}) is None


def test_a_name_of_many_parts_is_refused() -> None:
    with pytest.raises(ExpressionError, match="parts"):
        parse("{" + ".".join("a" * 1_000) + "}")


def test_an_answer_that_is_too_deep_is_refused() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]

    for expression in ("{a} = {b}", "{a} + 'x'", "{a}", "{a} > 5"):
        with pytest.raises(ExpressionError):
            evaluate(expression, {"a": deep, "b": [deep]})
    assert evaluate("sum({a})", {"a": deep}) == 0


def test_a_condition_on_rows_that_asks_for_itself_is_refused() -> None:
    itself = "sumInArray({rows}, 'v', {condition}) = 0"

    with pytest.raises(ExpressionError, match="deep"):
        evaluate(itself, {"rows": [{"v": 1}], "condition": itself})
