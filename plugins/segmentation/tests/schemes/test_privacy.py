"""Scores, values, classes of a person: exported, erased, merged and unmerged."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from plugins.segmentation.tests.people import add_people, add_touchpoints, buy
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.db import json
from guanxi.platform import Platform
from guanxi_segmentation import pipeline, worth_data
from guanxi_segmentation.models import ClassStay, CustomerValue, KeyAccount, RfmScore
from guanxi_segmentation.schemes import history
from guanxi_segmentation.schemes.key_accounts import mark
from guanxi_segmentation.schemes.presets import ensure_ready_made

Writing = Callable[..., Any]
MODELS = (RfmScore, CustomerValue, ClassStay, KeyAccount)


def rows(session: Session) -> list[str]:
    session.flush()
    return sorted(
        str(tuple(row)) for model in MODELS for row in session.execute(select(model.__table__))
    )


def about(session: Session, one: UUID) -> list[str]:
    return [row for row in rows(session) if str(one) in row]


@pytest.fixture
def pair(segmentation: Platform, writing: Writing, now: datetime) -> list[UUID]:
    """Two customers with everything that is held about one; the second is a key account."""
    with writing() as session:
        ensure_ready_made(session, now=now)
        found = add_people(session, 2, at=now)
        add_touchpoints(session, [buy(one, now, 3, 500) for one in found])
        pipeline.refresh(session, None, as_of=now)
        mark(session, found[1], is_key=True, reason="Because", now=now)
    return found


def test_an_export_holds_all_of_it(writing: Writing, pair: list[UUID], now: datetime) -> None:
    with writing() as session:
        found = worth_data.export(session, pair[1])
        (stranger,) = add_people(session, 1, at=now)

        assert worth_data.export(session, stranger) is None
    assert sorted(found) == ["classes", "key_account", "rfm", "value"]
    assert [one["scheme"] for one in found["classes"]] == ["four", "tiers"]
    assert found["value"]["observed"] == 500
    assert found["key_account"]["reason"] == "Because"


def test_nothing_is_left_of_an_erased_customer(writing: Writing, pair: list[UUID]) -> None:
    with writing() as session:
        others = about(session, pair[0])
        worth_data.erase(session, pair[1])

        assert about(session, pair[1]) == []
        assert rows(session) == others != []


def test_a_merge_hands_the_key_account_over_and_can_be_taken_back(
    writing: Writing, pair: list[UUID], now: datetime
) -> None:
    kept, merged = pair
    at = now + timedelta(days=1)
    with writing() as session:
        before = rows(session)
        undo = json.loads(json.dumps(worth_data.merge(session, kept, merged, now=at)))
        now_key = session.get(KeyAccount, kept)
        key = (now_key.is_key, now_key.reason)
        classes = [history.class_at(session, "tiers", one, at) is not None for one in pair]
        past = history.class_at(session, "tiers", merged, now)
        worth_data.unmerge(session, kept, merged, undo)
        after = rows(session)

    assert key == (True, "Because")
    assert classes == [True, False]
    assert past is not None
    assert after == before


def test_a_decision_about_the_kept_customer_stands(
    writing: Writing, pair: list[UUID], now: datetime
) -> None:
    kept, merged = pair
    with writing() as session:
        mark(session, kept, is_key=False, reason="No", now=now)
        before = rows(session)
        undo = worth_data.merge(session, kept, merged, now=now)
        found = session.get(KeyAccount, kept).reason
        worth_data.unmerge(session, kept, merged, json.loads(json.dumps(undo)))

        assert found == "No"
        assert rows(session) == before
