"""A class drives its treatment; the key account flag; all of it as attributes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from plugins.segmentation.tests.people import add_people, add_touchpoints, buy
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.platform import Platform
from guanxi.sdk import Customer, Invalid, NotFound, attributes_of
from guanxi.touchpoints.domain import vocabulary
from guanxi_segmentation import pipeline
from guanxi_segmentation.models import State
from guanxi_segmentation.schemes.domain import change_scheme, get_scheme, make_primary
from guanxi_segmentation.schemes.key_accounts import mark, unmark
from guanxi_segmentation.schemes.presets import ensure_ready_made
from guanxi_segmentation.schemes.treatments import (
    get_class,
    set_treatment,
    treatment_at,
    treatment_history,
    treatment_of,
)

Writing = Callable[..., Any]
Configure = Callable[..., None]
TREATMENT = (
    "service_level", "offer_band", "cadence_days", "preferred_channel", "looked_after_by",
)  # fmt: skip
OPTIONS = {
    "present": "segmentation.observed_value", "by": "value", "present_at": 100,
    "potential_at": 100, "minimum_stay_days": 0,
}  # fmt: skip


def known(session: Session, name: str) -> dict[UUID, Any]:
    """Return an attribute of everybody, as lists and rules read it."""
    attribute = attributes_of(session)[f"segmentation.{name}"]
    query = select(Customer.id, attribute.sql())
    if attribute.join is not None:
        query = query.outerjoin(attribute.join, attribute.on)
    return {row[0]: row[1] for row in session.execute(query)}


@pytest.fixture
def people(segmentation: Platform, writing: Writing, now: datetime) -> list[UUID]:
    """A core customer, and one of the rest."""
    with writing() as session:
        ensure_ready_made(session, now=now)
        change_scheme(session, "tiers", {"options": OPTIONS}, now=now)
        found = add_people(session, 2, at=now)
        add_touchpoints(session, [buy(found[0], now, 3, 500)])
        pipeline.refresh(session, None, as_of=now)
    segmentation.host.refresh_from(segmentation.database)
    return found


def test_the_class_of_the_primary_scheme_says_how_a_customer_is_treated(
    segmentation: Platform, writing: Writing, now: datetime, people: list[UUID]
) -> None:
    with writing() as session:
        found = [[known(session, name)[one] for name in TREATMENT] for one in people]
        tiers = [[known(session, n)[one] for n in ("tier", "class_tiers", "class_four")]
                 for one in people]  # fmt: skip
        four = get_scheme(session, "four")
        set_treatment(session, four, get_class(session, four, "key"), {"offer_band": "Z"}, now=now)
        make_primary(session, "four", now=now)
    segmentation.host.refresh_from(segmentation.database)
    with writing() as session:
        other = known(session, "offer_band")

    assert found == [
        ["Personal adviser", "A", 14, "meeting", "Key account manager"],
        ["Standard", "C", 90, "email", "Service team"],
    ]
    assert tiers == [["core", "core", "key"], ["general", "general", "general"]]
    assert [other[one] for one in people] == ["Z", "C"]


def test_a_changed_treatment_reaches_all_customers_at_once_and_is_kept(
    segmentation: Platform, writing: Writing, now: datetime, people: list[UUID]
) -> None:
    later = now + timedelta(days=3)
    changes = {"cadence_days": 7, "service_level": "Visits", "offer_band": None}
    with writing(later) as session:
        tiers = get_scheme(session, "tiers")
        core = get_class(session, tiers, "core")
        set_treatment(session, tiers, core, changes, now=later)
        set_treatment(session, tiers, core, changes, now=later + timedelta(days=1))
        kept = [
            (t.cadence_days, t.preferred_channel, t.from_at, t.until_at, t.actor_name)
            for t in treatment_history(session, core)
        ]
        before = treatment_at(session, core, later - timedelta(seconds=1)).cadence_days
    segmentation.host.refresh_from(segmentation.database)
    with writing(later) as session:
        found = [[known(session, name)[one] for name in TREATMENT] for one in people]

    assert found[0] == ["Visits", None, 7, "meeting", "Key account manager"]
    assert found[1][0] == "Standard"
    assert kept == [(7, "meeting", later, None, "test"), (14, "meeting", now, later, "test")]
    assert before == 14


@pytest.mark.parametrize(
    "values",
    [
        {"cadence_days": 0}, {"cadence_days": "7"}, {"cadence_days": True}, {"cadence_days": 10**9},
        {"service_level": "x" * 121}, {"service_level": "a\0b"}, {"service_level": 5}, {"x": "y"},
    ],
)  # fmt: skip
def test_a_treatment_that_does_not_do_is_refused(
    writing: Writing, now: datetime, people: list[UUID], values: dict[str, Any]
) -> None:
    with writing() as session:
        tiers = get_scheme(session, "tiers")
        core = get_class(session, tiers, "core")
        with pytest.raises(Invalid):
            set_treatment(session, tiers, core, values, now=now)
        with pytest.raises(NotFound):
            get_class(session, tiers, "nowhere")


def test_a_channel_in_the_archive_is_not_preferred_anew_but_stays_where_it_is(
    writing: Writing, now: datetime, people: list[UUID]
) -> None:
    with writing() as session:
        vocabulary.archive(session, "channel", "meeting")
        tiers = get_scheme(session, "tiers")
        core, general = (get_class(session, tiers, key) for key in ("core", "general"))
        kept = set_treatment(session, tiers, core, {"preferred_channel": "meeting"}, now=now)
        with pytest.raises(Invalid) as refused:
            set_treatment(session, tiers, general, {"preferred_channel": "meeting"}, now=now)

    assert kept.preferred_channel == "meeting"
    assert list(refused.value.fields) == ["preferred_channel"]
    assert "meeting" not in refused.value.params["channels"].split(", ")


def test_ready_made_schemes_prefer_no_channel_that_is_not_offered(
    segmentation: Platform, writing: Writing, now: datetime
) -> None:
    with writing() as session:
        vocabulary.archive(session, "channel", "meeting")
        tiers, _four = ensure_ready_made(session, now=now)
        found = [
            treatment_of(session, get_class(session, tiers, key)) for key in ("core", "important")
        ]

    assert [one.preferred_channel for one in found] == [None, "phone"]
    assert [one.offer_band for one in found] == ["A", "B"]


def test_the_class_of_the_settings_makes_key_accounts_and_a_decision_by_hand_wins(
    writing: Writing, now: datetime, people: list[UUID]
) -> None:
    core, general = people
    with writing() as session:
        by_class = known(session, "key_account")
        mark(session, core, is_key=False, reason="Is being wound up", now=now)
        mark(session, general, is_key=True, reason="Their chairman is on our board", now=now)
        by_hand = known(session, "key_account")
        unmark(session, core)
        after = known(session, "key_account")
        with pytest.raises(Invalid):
            mark(session, core, is_key=True, reason="  ", now=now)

    assert by_class == {core: True, general: False}
    assert by_hand == {core: False, general: True}
    assert after == {core: True, general: True}


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("", [False, False]),
        ("segment:vip", [False, True]),
        ("class:four/general", [False, True]),
        ("class:no/such", [False, False]),
    ],
)
def test_key_accounts_follow_the_setting(
    writing: Writing,
    configure: Configure,
    people: list[UUID],
    setting: str,
    expected: list[bool],
) -> None:
    with writing() as session:
        session.get(State, people[1]).segments = ["vip"]
    configure(key_account_by=setting)

    with writing() as session:
        found = known(session, "key_account")

    assert [found[one] for one in people] == expected


def test_who_was_not_sorted_yet_is_in_the_default_class(
    writing: Writing, now: datetime, people: list[UUID]
) -> None:
    with writing() as session:
        (new,) = add_people(session, 1, at=now)

        assert known(session, "tier")[new] == "general"
        assert known(session, "cadence_days")[new] == 90
        assert known(session, "observed_value")[new] == 0
        assert known(session, "rfm_class")[new] is None
        assert known(session, "product_value")[new] is None


def test_every_attribute_of_ours_has_one_value_per_customer(
    writing: Writing, people: list[UUID]
) -> None:
    names = (
        "segments", "rfm_r", "rfm_f", "rfm_m", "rfm_class", "rfm_class_zh8", "observed_value",
        "total_value", "net_value", "recent_value", "potential_value", "product_value",
        "service_value", "emotional_value", "value_index", "tier", "class_tiers", "class_four",
        *TREATMENT, "key_account",
    )  # fmt: skip
    with writing() as session:
        found = {name: known(session, name) for name in names}

    assert {name: set(values) for name, values in found.items()} == {
        name: set(people) for name in names
    }
    core = people[0]
    assert [found[n][core] for n in ("rfm_r", "rfm_m", "observed_value", "potential_value")] == [
        5, 1, 500, 500,
    ]  # fmt: skip
