"""Comments in Chinese and English: language, sentiment, words, and their counts."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from plugins.surveys.tests.figures.conftest import Answering

from guanxi_surveys.figures.comments import language_of, read_comment
from guanxi_surveys.figures.counting import count_some, uncount
from guanxi_surveys.figures.periods import EVERYTHING
from guanxi_surveys.figures.reading import read_some
from guanxi_surveys.figures.words import tone, words


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The staff was friendly", "en"),
        ("服务态度很好", "zh"),
        ("iPhone 屏幕坏了", "zh"),
        ("とても良かった", ""),
        ("Всё хорошо", ""),
        ("10/10 !!! 😀", ""),
        ("", ""),
    ],
)
def test_the_letters_tell_the_language(text: str, language: str) -> None:
    assert language_of(text) == language


def test_an_angry_comment_sounds_bad_and_a_happy_one_good() -> None:
    told = [
        read_comment(one).sentiment
        for one in (
            "Terrible service, I waited an hour and the food was awful.",
            "Wonderful staff, excellent food!",
            "服务太差了，等了一个小时，太失望了",
            "非常满意，店员很热情，下次还会来",
        )
    ]

    assert [one is not None and one > 0 for one in told] == [False, True, False, True]


def test_words_are_what_it_is_about() -> None:
    english = read_comment("The deliveries were late and the delivery box was damaged")
    chinese = read_comment("快递太慢，包装破损，客服的态度很好")

    assert english.words == ("delivery", "late", "box", "damaged")
    assert {"快递", "包装", "客服", "态度"} <= set(chinese.words)


def test_a_comment_without_a_judgement_has_no_sentiment() -> None:
    assert read_comment("Delivered on Tuesday").sentiment is None


@pytest.mark.parametrize("text", ["", "\x00", "a" * 100_000, "😀" * 50, "很" * 5000, "' ' '"])
def test_rubbish_is_read_without_harm(text: str) -> None:
    assert len(read_comment(text).words) <= 30


def test_words_are_counted_with_the_scores_they_come_with(
    writing: Callable[..., Any], asked: UUID, answer: Answering, now: datetime
) -> None:
    with writing() as session:
        first = answer(session, {"recommend": 2, "why": "The delivery was terribly late"})
        answer(session, {"recommend": 10, "why": "Excellent delivery"})
        count_some(session)
        assert read_some(session, now=now) == 2
        assert read_some(session, now=now) == 0
        told = {one.word: one for one in words(session, asked, EVERYTHING)}
        sounds = tone(session, asked, EVERYTHING)

        assert (told["delivery"].n, told["delivery"].score) == (2, 0.6)
        assert (told["late"].n, told["late"].score) == (1, 0.2)
        assert (sounds.n, sounds.good, sounds.bad) == (2, 1, 1)
        assert [one.word for one in words(session, asked, EVERYTHING, least=2)] == ["delivery"]

        uncount(session, first)

        left = {one.word: one.n for one in words(session, asked, EVERYTHING)}
    assert left == {"delivery": 1, "excellent": 1}
