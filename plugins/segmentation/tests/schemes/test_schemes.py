"""Schemes side by side: made, changed, archived; the rules that they have to keep."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from plugins.segmentation.tests.people import add_people, add_touchpoints, buy
from sqlalchemy import select, update

from guanxi.platform import Platform
from guanxi.sdk import Conflict, Customer, Invalid, NotFound, PreconditionFailed, attributes_of
from guanxi_segmentation import pipeline
from guanxi_segmentation.models import Segment
from guanxi_segmentation.schemes import history
from guanxi_segmentation.schemes.domain import (
    archive_scheme,
    change_scheme,
    create_scheme,
    get_scheme,
    list_schemes,
    make_primary,
    restore_scheme,
)
from guanxi_segmentation.schemes.drafts import ClassDraft, SchemeDraft
from guanxi_segmentation.schemes.presets import ensure_ready_made

Writing = Callable[..., Any]


def rule(where: Any) -> dict[str, Any]:
    return {"v": 1, "where": where}


def lives_in(city: str) -> dict[str, Any]:
    return rule({"attribute": "customers.city", "is": "eq", "value": city, "missing": False})


CITIES = SchemeDraft(
    "cities",
    "Cities",
    "rules",
    (
        ClassDraft("london", "London", rule=lives_in("London")),
        ClassDraft("big", "Big", rule=rule({"op": "or", "args": [
            {"attribute": "customers.city", "is": "eq", "value": "London", "missing": False},
            {"attribute": "customers.city", "is": "eq", "value": "Paris", "missing": False},
        ]})),
        ClassDraft("rest", "Rest"),
    ),
)  # fmt: skip


def test_by_rules_the_first_class_that_fits_is_the_one_and_the_last_takes_the_rest(
    segmentation: Platform, writing: Writing, now: datetime
) -> None:
    with writing() as session:
        create_scheme(session, CITIES, now=now)
    segmentation.host.refresh_from(segmentation.database)
    with writing() as session:
        people = add_people(session, 4, at=now)
        for one, city in zip(people, ("London", "Paris", "Rome", None), strict=True):
            session.execute(update(Customer).where(Customer.id == one).values(city=city))
        pipeline.refresh(session, None, as_of=now)
        first = history.classes_at(session, "cities", now)
        session.execute(update(Customer).where(Customer.id == people[2]).values(city="London"))
        later = now + timedelta(hours=1)
        pipeline.refresh(session, [people[2]], as_of=later)
        stays = [
            (s.member.key, s.entered_at, s.left_at) for s in history.stays_of(session, people[2])
        ]

    assert [first[one] for one in people] == ["london", "big", "rest", "rest"]
    assert stays == [("london", later, None), ("rest", now, later)]


def test_a_class_left_out_is_sorted_anew_and_stays_in_the_history(
    segmentation: Platform, writing: Writing, now: datetime
) -> None:
    with writing() as session:
        create_scheme(session, CITIES, now=now)
    segmentation.host.refresh_from(segmentation.database)
    later = now + timedelta(days=1)
    with writing() as session:
        (one,) = add_people(session, 1, at=now)
        session.execute(update(Customer).where(Customer.id == one).values(city="London"))
        pipeline.refresh(session, None, as_of=now)
        change_scheme(session, "cities", {"classes": CITIES.classes[1:]}, now=later)
        pipeline.refresh(session, None, as_of=later, cause="rule")
        found = [history.class_at(session, "cities", one, at).key for at in (now, later)]
        version = get_scheme(session, "cities").version
        hidden = session.scalars(select(Segment.key).where(Segment.kind == "class")).all()

    assert found == ["london", "big"]
    assert hidden == ["class_cities__big"]
    assert version == 2


@pytest.mark.parametrize(
    "change",
    [
        {"key": "Cities"}, {"key": "a__b"}, {"key": ""}, {"key": "x" * 41}, {"key": "x'; DROP--"},
        {"title_en": ""}, {"kind": "other"}, {"classes": CITIES.classes[2:]},
        {"classes": (CITIES.classes[0], CITIES.classes[0], CITIES.classes[2])},
        {"classes": CITIES.classes[:2]},
        {"classes": (ClassDraft("a", "A"), CITIES.classes[2])},
        {"kind": "tiers"},
        {"classes": (ClassDraft("a", "A", rule=rule({"attribute": "no.such", "is": "known"})),
                     CITIES.classes[2])},
        {"classes": (ClassDraft("a", "A", rule=rule(
            {"attribute": "segmentation.key_account", "is": "eq", "value": True})),
                     CITIES.classes[2])},
        {"classes": (ClassDraft("a", "A", rule=lives_in("X"), treatment={"cadence_days": 0}),
                     CITIES.classes[2])},
    ],
)  # fmt: skip
def test_a_scheme_that_does_not_do_is_refused(
    writing: Writing, now: datetime, change: dict[str, Any]
) -> None:
    from dataclasses import replace  # noqa: PLC0415

    with writing() as session, pytest.raises(Invalid):
        create_scheme(session, replace(CITIES, **change), now=now)


@pytest.mark.parametrize(
    "options",
    [
        {"present": "customers.city"}, {"present": "no.such"}, {"present": "segmentation.tier"},
        {"present": "segmentation.cadence_days"}, {"present": 5}, {"by": "luck"},
        {"present_at": 0}, {"present_at": 101}, {"present_at": "NaN"}, {"present_at": None},
        {"present_at": True}, {"hysteresis": -1}, {"hysteresis": "1e99"}, {"nonsense": 1},
        {"minimum_stay_days": 1.5}, {"minimum_stay_days": -1},
    ],
)  # fmt: skip
def test_options_of_tiers_that_do_not_do_are_refused(
    writing: Writing, now: datetime, options: dict[str, Any]
) -> None:
    with writing() as session:
        ensure_ready_made(session, now=now)
        with pytest.raises(Invalid):
            change_scheme(session, "tiers", {"options": options}, now=now)


def test_the_mapping_between_the_two_ready_made_schemes_can_be_edited(
    segmentation: Platform, writing: Writing, now: datetime
) -> None:
    with writing() as session:
        ensure_ready_made(session, now=now)
        options = dict(get_scheme(session, "four").options)
        options["map"] = {**options["map"], "important": "key", "general": "secondary"}
        change_scheme(session, "four", {"options": options}, now=now)
        (one,) = add_people(session, 1, at=now)
        pipeline.refresh(session, None, as_of=now)
        found = history.class_at(session, "four", one, now).key
        incomplete = {"of": "tiers", "map": {"core": "key"}}
        with pytest.raises(Invalid):
            change_scheme(session, "four", {"options": incomplete}, now=now)
        wrong = {"of": "tiers", "map": {**options["map"], "core": "nowhere"}}
        with pytest.raises(Invalid):
            change_scheme(session, "four", {"options": wrong}, now=now)

    assert found == "secondary"


def test_there_is_one_primary_scheme(writing: Writing, now: datetime) -> None:
    with writing() as session:
        ensure_ready_made(session, now=now)
        before = [(s.key, s.is_primary) for s in list_schemes(session)]
        make_primary(session, "four", now=now)
        session.expire_all()
        after = [(s.key, s.is_primary) for s in list_schemes(session)]
        with pytest.raises(Conflict):
            archive_scheme(session, "four", now=now)
        with pytest.raises(Conflict, match="four"):
            archive_scheme(session, "tiers", now=now)
        again = ensure_ready_made(session, now=now)

    assert before == [("tiers", True), ("four", False)]
    assert after == [("four", True), ("tiers", False)]
    assert again == []


def test_an_archived_scheme_sorts_nobody_and_has_no_attribute(
    segmentation: Platform, writing: Writing, now: datetime
) -> None:
    later = now + timedelta(days=1)
    with writing() as session:
        ensure_ready_made(session, now=now)
    segmentation.host.refresh_from(segmentation.database)
    with writing() as session:
        before = "segmentation.class_four" in attributes_of(session)
        (one,) = add_people(session, 1, at=now)
        pipeline.refresh(session, None, as_of=now)
        archive_scheme(session, "four", now=later)
    segmentation.host.refresh_from(segmentation.database)
    with writing(later) as session:
        after = "segmentation.class_four" in attributes_of(session)
        (late,) = add_people(session, 1, at=later)
        pipeline.refresh(session, None, as_of=later)
        sorted_ = set(history.classes_at(session, "four", later))
        with pytest.raises(Conflict):
            make_primary(session, "four", now=later)
        restore_scheme(session, "four", now=later)
        pipeline.refresh(session, None, as_of=later)
        restored = set(history.classes_at(session, "four", later))

    assert (before, after, sorted_, restored) == (True, False, {one}, {one, late})


def test_who_read_an_older_version_does_not_overwrite(writing: Writing, now: datetime) -> None:
    with writing() as session:
        ensure_ready_made(session, now=now)
        change_scheme(session, "tiers", {"title_en": "Levels"}, expected_version=1, now=now)
        with pytest.raises(PreconditionFailed):
            change_scheme(session, "tiers", {"title_en": "X"}, expected_version=1, now=now)
        with pytest.raises(Invalid):
            change_scheme(session, "tiers", {"kind": "rules"}, now=now)
        with pytest.raises(NotFound):
            get_scheme(session, "nothing")


def test_a_change_of_class_is_an_event_and_the_first_sorting_is_none(
    segmentation: Platform, writing: Writing, now: datetime
) -> None:
    from guanxi.events.models import EventRow  # noqa: PLC0415

    with writing() as session:
        ensure_ready_made(session, now=now)
        options = {
            "by": "value", "present_at": 100, "potential_at": 100, "minimum_stay_days": 0,
            "present": "segmentation.observed_value",
        }  # fmt: skip
        change_scheme(session, "tiers", {"options": options}, now=now)
        people = add_people(session, 2, at=now)
        pipeline.refresh(session, None, as_of=now)
        add_touchpoints(session, [buy(people[0], now + timedelta(days=1), 0.5, 500)])
        pipeline.refresh(session, people, as_of=now + timedelta(days=1))
    with segmentation.database.read() as session:
        rows = session.scalars(select(EventRow).where(EventRow.kind.startswith("segmentation.")))
        found = [(r.customer_id, r.payload["scheme"], r.payload["before"], r.payload["after"])
                 for r in rows]  # fmt: skip

    assert sorted(found, key=str) == sorted(
        [(people[0], "tiers", "general", "core"), (people[0], "four", "general", "key")], key=str
    )
