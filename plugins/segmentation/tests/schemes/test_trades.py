"""Ready classifications for trades: brought in whole, and they sort people as they say."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from plugins.segmentation.tests.people import add_people, add_touchpoints, buy, touch
from sqlalchemy import select, update

from guanxi.platform import Platform
from guanxi.sdk import Conflict, Customer, Invalid, NotFound, custom_fields
from guanxi_segmentation import pipeline
from guanxi_segmentation.models import Scheme
from guanxi_segmentation.schemes import history, trades
from guanxi_segmentation.schemes.domain import list_schemes

Writing = Callable[..., Any]
DAY = timedelta(days=1)


def take(segmentation: Platform, writing: Writing, name: str, now: datetime) -> None:
    with writing() as session:
        trades.import_trade(session, name, now=now)
    segmentation.host.refresh_from(segmentation.database)


def sort(
    writing: Writing, now: datetime, schemes: list[str], people: list[dict[str, Any]]
) -> list[list[str]]:
    """Sort people with these columns (and ``did``, rows of touchpoints) by several schemes."""
    with writing() as session:
        ids = add_people(session, len(people), at=now)
        for one, columns in zip(ids, people, strict=True):
            did: Callable[[UUID], list[Any]] = columns.pop("did", lambda _one: [])
            if columns:
                session.execute(update(Customer).where(Customer.id == one).values(**columns))
            add_touchpoints(session, did(one))
        pipeline.refresh(session, None, as_of=now)
        found = [history.classes_at(session, key, now) for key in schemes]
    return [[classes[one] for classes in found] for one in ids]


def test_retail_sorts_by_what_people_buy_and_like(
    segmentation: Platform, writing: Writing, now: datetime
) -> None:
    take(segmentation, writing, "retail", now)
    people: list[dict[str, Any]] = [
        {"kind": "organisation"},
        {"custom": {"buys_mostly": ["groceries", "travel"]}},
        {"custom": {"likes": ["business"]}, "did": lambda one: [buy(one, now, 5, 150)]},
        {"custom": {"likes": ["business"]}, "did": lambda one: [buy(one, now, 5, 50)]},
        {"custom": {"buys_mostly": ["children"]}},
        {"did": lambda one: [buy(one, now, days, 9) for days in range(1, 7)]},
        {"did": lambda one: [buy(one, now, days, 9) for days in range(1, 6)]},
        {"birthday": date(now.year - 25, 1, 1)},
        {"birthday": date(now.year - 45, 1, 1)},
        {
            "custom": {"likes": ["music"]},
            "did": lambda one: [touch(one, now - DAY, channel="social_media", kind="visit")],
        },
        {"custom": {"likes": ["music"]}},
        {},
    ]

    assert [found for (found,) in sort(writing, now, ["retail"], people)] == [
        "business", "business", "business", "other", "household", "household", "other",
        "young", "other", "young", "other", "other",
    ]  # fmt: skip


def test_no_template_looks_at_gender() -> None:
    words = ("gender", "sex", "female", "male", "woman", "women", "housewi")
    texts = {trade.name: str(trade.document).lower() for trade in trades.available()}

    assert set(texts) == {"retail", "finance"}
    rules = {
        name: [str(c.rule).lower() for draft in trades.drafts_of(t.document) for c in draft.classes]
        for name, t in ((trade.name, trade) for trade in trades.available())
    }
    assert [w for found in rules.values() for rule in found for w in words if w in rule] == []


def test_finance_sorts_by_means_and_by_appetite_for_risk(
    segmentation: Platform, writing: Writing, now: datetime
) -> None:
    take(segmentation, writing, "finance", now)
    people: list[dict[str, Any]] = [
        {"custom": {"investable_assets": 1_000_000}},
        {"custom": {"investable_assets": 999_999}},
        {
            "custom": {
                "investable_assets": 300_000,
                "investment_preference": ["stocks"],
                "risk_appetite": "growth",
            }
        },
        {"custom": {"loans_outstanding": 2_000_000, "credit_rating": "AA"}},
        {"custom": {"loans_outstanding": 2_000_000, "credit_rating": "BB"}},
        {"custom": {"loans_outstanding": 100}},
        {"kind": "organisation", "custom": {"investable_assets": 5_000_000}},
        {"custom": {"investment_preference": ["funds"], "risk_appetite": "conservative"}},
        {},
    ]

    assert sort(writing, now, ["finance", "finance_risk"], people) == [
        ["high_end", "careful"],
        ["personal", "careful"],
        ["high_end", "growth"],
        ["high_end", "careful"],
        ["personal", "watch"],
        ["personal", "watch"],
        ["corporate", "careful"],
        ["personal", "careful"],
        ["personal", "careful"],
    ]


def test_fields_that_are_there_are_used_and_others_made(writing: Writing, now: datetime) -> None:
    with writing() as session:
        own = {"title_en": "Mine", "title_zh": "我的", "choices": ["cooking", "music"]}
        custom_fields.create_field(session, "likes", "choices", own)
        with pytest.raises(Invalid):  # a choice of the template is not among mine
            trades.import_trade(session, "retail", now=now)


def test_a_field_of_another_type_is_in_the_way(writing: Writing, now: datetime) -> None:
    with writing() as session:
        titles = {"title_en": "Mine", "title_zh": "我的"}
        custom_fields.create_field(session, "likes", "text", titles)

        with pytest.raises(Conflict, match="likes"):
            trades.import_trade(session, "retail", now=now)


def test_a_template_is_taken_once_and_the_first_scheme_is_the_primary_one(
    segmentation: Platform, writing: Writing, now: datetime
) -> None:
    take(segmentation, writing, "finance", now)

    with writing() as session:
        primary = [scheme.key for scheme in list_schemes(session) if scheme.is_primary]
        keys = set(session.scalars(select(Scheme.key)))
        with pytest.raises(Conflict):
            trades.import_trade(session, "finance", now=now)

    assert (primary, keys) == (["finance"], {"finance", "finance_risk"})


@pytest.mark.parametrize(
    "document",
    [
        {}, [], None, {"v": 2, "schemes": []}, {"v": 1, "schemes": [{}]}, {"v": 1, "schemes": 5},
        {"v": 1, "schemes": [{"key": "x", "title_en": "X", "kind": "rules", "classes": [[]]}]},
    ],
)  # fmt: skip
def test_what_is_no_template_is_refused(writing: Writing, now: datetime, document: Any) -> None:
    with writing() as session, pytest.raises(Invalid):
        trades.import_document(session, document, now=now)


def test_an_unknown_template_is_not_there(writing: Writing, now: datetime) -> None:
    with writing() as session, pytest.raises(NotFound):
        trades.import_trade(session, "../../etc/passwd", now=now)
