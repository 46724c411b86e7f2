"""The questionnaire of risk appetite: six questions of our own, each answer with its points.

An edition never changes once it was used: a question or its points changed is a new edition.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from guanxi.sdk import Text

EDITION: Final = 1


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that may be chosen; more points: bolder."""

    key: str
    text: Text
    points: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its answers, one of which is chosen."""

    key: str
    text: Text
    answers: tuple[Answer, ...]


def _answers(*texts: Text) -> tuple[Answer, ...]:
    return tuple(
        Answer(letter, text, points)
        for points, (letter, text) in enumerate(zip("abcd", texts, strict=True), 1)
    )


QUESTIONS: Final = (
    Question(
        "horizon",
        Text("For how long can this money do without being touched?", "这笔资金多久不需要动用？"),
        _answers(
            Text("Less than a year", "一年以内"),
            Text("One to three years", "一至三年"),
            Text("Three to seven years", "三至七年"),
            Text("More than seven years", "七年以上"),
        ),
    ),
    Question(
        "goal",
        Text("What matters most to you?", "您最看重什么？"),
        _answers(
            Text("That nothing is lost", "本金不受损失"),
            Text("A steady income a little above inflation", "略高于通胀的稳定收益"),
            Text("Growth, with some ups and downs", "有一定波动的增长"),
            Text("The greatest gain, whatever the way there", "收益最大化，不计过程起伏"),
        ),
    ),
    Question(
        "fall",
        Text(
            "Within a few months a fifth of the value is gone. What do you do?",
            "几个月内价值缩水五分之一，您会怎么做？",
        ),
        _answers(
            Text("Sell everything", "全部卖出"),
            Text("Sell a part", "卖出一部分"),
            Text("Wait", "继续持有观望"),
            Text("Buy more", "趁机加仓"),
        ),
    ),
    Question(
        "experience",
        Text("With what have you dealt yourself so far?", "您亲自参与过哪些投资？"),
        _answers(
            Text("Savings and deposits", "储蓄和存款"),
            Text("Bonds or balanced funds", "债券或混合型基金"),
            Text("Shares or share funds", "股票或股票型基金"),
            Text("Ventures, derivatives or credit", "创业投资、衍生品或信贷类产品"),
        ),
    ),
    Question(
        "income",
        Text("How sure is your income of the next years?", "未来几年您的收入有多稳定？"),
        _answers(
            Text("Quite uncertain", "很不确定"),
            Text("It may well fall", "可能下降"),
            Text("Steady", "稳定"),
            Text("It will rise", "会增长"),
        ),
    ),
    Question(
        "share",
        Text(
            "How much of what you own would a total loss of this money be?",
            "如果这笔资金全部损失，占您总资产的多少？",
        ),
        _answers(
            Text("More than half", "一半以上"),
            Text("A quarter to a half", "四分之一至一半"),
            Text("A tenth to a quarter", "十分之一至四分之一"),
            Text("Less than a tenth", "不足十分之一"),
        ),
    ),
)
LEAST: Final = len(QUESTIONS)
MOST: Final = 4 * len(QUESTIONS)
FROM: Final[Mapping[str, int]] = {
    "conservative": 6, "steady": 10, "balanced": 14, "growth": 18, "aggressive": 22,
}  # fmt: skip
"""From how many points on each class begins."""


def appetite_of(points: int) -> str:
    """Return the class of a number of points."""
    return [key for key, least in FROM.items() if points >= least][-1]
