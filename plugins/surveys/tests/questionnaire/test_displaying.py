"""Answers as a person reads them."""

from typing import Any

import pytest
from plugins.surveys.tests.questionnaire.simple import asking, question

from guanxi_surveys.questionnaire import display, read

BOTH = [
    {"value": "g", "text": {"default": "Good", "zh-cn": "好"}},
    {"value": "b", "text": {"default": "Bad", "zh-cn": "差"}},
]


@pytest.mark.parametrize(
    ("asked", "value", "language", "text"),
    [
        (question("a", "radiogroup", choices=BOTH), "g", "zh-cn", "好"),
        (question("a", "radiogroup", choices=BOTH), "g", "en", "Good"),
        (question("a", "radiogroup", choices=BOTH), "old", "en", "old"),
        (
            question("a", "checkbox", choices=BOTH, showOtherItem=True), ["b", "other"], "zh-cn",
            "差, 其他（请说明）",
        ),
        (question("a", "boolean"), False, "zh-cn", "否"),
        (question("a", "boolean", labelTrue="Sure"), True, "en", "Sure"),
        (question("a", "rating"), 4, "en", "4"),
        (question("a", inputType="number"), 2.0, "en", "2"),
        (question("a", "matrix", rows=BOTH, columns=[1, 2]), {"g": 2}, "zh-cn", "好: 2"),
        (
            question("a", "matrixdropdown", rows=["r"], choices=BOTH,
                     columns=[{"name": "c", "title": "Col"}]),
            {"r": {"c": "g"}}, "en", "r: Col: Good",
        ),
        (question("a", "file"), [{"name": "x.png", "content": "..."}], "en", "x.png"),
        (question("a"), None, "en", ""),
    ],
)  # fmt: skip
def test_an_answer_is_written_out(
    asked: dict[str, Any], value: Any, language: str, text: str
) -> None:
    (only,) = read(asking(asked)).questions

    assert display(only, value, language) == text
