"""Sentences of reasons and warnings, with their values written out."""

from decimal import Decimal

import pytest

from guanxi.sdk import Text
from guanxi_scoring.explaining.registry import Explained
from guanxi_scoring.explaining.wording import said, value_in_words
from guanxi_scoring.life.contract import Reason, Sentence


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"days": 1}, "1 day"),
        ({"days": 1.5}, "1.5 days"),
        ({"times": 1200}, "1,200 times"),
        ({"day": "2011-12-09"}, "Dec 9, 2011"),
        ({"day": "2011-12-09T10:00:00+00:00"}, "Dec 9, 2011"),
        ({"share": 0.1234}, "12.3%"),
        ({"points": 3.25}, "+3.25"),
        ({"points": -3}, "-3"),
        ({"money": "1234.5", "currency": "GBP"}, "£1,234.50"),
        ({"en": "Tea", "zh": "茶"}, "Tea"),
        (Text("Tea", "茶"), "Tea"),
        ({"sentence": "about %(n)s", "values": {"n": {"days": 3}}}, "about 3 days"),
        (0.123456, "0.123"),
        (Decimal("12345.60"), "12,345.6"),
        ("tea", "tea"),
        (None, "–"),
    ],
)
def test_a_value_says_what_it_is(value, written):
    assert value_in_words(value) == written


def test_a_sentence_reads_the_same_from_its_stored_form():
    sentence = Sentence(
        "Bought %(times)s, %(share)s of all.", {"times": {"times": 2}, "share": {"share": 0.5}}
    )

    assert said(sentence) == said(sentence.told) == "Bought 2 times, 50% of all."


def test_a_percent_sign_in_a_sentence_without_values_stays():
    assert said({"message": "50% of all", "values": {}}) == "50% of all"


def test_the_three_strongest_reasons_are_shown():
    reasons = [
        Reason(Sentence(word), weight)
        for word, weight in [("b", 2), ("d", 0.1), ("a", 3), ("c", 1)]
    ]

    explained = Explained("p_alive", Text("Alive", "活跃"), 0.5, reasons=reasons)

    assert [one.sentence.message for one in explained.strongest] == ["a", "b", "c"]
