"""Rules in plain words, in both languages."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from plugins.segmentation.tests.rules.documents import BOUGHT_THRICE, CHINESE, QUIET, rule
from plugins.segmentation.tests.rules.strategies import CATALOGUE, documents

from guanxi_segmentation.rules import Names, clause, read, sentence

WORDS = {
    "en": {"channel": {"store": "Store"}, "consent_channel": {"email": "E-mail"},
           "purpose": {"marketing": "Marketing"}, "outcome": {"agreed": "Agreed"}},
    "zh": {"channel": {"store": "门店"}, "consent_channel": {"email": "电子邮件"},
           "purpose": {"marketing": "营销"}, "outcome": {"agreed": "达成一致"}},
}  # fmt: skip
NAMES = {language: Names(CATALOGUE, {"vip": "VIP"}, WORDS[language]) for language in WORDS}


def _all(*args: Any) -> dict[str, Any]:
    return {"op": "and", "args": list(args)}


def _not(arg: Any) -> dict[str, Any]:
    return {"op": "not", "args": [arg]}


def _bought(measure: str, op: str, value: Any, **more: Any) -> dict[str, Any]:
    missing = {} if measure in ("count", "days") else {"missing": False}
    found = {"touchpoints": {"kind": ["purchase"]}, "measure": measure, "is": op, "value": value}
    return found | missing | more


VISITED = _bought("count", "gte", 3, window={"last": "P2W"}, touchpoints={"kind": ["visit"]})


@pytest.mark.parametrize(
    ("where", "english", "chinese"),
    [
        (
            _all(CHINESE, VISITED),
            "Customers whose country is “CN” and who have at least 3 visits in the last 2 weeks.",
            "国家/地区是“CN”，并且最近 2 周内到访至少 3 次的客户。",
        ),
        (
            _bought("count", "lt", 1, window={"calendar": "month", "offset": -1}),
            "Customers who have no purchases last month.",
            "上月没有购买的客户。",
        ),
        (
            _bought("last", "older_than", "P180D", missing=True),
            "Customers whose last purchase was more than 180 days ago (or there is none).",
            "最近一次购买在 180 天以前（或从未有过）的客户。",
        ),
        (
            _bought("sum", "gte", 1000, window={"calendar": "year"}, currency="GBP"),
            "Customers whose purchases this year come to at least GBP 1,000 in total.",
            "今年购买的金额合计不低于 1,000 GBP 的客户。",
        ),
        (
            _not(CHINESE),
            "Customers whose country is not “CN” (or is not known).",
            "国家/地区不是“CN”（或未知）的客户。",
        ),
        (
            _not({"op": "or", "args": [CHINESE, {"segment": "vip", "is": "member"}]}),
            (
                "Customers whose country is not “CN” (or is not known) and who are not in the "
                "segment “VIP”."
            ),
            "国家/地区不是“CN”（或未知），并且不属于细分群体“VIP”的客户。",
        ),
        (
            _all(
                {"attribute": "customers.birthday", "is": "anniversary_within", "value": "P7D",
                 "missing": False},
                {"op": "or", "args": [CHINESE, BOUGHT_THRICE]},
            ),
            (
                "Customers whose birthday comes round within the next 7 days and (whose country is "
                "“CN” or who have at least 3 purchases of at least EUR 10 in the last 90 days)."
            ),
            (
                "生日的周年日在今天起的 7 天之内，并且（国家/地区是“CN”，或者最近 90 天内"
                "金额不低于 10 EUR 的购买至少 3 次）的客户。"
            ),
        ),
        (
            {"held": CHINESE, "for": "P14D"},
            "Customers who have for at least 14 days been customers whose country is “CN”.",
            "（国家/地区是“CN”）已持续至少 14 天的客户。",
        ),
        (
            {"consent": {"channel": "email", "purpose": "marketing", "is": "given"}},
            "Customers who have agreed to marketing by e-mail.",
            "已同意“营销”（电子邮件）的客户。",
        ),
        (
            {"bucket": {"salt": "spring", "from": 0, "to": 10}},
            "Customers who are among a random 10% of all (“spring”).",
            "属于随机抽取的 10%（“spring”）的客户。",
        ),
        (
            {"attribute": "customers.invented", "is": "eq", "value": False, "missing": False},
            "Customers whose invented name is no.",
            "虚构姓名：否的客户。",
        ),
        (
            _bought("days", "between", [2, 5], window={"last": "P1D"}),
            "Customers who have purchases in the last day on between 2 and 5 different days.",
            "最近 1 天内有购买的日子在 2 天到 5 天之间的客户。",
        ),
        (
            _bought("max", "gt", 50, touchpoints={"kind": ["purchase"], "channel": ["store"]}),
            "Customers whose largest purchase via Store is more than EUR 50.",
            "在门店购买的金额最高一次超过 50 EUR 的客户。",
        ),
    ],
)  # fmt: skip
def test_rules_read_like_sentences(where: Any, english: str, chinese: str):
    found = read(rule(where))

    assert sentence(found, "en", NAMES["en"]) == english
    assert sentence(found, "zh", NAMES["zh"]) == chinese


def test_a_single_condition_stands_by_itself():
    node = read(rule(QUIET)).where

    assert clause(node, "en", NAMES["en"]) == (
        "Last contact was more than 180 days ago (or there is none)"
    )
    assert clause(node, "zh", NAMES["zh"]) == "最近一次接触在 180 天以前（或从未有过）"


def test_groups_of_one_kind_in_each_other_are_said_as_one():
    inner = _all(VISITED, _not({"op": "or", "args": [{"op": "and", "args": [QUIET]}]}))

    assert sentence(read(rule(_all(CHINESE, inner))), "en", NAMES["en"]) == (
        "Customers whose country is “CN”, who have at least 3 visits in the last 2 weeks, and "
        "whose last contact was not more than 180 days ago."
    )


@settings(max_examples=150, deadline=None)
@given(documents)
def test_every_rule_has_a_sentence_in_both_languages(given_document: dict[str, Any]):
    found = read(given_document)

    assert re.match(r"Customers \(*who", sentence(found, "en", NAMES["en"]))
    assert sentence(found, "zh", NAMES["zh"]).endswith("客户。")


@settings(max_examples=50, deadline=None)
@given(documents)
def test_a_rule_whose_attributes_have_gone_is_still_put_in_words(given_document: dict[str, Any]):
    found = read(given_document)

    assert sentence(found, "en", Names()).endswith(".")
    assert sentence(found, "zh", Names()).endswith("客户。")
