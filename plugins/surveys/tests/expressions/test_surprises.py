"""What surprises about the language, by example; each expectation is the reference's, too."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from plugins.surveys.tests.expressions.beside import NOW, agree, expected
from plugins.surveys.tests.reference import Oracle

from guanxi_surveys.expressions import ExpressionError, evaluate, parse

VALUES: dict[str, Any] = {
    "age": 20,
    "code": "007",
    "digits": "5",
    "list": [1, 2, "x"],
    "deep": {"rows": [{"z": 7}]},
    "day": "2026-01-31",
    "empty": [],
    "large": 1e20,
    "larger": 1e21,
    "small": 1e-7,
    "rows": [{"k": 1, "v": 2}, {"k": 2, "v": "3.5"}, {"k": 3, "v": 1}],
}

EXAMPLES: list[tuple[str, Any]] = [
    ("{missing} != 3", True),
    ("{missing} > 5", False),
    ("{missing} < 5", False),
    ("{missing} + 5", 5),
    ("{missing} empty", True),
    ("{empty} notcontains 0", True),
    ("{empty} anyof []", True),
    ("{digits} = 5", True),
    ("{digits} + 1", 6),
    ("{#digits} + 1", "51"),
    ("{code}", "007"),
    ("{AGE}", 20),
    ("{list.length}", 3),
    ("{missing.length}", 0),
    ("{list[-1]}", "x"),
    ("{list} = ['x', 2, 1]", True),
    ("{deep.rows[0].z}", 7),
    ("'X' = ' x '", True),
    ("'X' < 'a'", True),
    ("'10' contains 0", False),
    ("1 + 2 * 3 ^ 2", 19),
    ("2 ^ 3 ^ 2", 64),
    ("1 < 2 < 3", True),
    ("5 / 0", None),
    ("0.1 + 0.2", 0.3),
    ("3 - 2.9", 0.1),
    ("'n' + {large}", "n100000000000000000000"),
    ("'n' + {larger}", "n1e+21"),
    ("'n' + {small}", "n1e-7"),
    ("trunc(0.5, {large})", 0.5),
    ("{age} > 17 and 'yes'", "yes"),
    ("{missing} or 5", 5),
    ("(1 + 2", 3),
    ("!{age} = 20", False),
    ("{age} => 20", True),
    ("{age}or0", 20),
    ("0x10", 16),
    ("negate", "negate"),
    ("round(1.005, 2)", 1.01),
    ("round(-2.5)", -3),
    ("trunc(12345.678, 2)", 12345.67),
    ("dateAdd('2026-01-31', 1, 'months') = '2026-03-03'", True),
    ("{day} > '2026-01-05'", True),
    ("getDate({day}) > '2026-01-05'", True),
    ("age('2000-11-14')", 23),
    ("unknown(5)", None),
    ("foo(null, 5)", None),
    ("sumInArray({rows}, 'v', {k} > 1)", 4.5),
    ("avgInArray({rows}, 'v', '{k} > 1')", 2.25),
    ("maxInArray({rows}, 'v', 'k')", 2),
    ("iif({age} > 30, 'old', iif({age} > 10, 'young', 'child'))", "young"),
    ('{"a": 5}', {"a": 5}),
]


@pytest.mark.parametrize(("expression", "result"), EXAMPLES, ids=[one for one, _ in EXAMPLES])
def test_results_that_surprise(expression: str, result: Any, oracle: Oracle) -> None:
    assert evaluate(expression, VALUES, now=NOW) == result
    assert expected(oracle, [(expression, VALUES)]) == [result]


@pytest.mark.parametrize(
    "expression",
    ["5 5", "", "{}", "foo( )", "[ ]", "01", "{a} equal", "'it's'", "nullable", "{a} === 5", "1 +"],
)
def test_what_cannot_be_read(expression: str, oracle: Oracle) -> None:
    with pytest.raises(ExpressionError):
        evaluate(expression, VALUES)
    assert oracle.ask("evaluate", expression=expression, values=VALUES) == {"invalid": True}


def test_rankings_are_compared_in_their_order() -> None:
    values = {"Rank": [3, 2, 1], "chosen": [3, 2, 1]}

    assert evaluate("{rank} = [1, 2, 3]", values, strict={"Rank"}) is False
    assert evaluate("{rank} != [1, 2, 3]", values, strict={"Rank"}) is True
    assert evaluate("{chosen} = [1, 2, 3]", values, strict={"Rank"}) is True
    assert evaluate("{rank} = [1, 2, 3]", values) is True


@pytest.mark.parametrize(
    ("answer", "held"), [(True, True), (1, True), ("true", True), ("yes", False), (5, False)]
)
def test_a_condition_holds_that_is_true_or_one(answer: Any, held: bool) -> None:
    assert parse("{a}").holds({"a": answer}) is held


def test_an_expression_knows_what_it_reads_and_calls() -> None:
    found = parse("{a} > 5 and iif({#b.c} notempty, {a}, displayValue('d'))")

    assert found.names == ("a", "b.c")
    assert found.functions == ("iif", "displayValue")


def test_own_functions_come_before_the_built_in_ones() -> None:
    functions = {"displayValue": lambda given: f"<{given[0]}>", "sum": lambda given: given}

    assert evaluate("displayValue({a}) + '!'", {"a": "x"}, functions=functions) == "<x>!"
    assert evaluate("sum(min(), 0 * 'x', 2)", {}, functions=functions) == [None, None, 2]


def test_names_of_a_rows_condition_are_those_of_the_row_first() -> None:
    values = {"rows": [{"v": 1}, {"v": 2, "least": 3}, {"v": 4}], "least": 2}

    assert evaluate("sumInArray({rows}, 'v', {v} >= {least})", values) == 4


def test_results_that_json_does_not_have_are_none() -> None:
    assert evaluate("[0 * 'x', 10 ^ 400, min(), getDate('x')]", {}) == [None] * 4


def test_what_the_reference_cannot_do_has_a_result() -> None:
    assert evaluate("iif({a}, null, 1)", {"a": True}) is None
    assert evaluate("null empty", {}) is True
    assert evaluate("sum(['x', 1.5, 1.5])", {}) is None


def test_the_present_day_is_asked_for_only_where_there_is_one() -> None:
    with pytest.raises(ExpressionError, match="present day"):
        evaluate("today() > '2026-01-01'", {})


def test_today_is_the_day_of_now_in_its_zone() -> None:
    late = datetime(2026, 3, 1, 23, 30, tzinfo=timezone(timedelta(hours=-5)))

    assert evaluate("today()", {}, now=late) == datetime(2026, 3, 1, tzinfo=late.tzinfo)
    assert evaluate("today(1) = '2026-03-02'", {}, now=late) is True


def test_dates_agree_with_the_reference(oracle: Oracle) -> None:
    dates = [
        "2024-02-30", "2024-01-05", "2024-1-5", "2024/01/05", "1/5/2024", "1/5/2024 10:30",
        "2024-01-05 10:00", "2024-01-05T10:00", "2024-01-05T10:00:30.5", "2024-01-05T10:00Z",
        "2024-01-05T10:00+02:00", "2024-01", "10:30", "2024-01-05T24:00", "2024-13-01",
        "2024-01-32", "2024-12-31T23:59:59", "garbage",
    ]  # fmt: skip
    expressions = [
        "getDate({d})", "{d} > today()", "year({d})", "month({d})", "day({d})", "weekday({d})",
        "dateAdd({d}, 1, 'months')", "dateAdd({d}, -40)", "dateAdd({d}, 5, 'hours')",
        "dateDiff({d}, '2023-05-31')", "dateDiff({d}, '2025-05-31', 'months')",
        "dateDiff({d}, '2023-05-31T10:00', 'hours')", "age({d})", "getYear({d})",
        "getDate({d}) = '2024-01-05'", "getDate({d}) >= {d}", "currentDate() > {d}",
        "diffDays({d}, today())", "{d} = getDate('2024-01-05T10:00')",
    ]  # fmt: skip

    agree(oracle, [(text, {"d": day}) for text in expressions for day in dates])
