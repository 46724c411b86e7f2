"""The oracle answers, and says what it cannot do."""

import pytest
from plugins.surveys.tests.reference import Oracle, OracleFailed


def test_oracle_evaluates_an_expression(oracle: Oracle) -> None:
    answer = oracle.ask("evaluate", expression="{a} > 5 and {b} = 'x'", values={"a": 6, "b": "x"})

    assert answer == {"value": True}


def test_oracle_says_when_an_expression_cannot_be_read(oracle: Oracle) -> None:
    assert oracle.ask("evaluate", expression="5 5", values={}) == {"invalid": True}


def test_oracle_writes_down_what_json_does_not_have(oracle: Oracle) -> None:
    expressions = ["min()", "0 * {a}", "today()"]
    request = {"op": "evaluate", "values": {"a": "x"}, "now": 1_700_000_000_000}

    answers = oracle.ask_all([{**request, "expression": text} for text in expressions])

    assert [answer["value"] for answer in answers] == [
        {"$": "undefined"},
        {"$": "NaN"},
        {"$": "date", "at": 1_699_977_600_000},
    ]


def test_oracle_goes_on_after_an_error(oracle: Oracle) -> None:
    with pytest.raises(OracleFailed, match="TypeError"):
        oracle.ask("unheard of")

    assert oracle.ask("evaluate", expression="1 + 1", values={}) == {"value": 2}
